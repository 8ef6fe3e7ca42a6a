"""The keys of the service: of each only the SHA-256 is stored, with what it may do and when it was used last."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import RowMapping, bindparam, or_, select, update

from api.store import access_tables
from api.store.sql import Reading, Writing, canonical_json
from api.store.users import Role

_TABLE = access_tables.api_keys
_BY_HASH: Final = select(_TABLE).where(_TABLE.c.hash == bindparam("digest"))
_REVOKED: Final = select(_TABLE.c.revoked_at).where(_TABLE.c.prefix == bindparam("of")).with_for_update(read=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """A key as lists show it: what it may do, for whom, and when it was used last. A key without scopes may all that its role may."""

    prefix: str
    """By which people tell keys apart; also the beginning of the key itself."""
    name: str
    role: Role
    scopes: tuple[str, ...] = ()
    user: str | None = None
    created_at: datetime
    created_by: str
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None
    revoked_by: str | None = None


def all_of(connection: Reading) -> tuple[ApiKey, ...]:
    """All keys but those of sessions, in the order of their names."""
    query = select(_TABLE).where(_TABLE.c.prefix.not_in(select(access_tables.sessions.c.key))).order_by(_TABLE.c.name)
    return tuple(_key(row) for row in connection.execute(query).mappings())


def named(connection: Reading, name: str) -> ApiKey | None:
    """The key with a name or a prefix."""
    query = select(_TABLE).where(or_(_TABLE.c.name == name, _TABLE.c.prefix == name))
    row = connection.execute(query).mappings().first()
    return None if row is None else _key(row)


def by_hash(connection: Reading, digest: str) -> ApiKey | None:
    """The key with a hash, also one that is revoked."""
    row = connection.execute(_BY_HASH, {"digest": digest}).mappings().first()
    return None if row is None else _key(row)


def is_revoked(connection: Writing, prefix: str) -> bool:
    """Whether a key is revoked. Until the transaction ends it cannot be, so that no verb outlives its key."""
    return connection.execute(_REVOKED, {"of": prefix}).scalar_one() is not None


def append(connection: Writing, key: ApiKey, digest: str) -> None:
    """Inserts a new key by its hash."""
    fields = {name: getattr(key, name) for name in ("prefix", "name", "role", "user", "created_at", "created_by")}
    connection.execute(_TABLE.insert().values(fields | {"scopes": canonical_json(list(key.scopes)), "hash": digest}))


def revoke(connection: Writing, prefix: str, *, at: datetime, by: str) -> bool:
    """Revokes a key from a moment on; False where it was revoked meanwhile."""
    in_force = update(_TABLE).where(_TABLE.c.prefix == prefix, _TABLE.c.revoked_at.is_(None))
    return connection.execute(in_force.values(revoked_at=at, revoked_by=by)).rowcount == 1


def record_use(connection: Writing, used: Mapping[str, datetime]) -> None:
    """Records when keys were used last, by prefix."""
    for prefix, at in used.items():
        connection.execute(update(_TABLE).where(_TABLE.c.prefix == prefix).values(last_used_at=at))


def _key(row: RowMapping) -> ApiKey:
    fields = {name: row[name] for name in ApiKey.__dataclass_fields__}
    return ApiKey(**fields | {"scopes": tuple(json.loads(row["scopes"]))})

"""Who may do what over HTTP: the resources that scopes name, and the keys of the service, created, listed and revoked."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterable
from typing import Final

from api.desk.desk import Desk
from api.refusals import Conflict, NoKey, unknown
from api.store import api_keys, users
from api.store.api_keys import ApiKey
from api.store.users import Role, User
from engine.problems import Kind, refuse
from engine.text.nearest import suggestion

KEY_EXISTS: Final = Kind("key-exists", "there is a key `{name}` already", "choose another name; a revoked key keeps its own")
KEY_REVOKED: Final = Kind("key-revoked", "the key `{name}` is revoked", "create another with `centwright key create`")
WRONG_KEY_NAME: Final = Kind("wrong-key-name", "`{text}` is no name of a key", "write small letters, digits and . _ - (at most 40)")
UNKNOWN_SCOPE: Final = Kind("unknown-scope", "there is no scope `{text}`", "{remedy}; `:read` or `:write` after it narrows it further")
USER_NOT_ACTIVE: Final = Kind(
    "user-disabled", "the user `{name}` is disabled", "name another, or `centwright user change {name} --state active`"
)
OTHER_ROLE: Final = Kind(
    "role-of-user", "the user `{name}` has the role {role}, and the key {other}", "create a key with the role of its user"
)
RESOURCES: Final = (
    "audit", "contacts", "customers", "evaluations", "invoices", "keys", "mandates", "opportunities", "orders", "outbox", "payments",
    "quotes", "reports", "rulebooks", "runs", "transactions", "usage", "users", "webhooks", "e-invoices", "journal",
    "bank-statements", "accounting", "reminders", "drafts", "forecasts", "admin", "imports",
)  # fmt: skip
"""What a scope may name: the resources of the service."""
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")
_BITS: Final = 256


def create_key(
    desk: Desk, name: str, role: Role, *, scopes: Iterable[str] = (), user: str | None = None, created_by: str
) -> tuple[ApiKey, str]:
    """Stores a new key; gives it together with its text, which is nowhere stored and never shown again."""
    if not _NAME.fullmatch(name):
        raise refuse(WRONG_KEY_NAME, None, "/name", text=name[:60])
    prefix = f"cw_{secrets.token_hex(4)}"
    text = f"{prefix}_{secrets.token_urlsafe(_BITS // 8)}"
    key = ApiKey(
        prefix=prefix,
        name=name,
        role=role,
        scopes=tuple(_checked(scopes)),
        user=user,
        created_at=desk.now(),
        created_by=created_by,
    )
    with desk.writing() as connection:
        if user is not None:
            known = users.find(connection, user)
            if user not in known:
                raise unknown("user", user)
            try:
                check_person(role, known[user])
            except NoKey as refusal:
                raise Conflict(refusal.problems, known[user].state, ("change",)) from None
        if api_keys.named(connection, name) is not None:
            raise Conflict((KEY_EXISTS.at(None, "/name", name=name),), "existing", ("show", "revoke"))
        api_keys.append(connection, key, digest_of(text))
    return key, text


def list_keys(desk: Desk) -> tuple[ApiKey, ...]:
    """All keys, also the revoked ones, in the order of their names."""
    with desk.store.reading() as connection:
        return api_keys.all_of(connection)


def find_key(desk: Desk, name: str) -> ApiKey:
    """The key with a name or a prefix; refuses an unknown one."""
    with desk.store.reading() as connection:
        key = api_keys.named(connection, name)
    if key is None:
        raise unknown("key", name)
    return key


def revoke_key(desk: Desk, name: str, *, by: str) -> ApiKey:
    """Revokes a key by its name or prefix: from now on it opens nothing."""
    with desk.writing() as connection:
        key = api_keys.named(connection, name)
        if key is None:
            raise unknown("key", name)
        if not api_keys.revoke(connection, key.prefix, at=desk.now(), by=by):
            raise Conflict((KEY_REVOKED.at(None, name=key.name),), "revoked", ())
    return find_key(desk, key.prefix)


def check_person(role: Role, person: User) -> None:
    """Refuses a key of a user who is disabled, or has another role; administrators may have keys of any role."""
    if person.state != "active":
        raise NoKey((USER_NOT_ACTIVE.at(None, name=person.name),))
    if person.role not in (role, "admin"):
        raise NoKey((OTHER_ROLE.at(None, name=person.name, role=person.role, other=role),))


def digest_of(text: str) -> str:
    """What is stored of a key: with 256 random bits no slow hash is needed."""
    return hashlib.sha256(text.encode()).hexdigest()


def allows(key: ApiKey, scope: str) -> bool:
    """Whether a key's scopes let it use a scope such as `orders:read`; its role is another question."""
    return not key.scopes or scope in key.scopes or scope.partition(":")[0] in key.scopes


def key_tree(key: ApiKey) -> dict[str, object]:
    """A key as JSON has it, without what nobody may see."""
    fields = {name: getattr(key, name) for name in ApiKey.__dataclass_fields__}
    return {name: part.isoformat() if hasattr(part, "isoformat") else part for name, part in fields.items()} | {"scopes": list(key.scopes)}


def _checked(scopes: Iterable[str]) -> Iterable[str]:
    for at, scope in enumerate(dict.fromkeys(scopes)):
        resource, colon, access = scope.partition(":")
        if resource not in RESOURCES or (colon and access not in ("read", "write")):
            raise refuse(UNKNOWN_SCOPE, None, f"/scopes/{at}", text=scope[:60], remedy=suggestion(resource, RESOURCES))
        yield scope

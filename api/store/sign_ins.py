"""Passwords of people, and the sessions of their browsers; a session is a key of the service that ends."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import delete, func, select, update

from api.store import access_tables, api_keys
from api.store.api_keys import ApiKey
from api.store.sql import Reading, Writing

_PASSWORDS = access_tables.passwords
_SESSIONS = access_tables.sessions
_KEYS = access_tables.api_keys


@dataclass(frozen=True, slots=True, kw_only=True)
class Password:
    """The hash of a person's password, and the wrong ones given since the last right one."""

    user: str
    hash: str
    failures: int = 0
    locked_until: datetime | None = None
    changed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A browser in which somebody signed in."""

    key: ApiKey
    ends_at: datetime
    browser: str


def password_of(connection: Reading, user: str) -> Password | None:
    """The password of a person; None where there is none."""
    row = connection.execute(select(_PASSWORDS).where(_PASSWORDS.c.user == user)).mappings().first()
    return None if row is None else Password(**row)


def lock_password(connection: Writing, user: str) -> Password | None:
    """The password of a person, which nobody else changes until the transaction ends."""
    connection.execute(select(_PASSWORDS.c.user).where(_PASSWORDS.c.user == user).with_for_update())
    return password_of(connection, user)


def store_password(connection: Writing, password: Password) -> None:
    """Stores a password in place of the one before."""
    connection.execute(delete(_PASSWORDS).where(_PASSWORDS.c.user == password.user))
    connection.execute(_PASSWORDS.insert().values(asdict(password)))


def append_session(connection: Writing, session: Session, digest: str) -> None:
    """Inserts a session with its key."""
    api_keys.append(connection, session.key, digest)
    connection.execute(_SESSIONS.insert().values(key=session.key.prefix, ends_at=session.ends_at, browser=session.browser))


def session_by_hash(connection: Reading, digest: str) -> Session | None:
    """The session with a hash, also one that has ended; None where it is no session's."""
    key = api_keys.by_hash(connection, digest)
    row = None if key is None else connection.execute(select(_SESSIONS).where(_SESSIONS.c.key == key.prefix)).mappings().first()
    return None if key is None or row is None else Session(key=key, ends_at=row["ends_at"], browser=row["browser"])


def last_visit(connection: Reading, user: str, *, key: str) -> datetime | None:
    """When somebody was last here, in another session than that of a key."""
    keys, sessions = _KEYS, _SESSIONS
    used = func.coalesce(keys.c.last_used_at, keys.c.created_at)
    query = select(func.max(used, type_=keys.c.created_at.type)).join(sessions, sessions.c.key == keys.c.prefix)
    return connection.execute(query.where(keys.c.user == user, keys.c.prefix != key)).scalar()


def end_session(connection: Writing, key: str, *, at: datetime, by: str) -> None:
    """Ends one session, unless it has ended."""
    connection.execute(update(_KEYS).where(_KEYS.c.prefix == key, _KEYS.c.revoked_at.is_(None)).values(revoked_at=at, revoked_by=by))


def sessions_of(connection: Reading, user: str, *, at: datetime) -> tuple[Session, ...]:
    """The sessions of a person that last at a moment, the latest first."""
    lasting = (_KEYS.c.user == user, _KEYS.c.revoked_at.is_(None), _SESSIONS.c.ends_at > at)
    query = (
        select(_SESSIONS, _KEYS.c.name).join(_KEYS, _KEYS.c.prefix == _SESSIONS.c.key).where(*lasting).order_by(_SESSIONS.c.ends_at.desc())
    )
    rows = connection.execute(query).mappings().all()
    keys = {row["key"]: api_keys.named(connection, row["key"]) for row in rows}
    return tuple(Session(key=key, ends_at=row["ends_at"], browser=row["browser"]) for row in rows if (key := keys[row["key"]]) is not None)


def end_sessions(connection: Writing, user: str, *, at: datetime, by: str, but: str | None = None) -> int:
    """Ends the sessions of a person that still last, but one; gives how many."""
    lasting = update(_KEYS).where(_KEYS.c.user == user, _KEYS.c.revoked_at.is_(None), _KEYS.c.prefix.in_(select(_SESSIONS.c.key)))
    lasting = lasting if but is None else lasting.where(_KEYS.c.prefix != but)
    return connection.execute(lasting.values(revoked_at=at, revoked_by=by)).rowcount

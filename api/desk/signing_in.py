"""People sign in with a password: passwords are set, checked and locked, and sessions of browsers begin and end."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from typing import Final

from pwdlib import PasswordHash

from api.desk.access import digest_of
from api.desk.desk import Desk
from api.refusals import NoKey, unknown
from api.store import audit_trail, sign_ins, users
from api.store.api_keys import ApiKey
from api.store.audit_trail import AuditEntry
from api.store.sign_ins import Password, Session
from api.store.sql import Writing
from api.store.users import User
from engine.problems import Kind, refuse

NOT_SIGNED_IN: Final = Kind(
    "not-signed-in", "the name or the password is wrong", "write both again; an administrator can set a new password"
)
LOCKED: Final = Kind("sign-in-locked", "too many wrong passwords were given for this name", "try again in {minutes} minutes")
SHORT_PASSWORD: Final = Kind("short-password", "the password has {length} characters", "choose one of {least} to {most} characters")
NAME_IN_PASSWORD: Final = Kind("weak-password", "the password is the name of its user, or one sign again and again", "choose another one")
LEAST: Final = 10
MOST: Final = 200
LASTS: Final = timedelta(hours=12)
"""How long a session lasts."""
_WRONG_IN_A_ROW: Final = 5
_LOCKED_FOR: Final = timedelta(minutes=15)
_LONGEST_BROWSER: Final = 200
_BITS: Final = 256
_RESET_BYTES: Final = 12


def set_password(desk: Desk, user: str, password: str) -> int:
    """Sets the password of a person, and ends the sessions that last; gives how many."""
    _check(user, password)
    hashed = _hashing().hash(password)
    with desk.writing() as connection:
        if users.lock(connection, user, alone=True) is None:
            raise unknown("user", user)
        sign_ins.store_password(connection, Password(user=user, hash=hashed, changed_at=desk.now()))
        return sign_ins.end_sessions(connection, user, at=desk.now(), by=desk.author)


def reset_password(desk: Desk, user: str) -> str:
    """Gives a person a new password, which is nowhere stored, and ends the sessions that last."""
    password = secrets.token_urlsafe(_RESET_BYTES)
    set_password(desk, user, password)
    return password


def change_own_password(desk: Desk, key: ApiKey, current: str, password: str) -> int:
    """Sets the password of the person of a session, who knows the current one; ends its other sessions, and gives how many."""
    user = key.user or ""
    check_password(desk, user, current)
    _check(user, password)
    with desk.writing() as connection:
        sign_ins.store_password(connection, Password(user=user, hash=_hashing().hash(password), changed_at=desk.now()))
        _record(desk, connection, key, "change_password", ("password",))
        return sign_ins.end_sessions(connection, user, at=desk.now(), by=desk.author, but=key.prefix)


def sessions_of(desk: Desk, user: str) -> tuple[Session, ...]:
    """The sessions of a person that last, the latest first; refuses an unknown one."""
    with desk.store.reading() as connection:
        if user not in users.find(connection, user):
            raise unknown("user", user)
        return sign_ins.sessions_of(connection, user, at=desk.now())


def end_sessions(desk: Desk, user: str) -> int:
    """Ends the sessions of a person; gives how many."""
    with desk.writing() as connection:
        if users.lock(connection, user) is None:
            raise unknown("user", user)
        return sign_ins.end_sessions(connection, user, at=desk.now(), by=desk.author)


def end_other_sessions(desk: Desk, key: ApiKey) -> int:
    """Ends the sessions of the person of a session, but this one; gives how many."""
    with desk.writing() as connection:
        _record(desk, connection, key, "end_sessions", ())
        return sign_ins.end_sessions(connection, key.user or "", at=desk.now(), by=desk.author, but=key.prefix)


def sign_in(desk: Desk, user: str, password: str, browser: str) -> tuple[Session, str]:
    """Begins a session; gives it with its token, which is nowhere stored. Refuses a wrong name or password alike, and in the same time."""
    stored, person = check_password(desk, user, password)
    with desk.writing() as connection:
        sign_ins.store_password(connection, replace(stored, failures=0, locked_until=None))
        return begin_session(desk, connection, person, browser)


def check_password(desk: Desk, user: str, password: str) -> tuple[Password, User]:
    """The stored password of an active person; refuses a wrong one, counts it, and refuses all for a while after some."""
    with desk.store.reading() as connection:
        stored = sign_ins.password_of(connection, user)
        person = users.find(connection, user).get(user)
    if stored is not None and stored.locked_until is not None and stored.locked_until > desk.now():
        raise NoKey((LOCKED.at(None, minutes=-(-(stored.locked_until - desk.now()) // timedelta(minutes=1))),))
    is_right = _hashing().verify(password[:MOST], stored.hash if stored is not None else _hash_of_nobody())
    if stored is None or person is None or person.state != "active" or not is_right:
        if stored is not None:
            _count_failure(desk, user)
        raise NoKey((NOT_SIGNED_IN.at(None),))
    return stored, person


def begin_session(desk: Desk, connection: Writing, person: User, browser: str) -> tuple[Session, str]:
    """Begins a session of a person; gives it with its token, which is nowhere stored."""
    token, prefix = secrets.token_urlsafe(_BITS // 8), f"cs_{secrets.token_hex(6)}"
    name = person.name
    key = ApiKey(prefix=prefix, name=f"session {prefix}", role=person.role, user=name, created_at=desk.now(), created_by=name)
    session = Session(key=key, ends_at=desk.now() + LASTS, browser=browser[:_LONGEST_BROWSER])
    sign_ins.append_session(connection, session, digest_of(token))
    return session, token


def sign_out(desk: Desk, key: ApiKey) -> None:
    """Ends a session."""
    with desk.writing() as connection:
        sign_ins.end_session(connection, key.prefix, at=desk.now(), by=desk.author)


def last_visit(desk: Desk, key: ApiKey) -> date | None:
    """The business day on which the person of a session was last here before it, by the clock; None on the first visit."""
    with desk.store.reading() as connection:
        seen_at = sign_ins.last_visit(connection, key.user or "", key=key.prefix)
    return None if seen_at is None else desk.today - max(desk.now().date() - seen_at.date(), timedelta())


def _record(desk: Desk, connection: Writing, key: ApiKey, action: str, fields: tuple[str, ...]) -> None:
    """Writes in the audit trail what a person did with its own account."""
    user = key.user or ""
    entry = AuditEntry(actor_kind="user", actor=user, key=key.prefix, action=action, resource=f"users/{user}", fields=fields)
    audit_trail.append(connection, entry, at=desk.now(), on=desk.today)


def _count_failure(desk: Desk, user: str) -> None:
    with desk.writing() as connection:
        stored = sign_ins.lock_password(connection, user)
        if stored is not None:
            failures = stored.failures + 1
            locked_until = desk.now() + _LOCKED_FOR if failures >= _WRONG_IN_A_ROW else None
            sign_ins.store_password(connection, replace(stored, failures=0 if locked_until else failures, locked_until=locked_until))


def _check(user: str, password: str) -> None:
    if not LEAST <= len(password) <= MOST:
        raise refuse(SHORT_PASSWORD, None, "/password", length=len(password), least=LEAST, most=MOST)
    if (user.lower() in password.lower() and len(password) < 2 * len(user)) or len(set(password)) < 4:
        raise refuse(NAME_IN_PASSWORD, None, "/password")


@cache
def _hashing() -> PasswordHash:
    return PasswordHash.recommended()


@cache
def _hash_of_nobody() -> str:
    """What is compared where a name has no password, so that it takes as long."""
    return _hashing().hash(secrets.token_urlsafe(_BITS // 8))

"""The users of the program: added, changed, and disabled."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from api.desk.desk import Desk
from api.refusals import Conflict, unknown
from api.store import users
from api.store.users import Role, User, UserState
from engine.phrases import phrase
from engine.problems import Kind, refuse
from engine.text.nearest import suggestion

WRONG_USER: Final = Kind("wrong-user", "`{text}` is not {what}", "write {like}")
USER_EXISTS: Final = Kind("user-exists", "there is a user `{name}` already", "choose another name, or `centwright user change {name}`")
LAST_ADMIN: Final = Kind("last-admin", "`{name}` is the only active administrator", "make another user an administrator first")
UNKNOWN_ROLE: Final = Kind("unknown-role", "rules/vocabulary.yaml declares no role `{name}`", "{remedy}, or declare it under `roles`")
_NAME: Final = re.compile(r"[a-z][a-z0-9._-]{0,39}")
_EMAIL: Final = re.compile(r"[^@\s,;<>]{1,64}@[^@\s,;<>]{1,190}")


def find_user(desk: Desk, name: str) -> User:
    """One user; refuses an unknown one."""
    with desk.store.reading() as connection:
        known = users.find(connection, name)
    if name not in known:
        raise unknown("user", name)
    return known[name]


def add(desk: Desk, user: User) -> User:
    """Stores a new user."""
    _check(desk, user)
    with desk.writing() as connection:
        if user.name in users.find(connection, user.name):
            raise Conflict((USER_EXISTS.at(None, name=user.name),), "existing", ("show", "change"))
        users.append(connection, user, at=desk.now())
    return user


def change(
    desk: Desk,
    name: str,
    *,
    full_name: str | None = None,
    email: str | None = None,
    role: Role | None = None,
    state: UserState | None = None,
    approves: Sequence[str] | None = None,
    is_decided_elsewhere: bool = False,
) -> User:
    """Changes what is given of a user. Refused: the last administrator without the role, unless another program decides on roles."""
    with desk.writing() as connection:
        others = users.lock_admins(connection) - {name}
        before = users.lock(connection, name, alone=True)
        if before is None:
            raise unknown("user", name)
        after = replace(
            before,
            full_name=before.full_name if full_name is None else full_name,
            email=before.email if email is None else email,
            role=role or before.role,
            state=state or before.state,
            approves=before.approves if approves is None else tuple(dict.fromkeys(approves)),
        )
        _check(desk, after)
        is_admin, stays_admin = ((each.role, each.state) == ("admin", "active") for each in (before, after))
        if is_admin and not stays_admin and not others and not is_decided_elsewhere:
            at = "/role" if after.role != "admin" else "/state"
            raise Conflict((LAST_ADMIN.at(None, at, name=name),), "active", ("add",))
        users.replace(connection, after)
    return after


def _check(desk: Desk, user: User) -> None:
    roles = desk.rulebook.vocabulary.domains.get("roles", ())
    for at, role in enumerate(user.approves):
        if role not in roles:
            raise refuse(UNKNOWN_ROLE, None, f"/approves/{at}", name=role[:60], remedy=suggestion(role, roles))
    if not _NAME.fullmatch(user.name):
        like = phrase("small letters, digits and . _ - (at most 40)")
        raise refuse(WRONG_USER, None, "/name", text=user.name[:60], what=phrase("the name of a user"), like=like)
    if not user.full_name.strip():
        like = phrase("first and last name")
        raise refuse(WRONG_USER, None, "/full_name", text=user.full_name, what=phrase("the full name of a person"), like=like)
    if not _EMAIL.fullmatch(user.email):
        like = phrase("one address such as accounts@example.com")
        raise refuse(WRONG_USER, None, "/email", text=user.email[:60], what=phrase("an e-mail address"), like=like)

"""The people who work with the program, with their roles."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final, Literal, get_args

from sqlalchemy import select, update

from api.store import people_tables
from api.store.sql import Reading, Writing, canonical_json

Role = Literal["sales", "billing", "accounting", "analyst", "admin"]
UserState = Literal["active", "disabled"]
ROLES: Final[tuple[Role, ...]] = get_args(Role)


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """A person who works with the program: the short name by which the history names it, and what it may do."""

    name: str
    full_name: str
    email: str
    role: Role
    state: UserState = "active"
    approves: tuple[str, ...] = ()
    """The roles of rules/vocabulary.yaml in which it approves quotes."""


def find(connection: Reading, name: str | None = None) -> dict[str, User]:
    """Users by name; all, or one."""
    table = people_tables.users
    query = select(*(table.c[name] for name in User.__dataclass_fields__)).order_by(table.c.name)
    if name is not None:
        query = query.where(table.c.name == name)
    rows = connection.execute(query).mappings()
    return {row["name"]: User(**{**row, "approves": tuple(json.loads(row["approves"] or "[]"))}) for row in rows}


def lock(connection: Writing, name: str, *, alone: bool = False) -> User | None:
    """A user, whom nobody changes until the transaction ends; None where there is none. `alone`: to change it, one at a time."""
    query = select(people_tables.users.c.name).where(people_tables.users.c.name == name)
    connection.execute(query.with_for_update(key_share=True) if alone else query.with_for_update(read=True))
    return find(connection, name).get(name)


def lock_admins(connection: Writing) -> frozenset[str]:
    """The active administrators, whom nobody changes until the transaction ends."""
    table = people_tables.users
    query = select(table.c.name).where(table.c.role == "admin", table.c.state == "active").order_by(table.c.name)
    return frozenset(connection.execute(query.with_for_update(key_share=True)).scalars())


def append(connection: Writing, user: User, *, at: datetime) -> None:
    """Inserts a new user."""
    connection.execute(people_tables.users.insert().values({**_row(user), "made_at": at}))


def replace(connection: Writing, user: User) -> None:
    """Replaces a user; its name stays, for histories refer to it."""
    connection.execute(update(people_tables.users).where(people_tables.users.c.name == user.name).values(_row(user)))


def _row(user: User) -> dict[str, object]:
    return {**asdict(user), "approves": canonical_json(list(user.approves))}

"""`/v1/users`: the people who work with the program, listed, shown, added and changed by administrators."""

from __future__ import annotations

from dataclasses import asdict
from typing import Final

from pydantic import BaseModel, Field

from api.desk import staff
from api.desk.document_trees import Tree
from api.desk.sales_lists import USERS
from api.http.route_declarations import ADMIN, Call, Resource
from api.store.users import Role, User, UserState
from engine.documents.document import Document

users: Final = Resource("users", "The people who work with the program")


class UserRequest(Document):
    """A person who works with the program."""

    name: str = Field(max_length=40)
    full_name: str = Field(max_length=200)
    email: str = Field(max_length=255)
    role: Role
    approves: tuple[str, ...] = Field(default=(), max_length=50)


class UserChange(Document):
    """What changes of a user; what is left out stays, and the name stays always."""

    full_name: str | None = Field(default=None, max_length=200)
    email: str | None = Field(default=None, max_length=255)
    role: Role | None = None
    state: UserState | None = None
    approves: tuple[str, ...] | None = Field(default=None, max_length=50)


class UserAnswer(BaseModel):
    """A user, and the roles of rules/vocabulary.yaml in which it approves quotes."""

    name: str
    full_name: str
    email: str
    role: Role
    state: UserState
    approves: list[str]


_EXAMPLE: Final = {"name": "ann", "full_name": "Ann Peeters", "email": "ann@example.com", "role": "sales"}
users.list_of("/v1/users", USERS, "Users with their roles and states", roles=ADMIN)


@users.show("/v1/users/{user}", UserAnswer, roles=ADMIN)
def get_user(call: Call, user: str) -> Tree:
    """Show a user."""
    return _tree(staff.find_user(call.desk, user))


@users.verb("/v1/users", UserAnswer, roles=ADMIN, request=UserRequest, example=_EXAMPLE, location="/v1/users/{name}")
def add_user(call: Call, body: UserRequest) -> Tree:
    """Add a user."""
    return _tree(staff.add(call.desk, User(**dict(body))))


@users.verb("/v1/users/{user}", UserAnswer, roles=ADMIN, request=UserChange, example={"role": "billing"}, method="PATCH")
def change_user(call: Call, user: str, body: UserChange) -> Tree:
    """Change what is given of a user."""
    return _tree(staff.change(call.desk, user, **dict(body)))


def _tree(user: User) -> Tree:
    return asdict(user) | {"approves": list(user.approves)}

"""`/v1/users`: the people who work with the program, added, changed and signed out by administrators."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Final

from pydantic import BaseModel, Field

from api.desk import company_sign_on, signing_in, staff
from api.desk.document_trees import Tree, session_tree
from api.desk.sales_lists import USERS
from api.http.answer_models import answer_of
from api.http.route_declarations import ADMIN, SHOWN_ONCE, Call, Resource
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


class CompanyAccountAnswer(BaseModel):
    """An account of the company as which a person signs in: its provider and its `sub` there."""

    issuer: str
    subject: str
    bound_at: datetime


class UserAnswer(BaseModel):
    """A user, and the roles of rules/vocabulary.yaml in which it approves quotes."""

    name: str
    full_name: str
    email: str
    role: Role
    state: UserState
    approves: list[str]
    company_accounts: list[CompanyAccountAnswer]
    """The accounts of the company that are bound to the person."""


class SessionAnswer(BaseModel):
    """A browser in which somebody is signed in."""

    session: str
    """The prefix by which the audit trail names it."""
    created_at: datetime
    ends_at: datetime
    last_used_at: datetime | None
    browser: str


class SessionsAnswer(BaseModel):
    """The sessions that last, the latest first."""

    sessions: list[SessionAnswer]


_Password = Annotated[str | None, Field(json_schema_extra={SHOWN_ONCE: True}, description="Null where the request is repeated.")]
NewPasswordAnswer: Final = answer_of("NewPasswordAnswer", "A user with a new password: this once.", UserAnswer, password=_Password)
_EXAMPLE: Final = {"name": "ann", "full_name": "Ann Peeters", "email": "ann@example.com", "role": "sales"}
users.list_of("/v1/users", USERS, "Users with their roles and states", roles=ADMIN)


@users.show("/v1/users/{user}", UserAnswer, roles=ADMIN)
def get_user(call: Call, user: str) -> Tree:
    """Show a user."""
    return _tree(call, staff.find_user(call.desk, user))


@users.verb("/v1/users", UserAnswer, roles=ADMIN, request=UserRequest, example=_EXAMPLE, location="/v1/users/{name}")
def add_user(call: Call, body: UserRequest) -> Tree:
    """Add a user."""
    return _tree(call, staff.add(call.desk, User(**dict(body))))


@users.verb("/v1/users/{user}", UserAnswer, roles=ADMIN, request=UserChange, example={"role": "billing"}, method="PATCH")
def change_user(call: Call, user: str, body: UserChange) -> Tree:
    """Change what is given of a user."""
    return _tree(call, staff.change(call.desk, user, **dict(body)))


@users.verb("/v1/users/{user}/password", NewPasswordAnswer, roles=ADMIN)
def reset_password(call: Call, user: str) -> Tree:
    """Give a person a new password and show it: this once. The sessions of the person end."""
    password = signing_in.reset_password(call.desk, user)
    return _tree(call, staff.find_user(call.desk, user)) | {"password": password}


@users.verb("/v1/users/{user}/unbind", UserAnswer, roles=ADMIN)
def unbind_user(call: Call, user: str) -> Tree:
    """Unbind the account of the company from a person, whose sessions end; the next one with the name of the person is bound."""
    return _tree(call, company_sign_on.unbind(call.desk, user))


@users.show("/v1/users/{user}/sessions", SessionsAnswer, roles=ADMIN)
def list_sessions(call: Call, user: str) -> Tree:
    """List the sessions of a person that last: the browsers in which the person is signed in."""
    return _sessions_tree(call, user)


@users.verb("/v1/users/{user}/sessions/end", SessionsAnswer, roles=ADMIN)
def end_sessions(call: Call, user: str) -> Tree:
    """End the sessions of a person, in every browser."""
    signing_in.end_sessions(call.desk, user)
    return _sessions_tree(call, user)


def _sessions_tree(call: Call, user: str) -> Tree:
    return {"sessions": [session_tree(each) for each in signing_in.sessions_of(call.desk, user)]}


def _tree(call: Call, user: User) -> Tree:
    accounts = company_sign_on.accounts_of(call.desk, user.name)
    bound = [{"issuer": each.issuer, "subject": each.subject, "bound_at": each.bound_at.isoformat()} for each in accounts]
    return asdict(user) | {"approves": list(user.approves), "company_accounts": bound}

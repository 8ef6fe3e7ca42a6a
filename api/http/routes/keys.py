"""`/v1/keys`: the keys of the service; only administrators see them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final

from pydantic import BaseModel, Field

from api.desk import access
from api.desk.access import key_tree
from api.desk.document_trees import Tree
from api.http.answer_models import answer_of
from api.http.route_declarations import ADMIN, SHOWN_ONCE, Call, Resource
from api.store.users import Role
from engine.documents.document import Document

keys: Final = Resource("keys", "The keys of the service")


class KeyAnswer(BaseModel):
    """A key, without itself: only its hash is stored."""

    prefix: str
    name: str
    role: Role
    scopes: list[str]
    user: str | None
    created_at: datetime
    created_by: str
    last_used_at: datetime | None
    revoked_at: datetime | None
    revoked_by: str | None


class KeyRequest(Document):
    """A key to be made: what it may do, and for whom it acts."""

    name: str = Field(max_length=40)
    role: Role
    scopes: tuple[str, ...] = Field(default=(), max_length=50)
    user: str | None = Field(default=None, max_length=40)


class KeysAnswer(BaseModel):
    """All keys, in the order of their names."""

    keys: list[KeyAnswer]


_Text = Annotated[str | None, Field(json_schema_extra={SHOWN_ONCE: True}, description="Null where the request is repeated.")]
CreatedKey: Final = answer_of("CreatedKey", "A key, with its text: this once.", KeyAnswer, key=_Text)
_EXAMPLE: Final = {"name": "web-shop", "role": "sales", "scopes": ["customers", "quotes", "orders:read"]}


@keys.show("/v1/keys", KeysAnswer, roles=ADMIN)
def list_keys(call: Call) -> Tree:
    """List keys with what they may do and when they were used last."""
    return {"keys": [key_tree(one) for one in access.list_keys(call.desk)]}


@keys.show("/v1/keys/{name}", KeyAnswer, roles=ADMIN)
def get_key(call: Call, name: str) -> Tree:
    """Show a key by its name or prefix."""
    return key_tree(access.find_key(call.desk, name))


@keys.verb("/v1/keys", CreatedKey, roles=ADMIN, request=KeyRequest, example=_EXAMPLE, location="/v1/keys/{name}")
def create_key(call: Call, body: KeyRequest) -> Tree:
    """Create a key and show it: this once, for only its hash is stored."""
    created, text = access.create_key(call.desk, body.name, body.role, scopes=body.scopes, user=body.user, created_by=call.person)
    return key_tree(created) | {"key": text}


@keys.verb("/v1/keys/{name}/revoke", KeyAnswer, roles=ADMIN)
def revoke_key(call: Call, name: str) -> Tree:
    """Revoke a key: at once, also for requests that are under way."""
    return key_tree(access.revoke_key(call.desk, name, by=call.person))

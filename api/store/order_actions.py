"""The actions on orders in the store: each with its verb, what it changed as it was before, and the action that it takes back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from api.store import tables
from api.store.rebilling_tables import order_actions
from api.store.sql import Reading, Writing, canonical_json
from engine.documents.order_before import OrderBefore


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One action on an order, which may have several steps in its history."""

    position: int
    """The place of its first step in the history, from 1."""
    steps: int
    verb: Mapping[str, object] | None
    """The verb with its fields; None where a quote brought it."""
    before: OrderBefore
    undoes: int | None = None
    """The position of the action that it takes back."""


def append(connection: Writing, order: str, action: Action, *, at: datetime, author: str) -> None:
    """Records an action."""
    connection.execute(
        order_actions.insert().values(
            order=order,
            position=action.position,
            steps=action.steps,
            verb=None if action.verb is None else canonical_json(action.verb),
            before=canonical_json(action.before.model_dump(mode="json")),
            undoes=action.undoes,
            recorded_at=at,
            author=author,
        )
    )


def find(connection: Reading, order: str) -> tuple[Action, ...]:
    """The actions on an order, as they were recorded."""
    rows = connection.execute(select(order_actions).where(order_actions.c.order == order).order_by(order_actions.c.position))
    return tuple(
        Action(
            position=row.position,
            steps=row.steps,
            verb=None if row.verb is None else json.loads(row.verb),
            before=OrderBefore.model_validate_json(row.before),
            undoes=row.undoes,
        )
        for row in rows
    )


def has_source(connection: Reading, source: str) -> bool:
    """Whether an order came from a version of a quote."""
    return connection.execute(select(tables.orders.c.id).where(tables.orders.c.source == source).limit(1)).first() is not None

"""The tables of billing runs and of their shards, which workers lease."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey

from api.store.columns import day, instant, one_of, table, text, whole
from api.store.sql import Whole

runs = table(
    "runs",
    whole("number", key=True),
    day("due_through"),
    day("issued_on"),
    text("narrowed_to"),
    text("rulebook"),
    text("state"),
    whole("issued"),
    whole("held"),
    instant("started_at"),
    instant("ended_at", needed=False),
    whole("resumed"),
    instant("resumed_at", needed=False),
    one_of("state", "running", "done"),
)

run_shards = table(
    "run_shards",
    Column("run", Whole, ForeignKey("runs.number"), primary_key=True, autoincrement=False),
    whole("number", key=True),
    text("customers"),
    text("state"),
    text("worker", needed=False),
    instant("leased_until", needed=False),
    whole("held"),
    one_of("state", "waiting", "leased", "done"),
)
"""`customers` are the ids of the customers in JSON."""

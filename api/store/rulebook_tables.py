"""The tables of rulebooks: their texts, the published versions and the steps of each, and drafts of the next one."""

from __future__ import annotations

from typing import Final

from sqlalchemy import CheckConstraint, Column, ForeignKeyConstraint

from api.store.columns import day, instant, one_of, table, text, whole
from api.store.sql import YesNo

rulebooks = table(
    "rulebooks",
    text("fingerprint", key=True),
    text("texts_hash", key=True),
    instant("kept_at"),
    text("texts"),
)

rulebook_versions = table(
    "rulebook_versions",
    whole("number", key=True),
    text("fingerprint"),
    text("texts_hash"),
    day("wanted_from"),
    whole("compared_with", needed=False),
    whole("rolls_back_to", needed=False),
    text("checks"),
    whole("year_change", needed=False),
    text("currency"),
    text("changes", needed=False),
    ForeignKeyConstraint(["fingerprint", "texts_hash"], ["rulebooks.fingerprint", "rulebooks.texts_hash"]),
)

rulebook_version_steps = table(
    "rulebook_version_steps",
    whole("number", key=True, of="rulebook_versions.number"),
    whole("sequence", key=True),
    text("state"),
    day("in_force_from", needed=False),
    day("stepped_on"),
    instant("stepped_at"),
    text("author"),
    text("note", needed=False),
    one_of("state", "proposed", "published", "withdrawn"),
    CheckConstraint("(state = 'published') = (in_force_from is not null)", name="published_from"),
)

rulebook_drafts = table(
    "rulebook_drafts",
    text("author", key=True),
    whole("base", needed=False, of="rulebook_versions.number"),
    Column("is_shared", YesNo, nullable=False),
    instant("changed_at"),
    text("files"),
    text("changed_by", needed=False),
)

live_comparisons = table(
    "live_comparisons",
    text("author", key=True),
    text("token"),
    text("compared"),
    text("texts_hash"),
    instant("started_at"),
    instant("beat_at"),
    text("state"),
    whole("done"),
    whole("total"),
    text("answer", needed=False),
    one_of("state", "running", "done", "stopped", "cut-off", "refused"),
)

APPEND_ONLY: Final = ("rulebooks", "rulebook_versions", "rulebook_version_steps")
"""All of them but drafts and comparisons."""

"""Names that are not stored, and the stored ones that were probably meant."""

from __future__ import annotations

from dataclasses import replace

from api.refusals import NEAR, Unknown
from api.store import document_keys
from api.store.database import Store
from engine.problems import Problem


def with_suggestion(refusal: Unknown, store: Store) -> Unknown:
    """The refusal of an unknown name with the one that was probably meant in its remedy, where there is such a one."""
    if refusal.sought is None:
        return refusal
    with store.reading() as connection:
        near = document_keys.nearest_key(connection, *refusal.sought)
    return refusal if near is None else Unknown(tuple(_suggesting(problem, near) for problem in refusal.problems))


def _suggesting(problem: Problem, near: str) -> Problem:
    words = tuple((name, word) for name, word in problem.words if name != "command")
    return replace(problem, kind=NEAR, words=(*words, ("near", near)))

"""Comparisons of live orders in the background: started, followed, stopped; one that was cut off says so and is started again."""

from __future__ import annotations

import json
import multiprocessing
import os
import secrets
import signal
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from multiprocessing.process import BaseProcess
from types import FrameType
from typing import Final

from api.desk.desk import Desk
from api.output.problem_json import problem_as_json
from api.refusals import unknown
from api.store import live_comparisons, rulebooks
from api.store.database import Store, open_store
from api.store.live_comparisons import ComparisonState, StoredComparison
from api.workbench.draft_changes import draft_of
from api.workbench.live_orders import compare_live
from api.workbench.overlay import IN_FORCE, OVERLAID
from api.workbench.rulebook_lookup import load_from_texts
from engine.comparing.comparison_json import OrdersDocument
from engine.phrases import LANGUAGE, Language
from engine.problems import Refusal
from engine.text.sources import Sources

OF_A_DRAFT: Final = "draft"
MOST_ORDERS: Final = 500
"""So many changed orders are listed, with the rules responsible; sums are of all."""
LOST_AFTER: Final = timedelta(seconds=90)
"""A worker that reported nothing for so long is no more."""
_NICENESS: Final = 3


class StoppedComparison(Exception):
    """Nobody wants the comparison any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectState:
    """How far the comparison of a person is, and what came of it."""

    comparison: StoredComparison | None
    state: ComparisonState | None
    """None: none was started."""
    is_current: bool
    """Whether the texts are still those that were compared."""

    @property
    def answer(self) -> Mapping[str, object]:
        """What came of it: `orders`, or `problems`."""
        text = None if self.comparison is None else self.comparison.answer
        tree = json.loads(text) if text else {}
        assert isinstance(tree, dict)
        return tree


@dataclass(frozen=True, slots=True)
class _Work:
    """What a worker is given."""

    url: str
    author: str
    token: str
    before: Sources
    after: Sources
    today: date
    language: Language
    started_at: datetime
    """By the clock of the service, which that of the worker follows from then on."""


def effect_of(desk: Desk, author: str) -> EffectState:
    """The comparison that a person started last; the draft must be one that the desk's author may see."""
    draft = draft_of(desk, author, desk.author)
    with desk.store.reading() as connection:
        stored = live_comparisons.find(connection, author)
    if stored is None:
        return EffectState(comparison=None, state=None, is_current=False)
    is_lost = stored.state == "running" and desk.now() - stored.beat_at > LOST_AFTER
    is_current = stored.compared != OF_A_DRAFT or stored.texts_hash == _hash_of(draft.base, draft.texts)
    return EffectState(comparison=stored, state="cut-off" if is_lost else stored.state, is_current=is_current)


def start(desk: Desk, language: Language, before: str | None, after: str | None, launch: Callable[[BaseProcess], None]) -> EffectState:
    """Starts the comparison of one's draft, or of two versions; one that runs already over the same texts goes on."""
    compared, texts = _texts(desk, before, after)
    digest = _hash_of(*texts)
    running = effect_of(desk, desk.author)
    if running.state == "running" and running.comparison is not None and running.comparison.texts_hash == digest:
        return running
    token, now = secrets.token_hex(8), desk.now()
    with desk.store.writing() as connection:
        stored = StoredComparison(
            author=desk.author, token=token, compared=compared, texts_hash=digest, started_at=now, beat_at=now, state="running",
            done=0, total=live_comparisons.count_items(connection), answer=None,
        )  # fmt: skip
        live_comparisons.store(connection, stored)
    url = desk.store.engine.url.render_as_string(hide_password=False)
    work = _Work(url, desk.author, token, *texts, desk.today, language, now)
    process = multiprocessing.get_context("spawn").Process(target=_compare, args=(work,), daemon=True)
    process.start()
    launch(process)
    return effect_of(desk, desk.author)


def stop(desk: Desk) -> EffectState:
    """Stops one's comparison; its worker sees it with the next orders."""
    with desk.store.writing() as connection:
        stored = live_comparisons.find(connection, desk.author)
        if stored is not None:
            live_comparisons.finish(connection, desk.author, stored.token, "stopped", answer=None, at=desk.now())
    return effect_of(desk, desk.author)


def version_texts(desk: Desk, name: str) -> Sources:
    """The texts of a published version, or of `draft`: one's own."""
    if name == OF_A_DRAFT:
        return draft_of(desk, desk.author, desk.author).texts
    with desk.store.reading() as connection:
        version = next((one for one in rulebooks.find_versions(connection) if one.name == name), None)
        texts = None if version is None else rulebooks.texts_of(connection, version.fingerprint, version.texts_hash)
    if texts is None:
        raise unknown("version", name)
    return texts


def _texts(desk: Desk, before: str | None, after: str | None) -> tuple[str, tuple[Sources, Sources]]:
    if before is None and after is None:
        draft = draft_of(desk, desk.author, desk.author)
        return OF_A_DRAFT, (draft.base, draft.texts)
    names = (before or OF_A_DRAFT, after or OF_A_DRAFT)
    return "..".join(names), (version_texts(desk, names[0]), version_texts(desk, names[1]))


def _hash_of(before: Sources, after: Sources) -> str:
    return sha256(json.dumps([sorted(before.items()), sorted(after.items())]).encode()).hexdigest()


def _compare(work: _Work) -> None:
    """Compares in a process of its own, which gives way to answers; one that is ended says that it was cut off."""
    os.nice(_NICENESS)
    signal.signal(signal.SIGTERM, _end)
    since = time.monotonic()

    def now() -> datetime:
        return work.started_at + timedelta(seconds=time.monotonic() - since)

    store = open_store(work.url, now=now)
    state: ComparisonState = "cut-off"
    answer: dict[str, object] | None = None
    try:
        answer = {"orders": _compared(work, store, now)}
        state = "done"
    except Refusal as refusal:
        state, answer = "refused", {"problems": [problem_as_json(one, work.language) for one in refusal.problems]}
    except StoppedComparison:
        state = "stopped"
    finally:
        with store.writing() as connection:
            text = None if answer is None else json.dumps(answer)
            live_comparisons.finish(connection, work.author, work.token, state, answer=text, at=now())
        store.close()


def _compared(work: _Work, store: Store, now: Callable[[], datetime]) -> dict[str, object]:
    def progress(done: int) -> None:
        with store.writing() as connection:
            if not live_comparisons.report(connection, work.author, work.token, done=done, at=now()):
                raise StoppedComparison

    books = load_from_texts(IN_FORCE, work.before), load_from_texts(OVERLAID, work.after)
    progress(0)
    compared = compare_live(store, *books, today=work.today, most=MOST_ORDERS, progress=progress)
    return OrdersDocument.model_validate(compared).model_dump(mode="json", context={LANGUAGE: work.language})


def _end(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit(1)

"""`/v1/rulebooks`: the versions of the rulebook listed, shown, published, withdrawn, approved and rolled back to."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Final

from pydantic import BaseModel, Field

from api.desk.desk import Desk
from api.desk.document_trees import Tree
from api.http.route_declarations import ANALYSTS, Call, Resource
from api.refusals import Conflict
from api.store import rulebooks as stored_rulebooks
from api.store.rulebooks import StoredVersion
from api.workbench import publishing
from api.workbench.comparison_run import golden_files
from api.workbench.overlay import MOST_FILES, Overlay, Workbench, overlay_example
from api.workbench.published_versions import version_of
from api.workbench.publishing_checks import golden_problems
from api.workbench.version_fields import fields_of, fields_today, version_tree
from engine.comparing.comparison_json import comparison_tree
from engine.dates import GivenDay
from engine.documents.document import Document
from engine.money import Money
from engine.problems import Problem, Refusal
from engine.rulebook.reader import read_rulebook

rulebooks: Final = Resource("rulebooks", "The versions of the rulebook")
_ONE: Final = "/v1/rulebooks/{version}"
_OVERLAID: Final = "these files"


class VersionAnswer(BaseModel, extra="allow"):
    """A version of the rulebook."""

    version: str
    state: str
    in_force: str
    from_: date | None = Field(alias="from")
    by: str
    approved_by: str | None
    fingerprint: str
    note: str | None


class PublishedAnswer(VersionAnswer):
    """A version as it was published or proposed: whether it is new, how many planned transactions differ, and what changes in euros."""

    is_added: bool
    planned: int | None
    changes: dict[str, object] | None


class VersionsAnswer(BaseModel):
    """Every version, the first one first."""

    rulebooks: list[VersionAnswer]


class VersionsQuery(Document):
    """Only the versions in a state; absent: all of them."""

    state: stored_rulebooks.VersionState | None = None


class TextsAnswer(BaseModel):
    """The files of a version by path."""

    files: dict[str, str]


class VersionNote(Document):
    """Why."""

    note: str | None = Field(default=None, max_length=2000)


class Publishing(Document):
    """Texts by their path, which replace or add to those of the version in force (null removes one), the first day, and why."""

    files: dict[str, str | None] = Field(min_length=1, max_length=MOST_FILES)
    from_: GivenDay | None = Field(default=None, alias="from")
    note: str | None = Field(default=None, max_length=2000)


class RollBack(Document):
    """The day from which it is in force again (today, where nothing is said), and why."""

    from_: GivenDay | None = Field(default=None, alias="from")
    note: str | None = Field(default=None, max_length=2000)


@rulebooks.show("/v1/rulebooks", VersionsAnswer, query=VersionsQuery)
def list_rulebooks(call: Call, query: VersionsQuery) -> Tree:
    """List every version: its state, the day from which it is in force, who proposed and who approved it."""
    with call.desk.store.reading() as connection:
        versions = stored_rulebooks.find_versions(connection)
        current = stored_rulebooks.version_in_force(connection, call.desk.today)
    chosen = (one for one in versions if query.state in (None, one.state))
    return {"rulebooks": [_plain(fields_of(one, current, versions)) for one in chosen]}


@rulebooks.show(_ONE, VersionAnswer)
def get_rulebook(call: Call, version: str) -> Tree:
    """Show a version: its steps, what passed before, and what it changed in euros."""
    with call.desk.store.reading() as connection:
        return version_tree(connection, version_of(connection, version), call.desk.today)


@rulebooks.show(f"{_ONE}/files", TextsAnswer)
def get_files(call: Call, version: str) -> Tree:
    """Show the files of a version."""
    with call.desk.store.reading() as connection:
        shown = version_of(connection, version)
        return {"files": dict(stored_rulebooks.texts_of(connection, shown.fingerprint, shown.texts_hash) or {})}


@rulebooks.verb(
    "/v1/rulebooks",
    PublishedAnswer,
    roles=ANALYSTS,
    request=Publishing,
    example={**overlay_example("line.quantity"), "note": "a definition that other rules may use"},
    location="/v1/rulebooks/{version}",
    is_one_transaction=False,
)
def publish_rulebook(call: Call, body: Publishing) -> Tree:
    """Publish texts laid over the version in force as the next version, once check, scenarios, golden orders and every live order hold.

    Where a second person is demanded it is only proposed, and somebody else approves it.
    """
    return publish_texts(call, body)


def publish_texts(call: Call, body: Publishing, *, needs_second_person: bool = False) -> Tree:
    """Publishes texts laid over the version in force, or only proposes them."""
    sources = Workbench(call.desk.sources).apply(Overlay(files=body.files))
    try:
        desk = replace(call.desk, rulebook=read_rulebook(sources), sources=sources, author=call.person)
        golden = golden_files(None, [call.rulebook_folder])
        if golden is not None and golden_problems(golden, call.desk.rulebook)[0]:
            golden = None  # the folder's orders are of another company than the version in force
        published = publishing.publish(
            desk, golden=golden, name=_OVERLAID, from_=body.from_, note=body.note, needs_second_person=needs_second_person, progress=_silent
        )
    except Conflict:
        raise
    except Refusal as refusal:
        raise Refusal(tuple(map(_in_files, refusal.problems)), refusal.state, refusal.possible) from None
    comparison = published.comparison
    changes = None if comparison is None else json.loads(json.dumps(comparison_tree(comparison, call.language), default=str))
    more = {"is_added": published.is_added, "planned": published.planned, "changes": changes}
    return _version_now(call, published.version) | {"fingerprint": published.version.fingerprint} | more


def _version_now(call: Call, version: StoredVersion) -> Tree:
    """The fields of a version that was changed, and whether it is in force now."""
    return _plain(fields_today(call.desk.store, version, call.desk.today))


def _in_files(problem: Problem) -> Problem:
    """A problem at the file of the request in which it is."""
    if problem.where is None or problem.pointer is not None:
        return problem
    path = problem.where.path.replace("~", "~0").replace("/", "~1")
    return replace(problem, pointer=f"/files/{path}")


@rulebooks.verb(f"{_ONE}/withdraw", VersionAnswer, roles=ANALYSTS, request=VersionNote, example={"note": "a mistake in the prices"})
def withdraw_rulebook(call: Call, version: str, body: VersionNote) -> Tree:
    """Withdraw a version that is proposed, or whose day has not come."""
    with call.desk.store.reading() as connection:
        chosen = version_of(connection, version)
    return _version_now(call, publishing.withdraw(call.desk, chosen, note=body.note))


@rulebooks.verb(
    f"{_ONE}/approve", VersionAnswer, roles=ANALYSTS, request=VersionNote, example={"note": "checked"}, is_one_transaction=False
)
def approve_rulebook(call: Call, version: str, body: VersionNote) -> Tree:
    """Put a proposed version in force; not for who proposed it."""
    desk, chosen = _of_version(call, version)
    return _version_now(call, publishing.approve(desk, chosen, note=body.note, progress=_silent).version)


@rulebooks.verb(
    f"{_ONE}/roll-back", VersionAnswer, roles=ANALYSTS, request=RollBack, example={"note": "as before"}, is_one_transaction=False
)
def roll_back(call: Call, version: str, body: RollBack) -> Tree:
    """Publish an earlier version again, as a new version; what was issued in between stays."""
    desk, chosen = _of_version(call, version)
    published = publishing.publish(
        desk, golden=None, name=chosen.name, from_=body.from_, note=body.note, rolls_back_to=chosen.number, progress=_silent
    )
    return _version_now(call, published.version)


def _of_version(call: Call, version: str) -> tuple[Desk, StoredVersion]:
    """The desk with the rulebook of a version, in the name of who asks."""
    with call.desk.store.reading() as connection:
        chosen = version_of(connection, version)
        sources = stored_rulebooks.texts_of(connection, chosen.fingerprint, chosen.texts_hash)
    assert sources is not None, "a version is stored with its texts"
    return replace(call.desk, rulebook=read_rulebook(sources), sources=sources, author=call.person), chosen


def _plain(fields: Mapping[str, object]) -> Tree:
    return {name: str(part) if isinstance(part, date | Money) else part for name, part in fields.items()}


def _silent(_what: str, _done: int, _of: int | None) -> None:
    """Nobody looks on."""
    return

"""Publishing a rulebook: checked, tested and compared with live orders, then a new version that verbs use from a day; and rolled back.

Each step is one transaction, and planning running orders anew is one per batch: killed anywhere and called again, it goes on.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from api.desk.announcing import announce
from api.desk.desk import Desk
from api.desk.held_transactions import plan_and_judge
from api.importing.import_folder import Folder
from api.refusals import Conflict, Positioned, not_possible
from api.store import orders, rulebooks
from api.store.rulebooks import StoredVersion, VersionState
from api.store.sql import Reading, Writing
from api.store.transaction_rows import PlanState
from api.workbench.comparison_run import check_currencies, compare_texts
from api.workbench.live_orders import compare_live
from api.workbench.names_in_use import names_in_use
from api.workbench.publishing_checks import golden_problems, require_checked, scenario_problems
from api.workbench.rulebook_lookup import LoadedRulebook, load_from_texts
from engine.comparing.comparison import Comparison
from engine.comparing.comparison_json import comparison_tree
from engine.comparing.money_changes import RefusalChange
from engine.problems import Kind, Problem, Refusal, message_of, refuse

FROM_EARLIER: Final = Kind(
    "published-from-earlier",
    "{day} lies before today, {today}: no version is in force before it is published",
    "write today or a later day",
)
PUBLISHED_MEANWHILE: Final = Kind(
    "published-meanwhile",
    "{version} was published after this was compared with {base}",
    "publish again: what changes is then shown against {version}",
)
SAME_PERSON: Final = Kind(
    "same-person",
    "{author} proposed {version}, and somebody else must approve it",
    "let another person approve it, on its page or by `centwright rulebook approve {version} --by NAME`",
)
ORDER_NOT_PLANNED: Final = Kind(
    "order-not-planned",
    "order `{order}` of {customer} could not be planned with this rulebook: {because}",
    "see what changed with `centwright diff {base} DIR --live`",
)
BASE_UNREADABLE: Final = Kind(
    "version-unreadable",
    "{version} cannot be read by this version of the program, so no amounts are compared: {because}",
    "see what reads differently before anything is billed",
    "advice",
)
NEVER_IN_FORCE: Final = Kind(
    "never-in-force",
    "{version} waits for {day}, and the newer version comes before it: {version} will never be in force",
    "publish what it changes again with `--from {day}`",
    "advice",
)
_CHECKS: Final = ("check", "test")
_MOST_STORED: Final = 100
"""How many changed orders are stored with a version; their number and all sums are stored anyway."""
Progress = Callable[[str, int, int | None], None]
"""Called with what is done (`compare` items, `plan` orders), how many of it, and of how many where that is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """The result of publishing: the version, whether it is new, what it changes, advice, and how many planned transactions differed."""

    version: StoredVersion
    is_added: bool = False
    comparison: Comparison | None = None
    advice: tuple[Problem, ...] = ()
    planned: int | None = None
    """None where nothing was planned, since the version is not in force today."""


def publish(
    desk: Desk,
    *,
    golden: Folder | None,
    name: str,
    from_: date | None = None,
    note: str | None = None,
    rolls_back_to: int | None = None,
    needs_second_person: bool = False,
    progress: Progress,
) -> Publication:
    """Publishes the rulebook of a desk from a day (default: today) in the name of the desk's author, and plans running orders anew.

    Refused with positioned problems where check, scenarios, golden orders, or names and plans of running orders do not hold. Where
    company.yaml demands a second person, or who proposes wants one, the version is only proposed. Published already, nothing is
    published twice; only what is left to be planned is planned.
    """
    if from_ is not None and from_ < desk.today:
        raise refuse(FROM_EARLIER, None, "/from", day=from_, today=desk.today)
    with desk.store.reading() as connection:
        versions = rulebooks.find_versions(connection)
        base = rulebooks.version_in_force(connection, from_ or desk.today)
    newest = next((one for one in reversed(versions) if one.state != "withdrawn"), None)
    if newest is not None and _is_same(newest, base, desk, from_):
        return _planned(desk, Publication(version=newest), progress)
    prepared = _prepared(desk, base, golden, name, progress)
    with desk.store.writing() as connection:
        rulebooks.lock_publishing(connection)
        after = rulebooks.find_versions(connection)
        if len(after) != len(versions):
            base_name = "-" if base is None else base.name
            raise Conflict((PUBLISHED_MEANWHILE.at(None, version=after[-1].name, base=base_name),), "outdated", ("publish",))
        day = from_ or desk.today
        number = _append(connection, desk, prepared, base, day, golden is not None, rolls_back_to)
        is_proposed = needs_second_person or _needs_second_person(desk, prepared)
        _step(connection, desk, number, *(("proposed", note) if is_proposed else ("published", note, day)))
        (version,) = (one for one in rulebooks.find_versions(connection) if one.number == number)
    late = () if is_proposed else tuple(_never_in_force(versions, day, desk.today))
    published = Publication(version=version, is_added=True, comparison=prepared.comparison, advice=(*prepared.advice, *late))
    return _planned(desk, published, progress)


def approve(desk: Desk, version: StoredVersion, *, note: str | None = None, progress: Progress) -> Publication:
    """Puts a proposed version in force in the name of the desk's author, whose rulebook it is.

    One that was approved before is only planned, where that did not end. Refused to who proposed it, where another version was published
    since, and where nothing is left to be done.
    """
    if version.state == "published" and not _is_unplanned(desk, version):
        raise not_possible("version", version.name, version.state, "approve", ("roll-back",))
    if version.state != "published":
        _require_names(desk)
        with desk.store.writing() as connection:
            rulebooks.lock_publishing(connection)
            (version,) = (one for one in rulebooks.find_versions(connection) if one.number == version.number)
            if version.state != "proposed":
                raise not_possible("version", version.name, version.state, "approve", ())
            if _person(version.steps[0].author) == _person(desk.author):
                raise Conflict((SAME_PERSON.at(None, author=desk.author, version=version.name),), version.state, ("withdraw",))
            if overtaken := published_meanwhile(connection, version, desk.today):
                raise Conflict((overtaken,), version.state, ("withdraw",))
            _step(connection, desk, version.number, "published", note, max(version.wanted_from, desk.today))
            (version,) = (one for one in rulebooks.find_versions(connection) if one.number == version.number)
    return _planned(desk, Publication(version=version), progress)


def published_meanwhile(connection: Reading, version: StoredVersion, today: date) -> Problem | None:
    """Why a proposed version can no longer be published: another one was, since; None where none was."""
    base = rulebooks.version_in_force(connection, max(version.wanted_from, today))
    if base is None or base.number == version.compared_with:
        return None
    return PUBLISHED_MEANWHILE.at(None, version=base.name, base=f"v{version.compared_with}" if version.compared_with else "-")


def withdraw(desk: Desk, version: StoredVersion, *, note: str | None = None) -> StoredVersion:
    """Withdraws a proposed version, or a published one whose day has not come; what was in force is never withdrawn."""
    with desk.store.writing() as connection:
        rulebooks.lock_publishing(connection)
        (version,) = (one for one in rulebooks.find_versions(connection) if one.number == version.number)
        is_waiting = version.in_force_from is not None and version.in_force_from > desk.today
        if version.state != "proposed" and not is_waiting:
            possible = ("roll-back",) if version.state == "published" else ()
            raise not_possible("version", version.name, version.state, "withdraw", possible)
        _step(connection, desk, version.number, "withdrawn", note)
        (version,) = (one for one in rulebooks.find_versions(connection) if one.number == version.number)
    return version


@dataclass(frozen=True, slots=True, kw_only=True)
class _Prepared:
    """What was found before publishing: the version it follows, and what changes."""

    before: LoadedRulebook | None
    comparison: Comparison | None
    advice: tuple[Problem, ...]


def _is_same(newest: StoredVersion, base: StoredVersion | None, desk: Desk, from_: date | None) -> bool:
    """Whether the newest version has the texts of the desk, from the day that is wanted, and was compared with what it still follows."""
    is_wanted = newest.wanted_from <= desk.today if from_ is None else newest.wanted_from == from_
    is_compared = newest.state != "proposed" or newest.compared_with == (None if base is None else base.number)
    return newest.texts_hash == rulebooks.texts_hash(desk.sources) and is_wanted and is_compared


def _prepared(desk: Desk, base: StoredVersion | None, golden: Folder | None, name: str, progress: Progress) -> _Prepared:
    """The comparison with the version that it follows; Refusal with every problem of the files, then of scenarios, orders and names."""
    reading = require_checked(desk.sources)
    problems, texts = scenario_problems(reading, desk.rulebook), dict(desk.sources)
    if golden is not None:
        more, golden_texts = golden_problems(golden, desk.rulebook)
        problems, texts = problems + more, texts | dict(golden_texts)
    problems += names_in_use(desk.store, desk.rulebook, today=desk.today)
    if problems:
        raise Positioned(problems, texts)
    if base is None:
        return _Prepared(before=None, comparison=None, advice=())
    with desk.store.reading() as connection:
        base_texts = rulebooks.texts_of(connection, base.fingerprint, base.texts_hash) or {}
    try:
        before = load_from_texts(base.name, base_texts)
    except Refusal as refusal:
        because = message_of(refusal.problems[0])
        return _Prepared(before=None, comparison=None, advice=(BASE_UNREADABLE.at(None, version=base.name, because=because),))
    after = LoadedRulebook(name, reading, desk.rulebook)
    check_currencies(before, after)
    orders = compare_live(
        desk.store, before, after, today=desk.today, most=_MOST_STORED, progress=lambda items: progress("compare", items, None)
    )
    refused = [one for one in orders.refusals if one.is_refused_after]
    if refused:
        raise Refusal(tuple(_not_planned(one, base.name) for one in refused))
    return _Prepared(before=before, comparison=replace(compare_texts(before, after), orders=orders), advice=())


def _not_planned(one: RefusalChange, base: str) -> Problem:
    return ORDER_NOT_PLANNED.at(None, order=one.order or "-", customer=one.customer or "-", because=message_of(one.problem), base=base)


def _require_names(desk: Desk) -> None:
    problems = names_in_use(desk.store, desk.rulebook, today=desk.today)
    if problems:
        raise Refusal(problems)


def _append(
    connection: Writing, desk: Desk, prepared: _Prepared, base: StoredVersion | None, day: date, has_golden: bool, rolls_back_to: int | None
) -> int:
    digest = rulebooks.store_texts(connection, desk.rulebook.fingerprint, desk.sources, at=desk.now())
    comparison = prepared.comparison
    return rulebooks.append_version(
        connection,
        desk.rulebook.fingerprint,
        digest,
        wanted_from=day,
        checks=(*_CHECKS, *(("golden",) if has_golden else ()), *(("live",) if comparison is not None else ())),
        currency=desk.rulebook.currency,
        year_change=comparison.orders.year if comparison is not None and comparison.orders is not None else None,
        compared_with=None if base is None else base.number,
        rolls_back_to=rolls_back_to,
        changes=None if comparison is None else _stored(comparison),
    )


def _step(connection: Writing, desk: Desk, number: int, state: VersionState, note: str | None, in_force_from: date | None = None) -> None:
    rulebooks.append_version_step(
        connection, number, state, on=desk.today, at=desk.now(), author=desk.author, in_force_from=in_force_from, note=note
    )
    if state == "published":
        announce(desk, connection, "rulebook.published", f"rulebooks/v{number}", **{"from": str(in_force_from)})


def _needs_second_person(desk: Desk, prepared: _Prepared) -> bool:
    """Whether the rulebook demands it, or the version in force: who takes the demand away needs a second person too."""
    both = (desk.rulebook, *(() if prepared.before is None else (prepared.before.rulebook,)))
    return any(rulebook.company.publishing.second_person for rulebook in both)


def _never_in_force(versions: tuple[StoredVersion, ...], day: date, today: date) -> Iterator[Problem]:
    """Advice on versions that wait for a day on which a newer one is in force already."""
    for one in versions:
        if one.in_force_from is not None and one.in_force_from > today and one.in_force_from >= day:
            yield NEVER_IN_FORCE.at(None, version=one.name, day=one.in_force_from)


def _is_unplanned(desk: Desk, version: StoredVersion) -> bool:
    """Whether a version is in force, and orders wait to be planned with it."""
    with desk.store.reading() as connection:
        current = rulebooks.version_in_force(connection, desk.today)
        if current is None or current.fingerprint != version.fingerprint:
            return False
        return bool(orders.unplanned(connection, PlanState(desk.horizon, version.fingerprint, desk.today)))


def _planned(desk: Desk, publication: Publication, progress: Progress) -> Publication:
    """Plans every running order anew where the version is in force today; else the first run of its day does."""
    with desk.store.reading() as connection:
        current = rulebooks.version_in_force(connection, desk.today)
    if current is None or current.fingerprint != publication.version.fingerprint:
        return publication
    differing = plan_and_judge(desk, progress=lambda done, of: progress("plan", done, of))
    return replace(publication, planned=differing)


def _stored(comparison: Comparison) -> dict[str, object]:
    """A comparison as it is stored: all sums, and the orders that change most."""
    if comparison.orders is not None:
        comparison = replace(comparison, orders=comparison.orders.largest(_MOST_STORED))
    tree = comparison_tree(comparison)
    return dict(json.loads(json.dumps(tree, default=str)))


def _person(name: str) -> str:
    return " ".join(name.split()).casefold()

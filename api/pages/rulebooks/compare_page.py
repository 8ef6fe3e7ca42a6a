"""Any two versions of the rulebook, or one's draft, side by side: text by file, euros of golden invoices, and who, when and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from api.desk.desk import Desk
from api.http.route_declarations import Route
from api.pages.frame.navigation import Values, frame_of
from api.pages.frame.visits import Visit
from api.pages.rulebooks.version_page import patches_of
from api.pages.rules.review_parts import money_values, words_of_money
from api.store import rulebooks
from api.workbench.draft_changes import has_draft
from api.workbench.effect_runs import OF_A_DRAFT, version_texts
from api.workbench.overlay import MOST_FILES, DiffResponse
from engine.phrases import Language, Phrase, as_written, phrase, say
from engine.text.sources import Sources
from engine.writing.locale_format import day_text

TEMPLATE: Final = "rulebooks/compare.html.j2"
TITLE: Final = phrase("Compare versions")
_WORDS: Final[Mapping[str, Phrase]] = {
    "before": phrase("before"),
    "after": phrase("after"),
    "compare": phrase("Compare"),
    "draft": phrase("your draft"),
    "text": phrase("Text"),
    "money": phrase("Golden invoices"),
    "same": phrase("No line reads differently."),
    "live": phrase("Compare live orders"),
    "look": phrase("Compare golden invoices"),
    "roll_back": phrase("Roll back to it"),
    "versions": phrase("Published versions"),
    "too_many": phrase("More files differ than are compared at once: compare versions that are nearer to each other."),
    "no_golden": phrase("There are no golden orders beside this rulebook, so no amounts are compared here."),
    "none": phrase("Nothing is published yet."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedVersions:
    """Two versions, with their texts."""

    names: tuple[str, ...]
    """All that can be compared, the newest last."""
    before: str
    after: str
    texts_before: Sources
    texts_after: Sources
    facts: Mapping[str, tuple[str, ...]]
    """Of each: who made it, when and why."""
    may_roll_back: frozenset[str]

    @property
    def differences(self) -> dict[str, str | None]:
        """The texts that make the later of the earlier one; None removes a file."""
        paths = {*self.texts_before, *self.texts_after}
        return {path: self.texts_after.get(path) for path in sorted(paths) if self.texts_before.get(path) != self.texts_after.get(path)}


def compared_versions(desk: Desk, given: Mapping[str, str], language: Language, *, may_roll_back: bool) -> ComparedVersions | None:
    """The versions that a request names: without names the two newest; None where nothing is published."""
    with desk.store.reading() as connection:
        versions = rulebooks.find_versions(connection)
        in_force = rulebooks.version_in_force(connection, desk.today)
    if not versions:
        return None
    names = (*(one.name for one in versions), *((OF_A_DRAFT,) if has_draft(desk) else ()))
    after = given.get("after") or names[-1]
    before = given.get("before") or (names[-2] if len(names) > 1 and after == names[-1] else names[0])
    if before == OF_A_DRAFT:
        before, after = after, before  # a draft is what comes later
    facts = {}
    for one in versions:
        step = one.steps[-1]
        who = phrase("{state} on {day} by {author}", state=as_written(step.state), day=day_text(step.on, language), author=step.author)
        facts[one.name] = (say(who, language), *([step.note] if step.note else []))
    published = {one.name for one in versions if one.state == "published" and (in_force is None or one.name != in_force.name)}
    return ComparedVersions(
        names=names, before=before, after=after, texts_before=version_texts(desk, before), texts_after=version_texts(desk, after),
        facts=facts, may_roll_back=frozenset(published) if may_roll_back else frozenset(),
    )  # fmt: skip


def compare_page(
    visit: Visit, given: ComparedVersions | None, diff: DiffResponse | None, problem: str, routes: Mapping[str, Route]
) -> Values:
    """The values of the page; `diff` is the comparison of golden invoices, where it was made."""
    language = visit.language
    values: Values = {"own": {name: say(words, language) for name, words in _WORDS.items()}, "csrf": visit.form_token}
    frame = frame_of(visit, say(TITLE, language), routes)
    if given is None:
        return frame | values | {"names": []}
    differences = given.differences
    money = None if diff is None or diff.invoices is None else money_values(diff.invoices, language)
    return frame | values | {
        "names": given.names,
        "before": given.before,
        "after": given.after,
        "facts": [(name, given.facts.get(name, ()), name in given.may_roll_back) for name in (given.before, given.after)],
        "patches": patches_of(given.texts_before, given.texts_after),
        "is_too_large": len(differences) > MOST_FILES,
        "problem": problem,
        "has_no_golden": diff is not None and diff.invoices is None,
        "money": money,
        "words": words_of_money(language),
    }  # fmt: skip

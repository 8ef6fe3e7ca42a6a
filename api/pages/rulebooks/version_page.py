"""The page of a version of the rulebook: its text, its euros and its tests side by side, and what one may do with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from pydantic import ValidationError

from api.pages.frame.navigation import Values
from api.pages.records.own_pages import OwnPage, ShownRecord, rows_of
from api.pages.records.tree_view import shown_tree
from api.pages.rules.review_parts import money_values, words_of_money
from api.store import rulebooks
from api.workbench.draft_changes import patch_of
from api.workbench.publishing import published_meanwhile
from engine.comparing.comparison_json import OrdersDocument
from engine.phrases import Phrase, phrase, say

_WORDS: Final[Mapping[str, Phrase]] = {
    "text": phrase("Text"),
    "money": phrase("Euros"),
    "tests": phrase("Tests"),
    "steps": phrase("Steps"),
    "approve": phrase("Publish it"),
    "withdraw": phrase("Withdraw"),
    "roll_back": phrase("Roll back to it"),
    "compare": phrase("Compare"),
    "first": phrase("The first version: there is nothing to compare it with."),
    "same": phrase("No line reads differently."),
    "waits": phrase("It waits for somebody else to look at it and publish it."),
    "yours": phrase("You proposed it: somebody else must publish it."),
    "by_live": phrase("Every live order was planned with it and with the version before."),
}
_CHECKS: Final[Mapping[str, Phrase]] = {
    "read": phrase("it was read without problems"),
    "check": phrase("rules and prices hold together"),
    "test": phrase("every scenario comes out as expected"),
    "golden": phrase("every golden order is billed"),
    "live": phrase("every live order is planned"),
}
_FACTS: Final = ("version", "state", "in_force", "from", "by", "approved_by", "note", "compared_with", "rolls_back_to", "fingerprint")
_STEPS: Final = ("state", "on", "by", "in_force_from", "note")


def _values(record: ShownRecord) -> Values:
    version, language = record.answer, record.visit.language
    state, name = version["state"], str(version["version"])
    orders = _orders(version["changes"])
    before, after = _files(record, version["compared_with"]), _files(record, name)
    is_own = version["by"] == (record.visit.key.user or record.visit.key.name)
    overtaken = _overtaken(record, name) if state == "proposed" else None
    checks = version["checks"]
    assert isinstance(checks, Sequence)
    return {
        "own": {each: say(words, language) for each, words in _WORDS.items()},
        "heading": say(phrase("Version {version} of the rulebook", version=name), language),
        "number": name,
        "facts": shown_tree({each: version.get(each) for each in _FACTS if each in version}, language),
        "step_rows": [shown_tree({each: step.get(each) for each in _STEPS}, language) for step in rows_of(version, "steps")],
        "checks": [say(_CHECKS[each], language) for each in checks if each in _CHECKS],
        "patches": None if before is None or after is None else patches_of(before, after),
        "money": None if orders is None else money_values(orders, language),
        "words_of_money": words_of_money(language),
        "is_proposed": state == "proposed",
        "overtaken": overtaken,
        "is_own": is_own,
        "may_approve": state == "proposed" and not (is_own or overtaken) and record.may("approve_rulebook"),
        "may_withdraw": state == "proposed" and record.may("withdraw_rulebook"),
        "compare": None if version["compared_with"] is None else f"/rules/compare?before={version['compared_with']}&after={name}&look=yes",
        "may_roll_back": state == "published" and version["in_force"] == "no" and record.may("roll_back"),
    }


def _overtaken(record: ShownRecord, name: str) -> str | None:
    """Why a proposed version can no longer be published; None where it can."""
    language, desk = record.visit.language, record.desk
    with desk.store.reading() as connection:
        (version,) = (one for one in rulebooks.find_versions(connection) if one.name == name)
        problem = published_meanwhile(connection, version, desk.today)
    return None if problem is None else f"{problem.message_in(language)} — {problem.help_in(language)}"


def _orders(changes: object) -> OrdersDocument | None:
    """The live orders of a stored comparison; None where there are none, or another version of the program wrote them otherwise."""
    try:
        return OrdersDocument.model_validate(changes["orders"]) if isinstance(changes, Mapping) and changes["orders"] else None
    except (ValidationError, KeyError):
        return None


def _files(record: ShownRecord, version: object) -> Mapping[str, str] | None:
    if version is None:
        return None
    answer = record.read("/rulebooks/{version}/files", {"version": str(version)})
    files = None if answer is None else answer["files"]
    return files if isinstance(files, Mapping) else None


def patches_of(before: Mapping[str, str], after: Mapping[str, str]) -> list[Values]:
    """The files that differ, each with its lines and their styles: rules and prices first, scenarios last and folded."""
    paths = [path for path in {*before, *after} if before.get(path) != after.get(path)]
    return [
        {
            "path": path,
            "lines": patch_lines(_only(before, path), _only(after, path)),
            "is_open": not _is_test(path),
        }
        for path in sorted(paths, key=lambda path: (_is_test(path), path))
    ]


def _only(texts: Mapping[str, str], path: str) -> Mapping[str, str]:
    return {path: texts[path]} if path in texts else {}


def _is_test(path: str) -> bool:
    return path.endswith(".test.yaml")


def patch_lines(before: Mapping[str, str], after: Mapping[str, str]) -> list[tuple[str, str]]:
    """The lines of the difference of one file, each with its style."""
    kinds = {"+": "is-added", "-": "is-removed", "@": "is-place"}
    return [(line, kinds.get(line[:1], "")) for line in patch_of(before, after).splitlines()[2:]]


VERSION_PAGE: Final = OwnPage("rulebooks/version.html.j2", _values)

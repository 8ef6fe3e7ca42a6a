"""The values of the workbench: the files as a tree, the open file in an editor, and what the draft means beside it."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Final
from urllib.parse import urlencode

from api.http.route_declarations import Route
from api.pages.assets import address_of as asset_address
from api.pages.frame.navigation import Values, frame_of
from api.pages.frame.visits import Visit
from api.pages.page_responses import part_of_page
from api.pages.rulebooks.version_page import patch_lines
from api.pages.rules.explain_parts import ExplainedPart
from api.pages.rules.file_tree import address_of, kind_of, tree_of
from api.pages.rules.grid_parts import grid_part, is_wide
from api.pages.rules.review_parts import counts_of, parts_of
from api.refusals import Conflict
from api.store.drafts import StoredDraft
from api.store.rulebooks import StoredVersion
from api.workbench.draft_changes import DraftInForce
from api.workbench.draft_review import ReviewResponse
from api.workbench.overlay import CheckedProblem
from engine.language import highlighting
from engine.phrases import Language, Phrase, phrase, say
from engine.rulebook.book import Rulebook
from engine.writing.locale_format import day_text

TEMPLATE: Final = "rules/rules.html.j2"
TITLE: Final = phrase("Workbench")
SAVED: Final = phrase("Saved in your draft")
UNSAVED: Final = phrase("Your session had ended: what you typed stands in the editor, and is not saved yet")
MERGED: Final = phrase("Saved, with what somebody else changed in this file meanwhile")
_WORDS: Final[Mapping[str, Phrase]] = {
    "files": phrase("Files"),
    "changed": phrase("changed"),
    "removed": phrase("removed"),
    "save": phrase("Save"),
    "undo": phrase("Undo all changes of this file"),
    "remove": phrase("Remove this file"),
    "add": phrase("Add a file"),
    "path": phrase("its path, such as rules/loyalty.rules"),
    "propose": phrase("Propose or publish"),
    "discard": phrase("Discard the draft"),
    "patch": phrase("Download as a patch"),
    "share": phrase("Share it with others"),
    "unshare": phrase("Share it no more"),
    "versions": phrase("Published versions"),
    "prices": phrase("Price lists"),
    "marks": phrase("lines of it decided the amount"),
    "whose": phrase("Drafts that others share"),
    "own": phrase("Back to your own draft"),
    "look": phrase("Check and compare"),
    "live": phrase("Compare live orders"),
    "last_live": phrase("The last comparison"),
    "rebase": phrase("Keep mine over the new version"),
    "draft": phrase("Your draft"),
    "none": phrase("Your draft changes nothing yet. These are the steps from a change to its first invoice:"),
}
_STEPS: Final[Sequence[Phrase]] = (
    phrase("Open a file and change it: mistakes are underlined as you type, and a button mends many of them."),
    phrase("Look at the effect: which invoices come to another amount, and by which rule."),
    phrase("Open the cases, and write a test of one that must stay so; where scenarios now come out otherwise, read each."),
    phrase("Propose the draft: it is checked with every scenario and every live order before it becomes a version."),
    phrase("Somebody else looks at text, tests and euros, and publishes it: the next invoice says which rule decided it."),
)
_MEANWHILE: Final[Mapping[str, Phrase]] = {
    "theirs": phrase("What was changed meanwhile"),
    "mine": phrase("What you changed"),
    "take": phrase("Take the other text"),
    "write": phrase("Save mine over it"),
    "help": phrase("Nothing is lost: your text stands in the editor. Put into it what you want to have of the other, then save it."),
}
_VIEWS: Final[Mapping[str, Phrase]] = {"text": phrase("Text"), "grid": phrase("Table")}
_EDITOR: Final[Mapping[str, Phrase]] = {
    "Find": phrase("Find"),
    "Replace": phrase("Replace"),
    "next": phrase("next"),
    "previous": phrase("previous"),
    "all": phrase("all"),
    "match case": phrase("match case"),
    "regexp": phrase("pattern"),
    "by word": phrase("whole words"),
    "replace": phrase("replace"),
    "replace all": phrase("replace all"),
    "close": phrase("close"),
    "Diagnostics": phrase("Problems"),
    "No diagnostics": phrase("No problem"),
}
_SAVING: Final[Mapping[str, Phrase]] = {
    "unsaved": phrase("Not saved yet"),
    "ended": phrase("Your session has ended, or the service does not answer: sign in on another tab, then go on typing here"),
    "unread": phrase("What this means for invoices could not be read:"),
    "cell": phrase("Not written: a cell cannot hold a quotation mark inside its text"),
    "fix": phrase("Write {text}", text="{text}"),
}


_RULE_WORDS: Final = json.dumps(asdict(highlighting()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a page of the workbench shows: whose draft, which file of it, and what is known of both."""

    draft: DraftInForce
    rulebook: Rulebook
    """That in force, whose words columns have."""
    others: Sequence[StoredDraft]
    file: str | None
    review: ReviewResponse | None
    """None: nobody looked yet."""
    problems: Sequence[CheckedProblem]
    message: str | None = None
    problem: str | None = None
    """What did not work."""
    view: str = "text"
    """Whether tables stand as text or as a grid."""
    explained: ExplainedPart | None = None
    latest: StoredVersion | None = None
    """The version that the person proposed last."""
    meanwhile: str = ""
    """What somebody else changed meanwhile, as a part of the page."""
    seen: str | None = None
    """The text that one has seen, where it is not the one that stands in the editor."""


def rules_page(visit: Visit, shown: Shown, routes: Mapping[str, Route]) -> tuple[Values, str]:
    """The values of the page, and the nonce of the styles of its editor."""
    draft, language, nonce = shown.draft, visit.language, secrets.token_urlsafe(16)
    of = None if draft.author == visit_author(visit) else draft.author
    can_change = of is None or (draft.stored is not None and draft.stored.is_shared)
    texts = {**draft.base, **{path: text for path, text in draft.files.items() if text is not None}}
    counts = counts_of(shown.problems)
    parts = None
    if shown.review is not None:
        parts = parts_of(visit, shown.review, shown.problems, file=shown.file, of=of, can_change=can_change)
    text = texts.get(shown.file or "")
    marks = shown.explained.lines if shown.explained else {}
    grid = None
    if shown.file is not None and text is not None:
        grid = grid_part(
            shown.file, text, shown.rulebook, shown.problems, language, csrf=visit.form_token, of=of,
            marks=marks.get(shown.file, ()), can_change=can_change and draft.files.get(shown.file, "") is not None,
        )  # fmt: skip
    own: Values = {
        "grid": grid,
        "is_grid": grid is not None and shown.view == "grid",
        "views": _views(shown.file, of, language),
        "words": {name: say(words, language) for name, words in _WORDS.items()},
        "steps": _steps(shown, draft, language),
        "done_word": say(phrase("done"), language),
        "folders": tree_of(draft, counts, shown.file, language, of=of, marks=marks),
        "explained": shown.explained.query if shown.explained else "",
        "is_wide": shown.file is not None and text is not None and is_wide(shown.file, text),
        "explain": shown.explained.html if shown.explained else "",
        "marks": json.dumps(sorted(set(marks.get(shown.file or "", ())))),
        "file": shown.file,
        "content": text,
        "kind": say(kind_of(shown.file, texts[shown.file]), language) if shown.file in texts and shown.file else "",
        "is_removed": shown.file is not None and shown.file in draft.files and draft.files[shown.file] is None,
        "is_changed": shown.file in draft.files,
        "meanwhile": shown.meanwhile,
        "seen": text if shown.seen is None else shown.seen,
        "is_own": of is None,
        "last_changed": _last_changed(draft, language),
        "is_new": shown.file is not None and shown.file not in draft.base,
        "can_change": can_change,
        "author": draft.author,
        "of": of,
        "has_draft": bool(draft.files),
        "is_shared": draft.stored is not None and draft.stored.is_shared,
        "heading": say(phrase("Draft of {author}", author=of) if of else TITLE, language),
        "version": _version(draft, language),
        "overtaken": _overtaken(draft, language),
        "others": [(one.author, address_of(None, one.author)) for one in shown.others if one.author != visit_author(visit)],
        "parts": parts,
        "looks": shown.review is None and bool(draft.files),
        "known": json.dumps({"parts": {}, **_known(shown.problems)}) if parts is not None else "",
        "rule_words": _RULE_WORDS,
        "editor_texts": json.dumps(_editor_texts(language), ensure_ascii=False),
        "nonce": nonce,
        "script_of_rules": asset_address("rules.js"),
        "message": shown.message,
        "problem": shown.problem,
    }
    return frame_of(visit, say(TITLE, language), routes) | own, nonce


def visit_author(visit: Visit) -> str:
    """Whose draft is one's own."""
    return visit.key.user or visit.key.name


def answer_of(visit: Visit, review: ReviewResponse, problems: Sequence[CheckedProblem], *, file: str, of: str | None) -> dict[str, object]:
    """What the script of the page gets: the parts anew, the problems, and how many each file has."""
    parts = parts_of(visit, review, problems, file=file, of=of, can_change=True)
    return {"parts": parts, **_known(problems)}


def _known(problems: Sequence[CheckedProblem]) -> dict[str, object]:
    return {"problems": [one.model_dump() for one in problems], "counts": dict(counts_of(problems))}


def _steps(shown: Shown, draft: DraftInForce, language: Language) -> list[Values]:
    """The steps from a change to its invoice, each with whether it is done in this draft, and where it is done."""
    is_proposed = not draft.files and shown.latest is not None
    is_published = is_proposed and shown.latest is not None and shown.latest.state == "published"
    version = f"/rulebooks/{shown.latest.name}" if shown.latest else "/rulebooks"
    has_effect = shown.review is not None and shown.review.changes is not None
    done = (bool(draft.files), has_effect, any(path.endswith(".test.yaml") for path in draft.files), is_proposed, is_published)
    look = "/rules?look=yes" if draft.files else None
    propose = f"/do/propose_draft?{urlencode({'author': draft.author})}" if draft.files else None
    addresses = ("/rules/prices", look, look, propose, version if is_proposed else None)
    return [
        {"text": say(step, language), "is_done": is_done, "address": address}
        for step, is_done, address in zip(_STEPS, done, addresses, strict=True)
    ]


def _views(file: str | None, of: str | None, language: Language) -> list[tuple[str, str, str]]:
    """The ways to look at a file that has tables: the name of each, its address, and what it is called."""
    address = address_of(file, of)
    return [(name, f"{address}&view={name}", say(words, language)) for name, words in _VIEWS.items()]


def meanwhile_part(file: str, seen: str, theirs: str, mine: str, conflict: Conflict, visit: Visit) -> str:
    """What somebody else changed in a file since one saw it, and what one changed oneself."""
    language = visit.language
    words = {name: say(each, language) for name, each in _MEANWHILE.items()}
    changes = [(words[name], patch_lines({file: seen}, {file: text})) for name, text in (("theirs", theirs), ("mine", mine))]
    values: Values = {"words": words, "message": conflict.problems[0].message_in(language), "changes": changes}
    return part_of_page("rules/meanwhile.html.j2", values)


def _last_changed(draft: DraftInForce, language: Language) -> str:
    stored = draft.stored
    if stored is None or stored.changed_by is None or (stored.changed_by == draft.author and not stored.is_shared):
        return ""
    return say(
        phrase(
            "Last changed by {person}, {moment} UTC",
            person=stored.changed_by,
            moment=f"{day_text(stored.changed_at.date(), language)} {stored.changed_at:%H:%M}",
        ),
        language,
    )


def _version(draft: DraftInForce, language: Language) -> str:
    if draft.version is None:
        return say(phrase("Nothing is published yet: the first document makes this rulebook version v1."), language)
    since = draft.version.in_force_from
    day = day_text(since, language) if since else ""
    author = draft.version.steps[-1].author
    return say(phrase("In force: {version}, since {day}, by {author}", version=draft.version.name, day=day, author=author), language)


def _overtaken(draft: DraftInForce, language: Language) -> str | None:
    if not draft.overtaken or draft.version is None:
        return None
    files = ", ".join(draft.overtaken)
    return say(
        phrase("{version} was published since you began, and changed too: {files}", version=draft.version.name, files=files), language
    )


def _editor_texts(language: Language) -> Mapping[str, object]:
    saving = {name: say(words, language) for name, words in _SAVING.items()}
    return saving | {"editor": {name: say(words, language) for name, words in _EDITOR.items()}}

"""Why an amount is what it is, beside the file that made it: the lines that decided it, and why a rule did not."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from typing import Final
from urllib.parse import urlencode

from api.desk import explaining
from api.desk.desk import Desk
from api.http.request_parsing import read_request
from api.pages.frame.navigation import Values
from api.pages.page_responses import part_of_page
from api.pages.rules.file_tree import address_of
from api.workbench.draft_changes import DraftInForce
from engine.evaluations.price import PriceRequest, evaluate_price
from engine.explaining.amount_trace import record_questions
from engine.explaining.explain_evaluation import explain_answer, traced_answer
from engine.explaining.explanation import Explained, Explanation
from engine.explaining.why_not import why_not_explanation, why_not_part
from engine.phrases import Language, Phrase, phrase, say
from engine.problems import Refusal
from engine.rulebook.book import Rulebook
from engine.text.sources import Sources

FIELDS: Final = ("explain", "line", "rule", "product", "segment", "quantity", "on")
_MOST_NAMES: Final = 600
_WORDS: Final[Mapping[str, Phrase]] = {
    "explain": phrase("Explain"),
    "document": phrase("An invoice, credit note, quote or item, or to-invoice"),
    "rule": phrase("Why not this rule? (its name, a row such as `{row}`, or nothing)", row="segment-factor row 1"),
    "why": phrase("Why this amount"),
    "price": phrase("Or a price with the draft: product"),
    "segment": phrase("segment"),
    "quantity": phrase("quantity"),
    "on": phrase("day"),
    "because": phrase("because"),
    "marked": phrase("The lines that decided it are marked in the file."),
    "amounts": phrase("Amounts"),
    "close": phrase("Close the explanation"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedPart:
    """What stands beside a file: the part of the page, and the lines of each file that decided the amount."""

    html: str
    lines: Mapping[str, Sequence[int]]
    query: str
    """What an address of a file needs, so that its page explains the same."""


def explain_part(
    desk: Desk,
    draft: DraftInForce,
    given: Mapping[str, str],
    rulebook_of_draft: Callable[[], Rulebook],
    language: Language,
    *,
    file: str | None,
    of: str | None,
) -> ExplainedPart:
    """The amount that a request names, of a document or of a price with the draft; without one, the form alone."""
    explanation, problem = None, ""
    texts = draft.texts
    made_by: Sources = texts
    try:
        if given.get("product"):
            explanation = _of_price(given, rulebook_of_draft(), desk.today)
        elif given.get("explain"):
            explanation = _of_document(desk, given)
            made_by = explaining.texts_of(desk, explanation.rulebook) or texts
    except Refusal as refusal:
        first = refusal.problems[0]
        problem = f"{first.message_in(language)}. {first.help_in(language)}"
    chosen = _chosen(explanation, given.get("line", ""))
    steps = [] if chosen is None else [(step, *_place(step.where, made_by, texts)) for step in chosen.steps]
    lines: dict[str, list[int]] = {}
    for _, path, line in steps:
        if path is not None and line is not None:
            lines.setdefault(path, []).append(line)
    fields = {name: given[name] for name in FIELDS if given.get(name)}
    rules = [*desk.rulebook.checked.rule_names(), *(book.id for book in desk.rulebook.price_books)]
    values: Values = {
        "words": {name: say(words, language) for name, words in _WORDS.items()},
        "given": {name: given.get(name, "") for name in FIELDS},
        "today": str(desk.today),
        "file": file,
        "of": of,
        "rules": rules[:_MOST_NAMES],
        "products": [(code, product.name.in_(language)) for code, product in desk.rulebook.products.items()][:_MOST_NAMES],
        "segments": list(desk.rulebook.checked.vocabulary.domains.get("segments", ())),
        "documents": explaining.latest_numbers(desk),
        "problem": problem,
        "closes": address_of(file, of),
        "title": "" if explanation is None else say(explanation.title, language),
        "notes": [] if explanation is None else [say(note, language) for note in explanation.notes],
        "parts": [] if explanation is None else [_part(part, fields, file, of, language) for part in explanation.parts],
        "chosen": None if chosen is None else {"title": say(chosen.title, language), "sentence": say(chosen.sentence, language)},
        "steps": [
            {
                "says": say(step.says, language),
                "because": say(step.because, language) if step.because else "",
                "place": f"{path}:{line}" if path else step.rule,
                "address": _address(path, line, fields, of) if path in texts else None,
            }
            for step, path, line in steps
        ],
    }
    return ExplainedPart(html=part_of_page("rules/explain.html.j2", values), lines=lines, query=f"&{urlencode(fields)}" if fields else "")


def _of_document(desk: Desk, given: Mapping[str, str]) -> Explanation:
    name, line = given["explain"].strip(), given.get("line") or None
    if given.get("rule"):
        return explaining.explain_why_not(desk, name, line, given["rule"].strip())
    return explaining.explain(desk, name)


def _of_price(given: Mapping[str, str], rulebook: Rulebook, today: date) -> Explanation:
    customer = {"segment": given["segment"]} if given.get("segment") else {}
    body = {
        "product": given["product"],
        "quantity": given.get("quantity") or "1",
        "on": given.get("on") or str(today),
        "customer": customer,
    }
    request = read_request(PriceRequest, body)
    answer, questions = record_questions(rulebook, lambda traced: evaluate_price(request, traced))
    if not given.get("rule"):
        return explain_answer("price", answer, rulebook)
    part = why_not_part(given["rule"].strip(), traced_answer(answer, questions), rulebook, number="1", title=given["product"])
    return why_not_explanation(given["product"], given["rule"].strip(), rulebook, (part,))


def _chosen(explanation: Explanation | None, line: str) -> Explained | None:
    """The amount of a line; without one the first."""
    if explanation is None:
        return None
    return next((part for part in explanation.parts if part.line == line), next(iter(explanation.parts), None))


def _part(part: Explained, fields: Mapping[str, str], file: str | None, of: str | None, language: Language) -> Values:
    named = {**fields, "line": part.line}
    title = say(part.title, language)
    return {
        "title": f"{part.line}. {title}" if part.line.isdigit() else title,
        "amount": part.amount,
        "address": _with(address_of(file, of), named),
        "is_open": fields.get("line", "") == part.line,
    }


def _address(path: str | None, line: int | None, fields: Mapping[str, str], of: str | None) -> str:
    address, _, place = address_of(path, of, line).partition("#")
    return _with(address, fields) + (f"#{place}" if place else "")


def _with(address: str, named: Mapping[str, str]) -> str:
    return f"{address}{'&' if '?' in address else '?'}{urlencode(named)}" if named else address


def _place(where: str | None, made_by: Sources, texts: Sources) -> tuple[str | None, int | None]:
    """The file and line of a step as the draft has it now; the line may have moved since, or be gone."""
    path, _, line = (where or "").rpartition(":")
    if not path or not line.isdecimal():
        return None, None
    before, after = made_by.get(path), texts.get(path)
    if before is None or after is None or before == after:
        return path, int(line)
    return path, _moved(before, after, int(line))


def _moved(before: str, after: str, line: int) -> int:
    """The line of a later text that stands where one of an earlier text stood."""
    matcher = SequenceMatcher(None, before.splitlines(), after.splitlines(), autojunk=False)
    for _, first, until, now, now_until in matcher.get_opcodes():
        if first <= line - 1 < until:
            return min(now + line - 1 - first, max(now, now_until - 1)) + 1
    return line

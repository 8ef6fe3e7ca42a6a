"""What the service says of a draft, as parts of the page: problems with fixes, the effect in money, scenarios, and changed cases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Final
from urllib.parse import urlencode

from babel.numbers import format_decimal

from api.pages.frame.navigation import Values
from api.pages.frame.visits import Visit
from api.pages.page_responses import part_of_page
from api.pages.rules.file_tree import address_of
from api.workbench.draft_review import ReviewedCase, ReviewedPrice, ReviewedScenarios, ReviewResponse
from api.workbench.overlay import CheckedProblem, DiffResponse
from engine.comparing import phrasing
from engine.comparing.comparison_json import (
    CauseDocument,
    InvoiceChangeDocument,
    InvoicesDocument,
    MonthChangeDocument,
    OrderChangeDocument,
    OrdersDocument,
    WhyDocument,
)
from engine.comparing.money_changes import SumName
from engine.locales import locale_of
from engine.phrases import Language, Phrase, phrase, say

PARTS: Final = ("problems", "effect", "tests", "cases")
_MOST: Final = 12
"""So many rows of a table are shown."""
_FIRST: Final = 4
"""So many tests and cases are shown at once; the rest is folded."""
_BAR: Final = 40
_WORDS: Final[Mapping[str, Phrase]] = {
    "problems": phrase("Problems"),
    "no_problems": phrase("No problem in any file."),
    "fix": phrase("Write"),
    "effect": phrase("Effect"),
    "no_golden": phrase("There are no golden orders beside this rulebook, so no amounts are compared here."),
    "nothing": phrase("No amount changes."),
    "mend_first": phrase("Mend the problems first: then the amounts are compared."),
    "before": phrasing.BEFORE,
    "after": phrasing.AFTER,
    "change": phrasing.CHANGE,
    "largest": phrase("The largest changes, net"),
    "customer": phrasing.CUSTOMER,
    "why": phrasing.WHY,
    "reads": phrase("What reads differently"),
    "by_month": phrase("Planned, by month"),
    "month": phrasing.MONTH,
    "refused": phrase("What only one of the two refuses"),
    "tests": phrase("Tests"),
    "take": phrase("Expect the new answer"),
    "take_all": phrase("Expect all new answers"),
    "expected": phrase("expected"),
    "found": phrase("found"),
    "cases": phrase("Cases"),
    "no_cases": phrase("No case gets another answer."),
    "explain": phrase("Why this answer"),
    "why_not": phrase("Why not?"),
    "write_test": phrase("Write a test of this case"),
    "no_answer": phrasing.NO_ANSWER,
    "more": phrase("More"),
}


def parts_of(
    visit: Visit, review: ReviewResponse, problems: Sequence[CheckedProblem], *, file: str | None, of: str | None, can_change: bool
) -> dict[str, str]:
    """The parts by the id of their place on the page; `problems` are all that are known."""
    language = visit.language
    of_all: Values = {
        "words": words_of_money(language),
        "csrf": visit.form_token,
        "file": file,
        "of": of,
        "can_change": can_change,
    }
    shown: dict[str, Values] = {
        "problems": _problems(problems, of),
        "effect": _effect(review.changes, language, of),
        "tests": _tests(review.scenarios, language, of),
        "cases": _cases(review.cases, file, of),
    }
    return {name: part_of_page(f"rules/{name}.html.j2", of_all | shown[name]) for name in PARTS}


def words_of_money(language: Language) -> Mapping[str, str]:
    """The words that stand beside compared amounts."""
    return {name: say(words, language) for name, words in _WORDS.items()}


def counts_of(problems: Sequence[CheckedProblem]) -> Mapping[str, int]:
    """How many problems each file has; advice is none."""
    return Counter(one.file for one in problems if one.file and one.severity == "problem")


def _problems(problems: Sequence[CheckedProblem], of: str | None) -> Values:
    return {"problems": [(one, address_of(one.file, of, one.line) if one.file else None) for one in problems]}


def _effect(changes: DiffResponse | None, language: Language, of: str | None) -> Values:
    if changes is None:
        return {"state": "problems", "edits": []}
    edits = [
        {
            "subject": " ".join(filter(None, (one.kind, one.name if one.name != one.kind else "", one.part))),
            "before": one.before,
            "after": one.after,
            "address": _address(one.after_at or one.before_at, of),
            "place": one.after_at or one.before_at,
        }
        for one in changes.edits[: _MOST * 4]
    ]
    compared = changes.invoices
    if compared is None:
        return {"state": "no-golden", "edits": edits}
    return {"state": "compared", "edits": edits, **money_values(compared, language)}


def money_values(compared: InvoicesDocument | OrdersDocument, language: Language) -> Values:
    """The amounts of compared golden invoices, or live orders, as the page writes them."""
    sums: list[tuple[str, str, str, str]] = []
    causes: list[tuple[str, str | None]] = []
    if isinstance(compared, InvoicesDocument):
        words: dict[str, object] = {"count": compared.invoices_changed, "currency": compared.currency}
        words["all"] = max(compared.invoices_before, compared.invoices_after)
        months = phrasing.months_text(compared.invoice_months, language)
        title = phrase("{count} of {all} invoices of {month} come to another amount ({currency})", month=months, **words)
        net = compared.change.net
        sums = [(say(word, language), *_row(compared, name, language)) for name, word in phrasing.SUMS]
        causes = [
            (_cause(one, language), _address(next((each.where for each in one.example), None), None)) for one in compared.causes[:_MOST]
        ]
        largest = [_change_of_invoice(one, language) for one in compared.changes[:_MOST]]
    else:
        words = {"count": compared.orders_changed, "all": compared.orders, "currency": compared.currency}
        title = phrase("{count} of {all} running orders come to another amount ({currency})", **words)
        net = compared.change
        largest = [_change_of_order(one, language) for one in compared.changes[:_MOST]]
    year = amount_text(compared.year, language, signed=True)
    planned = phrase(
        "Planned in the twelve months from {first}: {net} net", first=phrasing.month_text(compared.year_from, language), net=year
    )
    return {
        "changes_money": bool(compared.changes) or any(Decimal(one.change) for one in compared.months),
        "title": say(title, language),
        "net": amount_text(net, language, signed=True),
        "sums": sums,
        "planned": say(planned, language),
        "largest": largest,
        "others": max(0, len(compared.changes) - _MOST),
        "causes": causes,
        "bars": _bars(compared.months, language),
        "refusals": compared.refusals[:_MOST],
    }


def _row(compared: InvoicesDocument, name: SumName, language: Language) -> tuple[str, str, str]:
    before, after, change = (getattr(part, name) for part in (compared.before, compared.after, compared.change))
    return amount_text(before, language), amount_text(after, language), amount_text(change, language, signed=True)


def _change_of_invoice(one: InvoiceChangeDocument, language: Language) -> Values:
    nets = (one.before.net if one.before else "0", one.after.net if one.after else "0", one.change.net)
    return _change(one, nets, [each for line in one.lines for each in line.why], language)


def _change_of_order(one: OrderChangeDocument, language: Language) -> Values:
    return _change(one, (one.before, one.after, one.change), one.why, language)


def _change(
    one: InvoiceChangeDocument | OrderChangeDocument, nets: tuple[str, str, str], why: Iterable[WhyDocument], language: Language
) -> Values:
    return {
        "customer": one.customer,
        "name": one.name,
        "type": phrasing.order_type(one.order_type, language),
        "before": amount_text(nets[0], language),
        "after": amount_text(nets[1], language),
        "change": amount_text(nets[2], language, signed=True),
        "why": list(
            dict.fromkeys((f"{each.rule}: {each.before or '–'} → {each.after or '–'}", _address(each.where, None)) for each in why)
        )[:4],
    }


def _cause(one: CauseDocument, language: Language) -> str:
    rules = "; ".join(f"{rule.rule} ({rule.because})" if rule.because else rule.rule for rule in one.rules)
    net = amount_text(one.net, language, signed=True)
    return say(phrase("{net} in {lines} lines: {rules}", net=net, lines=one.lines, rules=rules), language)


def _bars(months: Sequence[MonthChangeDocument], language: Language) -> list[Values]:
    """The change of each month, with a bar of its height."""
    changes: dict[str, Decimal] = {}
    for one in months:
        changes[one.month] = changes.get(one.month, Decimal(0)) + Decimal(one.change)
    largest = max((abs(change) for change in changes.values()), default=Decimal(0))
    if not largest:
        return []
    return [
        {
            "month": phrasing.month_text(month, language),
            "text": amount_text(str(change), language, signed=True),
            "height": round(float(abs(change) / largest) * _BAR, 1),
            "is_less": change < 0,
        }
        for month, change in sorted(changes.items())
    ]


def _cases(cases: Sequence[ReviewedCase] | None, file: str | None, of: str | None) -> Values:
    """Each case with the steps to its answer, the addresses of their lines, and that of the question why not."""
    if cases is None:
        return {"cases": None, "first": _FIRST}
    shown = [(one, [(step, _address(step.where, of)) for step in one.steps], address_of_case(one.price, file, of)) for one in cases]
    return {"cases": shown, "first": _FIRST}


def address_of_case(price: ReviewedPrice | None, file: str | None, of: str | None) -> str | None:
    """The address at which the price of a case is explained with the draft: of the rule that the case is about, why it took no part."""
    if price is None:
        return None
    address = address_of(file, of)
    given = {name: text for name, text in price.model_dump().items() if text is not None}
    return f"{address}{'&' if '?' in address else '?'}{urlencode(given)}#explain"


def _tests(scenarios: ReviewedScenarios | None, language: Language, of: str | None) -> Values:
    if scenarios is None:
        return {"tried": None, "failed": []}
    failed = [(one, address_of(one.file, of, one.line)) for one in scenarios.failed]
    words: dict[str, object] = {"tried": scenarios.tried, "failed": len(failed)}
    title = phrase("All {tried} scenarios come out as expected", **words)
    if failed:
        title = phrase("{failed} of {tried} scenarios do not come out as expected", **words)
    return {"tried": scenarios.tried, "failed": failed, "title": say(title, language), "first": _FIRST}


def place_address(place: str | None) -> str | None:
    """The address of `rules/pricing.rules:12` in one's own draft."""
    return _address(place, None)


def _address(place: str | None, of: str | None) -> str | None:
    """The address of `rules/pricing.rules:12`."""
    path, _, line = (place or "").rpartition(":")
    return address_of(path, of, int(line)) if path and line.isdecimal() else None


def amount_text(text: str, language: Language, *, signed: bool = False) -> str:
    """An amount as the language writes it."""
    number = Decimal(text)
    shown: str = format_decimal(number, format="#,##0.00", locale=locale_of(language))
    return f"+{shown}" if signed and number > 0 else shown

"""Proves that the VAT decisions of the rules can stand on e-invoices: category, rate and reason for exemption fit together (EN 16931)."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

from engine.code_lists.code_list import VATEX
from engine.language import Cases, CheckedRules, Plain
from engine.phrases import phrase
from engine.problems import Kind, Problem

CATEGORY_RATE: Final = Kind("category-rate", "category {category} at {rate} for {question} (EN 16931, {rule})", "{remedy}")
VATEX_CATEGORY: Final = Kind(
    "vatex-category",
    "`{code}` stands with category {category} for {question}",
    "write it with category {categories} only, and an empty text for the others",
)
NO_EXEMPTION_REASON: Final = Kind(
    "no-exemption-reason",
    "category {category} has no reason for {question} (EN 16931, {rule})",
    "give it a mention, a basis or a code in `vat.mention`, `vat.basis` or `vat.vatex`",
)
NO_NUMBER: Final = Kind(
    "reverse-charge-without-number",
    "category AE for {question}, who has no VAT number to owe the VAT under (EN 16931, BR-AE-02)",
    "write category O or G for customers without a VAT number",
)

_RULES: Final = {"S": "BR-S-05", "Z": "BR-Z-05", "E": "BR-E-05", "AE": "BR-AE-05", "K": "BR-IC-05", "G": "BR-G-05", "O": "BR-O-05"}
_REASONED: Final = {"E": "BR-E-10", "AE": "BR-AE-10", "K": "BR-IC-10", "G": "BR-G-10", "O": "BR-O-10"}
_CATEGORY: Final = "vat.category"
Wanted = dict[str, tuple[Collection[Plain], bool]]
Question = tuple[Kind, Wanted]
"""A problem, and the answers that would make it one."""


def prove_vat(checked: CheckedRules, cases: Cases) -> Iterator[Problem]:
    """A problem for each wrong pair of answers that the rules can give, with a case; lines that are held do not matter."""
    categories = {str(value): where for value, where in reversed(checked.results_written(_CATEGORY))}
    codes = {str(value): where for value, where in reversed(checked.results_written("vat.vatex")) if value in VATEX}
    unheld: Wanted = {"vat.held": (("no",), True)} if "vat.held" in checked.answer_names else {}
    sends_e_invoices = any(value == "peppol" for value, _ in checked.results_written("invoice.channel"))
    questions = [*_of_rates(), *map(_of_code, codes), *((_of_reasons(checked), _OF_NUMBERS) if sends_e_invoices else ())]
    results = checked.joint_cases(cases, [{**unheld, **wanted} for _, wanted in questions])
    for (kind, _), case in zip(questions, results, strict=True):
        if case is not None:
            words, answers = case
            category, code = str(answers[_CATEGORY]), str(answers.get("vat.vatex"))
            where = codes[code] if kind is VATEX_CATEGORY else categories.get(category)
            yield kind.at(where, None, question=words, category=category, code=code, **_words(kind, category, code))


def _of_rates() -> Iterator[Question]:
    """Category S bears VAT, and no other does."""
    yield CATEGORY_RATE, {_CATEGORY: (("S",), True), "vat.rate": ((0,), True)}
    yield CATEGORY_RATE, {_CATEGORY: (("S",), False), "vat.rate": ((0,), False)}


def _of_reasons(checked: CheckedRules) -> Question:
    """Where no VAT is charged, a code, a mention or a basis says why."""
    empty = {"vat.vatex": "", "vat.mention": "none", "vat.basis": ""}
    missing: Wanted = {name: ((none,), True) for name, none in empty.items() if name in checked.answer_names}
    return NO_EXEMPTION_REASON, {_CATEGORY: (tuple(_REASONED), True), **missing}


def _of_code(code: str) -> Question:
    """A code stands with its own categories only."""
    return VATEX_CATEGORY, {"vat.vatex": ((code,), True), _CATEGORY: (VATEX[code], False)}


_OF_NUMBERS: Final[Question] = (
    NO_NUMBER,
    {_CATEGORY: (("AE",), True), "vat.treatment": (("outside-scope",), True), "customer.vat-number": (("none", "invalid"), True)},
)
"""Abroad nobody sees to it that a customer has a number, as vat.held does in the Union."""


def _words(kind: Kind, category: str, code: str) -> dict[str, str]:
    if kind is CATEGORY_RATE:
        bears = category == "S"
        rate = "0%" if bears else phrase("a rate other than 0%")
        remedy = phrase("write category Z or E for what bears 0%") if bears else phrase("write category S, or a rate of 0%")
        return {"rate": rate, "rule": _RULES[category], "remedy": remedy}
    return {"rule": _REASONED.get(category, ""), "categories": ", ".join(VATEX.get(code, ()))}

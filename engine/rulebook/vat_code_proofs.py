"""Proves that vat/codes.yaml has a code for every treatment, rate and kind of supply that the rules can answer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from typing import Final, NamedTuple

from engine.language import Cases, CheckedRules
from engine.money import Percent
from engine.phrases import Phrase, listed, phrase
from engine.problems import Kind, Problem
from engine.rulebook.catalog import Product
from engine.rulebook.checks.price_gaps import first_day
from engine.rulebook.company import Company, SellerEntry
from engine.rulebook.vat import Rates
from engine.rulebook.vat_codes import VatCode
from engine.rulebook.vat_proofs import Wanted
from engine.rulebook.yaml_entries import Entry, Gathered

NO_CODE: Final = Kind(
    "treatment-without-vat-code",
    "no VAT code for {treatment} {what}, category {category}, at {rates} from {day} on: {question}",
    "add a code with `treatment: {treatment}`, its rate and its boxes of the return",
)
_WITH_RATE: Final = frozenset({"S", "L", "M"})
_WITHOUT_RATE: Final = frozenset({"zero", "exempt"})


class _Kind(NamedTuple):
    """A kind of supply whose codes are looked for."""

    treatment: str
    category: str
    is_goods: bool
    has_rate: bool


class _Gap(NamedTuple):
    """What no code stands for; goods and services that lack the same one are one gap."""

    treatment: str
    category: str
    rates: str
    day: date


class _InForce(NamedTuple):
    """A rate, and the days on which it is in force."""

    rate: Fraction
    since: date
    before: date


def prove_vat_codes(gathered: Gathered, checked: CheckedRules, cases: Cases) -> Iterator[Problem]:
    """A problem for each kind of supply without a code that the rules can answer for this seller, with a case."""
    codes, rates = gathered.of("vat-codes", VatCode), gathered.only("vat-rates", Rates)
    company = gathered.only("company", Company)
    if not codes or rates is None or company is None or not company.has("seller"):
        return
    lacking = list(_lacking(gathered, checked, [each.written for each in codes.values()], rates, company.written.seller))
    questions = [_question(kind, company.written.seller, checked) for kind, _, _ in lacking]
    what: dict[_Gap, list[tuple[Phrase, str]]] = {}
    for (kind, missing, day), case in zip(lacking, checked.joint_cases(cases, questions) if questions else (), strict=True):
        if case is not None:
            gap = _Gap(kind.treatment, kind.category, ", ".join(f"{Percent(rate)}%" for rate in missing), day)
            what.setdefault(gap, []).append((phrase("goods") if kind.is_goods else phrase("services"), case[0]))
    for gap, supplies in what.items():
        words = listed([supply for supply, _ in supplies])
        yield NO_CODE.at(next(iter(codes.values())).named_at, what=words, question=supplies[0][1], **gap._asdict())


def _lacking(
    gathered: Gathered, checked: CheckedRules, codes: list[VatCode], rates: Entry[Rates], seller: SellerEntry
) -> Iterator[tuple[_Kind, list[Fraction], date]]:
    """The kinds of supplies for which no code stands, with their rates and the first day without one."""
    start = first_day(gathered)
    sold = {product.written.vat_class for product in gathered.of("products", Product).values()}
    treatments = dict.fromkeys(str(value) for value, _ in checked.results_written("vat.treatment"))
    categories = dict.fromkeys(str(value) for value, _ in checked.results_written("vat.category"))
    for treatment in treatments:
        for category in categories if "zero" in sold else categories.keys() - {"Z"}:
            has_rate = category in _WITH_RATE
            wanted = list(_in_force(rates, treatment, seller, start)) if has_rate else [_InForce(Fraction(0), start, date.max)]
            for is_goods in (False, True):
                gaps = {each.rate: day for each in wanted if (day := _gap(codes, treatment, category, is_goods, each)) is not None}
                if gaps:
                    yield _Kind(treatment, category, is_goods, has_rate), sorted(gaps), min(gaps.values())


def _in_force(rates: Entry[Rates], treatment: str, seller: SellerEntry, start: date) -> Iterator[_InForce]:
    """The rates that supplies may bear: those of the seller's country; in the one-stop shop those of all others."""
    is_oss = treatment == "oss"
    for country, classes in rates.written.rates.items():
        if (country == seller.country) == is_oss:
            continue
        for vat_class, entries in classes.items():
            ends = [*(entry.from_ for entry in entries[1:]), date.max]
            for entry, end in zip(entries, ends, strict=False):
                if end > start and vat_class not in _WITHOUT_RATE and 0 < entry.rate.fraction <= 1:
                    yield _InForce(entry.rate.fraction, max(start, entry.from_), end)


def _gap(codes: list[VatCode], treatment: str, category: str, is_goods: bool, in_force: _InForce) -> date | None:
    """The first day on which a rate in force has no code; None without one."""
    fitting = [code for code in codes if code.fits(treatment, category, in_force.rate, is_goods)]
    after = [code.until + timedelta(days=1) for code in fitting if code.until is not None and code.until < date.max]
    days = sorted(day for day in (in_force.since, *after) if in_force.since <= day < in_force.before)
    return next((day for day in days if not any(code.is_in_force(day) for code in fitting)), None)


def _question(kind: _Kind, seller: SellerEntry, checked: CheckedRules) -> Wanted:
    held: Wanted = {"vat.held": (("no",), True)} if "vat.held" in checked.answer_names else {}
    return held | {
        "vat.treatment": ((kind.treatment,), True),
        "vat.category": ((kind.category,), True),
        "supply.kind": (("goods",), kind.is_goods),
        "seller.oss": ((seller.oss,), True),
        "seller.small-business": ((seller.small_business,), True),
    }

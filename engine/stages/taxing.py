"""Decides VAT on a supply by the rules of vat/: treatment, category, rate, mention and tax point, or why the supply is held."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Final

from engine.dates import month_after
from engine.documents.invoice import Held, Mention, VatDecision
from engine.documents.party import Customer
from engine.documents.supply import Supply
from engine.language import Answer, Plain
from engine.money import Percent, factor_text
from engine.phrases import Figure, Phrase, named, phrase
from engine.problems import Kind, Problem, Refusal, message_of, refuse
from engine.reasons import Reason
from engine.rulebook.book import Cache, Rulebook, cached_in_rulebook
from engine.rulebook.facts import customer_facts, expired_answer, product_facts, seller_facts, vat_territory

NO_VAT_RULE: Final = Kind("no-vat-rule", "no rule of vat/ gives `{target}`", "write a table or a definition for it in vat/treatment.rules")
NO_MENTION: Final = Kind("unknown-mention", "there is no mention `{name}`", "add it to vat/mentions.yaml, or write `none`")
NO_RATE: Final = phrase("no rate")
"""Why a supply is held if vat/ has no rate for its country and class; no other rate replaces it."""
ADVANCE: Final = "an advance on goods for another member state makes nothing chargeable; its document carries the issue date, {day}"
RETURNS_UNKNOWN: Final = phrase("not known if it files periodic returns")
NOT_VERIFIED: Final = phrase("VAT number not verified")
_HELD_BY_RULES: Final = (RETURNS_UNKNOWN, NOT_VERIFIED, phrase("VAT of the country in which the property stands"))
"""What the shipped rules give for `vat.held`, in every language; another text of the rules stays as it is written."""
EXPIRED: Final = "{held}: the answer of {day} has expired"
_RETURNS: Final = "customer.files-periodic-returns"
_WITHOUT_A_ROW: Final = "no-row"
_PLACES: Final = ("seller.country", "supply.ship-to", "supply.vat-territory", "customer.country", "customer.vat-territory")
"""The facts that may name the country whose VAT falls due."""


def tax(supply: Supply, rulebook: Rulebook, *, issued_on: date, paid_on: date | None = None, tracing: bool = True) -> VatDecision | Held:
    """The VAT decision for a supply invoiced on a day.

    The treatment at the issue date decides the tax point; treatment and rate are then decided again at the tax point.
    """
    facts = supply_facts(supply, rulebook, on=issued_on)
    names, known = _known_decisions(rulebook)
    decided: VatDecision | Held | None = None
    if names is not None:
        key = (supply.service_period, supply.supplied_on, supply.advance, issued_on, paid_on, tracing, *map(facts.get, names))
        decided = known.get(key)
    if decided is None:
        decided = _decide_with_tax_point(supply, facts, rulebook, issued_on, paid_on, tracing=tracing)
        if names is not None:
            known.store(key, decided)
    return _or_expired(decided, facts, supply.customer, rulebook, issued_on)


def _decide_with_tax_point(
    supply: Supply, facts: Mapping[str, Plain], rulebook: Rulebook, issued_on: date, paid_on: date | None, *, tracing: bool
) -> VatDecision | Held:
    point, why = _tax_point(supply, rulebook, facts, issued_on, paid_on, tracing=tracing)
    decided = decide({**facts, "invoice.tax-point": point}, rulebook, point, tracing=tracing)
    if isinstance(decided, Held) or not tracing:
        return decided
    return decided.replace(reasons=(*decided.reasons, why))


@cached_in_rulebook(1)
def _known_decisions(rulebook: Rulebook) -> tuple[tuple[str, ...] | None, Cache[VatDecision | Held]]:
    """The facts on which VAT decisions can depend (None: also on lists of lines), and the cache of decisions by these facts."""
    looks = [rulebook.rules.looks_at(target) for target in rulebook.rules.targets if target.startswith("vat.")]
    known = Cache[VatDecision | Held](most=5_000)
    names = {*_PLACES, "supply.vat-class"}
    for each in looks:
        if each is None:
            return None, known
        names |= set(each)
    return tuple(sorted(names - {"invoice.issued-on", "invoice.tax-point"})), known


def decide_at(supply: Supply, rulebook: Rulebook, tax_point: date, *, changed: Mapping[str, Plain] | None = None) -> VatDecision | Held:
    """The VAT decision for a supply at a known tax point, with some of its facts changed."""
    facts = {**supply_facts(supply, rulebook, on=tax_point), **(changed or {})}
    return _or_expired(decide(facts, rulebook, tax_point), facts, supply.customer, rulebook, tax_point)


def decide(facts: Mapping[str, Plain], rulebook: Rulebook, tax_point: date, *, tracing: bool = True) -> VatDecision | Held:
    """The VAT decision for the facts of a supply at a known tax point.

    It is held where it depends on whether the customer files periodic returns, and nobody stated that.
    """
    try:
        return _decide(facts, rulebook, tax_point, tracing=tracing)
    except Refusal as refusal:
        problem = refusal.problems[0]
        if ("name", _RETURNS) not in problem.words or _RETURNS in facts:
            raise
        either, other = (_decide({**facts, _RETURNS: files}, rulebook, tax_point, tracing=False) for files in (False, True))
        if either == other:
            return _decide({**facts, _RETURNS: False}, rulebook, tax_point, tracing=tracing)
        return Held(held=RETURNS_UNKNOWN, reasons=(_reason_of(problem, "returns"),))


def _decide(facts: Mapping[str, Plain], rulebook: Rulebook, tax_point: date, *, tracing: bool) -> VatDecision | Held:
    held = _ask("vat.held", facts, rulebook, tracing=tracing)
    if held is not None and held.value != "no":
        return Held(held=next((each for each in _HELD_BY_RULES if each == held.value), str(held.value)), reasons=_deciding(held))
    treatment = _must("vat.treatment", facts, rulebook, tracing=tracing)
    category = _must("vat.category", facts, rulebook, tracing=tracing)
    try:
        rate = _must("vat.rate", facts, rulebook, tracing=tracing)
    except Refusal as refusal:
        problem = refusal.problems[0]
        if problem.code != _WITHOUT_A_ROW or not _is_rate_missing(str(treatment.value), facts, rulebook, tax_point):
            raise
        return Held(held=NO_RATE, reasons=(_reason_of(problem, "rate"),))
    mention = _ask("vat.mention", facts, rulebook, tracing=tracing)
    basis = _ask("vat.basis", facts, rulebook, tracing=tracing)
    vatex = _ask("vat.vatex", facts, rulebook, tracing=tracing)
    mentioned = _mention_reason(rulebook, str(mention.value)) if mention else ()
    fraction = Fraction(rate.value) if isinstance(rate.value, int | Fraction) else Fraction(0)
    return VatDecision.model_validate(
        {
            "treatment": treatment.value,
            "category": category.value,
            "rate": Percent(fraction),
            "vatex": (str(vatex.value) or None) if vatex else None,
            "mention": _mention(str(mention.value), rulebook) if mention else None,
            "basis": str(basis.value) if basis else "",
            "tax_point": tax_point,
            "reasons": (*_reasons(rulebook, treatment, category, rate, fraction), *mentioned) if tracing else (),
        }
    )


def _reason_of(problem: Problem, subject: str) -> Reason:
    where = f"{problem.where.path}:{problem.where.line}" if problem.where else None
    return Reason("vat", f"vat: {subject}", message_of(problem), where=where)


def _or_expired(
    decided: VatDecision | Held, facts: Mapping[str, Plain], customer: Customer, rulebook: Rulebook, on: date
) -> VatDecision | Held:
    """A decision; one that is held for want of a current answer about the VAT number says that the last answer has expired."""
    day = expired_answer(customer, rulebook, on) if isinstance(decided, Held) else None
    if day is None or isinstance(decide({**facts, "customer.vat-number": "valid"}, rulebook, on, tracing=False), Held):
        return decided
    assert isinstance(decided, Held)
    says = phrase("the answer of {day} about the VAT number serves for {days} days", day=day, days=rulebook.vat.vat_answer_days)
    reason = Reason("vat", "vat: vat-answer-days", says)
    return decided.replace(held=phrase(EXPIRED, held=decided.held, day=day), reasons=(*decided.reasons, reason))


def looks_at_product(rulebook: Rulebook) -> bool:
    """Whether the VAT rules use facts of a product that the supply lacks, such as its code, family or attributes."""
    looks = [rulebook.rules.looks_at(target) for target in rulebook.rules.targets if target.startswith("vat.")]
    return any(names is None or any(name.startswith("product.") for name in names) for names in looks)


def supply_facts(supply: Supply, rulebook: Rulebook, *, on: date) -> dict[str, Plain]:
    """The facts of a supply for the VAT rules; it ships to the customer's country by default."""
    address = supply.customer.address
    ship_to = supply.ship_to or address.country
    postcode = supply.ship_to_postcode or (address.postcode if ship_to == address.country else "")
    facts: dict[str, Plain] = {
        **seller_facts(rulebook),
        **customer_facts(supply.customer, rulebook, on),
        "supply.kind": supply.kind,
        "supply.vat-class": supply.vat_class,
        "supply.ship-to": ship_to,
        "supply.vat-territory": vat_territory(ship_to, postcode, rulebook, on),
        "supply.distance-sale": supply.distance_sale,
        "invoice.issued-on": on,
        "invoice.tax-point": on,
    }
    product = rulebook.products.get(supply.product or "")
    return facts if product is None else {**facts, **product_facts(product)}


def _is_rate_missing(treatment: str, facts: Mapping[str, Plain], rulebook: Rulebook, tax_point: date) -> bool:
    """Whether the rate is missing in vat/ for the class and the country of the VAT; else the rules have a gap."""
    places = _PLACES[:1] if treatment == "domestic" else _PLACES[1:]
    return any(rulebook.rates.rate(str(facts[place]), str(facts["supply.vat-class"]), tax_point) is None for place in places)


def _tax_point(
    supply: Supply, rulebook: Rulebook, facts: Mapping[str, Plain], issued_on: date, paid_on: date | None, *, tracing: bool
) -> tuple[date, Reason]:
    """The day on which VAT becomes chargeable, by the treatment at the issue date (Directive 2006/112/EC art. 63 to 67)."""
    answer = _ask("vat.tax-point", facts, rulebook, tracing=tracing)
    value = str(answer.value) if answer else "issue"
    point, says = issued_on, "the issue date, {day}"
    if value == "payment":
        point = paid_on or issued_on
        says = "the payment, {day}" if paid_on else "the payment; until then the issue date, {day}"
    elif value == "month-15" and supply.advance:
        says = ADVANCE
    elif value == "month-15" and supply.supplied_on is not None:
        point = min(issued_on, month_after(supply.supplied_on, 1, 15))
        says = "the invoice, at the latest the 15th of the month after delivery: {day}"
    elif value == "service-end":
        point = _service_end(supply) or issued_on
        says = "the last day of the service, {day}"
    text = _on_day(rulebook, says, point)
    decided = answer.reasons[-1] if answer and answer.reasons else Reason("tax-point", "vat: tax point", text)
    return point, replace(decided, subject="tax-point", says=text)


def _service_end(supply: Supply) -> date | None:
    """The last day of the service period, or the day of completion."""
    if supply.service_period is not None and supply.service_period.days:
        return supply.service_period.last
    return supply.supplied_on


def _ask(target: str, facts: Mapping[str, Plain], rulebook: Rulebook, *, tracing: bool) -> Answer | None:
    return rulebook.rules.ask(target, facts, tracing=tracing) if target in rulebook.rules.targets else None


def _must(target: str, facts: Mapping[str, Plain], rulebook: Rulebook, *, tracing: bool) -> Answer:
    answer = _ask(target, facts, rulebook, tracing=tracing)
    if answer is None:
        raise refuse(NO_VAT_RULE, target=target)
    return answer


def _mention(name: str, rulebook: Rulebook) -> Mention | None:
    if name == "none":
        return None
    entry = rulebook.mentions.get(name)
    if entry is None:
        raise refuse(NO_MENTION, name=name)
    return entry.on_documents(name)


@cached_in_rulebook(1_000)
def _mention_reason(rulebook: Rulebook, name: str) -> tuple[Reason, ...]:
    """The reason of a mention: its text and the article of law."""
    entry = rulebook.mentions.get(name)
    if entry is None:
        return ()
    says = phrase("the document says “{mention}”", mention=named(entry.text.texts))
    return (Reason("mention", f"vat: mention {name}", says, entry.basis, rulebook.places.of("mentions", name)),)


def _reasons(rulebook: Rulebook, treatment: Answer, category: Answer, rate: Answer, fraction: Fraction) -> tuple[Reason, ...]:
    """The reasons of treatment, category and rate, without duplicates."""
    reasons: dict[Reason, None] = {}
    for subject, answer in (("treatment", treatment), ("category", category), ("rate", rate)):
        for reason in _deciding(answer) or (Reason("vat", f"vat: {subject}", _decided(subject, answer, fraction)),):
            reasons[_of_vat(rulebook, reason)] = None
    return tuple(reasons)


def _decided(subject: str, answer: Answer, fraction: Fraction) -> Phrase:
    """The text of a decision that no rule explains."""
    if subject == "rate":
        return phrase("rate: {percent}%", percent=Figure(factor_text(fraction * 100)))
    template = "treatment: {treatment}" if subject == "treatment" else "category: {category}"
    return phrase(template, treatment=answer.value, category=answer.value)


@cached_in_rulebook(10_000)
def _of_vat(_rulebook: Rulebook, reason: Reason) -> Reason:
    return replace(reason, subject="vat")


@cached_in_rulebook(10_000)
def _on_day(_rulebook: Rulebook, says: str, day: date) -> Phrase:
    """The text of a tax point, cached: many supplies share it."""
    return phrase(says, day=day)


def _deciding(answer: Answer) -> tuple[Reason, ...]:
    """The table rows behind an answer, else the rule that gave it."""
    rows = tuple(reason for reason in answer.reasons if " row " in reason.rule)
    return rows or answer.reasons[-1:]


class Taxing:
    """The stage as an argument of drafting: decides under one rulebook."""

    def __init__(self, rulebook: Rulebook, tracing: bool) -> None:
        self._rulebook, self._tracing = rulebook, tracing
        self.looks_at_product = looks_at_product(rulebook)

    def __call__(self, supply: Supply, *, issued_on: date) -> VatDecision | Held:
        return tax(supply, self._rulebook, issued_on=issued_on, tracing=self._tracing)

"""The invoice lines of a transaction: one, or one per part of a bundle; in each, quantity × price gives the list net."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final, NamedTuple

from engine.documents.document import Language
from engine.documents.invoice import Derivation, InvoiceLine, VatDecision
from engine.documents.line_figures import BY_TIERS, tier_sum, why_not
from engine.documents.line_text import detail, note_in
from engine.documents.quote import LineDiscount, PricePer
from engine.documents.totals import add, multiplying_quantity, price_of
from engine.documents.transaction import Portion, Transaction, TransactionKind
from engine.money import Money, Price, Quantity
from engine.rulebook.book import Rulebook, cached_in_rulebook
from engine.rulebook.supply_codes import vat_code

_ONE: Final = "C62"
"""The code of UN/ECE Recommendation 20 for one of something without a unit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """What becomes one invoice line: a transaction, or one part of its bundle."""

    transaction: Transaction
    product: str
    quantity: Quantity
    list_net: Money
    discounts: tuple[LineDiscount, ...]
    net: Money
    supply_kind: str
    vat_class: str
    revenue_account: str


def pieces(transaction: Transaction, rulebook: Rulebook) -> tuple[Piece, ...]:
    """The pieces of a transaction: one, or one per bundle part with its own VAT class and account and its share of the discounts."""
    portion = transaction.portion
    if not portion.parts:
        return (
            Piece(
                transaction=transaction,
                product=transaction.line.product,
                quantity=portion.quantity,
                list_net=portion.list_net,
                discounts=portion.discounts,
                net=portion.net,
                supply_kind=transaction.supply_kind,
                vat_class=transaction.vat_class,
                revenue_account=transaction.revenue_account,
            ),
        )
    weights = [abs(part.net.minor) for part in portion.parts]
    by_discount = [discount.amount.allocate(weights) for discount in portion.discounts]
    parts = []
    for at, part in enumerate(portion.parts):
        product = rulebook.products[part.product]
        discounts = tuple(replace(discount, amount=amounts[at]) for discount, amounts in zip(portion.discounts, by_discount, strict=True))
        parts.append(
            Piece(
                transaction=transaction,
                product=part.product,
                quantity=part.quantity,
                list_net=part.net + add((discount.amount for discount in discounts), part.net.currency),
                discounts=discounts,
                net=part.net,
                supply_kind=product.supply_kind,
                vat_class=product.vat_class,
                revenue_account=product.account,
            )
        )
    return tuple(parts)


def line_of(piece: Piece, decision: VatDecision, number: int, language: Language, rulebook: Rulebook) -> InvoiceLine:
    """The invoice line of a piece: base quantity = |quantity|, price = its list net, and the sign in the quantity."""
    transaction = piece.transaction
    quantity = multiplying_quantity(piece.quantity, piece.list_net)
    name, unit, unit_code, unit_word = _words(transaction, piece.product, quantity, language, rulebook)
    if transaction.portion.kind in ("commitment", "drawdown"):
        unit_code, unit_word = _ONE, ""
    bundle = rulebook.products[transaction.line.product].name.in_(language) if transaction.portion.parts else None
    derivation, words = _derived(piece, quantity, bundle, language, rulebook)
    return InvoiceLine(
        number=number,
        product=piece.product,
        description=name,
        detail=", ".join(each for each in (words, transaction.text) if each),
        item=transaction.item,
        transaction=transaction.identity,
        order=transaction.order,
        quantity=quantity,
        unit=unit,
        unit_code=unit_code,
        unit_word=unit_word,
        price=price_of(piece.list_net),
        base_quantity=Quantity(abs(quantity.micros)),
        unit_price=transaction.line.unit_price,
        list_net=piece.list_net,
        discounts=tuple(replace(each, label=each.label_in(language), labels=()) for each in piece.discounts),
        net=piece.net,
        category=decision.category,
        rate=decision.rate,
        vatex=decision.vatex,
        treatment=decision.treatment,
        vat_code=vat_code_of_piece(piece, decision, rulebook),
        service_period=transaction.service_period,
        revenue_account=piece.revenue_account,
        goods=piece.supply_kind == "goods",
        prepaid=transaction.prepaid,
        derivation=derivation,
        reasons=transaction.reasons,
        vat_reasons=decision.reasons,
    )


def vat_code_of_piece(piece: Piece, decision: VatDecision, rulebook: Rulebook) -> str | None:
    """The VAT code of a piece as it was decided, None without one."""
    goods = piece.supply_kind == "goods"
    return vat_code(rulebook, decision.treatment, decision.category, decision.rate.fraction, goods, decision.tax_point)


def _words(transaction: Transaction, product: str, quantity: Quantity, language: Language, rulebook: Rulebook) -> tuple[str, str, str, str]:
    """The name of what is billed, its unit, the unit's code, and the word after a quantity."""
    manual = transaction.one_off
    if manual is None or manual.text is None:
        return _names(rulebook, product, quantity, language)
    unit = rulebook.units.get(manual.unit)
    return (manual.text, manual.unit, unit.code, unit.word(quantity, language)) if unit else (manual.text, manual.unit, "C62", "")


@cached_in_rulebook(20_000)
def _names(rulebook: Rulebook, code: str, quantity: Quantity, language: Language) -> tuple[str, str, str, str]:
    """The name of a product, its unit, the unit's code, and the word after a quantity, which many lines share."""
    product = rulebook.products[code]
    unit = rulebook.units[product.unit]
    return product.name.in_(language), product.unit, unit.code, unit.word(quantity, language)


def _derived_kind(portion: Portion) -> TransactionKind:
    """The kind of a derivation: a report that came late is a change of the period to which it belongs."""
    return "change" if portion.kind == "usage" and portion.change is not None else portion.kind


class _Amount(NamedTuple):
    """On what the derivation of an amount depends; fractions as ratios, which hash faster."""

    kind: TransactionKind
    price_per: PricePer
    periods: tuple[int, int]
    billing_factor: tuple[int, int]
    days: int
    period_days: int
    number: int | None
    share: str | None
    fine_price: Price | None
    graduated: bool
    whole: Money | None
    included: Quantity | None
    note: str | None
    bundle: str | None
    language: Language


def _derived(piece: Piece, quantity: Quantity, bundle: str | None, language: Language, rulebook: Rulebook) -> tuple[Derivation, str]:
    """The derivation of an amount and its text."""
    line, portion = piece.transaction.line, piece.transaction.portion
    kind = _derived_kind(portion)
    included = line.included if kind == "usage" else None
    note = None if portion.note is None else note_in(portion.note, language)
    amount = _Amount(
        kind, line.price_per, line.periods.as_integer_ratio(), line.billing_factor.as_integer_ratio(), portion.days,
        portion.period_days, portion.number, portion.share, line.fine_price, line.graduated,
        None if portion.parts else portion.whole_list_net, included, note, bundle, language,
    )  # fmt: skip
    derivation, words, by_tiers = _in_words(rulebook, amount, quantity, line.unit_price, piece.list_net)
    return derivation, detail(derivation, language, tier_sum(piece.transaction.reasons)) if by_tiers else words


@cached_in_rulebook(20_000)
def _in_words(rulebook: Rulebook, amount: _Amount, quantity: Quantity, unit_price: Money, list_net: Money) -> tuple[Derivation, str, bool]:
    """The derivation, its text, and whether that needs the calculation by tiers; many lines share them."""
    derivation, words = _derivation(rulebook, amount)
    reason = why_not(derivation, quantity, unit_price, list_net)
    by_tiers = reason is BY_TIERS and amount.kind != "change"
    return derivation, words if reason is None or by_tiers else detail(derivation, amount.language, reason), by_tiers


@cached_in_rulebook(20_000)
def _derivation(_rulebook: Rulebook, amount: _Amount) -> tuple[Derivation, str]:
    derivation = Derivation(
        kind=amount.kind,
        price_per=amount.price_per,
        periods=Fraction(*amount.periods),
        billing_factor=Fraction(*amount.billing_factor),
        days=amount.days,
        period_days=amount.period_days,
        number=amount.number,
        share=amount.share,
        fine_price=amount.fine_price,
        graduated=amount.graduated,
        whole_list_net=amount.whole,
        included=amount.included,
        note=amount.note,
        bundle=amount.bundle,
    )
    return derivation, detail(derivation, amount.language)

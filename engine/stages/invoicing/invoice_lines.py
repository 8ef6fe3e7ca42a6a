"""A transaction as lines of an invoice: one line, or one a part where it is a bundle, each of which multiplies out."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Final

from engine.documents.invoice import Derivation, InvoiceLine, VatDecision
from engine.documents.line_text import detail
from engine.documents.party import Language
from engine.documents.quote import LineDiscount
from engine.documents.totals import add
from engine.documents.transaction import Transaction
from engine.money import MICRO, Currency, Money, Price, Quantity
from engine.rulebook.book import Rulebook
from engine.rulebook.catalog import UnitEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """What becomes one line: a transaction, or one part of the bundle that it is."""

    transaction: Transaction
    product: str
    quantity: Quantity
    list_net: Money
    discounts: tuple[LineDiscount, ...]
    net: Money
    supply_kind: str
    vat_class: str
    revenue_account: str


_FORM: Final = InvoiceLine.model_construct()  # type: ignore[call-arg]  # what is missing is filled in with each copy
"""An empty line to be filled in: a copy of it costs a tenth of a line built from nothing."""


def pieces(transaction: Transaction, rulebook: Rulebook) -> tuple[Piece, ...]:
    """The lines to be of a transaction; the parts of a bundle are taxed and booked as what they are, and share its discounts."""
    if not transaction.parts:
        return (
            Piece(
                transaction=transaction,
                product=transaction.product,
                quantity=transaction.quantity,
                list_net=transaction.list_net,
                discounts=transaction.discounts,
                net=transaction.net,
                supply_kind=transaction.supply_kind,
                vat_class=transaction.vat_class,
                revenue_account=transaction.revenue_account,
            ),
        )
    weights = [abs(part.net.minor) for part in transaction.parts]
    by_discount = [discount.amount.allocate(weights) for discount in transaction.discounts]
    found = []
    for at, part in enumerate(transaction.parts):
        product = rulebook.products[part.product]
        discounts = tuple(
            discount.model_copy(update={"amount": amounts[at]})
            for discount, amounts in zip(transaction.discounts, by_discount, strict=True)
        )
        found.append(
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
    return tuple(found)


def line_of(piece: Piece, decision: VatDecision, number: int, language: Language, rulebook: Rulebook) -> InvoiceLine:
    """One line: quantity as agreed, base quantity = |quantity|, price = its list net, and the sign in the quantity."""
    transaction = piece.transaction
    product = rulebook.products[piece.product]
    unit = rulebook.units[product.unit]
    quantity = multiplying_quantity(piece.quantity, piece.list_net)
    bundle = rulebook.products[transaction.product].name.in_(language) if transaction.parts else None
    derivation, words = _derived(_key(transaction), bundle, language)
    return _FORM.model_copy(  # made by ourselves from checked documents: nothing to check again
        update={
            "number": number,
            "product": piece.product,
            "description": product.name.in_(language),
            "detail": words,
            "item": transaction.item,
            "transaction": transaction.identity,
            "order": transaction.order,
            "quantity": quantity,
            "unit": product.unit,
            "unit_code": unit.code,
            "unit_word": unit_word(unit, quantity, language),
            "price": price_of(piece.list_net),
            "base_quantity": Quantity(abs(quantity.micros)),
            "unit_price": transaction.unit_price,
            "list_net": piece.list_net,
            "discounts": piece.discounts,
            "net": piece.net,
            "category": decision.category,
            "rate": decision.rate,
            "vatex": decision.vatex,
            "treatment": decision.treatment,
            "service_period": transaction.service_period,
            "revenue_account": piece.revenue_account,
            "goods": piece.supply_kind == "goods",
            "derivation": derivation,
            "reasons": transaction.reasons,
            "vat_reasons": decision.reasons,
        }
    )


def multiplying_quantity(agreed: Quantity, list_net: Money) -> Quantity:
    """The quantity that a line shows: the agreed one, or 1 or −1 where there is none or its sign is not that of the amount."""
    if agreed.micros == 0 or agreed.micros * list_net.minor < 0:
        return Quantity(-MICRO if list_net.minor < 0 else MICRO)
    return agreed


def price_of(list_net: Money) -> Price:
    """BT-146 of a line whose base quantity is its whole quantity: its list net, never negative."""
    return Price(abs(list_net.minor) * MICRO // 10**list_net.currency.exponent, list_net.currency)


def unit_word(unit: UnitEntry, quantity: Quantity, language: Language) -> str:
    """The word of a unit beside a quantity; French keeps the singular below two."""
    size = abs(quantity.micros)
    single = size < 2 * MICRO if language == "fr" else size == MICRO
    return (unit.one if single else unit.many).in_(language)


_Key = tuple[object, ...]


def _key(one: Transaction) -> _Key:
    """Everything by which the words of a line differ, as plain values that are quickly compared."""
    periods, factor, fine = one.periods, one.billing_factor, one.fine_price
    whole = None if one.parts else one.whole_list_net
    return (
        one.kind, one.price_per, periods.numerator, periods.denominator, factor.numerator, factor.denominator, one.days, one.period_days,
        one.number, one.share, fine.micros if fine else None, one.graduated, whole.minor if whole else None, one.currency.code,
    )  # fmt: skip


@lru_cache(maxsize=20_000)
def _derived(key: _Key, bundle: str | None, language: Language) -> tuple[Derivation, str]:
    """How an amount came about, and its words; many lines share them."""
    kind, price_per, months, of, factor, per, days, period_days, number, share, fine, graduated, whole, code = key
    currency = Currency.of(str(code))
    derivation = Derivation.model_validate(
        {
            "kind": kind,
            "price_per": price_per,
            "periods": Fraction(f"{months}/{of}"),
            "billing_factor": Fraction(f"{factor}/{per}"),
            "days": days,
            "period_days": period_days,
            "number": number,
            "share": share,
            "fine_price": Price(fine, currency) if isinstance(fine, int) else None,
            "graduated": graduated,
            "whole_list_net": Money(whole, currency) if isinstance(whole, int) else None,
            "bundle": bundle,
        }
    )
    return derivation, detail(derivation, language)

"""Draws from prepaid amounts that may be invoiced: those of an amount that is sold, and was taxed as the usage is now."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from engine.documents.order import Order
from engine.documents.transaction import Transaction
from engine.phrases import Phrase, phrase
from engine.stages.invoicing.grouping import Taxed

NOT_SOLD: Final = "the prepaid amount of {item} is on no invoice yet"
"""Why usage waits that draws from an amount that is neither sold nor on the same invoice."""
TAXED_OTHERWISE: Final = "the prepaid amount of {item} was sold with VAT {category} {rate}%, and its use would have {now} {rate_now}%"
"""Why usage waits that draws from an amount whose VAT was another."""


_Grouped = Callable[[Sequence[Taxed]], Sequence[Sequence[Taxed]]]


def without_waiting_draws(taxed: list[Taxed], orders: Mapping[str, Order], grouped: _Grouped) -> tuple[list[Taxed], list[Transaction]]:
    """What may be invoiced, and the draws that wait with the usage for which they are, each with the reason."""
    if not any(piece.transaction.portion.kind == "drawdown" for piece, _ in taxed):
        return taxed, []
    waiting = _waiting(taxed, orders, grouped)
    held = {name: piece.transaction for piece, _ in taxed if (name := piece.transaction.identity) in waiting}
    left = [entry for entry in taxed if entry[0].transaction.identity not in waiting]
    return left, [replace(one, state="held", held_because=waiting[name]) for name, one in held.items()]


def _waiting(taxed: Sequence[Taxed], orders: Mapping[str, Order], grouped: _Grouped) -> dict[str, Phrase]:
    """Why draws and usage wait, by identity."""
    result: dict[str, Phrase] = {}
    for group in grouped(taxed):
        sold = {piece.transaction.prepaid: decision for piece, decision in group if _is_sale(piece.transaction)}
        for piece, decision in group:
            one = piece.transaction
            if one.portion.kind != "drawdown" or one.prepaid is None:
                continue
            ledger = orders[one.order].prepaid
            sale = ledger.sale(one.prepaid) if ledger is not None else None
            if sale is None and one.prepaid not in sold:
                because = phrase(NOT_SOLD, item=one.prepaid)
            else:
                then = sale or sold[one.prepaid]
                if (then.category, then.rate.fraction) == (decision.category, decision.rate.fraction):
                    continue
                words = {"category": then.category, "rate": then.rate, "now": decision.category, "rate_now": decision.rate}
                because = phrase(TAXED_OTHERWISE, item=one.prepaid, **words)
            result |= dict.fromkeys(_together(one, one.prepaid), because)
    return result | dict(_beside(taxed, result))


def _is_sale(one: Transaction) -> bool:
    return one.prepaid is not None and one.prepaid == one.item


def _together(draw: Transaction, purchase: str) -> tuple[str, str]:
    """The identities of a draw and of the usage for which it is."""
    start = draw.service_period.start if draw.service_period is not None else ""
    report = (draw.portion.change or "").removeprefix(purchase).strip()
    return draw.identity, f"{draw.item}|usage|{start}|{report}"


def _beside(taxed: Sequence[Taxed], waiting: Mapping[str, Phrase]) -> Iterator[tuple[str, Phrase]]:
    """The other draws of usage that waits."""
    for piece, _ in taxed:
        one = piece.transaction
        if one.portion.kind == "drawdown" and one.prepaid is not None:
            _, usage = _together(one, one.prepaid)
            if usage in waiting:
                yield one.identity, waiting[usage]

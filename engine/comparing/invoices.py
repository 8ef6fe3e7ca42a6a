"""Two billings of the same orders compared invoice by invoice and line by line, and the months of the plan behind them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final

from engine.comparing.billing import Billed, Unbilled
from engine.comparing.changes import InvoiceChange, InvoicesCompared, LineChange, MonthChange, RefusalChange, Sums
from engine.comparing.responsible import Why, responsible
from engine.documents.invoice import DraftInvoice, InvoiceLine
from engine.documents.transaction import Transaction
from engine.money import Currency, Money
from engine.stages.forecasting.forecast import ORDER_TYPES


def compare_invoices(before: Billed, after: Billed, *, currency: Currency, start: date, until: date) -> InvoicesCompared:
    """What differs between two billings; the months of the plan from `start` to before `until`."""
    pairs = _pairs(before.drafts, after.drafts)
    changes = [change for old, new in pairs if (change := _compared(old, new)) is not None]
    money = [change for change in changes if not change.change.is_nothing or any(line.net.minor for line in change.lines)]
    return InvoicesCompared(
        currency=currency,
        month=f"{start:%Y-%m}",
        invoices_before=len(before.drafts),
        invoices_after=len(after.drafts),
        before=_total(before.drafts, currency),
        after=_total(after.drafts, currency),
        changes=tuple(sorted(money, key=_largest_first)),
        otherwise=tuple(sorted((change for change in changes if change not in money), key=_largest_first)),
        months=_months(before.transactions, after.transactions, currency, start, until),
        refusals=refusal_changes(before.unbilled, after.unbilled),
    )


def refusal_changes(before: Iterable[Unbilled], after: Iterable[Unbilled]) -> tuple[RefusalChange, ...]:
    """What is refused on one side only; the newer side first."""
    old, new = ({(one.customer, one.order): one for one in side} for side in (before, after))
    return (
        *(RefusalChange(customer=one.customer, order=one.order, problem=one.problem, is_refused_after=True)
          for key, one in sorted(new.items(), key=_named) if key not in old),
        *(RefusalChange(customer=one.customer, order=one.order, problem=one.problem, is_refused_after=False)
          for key, one in sorted(old.items(), key=_named) if key not in new),
    )  # fmt: skip


def _named(entry: tuple[tuple[str, str | None], Unbilled]) -> tuple[str, str]:
    return entry[0][0], entry[0][1] or ""


def _sums(draft: DraftInvoice) -> Sums:
    return Sums(draft.net, draft.vat, draft.gross)


def _total(drafts: Iterable[DraftInvoice], currency: Currency) -> Sums:
    total = Sums.none(currency)
    for draft in drafts:
        total = total + _sums(draft)
    return total


def _largest_first(change: InvoiceChange) -> tuple[object, ...]:
    sums = change.change
    return (-abs(sums.net.minor), -abs(sums.gross.minor), change.customer, change.order_type, change.month, change.orders)


_Pair = tuple[DraftInvoice | None, DraftInvoice | None]


def _pairs(before: Sequence[DraftInvoice], after: Sequence[DraftInvoice]) -> list[_Pair]:
    """Each invoice beside the one that is made of the same transactions, else the one of the same customer, type and month."""
    pairs: list[_Pair] = []
    old, new = list(before), list(after)
    for key in (_transactions, _heading):
        known: dict[object, list[DraftInvoice]] = {}
        for draft in new:
            known.setdefault(key(draft), []).append(draft)
        taken: set[int] = set()
        unpaired: list[DraftInvoice] = []
        for draft in old:
            alike = known.get(key(draft))
            if alike:
                found = alike.pop(0)
                taken.add(id(found))
                pairs.append((draft, found))
            else:
                unpaired.append(draft)
        old, new = unpaired, [draft for draft in new if id(draft) not in taken]
    return [*pairs, *((draft, None) for draft in old), *((None, draft) for draft in new)]


def _transactions(draft: DraftInvoice) -> object:
    return draft.type_code, frozenset(line.transaction for line in draft.lines)


def _heading(draft: DraftInvoice) -> object:
    return draft.customer.id, draft.order_type, draft.month, draft.purchase_order, draft.type_code


def _compared(old: DraftInvoice | None, new: DraftInvoice | None) -> InvoiceChange | None:
    """How two drafts of one invoice differ; None where they do not."""
    some = new or old
    if some is None:
        return None
    lines = _lines(old, new)
    otherwise = _otherwise(old, new) if old and new else ()
    if old and new and (_sums(new) - _sums(old)).is_nothing and not lines and not otherwise:
        return None
    return InvoiceChange(
        customer=some.customer.id,
        name=some.customer.name,
        order_type=some.order_type,
        month=some.month,
        orders=some.orders,
        before=_sums(old) if old else None,
        after=_sums(new) if new else None,
        lines=lines,
        otherwise=otherwise,
    )


def _lines(old: DraftInvoice | None, new: DraftInvoice | None) -> tuple[LineChange, ...]:
    before, after = _by_transaction(old), _by_transaction(new)
    found = []
    for key in dict.fromkeys((*before, *after)):
        change = _line(before.get(key), after.get(key))
        if change is not None:
            found.append(change)
    return tuple(sorted(found, key=lambda line: (-abs(line.net.minor), line.item, line.product)))


def _by_transaction(draft: DraftInvoice | None) -> Mapping[tuple[str, str, int], InvoiceLine]:
    """The lines of a draft by what they come from; equal parts of one bundle are counted."""
    found: dict[tuple[str, str, int], InvoiceLine] = {}
    for line in draft.lines if draft else ():
        at = 0
        while (line.transaction, line.product, at) in found:
            at += 1
        found[line.transaction, line.product, at] = line
    return found


def _line(old: InvoiceLine | None, new: InvoiceLine | None) -> LineChange | None:
    some = new or old
    if some is None or (old and new and old.net == new.net and _vat(old) == _vat(new)):
        return None
    why: tuple[Why, ...] = ()
    if old is None or new is None or old.net != new.net:
        why = responsible(old.reasons if old else (), new.reasons if new else ())
    if old and new and _vat(old) != _vat(new):
        why += responsible(old.vat_reasons, new.vat_reasons)
    return LineChange(
        item=some.item,
        product=some.product,
        before=old.net if old else None,
        after=new.net if new else None,
        vat_before=_vat(old) if old else None,
        vat_after=_vat(new) if new else None,
        why=why,
    )


def _vat(line: InvoiceLine) -> str:
    return f"{line.category} {line.rate}%"


def _otherwise(old: DraftInvoice, new: DraftInvoice) -> tuple[tuple[str, str, str], ...]:
    """What two drafts of one invoice say otherwise, besides amounts."""
    told = {
        "due_on": (str(old.due_on), str(new.due_on)),
        "tax_point": (str(old.tax_point), str(new.tax_point)),
        "payment_terms": (old.payment_terms, new.payment_terms),
        "channel": (old.channel, new.channel),
        "mentions": (_mentions(old), _mentions(new)),
    }
    return tuple((name, before, after) for name, (before, after) in told.items() if before != after)


def _mentions(draft: DraftInvoice) -> str:
    return ", ".join(sorted(mention.name for mention in draft.mentions))


def _months(
    before: Iterable[Transaction], after: Iterable[Transaction], currency: Currency, start: date, until: date
) -> tuple[MonthChange, ...]:
    old, new = planned_by_month(before, start, until), planned_by_month(after, start, until)
    keys = sorted(old.keys() | new.keys(), key=lambda key: (key[0], _TYPES.get(key[1], 9)))
    return tuple(
        MonthChange(month=month, order_type=order_type, before=Money(old.get(key, 0), currency), after=Money(new.get(key, 0), currency))
        for key in keys
        for month, order_type in [key]
    )


_TYPES: Final[dict[str, int]] = {name: at for at, name in enumerate(ORDER_TYPES)}


def planned_by_month(transactions: Iterable[Transaction], start: date, until: date) -> dict[tuple[str, str], int]:
    """What has a billing date from `start` to before `until`, by month and order type, in minor units; as the forecast counts it."""
    sums: dict[tuple[str, str], int] = {}
    for one in transactions:
        day = one.billing_date
        if day is not None and start <= day < until and one.state not in ("elsewhere", "cancelled"):
            key = (f"{day.year}-{day.month:02}", one.order_type)
            sums[key] = sums.get(key, 0) + one.net.minor
    return sums

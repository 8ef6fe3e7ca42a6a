"""Two billings of the same orders compared invoice by invoice and line by line, and the months of the plan behind them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final

from engine.comparing.money_changes import InvoiceChange, InvoicesCompared, LineChange, MonthChange, RefusalChange, Sums
from engine.comparing.responsible_rules import Why, responsible
from engine.documents.billed import Billed, Unbilled
from engine.documents.invoice import DraftInvoice, InvoiceLine
from engine.documents.order import ORDER_TYPES
from engine.documents.transaction import Transaction
from engine.money import Currency, Money


def compare_invoices(before: Billed, after: Billed, *, currency: Currency, start: date, until: date) -> InvoicesCompared:
    """What differs between two billings; the months of the plan from `start` to before `until`."""
    pairs = _pairs(before.drafts, after.drafts)
    changes = [change for earlier, later in pairs if (change := _compared(earlier, later)) is not None]
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
    earlier, later = ({(one.customer, one.order): one for one in side} for side in (before, after))
    return (
        *(RefusalChange(customer=one.customer, order=one.order, problem=one.problem, is_refused_after=True)
          for key, one in sorted(later.items(), key=_named) if key not in earlier),
        *(RefusalChange(customer=one.customer, order=one.order, problem=one.problem, is_refused_after=False)
          for key, one in sorted(earlier.items(), key=_named) if key not in later),
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
    earlier, later = list(before), list(after)
    for key in (_transactions, _heading):
        known: dict[object, list[DraftInvoice]] = {}
        for draft in later:
            known.setdefault(key(draft), []).append(draft)
        taken: set[int] = set()
        unpaired: list[DraftInvoice] = []
        for draft in earlier:
            alike = known.get(key(draft))
            if alike:
                found = alike.pop(0)
                taken.add(id(found))
                pairs.append((draft, found))
            else:
                unpaired.append(draft)
        earlier, later = unpaired, [draft for draft in later if id(draft) not in taken]
    return [*pairs, *((draft, None) for draft in earlier), *((None, draft) for draft in later)]


def _transactions(draft: DraftInvoice) -> object:
    return draft.type_code, frozenset(line.transaction for line in draft.lines)


def _heading(draft: DraftInvoice) -> object:
    return draft.customer.id, draft.order_type, draft.month, draft.purchase_order, draft.type_code


def _compared(earlier: DraftInvoice | None, later: DraftInvoice | None) -> InvoiceChange | None:
    """How two drafts of one invoice differ; None where they do not."""
    some = later or earlier
    if some is None:
        return None
    lines = _lines(earlier, later)
    otherwise = _otherwise(earlier, later) if earlier and later else ()
    if earlier and later and (_sums(later) - _sums(earlier)).is_nothing and not lines and not otherwise:
        return None
    return InvoiceChange(
        customer=some.customer.id,
        name=some.customer.name,
        order_type=some.order_type,
        month=some.month,
        orders=some.orders,
        before=_sums(earlier) if earlier else None,
        after=_sums(later) if later else None,
        lines=lines,
        otherwise=otherwise,
    )


def _lines(earlier: DraftInvoice | None, later: DraftInvoice | None) -> tuple[LineChange, ...]:
    before, after = _by_transaction(earlier), _by_transaction(later)
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


def _line(earlier: InvoiceLine | None, later: InvoiceLine | None) -> LineChange | None:
    some = later or earlier
    if some is None or (earlier and later and earlier.net == later.net and _vat(earlier) == _vat(later)):
        return None
    why: tuple[Why, ...] = ()
    if earlier is None or later is None or earlier.net != later.net:
        why = responsible(earlier.reasons if earlier else (), later.reasons if later else ())
    if earlier and later and _vat(earlier) != _vat(later):
        why += responsible(earlier.vat_reasons, later.vat_reasons)
    return LineChange(
        item=some.item,
        product=some.product,
        before=earlier.net if earlier else None,
        after=later.net if later else None,
        vat_before=_vat(earlier) if earlier else None,
        vat_after=_vat(later) if later else None,
        why=why,
    )


def _vat(line: InvoiceLine) -> str:
    return f"{line.category} {line.rate}%"


def _otherwise(earlier: DraftInvoice, later: DraftInvoice) -> tuple[tuple[str, str, str], ...]:
    """What two drafts of one invoice say otherwise, besides amounts."""
    told = {
        "due_on": (str(earlier.due_on), str(later.due_on)),
        "tax_point": (str(earlier.tax_point), str(later.tax_point)),
        "payment_terms": (earlier.payment_terms, later.payment_terms),
        "channel": (earlier.channel, later.channel),
        "mentions": (_mentions(earlier), _mentions(later)),
    }
    return tuple((name, before, after) for name, (before, after) in told.items() if before != after)


def _mentions(draft: DraftInvoice) -> str:
    return ", ".join(sorted(mention.name for mention in draft.mentions))


def _months(
    before: Iterable[Transaction], after: Iterable[Transaction], currency: Currency, start: date, until: date
) -> tuple[MonthChange, ...]:
    earlier, later = planned_by_month(before, start, until), planned_by_month(after, start, until)
    keys = sorted(earlier.keys() | later.keys(), key=lambda key: (key[0], _TYPES.get(key[1], 9)))
    return tuple(
        MonthChange(
            month=month, order_type=order_type, before=Money(earlier.get(key, 0), currency), after=Money(later.get(key, 0), currency)
        )
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
            sums[key] = sums.get(key, 0) + one.portion.net.minor
    return sums

"""Compares two billings of the same orders: invoice by invoice, line by line, and the planned months."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Final

from engine.comparing.money_changes import InvoiceChange, InvoicesCompared, LineChange, RefusalChange, Sums, month_changes
from engine.comparing.responsible_rules import Why, responsible
from engine.dates import month_after
from engine.documents.billed import Billed, Drafted, Unbilled
from engine.documents.invoice import DraftInvoice, InvoiceLine
from engine.documents.transaction import Transaction
from engine.money import Currency, Money

MONTHS: Final = 12
"""How many months are planned from the first and from each later one in which an invoice differs."""


DraftedMonth = Callable[[date], tuple[Drafted, Drafted]]
"""What becomes due in a month after the first, drafted under both rulebooks."""


def compare_invoices(
    before: Billed,
    after: Billed,
    later: Iterable[Sequence[date]] = (),
    drafted_in: DraftedMonth = lambda _: (Drafted(), Drafted()),
    *,
    currency: Currency,
    start: date,
) -> InvoicesCompared:
    """The differences between two billings of the month `start`, and in each of some later groups of months, of the first that differs.

    The planned months reach to the twelfth from the last month whose invoices are compared.
    """
    changes = _changes(before.drafts, after.drafts)
    months, drafts = [start], [list(before.drafts), list(after.drafts)]
    refusals = refusal_changes(before.unbilled, after.unbilled)
    for group in later:
        for month in group:
            if month in months:
                break
            earlier, other = drafted_in(month)
            changed, refused = _changes(earlier.drafts, other.drafts), refusal_changes(earlier.refused, other.refused)
            if changed or refused:
                months.append(month)
                changes += changed
                drafts[0] += earlier.drafts
                drafts[1] += other.drafts
                refusals += tuple(each for each in refused if each not in refusals)
                break
    months.sort()
    money = [change for change in changes if not change.change.is_zero or any(line.net.minor for line in change.lines)]
    until = month_after(months[-1], MONTHS)
    planned = [planned_by_month(billed.transactions, start, until) for billed in (before, after)]
    return InvoicesCompared(
        currency=currency,
        invoice_months=tuple(f"{month:%Y-%m}" for month in months),
        invoices_before=len(drafts[0]),
        invoices_after=len(drafts[1]),
        before=_total(drafts[0], currency),
        after=_total(drafts[1], currency),
        changes=tuple(sorted(money, key=_largest_first)),
        otherwise=tuple(sorted((change for change in changes if change not in money), key=_largest_first)),
        months=month_changes({key: [months.get(key, 0) for months in planned] for key in planned[0].keys() | planned[1].keys()}, currency),
        refusals=refusals,
    )


def differing_months(before: Iterable[Transaction], after: Iterable[Transaction]) -> tuple[date, ...]:
    """The first days of the months in which a transaction has another net, or is on one side only."""
    nets: tuple[dict[tuple[str, date], int], dict[tuple[str, date], int]] = ({}, {})
    for transactions, amounts in zip((before, after), nets, strict=True):
        for one in transactions:
            if one.billing_date is not None:
                amounts[one.identity, one.billing_date.replace(day=1)] = one.portion.net.minor
    return tuple(sorted({month for (_, month), _ in nets[0].items() ^ nets[1].items()}))


def _changes(before: Sequence[DraftInvoice], after: Sequence[DraftInvoice]) -> list[InvoiceChange]:
    return [change for pair in _pairs(before, after) if (change := _invoice_change(*pair)) is not None]


def refusal_changes(before: Iterable[Unbilled], after: Iterable[Unbilled]) -> tuple[RefusalChange, ...]:
    """The refusals of one side only; those of the later side first."""
    earlier, later = ({(one.customer, one.order or ""): one for one in unbilled} for unbilled in (before, after))
    return refusals_in_order(
        RefusalChange(customer=one.customer, order=one.order, problem=one.problem, is_refused_after=these is later)
        for these, others in ((later, earlier), (earlier, later))
        for key, one in these.items()
        if key not in others
    )


def refusals_in_order(refusals: Iterable[RefusalChange]) -> tuple[RefusalChange, ...]:
    """Refusals as they are listed: those of the later side first, by customer and order."""
    return tuple(sorted(refusals, key=lambda one: (not one.is_refused_after, one.customer or "", one.order or "")))


def _sums(draft: DraftInvoice) -> Sums:
    return Sums(draft.net, draft.vat, draft.gross)


def _total(drafts: Iterable[DraftInvoice], currency: Currency) -> Sums:
    return sum(map(_sums, drafts), start=Sums.zero(currency))


def _largest_first(change: InvoiceChange) -> tuple[object, ...]:
    sums = change.change
    return (-abs(sums.net.minor), -abs(sums.gross.minor), change.customer, change.order_type, change.month, change.orders)


_Pair = tuple[DraftInvoice | None, DraftInvoice | None]


def _pairs(before: Sequence[DraftInvoice], after: Sequence[DraftInvoice]) -> list[_Pair]:
    """Each invoice with the one of the same transactions, else of the same customer, type and month."""
    pairs: list[_Pair] = []
    earlier, later = list(before), list(after)
    for key in (_transactions, _heading):
        known: dict[object, list[DraftInvoice]] = {}
        for draft in later:
            known.setdefault(key(draft), []).append(draft)
        paired: set[int] = set()
        unpaired: list[DraftInvoice] = []
        for draft in earlier:
            matches = known.get(key(draft))
            if matches:
                pairs.append((draft, matches.pop(0)))
                paired.add(id(pairs[-1][1]))
            else:
                unpaired.append(draft)
        earlier, later = unpaired, [draft for draft in later if id(draft) not in paired]
    return [*pairs, *((draft, None) for draft in earlier), *((None, draft) for draft in later)]


def _transactions(draft: DraftInvoice) -> object:
    return draft.type_code, frozenset(line.transaction for line in draft.lines)


def _heading(draft: DraftInvoice) -> object:
    return draft.customer.id, draft.order_type, draft.month, draft.purchase_order, draft.type_code


def _invoice_change(earlier: DraftInvoice | None, later: DraftInvoice | None) -> InvoiceChange | None:
    """The differences of two drafts of one invoice; None where there are none."""
    some = later or earlier
    if some is None:
        return None
    lines = _line_changes(earlier, later)
    otherwise = _otherwise(earlier, later) if earlier and later else ()
    zero = Sums.zero(some.currency)
    change = (_sums(later) if later else zero) - (_sums(earlier) if earlier else zero)
    if earlier and later and change.is_zero and not lines and not otherwise:
        return None
    return InvoiceChange(
        customer=some.customer.id,
        name=some.customer.name,
        order_type=some.order_type,
        month=some.month,
        orders=some.orders,
        before=_sums(earlier) if earlier else None,
        after=_sums(later) if later else None,
        change=change,
        lines=lines,
        otherwise=otherwise,
    )


def _line_changes(earlier: DraftInvoice | None, later: DraftInvoice | None) -> tuple[LineChange, ...]:
    before, after = _by_transaction(earlier), _by_transaction(later)
    changes = (_line_change(before.get(key), after.get(key)) for key in dict.fromkeys((*before, *after)))
    return tuple(sorted(filter(None, changes), key=lambda line: (-abs(line.net.minor), line.item, line.product)))


def _by_transaction(draft: DraftInvoice | None) -> Mapping[tuple[str, str, int], InvoiceLine]:
    """The lines of a draft by transaction and product; equal parts of one bundle are numbered."""
    lines: dict[tuple[str, str, int], InvoiceLine] = {}
    for line in draft.lines if draft else ():
        at = 0
        while (line.transaction, line.product, at) in lines:
            at += 1
        lines[line.transaction, line.product, at] = line
    return lines


def _line_change(earlier: InvoiceLine | None, later: InvoiceLine | None) -> LineChange | None:
    some = later or earlier
    if some is None or (earlier and later and earlier.net == later.net and _vat(earlier) == _vat(later)):
        return None
    why: tuple[Why, ...] = ()
    if earlier is None or later is None or earlier.net != later.net:
        why = responsible(earlier.reasons if earlier else (), later.reasons if later else ())
    if earlier and later and _vat(earlier) != _vat(later):
        why += responsible(earlier.vat_reasons, later.vat_reasons)
    zero = Money(0, some.net.currency)
    return LineChange(
        item=some.item,
        product=some.product,
        before=earlier.net if earlier else None,
        after=later.net if later else None,
        net=(later.net if later else zero) - (earlier.net if earlier else zero),
        vat_before=_vat(earlier) if earlier else None,
        vat_after=_vat(later) if later else None,
        why=why,
    )


def _vat(line: InvoiceLine) -> str:
    return f"{line.category} {line.rate}%"


def _otherwise(earlier: DraftInvoice, later: DraftInvoice) -> tuple[tuple[str, str, str], ...]:
    """The differences of two drafts of one invoice besides amounts."""
    pairs = {
        "due_on": (str(earlier.due_on), str(later.due_on)),
        "tax_point": (str(earlier.tax_point), str(later.tax_point)),
        "payment_terms": (earlier.payment_terms, later.payment_terms),
        "due_amounts": (_parts(earlier), _parts(later)),
        "cash_discount": (_discount(earlier), _discount(later)),
        "channel": (earlier.channel, later.channel),
        "mentions": (_mentions(earlier), _mentions(later)),
    }
    return tuple((name, before, after) for name, (before, after) in pairs.items() if before != after)


def _parts(draft: DraftInvoice) -> str:
    return ", ".join(f"{part.due_on} {part.amount}" for part in draft.due_amounts)


def _discount(draft: DraftInvoice) -> str:
    early = draft.cash_discount
    return f"{early.percent}% ({early.amount}) until {early.until}" if early else ""


def _mentions(draft: DraftInvoice) -> str:
    return ", ".join(sorted(mention.name for mention in draft.mentions))


def planned_by_month(transactions: Iterable[Transaction], start: date, until: date) -> dict[tuple[str, str], int]:
    """The planned net with a billing date from `start` until before `until`, by month and order type, in minor units."""
    sums: dict[tuple[str, str], int] = {}
    for one in transactions:
        day = one.billing_date
        if day is not None and start <= day < until and one.state not in ("elsewhere", "cancelled"):
            key = (f"{day.year}-{day.month:02}", one.order_type)
            sums[key] = sums.get(key, 0) + one.portion.net.minor
    return sums

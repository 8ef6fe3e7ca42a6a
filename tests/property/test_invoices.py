"""Laws of invoices, credit notes and journal entries, over any lines at all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from fractions import Fraction

from hypothesis import assume, given
from hypothesis import strategies as st

from engine import billing
from engine.documents.credit import CreditLine, CreditSelection
from engine.documents.invoice import CreditNote, DraftInvoice, Invoice, InvoiceLine, VatSubtotal
from engine.documents.journal import JournalEntry
from engine.documents.quote import LineDiscount
from engine.documents.totals import DocumentReduction, TaxedNet, totals
from engine.documents.transaction import Transaction
from engine.money import Money, Percent, Quantity
from engine.problems import Refusal
from engine.rulebook.book import Rulebook
from engine.rulebook.payment_terms import PaymentTerms
from engine.stages.crediting.credit_notes import credit
from engine.stages.invoicing.drafting import issue_credit_note
from engine.stages.posting.documents import post
from tests.audited import problems_of_credits
from tests.unit.stages.due_transactions import billing_rulebook, drafted, issued, transaction
from tests.unit.stages.small_rulebook import EUR, label

BOOK = billing_rulebook()
LATER = date(2027, 2, 10)
CODES = ("DESK", "TILL", "GUIDE")


def book_with_discount(percent: str) -> Rulebook:
    """The same rulebook, whose terms offer a discount for early payment."""
    fields = {"id": "30-days", "label": label("30 days"), "days": 30, "cash_discount": {"percent": percent, "within_days": 8}}
    return billing_rulebook(payment_terms={"30-days": PaymentTerms.model_validate(fields)})


BOOKS = [BOOK, *map(book_with_discount, ("0.5%", "2%", "33.333333%", "99.9%"))]


@st.composite
def invoices(draw: st.DrawFn, books: Sequence[Rulebook] = (BOOK,)) -> Invoice:
    """Up to eight lines at two rates; some take back, even more than their rate has, but the invoice is not below zero."""
    lines: list[Transaction] = []
    for at in range(draw(st.integers(1, 8))):
        cents = draw(st.integers(0, 50_000) | st.integers(0, 12))
        quantity = draw(st.integers(1, 12))
        sign = -1 if at and draw(st.integers(0, 2)) == 0 else 1
        discount = draw(st.integers(0, cents // 2))
        list_net = Money(sign * cents, EUR)
        taken_off = LineDiscount(name="volume", label="Volume", amount=Money(sign * discount, EUR))
        lines.append(
            transaction(
                str(list_net - taken_off.amount), draw(st.sampled_from(CODES)), item=f"A-{at}", order_type="subscription",
                quantity=Quantity.whole(sign * quantity), list_net=list_net, discounts=(taken_off,) if discount else (),
            )
        )  # fmt: skip
    total = sum(line.portion.net.minor for line in lines)
    lines.append(transaction(str(Money(max(0, -total) + draw(st.integers(1, 90_000)), EUR)), item="A-last"))
    assume(not drafted(*lines).held)  # net 1, but more VAT is taken back than is due
    return issued(*lines, book=draw(st.sampled_from(books)))


def base_of(document: Invoice | CreditNote, entry: VatSubtotal) -> int:
    """The base of a (category, rate): the nets of its lines less what early payment takes off, all of which stands in E."""
    key = (entry.category, entry.rate)
    off = sum(one.amount.minor for one in document.base_reductions if (one.category, one.rate) == key)
    charged = sum(one.amount.minor for one in document.base_reductions) if entry.category == "E" else 0
    return sum(line.net.minor for line in document.lines if (line.category, line.rate) == key) - off + charged


def credit_note_of(invoice: Invoice, ask: CreditSelection, earlier: list[CreditNote]) -> CreditNote:
    draft = credit(invoice, earlier, ask, BOOK, on=LATER)
    return issue_credit_note(draft, number=f"C{len(earlier)}", series="c", on=LATER)


@given(invoices(), st.integers(1, 99_999))
def test_an_invoice_under_another_number_is_the_one_that_is_made_anew(invoice: Invoice, sequence: int) -> None:
    draft, number = DraftInvoice.of(invoice), f"2027-{sequence:05}"
    standing_in, own = (billing.issue(draft, BOOK, number=each, series="2027", on=LATER) for each in ("2027-99999", number))
    assert billing.renumber(standing_in, number) == (own[0].tree, own[1].tree, own[2])


def balances(entry: JournalEntry) -> Counter[tuple[str, str]]:
    """Debit minus credit by account and name."""
    by_account: Counter[tuple[str, str]] = Counter()
    for leg in entry.postings:
        by_account[(leg.account, leg.name)] += leg.debit.minor - leg.credit.minor
    return by_account


@given(invoices(BOOKS))
def test_net_and_vat_are_gross_per_category_and_document(invoice: Invoice) -> None:
    for entry in invoice.vat_breakdown:
        assert entry.base.minor == base_of(invoice, entry)
        assert abs(Fraction(entry.vat.minor) - entry.base.minor * entry.rate.fraction) <= Fraction(1, 2)
    assert invoice.net.minor == sum(line.net.minor for line in invoice.lines) == sum(entry.base.minor for entry in invoice.vat_breakdown)
    assert invoice.vat.minor == sum(entry.vat.minor for entry in invoice.vat_breakdown)
    assert invoice.gross == invoice.due_amount == invoice.net + invoice.vat


@given(invoices())
def test_every_line_multiplies_out(invoice: Invoice) -> None:
    for line in invoice.lines:
        assert line.price.micros >= 0 < line.base_quantity.micros
        assert Fraction(line.quantity.micros * line.price.micros, line.base_quantity.micros * 10_000) == line.list_net.minor
        assert line.list_net.minor - sum(discount.amount.minor for discount in line.discounts) == line.net.minor


@given(invoices(BOOKS))
def test_every_entry_balances(invoice: Invoice) -> None:
    entry = post(invoice, BOOK)
    assert sum(leg.debit.minor for leg in entry.postings) == sum(leg.credit.minor for leg in entry.postings)
    assert all((leg.debit.minor > 0) != (leg.credit.minor > 0) for leg in entry.postings)


@given(invoices(BOOKS))
def test_an_invoice_and_its_full_credit_note_leave_every_account_as_it_was(invoice: Invoice) -> None:
    there, back = balances(post(invoice, BOOK)), balances(post(credit_note_of(invoice, CreditSelection(whole=True), []), BOOK))
    assert all(there[account] + back[account] == 0 for account in there | back)


@given(invoices(BOOKS), st.data())
def test_any_credits_stay_within_the_invoice_and_add_up_to_it(invoice: Invoice, data: st.DataObject) -> None:
    notes: list[CreditNote] = []
    for _ in range(data.draw(st.integers(0, 6))):
        try:
            notes.append(credit_note_of(invoice, data.draw(asks(invoice)), notes))
        except Refusal:
            continue  # more than is left, or below zero, which is refused and never capped
        assert_sums_of_en_16931(notes[-1])
        assert list(problems_of_credits(invoice, notes)) == []
    bases = Counter({(one.category, one.rate): one.base.minor for one in invoice.vat_breakdown})
    for note in notes:
        bases.subtract({(one.category, one.rate): one.base.minor for one in note.vat_breakdown})
    if any(bases.values()):
        notes.append(credit_note_of(invoice, CreditSelection(whole=True), notes))
        assert_sums_of_en_16931(notes[-1])
        assert list(problems_of_credits(invoice, notes)) == []
    for name in ("net", "vat", "gross"):
        assert sum(getattr(note, name).minor for note in notes) == getattr(invoice, name).minor
    taken_back = Counter({(one.category, one.rate): one.amount.minor for one in invoice.base_reductions})
    for note in notes:
        taken_back.subtract({(one.category, one.rate): one.amount.minor for one in note.base_reductions})
        assert all(one.amount.minor for one in note.base_reductions)
    assert not any(taken_back.values())
    everything = [balances(post(document, BOOK)) for document in (invoice, *notes)]
    left = Counter({line.number: line.net.minor for line in invoice.lines})
    for note in notes:
        left.subtract({line.corrects_line: line.net.minor for line in note.lines})
    watched = [(account, name) for account, name in set().union(*everything) if account.startswith("4") or not any(left.values())]
    assert all(sum(side[account] for side in everything) == 0 for account in watched)


def assert_sums_of_en_16931(note: CreditNote) -> None:
    """BR-CO-10, 13 to 15, 17 and the product of each line, on a credit note that is not negative."""
    assert note.net.minor >= 0
    assert note.gross.minor >= 0
    assert note.net.minor == sum(line.net.minor for line in note.lines) == sum(one.base.minor for one in note.vat_breakdown)
    assert note.vat.minor == sum(one.vat.minor for one in note.vat_breakdown)
    assert note.gross == note.net + note.vat
    for one in note.vat_breakdown:
        assert one.base.minor == base_of(note, one)
        assert abs(Fraction(one.vat.minor) - one.base.minor * one.rate.fraction) <= 1
    for line in note.lines:
        assert line.price.micros >= 0 < line.base_quantity.micros
        assert Fraction(line.quantity.micros * line.price.micros, line.base_quantity.micros * 10_000) == line.list_net.minor
        assert line.list_net.minor - sum(discount.amount.minor for discount in line.discounts) == line.net.minor


@st.composite
def asks(draw: st.DrawFn, invoice: Invoice) -> CreditSelection:
    """The whole, an amount of the invoice, or some lines: wholly, an amount or a quantity of each."""
    kind = draw(st.sampled_from(["whole", "amount", "lines", "lines", "lines"]))
    if kind == "whole":
        return CreditSelection(whole=True)
    if kind == "amount":
        return CreditSelection(amount=Money(draw(st.integers(1, max(1, invoice.net.minor))), EUR))
    lines = draw(st.lists(st.sampled_from(invoice.lines), min_size=1, unique_by=lambda line: line.number))
    return CreditSelection(lines=tuple(_part(draw, line) for line in lines))


def _part(draw: st.DrawFn, line: InvoiceLine) -> CreditLine:
    sign = 1 if line.net.minor >= 0 else -1
    match draw(st.sampled_from(["line", "amount", "quantity"])):
        case "amount":
            return CreditLine(line=line.number, amount=Money(sign * draw(st.integers(1, max(1, abs(line.net.minor)))), EUR))
        case "quantity":
            size = draw(st.integers(1, abs(line.quantity.micros) // 1_000_000))
            return CreditLine(line=line.number, quantity=Quantity.whole((1 if line.quantity.micros > 0 else -1) * size))
        case _:
            return CreditLine(line=line.number)


nets = st.lists(
    st.builds(
        lambda cents, rate: TaxedNet(category="S" if rate else "Z", rate=Percent.parse(str(rate)), net=Money(cents, EUR)),
        st.integers(-100_000, 100_000),
        st.sampled_from([21, 12, 6, 0]),
    ),
    min_size=1,
    max_size=8,
)
reductions = st.lists(st.builds(lambda cents: DocumentReduction(amount=Money(cents, EUR)), st.integers(0, 5_000)), max_size=3)


@given(nets, reductions, st.randoms(use_true_random=False))
def test_the_order_of_lines_changes_no_total(lines: list[TaxedNet], discounts: list[DocumentReduction], shuffled: object) -> None:
    other = list(lines)
    shuffled.shuffle(other)  # type: ignore[attr-defined]  # hypothesis hands a random generator
    assert totals(lines, EUR, discounts=discounts) == totals(other, EUR, discounts=discounts)


@given(nets, reductions, reductions)
def test_discounts_of_a_document_are_spread_to_the_cent(
    lines: list[TaxedNet], discounts: list[DocumentReduction], surcharges: list[DocumentReduction]
) -> None:
    result = totals(lines, EUR, discounts=discounts, surcharges=surcharges)
    assert result.sum_discounts.minor == sum(one.amount.minor for one in discounts if one.amount)
    assert result.net == result.sum_lines - result.sum_discounts + result.sum_surcharges
    assert result.net.minor == sum(entry.base.minor for entry in result.vat_breakdown)

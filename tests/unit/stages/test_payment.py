"""What payment terms make of an invoice: whose terms count, parts to pay, and the discount for early payment with its VAT base."""

from datetime import date

import pytest

from engine.documents.credit import CreditLine, CreditSelection
from engine.documents.invoice import CreditNote, DraftInvoice, Invoice
from engine.documents.order import Order
from engine.money import Money
from engine.rulebook.book import Rulebook
from engine.rulebook.payment_terms import ClosedDays, PaymentTerms
from engine.rulebook.vat import Account
from engine.stages.crediting.credit_notes import credit
from engine.stages.invoicing.drafting import issue, issue_credit_note
from engine.stages.invoicing.payment import shares_of
from engine.stages.posting.documents import post
from tests.audited import problems_of, problems_of_credits
from tests.unit.stages.due_transactions import TODAY, billing_rulebook, drafted, euros, transaction
from tests.unit.stages.small_rulebook import customer, item, label, order

TERMS = {
    "30-days": {"days": 30},
    "14-days": {"days": 14},
    "thirds": {"parts": [{"share": "33.33%", "days": 0}, {"share": "33.33%", "months": 1}, {"share": "33.34%", "months": 2}]},
    "early": {"days": 30, "cash_discount": {"percent": "2%", "within_days": 8}},
}


def book(seller: str = "BE", **own: object) -> Rulebook:
    terms = {name: PaymentTerms.model_validate({"id": name, "label": label(name), **fields}) for name, fields in TERMS.items()}
    small = billing_rulebook(payment_terms=terms, **own)
    entry = small.company.seller.model_copy(update={"country": seller})
    return billing_rulebook(payment_terms=terms, company=small.company.model_copy(update={"seller": entry}), **own)


def draft_for(terms: str | None, *transactions: object, seller: str = "BE") -> DraftInvoice:
    one = drafted(*transactions, customers=[customer(payment_terms=terms)], book=book(seller))  # type: ignore[arg-type]  # passed on
    assert (len(one.drafts), one.held) == (1, ())
    return one.drafts[0]


def early_invoice(*transactions: object) -> Invoice:
    return issue(draft_for("early", *transactions), number="2027-00001", series="invoice/2027", on=TODAY)


def note_of(invoice: Invoice, ask: CreditSelection, *earlier: CreditNote) -> CreditNote:
    made = credit(invoice, earlier, ask, book(), on=TODAY)
    return issue_credit_note(made, number=f"C{len(earlier) + 1}", series="credit-note/2027", on=TODAY)


def test_the_terms_of_the_customer_come_before_those_of_the_company() -> None:
    assert draft_for(None, transaction("100.00")).payment_terms == "30-days"
    invoice = draft_for("14-days", transaction("100.00"))
    assert (invoice.payment_terms, invoice.due_on, invoice.due_amounts) == ("14-days", date(2027, 2, 14), ())
    assert [str(reason.says) for reason in invoice.reasons] == ["2027-02-14, 14 days after 2027-01-31"]


def test_the_terms_of_the_order_come_before_those_of_the_customer() -> None:
    buyer = customer(payment_terms="thirds")
    orders = [
        order(item("DESK", id=f"{name}-1"), id=name, payment_terms=terms) for name, terms in (("A", "early"), ("B", None), ("C", "90-days"))
    ]
    due = [transaction("100.00", order=each.id, item=f"{each.id}-1") for each in orders]
    result = drafted(*due, customers=[buyer], orders=orders, book=book())
    made = {draft.orders[0]: draft for draft in result.drafts}
    assert {name: draft.payment_terms for name, draft in made.items()} == {"A": "early", "B": "thirds"}
    assert (made["A"].cash_discount is None, len(made["B"].due_amounts)) == (False, 3)
    assert [str(one.held_because) for one in result.held] == ["the payment term `90-days` is not in the rulebook any more"]


def test_a_due_date_moves_past_closed_days_where_its_terms_say_so() -> None:
    closed = ClosedDays(days=(date(2027, 2, 15),))
    fields = {"id": "14-days", "label": label("14-days"), "days": 14, "on_closed_day": "next"}
    moved = billing_rulebook(payment_terms={"14-days": PaymentTerms.model_validate(fields)}, closed_days=closed)
    invoice = drafted(transaction("100.00"), customers=[customer(payment_terms="14-days")], book=moved).drafts[0]
    assert invoice.due_on == date(2027, 2, 16)  # 14 February is a Sunday, and the Monday is closed
    says = "2027-02-16, the next day that is not closed after 2027-02-14, 14 days after 2027-01-31"
    assert [str(reason.says) for reason in invoice.reasons] == [says]


def test_terms_that_left_the_rulebook_hold_what_is_due() -> None:
    result = drafted(transaction("100.00"), customers=[customer(payment_terms="90-days")], book=book())
    assert [str(one.held_because) for one in result.held] == ["the payment term `90-days` is not in the rulebook any more"]


def test_parts_have_their_days_and_amounts_and_the_last_takes_the_rest() -> None:
    invoice = draft_for("thirds", transaction("82.64"))
    assert str(invoice.gross) == "99.99"
    assert [(part.due_on.isoformat(), str(part.amount)) for part in invoice.due_amounts] == [
        ("2027-01-31", "33.33"), ("2027-02-28", "33.33"), ("2027-03-31", "33.33"),
    ]  # fmt: skip
    assert invoice.due_on == date(2027, 1, 31)
    assert str(invoice.reasons[0].says) == "33.33% by 2027-01-31, 0 days after 2027-01-31"


def test_the_postings_to_customers_stand_by_due_date() -> None:
    invoice = issue(draft_for("thirds", transaction("100.00")), number="2027-00001", series="invoice/2027", on=TODAY)
    legs = [leg for leg in post(invoice, book()).postings if leg.account == "400001"]
    assert [(str(leg.due_on), str(leg.debit)) for leg in legs] == [
        ("2027-01-31", "40.33"), ("2027-02-28", "40.33"), ("2027-03-31", "40.34"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("cents", "parts"), [(0, [0, 0, 0]), (1, [0, 0, 1]), (2, [1, 1, 0]), (3, [1, 1, 1]), (100, [33, 33, 34]), (101, [34, 34, 33])]
)
def test_no_part_is_below_zero(cents: int, parts: list[int]) -> None:
    terms = book().payment_terms["thirds"]
    amount = Money(cents, euros("0.00").currency)
    assert [part.minor for part in shares_of(amount, [part.share for part in terms.parts])] == parts


def test_terms_in_parts_or_with_a_discount_have_invoices_of_their_own() -> None:
    def two(first: str, second: str) -> list[tuple[str, int]]:
        processes = {
            name: billing_rulebook().billing_processes["subscription"].model_copy(update={"payment_terms": name}) for name in TERMS
        }
        with_terms = book(billing_processes={**billing_rulebook().billing_processes, **processes})
        both: Order = order(item("DESK", "A-1", billing_process=first), item("DESK", "A-2", billing_process=second), id="A")
        result = drafted(transaction("10.00"), transaction("20.00", item="A-2"), orders=[both], book=with_terms)
        return [(one.payment_terms, len(one.lines)) for one in result.drafts]

    assert two("30-days", "14-days") == [("14-days", 2)]
    assert two("30-days", "thirds") == [("30-days", 1), ("thirds", 1)]
    assert two("early", "thirds") == [("early", 1), ("thirds", 1)]
    assert two("early", "early") == [("early", 2)]


def test_vat_falls_on_the_price_less_the_discount_in_belgium() -> None:
    """VAT Code, art. 28, 1°: on 100.00 at 21% with 2%, VAT is 20.58; 120.58 is due, or 118.58 within the days."""
    invoice = early_invoice(transaction("100.00"))
    assert (str(invoice.net), str(invoice.vat), str(invoice.gross), str(invoice.due_amount)) == ("100.00", "20.58", "120.58", "120.58")
    assert [(one.category, str(one.rate), str(one.base), str(one.vat)) for one in invoice.vat_breakdown] == [
        ("S", "21", "98.00", "20.58"), ("E", "0", "2.00", "0.00"),
    ]  # fmt: skip
    assert invoice.cash_discount is not None
    assert (str(invoice.cash_discount.amount), invoice.cash_discount.until) == ("2.00", date(2027, 2, 8))
    exempt = invoice.vat_breakdown[1]
    assert exempt.mention is not None
    assert exempt.mention.in_("fr") == "Escompte, hors base d'imposition (Code de la TVA, art. 28, 1°)"
    assert list(problems_of(invoice, post(invoice, book()))) == []


def test_each_rate_is_reduced_and_one_charge_keeps_the_net() -> None:
    invoice = early_invoice(transaction("100.25"), transaction("24.53", "GUIDE", item="A-2", order_type="subscription"))
    assert [(str(one.rate), str(one.amount)) for one in invoice.base_reductions] == [("21", "2.01"), ("6", "0.49")]
    assert [(one.category, str(one.base), str(one.vat)) for one in invoice.vat_breakdown] == [
        ("S", "98.24", "20.63"), ("S", "24.04", "1.44"), ("E", "2.50", "0.00"),
    ]  # fmt: skip
    assert str(invoice.net) == "124.78"


def test_a_rate_below_zero_has_no_reduction() -> None:
    invoice = early_invoice(transaction("100.00"), transaction("-10.00", "GUIDE", item="A-2", order_type="subscription"))
    assert [(str(one.rate), str(one.amount)) for one in invoice.base_reductions] == [("21", "2.00")]
    assert invoice.cash_discount is not None
    assert str(invoice.cash_discount.amount) == "1.80"


def test_elsewhere_vat_falls_on_the_whole_price_and_the_discount_is_one_of_the_gross() -> None:
    invoice = draft_for("early", transaction("100.00"), seller="DE")
    assert invoice.cash_discount is not None
    assert (str(invoice.vat), str(invoice.cash_discount.amount), invoice.base_reductions) == ("21.00", "2.42", ())


def test_revenue_is_posted_whole_and_what_bears_no_vat_under_its_own_code() -> None:
    plain = book()
    codes = {"vat_codes": {"S 21": "S21", "E 0": "E0"}, "revenue": {"sales": Account(number="700001", label=label("Sales"))}}
    with_codes = book(accounts=plain.accounts.model_copy(update=codes))
    invoice = early_invoice(transaction("100.00"))
    entry = post(invoice, with_codes)
    assert [(leg.account, str(leg.debit), str(leg.credit), leg.vat_code) for leg in entry.postings] == [
        ("400001", "120.58", "0.00", None),
        ("700001", "0.00", "2.00", "E0"),
        ("700001", "0.00", "98.00", "S21"),
        ("451001", "0.00", "20.58", "S21"),
    ]
    assert [str(leg.credit) for leg in post(invoice, plain).postings] == ["0.00", "100.00", "20.58"]


def test_a_credit_note_takes_both_back_in_proportion_and_the_last_one_the_rest() -> None:
    invoice = early_invoice(transaction("100.25"), transaction("24.53", "GUIDE", item="A-2", order_type="subscription"))
    first = note_of(invoice, CreditSelection(lines=(CreditLine(line=1, amount=euros("50.12")),)))
    assert [(one.category, str(one.base), str(one.vat)) for one in first.vat_breakdown] == [("S", "49.12", "10.32"), ("E", "1.00", "0.00")]
    assert [str(one.amount) for one in first.base_reductions] == ["1.00"]
    second = note_of(invoice, CreditSelection(amount=euros("30.00")), first)
    last = note_of(invoice, CreditSelection(whole=True), first, second)
    notes = [first, second, last]
    for name in ("net", "vat", "gross"):
        assert sum(getattr(note, name).minor for note in notes) == getattr(invoice, name).minor
    assert sum(one.amount.minor for note in notes for one in note.base_reductions) == 250
    assert list(problems_of_credits(invoice, notes)) == []
    for note in notes:
        assert list(problems_of(note, post(note, book()))) == []


def test_the_auditor_finds_a_changed_reduction_and_parts_that_are_not_the_whole() -> None:
    invoice = early_invoice(transaction("100.00"))
    other = invoice.replace(base_reductions=(invoice.base_reductions[0].replace(amount=euros("3.00")),))
    assert {problem.code for problem in problems_of(other, post(invoice, book()))} == {"sum-differs"}
    parts = issue(draft_for("thirds", transaction("100.00")), number="2027-00001", series="invoice/2027", on=TODAY)
    less = parts.replace(due_amounts=parts.due_amounts[:2])
    assert [str(problem.message) for problem in problems_of(less, post(parts, book()))] == [
        "2027-00001: the sum of the parts to pay is 80.66, and should be 121.00"
    ]

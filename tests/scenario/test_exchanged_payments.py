"""Payments in another currency: held with a way on, entered as what our bank credited, and what exchange made of documents posted."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from api.desk import reminding
from api.desk.desk import Desk
from api.desk.exchanging import GivenExchange, exchange
from api.desk.month_pack import month_pack
from api.desk.paying import find_exchanged, find_payment, find_settlement, match_by_hand, release
from api.desk.payment_posting import post_missing
from api.refusals import Conflict
from engine.documents.invoice import Invoice
from engine.money import Currency, Money
from engine.problems import Refusal
from tests.bank_writers import coda_text
from tests.scenario.test_month_pack import keeping
from tests.scenario.test_payments_from_banks import EUR, desk, invoices, january, paid, statement, take, verified
from tests.scenario.test_refunds import amounts, legs

__all__ = ("desk", "invoices", "january")
USD = Currency.of("USD")


@pytest.fixture
def dollars(desk: Desk, invoices: tuple[Invoice, ...], tmp_path: Path) -> Callable[..., Desk]:
    """The desk after a statement of a dollar account: 200.00 for the first invoice, and 50.00 of nobody."""
    one = statement(desk, paid(1, Money(200_00, USD), text=invoices[0].number), paid(2, Money(50_00, USD), text="hello"))
    in_dollars = one.replace(currency=USD, old_balance=Money(0, USD), new_balance=Money(250_00, USD))

    def opened(day: date = date(2027, 2, 20)) -> Desk:
        return keeping(desk, day)

    assert take(opened(), tmp_path, coda_text(in_dollars)) == {"held": 1, "unmatched": 1}
    return opened


def asked(invoice: Invoice, minor: int, **fields: object) -> GivenExchange:
    """What was credited: so many cents more than an invoice asks."""
    return GivenExchange.model_validate({"amount": invoice.gross + Money(minor, EUR), **fields})


def test_what_our_bank_credited_settles_what_the_payment_names(dollars: Callable[..., Desk], invoices: tuple[Invoice, ...]) -> None:
    desk, first = dollars(), invoices[0]
    assert amounts(desk, "P000001")[:3] == ("held", "other-currency", "200.00")
    held = reminding.preview(dollars(date(2027, 4, 11)), customer=first.customer.id).held
    assert (first.number, "possible-payment") in {(one.claim.document, one.because) for one in held}, "nobody is reminded of what is paid"
    assert exchange(desk, "P000001", asked(first, -30_00)) == "P000003"
    assert amounts(desk, "P000001")[:3] == ("matched", "exchanged", "0.00")
    assert amounts(desk, "P000003")[4] == [f"{first.number} {first.gross - Money(30_00, EUR)}"]
    settled = find_settlement(desk, first.number)
    assert settled is not None
    assert (settled.state, settled.rest) == ("part-paid", Money(30_00, EUR))
    assert [find_exchanged(desk, find_payment(desk, name)[0]) for name in ("P000001", "P000003")] == ["P000003", "P000001"]
    assert exchange(desk, "P000001", asked(first, -30_00)) == "P000003", "entered again, it changes nothing"
    with pytest.raises(Conflict, match="entered before, with other contents, as P000003"):
        exchange(desk, "P000001", asked(first, -31_00))
    assert (verified(desk), post_missing(desk)) == ((), 0)


@pytest.mark.parametrize(("more", "account"), [(-1_70, "654000"), (2_86, "754000")])
def test_a_difference_of_exchange_closes_what_is_paid_in_full(
    dollars: Callable[..., Desk], invoices: tuple[Invoice, ...], more: int, account: str
) -> None:
    desk, first = dollars(), invoices[0]
    name = exchange(desk, "P000001", asked(first, more, in_full=True))
    owner = first.customer.id
    credited = str(first.gross + Money(more, EUR))
    assert sorted(legs(desk, name)) == sorted(
        [("550000", credited, None), (account, str(Money(-more, EUR)), None), ("400000", str(-first.gross), owner)]
    )
    settled = find_settlement(desk, first.number)
    assert settled is not None
    assert (settled.state, settled.rest.minor, str(settled.differences)) == ("paid", 0, str(Money(-more, EUR)))
    assert (verified(desk), post_missing(desk)) == ((), 0)
    release(desk, name)
    again = match_by_hand(desk, name, [first.number], in_full=True)
    assert (again.state, again.unallocated.minor) == ("matched", 0), "also of a payment in our currency that a payer changed money for"
    assert verified(desk) == ()


def test_a_wrong_amount_is_taken_back_and_months_stay_equal(dollars: Callable[..., Desk], invoices: tuple[Invoice, ...]) -> None:
    desk, first = dollars(), invoices[0]
    exchange(desk, "P000001", asked(first, 1_00, in_full=True))
    march = dollars(date(2027, 3, 10))
    before = month_pack(march, "2027-02")
    assert before.differing == ()
    assert release(march, "P000001").because == "other-currency"
    assert amounts(march, "P000003")[3:] == (str(first.gross + Money(1_00, EUR)), [])
    assert amounts(march, "P000004")[:2] == ("matched", "reversal")
    settled = find_settlement(march, first.number)
    assert settled is not None
    assert settled.state == "open"
    assert exchange(march, "P000001", asked(first, 0, documents=[first.number])) == "P000005"
    assert (verified(march), post_missing(march)) == ((), 0)
    assert month_pack(dollars(date(2027, 4, 2)), "2027-03").differing == ()


def test_what_cannot_be_exchanged_is_refused_with_a_way_on(
    dollars: Callable[..., Desk], invoices: tuple[Invoice, ...], tmp_path: Path
) -> None:
    desk, first = dollars(), invoices[0]
    with pytest.raises(Conflict, match="differ by more than a quarter"):
        exchange(desk, "P000001", asked(first, first.gross.minor, in_full=True))
    with pytest.raises(Refusal, match="nothing says which documents are paid in full"):
        exchange(desk, "P000002", GivenExchange(amount=Money(46_00, EUR), in_full=True))
    with pytest.raises(Conflict, match="came in on 2027-02-03, and 2027-02-01 is before that"):
        exchange(desk, "P000001", asked(first, 0, on=date(2027, 2, 1)))
    with pytest.raises(Refusal, match="is not received yet"):
        exchange(desk, "P000001", asked(first, 0, on=date(2027, 2, 21)))
    take(desk, tmp_path, coda_text(statement(desk, paid(1, first.gross, text=first.number))))
    with pytest.raises(Conflict, match="P000003 is in EUR already"):
        exchange(desk, "P000003", asked(first, 0))
    with pytest.raises(Conflict, match="nothing is open"):
        exchange(desk, "P000001", asked(first, 0, documents=[first.number]))
    assert amounts(desk, "P000001")[:3] == ("held", "other-currency", "200.00")
    assert verified(desk) == ()

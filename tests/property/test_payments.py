"""Payments: matched as a plain model matches them; no cent is matched twice, and none vanishes."""

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest

from engine.documents.payment_match import CashOffer, OpenDocument, Payer, Payment, PaymentMatch, Settlement
from engine.money import Money
from engine.stages.settling.allocation import allocate, changes, pay_back, surplus_of, undo
from engine.stages.settling.matching import match, match_all
from engine.stages.settling.open_items import OpenItems
from tests.property.payment_model import EUR, TOLERANCE, USD, expected_match, random_documents, random_payers, random_payment

DAY = date(2026, 2, 1)


@pytest.mark.proof
def test_random_payments_are_matched_as_the_model_does(proof_size: Callable[[int], int]) -> None:
    seen = Counter[tuple[str, str | None]]()
    for seed in range(max(1, proof_size(10_000) // 200)):
        dice = Random(seed)
        payers = random_payers(dice, 12)
        documents = random_documents(dice, payers, 60)
        items, gross = OpenItems.of(documents, payers), {each.number: each.rest.minor for each in documents}
        payments, matches = dict[str, Payment](), list[PaymentMatch]()
        for number in range(200):
            payment = random_payment(dice, number, items.documents, payers)
            expected = expected_match(payment, items.documents, payers)
            [matched] = match_all([payment], items, TOLERANCE)
            documents_of_it = frozenset(matched.documents)
            assert (matched.state, matched.rule) == expected[:2], payment
            assert documents_of_it == expected[2] or (expected[1] == "name" and documents_of_it < expected[2]), payment
            payments[payment.id] = payment
            matches.append(matched)
            seen[matched.state, matched.rule] += 1
        _check_laws(payments, matches, gross, items)
    assert {rule for state, rule in seen if state == "matched"} == {"communication", "creditor-reference", "number", "account"}
    assert {state for state, _ in seen} == {"matched", "proposed", "held", "unmatched"}


def _check_laws(payments: dict[str, Payment], matches: list[PaymentMatch], gross: dict[str, int], items: OpenItems) -> None:
    """Per payment: allocated + unallocated = amount. Per document: what it took is at most its gross. Over all: nothing is lost."""
    taken = defaultdict[str, int](int)
    for matched in matches:
        amount = payments[matched.payment].amount
        paid = sum(part.amount.minor for part in matched.allocations if part.kind == "payment")
        assert paid + matched.unallocated.minor == amount.minor
        assert amount.minor <= 0 or matched.unallocated.minor >= 0
        for part in matched.allocations:
            assert part.amount.minor > 0
            assert part.kind != "difference" or part.amount.minor <= TOLERANCE
            assert not items.documents[part.document].is_cancelled
            assert part.amount.currency == items.documents[part.document].currency
            taken[part.document] += part.amount.minor
    for number, document in items.documents.items():
        assert document.rest.minor == gross[number] - taken[number] >= 0


@pytest.mark.proof
def test_what_comes_back_undoes_the_newest_allocation_first(proof_size: Callable[[int], int]) -> None:
    for seed in range(proof_size(2_000)):
        dice = Random(seed)
        payers = random_payers(dice, 3)
        documents = [each for each in random_documents(dice, payers, 6) if each.currency == EUR and not each.is_cancelled]
        payment = Payment(id="P", amount=Money(dice.randrange(1, 200_00), EUR), entry_date=DAY)
        allocations, left = allocate(payment, documents, TOLERANCE)
        back = Money(dice.randrange(1, payment.amount.minor + 1), EUR)
        remaining, still_left = undo(allocations, left, back)
        paid = sum(part.amount.minor for part in remaining if part.kind == "payment")
        assert paid + still_left.minor + back.minor == payment.amount.minor
        assert min((part.amount.minor for part in remaining), default=1) > 0
        assert still_left.minor == max(0, left.minor - back.minor)
        before = [part.document for part in allocations if part.kind == "payment"]
        assert [part.document for part in remaining if part.kind == "payment"] == before[: sum(p.kind == "payment" for p in remaining)]
        with pytest.raises(ValueError, match="more came back"):
            undo(allocations, left, payment.amount + Money(1, EUR))


@pytest.mark.proof
def test_what_is_paid_back_and_what_comes_back_leave_every_cent_in_one_place(proof_size: Callable[[int], int]) -> None:
    """Allocated + unallocated + refunded = amount, none of them negative, after any refunds and returns; a refund opens no document."""
    for seed in range(proof_size(2_000)):
        dice = Random(seed)
        documents = [each for each in random_documents(dice, random_payers(dice, 3), 6) if each.currency == EUR and not each.is_cancelled]
        payment = Payment(id="P", amount=Money(dice.randrange(1, 300_00), EUR), entry_date=DAY)
        allocations, left = allocate(payment, documents, TOLERANCE)
        rests = {each.number: each.rest.minor for each in documents}
        for part in allocations:
            rests[part.document] -= part.amount.minor
        refunded = 0
        for _ in range(3):
            credited = dice.choice([*rests, ""])
            rests |= {credited: rests[credited] - dice.randrange(50_00)} if credited else {}
            excess = {number: Money(-rest, EUR) for number, rest in rests.items() if rest < 0}
            is_return = dice.random() < 0.4
            most = payment.amount.minor - refunded if is_return else surplus_of(allocations, left, excess).minor
            amount = Money(dice.randint(0, most), EUR)
            after, left = undo(allocations, left, amount) if is_return else pay_back(allocations, left, amount, excess)
            parts = changes(allocations, after)
            for part in parts:
                assert part.amount.minor < 0
                rests[part.document] -= part.amount.minor
                assert is_return or part.kind != "payment" or rests[part.document] <= 0
            allocations, refunded = after, refunded + amount.minor
            paid = [part.amount.minor for part in allocations if part.kind == "payment"]
            assert sum(paid) + left.minor + refunded == payment.amount.minor
            assert min((*paid, left.minor, refunded)) >= 0
        with pytest.raises(ValueError, match="more is paid back"):
            pay_back(allocations, left, payment.amount + Money(1, EUR), {})


def _document(number: int, rest: int, *, due: int = 0, **fields: object) -> OpenDocument:
    of = {"number": f"2026-{number:05d}", "customer": "K1", "due_on": DAY + timedelta(days=due), "rest": Money(rest, EUR)}
    return OpenDocument(**(of | fields))  # type: ignore[arg-type]  # the fields are those of the document, by name


def _payment(amount: int, **fields: object) -> Payment:
    of = {"id": "P", "amount": Money(amount, EUR), "entry_date": DAY}
    return Payment(**(of | fields))  # type: ignore[arg-type]  # the fields are those of the payment, by name


def _parts(payment: Payment, *documents: OpenDocument) -> list[tuple[str, int, str]]:
    allocations, left = allocate(payment, documents, TOLERANCE)
    return [(part.document[-1], part.amount.minor, part.kind) for part in allocations] + ([("left", left.minor, "")] if left else [])


def test_the_oldest_due_date_is_settled_first_and_charges_last() -> None:
    first, second, charge = _document(1, 100_00, due=9), _document(2, 50_00, due=3), _document(3, 20_00, is_charge=True)
    assert _parts(_payment(150_00), first, second, charge) == [("2", 50_00, "payment"), ("1", 100_00, "payment")]
    assert _parts(_payment(175_00), charge, first, second)[2:] == [("3", 20_00, "payment"), ("left", 5_00, "")]


def test_a_small_rest_is_a_difference_and_a_larger_one_stays() -> None:
    assert _parts(_payment(99_95), _document(1, 100_00)) == [("1", 99_95, "payment"), ("1", 5, "difference")]
    assert _parts(_payment(99_94), _document(1, 100_00)) == [("1", 99_94, "payment")]
    assert _parts(_payment(100_05), _document(1, 100_00)) == [("1", 100_00, "payment"), ("left", 5, "")]


def test_what_the_bank_kept_closes_its_document_and_no_more() -> None:
    kept = Money(2_50, EUR)
    assert _parts(_payment(97_50, charge=kept), _document(1, 100_00)) == [("1", 97_50, "payment"), ("1", 2_50, "charge")]
    assert _parts(_payment(97_47, charge=kept), _document(1, 100_00))[1:] == [("1", 2_50, "charge"), ("1", 3, "difference")]
    assert _parts(_payment(50_00, charge=kept), _document(1, 100_00)) == [("1", 50_00, "payment"), ("1", 2_50, "charge")]
    assert _parts(_payment(101_00, charge=kept), _document(1, 100_00)) == [("1", 100_00, "payment"), ("left", 1_00, "")]
    payer = Payer(customer="K1", name="Ann", ibans=("BE68539007547034",))
    matched = match(_payment(97_50, charge=kept, iban="BE68539007547034"), OpenItems.of([_document(1, 100_00)], [payer]))
    assert (matched.state, matched.rule, matched.unallocated.minor) == ("matched", "account", 0)


def test_a_discount_counts_in_time_only() -> None:
    offer = CashOffer(amount=Money(2_00, EUR), until=DAY)
    documents = _document(1, 100_00, cash_offer=offer), _document(2, 100_00, due=1, cash_offer=offer)
    assert _parts(_payment(98_00), documents[0]) == [("1", 98_00, "payment"), ("1", 2_00, "cash-discount")]
    assert _parts(_payment(97_97), documents[0]) == [("1", 97_97, "payment"), ("1", 2_03, "cash-discount")]
    assert _parts(_payment(196_00), *documents) == [
        *(("1", 98_00, "payment"), ("1", 2_00, "cash-discount"), ("2", 98_00, "payment"), ("2", 2_00, "cash-discount"))
    ]
    late = DAY + timedelta(days=1)
    assert _parts(_payment(98_00, entry_date=late), documents[0]) == [("1", 98_00, "payment")]
    assert _parts(_payment(98_00, entry_date=late, value_date=DAY), documents[0])[1:] == [("1", 2_00, "cash-discount")]
    assert _parts(_payment(99_00), documents[0]) == [("1", 99_00, "payment")]


def test_what_is_paid_twice_stays_with_its_document() -> None:
    items = OpenItems.of([_document(1, 100_00)], ())
    both = match_all([_payment(100_00, text="2026/00001"), _payment(100_00, id="Q", text="2026 00001")], items)
    first, second = both
    assert (first.unallocated.minor, second.unallocated.minor, second.allocations) == (0, 100_00, ())
    assert (second.state, second.documents, second.customer) == ("matched", ("2026-00001",), "K1")


@pytest.mark.parametrize("because", ["cancelled", "other-currency"])
def test_a_payment_of_a_cancelled_document_or_in_another_currency_is_held(because: str) -> None:
    open_one = _document(1, 100_00)
    other = replace(open_one, is_cancelled=True) if because == "cancelled" else replace(open_one, rest=Money(100_00, USD))
    held = match(_payment(100_00, text="2026-00001"), OpenItems.of([other], ()))
    assert (held.state, held.because, held.unallocated.minor, held.documents) == ("held", because, 100_00, ("2026-00001",))


def test_two_sets_that_make_the_amount_are_a_proposal() -> None:
    payer = Payer(customer="K1", name="Ann", ibans=("BE68539007547034",))
    documents = [_document(1, 10_00), _document(2, 20_00, due=1), _document(3, 25_00, due=2), _document(4, 5_00, due=3)]
    items = OpenItems.of(documents, [payer])
    assert match(_payment(45_00, iban="BE68539007547034"), items).documents == ("2026-00002", "2026-00003")
    assert match(_payment(45_00, iban="BE68539007547034"), items).state == "matched"
    assert match(_payment(30_00, iban="BE68539007547034"), items).state == "proposed"


@pytest.mark.parametrize(
    ("paid", "written_off", "surplus", "state"),
    [(0, 0, 0, "open"), (40, 0, 0, "part-paid"), (100, 0, 0, "paid"), (100, 0, 1, "overpaid"), (60, 40, 0, "written-off")],
)
def test_the_state_of_an_invoice_follows_from_what_was_done_on_it(paid: int, written_off: int, surplus: int, state: str) -> None:
    amounts = {"gross": 100, "paid": paid, "written_off": written_off, "surplus": surplus, "credited": 0, "differences": 0}
    assert Settlement(**{name: Money(minor, EUR) for name, minor in amounts.items()}).state == state

"""Random customers, documents and payments, and a plain model of their matching: no index, every document looked at each time."""

import re
from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations
from random import Random

from engine.countries.belgium import structured_communication
from engine.countries.default_country import creditor_reference
from engine.documents.payment_match import CashOffer, OpenDocument, Payer, Payment
from engine.money import Currency, Money

EUR, USD = Currency.of("EUR"), Currency.of("USD")
FIRST = date(2026, 1, 1)
TOLERANCE = 5


def random_payers(dice: Random, count: int) -> list[Payer]:
    """Customers with names, some of them alike, and accounts, some of which two share."""
    return [
        Payer(
            customer=f"K{at}",
            name=f"{dice.choice(('Peeters', 'Janssens', 'Dubois'))} {dice.choice('ABC')} {dice.choice(('NV', 'SRL', ''))}".strip(),
            ibans=tuple(f"IBAN{dice.randrange(count)}" for _ in range(dice.randrange(3))),
        )
        for at in range(count)
    ]


def random_documents(dice: Random, payers: list[Payer], count: int) -> list[OpenDocument]:
    """Invoices of small amounts, so that sums meet by chance; some cancelled, in another currency, or with a discount."""
    documents = []
    for at in range(1, count + 1):
        currency = USD if dice.random() < 0.05 else EUR
        rest, number = dice.choice((dice.randrange(1, 40) * 100, dice.randrange(1, 100_00))), f"2026-{at:05d}"
        offer = CashOffer(amount=Money(max(1, rest // 50), currency), until=FIRST + timedelta(days=dice.randrange(60)))
        documents.append(
            OpenDocument(
                number=number,
                customer=dice.choice(payers).customer,
                due_on=FIRST + timedelta(days=dice.randrange(90)),
                rest=Money(rest, currency),
                references=(structured_communication(number), creditor_reference(number)),
                cash_offer=offer if dice.random() < 0.2 and offer.amount.minor < rest else None,
                is_cancelled=dice.random() < 0.05,
                is_charge=dice.random() < 0.1,
            )
        )
    return documents


def random_payment(dice: Random, number: int, documents: dict[str, OpenDocument], payers: list[Payer]) -> Payment:
    """A payment of one or several documents, told in one of the ways in which payers do, or of nothing."""
    chosen = dice.sample(sorted(documents), dice.choice((1, 1, 1, 2, 3)))
    first, day = documents[chosen[0]], FIRST + timedelta(days=dice.randrange(90))
    total = sum(documents[each].payable_on(day).minor if dice.random() < 0.2 else documents[each].rest.minor for each in chosen)
    total += dice.choice((0, 0, 0, 0, 1, -1, 5, -5, 6, -6, 1000, -1000, -total // 2))
    payer = next(each for each in payers if each.customer == first.customer)
    payment = Payment(
        id=f"P{number}",
        amount=Money(total if dice.random() < 0.98 else -total, USD if dice.random() < 0.03 else first.currency),
        entry_date=day,
        value_date=dice.choice((None, day - timedelta(days=2), day + timedelta(days=2))),
        is_reversal=dice.random() < 0.02,
        name=payer.name if dice.random() < 0.7 else "Somebody",
        iban=dice.choice((*payer.ibans, None)),
    )
    compact = [each.replace("-", dice.choice(("-", "", " ", "/"))) for each in chosen]
    match dice.randrange(7):
        case 0:
            return replace(payment, reference=first.references[0])
        case 1:
            return replace(payment, reference=first.references[1])
        case 2:
            return replace(payment, text=f"pay {first.references[0].strip('+')} {first.references[1]}")
        case 3:
            return replace(payment, text=f"invoices {' and '.join(compact)}, thanks")
        case 4:
            return replace(payment, text=f"X{compact[0]} 090/9337/55494 RF00ABC 2026")
    return payment


def expected_match(payment: Payment, documents: dict[str, OpenDocument], payers: list[Payer]) -> tuple[str, str | None, frozenset[str]]:
    """The state, the rule and the documents that the rules of matching give, worked out without any index."""
    if payment.is_reversal:
        return "held", None, frozenset()
    if payment.amount.minor <= 0:
        return "unmatched", None, frozenset()
    texts = f"{payment.reference or ''} {payment.text}"
    digits = {re.sub("[^0-9]", "", each) for each in re.findall(r"[0-9]{3}/?[0-9]{4}/?[0-9]{5}", texts)}
    named = {number for number, each in documents.items() if re.sub("[^0-9]", "", each.references[0]) in digits}
    if named:
        return _named("communication", payment, named, documents)
    named = {number for number, each in documents.items() if each.references[1] in texts.split()}
    if named:
        return _named("creditor-reference", payment, named, documents)
    named = {
        number for number in documents if re.search(rf"(?<![A-Z0-9]){number.replace('-', '[^A-Z0-9]*')}(?![A-Z0-9])", payment.text.upper())
    }
    if named:
        return _named("number", payment, named, documents)
    return _of_account(payment, documents, payers) or _of_name(payment, documents, payers)


def _named(rule: str, payment: Payment, numbers: set[str], documents: dict[str, OpenDocument]) -> tuple[str, str | None, frozenset[str]]:
    chosen = [documents[number] for number in numbers]
    if any(each.is_cancelled or each.rest.currency != payment.amount.currency for each in chosen):
        return "held", None, frozenset(numbers)
    day = min(payment.entry_date, payment.value_date or payment.entry_date)
    whole = sum(each.rest.minor for each in chosen)
    reduced = sum(each.payable_on(day).minor for each in chosen)
    fits = any(abs(payment.amount.minor - total) <= TOLERANCE for total in (whole, reduced))
    return "matched" if len(chosen) == 1 or fits else "proposed", rule, frozenset(numbers)


def _of_account(payment: Payment, documents: dict[str, OpenDocument], payers: list[Payer]) -> tuple[str, str | None, frozenset[str]] | None:
    owners = [payer.customer for payer in payers for iban in payer.ibans if iban == payment.iban]
    if len(owners) != 1:
        return None
    mine = sorted(
        (each for each in documents.values() if each.customer == owners[0] and _is_open(each, payment.amount.currency)),
        key=lambda each: (each.due_on, each.number),
    )
    exact = [each.number for each in mine if each.rest == payment.amount]
    if exact:
        return ("matched" if len(exact) == 1 else "proposed"), "account", frozenset(exact[:5])
    sets = [
        frozenset(each.number for each in chosen)
        for size in (2, 3, 4, 5)
        for chosen in combinations(mine[:20], size)
        if sum(each.rest.minor for each in chosen) == payment.amount.minor
    ]
    return ("matched" if len(sets) == 1 else "proposed", "account", sets[0]) if sets else None


def _of_name(payment: Payment, documents: dict[str, OpenDocument], payers: list[Payer]) -> tuple[str, str | None, frozenset[str]]:
    words = set(payment.name.upper().split()) - {"NV", "SRL"}
    names = {payer.customer: set(payer.name.upper().split()) - {"NV", "SRL"} for payer in payers}
    alike = {
        each.number
        for each in documents.values()
        if _is_open(each, payment.amount.currency)
        and each.rest == payment.amount
        and (words <= names[each.customer] or names[each.customer] <= words)
    }
    return ("proposed", "name", frozenset(alike)) if alike else ("unmatched", None, frozenset())


def _is_open(document: OpenDocument, currency: Currency) -> bool:
    return document.rest.minor > 0 and not document.is_cancelled and document.rest.currency == currency

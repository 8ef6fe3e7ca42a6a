"""Random bank statements, as each form of file can hold them."""

from dataclasses import replace
from datetime import date, timedelta
from functools import reduce

from hypothesis import strategies as st

from engine.countries.belgium import structured_communication
from engine.countries.default_country import creditor_reference
from engine.documents.bank_statement import BankMovement, BankStatement, Counterparty, PaymentReturn
from engine.money import Currency, Money

EUR, JPY, BHD = (Currency.of(code) for code in ("EUR", "JPY", "BHD"))
IBANS = ("BE68539007547034", "BE47435000000080", "NL91ABNA0417164300", "DE89370400440532013000")
LETTERS = "ABCXYZabcxyz0123456789éàüß€&<>/'.-+:"
DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))
RETURNS = st.builds(PaymentReturn, kind=st.sampled_from(("reject", "return", "refund")), reason=st.sampled_from(("AC04", "MD07", "AM04")))


def words(most: int) -> st.SearchStrategy[str]:
    """Words with single blanks between them, no longer than this; often none."""
    return st.text(f"{LETTERS}    ", max_size=most).map(lambda text: " ".join(text.split()))


def amounts(currency: Currency) -> st.SearchStrategy[Money]:
    """Amounts on both sides of zero, never zero."""
    return st.integers(-99_999_999, 99_999_999).filter(bool).map(lambda minor: Money(minor, currency))


def parties(longest: int) -> st.SearchStrategy[Counterparty]:
    """Counterparties with an IBAN, another account, or none."""
    accounts = st.sampled_from([*((iban, None) for iban in IBANS), (None, "X123-45"), (None, None)])
    bics = st.sampled_from((None, "KREDBEBB", "GEBABEBBXXX"))
    return st.tuples(words(longest), accounts, bics).map(
        lambda drawn: Counterparty(name=drawn[0], iban=drawn[1][0], account=drawn[1][1], bic=drawn[2])
    )


references = st.integers(0, 10**10 - 1).map(lambda number: structured_communication(f"{number:010d}"))
foreign_references = st.text("ABC0123456789", min_size=1, max_size=21).map(creditor_reference)


def _digits(reference: str) -> str:
    return "".join(sign for sign in reference if sign.isdigit())


@st.composite
def coda_movements(draw: st.DrawFn, currency: Currency, number: int, code: str = "00150000") -> BankMovement:
    """One movement without details."""
    movement = BankMovement(
        number=number,
        amount=draw(amounts(currency)),
        value_date=draw(st.none() | DAYS),
        entry_date=draw(DAYS),
        counterparty=draw(parties(35)),
        code=code,
        bank_reference=draw(st.text("ABC123", max_size=21)),
        customer_reference=draw(words(35)),
        returned=draw(st.none() | RETURNS),
        information=tuple(draw(st.lists(words(73).filter(bool), max_size=2))),
    )
    match draw(st.sampled_from(("free", "belgian", "foreign", "debit", "other"))):
        case "belgian":
            reference = draw(references)
            return replace(movement, reference=reference, structured=f"{draw(st.sampled_from(('101', '102')))}{_digits(reference)}")
        case "foreign":
            reference = draw(foreign_references)
            return replace(movement, reference=reference, structured=f"100{reference}")
        case "debit":
            mandate, text, returned = draw(words(35)), draw(words(62)), draw(st.none() | RETURNS)
            end = f"{'123'['reject return refund'.split().index(returned.kind)]}{returned.reason}" if returned else ""
            structured = f"127281126110{'BE69ZZZ050D000000008':<35}{mandate:<35}{text:<62}{end}".rstrip()
            return replace(movement, structured=structured, mandate=mandate or None, text=text, returned=returned)
        case "other":
            return replace(movement, structured="105000000001075000")
    return replace(movement, text=draw(words(149)))


@st.composite
def coda_wholes(draw: st.DrawFn, currency: Currency, number: int) -> BankMovement:
    """One movement, in part with details that make it, or do not."""
    kind = draw(st.sampled_from("0012333"))
    movement = draw(coda_movements(currency, number, f"{kind}0150000"))
    if kind == "0":
        return movement
    detail_kind, at, parts = {"1": "5", "2": "6", "3": "8"}[kind], len(movement.information), []
    for _ in range(draw(st.integers(1, 3))):
        part = draw(coda_movements(currency, number, f"{detail_kind}0150000"))
        parts.append(replace(part, detail=at + 1))
        at += 1 + len(part.information)
    total = sum(part.amount.minor for part in parts)
    amount = Money(total, currency) if total and draw(st.booleans()) else movement.amount
    below = sum(min(0, part.amount.minor) for part in parts)
    charge = Money(-below, currency) if kind == "3" and below and amount.minor == total > 0 else None
    return replace(movement, amount=amount, details=tuple(parts), is_total=kind in "12", charge=charge)


@st.composite
def coda_statements(draw: st.DrawFn) -> BankStatement:
    """A statement as CODA can hold it."""
    currency = draw(st.sampled_from((EUR, EUR, JPY, BHD)))
    movements = tuple(draw(coda_wholes(currency, number)) for number in range(1, draw(st.integers(0, 4)) + 1))
    new_day = draw(DAYS)
    messages = draw(st.lists(words(80).filter(bool), max_size=2))
    number = f"{draw(st.integers(0, 999)):03d}"
    name = f"{new_day.year}-{number}"
    return _statement(draw, currency, movements, new_day, form="CODA", name=name, number=number, messages=tuple(messages))


def _statement(draw: st.DrawFn, currency: Currency, movements: tuple[BankMovement, ...], new_day: date, **fields: object) -> BankStatement:
    old = draw(amounts(currency))
    new = reduce(lambda total, each: total + each.amount, movements, old)
    return BankStatement.model_validate(
        {
            "format": fields.pop("form"),
            "iban": draw(st.sampled_from(IBANS)),
            "currency": currency,
            "holder": draw(words(26)),
            "created_on": new_day + timedelta(days=1),
            "is_duplicate": draw(st.booleans()),
            "old_balance": old,
            "old_balance_on": draw(DAYS),
            "new_balance": new,
            "new_balance_on": new_day,
            "movements": movements,
            **fields,
        }
    )


@st.composite
def camt_movements(draw: st.DrawFn, currency: Currency, number: int) -> BankMovement:
    """One entry with its one detail."""
    returned = draw(st.none() | RETURNS)
    movement = BankMovement(
        number=number,
        amount=draw(amounts(currency)),
        value_date=draw(st.none() | DAYS),
        entry_date=draw(DAYS),
        text=draw(words(140)),
        counterparty=draw(parties(60)),
        code="PMNT/RCDT/ESCT",
        bank_reference=draw(st.text("ABC123", max_size=21)),
        customer_reference=draw(words(35)),
        mandate=draw(words(35)) or None,
        returned=replace(returned, kind="return") if returned else None,
        is_reversal=draw(st.booleans()),
        information=tuple(draw(st.lists(words(60).filter(bool), max_size=1))),
    )
    match draw(st.sampled_from(("free", "belgian", "foreign"))):
        case "belgian":
            reference = draw(references)
            return replace(movement, reference=reference, structured=_digits(reference))
        case "foreign":
            reference = draw(foreign_references)
            return replace(movement, reference=reference, structured=reference)
    return movement


@st.composite
def camt_wholes(draw: st.DrawFn, currency: Currency, number: int, *, one_sign: bool) -> BankMovement:
    """One entry, in part the total of several payments."""
    movement = draw(camt_movements(currency, number))
    if draw(st.booleans()):
        return movement
    parts = []
    for detail in range(1, draw(st.integers(2, 4)) + 1):
        part = draw(camt_movements(currency, number))
        amount = Money(abs(part.amount.minor), currency) if one_sign else part.amount
        like = {"value_date": movement.value_date, "entry_date": movement.entry_date, "is_reversal": movement.is_reversal}
        reference = part.bank_reference or movement.bank_reference
        parts.append(replace(part, detail=detail, amount=amount, information=(), bank_reference=reference, **like))
    total = Money(sum(part.amount.minor for part in parts), currency)
    return BankMovement(
        number=number,
        amount=total,
        value_date=movement.value_date,
        entry_date=movement.entry_date,
        code=movement.code,
        bank_reference=movement.bank_reference,
        is_reversal=movement.is_reversal,
        information=movement.information,
        is_total=True,
        details=tuple(parts),
    )


@st.composite
def camt_statements(draw: st.DrawFn, *, one_sign: bool) -> BankStatement:
    """A statement as CAMT.053 can hold it; in version 02 the details of an entry have its sign."""
    currency = draw(st.sampled_from((EUR, EUR, JPY, BHD)))
    wholes = (draw(camt_wholes(currency, number, one_sign=one_sign)) for number in range(1, draw(st.integers(0, 4)) + 1))
    movements = tuple(wholes)
    messages = tuple(draw(st.lists(words(80).filter(bool), max_size=1)))
    name = draw(st.text("ABC/123-", min_size=1, max_size=35))
    return _statement(draw, currency, movements, draw(DAYS), form="CAMT.053", name=name, number="42", messages=messages)

"""A CODA file read as statements: records in their order, and every count, sum and balance that the file gives."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from api.importing.bank.bank_problems import AGAIN, BAD_CURRENCY, BAD_IBAN, BALANCE, COUNT, MOST_PROBLEMS, SUM
from api.importing.bank.coda_lines import LENGTH, CodaLine, coda_lines
from api.importing.bank.coda_movements import read_movements
from engine.countries.belgium import iban_of
from engine.countries.default_country import is_iban
from engine.documents.bank_statement import BankStatement
from engine.money import Currency, Money
from engine.phrases import phrase
from engine.problems import Kind, Problem

CUT_SHORT: Final = Kind("coda-cut-short", "the file ends within a statement: its trailer, a record 9, is missing", AGAIN)
ANNOUNCED: Final = Kind("coda-announced", "the file ends, and its last trailer says that another statement follows", AGAIN)
NO_TRAILER: Final = Kind("coda-no-trailer", "a statement begins here, and the one before it has no trailer", AGAIN)
NO_HEADER: Final = Kind("coda-no-header", "a record {record} stands outside a statement, which begins with a record 0", AGAIN)
UNKNOWN_RECORD: Final = Kind("coda-record", "`{record}` is no kind of record", AGAIN)
OLD_VERSION: Final = Kind(
    "coda-version", "this is version {version} of CODA; version 2 is read", "ask the bank for CODA 2, which all banks offer"
)
NO_OLD_BALANCE: Final = Kind("coda-no-old-balance", "after the header comes a record {record}, where the old balance must", AGAIN)
WRONG_ORDER: Final = Kind("coda-order", "a record {record} cannot follow a record {before}", AGAIN)
NO_IBAN: Final = Kind(
    "coda-no-iban", "the account {number} of this statement has no IBAN", "ask the bank to report the account by its IBAN"
)
OTHER_ACCOUNT: Final = Kind("coda-other-account", "the new balance is of the account {found}, the old one of {expected}", AGAIN)

_PHASES: Final = {"1": 0, "2": 1, "3": 1, "8": 2, "4": 3, "9": 4}
"""Where each kind of record stands in a statement."""


def read_coda(path: str, text: str, problems: list[Problem]) -> tuple[BankStatement, ...]:
    """The statements of a CODA file; the problems are added, and after one that stops nothing of the file is to be taken."""
    lines = coda_lines(path, text, problems)
    if any(problem.stops for problem in problems):
        return ()
    statements: list[BankStatement] = []
    for group in _groups(lines, problems):
        statement = _statement(group, problems)
        if statement is not None:
            statements.append(statement)
        if len(problems) >= MOST_PROBLEMS:
            break
    return tuple(statements)


def _groups(lines: Sequence[CodaLine], problems: list[Problem]) -> Iterator[list[CodaLine]]:
    """The lines of each statement, from its header to its trailer."""
    open_lines: list[CodaLine] = []
    for line in lines:
        if len(line.text) < LENGTH:
            break  # the last line is cut
        if line.record not in ("0", "1", "2.1", "2.2", "2.3", "3.1", "3.2", "3.3", "4", "8", "9"):
            line.report(UNKNOWN_RECORD, 1, 2 if line.text[0] in "23" else 1, record=line.record)
            return
        if line.record == "0":
            if open_lines:
                line.report(NO_TRAILER)
                return
            open_lines = [line]
        elif not open_lines:
            line.report(NO_HEADER, record=line.record)
            return
        else:
            open_lines.append(line)
        if line.record == "9":
            yield open_lines
            open_lines = []
    last = lines[-1]
    if open_lines or len(last.text) < LENGTH:
        problems.append(CUT_SHORT.at(last.span(max(1, len(last.text)), max(1, len(last.text)))))
    elif last.one_of(LENGTH, "12") == "1":
        last.report(ANNOUNCED, LENGTH, LENGTH)


def _statement(group: Sequence[CodaLine], problems: list[Problem]) -> BankStatement | None:
    header, opening, *rest = group
    if header.piece(LENGTH, LENGTH) != "2":
        header.report(OLD_VERSION, LENGTH, LENGTH, version=header.piece(LENGTH, LENGTH))
        return None
    if opening.record != "1":
        opening.report(NO_OLD_BALANCE, 1, 1, record=opening.record)
        return None
    before_this = len(problems)
    _check_order([opening, *rest])
    iban, currency = _account(opening), _currency(opening)
    if currency is None or any(problem.stops for problem in problems[before_this:]):
        return None
    closing = next((line for line in rest if line.record == "8"), None)
    movements = read_movements((line for line in rest if line.text[0] in "23"), currency)
    old_balance, old_day = opening.amount(44, currency, sign_at=43), opening.day(59)
    new_balance, new_day = (old_balance, old_day) if closing is None else (closing.amount(43, currency, sign_at=42), closing.day(58))
    statement = BankStatement(
        format="CODA",
        iban=iban,
        currency=currency,
        holder=opening.word(65, 90),
        name=f"{new_day.year}-{opening.whole_number(126, 128):03d}",
        number=opening.word(3, 5),
        created_on=header.day(6),
        is_duplicate=header.one_of(17, " D") == "D",
        old_balance=old_balance,
        old_balance_on=old_day,
        new_balance=new_balance,
        new_balance_on=new_day,
        movements=movements,
        messages=tuple(filter(None, (line.word(33, 112) for line in rest if line.record == "4"))),
    )
    if any(problem.stops for problem in problems[before_this:]):
        return None
    _check_sums(statement, group, closing)
    return statement


def _check_order(lines: Sequence[CodaLine]) -> None:
    """Balances, movements, messages and the trailer come in their order; a balance once, and for the same account."""
    for before, line in pairwise(lines):
        first, second = _PHASES[before.text[0]], _PHASES[line.text[0]]
        if second < first or (second == first and line.record in ("1", "8")):
            line.report(WRONG_ORDER, 1, 1, record=line.record, before=before.record)
    opening = lines[0]
    for line in lines:
        if line.record == "8" and line.piece(5, 41) != opening.piece(6, 42):
            line.report(OTHER_ACCOUNT, 5, 41, found=line.word(5, 41), expected=opening.word(6, 42))


def _account(opening: CodaLine) -> str:
    """Our own account, as an IBAN; older files have its number of twelve digits."""
    match opening.one_of(2, "0123"):
        case "0":
            number = opening.word(6, 17)
            iban = iban_of(number)
            if iban is None:
                opening.report(BAD_IBAN, 6, 17, text=number)
            return iban or ""
        case "2" | "3":
            number = opening.word(6, 36 if opening.piece(2, 2) == "2" else 39)
            if not is_iban(number):
                opening.report(BAD_IBAN, 6, 39, text=number)
            return number
        case "1":
            opening.report(NO_IBAN, 6, 39, number=opening.word(6, 39))
    return ""


def _currency(opening: CodaLine) -> Currency | None:
    first = 19 if opening.piece(2, 2) == "0" else 40
    code = opening.piece(first, first + 2)
    try:
        return Currency.of(code)
    except ValueError:
        opening.report(BAD_CURRENCY, first, first + 2, text=code)
        return None


def _check_sums(statement: BankStatement, group: Sequence[CodaLine], closing: CodaLine | None) -> None:
    """What the trailer counts and adds up, and that the old balance and the movements make the new one."""
    trailer, currency = group[-1], statement.currency
    counted, given = sum(line.text[0] in "1238" for line in group), trailer.whole_number(17, 22)
    if counted != given:
        trailer.report(COUNT, 17, 22, found=counted, given=given, what=phrase("records"))
    amounts = [movement.amount.minor for movement in statement.movements]
    for first, what, minor in (
        (23, phrase("debits"), -sum(amount for amount in amounts if amount < 0)),
        (38, phrase("credits"), sum(amount for amount in amounts if amount > 0)),
    ):
        total = trailer.amount(first, currency)
        if total.minor != minor:
            trailer.report(SUM, first, first + 14, what=what, found=Money(minor, currency), given=total)
    moved = Money(sum(amounts), currency)
    if statement.old_balance + moved != statement.new_balance:
        place, first = (closing, 43) if closing else (group[1], 44)
        place.report(
            BALANCE,
            first,
            first + 14,
            old=statement.old_balance,
            moved=moved,
            sum=statement.old_balance + moved,
            new=statement.new_balance,
        )

"""Bank files: what is written is read back equal, what is cut or broken is never taken, and two other readers see the same."""

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from io import StringIO
from pathlib import Path

import coda
import pytest
from hypothesis import given, settings
from pycamt.parser import Camt053Parser
from trytond.modules import account_statement_coda

from api.importing.bank.bank_file import BankFile, read_bank_file
from engine.documents.bank_statement import BankMovement, BankStatement
from tests.bank_statements import statement_pair
from tests.bank_writers import CAMT_02, CAMT_08, camt_text, coda_text
from tests.property.random_statements import camt_statements, coda_statements

FEW = settings(max_examples=max(1, settings().max_examples // 4))
"""A statement is large: each example has many movements."""
SAMPLE = Path(coda.__file__).parent / "CODA.txt"


@FEW
@given(coda_statements())
def test_coda_is_read_as_it_was_written_and_as_febelfin_coda_reads_it(statement: BankStatement) -> None:
    assert _read(coda_text(statement).encode("windows-1252")) == (statement,)
    movements = tuple(_with_value_dates(each) for each in statement.movements)  # febelfin-coda takes none for unknown
    whole = statement.replace(movements=movements)
    agree_with_febelfin(coda_text(whole), whole)


@FEW
@given(camt_statements(one_sign=False))
def test_camt_08_is_read_as_it_was_written_and_as_pycamt_reads_it(statement: BankStatement) -> None:
    assert _read(camt_text(statement, name_space=CAMT_08).encode()) == (statement,)
    agree_with_pycamt(camt_text(statement), statement)


@FEW
@given(camt_statements(one_sign=True))
def test_camt_02_is_read_as_it_was_written(statement: BankStatement) -> None:
    assert _read(camt_text(statement, name_space=CAMT_02).encode()) == (statement,)


def agree_with_pycamt(text: str, ours: BankStatement) -> None:
    """pycamt reads the same statement of a text as we do."""
    parser = Camt053Parser(text.encode())
    [info] = parser.get_statement_info()
    assert (info["IBAN"], info["Currency"]) == (ours.iban, ours.currency.code)
    balances = Decimal(info["OpeningBalance"]), Decimal(info["ClosingBalance"])
    assert balances == (Decimal(str(ours.old_balance)), Decimal(str(ours.new_balance)))
    theirs = parser.get_transactions() if ours.movements else []
    assert [_of_pycamt(each) for each in theirs] == [_as_pycamt(each) for each in ours.payments]


def agree_with_febelfin(text: str, ours: BankStatement) -> None:
    """febelfin-coda reads the same statement of a text as we do."""
    [theirs] = coda.CODA(StringIO(text)).statements
    assert (theirs.account_currency, theirs.old_balance_date, theirs.new_balance_date) == (
        ours.currency.code,
        ours.old_balance_on,
        ours.new_balance_on,
    )
    assert (theirs.old_balance, theirs.new_balance) == (Decimal(str(ours.old_balance)), Decimal(str(ours.new_balance)))
    assert [_of_febelfin(each) for each in theirs.all_moves] == [_as_febelfin(each) for each in _all(ours.movements)]


def test_the_sample_of_febelfin_coda_is_read_as_it_reads_it() -> None:
    [ours] = _read(SAMPLE.read_bytes())
    agree_with_febelfin(SAMPLE.read_text("windows-1252"), ours)
    assert (ours.iban, len(ours.movements), len(ours.payments)) == ("BE47435000000080", 59, 67)
    assert {each.counterparty.name for each in ours.payments} >= {"CARGILL NV", "Olgerdin Egill Skallagrims", "JANSSENS TUUR"}
    assert [each.reference for each in ours.payments if each.reference] == ["+++269/0211/57996+++", "+++702/6005/21948+++"]


def test_its_empty_sample_is_refused_for_what_is_wrong_with_it() -> None:
    """Its IBAN has no check digits, and its trailer announces a statement that does not come."""
    file = read_bank_file("bank", SAMPLE.with_name("CODA-empty.txt").read_bytes())
    assert [str(problem).split(": ")[:2] for problem in file.problems] == [["bank:2:6", "bank-file-iban"], ["bank:3:128", "coda-announced"]]


def test_the_sample_of_tryton_is_read() -> None:
    sample = Path(account_statement_coda.__file__).parent / "tests" / "CODA.txt"
    [ours] = _read(sample.read_bytes())
    agree_with_febelfin(sample.read_text("windows-1252"), ours)
    assert (ours.name, str(ours.new_balance), [each.text for each in ours.payments]) == ("2017-001", "100.00", ["COMMUNICATION"])


def test_no_file_that_is_cut_is_taken() -> None:
    for statements in (statement_pair("CODA")[:1], statement_pair("CODA")):
        content = coda_text(*statements).encode("windows-1252")
        assert _read(content.removesuffix(b"\n")) == statements
        assert not [length for length in range(len(content) - 1) if not _is_refused(content[:length])]
    content = camt_text(*statement_pair("CAMT.053")).replace("\n", "").encode()
    assert _read(content) == statement_pair("CAMT.053")
    assert not [length for length in range(len(content)) if not _is_refused(content[:length])]


@pytest.mark.proof
def test_mutated_files_are_read_or_refused(proof_size: Callable[[int], int]) -> None:
    """A file is taken only where its balances and movements still agree, and its trailer or summary with them."""
    dice, taken = random.Random(13), 0
    sources = [
        SAMPLE.read_bytes(),
        coda_text(*statement_pair("CODA")).encode("windows-1252"),
        camt_text(*statement_pair("CAMT.053")).encode(),
    ]
    count = proof_size(1_000)
    for _ in range(count):
        file = read_bank_file("bank", _mutated(dice.choice(sources), dice))
        taken += not file.stops
        assert file.stops == (not file.statements)
        assert all(problem.message and problem.help for problem in file.problems)
        for each in file.statements:
            assert each.old_balance.minor + sum(movement.amount.minor for movement in each.movements) == each.new_balance.minor
    assert 0 < taken < count / 2


def test_a_changed_amount_is_never_taken() -> None:
    """Any digit of any amount, balance, sum or count of a CODA file, changed to any other."""
    lines = coda_text(statement_pair("CODA")[0]).splitlines()
    places = {"1": (43, 58), "21": (32, 47), "8": (42, 57), "9": (17, 52)}
    tried = 0
    for at, line in enumerate(lines):
        first, last = places.get(line[:2], places.get(line[:1], (1, 0)))
        for place in range(first - 1, last):
            other = str((int(line[place]) + 1) % 10)
            changed = [*lines[:at], f"{line[:place]}{other}{line[place + 1 :]}", *lines[at + 1 :]]
            assert _is_refused("\n".join(changed).encode("windows-1252")), (at + 1, place + 1)
            tried += 1
    assert tried > 100


@pytest.mark.parametrize("size", [1, 100, 100_000])
def test_noise_is_refused(size: int) -> None:
    dice = random.Random(size)
    for head in (b"", b"0", b"<", b"\xff\xfe", b"<?xml version='1.0'?>"):
        assert _is_refused(head + dice.randbytes(size))


def _read(content: bytes) -> tuple[BankStatement, ...]:
    file = read_bank_file("bank", content)
    assert not file.stops, [str(problem) for problem in file.problems]
    return file.statements


def _is_refused(content: bytes) -> bool:
    file: BankFile = read_bank_file("bank", content)
    return file.stops and not file.statements


def _mutated(content: bytes, dice: random.Random) -> bytes:
    """The content with one to three changes: bytes, digits, lines, cuts, and pieces of itself elsewhere."""
    for _ in range(dice.randint(1, 3)):
        at, other = dice.randrange(len(content) or 1), dice.randrange(len(content) or 1)
        lines = content.split(b"\n")
        here = dice.randrange(len(lines))
        match dice.randrange(8):
            case 0:
                content = content[:at] + bytes([dice.randrange(256)]) + content[at + 1 :]
            case 1:
                content = content[:at] + content[at + 1 :]
            case 2:
                content = content[:at] + dice.randbytes(dice.randint(1, 200)) + content[at:]
            case 3:
                content = content[:at]
            case 4:
                content = b"\n".join([*lines[:here], *lines[here + 1 :]])
            case 5:
                content = b"\n".join([*lines[:here], lines[here], *lines[here:]])
            case 6:
                content = content[:at] + content[other : other + 128] + content[at:]
            case _:
                digits = [found.start() for found in re.finditer(rb"[0-9]", content)] or [0]
                place = dice.choice(digits)
                content = content[:place] + b"%d" % dice.randrange(10) + content[place + 1 :]
    return content


def _with_value_dates(movement: BankMovement) -> BankMovement:
    details = tuple(_with_value_dates(each) for each in movement.details)
    return replace(movement, value_date=movement.value_date or movement.entry_date, details=details)


def _all(movements: Sequence[BankMovement]) -> list[BankMovement]:
    return [each for movement in movements for each in (movement, *_all(movement.details))]


def _of_febelfin(move: coda.Move) -> tuple[object, ...]:
    kind = move.communication_type
    text = move.communication if kind in (None, "101", "102") else None
    party = (move.counterparty_name or "").strip(), (move.counterparty_bic or "").strip()
    return (
        int(move.sequence),
        int(move.detail_sequence),
        move.amount,
        move.entry_date,
        move.value_date,
        move.transaction_code,
        kind,
        text,
        *party,
    )


def _as_febelfin(movement: BankMovement) -> tuple[object, ...]:
    kind = movement.structured[:3] or None
    text = movement.text if kind is None else movement.structured[3:15] if kind in ("101", "102") else None
    party = movement.counterparty.name, movement.counterparty.bic or ""
    amount = Decimal(str(movement.amount))
    return (movement.number, movement.detail, amount, movement.entry_date, movement.value_date, movement.code, kind, text, *party)


def _of_pycamt(found: dict[str, str]) -> tuple[object, ...]:
    amount = Decimal(found["Amount"]) * (1 if found["CreditDebitIndicator"] == "CRDT" else -1)
    iban = found.get("DebtorIBAN") or found.get("CreditorIBAN")
    name = found.get("DebtorName") or found.get("CreditorName") or ""
    return amount, found["BookingDate"], found.get("ValueDate"), iban, name, found.get("RemittanceInformationFull") or ""


def _as_pycamt(movement: BankMovement) -> tuple[object, ...]:
    value = str(movement.value_date) if movement.value_date else None
    party = movement.counterparty
    return Decimal(str(movement.amount)), str(movement.entry_date), value, party.iban, party.name, movement.text

"""Each check of a bank file: what is wrong, at which place, and what is read where nothing is."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from api.importing.bank.bank_file import ENCODINGS, read_bank_file
from engine.documents.bank_statement import PaymentReturn
from engine.money import Money
from tests.bank_statements import EUR, movement, statement_pair
from tests.bank_writers import CAMT_08, camt_text, coda_records, coda_text

FIRST, SECOND = statement_pair("CODA")
LINES = [*coda_records(FIRST, is_last=False), *coda_records(SECOND)]
CAMT = camt_text(*statement_pair("CAMT.053"))


def test_the_lines_that_the_places_below_name() -> None:
    assert [line[:2].strip() for line in LINES] == ["00", "12", "21", "22", "23", "21", "21", "80", "9", "00", "12", "80", "9"]


def _at(line: int, column: int, text: str) -> Callable[[list[str]], list[str]]:
    """The lines with another text at one place."""

    def change(lines: list[str]) -> list[str]:
        there = lines[line - 1]
        return [*lines[: line - 1], f"{there[: column - 1]}{text}{there[column - 1 + len(text) :]}", *lines[line:]]

    return change


def _without(*numbers: int) -> Callable[[list[str]], list[str]]:
    return lambda lines: [line for number, line in enumerate(lines, 1) if number not in numbers]


CODA_PROBLEMS = {
    "version": (_at(1, 128, "1"), "bank:1:128: coda-version"),
    "creation day": (_at(1, 6, "310226"), "bank:1:6: bank-file-day"),
    "duplicate flag": (_at(1, 17, "X"), "bank:1:17: coda-flag"),
    "account structure": (_at(2, 2, "7"), "bank:2:2: coda-flag"),
    "account without an IBAN": (_at(2, 2, "1"), "bank:2:6: coda-no-iban"),
    "check digits of the IBAN": (_at(2, 8, "9"), "bank:2:6: bank-file-iban"),
    "currency": (_at(2, 40, "EUX"), "bank:2:40: bank-file-currency"),
    "balance that is no number": (_at(2, 50, "x"), "bank:2:44: bank-file-amount"),
    "tenths of a cent": (_at(2, 58, "5"), "bank:2:44: bank-file-fine-amount"),
    "sign": (_at(3, 32, "2"), "bank:3:32: coda-flag"),
    "entry date": (_at(3, 116, "000000"), "bank:3:116: bank-file-day"),
    "structured flag": (_at(3, 62, "x"), "bank:3:62: coda-flag"),
    "code that is no number": (_at(3, 57, "x"), "bank:3:54: coda-number"),
    "code of a detail on a movement": (_at(3, 54, "5"), "bank:3:54: coda-detail-code"),
    "another movement's text": (_at(4, 6, "9"), "bank:4:3: coda-other-movement"),
    "movements that do not count up": (_at(7, 3, "0001"), "bank:7:3: coda-sequence"),
    "an article before its first": (_without(3), "bank:3:1: coda-out-of-place"),
    "a movement left out": (_without(6), "bank:8:17: bank-file-count"),
    "a sum": (_at(9, 51, "8"), "bank:9:38: bank-file-sum"),
    "a new balance": (_at(8, 54, "9"), "bank:8:43: bank-file-balance"),
    "a balance of another account": (_at(8, 8, "9"), "bank:8:5: coda-other-account"),
    "movements after the balance": (lambda lines: [*lines[:6], lines[7], lines[6], *lines[8:]], "bank:8:1: coda-order"),
    "no old balance": (_without(2), "bank:2:1: coda-no-old-balance"),
    "no trailer": (_without(9), "bank:9:1: coda-no-trailer"),
    "no trailer at the end": (_without(13), "bank:12:128: coda-cut-short"),
    "no header": (_without(1), "bank:1:1: bank-file-form"),
    "no second header": (_without(10), "bank:10:1: coda-no-header"),
    "a record of no kind": (_at(8, 1, "7"), "bank:8:1: coda-record"),
    "another statement announced": (_without(10, 11, 12, 13), "bank:9:128: coda-announced"),
    "a line that is too long": (_at(5, 128, "0 "), "bank:5:1: coda-line-length"),
    "a control character": (_at(3, 70, "\x07"), "bank:3:70: bank-file-control"),
    "a tabulator": (_at(3, 70, "\t"), "bank:3:70: bank-file-control"),
    "a statement twice": (lambda lines: lines[:9] * 2 + lines[9:], "bank:1:1: statement-twice"),
}


@pytest.mark.parametrize("name", CODA_PROBLEMS)
def test_each_mistake_of_a_coda_file_has_its_place(name: str) -> None:
    change, expected = CODA_PROBLEMS[name]
    file = read_bank_file("bank", "\n".join(change(LINES)).encode("windows-1252"))
    assert not file.statements
    assert expected in [": ".join(str(problem).split(": ")[:2]) for problem in file.problems], [str(each) for each in file.problems]


CAMT_PROBLEMS = {
    "not XML": (("</Stmt>", ""), "bank-xml: camt-not-xml"),
    "document type": (("<Document", '<!DOCTYPE Document [<!ENTITY a "b">]><Document'), "bank:1:1: camt-document-type"),
    "another message": (("camt.053.001.08", "camt.054.001.08"), "bank:2:1: camt-message"),
    "a version to come": (("camt.053.001.08", "camt.053.001.13"), "bank:2:1: camt-message"),
    "no statement": (("Stmt>", "Rpt>"), "bank:2:1: camt-no-statement"),
    "no IBAN": (("<IBAN>BE68539007547034</IBAN>", "<Othr><Id>1</Id></Othr>"), "bank:3:1: camt-no-iban"),
    "check digits": (("BE68539007547034", "BE69539007547034"), "bank:3:1: bank-file-iban"),
    "no such currency": (("<Ccy>EUR", "<Ccy>EUX"), "bank:3:1: bank-file-currency"),
    "an amount in another currency": (('<Amt Ccy="EUR">121.00', '<Amt Ccy="USD">121.00'), "bank:4:1: bank-file-other-currency"),
    "tenths of a cent": (("121.00", "121.005"), "bank:4:1: bank-file-fine-amount"),
    "a negative amount": (("121.00", "-121.00"), "bank:4:1: bank-file-amount"),
    "an exponent": (("121.00", "1e999999"), "bank:4:1: bank-file-amount"),
    "neither debit nor credit": (("<CdtDbtInd>DBIT", "<CdtDbtInd>BOTH"), "bank:6:1: camt-code"),
    "no direction": (("<CdtDbtInd>DBIT</CdtDbtInd>", ""), "bank:6:1: camt-missing"),
    "no such day": (("<BookgDt><Dt>2026-11-27", "<BookgDt><Dt>2026-11-31"), "bank:4:1: bank-file-day"),
    "no closing balance": (("<Cd>CLBD", "<Cd>CLAV"), "bank:3:1: camt-no-balance"),
    "no opening balance": (("<Cd>OPBD", "<Cd>OPAV"), "bank:3:1: camt-no-balance"),
    "a balance": (('<Amt Ccy="EUR">1130.50', '<Amt Ccy="EUR">1130.51'), "bank:3:1: bank-file-balance"),
    "a sum": (("<Sum>133.50", "<Sum>133.51"), "bank:3:1: bank-file-sum"),
    "a count": (("<NbOfNtries>2<", "<NbOfNtries>5<"), "bank:3:1: bank-file-count"),
    "a statement twice": (("2026-043", "2026-042"), "bank:1:1: statement-twice"),
}


@pytest.mark.parametrize("name", CAMT_PROBLEMS)
def test_each_mistake_of_a_camt_file_has_its_place(name: str) -> None:
    (old, new), expected = CAMT_PROBLEMS[name]
    assert old in CAMT
    file = read_bank_file("bank", CAMT.replace(old, new).encode())
    assert not file.statements
    places = {f"{problem.where}: {problem.code}" for problem in file.problems} | {f"bank-xml: {problem.code}" for problem in file.problems}
    assert expected in places, [str(each) for each in file.problems]


def test_a_mistake_in_xml_names_the_path_of_its_element() -> None:
    file = read_bank_file("bank", CAMT.replace("121.00</Amt>", "121.005</Amt>").encode())
    assert {each.pointer for each in file.problems} == {"/Document/BkToCstmrStmt/Stmt[1]/Ntry[1]/Amt"}


def test_entities_and_other_files_are_never_read() -> None:
    bomb = '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><Document>&b;</Document>'
    outside = '<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]><Document>&a;</Document>'
    deep = "<a>" * 100_000
    codes = [[each.code for each in read_bank_file("bank", text.encode()).problems] for text in (bomb, outside, deep)]
    assert codes == [["camt-document-type"], ["camt-document-type"], ["camt-not-xml"]]


def test_statements_of_one_account_follow_each_other() -> None:
    gap = SECOND.replace(old_balance=Money(1, EUR), new_balance=Money(1, EUR))
    file = read_bank_file("bank", coda_text(FIRST, gap).encode())
    assert [str(each) for each in file.problems] == [
        "bank:1:1: statement-missing: the statement 2026-043 begins with 0.01, and 2026-042, the one before it, ends with 1130.50"
    ]
    other = gap.replace(iban="NL91ABNA0417164300")
    assert read_bank_file("bank", coda_text(FIRST, other).encode()).statements == (FIRST, other)


def test_a_statement_of_another_account_is_refused_where_ours_are_known() -> None:
    content = coda_text(FIRST).encode()
    assert read_bank_file("bank", content, accounts=["BE68539007547034"]).statements == (FIRST,)
    file = read_bank_file("bank", content, accounts=["BE47435000000080"])
    assert ([each.code for each in file.problems], file.statements) == (["bank-account-not-ours"], ())


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_letters_are_those_of_the_encoding(encoding: str) -> None:
    accented = FIRST.replace(movements=(movement(1, 130_50, text="café à Liège", name="Zoë"),))
    content = coda_text(accented).encode(encoding)
    assert read_bank_file("bank", content, encoding=encoding).statements == (accented,)


def test_a_file_in_utf_8_names_its_encoding() -> None:
    accented = FIRST.replace(movements=(movement(1, 130_50, text="café"),))
    [problem] = read_bank_file("bank", coda_text(accented).encode()).problems
    assert (problem.code, problem.help) == ("coda-as-utf-8", "give --encoding utf-8")
    [problem] = read_bank_file("bank", coda_text(accented).encode("windows-1252"), encoding="utf-8").problems
    assert (str(problem.where), problem.code) == ("bank:3:66", "bank-file-encoding")


def test_lines_may_end_as_they_do_elsewhere() -> None:
    text = coda_text(FIRST)
    assert read_bank_file("bank", text.replace("\n", "\r\n").encode()).statements == (FIRST,)
    assert read_bank_file("bank", (text + "\n\n").encode()).statements == (FIRST,)
    assert read_bank_file("bank", CAMT.encode("utf-16")).statements == statement_pair("CAMT.053")


def test_check_digits_that_do_not_fit_leave_a_free_text() -> None:
    for text in (coda_text(FIRST).replace("101090933755493", "101090933755494"), CAMT.replace("090933755493", "090933755494")):
        file = read_bank_file("bank", text.encode())
        assert [each.code for each in file.problems] == ["bank-reference-digits"]
        second = file.statements[0].movements[1]
        assert (second.reference, second.text) == (None, "090933755494")


def test_what_older_files_have_there_is_no_return() -> None:
    """Before 2.6 other numbers stand where a return and its reason do."""
    for written, expected in (
        ("   2AC04", PaymentReturn(kind="return", reason="AC04")),
        ("   2    ", PaymentReturn(kind="return")),
        ("00843246", None),
        ("   43246", None),
        ("   9AC04", None),
    ):
        lines = _at(4, 110, written)(LINES[:8] + LINES[8:9])
        file = read_bank_file("bank", "\n".join([*lines[:8], lines[8][:127] + "2"]).encode())
        assert file.statements[0].movements[0].returned == expected


def test_details_are_payments_only_where_they_make_the_movement() -> None:
    text = CAMT.replace("<RltdPties>", '<Amt Ccy="EUR">100.00</Amt><RltdPties>', 1)
    part = text[text.index("<TxDtls>") : text.index("</TxDtls>") + len("</TxDtls>")]
    for amount, expected in (("21.00", [100_00, 21_00]), ("21.01", [121_00])):
        double = text.replace(part, part + part.replace("100.00", amount), 1)
        file = read_bank_file("bank", double.encode())
        assert [each.amount.minor for each in file.statements[0].movements[0].payments] == expected
        assert [each.code for each in file.problems] == (["bank-details-differ"] if len(expected) == 1 else [])


def test_entries_that_are_not_booked_are_left_out() -> None:
    pending = '<Ntry><Amt Ccy="EUR">7.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>PDNG</Cd></Sts></Ntry>'
    file = read_bank_file("bank", CAMT.replace("</Stmt>", pending + "</Stmt>", 1).encode())
    assert (file.statements[0].not_booked, file.statements[0].movements) == (1, statement_pair("CAMT.053")[0].movements)
    assert CAMT_08 in CAMT


def test_what_the_bank_kept_of_a_payment_is_its_charge() -> None:
    """In CODA the parts of a movement of code 3 below zero, in CAMT the records of charges that are in the amount."""
    whole = replace(FIRST.movements[0], amount=Money(97_50, EUR), code="30150000", information=(), details=(), is_total=False)
    parts = tuple(
        replace(whole, detail=at, amount=Money(minor, EUR), code=code, structured="", reference=None, text="")
        for at, minor, code in ((1, 100_00, "80150100"), (2, -2_50, "80150006"))
    )
    of_parts = replace(whole, details=parts)
    for each, charge in ((of_parts, Money(2_50, EUR)), (replace(of_parts, details=parts[:1]), None)):
        statement = FIRST.replace(movements=(each,), new_balance=FIRST.old_balance + each.amount)
        (read,) = read_bank_file("bank", coda_text(statement).encode("windows-1252")).statements
        assert [one.charge for one in read.payments] == [charge]
    record = "<Rcrd><Amt Ccy='EUR'>2.50</Amt><CdtDbtInd>DBIT</CdtDbtInd><ChrgInclInd>true</ChrgInclInd></Rcrd>"
    for records, charge in ((record, Money(2_50, EUR)), (record.replace("true", "false"), None), (record.replace("EUR", "USD"), None)):
        text = CAMT.replace("</Refs>", f"</Refs><Chrgs>{records}</Chrgs>", 1)
        assert read_bank_file("bank", text.encode()).statements[0].payments[0].charge == charge

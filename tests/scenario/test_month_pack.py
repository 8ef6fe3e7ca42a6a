"""The pack of a month: what must be equal is, the same bytes whenever it is made, and a difference is named."""

import io
import json
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path

import pytest
from click.testing import CliRunner

from api.cli.main import program
from api.desk.billing_run import invoices_of, issue
from api.desk.closing import close_month
from api.desk.crediting import credit
from api.desk.customer_changes import hold
from api.desk.desk import Desk, open_desk
from api.desk.due_drafts import Selection
from api.desk.month_pack import MonthPack, month_pack, zipped
from api.desk.open_items_report import open_items
from api.desk.paying import match_by_hand, release
from api.desk.writing_off import GivenWriteOff, write_off
from api.store.auditor import audit
from api.store.database_copy import restore
from api.store.payment_tables import payment_allocations
from engine.documents.credit import CreditSelection
from engine.documents.invoice import Invoice
from engine.money import Money
from engine.problems import Refusal
from engine.rulebook.book import Rulebook
from engine.text.sources import Sources
from tests.bank_writers import coda_text
from tests.scenario.conftest import now
from tests.scenario.test_payments_from_banks import DAY, EUR, desk, invoices, january, paid, statement, take

__all__ = ("desk", "invoices", "january")
MARCH = date(2027, 3, 8)


def keeping(desk: Desk, day: date) -> Desk:
    """The desk on a day, of a company that defers and accrues; its clock moves with the day."""
    company = desk.rulebook.company.model_copy(update={"deferral": "month", "accrual": "month"})
    moment = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
    return replace(desk, rulebook=replace(desk.rulebook, company=company), today=day, now=lambda: moment)


def figures(pack: MonthPack) -> list[tuple[int, str, str]]:
    """The equalities with one figure each."""
    assert [(each.left, str(each.left_amount), each.right, str(each.right_amount)) for each in pack.differing] == []
    return [(each.number, each.right, str(each.right_amount)) for each in pack.equalities]


def february(desk: Desk, invoices: tuple[Invoice, ...], folder: Path) -> None:
    """Payments of each kind, a write-off, a credit note, a customer on hold; January and February are closed."""
    first, second, third, _ = invoices
    ten = Money(10_00, EUR)
    close_month(keeping(desk, date(2027, 2, 2)), "2027-01")
    on_day = keeping(desk, DAY)
    movements = (
        paid(1, first.gross, text=first.number),
        paid(2, third.gross + ten, text=third.number),
        paid(3, Money(77_00, EUR), text="nobody knows"),
        paid(4, Money(5_00, EUR), text="nor this"),
        paid(5, Money(-3_00, EUR), text="what left, nobody knows why"),
    )
    take(on_day, folder, coda_text(statement(desk, *movements)))
    write_off(
        keeping(desk, date(2027, 2, 18)), GivenWriteOff(document=second.number, reason="bankruptcy", on=date(2027, 2, 18), note="judgement")
    )
    credit(keeping(desk, date(2027, 2, 20)), third.number, CreditSelection(whole=True))
    end = keeping(desk, date(2027, 2, 28))
    hold(end, first.customer.id, "the address is disputed")
    issue(end, Selection(due_through=end.today))
    close_month(keeping(desk, date(2027, 3, 2)), "2027-02")


def check_contents(desk: Desk, pack: MonthPack) -> None:
    """The manifest, the hashes, the trial balance and the ZIP file of February."""
    manifest = json.loads(pack.files["manifest.json"])
    assert (manifest["month"], manifest["from"], manifest["to"], manifest["closed"]) == ("2027-02", "2027-02-01", "2027-02-28", True)
    assert {each["name"]: each["sha256"] for each in manifest["files"]} == {
        name: sha256(content).hexdigest() for name, content in pack.files.items() if name != "manifest.json"
    }
    rows = {each["name"].removesuffix(".csv"): each["rows"] for each in manifest["files"]}
    assert (rows["payments"], rows["allocations"], rows["surpluses"]) == (6, 4, 1)
    balance = [line.split(",") for line in pack.files["trial-balance.csv"].decode().splitlines()[1:]]
    assert sum(Money.parse(row[-1], EUR).minor for row in balance) == 0
    assert all(
        Money.parse(row[2], EUR) + Money.parse(row[3], EUR) - Money.parse(row[4], EUR) == Money.parse(row[5], EUR) for row in balance
    )
    with zipfile.ZipFile(io.BytesIO(zipped(pack))) as packed:
        assert {name: packed.read(f"2027-02/{name}") for name in pack.files} == pack.files
    assert zipped(pack) == zipped(month_pack(keeping(desk, MARCH), "2027-02"))
    for wrong, says in (("2027-Q1", "no month"), ("2027-03", "ends on 2027-03-31"), ("x", "no month or quarter")):
        with pytest.raises(Refusal, match=says):
            month_pack(keeping(desk, MARCH), wrong)


def test_all_that_must_be_equal_is_and_stays_so(desk: Desk, invoices: tuple[Invoice, ...], tmp_path: Path) -> None:
    february(desk, invoices, tmp_path)
    march = keeping(desk, MARCH)
    packs = {month: month_pack(march, month) for month in ("2027-01", "2027-02")}
    shown = {month: figures(pack) for month, pack in packs.items()}
    assert [number for number, _, _ in shown["2027-02"]] == [1] * 5 + [2] * 3 + [3] * 2 + [4] * 4 + [5] * 2
    by_name = {right: amount for _, right, amount in shown["2027-02"]}
    assert {name: by_name[name] for name in ("stands in suspense", "stands as accrued", "stands in clearing")} == {
        "stands in suspense": "79.00",
        "stands as accrued": "140.98",
        "stands in clearing": "0.00",
    }
    assert {right: amount for _, right, amount in shown["2027-01"]}["stands as deferred"] == "568.23"
    check_contents(desk, packs["2027-02"])
    again = month_pack(keeping(desk, date(2027, 3, 20)), "2027-02")
    assert again.files == packs["2027-02"].files
    (number,) = (str(row[2]) for row in open_items(march).rows if row[2] != invoices[2].number)
    match_by_hand(march, "P000003", [number])
    release(march, "P000001")
    late = (paid(1, Money(1_00, EUR), text="late, of February"), paid(2, Money(2_00, EUR), text=number))
    take(
        march,
        tmp_path,
        coda_text(statement(desk, *late, name="2027-002", old=1000_00 + invoices[0].gross.minor + invoices[2].gross.minor + 89_00)),
    )
    later = keeping(desk, date(2027, 4, 2))
    assert month_pack(later, "2027-02").files == packs["2027-02"].files, "what is entered later belongs to the month that is open"
    close_month(later, "2027-03")
    figures(month_pack(later, "2027-03"))
    assert "oss-return.csv" in month_pack(later, "2027-03").files


def test_a_difference_is_named_and_ends_the_command_with_1(january: Path, rulebook: Rulebook, sources: Sources, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'changed.sqlite'}"
    restore(january, url)
    desk = open_desk(url, rulebook, sources, today=MARCH, now=now, author="test")
    issued = tuple(each for each in invoices_of(desk, [f"2027-0000{at}" for at in range(1, 5)]))
    february(desk, issued, tmp_path)
    moment, first = datetime(2027, 2, 20, tzinfo=UTC), issued[0]
    with desk.store.writing() as connection:  # what nobody can do through the program
        part = {"payment": "P000003", "sequence": 1, "document": first.number, "amount": 1, "kind": "difference", "author": "x"}
        connection.execute(payment_allocations.insert().values(**part, allocated_on=moment.date(), allocated_at=moment))
    with desk.store.reading() as connection:
        found = [str(problem) for problem in audit(connection)]
    assert any(f"the payments of the customer {first.customer.id} come to" in each for each in found)
    differing = month_pack(keeping(desk, MARCH), "2027-02").differing
    assert {each.number for each in differing} == {3, 4}
    assert any(each.left.startswith(f"{first.customer.id}: ") for each in differing)
    desk.close()
    words = ["--database", url, "--today", str(MARCH), "journal", "pack", "--month", "2027-02", "--out", str(tmp_path / "pack")]
    result = CliRunner().invoke(program, words, standalone_mode=False)
    assert (result.return_value, (tmp_path / "pack" / "journal.csv").is_file()) == (1, True)

"""The command line: exit codes, options at every place, data on stdout and everything else on stderr."""

import csv
import io
import json
import shutil
import sqlite3
from collections.abc import Callable
from datetime import date
from getpass import getuser
from pathlib import Path

import openpyxl
import pytest

from api.cli import main
from api.desk.report_registry import REPORTS
from tests.scenario.conftest import CUSTOMERS, SMALL, write_folder

Call = Callable[..., tuple[int, str, str]]


@pytest.fixture
def call(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch) -> Call:
    """Calls the program over a database of this test; gives exit code, stdout and stderr."""
    monkeypatch.setenv("CENTWRIGHT_DATABASE_URL", f"sqlite:///{tmp_path / 'desk.sqlite'}")
    monkeypatch.setenv("CENTWRIGHT_TODAY", "2027-01-31")
    monkeypatch.chdir(tmp_path)

    def run(*words: str) -> tuple[int, str, str]:
        code = main.run(words)
        out, output = capfdbinary.readouterr()
        return code, out.decode("utf-8", "surrogateescape"), output.decode()

    return run


@pytest.fixture
def billed(call: Call, small: Path) -> Call:
    """The same, after a small company was taken over and January billed."""
    assert call("import", str(small))[0] == 0
    assert call("run", "issue", "--due-through", "2027-01-31")[0] == 0
    return call


def test_a_folder_with_problems_is_refused_with_excerpts_and_code_1(call: Call, tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "bad", SMALL | {"customers.csv": CUSTOMERS.replace(",BE,fr,", ",BE,frensh,")})
    code, out, output = call("import", str(folder))
    assert (code, out) == (1, "")
    assert "customers.csv:2:35: unknown-name: there is no language `frensh`" in output
    assert "2 | K1,Optique Un,Rue 1,5000,Namur,BE,frensh" in output
    assert "^^^^^^" in output
    assert "= help: " in output
    assert call("--json", "order", "list")[1].count('"order"') == 0


def test_an_import_says_what_it_did_and_that_it_changed_nothing(call: Call, small: Path) -> None:
    code, out, _ = call("import", str(small))
    assert (code, "2 new" in out) == (0, True)
    code, out, _ = call("import", str(small), "--json")
    assert (code, json.loads(out)["changes_nothing"]) == (0, True)


def test_options_are_accepted_at_every_place(billed: Call, tmp_path: Path) -> None:
    first = billed("--json", "report", "forecast")
    assert first[0] == 0
    assert billed("report", "--json", "forecast") == first
    assert billed("report", "forecast", "--json", "--quiet", "--no-color") == first
    assert billed("report", "forecast", "--json", "--database", str(tmp_path / "desk.sqlite"), "--today", "2027-01-31") == first


def test_a_run_is_previewed_issued_and_issued_again(call: Call, small: Path) -> None:
    call("import", str(small))
    code, out, _ = call("run", "preview", "--due-through", "2027-01-31", "--json")
    preview = json.loads(out)["invoices"]
    assert (code, len(preview)) == (0, 4)
    code, out, output = call("run", "issue", "--due-through", "2027-01-31", "--json")
    issued = json.loads(out)["invoices"]
    assert (code, [row["number"] for row in issued]) == (0, [f"2027-{at:05}" for at in range(1, 5)])
    assert [(row["customer"], row["gross"]) for row in issued] == [(row["customer"], row["gross"]) for row in preview]
    assert "4 invoices issued" in output
    code, out, _ = call("run", "issue", "--due-through", "2027-01-31", "--json")
    assert (code, json.loads(out)["invoices"]) == (0, [])


def test_a_run_can_be_narrowed(call: Call, small: Path) -> None:
    call("import", str(small))
    order = json.loads(call("order", "list", "--customer", "K2", "--type", "advertising", "--json")[1])["rows"][0]["order"]
    for option, issued in ((("--type", "investment"), 1), (("--customer", "K1"), 1), (("--order", order), 1), ((), 1)):
        code, out, _ = call("run", "issue", "--due-through", "2027-01-31", "--json", *option)
        assert (code, len(json.loads(out)["invoices"])) == (0, issued)


def test_a_date_before_the_last_number_is_refused_with_code_4(billed: Call) -> None:
    code, _, output = billed("run", "issue", "--due-through", "2027-02-28", "--ahead", "--today", "2027-01-30")
    assert (code, "date-before-the-last" in output) == (4, True)


def test_wrong_usage_is_code_2_and_says_what_is_right(billed: Call) -> None:
    for words in (
        ("run", "issue"),
        ("run", "issue", "--due-through", "31/01/2027"),
        ("reprot",),
        ("order", "show", "nothing"),
        ("item", "end", "nothing", "--on", "2027-02-01"),
        ("invoice", "show", "2027-99999"),
        ("opportunity", "show", "O-1"),
        ("quote", "show", "Q1"),
        ("invoice", "credit", "2027-00001"),
    ):
        code, out, output = billed(*words)
        assert (code, out) == (2, ""), words
        assert output


def test_a_bad_setting_is_reported_and_no_traceback(call: Call) -> None:
    for words, expected in (
        (("report", "forecast", "--today", "tomorrow"), 1),
        (("report", "forecast", "--by", "moon"), 1),
        (("report", "forecast", "--from", "2027-03-01", "--to", "2027-01-01"), 1),
        (("import", "nowhere"), 1),
        (("report", "forecast", "--database", "postgresql://x@127.0.0.1:1/none"), 5),
        (("report", "forecast", "--database", "oracle://x"), 5),
        (("report", "forecast", "--rulebook", "nowhere"), 1),
    ):
        code, out, output = call(*words)
        assert (code, out) == (expected, ""), (words, output)
        assert "Traceback" not in output
        assert "= help: " in output


def test_a_fault_of_ours_is_code_70_with_a_report_file(call: Call, small: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert call("import", str(small))[0] == 0
    with sqlite3.connect(tmp_path / "desk.sqlite") as connection:
        connection.execute("update customers set document = '{}'")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    code, out, output = call("customer", "list")
    assert (code, out) == (70, "")
    assert "Traceback" not in output
    (report,) = tmp_path.glob("centwright-fault-*.txt")
    assert "ValidationError" in report.read_text()
    assert str(report) in output


@pytest.mark.parametrize("name", REPORTS)
def test_every_report_is_text_json_csv_and_xlsx(billed: Call, name: str, tmp_path: Path) -> None:
    words = ("report", name)
    if name == "reconciliation":
        assert billed("forecast", "store", "first")[0] == 0
        words = (*words, "--snapshot", "first")
    code, text, _ = billed(*words)
    assert (code, bool(text)) == (0, True)
    code, out, _ = billed(*words, "--json")
    rows = json.loads(out)["rows"]
    code, out, _ = billed(*words, "--csv")
    table = list(csv.DictReader(io.StringIO(out)))
    assert len(table) == len(rows)
    code, _, _ = billed(*words, "--xlsx", str(tmp_path / "r.xlsx"))
    assert code == 0
    sheet = openpyxl.load_workbook(tmp_path / "r.xlsx").active
    assert sheet is not None
    assert sheet.max_row == len(rows) + 1
    heads = [cell.value for cell in sheet[1]]
    assert heads == ([column.replace("_", " ") for column in rows[0]] if rows else heads)


def test_cells_that_look_like_formulas_are_text(call: Call, tmp_path: Path) -> None:
    folder = write_folder(
        tmp_path / "sly",
        {
            "customers.csv": CUSTOMERS.replace("Optique Un", "=HYPERLINK(1)"),
            "subscriptions.csv": "customer,billing_type,activated_on,product,quantity\nK1,monthly,2027-01-01,SUB-CORE,1\n",
        },
    )
    assert call("import", str(folder))[0] == 0
    assert "'=HYPERLINK(1)" in call("report", "to-invoice", "--csv")[1]
    call("report", "to-invoice", "--xlsx", "r.xlsx")
    sheet = openpyxl.load_workbook("r.xlsx").active
    assert sheet is not None
    assert (sheet["B2"].value, sheet["B2"].data_type) == ("=HYPERLINK(1)", "s")


def test_verify_finds_nothing_and_says_so(billed: Call) -> None:
    code, out, _ = billed("verify", "--json")
    assert (code, json.loads(out)["documents"], json.loads(out)["problems"]) == (0, 4, [])


def test_a_document_is_shown_as_text_json_and_xml(billed: Call) -> None:
    assert billed("invoice", "show", "2027-00001")[1].startswith("INVOICE 2027-00001")
    assert json.loads(billed("invoice", "show", "2027-00001", "--json")[1])["number"] == "2027-00001"
    assert "<cbc:ID>2027-00001</cbc:ID>" in billed("invoice", "show", "2027-00001", "--xml")[1]


def test_an_invoice_whose_template_fails_stays_issued_and_is_printed_once_the_template_is_mended(
    call: Call, root: Path, small: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "rulebook"
    for part in ("catalog", "rules", "plans", "vat", "templates"):
        shutil.copytree(root / part, folder / part)
    shutil.copy(root / "company.yaml", folder)
    template = folder / "templates/invoice.html.j2"
    good = template.read_text(encoding="utf-8")
    template.write_text(good.replace("{{ due_on }}", "{{ due_onn }}"), encoding="utf-8")
    assert call("--rulebook", str(folder), "import", str(small))[0] == 0
    assert call("run", "issue", "--due-through", "2027-01-31")[0] == 0
    words = ("invoice", "pdf", "2027-00001", "--to", str(tmp_path / "one.pdf"))
    code, out, output = call(*words)
    assert (code, out) == (4, "")
    assert "template-failed" in output
    assert "state: issued, without a PDF: 2027-00001; possible: `invoice pdf 2027-00001`" in output
    states = {row["number"]: row["pdf"] for row in json.loads(call("invoice", "list", "--json")[1])["rows"]}
    assert states["2027-00001"] == "missing"
    template.write_text(good, encoding="utf-8")
    assert call("--rulebook", str(folder), *words)[0] == 0
    assert (tmp_path / "one.pdf").read_bytes().startswith(b"%PDF")
    states = {row["number"]: row["pdf"] for row in json.loads(call("invoice", "list", "--json")[1])["rows"]}
    assert (states["2027-00001"], states["2027-00002"]) == ("stored", "missing")


def test_an_invoice_is_credited_and_never_more_than_is_left(billed: Call) -> None:
    assert billed("invoice", "credit", "2027-00001", "--line", "2:1", "--because", "one was not wanted")[0] == 0
    code, _, output = billed("invoice", "credit", "2027-00001", "--amount", "99999")
    assert (code, "more-than-is-left" in output) == (4, True)
    code, out, _ = billed("invoice", "credit", "2027-00001", "--whole", "--json")
    assert (code, json.loads(out)["corrects"]) == (0, "2027-00001")
    rows = json.loads(billed("invoice", "list", "--json")[1])["rows"]
    invoice = next(row for row in rows if row["number"] == "2027-00001")
    notes = [row for row in rows if row["corrects"] == "2027-00001"]
    assert sum(int(row["gross"].replace(".", "")) for row in notes) == int(invoice["gross"].replace(".", ""))
    assert billed("verify")[0] == 0


def test_items_are_changed_suspended_and_ended_and_refused_otherwise(billed: Call) -> None:
    order = json.loads(billed("order", "list", "--customer", "K1", "--type", "subscription", "--json")[1])["rows"][0]["order"]
    assert billed("item", "change", f"{order}-2", "--quantity", "3", "--on", "2027-02-10")[0] == 0
    assert billed("item", "suspend", f"{order}-1", "--on", "2027-02-15")[0] == 0
    code, _, output = billed("item", "activate", f"{order}-2", "--on", "2027-02-20")
    assert (code, "possible" in output) == (4, True)
    assert billed("item", "resume", f"{order}-1", "--on", "2027-02-20")[0] == 0
    assert billed("item", "end", f"{order}-1", "--on", "2027-06-01", "--waive", "closed", "--by", "Ann")[0] == 0
    assert billed("run", "issue", "--due-through", "2027-02-28", "--today", "2027-02-28")[0] == 0
    result = json.loads(billed("order", "show", order, "--json", "--today", "2027-06-02")[1])
    assert [item["state"] for item in result["items"]] == ["ended", "active"]
    assert {one["kind"] for one in result["transactions"]} == {"recurring", "change"}
    assert max(one["service_period"]["until"] for one in result["transactions"] if one["item"] == f"{order}-1") == "2027-06-01"


def test_a_quote_is_made_sent_and_accepted(billed: Call) -> None:
    assert billed("quote", "make", "K1", "HW-AIO=2", "SUB-EDI=1", "--on", "2027-01-20")[0] == 0
    assert billed("quote", "accept", "Q2027-0001", "--on", "2027-01-31", "--json")[0] == 0
    code, _, output = billed("quote", "send", "Q2027-0001")
    assert (code, "accepted" in output) == (4, True)
    orders = json.loads(billed("order", "list", "--customer", "K1", "--json")[1])["rows"]
    assert "Q2027-0001-investment" in {row["order"] for row in orders}
    (subscription,) = [row["order"] for row in orders if row["type"] == "subscription"]
    assert json.loads(billed("order", "show", subscription, "--json")[1])["items"][-1]["product"] == "SUB-EDI"
    assert billed("quote", "make", "K1", "HW-AIO=2", "--discount", "20%")[0] == 0
    code, _, output = billed("quote", "send", "Q2027-0002")
    assert (code, "approval-needed" in output) == (4, True)
    user = ("user", "create", "dora", "--full-name", "Dora", "--email", "d@example.com", "--role", "sales", "--approves", "sales-director")
    assert billed(*user)[0] == 0
    assert billed("quote", "approve", "Q2027-0002", "--by", "dora")[0] == 0
    assert billed("quote", "send", "Q2027-0002")[0] == 0
    assert billed("quote", "version", "Q2027-0002")[0] == 0
    assert billed("quote", "refuse", "Q2027-0002", "--note", "too dear")[0] == 0
    assert billed("quote", "accept", "Q2027-0002")[0] == 4


def test_an_opportunity_is_followed_to_its_end(billed: Call) -> None:
    first = ("opportunity", "open", "O1", "--prospect", "Zicht", "--what", "a shop", "--stage", "proposal")
    assert billed(*first, "--amount", "1000", "--expected-close", "2027-03-01", "--owner", "AM")[0] == 0
    assert billed("opportunity", "stage", "O1", "negotiation", "--today", "2027-02-05")[0] == 0
    assert billed("opportunity", "stage", "O1", "hope")[0] == 1
    assert billed("opportunity", "change", "O1", "--amount", "900", "--today", "2027-02-06")[0] == 0
    assert billed("opportunity", "lose", "O1", "--reason", "bored")[0] == 1
    assert billed("opportunity", "win", "O1", "--today", "2027-02-10")[0] == 0
    assert billed("opportunity", "win", "O1")[0] == 4
    rows = json.loads(billed("report", "pipeline", "--as-of", "2027-02-04", "--json")[1])
    assert [(row["stage"], row["plain"], row["weighted"]) for row in rows["rows"]] == [("proposal", "1000.00", "400.00")]
    history = json.loads(billed("opportunity", "show", "O1", "--json")[1])["history"]
    assert (len(history), {row["author"] for row in history}) == (5, {getuser()}), "who gave the commands"


def test_the_doctor_shows_settings_with_where_they_came_from(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CENTWRIGHT_SMTP_URL", "smtp://me:secret@mail.example")
    Path(".env").write_text("CENTWRIGHT_PORT=8123\n")
    _, out, _ = call("doctor", "--json")
    settings = {one["setting"]: (one["text"], one["from"]) for one in json.loads(out)["settings"]}
    assert settings["CENTWRIGHT_PORT"] == ("8123", ".env")
    assert settings["CENTWRIGHT_TODAY"] == ("2027-01-31", "environment")
    assert settings["CENTWRIGHT_SMTP_URL"] == ("smtp://me:•••@mail.example", "environment")
    assert "secret" not in out


def test_the_business_date_is_that_of_the_seller(call: Call, small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CENTWRIGHT_TODAY")
    call("import", str(small))
    rows = json.loads(call("report", "forecast", "--json")[1])["rows"]
    assert rows[0]["month"] in {f"{date.today():%Y-%m}", f"{date.fromordinal(date.today().toordinal() + 1):%Y-%m}"}  # noqa: DTZ011 - the clock is meant

"""VAT numbers checked before a run: answers are evidence, silence changes nothing, and what rests on an invalid number waits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from click import UsageError
from click.testing import CliRunner, Result
from sqlalchemy.exc import DBAPIError

from api.cli.main import program
from api.delivery.vat_registers.enquiries import SKIPPED, enquire
from api.delivery.vat_registers.local_vies import LocalVies, local_vies
from api.delivery.vat_registers.vies import vies
from api.desk.billing_run import invoices_of, issue
from api.desk.customer_changes import change, vat_checked
from api.desk.customer_details import find_customer
from api.desk.desk import Desk
from api.desk.due_drafts import Selection
from api.desk.folder_import import import_files
from api.desk.vat_evidence import due_and_not_checked_lately, named, not_checked_lately
from tests.scenario.conftest import CUSTOMERS, SMALL, write_folder

FILES = SMALL | {
    "customers.csv": CUSTOMERS
    + "F1,Lunettes FR,Rue 9,75001,Paris,FR,fr,FR40303265045,f@lunettes.example,independent,2027-01-02\n"
    + "L1,Optik Esch,Rue 1,4001,Esch,LU,fr,LU12345613,l@optik.example,independent,2027-01-30\n"
    + "S1,Sehen AG,Gasse 1,8001,Zürich,CH,en,,s@sehen.example,independent,\n",
    "subscriptions.csv": SMALL["subscriptions.csv"]
    + "F1,monthly,2026-05-01,1,SUB-CORE,1\nL1,monthly,2026-05-01,1,SUB-CORE,1\nS1,monthly,2026-05-01,1,SUB-CORE,1\n",
}
JANUARY, FEBRUARY, MARCH = date(2027, 1, 31), date(2027, 2, 28), date(2027, 3, 31)


@pytest.fixture
def served() -> Iterator[LocalVies]:
    """A local VIES."""
    with local_vies() as register:
        yield register


@pytest.fixture(params=["sqlite", "postgresql"])
def on(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[date], Desk]:
    """Opens the desk on a day, over a database of each kind in turn, which must outlive the desk."""
    url = f"sqlite:///{tmp_path / 'desk.sqlite'}" if request.param == "sqlite" else request.getfixturevalue("fresh_postgres_url")
    desk_on: Callable[..., Desk] = request.getfixturevalue("desk_on")
    import_files(desk_on(JANUARY, url), write_folder(tmp_path / "files", FILES))
    return lambda day: desk_on(day, url)


def ask(desk: Desk, served: LocalVies, *names: str) -> list[tuple[str, str]]:
    """What is answered about customers, or about all that are due."""
    register = vies(served.url, desk.rulebook.company.seller.vat_number)
    due = Selection(due_through=desk.today).of_customers()
    some = named(desk, names, register.has) if names else due_and_not_checked_lately(desk, due, register.has)
    return [(each.customer.id, each.result) for each in enquire(desk, register, some, pauses=(0.0, 0.0))]


def billed(desk: Desk, customer: str) -> list[tuple[str, str]]:
    """Category and VAT of what a run issues to a customer, and why something is held."""
    report = issue(desk, Selection(due_through=desk.today, customer=customer))
    issued = [(each.lines[0].category, str(each.vat)) for each in invoices_of(desk, report.issued)]
    return issued + [("held", str(one.held_because)) for one in report.held]


def test_answers_decide_and_silence_does_not(on: Callable[[date], Desk], served: LocalVies) -> None:
    january, february, march = on(JANUARY), on(FEBRUARY), on(MARCH)
    assert ask(january, served) == [], "all were checked within 30 days"
    served.faults["FR"] = "MS_UNAVAILABLE"
    assert ask(february, served) == [("F1", "unknown")], "the answer about L1 is 29 days old, and BE and CH are not asked for"
    shown = find_customer(february, "F1")
    assert (shown.customer.vat_number_state, str(shown.customer.vat_checked_on)) == ("valid", "2027-01-02")
    assert [(one.result, one.source, str(one.because)) for one in shown.vat_checks] == [("unknown", "VIES", "VIES answers MS_UNAVAILABLE")]
    assert billed(february, "F1") == [("AE", "0.00")] * 2, "the earlier answer serves"
    served.faults.clear()
    served.names["FR40303265045"] = ("LUNETTES FR", "RUE 9 PARIS")
    assert ask(march, served) == [("F1", "valid"), ("L1", "valid")]
    check = find_customer(march, "F1").vat_checks[-1]
    assert (check.result, check.consultation, check.checked_on) == ("valid", "WAPIAAAA000002", MARCH)
    assert (check.requester, check.name, check.address) == ("BE0999945779", "LUNETTES FR", "RUE 9 PARIS")
    assert (check.checked_by, check.recorded_at) == ("VIES", march.now())
    assert find_customer(march, "F1").customer.vat_checked_on == MARCH
    with pytest.raises(DBAPIError, match="append-only"), march.store.writing() as connection:
        connection.exec_driver_sql("update vat_checks set result = 'valid'")


def test_an_invalid_number_holds_what_rests_on_it_until_somebody_decides(on: Callable[[date], Desk], served: LocalVies) -> None:
    january = on(JANUARY)
    served.invalid |= {"FR40303265045", "BE0999910048"}
    assert ask(january, served, "F1", "K1") == [("F1", "invalid"), ("K1", "invalid")]
    ((_, because),) = billed(january, "F1")
    assert because == (
        "VIES calls the VAT number FR40303265045 invalid since 2027-01-31: enter the right one, or confirm it with "
        "`centwright customer vat-checked F1 --on 2027-01-31 --result invalid`"
    )
    assert {category for category, _ in billed(january, "K1")} == {"S"}, "a bill with Belgian VAT does not rest on it"
    assert billed(january, "L1") == [("AE", "0.00")]
    february = on(FEBRUARY)
    vat_checked(january, "F1", on=JANUARY, result="invalid", consultation=None, by="Ann")
    assert billed(february, "F1") == [("S", "19.23")] * 2, "as for a private customer"
    ask(on(MARCH), served, "F1")
    assert [each[0] for each in billed(on(MARCH), "F1")] == ["held"], "the register says so again"
    change(on(MARCH), "F1", {"vat_number": "FR83404833048"}, {})
    assert billed(on(MARCH), "F1") == [("held", "VAT number not verified")]
    ask(on(MARCH), served, "F1")
    assert billed(on(MARCH), "F1") == [("AE", "0.00")]


def test_a_register_that_is_down_is_left_alone(desk_on: Callable[..., Desk], tmp_path: Path) -> None:
    more = "".join(f"F{at},Lunettes {at},Rue 9,75001,Paris,FR,fr,FR40303265045,f@l.example,independent,\n" for at in range(2, 6))
    desk = desk_on(JANUARY)
    import_files(desk, write_folder(tmp_path / "files", FILES | {"customers.csv": FILES["customers.csv"] + more}))
    with local_vies(LocalVies(faults={"FR": "MS_UNAVAILABLE"})) as served:
        register = vies(served.url, "BE0999945779")
        old = [one.id for one in not_checked_lately(desk, register.has)]
        assert old == ["F2", "F3", "F4", "F5"]
        answers = list(enquire(desk, register, named(desk, [*old, "L1"], register.has)))
        assert [(each.result, each.answer.because == SKIPPED) for each in answers] == [
            ("unknown", False),
            *[("unknown", True)] * 3,
            ("valid", False),
        ]
        assert [len(find_customer(desk, each).vat_checks) for each in ("F2", "F3", "L1")] == [1, 0, 1]
        served.faults["FR"] = "MS_MAX_CONCURRENT_REQ"
        before = len(served.questions)
        assert [each.result for each in enquire(desk, register, named(desk, ["F2", "F3"], register.has), pauses=(0.0,))] == ["unknown"] * 2
        assert len(served.questions) == before + 4, "a busy register is asked again, about each"
    down = replace(register, seconds=0.2)
    answers = list(enquire(desk, down, named(desk, ["F2", "F3", "F4", "L1"], register.has)))
    assert [each.answer.because == SKIPPED for each in answers] == [False, False, True, True]


def command(url: str, day: date, *words: str) -> Result:
    """What a command does: its output, and as `return_value` its exit code."""
    return CliRunner().invoke(program, ["--database", url, "--today", str(day), "--json", *words], standalone_mode=False)


def test_the_commands(desk_on: Callable[..., Desk], served: LocalVies, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"sqlite:///{tmp_path / 'desk.sqlite'}"
    import_files(desk_on(JANUARY, url), write_folder(tmp_path / "files", FILES))
    assert "CENTWRIGHT_VIES_URL" in repr(command(url, FEBRUARY, "customer", "vat-check", "F1").exception)
    tried = command(url, FEBRUARY, "customer", "vat-check", "F1", "--local")
    assert (tried.return_value, '"valid"' in tried.output, find_customer(desk_on(FEBRUARY, url), "F1").vat_checks) == (0, True, ())
    monkeypatch.setenv("CENTWRIGHT_VIES_URL", served.url)
    for words in ((), ("F1", "--all")):
        assert isinstance(command(url, FEBRUARY, "customer", "vat-check", *words).exception, UsageError)
    assert "has no VAT number" in str(command(url, FEBRUARY, "customer", "vat-check", "S1").exception)
    served.faults["FR"] = "MS_UNAVAILABLE"
    every = command(url, FEBRUARY, "customer", "vat-check", "--all")
    assert (every.return_value, every.output.count('"valid"'), every.output.count('"unknown"')) == (5, 2, 1)
    served.faults.clear()
    served.invalid.add("FR40303265045")
    checked = command(url, FEBRUARY, "run", "vat-check", "--due-through", "2027-02-28")
    assert (checked.return_value, '"invalid"' in checked.output) == (0, True)
    shown = CliRunner().invoke(program, ["--database", url, "--today", "2027-02-28", "customer", "show", "F1"]).output
    assert "FR40303265045 invalid on 2027-02-28 (VIES, WAPIAAAA" in shown
    asked = len(served.questions)
    run = command(url, MARCH, "run", "issue", "--due-through", "2027-03-31", "--customer", "F1", "--recheck-vat")
    assert (run.return_value, len(served.questions) - asked) == (None, 1)
    assert "0 valid, 1 invalid, 0 without an answer" in run.output
    assert "VIES calls the VAT number FR40303265045 invalid" in run.output

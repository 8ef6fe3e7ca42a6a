"""Versions of the rulebook: published after every check, in force from a day, approved by a second person, rolled back."""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from functools import partial
from getpass import getuser
from pathlib import Path

import pytest

from api.cli import main
from api.desk.desk import Desk
from api.rulebook_folder import read_folder
from api.store import issued_documents, orders, rulebooks, transactions
from api.store.auditor import audit
from api.store.database import open_store
from api.store.transaction_rows import PlanState, TransactionFilter
from api.workbench import publishing
from engine.rulebook.reader import read_rulebook
from tests.conftest import FULL
from tests.postgres import Postgres
from tests.scenario.billed_company import bill_two_months, new_company, with_archive_retired, with_text
from tests.scenario.children import in_a_child
from tests.scenario.conftest import now, write_folder
from tests.scenario.crashing import DIED, counted_events, desk_at, die_at

Call = Callable[..., tuple[int, str]]
NEXT = """\
kind: price-book
id: list-april
label: {fr: Tarif avril, nl: Prijslijst april, en: Price list April}
from: 2027-04-01
based-on: list
index: [{factor: 1.05}]
because: Five percent more for everything
"""
FAILING = """\
kind: tests
scenarios:
  - name: One user
    price: {product: WORKSPACE, quantity: 1, on: 2027-01-04}
    expect: {net: 41.00}
"""
SECOND_PERSON = "publishing: {second-person: yes}\n"


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def billed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a database with the company's orders, billed through February, of each kind in turn."""
    folder, name = tmp_path_factory.mktemp("billed"), f"centwright_billed_{os.getpid()}"
    server: Postgres | None = request.getfixturevalue("postgres_server") if request.param == "postgresql" else None
    address = server.create(name) if server else f"sqlite:///{folder / 'desk.sqlite'}"
    bill_two_months(address, new_company(folder / "acme"))
    yield address
    if server:
        server.drop(name)


@pytest.fixture
def address(billed: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A copy of it for one test."""
    if billed.startswith("sqlite"):
        shutil.copy(billed.removeprefix("sqlite:///"), tmp_path / "desk.sqlite")
        yield f"sqlite:///{tmp_path / 'desk.sqlite'}"
        return
    server, name = request.getfixturevalue("postgres_server"), f"centwright_publishing_{os.getpid()}"
    yield server.create(name, template=billed.rpartition("/")[2])
    server.drop(name)


@pytest.fixture
def company(tmp_path: Path) -> Path:
    """The rulebook of the company."""
    return new_company(tmp_path / "acme")


@pytest.fixture
def april(company: Path, tmp_path: Path) -> Path:
    """The same with a price list from April on."""
    return with_text(company, tmp_path / "april", "catalog/price-books/april.yaml", NEXT)


@pytest.fixture
def call(address: str, company: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path) -> Call:
    """Calls the program on a day, over that database."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CENTWRIGHT_DATABASE_URL", address)
    monkeypatch.setenv("CENTWRIGHT_LANGUAGE", "en")
    monkeypatch.setenv("CENTWRIGHT_RULEBOOK", str(company))

    def run(day: str, *words: object) -> tuple[int, str]:
        code = main.run([*map(str, words), "--today", day])
        return code, "".join(capfd.readouterr())

    return run


def nets(call: Call, day: str, item: str) -> dict[str, str]:
    """The net of each transaction of an item by the start of its period."""
    shown = json.loads(call(day, "item", "show", item, "--json", "--quiet")[1])["transactions"]
    return {one["service_period"]["from"]: one["net"] for one in shown}


def versions(call: Call, day: str) -> list[dict[str, object]]:
    """The list of versions."""
    return list(json.loads(call(day, "rulebook", "list", "--json", "--quiet")[1])["rows"])


def test_a_price_list_published_in_march_counts_from_april_and_is_rolled_back(call: Call, april: Path, company: Path) -> None:
    """Show 3: who published, what changed in euros, planned rows anew, invoiced ones untouched, February under its own version."""
    item, february = "A-1-subscription-2026-10-01-1", "2027-00005"
    invoiced = json.loads(call("2027-03-15", "invoice", "show", february, "--json")[1])
    explained = json.loads(call("2027-03-15", "explain", february, "--json")[1])
    before = nets(call, "2027-03-15", item)
    code, out = call("2027-03-15", "publish", april, "--by", "Ann", "--note", "spring prices", "--json")
    assert code == 0, out
    published = json.loads(out[: out.rindex("}") + 1])
    # a month: 12 × 40 less 10% and 12 × 15 of A-1, 5 × 32 of A-2, 40 of A-3, together 812.00; a year: 3 × 40 × 12 of A-4 in January;
    # from April on 5% of 12 × 812.00 and of 1,440.00
    assert (published["version"], published["by"], published["year_change"]) == ("v2", "Ann", "559.20")
    assert published["changes"]["orders"]["year"] == "559.20"
    after = nets(call, "2027-03-16", item)
    assert {day: net for day, net in after.items() if day < "2027-04-01"} == {day: net for day, net in before.items() if day < "2027-04-01"}
    assert {net for day, net in before.items() if day >= "2027-04-01"} == {"432.00"}
    assert {net for day, net in after.items() if day >= "2027-04-01"} == {"453.60"}
    assert json.loads(call("2027-04-10", "invoice", "show", february, "--json", "--quiet")[1]) == invoiced
    later = json.loads(call("2027-04-10", "explain", february, "--json", "--quiet")[1])
    assert (later["amounts"], later["rulebook"], later["problems"]) == (explained["amounts"], explained["rulebook"], [])
    assert "made under v1" in str(later["notes"])
    # an amount of April names the new list; back to the first version, no amount of the plan differs any more
    assert call("2027-04-01", "run", "issue", "--due-through", "2027-04-01", "--yes")[0] == 0
    assert "Price list April" in call("2027-04-01", "explain", "2027-00011", "1")[1]
    assert call("2027-04-02", "rulebook", "roll-back", "v1", "--by", "Bob", "--quiet")[0] == 0
    rolled_back = nets(call, "2027-04-02", item)
    assert {day: net for day, net in rolled_back.items() if day in before} | {"2027-04-01": "432.00"} == before
    assert rolled_back["2027-04-01"] == "453.60"
    assert "Price list April" in call("2027-04-02", "explain", "2027-00011", "1")[1]
    listed = [(one["version"], one["state"], one["in_force"], one["by"], one["rolls_back_to"]) for one in versions(call, "2027-04-02")]
    assert listed == [
        ("v1", "published", "no", getuser(), None),
        ("v2", "published", "no", "Ann", None),
        ("v3", "published", "yes", "Bob", "v1"),
    ]
    assert call("2027-04-02", "verify", "--quiet")[0] == 0
    assert "spring prices" in call("2027-04-02", "rulebook", "show", "v2", "--quiet")[1]
    assert call("2027-04-02", "diff", "v1", "v2", "--quiet")[0] == 3
    assert call("2027-04-02", "diff", "v1", company, "--text", "--quiet")[0] == 0


def test_a_version_waits_for_its_day_and_can_be_withdrawn_until_then(call: Call, april: Path, company: Path, tmp_path: Path) -> None:
    item = "A-1-subscription-2026-10-01-1"
    assert call("2027-03-15", "publish", april, "--from", "2027-04-01", "--by", "Ann")[0] == 0
    assert nets(call, "2027-03-31", item)["2027-05-01"] == "432.00"
    assert nets(call, "2027-04-01", item)["2027-05-01"] == "453.60"
    code, out = call("2027-03-31", "order", "plan", "--rulebook", april)
    assert (code, "rulebook-not-in-force" in out) == (4, True)
    # a newer one comes first: the one that waits is never in force
    other = with_text(company, tmp_path / "other", "catalog/price-books/may.yaml", NEXT.replace("2027-04-01", "2027-06-01"))
    code, out = call("2027-03-16", "publish", other, "--by", "Ann")
    assert (code, "never-in-force: v2 waits for 2027-04-01" in out) == (0, True)
    states = [(one["version"], one["state"]) for one in versions(call, "2027-03-16")]
    assert states == [("v1", "published"), ("v2", "never in force"), ("v3", "published")]
    assert call("2027-03-17", "rulebook", "withdraw", "v2", "--by", "Ann")[0] == 0
    code, out = call("2027-03-17", "rulebook", "withdraw", "v3", "--by", "Ann")
    assert (code, "possible: roll-back" in out) == (4, True)
    assert [(one["version"], one["state"]) for one in versions(call, "2027-04-01")] == [
        ("v1", "published"),
        ("v2", "withdrawn"),
        ("v3", "published"),
    ]
    assert nets(call, "2027-04-01", item)["2027-05-01"] == "432.00"


def test_without_a_day_a_waiting_rulebook_is_published_from_today(call: Call, april: Path) -> None:
    assert call("2027-03-15", "publish", april, "--from", "2027-04-01", "--by", "Ann")[0] == 0
    code, out = call("2027-03-16", "publish", april, "--by", "Ann")
    assert (code, "v3 is in force from 2027-03-16" in out) == (0, True)


def test_a_second_person_approves_where_the_company_demands_it(call: Call, company: Path, april: Path, tmp_path: Path) -> None:
    demanding = with_text(april, tmp_path / "demanding", "company.yaml", SECOND_PERSON, appended=True)
    code, out = call("2027-03-15", "publish", demanding, "--by", "Ann")
    assert (code, "v2 is proposed by Ann" in out) == (0, True)
    assert call("2027-03-15", "publish", demanding, "--by", "Ann")[0] == 0
    assert call("2027-03-15", "order", "plan", "--rulebook", demanding)[0] == 4
    code, out = call("2027-03-16", "rulebook", "approve", "v2", "--by", " ann")
    assert (code, "same-person" in out) == (4, True)
    code, out = call("2027-03-16", "rulebook", "approve", "v2", "--by", "Bob", "--note", "seen")
    assert (code, "v2 is in force from 2027-03-16, published by Bob" in out) == (0, True)
    assert call("2027-03-16", "rulebook", "approve", "v2", "--by", "Bob")[0] == 4
    assert nets(call, "2027-03-16", "A-1-subscription-2026-10-01-1")["2027-05-01"] == "453.60"
    # who takes the demand away needs a second person too
    assert "is proposed by Ann" in call("2027-03-17", "publish", company, "--by", "Ann")[1]
    assert call("2027-03-17", "rulebook", "withdraw", "v3", "--by", "Ann")[0] == 0
    code, out = call("2027-03-17", "rulebook", "approve", "v3", "--by", "Bob")
    assert (code, "is withdrawn: `approve` is not possible now" in out) == (4, True)
    listed = [(one["state"], one["by"], one["approved_by"]) for one in versions(call, "2027-03-17")]
    assert listed == [("published", getuser(), None), ("published", "Ann", "Bob"), ("withdrawn", "Ann", None)]


def test_a_proposal_is_outdated_once_another_version_was_published(call: Call, company: Path, april: Path, tmp_path: Path) -> None:
    demanding = with_text(april, tmp_path / "demanding", "company.yaml", SECOND_PERSON, appended=True)
    assert call("2027-03-15", "publish", demanding, "--by", "Ann")[0] == 0
    other = with_text(company, tmp_path / "other", "catalog/price-books/may.yaml", NEXT.replace("2027-04-01", "2027-06-01"))
    assert call("2027-03-15", "publish", other, "--by", "Ann")[0] == 0
    code, out = call("2027-03-16", "rulebook", "approve", "v2", "--by", "Bob")
    assert (code, "v3 was published after this was compared with v1" in out) == (4, True)
    assert "v4 is proposed by Ann" in call("2027-03-16", "publish", demanding, "--by", "Ann")[1]
    assert call("2027-03-16", "rulebook", "approve", "v4", "--by", "Bob")[0] == 0


@pytest.mark.parametrize(
    ("path", "text", "wanted"),
    [
        ("catalog/price-books/april.yaml", NEXT.replace("1.05", "1,05"), "april.yaml:6:18: decimal-comma"),
        (
            "rules/more.test.yaml",
            FAILING,
            "rules/more.test.yaml:3:11: scenario-failed: the scenario “One user” fails: net: expected 41.00, found 40.00",
        ),
        ("golden/subscriptions.csv", "A-9,monthly,2026-10-01,1,WORKSPACE,1\n", "subscriptions.csv:7:1: "),
    ],
)
def test_what_does_not_hold_is_refused_at_its_place_and_nothing_is_published(
    path: str, text: str, wanted: str, call: Call, april: Path, tmp_path: Path
) -> None:
    wrong = with_text(april, tmp_path / "wrong", path, text, appended=path.startswith("golden"))
    code, out = call("2027-03-15", "publish", wrong, "--by", "Ann")
    assert (code, wanted in out) == (1, True), out
    assert len(versions(call, "2027-03-15")) == 1


def test_a_name_that_running_orders_use_is_not_taken_away(call: Call, company: Path, tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    shutil.copytree(company, gone)
    for file in (*gone.rglob("*.yaml"), *gone.rglob("*.rules"), *gone.rglob("*.csv")):
        file.write_text(file.read_text("utf-8").replace("ARCHIVE", "VAULT"), "utf-8")
    code, out = call("2027-03-15", "publish", gone, "--by", "Ann")
    assert (code, out.count("name-in-use")) == (1, 1)
    assert "order `A-1-subscription-2026-10-01` of A-1 uses the product `ARCHIVE`" in out
    code, out = call("2027-03-15", "publish", company, "--from", "2027-03-01")
    assert (code, "published-from-earlier" in out) == (1, True)


def test_a_retired_product_is_billed_as_before_and_not_sold_any_more(call: Call, company: Path, tmp_path: Path, address: str) -> None:
    code, out = call("2027-03-15", "publish", with_archive_retired(company, tmp_path / "sold in a bundle"), "--by", "Ann")
    assert (code, "the bundle `STARTER` is sold without end, and `ARCHIVE` in it is retired" in out) == (1, True)
    retiring = with_archive_retired(company, tmp_path / "retiring", bundle_until="2027-03-14")
    before = nets(call, "2027-03-15", "A-1-subscription-2026-10-01-2")
    code, out = call("2027-03-15", "publish", retiring, "--by", "Ann", "--json")
    published = json.loads(out[: out.rindex("}") + 1])
    assert (code, published["year_change"]) == (0, "0.00")
    assert ("ARCHIVE", "retired", "yes") in [(one["name"], one["part"], one["after"]) for one in published["changes"]["edits"]]
    assert nets(call, "2027-03-15", "A-1-subscription-2026-10-01-2") == before
    code, out = call("2027-03-31", "run", "issue", "--due-through", "2027-03-31", "--json", "--quiet")
    assert (code, json.loads(out)["held"]) == (0, [])
    code, out = call("2027-03-31", "quote", "make", "A-1", "ARCHIVE=1")
    assert (code, "retired: the product `ARCHIVE` is retired" in out) == (1, True)
    code, out = call("2027-03-31", "check", retiring, "--database", address)
    assert (code, "retired-in-use: the retired product `ARCHIVE` is used by 1 running items" in out) == (0, True)
    late = {"customers.csv": "id,name,street,postcode,town,country,language\nN-1,New,Street 1,1000,Town,BE,en\n"}
    sold = "customer,billing_type,activated_on,anchor_day,product,quantity\nN-1,monthly,{day},1,ARCHIVE,1\n"
    for day, wanted in (("2027-03-01", 1), ("2026-11-01", 0)):
        files = write_folder(tmp_path / day, {**late, "subscriptions.csv": sold.format(day=day)})
        assert call("2027-03-31", "import", files)[0] == wanted


def test_an_edited_folder_is_named_and_the_version_in_force_works(call: Call, company: Path) -> None:
    (company / "company.yaml").write_text("kind: company\n# broken\n", encoding="utf-8")
    code, out = call("2027-03-15", "item", "list")
    assert (code, "are not those of v1, which is in force: this command works with v1" in out) == (0, True)
    assert call("2027-03-15", "order", "plan", "--quiet")[0] == 0
    code, out = call("2027-03-15", "item", "list", "--rulebook", "v9")
    assert (code, "there is no version `v9`" in out) == (2, True)
    assert call("2027-03-15", "rulebook", "show", "v1", "--to", company.parent / "again")[0] == 0
    assert call("2027-03-15", "order", "plan", "--rulebook", company.parent / "again")[0] == 0
    assert call("2027-03-15", "order", "plan", "--rulebook", "v1")[0] == 0


@pytest.mark.proof
def test_publishing_killed_at_every_sql_event_loses_and_doubles_nothing(
    call: Call, address: str, april: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Killed before each statement and each commit of publishing, then called again: one version, and every order planned once."""
    today, texts = date(2027, 3, 15), read_folder(april)
    rulebook = read_rulebook(texts)

    def publish(desk: Desk) -> None:
        publishing.publish(replace(desk, author="Ann"), golden=None, name="april", progress=lambda *_: None)

    def a_copy(name: str) -> str:
        if address.startswith("sqlite"):
            shutil.copy(tmp_path / "desk.sqlite", tmp_path / f"{name}.sqlite")
            return f"sqlite:///{tmp_path / name}.sqlite"
        server: Postgres = request.getfixturevalue("postgres_server")
        request.addfinalizer(partial(server.drop, f"{name}_{os.getpid()}"))
        return server.create(f"{name}_{os.getpid()}", template=address.rpartition("/")[2].partition("?")[0])

    def outcome(url: str) -> tuple[object, ...]:
        store = open_store(url, now=now)
        with store.reading() as connection:
            listed = [(one.number, one.state, len(one.steps)) for one in rulebooks.find_versions(connection)]
            left = orders.unplanned(connection, PlanState(date(2029, 3, 31), rulebook.fingerprint, today))
            planned = sorted((one.identity, one.amount.net) for one in transactions.find(connection, TransactionFilter()))
            invoices = [(one.number, str(one.gross)) for one in issued_documents.find_invoices(connection)]
            problems = [str(problem) for problem in audit(connection)]
        store.close()
        return listed, left, problems, planned, invoices

    desk = desk_at(url := a_copy("whole"), rulebook, texts, today)
    seen = counted_events(desk.store)
    publish(desk)
    desk.close()
    expected = outcome(url)
    assert expected[:3] == ([(1, "published", 1), (2, "published", 1)], (), [])
    for last in range(1, seen[0] + 1) if FULL else range(1 + os.getpid() % 10, seen[0] + 1, 10):

        def killed(url: str, last: int) -> None:
            desk = desk_at(url, rulebook, texts, today)
            die_at(desk.store, last)
            publish(desk)

        url = a_copy(f"killed_{last}")
        assert in_a_child(partial(killed, url, last)) == DIED, f"event {last} was not reached"
        assert in_a_child(lambda url=url: publish(desk_at(url, rulebook, texts, today))) == 0  # type: ignore[misc]  # bound at once
        assert outcome(url) == expected, f"after a crash at event {last} of {seen[0]}"

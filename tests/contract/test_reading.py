"""Reading never writes: every report, preview, explanation, diff and list works over a database that cannot be written."""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import click
import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.pool import NullPool

from api.cli.main import program, run
from tests.bank_statements import statement_pair
from tests.bank_writers import coda_text
from tests.scenario.conftest import CUSTOMERS, SMALL, put_in_force, write_folder

Call = Callable[..., tuple[int, str]]
FILES = SMALL | {
    "customers.csv": CUSTOMERS + "F1,Lunettes FR,Rue 9,75001,Paris,FR,fr,FR40303265045,f@lunettes.example,independent,\n",
    "subscriptions.csv": SMALL["subscriptions.csv"] + "F1,monthly,2026-05-01,1,SUB-CORE,1\n",
    "contacts.csv": "id,customer,name\nP1,K1,Jeanne Lambert\n",
    "opportunities.csv": "id,customer,what,stage,amount_eur,expected_close,owner\nOP1,K1,Till,qualification,900.00,2027-03-01,Ann\n",
    "quotes.csv": "customer,on,product,quantity\nK1,2027-01-25,SUB-CORE,1\n",
}
READS: dict[str, tuple[str, ...]] = {
    "customer list": ("--limit 1 --after K1", "", "--where customer.shops>1"),
    "customer show": ("K1", "K1 --as-of 2027-01-31"),
    "customer history": ("K1",),
    "contact list": ("", "--past"),
    "contact show": ("P1",),
    "customer activities": ("K1",),
    "customer find-reference": ("crm 0015",),
    "opportunity list": ("", "--all"),
    "opportunity show": ("OP1", "OP1 --as-of 2027-01-31"),
    "opportunity activities": ("OP1",),
    "quote list": ("", "--versions --limit 1", "--state expired"),
    "quote show": ("Q2027-0001",),
    "quote history": ("Q2027-0001",),
    "quote replies": ("", "--past --reply declined"),
    "quote compare": ("Q2027-0001",),
    "order list": ("", "--type investment"),
    "order show": ("K1-subscription-2026-03-01",),
    "order pdf": ("K1-subscription-2026-03-01 --to {folder}/order.pdf",),
    "order preview": ("K1-subscription-2026-03-01 suspend on=2027-03-10",),
    "item list": ("",),
    "item show": ("K1-subscription-2026-03-01-1",),
    "invoice list": ("", "--former"),
    "invoice show": ("2027-00001", "2027-00001 --xml"),
    "invoice deliveries": ("2027-00001",),
    "quote deliveries": ("Q2027-0001",),
    "order deliveries": ("K1-subscription-2026-03-01",),
    "customer statement": ("K1", "K1 --as-of 2027-12-31 --from 2027-02-01"),
    "customer reminder": ("K1 --as-of 2027-12-31 --level 2",),
    "e-invoice check": ("{root}/tests/golden/january/expected/subscription.xml",),
    "forecast list": ("",),
    "outbox list": ("", "--state queued --channel accounting"),
    "accounting bookings": ("", "--state waiting"),
    "webhook list": ("",),
    "report mrr": ("", "--on 2026-12-31 --by family,customer", "--from 2027-01-01 --to 2027-06-30 --by order-type,segment"),
    "report reconciliation": ("--snapshot first", "--snapshot first --month 2027-02 --invoiced", "--snapshot first --limit 1"),
    "report forecast": ("", "--by family,customer", "--from 2026-12-01 --to 2027-12-31"),
    "report held-back": ("",),
    "report renewals": ("", "--from 2027-01-01 --to 2027-12-31 --customer K1"),
    "report journal": ("",),
    "report open-items": ("", "--as-of 2027-01-31 --overdue", "--customer K1 --limit 1"),
    "report doubtful": ("", "--limit 1"),
    "report prepaid": ("", "--as-of 2027-01-31 --all", "--customer K1 --limit 1"),
    "report ageing": ("", "--as-of 2027-03-31 --limit 1"),
    "report vat": ("", "--period 2027-Q1"),
    "report vat-documents": ("", "--period 2027-01 --grid 03 --limit 1"),
    "report ic-listing": ("",),
    "report annual-listing": ("", "--year 2027"),
    "report oss-return": ("", "--period 2027-Q1"),
    "report pipeline": ("", "--as-of 2027-01-31", "--by order-type"),
    "report conversion": ("", "--owner Ann"),
    "report advice": ("",),
    "report activities": ("", "--open --until 2027-12-31"),
    "report slots": ("",),
    "report events": ("", "--all"),
    "report to-invoice": ("", "--by month,order-type", "--to 2027-12-31"),
    "run preview": ("--due-through 2027-01-31", "--due-through 2029-12-31", "--due-through 2027-03-31 --customer K2"),
    "run list": ("",),
    "run show": ("1",),
    "explain": (
        "2027-00001",
        "2027-00001 1",
        "C2027-00001",
        "Q2027-0001",
        "to-invoice",
        "K1-subscription-2026-03-01-1",
        "2027-00001 --why-not book-2026",
    ),
    "diff": ("{root} {root} --live", "{published} {root} --text", "v1 {root} --text"),
    "rulebook list": ("",),
    "rulebook show": ("v1",),
    "usage list": ("",),
    "user list": ("",),
    "payment list": ("", "--state unmatched --limit 1", "--document 2027-00001"),
    "payment show": ("P000001",),
    "reminder preview": ("", "--customer K1"),
    "reminder list": ("",),
    "reminder show": ("R000001",),
    "reminder charges": ("", "--document 2027-00001", "--reminder R000001 --open"),
    "key list": ("",),
    "audit list": ("--limit 2 --actor nobody",),
    "journal pack": ("--month 2026-12 --out {folder}/pack",),
    "verify": ("",),
    "doctor": ("",),
}
"""Every command that reads the database, with what follows it."""
LOOK_AHEAD = {
    "report mrr",
    "report forecast",
    "report reconciliation",
    "report held-back",
    "report slots",
    "report events",
    "report to-invoice",
    "run preview",
    "order show",
    "item show",
}
"""Those that show what is planned: also on a later day and under another rulebook."""
WRITES: dict[str, str] = {
    "import": "{folder}",
    "opportunity add-activity": "OP1 ask --kind call --due 2027-02-05",
    "opportunity win": "OP1",
    "customer reference": "K2 crm 0015",
    "customer hold": "K1 --because disputed",
    "quote make": "K1 SUB-CORE=1",
    "quote send": "Q2027-0001",
    "order plan": "",
    "forecast store": "another",
    "item change": "K1-subscription-2026-03-01-1 --on 2027-02-01 --quantity 5",
    "run issue": "--due-through 2027-02-28",
    "invoice credit": "2027-00003 --whole",
    "publish": "{other} --by Ann",
    "rulebook roll-back": "v1 --from 2027-06-01",
}
"""Commands that write into the database."""
WRITE_TOO = {
    *("reminder run", "reminder deliver", "reminder cancel-charge", "invoice dispute", "invoice promise", "invoice release"),
    *("run join", "run resume"),
    *("opportunity open", "opportunity change", "opportunity lose", "opportunity reopen", "opportunity stage"),
    *("opportunity cancel", "opportunity primary", "opportunity finish-activity", "customer add-activity", "customer finish-activity"),
    *("quote accept", "quote approve", "quote pdf", "quote refuse", "quote version", "quote submit", "order activate", "order event"),
    *("quote add-line", "quote change-line", "quote remove-line"),
    *("quote link", "quote deliver", "quote erase-reply", "order confirm", "order delivery"),
    *("order move", "order undo", "order line", "order enter", "item notice", "item contract"),
    *("opportunity register", "contact create", "contact change", "customer merge", "customer address", "customer remove-address"),
    *("customer create", "customer change", "customer release", "customer note", "customer vat-checked"),
    *("customer erase", "contact erase", "opportunity erase", "order set", "order terms", "user add", "user change", "key create"),
    *("item activate", "item cancel", "item end", "item resume", "item suspend", "item swap", "invoice pdf", "invoice rebill"),
    *("key revoke", "rulebook approve", "rulebook withdraw", "usage report", "usage import", "user password", "user unbind"),
    *("bank import", "payment enter", "payment match", "payment release", "journal post", "journal close", "vat close"),
    *("payment write-off", "payment refund", "payment exchange", "invoice doubtful"),
    *(
        "e-invoice rules add",
        "e-invoice rules remove",
        "webhook create",
        "webhook test",
        "webhook rotate",
        "webhook stop",
        "webhook start",
        "webhook delete",
        "outbox retry",
        "outbox skip",
        "outbox reject",
        "deliver",
        "invoice deliver",
    ),
}
ASK_A_TOOL = {"accounting check", "accounting reconcile", "accounting payments", "customer vat-check", "run vat-check"}
"""Commands that ask another system, which tests/contract/test_connectors.py and tests/scenario/test_vat_checks.py start."""
COPY_IT = {"backup", "restore"}
"""Commands that copy a database as a whole."""
NEED_NO_DATABASE = {
    *("demo", "init", "check", "fmt", "test", "coverage", "mutate", "table export", "table import", "table list"),
    *("schema", "review", "evaluate", "serve", "lsp", "version", "webhook events", "bank check"),
}


@pytest.fixture(scope="module")
def filled(shared_url: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a database with some of everything, of each kind in turn, of which each test has a copy."""
    folder = tmp_path_factory.mktemp("filled")
    with pytest.MonkeyPatch.context() as environment:
        environment.chdir(folder)
        environment.setenv("CENTWRIGHT_TODAY", "2027-01-31")
        environment.setenv("CENTWRIGHT_DATABASE_URL", shared_url)
        for words in (
            ("import", str(write_folder(folder / "files", FILES))),
            ("forecast", "store", "first"),
            ("customer", "reference", "K1", "crm", "0015"),
            ("run", "issue", "--due-through", "2027-01-31", "--customer", "K1"),
            ("run", "issue", "--due-through", "2027-01-31", "--customer", "F1"),
            ("invoice", "credit", "2027-00001", "--line", "1"),
            ("bank", "import", str(bank_file(folder))),
            ("reminder", "run", "--today", "2027-04-01"),
        ):
            assert run(words) == 0, words
    return shared_url


@pytest.fixture
def address(filled: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a copy of it for one test."""
    if filled.startswith("sqlite"):
        shutil.copy(filled.removeprefix("sqlite:///"), tmp_path / "desk.sqlite")
        yield f"sqlite:///{tmp_path / 'desk.sqlite'}"
        return
    server, name = request.getfixturevalue("postgres_server"), f"centwright_reading_{os.getpid()}"
    yield server.create(name, template=filled.rpartition("/")[2])
    server.drop(name)


@pytest.fixture
def call(address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Call:
    """Calls the program over that database."""

    def run_it(*words: str) -> tuple[int, str]:
        code = run(words)
        out, output = capfd.readouterr()
        return code, out + output

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CENTWRIGHT_TODAY", "2027-01-31")
    monkeypatch.setenv("CENTWRIGHT_DATABASE_URL", address)
    write_folder(tmp_path / "files", FILES)
    return run_it


def bank_file(folder: Path) -> Path:
    """A bank file of the seller's account with one payment."""
    statement = statement_pair("CODA")[0].replace(iban="BE71096123456769")
    (folder / "bank.coda").write_text(coda_text(statement), encoding="utf-8")
    return folder / "bank.coda"


@pytest.fixture
def call_reading(call: Call, address: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Call]:
    """The same by someone who may not write: over a file opened to be read, or as a user who may only select."""
    if address.startswith("sqlite"):
        monkeypatch.setenv("CENTWRIGHT_DATABASE_URL", f"{address.replace('sqlite:///', 'sqlite:///file:')}?mode=ro&uri=true")
        yield call
        return
    whole = make_url(address)
    reader = f"{whole.database}_reader"
    monkeypatch.setenv("CENTWRIGHT_DATABASE_URL", whole.set(username=reader, password="reads").render_as_string(hide_password=False))
    engine = create_engine(whole, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        connection.execute(text(f"create role {reader} login password 'reads'"))
        connection.execute(text(f"grant select on all tables in schema public to {reader}"))
    yield call
    with engine.connect() as connection:
        connection.execute(text(f"drop owned by {reader}"))
        connection.execute(text(f"drop role {reader}"))


@pytest.fixture
def other(root: Path, tmp_path: Path) -> Path:
    """Another rulebook, with other prices."""
    folder = tmp_path / "other"
    for part in ("catalog", "rules", "plans", "vat", "templates"):
        shutil.copytree(root / part, folder / part)
    shutil.copy(root / "company.yaml", folder)
    book = folder / "catalog/price-books/book-2027.yaml"
    book.write_text(book.read_text(encoding="utf-8").replace("1.029", "1.031"), encoding="utf-8")
    return folder


def commands(at: click.Command, context: click.Context, before: tuple[str, ...] = ()) -> Iterator[str]:
    """Every command of the program."""
    if not isinstance(at, click.Group):
        yield " ".join(before)
        return
    for name in at.list_commands(context):
        result = at.get_command(context, name)
        assert result is not None
        yield from commands(result, context, (*before, name))


def test_every_command_reads_or_writes_or_needs_no_database() -> None:
    known = [*READS, *WRITES, *WRITE_TOO, *COPY_IT, *ASK_A_TOOL, *NEED_NO_DATABASE]
    assert sorted(known) == sorted(commands(program, click.Context(program)))


def test_every_report_preview_explanation_diff_and_list_works_without_writing(
    call_reading: Call, other: Path, root: Path, tmp_path: Path
) -> None:
    """Under the rulebook in force, on a later day for which nothing is planned yet, and under another rulebook."""
    call = call_reading
    ahead = ((), ("--today", "2027-05-15"), ("--rulebook", str(other)))
    fingerprint = json.loads(call("--json", "invoice", "show", "2027-00001")[1])["rulebook"]
    for command, ends in READS.items():
        for end in ends:
            words = end.format(root=root, published=fingerprint, folder=tmp_path).split()
            for options in ahead if command in LOOK_AHEAD else ((),):
                code, out = call(*command.split(), *words, *options)
                assert code == 0, (command, end, options, out)


def test_a_verb_says_that_the_database_cannot_be_written(call_reading: Call, other: Path, tmp_path: Path) -> None:
    for command, end in WRITES.items():
        for options in (("--today", "2027-05-15"), ("--today", "2027-05-15", "--rulebook", str(other))):
            code, out = call_reading(*command.split(), *end.format(folder=tmp_path / "files", other=other).split(), *options)
            is_other = "rulebook-not-in-force" in out and len(options) > 2
            assert (code, "no-database" in out) == (4, False) if is_other else (5, True), (command, out)


def test_what_is_planned_in_memory_is_what_would_be_stored(call: Call, other: Path, address: str) -> None:
    """Under another rulebook every order is planned in memory; once it is in force and a verb has planned, the stored rows say the same."""
    options = ("--rulebook", str(other), "--today", "2027-02-15")

    def answers(*more: str) -> list[tuple[int, str]]:
        return [call(*name.split(), *end.split(), *more) for name, ends in READS.items() if name in LOOK_AHEAD for end in ends]

    in_memory = answers(*options)
    assert answers() != in_memory
    assert call("order", "plan", *options)[0] == 4
    put_in_force(address, other, date(2027, 2, 15))
    assert call("order", "plan", *options[2:])[0] == 0
    assert answers(*options) == in_memory

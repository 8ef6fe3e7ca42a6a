"""The Python client against the service in a process of its own: types, pages, tags, refusals, and replies that are lost."""

import ast
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import cycle, islice
from pathlib import Path

import pytest
from centwright_client import ABSENT, Desk, InvalidRequest, NoReply, NotAllowed, NotFound, NotPossible, Outdated, TooManyRequests
from centwright_client.models import LineRequest
from centwright_client.values import as_json

from api.desk.desk import open_desk
from tests.contract.conftest import RULEBOOK
from tests.contract.desk_over_http import PENDING, TODAY, make_key, now
from tests.contract.lossy_proxy import LossyProxy, lossy_proxy
from tests.running_service import ROOT, Service, running_service

NEW = {"name": "Optique", "street": "Rue 1", "postcode": "5000", "town": "Namur", "country": "BE"}


@pytest.fixture(scope="module")
def served(filled_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Service, str]]:
    """A service over a desk with documents, and the key of an administrator."""
    copy = tmp_path_factory.mktemp("served") / "desk.sqlite"
    shutil.copy(filled_sqlite, copy)
    opened = open_desk(f"sqlite:///{copy}", *RULEBOOK, today=TODAY, now=now)
    key = make_key(opened, "admin")
    opened.close()
    with running_service("--database", str(copy), "--today", str(TODAY), environment={"CENTWRIGHT_WORKERS": "1"}) as started:
        yield started, key


@pytest.fixture(scope="module")
def desk(served: tuple[Service, str]) -> Iterator[Desk]:
    service, key = served
    with Desk(service.address, key) as opened:
        yield opened


@pytest.fixture
def lossy(served: tuple[Service, str]) -> Iterator[tuple[Desk, LossyProxy]]:
    service, key = served
    with lossy_proxy(service.port) as proxy, Desk(proxy.address, key) as opened:
        yield opened, proxy


def test_a_list_is_read_over_its_pages(desk: Desk) -> None:
    rows = list(desk.list_transactions(customer="K1", limit=7))
    pages = list(desk.list_transactions(customer="K1", limit=7).pages())
    assert len(rows) == desk.list_transactions(customer="K1").total() == sum(map(len, pages)) > 14
    assert [len(page) for page in pages[:-1]] == [7] * (len(pages) - 1)
    assert len({row.identity for row in rows}) == len(rows)
    assert [row.order for row in islice(desk.list_orders(order_by="-order", limit=1), 2)] == sorted(
        (row.order for row in desk.list_orders()), reverse=True
    )[:2]
    assert desk.export_orders("csv", customer="K2").startswith(b"order,")


def test_amounts_are_decimals_and_days_are_dates(desk: Desk) -> None:
    invoice = desk.get_invoice("2027-00001")
    assert (type(invoice.net), type(invoice.tax_point)) == (Decimal, date)
    assert invoice.gross == invoice.net + invoice.vat
    priced = desk.evaluate_invoice(currency="EUR", lines=[{"quantity": 3, "unit_price": Decimal("19.99"), "category": "S", "rate": "21"}])
    assert priced.net == Decimal("59.97")
    quote = desk.make_quote(customer="K3", lines=[LineRequest(product="SUB-CORE", quantity=Decimal(2))])
    assert quote.lines[0].request.quantity == 2
    with pytest.raises(TypeError, match="Decimal"):
        desk.open_opportunity(id="F", customer="K3", what="x", stage="x", amount=0.1, expected_close=TODAY, owner="Ann")
    with pytest.raises(ValueError, match="not exact"):
        LineRequest(product="SUB-CORE", quantity=0.1)
    assert as_json({"a": ABSENT, "b": None, "c": [Decimal("1E+3")]}) == {"b": None, "c": ["1000"]}


def test_what_is_absent_stays_and_none_removes(desk: Desk) -> None:
    desk.create_customer(id="ABSENT", email="a@optique.example", **NEW)
    assert desk.change_customer("ABSENT", town="Liège").email == "a@optique.example"
    assert desk.change_customer("ABSENT", email=None).email is None


def test_a_change_is_refused_where_it_was_changed_meanwhile(desk: Desk) -> None:
    read = desk.create_customer(id="TAGS", **NEW)
    shown = desk.get_customer("TAGS")
    assert desk.refreshed(shown) is shown
    changed = desk.change_customer("TAGS", town="Liège", if_match=read)
    with pytest.raises(Outdated) as refused:
        desk.change_customer("TAGS", town="Mons", if_match=shown)
    assert [one.pointer for one in refused.value.problems] == ["/address"]
    assert desk.change_customer("TAGS", town="Mons", if_match=changed.etag).address.town == "Mons"
    assert desk.refreshed(shown).address.town == "Mons"


def test_refusals_are_exceptions(desk: Desk, served: tuple[Service, str]) -> None:
    quote = desk.make_quote(customer="K3", lines=[LineRequest(product="SUB-CORE", quantity=Decimal(1))])
    desk.send_quote(quote.number)
    with pytest.raises(NotPossible) as state:
        desk.send_quote(quote.number)
    assert (state.value.status, state.value.state, state.value.possible[:2]) == (409, "sent", ("accept", "refuse"))
    with pytest.raises(InvalidRequest, match="/lines/0/product") as invalid:
        desk.make_quote(customer="K3", lines=[LineRequest(product="SUB-CROE", quantity=Decimal(1))])
    assert (invalid.value.code, invalid.value.problems[0].help) == ("unknown-product", "did you mean `SUB-CORE`?")
    with pytest.raises(NotFound):
        desk.get_order("../orders/none?x=1#y")
    with Desk(served[0].address, "cw_0_guessed") as stranger, pytest.raises(NotAllowed):
        stranger.get_order(PENDING)
    with Desk("http://127.0.0.1:1", attempts=2) as nobody, pytest.raises(NoReply):
        nobody.get_health()


def test_a_verb_whose_reply_is_lost_is_done_once(lossy: tuple[Desk, LossyProxy]) -> None:
    desk, proxy = lossy
    proxy.faults[:] = ["lost", "lost", "busy", "too-many"]
    credited = desk.credit_invoice("2027-00001", amount=Decimal("1.00"), because="late")
    keys = [key for _, _, key in proxy.passed]
    assert (len(keys), len({*keys})) == (5, 1), "the same request, with one key"
    assert [row.number for row in desk.list_invoices(kind="credit-note")] == [credited.number]
    assert desk.credit_invoice("2027-00001", amount="1.00", because="late", idempotency_key=keys[0]).number == credited.number
    proxy.faults[:] = ["lost"] * 6
    with pytest.raises(NoReply) as unknown:
        desk.note_customer("K1", text="once")
    assert [note.text for note in desk.note_customer("K1", text="once", idempotency_key=unknown.value.idempotency_key).notes] == ["once"]
    proxy.faults[:] = ["too-many"] * 6
    with pytest.raises(TooManyRequests):
        desk.get_order(PENDING)


def test_a_hundred_verbs_with_lost_replies_are_a_hundred(lossy: tuple[Desk, LossyProxy]) -> None:
    desk, proxy = lossy
    for number, faults in zip(range(100), cycle([["lost"], [], ["busy"], []]), strict=False):
        proxy.faults[:] = faults
        desk.note_customer("K2", text=f"note {number}")
    assert [note.text for note in desk.get_customer("K2").notes] == [f"note {number}" for number in range(100)]
    assert len(list(desk.list_audit(resource="customers/K2"))) == 100


def test_the_client_needs_nothing_of_the_service() -> None:
    files = list((ROOT / "client/centwright_client").glob("*.py"))
    names = [name for file in files for name in _imported(ast.parse(file.read_text(encoding="utf-8")))]
    assert len(files) > 6
    assert {*names} - sys.stdlib_module_names == {"centwright_client", "pydantic", "urllib3"}
    command = "import centwright_client, sys; sys.exit(any(name in sys.modules for name in ('api', 'engine')))"
    assert subprocess.run([sys.executable, "-P", "-c", command], cwd="/", env={"PYTHONPATH": str(ROOT / "client")}).returncode == 0


def _imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield (node.module or "").split(".")[0]

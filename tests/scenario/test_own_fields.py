"""Fields of a company's own: declared once, then in imports, rules, filters, lists, and templates."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from api.cli import main
from api.desk import ordering, quoting
from api.desk.desk import Desk, open_desk
from api.desk.filtering import Filter, with_fields
from api.desk.folder_import import import_files
from api.desk.quoting import Requested
from api.desk.renditions import quote_job
from api.importing.import_folder import columns_of_file
from api.printing.pdf import read_templates
from api.refusals import Positioned
from api.store import contacts, customers, opportunities, orders, quotes, transactions
from api.store.transactions import TransactionFilter
from engine.problems import Refusal
from engine.rulebook.reader import read_rulebook
from engine.text.sources import Sources
from tests.scenario.conftest import now, write_folder

JANUARY = date(2027, 1, 31)
VOCABULARY = """\
kind: vocabulary
attributes:
  customer.shops:
    type: Number
    label: {fr: Magasins, nl: Winkels, en: Shops}
  customer.workstations:
    type: Number
    label: {fr: Postes, nl: Werkposten, en: Workstations}
  customer.since:
    type: Date
    label: {fr: Client depuis, nl: Klant sinds, en: Customer since}
  customer.street:
    type: Text
    label: {fr: Rue, nl: Straat, en: Street of the shop}
  contact.speaks-dutch:
    type: Bool
    label: {fr: Parle néerlandais, nl: Spreekt Nederlands, en: Speaks Dutch}
  opportunity.trade-fair:
    type: Enum[brussels, milan]
    label: {fr: Salon, nl: Beurs, en: Trade fair}
  quote.urgent:
    type: Bool
    label: {fr: Urgent, nl: Dringend, en: Urgent}
  order.region:
    type: Enum[north, south]
    label: {fr: Région, nl: Regio, en: Region}
  line.room:
    type: Text
    label: {fr: Local, nl: Lokaal, en: Room}
roles:
  nobody: {fr: Personne, nl: Niemand, en: Nobody}
  sales: {fr: Ventes, nl: Verkoop, en: Sales}
  sales-director: {fr: Direction commerciale, nl: Verkoopdirectie, en: Sales director}
  management: {fr: Direction générale, nl: Directie, en: Management}
"""
APPROVAL = """module rules.approval

decision quote.approver "Who must approve this quote"
  highest of nobody < sales-director < management
  otherwise nobody
  rule urgent when quote.urgent is known and quote.urgent then management because "Urgent ones"
"""
DISCOUNT = """
discount south "Opening in the south"
  title fr "Sud", nl "Zuiden", en "South"
  when order.region is known and order.region is south
  give 10% off line.list
  group promotion
  because "Opening in the south"
"""
FILES = {
    "customers.csv": "id,name,street,postcode,town,country,segment,shops,x_since,x_street\n"
    "K1,Optique Un,Rue 1,5000,Namur,BE,independent,3,2020-01-01,Rue 7\nK2,Optiek Twee,Straat 2,9000,Gent,BE,independent,,,\n",
    "contacts.csv": "id,customer,name,x_speaks_dutch\nC1,K1,Jeanne,no\nC2,K2,Jan,yes\n",
    "opportunities.csv": "id,customer,what,stage,amount,expected_close,owner,x_trade_fair\n"
    "O1,K1,more,proposal,100,2027-05-01,AM,milan\nO2,K2,more,proposal,100,2027-05-01,AM,\n",
    "subscriptions.csv": "customer,order,billing_type,activated_on,product,quantity,x_region,x_room\n"
    "K1,S1,monthly,2027-01-01,SUB-CORE,1,south,B12\nK1,S1,monthly,2027-01-01,SUB-WS,1,,B13\nK2,S2,monthly,2027-01-01,SUB-CORE,1,north,\n",
    "quotes.csv": "customer,on,product,quantity,x_urgent\nK2,2027-01-20,SRV-TRAIN,2,yes\n",
}


@pytest.fixture(scope="module")
def own_sources(sources: Sources) -> Sources:
    """The shipped rulebook with fields of its own, and rules that read them."""
    changed = {path: text for path, text in sources.items() if not path.endswith(".test.yaml")}
    changed["rules/vocabulary.yaml"] = VOCABULARY
    changed["rules/discounts.rules"] += DISCOUNT
    changed["rules/approval.rules"] = APPROVAL
    return changed


@pytest.fixture(params=["sqlite", "postgresql"])
def desk(request: pytest.FixtureRequest, own_sources: Sources, tmp_path: Path) -> Iterator[Desk]:
    """A desk with that rulebook, over a database of each kind in turn, into which the files were imported."""
    url = f"sqlite:///{tmp_path / 'desk.sqlite'}" if request.param == "sqlite" else request.getfixturevalue("fresh_postgres_url")
    opened = open_desk(url, read_rulebook(own_sources), own_sources, today=JANUARY, now=now, author="test")
    import_files(opened, write_folder(tmp_path / "data", FILES))
    yield opened
    opened.close()


def test_imported_fields_are_stored_with_their_records(desk: Desk, tmp_path: Path) -> None:
    assert import_files(desk, tmp_path / "data").changes_nothing
    with desk.store.reading() as connection:
        assert customers.find(connection)["K1"].attributes == {"shops": "3", "since": "2020-01-01", "street": "Rue 7"}
        assert customers.find(connection)["K1"].address.street == "Rue 1"
        assert {name: one.attributes for name, one in contacts.find(connection).items()} == {
            "C1": {"speaks-dutch": "no"},
            "C2": {"speaks-dutch": "yes"},
        }
        assert opportunities.find(connection)["O1"].attributes == {"trade-fair": "milan"}
        by_id = orders.find(connection)
        assert (by_id["S1"].attributes, [item.attributes for item in by_id["S1"].items]) == (
            {"region": "south"},
            [{"room": "B12"}, {"room": "B13"}],
        )
        assert quotes.find(connection)[0].attributes == {"urgent": "yes"}


def test_rules_read_the_fields_of_orders_and_quotes(desk: Desk) -> None:
    with desk.store.reading() as connection:
        planned = transactions.find(connection, TransactionFilter(invoiceable_through=JANUARY))
        nets = {(one.order, one.product): str(one.net) for one in planned}
        (quote,) = quotes.find(connection)
    assert (nets["S1", "SUB-CORE"], nets["S2", "SUB-CORE"]) == ("82.42", "91.58")  # 91.58 less 10%
    assert quote.state == "approval-needed"
    again = quoting.make_version(desk, quote.number, Requested(on=JANUARY))
    assert (again.attributes, again.state) == ({"urgent": "yes"}, "approval-needed")


def test_a_field_of_an_order_is_set_and_its_plan_follows(desk: Desk) -> None:
    assert ordering.set_fields(desk, "S2", [("region", "south")]).attributes == {"region": "south"}
    with desk.store.reading() as connection:
        (first, *_) = transactions.find(connection, TransactionFilter(order="S2"))
    assert str(first.net) == "82.42"
    assert ordering.set_fields(desk, "S2", [("region", "")]).attributes == {}
    for name, text, code in (("regoin", "south", "no-field"), ("region", "east", "wrong-value")):
        with pytest.raises(Refusal) as refused:
            ordering.set_fields(desk, "S2", [(name, text)])
        assert refused.value.problems[0].code == code
    assert with_fields(desk, "quote", {"urgent": "yes"}, [("urgent", "no")]) == {"urgent": "no"}


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("customer.shops >= 3", ["K1"]),
        ("customer.shops is known", ["K1"]),
        ("not (customer.shops is known)", ["K2"]),
        ("customer.since < 2021-01-01", ["K1"]),
        ("customer.segment is independent", ["K1", "K2"]),
        ("customer.shops > 3", []),
    ],
)
def test_a_list_is_filtered_by_a_condition(desk: Desk, condition: str, expected: list[str]) -> None:
    filtering = Filter(desk, condition)
    with desk.store.reading() as connection:
        by_id = customers.find(connection)
    assert [one.id for one in filtering.matching(by_id.values(), filtering.of_customer)] == expected


def test_every_kind_of_record_can_be_filtered(desk: Desk) -> None:
    with desk.store.reading() as connection:
        people, chances, made, agreed = (
            contacts.find(connection),
            opportunities.find(connection),
            quotes.find(connection),
            orders.find(connection),
        )

    def ids(condition: str, rows: list[object], facts: str) -> list[str]:
        filtering = Filter(desk, condition)
        matching = filtering.matching(rows, getattr(filtering, facts))
        return [str(getattr(row, "id", getattr(row, "number", ""))) for row in matching]

    assert ids("contact.speaks-dutch is yes", [*people.values()], "of_contact") == ["C2"]
    assert ids("opportunity.trade-fair is milan and customer.shops is 3", [*chances.values()], "of_opportunity") == ["O1"]
    assert ids("quote.urgent is yes and quote.total > 1 EUR", [*made], "of_quote") == ["Q2027-0001"]
    assert ids("order.region is south and order.type is subscription", [*agreed.values()], "of_order") == ["S1"]
    filtering = Filter(desk, "line.room is known and product.code is SUB-WS and order.region is south")
    rows = [(order, item) for order in agreed.values() for item in order.items]
    assert [item.id for _, item in filtering.matching(rows, filtering.of_item)] == ["S1-2"]
    with pytest.raises(Refusal, match="unknown-name"):
        Filter(desk, "customer.shop is 3")


def test_templates_show_the_fields_of_customers_and_quotes(desk: Desk, root: Path) -> None:
    with desk.store.reading() as connection:
        (quote,) = quotes.find(connection)
    page = quote_job(desk, quote, read_templates(root)).page
    assert page["fields"] == ({"name": "urgent", "text": "yes"},)


def problems(desk: Desk, folder: Path, files: dict[str, str]) -> list[str]:
    with pytest.raises(Positioned) as refused:
        import_files(desk, write_folder(folder, files))
    return [f"{problem.where}: {problem.code}" for problem in refused.value.problems if problem.stops]


def test_unknown_fields_and_wrong_values_are_refused_at_their_cells(desk: Desk, tmp_path: Path) -> None:
    wrong = {
        "customers.csv": "id,name,street,postcode,town,country,x_since,x_street\nK9,A,Rue 1,5000,Namur,BE,01/01/2020,\n",
        "contacts.csv": "id,customer,name,x_speaks_dutch,x_height\nC9,K9,Jan,maybe,3\n",
        "opportunities.csv": "id,customer,what,stage,amount,expected_close,owner,x_trade_fair\n"
        "O9,K9,more,proposal,100,2027-05-01,AM,paris\n",
        "subscriptions.csv": "customer,order,billing_type,activated_on,product,quantity,x_region\n"
        "K9,S9,monthly,2027-01-01,SUB-CORE,1,south\nK9,S9,monthly,2027-01-01,SUB-WS,1,north\n",
        "quotes.csv": "customer,on,product,quantity,x_urgent\nK9,2027-01-20,SRV-TRAIN,2,yes\nK9,2027-01-20,SRV-TRAIN,2,no\n",
    }
    assert problems(desk, tmp_path / "wrong", wrong) == [
        "customers.csv:2:26: wrong-field",
        "subscriptions.csv:3:1: two-fields",
        "opportunities.csv:2:39: wrong-field",
        "contacts.csv:1:33: unknown-field",
        "quotes.csv:3:1: two-fields",
    ]


def test_a_name_of_two_subjects_needs_the_subject(own_sources: Sources) -> None:
    both = own_sources | {"rules/vocabulary.yaml": VOCABULARY.replace("line.room", "line.region")}
    columns = columns_of_file("subscriptions.csv", "x_order_region", read_rulebook(both))
    assert dict(columns.own) == {"x_order_region": "order.region", "x_line_region": "line.region"}


def test_the_commands_show_filter_and_set(
    own_sources: Sources, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for path, text in own_sources.items():
        (tmp_path / "book" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "book" / path).write_text(text, encoding="utf-8")
    monkeypatch.setenv("CENTWRIGHT_DATABASE_URL", f"sqlite:///{tmp_path / 'desk.sqlite'}")
    monkeypatch.setenv("CENTWRIGHT_RULEBOOK", str(tmp_path / "book"))
    monkeypatch.setenv("CENTWRIGHT_TODAY", "2027-01-31")

    def rows(*words: str) -> list[dict[str, str]]:
        assert main.run((*words, "--json")) == 0
        listed: list[dict[str, str]] = json.loads(capfd.readouterr().out)["rows"]
        return listed

    assert main.run(("import", str(write_folder(tmp_path / "data", FILES)))) == 0
    capfd.readouterr()
    assert [(row["id"], row["shops"]) for row in rows("customer", "list", "--where", "customer.shops >= 3")] == [("K1", "3")]
    assert [row["id"] for row in rows("contact", "list", "--where", "contact.speaks-dutch is no")] == ["C1"]
    assert [row["trade-fair"] for row in rows("opportunity", "list", "--where", "opportunity.trade-fair is known")] == ["milan"]
    assert [row["urgent"] for row in rows("quote", "list", "--where", "quote.urgent is yes")] == ["yes"]
    assert [row["order"] for row in rows("order", "list", "--where", "order.region is south")] == ["S1"]
    assert [row["room"] for row in rows("item", "list", "--where", "line.room is known")] == ["B12", "B13"]
    assert main.run(("order", "set", "S2", "region=south")) == 0
    assert main.run(("opportunity", "change", "O2", "--set", "trade-fair=brussels")) == 0
    assert main.run(("quote", "make", "K1", "SRV-TRAIN=1", "--set", "urgent=no", "--json")) == 0
    assert '"urgent": "no"' in capfd.readouterr().out
    assert [row["order"] for row in rows("order", "list", "--where", "order.region is south")] == ["S1", "S2"]
    assert main.run(("order", "set", "S2", "regoin=south")) == 1
    assert main.run(("order", "set", "S2", "region")) == 2
    assert main.run(("customer", "list", "--where", "customer.shop is 3")) == 1
    assert "did you mean `customer.shops`?" in capfd.readouterr().err

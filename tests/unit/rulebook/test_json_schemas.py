"""JSON Schemas: fresh on the shelf, named by each shipped file, and the contract that documents and order lines keep."""

import json
from datetime import date
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from api.workbench.schema_files import schema_texts
from engine.dates import Period
from engine.documents.journal import JournalEntry, Posting
from engine.documents.transaction_row import TransactionRow
from engine.money import Currency, Money, Quantity
from engine.phrases import LANGUAGES
from engine.rulebook.catalog import Attribute, Product
from engine.rulebook.file_kinds import KINDS
from engine.rulebook.json_schemas import conforms, schemas_of_files
from engine.rulebook.product_attributes import check_attributes
from engine.rulebook.yaml_model import Label

EUR = Currency.of("EUR")
LABEL = Label(fr="x", nl="x", en="x")


def money(text: str) -> Money:
    return Money.parse(text, EUR)


def test_the_schemas_on_the_shelf_are_fresh(root: Path) -> None:
    texts = schema_texts()
    shelf = {path.name: path.read_text("utf-8") for path in (root / "docs" / "schemas").glob("*.json")}
    stale = sorted(name for name in texts.keys() | shelf.keys() if texts.get(name) != shelf.get(name))
    assert not stale, f"`./run docs` writes them anew: {', '.join(stale)}"


def test_every_shipped_file_names_its_schema(root: Path) -> None:
    files = [path for folder in ("catalog", "plans", "rules", "vat") for path in (root / folder).rglob("*.yaml")]
    for path in [*files, root / "company.yaml"]:
        first, *rest = path.read_text("utf-8").splitlines()
        kind = next(line.removeprefix("kind: ") for line in rest if line.startswith("kind: "))
        named = (path.parent / first.removeprefix("# yaml-language-server: $schema=")).resolve()
        assert named == (root / "docs" / "schemas" / f"{kind}.schema.json").resolve()


@pytest.mark.parametrize("name", sorted(KINDS))
def test_a_schema_is_one_and_knows_the_keys_as_they_are_written(name: str) -> None:
    schema = schemas_of_files()[name]
    Draft202012Validator.check_schema(schema)
    text = json.dumps(schema)
    assert '"null"' not in text
    assert "_" not in "".join(json.loads(text)["properties"])


def test_the_fields_say_what_they_are_for() -> None:
    product = json.loads(schema_texts()["products.schema.json"])["$defs"]["Product"]
    assert product["description"].startswith("One thing that is sold")
    assert product["properties"]["billing-processes"]["description"].startswith("Allowed billing processes")


def test_a_transaction_keeps_its_published_form() -> None:
    transaction = TransactionRow(
        item="I", order="O", order_type="subscription", customer="C", product="P", kind="recurring", currency=EUR,
        service_period=Period(date(2027, 1, 1), date(2027, 2, 1)), billing_date=date(2027, 1, 1), quantity=Quantity.whole(2),
        unit_price=money("1.50"), list_net=money("3.00"), net=money("3.00"), supply_kind="service", vat_class="standard",
        revenue_account="x",
    )  # fmt: skip
    assert conforms(transaction) == ()


def test_what_breaks_the_form_is_told_with_its_pointer() -> None:
    leg = Posting.model_construct(account=411, name="Customers", debit=money("1.00"), credit=money("0.00"), due_on=None)
    entry = JournalEntry.model_construct(currency=EUR, document="1", posted_on=date(2027, 1, 1), customer="C", postings=(leg,))
    with pytest.warns(UserWarning, match="serializ"):
        problems = conforms(entry)
    assert [problem.pointer for problem in problems] == ["/postings/0/account"]


PRODUCT = Product(
    code="ENGRAVING", name=LABEL, family="x", order_type="investment", unit="x", supply_kind="service", vat_class="standard", account="x",
    billing_processes=("x",),
    attributes={
        "text": Attribute(type="text", label=LABEL),
        "letters": Attribute(type="number", label=LABEL, required=False),
        "ready-on": Attribute(type="date", label=LABEL, required=False),
        "gilded": Attribute(type="yes-no", label=LABEL, required=False),
    },
)  # fmt: skip


@pytest.mark.parametrize(
    ("given", "pointers"),
    [
        ({"text": "A"}, []),
        ({"text": "A", "letters": "1.5", "ready-on": "2027-01-31", "gilded": "no"}, []),
        ({}, ["/attributes"]),
        ({"text": "A", "letters": "1,5"}, ["/attributes/letters"]),
        ({"text": "A", "ready-on": "2027-02-30"}, ["/attributes/ready-on"]),
        ({"text": "A", "gilded": "maybe", "colour": "red"}, ["/attributes/colour", "/attributes/gilded"]),
    ],
)
def test_an_order_line_brings_the_attributes_that_its_product_demands(given: dict[str, str], pointers: list[str]) -> None:
    assert sorted(problem.pointer or "" for problem in check_attributes(PRODUCT, given)) == pointers


def test_texts_are_asked_for_in_the_languages_of_the_company() -> None:
    label = json.loads(schema_texts(("en", "fr"))["segments.schema.json"])["$defs"]["Label"]
    assert label["required"] == ["en", "fr"]
    assert {*label["properties"]} == {*LANGUAGES}

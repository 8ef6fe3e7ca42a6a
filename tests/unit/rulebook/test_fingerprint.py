"""The fingerprint follows the meaning of a rulebook: not its layout, comments, order of keys or files."""

import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from pydantic import Field

from api.rulebook_folder import read_folder
from engine.rulebook.fingerprint import plain
from engine.rulebook.reader import check_rulebook, read_all, read_rulebook
from engine.rulebook.yaml_model import Written
from tests.unit.rulebook.texts import SMALL, changed


def fingerprint(sources: Mapping[str, str]) -> str:
    return read_rulebook(sources).fingerprint


@pytest.fixture(scope="module")
def before() -> str:
    return fingerprint(SMALL)


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("vat/rates.yaml", "rates:\n", "# a comment\n\nrates:   # and another\n"),
        ("vat/rates.yaml", "{from: 2019-01-01, rate: 9%}", "{rate: '9.0%', from: 2019-01-01}"),
        ("plans/terms.yaml", "days: 14}", "days: 14, end-of-month: no}"),
        ("catalog/books/two.yaml", "from: 2027-01-01\nbased-on: list-2026", "based-on: list-2026\nfrom: 2027-01-01"),
        ("catalog/books/two.yaml", "1.03", "1.030"),
        ("catalog/books/one.csv", "product,price\nBIKE,649.00\nCARE,9.50\n", "price;product\n9.5;CARE\n\n649.00;BIKE"),
        ("rules/grouping.rules", "by customer, month", "by customer,    month"),
        ("rules/grouping.rules", "grouping invoices", "# why\ngrouping invoices"),
    ],
)
def test_layout_and_spelling_do_not_change_it(before: str, path: str, old: str, new: str) -> None:
    assert fingerprint(changed(path, old, new)) == before


def test_where_a_file_stands_does_not_change_it(before: str) -> None:
    parted = dict(SMALL)
    products = parted.pop("catalog/products.yaml")
    first, second = products.split("  - code: CARE")
    parted["catalog/a/b.yaml"] = "kind: products\nproducts:\n  - code: CARE" + second
    parted["catalog/z.yaml"] = first
    assert fingerprint(parted) == before


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("vat/rates.yaml", "rate: 9%", "rate: 9.1%"),
        ("vat/rates.yaml", "2019-01-01", "2019-01-02"),
        ("plans/terms.yaml", "days: 14}", "days: 15}"),
        ("catalog/books/two.yaml", "1.03", "1.04"),
        ("catalog/books/one.csv", "649.00", "649.01"),
        ("rules/grouping.rules", "customer, month", "customer, order.type, month"),
        ("catalog/products.yaml", "nl: Fiets,", "nl: Rijwiel,"),
        ("company.yaml", "C{year}", "D{year}"),
        ("plans/plans.yaml", "share: 50%", "share: 40%"),
    ],
)
def test_every_change_of_meaning_changes_it(before: str, path: str, old: str, new: str) -> None:
    assert fingerprint(changed(path, old, new)) != before


def test_the_texts_of_documents_belong_to_it(before: str) -> None:
    assert fingerprint({**SMALL, "templates/invoice.html.j2": "<p>"}) != before


ENTRIES = "3108f38ab89a691b"


def test_what_the_yaml_means_stays_for_ever() -> None:
    entries = {sort: {name: plain(one.written) for name, one in below.items()} for sort, below in read_all(SMALL).gathered.entries.items()}
    assert hashlib.sha256(json.dumps(entries, sort_keys=True).encode()).hexdigest()[:16] == ENTRIES, (
        "either SMALL was edited, then record the new hash, or a key or a value of YAML files is written otherwise in fingerprints:"
        " every stored one would change, and every order would be planned anew"
    )


def test_a_field_stands_under_the_key_that_analysts_write() -> None:
    class Renamed(Written):
        begins: str = Field(alias="from")
        class_of_vat: str = Field(alias="vat-class")
        left_out: str = "default"

    assert plain(Renamed.model_validate({"from": "a", "vat-class": "b"})) == {"from_": "a", "vat_class": "b"}


def test_a_value_without_a_form_is_refused() -> None:
    with pytest.raises(TypeError, match=r"complex has no form in engine/rulebook/fingerprint\.py"):
        plain(1j)


def test_a_version_that_is_published_keeps_its_fingerprint_when_the_program_changes(before: str) -> None:
    """Stored versions are known by it: another one only where the texts above this test mean something else than before."""
    assert before == "a8be1754d7e55bde58f75bf4e43f65f1cd50ec632755d67d105138b52533ca37"


def test_days_that_are_closed_change_it(before: str) -> None:
    closed = fingerprint(SMALL | {"plans/closed-days.yaml": "kind: closed-days\nevery-year: ['12-25']\n"})
    other = fingerprint(SMALL | {"plans/closed-days.yaml": "kind: closed-days\nevery-year: ['12-26']\n"})
    assert len({before, closed, other}) == 3


def test_a_version_that_was_published_keeps_it(before: str) -> None:
    assert before == "a8be1754d7e55bde58f75bf4e43f65f1cd50ec632755d67d105138b52533ca37", "documents name it"


def test_a_version_without_a_name_for_a_new_account_is_read(root: Path) -> None:
    sources = dict(read_folder(root))
    mapping = sources["vat/accounting-tools.yaml"]
    sources["vat/accounting-tools.yaml"] = re.sub(r'\n +"705000": .*', "", mapping)
    assert sources["vat/accounting-tools.yaml"] != mapping
    assert read_rulebook(sources).accounting_tools
    assert "not-mapped" in {problem.code for problem in check_rulebook(sources)}

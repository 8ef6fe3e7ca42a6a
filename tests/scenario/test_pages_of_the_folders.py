"""The examples in the README of catalog/, rules/, plans/ and vat/ can be written into the shipped rulebook as they stand there."""

import re
from pathlib import Path

import pytest

from api.rulebook_folder import read_folder
from engine.evaluations.price import PriceRequest, evaluate_price
from engine.language import format_text
from engine.rulebook.reader import check_rulebook, read_rulebook
from tests.golden.problems.pages import laid_over

BLOCK = re.compile(r"(?:^    .*\n)+", re.M)
RULES = ("price ", "table ", "discount ")


def examples(root: Path, folder: str) -> list[str]:
    """The indented blocks of a folder's page, in their order."""
    page = (root / folder / "README.md").read_text(encoding="utf-8")
    return ["".join(f"{line[4:]}\n" for line in block.splitlines()) for block in BLOCK.findall(page)]


def indented(example: str) -> str:
    """An example below a key."""
    return "".join(f"  {line}\n" for line in example.splitlines())


@pytest.mark.parametrize(("folder", "count"), [("catalog", 2), ("rules", 2), ("plans", 4), ("vat", 4)])
def test_each_rule_on_a_page_can_be_read(root: Path, folder: str, count: int) -> None:
    result = examples(root, folder)
    assert len(result) == count
    for text in result:
        if text.startswith(RULES):
            assert format_text("rules/example.rules", text)[1] == ()
            assert len(re.findall(r"^\S", text, re.M)) == 1, "one block"


def test_the_files_on_the_pages_fit_into_the_rulebook(root: Path) -> None:
    shipped = read_folder(root)
    book, discount = examples(root, "catalog")[0], examples(root, "rules")[1]
    plans, (rate, code, tax, old_code) = examples(root, "plans"), examples(root, "vat")
    taxes = indented(indented(indented(tax)))
    weeks, index, terms = (indented(example) for example in plans[:3])
    pieces = {
        "catalog/price-books/book-2028.yaml": book,
        "rules/opening.rules": discount,
        "plans/weeks.yaml": f"kind: billing-types\nbilling-types:\n{weeks}".replace("every-4-weeks", "every-four-weeks"),
        "plans/closed-days.yaml": plans[3],
        "plans/indices.yaml": f"kind: indices\nindices:\n{index}",
        "plans/terms.yaml": f"kind: payment-terms\npayment-terms:\n{terms}".replace("30-days-end-of-month", "thirty-days-end-of-month"),
        "vat/rates.yaml": f"rates:\n{indented(rate)}",
        "vat/codes.yaml": f"codes:\n{indented(code + old_code)}",
        "vat/accounting-tools.yaml": "tools:\n" + "".join(f"  {tool}:\n    taxes:\n{taxes}" for tool in ("tryton", "odoo")),
    }
    sources = laid_over(shipped, pieces)
    assert "rate: 22%" in sources["vat/rates.yaml"]
    assert [str(problem) for problem in check_rulebook(sources) if problem.stops] == []


@pytest.mark.parametrize(
    ("case", "discounts"),
    [
        ({"on": "2027-04-01"}, ["10"]),  # signed in spring
        ({"on": "2027-11-01", "runs_since": "2027-04-01"}, ["10"]),  # and keeps it
        ({"on": "2027-04-01", "runs_since": "2026-12-01"}, []),
        ({"on": "2027-04-01", "runs_since": "2027-04-01", "order_kind": "renewal"}, []),
        ({"on": "2027-04-01", "order_kind": "increment"}, []),
    ],
)
def test_the_discount_on_the_page_reaches_no_item_that_runs_already(root: Path, case: dict[str, str], discounts: list[str]) -> None:
    rulebook = read_rulebook(laid_over(read_folder(root), {"rules/opening.rules": examples(root, "rules")[1]}))
    products = (each for each in rulebook.products.values() if each.family == "till" and each.order_type == "subscription")
    request = PriceRequest.model_validate({"product": next(products).code, "quantity": "1", **case})
    assert [str(each.percent) for each in evaluate_price(request, rulebook).discounts] == discounts

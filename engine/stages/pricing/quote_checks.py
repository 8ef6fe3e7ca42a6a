"""Checks of quote lines: products sold on the day, possible quantities and discounts, and what they require or exclude."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final

from engine.documents.quote import LineRequest
from engine.phrases import phrase
from engine.problems import Kind, Problem
from engine.rulebook.book import Rulebook
from engine.rulebook.catalog import Product, unknown_product
from engine.rulebook.product_attributes import check_attributes

NOT_SOLD: Final = Kind("not-sold", "`{product}` is not sold on {on}", "choose another product, or a day {days}")
NO_QUANTITY: Final = Kind("no-quantity", "the quantity of `{product}` is {quantity}", "write a quantity above 0")
TOO_MUCH_DISCOUNT: Final = Kind("discount-out-of-range", "a discount of {percent}% is not possible", "write a percentage from 0 to 100")
NOT_MEASURED: Final = Kind(
    "not-measured", "`{product}` is not measured", "leave this out, or name a product with `measured: yes` in catalog/"
)
NEGATIVE_MINIMUM: Final = Kind("negative-minimum", "a minimum of {net} is not possible", "write a net of 0 or more")
REQUIRES: Final = Kind("requires", "`{product}` requires `{other}`, which is not in the quote", "add `{other}`, or leave `{product}` out")
EXCLUDES: Final = Kind("excludes", "`{product}` and `{other}` exclude each other", "keep one of the two")


def check_lines(
    lines: Mapping[int, LineRequest], rulebook: Rulebook, on: date, *, owned: frozenset[str] = frozenset()
) -> tuple[Problem, ...]:
    """All problems of the lines of a quote that count, by number; `owned` are products that the customer already has."""
    problems: list[Problem] = []
    present = owned | {line.product for line in lines.values()}
    for number, line in lines.items():
        pointer = f"/lines/{number - 1}"
        product = rulebook.products.get(line.product)
        if product is None:
            problems.append(unknown_product(line.product, rulebook.products, f"{pointer}/product", before=len(problems)))
            continue
        problems += _of_line(line, product, line.starts_on or on, pointer)
        problems += _of_attributes(line, product, rulebook, f"{pointer}/attributes")
        where = f"{pointer}/product"
        problems += [REQUIRES.at(None, where, product=product.code, other=each) for each in product.requires if each not in present]
        problems += [EXCLUDES.at(None, where, product=product.code, other=each) for each in product.excludes if each in present]
    return tuple(problems)


def check_line(line: LineRequest, rulebook: Rulebook, on: date) -> tuple[Problem, ...]:
    """All problems of a line priced alone: products it requires may be missing, and a quantity of 0 is allowed."""
    product = rulebook.products.get(line.product)
    if product is None:
        return (unknown_product(line.product, rulebook.products, "/product"),)
    problems = [problem for problem in _of_line(line, product, on, "") if problem.kind is not NO_QUANTITY]
    return (*problems, *_of_attributes(line, product, rulebook, "/attributes"))


def _of_line(line: LineRequest, product: Product, on: date, pointer: str) -> Iterator[Problem]:
    if product.from_ is not None and on < product.from_:
        yield NOT_SOLD.at(None, f"{pointer}/product", product=product.code, on=on, days=phrase("from {day} on", day=product.from_))
    if product.until is not None and on > product.until:
        yield NOT_SOLD.at(None, f"{pointer}/product", product=product.code, on=on, days=phrase("until {day}", day=product.until))
    if line.quantity.micros < 0 or (line.quantity.micros == 0 and not product.measured):
        yield NO_QUANTITY.at(None, f"{pointer}/quantity", product=product.code, quantity=line.quantity)
    if line.commitment is not None and not product.measured:
        yield NOT_MEASURED.at(None, f"{pointer}/commitment", product=product.code)
    elif line.commitment is not None and line.commitment.net.minor < 0:
        yield NEGATIVE_MINIMUM.at(None, f"{pointer}/commitment/net", net=line.commitment.net)
    if line.discount is not None and not 0 <= line.discount.fraction <= 1:
        yield TOO_MUCH_DISCOUNT.at(None, f"{pointer}/discount", percent=line.discount)


def _of_attributes(line: LineRequest, product: Product, rulebook: Rulebook, pointer: str) -> tuple[Problem, ...]:
    more = [name.removeprefix("line.") for name in rulebook.attributes if name.startswith("line.")]
    return check_attributes(product, line.attributes, more=more, pointer=pointer)

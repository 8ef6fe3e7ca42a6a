"""What may stand together in a quote: products sold on its day, possible quantities, what they require and what they exclude."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

from engine.documents.quote import LineRequest
from engine.money import DECIMAL
from engine.problems import Kind, Problem
from engine.rulebook.book import Rulebook
from engine.rulebook.catalog import Attribute, Product
from engine.stages.pricing.choosing import UNKNOWN_PRODUCT

NOT_SOLD: Final = Kind("not-sold", "`{product}` is not sold on {on}", "choose another product, or a day {days}")
NO_QUANTITY: Final = Kind("no-quantity", "the quantity of `{product}` is {quantity}", "write a quantity above 0")
TOO_MUCH_DISCOUNT: Final = Kind("discount-out-of-range", "a discount of {percent}% is not possible", "write a percentage from 0 to 100")
REQUIRES: Final = Kind("requires", "`{product}` requires `{other}`, which is not in the quote", "add `{other}`, or leave `{product}` out")
EXCLUDES: Final = Kind("excludes", "`{product}` and `{other}` exclude each other", "keep one of the two")
MISSING_ATTRIBUTE: Final = Kind("missing-attribute", "`{product}` needs the attribute `{name}`", "add it under `attributes`: {label}")
WRONG_ATTRIBUTE: Final = Kind("wrong-attribute", "the attribute `{name}` must be a {type}, `{text}` is none", "write {example}")
NO_ATTRIBUTE: Final = Kind(
    "unknown-attribute", "`{product}` has no attribute `{name}`", "leave it out, or declare it in catalog/ or rules/"
)
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_EXAMPLES: Final = {"text": "a text", "number": "a decimal number such as `12.5`", "yes-no": "`yes` or `no`", "date": "`2027-01-31`"}


def check_lines(lines: Sequence[LineRequest], rulebook: Rulebook, on: date, *, owned: frozenset[str] = frozenset()) -> tuple[Problem, ...]:
    """Everything that is wrong with the lines of a quote, all at once; `owned` are products that the customer already has."""
    problems: list[Problem] = []
    present = owned | {line.product for line in lines}
    for at, line in enumerate(lines):
        pointer = f"/lines/{at}"
        product = rulebook.products.get(line.product)
        if product is None:
            problems.append(UNKNOWN_PRODUCT.at(None, f"{pointer}/product", product=line.product[:60]))
            continue
        problems += _of_line(line, product, line.starts_on or on, pointer)
        problems += _of_attributes(line, product, rulebook, f"{pointer}/attributes")
        problems += [
            REQUIRES.at(None, f"{pointer}/product", product=product.code, other=each) for each in product.requires if each not in present
        ]
        problems += [
            EXCLUDES.at(None, f"{pointer}/product", product=product.code, other=each) for each in product.excludes if each in present
        ]
    return tuple(problems)


def check_line(line: LineRequest, rulebook: Rulebook, on: date) -> tuple[Problem, ...]:
    """Everything that is wrong with one line that is priced alone: what it requires need not be there, and a quantity of 0 costs 0."""
    product = rulebook.products.get(line.product)
    if product is None:
        return (UNKNOWN_PRODUCT.at(None, "/product", product=line.product[:60]),)
    found = [problem for problem in _of_line(line, product, on, "") if problem.kind is not NO_QUANTITY]
    return (*found, *_of_attributes(line, product, rulebook, "/attributes"))


def _of_line(line: LineRequest, product: Product, on: date, pointer: str) -> Iterator[Problem]:
    if product.from_ is not None and on < product.from_:
        yield NOT_SOLD.at(None, f"{pointer}/product", product=product.code, on=on, days=f"from {product.from_} on")
    if product.until is not None and on > product.until:
        yield NOT_SOLD.at(None, f"{pointer}/product", product=product.code, on=on, days=f"until {product.until}")
    if line.quantity.micros <= 0:
        yield NO_QUANTITY.at(None, f"{pointer}/quantity", product=product.code, quantity=line.quantity)
    if line.discount is not None and not 0 <= line.discount.fraction <= 1:
        yield TOO_MUCH_DISCOUNT.at(None, f"{pointer}/discount", percent=line.discount)


def _of_attributes(line: LineRequest, product: Product, rulebook: Rulebook, pointer: str) -> Iterator[Problem]:
    for name, declared in product.attributes.items():
        text = line.attributes.get(name)
        if text is None and declared.required:
            yield MISSING_ATTRIBUTE.at(None, pointer, product=product.code, name=name, label=declared.label.en)
        elif text is not None and not _fits(text, declared):
            words = {"type": declared.type, "text": text[:60], "example": _EXAMPLES[declared.type]}
            yield WRONG_ATTRIBUTE.at(None, f"{pointer}/{name}", name=name, **words)
    for name in line.attributes:
        if name not in product.attributes and f"line.{name}" not in rulebook.attribute_types:
            yield NO_ATTRIBUTE.at(None, f"{pointer}/{name}", product=product.code, name=name[:60])


def _fits(text: str, declared: Attribute) -> bool:
    match declared.type:
        case "text":
            return bool(text.strip())
        case "number":
            return DECIMAL.fullmatch(text) is not None
        case "yes-no":
            return text in ("yes", "no", "true", "false")
        case "date":
            return _DAY.fullmatch(text) is not None and _is_day(text)


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True

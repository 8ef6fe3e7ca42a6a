"""No text makes the YAML reader raise: it is read, or its problems are reported with positions."""

from __future__ import annotations

from typing import Annotated, Literal

from hypothesis import example, given
from hypothesis import strategies as some
from pydantic import Field

from engine.dates import Day
from engine.money import Currency, Factor, Money, Percent, Quantity
from engine.text.model_reader import read_file
from engine.text.yaml_fields import Expression, Whole, Written, YesNo
from engine.text.yaml_reader import read_yaml


class Flat(Written):
    kind: Literal["flat"]
    price: Money
    on: Day | None = None


class Shared(Written):
    kind: Literal["shared"]
    share: Percent | Literal["rest"]
    quantity: Quantity | None = None
    when: Expression | None = None


class Sheet(Written):
    entries: tuple[Annotated[Flat | Shared, Field(discriminator="kind")], ...] = ()
    named: dict[str, Flat] = {}
    every: Whole = 1
    active: YesNo = True
    index: Factor | None = None


PIECES = (
    "entries", "named", "every", "active", "index", "kind", "flat", "shared", "share", "price", "when", ": ", ":", "- ", "\n",
    "\n  ", "\n    ", "\t", "[", "]", "{", "}", ", ", '"', "'", "#", "&a", "*a", "!", "|", ">", "%", "@", "`", "<<", "---", "...",
    "?", "~", "12", "30%", "29,00", "2024-02-30", "yes", "é", "\u202e", "\u0430b", "\r\n", "\\", "\x00", "\ud800", "…",
)  # fmt: skip
texts = some.one_of(some.text(max_size=80), some.lists(some.sampled_from(PIECES), max_size=40).map("".join))


@given(texts)
@example("entries: [{kind: flat, price: [1]}, flat, {kind: [a]}]\nevery: {a: b}\n")
@example("[")
@example("a: \r\n|\n  ")
@example("\ufeff")
def test_every_text_is_read_or_refused_with_a_place(text: str) -> None:
    sheet, _, problems = read_file(Sheet, "plans/x.yaml", text, Currency.of("EUR"))
    assert (sheet is None) == bool(problems)
    lines = text.split("\n")
    for problem in problems:
        assert problem.where is not None
        assert problem.message
        assert problem.help
        assert 1 <= problem.where.line <= len(lines) + 1


@given(some.recursive(some.sampled_from(("a", "1.10", "NO")), lambda inner: some.lists(inner, min_size=1, max_size=3), max_leaves=12))
def test_what_is_written_comes_back_as_text(written: object) -> None:
    def shown(one: object) -> str:
        return f"[{', '.join(map(shown, one))}]" if isinstance(one, list) else str(one)

    tree, problems = read_yaml("x.yaml", f"a: {shown(written)}\n")
    assert not problems
    assert tree is not None
    assert tree.root["a"] == written

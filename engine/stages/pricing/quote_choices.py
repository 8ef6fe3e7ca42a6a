"""Optional and alternative lines of a quote: which lines count, in which other ways they may be chosen, and what those come to."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Final

from engine.budgets import QUOTE_CHOICES
from engine.documents.priced_quote import PricedQuote, QuotedVariant
from engine.documents.quote import LineRequest
from engine.problems import Kind, Problem, Refusal, refuse

Numbers = frozenset[int]
"""Numbers of lines, from 1."""
NOTHING_COUNTS: Final = Kind("nothing-counts", "every line of the quote is optional", "make one of its lines a fixed one")
BOTH_WAYS: Final = Kind("optional-alternative", "a line is optional or one of alternatives, not both", "leave one of the two out")
NOT_TO_CHOOSE: Final = Kind(
    "not-to-choose", "line {number} is none of the lines that may be chosen", "write one of them: {possible}; the fixed lines count anyway"
)
TWO_OF_ONE: Final = Kind("two-alternatives", "the lines {first} and {second} are alternatives: `{name}`", "choose one of them")


def counted(lines: Sequence[LineRequest]) -> Numbers:
    """The lines that count where nothing is chosen: the fixed ones, and the first of each group of alternatives."""
    both = [at for at, line in enumerate(lines) if line.optional and line.alternative is not None]
    if both:
        raise Refusal(tuple(BOTH_WAYS.at(None, f"/lines/{at}/optional") for at in both))
    first_of = {line.alternative: at for at, line in reversed([*enumerate(lines, start=1)]) if line.alternative is not None}
    numbers = frozenset(
        at for at, line in enumerate(lines, start=1) if not line.optional and first_of.get(line.alternative or "", at) == at
    )
    if not numbers:
        raise refuse(NOTHING_COUNTS, None, "/lines")
    return numbers


def choices(lines: Sequence[LineRequest]) -> tuple[int, ...]:
    """The lines that may be chosen: the optional ones, and all alternatives."""
    return tuple(at for at, line in enumerate(lines, start=1) if line.optional or line.alternative is not None)


def chosen(lines: Sequence[LineRequest], wanted: Collection[int], pointer: str = "/lines") -> Numbers:
    """The lines that count where some are chosen; Refusal for those that cannot be, and for two of one group of alternatives."""
    possible, groups = choices(lines), dict[str, int]()
    problems: list[Problem] = []
    for place, number in enumerate(wanted):
        if number not in possible:
            listed = ", ".join(map(str, possible)) or "-"
            problems.append(NOT_TO_CHOOSE.at(None, f"{pointer}/{place}", number=number, possible=listed))
            continue
        name = lines[number - 1].alternative
        if name is not None and groups.setdefault(name, number) != number:
            problems.append(TWO_OF_ONE.at(None, f"{pointer}/{place}", first=groups[name], second=number, name=name))
    if problems:
        raise Refusal(tuple(problems))
    others = {at for at in counted(lines) if lines[at - 1].alternative not in groups}
    return frozenset(others | set(wanted))


def with_variants(price: Callable[[Numbers], PricedQuote], lines: Sequence[LineRequest]) -> PricedQuote:
    """The quote of the lines that count, with the others marked, and what it comes to with each of them; Refusal with all problems."""
    base = counted(lines)
    others = [at for at in choices(lines) if at not in base]
    QUOTE_CHOICES.check(len(others), pointer="/lines")
    if not others:
        return price(base)
    refusals: list[Refusal] = []
    quotes: list[PricedQuote] = []
    for numbers in (base, *_others(lines, others)):
        try:
            quotes.append(price(numbers))
        except Refusal as refusal:
            if refusal.state is not None:
                raise
            refusals.append(refusal)
    if refusals:
        raise Refusal(tuple(dict.fromkeys(problem for refusal in refusals for problem in refusal.problems)))
    first, *variants = quotes
    by_number = {line.number: line for quote in reversed(quotes) for line in quote.lines}
    marked = (line if at in base else line.replace(counted=False) for at, line in sorted(by_number.items()))
    return first.replace(lines=tuple(marked), variants=tuple(_variant(each, base) for each in variants))


def _others(lines: Sequence[LineRequest], others: Sequence[int]) -> Iterator[Numbers]:
    """The other ways to choose that are shown: one of the other lines each, and all optional lines."""
    yield from (chosen(lines, [at]) for at in others)
    optional = [at for at in others if lines[at - 1].optional]
    if len(optional) > 1:
        yield chosen(lines, optional)


def _variant(quote: PricedQuote, base: Numbers) -> QuotedVariant:
    numbers = tuple(line.number for line in quote.lines)
    return QuotedVariant.of(quote, lines=numbers, chosen=tuple(at for at in numbers if at not in base))

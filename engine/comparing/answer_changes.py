"""Cases with a different answer: of the rules by region, of the price books by product and range of days."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from engine.language import Cases, Plain
from engine.money import factor_text
from engine.phrases import Phrase, phrase
from engine.rulebook.book import Rulebook
from engine.rulebook.facts import product_facts
from engine.stages.pricing.price_versions import Version, new_version, versions_of


@dataclass(frozen=True, slots=True, kw_only=True)
class PricedCase:
    """A case of a price: a product for a segment of customers (None: for everybody else) on a day."""

    product: str
    segment: str | None
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerChange:
    """A region of cases with a different answer: the region as text, one case of it, and both answers (None: no answer)."""

    name: str
    region: str
    sample: str
    case: PricedCase | Mapping[str, Plain]
    """The one case: of a price, or the facts of a rule."""
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswersCompared:
    """All regions with a different answer, and the names that could not be compared, each with the reason."""

    changes: tuple[AnswerChange, ...]
    undecided: tuple[tuple[str, str], ...] = ()

    def by_region(self, most: int) -> Iterator[tuple[str, list[AnswerChange]]]:
        """At most so many changes, those of one region together."""
        regions: dict[str, list[AnswerChange]] = {}
        for one in self.changes:
            regions.setdefault(one.region, []).append(one)
        for region, changes in regions.items():
            if most > 0:
                yield region, changes[:most]
            most -= len(changes)


def compare_answers(before: Rulebook, after: Rulebook) -> AnswersCompared:
    """Every region of cases in which a rule gives a different answer, or a price book has a different price."""
    rules = (before.rules, after.rules)
    cases, undecided = after.checked.changed_cases(before.checked, cases=(_cases(before), _cases(after)), rules=rules)
    of_rules = (
        AnswerChange(name=one.name, region=one.region, sample=one.sample, case=one.facts, before=one.before, after=one.after)
        for one in cases
    )
    return AnswersCompared(changes=(*_price_changes(before, after), *of_rules), undecided=undecided)


def _cases(rulebook: Rulebook) -> Cases:
    company = rulebook.company
    return Cases(
        fixed={"seller.country": company.seller.country},
        products=tuple(product_facts(product) for product in rulebook.products.values()),
        horizon=(company.rules_answer_from, company.rules_answer_until),
    )


@dataclass(frozen=True, slots=True)
class _PriceRange:
    """The days from `first` to `last`, both included, in which two list prices differ."""

    first: date
    last: date
    before: str | None
    after: str | None


def _price_changes(before: Rulebook, after: Rulebook) -> Iterator[AnswerChange]:
    """Every product of both rulebooks by segment and range of days in which the list prices differ."""
    has_segments = any(book.segments is not None for rulebook in (before, after) for book in rulebook.price_books)
    segments = sorted(before.segments.keys() & after.segments.keys()) if has_segments else []
    for product in sorted(before.products.keys() & after.products.keys()):
        general = list(_price_ranges(product, None, before, after))
        for segment in (None, *segments):
            ranges = general if segment is None else (one for one in _price_ranges(product, segment, before, after) if one not in general)
            for one in ranges:
                region, name = _region(one, segment), phrase("price of {product}", product=product)
                case = PricedCase(product=product, segment=segment, on=one.first)
                yield AnswerChange(name=name, region=region, sample=region, case=case, before=one.before, after=one.after)


def _price_ranges(product: str, segment: str | None, before: Rulebook, after: Rulebook) -> list[_PriceRange]:
    """The ranges within the days for which the rules of both rulebooks answer; adjacent ranges with the same prices are joined."""
    begin = max(before.company.rules_answer_from, after.company.rules_answer_from)
    end = min(before.company.rules_answer_until, after.company.rules_answer_until)
    versions = (version for rulebook in (before, after) for version in versions_of(rulebook, product, segment))
    starts = sorted({begin, *(version.from_ for version in versions if begin < version.from_ <= end)})
    ranges: list[_PriceRange] = []
    for start, until in zip(starts, [*starts[1:], end + timedelta(days=1)], strict=True):
        earlier, later = (new_version(rulebook, product, segment, start) for rulebook in (before, after))
        if _exact(earlier) == _exact(later):
            continue
        one = _PriceRange(start, until - timedelta(days=1), _price_text(earlier), _price_text(later))
        last = ranges[-1] if ranges else None
        if last and (last.before, last.after) == (one.before, one.after) and last.last + timedelta(days=1) == one.first:
            ranges[-1] = replace(last, last=one.last)
        else:
            ranges.append(one)
    return ranges


def _exact(version: Version | None) -> object:
    return None if version is None else version.written.micros * version.index


def _price_text(version: Version | None) -> str | None:
    """The price as written × its index = the list price."""
    if version is None:
        return None
    return f"{version.written} × {factor_text(version.index)} = {version.list_price}" if version.index != 1 else str(version.written)


def _region(one: _PriceRange, segment: str | None) -> Phrase:
    if segment is None:
        return phrase("from {first} to {last}", first=one.first, last=one.last)
    return phrase("segment {segment}, from {first} to {last}", segment=segment, first=one.first, last=one.last)

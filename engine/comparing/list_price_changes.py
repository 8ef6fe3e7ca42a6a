"""The prices of price books compared: which product costs something else, for whom, and from which day to which."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from engine.money import factor_text
from engine.phrases import Phrase, phrase
from engine.rulebook.book import Rulebook
from engine.stages.pricing.price_versions import Version, new_version, versions_of


@dataclass(frozen=True, slots=True)
class PriceChange:
    """A product whose list price is another for some days: where, and both prices as they came about."""

    name: Phrase
    region: Phrase
    before: str | None
    after: str | None


def price_changes(before: Rulebook, after: Rulebook) -> Iterator[PriceChange]:
    """Every product of both sides by segment and stretch of days in which the lists differ, within the days for which the rules answer."""
    for product in sorted(before.products.keys() & after.products.keys()):
        general = list(_of(product, None, before, after))
        yield from (
            PriceChange(phrase("price of {product}", product=product), _region(one, None), one.before, one.after) for one in general
        )
        for segment in sorted(before.segments.keys() & after.segments.keys()) if _by_segment(before, after) else ():
            own = [one for one in _of(product, segment, before, after) if one not in general]
            yield from (
                PriceChange(phrase("price of {product}", product=product), _region(one, segment), one.before, one.after) for one in own
            )


@dataclass(frozen=True, slots=True)
class _Stretch:
    first: date
    last: date
    before: str | None
    after: str | None


def _by_segment(before: Rulebook, after: Rulebook) -> bool:
    return any(book.segments is not None for side in (before, after) for book in side.price_books)


def _of(product: str, segment: str | None, before: Rulebook, after: Rulebook) -> Iterator[_Stretch]:
    begin = max(before.company.rules_answer_from, after.company.rules_answer_from)
    end = min(before.company.rules_answer_until, after.company.rules_answer_until)
    days = {version.from_ for side in (before, after) for version in versions_of(side, product, segment) if begin < version.from_ <= end}
    starts = sorted({begin, *days})
    found: list[_Stretch] = []
    for start, until in zip(starts, [*starts[1:], end + timedelta(days=1)], strict=True):
        earlier, later = (new_version(side, product, segment, start) for side in (before, after))
        if _exact(earlier) == _exact(later):
            continue
        one = _Stretch(start, until - timedelta(days=1), _told(earlier), _told(later))
        last = found[-1] if found else None
        if last is not None and (last.before, last.after) == (one.before, one.after) and last.last + timedelta(days=1) == one.first:
            found[-1] = _Stretch(last.first, one.last, one.before, one.after)
        else:
            found.append(one)
    yield from found


def _exact(version: Version | None) -> object:
    return None if version is None else version.written.micros * version.index


def _told(version: Version | None) -> str | None:
    """A price as it came about: as it is written, × its index, = the list price."""
    if version is None:
        return None
    return f"{version.written} × {factor_text(version.index)} = {version.list_price}" if version.index != 1 else str(version.written)


def _region(one: _Stretch, segment: str | None) -> Phrase:
    if segment is None:
        return phrase("from {first} to {last}", first=one.first, last=one.last)
    return phrase("segment {segment}, from {first} to {last}", segment=segment, first=one.first, last=one.last)

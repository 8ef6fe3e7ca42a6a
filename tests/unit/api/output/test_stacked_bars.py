"""Charts: parts that stack to their amounts, below zero too, with titles and links that stay text."""

from __future__ import annotations

import re
from decimal import Decimal

from lxml import etree

from api.output.stacked_bars import Bar, BarPart, stacked_bars


def parts(*amounts: str) -> tuple[BarPart, ...]:
    return tuple(BarPart(amount=Decimal(amount), title=f"<{amount}>", colour=at, link="/x?a=1&b=2") for at, amount in enumerate(amounts))


def test_heights_are_in_proportion_and_parts_stand_on_each_other() -> None:
    drawn = stacked_bars(
        [Bar(label="2027-01", parts=parts("100.00", "50.00")), Bar(label="2027-02", parts=parts("-50.00"))], title="a & b", language="en"
    )
    etree.fromstring(drawn)
    boxes = [(float(y), float(height)) for y, height in re.findall(r'<rect x="[^"]+" y="([^"]+)" width="[^"]+" height="([^"]+)"', drawn)]
    (low, whole), (high, half), (below, down) = boxes
    assert abs(whole - 2 * half) < 0.2
    assert abs(high + half - low) < 0.2
    assert abs(half - down) < 0.2
    assert abs(low + whole - below) < 0.2
    assert "<title>&lt;100.00&gt;</title>" in drawn
    assert 'href="/x?a=1&amp;b=2" tabindex="-1"' in drawn
    assert "style=" not in drawn


def test_a_line_goes_through_its_points_and_nothing_is_drawn_of_nothing() -> None:
    assert "<rect" not in stacked_bars([Bar(label="a", parts=parts("0.00"))], title="t", language="en")
    assert "<polyline" not in stacked_bars([], title="t", language="en")
    drawn = stacked_bars(
        [Bar(label="a", parts=(), point=Decimal(5), point_title="five"), Bar(label="b", parts=(), point=Decimal(0))],
        title="t",
        language="en",
    )
    assert drawn.count("<circle") == 2
    assert "<title>five</title>" in drawn


def test_the_axis_is_written_in_the_language() -> None:
    bars = [Bar(label="2027-01", parts=parts("40000.00"))]
    axes = {language: re.findall(r">([0-9][^<]*)</text>", stacked_bars(bars, title="t", language=language)) for language in ("en", "nl")}
    assert "20,000" in axes["en"]
    assert "20.000" in axes["nl"]

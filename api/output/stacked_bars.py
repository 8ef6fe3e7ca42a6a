"""Charts as SVG text: bars by month in stacked parts, with a line over them; whole, so that mails and documents can show them too.

Colours stand in the picture itself, so that it needs no style; the classes of parts let a page colour them anew, as for the dark.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from html import escape
from typing import Final

from babel.numbers import format_decimal

from engine.locales import locale_of
from engine.phrases import Language

_COLOURS: Final = ("#2f6fb5", "#c0702a", "#4f8a3d", "#8a5aa8", "#7a7a2e", "#b04a6a")
_LINE: Final = "#7a2f8f"
_INK: Final = "#6b7280"
_WIDTH, _HEIGHT, _LEFT, _BOTTOM, _TOP = 960, 300, 70, 34, 12
_STEPS: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class BarPart:
    """A part of a bar: its amount, its title, where it leads, its place among the colours, and how opaque it is."""

    amount: Decimal
    title: str
    colour: int
    opacity: str = "1"
    link: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A bar with its label, and the point of the line over it, where there is one."""

    label: str
    parts: tuple[BarPart, ...]
    point: Decimal | None = None
    point_title: str = ""


def stacked_bars(bars: Sequence[Bar], *, title: str, language: Language) -> str:
    """The picture; parts below zero hang under the line of zero. Whoever cannot see it reads the table beside it."""
    highest = max([Decimal(1), *(sum((part.amount for part in bar.parts if part.amount > 0), Decimal(0)) for bar in bars), *_points(bars)])
    lowest = min([Decimal(0), *(sum((part.amount for part in bar.parts if part.amount < 0), Decimal(0)) for bar in bars)])
    frame = _Frame(highest, lowest, max(len(bars), 1))
    head = f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" viewBox="0 0 {_WIDTH} {_HEIGHT}" aria-hidden="true">'
    return "".join(
        [head, f"<title>{escape(title)}</title>", *_axes(frame, bars, language), *_bars(frame, bars), *_line(frame, bars), "</svg>"]
    )


@dataclass(frozen=True, slots=True)
class _Frame:
    highest: Decimal
    lowest: Decimal
    count: int

    @property
    def slot(self) -> float:
        """The width for a bar and the space beside it."""
        return (_WIDTH - _LEFT - 10) / self.count

    def x(self, place: int) -> float:
        """Where a slot begins."""
        return _LEFT + place * self.slot

    def y(self, amount: Decimal) -> float:
        """The height of an amount."""
        share = (amount - self.lowest) / (self.highest - self.lowest)
        return _HEIGHT - _BOTTOM - float(share) * (_HEIGHT - _BOTTOM - _TOP)


def _points(bars: Sequence[Bar]) -> list[Decimal]:
    return [bar.point for bar in bars if bar.point is not None]


def _axes(frame: _Frame, bars: Sequence[Bar], language: Language) -> Iterator[str]:
    for amount in _levels(frame):
        y, text = f"{frame.y(amount):.1f}", format_decimal(amount, "#,##0.######", locale=locale_of(language))
        yield f'<line x1="{_LEFT}" x2="{_WIDTH - 10}" y1="{y}" y2="{y}" stroke="{_INK}" stroke-opacity="{"1" if amount == 0 else "0.25"}"/>'
        yield f'<text x="{_LEFT - 6}" y="{y}" dy="4" text-anchor="end" font-size="11" fill="{_INK}" class="chart-ink">{text}</text>'
    every = max(1, -(-len(bars) // 12))
    for place, bar in enumerate(bars):
        if place % every == 0:
            x = f"{frame.x(place) + frame.slot / 2:.1f}"
            text = f'x="{x}" y="{_HEIGHT - 14}" text-anchor="middle" font-size="11" fill="{_INK}" class="chart-ink"'
            yield f"<text {text}>{escape(bar.label)}</text>"


def _levels(frame: _Frame) -> list[Decimal]:
    """Round amounts at which a line is drawn, zero among them."""
    rough = (frame.highest - frame.lowest) / _STEPS
    size = Decimal(10) ** rough.adjusted()
    step = next(factor * size for factor in (Decimal(1), Decimal(2), Decimal(5), Decimal(10)) if factor * size >= rough)
    first, last = int(frame.lowest / step), int(frame.highest / step)
    return [step * at for at in range(first, last + 1)]


def _bars(frame: _Frame, bars: Sequence[Bar]) -> Iterator[str]:
    for place, bar in enumerate(bars):
        above, below = Decimal(0), Decimal(0)
        for part in bar.parts:
            if part.amount == 0:
                continue
            start = above if part.amount > 0 else below
            end = start + part.amount
            above, below = (end, below) if part.amount > 0 else (above, end)
            top, bottom = frame.y(max(start, end)), frame.y(min(start, end))
            shape = f'x="{frame.x(place) + frame.slot * 0.15:.1f}" y="{top:.1f}" width="{frame.slot * 0.7:.1f}" height="{bottom - top:.1f}"'
            look = (
                f'fill="{_COLOURS[part.colour % len(_COLOURS)]}" fill-opacity="{part.opacity}" class="chart-{part.colour % len(_COLOURS)}"'
            )
            drawn = f"<rect {shape} {look}><title>{escape(part.title)}</title></rect>"
            yield drawn if part.link is None else f'<a href="{escape(part.link)}" tabindex="-1">{drawn}</a>'


def _line(frame: _Frame, bars: Sequence[Bar]) -> Iterator[str]:
    points = [(frame.x(place) + frame.slot / 2, frame.y(bar.point), bar) for place, bar in enumerate(bars) if bar.point is not None]
    if points:
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y, _ in points)
        yield f'<polyline points="{path}" fill="none" stroke="{_LINE}" stroke-width="2" class="chart-line"/>'
    for x, y, bar in points:
        place = f'cx="{x:.1f}" cy="{y:.1f}" r="4"'
        yield f'<circle {place} fill="{_LINE}" class="chart-point"><title>{escape(bar.point_title)}</title></circle>'

"""Positions of an editor, in lines from 0 and units of its encoding, and those of problems, in lines and characters from 1."""

from __future__ import annotations

from collections.abc import Sequence

from lsprotocol import types

from engine.problems import Span

_UNITS = {types.PositionEncodingKind.Utf8: "utf-8", types.PositionEncodingKind.Utf16: "utf-16-le"}
_BYTES_OF_A_UNIT = {types.PositionEncodingKind.Utf16: 2}


class Positions:
    """Converts positions of one text; a place outside of it becomes the nearest one in it."""

    def __init__(self, text: str, encoding: types.PositionEncodingKind | str) -> None:
        self._lines: Sequence[str] = [line.removesuffix("\r") for line in text.split("\n")]
        self._encoding = types.PositionEncodingKind(encoding)

    def place(self, position: types.Position) -> tuple[int, int]:
        """The line and column of a position."""
        line = min(max(position.line, 0), len(self._lines) - 1)
        units, text = 0, self._lines[line]
        for at, char in enumerate(text):
            if units >= position.character:
                return line + 1, at + 1
            units += self.units(char)
        return line + 1, len(text) + 1

    def position(self, line: int, column: int) -> types.Position:
        """The position of a line and column."""
        if line > len(self._lines):
            return types.Position(len(self._lines) - 1, self.units(self._lines[-1]))
        at = max(line, 1) - 1
        return types.Position(at, self.units(self._lines[at][: max(column, 1) - 1]))

    def range(self, span: Span) -> types.Range:
        """The range of a span."""
        return types.Range(self.position(span.line, span.column), self.position(span.end_line, span.end_column))

    def units(self, text: str) -> int:
        """The length of a text in the units of the encoding."""
        codec = _UNITS.get(self._encoding)
        if codec is None or text.isascii():
            return len(text)
        return len(text.encode(codec, "surrogatepass")) // _BYTES_OF_A_UNIT.get(self._encoding, 1)

    def whole(self) -> types.Range:
        """The range of the whole text."""
        return types.Range(types.Position(0, 0), self.position(len(self._lines), len(self._lines[-1]) + 1))

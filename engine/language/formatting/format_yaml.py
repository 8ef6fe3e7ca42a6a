"""Formats YAML files: two blanks for each level, one after `:` and `,`; columns that were aligned stay aligned."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from engine.language.formatting.column_widths import display_width, padded, widths_of
from engine.language.formatting.line_layout import Code, Level, Remark
from engine.language.formatting.yaml_parts import Part, long_text, part_of
from engine.text.yaml_tree import Mark

Marks = tuple[Mark, ...]

_REMARK: Final = re.compile(r"#[^\n]*")
_LONG: Final = ("|", ">")


@dataclass(frozen=True, slots=True)
class _Atom:
    """A text, a bracket or a sign with its position; or several without blanks between them."""

    text: str
    start: int
    end: int
    touches: bool = False
    """Whether no blank separates it from the one before."""
    opens: int = 0
    """1 for an opening bracket, -1 for a closing one."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """One entry of a mapping or list: its lines, and the pieces of a single line."""

    lines: tuple[Code, ...]
    cells: tuple[_Atom, ...] = ()
    holds_remark: bool = False
    """Whether it contains a comment, which moves above it."""

    @property
    def shape(self) -> tuple[str, ...]:
        """What aligned entries must have in common: the keys between braces."""
        return tuple(cell.text if at and cell.text.endswith(":") else "" for at, cell in enumerate(self.cells))

    @property
    def is_broken(self) -> bool:
        """Whether it takes several lines."""
        return len(self.lines) > 1


def remarks_of_yaml(text: str, marks: Marks) -> list[Remark]:
    """The comments of a YAML file."""
    remarks: list[Remark] = []
    at = 0
    for mark in marks:
        if mark.kind == "text":
            remarks += _remarks(text, at, mark.start)
            at = mark.end
            if mark.style in _LONG:
                remarks += _remarks(text, mark.start, _line_end(text, mark.start))
                at = long_text(text, mark).end
    return [*remarks, *_remarks(text, at, len(text))]


def meaning_of_yaml(marks: Marks) -> list[tuple[str, str, str, bool]]:
    """The content and style of a YAML file without its layout; equal values mean the same."""
    return [(mark.kind, mark.style, mark.text, mark.is_flow) for mark in marks]


def yaml_code(text: str, marks: Marks) -> list[Code]:
    """The lines of code of a YAML file without problems."""
    writer = _Writer(text)
    root = part_of(iter(marks))
    level = ((_column(text, root.start), 0),)
    return list(writer.nested(root, "", level, 0) if root.has_lines else writer.entry("", (root,), level, 0).lines)


def _remarks(text: str, start: int, end: int) -> Iterator[Remark]:
    for match in _REMARK.finditer(text, start, end):
        yield Remark(match.start(), match.group().rstrip(), _column(text, match.start()))


@dataclass(frozen=True, slots=True)
class _Writer:
    text: str

    def nested(self, part: Part, dashes: str, levels: tuple[Level, ...], own: int) -> Iterator[Code]:
        """The lines of a block mapping or list; the dashes of the lists around it precede its first line."""
        entries: list[_Entry] = []
        step = 2 if part.is_mapping else 1
        for at in range(0, len(part.entries), step):
            dashes, begins = (dashes, own) if at == 0 else ("", len(levels) - 1)
            below = tuple(part.entries[at : at + step])
            entries.append(self.entry(dashes if part.is_mapping else f"{dashes}- ", below, levels, begins))
        return (line for entry in _aligned(self.text, entries) for line in entry.lines)

    def entry(self, dashes: str, parts: tuple[Part, ...], levels: tuple[Level, ...], own: int) -> _Entry:
        """One entry: a key with its value, or an item of a list."""
        *keys, below = parts
        indent = levels[-1][1] + 2
        words = [_Atom(f"{self._written(key)}:", key.start, key.end) for key in keys]
        start = parts[0].start
        if below.has_lines:
            deeper = (*levels, (_column(self.text, below.start), indent))
            if not keys:
                return _Entry(tuple(self.nested(below, dashes, deeper, own)))
            first = Code(start, keys[0].end, dashes + words[0].text, levels, own)
            return _Entry((first, *self.nested(below, "", deeper, len(levels))))
        if below.mark.style in _LONG:
            long = long_text(self.text, below.mark)
            text = " ".join([*(word.text for word in words), long.head])
            rest = tuple(" " * indent + line if line else "" for line in long.lines)
            return _Entry((Code(start, long.end, dashes + text, levels, own, below=rest, takes_deeper=True),))
        return self._written_out(dashes, [*words, *self._atoms(below)], levels, own)

    def _written_out(self, dashes: str, atoms: Sequence[_Atom], levels: tuple[Level, ...], own: int) -> _Entry:
        """An entry of texts and brackets, on as many lines as in the source."""
        first, *others = self._runs(atoms)
        cells = _cells(first)
        begins = replace(cells[0], text=dashes + cells[0].text)
        cells = (begins, *cells[1:])
        code = Code(first[0].start, first[-1].end, _joined(cells), levels, own)
        if not others:
            holds_remark = any("#" in self.text[one.end : behind.start] for one, behind in pairwise(atoms))
            return _Entry((code,), cells, holds_remark)
        lines = [code]
        depth = sum(atom.opens for atom in first)
        for run in others:
            deeper = max(depth + min(run[0].opens, 0), 1)
            here = (*levels, (_column(self.text, run[0].start), levels[-1][1] + 2 * deeper + 2 * dashes.endswith("- ")))
            lines.append(Code(run[0].start, run[-1].end, _joined(_cells(run)), here, len(levels), goes_on=True))
            depth += sum(atom.opens for atom in run)
        return _Entry(tuple(lines))

    def _runs(self, atoms: Sequence[_Atom]) -> Iterator[list[_Atom]]:
        """The pieces of each line: lines end where they did, but not before a closing bracket."""
        run: list[_Atom] = []
        for atom in atoms:
            between = self.text[run[-1].end : atom.start] if run else ""
            if "\n" in between and (atom.opens >= 0 or "#" in between) and not run[-1].text.endswith(":"):
                yield run
                run = []
            run.append(atom)
        yield run

    def _atoms(self, part: Part) -> Iterator[_Atom]:
        """The atoms of a text, or of a mapping or list between brackets."""
        if part.mark.kind == "text":
            yield _Atom(self._written(part), part.start, part.end)
            return
        opening, closing = "{}" if part.is_mapping else "[]"
        yield _Atom(opening, part.start, part.start + (self.text[part.start] == opening), opens=1)
        for at, below in enumerate(part.entries):
            is_key = part.is_mapping and at % 2 == 0
            yield from self._atoms(below)
            if is_key:
                yield _Atom(":", below.end, below.end, touches=True)
            elif at + 1 < len(part.entries):
                yield _Atom(",", below.end, below.end, touches=True)
        yield _Atom(closing, max(part.end - 1, part.start), part.end, touches=True, opens=-1)

    def _written(self, part: Part) -> str:
        return self.text[part.start : part.end]


def _cells(run: Sequence[_Atom]) -> tuple[_Atom, ...]:
    """The pieces that blanks may separate: brackets and commas are joined with what they touch."""
    cells: list[_Atom] = []
    touches = True
    for atom in run:
        if cells and (touches or atom.touches):
            cells[-1] = _Atom(cells[-1].text + atom.text, cells[-1].start, max(atom.end, cells[-1].end))
        else:
            cells.append(_Atom(atom.text, atom.start, atom.end))
        touches = atom.opens > 0
    return tuple(cells)


def _joined(cells: Sequence[_Atom], widths: Sequence[int] = ()) -> str:
    *before, last = (cell.text for cell in cells)
    return " ".join([*(padded(text, width) for text, width in zip(before, widths or [0] * len(before), strict=False)), last])


def _aligned(text: str, entries: Sequence[_Entry]) -> Iterator[_Entry]:
    """Entries with their columns aligned again where they were."""
    at = 0
    while at < len(entries):
        run = [entries[at]]
        while at + len(run) < len(entries) and _are_neighbours(text, run[-1], entries[at + len(run)]):
            run.append(entries[at + len(run)])
        at += len(run)
        widths = widths_of([[cell.text for cell in entry.cells[:-1]] for entry in run])
        if len(run) > 1 and _are_columns(text, run, widths):
            run = [replace(entry, lines=(replace(entry.lines[0], text=_joined(entry.cells, widths)),)) for entry in run]
        yield from run


def _are_neighbours(text: str, above: _Entry, below: _Entry) -> bool:
    """Whether two entries have the same shape, and nothing is between their lines."""
    if len(above.cells) < 2 or above.shape != below.shape or above.is_broken or below.is_broken or below.holds_remark:
        return False
    between = text[above.lines[0].end : below.lines[0].start]
    return between.count("\n") == 1 and not between[between.index("\n") :].strip("- \n")


def _are_columns(text: str, run: Sequence[_Entry], widths: Sequence[int]) -> bool:
    """Whether they were aligned in the source: at least half of the places that need an extra blank have one."""
    needed = aligned = 0
    for entry in run:
        for width, cell, behind in zip(widths, entry.cells, entry.cells[1:], strict=False):
            if display_width(cell.text) < width:
                needed += 1
                gap = text[cell.end : behind.start]
                aligned += len(gap) - len(gap.rstrip(" ")) > 1
    return needed > 0 and 2 * aligned >= needed


def _column(text: str, at: int) -> int:
    return at - text.rfind("\n", 0, at) - 1


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end

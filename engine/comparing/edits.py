"""What reads differently in two rulebooks, by meaning and not by text: entries of YAML files, prices of CSV files, rules, layouts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from engine.comparing.entry_edits import Found, changed_fields
from engine.problems import Span
from engine.rulebook.fingerprint import plain
from engine.rulebook.reader import Reading
from engine.rulebook.yaml_entries import Entry, Gathered
from engine.rulebook.yaml_model import Written
from engine.text.sources import Sources

_LONGEST: Final = 160
_IN_ORDER: Final = ("stages",)
"""Names whose order means something."""


@dataclass(frozen=True, slots=True)
class Edit:
    """One thing that reads differently: of which kind and name, which part of it, in the words of both sides and where these stand.

    `before` is None where the older side does not say it, `after` where the newer one does not.
    """

    kind: str
    """`price-books`, `products` …, `rules` or `templates`."""
    name: str
    part: str
    """The keys that lead to what differs, `index 1 factor`; empty where the whole thing was added or removed."""
    before: str | None
    after: str | None
    before_at: Span | None
    after_at: Span | None

    @property
    def what(self) -> Literal["added", "removed", "changed"]:
        """Whether it is there on the newer side only, on the older side only, or on both."""
        return "added" if self.before is None else "removed" if self.after is None else "changed"


def edits(before: Reading, after: Reading) -> tuple[Edit, ...]:
    """All that reads differently, in the order of files and lines; nothing where only layout, comments or the parting into files differ."""
    found = [*_entries(before.gathered, after.gathered), *_listed(before.gathered, after.gathered)]
    found += [
        Edit("rules", one.name, one.part, one.before, one.after, one.before_at, one.after_at)
        for one in after.checked.edits_since(before.checked)
    ]
    found += _templates(before.templates, after.templates)
    return tuple(sorted(found, key=_place))


def _place(edit: Edit) -> tuple[str, int, int, str, str, str]:
    where = edit.after_at or edit.before_at
    path, line, column = (where.path, where.line, where.column) if where else ("", 0, 0)
    return path, line, column, edit.kind, edit.name, edit.part


def _entries(before: Gathered, after: Gathered) -> Iterator[Edit]:
    for kind in sorted(before.entries.keys() | after.entries.keys()):
        earlier, later = before.entries.get(kind, {}), after.entries.get(kind, {})
        for name in dict.fromkeys((*earlier, *later)):
            yield from _entry(kind, name, earlier.get(name), later.get(name), before, after)


def _entry(
    kind: str, name: str, earlier: Entry[Written] | None, later: Entry[Written] | None, before: Gathered, after: Gathered
) -> Iterator[Edit]:
    if earlier is None and later is not None:
        yield Edit(kind, name, "", None, _source(later, after.sources), None, later.named_at)
    elif later is None and earlier is not None:
        yield Edit(kind, name, "", _source(earlier, before.sources), None, earlier.named_at, None)
    elif earlier is not None and later is not None and plain(earlier.written) != plain(later.written):
        for one in changed_fields(Found.of(earlier, before), Found.of(later, after)):
            yield Edit(kind, name, one.part, one.before, one.after, one.before_at, one.after_at)


def _source(entry: Entry[Written], sources: Sources) -> str:
    """An entry in the words of its file, on one line."""
    span = entry.node.span
    return shortened(" ".join(part.strip() for part in sources.get(span.path, "").splitlines()[span.line - 1 : span.end_line]))


def shortened(text: str) -> str:
    """A text with single blanks, cut where it is too long for one line."""
    words = " ".join(text.split())
    return words if len(words) <= _LONGEST else words[: _LONGEST - 1] + "…"


def _listed(before: Gathered, after: Gathered) -> Iterator[Edit]:
    """Names that are only listed (events), and orders that mean something (stages)."""
    earlier, later = before.named.get("events", {}), after.named.get("events", {})
    for name in sorted(earlier.keys() ^ later.keys()):
        yield Edit(
            "events", name, "", name if name in earlier else None, name if name in later else None, earlier.get(name), later.get(name)
        )
    for kind in _IN_ORDER:
        first, second = before.names(kind), after.names(kind)
        if first != second and sorted(first) == sorted(second):
            places = before.named[kind][first[0]], after.named[kind][second[0]]
            yield Edit(kind, "", "order", ", ".join(first), ", ".join(second), *places)


def _templates(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Edit]:
    """Layouts whose text differs, with the first line that does."""
    for path in sorted(before.keys() | after.keys()):
        earlier, later = before.get(path), after.get(path)
        if earlier == later:
            continue
        line = _first_difference((earlier or "").splitlines(), (later or "").splitlines())
        where = Span(path, line, 1, line, 1)
        yield Edit(
            "templates", path.removeprefix("templates/"), "", _line(earlier, line), _line(later, line),
            None if earlier is None else where, None if later is None else where,
        )  # fmt: skip


def _first_difference(earlier: list[str], later: list[str]) -> int:
    pairs: Iterable[tuple[str, str]] = zip(earlier, later, strict=False)
    return next((at for at, (one, other) in enumerate(pairs, start=1) if one != other), min(len(earlier), len(later)) + 1)


def _line(text: str | None, line: int) -> str | None:
    if text is None:
        return None
    lines = text.splitlines()
    return shortened(lines[line - 1]) if line <= len(lines) else ""

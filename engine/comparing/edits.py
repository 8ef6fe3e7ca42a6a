"""The edits between two rulebooks, by meaning and not by text: entries of YAML files, prices of CSV files, rules, templates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from typing import Final, Literal

from engine.comparing.entry_edits import SourceValue, field_edits
from engine.problems import Span
from engine.rulebook.file_kinds import CAN_RETIRE, RETIRED_KEY, retired_names
from engine.rulebook.fingerprint import plain
from engine.rulebook.reader import Reading
from engine.rulebook.yaml_entries import Entry, Gathered
from engine.rulebook.yaml_model import Written
from engine.text.sources import Sources

_LONGEST: Final = 160


@dataclass(frozen=True, slots=True)
class Edit:
    """One difference: the kind and name, the part of it, its text on both both (None: absent), and both places."""

    kind: str
    """`price-books`, `products` …, `rules` or `templates`."""
    name: str
    part: str
    """The keys that lead to the difference, `index 1 factor`; empty where the whole entry was added or removed."""
    before: str | None
    after: str | None
    before_at: Span | None
    after_at: Span | None

    @property
    def what(self) -> Literal["added", "removed", "changed"]:
        """Whether it is on the later side only, on the earlier side only, or on both."""
        return "added" if self.before is None else "removed" if self.after is None else "changed"

    @property
    def place(self) -> str:
        """File and line on the later side, else on the earlier."""
        where = self.after_at or self.before_at
        return where.place if where else ""


def edits(before: Reading, after: Reading) -> tuple[Edit, ...]:
    """All edits, in the order of files and lines; none where only layout, comments or the division into files differ."""
    result = [*_entries(before.gathered, after.gathered), *_listed(before.gathered, after.gathered)]
    result += [
        Edit("rules", one.name, one.part, one.before, one.after, one.before_at, one.after_at)
        for one in after.checked.edits_since(before.checked)
    ]
    result += _templates(before.templates, after.templates)
    return tuple(sorted(result, key=_place))


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
        for one in field_edits(SourceValue.of(earlier, before), SourceValue.of(later, after)):
            yield Edit(kind, name, *one)


def _source(entry: Entry[Written], sources: Sources) -> str:
    """The text of an entry in its file, on one line."""
    span = entry.node.span
    return _shortened(" ".join(part.strip() for part in sources.get(span.path, "").splitlines()[span.line - 1 : span.end_line]))


def _shortened(text: str) -> str:
    """A text with single spaces, cut where it is too long for one line."""
    words = " ".join(text.split())
    return words if len(words) <= _LONGEST else words[: _LONGEST - 1] + "…"


def _listed(before: Gathered, after: Gathered) -> Iterator[Edit]:
    """Events, which are only listed, what was retired, and the order of stages."""
    earlier, later = before.named.get("events", {}), after.named.get("events", {})
    for name in sorted(earlier.keys() ^ later.keys()):
        earlier_text, later_text = (name if name in names else None for names in (earlier, later))
        yield Edit("events", name, "", earlier_text, later_text, earlier.get(name), later.get(name))
    for kind in CAN_RETIRE:
        yield from _retired(kind, before, after)
    first, second = before.names("stages"), after.names("stages")
    if first != second and sorted(first) == sorted(second):
        places = before.named["stages"][first[0]], after.named["stages"][second[0]]
        yield Edit("stages", "", "order", ", ".join(first), ", ".join(second), *places)


def _retired(kind: str, before: Gathered, after: Gathered) -> Iterator[Edit]:
    """What was retired, or is sold again."""
    earlier, later = (each.named.get(retired_names(kind), {}) for each in (before, after))
    in_both = before.named.get(kind, {}).keys() & after.named.get(kind, {}).keys()
    for name in sorted((earlier.keys() ^ later.keys()) & in_both):
        was, becomes = ("yes" if name in names else "no" for names in (earlier, later))
        places = before.named[kind][name], after.named[kind][name]
        yield Edit(kind, name, RETIRED_KEY, was, becomes, *places)


def _templates(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Edit]:
    """Templates with another text, each with the first line that differs."""
    for path in sorted(before.keys() | after.keys()):
        earlier, later = before.get(path), after.get(path)
        if earlier == later:
            continue
        both = [(text or "").splitlines() for text in (earlier, later)]
        at = next((at for at, (one, other) in enumerate(zip_longest(*both)) if one != other), len(both[0]))
        where = Span(path, at + 1, 1, at + 1, 1)
        earlier_text, later_text = (_shortened("".join(lines[at : at + 1])) for lines in both)
        name = path.removeprefix("templates/")
        earlier_at, later_at = (None if text is None else where for text in (earlier, later))
        yield Edit("templates", name, "", earlier_text if earlier_at else None, later_text if later_at else None, earlier_at, later_at)

"""Builds the clauses that blocks share: names, titles, validity, conditions, reasons."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from engine.language.syntax import nodes
from engine.language.syntax.block_head import Head, Validity
from engine.language.syntax.build_expressions import Building, is_tree
from engine.language.syntax.rule_problems import CLAUSE_TWICE

_SEVERAL: Final = frozenset({"stacking_group", "rule", "setting", "contains", "for_product", "overrides"})


@dataclass(frozen=True, slots=True)
class Clauses:
    """The clauses of one block by kind; only some kinds may be repeated."""

    by_kind: dict[str, list[Any]]

    def one(self, kind: str) -> Any:
        """The children of the clause of a kind, or None."""
        parts = self.by_kind.get(kind)
        return parts[0].children if parts else None

    def each(self, kind: str) -> list[Any]:
        """All clauses of a kind."""
        return self.by_kind.get(kind, [])


def words_of(make: Building, names: Any) -> tuple[nodes.Word, ...]:
    """The names of a list."""
    return tuple(make.word(token) for token in names.children)


def clauses_of(make: Building, parts: Iterable[Any]) -> Clauses:
    """The clauses of a block by kind; reports repeated ones."""
    by_kind: dict[str, list[Any]] = {}
    for clause in parts:
        kind = _KINDS.get(clause.rule, clause.rule)
        alike = by_kind.setdefault(kind, [])
        if alike and kind not in _SEVERAL:
            make.problems.append(CLAUSE_TWICE.at(make.span(clause), clause=CLAUSE_WORDS[kind]))
        alike.append(clause)
    return Clauses(by_kind)


_KINDS: Final = {"ladder": "policy", "headless_table": "table"}
CLAUSE_WORDS: Final = {
    "validity_line": "from", "dated_by": "dated by", "when": "when", "because": "because", "charge": "charge", "tiers": "tiers", "at": "at",
    "policy": "the hit policy", "from_file": "from file", "give": "give", "in_group": "group", "priority": "priority", "at_most": "at most",
    "apply": "groups apply", "total": "total at most", "sells_at": "sells at", "allocate": "allocate", "touched_by": "touched by",
    "otherwise": "otherwise", "titles": "title",
}  # fmt: skip


def split_head(parts: list[Any]) -> tuple[Any, Any, list[Any]]:
    """A block's name, its title (or None), and the rest."""
    has_title = len(parts) > 1 and is_tree(parts[1]) and parts[1].rule == "title"
    return parts[0], parts[1].children[0] if has_title else None, parts[2 if has_title else 1 :]


def head_of(make: Building, kind: str, name: Any, title: Any, clauses: Clauses) -> Head:
    """The head of a block from its clauses."""
    validity, dated_by, when, because = (clauses.one(kind) for kind in ("validity_line", "dated_by", "when", "because"))
    return Head(
        kind=kind,
        name=make.word(name),
        title=make.quoted(title) if title else None,
        titles=tuple((make.word(one.children[0]), make.quoted(one.children[1])) for one in clauses.one("titles") or ()),
        validity=validity_of(make, validity[0]) if validity else None,
        dated_by=make.word(dated_by[0]) if dated_by else None,
        when=make.expression(when[0]) if when else None,
        overrides=tuple(word for clause in clauses.each("overrides") for word in words_of(make, clause.children[0])),
        because=make.quoted(because[0]) if because else None,
    )


def validity_of(make: Building, parsed: Any) -> Validity:
    """The validity of a clause or a cell."""
    first, *more = [make.day(token) if token else None for token in parsed.children]
    if parsed.rule == "only_until":
        return Validity(None, first, make.span(parsed))
    return Validity(first, more[0], make.span(parsed))


def spaced(token: Any) -> str:
    """The words of a token with single spaces between them."""
    return " ".join(str(token).split())

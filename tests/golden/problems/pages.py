"""Reads the pages of docs/problems/, and lays what they avoid and prefer over the rulebook of a small shop."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from api.rulebook_folder import shipped_templates
from engine.problems import Problem
from engine.rulebook.reader import check_rulebook
from engine.text.sources import Sources
from engine.writing.document_templates import check_document_templates
from tests.unit.rulebook.texts import SMALL

FENCE = re.compile(r"^```\w+ (\S+)\n(.*?)^```$", re.M | re.S)
ABSENT = "# there is no such file\n"
SHOP: Mapping[str, str] = {
    **SMALL,
    "rules/vocabulary.yaml": """\
kind: vocabulary
roles:
  nobody: {fr: Personne, nl: Niemand, en: Nobody}
  sales: {fr: Vente, nl: Verkoop, en: Sales}
  owner: {fr: Patron, nl: Baas, en: Owner}
""",
    "templates/shop-words.yaml": """\
kind: words
words:
  invoice: {fr: Facture, nl: Factuur, en: Invoice}
""",
}


@dataclass(frozen=True)
class Page:
    """One page: its code, why it matters, and the pieces by the path of their file."""

    code: str
    why: str
    avoid: Mapping[str, str]
    prefer: Mapping[str, str]


def read_page(code: str, text: str) -> Page:
    """A page from its Markdown: a heading, sentences, `## Avoid`, and `## Prefer`."""
    before, _, examples = text.partition("\n## Avoid\n")
    avoid, _, prefer = examples.partition("\n## Prefer\n")
    title, _, why = before.partition("\n")
    assert title == f"# {code}"
    return Page(code, " ".join(why.split()), dict(FENCE.findall(avoid)), dict(FENCE.findall(prefer)))


def avoided(page: Page) -> Sources:
    """The shop's rulebook with the piece that one should not write."""
    return laid_over(SHOP, page.avoid)


def preferred(page: Page) -> Sources:
    """The shop's rulebook with the mended piece; what else the mistake needed stays."""
    return laid_over(laid_over(SHOP, {path: text for path, text in page.avoid.items() if path not in page.prefer}), page.prefer)


def problems_of(sources: Sources) -> list[Problem]:
    """What `check` tells of a rulebook, in its order."""
    return [*check_rulebook(sources), *check_document_templates(sources, shipped_templates())]


def laid_over(sources: Sources, pieces: Mapping[str, str]) -> Sources:
    """A rulebook with pieces laid over it: a whole file (it says its `kind`, or is new, or no YAML), lines of one, or its absence."""
    merged = {path: _merged(sources[path], text) if _is_piece(path, text, sources) else text for path, text in pieces.items()}
    return {path: text for path, text in {**sources, **merged}.items() if text != ABSENT}


def _is_piece(path: str, text: str, sources: Sources) -> bool:
    return path.endswith(".yaml") and path in sources and text != ABSENT and re.search(r"^kind:", text, re.M) is None


@dataclass
class _Line:
    text: str
    below: list[_Line] = field(default_factory=list)

    @property
    def key(self) -> str:
        """What two lines have in common that say the same thing: `name:` of a key, or the whole of a list entry."""
        said = self.text.strip()
        return said if said.startswith("- ") else said.partition(":")[0]

    def lines(self) -> list[str]:
        """This line and those below it."""
        return [self.text, *(line for child in self.below for line in child.lines())]


def _merged(text: str, piece: str) -> str:
    whole = _tree(text)
    _merge(whole, _tree(piece))
    return "".join(f"{line}\n" for line in whole.lines()[1:])


def _tree(text: str) -> _Line:
    root = _Line("")
    above = [(-1, root)]
    for line in text.splitlines():
        indent = len(line) - len(line.lstrip())
        while above[-1][0] >= indent:
            above.pop()
        made = _Line(line)
        above[-1][1].below.append(made)
        above.append((indent, made))
    return root


def _merge(into: _Line, piece: _Line) -> None:
    if any(child.text.lstrip().startswith("- {") for child in piece.below):
        into.below = piece.below
        return
    free = list(into.below)
    for child in piece.below:
        same = next((line for line in free if line.key == child.key), None)
        if same is None:
            into.below.append(child)
            continue
        free.remove(same)
        if child.below and same.below:
            _merge(same, child)
        else:
            same.text, same.below = child.text, child.below

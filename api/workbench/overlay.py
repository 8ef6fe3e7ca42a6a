"""An overlay of texts on the rulebook of the service: its problems, and the amounts that it would change."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import Final

from pydantic import BaseModel, ConfigDict, Field

from api.importing.import_folder import Folder
from api.rulebook_folder import belongs_to_rulebook, shipped_templates
from api.workbench.comparison_run import GoldenPlans, compare_golden, compare_texts
from api.workbench.rulebook_lookup import LoadedRulebook, load_from_texts
from engine.comparing.comparison import Comparison
from engine.comparing.comparison_json import ComparisonDocument
from engine.problems import Kind, Problem, Refusal
from engine.rulebook.reader import Reading, prove_reading, read_all, rulebook_of
from engine.text.sources import Sources
from engine.text.yaml_reader import read_yaml
from engine.text.yaml_tree import YamlTree
from engine.writing.document_templates import check_document_templates

NO_PATH: Final = Kind(
    "no-path-of-a-rulebook",
    "`{path}` is no path of a rulebook",
    "write it from the rulebook's folder, such as `rules/pricing.rules` or `catalog/price-books/book.yaml`",
)
IN_FORCE: Final = "in force"
OVERLAID: Final = "laid over"
MOST_FILES: Final = 200
_BESIDE_TEMPLATES: Final = ("catalog/price-books/", "plans/", "vat/")
_DEFINITION: Final = "module rules.example\n\ndefine large-order : Bool = {fact} at least 100\n"


class Overlay(BaseModel):
    """Texts by their path from the rulebook's folder: they replace or add to those in force, or of a version; null removes one."""

    model_config = ConfigDict(extra="forbid")

    files: dict[str, str | None] = Field(max_length=MOST_FILES)
    rulebook: str | None = Field(default=None, max_length=80)
    """A published version such as `v3`, or characters of its fingerprint; null: the rulebook of the service."""


def overlay_example(fact: str) -> dict[str, object]:
    """A request that adds a definition by a fact to any rulebook, such as `line.quantity`, or a mistyped one."""
    return {"files": {"rules/example.rules": _DEFINITION.format(fact=fact)}}


class CheckedFix(BaseModel):
    """A text that mends a problem once it replaces a piece of its file; the end is exclusive, and the piece may be empty."""

    line: int
    column: int
    end_line: int
    end_column: int
    text: str


class CheckedProblem(BaseModel):
    """One problem: its position, its stable code, a message, how to fix it, and the changes of which each mends it."""

    file: str | None = None
    line: int | None = None
    column: int | None = None
    end_line: int | None = None
    end_column: int | None = None
    code: str
    severity: str
    message: str
    help: str
    fixes: list[CheckedFix]


class CheckResponse(BaseModel):
    """All problems and advice of the rulebook with the overlay."""

    problems: list[CheckedProblem]


class DiffResponse(ComparisonDocument):
    """What the overlay changes, as `centwright diff --json` writes it: amounts are decimal strings, after − before."""


TextsOf = Callable[[str | None], Sources]
"""Gives the texts of a version; those of the service for None."""


@dataclass
class Base:
    """A rulebook on which texts are laid, and the plans of the golden invoices under it, which are made once."""

    loaded: LoadedRulebook
    plans: GoldenPlans = field(default_factory=dict)


@dataclass
class Workbench:
    """The texts of the rulebook of the service, those of versions, and the CSV files of the golden invoices where there are any.

    The base of the last request and the texts that were read last are at hand: who types has them read again and again.
    """

    sources: Sources
    golden: Folder | None = None
    texts_of: TextsOf | None = None
    _base: Base | None = None
    _last: tuple[Sources, Reading] | None = None
    _templates: tuple[Sources, tuple[Problem, ...]] | None = None
    _trees: dict[str, tuple[str, tuple[YamlTree | None, tuple[Problem, ...]]]] = field(default_factory=dict)

    def base(self, rulebook: str | None) -> Base:
        """The rulebook of a version, loaded once."""
        texts = self._texts(rulebook)
        if self._base is None or self._base.loaded.reading.gathered.sources != texts:
            self._base = Base(load_from_texts(IN_FORCE, texts))
        return self._base

    def reading(self, overlay: Overlay) -> Reading:
        """The rulebook with the overlay, as it was read, with its problems."""
        sources = self.apply(overlay)
        if self._last is None or self._last[0] != sources:
            self._last = (sources, read_all(sources, self._read_yaml, None if self._last is None else self._last[1].checked))
        return self._last[1]

    def _read_yaml(self, path: str, text: str) -> tuple[YamlTree | None, tuple[Problem, ...]]:
        """The tree of a YAML file; one that did not change is not read again."""
        if path not in self._trees or self._trees[path][0] != text:
            self._trees[path] = (text, read_yaml(path, text))
        return self._trees[path][1]

    def template_problems(self, overlay: Overlay) -> tuple[Problem, ...]:
        """The problems of the templates with the overlay; prices, plans and VAT change none of them, and products and segments may."""
        texts = {path: text for path, text in self.apply(overlay).items() if not path.startswith(_BESIDE_TEMPLATES)}
        if self._templates is None or self._templates[0] != texts:
            self._templates = (texts, check_document_templates(texts, shipped_templates()))
        return self._templates[1]

    def check(self, overlay: Overlay) -> frozenset[Problem]:
        """Every problem and piece of advice of the rulebook with the overlay."""
        return frozenset({*prove_reading(self.reading(overlay)).problems, *self.template_problems(overlay)})

    def overlaid(self, overlay: Overlay) -> LoadedRulebook:
        """The rulebook with the overlay; Refusal with all problems of the texts."""
        reading = self.reading(overlay)
        if any(problem.stops for problem in reading.problems):
            return load_from_texts(OVERLAID, self.apply(overlay))  # which says in which texts they are
        return LoadedRulebook(OVERLAID, reading, rulebook_of(reading))

    def diff(self, overlay: Overlay) -> Comparison:
        """What the overlay changes in texts, results and golden invoices; Refusal with all problems of the texts."""
        return self.compared(self.base(overlay.rulebook), self.overlaid(overlay))

    def compared(self, base: Base, after: LoadedRulebook) -> Comparison:
        """What a rulebook changes in texts, results and golden invoices."""
        comparison = compare_texts(base.loaded, after)
        if self.golden is None:
            return comparison
        return replace(comparison, invoices=compare_golden(base.loaded, after, self.golden, base.plans))

    def apply(self, overlay: Overlay) -> Sources:
        """The texts of the base with the overlay applied; Refusal with each path that a rulebook cannot have."""
        problems = [NO_PATH.at(None, f"/files/{_escaped(path)}", path=path[:80]) for path in overlay.files if not _is_path(path)]
        if problems:
            raise Refusal(tuple(problems))
        texts: Mapping[str, str | None] = {**self._texts(overlay.rulebook), **overlay.files}
        return {path: text for path, text in texts.items() if text is not None}

    def _texts(self, rulebook: str | None) -> Sources:
        return self.sources if self.texts_of is None else self.texts_of(rulebook)


def _is_path(path: str) -> bool:
    pure = PurePosixPath(path)
    return pure.as_posix() == path and not pure.is_absolute() and ".." not in pure.parts and belongs_to_rulebook(pure)


def _escaped(path: str) -> str:
    """A key as a step of a JSON pointer."""
    return path[:200].replace("~", "~0").replace("/", "~1")

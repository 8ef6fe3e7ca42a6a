"""An overlay of texts on the rulebook of the service: its problems, and the amounts that it would change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import PurePosixPath
from typing import Final

from pydantic import BaseModel, ConfigDict, Field

from api.importing.import_folder import Folder
from api.rulebook_folder import belongs_to_rulebook, shipped_templates
from api.workbench.comparison_run import compare_golden, compare_texts
from api.workbench.rulebook_lookup import LoadedRulebook, load_from_texts
from engine.comparing.comparison import Comparison
from engine.comparing.comparison_json import ComparisonDocument
from engine.problems import Kind, Problem, Refusal
from engine.rulebook.reader import check_rulebook
from engine.text.sources import Sources
from engine.writing.document_templates import check_document_templates

NO_PATH: Final = Kind(
    "no-path-of-a-rulebook",
    "`{path}` is no path of a rulebook",
    "write it from the rulebook's folder, such as `rules/pricing.rules` or `catalog/price-books/book.yaml`",
)
IN_FORCE: Final = "in force"
OVERLAID: Final = "laid over"
MOST_FILES: Final = 200
_DEFINITION: Final = "module rules.example\n\ndefine large-order : Bool = {fact} at least 100\n"


class Overlay(BaseModel):
    """Texts by their path from the rulebook's folder: they replace or add to those in force; null removes one."""

    model_config = ConfigDict(extra="forbid")

    files: dict[str, str | None] = Field(max_length=MOST_FILES)


def overlay_example(fact: str) -> dict[str, object]:
    """A request that adds a definition by a fact to any rulebook, such as `line.quantity`, or a mistyped one."""
    return {"files": {"rules/example.rules": _DEFINITION.format(fact=fact)}}


class CheckedProblem(BaseModel):
    """One problem: its position, its stable code, a message, and how to fix it."""

    file: str | None = None
    line: int | None = None
    column: int | None = None
    end_line: int | None = None
    end_column: int | None = None
    code: str
    severity: str
    message: str
    help: str


class CheckResponse(BaseModel):
    """All problems and advice of the rulebook with the overlay."""

    problems: list[CheckedProblem]


class DiffResponse(ComparisonDocument):
    """What the overlay changes, as `centwright diff --json` writes it: amounts are decimal strings, after − before."""


@dataclass
class Workbench:
    """The texts of the rulebook in force, and the CSV files of its golden invoices where there are any."""

    sources: Sources
    golden: Folder | None = None

    @cached_property
    def in_force(self) -> LoadedRulebook:
        """The rulebook in force, loaded once."""
        return load_from_texts(IN_FORCE, self.sources)

    def check(self, overlay: Overlay) -> tuple[Problem, ...]:
        """Every problem and piece of advice of the rulebook with the overlay."""
        sources = self.apply(overlay)
        problems = {*check_rulebook(sources), *check_document_templates(sources, shipped_templates())}
        return tuple(sorted(problems, key=lambda problem: (str(problem.where or ""), problem.code, problem.message)))

    def diff(self, overlay: Overlay) -> Comparison:
        """What the overlay changes in texts, results and golden invoices; Refusal with all problems of the texts."""
        after = load_from_texts(OVERLAID, self.apply(overlay))
        comparison = compare_texts(self.in_force, after)
        if self.golden is None:
            return comparison
        return replace(comparison, invoices=compare_golden(self.in_force, after, self.golden))

    def apply(self, overlay: Overlay) -> Sources:
        """The texts in force with the overlay applied; Refusal with each path that a rulebook cannot have."""
        problems = [NO_PATH.at(None, f"/files/{_escaped(path)}", path=path[:80]) for path in overlay.files if not _is_path(path)]
        if problems:
            raise Refusal(tuple(problems))
        texts: Mapping[str, str | None] = {**self.sources, **overlay.files}
        return {path: text for path, text in texts.items() if text is not None}


def _is_path(path: str) -> bool:
    pure = PurePosixPath(path)
    return pure.as_posix() == path and not pure.is_absolute() and ".." not in pure.parts and belongs_to_rulebook(pure)


def _escaped(path: str) -> str:
    """A key as a step of a JSON pointer."""
    return path[:200].replace("~", "~0").replace("/", "~1")

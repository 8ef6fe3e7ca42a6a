"""Texts laid over the rulebook of the service: what is wrong with them, and the money that they would change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import PurePosixPath
from typing import Final

from pydantic import BaseModel, ConfigDict, Field

from api.importing.import_folder import Folder
from api.workbench.comparison_run import compare_golden, compare_texts
from api.workbench.rulebook_folder import belongs_to_rulebook
from api.workbench.rulebook_lookup import Side, side_of
from engine.comparing.comparison import Comparison
from engine.problems import Kind, Problem, Refusal
from engine.rulebook.reader import check_rulebook
from engine.text.sources import Sources
from engine.writing.document_templates import check_paper

NO_PATH: Final = Kind(
    "no-path-of-a-rulebook",
    "`{path}` is no path of a rulebook",
    "write it from the rulebook's folder, such as `rules/pricing.rules` or `catalog/price-books/book.yaml`",
)
IN_FORCE: Final = "in force"
LAID_OVER: Final = "laid over"
MOST_FILES: Final = 200


class LaidOver(BaseModel):
    """Texts by their path from the rulebook's folder; they replace or add to those in force, and null takes one away."""

    model_config = ConfigDict(extra="forbid")

    files: dict[str, str | None] = Field(max_length=MOST_FILES)


@dataclass
class Workshop:
    """The rulebook in force as texts, and the CSV files of its golden invoices where there are any."""

    sources: Sources
    golden: Folder | None = None

    @cached_property
    def in_force(self) -> Side:
        """The rulebook in force, read once."""
        return side_of(IN_FORCE, self.sources)

    def check(self, given: LaidOver) -> tuple[Problem, ...]:
        """Every problem and piece of advice of the rulebook with the texts laid over it."""
        sources = self.overlaid(given)
        found = {*check_rulebook(sources), *check_paper(sources)}
        return tuple(sorted(found, key=lambda problem: (str(problem.where or ""), problem.code, problem.message)))

    def diff(self, given: LaidOver) -> Comparison:
        """What the texts change: in words, in answers, and in the golden invoices; Refusal with all problems of the texts."""
        after = side_of(LAID_OVER, self.overlaid(given))
        comparison = compare_texts(self.in_force, after)
        if self.golden is None:
            return comparison
        return replace(comparison, invoices=compare_golden(self.in_force, after, self.golden))

    def overlaid(self, given: LaidOver) -> Sources:
        """The texts in force with the others in their place; Refusal with each path that a rulebook cannot have."""
        problems = [NO_PATH.at(None, f"/files/{_escaped(path)}", path=path[:80]) for path in given.files if not _is_path(path)]
        if problems:
            raise Refusal(tuple(problems))
        texts: Mapping[str, str | None] = {**self.sources, **given.files}
        return {path: text for path, text in texts.items() if text is not None}


def _is_path(path: str) -> bool:
    found = PurePosixPath(path)
    return found.as_posix() == path and not found.is_absolute() and ".." not in found.parts and belongs_to_rulebook(found)


def _escaped(path: str) -> str:
    """A key as a step of a JSON pointer."""
    return path[:200].replace("~", "~0").replace("/", "~1")

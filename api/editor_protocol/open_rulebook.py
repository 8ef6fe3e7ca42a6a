"""A rulebook in a folder of which an editor has files open: their texts lie over those of the disk."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from api.rulebook_folder import belongs_to_rulebook, texts_of_folder
from api.workbench.overlay import Overlay, Workbench
from api.workbench.schema_files import described_schema
from engine.editing.edited_rulebook import EditedRulebook
from engine.problems import Problem
from engine.rulebook.reader import Reading, prove_reading
from engine.testing.scenario_reader import scenarios_of
from engine.text.sources import Sources

_AS_IS = Overlay(files={})
_COMPANY = "company.yaml"


@dataclass(frozen=True)
class Analysis:
    """The texts of a rulebook as they were read, and the problems in them before anything is proved."""

    reading: Reading
    problems: tuple[Problem, ...]

    @property
    def is_provable(self) -> bool:
        """Whether no problem stops."""
        return not any(problem.stops for problem in self.problems)

    @cached_property
    def edited(self) -> EditedRulebook:
        """The answers of these texts."""
        return EditedRulebook(self.reading, described_schema)

    def proved(self) -> tuple[Problem, ...]:
        """The problems with those that proofs find."""
        return tuple({*self.problems, *prove_reading(self.reading).problems})


@dataclass
class OpenRulebook:
    """One rulebook: its folder, and the texts of open files by their path in it."""

    root: Path
    open_texts: dict[str, str] = field(default_factory=dict)
    published: set[str] = field(default_factory=set)
    """The files whose problems the editor shows."""
    changes: int = 0
    """How often its texts changed: what was made of older ones is dropped."""
    _workbench: Workbench | None = None
    _on_disk: tuple[Sources, tuple[Problem, ...]] | None = None
    _last: tuple[Sources, Analysis] | None = None

    def path_of(self, file: Path) -> str | None:
        """The path of a file in the rulebook; None where it is none of its texts."""
        if not file.is_relative_to(self.root):
            return None
        path = file.relative_to(self.root)
        return path.as_posix() if belongs_to_rulebook(path) else None

    def analysis(self) -> Analysis:
        """What the texts of now mean; unchanged ones are not read anew."""
        on_disk, unreadable = self._on_disk or self.read_disk()
        texts = {**on_disk, **self.open_texts}
        if self._last is None or self._last[0] != texts:
            self._last = (texts, self._read(texts, tuple(one for one in unreadable if one.where and one.where.path not in self.open_texts)))
        return self._last[1]

    def read_disk(self) -> tuple[Sources, tuple[Problem, ...]]:
        """Reads the files of the folder again: some may have changed, appeared or gone."""
        self._on_disk = texts_of_folder(self.root, decodes=True)
        return self._on_disk

    def text(self, path: str) -> str:
        """The text of a file."""
        if path in self.open_texts:
            return self.open_texts[path]
        return self.analysis().reading.gathered.sources.get(path, "")

    def _read(self, texts: Sources, unreadable: tuple[Problem, ...]) -> Analysis:
        self._workbench = self._workbench or Workbench(texts)
        self._workbench.sources = texts
        reading = self._workbench.reading(_AS_IS)
        is_readable = not any(problem.stops for problem in reading.problems)
        of_scenarios = scenarios_of(reading)[1] if is_readable else ()
        return Analysis(reading, tuple({*unreadable, *reading.problems, *of_scenarios, *self._workbench.template_problems(_AS_IS)}))


def root_of(file: Path) -> Path | None:
    """The folder of the rulebook to which a file belongs: the nearest above it that has a company.yaml, or is to have one."""
    for folder in file.parents:
        if file == folder / _COMPANY or (folder / _COMPANY).is_file():
            return folder if belongs_to_rulebook(file.relative_to(folder)) else None
    return None

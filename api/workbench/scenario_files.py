"""The scenarios of a rulebook in a folder, selected by path and name and ready to run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from api.refusals import Positioned
from api.rulebook_folder import read_folder
from engine.phrases import phrase
from engine.problems import Kind, refuse
from engine.rulebook.book import Rulebook
from engine.rulebook.reader import Reading, read_all, rulebook_of
from engine.testing.scenario_reader import Scenario, scenarios_of
from engine.text.sources import Sources

TWO_RULEBOOKS: Final = Kind("two-rulebooks", "`{first}` and `{second}` belong to different rulebooks", "try one rulebook at a time")
NO_SCENARIOS: Final = Kind(
    "no-scenarios",
    "there is no scenario {place}: nothing was run",
    "write some into a file such as rules/pricing.test.yaml, or add `--allow-none`",
)


@dataclass(frozen=True, slots=True)
class ScenarioSet:
    """A rulebook with its selected scenarios."""

    folder: Path
    sources: Sources
    reading: Reading
    rulebook: Rulebook
    scenarios: tuple[Scenario, ...]


def read_scenarios(places: Sequence[Path], default: Path, *, only: str | None = None, allow_none: bool = False) -> ScenarioSet:
    """The scenarios in some folders and files of one rulebook (none: all of the default one); Refusal with all problems."""
    folder, below = _folder_of(places, default)
    sources = read_folder(folder)
    reading = read_all(sources)
    ready, problems = scenarios_of(reading)
    stopping = tuple(problem for problem in (*reading.problems, *problems) if problem.stops)
    if stopping:
        raise Positioned(tuple(sorted(stopping, key=str)), texts=sources)
    selected = tuple(one for one in ready if _is_selected(one, below, only))
    if not selected and not allow_none:
        raise refuse(NO_SCENARIOS, place=_selection(only, places or (folder,)))
    return ScenarioSet(folder, sources, reading, rulebook_of(reading), selected)


def _selection(only: str | None, places: Sequence[Path]) -> str:
    names = ", ".join(map(str, places))
    return phrase("called “{name}” in {places}", name=only, places=names) if only else phrase("in {places}", places=names)


def _folder_of(places: Sequence[Path], default: Path) -> tuple[Path, tuple[str, ...]]:
    """The folder of the rulebook to which the paths belong, and the selected paths in it; empty means all."""
    if not places:
        return default, ()
    folders = [_around(place) or default for place in places]
    for folder in folders[1:]:
        if folder.resolve() != folders[0].resolve():
            raise refuse(TWO_RULEBOOKS, first=folders[0], second=folder)
    root = folders[0].resolve()
    below = tuple(place.resolve().relative_to(root).as_posix() for place in places if place.resolve().is_relative_to(root))
    return folders[0], () if "." in below else below


def _around(place: Path) -> Path | None:
    """The folder at or above a path that holds a rulebook."""
    return next((folder for folder in (place.resolve(), *place.resolve().parents) if (folder / "company.yaml").is_file()), None)


def _is_selected(scenario: Scenario, below: Sequence[str], only: str | None) -> bool:
    in_place = not below or any(scenario.path == name or scenario.path.startswith(f"{name}/") for name in below)
    return in_place and (only is None or only.casefold() in scenario.name.casefold())

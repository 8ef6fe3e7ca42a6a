"""`billwright check` and `billwright schema`: all problems of a rulebook at once, and the JSON Schemas of its files and documents."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import click

from api.commands.invocation import Invocation, pass_invocation
from api.commands.options import Command
from api.files import make_folder, write_file
from api.folders import read_folder
from api.schema_files import schema_texts
from engine.language.sources import Sources
from engine.phrases import Language, Phrase, listed, phrase, say
from engine.problems import Problem

FOUND_PROBLEMS = 1


@click.command(cls=Command)
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@click.option("--format", "form", type=click.Choice(["text", "json", "github"]), default="text", help="How problems are written.")
@pass_invocation
def check(invocation: Invocation, folder: Path | None, form: str) -> int:
    """Check a rulebook and tell all problems of all its files, each with its place and how to mend it."""
    from engine.rulebook.reading import check_rulebook
    from engine.writing.paper import check_paper

    sources = read_folder(folder or invocation.settings.rulebook)
    problems = sorted({*check_rulebook(sources), *check_paper(sources)}, key=_place)
    stopping = sum(problem.stops for problem in problems)
    if form == "json" or invocation.as_json:
        invocation.answer_json({"files": len(sources), "problems": [_as_json(problem, invocation.language) for problem in problems]})
    elif form == "github":
        for problem in problems:
            invocation.answer(_for_github(problem, invocation.language))
    else:
        invocation.answer_problems(problems, sources)
    invocation.say(say(_summary(sources, problems, stopping), invocation.language))
    return FOUND_PROBLEMS if stopping else 0


@click.command(cls=Command)
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="Write each schema into a file of this folder.")
@pass_invocation
def schema(invocation: Invocation, out: Path | None) -> int:
    """Write the JSON Schemas of the YAML files, for editors, and of the documents that go out."""
    texts = schema_texts()
    if out is None:
        invocation.answer_json({name: json.loads(text) for name, text in texts.items()})
        return 0
    make_folder(out)
    for name, text in texts.items():
        write_file(out / name, text.encode())
    invocation.say(f"{len(texts)} schemas in {out}")
    return 0


def _place(problem: Problem) -> tuple[str, int, int, str]:
    where = problem.where
    return (where.path, where.line, where.column, problem.code) if where else ("", 0, 0, problem.code)


def _as_json(problem: Problem, language: Language) -> dict[str, object]:
    where = problem.where
    place = (
        {"file": where.path, "line": where.line, "column": where.column, "end_line": where.end_line, "end_column": where.end_column}
        if where
        else {}
    )
    said = {"message": problem.message_in(language), "help": problem.help_in(language)}
    return {**place, "code": problem.code, "severity": problem.kind.severity, **said}


def _for_github(problem: Problem, language: Language) -> str:
    """A problem as GitHub shows it beside the line."""
    where = problem.where
    level = "error" if problem.stops else "warning"
    place = f"file={where.path},line={where.line},col={where.column},endLine={where.end_line}," if where else ""
    said = _escaped(f"{problem.message_in(language)}\n{problem.help_in(language)}")
    return f"::{level} {place}title={problem.code}::{said}"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _summary(sources: Sources, problems: Sequence[Problem], stopping: int) -> Phrase:
    advice, files = len(problems) - stopping, len(sources)
    told = [_counted(stopping, phrase("no problems"), phrase("1 problem"), phrase("{number} problems", number=stopping))]
    if advice:
        told.append(_counted(advice, phrase("no advice"), phrase("1 piece of advice"), phrase("{number} pieces of advice", number=advice)))
    files_told = _counted(files, phrase("no files"), phrase("1 file"), phrase("{number} files", number=files))
    return phrase("{told} in {files}", told=listed(told), files=files_told)


def _counted(number: int, none: Phrase, one: Phrase, many: Phrase) -> Phrase:
    return {0: none, 1: one}.get(number, many)

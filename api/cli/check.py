"""`centwright check` and `centwright schema`: all problems of a rulebook, and the JSON Schemas of its files and documents."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from api.cli.invocation import Invocation, pass_invocation
from api.cli.options import Command
from api.installation import version_here
from api.output.files import make_folder, write_file
from api.output.problem_json import fixes_as_json, problem_as_json
from api.printing.logos import check_logos
from api.rulebook_folder import NOT_UTF8, overlooked, read_folder, texts_of_folder
from api.workbench.problem_pages import codes_with_page, page_of, pages_of
from api.workbench.schema_files import schema_texts
from engine.phrases import Language, Phrase, listed, phrase, say
from engine.problems import Kind, Problem, refuse
from engine.rulebook.checks.prices import NO_SHEET
from engine.text.nearest import suggestion
from engine.text.sources import Sources

if TYPE_CHECKING:
    from engine.rulebook.reader import Checkup

PROBLEMS = 1
FORMS = ("text", "json", "github", "gitlab", "sarif", "junit")
NO_SUCH_CODE = Kind("no-such-code", "no problem has the code `{code}`", "{remedy}")


@click.command(cls=Command)
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@click.option("--format", "form", type=click.Choice(FORMS), default="text", help="How problems are written.")
@click.option("--fix", "writes", is_flag=True, help="First write the correction of each problem that has exactly one into its file.")
@click.option("--explain", "code", metavar="CODE", help="Show the page of a problem: why it matters, what causes it, how to fix it.")
@pass_invocation
def check(invocation: Invocation, folder: Path | None, form: str, writes: bool, code: str | None) -> int:
    """Check a rulebook and report every problem of its files, with its position and how to fix it.

    With --database also the orders there that use names which the rulebook does not have.
    """
    if code is not None:
        return _explain(invocation, code)
    from api.workbench.publishing_checks import all_problems

    place, language = folder or invocation.settings.rulebook, invocation.language
    sources, unreadable = _read(place)
    if writes and not unreadable:
        sources = _write_fixes(invocation, place, sources)
    checkup, of_files = all_problems(sources) if sources else (None, frozenset[Problem]())
    of_files |= set(unreadable)
    of_place = (*_but_named(overlooked(place), of_files), *check_logos(place))
    problems = sorted({*of_files, *_names_in_use(invocation, sources, of_files), *of_place}, key=_place)
    stopping = sum(problem.stops for problem in problems)
    if form == "json" or (form == "text" and invocation.as_json):
        fields = [problem_as_json(problem, language) | {"fixes": fixes_as_json(problem)} for problem in problems]
        invocation.write_json({"files": len(sources), "problems": fields, "proved": _proved_as_json(checkup, language)})
    elif form == "text":
        invocation.write_problems(problems, sources)
    else:
        invocation.write(_formatted(form, problems, sources, _below(place), language).rstrip("\n"))
    invocation.write_message(say(_summary(sources, problems, stopping), language))
    if checkup is not None:
        invocation.write_message(say(_proved(checkup), language))
    return PROBLEMS if stopping else 0


@click.command(cls=Command)
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="Write each schema into a file of this folder.")
@pass_invocation
def schema(invocation: Invocation, out: Path | None) -> int:
    """Write the JSON Schemas of the YAML files, for editors, and of the documents that go out; texts in the languages of the company."""
    from engine.rulebook.yaml_entries import company_languages

    folder = invocation.settings.rulebook
    texts = schema_texts(company_languages(read_folder(folder) if folder.is_dir() else {}))
    if out is None:
        invocation.write_json({name: json.loads(text) for name, text in texts.items()})
        return 0
    make_folder(out)
    for name, text in texts.items():
        write_file(out / name, text.encode())
    invocation.write_message(f"{len(texts)} schemas in {out}")
    return 0


def _but_named(advice: Iterable[Problem], problems: Iterable[Problem]) -> Iterator[Problem]:
    """The advice on files that are not read, without the spreadsheets that a price book names: that has its own problem."""
    named = {dict(problem.words).get("name") for problem in problems if problem.kind is NO_SHEET}
    return (each for each in advice if dict(each.words).get("name") not in named)


def _write_fixes(invocation: Invocation, folder: Path, sources: Sources) -> Sources:
    """Writes corrections into the files of a folder, and gives its texts."""
    from api.workbench.problem_fixing import with_fixes
    from api.workbench.publishing_checks import all_problems

    texts, count = with_fixes(sources, lambda given: all_problems(given)[1])
    for path, text in texts.items():
        if text != sources[path]:
            write_file(folder / path, text.encode())
    invocation.write_message(say(phrase("corrections written: {number}", number=count), invocation.language))
    return texts


def _names_in_use(invocation: Invocation, sources: Sources, problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The names that orders of the given database use and the rulebook does not have; asked of a rulebook without problems."""
    if not invocation.options.get("database") or any(problem.stops for problem in problems):
        return ()
    from api.workbench.names_in_use import names_in_use_at
    from engine.rulebook.reader import read_rulebook

    rulebook, settings = read_rulebook(sources), invocation.settings
    today = settings.today or datetime.now(tz=ZoneInfo(rulebook.company.time_zone)).date()
    return names_in_use_at(settings.database_url, rulebook, today=today, lock_timeout=settings.lock_timeout)


def _place(problem: Problem) -> tuple[str, int, int, str, str]:
    where = problem.where
    return (where.path, where.line, where.column, problem.code, "") if where else ("", 0, 0, problem.code, problem.message)


def _formatted(form: str, problems: Sequence[Problem], sources: Sources, below: str, language: Language) -> str:
    """The report of a check in a format for other programs."""
    from api.output.annotations import write_github, write_gitlab
    from api.output.junit import suites_of, write_junit
    from api.output.problem_view import problem_views
    from api.output.sarif import write_sarif

    views = problem_views(problems, sources, language, below=below)
    match form:
        case "github":
            return write_github(views)
        case "gitlab":
            return write_gitlab(views)
        case "junit":
            return write_junit(suites_of(views, sources, language, below=below), "centwright check")
        case _:
            return write_sarif(views, version=version_here(), pages=pages_of({problem.code for problem in problems}))


def _read(folder: Path) -> tuple[Sources, tuple[Problem, ...]]:
    """The texts of a folder, and the problems of files that cannot be read as they are; Refusal where there is no rulebook."""
    if folder.is_dir():
        texts, problems = texts_of_folder(folder, decodes=True)
        if problems and all(problem.where for problem in problems):
            return (texts if all(map(_leaves_the_rest, problems)) else {}), problems
    return read_folder(folder), ()


def _leaves_the_rest(problem: Problem) -> bool:
    """Whether the other files can be checked beside this one: its text is known, or it is a picture that no other file names."""
    return problem.kind is NOT_UTF8 or (problem.where is not None and problem.where.path.startswith("templates/logo."))


def _below(folder: Path) -> str:
    """The folder of the rulebook relative to the working directory, which in CI is the repository; empty where it lies elsewhere."""
    here, there = Path.cwd().resolve(), folder.resolve()
    return there.relative_to(here).as_posix().removeprefix(".") if there.is_relative_to(here) else ""


def _explain(invocation: Invocation, code: str) -> int:
    page = page_of(code)
    if page is not None:
        invocation.write(page.rstrip("\n"))
        return 0
    raise refuse(NO_SUCH_CODE, code=code, remedy=suggestion(code, codes_with_page()))


def _summary(sources: Sources, problems: Sequence[Problem], stopping: int) -> Phrase:
    advice, files = len(problems) - stopping, len(sources)
    parts = [_counted(stopping, phrase("no problems"), phrase("1 problem"), phrase("{number} problems", number=stopping))]
    if advice:
        parts.append(_counted(advice, phrase("no advice"), phrase("1 piece of advice"), phrase("{number} pieces of advice", number=advice)))
    if not files:
        return phrase("{counts}; no other file is checked", counts=listed(parts))
    file_count = _counted(files, phrase("no files"), phrase("1 file"), phrase("{number} files", number=files))
    return phrase("{counts} in {files}", counts=listed(parts), files=file_count)


def _proved(checkup: Checkup) -> Phrase:
    """How many tables, decisions and definitions with conditions were proved."""
    if checkup.proofs is None:
        return phrase("nothing is proved while the rules have mistakes")
    count = len(checkup.proofs.proved)
    rules = _counted(count, phrase("no rule"), phrase("1 rule"), phrase("{number} rules", number=count))
    proved = phrase("{rules} proved complete and without contradiction", rules=rules)
    left = len(checkup.proofs.not_proved)
    return phrase("{proved}, {left} not proved", proved=proved, left=left) if left else proved


def _proved_as_json(checkup: Checkup | None, language: Language) -> dict[str, object] | None:
    """The proved rules, the others with the reason, and the most steps that one evaluation takes; None without proofs."""
    if checkup is None or checkup.proofs is None:
        return None
    cost = checkup.reading.checked.cost
    return {
        "rules": list(checkup.proofs.proved),
        "not_proved": [{"rule": name, "because": say(why, language)} for name, why in checkup.proofs.not_proved],
        "cost": {"steps": cost.steps, "loops": cost.loops},
    }


def _counted(number: int, none: Phrase, one: Phrase, many: Phrase) -> Phrase:
    return {0: none, 1: one}.get(number, many)

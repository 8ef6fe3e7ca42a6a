"""`centwright fmt`: formats rule files and YAML files."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from api.cli.invocation import Invocation, pass_invocation
from api.cli.options import Command
from api.output.problem_json import problem_as_json
from api.workbench.file_formatting import FormattedFile, format_files, format_raw, write_formatted
from engine.phrases import Phrase, phrase, say
from engine.text.file_contents import UTF_8

NOT_FORMATTED = 1


@click.command(cls=Command)
@click.argument("places", metavar="[PATH]…", nargs=-1, type=click.Path(path_type=Path, exists=True))
@click.option(
    "--check", "only_checks", is_flag=True, help="Change nothing; list the files that would change, and end with 1 where there are any."
)
@click.option("--diff", "shows_diff", is_flag=True, help="Change nothing; show what would change.")
@click.option(
    "--to-utf-8", "to_utf_8", is_flag=True, help="Write files in another encoding anew in UTF-8, price lists and templates among them."
)
@click.option("--stdin", "from_stdin", is_flag=True, help="Read one text from stdin and write it to stdout, for editors; needs --path.")
@click.option("--path", "name", metavar="FILE", help="With --stdin: the file that the text belongs to.")
@pass_invocation
def fmt(
    invocation: Invocation,
    places: tuple[Path, ...],
    only_checks: bool,
    shows_diff: bool,
    to_utf_8: bool,
    from_stdin: bool,
    name: str | None,
) -> int:
    """Format rule files and YAML files: spaces, indents and the columns of tables; contents and comments stay.

    Without a PATH, the whole rulebook. A file that cannot be read stays as it is and its mistakes are reported.
    """
    if from_stdin:
        if to_utf_8:
            raise click.UsageError("--to-utf-8 writes files anew; give them without --stdin")
        return _of_stdin(invocation, name, places, only_checks, shows_diff)
    if name is not None:
        raise click.UsageError("--path goes with --stdin; write the files themselves to format them")
    files = list(format_files(places or (invocation.settings.rulebook,), to_utf_8=to_utf_8))
    changing = [file for file in files if file.changes]
    writes = not (only_checks or shows_diff)
    if writes:
        write_formatted(changing)
    _write_result(invocation, files, changing, shows_diff)
    invocation.write_message(say(_summary(len(files), len(changing), writes), invocation.language))
    return NOT_FORMATTED if any(file.problems for file in files) or (only_checks and changing) else 0


def _of_stdin(invocation: Invocation, name: str | None, places: tuple[Path, ...], only_checks: bool, shows_diff: bool) -> int:
    if name is None or places:
        raise click.UsageError("--stdin needs --path FILE, which says what the text is, and no other file")
    raw = sys.stdin.buffer.read()
    file = format_raw(name, raw)
    if shows_diff:
        click.echo(file.diff, nl=False)
    elif not only_checks:
        click.echo(raw if file.problems else file.formatted, nl=False)
    invocation.write_error_problems(file.problems, {file.name: file.text})
    return NOT_FORMATTED if file.problems or (only_checks and file.changes) else 0


def _write_result(invocation: Invocation, files: Sequence[FormattedFile], changing: Sequence[FormattedFile], shows_diff: bool) -> None:
    if invocation.as_json:
        problems = [problem_as_json(problem, invocation.language) for file in files for problem in file.problems]
        names = [file.name for file in changing]
        diffs = {"diff": "".join(file.diff for file in changing)} if shows_diff else {}
        invocation.write_json({"files": len(files), "changed": names, **diffs, "problems": problems})
        return
    for file in changing:
        click.echo(file.diff or f"{file.name}\n" if shows_diff else file.name, nl=not shows_diff)
        if file.encoding != UTF_8:
            was = phrase("it was in {encoding}, with the words `{sample}`", encoding=file.encoding, sample=file.sample)
            invocation.write_message(f"  {say(was, invocation.language)}")
    for file in files:
        invocation.write_error_problems(file.problems, {file.name: file.text})


def _summary(files: int, changing: int, writes: bool) -> Phrase:
    of = phrase("no files") if not files else phrase("1 file") if files == 1 else phrase("{number} files", number=files)
    if not changing:
        return phrase("{files}, nothing to change", files=of)
    return phrase("{files}, {number} changed" if writes else "{files}, {number} would change", files=of, number=changing)

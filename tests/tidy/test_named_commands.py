"""Every command that a sentence of the program names is one: who follows a remedy must not be told that there is none."""

import re

import click

from api.cli.main import program
from tests.tidy.checkout import python_files, report

_NAMED = re.compile(r"`centwright ([a-z][a-z-]*)(?: ([a-z][a-z-]*))?")


def _exists(first: str, second: str) -> bool:
    command = program.get_command(click.Context(program), first)
    if second and isinstance(command, click.Group):
        return command.get_command(click.Context(command), second) is not None
    return command is not None


def test_a_command_that_a_sentence_names_exists() -> None:
    named = [(file.path, match) for file in python_files("api", "engine") for match in _NAMED.finditer("\n".join(file.lines))]
    assert len(named) > 100
    broken = [f"{path}: {match[0]}`" for path, match in named if not _exists(match[1], match[2])]
    report(broken, "Name a command as `centwright --help` lists it.")

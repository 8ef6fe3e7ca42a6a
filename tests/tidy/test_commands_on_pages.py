"""Every command that a page shows is one that the program has, with the options that are written there."""

import re
from collections.abc import Iterator

import click

from api.cli.main import program
from tests.tidy.checkout import all_files, report

WRITTEN = re.compile(r"(?:^\s*|`|\$ )(?:\./run )?centwright ([a-z][^`\n]*)", re.M)
REMARK = re.compile(r" {2,}.*|\s+#.*")
EVERYWHERE = {name: parameter for parameter in program.get_params(click.Context(program)) for name in parameter.opts}


def test_the_commands_of_the_pages_exist() -> None:
    shown = [(file.path, line) for file in all_files() if file.path.endswith(".md") for line in WRITTEN.findall(file.text)]
    assert len(shown) > 50
    broken = [f"{path}: centwright {line}: {mistake}" for path, line in shown for mistake in _mistakes(REMARK.sub("", line).split())]
    report(broken, "A reader will type this: write a command that exists, with options that it takes (docs/reference/commands.md has all).")


def test_a_command_that_does_not_exist_is_found() -> None:
    assert list(_mistakes(["chek"])) == ["no command `chek`"]
    assert list(_mistakes(["table", "exprot"])) == ["no command `exprot`"]
    assert list(_mistakes(["check", "--formt", "json"])) == ["no option `--formt`"]
    assert list(_mistakes(["check", "--format", "yaml"])) == ["`--format` cannot be `yaml`"]
    assert list(_mistakes(["diff", "HEAD", ".", "--format", "markdown", "--rulebook", "acme"])) == []


def _mistakes(words: list[str]) -> Iterator[str]:
    command: click.Command | None = program
    while isinstance(command, click.Group) and words:
        name, *words = words
        command = command.get_command(click.Context(command), name)
        if command is None:
            yield f"no command `{name}`"
    if command is None:
        return
    options = EVERYWHERE | {name: parameter for parameter in command.params for name in parameter.opts}
    for at, word in enumerate(words):
        if not word.startswith("--"):
            continue
        option = options.get(word)
        if option is None:
            yield f"no option `{word}`"
        elif isinstance(option.type, click.Choice) and (value := "".join(words[at + 1 : at + 2])) not in option.type.choices:
            yield f"`{word}` cannot be `{value}`"

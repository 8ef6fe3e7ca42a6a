"""Commands that take the program's options at any place: `--json run preview` and `run preview --json` are the same."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import TypeVar

import click

from api.cli.help_pages import (
    language_here,
    language_of,
    note_language,
    take_language,
    write_commands,
    write_example,
    write_options,
    write_text,
    write_usage,
)
from api.cli.invocation import Invocation
from api.garbage import rare_collections
from api.settings import read_day
from engine.phrases import LANGUAGES, say, template_in, together
from engine.problems import Refusal
from engine.text.written_numbers import misread_number, without_separators


class Day(click.ParamType[date]):
    """An option or argument that is a day, written as 2027-01-31."""

    name = "date"

    def convert(self, value: str | date, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The day of a text; a usage error where it is none."""
        if isinstance(value, date):
            return value
        name = param.opts[0] if param else "the date"
        try:
            return read_day(value, name)
        except Refusal as refusal:
            problem = refusal.problems[0]
            language = language_here()
            self.fail(say(together((problem.message_in(language), problem.help_in(language)), "; "), language), param, ctx)


DAY = Day()
_Parsed = TypeVar("_Parsed")


def parsed(option: str, text: str, parse: Callable[[str], _Parsed]) -> _Parsed:
    """The parsed text of an option; a usage error with the option's name where it cannot be parsed."""
    try:
        return parse(text)
    except ValueError as mistake:
        raise click.UsageError(f"{option}: {mistake}") from None


def typed(parse: Callable[[str], _Parsed], currency: str = "") -> Callable[[str], _Parsed]:
    """A parser of numbers that people type: `_` may part thousands, and a number whose point may do so too is refused."""

    def read(text: str) -> _Parsed:
        misread = misread_number(text, None, currency=currency)
        if misread is not None:
            language = language_here()
            raise ValueError(f"{misread.message_in(language)}: {misread.help_in(language)}")
        return parse(without_separators(text))

    return read


def _store_option(context: click.Context, parameter: click.Parameter, value: str | bool | None) -> None:
    if value is not None and value is not False and parameter.name:
        context.ensure_object(Invocation).options[parameter.name] = value


def _program_options() -> list[click.Parameter]:
    def option(*names: str, metavar: str | None = None, choices: Sequence[str] = (), text: str) -> click.Option:
        return click.Option(
            names,
            metavar=metavar,
            type=click.Choice(choices) if choices else None,
            is_flag=metavar is None and not choices,
            default=None,
            expose_value=False,
            callback=_store_option,
            help=text,
            is_eager=True,
        )

    return [
        option(
            "--rulebook",
            metavar="DIR",
            text="The folder of the rulebook, or a version such as v3 (default: that in force, else this folder's, else the shipped).",
        ),
        option("--database", metavar="URL", text="The database: a URL, or the path of an SQLite file."),
        option("--today", metavar="DATE", text="The business date (default: that of the clock)."),
        option("--language", choices=LANGUAGES, text="The language of messages (default: that of the terminal)."),
        option("--json", "as_json", text="Write data as JSON."),
        option("--quiet", text="Write only data and problems."),
        option("--no-color", text="Write without colours."),
    ]


class Helped(click.Command):
    """A command whose help is in the language of its person, and shows an example."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Its parsed arguments; a language behind --help counts for the help."""
        note_language(ctx, args)
        return super().parse_args(ctx, args)

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Writes its line of usage."""
        write_usage(self, ctx, formatter)

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Writes what it does."""
        write_text(self, ctx, formatter)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Writes its options and, of a group, its commands."""
        write_options(self, ctx, formatter)
        if isinstance(self, click.Group):
            self.format_commands(ctx, formatter)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Writes its example."""
        write_example(ctx, formatter)


class Command(Helped):
    """A command that also takes the program's options."""

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """Its own parameters, then those of the program that it does not define."""
        own = super().get_params(ctx)
        names = {name for parameter in own for name in parameter.opts}
        return [*own, *(option for option in _program_options() if not names & set(option.opts))]


class Group(Helped, click.Group):
    """A group of commands that all take the program's options."""

    command_class = Command
    group_class = type

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """Its own parameters, then those of the program."""
        return [*super().get_params(ctx), *_program_options()]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Lists its commands."""
        write_commands(self, ctx, formatter)


class Program(Group):
    """The whole program: each command is imported only when it is called, so that every command starts fast."""

    def __init__(self, name: str, modules: Mapping[str, str], summaries: Mapping[str, str], help: str) -> None:
        super().__init__(name=name, help=help, invoke_without_command=False, no_args_is_help=True)
        self.modules, self.summaries = modules, summaries

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of the commands, in the order of a typical workflow."""
        return list(self.modules)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a name; None where there is none."""
        if cmd_name not in self.modules:
            return None
        module, _, attribute = self.modules[cmd_name].partition(":")
        with rare_collections():  # what is imported stays: looking for garbage in it takes a fifth of the time
            command: click.Command = getattr(importlib.import_module(module), attribute)
        return command

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that is called; one that is misspelt is named with those like it."""
        try:
            return super().resolve_command(ctx, args)
        except click.exceptions.NoSuchCommand as mistake:
            take_language(ctx, args)
            raise click.exceptions.NoSuchCommand(mistake.command_name, possibilities=self.modules, ctx=ctx) from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Lists the commands with one line each, without importing them."""
        language = language_of(ctx)
        rows = [(name, template_in(self.summaries[name], language)) for name in self.modules]
        with formatter.section(template_in("Commands", language)):
            formatter.write_dl(rows)

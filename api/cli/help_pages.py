"""The help of a command in the language of its person, with an example, and the words of click around it."""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

import click

from api.cli.examples import example_of
from api.cli.invocation import Invocation
from engine.phrases import LANGUAGES, Language, template_in

_PIECES: Final = ("[OPTIONS]", "COMMAND [ARGS]...")
_LINE: Final = 62
"""How much of the help of a command stands beside its name."""
_MISTAKES: Final = (
    "Missing command.",
    "Missing argument {name}.",
    "Missing option {name}.",
    "No such command {name}.",
    "No such option {name}.",
    "Option {name} requires an argument.",
    "Option {name} does not take a value.",
    "Got unexpected extra argument {name}",
    "Got unexpected extra arguments {name}",
    "Invalid value for {name}: {message}",
    "{value} is not one of {choices}.",
    "{value} is not a valid integer.",
    "{value} is not a valid integer range.",
    "{value} is not in the range {range}.",
    "Did you mean {name}?",
    "(Did you mean one of: {name}?)",
    "Choose from:\n\t{choices}",
)
"""The messages of click that a wrong command line gets."""


def language_of(context: click.Context) -> Language:
    """The language of the help and of the mistakes of a command line."""
    invocation = context.find_object(Invocation)
    return (invocation or Invocation()).language_or_english


def language_here() -> Language:
    """The language of the command line that is being read."""
    context = click.get_current_context(silent=True)
    return "en" if context is None else language_of(context)


def note_language(context: click.Context, arguments: Sequence[str]) -> None:
    """Takes --language into account where it stands after --help, which click answers at once."""
    if "--help" in arguments:
        take_language(context, arguments)


def take_language(context: click.Context, arguments: Sequence[str]) -> None:
    """Takes the --language of arguments that click does not read to their end."""
    for name, value in pairwise(arguments):
        if name == "--language" and value in LANGUAGES:
            context.ensure_object(Invocation).options["language"] = value


def paragraphs(command: click.Command) -> list[str]:
    """The paragraphs of the help of a command, each on one line; they are the keys of its translations."""
    text = inspect.cleandoc(command.help or "").partition("\f")[0]
    return [" ".join(each.split()) for each in text.split("\n\n") if each.strip()]


def path_of(context: click.Context) -> tuple[str, ...]:
    """The words of a command, without the name of the program."""
    names: list[str] = []
    at: click.Context | None = context
    while at is not None and at.parent is not None:
        names.insert(0, at.info_name or "")
        at = at.parent
    return tuple(names)


def write_usage(command: click.Command, context: click.Context, formatter: click.HelpFormatter) -> None:
    """Writes the line of usage."""
    language = language_of(context)
    pieces = (template_in(piece, language) if piece in _PIECES else piece for piece in command.collect_usage_pieces(context))
    formatter.write_usage(context.command_path, " ".join(pieces), prefix=f"{template_in('Usage:', language)} ")


def write_text(command: click.Command, context: click.Context, formatter: click.HelpFormatter) -> None:
    """Writes what the command does."""
    language = language_of(context)
    formatter.write_paragraph()
    with formatter.indentation():
        formatter.write_text("\n\n".join(template_in(each, language) for each in paragraphs(command)))


def write_options(command: click.Command, context: click.Context, formatter: click.HelpFormatter) -> None:
    """Writes the options, each with its meaning."""
    language = language_of(context)
    options = [option for option in command.get_params(context) if isinstance(option, click.Option)]
    with formatter.section(template_in("Options", language)):
        formatter.write_dl([row for option in options for row in _row(option, context, language)])


def _row(option: click.Option, context: click.Context, language: Language) -> Iterator[tuple[str, str]]:
    record = option.get_help_record(context)
    if record is not None:
        name, text = record
        own = option.help or ""
        extra = text.removeprefix(own)
        for word in ("required", "default"):
            extra = re.sub(rf"\b{word}\b", template_in(word, language), extra)
        yield name, template_in(" ".join(own.split()), language) + extra


def write_commands(group: click.Group, context: click.Context, formatter: click.HelpFormatter) -> None:
    """Writes the commands of a group, each with its first sentence."""
    language = language_of(context)
    rows = []
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        text = template_in(paragraphs(command)[0], language)
        rows.append((name, _shortened(text)))
    with formatter.section(template_in("Commands", language)):
        formatter.write_dl(rows)


def _shortened(text: str) -> str:
    """The first sentence of a text, cut at a word where it is long."""
    sentence = re.split(r"(?<=\.) |; | ?: ", text, maxsplit=1)[0].rstrip(".")
    if len(sentence) <= _LINE:
        return sentence
    return f"{sentence[: _LINE - 2].rpartition(' ')[0]} …"


def write_example(context: click.Context, formatter: click.HelpFormatter) -> None:
    """Writes an example of the command."""
    example = example_of(path_of(context))
    if example:
        with formatter.section(template_in("Example", language_of(context))), formatter.indentation():
            formatter.write(f"{' ' * formatter.current_indent}centwright {example}\n")


def show_mistake(mistake: click.ClickException, invocation: Invocation) -> None:
    """Writes what is wrong with a command line to stderr, as click does, in the language of the person."""
    language = invocation.language_or_english
    context = mistake.ctx if isinstance(mistake, click.UsageError) else None
    if language == "en":
        mistake.show()
        return
    if context is not None:
        hint = template_in("Try '{command} {option}' for help.", language).format(command=context.command_path, option="--help")
        sys.stderr.write(f"{context.get_usage()}\n{hint}\n\n")
    error = template_in("Error: {message}", language).format(message=mistake_in(mistake.format_message(), language))
    sys.stderr.write(f"{error}\n")


def mistake_in(message: str, language: Language) -> str:
    """A message in a language: one of ours, or a usual one of click with what follows it."""
    for template in _MISTAKES:
        pattern = re.sub(r"\\{\w+\\}", "(.+?)", re.escape(template))
        match = re.match(f"{pattern}(?: (Did you mean .+|\\(Did you mean .+|Choose from:.+)|)$", message, re.S)
        if match:
            names = re.findall(r"\{(\w+)\}", template)
            words = {name: _word(name, word, language) for name, word in zip(names, match.groups(), strict=False)}
            rest = match[len(names) + 1]
            return template_in(template, language).format(**words) + (f" {mistake_in(rest, language)}" if rest else "")
    return template_in(message, language)


def _word(name: str, word: str, language: Language) -> str:
    return mistake_in(word, language) if name == "message" else word

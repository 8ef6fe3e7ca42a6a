"""Every sentence that people read is there in each language of the program, with the same words; nothing is translated that nobody says."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from string import Formatter

import click
import pytest
from babel.messages.pofile import read_po

from api.cli.help_pages import paragraphs
from api.cli.main import program
from api.http.routes.registry import all_routes
from api.pages.records.field_values import field_names, values_by_field
from api.pages.records.verb_fields import ORDER, fields_of, hints_of
from engine import phrases
from tests.tidy.checkout import ROOT, SourceFile, python_files, report
from tests.tidy.commands import all_commands

LANGUAGES = tuple(language for language in phrases.LANGUAGES if language != "en")
BUILT_IN_NAMES = "engine/language/types/builtin_names.py"
"""A table of names, below each of which its meaning stands as a sentence."""
PLACES = {"Kind": (1, 2), "phrase": (0,), "field_error": (1,), "UsageError": (0,)}
"""Which arguments of a call are sentences."""
COLUMNS = {"columns", "sums"}
"""What the names of columns are assigned to."""
CODE = re.compile(r"[A-Z]{1,2}|[0-9]+|cii|ubl|oss|peppol|factur-x|iso-8859-15|windows-1252|utf-8|cp850|valid|xlsx|csv|credit|transfer")
"""Values that are the same in every language: codes of standards, names of formats."""
NAMES_ALIKE = {"id", "iban", "bic", "pdf", "xml", "factur_x", "on", "from", "to", "by", "name"}
"""Names of fields that are translated with others, or are names of standards."""
WORDS_ALIKE = 2
"""So few words may be the same in two languages: `segment`, `1 argument`."""


@cache
def sentences() -> dict[str, str]:
    """Every English sentence, and the first place where it stands."""
    found: dict[str, str] = {}
    for file in python_files("engine", "api"):
        for sentence, line in _sentences(file):
            if _words(sentence):
                found.setdefault(sentence, f"{file.path}:{line}")
        if file.path.startswith(("api/cli/", "api/desk/")):
            for column, line in _heads(file):
                found.setdefault(column, f"{file.path}:{line}")
        if file.path == BUILT_IN_NAMES:
            tables = (node.value for node in file.nodes if isinstance(node, ast.Constant) and " : " in str(node.value))
            found |= {line.strip(): file.path for table in tables for line in str(table).splitlines() if line.startswith("    ")}
    for route in all_routes():
        for hint in hints_of(fields_of(route.request)) if route.request is not None else ():
            found.setdefault(hint, f"the hint of a field of {route.name}")
        if route.listing is None and not route.summary.endswith("as CSV or XLSX"):
            found.setdefault(route.summary, f"{route.method} {route.path}")
    for sentence, command in _help():
        found.setdefault(sentence, f"the help of {command}")
    return {**dict(_fields_and_values()), **found}


def _help() -> Iterator[tuple[str, str]]:
    """The sentences that `--help` shows: of the program, its commands and their options."""
    yield from ((sentence, name) for name, sentence in program.summaries.items())
    yield from ((sentence, "centwright") for sentence in paragraphs(program))
    for path, command in all_commands():
        yield from ((sentence, " ".join(path)) for sentence in paragraphs(command))
        options = (each for each in command.get_params(click.Context(command)) if isinstance(each, click.Option) and each.help)
        yield from ((" ".join(str(option.help).split()), " ".join(path)) for option in options)


def _fields_and_values() -> Iterator[tuple[str, str]]:
    """The names of the fields of requests and answers, and the words that they may hold: all stand on pages."""
    yield from ((name, "the field of a request or an answer") for name in sorted(field_names() - NAMES_ALIKE))
    for name, values in values_by_field().items():
        if name != ORDER:
            yield from ((value, f"a value of the field {name}") for value in sorted(values) if not CODE.fullmatch(value))


def _heads(file: SourceFile) -> Iterator[tuple[str, int]]:
    """The names of the columns of reports and lists: their heads are translated."""
    for node in file.nodes:
        if isinstance(node, ast.keyword):
            names, value = [node.arg], node.value
        elif isinstance(node, ast.Assign):
            names, value = [target.id for target in node.targets if isinstance(target, ast.Name)], node.value
        else:
            continue
        if COLUMNS.intersection(names) and isinstance(value, ast.Tuple):
            yield from ((each.value, each.lineno) for each in value.elts if isinstance(each, ast.Constant) and isinstance(each.value, str))


def _sentences(file: SourceFile) -> Iterator[tuple[str, int]]:
    named = {
        target.id: node.value.value
        for node in file.nodes
        if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Name)
    }
    for call in file.nodes:
        if not isinstance(call, ast.Call):
            continue
        function = call.func.id if isinstance(call.func, ast.Name) else call.func.attr if isinstance(call.func, ast.Attribute) else ""
        for at in PLACES.get(function, ()):
            for given in _alternatives(call.args[at]) if at < len(call.args) else ():
                if isinstance(given, ast.Constant) and isinstance(given.value, str):
                    yield given.value, given.lineno
                elif isinstance(given, ast.Name) and given.id in named:
                    yield named[given.id], given.lineno


def _alternatives(given: ast.expr) -> Iterator[ast.expr]:
    """`a if … else b` is either."""
    if isinstance(given, ast.IfExp):
        yield from _alternatives(given.body)
        yield from _alternatives(given.orelse)
    else:
        yield given


@cache
def entries(language: str) -> dict[str, tuple[str, str]]:
    """Every translated sentence with its translation and its place."""
    return {sentence: said[0] for sentence, said in _all_entries(language).items()}


def _all_entries(language: str) -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for path in sorted((ROOT / "engine" / "translations" / language).glob("*.po")):
        for message in read_po(BytesIO(path.read_bytes()), locale=language, abort_invalid=True):
            if message.id:
                place = f"{path.relative_to(ROOT)}:{message.lineno}"
                found.setdefault(str(message.id), []).append((str(message.string), place))
    return found


def placeholders(sentence: str) -> list[str]:
    """The words that a sentence takes; raises where its braces do not close."""
    return sorted({name for _, name, _, _ in Formatter().parse(sentence) if name is not None})


def _words(sentence: str) -> list[str]:
    """The words of a sentence outside of braces and of quoted source."""
    bare = re.sub(r"\{[^{}]*\}", " ", re.sub(r"`[^`]*`", " ", sentence.replace("{{", "").replace("}}", "")))
    return re.findall(r"[^\W\d_]+", bare)


def _quoted(sentence: str) -> set[str]:
    return set(re.findall(r"`[^`]*`", sentence))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_said_in_the_language(language: str) -> None:
    known = entries(language)
    broken = [f"{place}: {sentence}" for sentence, place in sentences().items() if not known.get(sentence, ("", ""))[0]]
    report(
        broken,
        f"Each of these needs its {language} in a file of engine/translations/{language}/: a language is translated as a whole.",
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_sentence_is_said_in_one_way(language: str) -> None:
    broken = [
        f"{place}: {sentence} → {said}"
        for sentence, several in _all_entries(language).items()
        if len({said for said, _ in several}) > 1
        for said, place in several
    ]
    report(broken, "Two files translate this differently: keep one of them.")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_takes_the_same_words_and_quotes_the_same_source(language: str) -> None:
    broken = [
        f"{place}: {sentence} → {said}"
        for sentence, (said, place) in entries(language).items()
        if placeholders(said) != placeholders(sentence) or not _quoted(sentence) <= _quoted(said)
    ]
    report(broken, "What stands in braces and between backticks is never translated or left out.")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_is_not_the_english_again(language: str) -> None:
    broken = [
        f"{place}: {sentence}"
        for sentence, (said, place) in entries(language).items()
        if said == sentence and len(_words(sentence)) > WORDS_ALIKE
    ]
    report(broken, "Say it in the language of the file.")


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_translated_that_nobody_says(language: str) -> None:
    written = {
        node.value
        for file in python_files("engine", "api")
        for node in file.nodes
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    known = {*written, *sentences()}
    broken = [f"{place}: {sentence}" for sentence, (_, place) in entries(language).items() if sentence not in known]
    report(broken, "The English of these stands nowhere any more: delete them, or correct them to what stands there now.")


def test_french_has_its_spaces_and_no_english_quotes() -> None:
    broken = []
    for said, place in entries("fr").values():
        bare = re.sub(r"`[^`]*`|\{[^{}]*\}|https?:|Content-Type:|[0-9]:[0-9]", "x", said)
        if re.search(r"\w[;?!](?:\s|$)|[^\s/]:(?:\s|$)|«\w|\w»|[“”]", bare):
            broken.append(f"{place}: {said}")
    report(broken, "French puts a (no-break) space before : ; ? ! and inside « », and quotes with those.")

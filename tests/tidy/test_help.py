"""The help of every command has an example that the program reads; help and usage errors are in the language of the person."""

import shlex
from pathlib import Path

import click
import pytest

from api.cli import main
from api.cli.examples import EXAMPLES, example_of
from api.cli.help_pages import mistake_in
from api.cli.invocation import Invocation
from tests.tidy.checkout import report
from tests.tidy.commands import all_commands


def test_every_command_has_an_example_that_it_reads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("statements.cod", "invoice.xml", "rules.sch"):
        Path(name).touch()
    broken, shown = [], set()
    for path, command in all_commands():
        example = example_of(path)
        shown.add(example)
        if not example:
            broken.append(f"{' '.join(path)}: no example")
        elif not isinstance(command, click.Group):
            try:
                command.make_context(path[-1], shlex.split(example.partition(" < ")[0])[len(path) :], obj=Invocation())
            except click.ClickException as mistake:
                broken.append(f"{example}: {mistake.format_message()}")
    report(broken, "Write an example of the command into api/cli/examples.py, as a person would type it.")
    report([line for line in EXAMPLES.splitlines() if line not in shown and line], "No command shows this example: delete it.")


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("fr", ("Utilisation :", "Afficher cette aide et terminer.", "[obligatoire]", "Exemple\u00a0:", "pas encore crédité")),
        ("nl", ("Gebruik:", "Deze hulp tonen en stoppen.", "[verplicht]", "Voorbeeld:", "nog niet gecrediteerd")),
    ],
)
def test_help_is_in_the_language_of_the_terminal(
    language: str, words: tuple[str, ...], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CENTWRIGHT_LANGUAGE", language)
    assert main.run(("invoice", "credit", "--help")) == 0
    assert main.run(("run", "issue", "--help")) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert [word for word in words if " ".join(word.split()) not in shown] == []


def test_a_language_counts_before_and_behind_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(("version", "--help", "--language", "nl")) == 0
    assert main.run(("--language", "nl", "version", "--help")) == 0
    first, second = capsys.readouterr().out.split("Voorbeeld:")[:2]
    assert first.strip() in second


def test_a_wrong_command_line_is_refused_in_the_language(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(("--language", "fr", "order", "list", "--type", "other")) == 2
    assert "Valeur incorrecte pour '--type'\u00a0: 'other' n'est pas une de ces valeurs" in capsys.readouterr().err
    assert mistake_in("No such option '--tpye'. Did you mean '--type'?", "nl") == "Er is geen optie '--tpye'. Bedoelde u '--type'?"


def test_a_misspelt_command_is_named_with_those_like_it(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (("--language", "nl", "explian"), ("explian", "2027-00001", "--language", "nl")):
        assert main.run(arguments) == 2
        assert "Er is geen opdracht 'explian'. Bedoelde u 'explain'?" in capsys.readouterr().err


def test_the_version_may_be_an_option(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(("--version",)) == 0
    assert capsys.readouterr().out.startswith("centwright")

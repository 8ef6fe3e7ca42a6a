"""Laying out a file twice is laying it out once; nothing is lost but blanks; and how it was spaced before means nothing."""

from __future__ import annotations

import random
import re
from dataclasses import fields, is_dataclass

import pytest

from api.rulebook_folder import read_folder
from engine.language.formatting.formatter import formatted
from engine.language.syntax.parser import parse_rules
from engine.rulebook.reader import read_rulebook
from engine.text.yaml_reader import read_yaml
from tests.property.broken_texts import ROOT, respaced, yaml_text
from tests.property.random_blocks import Scribe

SHIPPED = {
    path: text for path, text in read_folder(ROOT).items() if path.endswith((".rules", ".yaml")) and not path.startswith("templates/")
}
"""The files of the shipped rulebook, which are formatted."""


def bare(node: object) -> object:
    """A parsed tree without its places."""
    match node:
        case str() | int() | None:
            return node
        case tuple() | list():
            return [bare(each) for each in node]
        case _ if is_dataclass(node):
            return {each.name: bare(getattr(node, each.name)) for each in fields(node) if each.name != "span"} | {"is": type(node).__name__}
        case _:
            return str(node)


def layout_of(path: str, text: str) -> str:
    """A text formatted; formatting it again changes nothing."""
    layout, problems = formatted(path, text)
    assert not problems, problems[0]
    assert formatted(path, layout) == (layout, ())
    return layout


@pytest.mark.parametrize("seed", range(4))
def test_random_rule_files_keep_their_blocks_and_comments(seed: int) -> None:
    text = respaced(random.Random(seed), Scribe(seed).write())
    layout = layout_of("rules/random.rules", text)
    before, after = parse_rules("rules/random.rules", text)[0], parse_rules("rules/random.rules", layout)[0]
    assert bare(after.blocks) == bare(before.blocks)
    assert [comment.text.rstrip() for comment in after.comments] == [comment.text.rstrip() for comment in before.comments]


def test_random_yaml_files_keep_their_entries() -> None:
    read = 0
    for seed in range(600):
        text = yaml_text(random.Random(seed))
        tree, problems = read_yaml("plans/x.yaml", text)
        if not problems and tree is not None:
            again, _ = read_yaml("plans/x.yaml", layout_of("plans/x.yaml", text))
            assert again is not None
            assert again.root == tree.root
            read += 1
    assert read > 100


@pytest.mark.parametrize("path", sorted(SHIPPED))
def test_formatting_does_not_depend_on_the_spacing_of_a_shipped_file(path: str) -> None:
    for seed in range(5):
        mess = messed_rules if path.endswith(".rules") else messed_yaml
        assert layout_of(path, mess(random.Random(seed), SHIPPED[path])) == SHIPPED[path]


def test_the_fingerprint_of_a_rulebook_stays() -> None:
    chance = random.Random(1)
    messed = {
        path: text if path not in SHIPPED else messed_rules(chance, text) if path.endswith(".rules") else messed_yaml(chance, text)
        for path, text in read_folder(ROOT).items()
    }
    layout = {path: layout_of(path, text) if path in SHIPPED else text for path, text in messed.items()}
    assert messed != layout
    assert read_rulebook(messed).fingerprint == read_rulebook(layout).fingerprint == read_rulebook(read_folder(ROOT)).fingerprint


def messed_rules(chance: random.Random, text: str) -> str:
    """A rule file with other blanks between its words and before its lines, other line ends, and blank lines where one stood."""
    return _other_line_ends(chance, [_messed_rule_line(chance, line) for line in text.split("\n")])


def _messed_rule_line(chance: random.Random, line: str) -> str:
    if not line.strip():
        return chance.choice(("", "  ", "\n", "\n\t\n"))
    indent = "" if line[0] != " " else chance.choice(("  ", " ", "\t", "     "))
    body = line.strip()
    if body.startswith("#"):
        return indent + body + chance.choice(("", "  "))
    return (
        indent
        + "".join(_messed_word(chance, word) for word in re.findall(r'"[^"]*"|#.*|\s+|\||[(),]|[^\s"#|(),]+', body))
        + chance.choice(("", "  "))
    )


def _messed_word(chance: random.Random, word: str) -> str:
    if not word.strip():
        return chance.choice((" ", "   ", "\t", "\u00a0 "))
    if word in ("(", ")", ",") and chance.random() < 0.3:
        return chance.choice((f"{word} ", f" {word}" if word == ")" else word))
    return word


def messed_yaml(chance: random.Random, text: str) -> str:
    """A YAML file with other indents, blanks inside brackets, other line ends, and blank lines where one stood; columns would stay."""
    wider = chance.choice((1, 1, 2))
    lines = []
    for line in text.split("\n"):
        body = line.lstrip()
        indent = " " * (wider * (len(line) - len(body)))
        if not body:
            lines.append(chance.choice(("", "   ", "\n")))
        elif body.startswith("#"):
            lines.append(indent + body + chance.choice(("", "  ")))
        else:
            dash, entry = ("-" + " " * (2 * wider - 1), body[2:]) if body.startswith("- ") else ("", body)
            lines.append(indent + dash + _messed_entry(chance, entry))
    return _other_line_ends(chance, lines)


def _messed_entry(chance: random.Random, entry: str) -> str:
    if not re.match(r"([\w.-]+: )?[{\[]", entry):
        return entry + chance.choice(("", "  "))
    words = re.findall(r'"[^"]*"|[{}\[\]]|[^"{}\[\]]+', entry)
    return "".join(_messed_bracket(chance, word) for word in words) + chance.choice(("", "  "))


def _messed_bracket(chance: random.Random, word: str) -> str:
    blank = " " * chance.choice((0, 0, 1, 2))
    return word + blank if word in "{[" else blank + word if word in "}]" else word


def _other_line_ends(chance: random.Random, lines: list[str]) -> str:
    end = chance.choice(("\n", "\n", "\r\n"))
    return chance.choice(("", "\ufeff")) + end.join(line.replace("\n", end) for line in lines) + chance.choice(("", end, end + end))

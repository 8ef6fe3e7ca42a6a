"""The stored tables of the parser are those of the grammar: they parse every rule file as the grammar does, and make the same mistakes."""

import json
from importlib.resources import files
from pathlib import Path

import pytest
from lark import Lark
from lark.exceptions import UnexpectedInput, UnexpectedToken

from engine.language.syntax import grammar
from engine.language.syntax.source_lines import Text, cut


def parsed(by: Lark, text: str) -> object:
    """The tree of a block, or where it stops and what might stand there."""
    try:
        return by.parse(text, start="block")
    except UnexpectedToken as mistake:
        return mistake.pos_in_stream, mistake.token, mistake.accepts or mistake.expected
    except UnexpectedInput as mistake:
        return mistake.pos_in_stream, type(mistake)


def test_the_stored_tables_are_of_this_grammar_and_this_lark() -> None:
    stored = json.loads(files("engine.language.syntax").joinpath(grammar.TABLES).read_text(encoding="utf-8"))
    assert stored["of"] == grammar._origin(), "write the tables anew with `./run docs`"
    assert grammar.parser().source_path == "<deserialized>"


def test_the_stored_tables_parse_as_the_grammar_does(root: Path) -> None:
    stored, made = grammar.parser(), grammar._from_grammar()
    blocks = [
        piece.masked
        for path in sorted((*root.glob("rules/**/*.rules"), *root.glob("vat/**/*.rules")))
        for piece in cut(Text(path.name, path.read_text(encoding="utf-8")))[0]
    ]
    hurt = [block.replace(" ", " | ", 3).replace("when", "wehn") for block in blocks]
    assert len(blocks) > 20
    assert {type(parsed(made, block)) for block in hurt} >= {tuple}
    for block in (*blocks, *hurt):
        assert parsed(stored, block) == parsed(made, block)


def test_tables_of_another_lark_are_worked_out_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grammar, "_origin", lambda: "another")
    anew = grammar.parser.__wrapped__()
    assert anew.source_path != "<deserialized>"
    assert json.loads(grammar.tables_of_grammar())["of"] == "another"

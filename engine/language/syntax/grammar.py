"""The grammar of rule files and its parser, from stored tables; the only module that imports lark."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from importlib.resources import files
from typing import Final, cast

import lark
from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedInput
from lark.grammar import Rule
from lark.lexer import TerminalDef

__all__ = ["TABLES", "Parsed", "UnexpectedInput", "parser", "sign_between_halves", "spelling", "tables_of_grammar"]

_FOLDER: Final = files(__package__)
_GRAMMAR: Final = _FOLDER.joinpath("rules.lark").read_text(encoding="utf-8")
TABLES: Final = "rules.json"
"""The file with the tables of the parser, which `./run docs` writes."""


class Parsed(Tree[Token]):
    """A parse tree of lark with its rule as an attribute."""

    @property
    def rule(self) -> str:
        """The name of its grammar rule."""
        return self.data


@cache
def parser() -> Lark:
    """The parser from its stored tables; worked out from the grammar, ten times as slowly, where they are of another grammar or Lark."""
    stored = json.loads(_FOLDER.joinpath(TABLES).read_text(encoding="utf-8"))
    if stored["of"] != _origin():
        return _from_grammar()
    tables = stored["parser"]["parser"]["parser"]
    tables["tokens"] = {int(number): name for number, name in tables["tokens"].items()}
    states = tables["states"].items()
    tables["states"] = {int(state): {int(token): action for token, action in actions.items()} for state, actions in states}
    memory = {int(number): one for number, one in stored["memory"].items()}
    return cast(Lark, Lark._load_from_dict(stored["parser"], memory, tree_class=Parsed))  # type: ignore[no-untyped-call]  # it has no types


def tables_of_grammar() -> str:
    """The text of the stored tables, worked out from the grammar."""
    parser, memory = _from_grammar().memo_serialize([TerminalDef, Rule])
    parser["options"]["tree_class"] = None  # a class is no text: whoever loads the tables names it
    stored = {"of": _origin(), "memory": memory, "parser": parser}
    return json.dumps(stored, separators=(",", ":"), sort_keys=True).replace('},"', '},\n"') + "\n"


def _origin() -> str:
    """What the tables are made from: the version of Lark, and the grammar."""
    return f"{lark.__version__} {hashlib.sha256(_GRAMMAR.encode()).hexdigest()}"


def _from_grammar() -> Lark:
    return Lark(
        _GRAMMAR,
        parser="lalr",
        lexer="contextual",
        start=["block", "expression", "test_cell", "result_cell"],
        propagate_positions=True,
        maybe_placeholders=True,
        tree_class=Parsed,
    )


@cache
def spelling() -> dict[str, str]:
    """The spelling of each keyword and sign of the grammar, by terminal; patterns are missing."""
    return {terminal.name: terminal.pattern.value for terminal in parser().terminals if terminal.pattern.type == "str"}


@cache
def sign_between_halves() -> str:
    """The terminal of the sign between conditions and results."""
    return next(name for name, spelt in spelling().items() if spelt == "||")

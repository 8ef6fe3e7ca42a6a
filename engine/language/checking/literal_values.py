"""Parses the plain values of scenarios as literals of the rule language, by the type of their name."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from engine.language.checking.checker import check_expression
from engine.language.ir import typed
from engine.language.syntax.parser import parse_expression
from engine.language.types.value_types import AmountType, BoolType, EnumType, MoneyType, Plain, TextType, Type
from engine.language.types.vocabulary import Vocabulary
from engine.problems import Kind, Problem
from engine.text.model_reader import TEXT_EXPECTED, UNKNOWN_CHOICE
from engine.text.nearest import suggestion
from engine.text.yaml_tree import Node, Scalar

NOT_WRITTEN_OUT: Final = Kind(
    "not-written-out",
    "`{text}` is worked out, and a scenario writes down what it means",
    "write the number, amount, date or word itself, such as `21%` or `29.00 EUR`",
)
_YES: Final = {"yes": True, "no": False, "true": True, "false": False}


def literal_of(name: str, node: Node, kind: Type, vocabulary: Vocabulary) -> tuple[Plain | None, tuple[Problem, ...]]:
    """The plain value of a text for a name, or what is wrong with it."""
    if not isinstance(node, Scalar):
        return None, (TEXT_EXPECTED.at(node.span, key=name),)
    match kind:
        case EnumType(values=words):
            return _one_of(name, node, {word: word for word in words})
        case BoolType():
            return _one_of(name, node, _YES)
        case TextType():
            return str(node), ()
        case AmountType():
            return _worked_out(node, MoneyType(kind.currency), vocabulary)
        case _:
            return _worked_out(node, kind, vocabulary)


def _one_of(name: str, node: Scalar, known: dict[str, str] | dict[str, bool]) -> tuple[Plain | None, tuple[Problem, ...]]:
    if node in known:
        return known[str(node)], ()
    return None, (UNKNOWN_CHOICE.at(node.span, word=node[:60], key=name, remedy=suggestion(node[:60], known)),)


def _worked_out(node: Scalar, kind: Type, vocabulary: Vocabulary) -> tuple[Plain | None, tuple[Problem, ...]]:
    read, problems = parse_expression(str(node), node.content)
    if read is None or problems:
        return None, problems
    made, problems = check_expression(read, vocabulary, kind)
    match made:
        case _ if problems:
            return None, problems
        case typed.Constant(value=plain):
            return plain, ()
        case typed.Negative(expression=typed.Constant(value=plain)) if isinstance(plain, int | Fraction):
            return -plain, ()
        case _:
            return None, (NOT_WRITTEN_OUT.at(node.span, text=node[:60]),)

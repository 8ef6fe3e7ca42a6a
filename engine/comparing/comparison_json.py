"""A comparison as values for a program: complete, amounts as decimal strings."""

from __future__ import annotations

from dataclasses import fields
from typing import Final

from engine.comparing.answer_changes import AnswerChange, AnswersCompared
from engine.comparing.comparison import Cause, Comparison, causes
from engine.comparing.edits import Edit
from engine.comparing.money_changes import (
    InvoiceChange,
    InvoicesCompared,
    LineChange,
    MonthChange,
    OrderChange,
    OrdersCompared,
    RefusalChange,
)
from engine.money import Currency, Money
from engine.phrases import Language, say
from engine.problems import Span

Tree = dict[str, object]
_LEFT_OUT: Final = {"products", "year_starts"}
_PROPERTIES: Final[dict[type, tuple[str, ...]]] = {
    Comparison: ("changes_money",),
    Edit: ("what",),
    InvoicesCompared: ("month", "change", "year", "year_from"),
    OrdersCompared: ("change", "year", "year_from"),
    MonthChange: ("change",),
    OrderChange: ("change",),
}
"""Computed values that stand beside the fields of a class."""


def comparison_tree(comparison: Comparison, language: Language = "en") -> Tree:
    """Everything in a comparison; sentences in a language."""
    return _fields(comparison, language)


def _fields(one: object, language: Language) -> Tree:
    names = [field.name for field in fields(one) if field.name not in _LEFT_OUT]  # type: ignore[arg-type]  # dataclasses only
    tree = {name: _value(getattr(one, name), language) for name in (*names, *_PROPERTIES.get(type(one), ()))}
    match one:
        case AnswerChange():
            tree["name"] = str(one.name)
        case LineChange():
            tree["change"] = tree.pop("net")
        case AnswersCompared():
            tree["undecided"] = [{"name": name, "because": say(why, language)} for name, why in one.undecided]
        case InvoiceChange():
            tree["otherwise"] = [{"field": name, "before": before, "after": after} for name, before, after in one.otherwise]
        case InvoicesCompared():
            tree |= {"invoices_changed": len(one.changes), "causes": [_cause(each, language) for each in causes(one.changes)]}
        case OrdersCompared():
            tree["orders_changed"] = len(one.changes)
    return tree


def _value(value: object, language: Language) -> object:
    match value:
        case None | bool() | int():
            return value
        case str():
            return say(value, language)
        case Money():
            return str(value)
        case Currency():
            return value.code
        case Span():
            return value.place
        case tuple():
            return [_value(each, language) for each in value]
        case RefusalChange():
            return _refusal(value, language)
        case _:
            return _fields(value, language)


def _cause(cause: Cause, language: Language) -> Tree:
    rules = [{"rule": rule, "because": because} for rule, because in cause.rules]
    return {"rules": rules, "lines": cause.lines, "net": str(cause.net), "example": _value(cause.examples, language)}


def _refusal(one: RefusalChange, language: Language) -> Tree:
    return {
        "customer": one.customer,
        "order": one.order,
        "refused": "after" if one.is_refused_after else "before",
        "code": one.problem.code,
        "message": one.problem.message_in(language),
        "help": one.problem.help_in(language),
        "where": None if one.problem.where is None else str(one.problem.where),
    }

"""The normal form of checked rules: their meaning as JSON, in words that do not change when a class or field is renamed.

Fingerprints and the comparison of rules use it. A word in these lists is part of every stored fingerprint: rename
classes and fields as you like, write `new_name=word` here, and never change a word.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import is_dataclass
from datetime import date
from fractions import Fraction
from typing import Final

from engine.language.ir import checked_rules as rules
from engine.language.ir import checked_sales as sales
from engine.language.ir import checked_tables as tables
from engine.language.ir import typed
from engine.language.ir.in_force import InForce
from engine.language.types import value_types as types
from engine.phrases import Named

NOT_MEANING: Final = frozenset({"span", "texts", "module", "cost"})
"""Fields for positions and evaluation that are no part of the meaning."""

WORDS: Final[Mapping[type, str]] = {
    rules.Answers: "Answers: name type layers",
    tables.AnyCell: "AnyCell:",
    sales.Bundle: "Bundle: name title products in_force when parts sells_at allocate touched_by because",
    rules.Checked: "Checked: currency exponent answers tables prices discounts stacking bundles grouping horizon domain_facts",
    tables.ConditionCell: "ConditionCell: condition",
    rules.Decision: "Decision: name title in_force policy ladder rules otherwise because type",
    rules.DecisionRule: "DecisionRule: name in_force when then because yields_to",
    rules.Definition: "Definition: name title in_force when value because",
    sales.Discount: "Discount: name title in_force when give off group priority at_most because yields_to",
    rules.DomainFact: "DomainFact: title condition",
    rules.Grouping: "Grouping: name title keys because",
    rules.Horizon: "Horizon: start until",
    InForce: "InForce: by start until",
    tables.Input: "Input: name subject type",
    tables.Interval: "Interval: low low_included high high_included",
    tables.IntervalsCell: "IntervalsCell: intervals is_negated",
    rules.Layer: "Layer: name versions",
    tables.Output: "Output: answers column type",
    sales.Part: "Part: product quantity",
    sales.Price: "Price: name title products in_force when per mode quantity unit tiers because",
    tables.Row: "Row: number in_force cells results because",
    sales.Stacking: "Stacking: name title in_force when groups apply total_at_most because",
    tables.Table: "Table: name title in_force policy ladder inputs outputs rows because",
    sales.Tier: "Tier: up_to unit_price flat",
    tables.ValuesCell: "ValuesCell: values is_negated",
    typed.Aggregate: "Aggregate: kind of each where type",
    typed.All: "All: parts type",
    typed.Between: "Between: subject low high type",
    typed.Call: "Call: function arguments type",
    typed.Choice: "Choice: condition then otherwise type",
    typed.Compare: "Compare: left comparison right type",
    typed.Constant: "Constant: value type",
    typed.Either: "Either: parts type",
    typed.Fact: "Fact: name type",
    typed.Factor: "Factor: expression divides",
    typed.Known: "Known: name type",
    typed.Lookup: "Lookup: table column arguments dated_by type",
    typed.Negative: "Negative: expression type",
    typed.Not: "Not: part type",
    typed.OneOf: "OneOf: subject values type",
    typed.PercentOf: "PercentOf: percent base type",
    typed.Product: "Product: factors type",
    typed.Result: "Result: name type",
    typed.Rounded: "Rounded: expression to mode type",
    typed.Sum: "Sum: terms type",
    typed.Term: "Term: expression is_subtracted",
    types.AmountType: "AmountType: currency per",
    types.BoolType: "BoolType:",
    types.DateRangeType: "DateRangeType:",
    types.DateType: "DateType:",
    types.DaysType: "DaysType:",
    types.EnumType: "EnumType: name values",
    types.MoneyType: "MoneyType: currency",
    types.NumberType: "NumberType:",
    types.PercentType: "PercentType:",
    types.PeriodType: "PeriodType:",
    types.PriceType: "PriceType: currency unit",
    types.QuantityType: "QuantityType: unit",
    types.TextType: "TextType:",
}
"""For each class of the checked tree its word, then its fields: `name`, or `name=word` for a renamed field."""


def words_of(line: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """A line of `WORDS` parsed: the word of the class, and each field with its word."""
    name, _, fields = line.partition(":")
    pairs = (field.partition("=") for field in fields.split())
    return name, tuple((field, word or field) for field, _, word in pairs)


_WORDS: Final = {node: words_of(line) for node, line in WORDS.items()}


def normal_form(node: object) -> object:
    """The meaning of a checked node, a type or a value as JSON, without positions. TypeError for a class without a word."""
    words = _WORDS.get(type(node))
    if words is not None:
        return {"is": words[0], **{word: normal_form(getattr(node, field)) for field, word in words[1]}}
    match node:
        case bool() | int() | None:
            return node
        case Named():
            return {**node.texts, "otherwise": str(node)}
        case str() | Fraction() | date():
            return str(node)
        case tuple():
            return [normal_form(part) for part in node]
        case Mapping():
            return {str(key): normal_form(part) for key, part in node.items()}
        case frozenset():
            return sorted(str(part) for part in node)
        case _:
            kind = "class" if is_dataclass(node) else "kind of value"
            raise TypeError(f"{type(node).__name__} has no word in engine/language/ir/normal_form.py: add the {kind} there")

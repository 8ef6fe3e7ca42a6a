"""Generates Python source for prices, discounts, stacking and bundles: None where they are not in force or their condition is false."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from engine.language.codegen.expression_source import ExpressionWriter
from engine.language.codegen.generated_module import Lines
from engine.language.codegen.rule_source import date_condition, indented
from engine.language.ir.checked_rules import Layer
from engine.language.ir.checked_sales import Bundle, Discount, Price, Stacking
from engine.language.ir.typed import Expression

Offer = TypeVar("Offer", Price, Discount, Stacking, Bundle)


def offer_lines(layer: Layer[Offer], writer: ExpressionWriter, conditions: Mapping[str, str]) -> Lines:
    """The lines that return the number of the version in force, the values of its names, and its terms.

    `conditions` has the name of the function that returns whether a suppressing discount holds.
    """
    lines: Lines = []
    for number, version in enumerate(layer.versions):
        body: Lines = []
        if version.when is not None:
            body.append(f"if not {writer.condition(version.when)}: return None")
        if isinstance(version, Discount) and version.yields_to:
            body.append(f"if {' or '.join(f'{conditions[name]}(facts)' for name in version.yields_to)}: return None")
        body.append(f"return ({number}, values, {_terms(version, writer)})")
        lines += _on_its_days(version, body, writer)
    return [*lines, "return None"]


def condition_lines(layer: Layer[Discount], writer: ExpressionWriter) -> Lines:
    """The lines that return whether a discount is in force and its condition holds."""
    lines: Lines = []
    for version in layer.versions:
        condition = writer.condition(version.when) if version.when is not None else "True"
        lines += _on_its_days(version, [f"return {condition}"], writer)
    return [*lines, "return False"]


def _on_its_days(version: Price | Discount | Stacking | Bundle, body: Lines, writer: ExpressionWriter) -> Lines:
    condition = date_condition(version.in_force, writer.module)
    return [f"if {condition}:", *indented(body)] if condition else body


def _terms(version: Price | Discount | Stacking | Bundle, writer: ExpressionWriter) -> str:
    match version:
        case Price():
            rows = [f"({writer.write(tier.unit_price).code}, {writer.write(tier.flat).code if tier.flat else 0})" for tier in version.tiers]
            return f"({', '.join(rows)},)"
        case Discount():
            return f"({_ratio(version.give, writer)}, {_ratio(version.at_most, writer)})"
        case Stacking():
            return _ratio(version.total_at_most, writer)
        case Bundle():
            return writer.write(version.sells_at).code


def _ratio(expression: Expression | None, writer: ExpressionWriter) -> str:
    """A number with its denominator, or None."""
    if expression is None:
        return "None"
    written = writer.write(expression)
    return f"({written.code}, {written.denominator})"

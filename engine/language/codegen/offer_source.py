"""Prices, discounts, stacking and bundles as lines of Python source: None where they are not in force or their condition does not hold."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from engine.language.codegen.expression_source import Writer
from engine.language.codegen.rule_source import Around, Lines, dated
from engine.language.ir.checked_rules import Bundle, Discount, Layer, Price, Stacking
from engine.language.ir.typed import Expression

Offered = TypeVar("Offered", Price, Discount, Stacking, Bundle)


def version_lines(layer: Layer[Offered], writer: Writer, around: Around, others: Mapping[str, str] | None = None) -> Lines:
    """The lines that give of the version in force its number and what it offers; `others` tell what a discount yields to."""
    lines: Lines = []
    for number, version in enumerate(layer.versions):
        inner: Lines = []
        if version.when is not None:
            inner.append(f"if not {writer.condition(version.when)}: return None")
        if isinstance(version, Discount) and version.yields_to:
            yields = " or ".join(f"{(others or {})[name]}(facts, memo)" for name in version.yields_to)
            inner.append(f"if {yields}: return None")
        seen = "seen" if around.tracing else "None"
        inner.append(f"return ({number}, {seen}, {_offered(version, writer)})")
        condition = dated(version.in_force, around)
        lines += [f"if {condition}:", *("    " + line for line in inner)] if condition else inner
    return [*lines, "return None"]


def holding_lines(layer: Layer[Discount], writer: Writer, around: Around) -> Lines:
    """The lines that tell whether a discount is in force and its condition holds."""
    lines: Lines = []
    for version in layer.versions:
        holds = writer.condition(version.when) if version.when is not None else "True"
        condition = dated(version.in_force, around)
        lines.append(f"if {condition}: return {holds}" if condition else f"return {holds}")
    return [*lines, "return False"]


def _offered(version: Price | Discount | Stacking | Bundle, writer: Writer) -> str:
    match version:
        case Price():
            rows = [f"({writer.write(tier.unit_price).code}, {writer.write(tier.flat).code if tier.flat else 0})" for tier in version.tiers]
            return f"({', '.join(rows)},)"
        case Discount():
            return f"({_exact(version.give, writer)}, {_exact(version.at_most, writer)})"
        case Stacking():
            return _exact(version.total_at_most, writer)
        case Bundle():
            return writer.write(version.sells_at).code


def _exact(expression: Expression | None, writer: Writer) -> str:
    """A number with its denominator, or None."""
    if expression is None:
        return "None"
    written = writer.write(expression)
    return f"({written.code}, {written.over})"

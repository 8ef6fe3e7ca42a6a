"""The names under which the rules answer conditions that stand in YAML fields."""

from __future__ import annotations


def availability(product: str) -> str:
    """The name under which the rules answer whether a product may be sold to a customer, where it has a condition."""
    return f"available.{product}"


def applicability(process: str) -> str:
    """The name under which the rules answer whether an item may be billed by a process, where it has a condition."""
    return f"applies.{process}"

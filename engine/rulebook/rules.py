"""What the compiled rules answer, as the stages see them."""

from __future__ import annotations

from engine.language import Answer, BundleAnswer, Facts, Offer, Plain, PriceAnswer, Rules, Stacking, TierRow

__all__ = [
    "Answer",
    "BundleAnswer",
    "Facts",
    "Offer",
    "Plain",
    "PriceAnswer",
    "Rules",
    "Stacking",
    "TierRow",
    "applicability",
    "availability",
]


def availability(product: str) -> str:
    """The name under which the rules answer whether a product may be sold to a customer, where it has a condition."""
    return f"available.{product}"


def applicability(process: str) -> str:
    """The name under which the rules answer whether an item may be billed by a process, where it has a condition."""
    return f"applies.{process}"

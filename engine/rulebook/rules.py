"""What the compiled rules answer, as the stages see them."""

from __future__ import annotations

from engine.language.answers import Answer, BundleAnswer, Facts, Offer, Plain, PriceAnswer, Rules, Stacking, TierRow

__all__ = ["Answer", "BundleAnswer", "Facts", "Offer", "Plain", "PriceAnswer", "Rules", "Stacking", "TierRow"]

"""The way out where something is held back: from the reason, the verb that mends it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from api.desk.validating import NOT_VALID
from api.desk.vat_evidence import CALLED_INVALID
from engine.documents.way_out import WayOut
from engine.phrases import Phrase
from engine.stages.invoicing.drafting import NO_CODE, NO_EXCHANGE_RATE, NO_VAT_NUMBER
from engine.stages.reporting.to_invoice import EXPECTED
from engine.stages.taxing import EXPIRED, NO_RATE, NOT_VERIFIED, RETURNS_UNKNOWN

ON_HOLD: Final = "the customer is on hold: {because}"
_BY_REASON: Final[Mapping[str, WayOut]] = {
    ON_HOLD: "release-customer",
    CALLED_INVALID: "check-vat-number",
    NOT_VERIFIED.template: "ask-register",
    EXPIRED: "ask-register",
    RETURNS_UNKNOWN.template: "change-customer",
    NO_VAT_NUMBER: "change-customer",
    NOT_VALID.what: "change-customer",
    NO_RATE.template: "change-rules",
    NO_CODE: "change-rules",
    NO_EXCHANGE_RATE: "change-rules",
    EXPECTED: "report-event",
}


def way_out_of(because: str | None) -> WayOut | None:
    """What mends a reason for which something is held back; None where that must be looked at."""
    return _BY_REASON.get(because.template) if isinstance(because, Phrase) else None

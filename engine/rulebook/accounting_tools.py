"""vat/accounting-tools.yaml: what accounting tools call our accounts, VAT, journal and terms."""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from pydantic import Field, StringConstraints

from engine.documents.invoice import Treatment
from engine.money import Percent
from engine.rulebook.yaml_model import Name, Text, Written

_TREATMENTS = "|".join(get_args(Treatment))
TaxKey = Annotated[str, StringConstraints(pattern=rf"^({_TREATMENTS})( [0-9]{{1,2}}(\.[0-9]{{1,3}})?%)?$")]
"""A treatment, with its rate where it has several: `domestic 21%`, `reverse-charge`."""


ToolConnector = Literal["tryton", "odoo", "files"]
"""How a tool is reached: over its interface, or by files."""


class ToolTaxes(Written):
    """What a tool calls the VAT of one treatment and rate."""

    goods: Text
    """On goods."""
    services: Text
    """On services."""


class ToolMapping(Written):
    """What one accounting tool calls what we book."""

    connector: ToolConnector | None = None
    """How it is reached: absent, as its name says."""
    accounts: dict[str, Text]
    """Our number of an account → the tool's."""
    taxes: dict[TaxKey, ToolTaxes] = Field(default_factory=dict)
    """`domestic 21%` → the tool's VAT; a treatment alone counts for all its rates that have no line of their own. Files have our codes."""
    journal: Text
    """The code of the journal of sales."""
    entries_journal: Text | None = None
    """The code of the journal of all other entries: payments, write-offs, income that is deferred. Without it these are not sent."""
    payment_terms: Text | None = None
    """The name of terms of 0 days: the due date of each document is given with it. Files need none."""
    closed_period: Literal["hold", "next-open"] = "hold"
    """What becomes of a document whose period is closed there: it waits, or is booked on the first open day."""
    accepted_warnings: tuple[Text, ...] = Field(default=(), max_length=50)
    """The questions of the tool that are answered with yes, by the end of their names."""

    def tax(self, treatment: Treatment, rate: Percent, *, goods: bool) -> str | None:
        """The tool's VAT of a line; None where the mapping has none."""
        names = self.taxes.get(f"{treatment} {rate}%") or self.taxes.get(treatment)
        return None if names is None else names.goods if goods else names.services


class AccountingTools(Written):
    """The accounting tools of a company; the address of the one in use is a setting."""

    kind: Literal["accounting-tools"]
    tools: dict[Name, ToolMapping]
    """By name: `tryton`, `files`, or any other that says which connector it has. The setting of the address begins with the name."""

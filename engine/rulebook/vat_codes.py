"""vat/codes.yaml: the code of each treatment, rate and kind of supply, its boxes of the VAT return, and its listing."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from engine.dates import Day
from engine.documents.invoice import Category, Treatment
from engine.rulebook.yaml_model import Percentage, Written

VatCodeName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]([A-Za-z0-9. /_-]{0,28}[A-Za-z0-9])?$")]
Box = Annotated[str, StringConstraints(pattern="^[A-Za-z0-9][A-Za-z0-9.]{0,9}$")]
"""A box (grid) of the VAT return, quoted: `"03"`."""
Listing = Literal["annual", "annual-exempt", "L", "S", "T", "oss", "none"]
"""Where its supplies are listed: yearly by Belgian customer, there only beside others (art. 44), per quarter or month as supplies to
other member states (goods, services, triangular trade), in the one-stop shop's return, or nowhere.
"""


class Grids(Written):
    """The boxes of the VAT return in which a code counts."""

    base: Box | None = None
    """What was invoiced, without VAT."""
    vat: Box | None = None
    """The VAT of what was invoiced."""
    credit_base: Box | None = None
    """What was credited, without VAT."""
    credit_vat: Box | None = None
    """The VAT of what was credited."""


class VatCode(Written):
    """A VAT code: of which supplies, and where it is declared."""

    treatment: Treatment
    """How the supplies are treated."""
    category: Category | None = None
    """Of this category only; absent: of every category."""
    rate: Percentage | None = None
    """Of this rate only, with its sign; absent: of every rate."""
    supply: Literal["goods", "services"] | None = None
    """Of goods only, or of services only; absent: of both."""
    from_: Day | None = None
    """The first tax point of which it is the code."""
    until: Day | None = None
    """The last tax point of which it is the code."""
    grids: Grids = Field(default_factory=Grids)
    """The boxes of the return; none where nothing is declared there."""
    listing: Listing
    """Where its supplies are listed."""
    names: dict[str, str] = Field(default_factory=dict, max_length=50)
    """What tools called it, in versions that were published earlier; vat/accounting-tools.yaml says so now, and nothing reads this."""

    def is_in_force(self, day: date) -> bool:
        """Whether it is the code of tax points on a day."""
        return (self.from_ is None or self.from_ <= day) and (self.until is None or day <= self.until)

    def fits(self, treatment: str, category: str, rate: Fraction, goods: bool) -> bool:
        """Whether supplies are among those of the code."""
        return (
            self.treatment == treatment
            and self.category in (None, category)
            and (self.rate is None or self.rate.fraction == rate)
            and self.supply in (None, "goods" if goods else "services")
        )

    def meets(self, other: VatCode) -> bool:
        """Whether some supply on some day is among those of both."""
        return (
            self.treatment == other.treatment
            and (self.category is None or other.category in (None, self.category))
            and (self.rate is None or other.rate is None or self.rate.fraction == other.rate.fraction)
            and (self.supply is None or other.supply in (None, self.supply))
            and (self.until or date.max) >= (other.from_ or date.min)
            and (other.until or date.max) >= (self.from_ or date.min)
        )


class VatCodes(Written):
    """The VAT codes by name. No supply has two."""

    kind: Literal["vat-codes"]
    codes: dict[VatCodeName, VatCode] = Field(max_length=1_000)
    """Of every treatment and rate that documents may have."""

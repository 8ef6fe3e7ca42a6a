"""What the routes of quotes answer."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final, Literal

from pydantic import BaseModel

from api.desk.sales_lists import QuoteStateNow
from api.http.answer_models import answer_of
from engine.documents.order_effect import OrderEffect
from engine.documents.priced_quote import InstalmentTotal, PricedQuote

QuoteAnswer: Final = answer_of(
    "QuoteAnswer",
    "A version of a quote: who must approve it, and which verbs are possible now.",
    PricedQuote,
    number=str,
    version=int,
    state=QuoteStateNow,
    opportunity=str | None,
    approver=str | None,
    possible=list[str],
    attributes=dict[str, str],
)


class QuoteStepAnswer(BaseModel):
    """A step of a version: its state, when and by whom, and what belongs to it."""

    state: QuoteStateNow
    on: date
    at: datetime
    author: str
    note: str | None
    approver: str | None
    """Who must approve it, by the rules."""
    reasons: list[str]
    """The rules that say so."""
    by: str | None
    """Who approved it, or who accepted it at the customer."""
    role: str | None
    """In which role it was approved."""
    purchase_order: str | None
    chosen: list[int]
    """The optional and alternative lines that were chosen."""


class QuoteReply(BaseModel):
    """What a customer replied on the link of a version, and the evidence of it."""

    link: str
    reply: Literal["accepted", "agreed", "declined"]
    """`agreed`: the customer accepted, and somebody must finish it at the desk: `because` says why."""
    name: str | None
    purchase_order: str | None
    note: str | None
    """Why it declined."""
    chosen: list[int]
    language: str
    pdf_hash: str
    """SHA-256 of the PDF that was shown."""
    shown_at: datetime
    replied_on: date
    replied_at: datetime
    address: str | None
    """The IP address from which it came."""
    user_agent: str | None
    because: str | None
    stored_until: date | None
    """The last day on which what is personal may be stored."""
    erased_on: date | None
    erased_by: str | None
    erased_because: str | None


class QuoteLinkAnswer(BaseModel):
    """The link on which the customer of a quote accepts or declines a version of it."""

    quote: str
    version: int
    url: str
    link: str
    """Its id, which does not open it."""
    valid_until: date


class RepliesErased(BaseModel):
    """The quote whose replies hold nothing personal any more, and how many there were."""

    quote: str
    erased: int


ShownQuote: Final = answer_of(
    "ShownQuote",
    "The last version of a quote, with its steps and the reply on its link.",
    QuoteAnswer,
    steps=list[QuoteStepAnswer],
    reply=QuoteReply | None,
)


class FieldChange(BaseModel):
    """What a field was and is, as text."""

    field: str
    before: str | None
    after: str | None


class LineDifference(BaseModel):
    """What a version changed of a line."""

    change: Literal["added", "removed", "changed"]
    line: int | None
    line_before: int | None
    product: str
    fields: list[FieldChange]


class VersionChanges(BaseModel):
    """What a version changed of the one before: lines and figures."""

    lines: list[LineDifference]
    figures: list[FieldChange]


QuoteVersionAnswer: Final = answer_of(
    "QuoteVersionAnswer",
    "A version of a quote, with its steps and what it changed.",
    ShownQuote,
    changes=VersionChanges,
)


class QuoteHistory(BaseModel):
    """Every version of a quote, the first one first."""

    versions: list[QuoteVersionAnswer]  # type: ignore[valid-type]  # a model made above


class ComparedQuote(BaseModel):
    """A quote as it is, or under another billing type or payment plan; where it is not sold so, why."""

    billing_type: str | None
    payment_plan: str | None
    is_quoted: bool
    totals: dict[str, str]
    mrr: str | None
    arr: str | None
    one_off: str | None
    first_invoice: str | None
    contract_value: str | None
    difference: str | None
    """By how much its contract value differs from that of the quote."""
    instalments: list[InstalmentTotal]
    refused: list[str]


class QuoteComparison(BaseModel):
    """A quote as it is, then under every billing type and every payment plan."""

    rows: list[ComparedQuote]


class AcceptedAnswer(BaseModel):
    """The orders that it became, and those that its items joined."""

    orders: list[str]
    joined: list[str]


AcceptanceEffect: Final = answer_of("AcceptanceEffect", "What accepting a quote would do to an order.", OrderEffect)


class AcceptanceEffects(BaseModel):
    """What accepting a quote would do, order by order; nothing of it is stored."""

    orders: list[AcceptanceEffect]  # type: ignore[valid-type]  # a model made above

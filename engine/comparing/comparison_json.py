"""A comparison as documents for a program: complete, typed for those who read its description, amounts as decimal strings."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, WithJsonSchema, model_validator

from engine.comparing.comparison import Cause, Comparison, causes
from engine.comparing.money_changes import InvoicesCompared, LineChange, OrdersCompared, RefusalChange
from engine.money import DECIMAL_PATTERN
from engine.phrases import LANGUAGE, Language, Sentence, phrase
from engine.problems import Span, message_of


def _place_of(where: object) -> object:
    return where.place if isinstance(where, Span) else where


Amount = Annotated[str, BeforeValidator(str), WithJsonSchema({"type": "string", "pattern": DECIMAL_PATTERN})]
"""A decimal string in the currency of the comparison."""
Month = Annotated[str, WithJsonSchema({"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}$"})]
Place = Annotated[str | None, BeforeValidator(_place_of)]
"""File and line: `rules/pricing.rules:12`."""


class _Part(BaseModel):
    """A part of a comparison, read from the attributes of its value."""

    model_config = ConfigDict(frozen=True, extra="forbid", from_attributes=True)


class _Row(_Part):
    """A part that is read from a tuple with the values of its fields."""

    @model_validator(mode="before")
    @classmethod
    def _of_tuple(cls, given: object) -> object:
        return dict(zip(cls.model_fields, given, strict=True)) if isinstance(given, tuple) else given


class EditDocument(_Part):
    """One difference of the texts by meaning: kind and name of the entry, the part of it, its text before and after, and both places."""

    kind: str
    name: str
    part: str
    before: Sentence | None
    after: Sentence | None
    before_at: Place
    after_at: Place
    what: Literal["added", "removed", "changed"]


class AnswerChangeDocument(_Part):
    """A region of cases with a different answer, one case of it, and both answers; null: no answer."""

    name: Annotated[str, BeforeValidator(str)]
    region: Sentence
    sample: Sentence
    before: Sentence | None
    after: Sentence | None


class UndecidedDocument(_Row):
    """A name whose answers could not be compared, and why."""

    name: str
    because: Sentence


class AnswersDocument(_Part):
    """All regions of cases with a different answer, and the names that could not be compared."""

    changes: tuple[AnswerChangeDocument, ...]
    undecided: tuple[UndecidedDocument, ...]


class SumsDocument(_Part):
    """Net, VAT and gross, or the differences of these."""

    net: Amount
    vat: Amount
    gross: Amount


class WhyDocument(_Part):
    """A rule or file with another decision: its subject, its text before and after (null: it took no part), and file and line."""

    subject: str
    rule: str
    before: Sentence | None
    after: Sentence | None
    because: Sentence | None
    where: str | None


class LineChangeDocument(_Part):
    """A line with another amount or VAT, or on one side only (null: not there), and the rules responsible; `change` is after − before."""

    item: str
    product: str
    before: Amount | None
    after: Amount | None
    vat_before: str | None
    vat_after: str | None
    why: tuple[WhyDocument, ...]
    change: Amount

    @model_validator(mode="before")
    @classmethod
    def _of_line(cls, given: object) -> object:
        return _with(given, cls, change=given.net) if isinstance(given, LineChange) else given


class OtherChangeDocument(_Row):
    """A difference besides the amounts: the field, before and after."""

    field: str
    before: str
    after: str


class InvoiceChangeDocument(_Part):
    """An invoice that differs: its sums (null: no invoice), after − before, and its changed lines."""

    customer: str
    name: str
    order_type: str
    month: Month
    orders: tuple[str, ...]
    before: SumsDocument | None
    after: SumsDocument | None
    change: SumsDocument
    lines: tuple[LineChangeDocument, ...]
    otherwise: tuple[OtherChangeDocument, ...]


class MonthChangeDocument(_Part):
    """The planned net of a month and order type, before, after, and after − before."""

    month: Month
    order_type: str
    before: Amount
    after: Amount
    change: Amount


class RefusalDocument(_Part):
    """A refusal of only one of the two rulebooks: the customer, the order (null: all that is due), and the problem."""

    customer: str | None
    order: str | None
    refused: Literal["before", "after"]
    code: str
    message: Sentence
    help: Sentence
    where: str | None

    @model_validator(mode="before")
    @classmethod
    def _of_change(cls, given: object) -> object:
        if not isinstance(given, RefusalChange):
            return given
        problem = given.problem
        return {
            "customer": given.customer,
            "order": given.order,
            "refused": "after" if given.is_refused_after else "before",
            "code": problem.code,
            "message": message_of(problem),
            "help": phrase(problem.kind.remedy, **dict(problem.words)),
            "where": None if problem.where is None else str(problem.where),
        }


class RuleDocument(_Part):
    """A rule, and its `because`."""

    rule: str
    because: Sentence | None


class CauseDocument(_Part):
    """Rules that together changed some lines: how many, their net after − before, and the reasons of one of them as an example."""

    rules: tuple[RuleDocument, ...]
    lines: int
    net: Amount
    example: tuple[WhyDocument, ...]

    @model_validator(mode="before")
    @classmethod
    def _of_cause(cls, given: object) -> object:
        if not isinstance(given, Cause):
            return given
        rules = [{"rule": rule, "because": because} for rule, because in given.rules]
        return {"rules": rules, "lines": given.lines, "net": given.net, "example": given.examples}


class InvoicesDocument(_Part):
    """The golden invoices under both rulebooks, the largest change first; `otherwise` are those with the same amounts.

    `months` has what is planned by month and order type; `year` is the change of the twelve months from `year_from`.
    """

    currency: Annotated[str, BeforeValidator(str)]
    invoice_months: tuple[Month, ...]
    invoices_before: int
    invoices_after: int
    before: SumsDocument
    after: SumsDocument
    changes: tuple[InvoiceChangeDocument, ...]
    otherwise: tuple[InvoiceChangeDocument, ...]
    months: tuple[MonthChangeDocument, ...]
    refusals: tuple[RefusalDocument, ...]
    month: Month
    change: SumsDocument
    year: Amount
    year_from: Month
    invoices_changed: int
    causes: tuple[CauseDocument, ...]

    @model_validator(mode="before")
    @classmethod
    def _of_compared(cls, given: object) -> object:
        if not isinstance(given, InvoicesCompared):
            return given
        return _with(given, cls, invoices_changed=len(given.changes), causes=causes(given.changes))


class OrderChangeDocument(_Part):
    """An order with another planned net: before, after, the months that differ, and the rules responsible."""

    order: str
    order_type: str
    customer: str
    name: str
    before: Amount
    after: Amount
    months: tuple[MonthChangeDocument, ...]
    why: tuple[WhyDocument, ...]
    change: Amount


class OrdersDocument(_Part):
    """All live orders that differ, the largest change first, and the planned net of all of them by month."""

    currency: Annotated[str, BeforeValidator(str)]
    orders: int
    items: int
    changes: tuple[OrderChangeDocument, ...]
    months: tuple[MonthChangeDocument, ...]
    refusals: tuple[RefusalDocument, ...]
    change: Amount
    year: Amount
    year_from: Month
    orders_changed: int

    @model_validator(mode="before")
    @classmethod
    def _of_compared(cls, given: object) -> object:
        return _with(given, cls, orders_changed=given.differing) if isinstance(given, OrdersCompared) else given


class ComparisonDocument(_Part):
    """The differences of two rulebooks: texts, answers, and the money of golden invoices or live orders; null: not compared."""

    before: str
    after: str
    edits: tuple[EditDocument, ...]
    answers: AnswersDocument | None
    invoices: InvoicesDocument | None
    orders: OrdersDocument | None
    changes_money: bool


Tree = dict[str, object]


def comparison_tree(comparison: Comparison, language: Language = "en") -> Tree:
    """Everything in a comparison; sentences in a language."""
    return ComparisonDocument.model_validate(comparison).model_dump(mode="json", context={LANGUAGE: language})


def _with(given: object, document: type[BaseModel], **computed: object) -> Tree:
    """The attributes of a value that a document has, and what is computed of it."""
    return {name: getattr(given, name) for name in document.model_fields if name not in computed} | computed

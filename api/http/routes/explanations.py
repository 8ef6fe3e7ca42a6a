"""How the routes of documents explain their amounts: whole, of one line, or why a rule took no part."""

from __future__ import annotations

from pydantic import BaseModel, Field

from api.desk.document_trees import Tree
from api.desk.explaining import explain, explain_why_not
from api.http.route_declarations import Call
from engine.documents.document import Document
from engine.explaining.explanation_output import as_json


class ExplanationQuery(Document):
    """A line, from 1, or net, vat, gross, due, due-date; and a rule, table row or price book of which one asks why it took no part."""

    line: str | None = Field(default=None, max_length=20)
    why_not: str | None = Field(default=None, max_length=120)


class ExplanationStep(BaseModel):
    """One step behind an amount: what was decided, by which rule, where that is written, and why."""

    subject: str
    """What was decided, such as `price`, `discount`, `proration` or `vat`."""
    rule: str
    says: str
    """The step as a sentence, in the language of the request, with exact numbers."""
    because: str | None
    """The reason or article of law that the author of the rule gave."""
    where: str | None
    """File and line of the rule: `rules/pricing.rules:12`."""


class ExplainedAmount(BaseModel):
    """One amount, or one day, of a document: as a sentence, and step by step."""

    line: str
    """Its name: the number of a line, or `net`, `vat`, `gross`, `due`, `due-date`."""
    title: str
    amount: str
    """Exactly as in the document."""
    sentence: str
    steps: list[ExplanationStep]


class ExplanationProblem(BaseModel):
    """Why the amounts could not be computed again."""

    code: str
    message: str
    help: str


class ExplanationAnswer(BaseModel):
    """How amounts were calculated, step by step."""

    kind: str
    """`invoice`, `credit-note` or `quote`."""
    document: str
    title: str
    currency: str
    rulebook: str
    """The fingerprint of the rulebook to whose files the steps refer."""
    language: str
    amounts: list[ExplainedAmount]
    notes: list[str]
    problems: list[ExplanationProblem]
    """Why the amounts could not be computed again, if so; the steps are then the stored ones."""


def explanation_tree(call: Call, name: str, query: ExplanationQuery) -> Tree:
    """The explanation of a document that exists."""
    if query.why_not is not None:
        return as_json(explain_why_not(call.desk, name, query.line, query.why_not), call.language)
    explanation = explain(call.desk, name)
    return as_json(explanation if query.line is None else explanation.only(query.line), call.language)

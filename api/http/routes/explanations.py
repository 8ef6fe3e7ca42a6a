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


class ExplanationAnswer(BaseModel, extra="allow"):
    """How amounts were calculated, step by step."""


def explanation_tree(call: Call, name: str, query: ExplanationQuery) -> Tree:
    """The explanation of a document that exists."""
    if query.why_not is not None:
        return as_json(explain_why_not(call.desk, name, query.line, query.why_not), call.language)
    explanation = explain(call.desk, name)
    return as_json(explanation if query.line is None else explanation.only(query.line), call.language)

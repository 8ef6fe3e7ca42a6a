"""`/v1/e-invoices`: files checked against the official rules of e-invoices, and the rules in force."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from pydantic import BaseModel, Field

from api.desk import official_rules
from api.desk.document_trees import Tree
from api.desk.official_rules import verdict_tree
from api.e_invoicing.verdicts import Severity
from api.http.route_declarations import EVERYONE, Call, Resource
from engine.documents.document import Document

e_invoices: Final = Resource("e-invoices", "Files checked against the official rules of e-invoices, and the rules in force")
_XML: Final = '<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"/>'


class XmlRequest(Document):
    """An invoice or a credit note in UBL or CII."""

    xml: str = Field(max_length=1_000_000)


class AppliedRules(BaseModel):
    """A rule set with its version, and whether the document was put to it."""

    name: str
    version: str
    applied: bool


class FindingAnswer(BaseModel):
    """A rule that the document breaks: its number, the official text, and where."""

    rule_set: str
    rule: str
    severity: Severity
    text: str
    location: str


class VerdictAnswer(BaseModel):
    """Whether a document is valid, and every rule that it breaks; only fatal ones make it invalid."""

    valid: bool
    rule_sets: list[AppliedRules]
    findings: list[FindingAnswer]
    unlisted: int


class RulesAnswer(BaseModel):
    """A rule set in force; who added it, and when, where it is not the program's."""

    name: str
    version: str
    source: str
    applies_to: str
    digest: str | None
    added_at: datetime | None
    added_by: str | None


class AllRulesAnswer(BaseModel):
    """The rule sets in force, in the order in which a document is put to them."""

    rule_sets: list[RulesAnswer]


@e_invoices.verb("/v1/e-invoices/check", VerdictAnswer, roles=EVERYONE, request=XmlRequest, example={"xml": _XML}, is_one_transaction=False)
def check_e_invoice(call: Call, body: XmlRequest) -> Tree:
    """Check an invoice or credit note in UBL or CII, of whatever program: the verdict, and every rule that it breaks."""
    return dict(verdict_tree(official_rules.check(call.desk, [body.xml.encode()])[0], call.language))


@e_invoices.show("/v1/e-invoices/rules", AllRulesAnswer)
def list_official_rules(call: Call) -> Tree:
    """List the rule sets in force, in the order in which a document is put to them."""
    return {"rule_sets": [dict(one) for one in official_rules.in_force(call.desk)]}

"""`/v1/e-invoices`: files checked against the official rules of e-invoices, and the rules in force."""

from __future__ import annotations

from datetime import datetime
from pathlib import PurePath
from typing import Final

from pydantic import BaseModel, Field

from api.desk import official_rules
from api.desk.document_trees import Tree
from api.desk.official_rules import verdict_tree
from api.e_invoicing.verdicts import Severity
from api.http.request_parsing import LARGEST_FILES
from api.http.route_declarations import ADMIN, EVERYONE, FILE, FILE_NAME, Call, Resource
from engine.documents.document import Document

e_invoices: Final = Resource("e-invoices", "Files checked against the official rules of e-invoices, and the rules in force")
_XML: Final = '<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"/>'

_RULES: Final = {
    "file": "house.sch",
    "text": '<schema xmlns="http://purl.oclc.org/dsdl/schematron" queryBinding="xslt2"><title>House rules, version 1.0</title><pattern>'
    '<rule context="/*"><assert id="HOUSE-01" test="count(*) > 1">An e-invoice has elements.</assert></rule></pattern></schema>',
    "name": "House rules",
}


class XmlRequest(Document):
    """An invoice or a credit note in UBL or CII."""

    xml: str = Field(max_length=LARGEST_FILES, json_schema_extra={FILE: "text"})


class RulesRequest(Document):
    """A file of rules as its publisher offers it, Schematron or compiled XSLT."""

    file: str = Field(min_length=1, max_length=200)
    """Its name, which problems and lists show."""
    text: str = Field(min_length=1, max_length=LARGEST_FILES, json_schema_extra={FILE: "text", FILE_NAME: "file"})
    name: str | None = Field(default=None, min_length=1, max_length=60)
    """The name of the rules; absent: that of CEN or Peppol, where they are theirs, else the title."""
    version: str | None = Field(default=None, min_length=1, max_length=60)
    """Their version; absent: the one that the file names."""


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


@e_invoices.verb("/v1/e-invoices/rules", AllRulesAnswer, roles=ADMIN, request=RulesRequest, example=_RULES, is_one_transaction=False)
def add_official_rules(call: Call, body: RulesRequest) -> Tree:
    """Put the rules of a file in force, in place of those of the same name; those in force then.

    They are compiled and tried before anything is written: nobody waits for that but who asks for it.
    """
    text = body.text.encode()
    official_rules.add(call.desk, PurePath(body.file).name or body.file, text, name=body.name, version=body.version, by=call.person)
    return _in_force(call)


@e_invoices.verb("/v1/e-invoices/rules/{name}", AllRulesAnswer, roles=ADMIN, method="DELETE")
def remove_official_rules(call: Call, name: str) -> Tree:
    """Take added rules out of force: those of the program are in force again, where it has some of that name."""
    official_rules.remove(call.desk, name)
    return _in_force(call)


@e_invoices.show("/v1/e-invoices/rules", AllRulesAnswer)
def list_official_rules(call: Call) -> Tree:
    """List the rule sets in force, in the order in which a document is put to them."""
    return _in_force(call)


def _in_force(call: Call) -> Tree:
    return {"rule_sets": [dict(one) for one in official_rules.in_force(call.desk)]}

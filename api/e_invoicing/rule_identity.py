"""Whose rules a text has, in which version, and about which syntax: the one reader of names and versions, of packages and of files."""

from __future__ import annotations

import re
from typing import Final, Literal, NamedTuple

Syntax = Literal["UBL", "CII"]
UBL: Final = "UBL"
CII: Final = "CII"
CEN: Final = "CEN EN 16931"
PEPPOL: Final = "Peppol BIS Billing"
FACTUR_X: Final = "Factur-X EN 16931"
OF_CII: Final = "{name}, CII"
"""The name of rules that exist for both syntaxes, where they are those of CII."""
OFFICIAL: Final = (CEN, OF_CII.format(name=CEN), PEPPOL, OF_CII.format(name=PEPPOL), FACTUR_X)
"""The names of official rules."""
CII_NAMES: Final = "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"
_NUMBERS: Final = (
    (re.compile(r"FX-SCH-"), FACTUR_X),
    (re.compile(r"PEPPOL-EN16931-R(?!008)\d"), PEPPOL),
    (re.compile(r"BR-CO-\d"), CEN),
)
"""Rules are known by their numbers, the first that they have. Others than Peppol take over its R008, about empty elements."""
_VERSIONS: Final = (
    re.compile(r"\bSchematron version\s+(\d+(?:\.\d+)+)"),
    re.compile(r"\brelease\s+v?(\d+(?:\.\d+)+)", re.I),
    re.compile(r"\bversion:?\s+v?(\d+(?:\.\d+)+)", re.I),
    re.compile(r"<(?:\w+:)?created>(\d{4}-\d{2}-\d{2})"),
    re.compile(r'schemaVersion="(\d[\w.]*)"'),
)
_HEAD: Final = 5_000


class Identity(NamedTuple):
    """The name by which rules are known, where they are, and their version, where the text names one."""

    name: str | None
    version: str | None


def identity_of(text: str) -> Identity:
    """Whose rules a text has, Schematron or XSLT, and in which version."""
    name = next((known for number, known in _NUMBERS if number.search(text)), None)
    if name in (CEN, PEPPOL) and syntax_of(text) == CII:
        name = OF_CII.format(name=name)
    matches = (pattern.search(text[:_HEAD]) for pattern in _VERSIONS)
    return Identity(name, next((match[1] for match in matches if match), None))


def syntax_of(text: str) -> Syntax:
    """The syntax of which a text has rules, or in which it is an invoice."""
    return "CII" if CII_NAMES in text else "UBL"

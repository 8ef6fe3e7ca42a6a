"""XML of others read without entities, network and document types, and the short paths of its elements."""

from __future__ import annotations

import re
from typing import Final

from lxml import etree

from api.e_invoicing.rule_identity import CII_NAMES, Syntax
from api.e_invoicing.verdicts import Finding
from engine.phrases import phrase

INVOICE: Final = "{urn:oasis:names:specification:ubl:schema:xsd:Invoice-2}Invoice"
CREDIT_NOTE: Final = "{urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2}CreditNote"
CROSS_INDUSTRY_INVOICE: Final = f"{{{CII_NAMES}}}CrossIndustryInvoice"
SYNTAXES: Final[dict[str, Syntax]] = {INVOICE: "UBL", CREDIT_NOTE: "UBL", CROSS_INDUSTRY_INVOICE: "CII"}
MOST_BYTES: Final = 20_000_000
NOT_READ: Final = "not-read"
_CBC: Final = "{urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2}"
_CLAIMS: Final = (f"{_CBC}CustomizationID", f"{_CBC}ProfileID", f"{{{CII_NAMES}}}ExchangedDocumentContext/*/{{*}}ID")
_PEPPOL: Final = "urn:fdc:peppol.eu:"
_STEP: Final = re.compile(
    r"/(?:(?P<attribute>@[\w:.-]+|@Q\{[^}]*\}[\w.-]+|@\*\[.*?\])"
    r"|(?:Q\{[^}]*\}|\*:|[\w.-]+:)?(?P<name>[\w.-]+|\*)(?:\[namespace-uri\(\)='[^']*'\])?(?:\[(?P<at>\d+)\])?)"
)
_LOCAL_NAME: Final = re.compile(r"local-name\(\)='([^']+)'")


def read_e_invoice(document: bytes) -> etree._Element | Finding:
    """The root of an invoice or credit note in UBL or CII, or why it is none."""
    if len(document) > MOST_BYTES:
        return _not_read(phrase("the file has {bytes} bytes, and an e-invoice at most {most}", bytes=len(document), most=MOST_BYTES))
    try:
        root = etree.fromstring(document, parser())
    except (etree.XMLSyntaxError, ValueError, LookupError) as fault:
        line, text = getattr(fault, "lineno", None) or 1, getattr(fault, "msg", None) or str(fault)
        return _not_read(phrase("the file is not XML: {fault}", fault=" ".join(text.split())[:300]), f"line {line}")
    if getattr(root.getroottree().docinfo, "doctype", ""):
        return _not_read(phrase("the file declares a document type, which an e-invoice never does"))
    if root.tag not in SYNTAXES:
        return _not_read(
            phrase("the file is no invoice and no credit note in UBL or CII: its first element is {tag}", tag=str(root.tag)[:200])
        )
    return root


def parser() -> etree.XMLParser:
    """A parser that resolves nothing and reads nothing else."""
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True)


def claims_peppol(root: etree._Element) -> bool:
    """Whether a document says that it follows a specification of Peppol."""
    return any(_PEPPOL in (each.text or "") for path in _CLAIMS for each in root.findall(path))


def short_path(root: etree._Element, location: str) -> str:
    """A location as rules give it, without name spaces: `/Invoice/InvoiceLine[2]/Price`. Positions stand where there are several."""
    here: etree._Element | None = root
    parts: list[str] = []
    for step in _STEP.finditer(location):
        if step["attribute"]:
            local = _LOCAL_NAME.search(step["attribute"])
            parts.append(f"@{local[1]}" if local else re.sub(r"Q\{[^}]*\}", "", step["attribute"]))
            continue
        name, at = step["name"] if parts else _local(root), int(step["at"] or 1)
        alike = [root] if not parts else [one for one in (() if here is None else here) if _local(one) == name]
        here = alike[at - 1] if 0 < at <= len(alike) else None
        parts.append(f"{name}[{at}]" if len(alike) > 1 or (here is None and at > 1) else name)
    return "/" + "/".join(parts)


def _local(element: etree._Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _not_read(text: str, location: str = "/") -> Finding:
    return Finding(rule=NOT_READ, severity="fatal", text=text, location=location)

"""What rules of others may not contain: whatever reads, writes or runs something besides the document before them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from lxml import etree

from engine.problems import Kind, Problem, Refusal, Span, refuse

SCHEMATRON: Final = "http://purl.oclc.org/dsdl/schematron"
XSLT: Final = "http://www.w3.org/1999/XSL/Transform"
NOT_RULES: Final = Kind(
    "not-rules", "the file is no rules of e-invoices: {fault}", "give Schematron (.sch) or compiled XSLT as the publisher offers it"
)
UNSAFE_RULES: Final = Kind(
    "unsafe-rules", "the rules use {name}, which reaches beyond the document", "ask the publisher for rules that need only the document"
)
MOST_BYTES: Final = 20_000_000
_ELEMENTS: Final = {
    "import", "include", "import-schema", "use-package", "package", "override", "evaluate", "result-document", "source-document", "stream",
    "merge-source", "merge", "document",
}  # fmt: skip
_FUNCTIONS: Final = (
    "doc", "doc-available", "document", "unparsed-text", "unparsed-text-lines", "unparsed-text-available", "json-doc", "collection",
    "uri-collection", "environment-variable", "available-environment-variables", "transform", "load-xquery-module", "function-lookup",
    "stream-available", "evaluate", "parse-html", "unparsed-binary",
)  # fmt: skip
_CALL: Final = re.compile(r"(?<![\w.$@])(?<!\w-)(?:[\w.-]+:|Q\{[^}]*\})?(" + "|".join(_FUNCTIONS) + r")\s*(?:\(:.*?:\)\s*)*[(#]", re.S)
_OUTER_CALL: Final = re.compile(r"(?<![\w.$@])(?<!\w-)([A-Za-z_][\w.-]*):[\w.-]+\s*(?:\(:.*?:\)\s*)*[(#]", re.S)
_NAMED_CALL: Final = re.compile(r"Q\{\s*([^}]*?)\s*\}[\w.-]+\s*[(#]")
_OUTER: Final = ("java:", "clitype:", "http://saxon.sf.net/", "http://exslt.org/", "http://expath.org/", "urn:schemas-microsoft-com")


def read_rules(path: str, text: bytes) -> etree._Element:
    """The root of a file of rules; a Refusal with its position where it is no XML, is too large or uses what rules may not."""
    if len(text) > MOST_BYTES:
        raise refuse(NOT_RULES, at(path, 1), fault=f"{len(text)} bytes")
    try:
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=False, huge_tree=False)
        root = etree.fromstring(text, parser)
    except (etree.XMLSyntaxError, ValueError, LookupError) as fault:
        raise refuse(NOT_RULES, at(path, getattr(fault, "lineno", None) or 1), fault=getattr(fault, "msg", None) or str(fault)) from None
    if getattr(root.getroottree().docinfo, "doctype", ""):
        raise refuse(UNSAFE_RULES, at(path, 1), name="DOCTYPE")
    if problems := tuple(_unsafe(path, root)):
        raise Refusal(problems)
    return root


def at(path: str, line: int) -> Span:
    """The start of a line of a file."""
    return Span(path, line, 1, line, 1)


def line_of(element: etree._Element) -> int:
    """The line of an element in its file."""
    return int(getattr(element, "sourceline", None) or 1)


def _unsafe(path: str, root: etree._Element) -> Iterator[Problem]:
    """Everything in the rules that reads, writes or runs something else."""
    for element in root.iter(etree.Element):
        name = etree.QName(element)
        where = at(path, line_of(element))
        if name.localname == "script" or (name.namespace == XSLT and name.localname in _ELEMENTS):
            yield UNSAFE_RULES.at(where, name=f"{element.prefix}:{name.localname}" if element.prefix else name.localname)
        for attribute, value in element.attrib.items():
            if str(attribute).endswith(("extension-element-prefixes", "expand-text", "use-when")):
                yield UNSAFE_RULES.at(where, name=str(attribute))
            if called := _outer_call(element, str(value)):
                yield UNSAFE_RULES.at(where, name=f"{called}()")


def _outer_call(element: etree._Element, expression: str) -> str | None:
    """The first function that an expression calls and that reaches beyond the document."""
    if match := _CALL.search(expression):
        return match[1]
    for match in _OUTER_CALL.finditer(expression):
        if (element.nsmap.get(match[1]) or "").startswith(_OUTER):
            return match[0].rstrip("(# ")
    for match in _NAMED_CALL.finditer(expression):
        if match[1].startswith(_OUTER):
            return match[0].rstrip("(# ")
    return None

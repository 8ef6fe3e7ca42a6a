"""A file of rules as its publisher offers it, Schematron or compiled XSLT, read as a rule set with its name and version."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import PurePath
from typing import Final

from lxml import etree

from api.e_invoicing.rule_identity import CII, OFFICIAL, UBL, Identity, identity_of
from api.e_invoicing.rule_safety import NOT_RULES, SCHEMATRON, XSLT, at, line_of, read_rules
from api.e_invoicing.rule_sets import PEPPOL_NAMES, RuleSet, packaged
from api.e_invoicing.schematron import NO_ASSERTIONS, SVRL, compile_schema
from api.e_invoicing.validator import Validator
from api.e_invoicing.xml_reading import CROSS_INDUSTRY_INVOICE, INVOICE
from engine.problems import Kind, Problem, Span, refuse

NOT_COMPILED: Final = Kind(
    "rules-not-compiled",
    "the rules cannot be compiled: {fault}",
    "correct the expression, or ask the publisher of the rules",
)
NO_END: Final = Kind(
    "rules-without-verdict", "the rules come to no verdict on an empty document: {fault}", "ask the publisher for rules that come to an end"
)
NO_NAME: Final = Kind("rules-without-name", "the rules have no title", "name them with `--name`")
OTHER_RULES: Final = Kind(
    "rules-not-official", "{name} is the name of official rules, and these are not theirs", "choose another name with `--name`"
)
OTHER_VERSION: Final = Kind(
    "rules-of-other-version", "the version of these official rules is {stated}, as they say themselves", "leave `--version` out"
)
TOO_FEW: Final = Kind(
    "too-few-official-rules",
    "these are {count} rules with numbers of {name}, which has {usual}",
    "add the whole file as it is published, or name rules of your own with `--name`",
)
RESERVED: Final = Kind("rules-of-schemas", "the schemas of UBL and CII come with the program", "choose another name with `--name`")
_LINE: Final = re.compile(r"on line (\d+)")
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
"""What rules state that say only when they were compiled."""
_LONGEST: Final = 60
_ASSERTION: Final = "<svrl:failed-assert"
_FEWEST: Final = 3
"""Official rules are at least the third part of those that come with the program."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFile:
    """Rules that were read, how many there are, and where its compiled lines come from."""

    rule_set: RuleSet
    assertions: int
    path: str
    lines: Mapping[int, int] = field(default_factory=dict)

    def problem(self, seconds: float = 60) -> Problem | None:
        """What the XSLT processor says against them; it compiles them and tries them, in a process of its own."""
        empty = etree.tostring(etree.Element(INVOICE if self.rule_set.syntax == UBL else CROSS_INDUSTRY_INVOICE))
        with Validator([replace(self.rule_set, scope="every")], seconds=seconds) as validator:
            verdict = validator.verdicts([empty])[0]
        if verdict.unended is not None:
            return NO_END.at(at(self.path, 1), fault=verdict.unended)
        fault = verdict.uncompiled
        if fault is None:
            return None
        match = _LINE.search(fault)
        line = int(match[1]) if match else 1
        return NOT_COMPILED.at(at(self.path, self.lines.get(line, 1) if self.lines else line), fault=fault)


def read_rule_file(path: str, text: bytes, *, name: str | None = None, version: str | None = None) -> RuleFile:
    """The rules of a file; a Refusal with positions where they are none, or use what rules may not.

    Those of CEN and Peppol are known by the numbers of their rules, and then are in force in place of those that were.
    """
    root = read_rules(path, text)
    tag = etree.QName(root)
    if (tag.namespace, tag.localname) == (SCHEMATRON, "schema"):
        compiled = compile_schema(path, root)
        stylesheet, assertions, lines = compiled.stylesheet, compiled.assertions, compiled.lines
    elif tag.namespace == XSLT and tag.localname in ("stylesheet", "transform"):
        stylesheet, lines = etree.tostring(root, encoding="unicode"), {}
        assertions = sum(1 for _ in root.iter(f"{{{SVRL}}}failed-assert", f"{{{SVRL}}}successful-report"))
        if not assertions:
            raise refuse(NO_ASSERTIONS, at(path, line_of(root)))
    else:
        raise refuse(NOT_RULES, at(path, line_of(root)), fault=f"<{root.tag}>")
    known = identity_of(text.decode("utf-8", "replace"))
    title = _on_one_line(root.findtext(f"{{{SCHEMATRON}}}title"))[:_LONGEST]
    own = _as_published(_on_one_line(name) or known.name or title)
    if not own:
        raise refuse(NO_NAME, at(path, line_of(root)))
    if own.casefold() in (UBL.casefold(), CII.casefold()):
        raise refuse(RESERVED, at(path, line_of(root)))
    _refuse_false_claims(at(path, line_of(root)), own, _on_one_line(version), known, assertions)
    digest = sha256(text).hexdigest()
    rule_set = RuleSet(
        name=own,
        version=_on_one_line(version) or known.version or digest[:8],
        source=_on_one_line(PurePath(path).name),
        scope="peppol" if own in PEPPOL_NAMES else "every",
        stylesheet=stylesheet,
        digest=digest,
    )
    return RuleFile(rule_set=rule_set, assertions=assertions, path=path, lines=lines)


def _as_published(name: str) -> str:
    """A name; that of official rules as they write it, however it is written."""
    return next((official for official in OFFICIAL if official.casefold() == name.casefold()), name)


def _refuse_false_claims(where: Span, own: str, version: str, known: Identity, assertions: int) -> None:
    """Refuses the name of official rules to what is not theirs, another version than it states, and a few rules with their numbers."""
    if own not in OFFICIAL:
        return
    if known.name != own:
        raise refuse(OTHER_RULES, where, name=own)
    if version and known.version not in (None, version) and not _DAY.fullmatch(known.version):
        raise refuse(OTHER_VERSION, where, stated=known.version)
    usual = next((one.stylesheet.count(_ASSERTION) for one in packaged() if one.name == own), 0)
    if assertions < usual // _FEWEST:
        raise refuse(TOO_FEW, where, count=assertions, name=own, usual=usual)


def _on_one_line(text: str | None) -> str:
    """A text without line ends, and without blanks around it; empty where there is nothing to see in it."""
    return " ".join((text or "").split())

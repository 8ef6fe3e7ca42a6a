"""Schematron compiled by this program says what the compiled rules of others say; files that are no rules or reach further are refused."""

from pathlib import Path

import pytest
from lxml import etree

from api.e_invoicing.rule_file import read_rule_file
from api.e_invoicing.rule_sets import RuleSet, packaged
from api.e_invoicing.validator import Validator
from api.e_invoicing.verdicts import Finding
from engine.problems import Refusal
from tests.unit.api.e_invoicing.compiled_rules import compiled, faulty, of_country, schematron_of

UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
HEAD = f"""<schema xmlns="http://purl.oclc.org/dsdl/schematron" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" queryBinding="xslt2">
  <title>House rules, version 1.2</title>
  <ns prefix="cbc" uri="{UBL}CommonBasicComponents-2"/>
  <ns prefix="cac" uri="{UBL}CommonAggregateComponents-2"/>
  <ns prefix="i" uri="{UBL}Invoice-2"/>
  <ns prefix="u" uri="utils"/>
"""
ALL_OF_IT = f"""{HEAD}
  <let name="currency" value="/*/cbc:DocumentCurrencyCode"/>
  <xsl:function name="u:even"><xsl:param name="n"/><xsl:sequence select="xs:integer($n) mod 2 = 0"
    xmlns:xs="http://www.w3.org/2001/XMLSchema"/></xsl:function>
  <phase id="all"><active pattern="first"/></phase>
  <rules><rule abstract="true" id="named"><assert id="H-06" test="string-length(cbc:Name) &lt; 3">Long.</assert></rule></rules>
  <pattern id="first">
    <let name="limit" value="1"/>
    <rule context="cac:InvoiceLine[cbc:ID = '1']">
      <let name="net" value="cbc:LineExtensionAmount"/>
      <report id="H-01" flag="warning" test="$net > $limit">Line <value-of select="cbc:ID"/> of <name/>: <value-of
        select="$net"/> <value-of select="$currency"/>.</report>
      <assert id="H-02" flag="fatal" test="u:even(cbc:ID)">Odd.</assert>
    </rule>
    <rule context="cac:InvoiceLine"><assert id="H-03" test="false()">Only of lines for which the first rule is not.</assert></rule>
    <rule context="@unitCode[. = 'C62']"><report id="H-04" role="information" test="true()">An attribute.</report></rule>
    <rule context="cbc:Name/text()"><report id="H-05" flag="warning" test="true()">A text.</report></rule>
    <rule context="cac:Item"><extends rule="named"/></rule>
  </pattern>
  <pattern><let name="limit" value="1000000"/>
    <rule context="cac:InvoiceLine"><report id="H-07" test="cbc:LineExtensionAmount > $limit">Much.</report></rule></pattern>
  <pattern abstract="true" id="needed"><rule context="$where"><assert id="H-08" test="$what">No $what.</assert></rule></pattern>
  <pattern is-a="needed"><param name="where" value="i:Invoice"/><param name="what" value="cbc:Missing"/></pattern>
</schema>"""


@pytest.fixture(scope="module")
def invoice(root: Path) -> bytes:
    """A golden invoice, with its first two lines only."""
    tree = etree.parse(root / "tests/golden/january/expected/subscription.xml")
    for line in tree.findall(".//{*}InvoiceLine")[2:]:
        tree.getroot().remove(line)
    return etree.tostring(tree)


@pytest.mark.parametrize("name", ["PEPPOL-EN16931-UBL.xsl", "CEN-EN16931-UBL.xsl"])
def test_what_is_compiled_here_says_what_others_compiled(invoice: bytes, name: str) -> None:
    theirs = compiled(name)
    national = [of_country(invoice, country) for country in ("NO", "DK", "SE", "IT", "GR", "IS", "NL", "DE")]
    documents = [invoice, *national, *list(faulty(invoice))[:: 11 if name.startswith("PEPPOL") else 13]]
    first = RuleSet(name="theirs", version="1", source=name, stylesheet=theirs.decode())
    second = read_rule_file("back.sch", schematron_of(theirs), name="ours")
    assert second.assertions == theirs.count(b"</svrl:failed-assert>") > 100
    with Validator([first, second.rule_set]) as validator:
        verdicts = validator.verdicts(documents)
    broken = set()
    for verdict in verdicts:
        their, our = ({(one.rule, one.severity, one.text, one.location) for one in outcome.findings} for outcome in verdict.outcomes)
        assert our == their
        broken |= {rule for rule, *_ in our}
    assert len(broken) > 10


def test_every_part_of_schematron_is_compiled(invoice: bytes) -> None:
    file = read_rule_file("house.sch", ALL_OF_IT.encode())
    assert (file.rule_set.name, file.rule_set.version, file.assertions) == ("House rules, version 1.2", "1.2", 8)
    with Validator([*packaged()[:1], file.rule_set]) as validator:
        findings = validator.verdicts([invoice])[0].outcomes[1].findings
    assert _of("H-01", findings)[0].text == "Line 1 of cac:InvoiceLine: 91.58 EUR."
    assert _of("H-01", findings)[0].severity == "warning"
    assert [one.location for one in _of("H-02", findings)] == ["/Invoice/InvoiceLine[1]"]
    assert [one.location for one in _of("H-03", findings)] == ["/Invoice/InvoiceLine[2]"]
    assert {one.location.rpartition("/")[2] for one in _of("H-04", findings)} == {"@unitCode"}
    assert _of("H-05", findings)
    assert len(_of("H-06", findings)) == 2
    assert not _of("H-07", findings)
    assert [one.text for one in _of("H-08", findings)] == ["No $what."]


def _of(rule: str, findings: tuple[Finding, ...]) -> list[Finding]:
    return [one for one in findings if one.rule == rule]


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("nothing", "not-rules", 1),
        ("<Invoice/>", "not-rules", 1),
        (f"{HEAD}</schema>", "no-rules", 1),
        (f"{HEAD}<include href='more.sch'/></schema>", "schematron-not-supported", 7),
        (f"{HEAD}<pattern><rule context='*'><extends rule='none'/></rule></pattern></schema>", "schematron-not-supported", 7),
        (f"{HEAD}<pattern><rule><assert test='1'/></rule></pattern></schema>", "schematron-not-supported", 7),
        (f"{HEAD}<pattern is-a='none'/></schema>", "schematron-not-supported", 7),
        (f"{HEAD}\n<xsl:include href='more.xsl'/></schema>", "unsafe-rules", 8),
        (f"{HEAD}<pattern><rule context='*'><assert test=\"doc ('x')\"/></rule></pattern></schema>", "unsafe-rules", 7),
        (f"{HEAD}<pattern><rule context='*'><assert test=\"fn:unparsed-text(: :)('x')\"/></rule></pattern></schema>", "unsafe-rules", 7),
        (f"{HEAD}<pattern><rule context='*'><assert test=\"environment-variable('HOME')\"/></rule></pattern></schema>", "unsafe-rules", 7),
        (f"{HEAD}<pattern><rule context='*'><assert test='sort(*, doc#1)'/></rule></pattern></schema>", "unsafe-rules", 7),
        (f"{HEAD}<pattern><rule context='*'><assert test=\"./unparsed-text('x')\"/></rule></pattern></schema>", "unsafe-rules", 7),
        (f"{HEAD}<pattern><rule context='*'><assert test=\"()-json-doc('x')\"/></rule></pattern></schema>", "unsafe-rules", 7),
        (f"{HEAD}<let xmlns:j='java:java.lang.System' name='x' value='j:exit(1)'/></schema>", "unsafe-rules", 7),
        (f"{HEAD}<script>exit()</script></schema>", "unsafe-rules", 7),
        (f"<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>{HEAD}</schema>", "unsafe-rules", 1),
        (HEAD.replace("xslt2", "xquery") + "</schema>", "schematron-not-supported", 1),
        ("<xsl:stylesheet xmlns:xsl='http://www.w3.org/1999/XSL/Transform' version='2.0'/>", "no-rules", 1),
    ],
)  # fmt: skip
def test_what_is_no_rules_or_reaches_further_is_refused_with_its_line(text: str, code: str, line: int) -> None:
    with pytest.raises(Refusal) as refused:
        read_rule_file("file.sch", text.encode())
    problem = refused.value.problems[0]
    assert (problem.code, problem.where and problem.where.line) == (code, line)


def test_an_expression_that_cannot_be_compiled_is_named_with_its_line() -> None:
    text = f"{HEAD}\n\n<pattern><rule context='*'>\n<assert id='A' test='cuont(*) = 1'/></rule></pattern></schema>"
    problem = read_rule_file("file.sch", text.encode()).problem()
    assert problem is not None
    assert (problem.code, problem.where and problem.where.line) == ("rules-not-compiled", 10)
    assert "cuont" in problem.message
    assert read_rule_file("file.sch", text.replace("cuont", "count").encode()).problem() is None


def test_rules_that_do_not_end_are_refused() -> None:
    endless = "count(for $a in 1 to 1000000, $b in 1 to 1000000 return .[$a = $b]) = 1"
    text = f"{HEAD}<pattern><rule context='*'><assert id='A' test='{endless}'/></rule></pattern></schema>"
    problem = read_rule_file("file.sch", text.encode()).problem(seconds=1)
    assert problem is not None
    assert (problem.code, problem.where and problem.where.line) == ("rules-without-verdict", 1)
    assert "more than 1 s" in problem.message


def test_names_and_versions_of_rules_stand_on_one_line() -> None:
    text = f"{HEAD}<pattern><rule context='*'><assert id='my-doc' test='true()'/></rule></pattern></schema>".encode()
    rules = read_rule_file("two\nlines.sch", text, name=" House\nrules ", version="v\n1").rule_set
    assert (rules.name, rules.version, rules.source) == ("House rules", "v 1", "two lines.sch")
    with pytest.raises(Refusal) as refused:
        read_rule_file("file.sch", text.replace(b"<title>", b"<!--").replace(b"</title>", b"-->"), name=" ")
    assert refused.value.problems[0].code == "rules-without-name"


def test_rules_of_cen_and_peppol_are_known_by_their_numbers() -> None:
    cen, peppol = (read_rule_file(name, compiled(name)).rule_set for name in ("CEN-EN16931-UBL.xsl", "PEPPOL-EN16931-UBL.xsl"))
    assert (cen.name, cen.scope) == ("CEN EN 16931", "every")
    assert (peppol.name, peppol.scope, peppol.version) == ("Peppol BIS Billing", "peppol", "2024-03-09")


NUMBERED = f"{HEAD}<pattern><rule context='*'><assert id='BR-CO-10' test='true()'>Sums.</assert></rule></pattern></schema>"


@pytest.mark.parametrize(
    ("text", "name", "version", "code"),
    [
        (NUMBERED.replace("BR-CO-10", "OURS-1"), "CEN EN 16931", None, "rules-not-official"),
        (NUMBERED.replace("BR-CO-10", "OURS-1"), "peppol  bis Billing", None, "rules-not-official"),
        (NUMBERED, "Peppol BIS Billing", None, "rules-not-official"),
        (NUMBERED, None, None, "too-few-official-rules"),
        (NUMBERED, "ubl 2.1", None, None),
        (NUMBERED, "ubl", None, "rules-of-schemas"),
        (NUMBERED, "House rules", "1.0", None),
    ],
)
def test_only_official_rules_have_their_names(text: str, name: str | None, version: str | None, code: str | None) -> None:
    if code is None:
        assert read_rule_file("house.sch", text.encode(), name=name, version=version).rule_set.name == name
        return
    with pytest.raises(Refusal) as refused:
        read_rule_file("house.sch", text.encode(), name=name, version=version)
    assert [each.code for each in refused.value.problems] == [code]


def test_official_rules_have_the_version_that_they_state() -> None:
    text = next(one.stylesheet.encode() for one in packaged() if one.name == "CEN EN 16931")
    assert read_rule_file("cen.xsl", text, name="cen EN 16931", version="1.3.16").rule_set.name == "CEN EN 16931"
    with pytest.raises(Refusal) as refused:
        read_rule_file("cen.xsl", text, version="1.3.99")
    assert "1.3.16" in refused.value.problems[0].message

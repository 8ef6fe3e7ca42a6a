"""Whose rules a text has, and in which version, read alike of packages and of files."""

import pytest

from api.e_invoicing.rule_identity import CII_NAMES, identity_of, syntax_of
from api.e_invoicing.rule_sets import packaged

CII = f'<ns prefix="rsm" uri="{CII_NAMES}"/>'


@pytest.mark.parametrize(
    ("text", "name", "version"),
    [
        ('<assert id="BR-CO-10"/>', "CEN EN 16931", None),
        (f'{CII}<assert id="BR-CO-10"/>', "CEN EN 16931, CII", None),
        ("<!-- Last update: 2026 May release 3.0.21. --><assert id='PEPPOL-EN16931-R001'/>", "Peppol BIS Billing", "3.0.21"),
        (f"{CII}<assert id='PEPPOL-EN16931-R001'/>", "Peppol BIS Billing, CII", None),
        (f"<!-- Version: 1.09.2 -->{CII} FX-SCH-A-000001 BR-CO-10 PEPPOL-EN16931-R008", "Factur-X EN 16931", "1.09.2"),
        ("Licence (EUPL) version 1.2. <!--Schematron version 1.3.16 --><assert id='BR-CO-10'/>", "CEN EN 16931", "1.3.16"),
        ("<title>House rules, version 2.5</title>", None, "2.5"),
    ],
)
def test_rules_are_known_by_their_numbers_and_say_their_version(text: str, name: str | None, version: str | None) -> None:
    assert identity_of(text) == (name, version)


def test_the_packages_are_read_as_files_are() -> None:
    for one in packaged():
        if one.schemas is None:
            assert one.name == identity_of(one.stylesheet).name
            assert str(identity_of(one.stylesheet).version) in one.version
    assert [one.syntax for one in packaged()] == ["UBL", "UBL", "UBL", "CII", "CII"]
    assert syntax_of("") == "UBL"

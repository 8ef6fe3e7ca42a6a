"""The pages of the installation: each check with its remedy, and settings with their origins, for administrators alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from api.settings import Setting, read_settings
from tests.contract.browsers import signed_in
from tests.contract.desk_over_http import DeskOverHttp
from tests.contract.test_outdated_forms import text_of

SECRETS = {
    "SMTP_URL": "smtp://me:covert@mail.example",
    "PEPPOL_URL": "https://covert@access.example",
    "ACCOUNTING_URL": "odoo+https://covert@books.example/firm",
    "LINK_SECRET": "covert" * 8,
    "SIGN_ON_SECRET": "covert",
}


@pytest.fixture
def told(lone: DeskOverHttp) -> DeskOverHttp:
    """The desk, whose service has passwords, keys and secrets in its settings."""
    url = str(lone.opener.url)
    lone.opener.settings = read_settings({"DATABASE_URL": url}, {f"CENTWRIGHT_{name}": text for name, text in SECRETS.items()})
    return lone


def test_each_check_stands_on_a_page_with_its_state_and_remedy(told: DeskOverHttp) -> None:
    admin = signed_in(told, "admin")
    findings = {each["what"]: each for each in told.of("admin").tree("/v1/admin/doctor")["findings"]}
    assert list(findings) == ["python", "pdf", "settings", "rulebook", "database", "version", "connections"]
    assert findings["settings"] == {
        "what": "settings",
        "is_well": True,
        "says": f"all {len(told.opener.settings.by_name)} can be read",
        "remedy": None,
    }
    page = text_of(admin.get("/admin/doctor").text)
    assert "Drawing PDFs in order" in page
    assert "v1 is in force on 31/01/2027" in page or "v1 is in force on 2027-01-31" in page
    settings = told.opener.settings
    told.opener.settings = replace(settings, by_name={**settings.by_name, "RATE": Setting("RATE", "many", "environment")})
    wrong = text_of(admin.get("/admin/doctor").text)
    assert "1 of 6 checks found something missing." in wrong
    assert "CENTWRIGHT_RATE is `many`" in wrong
    assert "write a whole number from 1 to 100000" in wrong


def test_settings_are_shown_with_their_origins_and_without_secrets(told: DeskOverHttp) -> None:
    admin = signed_in(told, "admin")
    page = admin.get("/admin/settings").text
    assert "covert" not in page + told.of("admin").get("/v1/admin/settings").text
    assert "smtp://me:•••@mail.example" in page
    tree = told.of("admin").tree("/v1/admin/settings")
    service = {row["setting"]: (row["text"], row["from"]) for row in tree["installation"]}
    assert service["CENTWRIGHT_LINK_SECRET"] == ("•••", "environment")
    assert service["CENTWRIGHT_RATE"] == ("200", "default")
    company = {row["setting"]: (row["text"], row["from"].partition(":")[0]) for row in tree["company"]}
    assert company["seller.vat-number"] == (told.desk.rulebook.company.seller.vat_number, "company.yaml")
    assert company["publishing.second-person"] == ("no", "default")
    assert company["numbering.quote"][1] == "company.yaml"
    line = next(row["from"] for row in tree["company"] if row["setting"] == "currency").partition(":")[2]
    assert told.desk.sources["company.yaml"].splitlines()[int(line) - 1].startswith("currency:")
    assert "/rules?file=company.yaml" in page


def test_only_administrators_see_the_installation(told: DeskOverHttp) -> None:
    analyst = signed_in(told, "analyst")
    assert {analyst.get(f"/admin/{page}").status_code for page in ("doctor", "settings")} == {404}
    assert "/admin/" not in analyst.get("/rulebooks").text

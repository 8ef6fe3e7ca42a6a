"""Settings: the precedence of option, environment, `.env` and default, and the origin of each."""

from datetime import date
from pathlib import Path

import pytest

from api.installation import SHIPPED
from api.settings import database_address, read_day, read_settings
from engine.problems import Refusal


def test_an_option_goes_before_the_environment_and_that_before_the_default() -> None:
    settings = read_settings({"TODAY": "2027-01-31"}, {"CENTWRIGHT_TODAY": "2026-01-01", "CENTWRIGHT_PORT": "9000"})
    assert settings.today == date(2027, 1, 31)
    assert settings.port == 9000
    assert {name: one.origin for name, one in settings.by_name.items() if name in ("TODAY", "PORT", "RULEBOOK")} == {
        "TODAY": "option",
        "PORT": "environment",
        "RULEBOOK": "default",
    }


def test_a_day_that_is_none_is_told_by_where_it_was_given() -> None:
    for options, environment, name in (({"TODAY": "1/1/2027"}, {}, "--today"), ({}, {"CENTWRIGHT_TODAY": "1/1/2027"}, "CENTWRIGHT_TODAY")):
        with pytest.raises(Refusal, match=f"{name} is `1/1/2027`, which is not a day"):
            assert read_settings(options, environment).today


def test_without_a_setting_the_rulebook_is_that_in_which_one_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "catalog/products").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "catalog/products")
    assert read_settings({}, {}).rulebook == SHIPPED
    (tmp_path / "company.yaml").touch()
    assert read_settings({}, {}).rulebook == tmp_path
    assert read_settings({}, {"CENTWRIGHT_RULEBOOK": "other"}).rulebook == Path("other")


def test_a_file_is_read_and_the_environment_goes_before_it(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("# ours\nexport CENTWRIGHT_PORT = 8001\nCENTWRIGHT_SMTP_URL='smtp://mail'\nOTHER=1\n")
    settings = read_settings({}, {"CENTWRIGHT_PORT": "8002"}, tmp_path / ".env")
    assert (settings.port, settings.text("SMTP_URL"), settings.text("PEPPOL_URL")) == (8002, "smtp://mail", None)
    assert settings.by_name["SMTP_URL"].origin == ".env"


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("out/desk.sqlite", "sqlite:///out/desk.sqlite"),
        ("postgres://u:p@h/d", "postgresql+psycopg://u:p@h/d"),
        ("postgresql://u@h/d", "postgresql+psycopg://u@h/d"),
        ("postgresql+psycopg://h/d", "postgresql+psycopg://h/d"),
        ("sqlite:///x", "sqlite:///x"),
    ],
)
def test_a_database_may_be_a_path(text: str, address: str) -> None:
    assert database_address(text) == address


@pytest.mark.parametrize("text", ["31/01/2027", "2027-02-30", "2027-1-1", "", "20270131", "2027-W01-1"])
def test_a_day_is_an_iso_date_and_nothing_else(text: str) -> None:
    with pytest.raises(Refusal):
        read_day(text, "--today")


@pytest.mark.parametrize("text", ["no", "-1", "70000", "8000.5"])
def test_a_port_is_a_number(text: str) -> None:
    with pytest.raises(Refusal):
        _ = read_settings({}, {"CENTWRIGHT_PORT": text}).port


@pytest.mark.parametrize("text", ["0", "-1", "3601", "1.5", "long"])
def test_a_lock_is_waited_for_some_seconds(text: str) -> None:
    settings = read_settings({}, {})
    assert (settings.lock_timeout, settings.batch_lock_timeout) == (10, 30)
    with pytest.raises(Refusal, match="CENTWRIGHT_LOCK_TIMEOUT"):
        _ = read_settings({}, {"CENTWRIGHT_LOCK_TIMEOUT": text}).lock_timeout


def test_a_password_is_never_shown() -> None:
    settings = read_settings({"DATABASE_URL": "postgresql://me:secret@db/x"}, {})
    assert settings.by_name["DATABASE_URL"].shown == "postgresql://me:•••@db/x"
    assert read_settings({}, {"CENTWRIGHT_LINK_SECRET": "secret"}).by_name["LINK_SECRET"].shown == "•••"
    assert read_settings({}, {}).by_name["LINK_SECRET"].shown == ""


@pytest.mark.parametrize(
    ("name", "text", "shown"),
    [
        ("SMTP_URL", "smtp://me:pa/ss@wo:rd@mail.example", "smtp://me:•••@mail.example"),
        ("DATABASE_URL", "postgresql://db/x?user=me&password=p&sslmode=require", "postgresql://db/x?user=me&password=•••&sslmode=require"),
        ("ACCOUNTING_URL", "odoo+https://a-key@books.example/firm", "odoo+https://•••@books.example/firm"),
        ("ACCOUNTING_URL", "tryton+https://me:secret@books.example/firm", "tryton+https://me:•••@books.example/firm"),
        ("PEPPOL_URL", "https://key:rest@access.example/path", "https://•••@access.example/path"),
        ("VIES_URL", "https://vies.example/?api_key=secret", "https://vies.example/?api_key=•••"),
        ("SIGN_ON_SECRET", "secret", "•••"),
        ("ACCOUNTING_URL", "files:///srv/accounting", "files:///srv/accounting"),
        ("REDIRECT_MAIL_TO", "tests@example.com", "tests@example.com"),
    ],
)
def test_no_password_and_no_key_of_an_address_is_shown(name: str, text: str, shown: str) -> None:
    assert read_settings({}, {f"CENTWRIGHT_{name}": text}).by_name[name].shown == shown


def test_servers_before_this_one_are_addresses() -> None:
    assert read_settings({}, {"CENTWRIGHT_PROXIES": "127.0.0.1, ::1"}).proxies == {"127.0.0.1", "::1"}
    with pytest.raises(Refusal, match="no-proxy-address"):
        _ = read_settings({}, {"CENTWRIGHT_PROXIES": "10.0.0.0/8"}).proxies

"""The language of messages: by option, setting, terminal locale, and request header."""

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.cli import main
from api.http.app import create_app
from api.languages import language_of_request, language_of_terminal
from api.rulebook_folder import read_folder
from api.settings import read_settings
from engine.problems import Refusal


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({"LANG": "fr_BE.UTF-8"}, "fr"),
        ({"LANG": "nl_BE.UTF-8", "LC_ALL": "fr_FR"}, "fr"),
        ({"LANG": "fr_BE", "LC_MESSAGES": "nl"}, "nl"),
        ({"LANG": "nl.UTF-8", "LC_ALL": ""}, "nl"),
        ({"LANG": "nl_BE", "LC_ALL": "C.UTF-8"}, None),
        ({"LANG": "eo_EO.UTF-8"}, None),
        ({}, None),
    ],
)
def test_the_first_locale_variable_that_says_something_decides(environment: dict[str, str], language: str | None) -> None:
    assert language_of_terminal(environment) == language


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("fr-BE,fr;q=0.9,en;q=0.8", "fr"),
        ("eo, nl;q=0.5, en;q=0.4", "nl"),
        ("en;q=0.1, nl; q=0.75", "nl"),
        ("fr;q=0, nl;q=0.001", "nl"),
        ("fr;q=x, nl;q=-1", "en"),
        ("*", "en"),
        ("eo", "en"),
        ("", "en"),
        (",;q=,,;;=", "en"),
        ("nl;q=٠.٩", "en"),
        ("eo," * 100_000 + "nl", "en"),
    ],
)
def test_the_heaviest_wish_for_one_of_our_languages_wins(accepted: str, language: str) -> None:
    assert language_of_request(accepted) == language


def test_the_setting_goes_before_the_locale_and_the_option_before_both() -> None:
    environment = {"LANG": "nl_BE.UTF-8", "CENTWRIGHT_LANGUAGE": "fr"}
    assert read_settings({}, environment).language == "fr"
    assert read_settings({"LANGUAGE": "en"}, environment).language == "en"
    spoken = read_settings({}, {"LANG": "nl_BE.UTF-8"}).by_name["LANGUAGE"]
    assert (spoken.text, spoken.origin) == ("nl", "environment")
    assert read_settings({}, {}).by_name["LANGUAGE"].origin == "default"


def test_a_language_that_is_none_is_refused() -> None:
    with pytest.raises(Refusal) as refusal:
        _ = read_settings({}, {"CENTWRIGHT_LANGUAGE": "eo"}).language
    assert refusal.value.problems[0].code == "no-language"


def test_check_uses_the_requested_language(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "company.yaml").write_text("kind: company\n")
    monkeypatch.setenv("CENTWRIGHT_LANGUAGE", "nl")
    assert main.run(["check", str(tmp_path)]) == 1
    reported = capsys.readouterr()
    assert "= hulp: " in reported.out
    assert "problemen gevonden in 1 bestand" in reported.err
    assert main.run(["--language", "fr", "check", str(tmp_path)]) == 1
    reported = capsys.readouterr()
    assert "= aide\u00a0: " in reported.out
    monkeypatch.setenv("CENTWRIGHT_LANGUAGE", "eo")
    assert main.run(["check", str(tmp_path)]) == 1
    assert "no-language: CENTWRIGHT_LANGUAGE is `eo`" in capsys.readouterr().err


def test_the_service_declines_in_the_language_that_the_request_accepts(root: Path) -> None:
    app = create_app(read_folder(root))
    with TestClient(app, "http://127.0.0.1") as client:
        for accepted, language in (("fr-BE", "fr"), ("nl, en;q=0.5", "nl"), ("eo", "en")):
            declined = client.post("/v1/evaluations/price", json={}, headers={"Accept-Language": accepted})
            assert (declined.status_code, declined.headers["Content-Language"]) == (422, language)

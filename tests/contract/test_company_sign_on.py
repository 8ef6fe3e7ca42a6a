"""Signing in with an account of the company, at a real provider of OpenID Connect: who gets in, and what is refused."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi.testclient import TestClient
from joserfc.jwk import RSAKey

from api.delivery.openid_provider import OpenIdProvider
from api.desk import staff
from api.desk.sign_on_settings import SignOnSettings
from api.settings import read_settings
from api.store import audit_trail
from api.store.users import User
from engine.problems import Refusal
from tests.contract.signing_company import Company, problem_of
from tests.openid_server import REGISTRATION


def test_a_person_signs_in_at_the_company_and_out(company: Company) -> None:
    page = company.client.get("/sign-in?back=/orders").text
    assert 'href="/sign-in/company?back=%2Forders"' in page
    at = company.begin()
    sent = parse_qs(urlsplit(at).query)
    assert sent["code_challenge_method"] == ["S256"]
    assert {"state", "nonce", "code_challenge"} <= sent.keys()
    entered = company.back(company.account(at))
    assert (entered.status_code, entered.headers["location"]) == (303, "/orders")
    assert "HttpOnly" in entered.headers["set-cookie"]
    home = company.client.get("/")
    assert "Ann Peeters" in home.text
    csrf = re.findall(r'name="csrf" value="([^"]+)"', home.text)[0]
    out = company.client.post("/sign-out", data={"csrf": csrf})
    assert "/sign-in/company/end" in out.text
    end = company.client.get("/sign-in/company/end", follow_redirects=False).headers["location"]
    assert end.startswith(f"{company.server.issuer}/end?client_id=centwright&post_logout_redirect_uri=http%3A%2F%2Flocalhost")
    assert company.client.get("/", follow_redirects=False).status_code == 303


SPOILT: dict[str, tuple[Callable[[dict[str, Any], dict[str, Any]], object], str]] = {
    "another nonce": (lambda _, claims: claims.update(nonce="of another"), "`nonce`"),
    "no nonce": (lambda _, claims: claims.pop("nonce"), "`nonce`"),
    "another audience": (lambda _, claims: claims.update(aud="another"), "`aud`"),
    "several audiences": (lambda _, claims: claims.update(aud=["another", REGISTRATION]), "`azp`"),
    "for another party": (lambda _, claims: claims.update(azp="another"), "`azp`"),
    "another issuer": (lambda _, claims: claims.update(iss="https://evil.example"), "`iss`"),
    "expired": (lambda _, claims: claims.update(exp=claims["iat"] - 120), "expired"),
    "without an end": (lambda _, claims: claims.pop("exp"), "`exp`"),
    "of the future": (lambda _, claims: claims.update(nbf=claims["iat"] + 3600), "nbf"),
    "no signature": (lambda header, _: header.update(alg="none"), "not signed as it must be"),
    "a shared secret": (lambda header, _: header.update(alg="HS256"), "not signed as it must be"),
    "an unknown key": (lambda header, _: header.update(kid="unknown"), "not by a key of the provider"),
    "of another access": (lambda _, claims: claims.update(at_hash="AAAA"), "`at_hash`"),
    "no subject": (lambda _, claims: claims.pop("sub"), "`sub`"),
    "an empty subject": (lambda _, claims: claims.update(sub=""), "`sub`"),
}


def test_a_token_that_is_not_for_this_sign_in_is_refused(company: Company) -> None:
    for name, (spoil, what) in SPOILT.items():
        company.server.spoil = spoil
        refused = company.sign_in()
        assert (refused.status_code, what in problem_of(refused)) == (401, True), name
        assert company.client.get("/", follow_redirects=False).status_code == 303, name


def test_an_answer_that_was_not_begun_here_is_refused(company: Company) -> None:
    answer = company.account(company.begin())
    stranger = replace(company, client=TestClient(company.client.app, base_url="http://localhost"))
    assert "not begun in this browser" in problem_of(stranger.back(answer))
    other = re.sub("state=[^&]+", "state=other", answer)
    assert "not begun in this browser" in problem_of(company.back(other))
    assert "not begun in this browser" in problem_of(company.back(answer))  # the browser holds nothing of it any more
    for issuer in ("https://evil.example", f"{company.server.issuer}/"):
        assert "another provider" in problem_of(company.back(f"{company.account(company.begin())}&iss={issuer}"))
    declined = company.back(company.account(company.begin(), "nobody"))
    assert (declined.status_code, "Nobody" in problem_of(declined)) == (401, True)


def test_a_code_is_exchanged_once_and_by_who_requested_it(company: Company) -> None:
    at = company.begin()
    held, answer = dict(company.client.cookies), company.account(at)
    assert company.back(answer).status_code == 303
    company.client.cookies.clear()
    company.client.cookies.update(held)
    replayed = company.back(answer)
    assert (replayed.status_code, "invalid_grant" in replayed.text or "Invalid" in problem_of(replayed)) == (401, True)
    company.client.cookies.clear()
    first = company.begin()
    stolen = parse_qs(urlsplit(company.account(first)).query)["code"][0]
    second = company.account(company.begin())
    injected = company.back(re.sub("code=[^&]+", f"code={stolen}", second))
    assert injected.status_code == 401  # its verifier is another
    company.use(secret="wrong")
    assert company.sign_in().status_code == 401


def test_only_people_who_are_known_and_active_get_in(company: Company) -> None:
    unknown = company.sign_in("bert")
    assert (unknown.status_code, problem_of(unknown)) == (401, "nobody here is `bert`. ask an administrator to add the person first")
    staff.change(company.desk, "ann", state="disabled")
    assert "disabled" in problem_of(company.sign_in())
    staff.change(company.desk, "ann", state="active")
    company.use(person_claim="employee")
    assert "`employee`" in problem_of(company.sign_in())


def test_groups_decide_the_role_where_they_have_one(company: Company) -> None:
    company.use(roles={"Billing": "billing", "Analysts": "analyst"})
    company.server.only_on_request = ("groups",)
    assert company.sign_in().status_code == 303
    assert staff.find_user(company.desk, "ann").role == "billing"
    assert "no group" in problem_of(company.sign_in("bert"))
    company.server.accounts["bert"]["groups"] = "Analysts"
    assert company.sign_in("bert").status_code == 303
    assert staff.find_user(company.desk, "bert") == User(name="bert", full_name="Bert Claes", email="bert@example.com", role="analyst")
    with company.desk.store.reading() as connection:
        trail = [(each.entry.actor, each.entry.action, each.entry.fields) for each in audit_trail.each(connection)]
    added = ("email", "full_name", "name", "role")
    assert sorted(trail) == [
        *(("ann", "sign_on", ("role",)), ("ann", "sign_on_bound", ("sub",))),
        *(("bert", "sign_on", added), ("bert", "sign_on_bound", ("sub",))),
    ]


def test_new_keys_of_the_provider_are_read_and_those_of_others_are_not(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    assert company.sign_in().status_code == 303
    monkeypatch.setattr("api.delivery.openid_provider._KEYS_READ_AGAIN", 0.0)
    company.server.renew_keys()
    assert company.sign_in().status_code == 303
    company.server.signed_by = RSAKey.generate_key(2048)
    assert "not by a key of the provider" in problem_of(company.sign_in())


def test_a_provider_that_is_away_or_another_is_said(company: Company) -> None:
    company.server.named = "https://evil.example"
    other = company.client.get("/sign-in/company")
    assert (other.status_code, "it calls itself `https://evil.example`" in problem_of(other)) == (503, True)
    company.server.named = None
    company.use(issuer=f"{company.server.issuer}/nothing")
    away = company.client.get("/sign-in/company")
    assert (away.status_code, "status 404" in problem_of(away)) == (503, True)
    with pytest.raises(Refusal, match="https"):
        OpenIdProvider(SignOnSettings(issuer="http://login.example.com", registration="x"))


def test_a_form_that_was_sent_after_the_session_ended_comes_back(company: Company) -> None:
    sent = company.client.post("/do/create_customer", data={"name": "Optique du Parc"})
    link = html.unescape(re.findall(r'href="(/sign-in/company[^"]+)"', sent.text)[0])
    led = company.client.get(link, follow_redirects=False).headers["location"]
    form = company.back(company.account(led))
    assert 'value="Optique du Parc"' in form.text
    assert company.client.get("/customers").text.count("Optique du Parc") == 0


def test_passwords_can_be_switched_off(company: Company) -> None:
    pages = company.pages
    assert 'name="password"' in company.client.get("/sign-in").text
    pages.offered = replace(pages.offered, passwords=False)
    assert 'name="password"' not in company.client.get("/sign-in").text
    refused = company.client.post("/sign-in", data={"user": "ann", "password": "a long password"})
    assert (refused.status_code, "nobody signs in with a password" in problem_of(refused)) == (401, True)


def settings(**texts: str) -> SignOnSettings | None:
    """The settings of an environment."""
    return SignOnSettings.of(read_settings({}, {f"CENTWRIGHT_{name}": text for name, text in texts.items()}))


def test_settings_say_what_is_missing_or_wrong(tmp_path: Path) -> None:
    assert settings() is None
    (tmp_path / "secret").write_text("of a file\n", encoding="utf-8")
    read = settings(
        SIGN_ON_ISSUER="https://login.example.com",
        SIGN_ON_CLIENT="cw",
        SIGN_ON_SECRET_FILE=str(tmp_path / "secret"),
        SIGN_ON_ROLES="CN=Finance=accounting, Sales=sales",
        PASSWORDS="off",
    )
    assert read is not None
    assert (read.secret, read.allows_passwords) == ("of a file", False)
    assert read.roles == {"CN=Finance": "accounting", "Sales": "sales"}
    assert "of a file" not in repr(read)
    for texts, code in (
        ({"PASSWORDS": "off"}, "no-sign-on"),
        ({"SIGN_ON_CLIENT": "x"}, "no-sign-on"),
        ({"SIGN_ON_ISSUER": "x", "SIGN_ON_CLIENT": "x", "SIGN_ON_UNVERIFIED": "yes"}, "no-verification"),
        ({"PASSWORDS": "no"}, "no-passwords"),
        ({"SIGN_ON_ISSUER": "x", "SIGN_ON_CLIENT": "x", "SIGN_ON_ROLES": "Finance"}, "no-sign-on-roles"),
        ({"SIGN_ON_ISSUER": "x", "SIGN_ON_CLIENT": "x", "SIGN_ON_SECRET_FILE": str(tmp_path / "no")}, "no-sign-on-secret"),
    ):
        with pytest.raises(Refusal) as refusal:
            settings(**texts)
        assert refusal.value.problems[0].code == code

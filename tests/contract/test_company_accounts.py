"""Accounts of the company are bound to people by their subject: others with the same name or address are refused."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any

import pytest

from api.desk import company_sign_on, staff
from api.store import audit_trail
from api.store.users import User
from engine.problems import Refusal
from tests.contract.signing_company import Company, problem_of

UNVERIFIED: dict[str, tuple[Callable[[dict[str, Any], dict[str, Any]], object], bool]] = {
    "not said": (lambda _, claims: claims.pop("email_verified", None), False),
    "false": (lambda _, claims: claims.update(email_verified=False), False),
    "a word for false": (lambda _, claims: claims.update(email_verified="false"), False),
    "nothing": (lambda _, claims: claims.update(email_verified=None), False),
    "a number": (lambda _, claims: claims.update(email_verified=2), False),
    "true": (lambda _, claims: claims.update(email_verified=True), True),
    "a word for true": (lambda _, claims: claims.update(email_verified="true"), True),
}


def test_an_address_that_the_provider_did_not_verify_names_nobody(company: Company) -> None:
    company.use(person_claim="email")
    for name, (spoil, is_verified) in UNVERIFIED.items():
        company.server.spoil = spoil
        entered = company.sign_in()
        assert entered.status_code == (303 if is_verified else 401), name
        assert is_verified or "does not say that it verified" in problem_of(entered), name
    company.use(accepts_unverified=True)
    company.server.spoil = UNVERIFIED["not said"][0]
    assert company.sign_in().status_code == 303


def test_an_account_is_bound_at_its_first_time_and_another_with_its_name_is_refused(company: Company) -> None:
    company.use(person_claim="email", accepts_unverified=True)
    assert company.sign_in().status_code == 303
    (bound,) = company_sign_on.accounts_of(company.desk, "ann")
    assert (bound.issuer, bound.user) == (company.server.issuer, "ann")
    company.server.accounts["bert"]["email"] = "ann@example.com"  # whoever has the address now
    refused = company.sign_in("bert")
    assert (refused.status_code, "another account of the company" in problem_of(refused)) == (401, True)
    assert "centwright user unbind ann" in problem_of(refused)
    company.server.accounts["ann"]["email"] = "ann.peeters@example.com"
    assert company.sign_in().status_code == 303, "her account is known by its subject, whatever her address is"
    with company.desk.store.reading() as connection:
        trail = [(each.entry.resource, each.entry.action) for each in audit_trail.each(connection)]
    assert sorted(trail) == [("users/ann", "sign_on_bound"), ("users/ann", "sign_on_refused")]
    ends = company.client.get("/", follow_redirects=False).status_code
    assert company_sign_on.unbind(company.desk, "ann").name == "ann"
    assert (ends, company.client.get("/", follow_redirects=False).status_code) == (200, 303), "the sessions of the former account end"
    with pytest.raises(Refusal, match="no account of the company is bound"):
        company_sign_on.unbind(company.desk, "ann")
    assert company.sign_in("bert").status_code == 303
    assert "nobody here" in problem_of(company.sign_in())


def test_who_is_bound_stays_who_they_are_though_the_name_is_that_of_another(company: Company) -> None:
    staff.add(company.desk, User(name="bert", full_name="Bert Claes", email="bert@example.com", role="admin"))
    assert company.sign_in().status_code == 303
    company.server.accounts["ann"]["preferred_username"] = "bert"
    assert company.sign_in().status_code == 303
    assert "Ann Peeters" in company.client.get("/").text, "nobody becomes an administrator by another name"
    assert company.sign_in("bert").status_code == 303
    staff.change(company.desk, "ann", state="disabled")
    assert "disabled" in problem_of(company.sign_in())


def test_administrators_see_and_unbind_accounts(company: Company) -> None:
    staff.change(company.desk, "ann", role="admin")
    assert company.sign_in().status_code == 303
    page = company.client.get("/users/ann").text
    assert company.server.issuer in page
    form = company.client.get("/do/unbind_user?user=ann").text
    fields = {
        name: html.unescape(text) for name, text in re.findall(r'<input[^>]*name="([^"]+)" value="([^"]*)"', form[form.index("<main") :])
    }
    assert company.client.post("/do/unbind_user", data=fields, follow_redirects=False).status_code == 303
    assert company_sign_on.accounts_of(company.desk, "ann") == ()

"""Pages of administration: people with their sessions and passwords, one's own account, keys, webhooks and the audit trail."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import timedelta

import pytest

from api.desk.billing_run import start_run
from api.desk.due_drafts import Selection
from tests.contract.browsers import PASSWORD, Browser, signed_in
from tests.contract.desk_over_http import DeskOverHttp
from tests.contract.test_outdated_forms import form_in, text_of

pytestmark = pytest.mark.one_database


def submit(browser: Browser, path: str, **fields: str) -> str:
    """The page that comes of a form, after where it leads."""
    name = path.partition("?")[0]
    done = browser.client.post(name, data=form_in(browser.get(path).text) | fields)
    return done.text


def other_browser(http: DeskOverHttp, user: str, password: str) -> Browser:
    """Another browser of the same person."""
    browser = Browser(http.another_client())
    browser.send("/sign-in", {"user": user, "password": password, "back": "/"})
    return browser


def test_an_administrator_adds_signs_out_locks_and_lets_in_again(http: DeskOverHttp) -> None:
    admin = signed_in(http, "admin")
    assert "Bea" in submit(admin, "/do/add_user", name="bea", full_name="Bea Maes", email="bea@example.com", role="billing")
    given = text_of(submit(admin, "/do/reset_password?user=bea"))
    password = re.findall(r"Password (\S{16})", given)[0] if "Password" in given else ""
    bea = other_browser(http, "bea", password)
    assert bea.get("/").status_code == 200
    assert "testclient" in text_of(admin.get("/users/bea/sessions").text)
    submit(admin, "/do/end_sessions?user=bea")
    assert bea.get("/").status_code == 303
    submit(admin, "/do/change_user?user=bea", state="disabled")
    assert other_browser(http, "bea", password).get("/").status_code == 303
    submit(admin, "/do/change_user?user=bea", state="active", role="sales")
    again = other_browser(http, "bea", password)
    assert again.get("/opportunities").status_code == 200
    trail = admin.get("/audit?resource=users/bea").text
    assert password not in trail
    assert text_of(trail).count("users/bea") >= 5
    assert 'href="/users/bea"' in trail


def test_people_change_their_own_password_and_end_other_sessions(http: DeskOverHttp) -> None:
    browser = signed_in(http, "sales")
    other = other_browser(http, "page-sales", PASSWORD)
    csrf = form_in(browser.get("/account").text)["csrf"]
    fields = {"csrf": csrf, "current": "wrong password", "new": "another long one", "again": "another long one"}
    wrong = browser.send("/account/password", fields)
    assert (wrong.status_code, "the name or the password is wrong" in wrong.text) == (422, True)
    twice = browser.send("/account/password", fields | {"current": PASSWORD, "again": "yet another one"})
    assert "was written in two ways" in twice.text
    assert "choose one of 10" in browser.send("/account/password", fields | {"current": PASSWORD, "new": "short", "again": "short"}).text
    assert browser.send("/account/password", fields | {"csrf": "x", "current": PASSWORD}).status_code == 400
    assert other.get("/").status_code == 200
    done = browser.send("/account/password", fields | {"current": PASSWORD})
    assert (done.status_code, done.headers["location"]) == (303, "/account?done=password")
    assert (browser.get("/").status_code, other.get("/").status_code) == (200, 303)
    third = other_browser(http, "page-sales", "another long one")
    assert text_of(browser.get("/account").text).count("testclient") == 2
    assert browser.send("/account/sessions", {"csrf": csrf}).status_code == 303
    assert (browser.get("/").status_code, third.get("/").status_code) == (200, 303)
    assert {"change_password", "end_sessions"} <= {row["action"] for row in http.of("admin").tree("/v1/audit")["rows"]}


def test_keys_and_webhooks_show_their_secret_once(http: DeskOverHttp) -> None:
    admin = signed_in(http, "admin")
    assert "Make one for each program that is to be told what happens." in admin.get("/webhooks").text
    assert "/do/create_webhook" in admin.get("/webhooks").text
    key = submit(admin, "/do/create_key", name="shop", role="sales")
    text = re.findall(r"cw_[0-9a-f]{8}_[\w-]+", key)[0]
    assert http.with_key(text).get("/v1/customers").status_code == 200
    assert text not in admin.get("/keys").text + admin.get("/keys/shop").text
    assert "New order" not in text_of(admin.get("/keys").text), "on a list is offered only what belongs to it"
    assert "/do/revoke_key?name=shop" in admin.get("/keys").text
    submit(admin, "/do/revoke_key?name=shop")
    assert "/do/revoke_key?name=shop" not in admin.get("/keys").text
    assert http.with_key(text).get("/v1/customers").status_code == 401
    made = submit(admin, "/do/create_webhook", name="shop", url="https://hooks.example/x", **{"events.0": "invoice.issued"})
    assert "Secret" in text_of(made)
    shown = html.unescape(admin.get("/webhooks").text)
    assert {"/do/rotate_webhook?name=shop", "/outbox?channel=webhook%3Ashop&state=dead"} <= set(re.findall(r'href="([^"]*)"', shown))


def test_the_audit_trail_is_filtered_by_person_verb_thing_and_day(http: DeskOverHttp) -> None:
    admin = signed_in(http, "admin")
    submit(admin, "/do/note_customer?customer=K1", text="one")
    submit(admin, "/do/hold_customer?customer=K2", because="two")

    def rows(query: str) -> list[str]:
        return re.findall(r"customers/(K[0-9])", html.unescape(admin.get(f"/audit?{query}").text).split("<tbody>")[-1])

    assert set(rows("actor=page-admin")) == {"K1", "K2"}
    assert set(rows("action=hold_customer")) == {"K2"}
    assert set(rows("resource=customers/K1")) == {"K1"}
    assert set(rows("on_from=2027-01-31&on_to=2027-01-31")) == {"K1", "K2"}
    assert rows("on_to=2027-01-30") == rows("on_from=2027-02-01") == []
    shown = text_of(admin.get("/audit?actor=page-admin").text)
    assert "Put on hold" in shown


def test_a_payment_that_is_entered_by_hand_needs_no_id(http: DeskOverHttp) -> None:
    billing = signed_in(http, "billing")
    assert 'name="id"' not in billing.get("/do/enter_payment").text
    assert "Nobody" in text_of(submit(billing, "/do/enter_payment", on="2027-01-31", amount="10.50", name="Nobody"))
    assert 'href="/do/import_bank_statements"' in billing.get("/payments").text


def test_a_run_has_begun_and_goes_on_only_when_its_workers_are_gone(lone: DeskOverHttp) -> None:
    billing, selection = signed_in(lone, "billing"), Selection(due_through=lone.desk.today)
    run = start_run(lone.desk, selection, confirm=True).number
    begun = billing.get(f"/runs/{run}?done=start_billing").text
    assert "The run has begun." in begun
    assert "Go on with it" not in begun
    assert "Done." not in begun
    before = replace(lone.desk, now=lambda: lone.desk.now() - timedelta(hours=1))
    assert start_run(before, replace(selection, customer="K1"), confirm=True).number == run + 1
    assert "Go on with it" in billing.get(f"/runs/{run + 1}").text

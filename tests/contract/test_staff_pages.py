"""The pages of staff: who gets in and for how long, what each role sees, and forms that do what the route does, once."""

from __future__ import annotations

import html
import re
import subprocess
from dataclasses import replace
from datetime import timedelta

import pytest

from api.desk import signing_in, staff
from api.desk.signing_in import LASTS
from api.http.route_declarations import Route
from api.http.routes.registry import all_routes
from api.pages import assets
from api.pages.page_responses import STAFF_POLICY
from api.pages.records.page_paths import WITHOUT_FORM
from api.pages.records.verb_fields import VerbField, fields_of, request_of
from api.store import audit_trail
from api.store.users import ROLES, Role
from engine.problems import Refusal
from tests.contract.browsers import PASSWORD, Browser, signed_in
from tests.contract.desk_over_http import PENDING, DeskOverHttp
from tests.running_service import ROOT

OF_A_TOOL = ("/accounting/check", "/accounting/reconciliation")
"""Pages that need an accounting tool, which is not set here: they say so."""


def pages(role: Role) -> list[str]:
    """The addresses of all lists and reports that a role may see."""
    return [
        each.path.removeprefix("/v1")
        for each in all_routes()
        if each.method == "GET" and "{" not in each.path and role in each.roles and each.answer
    ]


def test_who_signs_in_has_a_session_in_this_browser_alone(http: DeskOverHttp) -> None:
    for role in ROLES:
        signed_in(http, role)
        browser, fields = Browser(http.another_client()), {"user": f"page-{role}", "password": PASSWORD, "back": "/orders"}
        response = browser.send("/sign-in", fields)
        assert (response.status_code, response.headers["location"]) == (303, "/orders")
        cookie = response.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie
        assert browser.get("/").status_code == 200
        assert Browser(http.another_client()).get("/").status_code == 303


def test_each_role_sees_its_pages_and_no_others(http: DeskOverHttp) -> None:
    everything = pages("admin")
    for role in ROLES:
        browser, own = signed_in(http, role), pages(role)
        looked_at = everything if role == "admin" else own[:3]
        for path in ["/", "/reports", "/search?q=K", *looked_at]:
            response = browser.get(path)
            assert response.status_code == (422 if path in OF_A_TOOL else 200), path
            assert response.headers["content-security-policy"] == STAFF_POLICY
            assert "style=" not in response.text
        assert {browser.get(path).status_code for path in set(everything) - set(own)} <= {404}
        shut = [each.name for each in all_routes() if each.method != "GET" and role not in each.roles]
        assert {browser.get(f"/do/{name}").status_code for name in shut[:10]} <= {404}


@pytest.mark.one_database
def test_every_verb_has_its_form(http: DeskOverHttp) -> None:
    browser = signed_in(http, "admin")
    verbs = {each.name: 404 if each.name in WITHOUT_FORM else 200 for each in all_routes() if each.method != "GET"}
    assert {name: browser.get(f"/do/{name}").status_code for name in verbs} == verbs


@pytest.mark.one_database
def test_nobody_gets_in_without_signing_in(http: DeskOverHttp) -> None:
    stranger = Browser(http.another_client())
    response = stranger.get("/invoices?overdue=true")
    assert (response.status_code, response.headers["location"]) == (303, "/sign-in?back=%2Finvoices%3Foverdue%3Dtrue")
    assert stranger.get("/sign-in?back=//evil.example").text.count("//evil.example") == 0
    assert stranger.send("/do/hold_customer", {"name.customer": "K1", "because": "x"}).status_code == 401
    assert stranger.send("/sign-in", {"user": "x", "password": "y"}, sec_fetch_site="cross-site").status_code == 403


def test_wrong_passwords_lock_a_name_and_a_new_one_ends_its_sessions(http: DeskOverHttp) -> None:
    browser = signed_in(http, "analyst")
    refused = []
    for _ in range(6):
        with pytest.raises(Refusal) as refusal:
            signing_in.sign_in(http.desk, "page-analyst", "wrong", "")
        refused.append(refusal.value.problems[0].code)
    assert refused == ["not-signed-in"] * 5 + ["sign-in-locked"]
    later = replace(http.desk, now=lambda: http.desk.now() + timedelta(minutes=16))
    signing_in.sign_in(later, "page-analyst", PASSWORD, "")
    with pytest.raises(Refusal, match="wrong"):
        signing_in.sign_in(http.desk, "nobody", PASSWORD, "")
    for weak in ("short", "page-analyst", "aaaaaaaaaaaa"):
        with pytest.raises(Refusal):
            signing_in.set_password(http.desk, "page-analyst", weak)
    assert browser.get("/").status_code == 200
    assert signing_in.set_password(http.desk, "page-analyst", PASSWORD) == 2
    assert browser.get("/").status_code == 303


def test_a_session_ends_by_itself_with_its_person_and_on_demand(http: DeskOverHttp) -> None:
    browser = signed_in(http, "accounting")
    csrf = re.search(r'name="csrf" value="([^"]+)"', browser.get("/").text)
    assert csrf is not None
    assert browser.send("/sign-out", {"csrf": "other"}).status_code == 400
    assert browser.send("/sign-out", {"csrf": csrf[1]}, sec_fetch_site="cross-site").status_code == 403
    assert browser.get("/").status_code == 200
    staff.change(http.desk, "page-accounting", state="disabled")
    assert browser.get("/").status_code == 303
    staff.change(http.desk, "page-accounting", state="active")
    before, http.opener.now = http.opener.now, lambda: before() + LASTS
    assert browser.get("/").status_code == 303
    http.opener.now = before
    browser.send("/sign-out", {"csrf": csrf[1]})
    assert browser.get("/").status_code == 303


def test_sessions_are_told_by_the_names_of_their_browsers(http: DeskOverHttp) -> None:
    written = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:132.0) Gecko/20100101 Firefox/132.0"
    browser = signed_in(http, "admin")
    with http.desk.writing() as connection:
        signing_in.begin_session(http.desk, connection, staff.find_user(http.desk, "page-admin"), written)
    page = browser.get("/users/page-admin/sessions").text
    assert f'<strong title="{written}">Firefox on Windows</strong><br>' in page, "the present one is another"
    assert re.search(r"since [^<]+ UTC(, last seen [^<]+ UTC)?, until [^<]+ UTC", page)
    assert page.count('<span class="badge state">this one</span>') == 1


def test_a_form_is_done_once_and_refused_where_it_is_old(http: DeskOverHttp) -> None:
    browser, other = signed_in(http, "sales"), signed_in(http, "billing")
    path = "/do/hold_customer?customer=K1"
    mine, theirs = browser.form(path), other.form(path)
    held = browser.send("/do/hold_customer", mine | {"because": "<b>late</b>"})
    assert (held.status_code, held.headers["location"]) == (303, "/customers/K1?done=hold_customer")
    assert browser.send("/do/hold_customer", mine | {"because": "<b>late</b>"}).headers["location"] == held.headers["location"]
    assert "&lt;b&gt;late&lt;/b&gt;" in browser.get("/customers/K1").text
    stale = other.send("/do/hold_customer", theirs | {"because": "disputed"})
    assert stale.status_code == 422
    assert "Somebody changed this while you wrote" in stale.text
    assert "disputed" in stale.text, "what was typed stays"
    assert other.send("/do/hold_customer", theirs | {"csrf": "x", "because": "x"}).status_code == 400
    assert other.send("/do/hold_customer", theirs, sec_fetch_site="cross-site").status_code == 403
    empty = browser.send("/do/hold_customer", browser.form(path) | {"because": ""})
    assert 'id="f-because-problem"' in empty.text
    with http.desk.store.reading() as connection:
        done = [each.entry for each in audit_trail.each(connection, resource="customers/K1")]
    assert [(each.action, each.actor) for each in done if each.action == "hold_customer"] == [("hold_customer", "page-sales")]


@pytest.mark.one_database
def test_a_change_sends_what_stands_there_and_refusals_say_what_is_possible(http: DeskOverHttp) -> None:
    browser = signed_in(http, "sales")
    form = browser.form("/do/change_opportunity?opportunity=OP1")
    assert form["what"] == "Till"
    response = browser.send("/do/change_opportunity", form | {"next_step": "call Ann"})
    assert response.status_code == 303, response.text
    assert "call Ann" in browser.get("/opportunities/OP1").text
    refused = browser.send("/do/reopen_opportunity", browser.form("/do/reopen_opportunity?opportunity=OP1") | {"stage": "qualification"})
    assert refused.status_code == 409
    assert "Possible now:" in refused.text


def test_an_activation_is_shown_before_it_is_done(http: DeskOverHttp) -> None:
    browser = signed_in(http, "sales")
    shown = browser.get(f"/orders/{PENDING}")
    items = re.findall(r'name="item" value="([^"]+)"', shown.text)
    assert len(items) == 2
    path = f"/orders/{PENDING}/activation?on=2027-02-01&item={items[0]}"
    form = browser.form(path)
    assert form["items.0"] == items[0]
    assert browser.form(path)["etag"] == form["etag"], "to look at it changes nothing"
    assert browser.get(f"/orders/{PENDING}/activation?on=32").status_code == 422
    assert browser.get("/orders/nothing/activation?on=2027-02-01").status_code == 404
    assert signed_in(http, "analyst").get(path).status_code == 404
    done = browser.send("/do/activate_order", form)
    assert (done.status_code, done.headers["location"]) == (303, f"/orders/{PENDING}?done=activate_order")
    left = re.findall(r'name="item" value="([^"]+)"', browser.get(f"/orders/{PENDING}").text)
    assert left == items[1:]
    again = browser.get(path).text
    assert f"{items[0]} is active since 01/02/2027, by page-sales" in again
    assert 'action="/do/activate_order"' not in again, "an old tab activates nothing twice"
    assert browser.send("/do/activate_order", browser.form(path.replace(items[0], items[1])) | {"etag": form["etag"]}).status_code == 422


@pytest.mark.one_database
def test_one_is_led_to_what_a_verb_changed(http: DeskOverHttp) -> None:
    browser = signed_in(http, "admin")
    made = browser.send(
        "/do/make_quote", browser.form("/do/make_quote?customer=K1") | {"lines.0.product": "SUB-WS", "lines.0.quantity": "2"}
    )
    path = made.headers["location"].partition("?")[0]
    number = path.rpartition("/")[2]
    added = browser.send(
        "/do/add_quoted_line", browser.form(f"/do/add_quoted_line?number={number}") | {"product": "SUB-CORE", "quantity": "1"}
    )
    assert added.headers["location"] == f"{path}?done=add_quoted_line"
    removed = browser.send("/do/remove_line", browser.form(f"/do/remove_line?number={number}&line=2"))
    assert removed.headers["location"] == f"{path}?done=remove_line"
    accepted = browser.send("/do/accept_quote", browser.form(f"/do/accept_quote?number={number}"))
    assert re.search(r'href="/orders/[^"]+"', accepted.text), "the orders that it made, or that its items joined"
    billing = signed_in(http, "billing")
    form = billing.form("/do/start_billing") | {"due_through": "2027-01-31", "issued_on": "2027-01-31"}
    assert "2027-0" in billing.send("/do/start_billing", form | {"preview": "true"}).text


def test_files_open_in_the_browser_and_lists_go_on(http: DeskOverHttp) -> None:
    browser = signed_in(http, "billing")
    rows = http.of("billing").tree("/v1/invoices?limit=1")["rows"]
    pdf = browser.get(f"/invoices/{rows[0]['number']}.pdf")
    assert pdf.headers["content-disposition"].startswith("inline")
    assert "frame-ancestors 'self'" in pdf.headers["content-security-policy"]
    assert f"/invoices/{rows[0]['number']}.pdf" in browser.get(f"/invoices/{rows[0]['number']}").text
    first = browser.get("/transactions?limit=5").text
    follow = re.search(r'href="(/transactions\?[^"]*cursor=[^"]*)" rel="next"', first)
    assert follow is not None
    assert browser.get(html.unescape(follow[1])).status_code == 200
    assert browser.get("/transactions.csv?state=planned").text.startswith("identity,")
    assert browser.get("/orders?signed_from=32").status_code == 422


@pytest.mark.one_database
def test_each_language_is_spoken(http: DeskOverHttp) -> None:
    browser = signed_in(http, "billing")
    csrf = re.search(r'name="csrf" value="([^"]+)"', browser.get("/").text)
    assert csrf is not None
    for language, word in (("fr", "Se déconnecter"), ("nl", "Afmelden"), ("en", "Sign out")):
        response = browser.send("/language", {"language": language, "back": "/orders", "csrf": csrf[1]})
        assert response.headers["location"] == "/orders"
        shown = browser.get("/orders")
        assert f'lang="{language}"' in shown.text
        assert word in shown.text


def _examples() -> list[Route]:
    return [each for each in all_routes() if each.request is not None and each.example and each.name not in WITHOUT_FORM]


@pytest.mark.parametrize("route", _examples(), ids=lambda route: route.name)
def test_every_example_can_be_written_in_its_form(route: Route) -> None:
    assert route.request is not None
    assert route.example is not None
    fields = fields_of(route.request)
    known = {each.name for each in fields}
    given = {name: value for name, value in route.example.items() if name in known}
    assert request_of(fields, dict(typed_in(fields, given))) == _without_empty(given)


def typed_in(fields: tuple[VerbField, ...], tree: object, path: str = "") -> list[tuple[str, str]]:
    """What a person types for a request."""
    assert isinstance(tree, dict)
    typed: list[tuple[str, str]] = []
    for field in fields:
        value = tree.get(field.name)
        typed += _typed_value(field, value, f"{path}{field.name}") if value is not None else []
    return typed


def _typed_value(field: VerbField, value: object, name: str) -> list[tuple[str, str]]:
    match field.kind:
        case "group":
            return typed_in(field.fields, value, f"{name}.")
        case "rows":
            assert isinstance(value, list)
            plain = len(field.fields) == 1 and not field.fields[0].name
            if plain:
                return [pair for at, each in enumerate(value) for pair in _typed_value(field.fields[0], each, f"{name}.{at}")]
            return [pair for at, each in enumerate(value) for pair in typed_in(field.fields, each, f"{name}.{at}.")]
        case "pairs":
            assert isinstance(value, dict)
            return [(name, "\n".join(f"{key}: {text}" for key, text in value.items()))]
        case "tick":
            return [(name, "true")] if value else []
        case _:
            return [(name, str(value).lower() if isinstance(value, bool) else str(value))]


def _without_empty(tree: object) -> object:
    """A request without what a form leaves out."""
    if isinstance(tree, dict):
        return {name: _without_empty(value) for name, value in tree.items() if value not in (None, "", [], {}, False)}
    return [_without_empty(each) for each in tree] if isinstance(tree, list | tuple) else tree


@pytest.mark.one_database
def test_style_and_script_are_bundled_and_served_from_here(http: DeskOverHttp) -> None:
    subprocess.run([ROOT / "run", "pages"], check=True)  # at once where they are there
    assets._files.cache_clear()
    shown = http.another_client().get("/sign-in").text
    addresses = re.findall(r'(?:href|src)="(/assets/[^"]+)"', shown)
    assert [each.rpartition("/")[2] for each in addresses] == ["pages.css", "pages.js"]
    style, script = (http.client.get(each) for each in addresses)
    assert (style.headers["content-type"], script.headers["content-type"]) == ("text/css; charset=utf-8", "text/javascript; charset=utf-8")
    assert "immutable" in style.headers["cache-control"]
    assert re.findall(r"url\(\"?(?:https?:)?//", style.text) == [], "nothing is loaded from another host"
    fonts = re.findall(r"url\(\"?\./([^)\"]+\.woff2)", style.text)
    assert {http.client.get(f"{addresses[0].rpartition('/')[0]}/{name}").status_code for name in fonts} == {200}
    assert http.client.get("/assets/x/..%2f..%2fpyproject.toml").status_code == 404

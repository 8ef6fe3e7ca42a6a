"""Two people at one thing: the second learns what changed, keeps what was typed, and can apply it; so does who signs in again."""

from __future__ import annotations

import html
import re

from tests.contract.browsers import PASSWORD, Browser, signed_in
from tests.contract.desk_over_http import PENDING, DeskOverHttp

OPPORTUNITY = "/do/change_opportunity?opportunity=OP1"


def text_of(page: str) -> str:
    """A page without its tags."""
    return " ".join(html.unescape(re.sub("<[^>]+>", " ", page[page.index("<main") :])).split())


def test_the_second_sees_what_changed_and_keeps_what_only_they_changed(http: DeskOverHttp) -> None:
    first, second = signed_in(http, "sales"), signed_in(http, "admin")
    mine, theirs = first.form(OPPORTUNITY), second.form(OPPORTUNITY)
    assert first.send("/do/change_opportunity", mine | {"next_step": "call Ann", "amount": "950.00"}).status_code == 303
    stale = second.send("/do/change_opportunity", theirs | {"next_step": "write to Bert"})
    assert stale.status_code == 422
    shown = text_of(stale.text)
    assert "Somebody changed this while you wrote" in shown
    assert "Changed by page-sales" in shown
    assert "Next step – call Ann write to Bert" in shown
    assert "Amount 900.00 950.00 –" in shown, "from what to what, and nothing was typed beside it"
    assert "History" not in shown[: shown.index("What you wrote")], "what follows from other fields is left out"
    again = form_in(stale.text)
    assert (again["next_step"], again["amount"]) == ("write to Bert", "950.00"), "what only the first changed is not undone"
    assert second.send("/do/change_opportunity", again).status_code == 303
    now = http.of("sales").tree("/v1/opportunities/OP1")
    assert (now["next_step"], now["amount"]) == ("write to Bert", "950.00")


def test_the_form_of_a_customer_shows_the_address_and_changes_only_what_was_changed(http: DeskOverHttp) -> None:
    path = "/do/change_customer?customer=K1"
    first, second = signed_in(http, "sales"), signed_in(http, "admin")
    before = http.of("sales").tree("/v1/customers/K1")
    mine, theirs = form_in(first.get(path).text), form_in(second.get(path).text)
    assert {name: mine[name] for name in ("street", "postcode", "town", "country")} == before["address"]
    assert first.send("/do/change_customer", mine | {"street": "Rue Neuve 1", "email": ""}).status_code == 303
    audit = http.of("admin").tree("/v1/audit?resource=customers/K1&limit=1")["rows"][0]
    assert sorted(str(audit["fields"]).split(", ")) == ["email", "street"]
    now = http.of("sales").tree("/v1/customers/K1")
    assert now["address"] == {**before["address"], "street": "Rue Neuve 1"}
    assert now["email"] is None
    assert {**now, "address": 0, "email": 0} == {**before, "address": 0, "email": 0}
    stale = second.send("/do/change_customer", theirs | {"town": "Mons"})
    assert f"Street {before['address']['street']} Rue Neuve 1" in text_of(stale.text), "the part of the address that changed"
    again = form_in(stale.text)
    assert (again["street"], again["town"], again["email"]) == ("Rue Neuve 1", "Mons", "")
    refused = second.send("/do/change_customer", again | {"name": ""})
    assert (refused.status_code, 'id="f-name-problem"' in refused.text) == (422, True)


def test_an_emptied_name_of_a_person_is_refused_at_its_field(http: DeskOverHttp) -> None:
    browser = signed_in(http, "admin")
    refused = browser.send("/do/change_user", form_in(browser.get("/do/change_user?user=page-admin").text) | {"full_name": ""})
    assert (refused.status_code, 'id="f-full_name-problem"' in refused.text) == (422, True)


def test_two_people_at_one_order(http: DeskOverHttp) -> None:
    first, second = signed_in(http, "sales"), signed_in(http, "billing")
    path = f"/do/activate_order?order={PENDING}"
    mine, theirs = first.form(path), second.form(path)
    assert first.send("/do/activate_order", mine | {"on": "2027-02-01"}).status_code == 303
    stale = second.send("/do/activate_order", theirs | {"on": "2027-02-15"})
    assert "Changed by page-sales" in text_of(stale.text)
    assert form_in(stale.text)["on"] == "2027-02-15"
    assert second.send("/do/activate_order", form_in(stale.text)).status_code == 409, "it is active now: that is said, with the same form"


def test_a_form_that_lies_about_what_it_was_shown_with_breaks_nothing(http: DeskOverHttp) -> None:
    browser = signed_in(http, "sales")
    form = browser.form(OPPORTUNITY)
    for was, seen in (("[", "x"), ("[1]", "2027-01-31"), ('{"next_step": 1}', ""), ("{" * 3000, "9" * 300)):
        stale = browser.send("/do/change_opportunity", form | {"etag": '"AAAA"', "was": was, "seen": seen, "next_step": "x"})
        assert stale.status_code == 422
        assert form_in(stale.text)["next_step"] == "x"


def test_what_was_typed_outlives_the_session(http: DeskOverHttp) -> None:
    """Of a verb its form comes back; of other addresses, such as the workbench, what was typed is shown, to be sent again."""
    signed_in(http, "admin")
    ended = Browser(http.another_client())
    for path, fields in (
        ("/do/make_quote", {"customer": "K1", "lines.0.product": "SUB-WS"}),
        ("/rules/save", {"file": "rules/mine.rules", "text": "</textarea>a rule\nof two lines"}),
    ):
        refused = ended.send(path, fields)
        assert refused.status_code == 401
        back = ended.send("/sign-in", form_in(refused.text) | {"user": "page-admin", "password": PASSWORD})
        assert fields.items() <= form_in(back.text).items(), path
        ended.client.cookies.clear()


def form_in(page: str) -> dict[str, str]:
    """The fields of the form on a page."""
    body = page[page.index("<main") :]
    typed = re.findall(r'<input(?![^>]*type="checkbox")[^>]*name="([^"]+)"[^>]*value="([^"]*)"', body)
    typed += re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>([^<]*)</textarea>', body)
    chosen = [
        (name, one[0] if (one := re.findall(r'<option value="([^"]*)" selected', options)) else "")
        for name, options in re.findall(r'<select[^>]*name="([^"]+)"(.*?)</select>', body, re.S)
    ]
    return {name: html.unescape(value).removeprefix("\n") for name, value in [*chosen, *typed]}  # browsers leave out a first empty line

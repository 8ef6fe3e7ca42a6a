"""Pages in the language of their reader: states, kinds, labels of fields and heads of columns."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from api.pages.frame.labels import field_label
from api.pages.records.field_values import field_names, values_by_field
from engine.phrases import Language, as_written, say
from tests.contract.browsers import Browser, signed_in
from tests.contract.desk_over_http import PENDING, DeskOverHttp
from tests.contract.test_staff_pages import OF_A_TOOL, pages

NAMES = {"line", "unit price", *"accounting admin analyst billing sales fr nl en advertising customers contacts".split()}
"""Names of people here, codes, names of accounts, and names of rules: the same in all languages."""
ONE_OF_EACH = ("/customers/K1", f"/orders/{PENDING}", "/quotes/Q2027-0001", "/invoices/2027-00001", "/opportunities/OP1", "/rulebooks/v1")


class Texts(HTMLParser):
    """What stands on a page, each text by itself; what is quoted from a file (`code`) is left out."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._is_quoted = False

    def handle_starttag(self, tag: str, _attributes: list[tuple[str, str | None]]) -> None:
        """Begins what is quoted."""
        self._is_quoted = self._is_quoted or tag == "code"

    def handle_endtag(self, tag: str) -> None:
        """Ends what is quoted."""
        self._is_quoted = self._is_quoted and tag != "code"

    def handle_data(self, data: str) -> None:
        """Adds a text, and what stands in it between commas."""
        if self._is_quoted:
            return
        whole = " ".join(data.split())
        self.texts += [whole, *(part.strip() for part in re.split(r"[;,·–]", whole))]


def english_words(language: Language) -> set[str]:
    """The English labels of fields and words of the program, without those that are words of the language too."""
    values = {value for words in values_by_field().values() for value in words}
    labels = {field_label(name, "en").lower() for name in field_names()} | {value.lower() for value in values}
    own = {field_label(name, language).lower() for name in field_names()} | {say(as_written(value), language).lower() for value in values}
    return labels - own - NAMES | {"yes", "won", "lost", "active"}


@pytest.mark.parametrize("language", ["fr", "nl"])
def test_no_label_and_no_word_of_the_program_is_english_on_a_page(lone: DeskOverHttp, language: Language) -> None:
    browser, words = signed_in(lone, "admin"), english_words(language)
    browser.client.cookies.set("centwright_language", language)
    english: dict[str, str] = {}
    for path in ["/", "/pipeline", "/reports", "/search?q=K", *pages("admin"), *ONE_OF_EACH]:
        response = browser.get(path)
        assert response.status_code == (422 if path in OF_A_TOOL else 200), path
        page = Texts()
        page.feed(response.text[response.text.index("<main") :].partition("</main>")[0])
        english |= {f"{path}: {text}": text for text in page.texts if text.lower() in words}
    assert not english


def test_states_and_labels_are_in_the_language_of_the_person(lone: DeskOverHttp) -> None:
    browser = signed_in(lone, "billing")
    browser.client.cookies.set("centwright_language", "nl")
    items, transactions = browser.get("/items").text, browser.get("/transactions").text
    assert ">actief<" in items
    assert ">active<" not in items
    assert "te factureren" in transactions
    assert ">to-invoice<" not in transactions
    assert "aflopend" in browser.get("/invoices").text
    invoice = browser.get("/invoices/2027-00001").text
    assert "eppol: in de wachtrij" in invoice
    assert "Alleen deze klanten." in browser.get("/do/start_billing").text
    assert "21%" in invoice
    assert "\u00a0%" not in invoice
    browser.client.cookies.set("centwright_language", "fr")
    assert "Rue et numéro" in browser.get("/do/create_customer").text
    admin = signed_in(lone, "admin")
    admin.client.cookies.set("centwright_language", "nl")
    reports = admin.get("/reports").text
    titles = ("Ouderdomsbalans", "Btw-aangifte", "Verlengingen en opzeggingen", "Journaal")
    assert [title for title in titles if f">{title}<" not in reports] == []
    assert "gepubliceerd" in admin.get("/rulebooks").text
    admin.client.cookies.set("centwright_language", "fr")
    assert ">comptabilité</option>" in admin.get("/do/create_key").text


def test_headings_are_those_of_the_navigation_and_days_are_written_one_way(lone: DeskOverHttp) -> None:
    admin = signed_in(lone, "admin")
    for path, name in (("/users", "People"), ("/outbox", "Deliveries"), ("/audit", "Audit trail"), ("/reports/forecast", "Forecast")):
        page = admin.get(path).text
        assert re.search(rf'<h1 class="page-title">\s*{name}', page), path
        assert page.count('aria-current="page"') == 1
        assert page.count("<details open>") == 1
    assert "31/01/2027" in admin.get("/reports/vat").text
    assert "2027-01-31" not in re.sub(r"<(input|a|iframe)[^>]*>", "", admin.get("/reports/vat").text)
    assert re.search(r">Opti(que|ek) \w+ \(K[0-9]\)</a>", admin.get("/invoices/2027-00001").text)


def test_a_page_of_a_record_lets_strange_parameters_be_and_a_list_refuses_misspelt_filters(lone: DeskOverHttp) -> None:
    admin = signed_in(lone, "admin")
    assert admin.get(f"/orders/{PENDING}?utm_source=mail&x=1").status_code == 200
    assert admin.get("/orders?custmer=K1").status_code == 422
    board = admin.get("/pipeline?as_of=31/02/2027")
    assert board.status_code == 200
    assert 'role="alert"' in board.text
    assert 'name="as_of"' in board.text


def test_no_other_site_chooses_a_language_and_one_may_choose_it_before_signing_in(http: DeskOverHttp) -> None:
    browser, dutch = signed_in(http, "billing"), {"language": "nl", "back": "/orders"}
    csrf = re.search(r'name="csrf" value="([^"]+)"', browser.get("/").text)
    assert csrf is not None
    for forged in (
        browser.send("/language", dutch),
        browser.send("/language", dutch | {"csrf": "other"}),
        *(browser.send("/language", dutch | {"csrf": csrf[1]}, sec_fetch_site=site) for site in ("cross-site", "same-site")),
    ):
        assert (forged.status_code in (400, 403), "set-cookie" in forged.headers) == (True, False)
    stranger = Browser(http.another_client())
    assert stranger.send("/language", dutch, sec_fetch_site="cross-site").status_code == 403
    shown = stranger.get("/sign-in?back=/orders").text
    form = shown[shown.index('action="/language"') :]
    assert ('name="back" value="/orders"' in form, re.findall('name="language" value="(..)"', form)) == (True, ["en", "fr", "nl"])
    chosen = stranger.send("/language", dutch, sec_fetch_site="same-origin")
    assert (chosen.status_code, chosen.headers["location"]) == (303, "/orders")
    assert 'lang="nl"' in stranger.client.get("/orders").text
    assert stranger.send("/sign-out", {"csrf": csrf[1]}).headers["location"] == "/sign-in?out=1"

"""The link of a quote: opened without a key, accepted or declined once with its evidence, and what every other link and form is told."""

import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from click.testing import CliRunner
from starlette.requests import Request

from api.cli.main import program
from api.desk import erasing
from api.desk.link_signing import LinkSettings, QuoteLink
from api.desk.quote_links import GivenReply, open_link, reply_on_link
from api.http.rate_limits import RateLimits
from api.pages.quote_reply.reply_routes import address_of
from api.store import audit_trail, quote_replies, quotes
from engine.problems import Refusal
from tests.contract.desk_over_http import DeskOverHttp
from tests.contract.quote_links import LINKS, LinkPage, linked, offered, on_day, pdf_hash, stated
from tests.contract.test_desk_races import at_once
from tests.contract.test_verbs_over_http import done
from tests.running_service import ROOT

DECIDED = "2037-01-31"
"""The last day of replies of 31 January 2027, by the months of the company."""
BROWSER = "Mozilla/5.0 (X11; Linux x86_64)"


def test_a_customer_accepts_on_the_link_as_the_desk_would(http: DeskOverHttp) -> None:
    page = offered(http)
    shown = page.get()
    assert (shown.status_code, shown.headers["content-language"]) == (200, "fr")
    assert "Vous pouvez accepter cette offre ici jusqu'au 2 mars 2027." in stated(shown)
    pdf = page.get("/quote.pdf")
    assert (pdf.headers["content-type"], pdf.headers["content-disposition"]) == ("application/pdf", f'inline; filename="{page.number}.pdf"')
    after = page.accept(purchase_order="PO-7", **{"line-2": "2", "one-till": "4", "user": "x"})
    assert (after.status_code, stated(after)) == (200, "Vous avez accepté cette offre le 31 janvier 2027. Merci.")
    tree = page.shown()
    assert tree["state"] == "accepted"
    last, reply = tree["steps"][-1], tree["reply"]
    assert (last["state"], last["author"], last["purchase_order"], last["chosen"]) == ("accepted", "quote link", "PO-7", [2, 4])
    assert (last["by"], reply["name"]) == (None, "Jeanne Lambert"), "what is personal stands in one place"
    assert (reply["reply"], reply["purchase_order"], reply["chosen"], reply["language"]) == ("accepted", "PO-7", [2, 4], "fr")
    assert (reply["pdf_hash"], reply["address"], reply["replied_on"]) == (pdf_hash(page), "testclient", "2027-01-31")
    assert reply["user_agent"] == "testclient"
    orders = http.of("sales").tree("/v1/orders?customer=K3&limit=10")["rows"]
    assert {row["order"] for row in orders} >= {f"{page.number}-investment"}, "the optional line and the other alternative are in it"
    (entry,) = (one.entry for one in _trail(http, f"quotes/{page.number}") if one.entry.action == "agree_on_link")
    assert (entry.actor, entry.fields) == ("quote link", ("name", "purchase_order", "chosen"))


def test_fifty_who_send_at_once_accept_once(http: DeskOverHttp) -> None:
    page = offered(http, customer="K2")
    desk = replace(http.desk, links=LINKS)
    opened = open_link(desk, page.token, ROOT)
    assert opened is not None
    given = GivenReply(
        is_agreed=True, name="Ann", shown_at=datetime(2027, 1, 31, tzinfo=UTC), language="nl", address="::1", user_agent=BROWSER
    )
    at_once(50, lambda number: reply_on_link(desk, opened, replace(given, name=f"Ann {number}", chosen=(2,) if number % 2 else ())))
    tree = page.shown()
    assert [step["state"] for step in tree["steps"]] == ["approved", "accepted"]
    assert (
        len([row for row in http.of("sales").tree("/v1/orders?customer=K2&limit=50")["rows"] if row["order"].startswith(page.number)]) <= 2
    )
    assert page.accept().status_code == 200, "sent once more, it leads to the page as it is"
    assert page.shown() == tree


def test_fifty_forms_at_once_get_an_answer_each(lone: DeskOverHttp) -> None:
    page = offered(lone)
    form = page.form
    fields = {"form": form, "name": "Ann", "agreed": "yes", "do": "accept"}
    answers = at_once(50, lambda _: lone.client.post(f"/q/{page.token}", data=fields, follow_redirects=False))
    assert set(Counter(each.status_code for each in answers)) <= {303, 429}
    assert [step["state"] for step in page.shown()["steps"]] == ["approved", "accepted"]


def test_a_customer_declines_with_a_reason(lone: DeskOverHttp) -> None:
    page = offered(lone)
    empty = page.send({"do": "decline", "reason": " \r\n "})
    assert empty.status_code == 400
    assert "écrivez pourquoi" in empty.text
    assert stated(page.send({"do": "decline", "reason": "Trop cher\r\n<b>vraiment</b>", "decliner": "Léa"})).startswith("Cette offre a été")
    tree = page.shown()
    assert (tree["state"], tree["steps"][-1]["note"]) == ("refused", "declined on its link")
    assert (tree["reply"]["reply"], tree["reply"]["note"], tree["reply"]["name"]) == ("declined", "Trop cher\n<b>vraiment</b>", "Léa")
    assert page.get().status_code == 410


def test_what_the_desk_would_ask_is_asked_of_the_seller(lone: DeskOverHttp) -> None:
    """The subscription that its items join has no purchase order, and a customer cannot know that."""
    page = offered(lone, customer="K1")
    after = page.accept(purchase_order="PO-9")
    assert stated(after) == "Nous avons bien reçu votre acceptation du 31 janvier 2027. Merci."
    assert "purchase" not in after.text
    tree = page.shown()
    assert (tree["state"], tree["reply"]["reply"], tree["reply"]["purchase_order"]) == ("approved", "agreed", "PO-9")
    assert tree["reply"]["because"].startswith("the items join the order")
    (activity,) = (one for one in lone.of("sales").tree("/v1/customers/K1")["activities"] if page.number in one["text"])
    assert (activity["due_on"], activity["owner"], "Jeanne" in activity["text"]) == ("2027-01-31", "quote link", False)
    assert page.accept().status_code == 200
    shown = CliRunner().invoke(program, ["--database", lone.opener.url or "", "--today", "2027-01-31", "quote", "show", page.number]).output
    assert "on its link: agreed on 2027-01-31 by Jeanne Lambert\nto be finished with `quote accept`: the items join" in shown
    done(lone.of("sales"), f"/v1/quotes/{page.number}/accept", {"on": "2027-01-31"})
    assert stated(page.get()) == "Vous avez accepté cette offre le 31 janvier 2027. Merci."


def test_a_choice_is_shown_before_it_is_accepted(lone: DeskOverHttp) -> None:
    page = offered(lone)
    assert 'value="look" formnovalidate' in page.get().text, "a browser sends it also while no name is written"
    looked = page.send({"do": "look", "line-2": "2", "one-till": "4", "name": "Jeanne"})
    assert (looked.status_code, page.shown()["reply"]) == (200, None)
    assert "Avec les lignes que vous avez choisies" in looked.text
    assert 'value="Jeanne"' in looked.text, "what was typed stands there again"
    assert len(re.findall("checked", looked.text)) == 2
    one_off = page.shown()["one_off"]
    assert one_off.split(".")[0] not in looked.text.replace("\u202f", "").split("Votre choix")[0].split("représente")[1]
    assert page.send({"do": "look", "one-till": "3"}).text.count("Avec les lignes") == 0, "the usual one of the alternatives"
    assert page.send({"do": "look", "line-1": "1"}).status_code == 400, "a fixed line is no choice"


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"name": ""}, "écrivez votre nom"),
        ({"agreed": ""}, "cochez cette case"),
        ({"form": ""}, "cette page est restée ouverte"),
        ({"form": "1801386000.AAAA"}, "cette page est restée ouverte"),
        ({"name": "x" * 201}, "au plus 200 caractères"),
        ({"do": "refuse"}, "pas ce formulaire"),
        ({"line-2": "7"}, "pas ce formulaire"),
        ({"name": "é" * 40_000}, "pas ce formulaire"),
    ],
)
def test_a_form_that_is_wrong_changes_nothing_and_says_so(lone: DeskOverHttp, fields: dict[str, str], says: str) -> None:
    page = offered(lone)
    answer = page.accept(**fields) if "name" not in fields else page.accept(fields["name"])
    assert (answer.status_code, says in answer.text) == (400, True)
    assert (page.shown()["state"], page.shown()["reply"]) == ("approved", None)


def test_a_form_of_another_link_or_of_yesterday_is_refused(lone: DeskOverHttp) -> None:
    page, other = offered(lone), offered(lone, customer="K2")
    assert page.accept(form=other.form).status_code == 400
    form = page.form
    before, lone.opener.now = lone.opener.now, lambda: datetime(2027, 2, 1, 10, tzinfo=UTC)
    assert page.accept(form=form).status_code == 400
    lone.opener.now = before
    assert page.shown()["reply"] is None


def test_html_in_names_is_text(lone: DeskOverHttp) -> None:
    done(lone.of("sales"), "/v1/customers", {
        "id": "K8", "name": "<script>alert(1)</script>\"'", "street": "Rue 8", "postcode": "5000", "town": "<b>Namur", "country": "BE",
    }, 201)  # fmt: skip
    page = offered(lone, customer="K8")
    assert "<script" not in page.get().text
    after = page.accept("<img src=x onerror=alert(1)>" + "A" * 150, purchase_order='"><form action=//x>')
    assert after.status_code == 200
    assert "<img src=x" not in after.text
    assert "<form action=//x" not in after.text


def test_a_browser_loads_runs_and_keeps_nothing(lone: DeskOverHttp) -> None:
    answer = offered(lone).get()
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert "<script" not in answer.text
    assert {name: answer.headers[name] for name in ("cache-control", "referrer-policy", "x-content-type-options")} == {
        "cache-control": "no-store",
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
    }
    assert not re.findall(r'(?:src|href|action)="(?:https?:)?//', answer.text)


def test_a_slash_after_a_link_leads_to_it_under_the_name_that_its_customer_knows(lone: DeskOverHttp) -> None:
    page = offered(lone)
    led = lone.client.get(f"/q/{page.token}/", follow_redirects=False)
    assert (led.status_code, led.headers["location"], led.headers["referrer-policy"]) == (307, f"../{page.token}", "no-referrer")
    other = lone.client.get("/v1/quotes/", follow_redirects=False)
    assert (other.status_code, other.json()["errors"][0]["help"]) == (404, "did you mean `/v1/quotes`?")


def test_a_link_that_was_tampered_with_opens_nothing(lone: DeskOverHttp) -> None:
    page, other = offered(lone), offered(lone, customer="K2")
    content, _, signature = page.token.partition(".")
    forged = LinkSettings("https://x.example", "another-secret-which-is-as-long-as-it-must-be").signer()
    link = QuoteLink(number=page.number, version=1, valid_until=date(2027, 3, 2), pdf="x")
    for token in (
        f"{content}.{other.token.partition('.')[2]}",
        f"{content}.{signature[:-1]}",
        f"{content}A.{signature}",
        f"{content}.{signature}=",
        content,
        forged.token_of(link),
        "é" * 20,
        "a" * 5000,
        LINKS.signer().token_of(replace(link, number="Q2027-9999")),
    ):
        answer = lone.client.get(f"/q/{token}")
        assert (answer.status_code, "Q2027" in answer.text) == (404, False), token
        assert lone.client.post(f"/q/{token}", data={"do": "accept"}).status_code == 404
        assert lone.client.get(f"/q/{token}/quote.pdf").status_code == 404
    lone.opener.links = LinkSettings()
    assert page.get().status_code == 404, "without a secret there are no links"


def test_a_link_says_what_became_of_its_quote(lone: DeskOverHttp) -> None:
    page = offered(lone)
    lone.opener.links = LinkSettings(LINKS.address, f"a-newer-secret-with-the-former-one-after-it,{LINKS.secrets}")
    assert page.get().status_code == 200, "a link of the former secret"
    lone.opener.links = LINKS
    done(lone.of("sales"), f"/v1/quotes/{page.number}/versions", {}, 201)
    assert stated(page.get()).startswith("Il existe une version plus récente de cette offre")
    assert (page.get().status_code, page.get("/quote.pdf").status_code) == (410, 404)
    newer = linked(lone, page.number, 2)
    assert newer.token != page.token
    changed = LINKS.signer().token_of(QuoteLink(number=page.number, version=2, valid_until=date(2027, 3, 2), pdf="another"))
    assert stated(LinkPage(lone, page.number, changed).get()).startswith("Cette offre a changé depuis que ce lien")
    form = newer.form
    on_day(lone, date(2027, 3, 3))
    assert stated(newer.get()) == "Cette offre a expiré\u00a0: elle était valable jusqu'au 2 mars 2027. Demandez-nous-en une nouvelle."
    late = lone.client.post(f"/q/{newer.token}", data={"form": form, "name": "Ann", "agreed": "yes", "do": "accept"})
    assert (late.status_code, newer.shown()["reply"]) == (410, None)
    refused = lone.of("sales").get(f"/v1/quotes/{page.number}/link")
    assert (refused.status_code, refused.json()["state"]) == (409, "expired")


def test_one_network_asks_only_so_often(narrow: DeskOverHttp) -> None:
    answers = [narrow.client.get("/q/nothing") for _ in range(12)]
    assert Counter(each.status_code for each in answers).keys() == {404, 429}
    assert any("too many requests from your network" in each.text for each in answers)
    rates = RateLimits(1)
    for number in range(25_000):
        rates.take(f"network {number}", now=number / 10_000)
    assert len(rates._buckets) <= 10_000


def test_replies_are_erased_as_contacts_are(http: DeskOverHttp) -> None:
    page = offered(http)
    page.accept(purchase_order="PO-7")
    path, body = f"/v1/quotes/{page.number}/erase-reply", {"because": "asked by her"}
    refused = http.of("billing").post(path, body)
    assert (refused.status_code, refused.json()["code"]) == (409, "still-needed")
    for order in [
        row["order"] for row in http.of("sales").tree("/v1/orders?customer=K3&limit=50")["rows"] if row["order"].startswith(page.number)
    ]:
        done(http.of("sales"), f"/v1/orders/{order}/cancel", {"on": "2027-01-31"})
    assert done(http.of("billing"), path, body) == {"quote": page.number, "erased": 1}
    reply = page.shown()["reply"]
    assert [reply[name] for name in ("name", "address", "user_agent", "note")] == [None] * 4
    assert (reply["pdf_hash"], reply["erased_by"], reply["erased_because"]) == (pdf_hash(page), "billing", "asked by her")
    assert http.of("billing").post(path, body).json()["code"] == "erased-already"
    with http.desk.store.reading() as connection:
        assert not [step for step in quotes.steps(connection, page.number) if "Jeanne" in str(dict(step))]


def test_replies_past_their_day_are_listed_until_they_are_erased(http: DeskOverHttp) -> None:
    first, second = offered(http), offered(http, customer="K2")
    first.send({"do": "decline", "reason": "no", "decliner": "Léa"})
    second.accept("Ann")
    rows = http.of("billing").tree(f"/v1/replies?stored_to={DECIDED}")["rows"]
    assert [(row["number"], row["version"], row["reply"], row["name"]) for row in rows] == [
        (first.number, 1, "declined", "Léa"),
        (second.number, 1, "accepted", "Ann"),
    ]
    assert {row["stored_until"] for row in rows} == {DECIDED}
    assert http.of("sales").tree("/v1/replies?stored_to=2027-01-31")["rows"] == []
    assert _past(http, "2037-01-31") == []
    assert [line.split()[0] for line in _past(http, "2037-02-01")] == [first.number, second.number]
    done(http.of("billing"), f"/v1/quotes/{first.number}/erase-reply", {"because": "its day has passed"})
    assert [line.split()[0] for line in _past(http, "2037-02-01")] == [second.number]
    page = http.of("sales").tree("/v1/replies?limit=1&total=true")
    assert (page["total"], page["next"], page["rows"][0]["number"]) == (1, None, second.number)


def _past(http: DeskOverHttp, day: str) -> list[str]:
    """The rows of `quote replies --past` on a day."""
    words = ["--database", http.opener.url or "", "--today", day, "quote", "replies", "--past"]
    return [line for line in CliRunner().invoke(program, words).output.splitlines() if line.startswith("Q")]


def test_an_erased_customer_has_no_link(lone: DeskOverHttp) -> None:
    page = offered(lone)
    page.send({"do": "decline", "reason": "no", "decliner": "Léa"})
    for order in [row["order"] for row in lone.of("sales").tree("/v1/orders?customer=K3&limit=50")["rows"]]:
        done(lone.of("sales"), f"/v1/orders/{order}/cancel", {"on": "2027-01-31"})
    erasing.erase_customer(lone.desk, "K3", by="Ann", because="asked")
    assert page.get().status_code == 404
    with lone.desk.store.reading() as connection:
        assert quote_replies.of_quote(connection, page.number)[1].name is None


def test_links_are_refused_where_they_are_not_set_up(lone: DeskOverHttp) -> None:
    refused = lone.of("sales").get("/v1/quotes/Q2027-0001/link")
    assert (refused.status_code, refused.json()["code"]) == (422, "no-links")
    assert "CENTWRIGHT_LINK_SECRET" in refused.json()["errors"][0]["message"]
    for settings, code in (
        (LinkSettings("https://a.example", "short"), "weak-secret"),
        (LinkSettings("http://a.example", "x" * 40), "no-public-url"),
        (LinkSettings("https://u:p@a.example", "x" * 40), "no-public-url"),
        (LinkSettings("ftp://a.example", "x" * 40), "no-public-url"),
    ):
        with pytest.raises(Refusal) as caught:
            settings.signer()
        assert caught.value.problems[0].code == code
    assert "xxx" not in repr(LinkSettings("https://a.example", "x" * 40).signer())


def _trail(http: DeskOverHttp, resource: str) -> list[audit_trail.RecordedEntry]:
    with http.desk.store.reading() as connection:
        return list(audit_trail.each(connection, resource=resource))


def test_only_our_own_servers_are_believed_about_addresses() -> None:
    def asked(peer: str, *forwarded: str) -> str:
        headers = [(b"x-forwarded-for", each.encode()) for each in forwarded]
        return address_of(Request({"type": "http", "client": (peer, 1), "headers": headers}), {"127.0.0.1", "10.0.0.7"})

    assert asked("203.0.113.9", "198.51.100.1") == "203.0.113.9"
    assert asked("127.0.0.1", "198.51.100.1, 203.0.113.9") == "203.0.113.9"
    assert asked("127.0.0.1", "198.51.100.1", "203.0.113.9, 10.0.0.7") == "203.0.113.9"
    assert asked("127.0.0.1", "rubbish") == "127.0.0.1"
    assert asked("127.0.0.1") == "127.0.0.1"

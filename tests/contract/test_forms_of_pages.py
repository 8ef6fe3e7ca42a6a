"""Forms of pages: what is refused is told at its place, numbers are as people write them, and nobody sees a form in vain."""

from __future__ import annotations

import html
import re
from decimal import Decimal

import pytest

from api.desk.choices import MOST
from api.store import customers
from api.store.histories import Change
from tests.contract.browsers import signed_in
from tests.contract.desk_over_http import PENDING, DeskOverHttp
from tests.contract.test_desk_over_http import problem
from tests.contract.test_staff_pages import OF_A_TOOL, pages

pytestmark = pytest.mark.one_database


def test_a_refused_list_and_a_refused_group_say_what_is_wrong(http: DeskOverHttp) -> None:
    browser = signed_in(http, "sales")
    empty = browser.send("/do/make_quote", browser.form("/do/make_quote?customer=K1"))
    assert empty.status_code == 422
    assert 'id="f-lines-problem"' in empty.text
    assert '<details class="further-fields mb-3">' in empty.text, "what is not needed stays behind a summary"


def test_numbers_are_read_as_their_language_writes_them(http: DeskOverHttp) -> None:
    browser = signed_in(http, "sales")
    form = browser.form("/do/make_quote?customer=K1") | {"lines.0.product": "SUB-WS"}
    unclear = browser.send("/do/make_quote", form | {"lines.0.quantity": "1,234"})
    assert unclear.status_code == 422
    assert "write `1.234` or `1234`" in unclear.text
    assert 'id="f-lines-0-quantity-problem"' in unclear.text
    made = browser.send("/do/make_quote", form | {"lines.0.quantity": "2,0"})
    assert made.status_code == 303, made.text


def test_the_language_keeps_the_filter_and_back_leads_to_a_page(http: DeskOverHttp) -> None:
    browser = signed_in(http, "accounting")
    assert (
        'name="back" value="/invoices?overdue=true&amp;order_by=-number"'
        in browser.get("/invoices?overdue=true&order_by=-number&done=x").text
    )
    for verb in ("write_off", "close_month", "close_vat", "preview_reminders", "import_bank_statements"):
        back = re.findall(r'<a class="btn" href="([^"]+)">Back</a>', browser.get(f"/do/{verb}").text)
        assert [browser.get(link).status_code for link in back] == [200], verb


def test_no_form_is_shown_to_whom_it_would_refuse(http: DeskOverHttp) -> None:
    for role in ("analyst", "accounting"):
        browser = signed_in(http, role)
        for path in ("/opportunities/OP1", "/reports/to-invoice", f"/orders/{PENDING}"):
            response = browser.get(path)
            actions = re.findall(r'<form[^>]*action="([^"]+)"', response.text[response.text.index("<main") :])
            assert not {"/do/move_opportunity", "/runs/preview", f"{path}/activation"} & set(actions), (role, path)


def test_no_two_forms_of_a_page_share_what_makes_them_done_once(http: DeskOverHttp) -> None:
    browser, found = signed_in(http, "admin"), 0
    lists = [path for path in ("/", *pages("admin")) if path not in OF_A_TOOL]
    records = {link for path in lists for link in re.findall('href="(/[a-z-]+/[^"/?]+)"', browser.get(path).text)[-5:]}
    for path in (*lists, "/pipeline", "/import", "/reports/forecast", *sorted(records)):
        page = browser.get(path).text
        once = [
            name for form in page.split("<form")[1:] for name in re.findall('name="once" value="([^"]*)"', form.partition("</form>")[0])
        ]
        assert len(set(once)) == len(once), path
        found += len(once)
    assert found > 10


def test_rows_are_added_and_a_quote_is_made_from_them(http: DeskOverHttp) -> None:
    browser = signed_in(http, "sales")
    form = browser.form("/do/make_quote?customer=K1")
    assert "lines.0.product" in form
    more = browser.send("/do/make_quote", form | {"lines.0.product": "SUB-WS", "lines.0.quantity": "2", "more": "lines"})
    assert 'name="lines.1.product"' in more.text
    made = browser.send("/do/make_quote", form | {"lines.0.product": "SUB-WS", "lines.0.quantity": "2", "lines.1.product": ""})
    assert made.status_code == 303, made.text
    assert "SUB-WS" in browser.get(made.headers["location"]).text
    wrong = browser.send(
        "/do/make_quote", browser.form("/do/make_quote?customer=K1") | {"lines.0.product": "SUB-WX", "lines.0.quantity": "2"}
    )
    assert 'id="f-lines-0-product-problem"' in wrong.text


def test_a_refused_line_of_a_quote_stays_in_its_editor(lone: DeskOverHttp) -> None:
    browser = signed_in(lone, "sales")
    made = browser.send(
        "/do/make_quote", browser.form("/do/make_quote?customer=K1") | {"lines.0.product": "SUB-WS", "lines.0.quantity": "2"}
    )
    page = made.headers["location"].partition("?")[0]
    shown = browser.form(page)
    form = {name: shown[name] for name in ("csrf", "etag", "seen", "stays", "name.number")} | {"name.line": "1", "once": "1"}
    unclear = browser.send("/do/change_line", form | {"quantity": "1,234", "discount": "5"})
    assert unclear.status_code == 422
    assert "write `1.234` or `1234`" in unclear.text
    assert 'form="line-1" name="quantity" aria-invalid="true" aria-describedby="refused" value="1,234"' in unclear.text
    assert 'name="discount" value="5"' in unclear.text
    unknown = browser.send("/do/add_quoted_line", form | {"product": "SUB-WX", "quantity": "3", "payment_plan": "p"})
    assert 'name="product" aria-invalid="true" aria-describedby="refused" value="SUB-WX"' in unknown.text
    assert 'form="new-line" name="quantity" value="3"' in unknown.text
    changed = browser.send("/do/change_line", form | {"quantity": "3"})
    assert (changed.status_code, changed.headers["location"]) == (303, f"{page}?done=change_line")
    late = browser.send("/do/change_line", form | {"quantity": "4", "once": "2"})
    assert "Somebody changed this while you wrote" in late.text
    assert 'form="line-1" name="quantity" value="4"' in late.text
    fresh = dict(re.findall('name="(etag|once)" value="([^"]+)"', late.text))
    assert (
        browser.send("/do/change_line", form | {"quantity": "4"} | {name: html.unescape(text) for name, text in fresh.items()}).status_code
        == 303
    )
    again = browser.send("/do/change_line", form | {"quantity": "5"})
    assert "this form was sent before, with other values" in again.text
    other = browser.send("/do/change_line", form | {"quantity": "6", "csrf": "x"})
    assert (other.status_code, 'name="quantity" value="6"' in other.text) == (400, True)


def test_an_empty_row_moves_no_problem_to_another(lone: DeskOverHttp) -> None:
    browser = signed_in(lone, "sales")
    form = browser.form("/do/make_quote?customer=K1") | {"lines.0.product": "SUB-WS", "lines.0.quantity": "1", "lines.1.product": " "}
    wrong = browser.send("/do/make_quote", form | {"lines.2.product": "SUB-WX", "lines.2.quantity": "1"})
    assert 'id="f-lines-1-product-problem"' in wrong.text
    assert re.search('name="lines.1.product" value="SUB-WX"', wrong.text)
    assert "lines.2.product" not in wrong.text
    assert browser.get("/do/make_quote?lines.999999999.product=x").status_code == 200
    assert browser.send("/do/make_quote", form | {"lines.²2.product": "x", "lines.99999999.product": "y"}).status_code == 303


def test_a_part_that_a_script_reads_is_answered_with_nothing_when_the_session_has_ended(lone: DeskOverHttp) -> None:
    browser = signed_in(lone, "sales")
    browser.client.cookies.clear()
    response = browser.client.get("/quotes/Q2027-0001/preview", headers={"HX-Request": "true"}, follow_redirects=False)
    assert (response.status_code, response.text) == (401, "")


def test_links_lead_only_where_something_is(lone: DeskOverHttp) -> None:
    browser = signed_in(lone, "admin")
    nothing = browser.get("/customers/K3").text
    assert "/customers/K3/statement" in nothing
    assert "/customers/K3/reminder" not in nothing
    assert "/customers/K3/draft" not in nothing
    assert "/customers/K1/draft.pdf" in browser.get("/customers/K1").text
    assert "/quotes/Q2027-0001/link" not in browser.get("/quotes/Q2027-0001").text, "it was accepted"
    assert 'href="/orders/investment"' not in browser.get("/quotes/Q2027-0001/history").text
    reconciliation = browser.get("/reports/reconciliation").text
    assert "/reports/reconciliation.csv" not in reconciliation
    assert "EUR</dd>" in browser.get("/reports/ageing").text, "totals have a currency"


def test_a_run_of_nothing_is_refused_with_what_is_due_next(lone: DeskOverHttp) -> None:
    browser = signed_in(lone, "billing")
    selection = {"due_through": "2027-01-31", "customers.0": "K2"}
    sent = browser.send("/do/start_billing", browser.form("/do/start_billing") | selection)
    assert sent.status_code == 409
    assert "nothing of this selection is due through 2027-01-31" in sent.text
    assert re.search(r"next [\d.,]+ EUR are due, from 2027-0\d-\d\d on", sent.text)
    shown = browser.get("/runs/preview?due_through=2027-01-31&customer=K2").text
    assert re.search(r"is due through 31/01/2027\. On \d\d/0\d/2027, [\d.,]+ EUR are due\.", shown)
    never = lone.of("billing").post("/v1/runs", {"due_through": "2027-01-31", "customer": "K3"})
    assert problem(never)[:2] == (409, "nothing-planned")
    assert lone.of("billing").tree("/v1/runs?limit=5")["rows"][0]["run"] == 1, "no empty run is there"


def test_the_form_of_a_run_says_what_it_would_do(lone: DeskOverHttp) -> None:
    browser, through = signed_in(lone, "billing"), "2027-02-28"
    run = lone.of("billing").post("/v1/runs", {"due_through": through, "preview": True}).json()
    lines, net = sum(each["lines"] for each in run["invoices"]), Decimal(run["totals"]["net"])

    def summary(page: str) -> str:
        return " ".join(re.sub("<[^>]+>", " ", page[page.index('id="form-summary"') :].partition("</p>")[0]).split())

    first = browser.get("/do/start_billing").text
    assert f'name="due_through" value="{lone.desk.today}"' in first
    assert first.index("<details") < first.index('name="workers"'), "rare fields are aside"
    assert 'name="preview"' not in first
    page = browser.get(f"/do/start_billing?due_through={through}").text
    assert f"through 28/02/2027, dated 31/01/2027: {lines} lines for {net:,} EUR without VAT." in summary(page)
    assert "Nothing of it is held back." in summary(page)
    assert f'href="/runs/preview?due_through={through}"' in page
    assert browser.get(f"/reports/to-invoice?from=2027-01-01&to={through}").status_code == 200
    assert f'href="/reports/to-invoice?from=2027-01-01&amp;to={through}"' in page
    lone.of("billing").post("/v1/customers/K1/hold", {"because": "disputed"})
    of_held = summary(browser.get(f"/do/start_billing?due_through={through}").text)
    assert re.search(r"(Of these lines \d+ are|One of these lines is) held back\.", of_held)
    again = browser.send("/do/start_billing", browser.form("/do/start_billing") | {"customers.0": "K3", "more": "count"})
    assert "Nothing of this selection is due through 31/01/2027" in summary(again.text), "without a script a button counts again"
    assert "there is no customer `K77`" in summary(browser.get("/do/start_billing?customers.0=K77").text)


def test_names_of_the_rulebook_are_chosen_by_their_label(lone: DeskOverHttp) -> None:
    browser = signed_in(lone, "sales")
    form = browser.get("/do/change_customer?customer=K1").text
    (segments,) = re.findall(r'<select[^>]*name="segment".*?</select>', form)
    for name, label in lone.desk.rulebook.segments.items():
        assert f'<option value="{name}"{" selected" * (name == "independent")}>{label.in_("en")} ({name})</option>' in segments
    assert '<option value="business" selected>' in form
    assert re.search(r'name="country"[^>]* list="choices-country"', form)
    assert form.count('<datalist id="choices-country">') == 1
    assert re.search(r'name="customer" type="text" value="" list="choices-customer"', browser.get("/quotes").text)
    browser.client.cookies.set("centwright_language", "fr")
    french = browser.get("/do/open_opportunity?customer=K1").text
    for name, stage in lone.desk.rulebook.stages.items():
        assert f'<option value="{name}">{stage.label.in_("fr")} ({name})</option>' in french


def test_customers_and_their_documents_are_offered_by_what_is_typed(lone: DeskOverHttp) -> None:
    with lone.desk.writing() as connection:
        (one,) = customers.find(connection, ["K1"]).values()
        many = [one.replace(id=f"Z{number:02}", name=f'<b>"{number:02}" Optique') for number in range(30)]
        customers.create(connection, many, Change(on=lone.desk.today, at=lone.desk.now(), author="test"))
    browser = signed_in(lone, "sales")
    (buyer,) = re.findall('<option value="K2">(.*)</option>', browser.get("/choices?of=customer&name.customer=twee").text)
    address = lone.of("sales").tree("/v1/customers/K2")["address"]
    assert buyer.startswith(f"Optiek Twee · {address['postcode']} {address['town']}"), "what tells it from others of that name"
    assert browser.get(f"/choices?of=customer&x={one.vat_number[:8]}").text.startswith('<option value="K1">'), "by its VAT number"
    first = browser.get("/choices?of=customer&lines.0.order=z").text
    assert first.count("<option") == MOST
    assert '<option value="Z00">&lt;b&gt;&#34;00&#34; Optique ·' in first
    assert f'<option value="{PENDING}">Optique Trois · subscription · pending</option>' in browser.get("/choices?of=order&order=Q2027").text
    assert "Optique Trois" in browser.get("/choices?of=order&order=trois").text, "by the name of its customer"
    assert re.search('<option value="OP1">[^<]+ · [^<]+ · [^<]+</option>', browser.get("/choices?of=opportunity&x=OP").text)
    assert '<option value="BE">Belgium</option>' in browser.get("/choices?of=country&country=belg").text
    assert re.search(r'"SUB-WS">[^<]+ · \d+\.\d{2,6} EUR a month / ', browser.get("/choices?of=product&product=workst").text)
    assert browser.get("/choices?of=nothing&x=%25").text.strip() == browser.get("/choices").text.strip() == ""


def test_a_refused_activation_and_a_refused_move_stay_on_their_page(lone: DeskOverHttp) -> None:
    browser = signed_in(lone, "sales")
    page = f"/orders/{PENDING}/activation?on=2027-01-31"
    form = browser.form(page)
    assert browser.send("/do/activate_order", form | {"on": "2027-02-31"}).status_code == 422
    gone = browser.send("/do/activate_order", form | {"items.0": "nothing"})
    assert gone.status_code == 422
    assert 'id="refused"' in gone.text
    assert "Activate now" in gone.text
    assert browser.send("/do/activate_order", form).status_code == 303
    card = browser.form("/pipeline?owner=Ann")
    move = {name: card[name] for name in ("csrf", "once", "back", "stays")} | {"name.opportunity": "OP1", "stage": "nowhere"}
    stays = browser.send("/do/move_opportunity", move)
    assert stays.status_code == 422
    assert 'id="refused"' in stays.text
    assert "<details open><summary>Move" in stays.text
    assert '<option value="Ann" selected>' in stays.text
    alone = browser.send("/do/move_opportunity", move | {"stays": "//evil.example/pipeline", "once": "2"})
    assert (alone.status_code, "/do/move_opportunity" in alone.text, "evil" in alone.text) == (422, True, False)


def test_people_are_chosen_by_their_names_and_an_imported_owner_stays(lone: DeskOverHttp) -> None:
    browser = signed_in(lone, "sales")
    person = lone.of("admin").tree("/v1/users/page-sales")["full_name"]
    (owners,) = re.findall(r'<select[^>]*name="owner".*?</select>', browser.get("/do/open_opportunity?customer=K1").text)
    assert f'<option value="page-sales" selected>{person} (page-sales)</option>' in owners
    page = browser.get("/do/change_opportunity?opportunity=OP1").text
    (owners,) = re.findall(r'<select[^>]*name="owner".*?</select>', page)
    assert '<option value="Ann" selected>Ann</option>' in owners, "no user has that name"
    assert browser.send("/do/change_opportunity", browser.form("/do/change_opportunity?opportunity=OP1")).status_code == 303
    (filtered,) = re.findall(r'<select[^>]*name="owner".*?</select>', browser.get("/opportunities?owner=Ann").text)
    assert '<option value="Ann" selected>Ann</option>' in filtered
    assert 'name="owner" value="page-sales"' not in filtered
    lone.of("sales").call("PATCH", "/v1/opportunities/OP1", {"owner": "page-sales"})
    assert f'<span title="page-sales">{person}</span>' in browser.get("/opportunities").text
    keys = signed_in(lone, "admin").get("/do/create_key").text
    assert f'<option value="page-sales">{person} (page-sales)</option>' in re.findall(r'<select[^>]*name="user".*?</select>', keys)[0]


def test_names_of_the_rulebook_stand_in_lists_and_on_pages_in_the_language_of_who_looks(lone: DeskOverHttp) -> None:
    browser = signed_in(lone, "sales")
    browser.client.cookies.set("centwright_language", "nl")
    rulebook = lone.desk.rulebook
    row = lone.of("sales").tree("/v1/items?limit=1")["rows"][0]
    name = html.escape(rulebook.products[row["product"]].name.in_("nl"), quote=False)
    assert f"{name} ({row['product']})" in browser.get("/items?limit=1").text
    order = lone.of("sales").tree(f"/v1/orders/{row['order']}")
    process = order["items"][0]["billing_process"]
    label = rulebook.billing_processes[process].label.in_("nl")
    assert f'<span title="{process}">{label}</span>' in browser.get(f"/orders/{row['order']}").text
    item = browser.get(f"/orders/{row['order']}/items/{row['item']}").text
    assert f'<span title="{process}">{label}</span> <small class="text-secondary">{process}</small>' in item
    assert "normaal tarief" in item.lower(), "the VAT class"
    quotes = lone.of("sales").tree("/v1/quotes?limit=1")["rows"]
    assert rulebook.billing_types["monthly"].label.in_("nl") in browser.get(f"/quotes/{quotes[0]['number']}").text

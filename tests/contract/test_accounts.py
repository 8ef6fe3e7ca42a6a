"""Statements of account, reminders and drafts, at the command line and over HTTP: as figures and as PDFs, and nothing is stored."""

from io import BytesIO

from pypdf import PdfReader

from api.desk.billing_run import issue, preview
from api.desk.due_drafts import Selection
from api.desk.renditions import draft_pdfs
from engine.documents.invoice import DraftInvoice
from tests.contract.desk_over_http import TODAY, DeskOverHttp
from tests.contract.test_desk_over_http import problem
from tests.contract.test_verbs_over_http import done
from tests.running_service import ROOT


def text_of(pdf: bytes) -> str:
    """What a PDF says."""
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)


def test_a_statement_adds_up_and_says_that_payments_are_missing(lone: DeskOverHttp) -> None:
    issue(lone.desk, Selection(due_through=TODAY, customer="K1"))
    staff = lone.of("accounting")
    (first, second) = staff.tree("/v1/customers/K1/statement?as_of=2027-01-31")["entries"]
    credited = done(lone.of("billing"), f"/v1/invoices/{first['number']}/credit", {"amount": "10.00", "because": "late"}, 201)
    tree = staff.tree("/v1/customers/K1/statement?as_of=2027-03-31")
    assert [(each["what"], each["amount"]) for each in tree["entries"]] == [
        ("invoice", first["amount"]), ("invoice", second["amount"]), ("credit-note", f"-{credited['gross']}"),
    ]  # fmt: skip
    assert (tree["balance"], tree["overdue"], tree["payments"]) == (tree["entries"][-1]["balance"], tree["balance"], False)
    later = staff.tree("/v1/customers/K1/statement?as_of=2027-03-31&from=2027-02-01")
    assert (later["entries"], later["opening"], later["balance"]) == ([], tree["balance"], tree["balance"])
    assert staff.tree("/v1/customers/K1/statement?as_of=2027-01-30")["balance"] == "0.00"
    assert problem(staff.get("/v1/customers/K1/statement?as_of=2027-01-30&from=2027-02-01"))[:2] == (422, "since-later")
    assert problem(staff.get("/v1/customers/K99/statement"))[:2] == (404, "unknown-document")
    answer = staff.get("/v1/customers/K1/statement.pdf?as_of=2027-03-31")
    words = text_of(answer.content)
    assert answer.headers["content-type"] == "application/pdf"
    assert "les paiements n'y figurent pas" in words.replace("\u2019", "'")
    assert (first["number"] in words, credited["number"] in words) == (True, True)


def test_a_reminder_asks_what_is_overdue(lone: DeskOverHttp) -> None:
    staff = lone.of("accounting")
    assert problem(staff.get("/v1/customers/K2/reminder"))[:2] == (422, "nothing-overdue")
    tree = staff.tree("/v1/customers/K2/reminder?as_of=2027-03-31&level=2&costs=20.00&pay_until=2027-04-10")
    statement = staff.tree("/v1/customers/K2/statement?as_of=2027-03-31")
    assert (tree["open"], tree["level"], tree["pay_until"]) == (statement["overdue"], 2, "2027-04-10")
    assert float(tree["total"]) == float(tree["open"]) + 20
    assert {each["number"] for each in tree["invoices"]} == {each["number"] for each in statement["entries"]}
    whole = done(lone.of("billing"), f"/v1/invoices/{tree['invoices'][0]['number']}/credit", {"whole": True, "because": "x"}, 201)
    after = staff.tree("/v1/customers/K2/reminder?as_of=2027-03-31")
    assert whole["corrects"] not in {each["number"] for each in after["invoices"]}


def test_a_draft_is_marked_across_its_pages_and_has_no_number(lone: DeskOverHttp) -> None:
    before = lone.of("accounting").tree("/v1/invoices?limit=50")["rows"]
    drafts: list[DraftInvoice] = [each for some in preview(lone.desk, Selection(due_through=TODAY, customer="K1")) for each in some.drafts]
    (name, pdf) = next(draft_pdfs(lone.desk, {"K1": drafts[0]}, TODAY, ROOT))
    words = text_of(pdf)
    assert (name, "PROJET" in words, "+++" in words, drafts[0].customer.name in words) == ("K1", True, False, True)
    assert lone.of("accounting").tree("/v1/invoices?limit=50")["rows"] == before
    answer = lone.of("billing").get(f"/v1/customers/K1/draft.pdf?due_through={TODAY}&issued_on={TODAY}")
    assert (answer.headers["content-type"], answer.content) == ("application/pdf", pdf)
    beyond = lone.of("billing").get(f"/v1/customers/K1/draft.pdf?due_through={TODAY}&draft=99")
    assert problem(beyond) == (422, "no-draft", ["/draft"])
    assert problem(lone.of("billing").get("/v1/customers/K99/draft.pdf"))[:2] == (404, "unknown-document")

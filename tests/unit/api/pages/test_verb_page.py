"""The form of a verb: what is wrong stands at its field, its group or its list; what is not needed waits behind a summary."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from api.desk.choices import Offered
from api.http.routes.quotes import NewQuote
from api.http.routes.registry import all_routes
from api.http.routes.runs import RunRequest
from api.pages.frame.visits import Visit
from api.pages.records.offered_choices import OfferedChoices
from api.pages.records.record_answers import OTHER_FORM
from api.pages.records.verb_fields import fields_of, request_of, without_gaps
from api.pages.records.verb_page import FilledForm, verb_page
from api.store.api_keys import ApiKey
from api.store.users import User

VISIT = Visit(
    key=ApiKey(prefix="k", name="k", role="sales", created_at=datetime(2027, 1, 31, tzinfo=UTC), created_by="test"),
    person=User(name="ann", full_name="Ann", email="ann@example.com", role="sales"),
    token="t",
    language="en",
    path="/do/open_opportunity",
    parameters=(),
    request_id="1",
)
OFFERED = {
    "stage": Offered(choices=(("first", "First talk"), ("offer", "Offer")), is_closed=True),
    "customer": Offered(choices=(), has_more=True),
}


def drawn(verb: str, *pointers: str, **given: str) -> dict[str, Any]:
    """The values of the form of a verb, with a problem at each pointer."""
    route = next(each for each in all_routes() if each.name == verb)
    typed = {name.replace("__", "."): text for name, text in given.items()}
    form = FilledForm(names={}, given=typed, once="1", problems=[OTHER_FORM.at(None, at) for at in pointers])
    return verb_page(VISIT, route, form, {}, OfferedChoices(OFFERED.get, "en", "EUR"))


def test_a_problem_of_a_group_or_a_list_stands_there_and_opens_it() -> None:
    values = drawn("open_opportunity", "/prospect", "/nothing", "/prospect")
    group = next(row for row in values["fields"] if row["name"] == "prospect")
    assert (group["is_further"], group["is_used"]) == (True, True)
    assert group["problem"] is not None
    assert len(values["problems"]) == 2, "what stands at no field, or second at one, stands above"
    values = drawn("make_quote", "/lines", "/lines/0", "/lines/0/discount")
    lines = next(row for row in values["fields"] if row["name"] == "lines")
    assert lines["problem"] is not None
    assert lines["rows"][0].problem is not None
    discount = next(row for row in lines["rows"][0].fields if row["name"] == "lines.0.discount")
    assert (discount["is_further"], discount["is_used"]) == (True, True)
    assert values["problems"] == []


def test_a_long_form_shows_what_is_needed_and_the_first_few() -> None:
    values = drawn("make_quote", customer="K1", lines__0__starts_on="2027-02-01")
    assert {row["name"] for row in values["fields"] if not row["is_further"]} == {"customer", "lines", "opportunity", "draft"}
    (line,) = next(row for row in values["fields"] if row["name"] == "lines")["rows"]
    assert [row["name"] for row in line.fields if not row["is_further"]] == ["lines.0.product", "lines.0.quantity"]
    assert [row["name"] for row in line.fields if row["is_used"]] == ["lines.0.starts_on"], "its summary is open"
    assert not any(row["is_further"] for row in drawn("hold_customer")["fields"])


def test_an_empty_row_between_two_is_no_row_and_moves_no_problem() -> None:
    fields = fields_of(NewQuote)
    typed = {"customer": "K1", "lines.0.product": "A", "lines.1.product": " ", "lines.4.product": "B", "lines.10.product": "C"}
    lines = {"lines.0.product": "A", "lines.1.product": "B", "lines.2.product": "C"}
    assert without_gaps(fields, typed) == {"customer": "K1"} | lines
    assert request_of(fields, typed) == {"customer": "K1", "lines": [{"product": each} for each in "ABC"]}
    assert without_gaps(fields, typed, empty=True)["lines.1.product"] == " "


def test_rows_of_hostile_numbers_are_no_rows() -> None:
    fields = fields_of(NewQuote)
    typed = {f"lines.{place}.product": "A" for place in ("999999999", "\u00b2", "-1", "01", "", "lines")}
    assert without_gaps(fields, typed) == {}
    assert request_of(fields, typed) == {}
    assert request_of(fields_of(RunRequest), {"workers": "\u00b2"}) == {"workers": "\u00b2"}
    assert request_of(fields_of(RunRequest), {"workers": "--5"}) == {"workers": "--5"}


def test_who_does_it_is_no_field_of_a_form() -> None:
    assert "by" not in {row["name"] for row in drawn("check_vat_number")["fields"]}
    assert "by" not in {row["name"] for row in drawn("end_item")["fields"]}
    by = next(row for row in drawn("accept_quote")["fields"] if row["name"] == "by")
    assert by["label"] == "Accepted by"


def test_few_values_are_chosen_and_many_are_found_by_what_is_typed() -> None:
    values = drawn("open_opportunity", stage="left")
    stage = next(row for row in values["fields"] if row["name"] == "stage")
    assert stage["kind"] == "choice"
    assert stage["choices"] == (("first", "First talk (first)"), ("offer", "Offer (offer)"), ("left", "left")), "what it has stays"
    assert next(row for row in values["fields"] if row["name"] == "customer")["list"] == ("customer", True)
    assert list(values["lists"]) == ["customer"]
    assert next(row for row in values["fields"] if row["name"] == "amount")["list"] is None

"""The form of a change has what is stored, and sends only what its person wrote or emptied."""

from __future__ import annotations

from api.http.routes.customers import CustomerAnswer, CustomerChange
from api.http.routes.opportunities import OpportunityAnswer, OpportunityChange
from api.http.routes.users import UserAnswer, UserChange
from api.pages.records.form_descriptions import form_of
from api.pages.records.stored_fields import changes_of, merged, stored_texts
from api.pages.records.verb_fields import fields_of

CUSTOMER = {
    "name": "Optique Un",
    "address": {"street": "Rue 1", "postcode": "5000", "town": "Namur", "country": "BE"},
    "vat_number": "BE0999999922",
    "small_business": False,
    "attributes": {"shops": "2", "since": "2020-01-01"},
}
STORED = stored_texts(fields_of(CustomerChange), form_of("change_customer").stored(CUSTOMER, {}))


def test_a_form_has_the_address_and_the_own_fields_of_a_customer() -> None:
    assert STORED == {
        "name": "Optique Un",
        "street": "Rue 1",
        "postcode": "5000",
        "town": "Namur",
        "country": "BE",
        "vat_number": "BE0999999922",
        "small_business": "false",
        "attributes": "shops: 2\nsince: 2020-01-01",
    }


def test_only_what_was_written_or_emptied_is_sent() -> None:
    def sent(**typed: str) -> dict[str, object]:
        return changes_of(CustomerChange, CustomerAnswer, STORED | {"purchase_order": ""} | typed, "en", STORED)

    assert sent() == {}
    assert sent(street="Rue 2", purchase_order="PO 7") == {"street": "Rue 2", "purchase_order": "PO 7"}
    assert sent(vat_number=" ") == {"vat_number": None}, "what may be missing is removed"
    assert sent(name="") == {"name": ""}, "what may not is refused with its place"
    assert sent(small_business="true") == {"small_business": True}
    assert sent(attributes="shops: 3\r\n") == {"attributes": {"shops": "3", "since": ""}}
    assert sent(attributes="shops: 2\r\nsince: 2020-01-01\r\n") == {}, "browsers write lines otherwise"
    assert sent(attributes="") == {"attributes": {"shops": "", "since": ""}}
    assert sent(attributes="shops") == {"attributes": "shops"}, "what cannot be read is refused"


def test_lists_and_amounts_are_sent_whole() -> None:
    fields, answer = fields_of(UserChange), UserAnswer
    stored = stored_texts(fields, {"full_name": "Ann", "role": "sales", "approves": ["manager", "director"], "company_accounts": []})
    assert stored == {"full_name": "Ann", "role": "sales", "approves.0": "manager", "approves.1": "director"}
    assert changes_of(UserChange, answer, stored | {"approves.0": ""}, "en", stored) == {"approves": ["director"]}
    assert changes_of(UserChange, answer, {"full_name": "Ann", "role": "sales", "approves.0": ""}, "en", stored) == {"approves": []}
    was = {"amount": "900.00", "source": "fair"}
    typed = {"amount": "1.234,50", "source": ""}
    assert changes_of(OpportunityChange, OpportunityAnswer, typed, "nl", was) == {"amount": "1234.50", "source": None}
    assert changes_of(OpportunityChange, OpportunityAnswer, {"amount": "", "source": "fair"}, "nl", was) == {"amount": ""}


def test_what_was_left_as_shown_follows_what_is_there_now() -> None:
    was, now = {"street": "Rue 1", "approves.0": "a"}, {"street": "Rue 2", "vat_number": "BE1", "approves.0": "a", "approves.1": "b"}
    assert merged({"street": "Rue 1", "vat_number": "", "approves.0": "a", "x.0": "y"}, was, now) == {**now, "x.0": "y"}
    assert merged({"street": "", "approves.0": "c"}, was, now) == {"vat_number": "BE1", "street": "", "approves.0": "c"}


def test_a_line_of_a_quote_has_what_was_written_into_it() -> None:
    quote = {"number": "Q1", "lines": [{"number": 1, "request": {"product": "A"}}, {"number": 2, "request": {"product": "B"}}]}
    assert form_of("change_line").stored(quote, {"line": "2"}) == {"product": "B"}
    assert form_of("change_line").stored(quote, {"line": "9"}) == {}

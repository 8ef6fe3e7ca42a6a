"""The labels of what one can do from a page: there is one for each verb, it is short, and none is left over."""

import re

from api.http.routes.registry import all_routes
from api.pages.frame import labels
from api.pages.records import empty_lists
from api.pages.records.field_values import value_text, values_by_field
from api.pages.records.verb_fields import ORDER
from engine.phrases import LANGUAGES, translations
from tests.tidy.test_translations import CODE

LONGEST = 40


def test_each_verb_has_a_short_label_and_no_label_is_left_over() -> None:
    routes = {route.name: route for route in all_routes()}
    assert {name for name, route in routes.items() if route.method != "GET"} <= set(labels._LABELS) <= set(routes)
    for name in labels._LABELS:
        for language in LANGUAGES:
            assert 0 < len(labels.label_of(routes[name], language)) <= LONGEST, (name, language)


def test_what_is_below_a_thing_has_a_label() -> None:
    below = {r.name for r in all_routes() if r.method == "GET" and r.resource != "reports" and not r.path.endswith(("}", ".{format}"))}
    assert {r.name for r in all_routes() if r.name in below and r.names} <= set(labels._LABELS)


def test_a_field_is_written_as_people_write_it() -> None:
    assert [labels.field_label(name, "en") for name in ("vat_number", "id", "due_on")] == ["VAT number", "ID", "Due on"]
    assert labels.field_label("billing_date", "fr") == "Date de facturation"


def test_an_empty_list_says_what_comes_first_and_every_hint_has_its_list() -> None:
    lists = {route.path.removeprefix("/v1") for route in all_routes() if route.listing is not None}
    assert set(empty_lists._NEXT) <= lists | {"/keys", "/webhooks"}
    assert empty_lists.next_step("/runs", "en").startswith("There is nothing here yet. Start one")
    assert empty_lists.next_step("/audit", "nl") == "Hier is nog niets."


def test_each_state_and_kind_has_words_in_each_language() -> None:
    values = {(name, value) for name, words in values_by_field().items() if name != ORDER for value in words if not CODE.fullmatch(value)}
    assert len(values) > 100
    in_english = {(name, value): value_text(name, value, "en") for name, value in values}
    assert {pair for pair, text in in_english.items() if re.search("[-_]", text)} <= {
        ("treatment", "co-contractor"),
        ("treatment", "intra-community"),
    }
    assert (in_english["paid", "part-paid"], in_english["state", "to-invoice"]) == ("partly paid", "to invoice")
    for language in set(LANGUAGES) - {"en"}:
        assert [value for _, value in sorted(values) if not translations(language).get(value)] == []
    assert value_text("state", "not-tried", "fr") == "pas essayé"
    assert value_text("billing_type", "my-own-type", "en") == "my-own-type", "a name of a rulebook stays"

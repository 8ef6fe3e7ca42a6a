"""The labels of what one can do from a page: there is one for each verb, it is short, and none is left over."""

from api.http.routes.registry import all_routes
from api.pages.frame import labels
from api.pages.records import empty_lists
from engine.phrases import LANGUAGES

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

"""Reading a rulebook: one value without problems, every problem at once with them, and no text that makes it fall over."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.money import Currency
from engine.problems import Refusal
from engine.rulebook.reader import check_rulebook, read_rulebook
from tests.unit.rulebook.texts import SMALL, changed, told

PIECES = ["", ":", "\t", "- ", "{", "]", '"', "'", "0", "1e9", "\x00", "é", "\n", "  ", "&a ", "*a", "!!x ", "%", "#", "|"]


def test_a_rulebook_is_one_value_with_everything_by_name() -> None:
    rulebook = read_rulebook(SMALL)
    assert rulebook.currency == Currency.of("EUR")
    assert list(rulebook.products) == ["BIKE", "CARE"]
    assert [(book.id, str(book.prices.get("BIKE", "-"))) for book in rulebook.price_books] == [("list-2026", "649.00"), ("list-2027", "-")]
    assert rulebook.rules.grouping == ("customer", "month of billing-date")
    assert rulebook.payment_events == {"order.signed", "item.activated", "delivery.accepted", "date"}
    assert rulebook.company.seller.oss is False


def test_all_problems_of_all_files_come_at_once() -> None:
    broken = changed("company.yaml", "currency: EUR", "currency: EURO")
    broken = changed("catalog/products.yaml", "family: bikes", "family: bike", broken)
    broken = changed("plans/plans.yaml", "share: rest", "share: 20%", broken)
    broken = changed("vat/rates.yaml", "rate: 9%", "rate: nine", broken)
    broken = changed("rules/grouping.rules", "month of", "moth of", broken)
    assert {line.split(":")[0] for line in told(broken)} == {
        "company.yaml", "catalog/products.yaml", "plans/plans.yaml", "vat/rates.yaml", "rules/grouping.rules",
    }  # fmt: skip
    with pytest.raises(Refusal) as refusal:
        read_rulebook(broken)
    assert len(refusal.value.problems) == len(told(broken))


def test_what_can_be_read_of_a_broken_entry_is_still_checked() -> None:
    broken = changed("catalog/products.yaml", "vat-class: standard", "vat-class: normal")
    broken = changed("catalog/products.yaml", "account: goods", "account: gods", broken)
    assert [line.split()[1] for line in told(broken)] == ["unknown-value", "unknown-name"]


def test_advice_stops_nothing() -> None:
    assert read_rulebook(changed("plans/terms.yaml", "days: 14", "days: 90")).payment_terms["14-days"].days == 90


def test_a_condition_in_yaml_is_a_rule() -> None:
    sources = changed("catalog/products.yaml", "    family: bikes\n", "    available-when: customer.segment is fleet\n    family: bikes\n")
    rules = read_rulebook(sources).rules
    assert rules.ask("available.BIKE", {"customer.segment": "fleet"}).value is True
    assert rules.ask("available.BIKE", {"customer.segment": "shop"}).value is False


@pytest.mark.parametrize(
    ("condition", "column"), [("customer.segmen is fleet", 21), ("customer.segment is fleets", 41), ("3", 21), ("customer.segment is", 40)]
)
def test_a_mistake_in_a_condition_is_told_at_its_column(condition: str, column: int) -> None:
    sources = changed("catalog/products.yaml", "    family: bikes\n", f"    available-when: {condition}\n    family: bikes\n")
    problem = check_rulebook(sources)[0]
    assert problem.where is not None
    assert (problem.where.path, problem.where.line, problem.where.column) == ("catalog/products.yaml", 5, column)


def test_an_attribute_of_ones_own_is_a_word_of_the_rules() -> None:
    words = "kind: vocabulary\nattributes:\n  customer.bikes: {type: Number, label: {fr: Vélos, nl: Fietsen, en: Bikes}}\n"
    sources = changed("catalog/products.yaml", "    family: bikes\n", "    available-when: customer.bikes >= 3\n    family: bikes\n")
    rulebook = read_rulebook({**sources, "rules/words.yaml": words})
    assert rulebook.rules.ask("available.BIKE", {"customer.bikes": 3_000_000}).value is True
    assert told({**sources, "rules/words.yaml": words.replace("Number", "Numbr")}) != []


@given(st.data())
def test_no_text_makes_check_fall_over(data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(sorted(SMALL)))
    text = SMALL[path]
    at = data.draw(st.integers(0, len(text)))
    length = data.draw(st.integers(0, 12))
    put = data.draw(
        st.sampled_from(["", ":", "\t", "- ", "{", "]", '"', "'", "0", "1e9", "\x00", "é", "\n", "  ", "&a ", "*a", "!!x ", "%", "#", "|"])
    )
    for problem in check_rulebook({**SMALL, path: text[:at] + put + text[at + length :]}):
        assert problem.message
        assert problem.help
        assert problem.where is not None


def test_a_word_that_stands_twice_among_those_allowed_is_advised_once() -> None:
    words = "kind: vocabulary\nattributes:\n  customer.size: {type: 'Enum[s, m, s, s]', label: {fr: Taille, nl: Maat, en: Size}}\n"
    (problem,) = check_rulebook({**SMALL, "rules/vocabulary.yaml": words})
    assert (str(problem), problem.stops) == ("rules/vocabulary.yaml:3:25: repeated-entry: `s` stands in this list twice", False)

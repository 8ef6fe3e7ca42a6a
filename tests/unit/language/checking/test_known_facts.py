"""Rules use only the facts that are known when they are asked: what no question knows is refused, also behind definitions and tables."""

import pytest

from engine.language import Cases, check
from engine.language.types.fact_scopes import FACT_SCOPES
from engine.language.types.vocabulary import Vocabulary
from engine.problems import Problem
from tests.unit.language.shop import vocabulary

SHOP = vocabulary(customer_shops="Number", line_colour="Text", product_weight="Number")
INPUTS = [name for name, entry in SHOP.entries.items() if entry.role == "input"]


def told(text: str, known: Vocabulary = SHOP) -> list[Problem]:
    """What is told of the facts of some rules, which have no other mistake."""
    problems = check({"rules/test.rules": text}, known).problems
    about = [one for one in problems if one.code in ("fact-not-known", "fact-may-be-missing", "result-not-used")]
    assert [str(one) for one in problems if one not in about] == []
    return about


def codes(text: str) -> list[tuple[str, int]]:
    """The codes told, each with its line."""
    return [(one.code, one.where.line if one.where else 0) for one in told(text)]


@pytest.mark.parametrize("name", INPUTS)
def test_a_discount_may_read_exactly_what_is_known_then(name: str) -> None:
    scope = next(one for one in FACT_SCOPES if one.name == "discount")
    problems = told(f"discount d\n  when {name} is known\n  give 1% off line.list\n")
    assert [one.code for one in problems] == ([] if name in scope.always or scope.may_know(name) else ["fact-not-known"])


@pytest.mark.parametrize(
    "name",
    "today quote.total quote.discount quote.on invoice.net invoice.issued-on invoice.tax-point supply.kind supply.ship-to supply.vat-class "
    "supply.distance-sale group.net group.rate group.category user.role billing-date subscription.billing-type product.weight".split(),
)
def test_a_discount_may_not_read_what_is_never_given_then(name: str) -> None:
    (problem,) = told(f"discount d\n  when {name} is known\n  give 1% off line.list\n")
    assert str(problem) == f"rules/test.rules:2:8: fact-not-known: `{name}` is not known when a discount is computed"
    assert "`line.list`" in problem.help


def test_the_lines_of_a_quote_are_not_known_when_one_of_them_is_priced() -> None:
    assert codes("discount d\n  when count of lines > 3\n  give 1% off line.list\n") == [("fact-not-known", 2)]


def test_the_billing_type_follows_from_the_billing_process_and_cannot_choose_it() -> None:
    text = (
        "define item.billing-process : Enum[billing-processes] = if item.billing-type is annual then annual-advance else monthly-advance\n"
    )
    assert codes(text) == [("fact-not-known", 1)]
    assert codes("define item.payment-plan : Enum[payment-plans] = if item.billing-type is annual then at-once else plan-30-30-40\n") == []


def test_one_of_several_subscriptions_is_chosen_without_its_billing_type() -> None:
    text = "increment joining\n  when subscription.billing-type is monthly\n  placement merge\n"
    assert codes(text) == []
    assert codes(text + "  several newest\n") == [("fact-not-known", 2)]


@pytest.mark.parametrize(
    "through",
    [
        "define help : Bool = invoice.net > 10.00 EUR\ndiscount d\n  when help\n  give 1% off line.list\n",
        "define deep : Bool = invoice.net > 10.00 EUR\ndefine help : Bool = deep\ndiscount d\n  when help\n  give 1% off line.list\n",
        "table t\n  | line.quantity || part |\n  | - || if invoice.net > 10.00 EUR then 1% else 2% |\n"
        "discount d\n  give t(line.quantity) off line.list\n",
        "table t\n  all matches\n  | invoice.net || discount |\n  | > 10.00 EUR || 1% |\n",
        "discount d\n  dated by invoice.tax-point\n  from 2026-01-01\n  give 1% off line.list\n",
        "decision quote.approver\n  highest of nobody < cfo\n  otherwise nobody\n  rule big when invoice.net > 10.00 EUR then cfo\n",
        'define available : Bool = invoice.net > 10.00 EUR\ndefine vat.held : Text = if available then "x" else "no"\n',
        "define line.price-factor : Number = if line.list > 10.00 EUR then 0.9 else 1\n",
    ],
)
def test_a_fact_is_looked_for_behind_names_tables_and_dates(through: str) -> None:
    assert {code for code, _ in codes(through)} == {"fact-not-known"}


def test_what_no_question_reaches_may_read_anything() -> None:
    assert codes("define late : Bool = today > invoice.issued-on\n") == []


def test_the_message_names_the_rule_that_needs_a_fact() -> None:
    (problem,) = told("define help : Bool = invoice.net > 10.00 EUR\ndiscount d\n  when help\n  give 1% off line.list\n")
    assert problem.message == "`invoice.net` is not known when a discount is computed, which `d` needs"


@pytest.mark.parametrize(
    ("condition", "count"),
    [
        ("customer.segment is gold", 1),
        ("customer.shops > 3", 1),
        ("line.colour is \"red\"", 1),
        ("customer.segment is known and customer.segment is gold", 0),
        ("customer.segment is not known or customer.segment is gold", 0),
        ("not (customer.segment is not known) and customer.segment is gold", 0),
        ("customer.segment is gold and customer.segment is known", 1),
        ("(if customer.segment is known then customer.segment is gold else no)", 0),
        ("(if customer.segment is known then no else customer.segment is gold)", 1),
        ("(customer.segment is known or line.quantity > 1) and customer.segment is gold", 1),
        ("customer.segment is known and other", 0),
        ("other", 1),
    ],
)  # fmt: skip
def test_a_fact_that_may_be_missing_is_asked_first(condition: str, count: int) -> None:
    other = "define other : Bool = customer.segment is gold\n"
    problems = told(f"{other}discount d\n  when {condition}\n  give 1% off line.list\n")
    assert [one.code for one in problems] == ["fact-may-be-missing"] * count
    assert not any(one.stops for one in problems)


def test_a_condition_of_the_block_holds_for_its_value_too() -> None:
    text = "table t\n  | customer.segment || part |\n  | gold || 2% |\n  | not gold || 1% |\n"
    given = "  give t(customer.segment) off line.list\n"
    assert codes(f"{text}discount d\n  when customer.segment is known\n{given}") == []
    assert codes(f"{text}discount d\n{given}") == [("fact-may-be-missing", 6)]


def test_a_result_that_nothing_asks_for_is_refused() -> None:
    (problem,) = told("define group.vat : Money = group.rate of group.net rounded to cent half up\n")
    assert problem.message == "nothing asks for `group.vat`"


def test_a_fact_that_is_always_known_is_no_case_of_its_own() -> None:
    text = "table t\n  | there || n |\n  | yes || 1 |\ndefine there : Bool = {} is known\ndefine line.price-factor : Number = t.n\n"
    always, sometimes = (check({"rules/test.rules": text.format(name)}, SHOP) for name in ("customer.country", "customer.segment"))
    assert [problem.code for problem in always.prove(Cases()).problems] == []
    assert [problem.code for problem in sometimes.prove(Cases()).problems] == ["gap"]


def test_every_result_that_rules_may_set_belongs_to_a_question_but_one() -> None:
    targets = [name for name, entry in SHOP.entries.items() if entry.role == "target"]
    assert [name for name in targets if not any(scope.asks_for(name) for scope in FACT_SCOPES)] == ["group.vat"]


def test_the_table_of_facts_names_facts_of_the_vocabulary() -> None:
    names = [name for scope in FACT_SCOPES for name in (*scope.always, *scope.sometimes)]
    assert set(names) <= set(INPUTS)
    assert all(not set(scope.always) & set(scope.sometimes) for scope in FACT_SCOPES)


def test_a_misspelt_fact_is_completed_by_one_that_is_known_then() -> None:
    (problem,) = check({"rules/test.rules": "discount d\n  when quote.totl > 3.00 EUR\n  give 1% off line.list\n"}, SHOP).problems
    assert problem.help == "did you mean `quote.list-total`?"
    (problem,) = check({"rules/test.rules": "define x : Bool = quote.totl > 3.00 EUR\n"}, SHOP).problems
    assert problem.help == "did you mean `quote.total`?"

"""Every question that the engine asks of the rules, in all golden cases and on the way of a quote, comes with the facts known then."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

import pytest

from api.desk.quote_approval import approval_of
from engine import billing
from engine.documents.billed import RunningOrders
from engine.documents.order import Order
from engine.documents.party import Address, Customer
from engine.documents.quote import LineRequest, QuoteRequest
from engine.language import FACT_SCOPES, Answer, Facts, FactScope, Plain, Question, RecordedRules
from engine.money import Percent, Quantity
from engine.problems import Refusal
from engine.rulebook.book import Rulebook
from tests.golden.invoices.case import bill, names, read_case, rulebook_for
from tests.golden.rulebooks import rulebook_of

DAY: Final = date(2026, 3, 9)
OF_QUOTE: Final = "quote.list-total"
KINDS: Final = {"price": "price", "bundle": "bundle", "offers": "discount", "stacking": "stacking"}


@dataclass(frozen=True)
class AllAnswers(RecordedRules):
    """Recorded rules that are asked for every result, also for those that the rulebook leaves to products and processes."""

    others: Mapping[str, Plain] = field(default_factory=dict)
    processes: Mapping[str, str] = field(default_factory=dict)

    @property
    def targets(self) -> frozenset[str]:
        """All results there are."""
        return self.rules.targets | self.others.keys() | {"item.billing-process"}

    def ask(self, name: str, facts: Facts, *, tracing: bool = False) -> Answer:
        """The answer of the rulebook, else a fixed one."""
        if name in self.rules.targets:
            return super().ask(name, facts, tracing=tracing)
        self._note("ask", name, facts)
        return Answer(self.others.get(name) or self.processes[str(facts["product.code"])])


def recorded(rulebook: Rulebook) -> tuple[Rulebook, list[Question]]:
    """A rulebook whose rules are asked for every result, and its questions so far."""
    conditions = {f"available.{code}" for code in rulebook.products} | {f"applies.{name}" for name in rulebook.billing_processes}
    others: dict[str, Plain] = dict.fromkeys((*conditions, "invoice.by-order"), True)
    others |= {"item.payment-plan": next(iter(rulebook.payment_plans))}
    processes = {code: product.billing_processes[0] for code, product in rulebook.products.items()}
    rules = AllAnswers(rulebook.rules, others=others, processes=processes)
    return replace(rulebook, rules=rules), rules.questions


def scope_of(question: Question) -> FactScope:
    """The question to which a recorded one belongs."""
    (scope,) = (each for each in FACT_SCOPES if each.asks_for(KINDS.get(question.kind, question.name)))
    return scope


def check_facts(questions: list[Question]) -> set[str]:
    """Checks that every question has the facts that are always known then, and no others; the names of the questions."""
    scopes = {}
    for question in questions:
        scope = scope_of(question)
        scopes[scope.name] = scope
        later = {OF_QUOTE} if scope.name == "discount" else set()  # unknown once the discounts of the quote are agreed
        assert set(scope.always) - question.facts.keys() <= later, (scope.name, question.name)
        assert [name for name in question.facts.keys() - {*scope.always} if not scope.may_know(name)] == [], scope.name
    return set(scopes)


@pytest.mark.parametrize("name", names())
def test_the_questions_of_a_case_come_with_their_facts(name: str) -> None:
    case = read_case(name)
    rulebook, questions = recorded(rulebook_for(case))
    outcome = bill(case, rulebook)
    orders = outcome.orders.values()
    is_agreed = all(item.negotiated_price is not None for order in orders for item in order.items)
    expected = {"VAT"} | (set() if is_agreed else {"price"}) | ({"grouping"} if outcome.invoices else set())
    assert check_facts(questions) >= expected


def customer() -> Customer:
    """A shop."""
    address = Address(street="Place 1", postcode="1000", town="Namur", country="BE")
    return Customer(id="K1", name="Optique du Pont", address=address, segment="retail", purchase_order="PO 7")


def test_the_questions_on_the_way_of_a_quote_come_with_their_facts() -> None:
    rulebook, questions = recorded(rulebook_of("small"))
    discount = Percent.parse("12%")
    lines = (
        LineRequest(product="DESK", quantity=Quantity.parse("1")),
        LineRequest(product="WORKSTATION", quantity=Quantity.parse("12"), discount=discount),
        LineRequest(product="TILL", quantity=Quantity.parse("2")),
        LineRequest(product="WELCOME", quantity=Quantity.parse("1")),
    )
    priced = billing.quote(QuoteRequest(currency=rulebook.currency, customer=customer(), lines=lines, on=DAY), rulebook)
    assert approval_of(priced, rulebook).role == "sales-director"
    orders = billing.accept(priced, {"subscription": "S1", "investment": "I1", "advertising": "A1"}, rulebook, on=DAY)
    joining = next(order for order in orders if order.type == "subscription")
    running = {name: _running(joining, name) for name in ("R1", "R2")}
    with pytest.raises(Refusal) as several:
        billing.place(joining, customer(), RunningOrders(running), rulebook, on=DAY, others=lambda _: ())
    assert several.value.problems[0].code == "several-subscriptions"
    joined = billing.place(joining, customer(), RunningOrders(running, "R1"), rulebook, on=DAY, others=lambda _: ())
    billing.plan(joined, customer(), rulebook, through=date(2026, 12, 31))
    asked_by_mail = {"recipients", "recipients of quotes"}
    assert check_facts(questions) == {scope.name for scope in FACT_SCOPES} - {"channel", "grouping", *asked_by_mail}
    assert any(question.kind == "offers" and OF_QUOTE in question.facts for question in questions)


def _running(order: Order, name: str) -> Order:
    """A running subscription of the same products."""
    items = tuple(item.replace(id=f"{name}-{item.id}", state="active", activated_on=date(2026, 1, 1)) for item in order.items)
    return order.replace(id=name, items=items)

"""The conditions of `--where`: lists filtered by the facts of each row, in the language of rules."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import Final, TypeVar

from api.desk.desk import Desk
from api.refusals import Positioned
from api.store import customers
from api.store.quotes import SummarizedQuote
from engine.documents.contact import Contact
from engine.documents.opportunity import Opportunity
from engine.documents.order import Order, OrderItem
from engine.documents.party import Customer
from engine.language import Plain, read_condition
from engine.problems import Kind, Refusal, refuse
from engine.rulebook.facts import attribute_facts, customer_facts, product_facts, read_attribute
from engine.text.nearest import suggestion

Row = TypeVar("Row")
Facts = dict[str, Plain]
_ROWS_AT_ONCE: Final = 200
NO_FIELD: Final = Kind("no-field", "there is no field `{name}`", "declare `{full}` in rules/vocabulary.yaml{remedy}")
WRONG_VALUE: Final = Kind("wrong-value", "`{text}` is not what the field `{name}` holds", "write {like}")


class Filter:
    """A condition of `--where` over the rows of a list; a row that lacks a fact of the condition is left out."""

    def __init__(self, desk: Desk, condition: str | None) -> None:
        self.desk, self.rulebook = desk, desk.rulebook
        self._holds = None
        if condition is not None:
            try:
                self._holds = read_condition(condition, desk.rulebook.vocabulary)
            except Refusal as refusal:
                raise Positioned(refusal.problems, {"--where": condition}) from None
        self._buyers: Mapping[str, Customer] = {}

    def matching(self, rows: Iterable[Row], facts: Callable[[Row], Facts]) -> Iterator[Row]:
        """The rows for whose facts the condition holds; all without a condition."""
        return (row for row, holds in self.looked_at(rows, facts) if holds)

    def looked_at(self, rows: Iterable[Row], facts: Callable[[Row], Facts]) -> Iterator[tuple[Row, bool]]:
        """Each row, and whether the condition holds for its facts; the customers of some rows are in memory at once."""
        if self._holds is None:
            yield from ((row, True) for row in rows)
            return
        waiting = iter(rows)
        while some := list(islice(waiting, _ROWS_AT_ONCE)):
            with self.desk.store.reading() as connection:
                self._buyers = customers.find(connection, {name for name in map(_buyer_of, some) if name is not None})
            for row in some:
                yield row, self._matches(self._holds, row, facts)

    def of_customer(self, customer: Customer) -> Facts:
        """What is known of a customer today."""
        facts = customer_facts(customer.replace(attributes={}), self.rulebook, self.desk.today)
        return facts | self._own("customer", customer.attributes)

    def of_contact(self, contact: Contact) -> Facts:
        """What is known of a contact and its customer."""
        return self._of_buyer(contact.customer) | self._own("contact", contact.attributes)

    def of_opportunity(self, opportunity: Opportunity) -> Facts:
        """What is known of an opportunity and its customer."""
        return self._of_buyer(opportunity.customer) | self._own("opportunity", opportunity.attributes)

    def of_quote(self, stored: SummarizedQuote) -> Facts:
        """What is known of a quote and its customer, as it stands on the quote."""
        quote = stored.quote
        amounts: Facts = {"quote.list-total": quote.list_total.minor, "quote.total": quote.contract_value.minor, "quote.on": quote.on}
        return self.of_customer(quote.customer) | amounts | self._own("quote", stored.attributes)

    def of_order(self, order: Order) -> Facts:
        """What is known of an order and its customer."""
        facts: Facts = {"order.type": order.type}
        if order.signed_on is not None:
            facts["order.signed-on"] = order.signed_on
        if order.purchase_order is not None:
            facts["order.purchase-order"] = order.purchase_order
        return self._of_buyer(order.customer) | facts | self._own("order", order.attributes)

    def of_item(self, row: tuple[Order, OrderItem]) -> Facts:
        """What is known of an item, its order and its customer today."""
        order, item = row
        facts: Facts = {"line.quantity": item.quantity_on(self.desk.today).micros}
        product = self.rulebook.products.get(item.product)
        if product is not None:
            facts |= product_facts(product)
        billed = item.billed_on(self.desk.today)
        if billed.billing_type is not None:
            facts["item.billing-type"] = billed.billing_type
        return self.of_order(order) | facts | self._own("line", item.attributes)

    def _matches(self, holds: Callable[[Facts], bool], row: Row, facts: Callable[[Row], Facts]) -> bool:
        try:
            return holds(facts(row))
        except Refusal:
            return False

    def _of_buyer(self, name: str | None) -> Facts:
        return {} if name is None else self.of_customer(self._buyers[name])

    def _own(self, subject: str, attributes: Mapping[str, str]) -> Facts:
        """The fields of a company's own; one whose text does not fit its type any more is not known."""
        fitting = {name: text for name, text in attributes.items() if read_attribute(f"{subject}.{name}", text, self.rulebook) is not None}
        return attribute_facts(subject, fitting, self.rulebook)


def _buyer_of(row: object) -> str | None:
    """The customer of a row that has one by name."""
    record = row[0] if isinstance(row, tuple) else row
    return record.customer if isinstance(record, Contact | Opportunity | Order) else None


def with_fields(
    desk: Desk, subject: str, before: Mapping[str, str], given: Iterable[tuple[str, str]], at: str = "/attributes"
) -> dict[str, str]:
    """The fields of a record after some were set, as text by name; an empty text removes one.

    Refuses a field that is not declared, and a text that does not fit its type; `at` is where the fields stand in the request.
    """
    after = dict(before)
    for name, text in given:
        pointer = f"{at}/{name.replace('~', '~0').replace('/', '~1')[:80]}"
        full = f"{subject}.{name}"
        if full not in desk.rulebook.attributes:
            known = [each.removeprefix(f"{subject}.") for each in desk.rulebook.attributes if each.startswith(f"{subject}.")]
            remedy = f"; {suggestion(name, known)}" if known else ""
            raise refuse(NO_FIELD, None, pointer, name=name[:60], full=full[:80], remedy=remedy)
        if not text:
            after.pop(name, None)
        elif read_attribute(full, text, desk.rulebook) is None:
            raise refuse(WRONG_VALUE, None, pointer, text=text[:60], name=name, like=desk.rulebook.vocabulary.form_of(full))
        else:
            after[name] = text
    return after


def names_of_fields(desk: Desk, subject: str) -> tuple[str, ...]:
    """The names of the fields that are declared for a subject, in the order of their declaration."""
    return tuple(name.removeprefix(f"{subject}.") for name in desk.rulebook.attributes if name.startswith(f"{subject}."))

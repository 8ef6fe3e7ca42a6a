"""Random lives of the whole desk against a pure model, on both databases: states, and every cent that is due, invoiced and credited."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, event, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import func, select

from api.desk import crediting, customer_changes, measuring, ordering, quoting, sales
from api.desk.billing_run import issue
from api.desk.desk import find_transactions, open_desk
from api.desk.due_drafts import Selection
from api.desk.folder_import import import_files
from api.desk.measuring import ReportRequest
from api.desk.order_verbs import VERBS
from api.desk.quote_acceptance import Acceptance, accept
from api.desk.quote_states import last_version
from api.store import customers, opportunities, tables
from api.store.auditor import audit
from api.store.transaction_rows import OPEN, TransactionFilter
from engine.documents.credit import CreditSelection
from engine.documents.opportunity import Opportunity
from engine.documents.quote import LineRequest
from engine.documents.usage_report import GivenReport
from engine.money import Currency, Money, Quantity
from engine.problems import Refusal
from engine.rulebook.book import Rulebook
from engine.rulebook.reader import read_rulebook
from tests.conftest import FULL
from tests.measured_company import CUSTOMERS, measured_company
from tests.postgres import Postgres
from tests.scenario.conftest import now, write_folder
from tests.scenario.desk_model import STATE_AFTER, Company, Measured, Quote, Step, Subscription, Verb, first_day, month_of

EUR = Currency.of("EUR")
BEGIN = date(2027, 1, 1)
SOLD = (
    "customer,order,billing_type,activated_on,anchor_day,product,quantity,commitment\n"
    "K1,S1,monthly,2027-01-01,1,MESSAGES,,50.00\nK1,L1,monthly,2027-01-01,1,WORKSPACE,2,\nK2,L2,monthly,2027-01-01,1,WORKSPACE,1,\n"
)
ORDERS = st.sampled_from(["L1", "L2"])
NEAR = st.integers(-2, 2)
VERB = st.sampled_from(["suspend", "resume", "end", "change", "change"])
Fresh = Callable[[], tuple[str, Callable[[], None]]]
_numbers = count(1)


class DeskLife(RuleBasedStateMachine):
    """One life of a desk, beside the model."""

    rulebook: ClassVar[Rulebook]
    fresh: ClassVar[Fresh]
    """Gives the address of a filled database, and what takes it away."""

    @initialize()
    def open(self) -> None:
        """Opens the desk over the two customers with their three orders."""
        url, self.remove = type(self).fresh()
        self.desk = open_desk(url, self.rulebook, measured_company(), today=BEGIN, now=now, author="test")
        month = month_of(BEGIN)
        self.model = Company(since=month, month=month, customers={"K1", "K2"}, measured={"S1": Measured("K1")})
        for name, customer, quantity in (("L1", "K1", 2), ("L2", "K2", 1)):
            self.model.subscriptions[name] = Subscription(customer, quantity, [Step("activate", month)])
        self.names = count(1)
        self.reports: dict[str, tuple[int, int]] = {}

    def teardown(self) -> None:
        """Audits, and takes the database away."""
        if not hasattr(self, "desk"):
            return
        with self.desk.store.reading() as connection:
            problems = [str(problem) for problem in audit(connection)]
        self.desk.close()
        self.remove()
        assert problems == []

    def done(self, work: Callable[[], object], *, is_possible: bool | None = True) -> bool:
        """Whether some work was done; what the model knows to be impossible must be refused, and the other way round (None: either)."""
        problems: list[str] = []
        try:
            work()
        except Refusal as refusal:
            problems = [str(problem) for problem in refusal.problems]
        assert is_possible is None or is_possible is not bool(problems), problems or "the model knows that this is impossible"
        return not problems

    def act(self, name: str, verb: str, **fields: Any) -> None:
        """Does a verb of an order as a request asks it."""
        ordering.act(self.desk, name, VERBS.validate_python({"currency": "EUR", "verb": verb, **fields}))

    @rule(name=ORDERS, verb=VERB, offset=NEAR, quantity=st.integers(1, 5))
    def change_order(self, name: str, verb: Verb, offset: int, quantity: int) -> None:
        """Suspends, resumes, ends or changes an order from a month on."""
        order, month = self.model.subscriptions[name], max(self.model.since, self.model.month + offset)
        fields: dict[str, Any] = {"item": f"{name}-1", "quantity": str(quantity)} if verb == "change" else {}
        fields |= {"waive": "agreed", "by": "test"} if verb == "end" else {}
        if (verb == "change" and order.served(month)[1] == quantity) or any(step == Step(verb, month) for step in order.steps):
            return  # the same again is no step
        possible, is_so = order.may(verb, month) or None, STATE_AFTER.get(verb) == order.served(month)[0]  # what is so is no step
        if self.done(lambda: self.act(name, verb, on=first_day(month).isoformat(), **fields), is_possible=possible) and not is_so:
            event(f"{verb} done")
            order.log.append(Step(verb, month, quantity if verb == "change" else 0))

    @rule(name=ORDERS, offset=NEAR, is_move=st.booleans())
    def take_back(self, name: str, offset: int, is_move: bool) -> None:
        """Takes back the last step of an order, or moves it to another month; what was invoiced is compensated."""
        order, month = self.model.subscriptions[name], max(self.model.since, self.model.month + offset)
        if len(order.steps) < 2:
            return
        verb, compensate = "move" if is_move else "undo", not self.model.given.get(order.customer)
        fields = {"because": "a mistake", "compensate": compensate} | ({"on": first_day(month).isoformat()} if is_move else {})
        if self.done(lambda: self.act(name, verb, **fields), is_possible=None if is_move or not compensate else True):
            event(f"{verb} done")
            self.model.subscriptions[name] = order.moved(month, self.model.since) if is_move else order.without_last(self.model.since)

    def report(self, month: int, quantity: int, corrects: str | None = None) -> str:
        """Reports what was used in a month; gives the name of the report."""
        name, day = f"U-{next(self.names)}", first_day(month)
        fields: dict[str, Any] = {
            "start": day,
            "until": day + timedelta(days=1),
            "quantity": Quantity.whole(quantity),
            "corrects": corrects,
        }
        measuring.report(self.desk, ReportRequest(given=GivenReport(id=name, item="S1-1", **fields)))
        self.model.measured["S1"].report(quantity, month, self.model.month)
        return name

    @rule(quantity=st.sampled_from([0, 40, 100, 700, 1500]), back=st.integers(0, 2))
    def report_usage(self, quantity: int, back: int) -> None:
        """Reports what was used in this month or an earlier one, whether invoiced or not."""
        month = max(self.model.since, self.model.month - back)
        self.reports[self.report(month, quantity)] = (month, quantity)

    @precondition(lambda self: self.reports)
    @rule(data=st.data(), back=st.sampled_from([1, 40, 700, 2000]))
    def correct_usage(self, data: st.DataObject, back: int) -> None:
        """Takes back a part of what was reported, whether invoiced or not; never more than is left of it."""
        name = data.draw(st.sampled_from(sorted(self.reports)))
        month, left = self.reports[name]
        if self.done(lambda: self.report(month, -back, name), is_possible=back <= left):
            self.reports[name] = (month, left - back)

    @rule()
    def next_month(self) -> None:
        """A month goes by."""
        self.model.month += 1
        self.desk = replace(self.desk, today=first_day(self.model.month))

    @rule()
    def run(self) -> None:
        """Issues what is due; afterwards nothing is open but what is held."""
        issue(self.desk, Selection(due_through=self.desk.today), confirm=True)
        self.model.invoice()
        for customer in self.model.customers - self.model.held:
            assert self.open_due(customer, only="planned") == 0

    @rule(data=st.data(), share=st.sampled_from([1, 50, 100, 101]), again=st.booleans())
    def credit(self, data: st.DataObject, share: int, again: bool) -> None:
        """Credits a part of an invoice, or all of it; all of it may be billed again."""
        invoices = [row for row in self.invoices() if row.net > 0]
        if not invoices:
            return
        row = data.draw(st.sampled_from(invoices))
        left = row.net - self.credited(row.number)
        if share == 100 and again and left == row.net and self.model.is_as_served(row.customer):
            crediting.credit(self.desk, row.number, CreditSelection(whole=True))
            self.done(lambda: crediting.rebill(self.desk, row.number, because="again"))
            self.run()
            return
        amount = max(1, left * share // 100) if share < 101 else left + 1
        request = CreditSelection(amount=Money(amount, EUR))
        if self.done(lambda: crediting.credit(self.desk, row.number, request), is_possible=amount <= left):
            self.model.given[row.customer] = self.model.given.get(row.customer, 0) + amount

    @precondition(lambda self: len(self.model.customers) < 4)
    @rule()
    def create_customer(self) -> None:
        """Creates a customer."""
        name = f"N{next(self.names)}"
        address = {"street": "Street 3", "postcode": "1000", "town": "Town", "country": "BE"}
        given = {"name": name, "language": "en", "kind": "private"} | address
        customer_changes.create(self.desk, name, given, {})
        self.done(lambda: customer_changes.create(self.desk, name, given, {}), is_possible=False)
        self.model.customers.add(name)

    @rule(data=st.data())
    def hold_or_release(self, data: st.DataObject) -> None:
        """Puts a customer on hold, or releases it; the other of the two is refused."""
        name = data.draw(st.sampled_from(sorted(self.model.customers)))
        is_held = name in self.model.held
        self.done(lambda: customer_changes.hold(self.desk, name, "disputed"), is_possible=not is_held)
        if is_held:
            customer_changes.release(self.desk, name)
        self.model.held ^= {name}

    @rule(data=st.data(), days=st.integers(1, 3))
    def quote(self, data: st.DataObject, days: int) -> None:
        """Opens an opportunity, and quotes a project for it."""
        customer, name = data.draw(st.sampled_from(sorted(self.model.customers))), f"O{next(self.names)}"
        chance = Opportunity(
            currency=EUR, id=name, customer=customer, what="Launch", stage="proposal", state="open", amount=Money(days * 80_000, EUR),
            expected_close=self.desk.today, owner="Ann",
        )  # fmt: skip
        sales.open_opportunity(self.desk, chance)
        with self.desk.writing() as connection:
            buyer = customers.find(connection, [customer])[customer]
            lines = [LineRequest(product="LAUNCH", quantity=Quantity.whole(days))]
            made = quoting.make_quote(self.desk, connection, buyer, lines, on=self.desk.today, opportunity=name)
        self.model.opportunities[name] = "open"
        self.model.quotes[made.number] = Quote(customer, days, made.state, name)

    @precondition(lambda self: self.model.quotes)
    @rule(data=st.data(), verb=st.sampled_from(["send", "accept", "accept", "refuse"]))
    def step_quote(self, data: st.DataObject, verb: str) -> None:
        """Sends, accepts or refuses a quote."""
        number = data.draw(st.sampled_from(sorted(self.model.quotes)))
        if quoting.find_quote(self.desk, number).quote.valid_until < self.desk.today:
            return
        possible = self.model.step_quote(number, verb)
        if verb == "accept":
            self.done(lambda: accept(self.desk, number, Acceptance(on=self.desk.today)), is_possible=possible)
            return
        self.done(lambda: quoting.step(self.desk, number, verb, {"send": "sent", "refuse": "refused"}[verb]), is_possible=possible)

    @precondition(lambda self: self.model.opportunities)
    @rule(data=st.data(), verb=st.sampled_from(["stage", "win", "lose", "reopen"]))
    def step_opportunity(self, data: st.DataObject, verb: str) -> None:
        """Moves an opportunity to another stage, wins, loses or reopens it."""
        name = data.draw(st.sampled_from(sorted(self.model.opportunities)))
        work = {
            "stage": lambda: sales.move(self.desk, name, "first-talk"),
            "win": lambda: sales.win(self.desk, name),
            "lose": lambda: sales.lose(self.desk, name, "price"),
            "reopen": lambda: sales.reopen(self.desk, name, "proposal"),
        }
        self.done(work[verb], is_possible=self.model.step_opportunity(name, verb))

    @invariant()
    def states_are_those_of_the_model(self) -> None:
        """Every order, quote and opportunity has the state that the model says."""
        if not hasattr(self, "desk"):
            return
        for name, order in self.model.subscriptions.items():
            (item,) = ordering.find_order(self.desk, name)[0].items
            assert item.state == order.served(self.model.month)[0], name
        with self.desk.store.reading() as connection:
            assert {name: each.state for name, each in opportunities.find(connection).items()} == self.model.opportunities
            stored = {number: last_version(connection, number).state for number in self.model.quotes}
        assert stored == {number: quote.state for number, quote in self.model.quotes.items()}

    @invariant()
    def no_cent_is_lost_or_made(self) -> None:
        """What is invoiced of each customer, without what is credited, and what is open and due, come to what the model says is due."""
        if not hasattr(self, "desk"):
            return
        net = {row.customer: 0 for row in self.invoices()}
        for row in self.invoices():
            net[row.customer] += row.net - self.credited(row.number)
        for customer in self.model.customers:
            assert net.get(customer, 0) + self.open_due(customer) == self.model.due(customer), customer

    def invoices(self) -> list[Any]:
        """The invoices, in the order of their numbers."""
        table = tables.issued.c
        with self.desk.store.reading() as connection:
            query = select(table.number, table.customer, table.net).where(table.kind == "invoice").order_by(table.number)
            return list(connection.execute(query))

    def credited(self, number: str) -> int:
        """What is credited of an invoice."""
        table = tables.issued.c
        with self.desk.store.reading() as connection:
            return abs(int(connection.execute(select(func.coalesce(func.sum(table.net), 0)).where(table.corrects == number)).scalar_one()))

    def open_due(self, customer: str, only: str | None = None) -> int:
        """What is due from a customer and on no invoice."""
        states: Any = OPEN if only is None else (only,)
        with self.desk.store.reading() as connection:
            waiting = find_transactions(
                self.desk, connection, TransactionFilter(customer=customer, states=states), through=self.desk.horizon
            )
        days = ((one.net.minor, one.amount.invoiceable_from) for one in waiting)
        return sum(net for net, day in days if day is not None and day <= self.desk.today)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Rulebook, Path]:
    """The rulebook, and a folder with what the company begins with."""
    files = {"customers.csv": CUSTOMERS, "subscriptions.csv": SOLD}
    return read_rulebook(measured_company()), write_folder(tmp_path_factory.mktemp("model") / "files", files)


@pytest.fixture(params=["sqlite", "postgresql"])
def fresh(request: pytest.FixtureRequest, filled: tuple[Rulebook, Path], tmp_path: Path) -> Iterator[Fresh]:
    """Copies of a filled database of each kind."""
    server: Postgres | None = None if request.param == "sqlite" else request.getfixturevalue("postgres_server")
    template = f"centwright_model_{os.getpid()}_{next(_numbers)}"
    url = server.create(template) if server else f"sqlite:///{tmp_path / template}"
    desk = open_desk(url, filled[0], measured_company(), today=BEGIN, now=now, author="test")
    import_files(desk, filled[1])
    desk.close()

    def copied() -> tuple[str, Callable[[], None]]:
        name = f"{template}_{next(_numbers)}"
        if server:
            return server.create(name, template=template), lambda: server.drop(name)
        shutil.copy(tmp_path / template, tmp_path / name)
        return f"sqlite:///{tmp_path / name}", (tmp_path / name).unlink

    yield copied
    if server:
        server.drop(template)


@pytest.mark.proof
def test_a_random_life_is_as_the_model_says(fresh: Fresh, filled: tuple[Rulebook, Path]) -> None:
    life = type("Life", (DeskLife,), {"rulebook": filled[0], "fresh": staticmethod(fresh)})
    examples, steps = (150, 40) if FULL else (5, 14)
    size = settings(max_examples=examples, stateful_step_count=steps, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(life, settings=size)

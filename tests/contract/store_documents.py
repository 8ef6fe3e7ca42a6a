"""Customers, orders, transactions and invoices built by hand for tests of the store; no stage of the engine is called."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

from api.store import audit_trail, customers, issued_documents, ledger, payments, refunds, reminders, sales_records, transaction_plans
from api.store.audit_trail import AuditEntry
from api.store.histories import Change
from api.store.sales_records import VatCheck
from api.store.sql import Writing
from api.store.transaction_plans import Plan
from engine.dates import Period, month_after
from engine.documents.charge import Charge
from engine.documents.invoice import CreditNote, Invoice, InvoiceLine, VatSubtotal
from engine.documents.journal import JournalEntry, Posting
from engine.documents.opportunity import Opportunity
from engine.documents.order import InvoicedLine, ItemChange, Order, SubscriptionItem
from engine.documents.order_step import OrderEvent, OrderStep
from engine.documents.party import Address, Customer, DeliveryAddress, Seller
from engine.documents.payment_match import Allocation, PaidBack, Payment
from engine.documents.quote import PricedLine
from engine.documents.transaction import Portion, Transaction
from engine.documents.transaction_figures import amount_of
from engine.documents.usage_report import UsageReport
from engine.money import Currency, Money, Percent, Price, Quantity, round_half_up
from tests.bank_statements import statement_pair

EUR = Currency.of("EUR")
SELLER = Seller(
    name="Lunettes du Lac SRL",
    address=Address(street="Quai 1", postcode="4000", town="Liège", country="BE"),
    vat_number="BE0202239951",
    enterprise_number="0202.239.951",
    register_entry="RPM Liège",
    iban="BE71096123456769",
    email="billing@lac.example",
    phone="+32 4 000 00 00",
)


def made(on: date = date(2027, 1, 1), author: str = "AM") -> Change:
    """A change of a day."""
    return Change(on=on, at=now(), author=author)


def now() -> datetime:
    """A moment that does not matter."""
    return datetime(2027, 1, 31, 9, 0, tzinfo=UTC)


def euros(text: str) -> Money:
    """An amount in euros."""
    return Money.parse(text, EUR)


def customer(name: str = "K1") -> Customer:
    """A business in Ghent."""
    return Customer(
        id=name,
        name=f"Optiek {name}",
        address=Address(street="Veldstraat 1", postcode="9000", town="Gent", country="BE"),
        language="nl",
        attributes={"shops": "3"},
    )


def order(name: str = "S1", buyer: str = "K1", quantity: int = 2) -> Order:
    """A monthly subscription of one item that began on 1 January."""
    item = SubscriptionItem(
        currency=EUR,
        id=f"{name}-1",
        product="CHAIR",
        quantity=Quantity.whole(quantity),
        attributes={"colour": "=red"},
        state="active",
        billing_process="monthly",
        activated_on=date(2027, 1, 1),
        anchor_day=1,
        ends_before=date(2029, 1, 1),
        changes=(
            ItemChange(
                id="end",
                on=date(2029, 1, 1),
                end=True,
                known_on=date(2027, 1, 15),
                invoiced=(InvoicedLine("recurring", date(2027, 1, 1)), InvoicedLine("change", date(2027, 1, 11), "change-1")),
            ),
        ),
        manual_discount=Percent.parse("2.5"),
        negotiated_price=Price.parse("10.005", EUR),
        supply_kind="service",
        vat_class="standard",
        revenue_account="chairs",
    )
    return Order(
        currency=EUR,
        id=name,
        type="subscription",
        customer=buyer,
        signed_on=date(2026, 12, 1),
        purchase_order="PO 7",
        buyer_reference="CC 12",
        deliver_to=DeliveryAddress(name="shop", address=Address(street="Rue 1", postcode="4000", town="Liège", country="BE")),
        items=(item,),
        events=(OrderEvent(event="order.signed", on=date(2026, 12, 1)),),
        history=(OrderStep(on=date(2027, 1, 1), what="activated", items=(item.id,), source="test"),),
        source="test",
    )


def month(of: Order, months: int, net: str = "20.01") -> Transaction:
    """The transaction of one month of an order's item."""
    start = month_after(date(2027, 1, 1), months)
    quantity = of.items[0].quantity
    line = PricedLine(
        product="CHAIR",
        quantity=quantity,
        list_price=Price.parse("10.005", EUR),
        unit_price=euros("10.01"),
        price_per="month",
        periods=Fraction(1),
        billing_factor=Fraction(1),
        list_net=euros(net),
        net=euros(net),
    )
    return Transaction(
        currency=EUR,
        item=of.items[0].id,
        order=of.id,
        order_type=of.type,
        customer=of.customer,
        line=line,
        portion=Portion(kind="recurring", quantity=quantity, list_net=euros(net), net=euros(net)),
        service_period=Period(start, month_after(start, 1)),
        billing_date=start,
        supply_kind="service",
        vat_class="standard",
        revenue_account="chairs",
    )


def replan(connection: Writing, planned: list[Transaction]) -> int:
    """Stores the plan of the order of some transactions; gives how many differed."""
    return transaction_plans.replan(connection, [Plan(order(), {"S1-1": [amount_of(one) for one in planned]}, {})]).differing


def invoice(number: str, series: str, buyer: Customer, transactions: list[Transaction], on: date = date(2027, 1, 31)) -> Invoice:
    """An invoice of some transactions at 21%."""
    lines = tuple(_line(at, transaction) for at, transaction in enumerate(transactions, start=1))
    net = sum(line.net.minor for line in lines)
    vat = round_half_up(net * 21, 100)
    rate = Percent.parse("21")
    return Invoice(
        currency=EUR,
        type_code="380",
        seller=SELLER,
        customer=buyer,
        order_type="subscription",
        orders=tuple(dict.fromkeys(transaction.order for transaction in transactions)),
        month="2027-01",
        tax_point=on,
        due_on=on + timedelta(days=30),
        payment_terms="30-days",
        lines=lines,
        vat_breakdown=(VatSubtotal(category="S", rate=rate, base=Money(net, EUR), vat=Money(vat, EUR)),),
        net=Money(net, EUR),
        vat=Money(vat, EUR),
        gross=Money(net + vat, EUR),
        due_amount=Money(net + vat, EUR),
        rulebook="f" * 64,
        number=number,
        series=series,
        issued_on=on,
        communication="+++000/0000/00097+++",
    )


def entry(of: Invoice) -> JournalEntry:
    """The journal entry of an invoice, in three legs."""
    nothing = Money(0, EUR)
    return JournalEntry(
        currency=EUR,
        document=of.number,
        posted_on=of.issued_on,
        customer=of.customer.id,
        postings=(
            Posting(account="1", name="customers", debit=of.gross, credit=nothing, due_on=of.due_on),
            Posting(account="2", name="revenue", debit=nothing, credit=of.net),
            Posting(account="3", name="VAT due", debit=nothing, credit=of.vat),
        ),
    )


def credit(connection: Writing, number: str) -> None:
    """Credits an invoice wholly."""
    (first,) = issued_documents.find_invoices(connection, numbers=[number])
    note = CreditNote.of(
        first, number=f"C{number}", series="credit-note-2027", corrects=number, corrects_issued_on=first.issued_on,
        lines=tuple(replace(line, corrects_line=line.number) for line in first.lines),
    )  # fmt: skip
    place = issued_documents.reserve_place(connection, note.series, "credit-note", note.issued_on)
    messages = [issued_documents.Message(channel="email"), issued_documents.Message(channel="accounting")]
    booked = entry(first).replace(document=note.number)
    issued_documents.append(
        connection, place, issued_documents.written(note.tree, booked.tree, b"<CreditNote/>"), messages, at=now(), installation="i"
    )


def _line(at: int, transaction: Transaction) -> InvoiceLine:
    return InvoiceLine(
        number=at,
        product="CHAIR",
        description="Stoel",
        item=transaction.item,
        transaction=transaction.identity,
        order=transaction.order,
        quantity=transaction.portion.quantity,
        unit="piece",
        price=Price.parse(str(transaction.portion.net), EUR),
        base_quantity=transaction.portion.quantity,
        unit_price=transaction.portion.net,
        list_net=transaction.portion.list_net,
        net=transaction.portion.net,
        category="S",
        rate=Percent.parse("21"),
        treatment="domestic",
        service_period=transaction.service_period,
        revenue_account="chairs",
    )


def chance() -> Opportunity:
    """A won opportunity of the customer."""
    return Opportunity(
        currency=EUR,
        id="O1",
        customer="K1",
        what="a shop",
        stage="won",
        state="won",
        amount=euros("1.00"),
        expected_close=date(2027, 5, 1),
        owner="AM",
    )


def report() -> UsageReport:
    """A usage report of the first item."""
    day, item = date(2027, 1, 1), order().items[0].id
    return UsageReport(id="U1", item=item, start=day, until=date(2027, 1, 2), quantity=Quantity.whole(1), recorded_on=day, sequence=1)


def hold_and_check(connection: Writing) -> None:
    """Puts the customer on hold, with evidence of its VAT number and an entry in the audit trail."""
    customers.set_hold(connection, "K1", "disputed", made())
    check = VatCheck(vat_number="BE0999910048", checked_on=made().on, result="valid", consultation=None, checked_by="AM")
    sales_records.record_vat_check(connection, "K1", check, made())
    done = AuditEntry(actor_kind="command", actor="AM", action="hold_customer", resource="customers/K1")
    audit_trail.append(connection, done, at=now(), on=made().on)


def receive(connection: Writing) -> None:
    """Stores a statement with a payment that settles a cent of the first invoice, a cent of it paid back, their entries, a closed month."""
    recorded = payments.Recorded(on=date(2027, 1, 31), at=now(), author="AM")
    [statement, _] = statement_pair("CODA")
    received, paid_back = (
        payments.StoredPayment(
            payment=Payment(id=name, amount=Money(minor, EUR), entry_date=date(2027, 1, 31)),
            own_iban=statement.iban,
            likeness=likeness,
            state="matched",
            rule="number",
            because=None,
            documents=documents,
            unallocated=Money(left, EUR),
            recorded_on=recorded.on,
        )
        for name, minor, likeness, documents, left in (("P000001", 121_00, "a", ("2027-00001",), 120_98), ("P000002", -1, "b", (), 0))
    )
    payments.append_statement(connection, statement, recorded)
    for stored in (received, paid_back):
        payments.append(connection, stored, "CODA", stored.likeness, recorded)
    payments.append_allocations(connection, [Allocation(payment="P000001", document="2027-00001", amount=Money(1, EUR))], recorded)
    refunds.append(connection, [PaidBack(outgoing="P000002", incoming="P000001", amount=Money(1, EUR))], recorded)
    ledger.append(connection, [_entry_of(received.payment), _entry_of(paid_back.payment)], recorded)
    remind(connection, recorded)
    ledger.close(connection, "month", "2026-12", (date(2026, 12, 1), date(2026, 12, 31)), recorded)


def _entry_of(payment: Payment) -> JournalEntry:
    """The entry of a payment of the first customer."""
    nothing, is_received = Money(0, EUR), payment.amount.minor > 0
    amount = payment.amount if is_received else -payment.amount
    debit, credit = {"debit": amount, "credit": nothing}, {"debit": nothing, "credit": amount}
    bank, customers = (debit, credit) if is_received else (credit, debit)
    postings = (
        Posting(account="550000", name="Bank", role="bank", **bank),
        Posting(account="400000", name="Customers", role="customers", customer="K1", **customers),
    )
    return JournalEntry(
        kind="payment",
        document=payment.id,
        subject=payment.id,
        posted_on=payment.entry_date,
        customer="K1",
        currency=EUR,
        postings=postings,
    )


def remind(connection: Writing, recorded: payments.Recorded) -> None:
    """Stores a reminder of the first invoice with a fee, which is cancelled, and that the invoice is disputed."""
    day = recorded.on
    amounts = {"open": Money(121_00, EUR), "costs": Money(40_00, EUR)}
    letter = {"invoices": [], "currency": "EUR", "number": "R000001", "on": str(day), "level": 1, "pay_until": str(day), "costs": "40.00"}
    one = reminders.StoredReminder(
        id="R000001", customer="K1", reminded_on=day, procedure="businesses", level=1, channel="email", language="fr", pay_until=day,
        rulebook="a", document=reminders.document_json(letter), recorded_at=recorded.at, author="AM", **amounts,
    )  # fmt: skip
    level = reminders.ReachedLevel(document="2027-00001", due_on=day, level=1, interest=Money(0, EUR))
    fee = Charge(
        number="R000001-1", reminder="R000001", document="2027-00001", customer="K1", kind="fee", charged_on=day, due_on=day,
        amount=Money(40_00, EUR),
    )  # fmt: skip
    reminders.append(connection, one, [level], [fee])
    reminders.cancel(connection, "R000001-1", "a good customer", recorded)
    reminders.append_hold(connection, "2027-00001", "disputed", None, "not delivered", recorded)

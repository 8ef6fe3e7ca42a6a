"""A month of the same subscriptions billed here and by stock Tryton with `trytond-sale-subscription`, as invoices a CPU second.

Customers with eight items each are imported and billed here, in an SQLite file, each invoice with its number, its validated XML, its
journal entry and its hash. Tryton gets the lines of those invoices as subscriptions with the same quantities, prices and VAT, and bills
them in this process, in SQLite in memory, through its own client library: consumptions, invoices, posting. Both must invoice the same
net. Each bills the month before the one that is timed, in which caches fill; Tryton's months lie two years earlier, because it posts no
invoice of the future. Here a month of ten times as many customers is timed too, since what a run costs whatever its size weighs on 20
invoices here, and not on those of Tryton, each of which takes a second. Only ratios within one run mean something:
`python -m benchmarks.tryton [CUSTOMERS]`. Aim: 200 times as many.
"""

from __future__ import annotations

import argparse
import tempfile
from calendar import monthrange
from contextlib import closing
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from time import process_time
from typing import Final, NamedTuple

from proteus import Model, Wizard
from trytond.modules.account.tests.tools import create_chart, create_fiscalyear, create_tax, get_accounts
from trytond.modules.account_invoice.tests.tools import create_payment_term, set_fiscalyear_invoice_sequences
from trytond.modules.company.tests.tools import create_company
from trytond.tests.tools import activate_modules

from api.desk.billing_run import issue
from api.desk.desk import open_desk
from api.desk.due_drafts import Selection
from api.desk.folder_import import import_files
from api.rulebook_folder import read_folder
from api.store.issued_documents import find_invoices
from benchmarks.desk import write_folder
from engine.documents.invoice import Invoice
from engine.rulebook.reader import read_rulebook

MONTHS: Final = (date(2027, 1, 31), date(2027, 2, 28))
"""The last days of the month before the one that is timed, and of this one."""
YEARS_EARLIER: Final = 2
MORE_HERE: Final = 10
"""How many times as many customers are billed here once more."""
VAT: Final = Decimal("0.21")


class Billed(NamedTuple):
    """The invoices of the timed month, their net, and the CPU seconds they took."""

    invoices: int
    net: Decimal
    seconds: float

    @property
    def rate(self) -> float:
        """Invoices a CPU second."""
        return self.invoices / self.seconds


def main() -> None:
    """Prints the invoices a second of both in this run."""
    parser = argparse.ArgumentParser()
    parser.add_argument("customers", type=int, nargs="?", default=20)
    customers = parser.parse_args().customers
    invoices, seconds = billed_here(customers)
    ours, theirs = _billed(invoices, seconds), billed_by_tryton(invoices)
    if ours[:2] != theirs[:2]:
        raise SystemExit(f"other invoices: {ours.invoices} of {ours.net} here, {theirs.invoices} of {theirs.net} there")
    many = _billed(*billed_here(customers * MORE_HERE))
    for name, billed in (("here", ours), ("here", many), ("Tryton", theirs)):
        print(f"{name:<7}: {billed.invoices} invoices, net {billed.net}, in {billed.seconds:.2f} CPU s: {billed.rate:.2f} a CPU second")
    for billed in (ours, many):
        print(f"{billed.invoices} here, {theirs.invoices} by Tryton: {billed.rate / theirs.rate:.0f} times as many a CPU second")


def _billed(invoices: tuple[Invoice, ...], seconds: float) -> Billed:
    return Billed(len(invoices), sum((Decimal(str(each.net)) for each in invoices), Decimal()), seconds)


def billed_here(customers: int) -> tuple[tuple[Invoice, ...], float]:
    """Imports, and issues both months: the invoices of the second, and its CPU seconds."""
    sources = read_folder(Path(__file__).parents[1])
    rulebook = read_rulebook(sources)
    invoices: tuple[Invoice, ...] = ()
    seconds = 0.0
    with tempfile.TemporaryDirectory() as folder:
        made, url = write_folder(Path(folder), customers), f"sqlite:///{folder}/desk.sqlite"
        for day in MONTHS:
            with closing(open_desk(url, rulebook, sources, today=day, now=lambda: datetime.now(tz=UTC))) as desk:
                if day == MONTHS[0]:
                    import_files(desk, made)
                start = process_time()
                numbers = issue(desk, Selection(due_through=day), confirm=True).issued
                seconds = process_time() - start
                with desk.store.reading() as connection:
                    invoices = find_invoices(connection, numbers=numbers)
    return invoices, seconds


def billed_by_tryton(invoices: tuple[Invoice, ...]) -> Billed:
    """Makes a subscription of each invoice, and bills both months."""
    months = [day.replace(year=day.year - YEARS_EARLIER, day=1) for day in MONTHS]
    activate_modules("sale_subscription", create_company, create_chart).skip_warning = True  # that payments are due in the past
    make_subscriptions(invoices, months[0])
    issued: list[Model] = []
    seconds = 0.0
    for month in months:
        start = process_time()
        issued = bill_month(month)
        seconds = process_time() - start
    return Billed(len(issued), sum((invoice.untaxed_amount for invoice in issued), Decimal()), seconds)


def make_subscriptions(invoices: tuple[Invoice, ...], start: date) -> None:
    """What Tryton needs to bill the lines of some invoices each month: services, customers, and running subscriptions."""
    year = create_fiscalyear(today=(start.replace(month=1), start.replace(month=12, day=31)))
    set_fiscalyear_invoice_sequences(year).click("create_period")
    tax, term = create_tax(VAT), create_payment_term()
    tax.save()
    term.save()
    category = Model.get("product.category")(name="Services", accounting=True, account_revenue=get_accounts()["revenue"])
    category.customer_taxes.append(tax)
    category.save()
    monthly = Model.get("sale.subscription.recurrence.rule.set")(name="Monthly")
    monthly.rules[0].freq, monthly.rules[0].interval = "monthly", 1
    monthly.save()
    services = {product: service_of(product, category, monthly) for product in {line.product for each in invoices for line in each.lines}}
    subscriptions = []
    for invoice in invoices:
        party = Model.get("party.party")(name=invoice.customer.name, customer_payment_term=term)
        party.save()
        one = Model.get("sale.subscription")(
            party=party, start_date=start, invoice_recurrence=monthly, invoice_start_date=start.replace(day=28)
        )
        for line in invoice.lines:
            of = one.lines.new(service=services[line.product], start_date=start)
            of.quantity = float(str(line.quantity))
            of.unit_price = (Decimal(str(line.net)) / Decimal(str(line.quantity))).quantize(Decimal("0.0001"))
        one.save()
        subscriptions.append(one)
    for button in ("quote", "run"):
        Model.get("sale.subscription").click(subscriptions, button)


def service_of(name: str, category: Model, monthly: Model) -> Model:
    """A service that is consumed once a month."""
    (unit,) = Model.get("product.uom").find([("name", "=", "Unit")])
    template = Model.get("product.template")(name=name, default_uom=unit, type="service", list_price=Decimal(1), salable=True)
    template.account_category = category
    template.save()
    service = Model.get("sale.subscription.service")(product=template.products[0], consumption_recurrence=monthly)
    service.save()
    return service


def bill_month(month: date) -> list[Model]:
    """Consumptions, invoices and posting of a month, as a user does them; the posted invoices."""
    consumed = Wizard("sale.subscription.line.consumption.create")
    consumed.form.date = last_day(month)
    consumed.execute("create_")
    invoiced = Wizard("sale.subscription.create_invoice")
    invoiced.form.date = last_day(month)
    invoiced.execute("create_")
    invoices = Model.get("account.invoice").find([("state", "=", "draft")])
    Model.get("account.invoice").click(invoices, "post")
    return Model.get("account.invoice").find([("state", "=", "posted"), ("invoice_date", ">=", month)])


def last_day(month: date) -> date:
    """The last day of a month."""
    return month.replace(day=monthrange(month.year, month.month)[1])


if __name__ == "__main__":
    main()

"""The year 2027 of the demo company calculated from its CSV files alone, without the engine: net by month and order type."""

import calendar
import csv
import sys
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

CUT_OVER, END = date(2027, 1, 1), date(2028, 1, 1)
INDEX_2027 = Decimal("1.029")  # price book 2027, for services
CHAIN = {"subscription": Decimal("0.85"), "investment": Decimal("0.90"), "advertising": Decimal(1)}
MONTHS = {"monthly": 1, "quarterly": 3, "annual": 12}
FACTOR = {"monthly": Decimal(1), "quarterly": Decimal(1), "annual": Decimal("0.95")}
CENT = Decimal("0.01")


def cents(amount: Decimal) -> Decimal:
    """Rounded half up to the cent."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    """The rows of one CSV file."""
    with (folder / name).open(encoding="utf-8", newline="") as source:
        return list(csv.DictReader(source))


def month_later(day: date, months: int, anchor: int) -> date:
    """The anchor day so many months later, or the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(anchor, calendar.monthrange(year, month + 1)[1]))


class Company:
    """The demo company as its files tell of it."""

    def __init__(self, folder: Path) -> None:
        self.products = {row["code"]: row for row in rows(folder, "products.csv")}
        self.chains = {row["id"] for row in rows(folder, "customers.csv") if row["segment"] == "chain"}
        self.subscriptions = rows(folder, "subscriptions.csv")
        self.increments = rows(folder, "increments.csv")
        self.investments = rows(folder, "investments.csv")
        self.advertising = rows(folder, "advertising.csv")

    def unit_price(self, product: str, customer: str, on: date) -> Decimal:
        """List price × index × chain factor, rounded once."""
        row = self.products[product]
        index = INDEX_2027 if on.year >= 2027 and row["kind"] == "service" else Decimal(1)
        chain = CHAIN[row["order_type"]] if customer in self.chains else Decimal(1)
        return cents(Decimal(row["list_price_2026_eur"]) * index * chain)

    def whole_period(self, product: str, customer: str, quantity: str, billing_type: str, on: date) -> Decimal:
        """What a whole billing period costs by the price book of a day."""
        return cents(self.unit_price(product, customer, on) * Decimal(quantity) * MONTHS[billing_type] * FACTOR[billing_type])

    def subscribed(self) -> Iterator[tuple[date, Decimal]]:
        """Every period of every subscription item, in advance on its anchor day; and of those that join, from the day they join."""
        running = {row["customer"]: row for row in self.subscriptions}
        for row in self.subscriptions:
            for start, _ in self.periods(row):
                yield start, self.whole_period(row["product"], row["customer"], row["quantity"], row["billing_type"], start)
        for row in self.increments:
            joined, like = date.fromisoformat(row["accepted_and_activated_on"]), running[row["customer"]]
            for start, until in self.periods(like):
                bought = (row["product"], row["customer"], row["quantity"], like["billing_type"])
                if start <= joined < until:
                    left, days = (until - joined).days, (until - start).days
                    yield joined, cents(self.whole_period(*bought, joined) * left / days)
                elif start > joined:
                    yield start, self.whole_period(*bought, start)

    def periods(self, row: dict[str, str]) -> Iterator[tuple[date, date]]:
        """The periods of a subscription up to the end of the year, each from its anchor."""
        first, months = date.fromisoformat(row["activated_on"]), MONTHS[row["billing_type"]]
        anchor, at = int(row["anchor_day"]), 0
        while (start := month_later(first, at * months, anchor)) < END:
            yield start, month_later(first, (at + 1) * months, anchor)
            at += 1

    def invested(self) -> Iterator[tuple[date, Decimal]]:
        """30%, 30% and the rest of every line: at signature, one and two months later."""
        for row in self.investments:
            signed = date.fromisoformat(row["signed_on"])
            net = cents(self.unit_price(row["product"], row["customer"], signed) * Decimal(row["quantity"]))
            part = cents(net * Decimal("0.3"))
            for at, amount in enumerate((part, part, net - 2 * part)):
                yield month_later(signed, at, signed.day), amount

    def advertised(self) -> Iterator[tuple[date, Decimal]]:
        """One slot a month from the first month on."""
        for row in self.advertising:
            first = date.fromisoformat(f"{row['first_month']}-01")
            for at in range(int(row["months"])):
                day = month_later(first, at, 1)
                yield day, cents(self.unit_price(row["product"], row["customer"], day) * Decimal(row["quantity"]))


def year(folder: Path) -> dict[tuple[str, str], Decimal]:
    """The net of each month and order type of 2027."""
    company = Company(folder)
    types = {"subscription": company.subscribed, "investment": company.invested, "advertising": company.advertised}
    sums: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for order_type, billed in types.items():
        for month in range(1, 13):
            sums[f"2027-{month:02}", order_type] = Decimal("0.00")
        for day, net in billed():
            if CUT_OVER <= day < END:
                sums[f"{day:%Y-%m}", order_type] += net
    return dict(sums)


if __name__ == "__main__":
    for (month, order_type), net in sorted(year(Path(sys.argv[1])).items()):
        sys.stdout.write(f"{month},{order_type},{net}\n")

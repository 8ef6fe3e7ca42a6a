"""Random invoices and credit notes of every shape that the engine makes: from agreed orders down to issued documents.

The customers, orders, runs and credits of a case are drawn; all else is the corridor itself over the small rulebook of the golden cases,
in several currencies and for sellers of several countries.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from random import Random
from typing import Any

from api.rulebook_folder import read_folder
from engine import billing
from engine.documents.credit import CreditLine, CreditSelection
from engine.documents.invoice import CreditNote, Invoice
from engine.money import Money, Quantity
from engine.problems import Refusal
from engine.rulebook.book import Rulebook
from engine.rulebook.reader import read_rulebook
from tests.golden.invoices.case import bill
from tests.golden.rulebooks import CHECKOUT, SMALL

Document = Invoice | CreditNote
RATES = "Date,USD,SEK,JPY\n" + "".join(f"{date(2027, 4, 30) - timedelta(days=5 * week)},1.0837,11.42,161.2\n" for week in range(80))
SELLERS: Mapping[str, Mapping[str, str]] = {
    "BE": {},
    "NL": {"vat_number": "NL004495445B01", "enterprise_number": "KvK 12345678", "bic": "ABNANL2A"},
    "DE": {"vat_number": "DE136695976", "enterprise_number": "HRB 12345"},
    "DK": {"vat_number": "DK13585628", "enterprise_number": "13585628"},
    "SE": {"vat_number": "SE123456789701", "enterprise_number": "123456-7897"},
    "FI": {"vat_number": "FI20774740", "enterprise_number": "2077474-0"},
    "GR": {"vat_number": "EL094259216", "enterprise_number": "094259216"},
    "FR": {"vat_number": "FR40303265045", "enterprise_number": "303265045"},
}
NUMBERS: Mapping[str, str] = {
    "BE": "BE0999910048", "LU": "LU15027442", "NL": "NL004495445B01", "FR": "FR40303265045", "DE": "DE136695976", "SE": "SE123456789701",
    "FI": "FI20774740", "DK": "DK13585628", "GR": "EL094259216", "IT": "IT00743110157", "ES": "ESB58378431", "PL": "PL8567346215",
    "AT": "ATU13585627", "IE": "IE6433435F", "PT": "PT501964843", "MC": "FR40303265045", "XI": "XI123456782", "GB": "GB980780684",
    "CH": "CHE-100.155.212 TVA", "NO": "NO995525828MVA", "LI": "LI12345", "IS": "IS12345", "US": "US123456789", "CA": "", "1A": "",
}  # fmt: skip
"""A VAT number of each country from which customers come; none where there are none."""
NAMES = (
    "Optique du Pont", 'A & B <Fils> "Cie"', "Лінзи 眼鏡 👓", "x" * 300, " \tL'Œil\n ", "مبصرات", "C\x01D\u200bE", "&amp;", "]]>",
    "{{ 7 }}",
)  # fmt: skip
MAILS = ("a@b.example", "accounts+eu@very-long-name.example", None, " ")
TEXTS = (None, "PO-7", " ", "\u200b", "4500 <x>", "é" * 190)
ADDRESSES = (*[None] * 12, "0088:5412345000013", "0208:0202239951", "0106:12345678", "9915:ATX", "0196:1201743399", "0060:1")
KINDS = ("business", "business", "private")
STATES = ("valid", "valid", "valid", "unknown", "invalid")
TERMS = (None, None, "the-fifth", "three-parts", "early")
DAY = date(2026, 5, 1)


def documents(seed: int, count: int) -> Iterator[Document]:
    """At least so many documents, the same for the same seed."""
    random, made = Random(seed), 0
    while made < count:
        for document in _documents_of_a_case(random):
            made += 1
            yield document


def _documents_of_a_case(random: Random) -> Iterator[Document]:
    rulebook = _of_seller(
        *random.choice(BOOKS), random.choice((*["BE"] * 10, *SELLERS)), random.choice(("", "", "oss", "zero", "zero", "small_business"))
    )
    try:
        outcome = bill(_case(random, rulebook), rulebook)
    except Refusal:
        return
    for invoice in outcome.invoices:
        yield invoice
        notes: list[CreditNote] = []
        for _ in range(random.choice((0, 0, 1, 1, 2, 3))):
            on = invoice.issued_on + timedelta(days=random.randrange(40))
            try:
                draft = billing.credit(
                    invoice, notes, _ask(random, invoice), rulebook, on=on, because=random.choice(("", " ", "Goodwill <3"))
                )
            except Refusal:
                continue
            number = f"C{on.year}-{len(notes) + 1:05}"
            notes.append(billing.issue_credit_note(draft, rulebook, number=number, series=f"credit-note/{on.year}", on=on)[0])
        yield from notes


@cache
def _rulebook(currency: str, vat_currency: str | None) -> Rulebook:
    """The small rulebook in a currency, which declares VAT in another; prices have the same figures, without decimals in yen."""
    law = {path: text for path, text in read_folder(CHECKOUT).items() if path.startswith("vat/") and path != "vat/accounts.yaml"}
    sources = {**law, **read_folder(SMALL)}
    if currency != "EUR":
        sources = {path: text.replace(" EUR", f" {currency}") for path, text in sources.items()}
        sources["vat/exchange-rates.csv"] = RATES
    if currency == "JPY":
        sources = {path: text.replace(".00 JPY", " JPY") for path, text in sources.items()}
    own = f"currency: {currency}" + (f"\nvat-currency: {vat_currency}" if vat_currency else "")
    sources["company.yaml"] = sources["company.yaml"].replace(f"currency: {currency}", own)
    return read_rulebook(sources)


BOOKS = (("EUR", None), ("EUR", None), ("EUR", None), ("JPY", "EUR"), ("USD", "EUR"), ("SEK", "EUR"), ("USD", None))


@cache
def _of_seller(currency: str, vat_currency: str | None, country: str, registered: str) -> Rulebook:
    """The rulebook of a seller in a country, registered for the one-stop shop or as a small business."""
    rulebook = _rulebook(currency, vat_currency)
    changed = {**SELLERS[country], "country": country} | ({registered: True} if registered in ("oss", "small_business") else {})
    seller, courses = rulebook.company.seller.model_copy(update=changed), rulebook.products["COURSE"]
    products = {**rulebook.products, "COURSE": courses.model_copy(update={"vat_class": "zero" if registered == "zero" else "exempt"})}
    return replace(rulebook, company=rulebook.company.model_copy(update={"seller": seller}), products=products)


def _case(random: Random, rulebook: Rulebook) -> Mapping[str, Any]:
    runs = sorted(random.sample(range(1, 11), random.choice((1, 1, 2, 3))))
    return {
        "customer": _customer(random),
        "orders": [_order(random, rulebook, at) for at in range(random.choice((1, 1, 2)))],
        "earlier": ("2025-00001",) if random.random() < 0.2 else (),
        "runs": [{"through": str(DAY.replace(year=2026 + (4 + month) // 12, month=(4 + month) % 12 + 1))} for month in runs],
    }


def _customer(random: Random) -> dict[str, Any]:
    country = random.choice((*["BE"] * 12, *["LU", "NL", "DE", "FR"] * 2, *NUMBERS))
    kind = random.choice(KINDS)
    number = (NUMBERS[country] or None) if kind == "business" and random.random() < 0.8 else None
    town = random.choice(("Namur", "Sankt-Vith & <Umgebung>", " ", "\u00a0", "東京"))
    written = {
        "country": country, "town": town, "name": random.choice(NAMES), "kind": kind, "vat-number": number,
        "vat-number-state": random.choice(STATES) if number else "unknown", "language": random.choice(("fr", "nl", "en")),
        "segment": random.choice(("retail", "chain")), "email": random.choice(MAILS), "purchase-order": random.choice(TEXTS),
        "buyer-reference": random.choice(TEXTS), "peppol-address": random.choice(ADDRESSES), "payment-terms": random.choice(TERMS),
        "files-periodic-returns": random.choice((True, False, None)), "small-business": random.random() < 0.1,
    }  # fmt: skip
    return {name: text for name, text in written.items() if text is not None or name == "vat-number"}


def _order(random: Random, rulebook: Rulebook, at: int) -> dict[str, Any]:
    kind = random.choice(("subscription", "subscription", "subscription", "investment", "investment", "advertising"))
    products = [each.code for each in rulebook.products.values() if each.order_type == kind]
    items = [_item(random, rulebook, random.choice(products), at) for _ in range(random.choice((1, 1, 2, 3, 5)))]
    signed = DAY + timedelta(days=random.randrange(60))
    happened = [{"event": "delivery.accepted", "on": str(signed + timedelta(days=40))}] if random.random() < 0.6 else []
    own = {"signed-on": str(signed), "events": happened} if kind == "investment" else {}
    return {"type": kind, "items": items, **own} | ({"purchase-order": random.choice(TEXTS) or ""} if random.random() < 0.3 else {})


def _item(random: Random, rulebook: Rulebook, code: str, at: int) -> dict[str, Any]:
    product = rulebook.products[code]
    if product.order_type == "subscription" and random.random() < 0.2:
        return _manual_line(random, code)
    start = DAY + timedelta(days=random.choice((0, 0, 9, 30, 30, 30, 100)))
    item: dict[str, Any] = {"product": code, "quantity": str(random.choice((1, 1, 2, 3, 7, 12, 250, 1000, "0.5", "2.75", "0.333333")))}
    item["billing-process"] = random.choice(product.billing_processes)
    if random.random() < 0.3:
        item["manual-discount"] = random.choice(("5%", "12.5%", "33.333333%", "40%", "0.5%"))
    if product.order_type == "investment":
        return {name: text for name, text in item.items() if name != "billing-process"} | {
            "payment-plan": random.choice(product.payment_plans)
        }
    if product.order_type == "advertising":
        return {
            **item,
            "first-month": str(start.replace(day=1)),
            "insertions": str(random.randrange(1, 5)),
            "from": str(DAY),
            "quantity": "1",
        }
    item["from"] = str(start)
    if product.measured:
        reports = [(f"U-{at}-{number}", start + timedelta(days=random.randrange(80))) for number in range(random.randrange(5))]
        item["reports"] = [{"id": name, "on": str(on), "quantity": str(random.choice((0, 1, 80, 333, "0.5")))} for name, on in reports]
        minimum = {"commitment": {"net": str(random.choice((1, 500)))}} if random.random() < 0.4 else {}
        return {name: text for name, text in item.items() if name not in ("quantity", "manual-discount")} | minimum
    if random.random() < 0.2:
        item["billing-type"] = random.choice(("quarterly", "annual", "every-4-weeks", "weekly"))
    changes = []
    for number in range(random.choice((0, 1, 1, 2))):
        on = str(start + timedelta(days=10 + 37 * number + random.randrange(30)))
        wished = random.choice(({"quantity": str(random.randrange(1, 20))}, {"price": f"{random.randrange(1, 200)}"}, {"suspend": "yes"}))
        changes.append({"on": on, **wished})
    return item | ({"changes": changes} if changes else {})


def _manual_line(random: Random, code: str) -> dict[str, Any]:
    """A line entered by hand, in words of its own, also one that takes something off."""
    words = {"text": random.choice(NAMES), "unit": "shop"}
    price = random.choice(("125.00", "-12.00", "-0.05", "0.000001", "99999999", "3.333333"))
    return {
        "product": code,
        "quantity": random.choice(("1", "3", "0.1")),
        "one-off": words,
        "negotiated-price": price,
        "starts-on": str(DAY),
    }


def _ask(random: Random, invoice: Invoice) -> CreditSelection:
    match random.choice(("whole", "amount", "lines", "lines")):
        case "whole":
            return CreditSelection(whole=True)
        case "amount":
            return CreditSelection(amount=Money(random.randint(1, max(1, invoice.net.minor)), invoice.currency))
        case _:
            lines = random.sample(invoice.lines, random.randint(1, len(invoice.lines)))
            return CreditSelection(lines=tuple(_credit_line(random, line.number, line.quantity, line.net) for line in lines))


def _credit_line(random: Random, number: int, quantity: Quantity, net: Money) -> CreditLine:
    match random.choice(("line", "amount", "quantity")):
        case "amount":
            sign = 1 if net.minor >= 0 else -1
            return CreditLine(line=number, amount=Money(sign * random.randint(1, max(1, abs(net.minor))), net.currency))
        case "quantity":
            return CreditLine(line=number, quantity=Quantity(random.choice((quantity.micros, quantity.micros // 2, quantity.micros // 3))))
        case _:
            return CreditLine(line=number)

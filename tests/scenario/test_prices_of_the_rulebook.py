"""Prices and recurring revenue by the shipped rulebook, against figures calculated by hand; and the effect of edits."""

from __future__ import annotations

import csv
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from api.rulebook_folder import read_folder
from engine.billing import mrr
from engine.documents.order import Order, SubscriptionItem
from engine.documents.party import Address, Customer
from engine.evaluations.price import PriceAnswer, PriceRequest, evaluate_price
from engine.evaluations.quote import QuoteEvaluationRequest, evaluate_quote
from engine.money import Quantity
from engine.rulebook.book import Rulebook
from engine.rulebook.reader import read_rulebook
from engine.stages.ordering.increments import increment

ROOT = Path(__file__).parents[2]
ON = "2027-01-15"


@cache
def shipped() -> Rulebook:
    return read_rulebook(read_folder(ROOT))


def edited(*edits: tuple[str, str, str]) -> Rulebook:
    """The rulebook of this checkout after edits: in the file, one text for another."""
    texts = dict(read_folder(ROOT))
    for path, before, after in edits:
        assert before in texts[path]
        texts[path] = texts[path].replace(before, after)
    return read_rulebook(texts)


def with_rules(text: str) -> Rulebook:
    return read_rulebook({**read_folder(ROOT), "rules/trial.rules": "module rules.trial\n\n" + text})


def price(
    code: str, quantity: str = "1", *, of: Rulebook | None = None, on: str = ON, segment: str = "independent", **own: object
) -> PriceAnswer:
    request = {"customer": {"segment": segment}, "product": code, "quantity": quantity, "on": on, **own}
    return evaluate_price(PriceRequest.model_validate(request), of or shipped())


@pytest.mark.parametrize(
    ("code", "own", "unit", "net"),
    [
        ("SUB-CORE", {"on": "2026-12-31"}, "89.00", "89.00"),
        ("SUB-CORE", {}, "91.58", "91.58"),
        ("SUB-CORE", {"segment": "chain"}, "77.84", "77.84"),  # 89 × 1.029 × 0.85 = 77.84385
        ("SUB-EDI", {"billing_type": "quarterly"}, "36.02", "108.06"),
        ("SUB-CORE", {"billing_type": "every-4-weeks"}, "91.58", "84.54"),  # 91.58 × 48 ÷ 52
        ("SUB-CORE", {"billing_type": "annual", "quantity": "2"}, "91.58", "2088.02"),  # 91.58 × 2 × 12 × 0.95 = 2,088.024
        ("HW-AIO", {"segment": "chain"}, "1251.00", "1251.00"),
        ("DOC-GUIDE", {"segment": "chain"}, "22.08", "22.08"),  # 24.53 × 0.9 = 22.077
        ("SRV-TRAIN", {"segment": "chain"}, "639.01", "639.01"),  # 690 × 1.029 × 0.9 = 639.009
        ("ADV-BANNER", {"segment": "advertiser"}, "463.05", "463.05"),
    ],
)
def test_prices_worked_out_by_hand(code: str, own: dict[str, str], unit: str, net: str) -> None:
    result = price(code, **own)
    assert (str(result.unit_price), str(result.net)) == (unit, net)


def test_recurring_revenue_before_and_after_the_additions() -> None:
    orders, customers = _subscriptions()
    assert str(mrr(orders, customers, shipped(), date(2027, 1, 1)).mrr) == "26832.39"
    # the additions of January: 36.02 by the quarter, 2 × 11.32, 81.29
    later = list(_with_increments(orders, customers).values())
    assert str(mrr(later, customers, shipped(), date(2027, 1, 31)).mrr) == "26972.34"


def test_the_quote_of_two_tills_and_two_days_of_training() -> None:
    requested = {
        "customer": {"segment": "independent", "country": "BE"},
        "lines": [{"product": "HW-AIO", "quantity": "2"}, {"product": "SRV-TRAIN", "quantity": "2"}],
        "on": ON,
    }
    result = evaluate_quote(QuoteEvaluationRequest.model_validate(requested), shipped())
    assert (str(result.net), str(result.vat), str(result.gross), str(result.one_off)) == ("4200.02", "882.00", "5082.02", "4200.02")
    assert [str(each.net) for each in result.instalments] == ["1260.01", "1260.01", "1680.00"]
    assert (str(result.first_invoice), str(result.contract_value), str(result.mrr)) == ("1260.01", "4200.02", "0.00")


def test_edits_of_files_change_exactly_their_amounts() -> None:
    index = edited(("catalog/price-books/book-2027.yaml", "factor: 1.029", "factor: 1.04"))
    assert [str(price(code, of=index).unit_price) for code in ("SUB-CORE", "HW-AIO")] == ["92.56", "1390.00"]
    chains = edited(("rules/pricing.rules", "|| 0.85 ", "|| 0.80 "))
    assert [str(price("SUB-CORE", of=chains, segment=each).unit_price) for each in ("chain", "independent")] == ["73.26", "91.58"]
    annual = edited(("plans/billing-types.yaml", "factor: 0.95", "factor: 0.9"))
    assert str(price("SUB-CORE", of=annual, billing_type="annual").net) == "989.06"


def test_tiers_discounts_and_stacking_of_rule_text() -> None:
    result = with_rules(
        """price core "Core by the shop"
  for product SUB-CORE
  from 2026-01-01
  charge per month
  volume tiers on line.quantity
    | up to    | price per shop |
    | 10 shops | 90.00 EUR      |
    | beyond   | 70.01 EUR      |

discount opening "Opening"
  when line.quantity >= 5 shops
  give 10% off line.list
  group promotion
  because "Campaign"

discount euros "Euros off"
  when line.quantity >= 5 shops
  give 3.00 EUR off line.list
  group promotion
"""
    )
    assert [str(price("SUB-CORE", each, of=result).net) for each in ("4", "5", "10", "10.5")] == ["360.00", "405.00", "810.00", "661.59"]
    of_chain = price("SUB-CORE", "11", of=result, segment="chain")
    # 70.01 × 0.85 = 59.5085, 11 × 59.51 = 654.61, less a tenth
    assert (str(of_chain.unit_price), str(of_chain.list_net), str(of_chain.net)) == ("59.51", "654.61", "589.15")
    by_hand = price("SUB-CORE", "5", of=result, discount="20%")
    assert [(each.name, str(each.amount)) for each in by_hand.discounts] == [("opening", "45.00"), ("manual-discount", "81.00")]


def test_a_bundle_of_rule_text_over_two_vat_rates() -> None:
    texts = dict(read_folder(ROOT))
    texts["catalog/products/packs.yaml"] = """kind: products
products:
  - code: PACK-START
    name: {fr: Pack de départ, nl: Startpakket, en: Starter pack}
    family: hardware
    order-type: investment
    unit: piece
    supply-kind: goods
    vat-class: standard
    account: hardware
    price-per: once
    billing-processes: [investment]
    payment-plans: [plan-30-30-40]
"""
    texts["rules/packs.rules"] = """module rules.packs

bundle starter-pack "Starter pack"
  for product PACK-START
  from 2026-01-01
  contains 1 HW-AIO, 2 DOC-GUIDE
  sells at 1_200.01 EUR
  allocate in proportion to list price
  touched by segment
"""
    result = read_rulebook(texts)
    line = price("PACK-START", "3", of=result)
    # 3,600.03 over 3 × 1,390.00 and 6 × 24.53
    assert [(part.product, str(part.quantity), str(part.net)) for part in line.parts] == [
        ("HW-AIO", "3", "3477.30"),
        ("DOC-GUIDE", "6", "122.73"),
    ]
    assert str(price("PACK-START", of=result, segment="chain").unit_price) == "1080.01"
    requested = {"customer": {"segment": "independent", "country": "BE"}, "lines": [{"product": "PACK-START", "quantity": "3"}], "on": ON}
    quoted = evaluate_quote(QuoteEvaluationRequest.model_validate(requested), result)
    assert [(str(each.rate), str(each.base)) for each in quoted.vat_breakdown] == [("21", "3477.30"), ("6", "122.73")]
    assert [str(each.net) for each in quoted.schedule] == ["1080.01", "1080.01", "1440.01"]


def _subscriptions() -> tuple[list[Order], dict[str, Customer]]:
    """The demo's subscriptions as orders, one per customer, read without the importer."""
    address = Address(street="", postcode="", town="", country="BE")
    customers = {row["id"]: Customer(id=row["id"], name=row["name"], address=address, segment=row["segment"]) for row in _rows("customers")}
    items: dict[str, list[SubscriptionItem]] = {}
    for number, row in enumerate(_rows("subscriptions")):
        items.setdefault(row["customer"], []).append(_item(f"{row['customer']}-{number}", row["product"], row, row["activated_on"]))
    currency = shipped().currency
    return [
        Order(id=name, currency=currency, type="subscription", customer=name, items=tuple(result)) for name, result in items.items()
    ], customers


def _with_increments(orders: list[Order], customers: dict[str, Customer]) -> dict[str, Order]:
    by_customer = {order.customer: order for order in orders}
    for row in _rows("increments"):
        on, who = date.fromisoformat(row["accepted_and_activated_on"]), row["customer"]
        joins = _item(f"{who}-joins", row["product"], row, None)
        joining = Order(id=f"{who}-J", currency=shipped().currency, type="subscription", customer=who, items=(joins,))
        by_customer[who] = increment(by_customer[who], joining, shipped(), customers[who], on=on)
    return by_customer


def _item(name: str, code: str, row: dict[str, str], activated_on: str | None) -> SubscriptionItem:
    product = shipped().products[code]
    return SubscriptionItem(
        id=name,
        currency=shipped().currency,
        product=code,
        quantity=Quantity.parse(row["quantity"]),
        billing_type=row.get("billing_type"),
        billing_process=product.billing_processes[0],
        activated_on=None if activated_on is None else date.fromisoformat(activated_on),
        anchor_day=int(row["anchor_day"]) if "anchor_day" in row else None,
        supply_kind=product.supply_kind,
        vat_class=product.vat_class,
        revenue_account=product.account,
    )


def _rows(name: str) -> list[dict[str, str]]:
    with (ROOT / "demo" / f"{name}.csv").open(encoding="utf-8", newline="") as source:
        return list(csv.DictReader(source))

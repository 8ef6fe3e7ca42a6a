"""What becomes an invoice: grouping, lines that multiply out, VAT, terms, references, and what is held back."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from engine.dates import Period
from engine.documents.amount_phrases import TIERED
from engine.documents.billed import Concluded
from engine.documents.quote import BundlePart, LineDiscount
from engine.documents.transaction import Transaction
from engine.money import Currency, Percent, Quantity
from engine.phrases import phrase
from engine.reasons import Reason
from engine.rulebook.exchange_rates import ExchangeRates
from engine.rulebook.vat import Accounts
from engine.stages.invoicing.drafting import NEGATIVE, earlier_invoices, issue
from tests.unit.stages.due_transactions import TODAY, abroad, billing_rulebook, drafted, euros, issued, only_draft, transaction
from tests.unit.stages.small_rulebook import PlainRules, customer, item, order


def test_one_invoice_a_customer_order_type_and_month() -> None:
    result = drafted(
        transaction("10.00"),
        transaction("20.00", item="A-2"),
        transaction("30.00", "BANNER", item="B-1", order="B"),
        transaction("40.00", item="A-3", billing_date=date(2026, 12, 15)),
        transaction("50.00", item="C-1", order="C", customer="K0"),
        customers=[customer(), customer(id="K0")],
    )
    assert [(one.customer.id, one.order_type, one.month, str(one.net)) for one in result.drafts] == [
        ("K0", "subscription", "2027-01", "50.00"),
        ("K1", "subscription", "2026-12", "40.00"),
        ("K1", "subscription", "2027-01", "30.00"),
        ("K1", "advertising", "2027-01", "30.00"),
    ]


def test_a_line_whose_rate_has_no_vat_code_is_held_where_there_are_codes() -> None:
    book = billing_rulebook()
    accounts = Accounts.model_validate(dict(book.accounts) | {"vat_codes": {"S 21": "V21"}})
    sold = transaction("10.00"), transaction("24.53", "GUIDE", item="A-2", order_type="subscription")
    result = drafted(*sold, book=replace(book, accounts=accounts))
    assert [one.held_because for one in result.held] == ["the rulebook has no VAT code for domestic, S 6"]
    assert [str(one.net) for one in result.drafts] == ["10.00"]


def test_what_a_customer_must_owe_under_a_vat_number_is_held_without_one() -> None:
    nameless = abroad("LU").model_copy(update={"vat_number": None})
    result = drafted(transaction("10.00"), customers=[nameless])
    assert [one.held_because for one in result.held] == ["category AE needs a VAT number of the customer (EN 16931, BR-AE-02)"]


@pytest.mark.parametrize(
    ("of_orders", "expected"),
    [(["CC 1"], "CC 1"), (["CC 1", "CC 1"], "CC 1"), (["CC 1", "CC 2"], "standing"), ([None, "CC 2"], "standing"), ([None], "standing")],
)
def test_the_reference_of_all_orders_counts_before_that_of_the_customer(of_orders: list[str | None], expected: str) -> None:
    agreed = [order(item("DESK", f"{at}-1"), id=f"{at}", buyer_reference=own) for at, own in enumerate(of_orders)]
    lines = [transaction("1.00", order=each.id, item=each.items[0].id) for each in agreed]
    (found,) = drafted(*lines, customers=[customer(buyer_reference="standing")], orders=agreed).drafts
    assert found.buyer_reference == expected


def test_a_purchase_order_comes_before_the_month_and_stands_on_its_own() -> None:
    result = drafted(
        transaction("1.00", purchase_order="PO-2"),
        transaction("2.00", item="A-2", purchase_order="PO-1", billing_date=date(2027, 1, 20)),
        transaction("3.00", item="A-3"),
    )
    assert [(one.purchase_order, str(one.net)) for one in result.drafts] == [(None, "3.00"), ("PO-1", "2.00"), ("PO-2", "1.00")]


def test_category_o_stands_apart_and_last() -> None:
    swiss = abroad("CH")
    result = drafted(
        transaction("10.00", item="A-1"),
        transaction("90.00", "TILL", item="A-2", order_type="subscription"),
        customers=[swiss],
    )
    assert [[line.category for line in one.lines] for one in result.drafts] == [["G"], ["O"]]


def test_without_a_key_in_the_rule_months_and_orders_come_together() -> None:
    book = billing_rulebook(rules=PlainRules(grouping=("customer", "order.type")))
    one = only_draft(transaction("1.00"), transaction("2.00", order="B", item="B-1", billing_date=date(2026, 12, 1)), book=book)
    assert (one.orders, one.month, str(one.net)) == (("A", "B"), "2026-12", "3.00")


def test_vat_is_rounded_once_per_rate_and_never_per_line() -> None:
    one = only_draft(*[transaction("0.07", item=f"A-{at}") for at in range(1, 6)])
    assert (str(one.net), str(one.vat), str(one.gross), str(one.due_amount)) == ("0.35", "0.07", "0.42", "0.42")


def test_rates_stand_apart_with_the_higher_one_first() -> None:
    one = only_draft(transaction("24.53", "GUIDE", order_type="subscription"), transaction("100.00", item="A-2"))
    assert [(entry.category, str(entry.rate), str(entry.base), str(entry.vat)) for entry in one.vat_breakdown] == [
        ("S", "21", "100.00", "21.00"),
        ("S", "6", "24.53", "1.47"),
    ]


@pytest.mark.parametrize(
    ("quantity", "net", "shown", "price"),
    [
        ("3", "274.74", "3", "274.74"),
        ("-2", "-10.00", "-2", "10.00"),
        ("2", "-5.00", "-1", "5.00"),
        ("0", "7.50", "1", "7.50"),
        ("0", "-7.50", "-1", "7.50"),
        ("1.5", "10.01", "1.5", "10.01"),
        ("2", "0.00", "2", "0.00"),
    ],
)
def test_a_line_multiplies_out(quantity: str, net: str, shown: str, price: str) -> None:
    line = only_draft(transaction(net, quantity=Quantity.parse(quantity)), transaction("1000.00", item="A-2")).lines[0]
    assert (str(line.quantity), str(line.price)) == (shown, price)
    assert line.base_quantity.micros == abs(line.quantity.micros)
    assert Fraction(line.quantity.micros * line.price.micros, line.base_quantity.micros * 10_000) == line.list_net.minor


def test_a_line_says_in_the_customer_s_language_how_its_amount_came_about() -> None:
    part = transaction(
        "252.93",
        price_per="month",
        periods=Fraction(3),
        billing_factor=Fraction(95, 100),
        days=21,
        period_days=92,
        unit_price=euros("388.80"),
        whole_list_net=euros("1108.08"),
    )
    details = {language: only_draft(part, customers=[customer(language=language)]).lines[0].detail for language in ("fr", "nl", "en")}
    assert details == {
        "fr": "3 mois × 0,95, 21 jours sur 92 de 1\u00a0108,08",
        "nl": "3 maanden × 0,95, 21 van 92 dagen van 1.108,08",
        "en": "3 months × 0.95, 21 of 92 days of 1,108.08",
    }


def test_what_would_take_back_more_vat_than_it_adds_is_held_like_a_draft_below_zero() -> None:
    lowered = transaction("-90.00", item="A-2", quantity=Quantity.whole(-1), order_type="subscription")
    result = drafted(transaction("100.00", "GUIDE", order_type="subscription"), lowered)
    assert (result.drafts, [one.held_because for one in result.held]) == ((), [NEGATIVE, NEGATIVE])


def test_a_price_by_tiers_is_written_out_where_it_is_short() -> None:
    says = phrase("{sum} by {mode} tiers", sum="10 × 8.00 + 21 × 5.33", mode=TIERED["graduated"])
    graduated = {"quantity": Quantity.whole(31), "unit_price": euros("6.19"), "graduated": True, "price_per": "month"}

    def described(says: str, language: str) -> str:
        one = transaction("191.93", reasons=(Reason("tier", "graduated tiers", says),), **graduated)
        return only_draft(one, customers=[customer(language=language)]).lines[0].detail

    assert described(says, "en") == "10 × 8.00 + 21 × 5.33 by graduated tiers, 1 month"
    assert described("1 × 1.00 + " * 20, "fr") == "par paliers, 1 mois"


def test_an_instalment_names_its_share() -> None:
    whole = {"unit_price": euros("4336.00"), "whole_list_net": euros("4336.00")}
    one = transaction("1300.80", "TILL", kind="instalment", number=1, share="30%", advance=True, **whole)
    assert only_draft(one).lines[0].detail == "instalment 1: 30% of 4,336.00"
    rest = transaction("1734.40", "TILL", kind="instalment", number=3, share="rest", **whole)
    assert only_draft(rest, customers=[customer(language="fr")]).lines[0].detail == "tranche 3 : solde de 4\u00a0336,00"


def test_a_bundle_gives_a_line_for_each_part_with_the_part_s_own_rate_and_account() -> None:
    parts = (
        BundlePart(product="TILL", quantity=Quantity.whole(1), net=euros("80.00")),
        BundlePart(product="GUIDE", quantity=Quantity.whole(2), net=euros("10.00")),
    )
    discount = LineDiscount(name="fair", label="Fair", amount=euros("10.00"))
    one = only_draft(
        transaction("90.00", "TILL", product="KIT", list_net=euros("100.00"), discounts=(discount,), parts=parts, order_type="investment")
    )
    assert [(line.product, str(line.list_net), str(line.discounts[0].amount), str(line.net), str(line.rate)) for line in one.lines] == [
        ("TILL", "88.89", "8.89", "80.00", "21"),
        ("GUIDE", "11.11", "1.11", "10.00", "6"),
    ]
    assert [line.revenue_account for line in one.lines] == ["hardware", "books"]
    assert one.lines[0].detail.startswith("in KIT")


def test_lines_stand_as_they_were_ordered() -> None:
    agreed = order(item("EDI", "A-9"), item("DESK", "A-1"), item("DESK", "A-2"))
    one = only_draft(
        transaction("1.00", item="A-2"), transaction("2.00", item="A-1"), transaction("3.00", "EDI", item="A-9"), orders=[agreed]
    )
    assert [line.item for line in one.lines] == ["A-9", "A-1", "A-2"]
    assert [line.number for line in one.lines] == [1, 2, 3]


def test_what_vat_holds_is_not_drafted_and_says_why() -> None:
    result = drafted(transaction("10.00"), customers=[abroad("FR")])
    assert not result.drafts
    assert [(one.state, one.held_because) for one in result.held] == [("held", "VAT number not verified")]


def test_a_negative_month_is_netted_with_a_later_one_of_the_same_customer() -> None:
    back = transaction("-30.00", kind="change", change="c1", quantity=Quantity.whole(-1), billing_date=date(2026, 12, 20))
    one = only_draft(transaction("100.00"), back)
    assert (one.month, str(one.net)) == ("2027-01", "70.00")
    assert sorted(line.net.minor for line in one.lines) == [-3000, 10000]


def test_a_negative_invoice_waits() -> None:
    back = transaction("-30.00", kind="change", change="c1", quantity=Quantity.whole(-1))
    result = drafted(back)
    assert not result.drafts
    assert [one.held_because for one in result.held] == [NEGATIVE]


def test_an_advance_invoice_is_386_and_the_last_one_380_refers_to_the_earlier() -> None:
    first = transaction("30.00", "TILL", kind="instalment", number=1, share="30%", advance=True, service_period=None)
    last = transaction(
        "40.00",
        "TILL",
        kind="instalment",
        number=3,
        share="rest",
        service_period=None,
        supplied_on=date(2027, 1, 20),
        billing_date=date(2027, 1, 20),
    )
    result = drafted(first, last, earlier={"A": ["2026-00008", "2026-00011"]})
    assert [(one.type_code, one.refers_to) for one in result.drafts] == [("386", ()), ("380", ("2026-00008", "2026-00011"))]
    dates = {"2026-00008": date(2026, 12, 8), "2026-00011": date(2026, 12, 11), "2027-00001": TODAY}
    known_now = issue(result.drafts[1], number="2027-00002", series="s", on=TODAY, concluded=Concluded(dates))
    assert known_now.refers_to == ("2026-00008", "2026-00011", "2027-00001")
    assert known_now.reference_dates == dates


def test_goods_to_another_member_state_say_when_and_where() -> None:
    one = only_draft(
        transaction("40.00", "TILL", kind="instalment", number=3, service_period=None, supplied_on=date(2027, 1, 14)),
        customers=[abroad("LU")],
    )
    assert (one.delivered_on, one.ship_to, one.vat_breakdown[0].category) == (date(2027, 1, 14), "LU", "K")


def test_the_tax_point_is_that_of_what_bears_vat_else_the_latest() -> None:
    foreign = only_draft(
        transaction("1.00"),
        transaction("2.00", item="A-2", service_period=Period(date(2027, 1, 1), date(2027, 4, 1))),
        customers=[abroad("LU")],
    )
    assert foreign.tax_point == date(2027, 3, 31)
    assert only_draft(transaction("1.00", service_period=Period(date(2027, 1, 1), date(2027, 4, 1)))).tax_point == TODAY


def test_the_channel_is_a_rule_s_answer() -> None:
    rules = PlainRules(
        answers={"invoice.channel": lambda facts: "peppol" if facts["customer.vat-number"] == "valid" else "email"}, grouping=("customer",)
    )
    valid = customer(vat_number_state="valid", vat_checked_on=date(2027, 1, 2))
    assert only_draft(transaction("1.00"), customers=[valid], book=billing_rulebook(rules=rules)).channel == "peppol"
    old = customer(vat_number_state="valid", vat_checked_on=date(2025, 1, 2))
    assert only_draft(transaction("1.00"), customers=[old], book=billing_rulebook(rules=rules)).channel == "email"


def test_mentions_are_those_of_the_decisions_and_those_of_every_document() -> None:
    one = only_draft(transaction("1.00"), transaction("2.00", item="A-2"), customers=[abroad("LU")])
    assert [mention.name for mention in one.mentions] == ["mention-AE", "law"]


def test_issuing_gives_number_date_and_communication() -> None:
    invoice = issued(transaction("100.00"), number="2027-00001")
    assert (invoice.number, invoice.issued_on, invoice.communication) == ("2027-00001", TODAY, "+++020/2700/00171+++")


def test_the_communication_is_that_of_the_seller_s_country() -> None:
    draft = only_draft(transaction("100.00"))
    dutch = draft.seller.model_copy(update={"address": draft.seller.address.model_copy(update={"country": "NL"})})
    invoice = issue(draft.model_copy(update={"seller": dutch}), number="2027-00001", series="invoice-2027", on=TODAY)
    assert invoice.communication == "RF27202700001"


def test_discounts_stand_on_the_line() -> None:
    discount = LineDiscount(name="volume", label="Volume", percent=Percent.parse("17.5"), amount=euros("1008.00"))
    line = only_draft(transaction("4752.00", list_net=euros("5760.00"), discounts=(discount,))).lines[0]
    assert (str(line.price), str(line.net), line.discounts) == ("5760.00", "4752.00", (discount,))


def test_the_last_instalment_refers_to_the_earlier_ones_and_not_to_its_sister() -> None:
    def instalment(number: int, **own: object) -> Transaction:
        return transaction("10.00", "TILL", kind="instalment", number=number, service_period=None, **own)

    first = issued(instalment(1, advance=True), number="1")
    delivered = issued(instalment(2), number="2")
    sister = issued(instalment(3, item="A-2"), number="3")
    other = issued(instalment(1, order="B", item="B-1"), number="4")
    last = only_draft(instalment(3))
    assert earlier_invoices(last, [first, delivered, sister, other]) == dict.fromkeys(["1", "2"], TODAY)
    assert earlier_invoices(only_draft(instalment(1)), [first]) == {}


def test_vat_is_stated_in_the_currency_of_the_seller_s_declarations_too() -> None:
    rates = ExchangeRates(((date(2027, 1, 29), {"EUR": Fraction(1), "SEK": Fraction("11.42")}),))
    book = replace(billing_rulebook(), vat_currency=Currency.of("SEK"), exchange_rates=rates)
    stated = only_draft(transaction("100.00"), book=book).accounting_vat
    assert stated is not None
    assert (str(stated.vat), stated.currency.code, stated.rate, stated.rate_on) == ("239.82", "SEK", "1 EUR = 11.42 SEK", date(2027, 1, 29))
    assert only_draft(transaction("100.00")).accounting_vat is None


def test_without_a_rate_before_the_tax_point_a_transaction_is_held() -> None:
    rates = ExchangeRates(((TODAY, {"EUR": Fraction(1), "SEK": Fraction("11.42")}),))
    result = drafted(transaction("100.00"), book=replace(billing_rulebook(), vat_currency=Currency.of("SEK"), exchange_rates=rates))
    assert [one.held_because for one in result.held] == [f"no exchange rate from EUR to SEK before {TODAY}"]

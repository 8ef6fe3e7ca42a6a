"""Due transactions and a plain VAT answer, for the tests of what happens to transactions: drafts, credit notes, postings, forecasts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from datetime import date
from fractions import Fraction

from engine.dates import Period
from engine.documents.billed import Drafted
from engine.documents.invoice import Category, DraftInvoice, Held, Invoice, Mention, VatDecision
from engine.documents.order import AnyItem, Order
from engine.documents.party import Customer
from engine.documents.quote import PricedLine
from engine.documents.supply import Supply
from engine.documents.transaction import TRANSACTION, Portion, Transaction
from engine.money import Money, Percent, Price, Quantity
from engine.rulebook.book import Rulebook
from engine.rulebook.catalog import UnitEntry
from engine.rulebook.payment_terms import PaymentTerms
from engine.rulebook.vat import Account, Accounts, MentionEntry
from engine.rulebook.yaml_model import Label
from engine.stages.invoicing.drafting import draft, issue
from tests.unit.stages.small_rulebook import EUR, PRODUCTS, PlainRules, customer, item, label, order, product, rulebook

TODAY = date(2027, 1, 31)
GROUPING = ("customer", "order.type", "purchase-order", "month of billing-date", "category-o-apart")


def euros(text: str) -> Money:
    """An amount in euro."""
    return Money.parse(text, EUR)


def billing_rulebook(**own: object) -> Rulebook:
    """The small rulebook with units, payment terms, mentions and an account for everything."""
    kit = product("KIT", order_type="investment", price_per="once", billing_processes=("investment",))
    small = rulebook(PlainRules(grouping=GROUPING))
    products = {**small.products, "KIT": kit} | {
        "TILL": small.products["TILL"].model_copy(update={"account": "hardware"}),
        "GUIDE": small.products["GUIDE"].model_copy(update={"account": "books"}),
    }
    shop = UnitEntry(code="C62", one=Label(fr="magasin", nl="winkel", en="shop"), many=Label(fr="magasins", nl="winkels", en="shops"))
    whole = replace(
        small,
        products=products,
        units={"shop": shop},
        payment_terms={"30-days": PaymentTerms(id="30-days", label=label("30 days"), days=30)},
        mentions={
            "paid-back": MentionEntry(text=label("VAT to be paid back."), basis="RD 4", credit_notes=True),
            "law": MentionEntry(text=label("By law."), basis="art. 1", every_document=True),
        },
        accounts=Accounts(
            kind="accounts",
            customers=Account(number="400001", label=label("Customers")),
            revenue={
                "sales": Account(number="700001", label=label("Sales")),
                "hardware": Account(number="700002", label=label("Hardware")),
                "books": Account(number="700003", label=label("Books")),
            },
            vat_due=Account(number="451001", label=label("VAT due")),
        ),
    )
    return replace(whole, **own)  # type: ignore[arg-type]  # a test replaces fields by name


def transaction(net: str, code: str = "DESK", **own: object) -> Transaction:
    """One amount of January 2027, due on its first day, unless said otherwise; `own` are fields of it, of its portion or of its line."""
    result = next(each for each in PRODUCTS if each.code == code)
    account = {"TILL": "hardware", "GUIDE": "books"}.get(code, "sales")
    of_portion = {each.name for each in fields(Portion)}
    of_line = {each.name for each in fields(PricedLine)} - of_portion
    amounts: dict[str, object] = {"quantity": Quantity.whole(1), "list_net": euros(net), "net": euros(net)}
    line: dict[str, object] = {
        "product": code,
        "list_price": Price.parse(net, EUR),
        "unit_price": euros(net),
        "price_per": "period",
        "periods": Fraction(1),
        "billing_factor": Fraction(1),
    }
    due: dict[str, object] = {
        "currency": EUR,
        "item": "A-1",
        "order": "A",
        "order_type": result.order_type,
        "customer": "K1",
        "service_period": Period(date(2027, 1, 1), date(2027, 2, 1)),
        "billing_date": date(2027, 1, 1),
        "supply_kind": result.supply_kind,
        "vat_class": result.vat_class,
        "revenue_account": account,
    }
    portion = {"kind": "recurring"} | amounts | {name: value for name, value in own.items() if name in of_portion}
    line |= amounts | {name: value for name, value in own.items() if name in of_line}
    due |= {name: value for name, value in own.items() if name not in of_portion | of_line}
    return TRANSACTION.validate_python(due | {"line": line, "portion": portion})


class FixedTax:
    """VAT as these tests have it, decided by country and kind of supply."""

    looks_at_product = False

    def __call__(self, supply: Supply, *, issued_on: date) -> VatDecision | Held:
        """21% and 6% at home, nothing abroad; a customer in France whose number nobody verified is held."""
        country = supply.customer.address.country
        if country == "FR":
            return Held(held="VAT number not verified")
        if country == "BE":
            return decision("S", "6" if supply.vat_class == "reduced" else "21", issued_on)
        if country == "CH":
            return decision("G" if supply.kind == "goods" else "O", "0", issued_on)
        if supply.kind == "goods":
            return decision("K", "0", issued_on)
        return decision("AE", "0", supply.service_period.last if supply.service_period else issued_on)


tax = FixedTax()


def decision(category: Category, rate: str, tax_point: date) -> VatDecision:
    """A VAT decision with the mention that its category wants."""
    mention = None if category == "S" else Mention(name=f"mention-{category}", fr="f", nl="n", en=f"No VAT, category {category}.")
    return VatDecision(
        treatment="domestic", category=category, rate=Percent.parse(rate), mention=mention, basis="art. 1", tax_point=tax_point, vatex=None
    )


def drafted(
    *transactions: Transaction,
    customers: Sequence[Customer] = (),
    orders: Sequence[Order] = (),
    book: Rulebook | None = None,
    on: date = TODAY,
    earlier: Mapping[str, Sequence[str]] | None = None,
) -> Drafted:
    """The drafts of these transactions; orders that are not given hold one item each."""
    known = {each.id: each for each in orders}
    for one in transactions:
        known.setdefault(one.order, order(_item(one), id=one.order))
    buyers = {each.id: each for each in customers} or {"K1": customer()}
    return draft(transactions, buyers, known, book or billing_rulebook(), issued_on=on, tax=tax, earlier=earlier or {})


def only_draft(*transactions: Transaction, **given: object) -> DraftInvoice:
    """The one draft that these transactions make."""
    result = drafted(*transactions, **given)  # type: ignore[arg-type]  # passed on by name
    assert len(result.drafts) == 1, [one.month for one in result.drafts]
    return result.drafts[0]


def issued(*transactions: Transaction, number: str = "2027-00001", **given: object) -> Invoice:
    """The one invoice that these transactions make, issued today."""
    return issue(only_draft(*transactions, **given), number=number, series="invoice/2027", on=TODAY)


def abroad(country: str, **own: object) -> Customer:
    """A customer in another country."""
    address = customer().address.model_copy(update={"country": country})
    return customer(address=address, vat_number=f"{country}123456789", **own)


def _item(one: Transaction) -> AnyItem:
    code = one.line.product if one.line.product in {each.code for each in PRODUCTS} else "DESK"
    return item(code, one.item)

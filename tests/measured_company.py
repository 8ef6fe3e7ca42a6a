"""A small company that sells what is used: its rulebook, customers and subscriptions, for the tests of the desk and of HTTP."""

from datetime import date
from functools import cache

from api.workbench.scaffold import NewCompany, rulebook_files
from engine.text.sources import Sources

CUSTOMERS = """\
id,name,street,postcode,town,country,language,vat_number,email,segment,vat_checked_on
K1,First Shop,Street 1,1000,Town,BE,en,BE0999910048,one@shop.example,,2027-01-02
K2,Second Shop,Street 2,1000,Town,BE,en,BE0999910741,two@shop.example,,2027-01-02
"""
SUBSCRIPTIONS = """\
customer,order,billing_type,activated_on,anchor_day,product,quantity,commitment
K1,S1,monthly,2027-01-01,1,MESSAGES,,50.00
K2,S2,monthly,2027-01-01,1,SCANS,,
K2,S3,monthly,2027-01-01,1,SCANS,0,
"""
PROCESS = """\
  - id: by-usage
    label: {fr: Selon l'usage, nl: Volgens gebruik, en: By what is used}
    applies-when: product.order-type is subscription
    billing-type: monthly
    billing-types: [monthly]
    timing: arrears
    align-to: calendar
"""
PRODUCTS = """\
  - code: {code}
    name: {{fr: {code}, nl: {code}, en: {code}}}
    family: software
    order-type: subscription
    unit: user
    supply-kind: electronic-service
    vat-class: standard
    account: subscriptions
    measured: yes
    {more}
    billing-processes: [by-usage]
"""
PRICES = """
price {name} "{name} by what is used"
  for product {code}
  from 2024-01-01
  graduated tiers on line.quantity
    | up to      | price per user |
    | 1_000 users | 0.10 EUR       |
    | beyond     | 0.05 EUR       |
"""


@cache
def measured_company() -> Sources:
    """A new company that sells messages, of which 100 are included, and scans, counted over all items of a customer."""
    new = rulebook_files(NewCompany(name="Acme", country="BE", language="en", begins_on=date(2027, 1, 4)))
    files = {name: content.decode() for name, content in new.items() if name.endswith((".yaml", ".rules", ".html", ".css", ".csv"))}
    added = {
        "plans/billing-processes.yaml": PROCESS,
        "catalog/products/subscriptions.yaml": PRODUCTS.format(code="MESSAGES", more="included: 100")
        + PRODUCTS.format(code="SCANS", more="counted-over: customer"),
        "rules/pricing.rules": PRICES.format(name="messages", code="MESSAGES") + PRICES.format(name="scans", code="SCANS"),
    }
    return {**files, **{name: files[name] + text for name, text in added.items()}}


CREDIT = """\
  - code: CREDIT
    name: {fr: Crédit de messages, nl: Berichtentegoed, en: Message credit}
    family: software
    order-type: subscription
    unit: user
    supply-kind: electronic-service
    vat-class: standard
    account: subscriptions
    price-per: once
    prepays: [MESSAGES]
    prepaid-months: 12
    billing-processes: [in-advance]
"""
ONCE = """\
  - id: in-advance
    label: {fr: Payé d'avance, nl: Vooruitbetaald, en: Paid in advance}
    billing-type: flat-rate
    billing-types: [flat-rate]
    timing: advance
    align-to: activation
"""


@cache
def prepaid_company() -> Sources:
    """The same company, which also sells amounts in advance, from which messages are taken for a year."""
    files = measured_company()
    added = {
        "plans/billing-processes.yaml": ONCE,
        "catalog/products/subscriptions.yaml": CREDIT,
    }
    book = "catalog/price-books/list.yaml"
    priced = {book: files[book].replace("  LAUNCH: 800.00\n", "  LAUNCH: 800.00\n  CREDIT: 1.00\n")}
    return {**files, **priced, **{name: files[name] + text for name, text in added.items()}}

"""The texts of a small rulebook that is in order, for tests that change one piece of it and look at what is told."""

from collections.abc import Mapping

from engine.problems import Problem
from engine.rulebook.reader import check_rulebook

SMALL: Mapping[str, str] = {
    "company.yaml": """\
kind: company
seller:
  name: Fietshuis Noord BV
  street: Havenstraat 5
  postcode: 9712 AB
  town: Groningen
  country: NL
  vat-number: NL999990007B01
  enterprise-number: "12345678"
  register-entry: KvK Groningen
  iban: NL91 ABNA 0417 1643 00
  email: facturen@fietshuis.example
  phone: +31 50 000 00 00
currency: EUR
cut-over: 2027-01-01
numbering:
  invoice: "{year}-{number:05}"
  credit-note: "C{year}-{number:05}"
payment-terms: 14-days
rules-answer-from: 2026-01-01
""",
    "catalog/products.yaml": """\
kind: products
products:
  - code: BIKE
    name: {fr: Vélo, nl: Fiets, en: Bicycle}
    family: bikes
    order-type: investment
    unit: bike
    supply-kind: goods
    vat-class: standard
    account: goods
    price-per: once
    billing-processes: [purchase]
    payment-plans: [halves]
  - code: CARE
    name: {fr: Entretien, nl: Onderhoud, en: Care}
    family: bikes
    order-type: subscription
    unit: bike
    supply-kind: local-service
    vat-class: reduced
    account: care
    billing-processes: [care-plan]
""",
    "catalog/lists.yaml": """\
kind: families
families:
  bikes: {label: {fr: Vélos, nl: Fietsen, en: Bicycles}}
""",
    "catalog/segments.yaml": """\
kind: segments
segments:
  shop: {fr: Client, nl: Klant, en: Walk-in}
  fleet: {fr: Flotte, nl: Vloot, en: Fleet}
""",
    "catalog/units.yaml": """\
kind: units
units:
  bike: {code: H87, one: {fr: vélo, nl: fiets, en: bike}, many: {fr: vélos, nl: fietsen, en: bikes}}
""",
    "catalog/books/one.yaml": """\
kind: price-book
id: list-2026
label: {fr: Liste, nl: Lijst, en: List}
from: 2026-01-01
prices-file: one.csv
""",
    "catalog/books/one.csv": "product,price\nBIKE,649.00\nCARE,9.50\n",
    "catalog/books/two.yaml": """\
kind: price-book
id: list-2027
label: {fr: Liste, nl: Lijst, en: List}
from: 2027-01-01
based-on: list-2026
index:
  - factor: 1.03
    supply-kinds: [local-service]
""",
    "plans/types.yaml": """\
kind: billing-types
billing-types:
  - {id: monthly, label: {fr: Mensuel, nl: Maandelijks, en: Monthly}, every: 1, unit: month}
  - {id: once, label: {fr: Une fois, nl: Eenmalig, en: Once}, once: yes}
""",
    "plans/processes.yaml": """\
kind: billing-processes
billing-processes:
  - id: care-plan
    label: {fr: Entretien, nl: Onderhoud, en: Care plan}
    billing-type: monthly
    timing: advance
    align-to: calendar
  - id: purchase
    label: {fr: Achat, nl: Aankoop, en: Purchase}
    billing-type: once
    timing: advance
    align-to: activation
""",
    "plans/plans.yaml": """\
kind: payment-plans
payment-plans:
  - id: halves
    label: {fr: Moitiés, nl: Helften, en: Halves}
    instalments:
      - {share: 50%, event: order.signed}
      - {share: rest, event: delivery.accepted, supplied: yes}
""",
    "plans/terms.yaml": """\
kind: payment-terms
payment-terms:
  - {id: 14-days, label: {fr: 14 jours, nl: 14 dagen, en: 14 days}, days: 14}
""",
    "vat/rates.yaml": """\
kind: vat-rates
rates:
  NL:
    standard:
      - {from: 2012-10-01, rate: 21%}
    reduced:
      - {from: 2019-01-01, rate: 9%}
""",
    "vat/countries.yaml": "kind: countries\nsets:\n  EU: [NL, BE, DE]\n",
    "vat/mentions.yaml": """\
kind: mentions
mentions:
  reverse-charge: {basis: Wet OB art. 12, text: {fr: Autoliquidation, nl: Btw verlegd, en: Reverse charge}}
""",
    "vat/settings.yaml": "kind: vat\nvat-answer-days: 90\n",
    "vat/accounts.yaml": """\
kind: accounts
customers: {number: "130000", label: {fr: Clients, nl: Debiteuren, en: Customers}}
revenue:
  goods: {number: "800000", label: {fr: Ventes, nl: Verkopen, en: Sales}}
  care: {number: "810000", label: {fr: Entretien, nl: Onderhoud, en: Care}}
vat-due: {number: "150000", label: {fr: TVA, nl: Btw, en: VAT}}
""",
    "rules/stages.yaml": """\
kind: stages
stages:
  - {id: contact, label: {fr: Contact, nl: Contact, en: Contact}, probability: 30%}
reasons:
  price: {fr: Prix, nl: Prijs, en: Price}
""",
    "vat/treatment.rules": """\
module vat.treatment

table treatment "At home"
  | supply.vat-class | vat.treatment || vat.category | vat.rate |
  | -                | -             || S            | 21%      |

define vat.treatment : Enum[domestic, co-contractor, reverse-charge, intra-community, export, outside-scope, oss, small-business] = domestic
""",
    "rules/grouping.rules": 'module rules.grouping\n\ngrouping invoices "One invoice a month" by customer, month of billing-date\n',
}


def changed(path: str, old: str, new: str, of: Mapping[str, str] = SMALL) -> dict[str, str]:
    """The small rulebook with one piece of one file changed; the piece must be there."""
    assert old in of[path], f"{old!r} is not in {path}"
    return {**of, path: of[path].replace(old, new, 1)}


def told(sources: Mapping[str, str]) -> list[str]:
    """What `check` tells of these texts, as `path:line:column code`."""
    return [f"{problem.where} {problem.code}" for problem in check_rulebook(sources)]


def only(sources: Mapping[str, str]) -> Problem:
    """The one problem of these texts."""
    problems = check_rulebook(sources)
    assert len(problems) == 1, "\n".join(map(str, problems)) or "nothing is told"
    return problems[0]

"""The names that every rulebook knows: inputs that rules ask, targets that they answer; types, and meaning in three languages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

# A name and its type; below it what it means in English, French and Dutch. `Enum[countries]` is a list that the rulebook brings, one of
# several words is closed here; which order types there are, is handed in.
INPUTS: Final = """
today : Date
    the business date | la date du jour | de datum van vandaag
customer.id : Text
    the customer's number | le numéro du client | het nummer van de klant
customer.country : Enum[countries]
    the customer's country | le pays du client | het land van de klant
customer.kind : Enum[business, private]
    a business or a private person | une entreprise ou un particulier | een onderneming of een particulier
customer.segment : Enum[segments]
    the customer's segment | le segment du client | het segment van de klant
customer.language : Enum[fr, nl, en]
    the customer's language | la langue du client | de taal van de klant
customer.vat-number : Enum[valid, invalid, unknown, none]
    what is known of the VAT number | ce que l'on sait du numéro de TVA | wat over het btw-nummer bekend is
customer.vat-country : Enum[countries]
    the country that gave the VAT number | le pays qui a attribué le numéro de TVA | het land dat het btw-nummer gaf
customer.files-periodic-returns : Bool
    files periodic VAT returns | dépose des déclarations périodiques à la TVA | dient periodieke btw-aangiften in
customer.small-business : Bool
    is under the small-business scheme | est sous le régime de la franchise | valt onder de vrijstellingsregeling
seller.country : Enum[countries]
    our country | notre pays | ons land
seller.oss : Bool
    we use the one-stop shop | nous utilisons le guichet unique | wij gebruiken het éénloketsysteem
seller.small-business : Bool
    we are under the small-business scheme | nous sommes sous le régime de la franchise | wij vallen onder de vrijstellingsregeling
product.code : Enum[products]
    the product | le produit | het product
product.family : Enum[families]
    the product's family | la famille du produit | de familie van het product
product.kind : Enum[service, electronic-service, local-service, goods, immovable-work]
    what is supplied | la nature de ce qui est fourni | de aard van wat geleverd wordt
product.vat-class : Enum[standard, intermediate, reduced, zero, exempt]
    the product's VAT class | la classe de TVA du produit | de btw-klasse van het product
product.order-type : Enum[{order types}]
    the type of order it belongs to | le type de commande dont il relève | het type bestelling waartoe het behoort
product.unit : Enum[units]
    the unit in which it is counted | l'unité dans laquelle on le compte | de eenheid waarin het geteld wordt
line.quantity : Quantity
    how many units | la quantité | de hoeveelheid
line.list : Money
    the amount before discounts | le montant avant remises | het bedrag vóór kortingen
line.unit-price : Money
    the rounded price of one unit | le prix arrondi d'une unité | de afgeronde prijs van één eenheid
line.manual-discount : Percent
    the discount that a person gave | la remise accordée par une personne | de korting die iemand gaf
price.date : Date
    the day whose prices count | le jour dont les prix comptent | de dag waarvan de prijzen gelden
order.type : Enum[{order types}]
    the type of the order | le type de la commande | het type van de bestelling
order.kind : Enum[new, increment, renewal]
    new, joining or renewed | nouvelle, ajoutée ou renouvelée | nieuw, toegevoegd of verlengd
order.signed-on : Date
    the day of signature | le jour de la signature | de dag van ondertekening
order.purchase-order : Text
    the customer's purchase order number | le numéro de bon de commande du client | het bestelbonnummer van de klant
item.billing-type : Enum[billing-types]
    how often the item is billed | la fréquence de facturation de l'article | hoe vaak het artikel gefactureerd wordt
item.joined-on : Date
    the day on which the item joins | le jour où l'article s'ajoute | de dag waarop het artikel erbij komt
subscription.billing-type : Enum[billing-types]
    how often the subscription is billed | la fréquence de facturation de l'abonnement | hoe vaak het abonnement gefactureerd wordt
supply.kind : Enum[service, electronic-service, local-service, goods, immovable-work]
    what is supplied | la nature de la prestation | de aard van de levering
supply.ship-to : Enum[countries]
    the country to which it is shipped | le pays de destination | het land van bestemming
supply.distance-sale : Bool
    goods are sold at a distance | vente à distance de biens | afstandsverkoop van goederen
supply.vat-class : Enum[standard, intermediate, reduced, zero, exempt]
    the VAT class of what is supplied | la classe de TVA de la prestation | de btw-klasse van de levering
invoice.issued-on : Date
    the day of issue | la date d'émission | de datum van uitreiking
invoice.tax-point : Date
    the day on which VAT becomes chargeable | la date d'exigibilité de la TVA | de datum waarop de btw opeisbaar wordt
invoice.net : Money
    the net of the invoice | le montant hors TVA de la facture | het factuurbedrag zonder btw
group.category : Enum[S, Z, E, AE, K, G, O]
    the VAT category of a group of lines | la catégorie de TVA d'un groupe de lignes | de btw-categorie van een groep lijnen
group.rate : Percent
    the VAT rate of a group of lines | le taux de TVA d'un groupe de lignes | het btw-tarief van een groep lijnen
group.net : Money
    the net of a group of lines | le montant hors TVA d'un groupe de lignes | het nettobedrag van een groep lijnen
quote.discount : Percent
    the highest discount of the quote | la plus forte remise du devis | de hoogste korting van de offerte
quote.total : Money
    the net of the quote | le montant hors TVA du devis | het nettobedrag van de offerte
quote.on : Date
    the day of the quote | la date du devis | de datum van de offerte
user.role : Enum[roles]
    what a person may do | le rôle de la personne | de rol van de persoon
billing-date : Date
    the day on which it falls due to be invoiced | la date de facturation prévue | de datum waarop gefactureerd wordt
"""


def inputs(order_types: Iterable[str]) -> str:
    """The table of inputs, with the order types there are."""
    return INPUTS.replace("{order types}", ", ".join(order_types))


TARGETS: Final = """
line.price-factor : Number
    the factor on a unit price, unrounded | le facteur sur le prix unitaire avant arrondi | de factor op de eenheidsprijs vóór afronding
item.billing-process : Enum[billing-processes]
    the billing process of an item | le processus de facturation d'un article | het facturatieproces van een artikel
item.payment-plan : Enum[payment-plans]
    the payment plan of an item | le plan de paiement d'un article | het betalingsplan van een artikel
increment.placement : Enum[merge, append]
    added to the item in place, or beside it | ajouté à l'article existant ou à côté | bij het bestaande artikel of ernaast
increment.alignment : Enum[anchor, own]
    the subscription's anchor, or its own | avec l'échéance de l'abonnement ou la sienne | met de vervaldag van het abonnement of een eigen
increment.other-billing-type : Enum[convert, own-cycle, refuse]
    where the billing types differ | quand les types de facturation diffèrent | wanneer de facturatietypes verschillen
increment.several : Enum[newest, oldest, ask]
    where there are several subscriptions | quand il y a plusieurs abonnements | wanneer er meerdere abonnementen zijn
vat.treatment : Enum[domestic, co-contractor, reverse-charge, intra-community, export, outside-scope, oss, small-business]
    how a supply is treated for VAT | le traitement TVA d'une prestation | de btw-behandeling van een levering
vat.category : Enum[S, Z, E, AE, K, G, O]
    the VAT category of EN 16931 | la catégorie de TVA d'EN 16931 | de btw-categorie van EN 16931
vat.rate : Percent
    the VAT rate | le taux de TVA | het btw-tarief
vat.vatex : Text
    the VATEX code, or an empty text | le code VATEX, ou un texte vide | de VATEX-code, of een lege tekst
vat.mention : Enum[mentions]
    the mention on the document, or `none` | la mention sur le document, ou `none` | de vermelding op het document, of `none`
vat.basis : Text
    the article of law | l'article de loi | het wetsartikel
vat.held : Text
    why the line is held back, or `no` | pourquoi la ligne est retenue, ou `no` | waarom de lijn wordt tegengehouden, of `no`
vat.tax-point : Enum[issue, payment, month-15, service-end]
    when VAT becomes chargeable | quand la TVA devient exigible | wanneer de btw opeisbaar wordt
group.vat : Money
    the VAT of a group of lines | la TVA d'un groupe de lignes | de btw van een groep lijnen
invoice.channel : Enum[peppol, email, held]
    how an invoice is sent | la façon d'envoyer la facture | hoe de factuur verstuurd wordt
quote.approver : Enum[roles]
    who must approve a quote | qui doit approuver le devis | wie de offerte moet goedkeuren
"""

DOMAINS: Final = (
    "countries",
    "segments",
    "products",
    "families",
    "units",
    "billing-types",
    "billing-processes",
    "payment-plans",
    "mentions",
    "roles",
)
"""The lists of words that a rulebook brings to the vocabulary."""

GROUPING_KEYS: Final = (
    "customer",
    "order",
    "order.type",
    "item",
    "currency",
    "purchase-order",
    "billing-date",
    "month of billing-date",
    "category-o-apart",
)
"""What a `grouping` block may name."""

LISTS: Final = ("lines",)
"""Lists of facts over which `sum / count / min / max of … for …` goes."""

DATED_BY: Final = {
    "price": "price.date",
    "discount": "price.date",
    "stacking": "price.date",
    "bundle": "price.date",
    "increment": "item.joined-on",
}
"""By which date a kind of block holds where it does not say so."""

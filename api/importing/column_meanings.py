"""What stands in each column of an imported file, and how lists in French and Dutch call it: the reference page is written from it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Final

from api.importing.party_column_meanings import OF_PARTIES, Contents
from engine.text.column_names import PRODUCT, Names, usual

_OF_ALL_FILES: Final[Mapping[str, Contents]] = {
    "customer": Contents(
        "an id of customers.csv or of a stored customer",
        usual(
            "N° client, Code client, Numéro client, Réf. client, Référence client",
            "Klantnr., Klantnummer, Klantcode, Code klant, Nr. klant, Klantreferentie",
        ),
    ),
    "product": Contents("an id of the catalogue", PRODUCT),
    "quantity": Contents("a number above 0", usual("Quantité, Qté, Nombre, Nombre d'unités", "Aantal, Hoeveelheid, Aantal eenheden")),
    "order": Contents(
        "the id of the order; absent: one order for each customer and day",
        usual("N° contrat, N° commande, Contrat, Code contrat", "Contractnr., Ordernr., Bestelnr., Contract"),
    ),
    "purchase_order": Contents(
        "the customer's number, one for an order",
        usual("N° bon de commande, Bon de commande, Commande client", "Bestelbonnr., Bestelbon, Inkoopordernr."),
    ),
    "buyer_reference": Contents(
        "the customer's own reference, one for an order (BT-10); absent: that of the customer",
        usual("Votre référence, Référence acheteur, Centre de coûts", "Uw referentie, Referentie koper, Kostenplaats"),
    ),
    "deliver_to": Contents(
        "the name of an address that the customer has, one for an order; absent: its own address",
        usual("Adresse de livraison, Lieu de livraison", "Leveringsadres, Afleveradres, Leveradres"),
    ),
    "payment_terms": Contents(
        "of `plans/payment-terms.yaml`, one for an order; absent: those of the customer",
        usual("Conditions de paiement, Délai de paiement", "Betalingsvoorwaarden, Betalingstermijn, Betaaltermijn"),
    ),
    "billing_process": Contents(
        "one that the product allows; absent: as the rules say",
        usual("Processus de facturation", "Facturatieproces"),
    ),
    "payment_plan": Contents(
        "one that the product allows; absent: as the rules say", usual("Plan de paiement, Échéancier", "Betalingsplan, Betaalplan")
    ),
    "agreed_price": Contents(
        "the price of one unit that the customer pays instead of the list price",
        usual("Prix convenu, Prix unitaire, Prix négocié, P.U.", "Afgesproken prijs, Eenheidsprijs, Overeengekomen prijs, Stukprijs"),
    ),
    "follows": Contents(
        "what the agreed price follows: `frozen` (it stays), `catalogue` (it moves as the list price does), `indexed` (by the index of the "
        "billing process); absent: as the billing process says",
        usual("Évolution du prix", "Prijsevolutie"),
    ),
    "agreed_on": Contents(
        "the day from which the agreed price moves on; absent: the cut-over or the first day, whichever is later",
        usual("Date du prix, Prix convenu le", "Datum prijs, Prijs afgesproken op"),
    ),
    "invoiced_elsewhere_until": Contents(
        "the first day that is billed here, one for an order; absent: the cut-over date of company.yaml",
        usual("Facturé ailleurs jusqu'au", "Elders gefactureerd tot"),
    ),
}
_OF_FILES: Final[Mapping[str, Mapping[str, Contents]]] = {
    **OF_PARTIES,
    "subscriptions.csv": {
        "activated_on": Contents(
            "the first day that is served",
            usual(
                "Début, Date de début, Date d'activation, Activé le, Début du contrat",
                "Begin, Begindatum, Startdatum, Start, Ingangsdatum, Activering",
            ),
        ),
        "quantity": Contents(
            "a number above 0; empty for a measured product",
            usual("Quantité, Qté, Nombre, Nombre d'unités", "Aantal, Hoeveelheid, Aantal eenheden"),
        ),
        "billing_type": Contents(
            "one that the product allows, by its name or its label",
            usual(
                "Périodicité, Type de facturation, Fréquence, Périodicité de facturation",
                "Periodiciteit, Facturatietype, Frequentie, Facturatieperiode",
            ),
        ),
        "anchor_day": Contents(
            "the day of the month on which periods begin, 1 to 31; absent: that of the activation",
            usual("Jour de facturation, Jour, Jour du mois", "Facturatiedag, Dag, Dag van de maand"),
        ),
        "ends_on": Contents(
            "the last day that is served; absent: the item runs on",
            usual("Fin, Date de fin, Fin du contrat", "Einde, Einddatum, Einde contract"),
        ),
        "commitment": Contents(
            "of a measured product, whose `quantity` stays empty: the minimum net that was agreed",
            usual("Engagement, Minimum, Minimum convenu", "Minimum, Minimumbedrag, Afgesproken minimum"),
        ),
        "commitment_per": Contents(
            "`period` (absent: this) or `term`", usual("Minimum par, Période du minimum", "Minimum per, Periode minimum")
        ),
    },
    "investments.csv": {
        "signed_on": Contents(
            "the day of the signature",
            usual("Signé le, Date de signature, Signature", "Getekend op, Datum handtekening, Handtekening"),
        ),
        "expected_delivery": Contents(
            "the day on which the delivery is expected",
            usual("Livraison prévue, Date de livraison, Livraison prévue le", "Verwachte levering, Leveringsdatum, Leverdatum"),
        ),
    },
    "advertising.csv": {
        "first_month": Contents(
            "the month of the first insertion, `2027-01`",
            usual("Premier mois, Mois de début, Première parution", "Eerste maand, Beginmaand, Eerste verschijning"),
        ),
        "months": Contents(
            "the number of insertions, one a month",
            usual("Nombre de mois, Mois, Nombre de parutions", "Aantal maanden, Maanden, Aantal verschijningen"),
        ),
    },
    "increments.csv": {
        "accepted_and_activated_on": Contents(
            "the day on which it joins",
            usual("Début, Date de début, Date d'activation, Activé le", "Begin, Begindatum, Startdatum, Ingangsdatum"),
        ),
        "order": Contents(
            "the subscription, where the customer has several", usual("N° contrat, Contrat, Code contrat", "Contractnr., Contract")
        ),
        "billing_type": Contents(
            "absent: as the rules say", usual("Périodicité, Type de facturation, Fréquence", "Periodiciteit, Facturatietype, Frequentie")
        ),
    },
    "quotes.csv": {
        "on": Contents("the day of the quote", usual("Date, Date du devis, Date de l'offre", "Datum, Datum offerte, Offertedatum")),
        "billing_type": Contents(
            "absent: as the rules say", usual("Périodicité, Type de facturation, Fréquence", "Periodiciteit, Facturatietype, Frequentie")
        ),
        "order": Contents(
            "the running order that the items join, where the customer has several",
            usual("N° contrat, Contrat, Code contrat", "Contractnr., Contract"),
        ),
        "payment_terms": Contents(
            "of `plans/payment-terms.yaml`, one for a quote; absent: those of the customer",
            usual("Conditions de paiement, Délai de paiement", "Betalingsvoorwaarden, Betalingstermijn, Betaaltermijn"),
        ),
    },
    "open_invoices.csv": {
        "number": Contents(
            "as it stands on the invoice", usual("N° facture, Facture, Numéro de facture", "Factuurnr., Factuurnummer, Factuur")
        ),
        "issued_on": Contents(
            "a day before the cut-over date of company.yaml",
            usual("Date de facture, Date, Date facture", "Factuurdatum, Datum, Datum factuur"),
        ),
        "due_on": Contents("the day on which it was to be paid", usual("Échéance, Date d'échéance", "Vervaldatum, Vervaldag")),
        "gross": Contents(
            "the whole amount with VAT, negative for a credit note",
            usual("TVAC, Montant TVAC, Total TVAC, TTC, Montant TTC, Total TTC", "Incl. btw, Bedrag incl. btw, Totaal incl. btw"),
        ),
        "open": Contents(
            "what is left to pay of it, with the sign of the gross",
            usual(
                "Solde, Solde ouvert, Reste à payer, Montant ouvert, Solde dû",
                "Saldo, Openstaand, Openstaand bedrag, Open saldo, Te betalen",
            ),
        ),
        "structured_communication": Contents(
            "what the customer writes on the transfer; its check digits must fit",
            usual("Communication structurée, VCS", "Gestructureerde mededeling, OGM"),
        ),
    },
    "usage": {
        "id": Contents(
            "letters, digits and `. _ : @ + = -`, at most 100; the same id is never counted twice",
            usual("N° relevé, Code relevé", "Opnamenr., Rapportnr."),
        ),
        "item": Contents("the id of a measured item", usual("N° élément, Élément", "Elementnr., Element")),
        "quantity": Contents(
            "how much was used; below 0 only with `corrects`", usual("Quantité, Qté, Consommation", "Aantal, Hoeveelheid, Verbruik")
        ),
        "on": Contents("the day of use, or else `from` and `to`", usual("Date", "Datum")),
        "from": Contents("the first day of use", usual("Du, Début, Date de début", "Van, Begin, Begindatum")),
        "to": Contents("the last day of use", usual("Au, Fin, Date de fin", "Tot, Einde, Einddatum")),
        "corrects": Contents(
            "the id of an earlier report to which the quantity is added; it has the days of that report", usual("Corrige", "Corrigeert")
        ),
    },
    "earlier invoices": {
        "customer": Contents(
            "the id of a customer; several rows of one are added up",
            usual(
                "N° client, Code client, Numéro client, Réf. client, Référence client",
                "Klantnr., Klantnummer, Klantcode, Code klant, Nr. klant, Klantreferentie",
            ),
        ),
        "net": Contents(
            "an amount without VAT",
            usual("HTVA, Montant HTVA, Total HTVA, HT, Montant HT, Total HT", "Excl. btw, Bedrag excl. btw, Totaal excl. btw"),
        ),
        "gross": Contents(
            "an amount with VAT; compared where each row of a customer has it",
            usual("TVAC, Montant TVAC, Total TVAC, TTC, Montant TTC, Total TTC", "Incl. btw, Bedrag incl. btw, Totaal incl. btw"),
        ),
        "name": Contents("for the reader of the file", usual("Nom, Nom du client", "Naam, Klantnaam, Naam klant")),
        "number": Contents(
            "for the reader of the file", usual("N° facture, Facture, Numéro de facture", "Factuurnr., Factuurnummer, Factuur")
        ),
        "issued_on": Contents(
            "for the reader of the file", usual("Date de facture, Date, Date facture", "Factuurdatum, Datum, Datum factuur")
        ),
        "vat": Contents("for the reader of the file", usual("TVA, Montant TVA", "Btw, Bedrag btw, Btw-bedrag")),
    },
}


def names_of(file: str) -> Names:
    """How lists in French and Dutch call the columns of a file. No name stands for two of them."""
    return {column: contents.names for column, contents in {**_OF_ALL_FILES, **_OF_FILES.get(file, {})}.items()}


def meanings(file: str, needed: Collection[str], optional: Collection[str]) -> Iterator[tuple[str, bool, Contents]]:
    """Each column of a file, whether it is required, and what stands in it."""
    known = {**_OF_ALL_FILES, **_OF_FILES[file]}
    unread = _OF_FILES[file].keys() - {*needed, *optional}
    if unread:
        raise KeyError(f"{file} has no column {', '.join(sorted(unread))}")
    for column in (*needed, *optional):
        yield column, column in needed, known[column]

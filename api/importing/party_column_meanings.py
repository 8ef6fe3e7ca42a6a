"""What stands in the columns of customers.csv, opportunities.csv and contacts.csv, and how lists in French and Dutch call them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from engine.text.column_names import UsualNames, usual


class Contents(NamedTuple):
    """What stands in a column, and how lists of firms call it."""

    meaning: str
    names: UsualNames


OF_PARTIES: Final[Mapping[str, Mapping[str, Contents]]] = {
    "customers.csv": {
        "id": Contents(
            "letters, digits and ` ._/-`, at most 60",
            usual(
                "N° client, Code client, Numéro client, Code, Réf. client, Référence client",
                "Klantnr., Klantnummer, Klantcode, Code klant, Code, Nr. klant, Klantreferentie",
            ),
        ),
        "name": Contents(
            "as it stands on documents",
            usual(
                "Nom, Nom du client, Raison sociale, Dénomination, Société, Nom société",
                "Naam, Klantnaam, Naam klant, Bedrijfsnaam, Firma, Firmanaam",
            ),
        ),
        "street": Contents(
            "with the number",
            usual("Rue, Adresse, Rue et numéro, Rue et n°, Adresse 1", "Straat, Adres, Straat en nummer, Straat en nr., Adres 1"),
        ),
        "postcode": Contents("as its country writes it", usual("Code postal, CP, C.P.", "Postcode, Postnummer, PC")),
        "town": Contents("as its country writes it", usual("Localité, Ville, Commune", "Gemeente, Plaats, Woonplaats, Stad")),
        "country": Contents("its ISO 3166 code or its name", usual("Pays, Code pays", "Land, Landcode")),
        "language": Contents(
            "of documents; absent: English if the company writes it, else its first language",
            usual("Langue, Code langue", "Taal, Taalcode"),
        ),
        "vat_number": Contents(
            "checked by its country's check digits",
            usual("N° TVA, Numéro de TVA, TVA, N° de TVA", "Btw-nummer, Btw-nr., Btw"),
        ),
        "email": Contents(
            "one address for invoices",
            usual("E-mail, Courriel, Adresse e-mail, Mail, E-mail facturation", "E-mail, E-mailadres, Mail, E-mail facturatie"),
        ),
        "segment": Contents("of `catalog/segments.yaml`", usual("Segment, Segment client", "Segment, Klantsegment")),
        "vat_checked_on": Contents(
            "the day of a valid answer for the VAT number; empty: unknown; only with `vat_number`",
            usual("TVA vérifiée le", "Btw gecontroleerd op"),
        ),
        "kind": Contents(
            "`business` (default) or `private`", usual("Type de client, Genre de client", "Klanttype, Soort klant, Type klant")
        ),
        "files_periodic_returns": Contents(
            "`yes` or `no`, whether it files periodic VAT returns; empty: unknown",
            usual(
                "Déclarant, Déclarant TVA, Déclarations périodiques, Assujetti déclarant",
                "Aangever, Periodieke aangiften, Btw-aangever, Dient aangiften in",
            ),
        ),
        "small_business": Contents(
            "`yes` or `no`, whether it is under the small-business scheme",
            usual("Franchise TVA, Petite entreprise, Régime de franchise", "Kleine onderneming, Vrijstellingsregeling"),
        ),
        "purchase_order": Contents(
            "its standing purchase order number", usual("N° bon de commande, Bon de commande", "Bestelbonnr., Bestelbon")
        ),
        "payment_terms": Contents(
            "of `plans/payment-terms.yaml`; absent: those of the billing process or the company",
            usual("Conditions de paiement, Délai de paiement", "Betalingsvoorwaarden, Betalingstermijn, Betaaltermijn"),
        ),
        "buyer_reference": Contents(
            "what it wants on every invoice: a cost centre, a routing id (BT-10)",
            usual("Votre référence, Référence acheteur, Centre de coûts", "Uw referentie, Referentie koper, Kostenplaats"),
        ),
        "peppol_address": Contents(
            "scheme and number, `0208:0123456749`; absent: that of its VAT number, where the country has one",
            usual("Adresse Peppol, Identifiant Peppol", "Peppol-adres, Peppol-id"),
        ),
        "e_invoice_format": Contents(
            "`ubl` (default) or `factur-x`: a PDF with CII inside, where it is not reached by Peppol",
            usual("Format de facture électronique", "Formaat e-factuur"),
        ),
        "mandate": Contents(
            "the reference of its SEPA mandate; empty: it has none, or none any more",
            usual("Référence du mandat, Mandat SEPA, N° mandat", "Mandaatreferentie, SEPA-mandaat, Mandaatnr."),
        ),
        "mandate_iban": Contents(
            "the account of the mandate; with `mandate`",
            usual("IBAN du mandat, Compte du mandat", "IBAN mandaat, Rekening mandaat"),
        ),
        "mandate_signed_on": Contents(
            "the day on which the customer signed it; with `mandate`",
            usual(
                "Mandat signé le, Date du mandat, Date de signature du mandat", "Mandaat getekend op, Datum mandaat, Handtekening mandaat"
            ),
        ),
    },
    "opportunities.csv": {
        "id": Contents(
            "as in customers.csv", usual("N° opportunité, Code opportunité", "Opportuniteitnr., Opportuniteitscode, Verkoopkansnr.")
        ),
        "what": Contents("what is to be sold", usual("Objet, Sujet, Opportunité", "Onderwerp, Omschrijving, Opportuniteit, Verkoopkans")),
        "stage": Contents("of `rules/stages.yaml`, or `won`, `lost`, `cancelled`", usual("Étape, Phase", "Fase, Stadium")),
        "amount": Contents(
            "the net; the name may carry the currency, `amount_eur`",
            usual("Montant, Montant HTVA, Montant prévu", "Bedrag, Bedrag excl. btw, Verwacht bedrag"),
        ),
        "expected_close": Contents(
            "the day on which it is expected to be decided",
            usual("Clôture prévue, Date de clôture, Décision prévue", "Verwachte afsluiting, Afsluitdatum, Verwachte beslissing"),
        ),
        "owner": Contents("who follows it", usual("Responsable, Vendeur, Commercial", "Verantwoordelijke, Verkoper, Eigenaar")),
        "customer_or_prospect": Contents(
            "the name of a prospect, where `customer` is empty", usual("Prospect, Nom du prospect", "Prospect, Naam prospect")
        ),
        "town": Contents("of the prospect", usual("Localité, Ville, Commune", "Gemeente, Plaats, Woonplaats, Stad")),
        "contact": Contents("of the prospect", usual("Contact, Personne de contact", "Contact, Contactpersoon")),
        "customer": Contents(
            "the id of a customer, or else a prospect is named",
            usual(
                "N° client, Code client, Numéro client, Réf. client, Référence client",
                "Klantnr., Klantnummer, Klantcode, Code klant, Nr. klant, Klantreferentie",
            ),
        ),
        "reason": Contents("of `rules/stages.yaml`; for a lost one without: `not-recorded`", usual("Raison, Motif", "Reden")),
        "next_step": Contents("what happens next", usual("Prochaine étape, Prochaine action", "Volgende stap, Volgende actie")),
        "next_step_on": Contents(
            "on which day", usual("Date prochaine étape, Date prochaine action", "Datum volgende stap, Datum volgende actie")
        ),
        "source": Contents("where it came from, such as a fair", usual("Source, Origine, Provenance", "Bron, Herkomst")),
        "order_type": Contents(
            "of which type of order the amount is, by the name that `order list --type` takes",
            usual("Type de commande, Type de contrat", "Ordertype, Type order, Contracttype"),
        ),
    },
    "contacts.csv": {
        "id": Contents("as in customers.csv", usual("N° contact, Code contact", "Contactnr., Contactcode")),
        "name": Contents("of the person", usual("Nom, Nom du contact, Nom complet", "Naam, Naam contact, Volledige naam")),
        "customer": Contents(
            "the id of a customer, or else `opportunity`",
            usual(
                "N° client, Code client, Numéro client, Réf. client, Référence client",
                "Klantnr., Klantnummer, Klantcode, Code klant, Nr. klant, Klantreferentie",
            ),
        ),
        "opportunity": Contents(
            "the id of an opportunity", usual("N° opportunité, Code opportunité", "Opportuniteitnr., Opportuniteitscode, Verkoopkansnr.")
        ),
        "role": Contents("what the person is there, such as `accounts payable`", usual("Fonction, Rôle", "Functie, Rol")),
        "email": Contents("one address", usual("E-mail, Courriel, Adresse e-mail, Mail", "E-mail, E-mailadres, Mail")),
        "phone": Contents(
            "digits, such as `+32 2 555 12 34`", usual("Téléphone, N° de téléphone, Tél., GSM", "Telefoon, Telefoonnr., Tel., Gsm")
        ),
        "stored_until": Contents(
            "the last day on which these data may be stored; absent: as `retention` in company.yaml says",
            usual("Conservé jusqu'au, À conserver jusqu'au", "Bewaard tot, Te bewaren tot"),
        ),
    },
}

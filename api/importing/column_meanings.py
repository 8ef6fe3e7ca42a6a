"""What stands in each column of an imported file: the reference page is written from it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from api.importing.csv_files import Columns

_OF_ALL_FILES: Final = {
    "customer": "an id of customers.csv or of a stored customer",
    "product": "an id of the catalogue",
    "quantity": "a number above 0",
    "order": "the id of the order; absent: one order for each customer and day",
    "purchase_order": "the customer's number, one for an order",
    "buyer_reference": "the customer's own reference, one for an order (BT-10); absent: that of the customer",
    "deliver_to": "the name of an address that the customer has, one for an order; absent: its own address",
    "payment_terms": "of `plans/payment-terms.yaml`, one for an order; absent: those of the customer",
    "billing_process": "one that the product allows; absent: as the rules say",
    "payment_plan": "one that the product allows; absent: as the rules say",
    "agreed_price": "the price of one unit that the customer pays instead of the list price",
    "follows": (
        "what the agreed price follows: `frozen` (it stays), `catalogue` (it moves as the list price does), `indexed` (by the index of the "
        "billing process); absent: as the billing process says"
    ),
    "agreed_on": "the day from which the agreed price moves on; absent: the cut-over or the first day, whichever is later",
    "invoiced_elsewhere_until": "the first day that is billed here, one for an order; absent: the cut-over date of company.yaml",
}
_OF_FILES: Final[Mapping[str, Mapping[str, str]]] = {
    "customers.csv": {
        "id": "letters, digits and ` ._/-`, at most 60",
        "name": "as it stands on documents",
        "street": "with the number",
        "postcode": "as its country writes it",
        "town": "as its country writes it",
        "country": "its ISO 3166 code or its name",
        "language": "of documents; absent: English if the company writes it, else its first language",
        "vat_number": "checked by its country's check digits",
        "email": "one address for invoices",
        "segment": "of `catalog/segments.yaml`",
        "vat_checked_on": "the day of a valid answer for the VAT number; empty: unknown; only with `vat_number`",
        "kind": "`business` (default) or `private`",
        "files_periodic_returns": "`yes` or `no`, whether it files periodic VAT returns; empty: unknown",
        "small_business": "`yes` or `no`, whether it is under the small-business scheme",
        "purchase_order": "its standing purchase order number",
        "payment_terms": "of `plans/payment-terms.yaml`; absent: those of the billing process or the company",
        "buyer_reference": "what it wants on every invoice: a cost centre, a routing id (BT-10)",
        "peppol_address": "scheme and number, `0208:0123456749`; absent: that of its VAT number, where the country has one",
        "e_invoice_format": "`ubl` (default) or `factur-x`: a PDF with CII inside, where it is not reached by Peppol",
        "mandate": "the reference of its SEPA mandate; empty: it has none, or none any more",
        "mandate_iban": "the account of the mandate; with `mandate`",
        "mandate_signed_on": "the day on which the customer signed it; with `mandate`",
    },
    "subscriptions.csv": {
        "activated_on": "the first day that is served",
        "quantity": "a number above 0; empty for a measured product",
        "billing_type": "one that the product allows, by its name or its label",
        "anchor_day": "the day of the month on which periods begin, 1 to 31; absent: that of the activation",
        "ends_on": "the last day that is served; absent: the item runs on",
        "commitment": "of a measured product, whose `quantity` stays empty: the minimum net that was agreed",
        "commitment_per": "`period` (absent: this) or `term`",
    },
    "investments.csv": {
        "signed_on": "the day of the signature",
        "expected_delivery": "the day on which the delivery is expected",
    },
    "advertising.csv": {
        "first_month": "the month of the first insertion, `2027-01`",
        "months": "the number of insertions, one a month",
    },
    "increments.csv": {
        "accepted_and_activated_on": "the day on which it joins",
        "order": "the subscription, where the customer has several",
        "billing_type": "absent: as the rules say",
    },
    "opportunities.csv": {
        "id": "as in customers.csv",
        "what": "what is to be sold",
        "stage": "of `rules/stages.yaml`, or `won`, `lost`, `cancelled`",
        "amount": "the net; the name may carry the currency, `amount_eur`",
        "expected_close": "the day on which it is expected to be decided",
        "owner": "who follows it",
        "customer_or_prospect": "the name of a prospect, where `customer` is empty",
        "town": "of the prospect",
        "contact": "of the prospect",
        "customer": "the id of a customer, or else a prospect is named",
        "reason": "of `rules/stages.yaml`; for a lost one without: `not-recorded`",
        "next_step": "what happens next",
        "next_step_on": "on which day",
        "source": "where it came from, such as a fair",
        "order_type": "of which type of order the amount is, by the name that `order list --type` takes",
    },
    "contacts.csv": {
        "id": "as in customers.csv",
        "name": "of the person",
        "customer": "the id of a customer, or else `opportunity`",
        "opportunity": "the id of an opportunity",
        "role": "what the person is there, such as `accounts payable`",
        "email": "one address",
        "phone": "digits, such as `+32 2 555 12 34`",
        "stored_until": "the last day on which these data may be stored; absent: as `retention` in company.yaml says",
    },
    "quotes.csv": {
        "on": "the day of the quote",
        "billing_type": "absent: as the rules say",
        "order": "the running order that the items join, where the customer has several",
        "payment_terms": "of `plans/payment-terms.yaml`, one for a quote; absent: those of the customer",
    },
    "open_invoices.csv": {
        "number": "as it stands on the invoice",
        "issued_on": "a day before the cut-over date of company.yaml",
        "due_on": "the day on which it was to be paid",
        "gross": "the whole amount with VAT, negative for a credit note",
        "open": "what is left to pay of it, with the sign of the gross",
        "structured_communication": "what the customer writes on the transfer; its check digits must fit",
    },
    "usage": {
        "id": "letters, digits and `. _ : @ + = -`, at most 100; the same id is never counted twice",
        "item": "the id of a measured item",
        "quantity": "how much was used; below 0 only with `corrects`",
        "on": "the day of use, or else `from` and `to`",
        "from": "the first day of use",
        "to": "the last day of use",
        "corrects": "the id of an earlier report to which the quantity is added; it has the days of that report",
    },
    "earlier invoices": {
        "customer": "the id of a customer; several rows of one are added up",
        "net": "an amount without VAT",
        "gross": "an amount with VAT; compared where each row of a customer has it",
        "name": "for the reader of the file",
        "number": "for the reader of the file",
        "issued_on": "for the reader of the file",
        "vat": "for the reader of the file",
    },
}


def meanings(file: str, columns: Columns) -> Iterator[tuple[str, bool, str]]:
    """Each column of a file, whether it is required, and what stands in it."""
    known = {**_OF_ALL_FILES, **_OF_FILES[file]}
    unread = _OF_FILES[file].keys() - {*columns.needed, *columns.optional}
    if unread:
        raise KeyError(f"{file} has no column {', '.join(sorted(unread))}")
    for column in (*columns.needed, *columns.optional):
        yield column, column in columns.needed, known[column]

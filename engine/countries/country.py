"""What is defined per country: enterprise register, VAT numbers, payment reference and legal limits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from engine.phrases import Phrase


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """The register of enterprises of a country, and the number that it gives."""

    scheme: str
    """Its code in ISO 6523, which is its electronic address scheme (EAS) too: BT-30, BT-34 and BT-49."""
    mistake: Callable[[str], Phrase | None]
    """What is wrong with a number as people write it; None where it is right."""
    remedy: Phrase
    """How a wrong number is corrected."""
    identifier: Callable[[str], str]
    """The number as e-invoices have it, of a number as people write it."""
    identifier_of_vat_number: Callable[[str], str] | None = None
    """The same of a VAT number; None where a VAT number does not contain it."""
    is_address: bool = True
    """Whether e-invoices are addressed to it; else to the VAT number."""
    example: str = ""
    """A number that could be one, for a new rulebook, where no VAT number contains it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EInvoicing:
    """What the e-invoices of a seller of a country differ in; `at home`: to customers of the same country."""

    credit_transfer: str = "30"
    """The code of a credit transfer at home in UNTDID 4461 (BT-81)."""
    customer_number_at_home: bool = True
    """Whether our number of the customer may stand without the register that gave it (BT-46)."""
    buyer_reference_at_home: bool = False
    """Whether a buyer's reference is needed beside an order's (BT-10)."""
    payment_on_credit_notes: str | None = None
    """The code of how a credit note is paid (BT-81), where it must have one."""
    sells_by_peppol: bool = True
    """Whether its sellers send by Peppol."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """The most that law allows, and the law."""

    most: Fraction
    law: Phrase


@dataclass(frozen=True, slots=True, kw_only=True)
class Country:
    """A country in which a seller is established, or to which it sends e-invoices."""

    code: str
    """Two letters of ISO 3166."""
    currency: str | None
    """The currency in which VAT is declared; None where it is not known here."""
    vat_prefix: str
    """The letters before its VAT numbers."""
    read_vat_number: Callable[[str], str | Phrase]
    """A VAT number of this country as it is stored, without blanks and with all its digits; a phrase says what is wrong with it."""
    vat_number_scheme: str | None
    """The electronic address scheme (EAS) of its VAT numbers; None where they are no address."""
    e_invoicing: EInvoicing = EInvoicing()
    register: Register | None = None
    """None: enterprise numbers are not checked, and e-invoices are addressed to VAT numbers."""
    payment_reference: Callable[[str], str]
    """What a customer of this country writes on the transfer, of the number of an invoice (BT-83)."""
    payment_reference_abroad: Callable[[str], str]
    """The same for a customer of another country, whose bank does not know the reference of this one: as ISO 11649 has it."""
    read_payment_reference: Callable[[str], str | None]
    """Such a reference as it is stored, of one as people write it; None where its check digits do not fit. Free text stays as it is."""
    longest_payment_days: Limit | None = None
    """The payment terms that businesses may agree on, in days."""
    free_reminder_law: Phrase | None = None
    """The law by which the first reminder of a private customer costs nothing."""
    cash_discount_law: Phrase | None = None
    """The law by which VAT falls on the price less the discount for early payment, taken or not; None: it falls on the whole price."""
    largest_indexed_part: Limit | None = None
    """The part of a price that may follow an index."""
    consumer_index_law: Phrase | None = None
    """The law by which prices between businesses may follow costs, and no index of consumer prices."""

"""What an invoice or credit note says as an e-invoice: its head, references, parties, delivery and totals."""

from __future__ import annotations

from engine.countries.country import EInvoicing
from engine.countries.registry import country_of
from engine.dates import Period
from engine.documents.invoice import CreditNote, Invoice
from engine.documents.party import Customer, Seller
from engine.documents.totals import add
from engine.writing.e_invoices.addresses import endpoint_of, is_at_home, registered_number, vat_number_of
from engine.writing.e_invoices.content import CREDIT_NOTE, Contact, Content, Identifier, Party, Reference, compact, visible
from engine.writing.e_invoices.lines import content_of_line
from engine.writing.e_invoices.vat_and_payment import early_payment_of, payment_of, vat_part_of


def content_of(document: Invoice | CreditNote, *, for_peppol: bool) -> Content:
    """The document in business terms; Peppol wants a reference of the buyer where EN 16931 does not."""
    reduced = add((one.amount for one in document.base_reductions), document.currency) if document.base_reductions else None
    return Content(
        number=document.number,
        type_code=document.type_code if isinstance(document, Invoice) else CREDIT_NOTE,
        issued_on=document.issued_on,
        due_on=document.due_on if isinstance(document, Invoice) else None,
        tax_point=document.tax_point if document.tax_point != document.issued_on else None,
        note=_note(document),
        currency=document.currency,
        accounting_vat=document.accounting_vat.vat if document.accounting_vat is not None else None,
        buyer_reference=_buyer_reference(document, for_peppol=for_peppol),
        purchase_order=document.purchase_order,
        period=_period(document),
        references=_references(document),
        seller=_party(document.seller, document),
        customer=_party(document.customer, document),
        delivered_on=document.delivered_on,
        ship_to=document.deliver_to.address.country if document.deliver_to else document.ship_to,
        deliver_to=document.deliver_to,
        payment=payment_of(document),
        adjustments=early_payment_of(document),
        vat_parts=tuple(vat_part_of(entry, document) for entry in document.vat_breakdown),
        lines_net=document.net,
        discounts=reduced,
        surcharges=reduced,
        net=document.net,
        vat=document.vat,
        gross=document.gross,
        due=document.due_amount if isinstance(document, Invoice) else document.gross,
        lines=tuple(map(content_of_line, document.lines)),
    )


def _note(document: Invoice | CreditNote) -> str:
    """One note (R002): the mentions besides the exemption reasons, in the customer's language."""
    shown = {entry.mention.name for entry in document.vat_breakdown if entry.mention}
    texts = [mention.in_(document.customer.language) for mention in document.mentions if mention.name not in shown]
    return " ".join([document.because, *texts] if isinstance(document, CreditNote) and document.because else texts)


def _references(document: Invoice | CreditNote) -> tuple[Reference, ...]:
    if isinstance(document, CreditNote):
        return (Reference(document.corrects, document.corrects_issued_on),)
    numbers = dict.fromkeys((*document.refers_to, *document.replaces))
    return tuple(Reference(number, document.reference_dates.get(number)) for number in numbers)


def _buyer_reference(document: Invoice | CreditNote, *, for_peppol: bool) -> str:
    """BT-10: the customer's own reference. Where Peppol asks for one and there is none, nor an order's, our number of the customer."""
    own = visible(document.buyer_reference or document.customer.buyer_reference)
    is_needed = not visible(document.purchase_order) or (is_at_home(document) and _rules(document).buyer_reference_at_home)
    return own or (document.customer.id if for_peppol and is_needed else "")


def _period(document: Invoice | CreditNote) -> Period | None:
    """BG-14, from the first to the last day of the lines; goods not yet delivered to another member state want one too (BR-IC-11)."""
    periods = [line.service_period for line in document.lines if line.service_period]
    if periods:
        return Period(min(one.start for one in periods), max(one.until for one in periods))
    if document.delivered_on is None and any(line.category == "K" for line in document.lines):
        return Period(document.issued_on, document.issued_on.fromordinal(document.issued_on.toordinal() + 1))
    return None


def _party(who: Seller | Customer, document: Invoice | CreditNote) -> Party:
    """The seller or the customer with address, numbers and contact (BG-4, BG-7)."""
    registered = registered_number(who)
    if registered is None and isinstance(who, Seller):
        registered = Identifier("", compact(who.enterprise_number))
    shows_number = not is_at_home(document) or _rules(document).customer_number_at_home
    return Party(
        name=visible(who.name) or (who.id if isinstance(who, Customer) else who.vat_number),
        number=who.id if isinstance(who, Customer) and shows_number else "",
        endpoint=endpoint_of(who),
        address=who.address,
        vat_number=(vat_number_of(who) or "") if not _is_outside_scope(document) else "",
        registered=registered,
        register_entry=who.register_entry if isinstance(who, Seller) else "",
        contact=_contact(who),
    )


def _contact(who: Seller | Customer) -> Contact | None:
    """Whom to ask, where there is a way to (BT-41 to BT-43, BT-58)."""
    name, phone = (who.contact or who.name, who.phone) if isinstance(who, Seller) else ("", "")
    return Contact(name, phone, who.email) if visible(who.email) or visible(phone) else None


def _rules(document: Invoice | CreditNote) -> EInvoicing:
    return country_of(document.seller.address.country).e_invoicing


def _is_outside_scope(document: Invoice | CreditNote) -> bool:
    """Whether a category is O, with which neither party's VAT number may be in the XML (BR-O-02 to 04)."""
    return any(entry.category == "O" for entry in document.vat_breakdown)

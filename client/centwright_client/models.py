"""What requests hold and answers say."""

# Written by client/write.py from the OpenAPI description of the service; `./run docs` writes it anew.

from datetime import date, datetime
from typing import Literal

from pydantic import ConfigDict, Field

from centwright_client.values import Answer, Exact, Model


class Compensation(Answer):
    """The credit note that would compensate what was invoiced of an action that is taken back."""

    currency: str
    invoice: str
    lines: list[int]
    net: Exact
    vat: Exact
    gross: Exact


class ItemStatus(Answer):
    """An item on one day: its state, quantity, billing and dates."""

    currency: str
    state: Literal["pending", "active", "suspended", "ended", "cancelled"] | str
    quantity: Exact
    billed: str | None = None
    activated_on: date | None = None
    ends_before: date | None = None


class ItemEffect(Answer):
    """An item that a verb changes, on the day from which the verb counts, or today if that is later."""

    currency: str
    item: str
    product: str
    before: ItemStatus | None = None
    after: ItemStatus


class NextInvoice(Answer):
    """What the next run would invoice of an order, and the first day on which it may."""

    currency: str
    on: date | None = None
    net: Exact


class TransactionEffect(Answer):
    """A transaction that a verb adds, removes or changes."""

    currency: str
    change: Literal["added", "removed", "changed"] | str
    identity: str
    item: str
    kind: Literal["recurring", "change", "one-time", "instalment", "insertion", "usage", "commitment", "drawdown"] | str
    service_period: dict[str, object] | None = None
    billing_date: date | None = None
    before: Exact | None = None
    after: Exact | None = None


class AcceptanceEffect(Answer):
    """What accepting a quote would do to an order."""

    currency: str
    order: str
    verb: str
    on: date
    state_before: Literal["pending", "active", "suspended", "ended", "cancelled"] | str
    state_after: Literal["pending", "active", "suspended", "ended", "cancelled"] | str
    items: list[ItemEffect]
    transactions: list[TransactionEffect]
    net_difference: Exact
    next_invoice_before: NextInvoice
    next_invoice_after: NextInvoice
    mrr_before: Exact
    mrr_after: Exact
    compensations: list[Compensation]


class AcceptanceEffects(Answer):
    """What accepting a quote would do, order by order; nothing of it is stored."""

    orders: list[AcceptanceEffect]


class AcceptedAnswer(Answer):
    """The orders that it became, and those that its items joined."""

    orders: list[str]
    joined: list[str]


class AccountingVat(Answer):
    """The VAT of a document in the currency in which the seller declares it (BT-6, BT-111), where the document is in another."""

    currency: str
    vat: Exact
    rate: str
    rate_on: date


class ActivityAnswer(Answer):
    """What is to be done, was done or noted, when and by whom; without `done_on` it is still to be done."""

    number: int
    kind: Literal["note", "call", "meeting", "mail"] | str
    text: str
    owner: str | None
    due_on: date | None
    done_on: date | None
    done_by: str | None


class ActivitiesAnswer(Answer):
    """Activities in the order in which they were recorded."""

    activities: list[ActivityAnswer]


class Address(Answer):
    """A postal address (BG-5, BG-8); the country is its ISO 3166 code."""

    street: str
    postcode: str
    town: str
    country: str


class AddressAnswer(Answer):
    """A further address."""

    name: str
    kind: Literal["delivery", "invoice", "other"] | str
    recipient: str | None
    street: str
    postcode: str
    town: str
    country: str


class AgreedDiscount(Answer):
    """A discount by the total of a quote: it stays with the item as it was agreed, whatever becomes of its rule."""

    name: str
    label: str
    labels: list[tuple[str, str]] | None = None
    percent: str | None = None
    amount: Exact | None = None
    group: str | None = None
    priority: int | None = None
    at_most: Exact | None = None
    because: str | None = None
    rule: str
    where: str | None = None


class RulesAnswer(Answer):
    """A rule set in force; who added it, and when, where it is not the program's."""

    name: str
    version: str
    source: str
    applies_to: str
    digest: str | None
    added_at: datetime | None
    added_by: str | None


class AllRulesAnswer(Answer):
    """The rule sets in force, in the order in which a document is put to them."""

    rule_sets: list[RulesAnswer]


class AllocationAnswer(Answer):
    """A part of a payment that settles a document, or what is given up on it."""

    document: str
    amount: str
    kind: Literal["payment", "difference", "cash-discount", "write-off", "write-off-vat", "charge", "exchange"] | str


Amount = Exact | dict[str, object]


class AnswerChangeDocument(Answer):
    """A region of cases with a different answer, one case of it, and both answers; null: no answer."""

    name: str
    region: str
    sample: str
    before: str | None
    after: str | None


class UndecidedDocument(Answer):
    """A name whose answers could not be compared, and why."""

    name: str
    because: str


class AnswersDocument(Answer):
    """All regions of cases with a different answer, and the names that could not be compared."""

    changes: list[AnswerChangeDocument]
    undecided: list[UndecidedDocument]


class AppliedRules(Answer):
    """A rule set with its version, and whether the document was put to it."""

    name: str
    version: str
    applied: bool


class AuditRow(Answer):
    """What was done: when, on which business day, by whom, with which key, on which resource; `fields` names what was given."""

    id: str
    at: datetime
    on: date
    actor_kind: Literal["key", "user", "command"] | str
    actor: str
    key: str | None
    action: str
    resource: str
    fields: str
    request: str | None


class AuditPage(Answer):
    """A page of a list; `next` is null on the last one, and `total` is null unless it was wanted."""

    rows: list[AuditRow]
    next: str | None
    total: int | None = None


class BankImportAnswer(Answer):
    """What came of an import."""

    statements: int
    as_before: int
    payments: int
    states: dict[str, int]


class BaseReduction(Answer):
    """What a discount for early payment takes off the VAT base of one (category, rate), whether it is taken or not. It is an allowance
    of the document (BG-20). The sum of all is charged again without VAT (BG-21), so that the net stays."""

    category: Literal["S", "Z", "E", "AE", "K", "G", "O", "L", "M", "B"] | str
    rate: str
    amount: Exact


class BillingChange(Answer):
    """How an item is billed from a day on, in a cycle of its own, with the anchor from which its periods count."""

    billing_process: str
    billing_type: str
    anchor_day: int | None = None
    anchor_month: int | None = None


class BookingAnswer(Answer):
    """A document or another entry, and how far it is."""

    key: str
    booking: str
    state: Literal["waiting", "sent", "booked", "refused", "unknown", "lost", "skipped"] | str
    because: str | None
    tool: str | None
    id: str | None
    number: str | None
    amount: Exact | None
    attempts: int
    due_at: datetime
    last_answer: str | None


class ListedBooking(Answer):
    """A document or another entry, and how far it is; `because` is the cause and the way on."""

    key: str
    booking: str
    state: Literal["waiting", "sent", "booked", "refused", "unknown", "lost", "skipped"] | str
    because: str | None
    tool: str | None
    id: str | None
    number: str | None
    amount: Exact | None
    attempts: int
    due_at: datetime
    last_answer: str | None


class BookingsPage(Answer):
    """A page of a list; `next` is null on the last one, and `total` is null unless it was wanted."""

    rows: list[ListedBooking]
    next: str | None
    total: int | None = None
    sums: dict[str, Exact] | None = None


class BundlePart(Answer):
    """A part of a bundle sold at one price, with its share of the line's net; parts may have other VAT classes."""

    product: str
    quantity: Exact
    net: Exact


class CandidateAnswer(Answer):
    """A document that a payment may settle, and what is open of it."""

    customer: str
    name: str
    document: str
    issued_on: date
    due_on: date
    gross: str
    open: str


class CandidatesAnswer(Answer):
    """What is left of a payment, the customers who may have paid it, and what is open of them."""

    payment: str
    unallocated: str
    customers: list[str]
    rows: list[CandidateAnswer]


class CashDiscount(Answer):
    """The discount for early payment that an invoice offers."""

    percent: str
    until: date
    amount: Exact


class RuleDocument(Answer):
    """A rule, and its `because`."""

    rule: str
    because: str | None


class WhyDocument(Answer):
    """A rule or file with another decision: its subject, its text before and after (null: it took no part), and file and line."""

    subject: str
    rule: str
    before: str | None
    after: str | None
    because: str | None
    where: str | None


class CauseDocument(Answer):
    """Rules that together changed some lines: how many, their net after − before, and the reasons of one of them as an example."""

    rules: list[RuleDocument]
    lines: int
    net: Exact
    example: list[WhyDocument]


class ChangeAnswer(Answer):
    """One change of one field; `created` stands for all fields."""

    sequence: int
    field: str
    before: str | None
    after: str | None
    changed_on: date
    changed_at: datetime
    author: str


class TierGiven(Model):
    """One tier: up to and including so many units (absent: beyond), the price of one, and a flat amount once it is entered."""

    up_to: Exact | None = None
    unit_price: Exact
    flat: Exact | None = None


class TiersGiven(Model):
    """A price by quantity. `volume`: all units at the price of the tier reached; `graduated`: the units of each tier at its own."""

    mode: Literal["volume", "graduated"]
    rows: list[TierGiven]


PriceGiven = Exact | dict[str, object]


class ChangeGiven(Model):
    """A change from a day on: another quantity or price (or both), a suspension, or a resumption."""

    on: date
    quantity: Exact | None = None
    price: PriceGiven | None = None
    suspend: bool | None = None
    resume: bool | None = None


class ChargeAnswer(Answer):
    """A fee, or interest, and what is open of it."""

    charge: str
    customer: str
    document: str
    kind: Literal["fee", "interest"] | str
    charged_on: date
    due_on: date
    amount: str
    open: str
    cancelled_on: date | None
    because: str | None


class ListedCharge(Answer):
    """A fee, or interest, in a list, with what is open of it."""

    charge: str
    customer: str
    document: str
    kind: Literal["fee", "interest"] | str
    charged_on: date
    due_on: date
    amount: Exact
    open: Exact
    cancelled_on: date | None
    because: str | None


class ChargesPage(Answer):
    """A page of a list; `next` is null on the last one, and `total` is null unless it was wanted."""

    rows: list[ListedCharge]
    next: str | None
    total: int | None = None


class CheckAnswer(Answer):
    """What a check says of the installation, and what mends it where something is missing."""

    what: str
    is_well: bool
    says: str
    remedy: str | None


class CheckedFix(Answer):
    """A text that mends a problem once it replaces a piece of its file; the end is exclusive, and the piece may be empty."""

    line: int
    column: int
    end_line: int
    end_column: int
    text: str


class CheckedProblem(Answer):
    """One problem: its position, its stable code, a message, how to fix it, and the changes of which each mends it."""

    file: str | None = None
    line: int | None = None
    column: int | None = None
    end_line: int | None = None
    end_column: int | None = None
    code: str
    severity: str
    message: str
    help: str
    fixes: list[CheckedFix]


class CheckResponse(Answer):
    """All problems and advice of the rulebook with the overlay."""

    problems: list[CheckedProblem]


class ChecksAnswer(Answer):
    """The version of the program, and what each check says."""

    version: str
    findings: list[CheckAnswer]


class ClosedAnswer(Answer):
    """A period that is closed, its days, whether it was so before, and how many entries of deferred income that posted."""

    period: str
    first: date
    last: date
    was_closed: bool
    entries: int


class Commitment(Answer):
    """A minimum net that an item comes to, in every billing period or in every term."""

    net: Exact
    per: Literal["period", "term"] | str | None = None


class CompanyAccountAnswer(Answer):
    """An account of the company as which a person signs in: its provider and its `sub` there."""

    issuer: str
    subject: str
    bound_at: datetime


class InstalmentTotal(Answer):
    """What the quote's payment plans ask together at one step: its number, the billing date if it is known, the net."""

    number: int
    billing_date: date | None = None
    net: Exact


class ComparedQuote(Answer):
    """A quote as it is, or under another billing type or payment plan; where it is not sold so, why."""

    billing_type: str | None
    payment_plan: str | None
    is_quoted: bool
    totals: dict[str, str]
    mrr: str | None
    arr: str | None
    one_off: str | None
    first_invoice: str | None
    contract_value: str | None
    difference: str | None
    instalments: list[InstalmentTotal]
    refused: list[str]


class ContactAnswer(Answer):
    """A contact with all its fields."""

    id: str
    customer: str | None
    opportunity: str | None
    name: str
    role: str | None
    email: str | None
    phone: str | None
    stored_until: date | None
    attributes: dict[str, str]


class ListedContact(Answer):
    """A contact in a list; the fields that the rulebook declares follow."""

    model_config = ConfigDict(extra="allow")

    id: str
    customer: str | None
    opportunity: str | None
    name: str
    role: str | None
    email: str | None
    phone: str | None
    stored_until: date | None


class ContactsPage(Answer):
    """A page of a list; `next` is null on the last one, and `total` is null unless it was wanted."""

    rows: list[ListedContact]
    next: str | None
    total: int | None = None


class ContractTermsAnswer(Answer):
    """How long an item is committed, and when it may end if notice is given today; days that end something are not served any more."""

    item: str
    starts_on: date
    committed_until: date
    term_months: int
    notice_months: int
    renewal: Literal["automatic", "ends"] | str
    next_end: date
    notice_by: date | None


class CreatedKey(Answer):
    """A key, with its text: this once."""

    prefix: str
    name: str
    role: Literal["sales", "billing", "accounting", "analyst", "admin"] | str
    scopes: list[str]
    user: str | None
    created_at: datetime
    created_by: str
    last_used_at: datetime | None
    revoked_at: datetime | None
    revoked_by: str | None
    key: str | None


class CreatedWebhook(Answer):
    """A webhook with its secret: this once."""

    name: str
    url: str
    events: list[str]
    state: Literal["active", "stopped"] | str
    made_at: datetime
    made_by: str
    former_secret_until: datetime | None
    secret: str | None


class CreditedLine(Answer):
    """The credited net of one line, the quantity where one was requested, and its base: the net after the document's discounts."""

    line: int
    quantity: Exact | None = None
    amount: Exact | None = None
    net: Exact | None = None
    base: Exact | None = None
    category: Literal["S", "Z", "E", "AE", "K", "G", "O", "L", "M", "B"] | str | None = None
    rate: str | None = None


class VatSum(Answer):
    """The VAT of one (category, rate): base × rate, rounded half up once (BT-116, BT-117)."""

    category: Literal["S", "Z", "E", "AE", "K", "G", "O", "L", "M", "B"] | str
    rate: str
    base: Exact
    vat: Exact


class CreditAnswer(Answer):
    """The credit note, with positive amounts; discounts and surcharges of the document are credited with the lines, in proportion."""

    currency: str
    lines: list[CreditedLine]
    sum_lines: Exact
    sum_discounts: Exact
    sum_surcharges: Exact
    net: Exact
    vat: Exact
    gross: Exact
    vat_breakdown: list[VatSum]


class CreditLine(Model):
    """A line of the invoice (from 1), and how much of it is asked back: a quantity, a net amount, or all that is left of it."""

    line: int
    quantity: Exact | None = None
    amount: Exact | None = None


class PreviewedCreditLine(Answer):
    """What a credit note takes back of a line of its invoice."""

    line: int
    description: str
    quantity: str
    net: str


class PreviewedCreditVat(Answer):
    """The VAT of one category and rate."""

    category: str
    rate: str
    base: str
    vat: str


class CreditPreview(Answer):
    """A credit note to be: its lines, its VAT and its totals."""

    lines: list[PreviewedCreditLine]
    vat_breakdown: list[PreviewedCreditVat]
    net: str
    vat: str
    gross: str


class CreditSelection(Model):
    """All that is left, some lines, or a net amount spread over the lines by what is left of them; exactly one of the three."""

    whole: bool | None = None
    lines: list[CreditLine] | None = None
    amount: Exact | None = None


class WordMeaning(Answer):
    """What a word means: what it is, a sentence about it, more such as prices, and the file and line in which it is declared."""

    name: str
    what: str
    about: str
    details: list[str]
    where: str | None


class SuggestedText(Answer):
    """A text that may be written; `kind` is `word`, `key`, `fact`, `product` and the like, `behind` what belongs behind it."""

    text: str
    kind: str
    behind: str
    meaning: WordMeaning | None


class WordAtCursor(Answer):
    """The word at the place, from a column to another (exclusive), with its meanings, the most special first."""

    column: int
    end_column: int
    meanings: list[WordMeaning]


class CursorAnswer(Answer):
    """What may be written from `column` to the place, the most probable first; and the word there, where it means something."""

    column: int
    suggestions: list[SuggestedText]
    word: WordAtCursor | None


class Customer(Answer):
    """Who buys (BG-7). The state of the VAT number is the last answer of a check, and the day of that answer is its evidence."""

    id: str
    name: str
    address: Address
    language: Literal["en", "fr", "nl"] | str | None = None
    kind: Literal["business", "private"] | str | None = None
    vat_number: str | None = None
    vat_number_state: Literal["valid", "invalid", "unknown"] | str | None = None
    vat_checked_on: date | None = None
    email: str | None = None
    segment: str | None = None
    files_periodic_returns: bool | None = None
    small_business: bool | None = None
    purchase_order: str | None = None
    buyer_reference: str | None = None
    peppol_address: str | None = None
    e_invoice_format: Literal["ubl", "factur-x"] | str | None = None
    payment_terms: str | None = None
    attributes: dict[str, str] | None = None


class HoldAnswer(Answer):
    """Why a customer is billed nothing, since when, and who decided it."""

    because: str
    on: date
    by: str


class MandateAnswer(Answer):
    """A mandate for direct debits."""

    reference: str
    iban: str
    signed_on: date
    state: Literal["active", "ended"] | str


class OwedAnswer(Answer):
    """What is to be paid of its invoices, what of it is overdue, and what was paid of them."""

    open: str
    overdue: str
    paid: str


class PeppolAnswer(Answer):
    """The address of a customer in Peppol, and whether the last document that was sent to it arrived there, with the day."""

    address: str | None
    state: Literal["reached", "not-reached", "not-tried", "no-address"] | str
    on: date | None


class VatCheckAnswer(Answer):
    """What a check said of a VAT number; of a register also for whom it was asked, whose number it is, and why there was no answer."""

    vat_number: str
    checked_on: date
    result: Literal["valid", "invalid", "unknown"] | str
    consultation: str | None
    checked_by: str
    source: str | None
    requester: str | None
    name: str | None
    address: str | None
    because: str | None
    recorded_at: datetime


class CustomerAnswer(Answer):
    """A customer with the ids of its contacts, its mandates, its hold, the evidence of its VAT number, and its activities."""

    id: str
    name: str
    address: Address
    language: Literal["en", "fr", "nl"] | str
    kind: Literal["business", "private"] | str
    vat_number: str | None
    vat_number_state: Literal["valid", "invalid", "unknown"] | str
    vat_checked_on: date | None
    email: str | None
    segment: str | None
    files_periodic_returns: bool | None
    small_business: bool
    purchase_order: str | None
    buyer_reference: str | None = None
    peppol_address: str | None = None
    e_invoice_format: Literal["ubl", "factur-x"] | str | None = None
    payment_terms: str | None
    attributes: dict[str, str]
    state: Literal["prospect", "customer", "merged"] | str
    merged: list[str]
    notice: str | None
    addresses: list[AddressAnswer]
    references: dict[str, str]
    contacts: list[str]
    mandates: list[MandateAnswer]
    hold: HoldAnswer | None
    vat_checks: list[VatCheckAnswer]
    notes: list[ActivityAnswer]
    activities: list[ActivityAnswer]
    owed: OwedAnswer
    prepaid: str
    peppol: PeppolAnswer


class CustomerRequest(Model):
    """A customer; by default a business whose VAT number is not checked, and of which nobody stated whether it files periodic returns."""

    id: str | None = None
    name: str | None = None
    address: Address | None = None
    country: str | None = None
    postcode: str | None = None
    language: Literal["en", "fr", "nl"] | None = None
    kind: Literal["business", "private"] | None = None
    vat_number: str | None = None
    vat_number_state: Literal["valid", "invalid", "unknown"] | None = None
    vat_checked_on: date | None = None
    email: str | None = None
    segment: str | None = None
    files_periodic_returns: bool | None = None
    small_business: bool | None = None
    purchase_order: str | None = None
    attributes: dict[str, str] | None = None


class ListedCustomer(Answer):
    """A customer in a list; the fields that the rulebook declares follow."""

    model_config = ConfigDict(extra="allow")

    id: str
    name: str
    town: str
    country: str
    language: str
    segment: str | None
    vat_number: str | None
    email: str | None
    open: Exact
    overdue: Exact
    paid: Exact


class CustomersPage(Answer):
    """A page of a list; `next` is null on the last one, and `total` is null unless it was wanted."""

    rows: list[ListedCustomer]
    next: str | None
    total: int | None = None


class DeliveryEntry(Answer):
    """What happened to a delivery, or to one recipient of it."""

    at: datetime
    channel: str
    delivery: int
    event: Literal["requested", "held", "failed", "accepted", "delivered", "rejected", "dead", "skipped"] | str
    recipient: str | None
    reference: str | None
    note: str | None
    by: str


class MessageAnswer(Answer):
    """A message of the outbox."""

    key: str
    document: str
    channel: str
    state: Literal["held", "queued", "accepted", "delivered", "rejected", "dead", "skipped"] | str
    written_at: datetime
    due_at: datetime
    attempts: int
    last_answer: str | None
    held_because: str | None
    delivery: int
    reference: str | None


class DeliveriesAnswer(Answer):
    """The messages about a document as they are now, and all that happened to them."""

    document: str
    messages: list[MessageAnswer]
    history: list[DeliveryEntry]
    booking: MessageAnswer | None = None


class DeliveryAddress(Answer):
    """Where an order is delivered (BG-13, BG-15): an address of the customer by its name, as it was when it was chosen."""

    name: str
    recipient: str | None = None
    address: Address


class Derivation(Answer):
    """How a line's list net came from its unit price: price periods, the billing type's factor, a part by days or by a share."""

    kind: Literal["recurring", "change", "one-time", "instalment", "insertion", "usage", "commitment", "drawdown"] | str
    price_per: Literal["month", "quarter", "half-year", "year", "4 weeks", "week", "day", "once", "period"] | str | None = None
    periods: str | None = None
    billing_factor: str | None = None
    days: int | None = None
    period_days: int | None = None
    number: int | None = None
    share: str | None = None
    fine_price: Exact | None = None
    graduated: bool | None = None
    whole_list_net: Exact | None = None
    included: Exact | None = None
    note: str | None = None
    bundle: str | None = None


class EditDocument(Answer):
    """One difference of the texts by meaning: kind and name of the entry, the part of it, its text before and after, and both places."""

    kind: str
    name: str
    part: str
    before: str | None
    after: str | None
    before_at: str | None
    after_at: str | None
    what: Literal["added", "removed", "changed"] | str


class LineChangeDocument(Answer):
    """A line with another amount or VAT, or on one side only (null: not there), and the rules responsible; `change` is after − before."""

    item: str
    product: str
    before: Exact | None
    after: Exact | None
    vat_before: str | None
    vat_after: str | None
    why: list[WhyDocument]
    change: Exact


class OtherChangeDocument(Answer):
    """A difference besides the amounts: the field, before and after."""

    field: str
    before: str
    after: str


class SumsDocument(Answer):
    """Net, VAT and gross, or the differences of these."""

    net: Exact
    vat: Exact
    gross: Exact


class InvoiceChangeDocument(Answer):
    """An invoice that differs: its sums (null: no invoice), after − before, and its changed lines."""

    customer: str
    name: str
    order_type: str
    month: str
    orders: list[str]
    before: SumsDocument | None
    after: SumsDocument | None
    change: SumsDocument
    lines: list[LineChangeDocument]
    otherwise: list[OtherChangeDocument]


class MonthChangeDocument(Answer):
    """The planned net of a month and order type, before, after, and after − before."""

    month: str
    order_type: str
    before: Exact
    after: Exact
    change: Exact


class RefusalDocument(Answer):
    """A refusal of only one of the two rulebooks: the customer, the order (null: all that is due), and the problem."""

    customer: str | None
    order: str | None
    refused: Literal["before", "after"] | str
    code: str
    message: str
    help: str
    where: str | None


class InvoicesDocument(Answer):
    """The golden invoices under both rulebooks, the largest change first; `otherwise` are those with the same amounts. `months` has what
    is planned by month and order type; `year` is the change of the twelve months from `year_from`."""

    currency: str
    invoice_months: list[str]
    invoices_before: int
    invoices_after: int
    before: SumsDocument
    after: SumsDocument
    changes: list[InvoiceChangeDocument]
    otherwise: list[InvoiceChangeDocument]
    months: list[MonthChangeDocument]
    refusals: list[RefusalDocument]
    month: str
    change: SumsDocument
    year: Exact
    year_from: str
    invoices_changed: int
    causes: list[CauseDocument]


class OrderChangeDocument(Answer):
    """An order with another planned net: before, after, the months that differ, and the rules responsible."""

    order: str
    order_type: str
    customer: str
    name: str
    before: Exact
    after: Exact
    months: list[MonthChangeDocument]
    why: list[WhyDocument]
    change: Exact


class OrdersDocument(Answer):
    """All live orders that differ, the largest change first, and the planned net of all of them by month."""

    currency: str
    orders: int
    items: int
    changes: list[OrderChangeDocument]
    months: list[MonthChangeDocument]
    refusals: list[RefusalDocument]
    change: Exact
    year: Exact
    year_from: str
    orders_changed: int


class DiffResponse(Answer):
    """What the overlay changes, as `centwright diff --json` writes it: amounts are decimal strings, after − before."""

    before: str
    after: str
    edits: list[EditDocument]
    answers: AnswersDocument | None
    invoices: InvoicesDocument | None
    orders: OrdersDocument | None
    changes_money: bool


class DifferenceAnswer(Answer):
    """Something that is not the same on both sides."""

    name: str
    what: Literal["missing there", "missing here", "twice", "net", "VAT", "gross", "amount", "date", "reference", "account", "grids"] | str
    here: str
    there: str


class DocumentReduction(Answer):
    """A discount or surcharge of a whole document (BG-20, BG-21): with its own category and rate, or spread over the lines'."""

    amount: Exact | None = None
    percent: str | None = None
    category: Literal["S", "Z", "E", "AE", "K", "G", "O", "L", "M", "B"] | str | None = None
    rate: str | None = None


class DoubtAnswer(Answer):
    """An invoice of which payment is doubtful, or is so no more."""

    document: str
    customer: str
    since: date | None
    open: str
    allowance: str
    written_down: str
    because: str | None


class DraftAnswer(Answer):
    """A draft over the version in force: its texts by path (null: removed), and the files that both have changed."""

    author: str
    in_force: str | None
    is_shared: bool
    changed_at: datetime | None
    changed_by: str | None
    files: dict[str, str | None]
    overtaken: list[str]


class DraftRow(Answer):
    """A draft in the list: whose, since which version, and how many files it changes."""

    author: str
    base: str | None
    is_shared: bool
    changed_at: datetime
    files: int


class DraftedAnswer(Answer):
    """An invoice that a run would issue. It is new where the customer has none of the order type yet, and unusual where its net is over
    one and a half times the largest of them."""

    customer: str
    name: str
    order_type: Literal["subscription", "investment", "advertising"] | str
    month: str | None
    type: str
    lines: int
    net: Exact
    vat: Exact
    gross: Exact
    channel: str
    is_first: bool
    is_unusual: bool


class DraftsAnswer(Answer):
    """One's own draft, and those that others share."""

    drafts: list[DraftRow]


class DueAmount(Answer):
    """One of the parts in which an invoice is to be paid."""

    due_on: date
    amount: Exact


class EarlyPayment(Answer):
    """The discount for early payment, and the last day on which it may be taken."""

    percent: str
    until: date


class PartDue(Answer):
    """A part of the gross amount, and when it is due."""

    share: str
    due_on: date


class Reason(Answer):
    """One step behind an amount: what was decided, by which rule, where that rule is written, and why."""

    subject: str
    rule: str
    says: str
    because: str | None = None
    where: str | None = None


class DueDateAnswer(Answer):
    """The due date (of several the first), and the payment terms that give it."""

    due_on: date
    terms: str
    parts: list[PartDue] | None = None
    cash_discount: EarlyPayment | None = None
    reasons: list[Reason] | None = None


class EarlierCredit(Model):
    """An earlier credit note of the invoice: the answer of this route, or its request."""

    currency: str | None = None
    whole: bool | None = None
    amount: Exact | None = None
    lines: list[CreditedLine] | None = None
    sum_lines: Exact | None = None
    sum_discounts: Exact | None = None
    sum_surcharges: Exact | None = None
    net: Exact | None = None
    vat: Exact | None = None
    gross: Exact | None = None
    vat_breakdown: list[VatSum] | None = None


class EffectProblem(Answer):
    """A problem of texts that could not be compared, as `check` writes it."""

    model_config = ConfigDict(extra="allow")

    code: str
    message: str
    help: str


class EffectAnswer(Answer):
    """How far the comparison of live orders is that a person started last (state null: none), and what came of it. `done` of `total`
    items are compared. `orders` is as `centwright diff --live --json` writes it, in the language of who started it."""

    author: str
    state: Literal["running", "done", "stopped", "cut-off", "refused"] | str | None
    compared: str | None
    is_current: bool
    started_at: datetime | None
    done: int
    total: int
    orders: OrdersDocument | None
    problems: list[EffectProblem]


class EntriesAnswer(Answer):
    """How many journal entries besides those of documents each side has."""

    here: int
    there: int


class PostingAnswer(Answer):
    """One leg of a journal entry; one of the two amounts is zero."""

    account: str
    name: str
    debit: str
    credit: str
    customer: str | None
    settles: str | None


class EntryAnswer(Answer):
    """A journal entry that is not that of an issued document."""

    kind: (
        Literal[
            "document",
            "payment",
            "payment-change",
            "deferral",
            "recognition",
            "accrual",
            "accrual-undone",
            "advance",
            "charge",
            "charge-cancelled",
            "prepaid",
            "prepaid-lapsed",
            "doubtful",
        ]
        | str
    )
    document: str
    posted_on: date
    text: str | None
    postings: list[PostingAnswer]


class ErasureAnswer(Answer):
    """What was erased, when, by whom and why."""

    kind: Literal["customer", "contact", "prospect"] | str
    id: str
    erased_on: date
    author: str
    because: str


class ExplanationStep(Answer):
    """One step behind an amount: what was decided, by which rule, where that is written, and why."""

    subject: str
    rule: str
    says: str
    because: str | None
    where: str | None


class ExplainedAmount(Answer):
    """One amount, or one day, of a document: as a sentence, and step by step."""

    line: str
    title: str
    amount: str
    sentence: str
    steps: list[ExplanationStep]


class ExplanationProblem(Answer):
    """Why the amounts could not be computed again."""

    code: str
    message: str
    help: str


class ExplanationAnswer(Answer):
    """How amounts were calculated, step by step."""

    kind: str
    document: str
    title: str
    currency: str
    rulebook: str
    language: str
    amounts: list[ExplainedAmount]
    notes: list[str]
    problems: list[ExplanationProblem]


class FieldChange(Answer):
    """What a field was and is, as text."""

    field: str
    before: str | None
    after: str | None


class FindingAnswer(Answer):
    """A rule that the document breaks: its number, the official text, and where."""

    rule_set: str
    rule: str
    severity: Literal["fatal", "warning", "information"] | str
    text: str
    location: str


class FormerCustomer(Answer):
    """What prices may depend on of a customer until a day. Nothing else of it stays, so that an erasure leaves no name behind."""

    until: date
    id: str
    segment: str | None = None
    kind: Literal["business", "private"] | str | None = None
    country: str
    language: str
    small_business: bool | None = None
    attributes: list[tuple[str, str]] | None = None


class Health(Answer):
    """The service runs and has read its rulebook."""

    status: str | None = None
    rulebook: str


class HeldAnswer(Answer):
    """What a run would hold back, and why."""

    customer: str
    order: str
    item: str
    net: Exact
    held_because: str
    way_out: (
        Literal[
            "activate-item",
            "resume-item",
            "report-event",
            "release-customer",
            "change-customer",
            "ask-register",
            "check-vat-number",
            "change-rules",
        ]
        | str
        | None
    )


class HeldClaim(Answer):
    """What is overdue and nobody is reminded of now, and why."""

    customer: str
    document: str
    due_on: date
    days_late: int
    level: int
    open: str
    because: (
        Literal[
            "disputed",
            "promised",
            "customer-held",
            "erased",
            "other-currency",
            "no-procedure",
            "credit",
            "possible-payment",
            "not-delivered",
        ]
        | str
    )
    says: str


class HistoryAnswer(Answer):
    """Every change, oldest first."""

    changes: list[ChangeAnswer]


class ImportCountsAnswer(Answer):
    """How many records of a kind are new, changed, and as they were imported before."""

    kind: str
    new: int
    changed: int
    unchanged: int


class ImportProblemAnswer(Answer):
    """What is wrong with a row, or advice on it: its file, line and column, what stands there, and what to do."""

    file: str
    line: int | None
    column: str
    text: str
    severity: str
    code: str
    message: str
    help: str


class ImportAnswer(Answer):
    """What an import did, or would do. Its first 200 problems are listed; where one of them is no advice, nothing is imported."""

    is_possible: bool
    changes_nothing: bool
    kinds: list[ImportCountsAnswer]
    transactions: int
    problem_count: int
    problems: list[ImportProblemAnswer]


class ImportedFile(Model):
    """A file of an import: its name says what it holds, such as `customers.csv` or `subscriptions.xlsx`."""

    name: str
    content: str


class InstalmentAnswer(Answer):
    """An instalment of the order's payment plan, of all its items together; its share in thousandths of the whole."""

    number: int
    billing_date: date | None
    net: str
    state: str
    thousandths: int


class InstalmentGiven(Model):
    """One instalment: a share (`30%`, `rest` or an amount), the event it waits for, and how long after."""

    share: str
    event: str
    after: str | None = None
    on: date | None = None
    supplied: bool | None = None


class Reduction(Answer):
    """A discount or surcharge as it is asked for: an amount, or a percentage; one of the two."""

    amount: Exact | None = None
    percent: str | None = None


class InvoiceLineRequest(Answer):
    """One line: quantity × unit price ÷ base quantity, discounts and surcharges, and its VAT or a product for which rules decide it."""

    quantity: Exact
    unit_price: Exact
    base_quantity: Exact | None = None
    discounts: list[Reduction] | None = None
    surcharges: list[Reduction] | None = None
    category: Literal["S", "Z", "E", "AE", "K", "G", "O", "L", "M", "B"] | str | None = None
    rate: str | None = None
    product: str | None = None


class InvoiceAnswer(Answer):
    """The totals, and what was requested, each line with its category and rate; `line_net` is in the order of the lines. It is a whole
    invoice, from which a credit note may be calculated."""

    currency: str
    lines: list[InvoiceLineRequest]
    discounts: list[DocumentReduction] | None = None
    surcharges: list[DocumentReduction] | None = None
    prepaid: Exact | None = None
    rounding: Exact | None = None
    cash_discount: str | None = None
    early_amount: Exact | None = None
    line_net: list[Exact]
    sum_lines: Exact
    sum_discounts: Exact
    sum_surcharges: Exact
    net: Exact
    vat: Exact
    gross: Exact
    due_amount: Exact
    vat_breakdown: list[VatSum]
    reasons: list[Reason] | None = None


class InvoiceHoldAnswer(Answer):
    """Why nobody is reminded of a document; all empty where nothing speaks against it."""

    document: str
    held: Literal["disputed", "promised"] | str | None
    on: date | None
    until: date | None
    because: str | None


class LineDiscount(Answer):
    """One discount on a line, after stacking and cap: what it takes off, as a positive amount (BG-27)."""

    name: str
    label: str
    labels: list[tuple[str, str]] | None = None
    percent: str | None = None
    amount: Exact
    because: str | None = None
    capped: bool | None = None


class InvoiceLine(Answer):
    """One line (BG-25). It multiplies out: quantity × price ÷ base quantity = list_net; net = list_net − discounts."""

    number: int
    product: str
    description: str
    detail: str | None = None
    item: str
    transaction: str
    order: str
    quantity: Exact
    unit: str
    unit_code: str | None = None
    unit_word: str | None = None
    price: Exact
    base_quantity: Exact
    unit_price: Exact
    list_net: Exact
    discounts: list[LineDiscount] | None = None
    net: Exact
    category: Literal["S", "Z", "E", "AE", "K", "G", "O", "L", "M", "B"] | str
    rate: str
    vatex: str | None = None
    treatment: (
        Literal["domestic", "co-contractor", "reverse-charge", "intra-community", "export", "outside-scope", "oss", "small-business"] | str
    )
    vat_code: str | None = None
    service_period: dict[str, object] | None = None
    revenue_account: str
    goods: bool | None = None
    prepaid: str | None = None
    derivation: Derivation | None = None
    corrects_line: int | None = None
    by_amount: bool | None = None
    reasons: list[Reason] | None = None
    vat_reasons: list[Reason] | None = None


InvoicedLine = tuple[str, date] | tuple[str, date, str | None]


class InvoicedRequest(Model):
    """An evaluated invoice: its answer as it is, or its request, with or without fields of the answer, which must be those of its lines."""

    currency: str | None = None
    lines: list[InvoiceLineRequest]
    discounts: list[DocumentReduction] | None = None
    surcharges: list[DocumentReduction] | None = None
    prepaid: Exact | None = None
    rounding: Exact | None = None
    cash_discount: str | None = None
    customer: CustomerRequest | None = None
    tax_point: date | None = None
    line_net: list[Exact] | None = None
    sum_lines: Exact | None = None
    sum_discounts: Exact | None = None
    sum_surcharges: Exact | None = None
    net: Exact | None = None
    vat: Exact | None = None
    gross: Exact | None = None
    due_amount: Exact | None = None
    early_amount: Exact | None = None
    vat_breakdown: list[VatSum] | None = None
    reasons: list[Reason] | None = None


class ListedInvoice(Answer):
    """An invoice or a credit note in a list; of an invoice, whether it is paid and what is still to be paid."""

    number: str
    kind: Literal["invoice", "credit-note"] | str
    issued_on: date
    customer: str
    name: str
    order_type: Literal["subscription", "investment", "advertising"] | str
    lines: int
    net: Exact
    vat: Exact
    gross: Exact
    currency: str
    due_on: date | None
    channel: str
    corrects: str | None
    pdf: Literal["stored", "missing"] | str
    paid: Literal["open", "part-paid", "paid", "overpaid", "written-off"] | str | None
    rest: Exact | None


class InvoicesPage(Answer):
    """A page of a list; `next` is null on the last one, and `total` is null unless it was wanted."""

    rows: list[ListedInvoice]
    next: str | None
    total: int | None = None
    sums: dict[str, Exact] | None = None


class Mention(Answer):
    """A text that law wants on a document, by its name and in the languages of the company: `{name, fr, nl, en}`."""

    name: str
    en: str | None = None
    fr: str | None = None
    nl: str | None = None


class Seller(Answer):
    """Our company as it stands on documents (BG-4), with its entry in a register and its account, as law requires."""

    name: str
    address: Address
    vat_number: str
    enterprise_number: str
    register_entry: str
    iban: str
    bic: str | None = None
    email: str
    phone: str
    website: str | None = None
    contact: str | None = None
    oss: bool | None = None
    small_business: bool | None = None


class SettledAdvance(Answer):
    """What an invoice settles of an advance invoice: the net that becomes income with it, by account and VAT."""

    number: str
    revenue_account: str
    vat_code: str | None = None
    treatment: (
        Literal["domestic", "co-contractor", "reverse-charge", "intra-community", "export", "outside-scope", "oss", "small-business"] | str
    )
    rate: str
    goods: bool | None = None
    net: Exact


class VatSubtotal(Answer):
    """The VAT of one (category, rate) of a document (BG-23): base × rate, rounded half up once."""

    category: Literal["S", "Z", "E", "AE", "K", "G", "O", "L", "M", "B"] | str
    rate: str
    base: Exact
    vat: Exact
    vatex: str | None = None
    mention: Mention | None = None
    basis: str | None = None


class IssuedAnswer(Answer):
    """An invoice or a credit note, as it was issued."""

    currency: str
    seller: Seller
    customer: Customer
    order_type: Literal["subscription", "investment", "advertising"] | str
    orders: list[str]
    purchase_order: str | None
    buyer_reference: str | None = None
    tax_point: date
    base_reductions: list[BaseReduction]
    delivered_on: date | None
    ship_to: str | None
    deliver_to: DeliveryAddress | None = None
    lines: list[InvoiceLine]
    vat_breakdown: list[VatSubtotal]
    net: Exact
    vat: Exact
    gross: Exact
    accounting_vat: AccountingVat | None
    mentions: list[Mention]
    as_advance: bool | None = None
    channel: Literal["peppol", "email", "held"] | str
    rulebook: str
    number: str
    series: str
    issued_on: date
    document: Literal["invoice", "credit-note"] | str
    type_code: Literal["380", "386"] | str | None = None
    month: str | None = None
    due_on: date | None = None
    payment_terms: str | None = None
    due_amounts: list[DueAmount] | None = None
    cash_discount: CashDiscount | None = None
    due_amount: Exact | None = None
    refers_to: list[str] | None = None
    reference_dates: dict[str, date] | None = None
    replaces: list[str] | None = None
    concludes: list[str] | None = None
    settles: list[SettledAdvance] | None = None
    reasons: list[Reason] | None = None
    communication: str | None = None
    corrects: str | None = None
    corrects_issued_on: date | None = None
    because: str | None = None


class SettlementAnswer(Answer):
    """What was paid, credited and given up of an invoice, what is still to be paid, and what was paid too much."""

    state: Literal["open", "part-paid", "paid", "overpaid", "written-off"] | str
    paid: str
    credited: str
    differences: str
    rest: str
    surplus: str


class IssuedDocumentAnswer(Answer):
    """An invoice or a credit note, as it was issued; of an invoice also what is still to be paid now, and the entries that settle it."""

    currency: str
    seller: Seller
    customer: Customer
    order_type: Literal["subscription", "investment", "advertising"] | str
    orders: list[str]
    purchase_order: str | None
    buyer_reference: str | None = None
    tax_point: date
    base_reductions: list[BaseReduction]
    delivered_on: date | None
    ship_to: str | None
    deliver_to: DeliveryAddress | None = None
    lines: list[InvoiceLine]
    vat_breakdown: list[VatSubtotal]
    net: Exact
    vat: Exact
    gross: Exact
    accounting_vat: AccountingVat | None
    mentions: list[Mention]
    as_advance: bool | None = None
    channel: Literal["peppol", "email", "held"] | str
    rulebook: str
    number: str
    series: str
    issued_on: date
    document: Literal["invoice", "credit-note"] | str
    settlement: SettlementAnswer | None
    entries: list[EntryAnswer]
    type_code: Literal["380", "386"] | str | None = None
    month: str | None = None
    due_on: date | None = None
    payment_terms: str | None = None
    due_amounts: list[DueAmount] | None = None
    cash_discount: CashDiscount | None = None
    due_amount: Exact | None = None
    refers_to: list[str] | None = None
    reference_dates: dict[str, date] | None = None
    replaces: list[str] | None = None
    concludes: list[str] | None = None
    settles: list[SettledAdvance] | None = None
    reasons: list[Reason] | None = None
    communication: str | None = None
    corrects: str | None = None
    corrects_issued_on: date | None = None
    because: str | None = None


class ItemChange(Answer):
    """Something that changes an item from a day on: another quantity, price or billing, a suspension, its end."""

    id: str
    on: date
    quantity: Exact | None = None
    added: Exact | None = None
    price: Exact | None = None
    suspend: bool | None = None
    resume: bool | None = None
    end: bool | None = None
    put_off: bool | None = None
    cancels_from: int | None = None
    billing: BillingChange | None = None
    is_agreed: bool | None = None
    joined: bool | None = None
    source: str | None = None
    known_on: date | None = None
    invoiced: list[InvoicedLine] | None = None


class OneOff(Answer):
    """The text of a manual line (None: that of its product), and the unit in which it is counted."""

    text: str | None = None
    unit: str


class PrepaidTerms(Answer):
    """What an item that is paid in advance is good for."""

    products: list[str]
    months: int | None = None


class PricedLine(Answer):
    """The price of a whole billing period of one line (or of the whole line, where it is paid once). unit price = list price × price
    factors, rounded once to the minor unit (of one price period, such as a month); list_net = unit price × quantity × periods ×
    billing factor, rounded once; net = list_net − discounts, rounded once from the unrounded product."""

    product: str
    quantity: Exact
    list_price: Exact
    unit_price: Exact
    price_per: Literal["month", "quarter", "half-year", "year", "4 weeks", "week", "day", "once", "period"] | str
    periods: str
    billing_factor: str
    list_net: Exact
    discounts: list[LineDiscount] | None = None
    net: Exact
    parts: list[BundlePart] | None = None
    price_from: date | None = None
    recurring_per_month: Exact | None = None
    fine_price: Exact | None = None
    price_period_net: Exact | None = None
    graduated: bool | None = None
    included: Exact | None = None
    reasons: list[Reason] | None = None


class ItemAnswer(Answer):
    """An item of an order; the fields of other order types are null."""

    currency: str
    id: str
    product: str
    quantity: Exact
    attributes: dict[str, str]
    state: Literal["pending", "active", "suspended", "ended", "cancelled"] | str
    billing_process: str | None
    billing_type: str | None
    starts_on: date | None
    activated_on: date | None
    ends_before: date | None
    supply_kind: str
    vat_class: str
    revenue_account: str
    negotiated_price: Exact | None
    price_follows: Literal["catalogue", "frozen", "indexed"] | str | None
    price_agreed_on: date | None
    term_months: int | None
    notice_months: int | None
    renewal: Literal["automatic", "ends"] | str | None
    manual_discount: str | None
    manual_discount_author: str | None
    agreed_discounts: list[AgreedDiscount]
    agreed: PricedLine | None
    quoted_on: date | None
    former_customers: list[FormerCustomer] | None = None
    source: str | None
    text: str | None = None
    one_off: OneOff | None
    prepaid: PrepaidTerms | None = None
    changes: list[ItemChange]
    type: Literal["subscription", "investment", "advertising"] | str
    anchor_day: int | None = None
    anchor_month: int | None = None
    joined_on: date | None = None
    replaces: str | None = None
    commitment: Commitment | None = None
    payment_plan: str | None = None
    first_month: date | None = None
    insertions: int | None = None
    cancelled_from: int | None = None


class ListedItem(Answer):
    """An item in a list, with its state today; the fields that the rulebook declares follow."""

    model_config = ConfigDict(extra="allow")

    item: str
    order: str
    customer: str
    product: str
    quantity: Exact
    state: Literal["pending", "active", "suspended", "ended", "cancelled"] | str
    activated_on: date | None
    ends_before: date | None


class ItemsPage(Answer):
    """A page of a list; `next` is null on the last one, and `total` is null unless it was wanted."""

    rows: list[ListedItem]
    next: str | None
    total: int | None = None


class KeyAnswer(Answer):
    """A key, without itself: only its hash is stored."""

    prefix: str
    name: str
    role: Literal["sales", "billing", "accounting", "analyst", "admin"] | str
    scopes: list[str]
    user: str | None
    created_at: datetime
    created_by: str
    last_used_at: datetime | None
    revoked_at: datetime | None
    revoked_by: str | None


class KeysAnswer(Answer):
    """All keys, in the order of their names."""

    keys: list[KeyAnswer]


class LineDifference(Answer):
    """What a version changed of a line."""

    change: Literal["added", "removed", "changed"] | str
    line: int | None
    line_before: int | None
    product: str
    fields: list[FieldChange]


class LineGiven(Model):
    """The net of one line to be paid in instalments."""

    net: Amount


class LineRequest(Answer):
    """What a quote line asks for: a product, how many, how it is billed, and a manual discount with its author."""

    product: str
    quantity: Exact
    billing_type: str | None = None
    billing_process: str | None = None
    payment_plan: str | None = None
    starts_on: date | None = None
    insertions: int | None = None
    discount: str | None = None
    discount_author: str | None = None
    attributes: dict[str, str] | None = None
    commitment: Commitment | None = None
    term_months: int | None = None
    text: str | None = None
    optional: bool | None = None
    alternative: str | None = None


class ListedMandate(Answer):
    """A mandate in a list."""

    reference: str
    customer: str
    iban: str
    signed_on: date
    state: Literal["active", "ended"] | str


class ListedOpportunity(Answer):
    """An opportunity in a list; the fields that the rulebook declares follow."""

    model_config = ConfigDict(extra="allow")

    id: str
    customer: str | None
    prospect: str | None
    what: str
    stage: str
    state: Literal["open", "won", "lost", "cancelled"] | str
    amount: Exact
    currency: str
    expected_close: date
    owner: str
    reason: str | None
    next_step: str | None
    next_step_on: date | None
    source: str | None
    order_type: Literal["subscription", "investment", "advertising"] | str | None
    primary_quote: str | None
    open: Exact
    overdue: Exact
    paid: Exact
    customer_name: str | None


class ListedOrder(Answer):
    """An order in a list, with its state today; the fields that the rulebook declares follow."""

    model_config = ConfigDict(extra="allow")

    order: str
    customer: str
    type: Literal["subscription", "investment", "advertising"] | str
    state: Literal["pending", "active", "suspended", "ended", "cancelled"] | str
    items: int
    signed_on: date | None
    purchase_order: str | None
    open: Exact
    overdue: Exact
    paid: Exact


class ListedPayment(Answer):
    """A payment in a list, with what became of it."""

    id: str
    entry_date: date
    amount: Exact
    currency: str
    name: str | None
    text: str | None
    state: Literal["matched", "proposed", "held", "unmatched", "paid-out"] | str
    because: str | None
    documents: str | None
    unallocated: Exact
    refunded: Exact | None


class ListedQuote(Answer):
    """A version of a quote in a list, the last one unless all are wanted; the fields that the rulebook declares follow."""

    model_config = ConfigDict(extra="allow")

    number: str
    version: int
    customer: str
    opportunity: str | None
    state: Literal["draft", "approval-needed", "approved", "sent", "accepted", "refused", "expired", "superseded"] | str
    on: date
    valid_until: date
    one_off: Exact
    mrr: Exact
    contract_value: Exact
    currency: str


class ListedReminder(Answer):
    """A reminder in a list."""

    id: str
    customer: str
    reminded_on: date
    procedure: str
    level: int
    channel: Literal["email", "post"] | str
    pay_until: date
    currency: str
    open: Exact
    costs: Exact


class ListedReply(Answer):
    """A reply on the link of a version of a quote, of which something personal is stored."""

    number: str
    version: int
    reply: Literal["accepted", "agreed", "declined"] | str
    name: str | None
    purchase_order: str | None
    replied_on: date
    stored_until: date | None


class ListedRun(Answer):
    """A billing run in a list, and how far it is."""

    run: int
    state: str
    issued_on: date
    due_through: date
    shards: int
    done: int
    issued: int
    held: int
    resumed: int


class ListedTransaction(Answer):
    """A transaction in a list, with its state today; `service_until` is the first day that it does not serve."""

    identity: str
    customer: str
    order: str
    order_type: Literal["subscription", "investment", "advertising"] | str
    item: str
    product: str
    kind: str
    service_from: date | None
    service_until: date | None
    billing_date: date | None
    quantity: Exact
    net: Exact
    currency: str
    state: Literal["planned", "to-invoice", "held", "invoiced", "elsewhere", "cancelled"] | str
    held_because: str | None
    invoice: str | None
    way_out: (
        Literal[
            "activate-item",
            "resume-item",
            "report-event",
            "release-customer",
            "change-customer",
            "ask-register",
            "check-vat-number",
            "change-rules",
        ]
        | str
        | None
    )


class ListedUsage(Answer):
    """A usage report in a list."""

    id: str
    item: str
    order: str
    customer: str
    product: str
    first_day: date
    last_day: date
    quantity: str
    corrects: str | None
    recorded_on: date
    author: str
    late: bool


class ListedUser(Answer):
    """A user in a list."""

    name: str
    full_name: str
    email: str
    role: Literal["sales", "billing", "accounting", "analyst", "admin"] | str
    state: Literal["active", "disabled"] | str
    approves: str | None


class RemindedDocument(Answer):
    """A document of a reminder as it was then, and what was asked besides."""

    number: str
    issued_on: date
    due_on: date
    gross: str
    open: str
    communication: str
    supply: str | None
    fee: str | None
    interest: str | None
    announced: str | None


class ReminderShown(Answer):
    """A reminder as it was made, the state of its mail, and its charges."""

    id: str
    customer: str
    reminded_on: date
    procedure: str
    level: int
    channel: Literal["email", "post"] | str
    language: str
    pay_until: date
    currency: str
    open: str
    costs: str
    earlier: str
    delivery: str | None
    title: str
    message: str
    clause: str
    is_last: bool
    documents: list[RemindedDocument]
    charges: list[ChargeAnswer]


class MadeReminders(Answer):
    """The reminders that a run made."""

    reminders: list[ReminderShown]


class MandatesPage(Answer):
    """A page of a list; `next` is null on the last one, and `total` is null unless it was wanted."""

    rows: list[ListedMandate]
    next: str | None
    total: int | None = None


class MergeAnswer(Answer):
    """What moves, what stays under its id, which fields the other one gets, what is planned otherwise, and what keeps its signed prices."""

    customer: str
    into: str
    moves: dict[str, int]
    stays: dict[str, int]
    filled: list[str]
    differing: int
    signed: int
    net_before: str
    net_after: str


class MissingAnswer(Answer):
    """The tool, and what is missing there or in its mapping; nothing where all can be booked."""

    tool: str
    missing: list[str]


class NewPasswordAnswer(Answer):
    """A user with a new password: this once."""

    name: str
    full_name: str
    email: str
    role: Literal["sales", "billing", "accounting", "analyst", "admin"] | str
    state: Literal["active", "disabled"] | str
    approves: list[str]
    company_accounts: list[CompanyAccountAnswer]
    password: str | None


class OpportunitiesPage(Answer):
    """A page of a list; `next` is null on the last one, and `total` is null unless it was wanted."""

    rows: list[ListedOpportunity]
    next: str | None
    total: int | None = None
    sums: dict[str, Exact] | None = None


class Prospect(Answer):
    """Who might become a customer."""

    name: str
    town: str | None = None
    contact: str | None = None
    stored_until: date | None = None


class OpportunityAnswer(Answer):
    """An opportunity."""

    currency: str
    id: str
    customer: str | None
    prospect: Prospect | None
    what: str
    stage: str
    state: Literal["open", "won", "lost", "cancelled"] | str
    amount: Exact
    expected_close: date
    owner: str
    reason: str | None
    next_step: str | None
    next_step_on: date | None
    source: str | None
    amounts: dict[str, Exact]
    primary_quote: str | None
    attributes: dict[str, str]


class OpportunityChangeAnswer(Answer):
    """A field that changed: when, by whom, and its texts before and after."""

    field: str
    before: str | None
    after: str | None
    changed_on: date
    changed_at: datetime
    author: str


class OrderEvent(Answer):
    """Something that makes instalments billable: reported on its day, or expected on it."""

    event: str
    on: date
    reported: bool | None = None


class OrderStep(Answer):
    """One entry of an order's history: when, what happened, from which quote, and where it was a person's decision, who took it and why."""

    on: date
    what: str
    items: list[str] | None = None
    source: str | None = None
    author: str | None = None
    because: str | None = None


class OrderAnswer(Answer):
    """An order with its items, events, history and state."""

    currency: str
    id: str
    type: Literal["subscription", "investment", "advertising"] | str
    customer: str
    signed_on: date | None
    purchase_order: str | None
    payment_terms: str | None
    buyer_reference: str | None = None
    deliver_to: DeliveryAddress | None = None
    invoiced_elsewhere_until: date | None
    events: list[OrderEvent]
    history: list[OrderStep]
    attributes: dict[str, str]
    source: str | None
    items: list[ItemAnswer]
    state: Literal["pending", "active", "suspended", "ended", "cancelled"] | str


class OrdersPage(Answer):
    """A page of a list; `next` is null on the last one, and `total` is null unless it was wanted."""

    rows: list[ListedOrder]
    next: str | None
    total: int | None = None


class OutboxRow(Answer):
    """A message: of which document or event, by which channel, its state, and what the receiver answered last."""

    key: str
    document: str
    channel: str
    state: Literal["held", "queued", "accepted", "delivered", "rejected", "dead", "skipped"] | str
    written_at: datetime
    due_at: datetime
    attempts: int
    last_answer: str | None
    held_because: str | None
    delivery: int
    reference: str | None


class OutboxPage(Answer):
    """A page of a list; `next` is null on the last one, and `total` is null unless it was wanted."""

    rows: list[OutboxRow]
    next: str | None
    total: int | None = None


class OverdueInvoice(Answer):
    """An invoice that is overdue."""

    number: str
    issued_on: date
    due_on: date
    gross: str
    open: str
    communication: str


class RefundAnswer(Answer):
    """What another payment gives back of this one, or this one of another."""

    payment: str
    amount: str


class PaymentAnswer(Answer):
    """A payment, what became of it, and what it settles."""

    id: str
    account: str
    entry_date: date
    value_date: date | None
    amount: str
    currency: str
    name: str | None
    payer_iban: str | None
    reference: str | None
    text: str | None
    state: Literal["matched", "proposed", "held", "unmatched", "paid-out"] | str
    because: str | None
    unallocated: str
    refunded: str
    documents: list[str]
    allocations: list[AllocationAnswer]
    refunds: list[RefundAnswer]
    exchanged: str | None
    entries: list[EntryAnswer]


class PlannedLine(Answer):
    """What an instalment takes of one line."""

    net: str


class PlannedInstalment(Answer):
    """One instalment: its net, by line where lines were given, and its billing date (null while its event has no day)."""

    net: str
    lines: list[PlannedLine] | None = None
    event: str
    billing_date: date | None


class PaymentPlanAnswer(Answer):
    """The instalments, which add up to the net exactly, line by line."""

    instalments: list[PlannedInstalment]


class PaymentsPage(Answer):
    """A page of a list; `next` is null on the last one, and `total` is null unless it was wanted."""

    rows: list[ListedPayment]
    next: str | None
    total: int | None = None
    sums: dict[str, Exact] | None = None


PlanGiven = str | dict[str, object]


class PostedAnswer(Answer):
    """How many entries were posted."""

    entries: int


class PrepaidAnswer(Answer):
    """What became of a prepaid amount: sold is refunded, drawn, lapsed and left."""

    sold: str
    refunded: str
    drawn: str
    lapsed: str
    left: str


class PreviewAnswer(Answer):
    """What a verb would do to an order; nothing of it is stored."""

    currency: str
    order: str
    verb: str
    on: date
    state_before: Literal["pending", "active", "suspended", "ended", "cancelled"] | str
    state_after: Literal["pending", "active", "suspended", "ended", "cancelled"] | str
    items: list[ItemEffect]
    transactions: list[TransactionEffect]
    net_difference: Exact
    next_invoice_before: NextInvoice
    next_invoice_after: NextInvoice
    mrr_before: Exact
    mrr_after: Exact
    compensations: list[Compensation]


class PriceAnswer(Answer):
    """List price, unit price, the net before and after discounts, and the reasons."""

    currency: str
    product: str | None = None
    quantity: Exact
    list_price: Exact
    unit_price: Exact
    price_per: Literal["month", "quarter", "half-year", "year", "4 weeks", "week", "day", "once", "period"] | str
    periods: str | None = None
    list_net: Exact
    discounts: list[LineDiscount] | None = None
    net: Exact
    parts: list[BundlePart] | None = None
    reasons: list[Reason] | None = None


class QuotedLine(Answer):
    """One line of a quote as it was priced, with how it is billed; `net` is of a whole billing period, or of all where it is paid once."""

    number: int
    request: LineRequest
    order_type: Literal["subscription", "investment", "advertising"] | str
    billing_process: str
    billing_type: str
    payment_plan: str | None = None
    recurring: bool
    term_months: int | None = None
    joins: str | None = None
    merges_into: str | None = None
    agreed_discounts: list[AgreedDiscount] | None = None
    priced: PricedLine
    net: Exact
    insertions_net: Exact | None = None
    counted: bool | None = None


class QuotedTotal(Answer):
    """What the lines of one billing type come to, with VAT as it would be on the quote's day; None where the VAT of a line is held."""

    billing_type: str
    net: Exact
    vat_breakdown: list[VatSubtotal] | None = None
    vat: Exact | None = None
    gross: Exact | None = None


class QuotedVariant(Answer):
    """What a quote comes to with another choice of its optional and alternative lines."""

    lines: list[int]
    chosen: list[int]
    totals: dict[str, Exact]
    mrr: Exact
    arr: Exact
    one_off: Exact
    first_invoice: Exact
    contract_value: Exact
    list_total: Exact


class TransactionRow(Answer):
    """A dated amount: what, for which service period, when it becomes due to be invoiced, and why it is so much. `net` = list_net −
    discounts. Amounts are those of this transaction: prorated, or the instalment's share."""

    currency: str
    item: str
    order: str
    order_type: Literal["subscription", "investment", "advertising"] | str
    customer: str
    product: str
    kind: Literal["recurring", "change", "one-time", "instalment", "insertion", "usage", "commitment", "drawdown"] | str
    number: int | None = None
    change: str | None = None
    service_period: dict[str, object] | None = None
    billing_date: date | None
    expected: bool | None = None
    invoice_lead: int | None = None
    quantity: Exact
    days: int | None = None
    period_days: int | None = None
    unit_price: Exact
    list_price: Exact | None = None
    fine_price: Exact | None = None
    graduated: bool | None = None
    included: Exact | None = None
    price_per: Literal["month", "quarter", "half-year", "year", "4 weeks", "week", "day", "once", "period"] | str | None = None
    periods: str | None = None
    billing_factor: str | None = None
    list_net: Exact
    discounts: list[LineDiscount] | None = None
    net: Exact
    whole_list_net: Exact | None = None
    share: str | None = None
    advance: bool | None = None
    parts: list[BundlePart] | None = None
    note: str | None = None
    supply_kind: str
    vat_class: str
    revenue_account: str
    supplied_on: date | None = None
    purchase_order: str | None = None
    state: Literal["planned", "to-invoice", "held", "invoiced", "elsewhere", "cancelled"] | str | None = None
    held_because: str | None = None
    reasons: list[Reason] | None = None


class PricedQuote(Answer):
    """The answer to a quote request; it keeps its prices until `valid_until`. Amounts are net where nothing else is said."""

    currency: str
    customer: Customer
    on: date
    valid_until: date
    payment_terms: str | None = None
    deliver_to: DeliveryAddress | None = None
    lines: list[QuotedLine]
    totals: dict[str, Exact]
    estimates: list[QuotedTotal] | None = None
    instalments: list[InstalmentTotal] | None = None
    net: Exact | None = None
    vat_breakdown: list[VatSubtotal] | None = None
    vat: Exact | None = None
    gross: Exact | None = None
    held: list[str] | None = None
    mrr: Exact
    arr: Exact
    one_off: Exact
    first_invoice: Exact
    first_billing_date: date | None = None
    contract_value: Exact
    schedule: list[TransactionRow] | None = None
    variants: list[QuotedVariant] | None = None
    reasons: list[Reason] | None = None
    rulebook: str


class PrintedAnswer(Answer):
    """How many PDFs were printed, and how many invoices of the run have none yet."""

    run: int
    printed: int
    left: int


ProcessGiven = str | dict[str, object]


class StepAnswer(Answer):
    """A step of a run: of how many invoices so far, and how many are done, wait, are held or failed. `step` is `issued`, `printed`, a
    channel to customers, or `accounting`."""

    step: str
    invoices: int
    done: int
    waiting: int
    held: int
    failed: int


class ProgressAnswer(Answer):
    """How far a run is; `held` counts what the shards that are done hold back."""

    run: int
    state: str
    shards: int
    done: int
    issued: int
    held: int
    billed: int
    left: int
    steps: list[StepAnswer]


class ReminderReason(Answer):
    """A step behind a proposal, and the rule that says so."""

    subject: str
    rule: str
    says: str


class ProposedClaim(Answer):
    """What a run would remind of, and what it would ask besides."""

    document: str
    due_on: date
    days_late: int
    open: str
    fee: str
    interest: str
    announced: str
    reasons: list[ReminderReason]


class ProposedLetter(Answer):
    """A reminder that a run would make."""

    customer: str
    name: str
    procedure: str
    level: int
    channel: Literal["email", "post"] | str
    pay_until: date
    currency: str
    open: str
    costs: str
    documents: list[ProposedClaim]


class ProposalsAnswer(Answer):
    """What a run of a day would do."""

    on: date
    reminders: list[ProposedLetter]
    held: list[HeldClaim]


class ProspectRequest(Model):
    """Who might become a customer."""

    name: str
    town: str | None = None
    contact: str | None = None


class PublishedAnswer(Answer):
    """A version as it was published or proposed: whether it is new, how many planned transactions differ, and what changes in euros."""

    model_config = ConfigDict(extra="allow")

    version: str
    state: str
    in_force: str
    from_: date | None = Field(alias="from")
    by: str
    approved_by: str | None
    fingerprint: str
    note: str | None
    is_added: bool
    planned: int | None
    changes: dict[str, object] | None


class QuoteAnswer(Answer):
    """A version of a quote: who must approve it, and which verbs are possible now."""

    currency: str
    customer: Customer
    on: date
    valid_until: date
    payment_terms: str | None
    deliver_to: DeliveryAddress | None = None
    lines: list[QuotedLine]
    totals: dict[str, Exact]
    estimates: list[QuotedTotal]
    instalments: list[InstalmentTotal]
    net: Exact | None
    vat_breakdown: list[VatSubtotal]
    vat: Exact | None
    gross: Exact | None
    held: list[str]
    mrr: Exact
    arr: Exact
    one_off: Exact
    first_invoice: Exact
    first_billing_date: date | None
    contract_value: Exact
    schedule: list[TransactionRow]
    variants: list[QuotedVariant]
    reasons: list[Reason]
    rulebook: str
    number: str
    version: int
    state: Literal["draft", "approval-needed", "approved", "sent", "accepted", "refused", "expired", "superseded"] | str
    opportunity: str | None
    approver: str | None
    possible: list[str]
    attributes: dict[str, str]


class QuoteComparison(Answer):
    """A quote as it is, then under every billing type and every payment plan."""

    rows: list[ComparedQuote]


class QuoteReply(Answer):
    """What a customer replied on the link of a version, and the evidence of it."""

    link: str
    reply: Literal["accepted", "agreed", "declined"] | str
    name: str | None
    purchase_order: str | None
    note: str | None
    chosen: list[int]
    language: str
    pdf_hash: str
    shown_at: datetime
    replied_on: date
    replied_at: datetime
    address: str | None
    user_agent: str | None
    because: str | None
    stored_until: date | None
    erased_on: date | None
    erased_by: str | None
    erased_because: str | None


class QuoteStepAnswer(Answer):
    """A step of a version: its state, when and by whom, and what belongs to it."""

    state: Literal["draft", "approval-needed", "approved", "sent", "accepted", "refused", "expired", "superseded"] | str
    on: date
    at: datetime
    author: str
    note: str | None
    approver: str | None
    reasons: list[str]
    by: str | None
    role: str | None
    purchase_order: str | None
    chosen: list[int]


class VersionChanges(Answer):
    """What a version changed of the one before: lines and figures."""

    lines: list[LineDifference]
    figures: list[FieldChange]


class QuoteVersionAnswer(Answer):
    """A version of a quote, with its steps and what it changed."""

    currency: str
    customer: Customer
    on: date
    valid_until: date
    payment_terms: str | None
    deliver_to: DeliveryAddress | None = None
    lines: list[QuotedLine]
    totals: dict[str, Exact]
    estimates: list[QuotedTotal]
    instalments: list[InstalmentTotal]
    net: Exact | None
    vat_breakdown: list[VatSubtotal]
    vat: Exact | None
    gross: Exact | None
    held: list[str]
    mrr: Exact
    arr: Exact
    one_off: Exact
    first_invoice: Exact
    first_billing_date: date | None
    contract_value: Exact
    schedule: list[TransactionRow]
    variants: list[QuotedVariant]
    reasons: list[Reason]
    rulebook: str
    number: str
    version: int
    state: Literal["draft", "approval-needed", "approved", "sent", "accepted", "refused", "expired", "superseded"] | str
    opportunity: str | None
    approver: str | None
    possible: list[str]
    attributes: dict[str, str]
    steps: list[QuoteStepAnswer]
    reply: QuoteReply | None
    changes: VersionChanges


class QuoteHistory(Answer):
    """Every version of a quote, the first one first."""

    versions: list[QuoteVersionAnswer]


class QuoteLinkAnswer(Answer):
    """The link on which the customer of a quote accepts or declines a version of it."""

    quote: str
    version: int
    url: str
    link: str
    valid_until: date


class QuotesPage(Answer):
    """A page of a list; `next` is null on the last one, and `total` is null unless it was wanted."""

    rows: list[ListedQuote]
    next: str | None
    total: int | None = None
    sums: dict[str, Exact] | None = None


class ReadPaymentsAnswer(Answer):
    """The payments that are new."""

    payments: list[str]


class Readiness(Answer):
    """The service can do its work."""

    status: str | None = None
    database: str | None
    rulebook: str | None = None


class ServicePeriod(Answer):
    """Days of service; `until` is the first day that is not served."""

    from_: date = Field(alias="from")
    until: date


class TransactionAnswer(Answer):
    """A transaction, with its state today."""

    identity: str
    item: str
    order: str
    order_type: Literal["subscription", "investment", "advertising"] | str
    customer: str
    product: str
    kind: str
    number: int | None
    change: str | None
    service_period: ServicePeriod | None
    billing_date: date | None
    expected: bool
    invoice_lead: int
    quantity: Exact
    list_net: Exact
    net: Exact
    currency: str
    state: Literal["planned", "to-invoice", "held", "invoiced", "elsewhere", "cancelled"] | str
    held_because: str | None
    invoice: str | None


class RebilledAnswer(Answer):
    """What the next run bills again."""

    released: list[TransactionAnswer]


class TotalsAnswer(Answer):
    """The documents of one side, and their totals."""

    documents: int
    net: str
    vat: str
    gross: str


class ReconciliationAnswer(Answer):
    """Both books of some days, and every difference between them."""

    here: TotalsAnswer
    there: TotalsAnswer
    entries: EntriesAnswer
    differences: list[DifferenceAnswer]


class ReminderAnswer(Answer):
    """What a customer is reminded of."""

    customer: str
    currency: str
    as_of: date
    level: int
    is_last: bool
    pay_until: date
    invoices: list[OverdueInvoice]
    open: str
    costs: str
    total: str
    payments: bool


class RemindersPage(Answer):
    """A page of a list; `next` is null on the last one, and `total` is null unless it was wanted."""

    rows: list[ListedReminder]
    next: str | None
    total: int | None = None


class RepliesErased(Answer):
    """The quote whose replies hold nothing personal any more, and how many there were."""

    quote: str
    erased: int


class RepliesPage(Answer):
    """A page of a list; `next` is null on the last one, and `total` is null unless it was wanted."""

    rows: list[ListedReply]
    next: str | None
    total: int | None = None


class ReportAnswer(Answer):
    """A report: rows by column, totals, notes, and perhaps sections of their own; `next` is the row after which more follow."""

    model_config = ConfigDict(extra="allow")

    report: str
    rows: list[dict[str, str | int | None]]
    totals: dict[str, str] | None = None
    notes: list[str] | None = None
    next: str | None = None


class RetriedAnswer(Answer):
    """The messages that are sent again."""

    run: int
    messages: list[str]


class ReviewedPrice(Answer):
    """The price in which a case is met, and the rule whose part in it one may want to know (null: any)."""

    product: str
    segment: str | None
    quantity: str
    on: str | None
    rule: str | None


class ReviewedStep(Answer):
    """A step to an answer: the rule, what it decided, why, and its file and line."""

    rule: str
    says: str
    because: str | None
    where: str | None


class ReviewedCase(Answer):
    """A changed case, as `changes` has it, with a scenario that expects its new answer (null: none can), and the steps to it."""

    name: str
    region: str
    before: str | None
    after: str | None
    scenario: str | None
    steps: list[ReviewedStep]
    price: ReviewedPrice | None


class ReviewedDifference(Answer):
    """A result that is not as expected, the place of the expectation, and the text that would meet it (null: no single text)."""

    what: str
    expected: str
    actual: str
    line: int
    column: int
    end_line: int
    end_column: int
    text: str | None


class ReviewedScenario(Answer):
    """A scenario that fails."""

    name: str
    file: str
    line: int
    differences: list[ReviewedDifference]


class ReviewedScenarios(Answer):
    """How many scenarios were tried, and those that fail."""

    tried: int
    failed: list[ReviewedScenario]


class ReviewResponse(Answer):
    """What an overlay means before it is proved; with problems that stop, nothing is evaluated and the rest is null."""

    problems: list[CheckedProblem]
    changes: DiffResponse | None
    scenarios: ReviewedScenarios | None
    cases: list[ReviewedCase] | None


class RunAnswer(Answer):
    """A run, how far it is, what it was asked for, and who works on it."""

    run: int
    state: str
    issued_on: date
    due_through: date
    shards: int
    done: int
    issued: int
    held: int
    resumed: int
    order_type: Literal["subscription", "investment", "advertising"] | str | None
    customer: str | None
    order: str | None
    customers: list[str] | None
    started_at: datetime
    ended_at: datetime | None
    resumed_at: datetime | None
    rulebook: str
    workers: list[str]


class RunsPage(Answer):
    """A page of a list; `next` is null on the last one, and `total` is null unless it was wanted."""

    rows: list[ListedRun]
    next: str | None
    total: int | None = None


class ScheduledTransaction(Answer):
    """One transaction of a schedule; `days` of `period_days` by the declared convention, equal for a whole period."""

    kind: Literal["recurring", "change", "one-time"] | str
    service_period: dict[str, object]
    billing_date: date
    days: int
    period_days: int
    quantity: Exact
    net: str
    reason: str


class ScheduleAnswer(Answer):
    """Every transaction that may be invoiced through the day, and the earliest billing date after them (null: there is none)."""

    transactions: list[ScheduledTransaction]
    next_billing_date: date | None


class SellerRequest(Model):
    """Facts of the seller that replace those of the rulebook."""

    oss: bool | None = None
    small_business: bool | None = None


class SessionAnswer(Answer):
    """A browser in which somebody is signed in."""

    session: str
    created_at: datetime
    ends_at: datetime
    last_used_at: datetime | None
    browser: str


class SessionsAnswer(Answer):
    """The sessions that last, the latest first."""

    sessions: list[SessionAnswer]


class SettingAnswer(Answer):
    """A setting as it is in force: its text without secrets, and where it comes from."""

    setting: str
    text: str
    from_: str = Field(alias="from")


class SettingsAnswer(Answer):
    """The settings of the service, from options, the environment or `.env`, and those of the company, from its rulebook."""

    installation: list[SettingAnswer]
    company: list[SettingAnswer]


class ShownItem(Answer):
    """An item with its transactions, and what became of the amount that was paid in advance with it."""

    currency: str
    id: str
    product: str
    quantity: Exact
    attributes: dict[str, str]
    state: Literal["pending", "active", "suspended", "ended", "cancelled"] | str
    billing_process: str | None
    billing_type: str | None
    starts_on: date | None
    activated_on: date | None
    ends_before: date | None
    supply_kind: str
    vat_class: str
    revenue_account: str
    negotiated_price: Exact | None
    price_follows: Literal["catalogue", "frozen", "indexed"] | str | None
    price_agreed_on: date | None
    term_months: int | None
    notice_months: int | None
    renewal: Literal["automatic", "ends"] | str | None
    manual_discount: str | None
    manual_discount_author: str | None
    agreed_discounts: list[AgreedDiscount]
    agreed: PricedLine | None
    quoted_on: date | None
    former_customers: list[FormerCustomer] | None = None
    source: str | None
    text: str | None = None
    one_off: OneOff | None
    prepaid: PrepaidTerms | None = None
    changes: list[ItemChange]
    type: Literal["subscription", "investment", "advertising"] | str
    anchor_day: int | None
    anchor_month: int | None
    joined_on: date | None
    replaces: str | None
    commitment: Commitment | None
    payment_plan: str | None
    first_month: date | None
    insertions: int | None
    cancelled_from: int | None
    order: str
    balance: PrepaidAnswer | None
    transactions: list[TransactionAnswer]


class ShownOpportunity(Answer):
    """An opportunity with its history, its activities and what it needs."""

    currency: str
    id: str
    customer: str | None
    prospect: Prospect | None
    what: str
    stage: str
    state: Literal["open", "won", "lost", "cancelled"] | str
    amount: Exact
    expected_close: date
    owner: str
    reason: str | None
    next_step: str | None
    next_step_on: date | None
    source: str | None
    amounts: dict[str, Exact]
    primary_quote: str | None
    attributes: dict[str, str]
    history: list[OpportunityChangeAnswer]
    activities: list[ActivityAnswer]
    advice: list[str]
    owed: OwedAnswer


class ShownOrder(Answer):
    """An order, the terms of its items, and its transactions."""

    currency: str
    id: str
    type: Literal["subscription", "investment", "advertising"] | str
    customer: str
    signed_on: date | None
    purchase_order: str | None
    payment_terms: str | None
    buyer_reference: str | None = None
    deliver_to: DeliveryAddress | None = None
    invoiced_elsewhere_until: date | None
    events: list[OrderEvent]
    history: list[OrderStep]
    attributes: dict[str, str]
    source: str | None
    items: list[ItemAnswer]
    state: Literal["pending", "active", "suspended", "ended", "cancelled"] | str
    contract: list[ContractTermsAnswer]
    transactions: list[TransactionAnswer]
    instalments: list[InstalmentAnswer]
    owed: OwedAnswer


class ShownQuote(Answer):
    """The last version of a quote, with its steps and the reply on its link."""

    currency: str
    customer: Customer
    on: date
    valid_until: date
    payment_terms: str | None
    deliver_to: DeliveryAddress | None = None
    lines: list[QuotedLine]
    totals: dict[str, Exact]
    estimates: list[QuotedTotal]
    instalments: list[InstalmentTotal]
    net: Exact | None
    vat_breakdown: list[VatSubtotal]
    vat: Exact | None
    gross: Exact | None
    held: list[str]
    mrr: Exact
    arr: Exact
    one_off: Exact
    first_invoice: Exact
    first_billing_date: date | None
    contract_value: Exact
    schedule: list[TransactionRow]
    variants: list[QuotedVariant]
    reasons: list[Reason]
    rulebook: str
    number: str
    version: int
    state: Literal["draft", "approval-needed", "approved", "sent", "accepted", "refused", "expired", "superseded"] | str
    opportunity: str | None
    approver: str | None
    possible: list[str]
    attributes: dict[str, str]
    steps: list[QuoteStepAnswer]
    reply: QuoteReply | None


class StartedAnswer(Answer):
    """The run that was started or joined; of a preview instead the invoices that it would issue, and what it would hold back."""

    run: RunAnswer | None
    invoices: list[DraftedAnswer] | None
    totals: dict[str, Exact] | None
    held: list[HeldAnswer] | None
    unusual: str | None = None


class StatementEntry(Answer):
    """A document or a payment, with the balance after it."""

    on: date
    what: Literal["invoice", "credit-note", "payment", "write-off", "charge", "charge-cancelled"] | str
    number: str
    due_on: date | None
    amount: str
    balance: str


class StatementAnswer(Answer):
    """The account of a customer: the balance before the first day, and each document and payment from then on."""

    customer: str
    currency: str
    as_of: date
    opening: str
    entries: list[StatementEntry]
    balance: str
    overdue: str
    payments: bool


class StoredForecast(Answer):
    """A forecast that was stored: of which day, by whom, under which rulebook, how far it reaches, and what it comes to."""

    name: str
    stored_on: date
    author: str
    planned_through: date
    transactions: int
    net: Exact
    rulebook: str


class StoredForecasts(Answer):
    """The forecasts that were stored, the oldest first."""

    rows: list[StoredForecast]


class SupplyRequest(Model):
    """The supply: its kind and rate level, for goods the country of delivery and whether it is a distance sale."""

    kind: Literal["service", "electronic-service", "local-service", "goods", "immovable-work"]
    vat_class: Literal["standard", "intermediate", "reduced", "zero", "exempt"] | None = None
    ship_to: str | None = None
    ship_to_postcode: str | None = None
    distance_sale: bool | None = None


class TextsAnswer(Answer):
    """The files of a version by path."""

    files: dict[str, str]


class TransactionsPage(Answer):
    """A page of a list; `next` is null on the last one, and `total` is null unless it was wanted."""

    rows: list[ListedTransaction]
    next: str | None
    total: int | None = None
    sums: dict[str, Exact] | None = None


class TrialAnswer(Answer):
    """What came of a test: the status (null: there was no answer), the time, and how the content of the answer begins."""

    webhook: str
    is_delivered: bool
    status: int | None
    milliseconds: int
    answer: str
    content_start: str
    sent: str
    outbox_message: str


class UsageAnswer(Answer):
    """A usage report as it is stored: `late` where its period had been invoiced when it was entered."""

    id: str
    item: str
    from_: date = Field(alias="from")
    to: date
    quantity: str
    corrects: str | None
    recorded_on: date
    late: bool


class UsagePage(Answer):
    """A page of a list; `next` is null on the last one, and `total` is null unless it was wanted."""

    rows: list[ListedUsage]
    next: str | None
    total: int | None = None


class UserAnswer(Answer):
    """A user, and the roles of rules/vocabulary.yaml in which it approves quotes."""

    name: str
    full_name: str
    email: str
    role: Literal["sales", "billing", "accounting", "analyst", "admin"] | str
    state: Literal["active", "disabled"] | str
    approves: list[str]
    company_accounts: list[CompanyAccountAnswer]


class UsersPage(Answer):
    """A page of a list; `next` is null on the last one, and `total` is null unless it was wanted."""

    rows: list[ListedUser]
    next: str | None
    total: int | None = None


class VatAnswer(Answer):
    """The VAT of the supply, or only the reason why it is held."""

    treatment: str | None = None
    category: str | None = None
    rate: str | None = None
    vatex: str | None = None
    mention: dict[str, str] | None = None
    basis: str | None = None
    held: str | None = None
    reasons: list[Reason] | None = None


class VerdictAnswer(Answer):
    """Whether a document is valid, and every rule that it breaks; only fatal ones make it invalid."""

    valid: bool
    rule_sets: list[AppliedRules]
    findings: list[FindingAnswer]
    unlisted: int


class VersionAnswer(Answer):
    """A version of the rulebook."""

    model_config = ConfigDict(extra="allow")

    version: str
    state: str
    in_force: str
    from_: date | None = Field(alias="from")
    by: str
    approved_by: str | None
    fingerprint: str
    note: str | None


class VersionsAnswer(Answer):
    """Every version, the first one first."""

    rulebooks: list[VersionAnswer]


class WebhookAnswer(Answer):
    """A webhook, without its secrets."""

    name: str
    url: str
    events: list[str]
    state: Literal["active", "stopped"] | str
    made_at: datetime
    made_by: str
    former_secret_until: datetime | None


class WebhooksAnswer(Answer):
    """All webhooks, in the order of their names."""

    webhooks: list[WebhookAnswer]

"""Every route of the service as a method, named as its operation."""

# Written by client/write.py from the OpenAPI description of the service; `./run docs` writes it anew.

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Literal

from centwright_client import models
from centwright_client.absent import ABSENT, Absent
from centwright_client.connection import Connection, Rows, Tag, filled
from centwright_client.values import Number


class Desk(Connection):
    """The desk over HTTP; every method is a route, and refuses with an exception of `centwright_client.problems`."""

    def get_health(self) -> models.Health:
        """Whether the service runs."""
        return self._show(models.Health, "/healthz")

    def get_readiness(self) -> models.Readiness:
        """Whether the service can do its work."""
        return self._show(models.Readiness, "/readyz")

    def get_metrics(self) -> bytes:
        """What the service counts and measures."""
        return self._file("/metrics")

    def evaluate_price(
        self,
        *,
        quantity: Number,
        on: date,
        customer: models.CustomerRequest | Absent = ABSENT,
        product: str | Absent | None = ABSENT,
        tiers: models.TiersGiven | Absent | None = ABSENT,
        attributes: Mapping[str, str] | Absent = ABSENT,
        billing_type: str | Absent | None = ABSENT,
        billing_process: str | Absent | None = ABSENT,
        discount: str | Absent | None = ABSENT,
        currency: str | Absent | None = ABSENT,
        order_kind: Literal["new", "increment", "renewal"] | Absent | None = ABSENT,
        runs_since: date | Absent | None = ABSENT,
        rulebook: str | Absent | None = ABSENT,
    ) -> models.PriceAnswer:
        """What a quantity of a product costs.

        `customer`: By default {'id': '', 'name': '', 'language': 'en', 'kind': 'business', 'small_business': False, 'attribu …
        `rulebook`: A published version of the rulebook, by its name such as `v3` or by its fingerprint; absent: the live one.
        """
        return self._evaluate(
            models.PriceAnswer,
            "/v1/evaluations/price",
            {
                "customer": customer,
                "product": product,
                "tiers": tiers,
                "quantity": quantity,
                "on": on,
                "attributes": attributes,
                "billing_type": billing_type,
                "billing_process": billing_process,
                "discount": discount,
                "currency": currency,
                "order_kind": order_kind,
                "runs_since": runs_since,
                "rulebook": rulebook,
            },
        )

    def evaluate_schedule(
        self,
        *,
        price: models.PriceGiven,
        starts_on: date,
        due_through: date,
        process: models.ProcessGiven,
        quantity: Number | Absent = ABSENT,
        currency: str | Absent | None = ABSENT,
        ends_before: date | Absent | None = ABSENT,
        changes: Sequence[models.ChangeGiven] | Absent = ABSENT,
        rulebook: str | Absent | None = ABSENT,
    ) -> models.ScheduleAnswer:
        """When how much is invoiced.

        `quantity`: By default 1.
        `rulebook`: A published version of the rulebook, by its name such as `v3` or by its fingerprint; absent: the live one.
        """
        return self._evaluate(
            models.ScheduleAnswer,
            "/v1/evaluations/schedule",
            {
                "price": price,
                "quantity": quantity,
                "currency": currency,
                "starts_on": starts_on,
                "ends_before": ends_before,
                "due_through": due_through,
                "process": process,
                "changes": changes,
                "rulebook": rulebook,
            },
        )

    def evaluate_payment_plan(
        self,
        *,
        plan: models.PlanGiven,
        net: models.Amount | Absent | None = ABSENT,
        lines: Sequence[models.LineGiven] | Absent | None = ABSENT,
        currency: str | Absent | None = ABSENT,
        events: Mapping[str, date] | Absent = ABSENT,
        rulebook: str | Absent | None = ABSENT,
    ) -> models.PaymentPlanAnswer:
        """How an amount is cut into instalments.

        `rulebook`: A published version of the rulebook, by its name such as `v3` or by its fingerprint; absent: the live one.
        """
        return self._evaluate(
            models.PaymentPlanAnswer,
            "/v1/evaluations/payment-plan",
            {"net": net, "lines": lines, "currency": currency, "plan": plan, "events": events, "rulebook": rulebook},
        )

    def evaluate_vat(
        self,
        *,
        customer: models.CustomerRequest,
        supply: models.SupplyRequest,
        tax_point: date,
        seller: models.SellerRequest | Absent = ABSENT,
        rulebook: str | Absent | None = ABSENT,
    ) -> models.VatAnswer:
        """How VAT falls on a supply.

        `rulebook`: A published version of the rulebook, by its name such as `v3` or by its fingerprint; absent: the live one.
        """
        return self._evaluate(
            models.VatAnswer,
            "/v1/evaluations/vat",
            {"seller": seller, "customer": customer, "supply": supply, "tax_point": tax_point, "rulebook": rulebook},
        )

    def evaluate_invoice(
        self,
        *,
        lines: Sequence[models.InvoiceLineRequest],
        currency: str | Absent = ABSENT,
        discounts: Sequence[models.DocumentReduction] | Absent = ABSENT,
        surcharges: Sequence[models.DocumentReduction] | Absent = ABSENT,
        prepaid: Number | Absent | None = ABSENT,
        rounding: Number | Absent | None = ABSENT,
        cash_discount: str | Absent | None = ABSENT,
        customer: models.CustomerRequest | Absent | None = ABSENT,
        tax_point: date | Absent | None = ABSENT,
        rulebook: str | Absent | None = ABSENT,
    ) -> models.InvoiceAnswer:
        """What an invoice comes to.

        `currency`: By default EUR.
        `rulebook`: A published version of the rulebook, by its name such as `v3` or by its fingerprint; absent: the live one.
        """
        return self._evaluate(
            models.InvoiceAnswer,
            "/v1/evaluations/invoice",
            {
                "currency": currency,
                "lines": lines,
                "discounts": discounts,
                "surcharges": surcharges,
                "prepaid": prepaid,
                "rounding": rounding,
                "cash_discount": cash_discount,
                "customer": customer,
                "tax_point": tax_point,
                "rulebook": rulebook,
            },
        )

    def evaluate_credit(
        self,
        *,
        invoice: models.InvoicedRequest,
        ask: models.CreditSelection,
        currency: str | Absent = ABSENT,
        earlier_credits: Sequence[models.EarlierCredit] | Absent = ABSENT,
        rulebook: str | Absent | None = ABSENT,
    ) -> models.CreditAnswer:
        """What a credit note takes back.

        `currency`: By default that of the invoice.
        `rulebook`: A published version of the rulebook, by its name such as `v3` or by its fingerprint; absent: the live one.
        """
        return self._evaluate(
            models.CreditAnswer,
            "/v1/evaluations/credit",
            {"currency": currency, "invoice": invoice, "earlier_credits": earlier_credits, "ask": ask, "rulebook": rulebook},
        )

    def evaluate_quote(
        self,
        *,
        customer: models.CustomerRequest,
        lines: Sequence[models.LineRequest],
        on: date,
        currency: str | Absent | None = ABSENT,
        rulebook: str | Absent | None = ABSENT,
    ) -> models.PricedQuote:
        """What a quote offers, with its whole schedule.

        `rulebook`: A published version of the rulebook, by its name such as `v3` or by its fingerprint; absent: the live one.
        """
        return self._evaluate(
            models.PricedQuote,
            "/v1/evaluations/quote",
            {"customer": customer, "lines": lines, "on": on, "currency": currency, "rulebook": rulebook},
        )

    def evaluate_due_date(
        self, *, issued_on: date, terms: str | Absent | None = ABSENT, rulebook: str | Absent | None = ABSENT
    ) -> models.DueDateAnswer:
        """By when an invoice must be paid.

        `rulebook`: A published version of the rulebook, by its name such as `v3` or by its fingerprint; absent: the live one.
        """
        return self._evaluate(
            models.DueDateAnswer, "/v1/evaluations/due-date", {"issued_on": issued_on, "terms": terms, "rulebook": rulebook}
        )

    def evaluate_check(self, *, files: Mapping[str, str | None], rulebook: str | Absent | None = ABSENT) -> models.CheckResponse:
        """The problems of changed texts."""
        return self._evaluate(models.CheckResponse, "/v1/evaluations/check", {"files": files, "rulebook": rulebook})

    def evaluate_diff(self, *, files: Mapping[str, str | None], rulebook: str | Absent | None = ABSENT) -> models.DiffResponse:
        """The amounts that changed texts change."""
        return self._evaluate(models.DiffResponse, "/v1/evaluations/diff", {"files": files, "rulebook": rulebook})

    def evaluate_review(self, *, files: Mapping[str, str | None], rulebook: str | Absent | None = ABSENT) -> models.ReviewResponse:
        """What changed texts mean, as one writes them."""
        return self._evaluate(models.ReviewResponse, "/v1/evaluations/review", {"files": files, "rulebook": rulebook})

    def evaluate_cursor(
        self, *, files: Mapping[str, str | None], file: str, line: int, column: int, rulebook: str | Absent | None = ABSENT
    ) -> models.CursorAnswer:
        """What may be written at a place of a text."""
        return self._evaluate(
            models.CursorAnswer,
            "/v1/evaluations/cursor",
            {"files": files, "rulebook": rulebook, "file": file, "line": line, "column": column},
        )

    def export_customers(
        self,
        format: Literal["csv", "xlsx"],
        *,
        country: str | Absent = ABSENT,
        segment: str | Absent = ABSENT,
        kind: str | Absent = ABSENT,
        language: str | Absent = ABSENT,
        state: Literal["prospect", "customer"] | Absent = ABSENT,
        where: str | Absent = ABSENT,
        order_by: Literal["id", "-id", "name", "-name", "country", "-country"] | Absent = ABSENT,
    ) -> bytes:
        """Customers, as CSV or XLSX.

        For sales, billing, accounting, analyst, admin.
        `where`: A condition of the rule language.
        `order_by`: A minus sign: backwards.
        """
        return self._file(
            filled("/v1/customers.{format}", format=format),
            {
                "country": country,
                "segment": segment,
                "kind": kind,
                "language": language,
                "state": state,
                "where": where,
                "order_by": order_by,
            },
        )

    def export_contacts(
        self,
        format: Literal["csv", "xlsx"],
        *,
        customer: str | Absent = ABSENT,
        opportunity: str | Absent = ABSENT,
        stored_to: date | Absent = ABSENT,
        where: str | Absent = ABSENT,
        order_by: Literal["id", "-id", "name", "-name", "stored_until", "-stored_until"] | Absent = ABSENT,
    ) -> bytes:
        """Contacts with the day until which their data are stored, as CSV or XLSX.

        For sales, billing, accounting, analyst, admin.
        `stored_to`: Only those that may be stored until this day at the latest.
        `where`: A condition of the rule language.
        `order_by`: A minus sign: backwards.
        """
        return self._file(
            filled("/v1/contacts.{format}", format=format),
            {"customer": customer, "opportunity": opportunity, "stored_to": stored_to, "where": where, "order_by": order_by},
        )

    def export_mandates(
        self,
        format: Literal["csv", "xlsx"],
        *,
        customer: str | Absent = ABSENT,
        state: Literal["active", "ended"] | Absent = ABSENT,
        order_by: Literal["reference", "-reference", "customer", "-customer", "signed_on", "-signed_on"] | Absent = ABSENT,
    ) -> bytes:
        """Mandates of customers, as CSV or XLSX.

        For billing, accounting, admin.
        `order_by`: A minus sign: backwards.
        """
        return self._file(filled("/v1/mandates.{format}", format=format), {"customer": customer, "state": state, "order_by": order_by})

    def export_opportunities(
        self,
        format: Literal["csv", "xlsx"],
        *,
        customer: str | Absent = ABSENT,
        stage: str | Absent = ABSENT,
        state: Literal["open", "won", "lost", "cancelled"] | Absent = ABSENT,
        owner: str | Absent = ABSENT,
        source: str | Absent = ABSENT,
        close_from: date | Absent = ABSENT,
        close_to: date | Absent = ABSENT,
        next_step_to: date | Absent = ABSENT,
        where: str | Absent = ABSENT,
        order_by: Literal["id", "-id", "amount", "-amount", "expected_close", "-expected_close", "owner", "-owner"] | Absent = ABSENT,
    ) -> bytes:
        """Opportunities, open and closed, as CSV or XLSX.

        For sales, billing, accounting, analyst, admin.
        `next_step_to`: Only those whose next step is due until this day at the latest.
        `where`: A condition of the rule language.
        `order_by`: A minus sign: backwards.
        """
        return self._file(
            filled("/v1/opportunities.{format}", format=format),
            {
                "customer": customer,
                "stage": stage,
                "state": state,
                "owner": owner,
                "source": source,
                "close_from": close_from,
                "close_to": close_to,
                "next_step_to": next_step_to,
                "where": where,
                "order_by": order_by,
            },
        )

    def export_quotes(
        self,
        format: Literal["csv", "xlsx"],
        *,
        customer: str | Absent = ABSENT,
        opportunity: str | Absent = ABSENT,
        state: Literal["draft", "approval-needed", "approved", "sent", "accepted", "refused", "expired", "superseded"] | Absent = ABSENT,
        versions: bool | Absent = ABSENT,
        where: str | Absent = ABSENT,
        order_by: Literal["number", "-number", "customer", "-customer"] | Absent = ABSENT,
    ) -> bytes:
        """Quotes, the last version of each or all, with its state today, as CSV or XLSX.

        For sales, billing, accounting, analyst, admin.
        `versions`: Whether every version is listed, not only the last one.
        `where`: A condition of the rule language.
        `order_by`: A minus sign: backwards.
        """
        return self._file(
            filled("/v1/quotes.{format}", format=format),
            {"customer": customer, "opportunity": opportunity, "state": state, "versions": versions, "where": where, "order_by": order_by},
        )

    def print_quote(self, number: str) -> bytes:
        """Print the last version of a quote, in the customer's language.

        For sales, billing, accounting, analyst, admin.
        """
        return self._file(filled("/v1/quotes/{number}.pdf", number=number))

    def export_replies(
        self,
        format: Literal["csv", "xlsx"],
        *,
        reply: Literal["accepted", "agreed", "declined"] | Absent = ABSENT,
        stored_to: date | Absent = ABSENT,
        order_by: Literal["number", "-number"] | Absent = ABSENT,
    ) -> bytes:
        """Replies on links of quotes of which something personal is stored, as CSV or XLSX.

        For sales, billing, admin.
        `stored_to`: Only those that may be stored until this day at the latest.
        `order_by`: A minus sign: backwards.
        """
        return self._file(filled("/v1/replies.{format}", format=format), {"reply": reply, "stored_to": stored_to, "order_by": order_by})

    def export_orders(
        self,
        format: Literal["csv", "xlsx"],
        *,
        customer: str | Absent = ABSENT,
        type: Literal["subscription", "investment", "advertising"] | Absent = ABSENT,
        state: Literal["pending", "active", "suspended", "ended", "cancelled"] | Absent = ABSENT,
        signed_from: date | Absent = ABSENT,
        signed_to: date | Absent = ABSENT,
        where: str | Absent = ABSENT,
        order_by: Literal["order", "-order", "customer", "-customer", "signed_on", "-signed_on"] | Absent = ABSENT,
    ) -> bytes:
        """Orders with their states, as CSV or XLSX.

        For sales, billing, accounting, analyst, admin.
        `where`: A condition of the rule language.
        `order_by`: A minus sign: backwards.
        """
        return self._file(
            filled("/v1/orders.{format}", format=format),
            {
                "customer": customer,
                "type": type,
                "state": state,
                "signed_from": signed_from,
                "signed_to": signed_to,
                "where": where,
                "order_by": order_by,
            },
        )

    def print_order(self, order: str) -> bytes:
        """Print the confirmation of an order as it is now, in the customer's language.

        For sales, billing, accounting, analyst, admin.
        """
        return self._file(filled("/v1/orders/{order}.pdf", order=order))

    def export_items(
        self,
        format: Literal["csv", "xlsx"],
        *,
        customer: str | Absent = ABSENT,
        product: str | Absent = ABSENT,
        state: Literal["pending", "active", "suspended", "ended", "cancelled"] | Absent = ABSENT,
        where: str | Absent = ABSENT,
        order_by: Literal["order"] | Absent = ABSENT,
    ) -> bytes:
        """Items with their orders and states, as CSV or XLSX.

        For sales, billing, accounting, analyst, admin.
        `where`: A condition of the rule language.
        `order_by`: A minus sign: backwards.
        """
        return self._file(
            filled("/v1/items.{format}", format=format),
            {"customer": customer, "product": product, "state": state, "where": where, "order_by": order_by},
        )

    def export_transactions(
        self,
        format: Literal["csv", "xlsx"],
        *,
        customer: str | Absent = ABSENT,
        order: str | Absent = ABSENT,
        order_type: Literal["subscription", "investment", "advertising"] | Absent = ABSENT,
        state: Literal["planned", "to-invoice", "held", "invoiced", "elsewhere", "cancelled"] | Absent = ABSENT,
        billed_from: date | Absent = ABSENT,
        billed_to: date | Absent = ABSENT,
        order_by: Literal["order"] | Absent = ABSENT,
    ) -> bytes:
        """Transactions with their states, as CSV or XLSX.

        For sales, billing, accounting, analyst, admin.
        `order_by`: A minus sign: backwards.
        """
        return self._file(
            filled("/v1/transactions.{format}", format=format),
            {
                "customer": customer,
                "order": order,
                "order_type": order_type,
                "state": state,
                "billed_from": billed_from,
                "billed_to": billed_to,
                "order_by": order_by,
            },
        )

    def export_usage(
        self,
        format: Literal["csv", "xlsx"],
        *,
        item: str | Absent = ABSENT,
        corrects: str | Absent = ABSENT,
        customer: str | Absent = ABSENT,
        product: str | Absent = ABSENT,
        used_from: date | Absent = ABSENT,
        used_to: date | Absent = ABSENT,
        order_by: Literal["id", "-id", "item", "-item", "from", "-from", "recorded_on", "-recorded_on"] | Absent = ABSENT,
    ) -> bytes:
        """Usage reports, as CSV or XLSX.

        For sales, billing, accounting, analyst, admin.
        `order_by`: A minus sign: backwards.
        """
        return self._file(
            filled("/v1/usage.{format}", format=format),
            {
                "item": item,
                "corrects": corrects,
                "customer": customer,
                "product": product,
                "used_from": used_from,
                "used_to": used_to,
                "order_by": order_by,
            },
        )

    def export_runs(self, format: Literal["csv", "xlsx"], *, order_by: Literal["latest"] | Absent = ABSENT) -> bytes:
        """Billing runs, the latest first, as CSV or XLSX.

        For sales, billing, accounting, analyst, admin.
        `order_by`: A minus sign: backwards.
        """
        return self._file(filled("/v1/runs.{format}", format=format), {"order_by": order_by})

    def export_invoices(
        self,
        format: Literal["csv", "xlsx"],
        *,
        customer: str | Absent = ABSENT,
        kind: Literal["invoice", "credit-note"] | Absent = ABSENT,
        order_type: Literal["subscription", "investment", "advertising"] | Absent = ABSENT,
        corrects: str | Absent = ABSENT,
        paid: Literal["open", "part-paid", "paid", "overpaid", "written-off"] | Absent = ABSENT,
        overdue: bool | Absent = ABSENT,
        due_to: date | Absent = ABSENT,
        run: int | Absent = ABSENT,
        issued_from: date | Absent = ABSENT,
        issued_to: date | Absent = ABSENT,
        order_by: Literal["number", "-number", "customer", "-customer", "issued_on", "-issued_on", "net", "-net", "gross", "-gross"]
        | Absent = ABSENT,
    ) -> bytes:
        """Invoices and credit notes, as CSV or XLSX.

        For sales, billing, accounting, analyst, admin.
        `due_to`: Only those that are due until this day at the latest.
        `order_by`: A minus sign: backwards.
        """
        return self._file(
            filled("/v1/invoices.{format}", format=format),
            {
                "customer": customer,
                "kind": kind,
                "order_type": order_type,
                "corrects": corrects,
                "paid": paid,
                "overdue": overdue,
                "due_to": due_to,
                "run": run,
                "issued_from": issued_from,
                "issued_to": issued_to,
                "order_by": order_by,
            },
        )

    def print_invoice(self, number: str, *, factur_x: bool | Absent = ABSENT) -> bytes:
        """Print an issued document.

        For sales, billing, accounting, analyst, admin.
        """
        return self._file(filled("/v1/invoices/{number}.pdf", number=number), {"factur_x": factur_x})

    def get_xml(self, number: str, *, syntax: Literal["ubl", "cii"] | Absent = ABSENT) -> bytes:
        """Get the e-invoice of an issued document, byte for byte as stored, or written in another syntax.

        For sales, billing, accounting, analyst, admin.
        """
        return self._file(filled("/v1/invoices/{number}.xml", number=number), {"syntax": syntax})

    def export_payments(
        self,
        format: Literal["csv", "xlsx"],
        *,
        state: Literal["matched", "proposed", "held", "unmatched", "paid-out"] | Absent = ABSENT,
        entered_from: date | Absent = ABSENT,
        entered_to: date | Absent = ABSENT,
        order_by: Literal["id", "-id"] | Absent = ABSENT,
    ) -> bytes:
        """Payments with what became of them, as CSV or XLSX.

        For billing, accounting, admin.
        `order_by`: A minus sign: backwards.
        """
        return self._file(
            filled("/v1/payments.{format}", format=format),
            {"state": state, "entered_from": entered_from, "entered_to": entered_to, "order_by": order_by},
        )

    def export_reminders(
        self,
        format: Literal["csv", "xlsx"],
        *,
        customer: str | Absent = ABSENT,
        reminded_from: date | Absent = ABSENT,
        reminded_to: date | Absent = ABSENT,
        order_by: Literal["id", "-id", "customer", "-customer"] | Absent = ABSENT,
    ) -> bytes:
        """Reminders that were made, as CSV or XLSX.

        For billing, accounting, admin.
        `order_by`: A minus sign: backwards.
        """
        return self._file(
            filled("/v1/reminders.{format}", format=format),
            {"customer": customer, "reminded_from": reminded_from, "reminded_to": reminded_to, "order_by": order_by},
        )

    def export_charges(
        self,
        format: Literal["csv", "xlsx"],
        *,
        document: str | Absent = ABSENT,
        reminder: str | Absent = ABSENT,
        kind: Literal["fee", "interest"] | Absent = ABSENT,
        open: bool | Absent = ABSENT,
        charged_from: date | Absent = ABSENT,
        charged_to: date | Absent = ABSENT,
        order_by: Literal["charge", "-charge"] | Absent = ABSENT,
    ) -> bytes:
        """Fees and interest of reminders, and what is open of them, as CSV or XLSX.

        For billing, accounting, admin.
        `order_by`: A minus sign: backwards.
        """
        return self._file(
            filled("/v1/charges.{format}", format=format),
            {
                "document": document,
                "reminder": reminder,
                "kind": kind,
                "open": open,
                "charged_from": charged_from,
                "charged_to": charged_to,
                "order_by": order_by,
            },
        )

    def print_letter(self, reminder: str) -> bytes:
        """Print a reminder in the customer's language, from what was stored of it.

        For billing, accounting, admin.
        """
        return self._file(filled("/v1/reminders/{reminder}.pdf", reminder=reminder))

    def get_pack(self, month: str) -> bytes:
        """Get all that the books of a month rest on as CSV in a ZIP file, with hashes, and what must be equal (`equalities.csv`).

        For billing, accounting, admin.
        """
        return self._file(filled("/v1/journal/packs/{month}.zip", month=month))

    def export_bookings(
        self,
        format: Literal["csv", "xlsx"],
        *,
        state: Literal["waiting", "sent", "booked", "refused", "unknown", "lost", "skipped"] | Absent = ABSENT,
        channel: Literal["accounting", "accounting-entries"] | Absent = ABSENT,
        order_by: Literal["key", "-key"] | Absent = ABSENT,
    ) -> bytes:
        """What the accounting tool has of documents and entries, as CSV or XLSX.

        For accounting, admin.
        `channel`: Documents only, or other entries only.
        `order_by`: A minus sign: backwards.
        """
        return self._file(
            filled("/v1/accounting/bookings.{format}", format=format), {"state": state, "channel": channel, "order_by": order_by}
        )

    def export_to_invoice(
        self,
        format: Literal["csv", "xlsx"],
        *,
        from_: date | Absent = ABSENT,
        to: date | Absent = ABSENT,
        by: str | Absent = ABSENT,
        type: Literal["subscription", "investment", "advertising"] | Absent = ABSENT,
        customer: str | Absent = ABSENT,
        limit: int | Absent = ABSENT,
        after: str | Absent = ABSENT,
    ) -> bytes:
        """Show what is to be invoiced in a period (default: the calendar month of the business date), late and held marked, as  …

        For sales, billing, accounting, analyst, admin.
        `from_`: The first day of the report.
        `to`: The last day of the report, included.
        `by`: Group by some of month,order-type,family,customer,order.
        `type`: Only orders of this type.
        `customer`: Only this customer.
        `limit`: At most so many rows.
        `after`: Begin after this row: what `next` of the page before says.
        """
        return self._file(
            filled("/v1/reports/to-invoice.{format}", format=format),
            {"from": from_, "to": to, "by": by, "type": type, "customer": customer, "limit": limit, "after": after},
        )

    def export_forecast(
        self,
        format: Literal["csv", "xlsx"],
        *,
        from_: date | Absent = ABSENT,
        to: date | Absent = ABSENT,
        by: str | Absent = ABSENT,
        customer: str | Absent = ABSENT,
        limit: int | Absent = ABSENT,
        after: str | Absent = ABSENT,
    ) -> bytes:
        """Show what was and will be invoiced, by default for twelve months from the current one, and the weighted pipeline apar …

        For sales, billing, accounting, analyst, admin.
        `from_`: The first day of the report.
        `to`: The last day of the report, included.
        `by`: Group by some of month,order-type,family,customer.
        `customer`: Only this customer.
        `limit`: At most so many rows.
        `after`: Begin after this row: what `next` of the page before says.
        """
        return self._file(
            filled("/v1/reports/forecast.{format}", format=format),
            {"from": from_, "to": to, "by": by, "customer": customer, "limit": limit, "after": after},
        )

    def export_pipeline(
        self,
        format: Literal["csv", "xlsx"],
        *,
        by: str | Absent = ABSENT,
        as_of: date | Absent = ABSENT,
        open: bool | Absent = ABSENT,
        owner: str | Absent = ABSENT,
        limit: int | Absent = ABSENT,
        after: str | Absent = ABSENT,
    ) -> bytes:
        """Show opportunities with their amounts, plain and weighted by the probability of their stage, as CSV or XLSX.

        For sales, billing, accounting, analyst, admin.
        `by`: Group by some of stage,owner,month,customer,state,reason,order-type.
        `as_of`: The pipeline as it was at the end of a past day.
        `open`: Leave out what is won, lost or cancelled.
        `owner`: Only those of this person.
        `limit`: At most so many rows.
        `after`: Begin after this row: what `next` of the page before says.
        """
        return self._file(
            filled("/v1/reports/pipeline.{format}", format=format),
            {"by": by, "as_of": as_of, "open": open, "owner": owner, "limit": limit, "after": after},
        )

    def export_conversion(
        self, format: Literal["csv", "xlsx"], *, from_: date | Absent = ABSENT, to: date | Absent = ABSENT, owner: str | Absent = ABSENT
    ) -> bytes:
        """Show how opportunities moved from stage to stage in a period, by default twelve months from the current one, as CSV o …

        For sales, billing, accounting, analyst, admin.
        `from_`: The first day of the report.
        `to`: The last day of the report, included.
        `owner`: Only the opportunities of this person.
        """
        return self._file(filled("/v1/reports/conversion.{format}", format=format), {"from": from_, "to": to, "owner": owner})

    def export_advice(
        self, format: Literal["csv", "xlsx"], *, owner: str | Absent = ABSENT, limit: int | Absent = ABSENT, after: str | Absent = ABSENT
    ) -> bytes:
        """Show what open opportunities need: a step that is overdue or missing, a close that has passed, a stage in which they  …

        For sales, billing, accounting, analyst, admin.
        `owner`: Only the opportunities of this person.
        `limit`: At most so many rows.
        `after`: Begin after this row: what `next` of the page before says.
        """
        return self._file(filled("/v1/reports/advice.{format}", format=format), {"owner": owner, "limit": limit, "after": after})

    def export_activities(
        self,
        format: Literal["csv", "xlsx"],
        *,
        open: bool | Absent = ABSENT,
        owner: str | Absent = ABSENT,
        until: date | Absent = ABSENT,
        limit: int | Absent = ABSENT,
        after: str | Absent = ABSENT,
    ) -> bytes:
        """Show calls, meetings, mails and notes about customers and opportunities, and which are overdue, as CSV or XLSX.

        For sales, billing, accounting, analyst, admin.
        `open`: Only what is still to be done.
        `owner`: Only those of this person.
        `until`: Only what is due on this day or earlier.
        `limit`: At most so many rows.
        `after`: Begin after this row: what `next` of the page before says.
        """
        return self._file(
            filled("/v1/reports/activities.{format}", format=format),
            {"open": open, "owner": owner, "until": until, "limit": limit, "after": after},
        )

    def export_held_back(
        self, format: Literal["csv", "xlsx"], *, to_do: bool | Absent = ABSENT, limit: int | Absent = ABSENT, after: str | Absent = ABSENT
    ) -> bytes:
        """Show every item that is not invoiced now, the first state or rule that holds it back, and the way out, as CSV or XLSX.

        For sales, billing, accounting, analyst, admin.
        `to_do`: Only where somebody has to do something.
        `limit`: At most so many rows.
        `after`: Begin after this row: what `next` of the page before says.
        """
        return self._file(filled("/v1/reports/held-back.{format}", format=format), {"to_do": to_do, "limit": limit, "after": after})

    def export_journal(
        self,
        format: Literal["csv", "xlsx"],
        *,
        from_: date | Absent = ABSENT,
        to: date | Absent = ABSENT,
        limit: int | Absent = ABSENT,
        after: str | Absent = ABSENT,
    ) -> bytes:
        """Show the postings of a period (default: the calendar month of the business date), as CSV or XLSX.

        For billing, accounting, admin.
        `from_`: The first day of the report.
        `to`: The last day of the report, included.
        `limit`: At most so many rows.
        `after`: Begin after this row: what `next` of the page before says.
        """
        return self._file(filled("/v1/reports/journal.{format}", format=format), {"from": from_, "to": to, "limit": limit, "after": after})

    def export_open_items(
        self,
        format: Literal["csv", "xlsx"],
        *,
        as_of: date | Absent = ABSENT,
        customer: str | Absent = ABSENT,
        overdue: bool | Absent = ABSENT,
        limit: int | Absent = ABSENT,
        after: str | Absent = ABSENT,
    ) -> bytes:
        """Show the invoices of which something is open on a day, by customer, as CSV or XLSX.

        For billing, accounting, admin.
        `as_of`: As it was at the end of this day (default: the business date).
        `customer`: Only this customer.
        `overdue`: Only what is past its due date.
        `limit`: At most so many rows.
        `after`: Begin after this row: what `next` of the page before says.
        """
        return self._file(
            filled("/v1/reports/open-items.{format}", format=format),
            {"as_of": as_of, "customer": customer, "overdue": overdue, "limit": limit, "after": after},
        )

    def export_ageing(
        self,
        format: Literal["csv", "xlsx"],
        *,
        as_of: date | Absent = ABSENT,
        customer: str | Absent = ABSENT,
        limit: int | Absent = ABSENT,
        after: str | Absent = ABSENT,
    ) -> bytes:
        """Show what each customer owes on a day by how late it is: not due, 1 to 30 days, to 60, to 90, more, as CSV or XLSX.

        For billing, accounting, admin.
        `as_of`: As it was at the end of this day (default: the business date).
        `customer`: Only this customer.
        `limit`: At most so many rows.
        `after`: Begin after this row: what `next` of the page before says.
        """
        return self._file(
            filled("/v1/reports/ageing.{format}", format=format), {"as_of": as_of, "customer": customer, "limit": limit, "after": after}
        )

    def export_doubtful(self, format: Literal["csv", "xlsx"], *, limit: int | Absent = ABSENT, after: str | Absent = ABSENT) -> bytes:
        """Show the invoices of which payment is doubtful, with what is open and written down of each, as CSV or XLSX.

        For billing, accounting, admin.
        `limit`: At most so many rows.
        `after`: Begin after this row: what `next` of the page before says.
        """
        return self._file(filled("/v1/reports/doubtful.{format}", format=format), {"limit": limit, "after": after})

    def export_vat(self, format: Literal["csv", "xlsx"], *, period: str | Absent = ABSENT) -> bytes:
        """Show the boxes of the VAT return of a period, as CSV or XLSX.

        For billing, accounting, admin.
        `period`: A month such as 2027-01, or a quarter such as 2027-Q1 (default: the month of the business date).
        """
        return self._file(filled("/v1/reports/vat.{format}", format=format), {"period": period})

    def export_vat_documents(
        self,
        format: Literal["csv", "xlsx"],
        *,
        period: str | Absent = ABSENT,
        grid: str | Absent = ABSENT,
        code: str | Absent = ABSENT,
        limit: int | Absent = ABSENT,
        after: str | Absent = ABSENT,
    ) -> bytes:
        """Show the documents behind the boxes of a VAT return, by VAT code, as CSV or XLSX.

        For billing, accounting, admin.
        `period`: A month such as 2027-01, or a quarter such as 2027-Q1 (default: the month of the business date).
        `grid`: Only what counts in this box.
        `code`: Only this VAT code.
        `limit`: At most so many rows.
        `after`: Begin after this row: what `next` of the page before says.
        """
        return self._file(
            filled("/v1/reports/vat-documents.{format}", format=format),
            {"period": period, "grid": grid, "code": code, "limit": limit, "after": after},
        )

    def export_ic_listing(self, format: Literal["csv", "xlsx"], *, period: str | Absent = ABSENT) -> bytes:
        """List the supplies to other member states of a period by VAT number: L goods, T triangular trade, S services; correcti …

        For billing, accounting, admin.
        `period`: A month such as 2027-01, or a quarter such as 2027-Q1 (default: the month of the business date).
        """
        return self._file(filled("/v1/reports/ic-listing.{format}", format=format), {"period": period})

    def export_annual_listing(self, format: Literal["csv", "xlsx"], *, year: str | Absent = ABSENT) -> bytes:
        """List the customers of the seller's country by VAT number, with what they were invoiced and credited in a year, and it …

        For billing, accounting, admin.
        `year`: A year such as 2027 (default: that of the business date).
        """
        return self._file(filled("/v1/reports/annual-listing.{format}", format=format), {"year": year})

    def export_oss_return(self, format: Literal["csv", "xlsx"], *, period: str | Absent = ABSENT) -> bytes:
        """Show the return of the one-stop shop: by state of consumption, goods or services, and rate; corrections by earlier qu …

        For billing, accounting, admin.
        `period`: A quarter such as 2027-Q1 (default: that of the business date).
        """
        return self._file(filled("/v1/reports/oss-return.{format}", format=format), {"period": period})

    def export_prepaid(
        self,
        format: Literal["csv", "xlsx"],
        *,
        as_of: date | Absent = ABSENT,
        customer: str | Absent = ABSENT,
        all: bool | Absent = ABSENT,
        limit: int | Absent = ABSENT,
        after: str | Absent = ABSENT,
    ) -> bytes:
        """Show what became of prepaid amounts by a day, and what is left of each, as CSV or XLSX.

        For billing, accounting, admin.
        `as_of`: As it was at the end of this day (default: the business date).
        `customer`: Only this customer.
        `all`: Also amounts of which nothing is left.
        `limit`: At most so many rows.
        `after`: Begin after this row: what `next` of the page before says.
        """
        return self._file(
            filled("/v1/reports/prepaid.{format}", format=format),
            {"as_of": as_of, "customer": customer, "all": all, "limit": limit, "after": after},
        )

    def export_slots(self, format: Literal["csv", "xlsx"], *, from_: date | Absent = ABSENT, to: date | Absent = ABSENT) -> bytes:
        """Show advertising slots sold and free, by default for twelve months from the current one, as CSV or XLSX.

        For sales, billing, accounting, analyst, admin.
        `from_`: The first day of the report.
        `to`: The last day of the report, included.
        """
        return self._file(filled("/v1/reports/slots.{format}", format=format), {"from": from_, "to": to})

    def export_events(
        self,
        format: Literal["csv", "xlsx"],
        *,
        customer: str | Absent = ABSENT,
        all: bool | Absent = ABSENT,
        limit: int | Absent = ABSENT,
        after: str | Absent = ABSENT,
    ) -> bytes:
        """Show the events for which payment plans wait, the day on which each is expected, and what it makes billable, as CSV o …

        For sales, billing, accounting, analyst, admin.
        `customer`: Only this customer.
        `all`: Also what was reported.
        `limit`: At most so many rows.
        `after`: Begin after this row: what `next` of the page before says.
        """
        return self._file(
            filled("/v1/reports/events.{format}", format=format), {"customer": customer, "all": all, "limit": limit, "after": after}
        )

    def export_renewals(
        self,
        format: Literal["csv", "xlsx"],
        *,
        from_: date | Absent = ABSENT,
        to: date | Absent = ABSENT,
        customer: str | Absent = ABSENT,
        limit: int | Absent = ABSENT,
        after: str | Absent = ABSENT,
    ) -> bytes:
        """Show the terms that end or renew, by default within three months from the current one, and the last day for notice, a …

        For sales, billing, accounting, analyst, admin.
        `from_`: The first day of the report.
        `to`: The last day of the report, included.
        `customer`: Only this customer.
        `limit`: At most so many rows.
        `after`: Begin after this row: what `next` of the page before says.
        """
        return self._file(
            filled("/v1/reports/renewals.{format}", format=format),
            {"from": from_, "to": to, "customer": customer, "limit": limit, "after": after},
        )

    def export_mrr(
        self,
        format: Literal["csv", "xlsx"],
        *,
        on: date | Absent = ABSENT,
        from_: date | Absent = ABSENT,
        to: date | Absent = ABSENT,
        by: str | Absent = ABSENT,
        customer: str | Absent = ABSENT,
        limit: int | Absent = ABSENT,
        after: str | Absent = ABSENT,
    ) -> bytes:
        """Show the monthly and annual recurring revenue of a day, or what moved between two days: new, lost, more, less, price, …

        For sales, billing, accounting, analyst, admin.
        `on`: The day (default: the business date).
        `from_`: Show what moved, from this day on.
        `to`: Show what moved, through this day (default: the business date).
        `by`: Group by some of order-type,family,customer,segment.
        `customer`: Only this customer.
        `limit`: At most so many rows.
        `after`: Begin after this row: what `next` of the page before says.
        """
        return self._file(
            filled("/v1/reports/mrr.{format}", format=format),
            {"on": on, "from": from_, "to": to, "by": by, "customer": customer, "limit": limit, "after": after},
        )

    def export_reconciliation(
        self,
        format: Literal["csv", "xlsx"],
        *,
        snapshot: str,
        month: str | Absent = ABSENT,
        customer: str | Absent = ABSENT,
        invoiced: bool | Absent = ABSENT,
        limit: int | Absent = ABSENT,
        after: str | Absent = ABSENT,
    ) -> bytes:
        """Show why the forecast of now, or what is invoiced, differs from a snapshot: transaction by transaction, to the cent,  …

        For sales, billing, accounting, analyst, admin.
        `snapshot`: The name of the snapshot; `centwright forecast list` names them.
        `month`: Only what was or is to be billed in this month, such as 2027-01.
        `customer`: Only this customer.
        `invoiced`: Compare with what is invoiced so far instead of the forecast of now.
        `limit`: At most so many rows.
        `after`: Begin after this row: what `next` of the page before says.
        """
        return self._file(
            filled("/v1/reports/reconciliation.{format}", format=format),
            {"snapshot": snapshot, "month": month, "customer": customer, "invoiced": invoiced, "limit": limit, "after": after},
        )

    def export_users(
        self,
        format: Literal["csv", "xlsx"],
        *,
        role: Literal["sales", "billing", "accounting", "analyst", "admin"] | Absent = ABSENT,
        state: Literal["active", "disabled"] | Absent = ABSENT,
        order_by: Literal["name", "-name"] | Absent = ABSENT,
    ) -> bytes:
        """Users with their roles and states, as CSV or XLSX.

        For admin.
        `order_by`: A minus sign: backwards.
        """
        return self._file(filled("/v1/users.{format}", format=format), {"role": role, "state": state, "order_by": order_by})

    def export_outbox(
        self,
        format: Literal["csv", "xlsx"],
        *,
        state: Literal["held", "queued", "accepted", "delivered", "rejected", "dead", "skipped"] | Absent = ABSENT,
        channel: str | Absent = ABSENT,
        document: str | Absent = ABSENT,
        run: int | Absent = ABSENT,
        order_by: Literal["key"] | Absent = ABSENT,
    ) -> bytes:
        """What was announced to whom, and what came of it, as CSV or XLSX.

        For billing, accounting, admin.
        `order_by`: A minus sign: backwards.
        """
        return self._file(
            filled("/v1/outbox.{format}", format=format),
            {"state": state, "channel": channel, "document": document, "run": run, "order_by": order_by},
        )

    def export_audit(
        self,
        format: Literal["csv", "xlsx"],
        *,
        resource: str | Absent = ABSENT,
        actor: str | Absent = ABSENT,
        action: str | Absent = ABSENT,
        on_from: date | Absent = ABSENT,
        on_to: date | Absent = ABSENT,
        order_by: Literal["latest", "-latest"] | Absent = ABSENT,
    ) -> bytes:
        """What was done, the latest first, as CSV or XLSX.

        For admin.
        `order_by`: A minus sign: backwards.
        """
        return self._file(
            filled("/v1/audit.{format}", format=format),
            {"resource": resource, "actor": actor, "action": action, "on_from": on_from, "on_to": on_to, "order_by": order_by},
        )

    def list_customers(
        self,
        *,
        country: str | Absent = ABSENT,
        segment: str | Absent = ABSENT,
        kind: str | Absent = ABSENT,
        language: str | Absent = ABSENT,
        state: Literal["prospect", "customer"] | Absent = ABSENT,
        where: str | Absent = ABSENT,
        order_by: Literal["id", "-id", "name", "-name", "country", "-country"] | Absent = ABSENT,
        limit: int | Absent = ABSENT,
        cursor: str | Absent = ABSENT,
        total: bool | Absent = ABSENT,
    ) -> Rows[models.ListedCustomer]:
        """Customers.

        For sales, billing, accounting, analyst, admin.
        `where`: A condition of the rule language.
        `order_by`: A minus sign: backwards.
        `limit`: At most so many rows. By default 100.
        `cursor`: `next` of the page before.
        `total`: Whether `total` says how many rows there are on all pages.
        """
        return Rows(
            self,
            models.ListedCustomer,
            "/v1/customers",
            {
                "country": country,
                "segment": segment,
                "kind": kind,
                "language": language,
                "state": state,
                "where": where,
                "order_by": order_by,
                "limit": limit,
                "cursor": cursor,
                "total": total,
            },
        )

    def create_customer(
        self,
        *,
        id: str,
        name: str | Absent | None = ABSENT,
        street: str | Absent | None = ABSENT,
        postcode: str | Absent | None = ABSENT,
        town: str | Absent | None = ABSENT,
        country: str | Absent | None = ABSENT,
        language: str | Absent | None = ABSENT,
        vat_number: str | Absent | None = ABSENT,
        email: str | Absent | None = ABSENT,
        segment: str | Absent | None = ABSENT,
        kind: str | Absent | None = ABSENT,
        files_periodic_returns: bool | Absent | None = ABSENT,
        small_business: bool | Absent | None = ABSENT,
        purchase_order: str | Absent | None = ABSENT,
        payment_terms: str | Absent | None = ABSENT,
        buyer_reference: str | Absent | None = ABSENT,
        peppol_address: str | Absent | None = ABSENT,
        e_invoice_format: str | Absent | None = ABSENT,
        attributes: Mapping[str, str] | Absent = ABSENT,
        prospect: bool | Absent = ABSENT,
        if_match: Tag = None,
        idempotency_key: str | None = None,
    ) -> models.CustomerAnswer:
        """Create a customer or a prospect.

        For sales, billing, admin.
        `prospect`: By default false.
        """
        return self._change(
            models.CustomerAnswer,
            "POST",
            "/v1/customers",
            {
                "name": name,
                "street": street,
                "postcode": postcode,
                "town": town,
                "country": country,
                "language": language,
                "vat_number": vat_number,
                "email": email,
                "segment": segment,
                "kind": kind,
                "files_periodic_returns": files_periodic_returns,
                "small_business": small_business,
                "purchase_order": purchase_order,
                "payment_terms": payment_terms,
                "buyer_reference": buyer_reference,
                "peppol_address": peppol_address,
                "e_invoice_format": e_invoice_format,
                "attributes": attributes,
                "id": id,
                "prospect": prospect,
            },
            if_match,
            idempotency_key,
        )

    def get_customer(self, customer: str, *, as_of: date | Absent = ABSENT) -> models.CustomerAnswer:
        """Show a customer with all its fields, today or as they were on a day, and all that is known of it.

        For sales, billing, accounting, analyst, admin.
        """
        return self._show(models.CustomerAnswer, filled("/v1/customers/{customer}", customer=customer), {"as_of": as_of})

    def change_customer(
        self,
        customer: str,
        *,
        name: str | Absent | None = ABSENT,
        street: str | Absent | None = ABSENT,
        postcode: str | Absent | None = ABSENT,
        town: str | Absent | None = ABSENT,
        country: str | Absent | None = ABSENT,
        language: str | Absent | None = ABSENT,
        vat_number: str | Absent | None = ABSENT,
        email: str | Absent | None = ABSENT,
        segment: str | Absent | None = ABSENT,
        kind: str | Absent | None = ABSENT,
        files_periodic_returns: bool | Absent | None = ABSENT,
        small_business: bool | Absent | None = ABSENT,
        purchase_order: str | Absent | None = ABSENT,
        payment_terms: str | Absent | None = ABSENT,
        buyer_reference: str | Absent | None = ABSENT,
        peppol_address: str | Absent | None = ABSENT,
        e_invoice_format: str | Absent | None = ABSENT,
        attributes: Mapping[str, str] | Absent = ABSENT,
        if_match: Tag = None,
        idempotency_key: str | None = None,
    ) -> models.CustomerAnswer:
        """Change what is given of a customer.

        For sales, billing, admin.
        """
        return self._change(
            models.CustomerAnswer,
            "PATCH",
            filled("/v1/customers/{customer}", customer=customer),
            {
                "name": name,
                "street": street,
                "postcode": postcode,
                "town": town,
                "country": country,
                "language": language,
                "vat_number": vat_number,
                "email": email,
                "segment": segment,
                "kind": kind,
                "files_periodic_returns": files_periodic_returns,
                "small_business": small_business,
                "purchase_order": purchase_order,
                "payment_terms": payment_terms,
                "buyer_reference": buyer_reference,
                "peppol_address": peppol_address,
                "e_invoice_format": e_invoice_format,
                "attributes": attributes,
            },
            if_match,
            idempotency_key,
        )

    def hold_customer(
        self, customer: str, *, because: str, if_match: Tag = None, idempotency_key: str | None = None
    ) -> models.CustomerAnswer:
        """Put a customer on hold.

        For sales, billing, accounting, admin.
        """
        return self._change(
            models.CustomerAnswer,
            "POST",
            filled("/v1/customers/{customer}/hold", customer=customer),
            {"because": because},
            if_match,
            idempotency_key,
        )

    def release_customer(self, customer: str, *, if_match: Tag = None, idempotency_key: str | None = None) -> models.CustomerAnswer:
        """Release a customer on hold.

        For sales, billing, accounting, admin.
        """
        return self._change(
            models.CustomerAnswer, "POST", filled("/v1/customers/{customer}/release", customer=customer), None, if_match, idempotency_key
        )

    def note_customer(self, customer: str, *, text: str, if_match: Tag = None, idempotency_key: str | None = None) -> models.CustomerAnswer:
        """Note something about a customer.

        For sales, billing, accounting, admin.
        """
        return self._change(
            models.CustomerAnswer,
            "POST",
            filled("/v1/customers/{customer}/notes", customer=customer),
            {"text": text},
            if_match,
            idempotency_key,
        )

    def check_vat_number(
        self,
        customer: str,
        *,
        on: date,
        result: Literal["valid", "invalid"],
        consultation: str | Absent | None = ABSENT,
        by: str | Absent | None = ABSENT,
        if_match: Tag = None,
        idempotency_key: str | None = None,
    ) -> models.CustomerAnswer:
        """Record that the VAT number of a customer was checked.

        For billing, accounting, admin.
        """
        return self._change(
            models.CustomerAnswer,
            "POST",
            filled("/v1/customers/{customer}/vat-checks", customer=customer),
            {"on": on, "result": result, "consultation": consultation, "by": by},
            if_match,
            idempotency_key,
        )

    def ask_register(self, customer: str, *, if_match: Tag = None, idempotency_key: str | None = None) -> models.CustomerAnswer:
        """Ask VIES about the VAT number of a customer, and record what it answers.

        For billing, accounting, admin.
        """
        return self._change(
            models.CustomerAnswer,
            "POST",
            filled("/v1/customers/{customer}/vat-checks/ask", customer=customer),
            None,
            if_match,
            idempotency_key,
        )

    def customer_history(self, customer: str) -> models.HistoryAnswer:
        """Show every change of a customer, with its moment and author.

        For sales, billing, accounting, analyst, admin.
        """
        return self._show(models.HistoryAnswer, filled("/v1/customers/{customer}/history", customer=customer))

    def erase_customer(
        self, customer: str, *, because: str, if_match: Tag = None, idempotency_key: str | None = None
    ) -> models.ErasureAnswer:
        """Erase the data and contacts of a customer.

        For sales, billing, admin.
        """
        return self._change(
            models.ErasureAnswer,
            "POST",
            filled("/v1/customers/{customer}/erase", customer=customer),
            {"because": because},
            if_match,
            idempotency_key,
        )

    def get_statement(self, customer: str, *, as_of: date | Absent = ABSENT, from_: date | Absent = ABSENT) -> models.StatementAnswer:
        """Show the statement of a customer's account on a day.

        For sales, billing, accounting, analyst, admin.
        """
        return self._show(
            models.StatementAnswer, filled("/v1/customers/{customer}/statement", customer=customer), {"as_of": as_of, "from": from_}
        )

    def print_statement(self, customer: str, *, as_of: date | Absent = ABSENT, from_: date | Absent = ABSENT) -> bytes:
        """Print the statement of a customer's account, in the customer's language.

        For sales, billing, accounting, analyst, admin.
        """
        return self._file(filled("/v1/customers/{customer}/statement.pdf", customer=customer), {"as_of": as_of, "from": from_})

    def get_reminder(
        self,
        customer: str,
        *,
        as_of: date | Absent = ABSENT,
        level: int | Absent = ABSENT,
        last: bool | Absent = ABSENT,
        pay_until: date | Absent = ABSENT,
        costs: str | Absent = ABSENT,
    ) -> models.ReminderAnswer:
        """Show the reminder of what a customer has overdue on a day, less what was paid of it.

        For sales, billing, accounting, analyst, admin.
        """
        return self._show(
            models.ReminderAnswer,
            filled("/v1/customers/{customer}/reminder", customer=customer),
            {"as_of": as_of, "level": level, "last": last, "pay_until": pay_until, "costs": costs},
        )

    def print_reminder(
        self,
        customer: str,
        *,
        as_of: date | Absent = ABSENT,
        level: int | Absent = ABSENT,
        last: bool | Absent = ABSENT,
        pay_until: date | Absent = ABSENT,
        costs: str | Absent = ABSENT,
    ) -> bytes:
        """Print the reminder of what a customer has overdue, in the customer's language.

        For sales, billing, accounting, analyst, admin.
        """
        return self._file(
            filled("/v1/customers/{customer}/reminder.pdf", customer=customer),
            {"as_of": as_of, "level": level, "last": last, "pay_until": pay_until, "costs": costs},
        )

    def print_draft(
        self,
        customer: str,
        *,
        due_through: date | Absent = ABSENT,
        issued_on: date | Absent = ABSENT,
        order_type: Literal["subscription", "investment", "advertising"] | Absent = ABSENT,
        order: str | Absent = ABSENT,
        draft: int | Absent = ABSENT,
    ) -> bytes:
        """Print what a run would invoice to a customer, marked as a draft and without a number.

        For sales, billing, accounting, analyst, admin.
        """
        return self._file(
            filled("/v1/customers/{customer}/draft.pdf", customer=customer),
            {"due_through": due_through, "issued_on": issued_on, "order_type": order_type, "order": order, "draft": draft},
        )

    def customer_activity_list(self, customer: str) -> models.ActivitiesAnswer:
        """Show the activities of a customer, in the order in which they were recorded.

        For sales, billing, accounting, analyst, admin.
        """
        return self._show(models.ActivitiesAnswer, filled("/v1/customers/{customer}/activities", customer=customer))

    def add_customer_activity(
        self,
        customer: str,
        *,
        kind: Literal["note", "call", "meeting", "mail"],
        text: str,
        due_on: date | Absent | None = ABSENT,
        done_on: date | Absent | None = ABSENT,
        owner: str | Absent | None = ABSENT,
        if_match: Tag = None,
        idempotency_key: str | None = None,
    ) -> models.ActivityAnswer:
        """Record an activity of a customer, to be done until a day or done.

        For sales, billing, admin.
        """
        return self._change(
            models.ActivityAnswer,
            "POST",
            filled("/v1/customers/{customer}/activities", customer=customer),
            {"kind": kind, "text": text, "due_on": due_on, "done_on": done_on, "owner": owner},
            if_match,
            idempotency_key,
        )

    def finish_customer_activity(
        self, customer: str, number: str, *, on: date | Absent | None = ABSENT, if_match: Tag = None, idempotency_key: str | None = None
    ) -> models.ActivityAnswer:
        """Mark an activity of a customer as done.

        For sales, billing, admin.
        """
        return self._change(
            models.ActivityAnswer,
            "POST",
            filled("/v1/customers/{customer}/activities/{number}/done", customer=customer, number=number),
            {"on": on},
            if_match,
            idempotency_key,
        )

    def set_address(
        self,
        customer: str,
        address: str,
        *,
        street: str,
        postcode: str,
        town: str,
        country: str,
        kind: Literal["delivery", "invoice", "other"] | Absent = ABSENT,
        recipient: str | Absent | None = ABSENT,
        if_match: Tag = None,
        idempotency_key: str | None = None,
    ) -> models.CustomerAnswer:
        """Give a customer a further address, in the place of the one of that name.

        For sales, billing, admin.
        `kind`: By default delivery.
        """
        return self._change(
            models.CustomerAnswer,
            "PUT",
            filled("/v1/customers/{customer}/addresses/{address}", customer=customer, address=address),
            {"kind": kind, "recipient": recipient, "street": street, "postcode": postcode, "town": town, "country": country},
            if_match,
            idempotency_key,
        )

    def remove_address(
        self, customer: str, address: str, *, if_match: Tag = None, idempotency_key: str | None = None
    ) -> models.CustomerAnswer:
        """Remove an address of a customer.

        For sales, billing, admin.
        """
        return self._change(
            models.CustomerAnswer,
            "DELETE",
            filled("/v1/customers/{customer}/addresses/{address}", customer=customer, address=address),
            None,
            if_match,
            idempotency_key,
        )

    def set_reference(
        self, customer: str, system: str, *, reference: str | None, if_match: Tag = None, idempotency_key: str | None = None
    ) -> models.CustomerAnswer:
        """Record by which name another system knows a customer.

        For sales, billing, admin.
        """
        return self._change(
            models.CustomerAnswer,
            "PUT",
            filled("/v1/customers/{customer}/references/{system}", customer=customer, system=system),
            {"reference": reference},
            if_match,
            idempotency_key,
        )

    def find_reference(self, system: str, reference: str) -> models.CustomerAnswer:
        """Show the customer that another system knows by a name.

        For sales, billing, accounting, analyst, admin.
        """
        return self._show(models.CustomerAnswer, filled("/v1/references/{system}/{reference}", system=system, reference=reference))

    def merge_customers(
        self, customer: str, *, into: str, preview: bool | Absent = ABSENT, if_match: Tag = None, idempotency_key: str | None = None
    ) -> models.MergeAnswer:
        """Merge a customer into another, or show what that would do.

        For sales, billing, admin.
        `preview`: By default false.
        """
        return self._change(
            models.MergeAnswer,
            "POST",
            filled("/v1/customers/{customer}/merge", customer=customer),
            {"into": into, "preview": preview},
            if_match,
            idempotency_key,
        )

    def list_contacts(
        self,
        *,
        customer: str | Absent = ABSENT,
        opportunity: str | Absent = ABSENT,
        stored_to: date | Absent = ABSENT,
        where: str | Absent = ABSENT,
        order_by: Literal["id", "-id", "name", "-name", "stored_until", "-stored_until"] | Absent = ABSENT,
        limit: int | Absent = ABSENT,
        cursor: str | Absent = ABSENT,
        total: bool | Absent = ABSENT,
    ) -> Rows[models.ListedContact]:
        """Contacts with the day until which their data are stored.

        For sales, billing, accounting, analyst, admin.
        `stored_to`: Only those that may be stored until this day at the latest.
        `where`: A condition of the rule language.
        `order_by`: A minus sign: backwards.
        `limit`: At most so many rows. By default 100.
        `cursor`: `next` of the page before.
        `total`: Whether `total` says how many rows there are on all pages.
        """
        return Rows(
            self,
            models.ListedContact,
            "/v1/contacts",
            {
                "customer": customer,
                "opportunity": opportunity,
                "stored_to": stored_to,
                "where": where,
                "order_by": order_by,
                "limit": limit,
                "cursor": cursor,
                "total": total,
            },
        )

    def create_contact(
        self,
        *,
        id: str,
        name: str | Absent | None = ABSENT,
        role: str | Absent | None = ABSENT,
        email: str | Absent | None = ABSENT,
        phone: str | Absent | None = ABSENT,
        stored_until: date | Absent | None = ABSENT,
        attributes: Mapping[str, str] | Absent = ABSENT,
        customer: str | Absent | None = ABSENT,
        opportunity: str | Absent | None = ABSENT,
        if_match: Tag = None,
        idempotency_key: str | None = None,
    ) -> models.ContactAnswer:
        """Create a contact of a customer or an opportunity.

        For sales, billing, admin.
        """
        return self._change(
            models.ContactAnswer,
            "POST",
            "/v1/contacts",
            {
                "name": name,
                "role": role,
                "email": email,
                "phone": phone,
                "stored_until": stored_until,
                "attributes": attributes,
                "id": id,
                "customer": customer,
                "opportunity": opportunity,
            },
            if_match,
            idempotency_key,
        )

    def get_contact(self, contact: str) -> models.ContactAnswer:
        """Show a contact with all its fields.

        For sales, billing, accounting, analyst, admin.
        """
        return self._show(models.ContactAnswer, filled("/v1/contacts/{contact}", contact=contact))

    def change_contact(
        self,
        contact: str,
        *,
        name: str | Absent | None = ABSENT,
        role: str | Absent | None = ABSENT,
        email: str | Absent | None = ABSENT,
        phone: str | Absent | None = ABSENT,
        stored_until: date | Absent | None = ABSENT,
        attributes: Mapping[str, str] | Absent = ABSENT,
        if_match: Tag = None,
        idempotency_key: str | None = None,
    ) -> models.ContactAnswer:
        """Change what is given of a contact.

        For sales, billing, admin.
        """
        return self._change(
            models.ContactAnswer,
            "PATCH",
            filled("/v1/contacts/{contact}", contact=contact),
            {"name": name, "role": role, "email": email, "phone": phone, "stored_until": stored_until, "attributes": attributes},
            if_match,
            idempotency_key,
        )

    def erase_contact(
        self, contact: str, *, because: str, if_match: Tag = None, idempotency_key: str | None = None
    ) -> models.ErasureAnswer:
        """Erase a contact.

        For sales, billing, admin.
        """
        return self._change(
            models.ErasureAnswer,
            "POST",
            filled("/v1/contacts/{contact}/erase", contact=contact),
            {"because": because},
            if_match,
            idempotency_key,
        )

    def list_mandates(
        self,
        *,
        customer: str | Absent = ABSENT,
        state: Literal["active", "ended"] | Absent = ABSENT,
        order_by: Literal["reference", "-reference", "customer", "-customer", "signed_on", "-signed_on"] | Absent = ABSENT,
        limit: int | Absent = ABSENT,
        cursor: str | Absent = ABSENT,
        total: bool | Absent = ABSENT,
    ) -> Rows[models.ListedMandate]:
        """Mandates of customers.

        For billing, accounting, admin.
        `order_by`: A minus sign: backwards.
        `limit`: At most so many rows. By default 100.
        `cursor`: `next` of the page before.
        `total`: Whether `total` says how many rows there are on all pages.
        """
        return Rows(
            self,
            models.ListedMandate,
            "/v1/mandates",
            {"customer": customer, "state": state, "order_by": order_by, "limit": limit, "cursor": cursor, "total": total},
        )

    def list_opportunities(
        self,
        *,
        customer: str | Absent = ABSENT,
        stage: str | Absent = ABSENT,
        state: Literal["open", "won", "lost", "cancelled"] | Absent = ABSENT,
        owner: str | Absent = ABSENT,
        source: str | Absent = ABSENT,
        close_from: date | Absent = ABSENT,
        close_to: date | Absent = ABSENT,
        next_step_to: date | Absent = ABSENT,
        where: str | Absent = ABSENT,
        order_by: Literal["id", "-id", "amount", "-amount", "expected_close", "-expected_close", "owner", "-owner"] | Absent = ABSENT,
        limit: int | Absent = ABSENT,
        cursor: str | Absent = ABSENT,
        total: bool | Absent = ABSENT,
    ) -> Rows[models.ListedOpportunity]:
        """Opportunities, open and closed.

        For sales, billing, accounting, analyst, admin.
        `next_step_to`: Only those whose next step is due until this day at the latest.
        `where`: A condition of the rule language.
        `order_by`: A minus sign: backwards.
        `limit`: At most so many rows. By default 100.
        `cursor`: `next` of the page before.
        `total`: Whether `total` says how many rows there are on all pages.
        """
        return Rows(
            self,
            models.ListedOpportunity,
            "/v1/opportunities",
            {
                "customer": customer,
                "stage": stage,
                "state": state,
                "owner": owner,
                "source": source,
                "close_from": close_from,
                "close_to": close_to,
                "next_step_to": next_step_to,
                "where": where,
                "order_by": order_by,
                "limit": limit,
                "cursor": cursor,
                "total": total,
            },
        )

    def open_opportunity(
        self,
        *,
        id: str,
        what: str,
        stage: str,
        amount: Number,
        expected_close: date,
        owner: str,
        customer: str | Absent | None = ABSENT,
        prospect: models.ProspectRequest | Absent | None = ABSENT,
        order_type: Literal["subscription", "investment", "advertising"] | Absent | None = ABSENT,
        source: str | Absent | None = ABSENT,
        next_step: str | Absent | None = ABSENT,
        next_step_on: date | Absent | None = ABSENT,
        attributes: Mapping[str, str] | Absent = ABSENT,
        if_match: Tag = None,
        idempotency_key: str | None = None,
    ) -> models.OpportunityAnswer:
        """Open an opportunity of a customer or a prospect.

        For sales, admin.
        `amount`: Net, as a decimal string of 0 or more.
        """
        return self._change(
            models.OpportunityAnswer,
            "POST",
            "/v1/opportunities",
            {
                "id": id,
                "customer": customer,
                "prospect": prospect,
                "what": what,
                "stage": stage,
                "amount": amount,
                "order_type": order_type,
                "expected_close": expected_close,
                "owner": owner,
                "source": source,
                "next_step": next_step,
                "next_step_on": next_step_on,
                "attributes": attributes,
            },
            if_match,
            idempotency_key,
        )

    def get_opportunity(self, opportunity: str, *, as_of: date | Absent = ABSENT) -> models.ShownOpportunity:
        """Show an opportunity, today or as it was on a day, with its history, its activities and what it needs.

        For sales, billing, accounting, analyst, admin.
        """
        return self._show(models.ShownOpportunity, filled("/v1/opportunities/{opportunity}", opportunity=opportunity), {"as_of": as_of})

    def change_opportunity(
        self,
        opportunity: str,
        *,
        what: str | Absent | None = ABSENT,
        amount: Number | Absent | None = ABSENT,
        order_type: Literal["subscription", "investment", "advertising"] | Absent | None = ABSENT,
        expected_close: date | Absent | None = ABSENT,
        owner: str | Absent | None = ABSENT,
        source: str | Absent | None = ABSENT,
        next_step: str | Absent | None = ABSENT,
        next_step_on: date | Absent | None = ABSENT,
        attributes: Mapping[str, str] | Absent | None = ABSENT,
        if_match: Tag = None,
        idempotency_key: str | None = None,
    ) -> models.OpportunityAnswer:
        """Change fields of an open opportunity.

        For sales, admin.
        """
        return self._change(
            models.OpportunityAnswer,
            "PATCH",
            filled("/v1/opportunities/{opportunity}", opportunity=opportunity),
            {
                "what": what,
                "amount": amount,
                "order_type": order_type,
                "expected_close": expected_close,
                "owner": owner,
                "source": source,
                "next_step": next_step,
                "next_step_on": next_step_on,
                "attributes": attributes,
            },
            if_match,
            idempotency_key,
        )

    def register_prospect(
        self,
        opportunity: str,
        *,
        country: str | None,
        id: str,
        name: str | Absent | None = ABSENT,
        street: str | Absent | None = ABSENT,
        postcode: str | Absent | None = ABSENT,
        town: str | Absent | None = ABSENT,
        language: str | Absent | None = ABSENT,
        vat_number: str | Absent | None = ABSENT,
        email: str | Absent | None = ABSENT,
        segment: str | Absent | None = ABSENT,
        kind: str | Absent | None = ABSENT,
        files_periodic_returns: bool | Absent | None = ABSENT,
        small_business: bool | Absent | None = ABSENT,
        purchase_order: str | Absent | None = ABSENT,
        payment_terms: str | Absent | None = ABSENT,
        buyer_reference: str | Absent | None = ABSENT,
        peppol_address: str | Absent | None = ABSENT,
        e_invoice_format: str | Absent | None = ABSENT,
        attributes: Mapping[str, str] | Absent = ABSENT,
        if_match: Tag = None,
        idempotency_key: str | None = None,
    ) -> models.OpportunityAnswer:
        """Register the prospect of an open opportunity among the customers, so that it can be quoted.

        For sales, admin.
        """
        return self._change(
            models.OpportunityAnswer,
            "POST",
            filled("/v1/opportunities/{opportunity}/register", opportunity=opportunity),
            {
                "name": name,
                "street": street,
                "postcode": postcode,
                "town": town,
                "country": country,
                "language": language,
                "vat_number": vat_number,
                "email": email,
                "segment": segment,
                "kind": kind,
                "files_periodic_returns": files_periodic_returns,
                "small_business": small_business,
                "purchase_order": purchase_order,
                "payment_terms": payment_terms,
                "buyer_reference": buyer_reference,
                "peppol_address": peppol_address,
                "e_invoice_format": e_invoice_format,
                "attributes": attributes,
                "id": id,
            },
            if_match,
            idempotency_key,
        )

    def set_primary(
        self, opportunity: str, *, quote: str | None, if_match: Tag = None, idempotency_key: str | None = None
    ) -> models.OpportunityAnswer:
        """Let a quote set the amount of an open opportunity, or none.

        For sales, admin.
        """
        return self._change(
            models.OpportunityAnswer,
            "POST",
            filled("/v1/opportunities/{opportunity}/primary", opportunity=opportunity),
            {"quote": quote},
            if_match,
            idempotency_key,
        )

    def move_opportunity(
        self, opportunity: str, *, stage: str, if_match: Tag = None, idempotency_key: str | None = None
    ) -> models.OpportunityAnswer:
        """Move an open opportunity to another stage.

        For sales, admin.
        """
        return self._change(
            models.OpportunityAnswer,
            "POST",
            filled("/v1/opportunities/{opportunity}/stage", opportunity=opportunity),
            {"stage": stage},
            if_match,
            idempotency_key,
        )

    def win_opportunity(
        self, opportunity: str, *, because: str | Absent | None = ABSENT, if_match: Tag = None, idempotency_key: str | None = None
    ) -> models.OpportunityAnswer:
        """Mark an opportunity as won, and say why.

        For sales, admin.
        """
        return self._change(
            models.OpportunityAnswer,
            "POST",
            filled("/v1/opportunities/{opportunity}/win", opportunity=opportunity),
            {"because": because},
            if_match,
            idempotency_key,
        )

    def lose_opportunity(
        self, opportunity: str, *, reason: str, cancelled: bool | Absent = ABSENT, if_match: Tag = None, idempotency_key: str | None = None
    ) -> models.OpportunityAnswer:
        """Mark an opportunity as lost, or given up, with a reason.

        For sales, admin.
        `cancelled`: By default false.
        """
        return self._change(
            models.OpportunityAnswer,
            "POST",
            filled("/v1/opportunities/{opportunity}/lose", opportunity=opportunity),
            {"reason": reason, "cancelled": cancelled},
            if_match,
            idempotency_key,
        )

    def cancel_opportunity(
        self, opportunity: str, *, reason: str, if_match: Tag = None, idempotency_key: str | None = None
    ) -> models.OpportunityAnswer:
        """Mark an opportunity as given up, with a reason.

        For sales, admin.
        """
        return self._change(
            models.OpportunityAnswer,
            "POST",
            filled("/v1/opportunities/{opportunity}/cancel", opportunity=opportunity),
            {"reason": reason},
            if_match,
            idempotency_key,
        )

    def reopen_opportunity(
        self, opportunity: str, *, stage: str, if_match: Tag = None, idempotency_key: str | None = None
    ) -> models.OpportunityAnswer:
        """Open a closed opportunity again, in a stage.

        For sales, admin.
        """
        return self._change(
            models.OpportunityAnswer,
            "POST",
            filled("/v1/opportunities/{opportunity}/reopen", opportunity=opportunity),
            {"stage": stage},
            if_match,
            idempotency_key,
        )

    def erase_prospect(
        self, opportunity: str, *, because: str, if_match: Tag = None, idempotency_key: str | None = None
    ) -> models.ErasureAnswer:
        """Erase the prospect of a closed opportunity, with its contacts and what the history says of it.

        For sales, admin.
        """
        return self._change(
            models.ErasureAnswer,
            "POST",
            filled("/v1/opportunities/{opportunity}/erase", opportunity=opportunity),
            {"because": because},
            if_match,
            idempotency_key,
        )

    def opportunity_activity_list(self, opportunity: str) -> models.ActivitiesAnswer:
        """Show the activities of an opportunity, in the order in which they were recorded.

        For sales, billing, accounting, analyst, admin.
        """
        return self._show(models.ActivitiesAnswer, filled("/v1/opportunities/{opportunity}/activities", opportunity=opportunity))

    def add_opportunity_activity(
        self,
        opportunity: str,
        *,
        kind: Literal["note", "call", "meeting", "mail"],
        text: str,
        due_on: date | Absent | None = ABSENT,
        done_on: date | Absent | None = ABSENT,
        owner: str | Absent | None = ABSENT,
        if_match: Tag = None,
        idempotency_key: str | None = None,
    ) -> models.ActivityAnswer:
        """Record an activity of an opportunity, to be done until a day or done.

        For sales, admin.
        """
        return self._change(
            models.ActivityAnswer,
            "POST",
            filled("/v1/opportunities/{opportunity}/activities", opportunity=opportunity),
            {"kind": kind, "text": text, "due_on": due_on, "done_on": done_on, "owner": owner},
            if_match,
            idempotency_key,
        )

    def finish_opportunity_activity(
        self, opportunity: str, number: str, *, on: date | Absent | None = ABSENT, if_match: Tag = None, idempotency_key: str | None = None
    ) -> models.ActivityAnswer:
        """Mark an activity of an opportunity as done.

        For sales, admin.
        """
        return self._change(
            models.ActivityAnswer,
            "POST",
            filled("/v1/opportunities/{opportunity}/activities/{number}/done", opportunity=opportunity, number=number),
            {"on": on},
            if_match,
            idempotency_key,
        )

    def list_quotes(
        self,
        *,
        customer: str | Absent = ABSENT,
        opportunity: str | Absent = ABSENT,
        state: Literal["draft", "approval-needed", "approved", "sent", "accepted", "refused", "expired", "superseded"] | Absent = ABSENT,
        versions: bool | Absent = ABSENT,
        where: str | Absent = ABSENT,
        order_by: Literal["number", "-number", "customer", "-customer"] | Absent = ABSENT,
        limit: int | Absent = ABSENT,
        cursor: str | Absent = ABSENT,
        total: bool | Absent = ABSENT,
    ) -> Rows[models.ListedQuote]:
        """Quotes, the last version of each or all, with its state today.

        For sales, billing, accounting, analyst, admin.
        `versions`: Whether every version is listed, not only the last one.
        `where`: A condition of the rule language.
        `order_by`: A minus sign: backwards.
        `limit`: At most so many rows. By default 100.
        `cursor`: `next` of the page before.
        `total`: Whether `total` says how many rows there are on all pages.
        """
        return Rows(
            self,
            models.ListedQuote,
            "/v1/quotes",
            {
                "customer": customer,
                "opportunity": opportunity,
                "state": state,
                "versions": versions,
                "where": where,
                "order_by": order_by,
                "limit": limit,
                "cursor": cursor,
                "total": total,
            },
        )

    def make_quote(
        self,
        *,
        customer: str,
        lines: Sequence[models.LineRequest],
        on: date | Absent | None = ABSENT,
        opportunity: str | Absent | None = ABSENT,
        payment_terms: str | Absent | None = ABSENT,
        order: str | Absent | None = ABSENT,
        valid_until: date | Absent | None = ABSENT,
        deliver_to: str | Absent | None = ABSENT,
        draft: bool | Absent = ABSENT,
        attributes: Mapping[str, str] | Absent = ABSENT,
        if_match: Tag = None,
        idempotency_key: str | None = None,
    ) -> models.QuoteAnswer:
        """Make a quote for a customer.

        For sales, admin.
        `deliver_to`: The name of an address of the customer.
        `draft`: By default false.
        """
        return self._change(
            models.QuoteAnswer,
            "POST",
            "/v1/quotes",
            {
                "customer": customer,
                "lines": lines,
                "on": on,
                "opportunity": opportunity,
                "payment_terms": payment_terms,
                "order": order,
                "valid_until": valid_until,
                "deliver_to": deliver_to,
                "draft": draft,
                "attributes": attributes,
            },
            if_match,
            idempotency_key,
        )

    def get_quote(self, number: str) -> models.ShownQuote:
        """Show the last version of a quote.

        For sales, billing, accounting, analyst, admin.
        """
        return self._show(models.ShownQuote, filled("/v1/quotes/{number}", number=number))

    def explain_quote(self, number: str, *, line: str | Absent = ABSENT, why_not: str | Absent = ABSENT) -> models.ExplanationAnswer:
        """Explain the amounts of the last version of a quote, or of one line of it.

        For sales, billing, accounting, analyst, admin.
        """
        return self._show(
            models.ExplanationAnswer, filled("/v1/quotes/{number}/explanation", number=number), {"line": line, "why_not": why_not}
        )

    def quote_history(self, number: str) -> models.QuoteHistory:
        """Show every version of a quote.

        For sales, billing, accounting, analyst, admin.
        """
        return self._show(models.QuoteHistory, filled("/v1/quotes/{number}/history", number=number))

    def compare_quote(self, number: str) -> models.QuoteComparison:
        """Show what a quote would come to under every billing type and every payment plan.

        For sales, billing, accounting, analyst, admin.
        """
        return self._show(models.QuoteComparison, filled("/v1/quotes/{number}/comparison", number=number))

    def make_version(
        self,
        number: str,
        *,
        on: date | Absent | None = ABSENT,
        lines: Sequence[models.LineRequest] | Absent | None = ABSENT,
        payment_terms: str | Absent | None = ABSENT,
        order: str | Absent | None = ABSENT,
        valid_until: date | Absent | None = ABSENT,
        deliver_to: str | Absent | None = ABSENT,
        draft: bool | Absent = ABSENT,
        if_match: Tag = None,
        idempotency_key: str | None = None,
    ) -> models.QuoteAnswer:
        """Price a quote again as a new version, which supersedes the last one.

        For sales, admin.
        `deliver_to`: The name of an address of the customer.
        `draft`: By default false.
        """
        return self._change(
            models.QuoteAnswer,
            "POST",
            filled("/v1/quotes/{number}/versions", number=number),
            {
                "on": on,
                "lines": lines,
                "payment_terms": payment_terms,
                "order": order,
                "valid_until": valid_until,
                "deliver_to": deliver_to,
                "draft": draft,
            },
            if_match,
            idempotency_key,
        )

    def add_quoted_line(
        self,
        number: str,
        *,
        product: str,
        quantity: Number,
        billing_type: str | Absent | None = ABSENT,
        billing_process: str | Absent | None = ABSENT,
        payment_plan: str | Absent | None = ABSENT,
        starts_on: date | Absent | None = ABSENT,
        insertions: int | Absent | None = ABSENT,
        discount: str | Absent | None = ABSENT,
        discount_author: str | Absent | None = ABSENT,
        attributes: Mapping[str, str] | Absent = ABSENT,
        commitment: models.Commitment | Absent | None = ABSENT,
        term_months: int | Absent | None = ABSENT,
        text: str | Absent | None = ABSENT,
        optional: bool | Absent = ABSENT,
        alternative: str | Absent | None = ABSENT,
        if_match: Tag = None,
        idempotency_key: str | None = None,
    ) -> models.QuoteAnswer:
        """Add a line to a draft.

        For sales, admin.
        `optional`: By default false.
        """
        return self._change(
            models.QuoteAnswer,
            "POST",
            filled("/v1/quotes/{number}/lines", number=number),
            {
                "product": product,
                "quantity": quantity,
                "billing_type": billing_type,
                "billing_process": billing_process,
                "payment_plan": payment_plan,
                "starts_on": starts_on,
                "insertions": insertions,
                "discount": discount,
                "discount_author": discount_author,
                "attributes": attributes,
                "commitment": commitment,
                "term_months": term_months,
                "text": text,
                "optional": optional,
                "alternative": alternative,
            },
            if_match,
            idempotency_key,
        )

    def change_line(
        self,
        number: str,
        line: str,
        *,
        product: str | Absent = ABSENT,
        quantity: Number | Absent = ABSENT,
        billing_type: str | Absent | None = ABSENT,
        billing_process: str | Absent | None = ABSENT,
        payment_plan: str | Absent | None = ABSENT,
        starts_on: date | Absent | None = ABSENT,
        insertions: int | Absent | None = ABSENT,
        discount: str | Absent | None = ABSENT,
        attributes: Mapping[str, str] | Absent = ABSENT,
        commitment: models.Commitment | Absent | None = ABSENT,
        term_months: int | Absent | None = ABSENT,
        text: str | Absent | None = ABSENT,
        optional: bool | Absent = ABSENT,
        alternative: str | Absent | None = ABSENT,
        if_match: Tag = None,
        idempotency_key: str | None = None,
    ) -> models.QuoteAnswer:
        """Change a line of a draft.

        For sales, admin.
        """
        return self._change(
            models.QuoteAnswer,
            "PATCH",
            filled("/v1/quotes/{number}/lines/{line}", number=number, line=line),
            {
                "product": product,
                "quantity": quantity,
                "billing_type": billing_type,
                "billing_process": billing_process,
                "payment_plan": payment_plan,
                "starts_on": starts_on,
                "insertions": insertions,
                "discount": discount,
                "attributes": attributes,
                "commitment": commitment,
                "term_months": term_months,
                "text": text,
                "optional": optional,
                "alternative": alternative,
            },
            if_match,
            idempotency_key,
        )

    def remove_line(self, number: str, line: str, *, if_match: Tag = None, idempotency_key: str | None = None) -> models.QuoteAnswer:
        """Remove a line of a draft.

        For sales, admin.
        """
        return self._change(
            models.QuoteAnswer,
            "DELETE",
            filled("/v1/quotes/{number}/lines/{line}", number=number, line=line),
            None,
            if_match,
            idempotency_key,
        )

    def submit_quote(
        self, number: str, *, on: date | Absent | None = ABSENT, if_match: Tag = None, idempotency_key: str | None = None
    ) -> models.QuoteAnswer:
        """Offer a draft.

        For sales, admin.
        """
        return self._change(
            models.QuoteAnswer, "POST", filled("/v1/quotes/{number}/submit", number=number), {"on": on}, if_match, idempotency_key
        )

    def approve_quote(
        self, number: str, *, note: str | Absent | None = ABSENT, if_match: Tag = None, idempotency_key: str | None = None
    ) -> models.QuoteAnswer:
        """Approve a quote, in the role that its rules name.

        For sales, billing, accounting, analyst, admin.
        """
        return self._change(
            models.QuoteAnswer, "POST", filled("/v1/quotes/{number}/approve", number=number), {"note": note}, if_match, idempotency_key
        )

    def send_quote(self, number: str, *, if_match: Tag = None, idempotency_key: str | None = None) -> models.QuoteAnswer:
        """Send an approved quote by e-mail, with its PDF and its link.

        For sales, admin.
        """
        return self._change(models.QuoteAnswer, "POST", filled("/v1/quotes/{number}/send", number=number), None, if_match, idempotency_key)

    def note_sent(self, number: str, *, if_match: Tag = None, idempotency_key: str | None = None) -> models.QuoteAnswer:
        """Note that an approved quote was sent in another way.

        For sales, admin.
        """
        return self._change(models.QuoteAnswer, "POST", filled("/v1/quotes/{number}/sent", number=number), None, if_match, idempotency_key)

    def refuse_quote(self, number: str, *, note: str, if_match: Tag = None, idempotency_key: str | None = None) -> models.QuoteAnswer:
        """Note that the customer refused a quote, and why.

        For sales, admin.
        """
        return self._change(
            models.QuoteAnswer, "POST", filled("/v1/quotes/{number}/refuse", number=number), {"note": note}, if_match, idempotency_key
        )

    def accept_quote(
        self,
        number: str,
        *,
        on: date | Absent | None = ABSENT,
        order: str | Absent | None = ABSENT,
        by: str | Absent | None = ABSENT,
        purchase_order: str | Absent | None = ABSENT,
        lines: Sequence[int] | Absent = ABSENT,
        if_match: Tag = None,
        idempotency_key: str | None = None,
    ) -> models.AcceptedAnswer:
        """Accept a quote.

        For sales, admin.
        """
        return self._change(
            models.AcceptedAnswer,
            "POST",
            filled("/v1/quotes/{number}/accept", number=number),
            {"on": on, "order": order, "by": by, "purchase_order": purchase_order, "lines": lines},
            if_match,
            idempotency_key,
        )

    def preview_acceptance(
        self,
        number: str,
        *,
        on: date | Absent | None = ABSENT,
        order: str | Absent | None = ABSENT,
        by: str | Absent | None = ABSENT,
        purchase_order: str | Absent | None = ABSENT,
        lines: Sequence[int] | Absent = ABSENT,
        if_match: Tag = None,
        idempotency_key: str | None = None,
    ) -> models.AcceptanceEffects:
        """Show what accepting a quote would do, order by order.

        For sales, admin.
        """
        return self._change(
            models.AcceptanceEffects,
            "POST",
            filled("/v1/quotes/{number}/preview", number=number),
            {"on": on, "order": order, "by": by, "purchase_order": purchase_order, "lines": lines},
            if_match,
            idempotency_key,
        )

    def get_link(self, number: str) -> models.QuoteLinkAnswer:
        """Show the link on which the customer of a quote accepts or declines its last version.

        For sales, admin.
        """
        return self._show(models.QuoteLinkAnswer, filled("/v1/quotes/{number}/link", number=number))

    def list_replies(
        self,
        *,
        reply: Literal["accepted", "agreed", "declined"] | Absent = ABSENT,
        stored_to: date | Absent = ABSENT,
        order_by: Literal["number", "-number"] | Absent = ABSENT,
        limit: int | Absent = ABSENT,
        cursor: str | Absent = ABSENT,
        total: bool | Absent = ABSENT,
    ) -> Rows[models.ListedReply]:
        """Replies on links of quotes of which something personal is stored.

        For sales, billing, admin.
        `stored_to`: Only those that may be stored until this day at the latest.
        `order_by`: A minus sign: backwards.
        `limit`: At most so many rows. By default 100.
        `cursor`: `next` of the page before.
        `total`: Whether `total` says how many rows there are on all pages.
        """
        return Rows(
            self,
            models.ListedReply,
            "/v1/replies",
            {"reply": reply, "stored_to": stored_to, "order_by": order_by, "limit": limit, "cursor": cursor, "total": total},
        )

    def erase_reply(self, number: str, *, because: str, if_match: Tag = None, idempotency_key: str | None = None) -> models.RepliesErased:
        """Erase what is personal in the replies on the links of a quote.

        For sales, billing, admin.
        """
        return self._change(
            models.RepliesErased,
            "POST",
            filled("/v1/quotes/{number}/erase-reply", number=number),
            {"because": because},
            if_match,
            idempotency_key,
        )

    def quote_deliveries(self, number: str) -> models.DeliveriesAnswer:
        """Show what became of the mails of a quote.

        For sales, billing, accounting, analyst, admin.
        """
        return self._show(models.DeliveriesAnswer, filled("/v1/quotes/{number}/deliveries", number=number))

    def deliver_quote(
        self, number: str, *, because: str | Absent = ABSENT, if_match: Tag = None, idempotency_key: str | None = None
    ) -> models.MessageAnswer:
        """Send the mail of a quote once more, to its customer as it is now.

        For sales, admin.
        """
        return self._change(
            models.MessageAnswer,
            "POST",
            filled("/v1/quotes/{number}/deliver", number=number),
            {"because": because},
            if_match,
            idempotency_key,
        )

    def list_orders(
        self,
        *,
        customer: str | Absent = ABSENT,
        type: Literal["subscription", "investment", "advertising"] | Absent = ABSENT,
        state: Literal["pending", "active", "suspended", "ended", "cancelled"] | Absent = ABSENT,
        signed_from: date | Absent = ABSENT,
        signed_to: date | Absent = ABSENT,
        where: str | Absent = ABSENT,
        order_by: Literal["order", "-order", "customer", "-customer", "signed_on", "-signed_on"] | Absent = ABSENT,
        limit: int | Absent = ABSENT,
        cursor: str | Absent = ABSENT,
        total: bool | Absent = ABSENT,
    ) -> Rows[models.ListedOrder]:
        """Orders with their states.

        For sales, billing, accounting, analyst, admin.
        `where`: A condition of the rule language.
        `order_by`: A minus sign: backwards.
        `limit`: At most so many rows. By default 100.
        `cursor`: `next` of the page before.
        `total`: Whether `total` says how many rows there are on all pages.
        """
        return Rows(
            self,
            models.ListedOrder,
            "/v1/orders",
            {
                "customer": customer,
                "type": type,
                "state": state,
                "signed_from": signed_from,
                "signed_to": signed_to,
                "where": where,
                "order_by": order_by,
                "limit": limit,
                "cursor": cursor,
                "total": total,
            },
        )

    def enter_order(
        self,
        *,
        id: str,
        customer: str,
        lines: Sequence[models.LineRequest],
        signed_on: date | Absent | None = ABSENT,
        purchase_order: str | Absent | None = ABSENT,
        payment_terms: str | Absent | None = ABSENT,
        buyer_reference: str | Absent | None = ABSENT,
        deliver_to: str | Absent | None = ABSENT,
        attributes: Mapping[str, str] | Absent = ABSENT,
        if_match: Tag = None,
        idempotency_key: str | None = None,
    ) -> models.OrderAnswer:
        """Enter an order without a quote.

        For sales, billing, admin.
        `deliver_to`: The name of an address of the customer.
        """
        return self._change(
            models.OrderAnswer,
            "POST",
            "/v1/orders",
            {
                "id": id,
                "customer": customer,
                "lines": lines,
                "signed_on": signed_on,
                "purchase_order": purchase_order,
                "payment_terms": payment_terms,
                "buyer_reference": buyer_reference,
                "deliver_to": deliver_to,
                "attributes": attributes,
            },
            if_match,
            idempotency_key,
        )

    def get_order(self, order: str) -> models.ShownOrder:
        """Show an order with its items, history, contract and transactions.

        For sales, billing, accounting, analyst, admin.
        """
        return self._show(models.ShownOrder, filled("/v1/orders/{order}", order=order))

    def activate_order(
        self,
        order: str,
        *,
        on: date,
        items: Sequence[str] | Absent | None = ABSENT,
        if_match: Tag = None,
        idempotency_key: str | None = None,
    ) -> models.OrderAnswer:
        """Activate an order, or only the items named, on a day, past or future.

        For sales, billing, admin.
        """
        return self._change(
            models.OrderAnswer,
            "POST",
            filled("/v1/orders/{order}/activate", order=order),
            {"on": on, "items": items},
            if_match,
            idempotency_key,
        )

    def order_deliveries(self, order: str) -> models.DeliveriesAnswer:
        """Show what became of the mails that confirm an order.

        For sales, billing, accounting, analyst, admin.
        """
        return self._show(models.DeliveriesAnswer, filled("/v1/orders/{order}/deliveries", order=order))

    def confirm_order(
        self, order: str, *, because: str | Absent = ABSENT, if_match: Tag = None, idempotency_key: str | None = None
    ) -> models.MessageAnswer:
        """Send the confirmation of an order by e-mail, as the order is now.

        For sales, billing, admin.
        """
        return self._change(
            models.MessageAnswer, "POST", filled("/v1/orders/{order}/confirm", order=order), {"because": because}, if_match, idempotency_key
        )

    def report_event(
        self,
        order: str,
        *,
        event: str,
        on: date,
        reported: bool | Absent = ABSENT,
        if_match: Tag = None,
        idempotency_key: str | None = None,
    ) -> models.OrderAnswer:
        """Report the day on which an event of payment plans happened, or is expected (with `reported` false).

        For sales, billing, admin.
        `reported`: By default true.
        """
        return self._change(
            models.OrderAnswer,
            "POST",
            filled("/v1/orders/{order}/events", order=order),
            {"event": event, "on": on, "reported": reported},
            if_match,
            idempotency_key,
        )

    def cancel_order(
        self,
        order: str,
        *,
        on: date,
        items: Sequence[str] | Absent | None = ABSENT,
        from_insertion: int | Absent | None = ABSENT,
        remaining: bool | Absent = ABSENT,
        if_match: Tag = None,
        idempotency_key: str | None = None,
    ) -> models.OrderAnswer:
        """Cancel what has not begun of an order, or what remains of advertising.

        For sales, billing, admin.
        `remaining`: By default false.
        """
        return self._change(
            models.OrderAnswer,
            "POST",
            filled("/v1/orders/{order}/cancel", order=order),
            {"on": on, "items": items, "from_insertion": from_insertion, "remaining": remaining},
            if_match,
            idempotency_key,
        )

    def add_line(
        self,
        order: str,
        *,
        on: date,
        because: str,
        quantity: Number | Absent = ABSENT,
        price: str | Absent | None = ABSENT,
        product: str | Absent | None = ABSENT,
        text: str | Absent | None = ABSENT,
        unit: str | Absent | None = ABSENT,
        supply_kind: str | Absent | None = ABSENT,
        vat_class: str | Absent | None = ABSENT,
        account: str | Absent | None = ABSENT,
        item: str | Absent | None = ABSENT,
        if_match: Tag = None,
        idempotency_key: str | None = None,
    ) -> models.OrderAnswer:
        """Add a line by hand, a product or a text, which the next run bills once.

        For sales, billing, admin.
        `quantity`: By default {'micros': 1000000}.
        `price`: A decimal text in the currency of the order.
        """
        return self._change(
            models.OrderAnswer,
            "POST",
            filled("/v1/orders/{order}/lines", order=order),
            {
                "on": on,
                "quantity": quantity,
                "price": price,
                "product": product,
                "text": text,
                "unit": unit,
                "supply_kind": supply_kind,
                "vat_class": vat_class,
                "account": account,
                "item": item,
                "because": because,
            },
            if_match,
            idempotency_key,
        )

    def set_fields(
        self, order: str, *, fields: Mapping[str, str], if_match: Tag = None, idempotency_key: str | None = None
    ) -> models.OrderAnswer:
        """Set fields of an order that the vocabulary declares.

        For sales, billing, admin.
        """
        return self._change(
            models.OrderAnswer, "POST", filled("/v1/orders/{order}/fields", order=order), {"fields": fields}, if_match, idempotency_key
        )

    def set_terms(
        self, order: str, *, terms: str | Absent | None = ABSENT, if_match: Tag = None, idempotency_key: str | None = None
    ) -> models.OrderAnswer:
        """Agree payment terms for an order.

        For sales, billing, admin.
        """
        return self._change(
            models.OrderAnswer, "POST", filled("/v1/orders/{order}/terms", order=order), {"terms": terms}, if_match, idempotency_key
        )

    def set_delivery(
        self, order: str, *, address: str | Absent | None = ABSENT, if_match: Tag = None, idempotency_key: str | None = None
    ) -> models.OrderAnswer:
        """Choose the address of the customer to which an order is delivered.

        For sales, billing, admin.
        """
        return self._change(
            models.OrderAnswer, "POST", filled("/v1/orders/{order}/delivery", order=order), {"address": address}, if_match, idempotency_key
        )

    def give_notice(
        self,
        order: str,
        *,
        on: date,
        items: Sequence[str] | Absent | None = ABSENT,
        because: str | Absent = ABSENT,
        if_match: Tag = None,
        idempotency_key: str | None = None,
    ) -> models.OrderAnswer:
        """Record that notice was given.

        For sales, billing, admin.
        """
        return self._change(
            models.OrderAnswer,
            "POST",
            filled("/v1/orders/{order}/notice", order=order),
            {"on": on, "items": items, "because": because},
            if_match,
            idempotency_key,
        )

    def agree_contract(
        self,
        order: str,
        *,
        items: Sequence[str] | Absent | None = ABSENT,
        term_months: int | Absent | None = ABSENT,
        notice_months: int | Absent | None = ABSENT,
        renewal: Literal["automatic", "ends"] | Absent | None = ABSENT,
        because: str | Absent = ABSENT,
        if_match: Tag = None,
        idempotency_key: str | None = None,
    ) -> models.OrderAnswer:
        """Agree other terms for items.

        For sales, billing, admin.
        """
        return self._change(
            models.OrderAnswer,
            "POST",
            filled("/v1/orders/{order}/contract", order=order),
            {"items": items, "term_months": term_months, "notice_months": notice_months, "renewal": renewal, "because": because},
            if_match,
            idempotency_key,
        )

    def undo_step(
        self,
        order: str,
        *,
        item: str | Absent | None = ABSENT,
        step: int | Absent | None = ABSENT,
        because: str | Absent = ABSENT,
        compensate: bool | Absent = ABSENT,
        if_match: Tag = None,
        idempotency_key: str | None = None,
    ) -> models.OrderAnswer:
        """Take back the last step of an order, or of one of its items.

        For sales, billing, admin.
        `compensate`: By default false.
        """
        return self._change(
            models.OrderAnswer,
            "POST",
            filled("/v1/orders/{order}/undo", order=order),
            {"item": item, "step": step, "because": because, "compensate": compensate},
            if_match,
            idempotency_key,
        )

    def move_step(
        self,
        order: str,
        *,
        on: date,
        item: str | Absent | None = ABSENT,
        step: int | Absent | None = ABSENT,
        because: str | Absent = ABSENT,
        compensate: bool | Absent = ABSENT,
        if_match: Tag = None,
        idempotency_key: str | None = None,
    ) -> models.OrderAnswer:
        """Move the last step of an order, or of one of its items, to another day.

        For sales, billing, admin.
        `compensate`: By default false.
        """
        return self._change(
            models.OrderAnswer,
            "POST",
            filled("/v1/orders/{order}/move", order=order),
            {"item": item, "step": step, "because": because, "compensate": compensate, "on": on},
            if_match,
            idempotency_key,
        )

    def suspend_item(
        self, order: str, item: str, *, on: date, if_match: Tag = None, idempotency_key: str | None = None
    ) -> models.OrderAnswer:
        """Suspends items from a day on.

        For sales, billing, admin.
        """
        return self._change(
            models.OrderAnswer,
            "POST",
            filled("/v1/orders/{order}/items/{item}/suspend", order=order, item=item),
            {"on": on},
            if_match,
            idempotency_key,
        )

    def resume_item(
        self, order: str, item: str, *, on: date, if_match: Tag = None, idempotency_key: str | None = None
    ) -> models.OrderAnswer:
        """Resumes suspended items from a day on.

        For sales, billing, admin.
        """
        return self._change(
            models.OrderAnswer,
            "POST",
            filled("/v1/orders/{order}/items/{item}/resume", order=order, item=item),
            {"on": on},
            if_match,
            idempotency_key,
        )

    def end_item(
        self,
        order: str,
        item: str,
        *,
        on: date,
        notice_on: date | Absent | None = ABSENT,
        waive: str | Absent | None = ABSENT,
        by: str | Absent | None = ABSENT,
        if_match: Tag = None,
        idempotency_key: str | None = None,
    ) -> models.OrderAnswer:
        """Ends items.

        For sales, billing, admin.
        """
        return self._change(
            models.OrderAnswer,
            "POST",
            filled("/v1/orders/{order}/items/{item}/end", order=order, item=item),
            {"on": on, "notice_on": notice_on, "waive": waive, "by": by},
            if_match,
            idempotency_key,
        )

    def change_item(
        self,
        order: str,
        item: str,
        *,
        on: date,
        quantity: Number | Absent | None = ABSENT,
        price: str | Absent | None = ABSENT,
        billing_type: str | Absent | None = ABSENT,
        billing_process: str | Absent | None = ABSENT,
        anchor_day: int | Absent | None = ABSENT,
        anchor_month: int | Absent | None = ABSENT,
        at: Literal["day", "boundary"] | Absent | None = ABSENT,
        if_match: Tag = None,
        idempotency_key: str | None = None,
    ) -> models.OrderAnswer:
        """Changes the quantity or the negotiated price of an item from a day on, or how it is billed.

        For sales, billing, admin.
        `price`: A decimal text in the currency of the order.
        """
        return self._change(
            models.OrderAnswer,
            "POST",
            filled("/v1/orders/{order}/items/{item}/change", order=order, item=item),
            {
                "on": on,
                "quantity": quantity,
                "price": price,
                "billing_type": billing_type,
                "billing_process": billing_process,
                "anchor_day": anchor_day,
                "anchor_month": anchor_month,
                "at": at,
            },
            if_match,
            idempotency_key,
        )

    def swap_item(
        self, order: str, item: str, *, on: date, product: str, if_match: Tag = None, idempotency_key: str | None = None
    ) -> models.OrderAnswer:
        """Swaps an item for another product on a day.

        For sales, billing, admin.
        """
        return self._change(
            models.OrderAnswer,
            "POST",
            filled("/v1/orders/{order}/items/{item}/swap", order=order, item=item),
            {"on": on, "product": product},
            if_match,
            idempotency_key,
        )

    def cancel_item(
        self,
        order: str,
        item: str,
        *,
        on: date,
        from_insertion: int | Absent | None = ABSENT,
        remaining: bool | Absent = ABSENT,
        if_match: Tag = None,
        idempotency_key: str | None = None,
    ) -> models.OrderAnswer:
        """Cancels items that have not begun, or the insertions of an advertising item from a number or from the day on.

        For sales, billing, admin.
        `remaining`: By default false.
        """
        return self._change(
            models.OrderAnswer,
            "POST",
            filled("/v1/orders/{order}/items/{item}/cancel", order=order, item=item),
            {"on": on, "from_insertion": from_insertion, "remaining": remaining},
            if_match,
            idempotency_key,
        )

    def preview_verb(
        self,
        order: str,
        *,
        verb: Literal[
            "activate",
            "suspend",
            "resume",
            "end",
            "cancel",
            "change",
            "swap",
            "set",
            "terms",
            "delivery",
            "event",
            "notice",
            "contract",
            "line",
            "undo",
            "move",
        ],
        on: date | Absent = ABSENT,
        items: Sequence[str] | Absent | None = ABSENT,
        notice_on: date | Absent | None = ABSENT,
        waive: str | Absent | None = ABSENT,
        by: str | Absent | None = ABSENT,
        from_insertion: int | Absent | None = ABSENT,
        remaining: bool | Absent = ABSENT,
        item: str | Absent = ABSENT,
        quantity: Number | Absent | None = ABSENT,
        price: str | Absent = ABSENT,
        billing_type: str | Absent | None = ABSENT,
        billing_process: str | Absent | None = ABSENT,
        anchor_day: int | Absent | None = ABSENT,
        anchor_month: int | Absent | None = ABSENT,
        at: Literal["day", "boundary"] | Absent | None = ABSENT,
        product: str | Absent = ABSENT,
        fields: Mapping[str, str] | Absent = ABSENT,
        terms: str | Absent | None = ABSENT,
        address: str | Absent | None = ABSENT,
        event: str | Absent = ABSENT,
        reported: bool | Absent = ABSENT,
        because: str | Absent = ABSENT,
        term_months: int | Absent | None = ABSENT,
        notice_months: int | Absent | None = ABSENT,
        renewal: Literal["automatic", "ends"] | Absent | None = ABSENT,
        text: str | Absent | None = ABSENT,
        unit: str | Absent | None = ABSENT,
        supply_kind: str | Absent | None = ABSENT,
        vat_class: str | Absent | None = ABSENT,
        account: str | Absent | None = ABSENT,
        step: int | Absent | None = ABSENT,
        compensate: bool | Absent = ABSENT,
        if_match: Tag = None,
        idempotency_key: str | None = None,
    ) -> models.PreviewAnswer:
        """Show what a verb would do.

        For sales, billing, admin.
        """
        return self._change(
            models.PreviewAnswer,
            "POST",
            filled("/v1/orders/{order}/preview", order=order),
            {
                "verb": verb,
                "on": on,
                "items": items,
                "notice_on": notice_on,
                "waive": waive,
                "by": by,
                "from_insertion": from_insertion,
                "remaining": remaining,
                "item": item,
                "quantity": quantity,
                "price": price,
                "billing_type": billing_type,
                "billing_process": billing_process,
                "anchor_day": anchor_day,
                "anchor_month": anchor_month,
                "at": at,
                "product": product,
                "fields": fields,
                "terms": terms,
                "address": address,
                "event": event,
                "reported": reported,
                "because": because,
                "term_months": term_months,
                "notice_months": notice_months,
                "renewal": renewal,
                "text": text,
                "unit": unit,
                "supply_kind": supply_kind,
                "vat_class": vat_class,
                "account": account,
                "step": step,
                "compensate": compensate,
            },
            if_match,
            idempotency_key,
        )

    def list_items(
        self,
        *,
        customer: str | Absent = ABSENT,
        product: str | Absent = ABSENT,
        state: Literal["pending", "active", "suspended", "ended", "cancelled"] | Absent = ABSENT,
        where: str | Absent = ABSENT,
        order_by: Literal["order"] | Absent = ABSENT,
        limit: int | Absent = ABSENT,
        cursor: str | Absent = ABSENT,
        total: bool | Absent = ABSENT,
    ) -> Rows[models.ListedItem]:
        """Items with their orders and states.

        For sales, billing, accounting, analyst, admin.
        `where`: A condition of the rule language.
        `order_by`: A minus sign: backwards.
        `limit`: At most so many rows. By default 100.
        `cursor`: `next` of the page before.
        `total`: Whether `total` says how many rows there are on all pages.
        """
        return Rows(
            self,
            models.ListedItem,
            "/v1/items",
            {
                "customer": customer,
                "product": product,
                "state": state,
                "where": where,
                "order_by": order_by,
                "limit": limit,
                "cursor": cursor,
                "total": total,
            },
        )

    def get_item(self, order: str, item: str) -> models.ShownItem:
        """Show an item with its transactions.

        For sales, billing, accounting, analyst, admin.
        """
        return self._show(models.ShownItem, filled("/v1/orders/{order}/items/{item}", order=order, item=item))

    def activate_item(
        self, order: str, item: str, *, on: date, if_match: Tag = None, idempotency_key: str | None = None
    ) -> models.OrderAnswer:
        """Activate an item on a day, past or future.

        For sales, billing, admin.
        """
        return self._change(
            models.OrderAnswer,
            "POST",
            filled("/v1/orders/{order}/items/{item}/activate", order=order, item=item),
            {"on": on},
            if_match,
            idempotency_key,
        )

    def list_transactions(
        self,
        *,
        customer: str | Absent = ABSENT,
        order: str | Absent = ABSENT,
        order_type: Literal["subscription", "investment", "advertising"] | Absent = ABSENT,
        state: Literal["planned", "to-invoice", "held", "invoiced", "elsewhere", "cancelled"] | Absent = ABSENT,
        billed_from: date | Absent = ABSENT,
        billed_to: date | Absent = ABSENT,
        order_by: Literal["order"] | Absent = ABSENT,
        limit: int | Absent = ABSENT,
        cursor: str | Absent = ABSENT,
        total: bool | Absent = ABSENT,
    ) -> Rows[models.ListedTransaction]:
        """Transactions with their states.

        For sales, billing, accounting, analyst, admin.
        `order_by`: A minus sign: backwards.
        `limit`: At most so many rows. By default 100.
        `cursor`: `next` of the page before.
        `total`: Whether `total` says how many rows there are on all pages.
        """
        return Rows(
            self,
            models.ListedTransaction,
            "/v1/transactions",
            {
                "customer": customer,
                "order": order,
                "order_type": order_type,
                "state": state,
                "billed_from": billed_from,
                "billed_to": billed_to,
                "order_by": order_by,
                "limit": limit,
                "cursor": cursor,
                "total": total,
            },
        )

    def list_usage(
        self,
        *,
        item: str | Absent = ABSENT,
        corrects: str | Absent = ABSENT,
        customer: str | Absent = ABSENT,
        product: str | Absent = ABSENT,
        used_from: date | Absent = ABSENT,
        used_to: date | Absent = ABSENT,
        order_by: Literal["id", "-id", "item", "-item", "from", "-from", "recorded_on", "-recorded_on"] | Absent = ABSENT,
        limit: int | Absent = ABSENT,
        cursor: str | Absent = ABSENT,
        total: bool | Absent = ABSENT,
    ) -> Rows[models.ListedUsage]:
        """Usage reports.

        For sales, billing, accounting, analyst, admin.
        `order_by`: A minus sign: backwards.
        `limit`: At most so many rows. By default 100.
        `cursor`: `next` of the page before.
        `total`: Whether `total` says how many rows there are on all pages.
        """
        return Rows(
            self,
            models.ListedUsage,
            "/v1/usage",
            {
                "item": item,
                "corrects": corrects,
                "customer": customer,
                "product": product,
                "used_from": used_from,
                "used_to": used_to,
                "order_by": order_by,
                "limit": limit,
                "cursor": cursor,
                "total": total,
            },
        )

    def report_usage(
        self,
        *,
        id: str,
        item: str,
        quantity: Number,
        on: date | Absent | None = ABSENT,
        from_: date | Absent | None = ABSENT,
        to: date | Absent | None = ABSENT,
        corrects: str | Absent | None = ABSENT,
        if_match: Tag = None,
        idempotency_key: str | None = None,
    ) -> models.UsageAnswer:
        """Report what an item used.

        For sales, billing, admin.
        """
        return self._change(
            models.UsageAnswer,
            "POST",
            "/v1/usage",
            {"id": id, "item": item, "quantity": quantity, "on": on, "from": from_, "to": to, "corrects": corrects},
            if_match,
            idempotency_key,
        )

    def get_usage(self, report: str) -> models.UsageAnswer:
        """Show a usage report.

        For sales, billing, accounting, analyst, admin.
        """
        return self._show(models.UsageAnswer, filled("/v1/usage/{report}", report=report))

    def list_runs(
        self,
        *,
        order_by: Literal["latest"] | Absent = ABSENT,
        limit: int | Absent = ABSENT,
        cursor: str | Absent = ABSENT,
        total: bool | Absent = ABSENT,
    ) -> Rows[models.ListedRun]:
        """Billing runs, the latest first.

        For sales, billing, accounting, analyst, admin.
        `order_by`: A minus sign: backwards.
        `limit`: At most so many rows. By default 100.
        `cursor`: `next` of the page before.
        `total`: Whether `total` says how many rows there are on all pages.
        """
        return Rows(self, models.ListedRun, "/v1/runs", {"order_by": order_by, "limit": limit, "cursor": cursor, "total": total})

    def start_billing(
        self,
        *,
        due_through: date,
        preview: bool | Absent = ABSENT,
        issued_on: date | Absent | None = ABSENT,
        order_type: Literal["subscription", "investment", "advertising"] | Absent | None = ABSENT,
        customer: str | Absent | None = ABSENT,
        customers: Sequence[str] | Absent | None = ABSENT,
        order: str | Absent | None = ABSENT,
        ahead: bool | Absent = ABSENT,
        confirm: bool | Absent = ABSENT,
        workers: int | Absent = ABSENT,
        if_match: Tag = None,
        idempotency_key: str | None = None,
    ) -> models.StartedAnswer:
        """Start a billing run, or join the unfinished one of the same selection.

        For billing, admin.
        `preview`: By default false.
        `customers`: Only these customers.
        `ahead`: Also what is due after the business date. By default false.
        `confirm`: Also what is unusual against the last runs of the same selection. By default false.
        `workers`: The processes that share the run. By default 1.
        """
        return self._change(
            models.StartedAnswer,
            "POST",
            "/v1/runs",
            {
                "due_through": due_through,
                "preview": preview,
                "issued_on": issued_on,
                "order_type": order_type,
                "customer": customer,
                "customers": customers,
                "order": order,
                "ahead": ahead,
                "confirm": confirm,
                "workers": workers,
            },
            if_match,
            idempotency_key,
        )

    def get_run(self, run: str) -> models.RunAnswer:
        """Show a run, how far it is, and who works on it.

        For sales, billing, accounting, analyst, admin.
        """
        return self._show(models.RunAnswer, filled("/v1/runs/{run}", run=run))

    def get_progress(self, run: str) -> models.ProgressAnswer:
        """Show how far a run is.

        For sales, billing, accounting, analyst, admin.
        """
        return self._show(models.ProgressAnswer, filled("/v1/runs/{run}/progress", run=run))

    def resume_run(self, run: str, *, if_match: Tag = None, idempotency_key: str | None = None) -> models.StartedAnswer:
        """Go on with a run whose workers are gone, or share it.

        For billing, admin.
        """
        return self._change(models.StartedAnswer, "POST", filled("/v1/runs/{run}/resume", run=run), None, if_match, idempotency_key)

    def retry_run(self, run: str, *, if_match: Tag = None, idempotency_key: str | None = None) -> models.RetriedAnswer:
        """Send again what was given up or held of the messages about the invoices of a run.

        For billing, accounting, admin.
        """
        return self._change(models.RetriedAnswer, "POST", filled("/v1/runs/{run}/retry", run=run), None, if_match, idempotency_key)

    def print_run_invoices(self, run: str, *, if_match: Tag = None, idempotency_key: str | None = None) -> models.PrintedAnswer:
        """Print the PDFs of the invoices of a run that have none yet, at most 100 at a time.

        For billing, accounting, admin.
        """
        return self._change(models.PrintedAnswer, "POST", filled("/v1/runs/{run}/print", run=run), None, if_match, idempotency_key)

    def list_invoices(
        self,
        *,
        customer: str | Absent = ABSENT,
        kind: Literal["invoice", "credit-note"] | Absent = ABSENT,
        order_type: Literal["subscription", "investment", "advertising"] | Absent = ABSENT,
        corrects: str | Absent = ABSENT,
        paid: Literal["open", "part-paid", "paid", "overpaid", "written-off"] | Absent = ABSENT,
        overdue: bool | Absent = ABSENT,
        due_to: date | Absent = ABSENT,
        run: int | Absent = ABSENT,
        issued_from: date | Absent = ABSENT,
        issued_to: date | Absent = ABSENT,
        order_by: Literal["number", "-number", "customer", "-customer", "issued_on", "-issued_on", "net", "-net", "gross", "-gross"]
        | Absent = ABSENT,
        limit: int | Absent = ABSENT,
        cursor: str | Absent = ABSENT,
        total: bool | Absent = ABSENT,
    ) -> Rows[models.ListedInvoice]:
        """Invoices and credit notes.

        For sales, billing, accounting, analyst, admin.
        `due_to`: Only those that are due until this day at the latest.
        `order_by`: A minus sign: backwards.
        `limit`: At most so many rows. By default 100.
        `cursor`: `next` of the page before.
        `total`: Whether `total` says how many rows there are on all pages.
        """
        return Rows(
            self,
            models.ListedInvoice,
            "/v1/invoices",
            {
                "customer": customer,
                "kind": kind,
                "order_type": order_type,
                "corrects": corrects,
                "paid": paid,
                "overdue": overdue,
                "due_to": due_to,
                "run": run,
                "issued_from": issued_from,
                "issued_to": issued_to,
                "order_by": order_by,
                "limit": limit,
                "cursor": cursor,
                "total": total,
            },
        )

    def get_invoice(self, number: str) -> models.IssuedDocumentAnswer:
        """Show an issued invoice or credit note, as it was issued, and what is still to be paid of an invoice.

        For sales, billing, accounting, analyst, admin.
        """
        return self._show(models.IssuedDocumentAnswer, filled("/v1/invoices/{number}", number=number))

    def explain_invoice(self, number: str, *, line: str | Absent = ABSENT, why_not: str | Absent = ABSENT) -> models.ExplanationAnswer:
        """Explain the amounts of an issued document, or of one line of it.

        For sales, billing, accounting, analyst, admin.
        """
        return self._show(
            models.ExplanationAnswer, filled("/v1/invoices/{number}/explanation", number=number), {"line": line, "why_not": why_not}
        )

    def credit_invoice(
        self,
        number: str,
        *,
        whole: bool | Absent = ABSENT,
        lines: Sequence[models.CreditLine] | Absent = ABSENT,
        amount: Number | Absent | None = ABSENT,
        because: str | Absent = ABSENT,
        if_match: Tag = None,
        idempotency_key: str | None = None,
    ) -> models.IssuedAnswer:
        """Credit an invoice.

        For billing, accounting, admin.
        `whole`: By default false.
        `because`: The reason, as printed.
        """
        return self._change(
            models.IssuedAnswer,
            "POST",
            filled("/v1/invoices/{number}/credit", number=number),
            {"whole": whole, "lines": lines, "amount": amount, "because": because},
            if_match,
            idempotency_key,
        )

    def preview_credit(
        self,
        number: str,
        *,
        whole: bool | Absent = ABSENT,
        lines: Sequence[models.CreditLine] | Absent = ABSENT,
        amount: Number | Absent | None = ABSENT,
        if_match: Tag = None,
        idempotency_key: str | None = None,
    ) -> models.CreditPreview:
        """Show the credit note that would be issued now.

        For billing, accounting, admin.
        `whole`: By default false.
        """
        return self._change(
            models.CreditPreview,
            "POST",
            filled("/v1/invoices/{number}/credit/preview", number=number),
            {"whole": whole, "lines": lines, "amount": amount},
            if_match,
            idempotency_key,
        )

    def rebill_invoice(
        self,
        number: str,
        *,
        lines: Sequence[int] | Absent = ABSENT,
        because: str | Absent = ABSENT,
        if_match: Tag = None,
        idempotency_key: str | None = None,
    ) -> models.RebilledAnswer:
        """Release what a credited invoice billed, so that the next run bills it again as orders, prices and customers are now.

        For billing, admin.
        """
        return self._change(
            models.RebilledAnswer,
            "POST",
            filled("/v1/invoices/{number}/rebill", number=number),
            {"lines": lines, "because": because},
            if_match,
            idempotency_key,
        )

    def get_deliveries(self, number: str) -> models.DeliveriesAnswer:
        """Show how a document was sent, to whom, and what came of it.

        For sales, billing, accounting, analyst, admin.
        """
        return self._show(models.DeliveriesAnswer, filled("/v1/invoices/{number}/deliveries", number=number))

    def deliver_invoice(
        self,
        number: str,
        *,
        by: Literal["email", "peppol"] | Absent | None = ABSENT,
        because: str | Absent = ABSENT,
        if_match: Tag = None,
        idempotency_key: str | None = None,
    ) -> models.MessageAnswer:
        """Send an issued document to its customer, as this is now.

        For billing, accounting, admin.
        """
        return self._change(
            models.MessageAnswer,
            "POST",
            filled("/v1/invoices/{number}/deliver", number=number),
            {"by": by, "because": because},
            if_match,
            idempotency_key,
        )

    def dispute_invoice(
        self, number: str, *, because: str, if_match: Tag = None, idempotency_key: str | None = None
    ) -> models.InvoiceHoldAnswer:
        """Note that a customer disputes an invoice.

        For billing, accounting, admin.
        """
        return self._change(
            models.InvoiceHoldAnswer,
            "POST",
            filled("/v1/invoices/{number}/dispute", number=number),
            {"because": because},
            if_match,
            idempotency_key,
        )

    def promise_invoice(
        self, number: str, *, until: date, because: str | Absent = ABSENT, if_match: Tag = None, idempotency_key: str | None = None
    ) -> models.InvoiceHoldAnswer:
        """Note that an invoice is promised to be paid by a day.

        For billing, accounting, admin.
        """
        return self._change(
            models.InvoiceHoldAnswer,
            "POST",
            filled("/v1/invoices/{number}/promise", number=number),
            {"until": until, "because": because},
            if_match,
            idempotency_key,
        )

    def release_invoice(self, number: str, *, if_match: Tag = None, idempotency_key: str | None = None) -> models.InvoiceHoldAnswer:
        """Note that an invoice is neither disputed nor promised any more.

        For billing, accounting, admin.
        """
        return self._change(
            models.InvoiceHoldAnswer, "POST", filled("/v1/invoices/{number}/release", number=number), None, if_match, idempotency_key
        )

    def doubt_invoice(
        self,
        number: str,
        *,
        allowance: str | Absent = ABSENT,
        on: date | Absent | None = ABSENT,
        because: str | Absent = ABSENT,
        ended: bool | Absent = ABSENT,
        if_match: Tag = None,
        idempotency_key: str | None = None,
    ) -> models.DoubtAnswer:
        """Say that payment of an invoice is doubtful, or is so no more.

        For billing, accounting, admin.
        `allowance`: By default {'fraction': '1'}.
        `ended`: By default false.
        """
        return self._change(
            models.DoubtAnswer,
            "POST",
            filled("/v1/invoices/{number}/doubtful", number=number),
            {"allowance": allowance, "on": on, "because": because, "ended": ended},
            if_match,
            idempotency_key,
        )

    def list_payments(
        self,
        *,
        state: Literal["matched", "proposed", "held", "unmatched", "paid-out"] | Absent = ABSENT,
        entered_from: date | Absent = ABSENT,
        entered_to: date | Absent = ABSENT,
        order_by: Literal["id", "-id"] | Absent = ABSENT,
        limit: int | Absent = ABSENT,
        cursor: str | Absent = ABSENT,
        total: bool | Absent = ABSENT,
    ) -> Rows[models.ListedPayment]:
        """Payments with what became of them.

        For billing, accounting, admin.
        `order_by`: A minus sign: backwards.
        `limit`: At most so many rows. By default 100.
        `cursor`: `next` of the page before.
        `total`: Whether `total` says how many rows there are on all pages.
        """
        return Rows(
            self,
            models.ListedPayment,
            "/v1/payments",
            {
                "state": state,
                "entered_from": entered_from,
                "entered_to": entered_to,
                "order_by": order_by,
                "limit": limit,
                "cursor": cursor,
                "total": total,
            },
        )

    def enter_payment(
        self,
        *,
        id: str,
        on: date,
        amount: Number,
        name: str | Absent = ABSENT,
        iban: str | Absent | None = ABSENT,
        reference: str | Absent = ABSENT,
        if_match: Tag = None,
        idempotency_key: str | None = None,
    ) -> models.PaymentAnswer:
        """Enter a payment by hand.

        For billing, accounting, admin.
        `amount`: As a decimal string above 0.
        """
        return self._change(
            models.PaymentAnswer,
            "POST",
            "/v1/payments",
            {"id": id, "on": on, "amount": amount, "name": name, "iban": iban, "reference": reference},
            if_match,
            idempotency_key,
        )

    def get_payment(self, payment: str) -> models.PaymentAnswer:
        """Show a payment and the documents that it settles.

        For billing, accounting, admin.
        """
        return self._show(models.PaymentAnswer, filled("/v1/payments/{payment}", payment=payment))

    def payment_candidates(self, payment: str, *, customer: str | Absent = ABSENT) -> models.CandidatesAnswer:
        """Show the open documents that a payment may settle.

        For billing, accounting, admin.
        """
        return self._show(models.CandidatesAnswer, filled("/v1/payments/{payment}/candidates", payment=payment), {"customer": customer})

    def match_payment(
        self,
        payment: str,
        *,
        documents: Sequence[str],
        in_full: bool | Absent = ABSENT,
        if_match: Tag = None,
        idempotency_key: str | None = None,
    ) -> models.PaymentAnswer:
        """Settle documents with what is left of a payment.

        For billing, accounting, admin.
        `in_full`: By default false.
        """
        return self._change(
            models.PaymentAnswer,
            "POST",
            filled("/v1/payments/{payment}/match", payment=payment),
            {"documents": documents, "in_full": in_full},
            if_match,
            idempotency_key,
        )

    def release_payment(self, payment: str, *, if_match: Tag = None, idempotency_key: str | None = None) -> models.PaymentAnswer:
        """Take back all that a payment settles, or that it pays another back.

        For billing, accounting, admin.
        """
        return self._change(
            models.PaymentAnswer, "POST", filled("/v1/payments/{payment}/release", payment=payment), None, if_match, idempotency_key
        )

    def refund_payment(
        self,
        payment: str,
        *,
        id: str,
        on: date,
        amount: Number | Absent | None = ABSENT,
        returned: bool | Absent = ABSENT,
        note: str | Absent = ABSENT,
        if_match: Tag = None,
        idempotency_key: str | None = None,
    ) -> models.PaymentAnswer:
        """Enter that a payment was paid back without a file of the bank, or that the bank took it back (`returned`).

        For billing, accounting, admin.
        `returned`: By default false.
        """
        return self._change(
            models.PaymentAnswer,
            "POST",
            filled("/v1/payments/{payment}/refund", payment=payment),
            {"id": id, "on": on, "amount": amount, "returned": returned, "note": note},
            if_match,
            idempotency_key,
        )

    def exchange_payment(
        self,
        payment: str,
        *,
        amount: Number,
        on: date | Absent | None = ABSENT,
        documents: Sequence[str] | Absent = ABSENT,
        in_full: bool | Absent = ABSENT,
        if_match: Tag = None,
        idempotency_key: str | None = None,
    ) -> models.PaymentAnswer:
        """Enter what our bank credited for a payment in another currency.

        For billing, accounting, admin.
        `amount`: In our currency, as a decimal string above 0.
        `in_full`: By default false.
        """
        return self._change(
            models.PaymentAnswer,
            "POST",
            filled("/v1/payments/{payment}/exchange", payment=payment),
            {"amount": amount, "on": on, "documents": documents, "in_full": in_full},
            if_match,
            idempotency_key,
        )

    def write_off(
        self,
        *,
        document: str,
        reason: Literal["bankruptcy", "lost-for-certain", "other"],
        on: date | Absent | None = ABSENT,
        note: str | Absent = ABSENT,
        if_match: Tag = None,
        idempotency_key: str | None = None,
    ) -> models.PaymentAnswer:
        """Give up what is left of an invoice, for a reason.

        For billing, accounting, admin.
        """
        return self._change(
            models.PaymentAnswer,
            "POST",
            "/v1/write-offs",
            {"document": document, "reason": reason, "on": on, "note": note},
            if_match,
            idempotency_key,
        )

    def import_bank_statements(
        self,
        *,
        file: str,
        content: str,
        encoding: Literal["windows-1252", "iso-8859-15", "cp850", "utf-8"] | Absent = ABSENT,
        accounts: Sequence[str] | Absent = ABSENT,
        if_match: Tag = None,
        idempotency_key: str | None = None,
    ) -> models.BankImportAnswer:
        """Import the statements of a bank file, all or none, and match their payments.

        For billing, accounting, admin.
        `encoding`: By default windows-1252.
        """
        return self._change(
            models.BankImportAnswer,
            "POST",
            "/v1/bank-statements",
            {"file": file, "content": content, "encoding": encoding, "accounts": accounts},
            if_match,
            idempotency_key,
        )

    def list_reminders(
        self,
        *,
        customer: str | Absent = ABSENT,
        reminded_from: date | Absent = ABSENT,
        reminded_to: date | Absent = ABSENT,
        order_by: Literal["id", "-id", "customer", "-customer"] | Absent = ABSENT,
        limit: int | Absent = ABSENT,
        cursor: str | Absent = ABSENT,
        total: bool | Absent = ABSENT,
    ) -> Rows[models.ListedReminder]:
        """Reminders that were made.

        For billing, accounting, admin.
        `order_by`: A minus sign: backwards.
        `limit`: At most so many rows. By default 100.
        `cursor`: `next` of the page before.
        `total`: Whether `total` says how many rows there are on all pages.
        """
        return Rows(
            self,
            models.ListedReminder,
            "/v1/reminders",
            {
                "customer": customer,
                "reminded_from": reminded_from,
                "reminded_to": reminded_to,
                "order_by": order_by,
                "limit": limit,
                "cursor": cursor,
                "total": total,
            },
        )

    def remind_customers(
        self,
        *,
        on: date | Absent | None = ABSENT,
        customer: str | Absent | None = ABSENT,
        if_match: Tag = None,
        idempotency_key: str | None = None,
    ) -> models.MadeReminders:
        """Make the reminders of a day, each level of what is overdue once.

        For billing, accounting, admin.
        """
        return self._change(models.MadeReminders, "POST", "/v1/reminders", {"on": on, "customer": customer}, if_match, idempotency_key)

    def list_charges(
        self,
        *,
        document: str | Absent = ABSENT,
        reminder: str | Absent = ABSENT,
        kind: Literal["fee", "interest"] | Absent = ABSENT,
        open: bool | Absent = ABSENT,
        charged_from: date | Absent = ABSENT,
        charged_to: date | Absent = ABSENT,
        order_by: Literal["charge", "-charge"] | Absent = ABSENT,
        limit: int | Absent = ABSENT,
        cursor: str | Absent = ABSENT,
        total: bool | Absent = ABSENT,
    ) -> Rows[models.ListedCharge]:
        """Fees and interest of reminders, and what is open of them.

        For billing, accounting, admin.
        `order_by`: A minus sign: backwards.
        `limit`: At most so many rows. By default 100.
        `cursor`: `next` of the page before.
        `total`: Whether `total` says how many rows there are on all pages.
        """
        return Rows(
            self,
            models.ListedCharge,
            "/v1/charges",
            {
                "document": document,
                "reminder": reminder,
                "kind": kind,
                "open": open,
                "charged_from": charged_from,
                "charged_to": charged_to,
                "order_by": order_by,
                "limit": limit,
                "cursor": cursor,
                "total": total,
            },
        )

    def get_sent_reminder(self, reminder: str) -> models.ReminderShown:
        """Show a reminder as it was made, what became of its mail, and its charges.

        For billing, accounting, admin.
        """
        return self._show(models.ReminderShown, filled("/v1/reminders/{reminder}", reminder=reminder))

    def preview_reminders(
        self,
        *,
        on: date | Absent | None = ABSENT,
        customer: str | Absent | None = ABSENT,
        if_match: Tag = None,
        idempotency_key: str | None = None,
    ) -> models.ProposalsAnswer:
        """Show what a run of a day would remind of, with fees, interest and reasons, and what it would hold and why.

        For billing, accounting, admin.
        """
        return self._change(
            models.ProposalsAnswer, "POST", "/v1/reminders/preview", {"on": on, "customer": customer}, if_match, idempotency_key
        )

    def cancel_charge(self, charge: str, *, because: str, if_match: Tag = None, idempotency_key: str | None = None) -> models.ChargeAnswer:
        """Take back a fee or interest of which nothing is paid, and its posting.

        For billing, accounting, admin.
        """
        return self._change(
            models.ChargeAnswer,
            "POST",
            filled("/v1/charges/{charge}/cancel", charge=charge),
            {"because": because},
            if_match,
            idempotency_key,
        )

    def deliver_reminder(
        self, reminder: str, *, because: str | Absent = ABSENT, if_match: Tag = None, idempotency_key: str | None = None
    ) -> models.MessageAnswer:
        """Send a reminder once more, to its customer as it is now.

        For billing, accounting, admin.
        """
        return self._change(
            models.MessageAnswer,
            "POST",
            filled("/v1/reminders/{reminder}/deliver", reminder=reminder),
            {"because": because},
            if_match,
            idempotency_key,
        )

    def post_payments(self, *, if_match: Tag = None, idempotency_key: str | None = None) -> models.PostedAnswer:
        """Post payments of which something is not posted.

        For billing, accounting, admin.
        """
        return self._change(models.PostedAnswer, "POST", "/v1/journal/post", None, if_match, idempotency_key)

    def close_month(self, *, period: str, if_match: Tag = None, idempotency_key: str | None = None) -> models.ClosedAnswer:
        """Close a month of the journal.

        For billing, accounting, admin.
        """
        return self._change(models.ClosedAnswer, "POST", "/v1/journal/close", {"period": period}, if_match, idempotency_key)

    def close_vat(self, *, period: str, if_match: Tag = None, idempotency_key: str | None = None) -> models.ClosedAnswer:
        """Close the period of a VAT return that was handed in.

        For billing, accounting, admin.
        """
        return self._change(models.ClosedAnswer, "POST", "/v1/vat/close", {"period": period}, if_match, idempotency_key)

    def list_bookings(
        self,
        *,
        state: Literal["waiting", "sent", "booked", "refused", "unknown", "lost", "skipped"] | Absent = ABSENT,
        channel: Literal["accounting", "accounting-entries"] | Absent = ABSENT,
        order_by: Literal["key", "-key"] | Absent = ABSENT,
        limit: int | Absent = ABSENT,
        cursor: str | Absent = ABSENT,
        total: bool | Absent = ABSENT,
    ) -> Rows[models.ListedBooking]:
        """What the accounting tool has of documents and entries.

        For accounting, admin.
        `channel`: Documents only, or other entries only.
        `order_by`: A minus sign: backwards.
        `limit`: At most so many rows. By default 100.
        `cursor`: `next` of the page before.
        `total`: Whether `total` says how many rows there are on all pages.
        """
        return Rows(
            self,
            models.ListedBooking,
            "/v1/accounting/bookings",
            {"state": state, "channel": channel, "order_by": order_by, "limit": limit, "cursor": cursor, "total": total},
        )

    def retry_one_booking(self, booking: str, *, if_match: Tag = None, idempotency_key: str | None = None) -> models.BookingAnswer:
        """Send a document or another entry to the accounting tool again at once, such as one that it refused.

        For accounting, admin.
        """
        return self._change(
            models.BookingAnswer,
            "POST",
            filled("/v1/accounting/bookings/{booking}/retry", booking=booking),
            None,
            if_match,
            idempotency_key,
        )

    def check_accounting(self, *, until: date | Absent = ABSENT) -> models.MissingAnswer:
        """Show what is missing in the accounting tool or in its mapping before documents can be booked.

        For accounting, admin.
        """
        return self._show(models.MissingAnswer, "/v1/accounting/check", {"until": until})

    def reconcile_accounting(self, *, start: date | Absent = ABSENT, end: date | Absent = ABSENT) -> models.ReconciliationAnswer:
        """Compare the documents, entries, accounts and VAT grids of some days with what the accounting tool has.

        For accounting, admin.
        """
        return self._show(models.ReconciliationAnswer, "/v1/accounting/reconciliation", {"start": start, "end": end})

    def read_accounting_payments(self, *, if_match: Tag = None, idempotency_key: str | None = None) -> models.ReadPaymentsAnswer:
        """Read the payments that were entered in the accounting tool, and match them.

        For accounting, admin.
        """
        return self._change(models.ReadPaymentsAnswer, "POST", "/v1/accounting/payments", None, if_match, idempotency_key)

    def check_e_invoice(self, *, xml: str, if_match: Tag = None, idempotency_key: str | None = None) -> models.VerdictAnswer:
        """Check an invoice or credit note in UBL or CII, of whatever program.

        For sales, billing, accounting, analyst, admin.
        """
        return self._change(models.VerdictAnswer, "POST", "/v1/e-invoices/check", {"xml": xml}, if_match, idempotency_key)

    def add_official_rules(
        self,
        *,
        file: str,
        text: str,
        name: str | Absent | None = ABSENT,
        version: str | Absent | None = ABSENT,
        if_match: Tag = None,
        idempotency_key: str | None = None,
    ) -> models.AllRulesAnswer:
        """Put the rules of a file in force, in place of those of the same name.

        For admin.
        """
        return self._change(
            models.AllRulesAnswer,
            "POST",
            "/v1/e-invoices/rules",
            {"file": file, "text": text, "name": name, "version": version},
            if_match,
            idempotency_key,
        )

    def list_official_rules(self) -> models.AllRulesAnswer:
        """List the rule sets in force, in the order in which a document is put to them.

        For sales, billing, accounting, analyst, admin.
        """
        return self._show(models.AllRulesAnswer, "/v1/e-invoices/rules")

    def remove_official_rules(self, name: str, *, if_match: Tag = None, idempotency_key: str | None = None) -> models.AllRulesAnswer:
        """Take added rules out of force.

        For admin.
        """
        return self._change(
            models.AllRulesAnswer, "DELETE", filled("/v1/e-invoices/rules/{name}", name=name), None, if_match, idempotency_key
        )

    def report_to_invoice(
        self,
        *,
        from_: date | Absent = ABSENT,
        to: date | Absent = ABSENT,
        by: str | Absent = ABSENT,
        type: Literal["subscription", "investment", "advertising"] | Absent = ABSENT,
        customer: str | Absent = ABSENT,
        limit: int | Absent = ABSENT,
        after: str | Absent = ABSENT,
    ) -> models.ReportAnswer:
        """Show what is to be invoiced in a period (default: the calendar month of the business date), late and held marked.

        For sales, billing, accounting, analyst, admin.
        `from_`: The first day of the report.
        `to`: The last day of the report, included.
        `by`: Group by some of month,order-type,family,customer,order.
        `type`: Only orders of this type.
        `customer`: Only this customer.
        `limit`: At most so many rows.
        `after`: Begin after this row: what `next` of the page before says.
        """
        return self._show(
            models.ReportAnswer,
            "/v1/reports/to-invoice",
            {"from": from_, "to": to, "by": by, "type": type, "customer": customer, "limit": limit, "after": after},
        )

    def report_forecast(
        self,
        *,
        from_: date | Absent = ABSENT,
        to: date | Absent = ABSENT,
        by: str | Absent = ABSENT,
        customer: str | Absent = ABSENT,
        limit: int | Absent = ABSENT,
        after: str | Absent = ABSENT,
    ) -> models.ReportAnswer:
        """Show what was and will be invoiced, by default for twelve months from the current one, and the weighted pipeline apar …

        For sales, billing, accounting, analyst, admin.
        `from_`: The first day of the report.
        `to`: The last day of the report, included.
        `by`: Group by some of month,order-type,family,customer.
        `customer`: Only this customer.
        `limit`: At most so many rows.
        `after`: Begin after this row: what `next` of the page before says.
        """
        return self._show(
            models.ReportAnswer,
            "/v1/reports/forecast",
            {"from": from_, "to": to, "by": by, "customer": customer, "limit": limit, "after": after},
        )

    def report_pipeline(
        self,
        *,
        by: str | Absent = ABSENT,
        as_of: date | Absent = ABSENT,
        open: bool | Absent = ABSENT,
        owner: str | Absent = ABSENT,
        limit: int | Absent = ABSENT,
        after: str | Absent = ABSENT,
    ) -> models.ReportAnswer:
        """Show opportunities with their amounts, plain and weighted by the probability of their stage.

        For sales, billing, accounting, analyst, admin.
        `by`: Group by some of stage,owner,month,customer,state,reason,order-type.
        `as_of`: The pipeline as it was at the end of a past day.
        `open`: Leave out what is won, lost or cancelled.
        `owner`: Only those of this person.
        `limit`: At most so many rows.
        `after`: Begin after this row: what `next` of the page before says.
        """
        return self._show(
            models.ReportAnswer,
            "/v1/reports/pipeline",
            {"by": by, "as_of": as_of, "open": open, "owner": owner, "limit": limit, "after": after},
        )

    def report_conversion(
        self, *, from_: date | Absent = ABSENT, to: date | Absent = ABSENT, owner: str | Absent = ABSENT
    ) -> models.ReportAnswer:
        """Show how opportunities moved from stage to stage in a period, by default twelve months from the current one.

        For sales, billing, accounting, analyst, admin.
        `from_`: The first day of the report.
        `to`: The last day of the report, included.
        `owner`: Only the opportunities of this person.
        """
        return self._show(models.ReportAnswer, "/v1/reports/conversion", {"from": from_, "to": to, "owner": owner})

    def report_advice(
        self, *, owner: str | Absent = ABSENT, limit: int | Absent = ABSENT, after: str | Absent = ABSENT
    ) -> models.ReportAnswer:
        """Show what open opportunities need: a step that is overdue or missing, a close that has passed, a stage in which they  …

        For sales, billing, accounting, analyst, admin.
        `owner`: Only the opportunities of this person.
        `limit`: At most so many rows.
        `after`: Begin after this row: what `next` of the page before says.
        """
        return self._show(models.ReportAnswer, "/v1/reports/advice", {"owner": owner, "limit": limit, "after": after})

    def report_activities(
        self,
        *,
        open: bool | Absent = ABSENT,
        owner: str | Absent = ABSENT,
        until: date | Absent = ABSENT,
        limit: int | Absent = ABSENT,
        after: str | Absent = ABSENT,
    ) -> models.ReportAnswer:
        """Show calls, meetings, mails and notes about customers and opportunities, and which are overdue.

        For sales, billing, accounting, analyst, admin.
        `open`: Only what is still to be done.
        `owner`: Only those of this person.
        `until`: Only what is due on this day or earlier.
        `limit`: At most so many rows.
        `after`: Begin after this row: what `next` of the page before says.
        """
        return self._show(
            models.ReportAnswer, "/v1/reports/activities", {"open": open, "owner": owner, "until": until, "limit": limit, "after": after}
        )

    def report_held_back(
        self, *, to_do: bool | Absent = ABSENT, limit: int | Absent = ABSENT, after: str | Absent = ABSENT
    ) -> models.ReportAnswer:
        """Show every item that is not invoiced now, the first state or rule that holds it back, and the way out.

        For sales, billing, accounting, analyst, admin.
        `to_do`: Only where somebody has to do something.
        `limit`: At most so many rows.
        `after`: Begin after this row: what `next` of the page before says.
        """
        return self._show(models.ReportAnswer, "/v1/reports/held-back", {"to_do": to_do, "limit": limit, "after": after})

    def report_journal(
        self, *, from_: date | Absent = ABSENT, to: date | Absent = ABSENT, limit: int | Absent = ABSENT, after: str | Absent = ABSENT
    ) -> models.ReportAnswer:
        """Show the postings of a period (default: the calendar month of the business date).

        For billing, accounting, admin.
        `from_`: The first day of the report.
        `to`: The last day of the report, included.
        `limit`: At most so many rows.
        `after`: Begin after this row: what `next` of the page before says.
        """
        return self._show(models.ReportAnswer, "/v1/reports/journal", {"from": from_, "to": to, "limit": limit, "after": after})

    def report_open_items(
        self,
        *,
        as_of: date | Absent = ABSENT,
        customer: str | Absent = ABSENT,
        overdue: bool | Absent = ABSENT,
        limit: int | Absent = ABSENT,
        after: str | Absent = ABSENT,
    ) -> models.ReportAnswer:
        """Show the invoices of which something is open on a day, by customer.

        For billing, accounting, admin.
        `as_of`: As it was at the end of this day (default: the business date).
        `customer`: Only this customer.
        `overdue`: Only what is past its due date.
        `limit`: At most so many rows.
        `after`: Begin after this row: what `next` of the page before says.
        """
        return self._show(
            models.ReportAnswer,
            "/v1/reports/open-items",
            {"as_of": as_of, "customer": customer, "overdue": overdue, "limit": limit, "after": after},
        )

    def report_ageing(
        self, *, as_of: date | Absent = ABSENT, customer: str | Absent = ABSENT, limit: int | Absent = ABSENT, after: str | Absent = ABSENT
    ) -> models.ReportAnswer:
        """Show what each customer owes on a day by how late it is: not due, 1 to 30 days, to 60, to 90, more.

        For billing, accounting, admin.
        `as_of`: As it was at the end of this day (default: the business date).
        `customer`: Only this customer.
        `limit`: At most so many rows.
        `after`: Begin after this row: what `next` of the page before says.
        """
        return self._show(models.ReportAnswer, "/v1/reports/ageing", {"as_of": as_of, "customer": customer, "limit": limit, "after": after})

    def report_doubtful(self, *, limit: int | Absent = ABSENT, after: str | Absent = ABSENT) -> models.ReportAnswer:
        """Show the invoices of which payment is doubtful, with what is open and written down of each.

        For billing, accounting, admin.
        `limit`: At most so many rows.
        `after`: Begin after this row: what `next` of the page before says.
        """
        return self._show(models.ReportAnswer, "/v1/reports/doubtful", {"limit": limit, "after": after})

    def report_vat(self, *, period: str | Absent = ABSENT) -> models.ReportAnswer:
        """Show the boxes of the VAT return of a period.

        For billing, accounting, admin.
        `period`: A month such as 2027-01, or a quarter such as 2027-Q1 (default: the month of the business date).
        """
        return self._show(models.ReportAnswer, "/v1/reports/vat", {"period": period})

    def report_vat_documents(
        self,
        *,
        period: str | Absent = ABSENT,
        grid: str | Absent = ABSENT,
        code: str | Absent = ABSENT,
        limit: int | Absent = ABSENT,
        after: str | Absent = ABSENT,
    ) -> models.ReportAnswer:
        """Show the documents behind the boxes of a VAT return, by VAT code.

        For billing, accounting, admin.
        `period`: A month such as 2027-01, or a quarter such as 2027-Q1 (default: the month of the business date).
        `grid`: Only what counts in this box.
        `code`: Only this VAT code.
        `limit`: At most so many rows.
        `after`: Begin after this row: what `next` of the page before says.
        """
        return self._show(
            models.ReportAnswer, "/v1/reports/vat-documents", {"period": period, "grid": grid, "code": code, "limit": limit, "after": after}
        )

    def report_ic_listing(self, *, period: str | Absent = ABSENT) -> models.ReportAnswer:
        """List the supplies to other member states of a period by VAT number: L goods, T triangular trade, S services; correcti …

        For billing, accounting, admin.
        `period`: A month such as 2027-01, or a quarter such as 2027-Q1 (default: the month of the business date).
        """
        return self._show(models.ReportAnswer, "/v1/reports/ic-listing", {"period": period})

    def report_annual_listing(self, *, year: str | Absent = ABSENT) -> models.ReportAnswer:
        """List the customers of the seller's country by VAT number, with what they were invoiced and credited in a year, and it …

        For billing, accounting, admin.
        `year`: A year such as 2027 (default: that of the business date).
        """
        return self._show(models.ReportAnswer, "/v1/reports/annual-listing", {"year": year})

    def report_oss_return(self, *, period: str | Absent = ABSENT) -> models.ReportAnswer:
        """Show the return of the one-stop shop: by state of consumption, goods or services, and rate; corrections by earlier qu …

        For billing, accounting, admin.
        `period`: A quarter such as 2027-Q1 (default: that of the business date).
        """
        return self._show(models.ReportAnswer, "/v1/reports/oss-return", {"period": period})

    def report_prepaid(
        self,
        *,
        as_of: date | Absent = ABSENT,
        customer: str | Absent = ABSENT,
        all: bool | Absent = ABSENT,
        limit: int | Absent = ABSENT,
        after: str | Absent = ABSENT,
    ) -> models.ReportAnswer:
        """Show what became of prepaid amounts by a day, and what is left of each.

        For billing, accounting, admin.
        `as_of`: As it was at the end of this day (default: the business date).
        `customer`: Only this customer.
        `all`: Also amounts of which nothing is left.
        `limit`: At most so many rows.
        `after`: Begin after this row: what `next` of the page before says.
        """
        return self._show(
            models.ReportAnswer, "/v1/reports/prepaid", {"as_of": as_of, "customer": customer, "all": all, "limit": limit, "after": after}
        )

    def report_slots(self, *, from_: date | Absent = ABSENT, to: date | Absent = ABSENT) -> models.ReportAnswer:
        """Show advertising slots sold and free, by default for twelve months from the current one.

        For sales, billing, accounting, analyst, admin.
        `from_`: The first day of the report.
        `to`: The last day of the report, included.
        """
        return self._show(models.ReportAnswer, "/v1/reports/slots", {"from": from_, "to": to})

    def report_events(
        self, *, customer: str | Absent = ABSENT, all: bool | Absent = ABSENT, limit: int | Absent = ABSENT, after: str | Absent = ABSENT
    ) -> models.ReportAnswer:
        """Show the events for which payment plans wait, the day on which each is expected, and what it makes billable.

        For sales, billing, accounting, analyst, admin.
        `customer`: Only this customer.
        `all`: Also what was reported.
        `limit`: At most so many rows.
        `after`: Begin after this row: what `next` of the page before says.
        """
        return self._show(models.ReportAnswer, "/v1/reports/events", {"customer": customer, "all": all, "limit": limit, "after": after})

    def report_renewals(
        self,
        *,
        from_: date | Absent = ABSENT,
        to: date | Absent = ABSENT,
        customer: str | Absent = ABSENT,
        limit: int | Absent = ABSENT,
        after: str | Absent = ABSENT,
    ) -> models.ReportAnswer:
        """Show the terms that end or renew, by default within three months from the current one, and the last day for notice.

        For sales, billing, accounting, analyst, admin.
        `from_`: The first day of the report.
        `to`: The last day of the report, included.
        `customer`: Only this customer.
        `limit`: At most so many rows.
        `after`: Begin after this row: what `next` of the page before says.
        """
        return self._show(
            models.ReportAnswer, "/v1/reports/renewals", {"from": from_, "to": to, "customer": customer, "limit": limit, "after": after}
        )

    def report_mrr(
        self,
        *,
        on: date | Absent = ABSENT,
        from_: date | Absent = ABSENT,
        to: date | Absent = ABSENT,
        by: str | Absent = ABSENT,
        customer: str | Absent = ABSENT,
        limit: int | Absent = ABSENT,
        after: str | Absent = ABSENT,
    ) -> models.ReportAnswer:
        """Show the monthly and annual recurring revenue of a day, or what moved between two days: new, lost, more, less, price.

        For sales, billing, accounting, analyst, admin.
        `on`: The day (default: the business date).
        `from_`: Show what moved, from this day on.
        `to`: Show what moved, through this day (default: the business date).
        `by`: Group by some of order-type,family,customer,segment.
        `customer`: Only this customer.
        `limit`: At most so many rows.
        `after`: Begin after this row: what `next` of the page before says.
        """
        return self._show(
            models.ReportAnswer,
            "/v1/reports/mrr",
            {"on": on, "from": from_, "to": to, "by": by, "customer": customer, "limit": limit, "after": after},
        )

    def report_reconciliation(
        self,
        *,
        snapshot: str,
        month: str | Absent = ABSENT,
        customer: str | Absent = ABSENT,
        invoiced: bool | Absent = ABSENT,
        limit: int | Absent = ABSENT,
        after: str | Absent = ABSENT,
    ) -> models.ReportAnswer:
        """Show why the forecast of now, or what is invoiced, differs from a snapshot: transaction by transaction, to the cent.

        For sales, billing, accounting, analyst, admin.
        `snapshot`: The name of the snapshot; `centwright forecast list` names them.
        `month`: Only what was or is to be billed in this month, such as 2027-01.
        `customer`: Only this customer.
        `invoiced`: Compare with what is invoiced so far instead of the forecast of now.
        `limit`: At most so many rows.
        `after`: Begin after this row: what `next` of the page before says.
        """
        return self._show(
            models.ReportAnswer,
            "/v1/reports/reconciliation",
            {"snapshot": snapshot, "month": month, "customer": customer, "invoiced": invoiced, "limit": limit, "after": after},
        )

    def list_forecasts(self) -> models.StoredForecasts:
        """List the forecasts that were stored, the oldest first.

        For sales, billing, accounting, analyst, admin.
        """
        return self._show(models.StoredForecasts, "/v1/forecasts")

    def store_forecast(self, *, name: str, if_match: Tag = None, idempotency_key: str | None = None) -> models.StoredForecast:
        """Store the forecast of now under a name.

        For billing, accounting, analyst, admin.
        """
        return self._change(models.StoredForecast, "POST", "/v1/forecasts", {"name": name}, if_match, idempotency_key)

    def list_rulebooks(self, *, state: Literal["proposed", "published", "withdrawn"] | Absent = ABSENT) -> models.VersionsAnswer:
        """List every version.

        For sales, billing, accounting, analyst, admin.
        """
        return self._show(models.VersionsAnswer, "/v1/rulebooks", {"state": state})

    def publish_rulebook(
        self,
        *,
        files: Mapping[str, str | None],
        from_: date | Absent | None = ABSENT,
        note: str | Absent | None = ABSENT,
        if_match: Tag = None,
        idempotency_key: str | None = None,
    ) -> models.PublishedAnswer:
        """Publish texts laid over the version in force as the next version, once check, scenarios, golden orders and every live …

        For analyst, admin.
        """
        return self._change(
            models.PublishedAnswer, "POST", "/v1/rulebooks", {"files": files, "from": from_, "note": note}, if_match, idempotency_key
        )

    def get_rulebook(self, version: str) -> models.VersionAnswer:
        """Show a version.

        For sales, billing, accounting, analyst, admin.
        """
        return self._show(models.VersionAnswer, filled("/v1/rulebooks/{version}", version=version))

    def get_files(self, version: str) -> models.TextsAnswer:
        """Show the files of a version.

        For sales, billing, accounting, analyst, admin.
        """
        return self._show(models.TextsAnswer, filled("/v1/rulebooks/{version}/files", version=version))

    def withdraw_rulebook(
        self, version: str, *, note: str | Absent | None = ABSENT, if_match: Tag = None, idempotency_key: str | None = None
    ) -> models.VersionAnswer:
        """Withdraw a version that is proposed, or whose day has not come.

        For analyst, admin.
        """
        return self._change(
            models.VersionAnswer,
            "POST",
            filled("/v1/rulebooks/{version}/withdraw", version=version),
            {"note": note},
            if_match,
            idempotency_key,
        )

    def approve_rulebook(
        self, version: str, *, note: str | Absent | None = ABSENT, if_match: Tag = None, idempotency_key: str | None = None
    ) -> models.VersionAnswer:
        """Put a proposed version in force.

        For analyst, admin.
        """
        return self._change(
            models.VersionAnswer,
            "POST",
            filled("/v1/rulebooks/{version}/approve", version=version),
            {"note": note},
            if_match,
            idempotency_key,
        )

    def roll_back(
        self,
        version: str,
        *,
        from_: date | Absent | None = ABSENT,
        note: str | Absent | None = ABSENT,
        if_match: Tag = None,
        idempotency_key: str | None = None,
    ) -> models.VersionAnswer:
        """Publish an earlier version again, as a new version.

        For analyst, admin.
        """
        return self._change(
            models.VersionAnswer,
            "POST",
            filled("/v1/rulebooks/{version}/roll-back", version=version),
            {"from": from_, "note": note},
            if_match,
            idempotency_key,
        )

    def list_drafts(self) -> models.DraftsAnswer:
        """List one's own draft, and those that others share.

        For analyst, admin.
        """
        return self._show(models.DraftsAnswer, "/v1/drafts")

    def get_draft(self, author: str) -> models.DraftAnswer:
        """Show a draft.

        For analyst, admin.
        """
        return self._show(models.DraftAnswer, filled("/v1/drafts/{author}", author=author))

    def change_draft(
        self,
        author: str,
        *,
        files: Mapping[str, str | None] | Absent = ABSENT,
        seen: Mapping[str, str | None] | Absent = ABSENT,
        is_shared: bool | Absent | None = ABSENT,
        if_match: Tag = None,
        idempotency_key: str | None = None,
    ) -> models.DraftAnswer:
        """Change texts of a draft.

        For analyst, admin.
        """
        return self._change(
            models.DraftAnswer,
            "PATCH",
            filled("/v1/drafts/{author}", author=author),
            {"files": files, "seen": seen, "is_shared": is_shared},
            if_match,
            idempotency_key,
        )

    def discard_draft(self, author: str, *, if_match: Tag = None, idempotency_key: str | None = None) -> models.DraftsAnswer:
        """Discard one's draft.

        For analyst, admin.
        """
        return self._change(models.DraftsAnswer, "DELETE", filled("/v1/drafts/{author}", author=author), None, if_match, idempotency_key)

    def get_effect(self, author: str) -> models.EffectAnswer:
        """Show how far the comparison of live orders is, and what came of it.

        For analyst, admin.
        """
        return self._show(models.EffectAnswer, filled("/v1/drafts/{author}/effect", author=author))

    def start_effect(
        self,
        author: str,
        *,
        before: str | Absent | None = ABSENT,
        after: str | Absent | None = ABSENT,
        if_match: Tag = None,
        idempotency_key: str | None = None,
    ) -> models.EffectAnswer:
        """Compare every live order with and without one's draft, or under two versions, in the background.

        For analyst, admin.
        """
        return self._change(
            models.EffectAnswer,
            "POST",
            filled("/v1/drafts/{author}/effect", author=author),
            {"before": before, "after": after},
            if_match,
            idempotency_key,
        )

    def stop_effect(self, author: str, *, if_match: Tag = None, idempotency_key: str | None = None) -> models.EffectAnswer:
        """Stop one's comparison of live orders.

        For analyst, admin.
        """
        return self._change(
            models.EffectAnswer, "DELETE", filled("/v1/drafts/{author}/effect", author=author), None, if_match, idempotency_key
        )

    def get_patch(self, author: str) -> bytes:
        """Download a draft as a patch for the files of the rulebook.

        For analyst, admin.
        """
        return self._file(filled("/v1/drafts/{author}/patch", author=author))

    def rebase_draft(self, author: str, *, if_match: Tag = None, idempotency_key: str | None = None) -> models.DraftAnswer:
        """Take one's draft as one of the version in force.

        For analyst, admin.
        """
        return self._change(
            models.DraftAnswer, "POST", filled("/v1/drafts/{author}/rebase", author=author), None, if_match, idempotency_key
        )

    def propose_draft(
        self,
        author: str,
        *,
        from_: date | Absent | None = ABSENT,
        note: str | Absent | None = ABSENT,
        at_once: bool | Absent = ABSENT,
        if_match: Tag = None,
        idempotency_key: str | None = None,
    ) -> models.PublishedAnswer:
        """Propose one's draft as the next version, once check, scenarios, golden orders and live orders hold.

        For analyst, admin.
        `at_once`: By default false.
        """
        return self._change(
            models.PublishedAnswer,
            "POST",
            filled("/v1/drafts/{author}/propose", author=author),
            {"from": from_, "note": note, "at_once": at_once},
            if_match,
            idempotency_key,
        )

    def list_users(
        self,
        *,
        role: Literal["sales", "billing", "accounting", "analyst", "admin"] | Absent = ABSENT,
        state: Literal["active", "disabled"] | Absent = ABSENT,
        order_by: Literal["name", "-name"] | Absent = ABSENT,
        limit: int | Absent = ABSENT,
        cursor: str | Absent = ABSENT,
        total: bool | Absent = ABSENT,
    ) -> Rows[models.ListedUser]:
        """Users with their roles and states.

        For admin.
        `order_by`: A minus sign: backwards.
        `limit`: At most so many rows. By default 100.
        `cursor`: `next` of the page before.
        `total`: Whether `total` says how many rows there are on all pages.
        """
        return Rows(
            self,
            models.ListedUser,
            "/v1/users",
            {"role": role, "state": state, "order_by": order_by, "limit": limit, "cursor": cursor, "total": total},
        )

    def add_user(
        self,
        *,
        name: str,
        full_name: str,
        email: str,
        role: Literal["sales", "billing", "accounting", "analyst", "admin"],
        approves: Sequence[str] | Absent = ABSENT,
        if_match: Tag = None,
        idempotency_key: str | None = None,
    ) -> models.UserAnswer:
        """Add a user.

        For admin.
        """
        return self._change(
            models.UserAnswer,
            "POST",
            "/v1/users",
            {"name": name, "full_name": full_name, "email": email, "role": role, "approves": approves},
            if_match,
            idempotency_key,
        )

    def get_user(self, user: str) -> models.UserAnswer:
        """Show a user.

        For admin.
        """
        return self._show(models.UserAnswer, filled("/v1/users/{user}", user=user))

    def change_user(
        self,
        user: str,
        *,
        full_name: str | Absent | None = ABSENT,
        email: str | Absent | None = ABSENT,
        role: Literal["sales", "billing", "accounting", "analyst", "admin"] | Absent | None = ABSENT,
        state: Literal["active", "disabled"] | Absent | None = ABSENT,
        approves: Sequence[str] | Absent | None = ABSENT,
        if_match: Tag = None,
        idempotency_key: str | None = None,
    ) -> models.UserAnswer:
        """Change what is given of a user.

        For admin.
        """
        return self._change(
            models.UserAnswer,
            "PATCH",
            filled("/v1/users/{user}", user=user),
            {"full_name": full_name, "email": email, "role": role, "state": state, "approves": approves},
            if_match,
            idempotency_key,
        )

    def reset_password(self, user: str, *, if_match: Tag = None, idempotency_key: str | None = None) -> models.NewPasswordAnswer:
        """Give a person a new password and show it.

        For admin.
        """
        return self._change(
            models.NewPasswordAnswer, "POST", filled("/v1/users/{user}/password", user=user), None, if_match, idempotency_key
        )

    def unbind_user(self, user: str, *, if_match: Tag = None, idempotency_key: str | None = None) -> models.UserAnswer:
        """Unbind the account of the company from a person, whose sessions end.

        For admin.
        """
        return self._change(models.UserAnswer, "POST", filled("/v1/users/{user}/unbind", user=user), None, if_match, idempotency_key)

    def list_sessions(self, user: str) -> models.SessionsAnswer:
        """List the sessions of a person that last.

        For admin.
        """
        return self._show(models.SessionsAnswer, filled("/v1/users/{user}/sessions", user=user))

    def end_sessions(self, user: str, *, if_match: Tag = None, idempotency_key: str | None = None) -> models.SessionsAnswer:
        """End the sessions of a person, in every browser.

        For admin.
        """
        return self._change(
            models.SessionsAnswer, "POST", filled("/v1/users/{user}/sessions/end", user=user), None, if_match, idempotency_key
        )

    def list_keys(self) -> models.KeysAnswer:
        """List keys with what they may do and when they were used last.

        For admin.
        """
        return self._show(models.KeysAnswer, "/v1/keys")

    def create_key(
        self,
        *,
        name: str,
        role: Literal["sales", "billing", "accounting", "analyst", "admin"],
        scopes: Sequence[str] | Absent = ABSENT,
        user: str | Absent | None = ABSENT,
        if_match: Tag = None,
        idempotency_key: str | None = None,
    ) -> models.CreatedKey:
        """Create a key and show it.

        For admin.
        """
        return self._change(
            models.CreatedKey, "POST", "/v1/keys", {"name": name, "role": role, "scopes": scopes, "user": user}, if_match, idempotency_key
        )

    def get_key(self, name: str) -> models.KeyAnswer:
        """Show a key by its name or prefix.

        For admin.
        """
        return self._show(models.KeyAnswer, filled("/v1/keys/{name}", name=name))

    def revoke_key(self, name: str, *, if_match: Tag = None, idempotency_key: str | None = None) -> models.KeyAnswer:
        """Revoke a key.

        For admin.
        """
        return self._change(models.KeyAnswer, "POST", filled("/v1/keys/{name}/revoke", name=name), None, if_match, idempotency_key)

    def list_webhooks(self) -> models.WebhooksAnswer:
        """List webhooks with the events that they want.

        For admin.
        """
        return self._show(models.WebhooksAnswer, "/v1/webhooks")

    def create_webhook(
        self, *, name: str, url: str, events: Sequence[str], if_match: Tag = None, idempotency_key: str | None = None
    ) -> models.CreatedWebhook:
        """Create a webhook and show the secret that signs what is sent to it.

        For admin.
        """
        return self._change(
            models.CreatedWebhook, "POST", "/v1/webhooks", {"name": name, "url": url, "events": events}, if_match, idempotency_key
        )

    def get_webhook(self, name: str) -> models.WebhookAnswer:
        """Show a webhook.

        For admin.
        """
        return self._show(models.WebhookAnswer, filled("/v1/webhooks/{name}", name=name))

    def change_webhook(
        self, name: str, *, state: Literal["active", "stopped"], if_match: Tag = None, idempotency_key: str | None = None
    ) -> models.WebhookAnswer:
        """Stop a webhook, which then is told of nothing new, or start it again.

        For admin.
        """
        return self._change(
            models.WebhookAnswer, "PATCH", filled("/v1/webhooks/{name}", name=name), {"state": state}, if_match, idempotency_key
        )

    def delete_webhook(self, name: str, *, if_match: Tag = None, idempotency_key: str | None = None) -> models.WebhookAnswer:
        """Delete a webhook, with what still waits for it.

        For admin.
        """
        return self._change(models.WebhookAnswer, "DELETE", filled("/v1/webhooks/{name}", name=name), None, if_match, idempotency_key)

    def rotate_webhook(self, name: str, *, if_match: Tag = None, idempotency_key: str | None = None) -> models.CreatedWebhook:
        """Give a webhook a new secret, shown this once.

        For admin.
        """
        return self._change(models.CreatedWebhook, "POST", filled("/v1/webhooks/{name}/rotate", name=name), None, if_match, idempotency_key)

    def test_webhook(self, name: str, *, if_match: Tag = None, idempotency_key: str | None = None) -> models.TrialAnswer:
        """Send a test event to a webhook at once, also to a stopped one, and show what its receiver answers.

        For admin.
        """
        return self._change(models.TrialAnswer, "POST", filled("/v1/webhooks/{name}/test", name=name), None, if_match, idempotency_key)

    def list_outbox(
        self,
        *,
        state: Literal["held", "queued", "accepted", "delivered", "rejected", "dead", "skipped"] | Absent = ABSENT,
        channel: str | Absent = ABSENT,
        document: str | Absent = ABSENT,
        run: int | Absent = ABSENT,
        order_by: Literal["key"] | Absent = ABSENT,
        limit: int | Absent = ABSENT,
        cursor: str | Absent = ABSENT,
        total: bool | Absent = ABSENT,
    ) -> Rows[models.OutboxRow]:
        """What was announced to whom, and what came of it.

        For billing, accounting, admin.
        `order_by`: A minus sign: backwards.
        `limit`: At most so many rows. By default 100.
        `cursor`: `next` of the page before.
        `total`: Whether `total` says how many rows there are on all pages.
        """
        return Rows(
            self,
            models.OutboxRow,
            "/v1/outbox",
            {
                "state": state,
                "channel": channel,
                "document": document,
                "run": run,
                "order_by": order_by,
                "limit": limit,
                "cursor": cursor,
                "total": total,
            },
        )

    def get_message(self, message: str) -> models.MessageAnswer:
        """Show a message of the outbox.

        For billing, accounting, admin.
        """
        return self._show(models.MessageAnswer, filled("/v1/outbox/{message}", message=message))

    def retry_message(self, message: str, *, if_match: Tag = None, idempotency_key: str | None = None) -> models.MessageAnswer:
        """Send a message again at once.

        For billing, accounting, admin.
        """
        return self._change(
            models.MessageAnswer, "POST", filled("/v1/outbox/{message}/retry", message=message), None, if_match, idempotency_key
        )

    def skip_message(self, message: str, *, because: str, if_match: Tag = None, idempotency_key: str | None = None) -> models.MessageAnswer:
        """Never send a message.

        For billing, accounting, admin.
        """
        return self._change(
            models.MessageAnswer,
            "POST",
            filled("/v1/outbox/{message}/skip", message=message),
            {"because": because},
            if_match,
            idempotency_key,
        )

    def reject_message(
        self, message: str, *, because: str, if_match: Tag = None, idempotency_key: str | None = None
    ) -> models.MessageAnswer:
        """Record that a document which was sent did not arrive or was refused, such as a mail that bounced.

        For billing, accounting, admin.
        """
        return self._change(
            models.MessageAnswer,
            "POST",
            filled("/v1/outbox/{message}/reject", message=message),
            {"because": because},
            if_match,
            idempotency_key,
        )

    def list_audit(
        self,
        *,
        resource: str | Absent = ABSENT,
        actor: str | Absent = ABSENT,
        action: str | Absent = ABSENT,
        on_from: date | Absent = ABSENT,
        on_to: date | Absent = ABSENT,
        order_by: Literal["latest", "-latest"] | Absent = ABSENT,
        limit: int | Absent = ABSENT,
        cursor: str | Absent = ABSENT,
        total: bool | Absent = ABSENT,
    ) -> Rows[models.AuditRow]:
        """What was done, the latest first.

        For admin.
        `order_by`: A minus sign: backwards.
        `limit`: At most so many rows. By default 100.
        `cursor`: `next` of the page before.
        `total`: Whether `total` says how many rows there are on all pages.
        """
        return Rows(
            self,
            models.AuditRow,
            "/v1/audit",
            {
                "resource": resource,
                "actor": actor,
                "action": action,
                "on_from": on_from,
                "on_to": on_to,
                "order_by": order_by,
                "limit": limit,
                "cursor": cursor,
                "total": total,
            },
        )

    def try_import(
        self, *, files: Sequence[models.ImportedFile], if_match: Tag = None, idempotency_key: str | None = None
    ) -> models.ImportAnswer:
        """Try an import.

        For admin.
        """
        return self._change(models.ImportAnswer, "POST", "/v1/imports/trial", {"files": files}, if_match, idempotency_key)

    def import_records(
        self, *, files: Sequence[models.ImportedFile], if_match: Tag = None, idempotency_key: str | None = None
    ) -> models.ImportAnswer:
        """Import files as `centwright import` does.

        For admin.
        """
        return self._change(models.ImportAnswer, "POST", "/v1/imports", {"files": files}, if_match, idempotency_key)

    def check_installation(self) -> models.ChecksAnswer:
        """Check what the installation lacks, as `centwright doctor` does.

        For admin.
        """
        return self._show(models.ChecksAnswer, "/v1/admin/doctor")

    def list_settings(self) -> models.SettingsAnswer:
        """List the settings of the service and of the company as they are in force, with where each comes from.

        For admin.
        """
        return self._show(models.SettingsAnswer, "/v1/admin/settings")

"""The reports: each is a function of the desk, and has one line here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from api.desk import (
    activities,
    conversion_report,
    doubtful_debts,
    events_report,
    journal_sheet,
    open_items_report,
    opportunity_advice,
    oss_report,
    pipeline_report,
    prepaid_amounts,
    reconciling,
    recurring_report,
    renewals_report,
    reports,
    to_invoice_report,
    vat_reports,
)
from api.desk.report_parameters import Report

REPORTS: Final[Mapping[str, Report]] = {
    "to-invoice": to_invoice_report.to_invoice,
    "forecast": reports.forecast,
    "pipeline": pipeline_report.pipeline,
    "conversion": conversion_report.conversion,
    "advice": opportunity_advice.advice_report,
    "activities": activities.activities,
    "held-back": reports.held_back,
    "journal": journal_sheet.journal,
    "open-items": open_items_report.open_items,
    "ageing": open_items_report.ageing,
    "doubtful": doubtful_debts.doubtful,
    "vat": vat_reports.vat,
    "vat-documents": vat_reports.vat_documents,
    "ic-listing": vat_reports.ic_listing,
    "annual-listing": vat_reports.annual_listing,
    "oss-return": oss_report.oss_return,
    "prepaid": prepaid_amounts.prepaid,
    "slots": reports.slots,
    "events": events_report.events,
    "renewals": renewals_report.renewals,
    "mrr": recurring_report.mrr,
    "reconciliation": reconciling.reconciliation,
}

"""The reports: each is a function of the desk, and has one line here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from api.desk import (
    activities,
    conversion_report,
    events_report,
    journal_sheet,
    opportunity_advice,
    pipeline_report,
    reconciling,
    recurring_report,
    renewals_report,
    reports,
)
from api.desk.report_parameters import Report

REPORTS: Final[Mapping[str, Report]] = {
    "to-invoice": reports.to_invoice,
    "forecast": reports.forecast,
    "pipeline": pipeline_report.pipeline,
    "conversion": conversion_report.conversion,
    "advice": opportunity_advice.advice_report,
    "activities": activities.activities,
    "held-back": reports.held_back,
    "journal": journal_sheet.journal,
    "slots": reports.slots,
    "events": events_report.events,
    "renewals": renewals_report.renewals,
    "mrr": recurring_report.mrr,
    "reconciliation": reconciling.reconciliation,
}

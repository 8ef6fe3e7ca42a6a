"""The draft of what a run would invoice to one customer, as a PDF: nothing is issued, and nothing stored."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Final

from api.desk.billing_run import preview
from api.desk.desk import Desk
from api.desk.due_drafts import Selection
from api.desk.renditions import draft_pdfs
from engine.problems import Kind, refuse

NO_DRAFT: Final = Kind(
    "no-draft",
    "{count} drafts of {customer} are due through {day}, and the number {place} is wanted",
    "ask for a later day, or a lower number",
)


def draft_pdf(desk: Desk, selection: Selection, place: int, *, issued_on: date | None, rulebook_folder: Path) -> tuple[str, bytes]:
    """The name and the PDF of one draft of a customer, counted from 1 in the order of a run; refused where there are fewer."""
    drafts = [draft for some in preview(desk, selection, issued_on=issued_on) for draft in some.drafts]
    if place > len(drafts):
        raise refuse(NO_DRAFT, None, "/draft", count=len(drafts), customer=selection.customer or "", day=selection.due_through, place=place)
    name = f"draft-{selection.customer}-{place}"
    return next(draft_pdfs(desk, {name: drafts[place - 1]}, issued_on or desk.today, rulebook_folder))

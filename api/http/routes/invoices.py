"""`/v1/invoices`: issued invoices and credit notes."""

from __future__ import annotations

from typing import Final, Literal

from api.desk import crediting
from api.desk.billing_lists import INVOICES
from api.desk.document_trees import Tree, issued_tree
from api.http.answer_models import union_of
from api.http.route_declarations import Call, Resource
from engine.documents.invoice import CreditNote, Invoice

invoices: Final = Resource("invoices", "Issued invoices and credit notes")
IssuedAnswer: Final = union_of(
    "IssuedAnswer", "An invoice or a credit note, as it was issued.", Invoice, CreditNote, document=Literal["invoice", "credit-note"]
)

invoices.list_of("/v1/invoices", INVOICES, "Invoices and credit notes")


@invoices.show("/v1/invoices/{number}", IssuedAnswer)
def get_invoice(call: Call, number: str) -> Tree:
    """Show an issued invoice or credit note, as it was issued."""
    return issued_tree(crediting.find_document(call.desk, number))

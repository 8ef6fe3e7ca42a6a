"""Germany: what its rules for e-invoices between German businesses ask beyond the standard."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from engine.countries.country import EInvoicing
from engine.countries.default_country import default_country

GERMANY: Final = replace(default_country("DE"), e_invoicing=EInvoicing(buyer_reference_at_home=True, payment_on_credit_notes="57"))

"""Greece: its sellers send e-invoices through the tax authority, which gives each a number (MARK) that the network asks for."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from engine.countries.country import EInvoicing
from engine.countries.default_country import default_country

GREECE: Final = replace(default_country("GR"), e_invoicing=EInvoicing(sells_by_peppol=False))

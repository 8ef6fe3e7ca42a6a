"""The EPC QR code that an app of a bank reads: a SEPA credit transfer with payee, account, amount and reference."""

from __future__ import annotations

import base64
import io
from decimal import Decimal
from typing import Final

import segno
from segno.helpers import make_epc_qr

from engine.documents.party import Seller
from engine.money import Money

LONGEST_TEXT: Final = 140
"""How many signs the text of a transfer may have."""
_LONGEST_NAME: Final = 70


def payment_code(seller: Seller, amount: Money, communication: str) -> str:
    """The code of a transfer to a seller as a data URL; empty where no euros are due, or where a code cannot say it."""
    if amount.currency.code != "EUR" or amount.minor <= 0:
        return ""
    try:
        code = _transfer_code(seller, amount, communication)
    except ValueError:  # a name, BIC or reference that banks do not take, or an amount above 999,999,999.99
        return ""
    drawing = io.BytesIO()
    code.save(drawing, kind="svg", border=0, xmldecl=False, svgns=True, nl=False)
    return "data:image/svg+xml;base64," + base64.b64encode(drawing.getvalue()).decode()


def is_creditor_reference(communication: str) -> bool:
    """Whether what a customer writes on the transfer is a reference of ISO 11649, such as `RF18 2027 0001`."""
    return communication.startswith("RF")


def _transfer_code(seller: Seller, amount: Money, communication: str) -> segno.QRCode:
    is_reference = is_creditor_reference(communication)
    code: segno.QRCode = make_epc_qr(
        name=seller.name[:_LONGEST_NAME],
        iban=seller.iban.replace(" ", ""),
        bic=(seller.bic or "").replace(" ", "") or None,
        amount=Decimal(str(amount)),
        text=None if is_reference else communication,
        reference=communication if is_reference else None,
    )
    return code

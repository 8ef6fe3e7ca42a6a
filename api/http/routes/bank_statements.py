"""`/v1/bank-statements`: statements of bank files imported, and their payments matched."""

from __future__ import annotations

import binascii
from base64 import b64decode, b64encode
from dataclasses import replace
from typing import Annotated, Final, Literal

from pydantic import BaseModel, Field

from api.desk import paying
from api.desk.document_trees import Tree
from api.http.request_parsing import LONGEST_BASE64
from api.http.route_declarations import FILE, FILE_NAME, FINANCE, Call, Resource
from api.refusals import Positioned
from engine.documents.document import Document
from engine.problems import Kind, refuse

bank_statements: Final = Resource("bank-statements", "Statements of bank files, whose payments are matched")
NOT_BASE_64: Final = Kind("not-base64", "the content of {file} is not in base64", "send the bytes of the file in base64 (RFC 4648)")
_CODA: Final = "\n".join(
    (
        "0000028112620005".ljust(127) + "2",
        f"12042{'BE68539007547034':<34}EUR0000000001000000271126{'':61}042",
        f"8042{'BE68539007547034':<34}EUR0000000001000000271126{'':64}0",
        f"9{'':15}000002{'0' * 30}".ljust(127) + "2",
    )
)
"""A statement of an account without movements."""


class BankFileRequest(Document):
    """A file of a bank, CODA or CAMT.053."""

    file: str = Field(min_length=1, max_length=200)
    """Its name, which problems show."""
    content: str = Field(max_length=LONGEST_BASE64, json_schema_extra={FILE: "base64", FILE_NAME: "file"})
    """Its bytes in base64, so that they arrive as the bank wrote them."""
    encoding: Literal["windows-1252", "iso-8859-15", "cp850", "utf-8"] = "windows-1252"
    """The encoding of CODA files; XML names its own."""
    accounts: tuple[Annotated[str, Field(max_length=34)], ...] = Field(default=(), max_length=100)
    """Other accounts of ours than that of the seller."""


class BankImportAnswer(BaseModel):
    """What came of an import."""

    statements: int
    """How many are new."""
    as_before: int
    """How many were imported before."""
    payments: int
    states: dict[str, int]
    """How many of the payments are in each state; `known`: another source reported them."""


@bank_statements.verb(
    "/v1/bank-statements",
    BankImportAnswer,
    roles=FINANCE,
    request=BankFileRequest,
    example={"file": "2026-042.cod", "content": b64encode(_CODA.encode()).decode(), "accounts": ["BE68539007547034"]},
)
def import_bank_statements(call: Call, body: BankFileRequest) -> Tree:
    """Import the statements of a bank file, all or none, and match their payments. The same file again changes nothing."""
    try:
        content = b64decode("".join(body.content.split()), validate=True)
    except (binascii.Error, ValueError):
        raise refuse(NOT_BASE_64, None, "/content", file=body.file) from None
    accounts = [each.replace(" ", "").upper() for each in body.accounts]
    try:
        imported = paying.import_contents(call.desk, [(body.file, content)], encoding=body.encoding, accounts=accounts)
    except Positioned as refusal:
        raise Positioned(tuple(replace(each, pointer="/content") for each in refusal.problems), refusal.texts) from None
    return {
        "statements": imported.statements,
        "as_before": imported.known_statements,
        "payments": imported.payments,
        "states": imported.states,
    }

"""The port of a Peppol access point: what it is given and what it answers, whoever runs it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, Protocol

from lxml import etree

from api.delivery.outcome import printable
from engine.phrases import phrase

StatusState = Literal["accepted", "delivered", "rejected"]
_CBC: Final = "{urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2}"
_CAC: Final = "{urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2}"
_UBL_VERSION: Final = "2.1"
RESPONSES: Final = {
    "AB": phrase("the customer has received it"),
    "IP": phrase("the customer is processing it"),
    "UQ": phrase("the customer has a question"),
    "CA": phrase("the customer accepts it on conditions"),
    "RE": phrase("the customer rejects it"),
    "AP": phrase("the customer accepts it"),
    "PD": phrase("the customer has paid it"),
}
"""The codes of an Invoice Response."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """A document as it is given to an access point. The key is that of the delivery: whatever is given again with it is sent once."""

    key: str
    number: str
    sender: str
    receiver: str
    """Scheme and number, `0208:0999910048`."""
    document_type: str
    process: str
    xml: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """What became of a document, or what its receiver answers (an Invoice Response, by its code)."""

    reference: str
    state: StatusState
    reason: str | None = None
    response: str | None = None

    @property
    def note(self) -> str | None:
        """What it says, in words."""
        response = RESPONSES.get(self.response or "")
        if response is None:
            return self.reason
        return phrase("{response}: {reason}", response=response, reason=self.reason) if self.reason else response


class AccessPointFault(Exception):
    """The access point cannot take or answer it now; perhaps it has taken it. Tried again later."""

    def __init__(self, text: str, retry_after: float | None = None) -> None:
        super().__init__(printable(text))
        self.retry_after = retry_after


class DocumentRefused(Exception):
    """The access point refuses this document for ever, and says why."""


class AccessPoint(Protocol):
    """What an access point does for a sender."""

    def is_reachable(self, participant: str, document_type: str) -> bool:
        """Whether the directory knows a participant who receives a type of documents."""

    def find(self, key: str) -> str | None:
        """The reference of what was given with a key; None where it was not."""

    def send(self, envelope: Envelope) -> str:
        """Gives a document, and gives its reference; with a key that was given before, that of the first."""

    def status(self, reference: str) -> Status | None:
        """What became of a document; None where the access point does not know it."""

    def statuses(self, after: str | None) -> tuple[Sequence[Status], str]:
        """The statuses after a cursor (None: from the first), in their order, and the next cursor."""


def identifiers_of(xml: bytes) -> tuple[str, str]:
    """The document type and process of a UBL document, as Peppol names them."""
    root = etree.fromstring(xml, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
    name = etree.QName(root)
    customization = root.findtext(f"{_CBC}CustomizationID") or ""
    kind = f"busdox-docid-qns::{name.namespace}::{name.localname}##{customization}::{_UBL_VERSION}"
    return kind, f"cenbii-procid-ubl::{root.findtext(f'{_CBC}ProfileID') or ''}"


def endpoint_in(xml: bytes, role: str) -> str | None:
    """The electronic address of a party of a UBL document (`AccountingSupplierParty`); None where it has none."""
    root = etree.fromstring(xml, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
    endpoint = root.find(f"{_CAC}{role}/{_CAC}Party/{_CBC}EndpointID")
    return None if endpoint is None else f"{endpoint.get('schemeID')}:{endpoint.text}"

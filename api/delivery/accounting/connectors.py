"""The connector of an installation, by its setting and the mapping of its rulebook."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from urllib.parse import urlsplit

from api.delivery.accounting.connector import BookingRefused, Connector, ConnectorFault
from api.delivery.accounting.tryton_connector import TrytonConnector
from api.delivery.accounting.tryton_rpc import BAD_ACCOUNTING_URL, tryton_rpc
from api.refusals import OutsideFailure
from engine.phrases import phrase
from engine.problems import Kind, refuse
from engine.rulebook.accounting_tools import ToolMapping
from engine.rulebook.book import Rulebook

NO_MAPPING: Final = Kind(
    "no-tool-mapping",
    "the rulebook has no mapping of the accounting tool `{tool}`",
    "add it to vat/accounting-tools.yaml under `tools`",
)


TOOL_FAULT: Final = Kind("accounting-tool-fault", "the accounting tool does not answer: {answer}", "try again when it runs")
TOOL_REFUSES: Final = Kind("accounting-tool-refuses", "{because}", "mend it there, or the mapping in vat/accounting-tools.yaml")


@contextmanager
def answering() -> Iterator[None]:
    """What a tool does not answer or refuses is a failure of another system."""
    try:
        yield
    except ConnectorFault as fault:
        raise OutsideFailure((TOOL_FAULT.at(None, answer=str(fault)),)) from None
    except BookingRefused as refusal:
        raise OutsideFailure((TOOL_REFUSES.at(None, because=refusal.because),)) from None


def connector_of(url: str, rulebook: Rulebook) -> tuple[Connector, ToolMapping]:
    """The connector and the mapping of a setting; refuses what is no address of a tool, or a tool without a mapping."""
    tool = urlsplit(url).scheme.partition("+")[0]
    if tool != "tryton":
        raise refuse(BAD_ACCOUNTING_URL, because=phrase("it names no tool that is known"))
    mapping = rulebook.accounting_tools.get(tool)
    if mapping is None:
        raise refuse(NO_MAPPING, tool=tool)
    return TrytonConnector(tryton_rpc(url), mapping), mapping

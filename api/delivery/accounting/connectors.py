"""The connector of an installation, by its setting and the mapping of its rulebook."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Final
from urllib.parse import urlsplit

from api.delivery.accounting.connector import BookingRefused, Connector, ConnectorFault
from api.delivery.accounting.files_connector import files_connector
from api.delivery.accounting.odoo_connector import odoo_connector
from api.delivery.accounting.tryton_connector import TrytonConnector
from api.delivery.accounting.tryton_rpc import BAD_ACCOUNTING_URL, tryton_rpc
from api.refusals import OutsideFailure
from engine.phrases import phrase
from engine.problems import Kind, refuse
from engine.rulebook.accounting_tools import ToolConnector, ToolMapping
from engine.rulebook.book import Rulebook

NO_MAPPING: Final = Kind(
    "no-tool-mapping",
    "the rulebook has no mapping of the accounting tool `{tool}`",
    "add it to vat/accounting-tools.yaml under `tools`",
)


NO_ACCOUNTING_URL: Final = Kind(
    "no-accounting-url",
    "no accounting tool is set",
    "set CENTWRIGHT_ACCOUNTING_URL, such as tryton+https://USER:PASSWORD@host/DATABASE, odoo+https://KEY@host/DATABASE "
    "or files:///srv/accounting",
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


CONNECTORS: Final[Mapping[ToolConnector, Callable[[str, ToolMapping], Connector]]] = {
    "tryton": lambda url, mapping: TrytonConnector(tryton_rpc(url), mapping),
    "odoo": odoo_connector,
    "files": files_connector,
}
"""What makes a connector of an address and a mapping; an address begins with the name of the connector."""


def connector_of(url: str, rulebook: Rulebook) -> tuple[Connector, ToolMapping]:
    """The connector and the mapping of a setting; refuses what is no address of a tool, or a tool without a mapping."""
    tool = urlsplit(url).scheme.partition("+")[0]
    mapping = rulebook.accounting_tools.get(tool)
    kind = next((each for each in CONNECTORS if each == ((mapping and mapping.connector) or tool)), None)
    if kind is None:
        raise refuse(BAD_ACCOUNTING_URL, because=phrase("it names no tool that is known"))
    if mapping is None:
        raise refuse(NO_MAPPING, tool=tool)
    connector = CONNECTORS[kind](kind + url[len(tool) :], mapping)
    connector.name = tool
    return connector, mapping

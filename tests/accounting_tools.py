"""The accounting tools that are put to one suite of tests; another connector is put to it by one line in TOOLS.

A tool is a function that gives, for a folder of its own, a connector with the mapping of the checkout: while it is open, the server runs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from api.delivery.accounting.connector import Connector
from api.delivery.accounting.files_connector import FilesConnector
from tests.local_accounting import connector_to, mapping, tryton_in
from tests.local_odoo import local_odoo, odoo_connector_to


@contextmanager
def _tryton(folder: Path) -> Iterator[Connector]:
    with tryton_in(folder) as server:
        yield connector_to(server)


@contextmanager
def _files(folder: Path) -> Iterator[Connector]:
    yield FilesConnector(folder, mapping("files"))


@contextmanager
def _odoo(folder: Path) -> Iterator[Connector]:
    with local_odoo(mapping("odoo")) as server:
        yield odoo_connector_to(server)


TOOLS: dict[str, Callable[[Path], AbstractContextManager[Connector]]] = {"files": _files, "odoo": _odoo, "tryton": _tryton}

"""The senders to the accounting tool: of documents always, of other entries where its mapping has a journal for them."""

from __future__ import annotations

from pathlib import Path

from api.delivery.accounting.accounting_sender import AccountingSender, files_of
from api.delivery.accounting.connector import Connector
from api.delivery.accounting.entry_sender import EntrySender
from api.delivery.outcome import Sender
from api.desk.desk import Desk
from engine.rulebook.accounting_tools import ToolMapping


def accounting_senders(desk: Desk, connector: Connector, mapping: ToolMapping, rulebook_folder: Path) -> list[Sender]:
    """The senders by a connector."""
    of_documents = AccountingSender(desk, connector, files_of(desk, rulebook_folder))
    return [of_documents] if mapping.entries_journal is None else [of_documents, EntrySender(desk, connector)]

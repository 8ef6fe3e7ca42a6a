"""Sends the documents of a demonstration to a mail server, an access point and an accounting tool of its own, all on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path

from api.delivery.accounting.accounting_senders import accounting_senders
from api.delivery.accounting.connector import BookingRefused
from api.delivery.accounting.connectors import answering, connector_of
from api.delivery.accounting.local_tryton import is_set_up, local_tryton
from api.delivery.accounting.tool_reconciliation import Reconciliation, reconcile
from api.delivery.local_access_point import LocalAccessPoint, ReceivedDocument, local_access_point
from api.delivery.local_mail_server import LocalMailServer, ReceivedMail, local_mail_server
from api.delivery.mail_sender import MailSender
from api.delivery.mail_server import mail_server
from api.delivery.outbox_worker import Reached, drain
from api.delivery.peppol_sender import PeppolSender
from api.delivery.rest_access_point import rest_access_point
from api.desk.desk import Desk
from api.output.files import make_folder, write_file
from api.store import outbox


def deliver_here(desk: Desk, rulebook_folder: Path, folder: Path, progress: Reached) -> dict[str, dict[str, int]]:
    """Sends everything that waits to customers, and writes what the two servers received into a folder.

    Gives how many messages of each channel are in each state then; nothing where none waited or waits.
    """
    with _receivers(folder) as (access_point, mails):
        by_mail = MailSender(desk, mail_server(mails.url), rulebook_folder, most_an_hour=1_000)
        done = drain(desk, [PeppolSender(desk, rest_access_point(access_point.url)), by_mail], progress=progress)
    with desk.store.reading() as connection:
        states = {channel: each for channel in done if (each := outbox.states_of(connection, channel))}
    is_any_left = any("queued" in each for each in states.values())
    return states if is_any_left or any(each.total for each in done.values()) else {}


def book_here(desk: Desk, rulebook_folder: Path, folder: Path, progress: Reached) -> Reconciliation:
    """Books everything that waits in a Tryton on this machine, whose database stays in a folder, and compares both."""
    with local_tryton(folder) as server, answering():
        connector, mapping = connector_of(server.url, desk.rulebook)
        missing = connector.check(desk.today)
        if missing:
            raise BookingRefused(missing[0])
        drain(desk, accounting_senders(desk, connector, mapping, rulebook_folder), progress=progress)
        return reconcile(desk, connector, mapping, date(desk.today.year, 1, 1), date(desk.today.year, 12, 31))


@contextmanager
def receivers_here(folder: Path) -> Iterator[dict[str, str]]:
    """A mail server, an access point and, where it is set up, a Tryton on this machine; gives the settings that lead to them.

    What they receive is written into a folder.
    """
    with _receivers(folder) as (access_point, mails), ExitStack() as more:
        addresses = {"PEPPOL_URL": access_point.url, "SMTP_URL": mails.url, "MAILS_AN_HOUR": "1000", "DELIVER": "inside"}
        if is_set_up():
            addresses["ACCOUNTING_URL"] = more.enter_context(local_tryton(folder / "tryton")).url
        yield addresses


@contextmanager
def _receivers(folder: Path) -> Iterator[tuple[LocalAccessPoint, LocalMailServer]]:
    for name in ("peppol", "email"):
        make_folder(folder / name)

    def write_document(document: ReceivedDocument) -> None:
        write_file(folder / "peppol" / f"{_file_name(document.number)}.xml", document.xml)

    def write_mail(mail: ReceivedMail) -> str:
        names = [part.get_filename() or "mail" for part in mail.message.iter_attachments()]
        write_file(folder / "email" / f"{_file_name(Path(names[0]).stem if names else 'mail')}.eml", mail.content)
        return "250 taken"

    with (
        local_access_point(LocalAccessPoint(received=write_document)) as access_point,
        local_mail_server(LocalMailServer(reply=write_mail)) as mails,
    ):
        yield access_point, mails


def _file_name(text: str) -> str:
    return "".join(sign if sign.isalnum() or sign in "-_." else "-" for sign in text)

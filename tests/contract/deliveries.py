"""What the tests of deliveries share: a worker that sends to local servers, its clock, and PDFs that nobody has to draw."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from api.delivery.local_access_point import LocalAccessPoint
from api.delivery.local_mail_server import LocalMailServer
from api.delivery.mail_sender import MailSender
from api.delivery.mail_server import mail_server
from api.delivery.outbox_worker import drain
from api.delivery.outcome import Delivered, Sender
from api.delivery.peppol_sender import PeppolSender
from api.delivery.rest_access_point import rest_access_point
from api.desk.billing_run import issue
from api.desk.desk import Desk
from api.desk.due_drafts import Selection
from api.store import issued_documents, records
from tests.running_service import ROOT


@dataclass
class Worker:
    """Sends by local servers, at a moment that moves as it is told."""

    desk: Desk
    access_point: LocalAccessPoint | None = None
    mails: LocalMailServer | None = None
    seconds: float = 5.0
    redirect: str | None = None
    most_an_hour: int = 20
    later: timedelta = field(default=timedelta(0))

    def at(self) -> datetime:
        """Its moment."""
        return self.desk.now() + self.later

    def run(self, after: timedelta = timedelta(0)) -> dict[str, Delivered]:
        """Sends what is due some time later than it was last."""
        self.later += after
        desk = replace(self.desk, now=self.at)
        senders: list[Sender] = []
        if self.access_point is not None:
            senders.append(PeppolSender(desk, replace(rest_access_point(self.access_point.url), seconds=self.seconds)))
        if self.mails is not None:
            server = replace(mail_server(self.mails.url), seconds=self.seconds)
            senders.append(MailSender(desk, server, ROOT, "bounces@verrelis.example", self.redirect, self.most_an_hour))
        return {channel: each for channel, each in drain(desk, senders, jitter=lambda: 1.0).items() if each.total}


def issue_with_pdf(desk: Desk, customer: str) -> list[str]:
    """Issues what is due of a customer, each with something in place of its PDF; gives the numbers."""
    numbers = list(issue(desk, Selection(due_through=desk.today, customer=customer)).issued)
    store_pdfs(desk, numbers)
    return numbers


def store_pdfs(desk: Desk, numbers: list[str], kind: str = "invoice") -> None:
    """Stores something in place of the PDFs of documents."""
    with desk.writing() as connection:
        for number in numbers:
            records.store_rendition(connection, number, kind, b"%PDF-1.7 of " + number.encode(), at=desk.now())


def all_invoices(desk: Desk) -> list[str]:
    """The numbers of all invoices."""
    with desk.store.reading() as connection:
        return [invoice.number for invoice in issued_documents.find_invoices(connection)]

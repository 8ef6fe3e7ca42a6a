"""Sends invoices and credit notes by e-mail: one message a recipient, in the customer's language, with PDF and XML."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Final

from api.delivery.mail_message import Mail, composed, message_id, one_address, subject_and_text
from api.delivery.mail_server import MailServer
from api.delivery.outcome import Job, Outcome
from api.delivery.sent_documents import SentDocument, documents_of
from api.desk.desk import Desk
from api.desk.renditions import pdfs_of
from api.printing.pdf import PdfPool, read_templates
from api.printing.print_job import PrintJob
from api.store import delivery_log
from api.store.delivery_log import LogEntry
from api.store.outbox import ClaimedMessage, MessageState
from engine import billing
from engine.documents.contact import Recipient
from engine.documents.invoice import Invoice
from engine.phrases import Phrase, phrase
from engine.problems import Refusal, message_of
from engine.writing.e_invoices.syntaxes import syntax_in
from engine.writing.html import credit_note_page, invoice_page
from engine.writing.pages import CREDIT_NOTE_MAIL_TEMPLATE, INVOICE_MAIL_TEMPLATE

HOUR: Final = timedelta(hours=1)


@dataclass
class MailSender:
    """Sends by one mail server. `bounces_to` is where it returns what cannot be delivered; `redirect` receives everything instead."""

    desk: Desk
    server: MailServer
    rulebook_folder: Path
    bounces_to: str | None = None
    redirect: str | None = None
    most_an_hour: int = 20
    """The most messages that one recipient gets within an hour."""
    channel: str = "email"
    states: tuple[MessageState, ...] = ("queued",)
    most: int = 100
    is_logged: bool = True
    _texts: PdfPool | None = field(default=None, init=False)
    _opened: ExitStack = field(default_factory=ExitStack, init=False)

    @contextmanager
    def opened(self) -> Iterator[None]:
        """A child process, which fills the templates; it is started for the first message."""
        with ExitStack() as self._opened:
            yield
        self._texts = None

    def jobs(self, messages: Sequence[ClaimedMessage]) -> Iterator[tuple[ClaimedMessage, Job]]:
        """One message for each recipient of each document that did not get this delivery yet."""
        if self._texts is None:
            self._texts = self._opened.enter_context(PdfPool(read_templates(self.rulebook_folder, self.desk.sources)))
        documents = documents_of(self.desk, messages)
        pdfs = pdfs_of(self.desk, [each.document for each in documents.values()], self.rulebook_folder)
        recipients = {message.key: self._recipients(documents[message.document]) for message in messages}
        addresses = {each.email for some in recipients.values() for each in some if each.email}
        with self.desk.store.reading() as connection:
            served = delivery_log.recipients_served(connection, documents, self.channel)
            counts = Counter(delivery_log.messages_since(connection, addresses, self.desk.now() - HOUR))
        for message in messages:
            left = [each for each in recipients[message.key] if (message.document, message.delivery, each.email) not in served]
            pdf, document = pdfs[message.document], documents[message.document]
            if isinstance(pdf, Refusal):
                yield message, partial(_held, phrase("its PDF cannot be printed: {problem}", problem=message_of(pdf.problems[0])))
            elif not recipients[message.key]:
                yield message, partial(_held, phrase("no recipient has an e-mail address; enter one, then deliver it again"))
            elif any(each.email is None for each in left):
                names = ", ".join(each.name for each in left if each.email is None)
                because = phrase("the e-mail address of {names} is no address; mend it, then deliver it again", names=names)
                yield message, partial(_held, because)
            elif any(counts[each.email or ""] >= self.most_an_hour for each in left):
                answer = f"a recipient got {self.most_an_hour} messages within an hour"
                yield message, partial(Outcome, state="queued", answer=answer, retry_after=HOUR.total_seconds(), is_attempt=False)
            else:
                counts.update(each.email or "" for each in left)
                yield message, partial(self._send, message, document, pdf, left)

    def _recipients(self, sent: SentDocument) -> list[Recipient]:
        """The recipients by rule, each with the one address that theirs is, or none."""
        chosen = billing.recipients_of(sent.customer, sent.contacts, self.desk.rulebook, on=self.desk.today)
        some = [Recipient(each.name, one_address(each.email)) for each in chosen if each.email]
        return list({(each.email or each.name).lower(): each for each in some}.values())

    def _send(self, message: ClaimedMessage, sent: SentDocument, pdf: bytes, recipients: Sequence[Recipient]) -> Outcome:
        sender = one_address(sent.document.seller.email) or one_address(self.desk.rulebook.company.seller.email)
        if sender is None:
            return _held(phrase("the e-mail address of the seller is no address; mend it in company.yaml, then deliver it again"))
        try:
            subject, text = self._text(sent)
        except Refusal as refusal:
            return _held(phrase("the template of its mail fails: {problem}", problem=message_of(refusal.problems[0])))
        entries: list[LogEntry] = []
        states: dict[str, str] = {}
        for recipient in recipients:
            mail = self._mail(message, sent, pdf, recipient, sender, subject, text)
            answer = self.server.send(self.bounces_to or mail.sender, mail.recipient, composed(mail))
            note = answer.text.replace(mail.recipient, "the recipient") + (", redirected" if self.redirect else "")
            states[answer.state] = note
            event: delivery_log.DeliveryEvent = "failed" if answer.state == "queued" else answer.state
            entries.append(_entry(message, event, recipient.email, mail.message_id, note))
        for state in ("queued", "rejected", "delivered"):
            if state in states:
                return Outcome(state=state, answer=states[state], entries=tuple(entries))
        return Outcome(state="delivered", is_attempt=False)  # every recipient got it before

    def _text(self, sent: SentDocument) -> tuple[str, str]:
        assert self._texts is not None
        document, words = sent.document, self._texts.templates.words
        page: Mapping[str, object]
        if isinstance(document, Invoice):
            name, page = INVOICE_MAIL_TEMPLATE, invoice_page(document, words)
        else:
            name, page = CREDIT_NOTE_MAIL_TEMPLATE, credit_note_page(document, words)
        return subject_and_text(self._texts.print_one(PrintJob(name, page, document.issued_on)).decode())

    def _mail(
        self, message: ClaimedMessage, sent: SentDocument, pdf: bytes, recipient: Recipient, sender: str, subject: str, text: str
    ) -> Mail:
        number, address = sent.document.number, recipient.email or ""
        name = "".join(sign if sign.isalnum() or sign in "-_." else "-" for sign in number)
        return Mail(
            sender_name=sent.document.seller.name,
            sender=sender,
            recipient_name=recipient.name,
            recipient=self.redirect or address,
            subject=subject,
            text=text,
            attachments=((f"{name}.pdf", "application/pdf", pdf), *_beside(name, sent.xml)),
            message_id=message_id(self.desk.installation, number, message.delivery, address, sender),
            language=sent.document.customer.language,
            sent_at=self.desk.now(),
            redirected_from=address if self.redirect else None,
        )


def _beside(name: str, xml: bytes) -> tuple[tuple[str, str, bytes], ...]:
    """The e-invoice as a file of its own, but not that of a Factur-X, which is read from the PDF and would be booked twice."""
    return () if syntax_in(xml) == "cii" else ((f"{name}.xml", "application/xml", xml),)


def _held(because: Phrase) -> Outcome:
    return Outcome(state="held", because=because, is_attempt=False)


def _entry(message: ClaimedMessage, event: delivery_log.DeliveryEvent, recipient: str | None, reference: str, note: str) -> LogEntry:
    return LogEntry(
        document=message.document,
        channel=message.channel,
        delivery=message.delivery,
        event=event,
        recipient=recipient,
        reference=reference,
        note=note,
    )

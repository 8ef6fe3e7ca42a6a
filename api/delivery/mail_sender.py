"""Sends documents by e-mail: one message a recipient, in the customer's language, as text and as HTML, with PDF and XML."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

from api.delivery.mail_message import Mail, composed, message_id, one_address, paragraphs_of, subject_and_text
from api.delivery.mail_server import MailServer
from api.delivery.mailed_documents import MailedDocument, mailed_documents
from api.delivery.outcome import Job, Outcome, OutcomeState
from api.desk.desk import Desk
from api.printing.pdf import PdfPool, read_templates
from api.printing.print_job import PrintJob
from api.store import delivery_log
from api.store.delivery_log import LogEntry
from api.store.outbox import ClaimedMessage, MessageState
from engine.documents.contact import Recipient
from engine.phrases import Phrase, phrase
from engine.problems import Refusal, message_of
from engine.writing.e_invoices.syntaxes import syntax_in
from engine.writing.html import seller_row
from engine.writing.message_page import MessagePage
from engine.writing.pages import MESSAGE_TEMPLATE
from engine.writing.templates import check_mail

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
    statuses: Mapping[str, OutcomeState] = field(default_factory=dict, init=False)
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
        documents = mailed_documents(self.desk, messages, self.rulebook_folder)
        recipients = {message.key: _recipients(documents[message.document]) for message in messages}
        addresses = {each.email for some in recipients.values() for each in some if each.email}
        with self.desk.store.reading() as connection:
            served = delivery_log.recipients_served(connection, documents, self.channel)
            counts = Counter(delivery_log.messages_since(connection, addresses, self.desk.now() - HOUR))
        for message in messages:
            left = [each for each in recipients[message.key] if (message.document, message.delivery, each.email) not in served]
            document = documents[message.document]
            if document.problem is not None:
                yield message, partial(_held, document.problem)
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
                yield message, partial(self._send, message, document, left)

    def _send(self, message: ClaimedMessage, document: MailedDocument, recipients: Sequence[Recipient]) -> Outcome:
        sender = one_address(document.seller.email) or one_address(self.desk.rulebook.company.seller.email)
        if sender is None:
            return _held(phrase("the e-mail address of the seller is no address; mend it in company.yaml, then deliver it again"))
        try:
            written = self._written(document)
        except Refusal as refusal:
            return _held(phrase("the template of its mail fails: {problem}", problem=message_of(refusal.problems[0])))
        entries: list[LogEntry] = []
        states: dict[str, str] = {}
        for recipient in recipients:
            mail = self._mail(message, document, recipient, sender, written)
            answer = self.server.send(self.bounces_to or mail.sender, mail.recipient, composed(mail))
            note = answer.text.replace(mail.recipient, "the recipient") + (", redirected" if self.redirect else "")
            states[answer.state] = note
            event: delivery_log.DeliveryEvent = "failed" if answer.state == "queued" else answer.state
            entries.append(_entry(message, event, recipient.email, mail.message_id, note))
        for state in ("queued", "rejected", "delivered"):
            if state in states:
                return Outcome(state=state, answer=states[state], entries=tuple(entries))
        return Outcome(state="delivered", is_attempt=False)  # every recipient got it before

    def _written(self, document: MailedDocument) -> _Written:
        """The subject and the text of a mail, and the same as HTML: templates fill both."""
        assert self._texts is not None
        page = document.page(self._texts.templates.words)
        filled = self._texts.print_one(PrintJob(document.template, page, document.day)).decode()
        check_mail(self._texts.templates.texts, document.template, document.language, filled)
        subject, text = subject_and_text(filled)
        shown: MessagePage = {
            "language": document.language,
            "seller": seller_row(document.seller, document.language),
            "subject": subject,
            "paragraphs": paragraphs_of(text),
        }
        return _Written(subject, text, self._texts.print_one(PrintJob(MESSAGE_TEMPLATE, shown, document.day)).decode())

    def _mail(self, message: ClaimedMessage, document: MailedDocument, recipient: Recipient, sender: str, written: _Written) -> Mail:
        address = recipient.email or ""
        name = "".join(sign if sign.isalnum() or sign in "-_." else "-" for sign in document.name)
        return Mail(
            sender_name=document.seller.name,
            sender=sender,
            recipient_name=recipient.name,
            recipient=self.redirect or address,
            subject=written.subject,
            text=written.text,
            html=written.html,
            attachments=((f"{name}.pdf", "application/pdf", document.pdf), *_beside(name, document.xml)),
            message_id=message_id(self.desk.installation, message.document, message.delivery, address, sender),
            language=document.language,
            sent_at=self.desk.now(),
            redirected_from=address if self.redirect else None,
        )


class _Written(NamedTuple):
    """What a mail says."""

    subject: str
    text: str
    html: str


def _recipients(document: MailedDocument) -> list[Recipient]:
    """The recipients by rule, each with the one address that theirs is, or none."""
    some = [Recipient(each.name, one_address(each.email)) for each in document.recipients if each.email]
    return list({(each.email or each.name).lower(): each for each in some}.values())


def _beside(name: str, xml: bytes | None) -> tuple[tuple[str, str, bytes], ...]:
    """The e-invoice as a file of its own, but not that of a Factur-X, which is read from the PDF and would be booked twice."""
    return () if xml is None or syntax_in(xml) == "cii" else ((f"{name}.xml", "application/xml", xml),)


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

"""The senders of an installation: to webhooks always, by e-mail, Peppol and to accounting where its settings name a server."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from api.delivery.accounting.accounting_senders import accounting_senders
from api.delivery.accounting.connectors import connector_of
from api.delivery.mail_message import one_address
from api.delivery.mail_sender import MailSender
from api.delivery.mail_server import mail_server
from api.delivery.outcome import Sender
from api.delivery.peppol_sender import PeppolSender
from api.delivery.rest_access_point import rest_access_point
from api.delivery.webhook_sender import WebhookSender
from api.desk.desk import Desk
from api.desk.version_in_force import ReadVersions, read_in_force
from api.settings import NO_ADDRESS, Settings
from api.store import outbox
from engine.phrases import Phrase, phrase
from engine.problems import refuse


def senders_of(desk: Desk, settings: Settings) -> list[Sender]:
    """The senders; refuses settings that are wrong before anything is sent."""
    result: list[Sender] = [WebhookSender(desk, settings.is_any_webhook_allowed)]
    smtp_url, peppol_url = settings.text("SMTP_URL"), settings.text("PEPPOL_URL")
    bounces_to, redirect = _address(settings, "BOUNCES_TO"), _address(settings, "REDIRECT_MAIL_TO")
    if peppol_url:
        result.append(PeppolSender(desk, rest_access_point(peppol_url)))
    accounting_url = settings.text("ACCOUNTING_URL")
    if accounting_url:
        connector, mapping = connector_of(accounting_url, desk.rulebook)
        result += accounting_senders(desk, connector, mapping, settings.rulebook)
    if smtp_url:
        server = mail_server(smtp_url)
        result.append(MailSender(desk, server, settings.rulebook, bounces_to, redirect, settings.mails_an_hour))
    return result


def up_to_date(desk: Desk, settings: Settings, versions: ReadVersions) -> Desk:
    """The desk, with the version in force now and the business date of today; the same one where neither changed."""
    if settings.by_name["RULEBOOK"].origin == "option":
        return desk
    in_force = read_in_force(desk.store, today=settings.today, now=desk.now, versions=versions)
    if in_force is None or (in_force.rulebook.fingerprint, in_force.today) == (desk.rulebook.fingerprint, desk.today):
        return desk
    return replace(desk, rulebook=in_force.rulebook, sources=in_force.sources, today=in_force.today, _known_in_force=[])


def waiting(desk: Desk, settings: Settings) -> Iterator[Phrase]:
    """What waits and cannot be sent, since a setting is missing."""
    for channel, name in (("email", "SMTP_URL"), ("peppol", "PEPPOL_URL")):
        if settings.text(name) is None:
            with desk.store.reading() as connection:
                count = outbox.count(connection, channel, "queued", until=desk.now())
            if count:
                yield phrase("{count} messages by {channel} wait: CENTWRIGHT_{name} is not set", count=count, channel=channel, name=name)


def _address(settings: Settings, name: str) -> str | None:
    text = settings.text(name)
    if text is None:
        return None
    address = one_address(text)
    if address is None:
        raise refuse(NO_ADDRESS, name=f"CENTWRIGHT_{name}", text=text[:100])
    return address

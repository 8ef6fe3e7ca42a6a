"""Links to quotes: made for an offered version, opened by its customer, and what it replies: accepted, or declined with a reason."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal

from api.desk import activities
from api.desk.announcing import announce
from api.desk.desk import Desk
from api.desk.link_signing import QuoteLink, short_hash
from api.desk.quote_acceptance import Acceptance, accept, as_chosen
from api.desk.quote_states import as_of, check, last_version, locked, state_on
from api.desk.quoting import buyer_of, step
from api.desk.renditions import quote_pdf
from api.desk.sales import surviving
from api.refusals import OutsideFailure, Unavailable
from api.store import audit_trail, erasures, opportunities, quote_replies, quotes
from api.store.audit_trail import AuditEntry
from api.store.quote_replies import Reply, ReplyKind
from api.store.quotes import StoredQuote
from api.store.sql import Writing
from engine.documents.priced_quote import PricedQuote
from engine.phrases import phrase, say
from engine.problems import Refusal, message_of
from engine.rulebook.company import stored_until

LinkState = Literal["open", "agreed", "accepted", "refused", "expired", "superseded", "changed"]
"""What became of what a link names; `agreed`: somebody of ours finishes the acceptance; `changed`: its PDF is another one now."""
AUTHOR: Final = "quote link"
"""Who does what a customer does on a link, as histories have it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeLink:
    """A link to a version of a quote, and its address."""

    link: QuoteLink
    url: str
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedLink:
    """What a link shows: its version, the state of it now, the PDF, and the reply on it."""

    token: str
    link: QuoteLink
    state: LinkState
    quote: StoredQuote
    pdf: bytes
    reply: Reply | None

    @property
    def id(self) -> str:
        """The id of the link."""
        return id_of(self.token)


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenReply:
    """What a customer sends from the page of a link; the day and the moment are those on which it arrives."""

    is_agreed: bool
    name: str | None
    purchase_order: str | None = None
    note: str | None = None
    chosen: tuple[int, ...] = ()
    shown_at: datetime
    language: str
    address: str | None
    user_agent: str | None
    request: str | None = None


def id_of(token: str) -> str:
    """The id of a link, which does not open it."""
    return hashlib.sha256(token.encode()).hexdigest()[:16]


def link_of(desk: Desk, number: str, rulebook_folder: Path) -> MadeLink:
    """The link to the last version of a quote, which can be accepted; the same one whenever it is asked for. Its PDF is stored now."""
    desk.links.signer()  # refused before a PDF is drawn
    with desk.store.reading() as connection:
        last = last_version(connection, number)
    check(last, "accept", desk.today)
    return link_to(desk, last, quote_pdf(desk, last, rulebook_folder))


def link_to(desk: Desk, offered: StoredQuote, pdf: bytes) -> MadeLink:
    """The link to one version of a quote and its PDF, whatever became of the quote meanwhile: its page says so."""
    signer = desk.links.signer()
    link = QuoteLink(number=offered.number, version=offered.version, valid_until=offered.quote.valid_until, pdf=short_hash(pdf))
    return MadeLink(link=link, url=signer.url_of(link), id=id_of(signer.token_of(link)))


def link_tree(made: MadeLink) -> dict[str, object]:
    """A link as JSON has it."""
    named = {"quote": made.link.number, "version": made.link.version, "url": made.url, "link": made.id}
    return named | {"valid_until": made.link.valid_until.isoformat()}


def open_link(desk: Desk, token: str, rulebook_folder: Path) -> OpenedLink | None:
    """What a link shows now; None where it is none of ours, or what it names is there no more."""
    link = desk.links.signer().read(token) if desk.links.is_set else None
    if link is None:
        return None
    with desk.store.reading() as connection:
        versions = quotes.find(connection, link.number)
        replies = quote_replies.of_quote(connection, link.number)
        is_erased = bool(erasures.among(connection, [("customer", one.quote.customer.id) for one in versions[:1]]))
    named = next((one for one in versions if one.version == link.version), None)
    if named is None or is_erased:
        return None
    pdf = quote_pdf(desk, named, rulebook_folder)
    state = _state(desk, link, versions[-1], replies.get(link.version), pdf)
    return OpenedLink(token=token, link=link, state=state, quote=as_of(named, desk.today), pdf=pdf, reply=replies.get(link.version))


def with_choice(desk: Desk, opened: OpenedLink, chosen: Collection[int]) -> PricedQuote:
    """The quote of a link with some of its optional and alternative lines, as accepting it would have them; refused where it cannot be."""
    with desk.store.reading() as connection:
        buyer = buyer_of(connection, opened.quote.quote.customer.id)
        return as_chosen(desk, connection, opened.quote, chosen, buyer.id).quote


def reply_on_link(desk: Desk, opened: OpenedLink, given: GivenReply) -> None:
    """Records what a customer replies on an open link, once: it accepts the quote, or refuses it.

    Where the desk refuses the acceptance, it is recorded that the customer agreed and why somebody of ours must finish it: the desk asks
    its own people, never the customer. A reply to what is open no more changes nothing.
    """
    desk = replace(desk, author=AUTHOR)
    refused = None
    try:
        desk.store.in_one_transaction(lambda store: _reply(replace(desk, store=store), opened, given, None))
    except (OutsideFailure, Unavailable):
        raise
    except Refusal as refusal:
        if not given.is_agreed:
            raise
        refused = refusal
    if refused is not None:
        desk.store.in_one_transaction(lambda store: _reply(replace(desk, store=store), opened, given, refused))


def _reply(desk: Desk, opened: OpenedLink, given: GivenReply, refused: Refusal | None) -> None:
    """One transaction: the reply with its evidence, and what it does; `refused` says why the desk does not accept the quote by itself."""
    number = opened.link.number
    with desk.writing() as connection:
        last = locked(connection, number)
        earlier = quote_replies.of_quote(connection, number).get(opened.link.version)
        if _state(desk, opened.link, last, earlier, opened.pdf) != "open":
            return
        kind: ReplyKind = "declined" if not given.is_agreed else "accepted" if refused is None else "agreed"
        quote_replies.append(connection, _stored(desk, opened, given, kind, refused))
        if refused is not None:
            _report_to_seller(desk, connection, last, refused)
        elif given.is_agreed:
            accept(desk, number, Acceptance(on=desk.today, purchase_order=given.purchase_order, chosen=given.chosen))
        else:
            step(desk, number, "refuse", "refused", note="declined on its link")
        fields = tuple(name for name in ("name", "purchase_order", "note", "chosen") if getattr(given, name))
        action = "agree_on_link" if given.is_agreed else "decline_on_link"
        entry = AuditEntry(actor_kind="key", actor=AUTHOR, action=action, resource=f"quotes/{number}", fields=fields, request=given.request)
        audit_trail.append(connection, entry, at=desk.now(), on=desk.today)


def _stored(desk: Desk, opened: OpenedLink, given: GivenReply, kind: ReplyKind, refused: Refusal | None) -> Reply:
    return Reply(
        number=opened.link.number,
        version=opened.link.version,
        link=opened.id,
        reply=kind,
        name=given.name,
        purchase_order=given.purchase_order,
        note=given.note,
        chosen=given.chosen,
        language=given.language,
        pdf_hash=hashlib.sha256(opened.pdf).hexdigest(),
        shown_at=given.shown_at.astimezone(UTC),
        replied_on=desk.today,
        replied_at=desk.now(),
        address=given.address,
        user_agent=given.user_agent,
        because=None if refused is None else message_of(refused.problems[0]),
        stored_until=stored_until(desk.rulebook.company, desk.today, lambda rule: rule.reply_months),
    )


def _report_to_seller(desk: Desk, connection: Writing, last: StoredQuote, refused: Refusal) -> None:
    """What must be finished, as an activity due today of whoever sells, and as an event."""
    announce(desk, connection, "quote.agreed", f"quotes/{last.number}", version=str(last.version), customer=last.quote.customer.id)
    because = message_of(refused.problems[0])
    text = phrase("the customer agreed to the quote {number} on its link; finish it, since {because}", number=last.number, because=because)
    owner = desk.author
    if last.opportunity is not None:
        owner = opportunities.find(connection, [last.opportunity])[last.opportunity].owner or owner
    words = say(text, desk.rulebook.company.languages[0])
    customer = surviving(connection, last.quote.customer.id)
    activities.add(desk, "customer", customer, "call", words[:2000], due_on=desk.today, owner=owner)


def _state(desk: Desk, link: QuoteLink, last: StoredQuote, reply: Reply | None, pdf: bytes) -> LinkState:
    """What became of what a link names."""
    if link.version != last.version:
        return "superseded"
    state = state_on(last, desk.today)
    if state in ("accepted", "refused"):
        return "accepted" if state == "accepted" else "refused"
    if reply is not None:
        return "agreed"
    if state == "expired" or desk.today > link.valid_until:
        return "expired"
    return "open" if state in ("approved", "sent") and short_hash(pdf) == link.pdf else "changed"

"""The routes of a quote's page: shown, its PDF and logo, and the reply that a customer sends; the link itself is the only key."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from ipaddress import ip_address, ip_network
from typing import Final, Protocol, TypeVar
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from api.desk.desk import Desk
from api.desk.quote_links import AUTHOR, GivenReply, OpenedLink, open_link, reply_on_link, with_choice
from api.http.desk_opener import DeskOpener
from api.http.rate_limits import RateLimits
from api.http.request_bodies import FORMS
from api.pages.page_responses import file_response, page_response
from api.pages.quote_reply.reply_form import SentForm, read_form
from api.pages.quote_reply.reply_page import TEMPLATE, Shown, Values, failed_page, language_of, logo_of, missing_page, reply_page
from api.refusals import OutsideFailure, TooMany, Unavailable
from api.store.database import is_absent
from engine.phrases import Language, Phrase, phrase
from engine.problems import Refusal

_STATUSES: Final = {"refused": 410, "expired": 410, "superseded": 410, "changed": 410}
_FORM_LASTS: Final = timedelta(hours=24)
_MOST_A_SECOND: Final = 10
"""The requests a second from one address, for long."""
_LONGEST_AGENT: Final = 300
_PRIVATE_ADDRESS: Final = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
_Result = TypeVar("_Result")
_log: Final = logging.getLogger("centwright")


class Threads(Protocol):
    """What does the work of a request in a thread."""

    def run(self, work: Callable[[], _Result], *, is_writing: bool) -> Awaitable[_Result]:
        """What some work gives."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkRequest:
    """A request for the page of a link."""

    token: str
    address: str
    agent: str
    language: Language
    request_id: str
    body: bytes = b""


class ReplyPages:
    """Answers the requests for the pages of links."""

    def __init__(self, opener: DeskOpener) -> None:
        self._opener = opener

    def shown(self, requested: LinkRequest) -> Response:
        """The page of a link as it is now."""
        desk, opened = self._opened(requested.token)
        return _missing(requested.language) if desk is None or opened is None else self._page(desk, opened, Shown())

    def pdf(self, requested: LinkRequest) -> Response:
        """The PDF that a link names."""
        desk, opened = self._opened(requested.token)
        if desk is None or opened is None or opened.state in ("superseded", "changed"):
            return _missing(requested.language)
        name = "".join(sign if sign.isascii() and sign.isalnum() else "-" for sign in opened.link.number)
        return file_response(opened.pdf, "application/pdf", f"{name}.pdf")

    def logo(self, requested: LinkRequest) -> Response:
        """The logo of the seller."""
        desk, opened = self._opened(requested.token)
        logo = logo_of(desk, self._opener.rulebook_folder) if desk is not None and opened is not None else None
        return _missing(requested.language) if logo is None else file_response(*logo)

    def replied(self, requested: LinkRequest) -> Response:
        """What comes of a form that was sent: the page as it is then, or with what is wrong."""
        desk, opened = self._opened(requested.token)
        if desk is None or opened is None:
            return _missing(requested.language)
        if opened.state != "open":  # somebody was faster, or it was sent twice: the page says what became of it
            return _see(requested.token)
        sent = read_form(requested.body, opened.quote.quote.lines)
        if sent is None:
            return self._page(desk, opened, Shown(problems={"form": phrase("what was sent is not this form; fill it in here")}), 400)
        shown_at = desk.links.signer().shown_at(requested.token, sent.form)
        moment = None if shown_at is None else datetime.fromtimestamp(shown_at, UTC)
        problems = dict(sent.problems)
        if moment is None or not timedelta(0) <= desk.now() - moment + timedelta(seconds=1) <= _FORM_LASTS:
            problems["form"] = phrase("this page was open for too long, or not shown to you; read it again, then send it")
        if problems and sent.verb != "look":
            return self._page(desk, opened, Shown(sent=sent, problems=problems), 400)
        if sent.verb == "look":
            return self._with_choice(desk, opened, sent)
        assert moment is not None
        reply_on_link(desk, opened, _given(requested, sent, moment, language_of(opened, desk)))
        return _see(requested.token)

    def _with_choice(self, desk: Desk, opened: OpenedLink, sent: SentForm) -> Response:
        """The page with the totals of what is chosen."""
        try:
            priced = with_choice(desk, opened, sent.chosen) if sent.chosen else None
        except (OutsideFailure, Unavailable):
            raise
        except Refusal:  # a question for the seller: what the customer wants is still sent with the form
            message = phrase("we cannot show the totals of this choice here; you may accept with it, and we will confirm them to you")
            return self._page(desk, opened, Shown(sent=sent, problems={"choices": message}))
        return self._page(desk, opened, Shown(sent=sent, priced=priced))

    def _page(self, desk: Desk, opened: OpenedLink, shown: Shown, status: int | None = None) -> Response:
        form = desk.links.signer().form_of(opened.token, int(desk.now().timestamp()))
        shown = Shown(form=form, sent=shown.sent, problems=shown.problems, priced=shown.priced)
        values = reply_page(desk, opened, self._opener.rulebook_folder, opened.token, shown)
        return page_response(TEMPLATE, values, status=status or _STATUSES.get(opened.state, 200), language=language_of(opened, desk))

    def _opened(self, token: str) -> tuple[Desk | None, OpenedLink | None]:
        """The desk, and what a link names; nothing where there are no links, or no database."""
        opener = self._opener
        if not opener.links.is_set or opener.url is None or opener.links.signer().read(token) is None or is_absent(opener.url):
            return None, None
        desk = opener.desk(AUTHOR)
        return desk, open_link(desk, token, opener.rulebook_folder)


def router(opener: DeskOpener, threads: Threads, proxies: Collection[str], rate: int) -> APIRouter:
    """The routes of the pages of links; an address may send no more requests a second than a key, and few."""
    pages, rates, routes = ReplyPages(opener), RateLimits(min(rate, _MOST_A_SECOND)), APIRouter(include_in_schema=False)

    async def respond(request: Request, token: str, work: Callable[[LinkRequest], Response], *, is_writing: bool = False) -> Response:
        language: Language = request.scope["language"]
        address = address_of(request, proxies)
        requested = LinkRequest(
            token=token,
            address=address,
            agent=_printable(request.headers.get("user-agent", "")),
            language=language,
            request_id=request.scope["request_id"],
            body=await request.body(),
        )
        try:
            rates.take(_network(address))
            return await threads.run(partial(work, requested), is_writing=is_writing)
        except TooMany:
            return _failed(phrase("There were too many requests from your network. Wait some seconds, then try again."), language, 429)
        except (OutsideFailure, Unavailable) as refusal:
            _log.warning("the page of a link was not shown: %s", refusal)
            return _failed(phrase("We cannot show or store anything at this moment. Try again in some minutes."), language, 503)
        except Refusal as refusal:
            _log.warning("the page of a link was not shown: %s", refusal)
            return _failed(phrase("Something is wrong on our side. Please call us or write to us."), language, 500)

    @routes.get(FORMS + "{token}")
    async def show_quote_page(request: Request, token: str) -> Response:
        return await respond(request, token, pages.shown)

    @routes.get(FORMS + "{token}/")
    async def show_page_at_its_address(token: str) -> Response:
        """Programs for mails add a slash: the browser is led to the page beside it, whatever name and path customers know us by."""
        return RedirectResponse(f"../{quote(token, safe='')}", 307, _PRIVATE_ADDRESS)

    @routes.get(FORMS + "{token}/quote.pdf")
    async def show_quote_pdf(request: Request, token: str) -> Response:
        return await respond(request, token, pages.pdf)

    @routes.get(FORMS + "{token}/logo")
    async def show_logo(request: Request, token: str) -> Response:
        return await respond(request, token, pages.logo)

    @routes.post(FORMS + "{token}")
    async def reply_to_quote(request: Request, token: str) -> Response:
        return await respond(request, token, pages.replied, is_writing=True)

    return routes


def address_of(request: Request, proxies: Collection[str]) -> str:
    """From where a request comes: what a server of ours before this one says of it is believed, and nobody else."""
    address = request.client.host if request.client else ""
    given = [each.strip() for each in ",".join(request.headers.getlist("x-forwarded-for")).split(",")]
    while address in proxies and given:
        try:
            address = str(ip_address(given.pop()))
        except ValueError:
            break
    return address


def _network(address: str) -> str:
    """What one customer has of the internet: an address, or of the sixth version a network of 64 bits."""
    try:
        return str(ip_network(f"{address}/64", strict=False)) if ":" in address else address
    except ValueError:
        return address


def _given(requested: LinkRequest, sent: SentForm, shown_at: datetime, language: Language) -> GivenReply:
    is_agreed = sent.verb == "accept"
    return GivenReply(
        is_agreed=is_agreed,
        name=(sent.name if is_agreed else sent.decliner) or None,
        purchase_order=(sent.purchase_order or None) if is_agreed else None,
        note=None if is_agreed else sent.reason,
        chosen=sent.chosen if is_agreed else (),
        shown_at=shown_at,
        language=language,
        address=requested.address or None,
        user_agent=requested.agent or None,
        request=requested.request_id,
    )


def _see(token: str) -> Response:
    """Leads the browser to the page as it is now: loaded again, it sends nothing again."""
    return RedirectResponse(token, 303, _PRIVATE_ADDRESS)


def _missing(language: Language) -> Response:
    return page_response(TEMPLATE, missing_page(language), status=404, language=language)


def _failed(message: Phrase, language: Language, status: int) -> Response:
    values: Values = failed_page(message, language)
    response = page_response(TEMPLATE, values, status=status, language=language)
    if status in (429, 503):
        response.headers["Retry-After"] = "5"
    return response


def _printable(text: str) -> str:
    return "".join(sign if sign.isprintable() else " " for sign in text)[:_LONGEST_AGENT]

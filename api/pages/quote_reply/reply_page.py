"""The values of a quote's page: the seller, what is offered, what became of it, and the form, in the customer's language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from api.desk.desk import Desk
from api.desk.explaining import rulebook_by_fingerprint
from api.desk.quote_links import OpenedLink
from api.pages.quote_reply.reply_form import SentForm, group_of
from api.printing.pdf import TemplateSet, read_templates
from engine.documents.priced_quote import PricedQuote
from engine.phrases import LANGUAGES, Language, Phrase, phrase, say
from engine.writing.locale_format import amount_text, long_day_text
from engine.writing.pages import LineRow, QuotePage
from engine.writing.quote_html import quote_page

Values = dict[str, object]
TEMPLATE: Final = "quote_reply/reply_page.html.j2"
_LOGOS: Final = {"templates/logo.svg": "image/svg+xml", "templates/logo.png": "image/png", "templates/logo.jpg": "image/jpeg"}
_FIELDS: Final = ("name", "agreed", "purchase_order", "reason", "decliner")
_EMPTY: Final[Mapping[str, object]] = {
    "name": "", "purchase_order": "", "reason": "", "decliner": "", "agreed": False, "is_declining": False
}  # fmt: skip
_TEXTS: Final[Mapping[str, Phrase]] = {
    "mend": phrase("Please look at this again"),
    "read_pdf": phrase("Read the quote with its general terms (PDF)"),
    "totals": phrase("What it comes to"),
    "with_choice": phrase("With the lines that you chose:"),
    "choices": phrase("Your choice"),
    "look": phrase("Show the totals with this choice"),
    "accept": phrase("Accept this quote"),
    "your_name": phrase("Your first and last name"),
    "date": phrase("Date"),
    "purchase_order": phrase("Your purchase order number, if you have one"),
    "accept_now": phrase("Accept the quote"),
    "evidence": phrase(
        "With your reply we store your name, the moment, the address of your internet connection and the kind of your browser."
    ),
    "decline": phrase("Decline this quote"),
    "reason": phrase("Why do you decline?"),
    "decline_now": phrase("Decline the quote"),
    "questions": phrase("Questions?"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What the page shows beside the link: a form that was sent and is shown again, and the quote with what is chosen of it."""

    form: str = ""
    sent: SentForm | None = None
    problems: Mapping[str, Phrase] | None = None
    priced: PricedQuote | None = None


def language_of(opened: OpenedLink, desk: Desk) -> Language:
    """The language of a quote's page: its customer's."""
    wanted = opened.quote.quote.customer.language
    usual = desk.rulebook.company.languages[0]
    return next((each for each in (wanted, usual) if each in LANGUAGES), LANGUAGES[0])


def logo_of(desk: Desk, folder: Path) -> tuple[bytes, str] | None:
    """The logo of the seller's documents, with its type."""
    assets = read_templates(folder, desk.sources).assets
    return next(((assets[path], kind) for path, kind in _LOGOS.items() if path in assets), None)


def reply_page(desk: Desk, opened: OpenedLink, folder: Path, here: str, shown: Shown) -> Values:
    """The values of the page of a link; `here` is its address, from its own place."""
    language = language_of(opened, desk)
    templates = read_templates(folder, desk.sources)
    page, sums = _pages(desk, opened, shown.priced, templates)
    number = opened.link.number
    has_content = opened.state not in ("superseded", "changed")
    sent = {} if shown.sent is None else {name: getattr(shown.sent, name) for name in _FIELDS}
    day = long_day_text(opened.quote.quote.on, language)
    agree = phrase(
        "I accept quote {number} of {day} for {customer}, as the PDF shows it, and agree to the general terms in it.",
        number=number,
        day=day,
        customer=opened.quote.quote.customer.name,
    )
    texts = dict(_TEXTS) | {
        "agree": agree,
        "for_whom": phrase("for {customer}", customer=page["customer"]["name"]),
        "lines": phrase("What we offer, in {currency}", currency=page["currency"]),
    }
    title = f"{page['words']['quote']} {number}"
    return {
        "language": language,
        "title": f"{title} · {page['seller']['name']}",
        "heading": title,
        "seller": page["seller"],
        "has_logo": any(path in templates.assets for path in _LOGOS),
        "here": here,
        "state": [say(each, language) for each in _sentences(opened, language)],
        "facts": [(say(label, language), text) for label, text in _facts(opened)],
        "has_pdf": has_content,
        "page": page if has_content else None,
        "sums": sums,
        "chosen": bool(shown.priced),
        "choices": list(_choices(opened, page["lines"], shown.sent, language)),
        "form": shown.form if opened.state == "open" else "",
        "today": long_day_text(desk.today, language),
        "given": {**_EMPTY, **sent, "is_declining": shown.sent is not None and shown.sent.verb == "decline"},
        "problems": {name: say(each, language) for name, each in (shown.problems or {}).items()},
        "fields": _FIELDS,
        "text": {name: say(each, language) for name, each in texts.items()},
    }


def missing_page(language: Language) -> Values:
    """The values of the page of a link that is none: it says nothing of any quote."""
    message = phrase("This link is not valid, or not complete. Open it again from the mail, or ask whoever sent it for another one.")
    return _bare(phrase("There is no quote here"), message, language)


def failed_page(message: Phrase, language: Language) -> Values:
    """The values of a page that cannot be shown now."""
    return _bare(phrase("This did not work"), message, language)


def _bare(heading: Phrase, message: Phrase, language: Language) -> Values:
    return {
        "language": language,
        "title": say(heading, language),
        "heading": say(heading, language),
        "state": [say(message, language)],
        **dict.fromkeys(("seller", "page", "has_pdf", "form", "problems")),
    }


def _pages(desk: Desk, opened: OpenedLink, priced: PricedQuote | None, templates: TemplateSet) -> tuple[QuotePage, QuotePage]:
    """The quote as it was offered, and with what is chosen of it."""
    with desk.store.reading() as connection:
        rulebook, _ = rulebook_by_fingerprint(desk, connection, opened.quote.quote.rulebook)
    page = quote_page(opened.quote.quote, opened.link.number, rulebook, templates.words, opened.quote.attributes)
    if priced is None:
        return page, page
    return page, quote_page(priced, opened.link.number, rulebook, templates.words, opened.quote.attributes)


def _choices(opened: OpenedLink, rows: tuple[LineRow, ...], sent: SentForm | None, language: Language) -> Iterator[Values]:
    """The lines that may be chosen, each with its box or circle."""
    chosen = set(sent.chosen) if sent is not None else set[int]()
    replaced = {line.request.alternative for line in opened.quote.quote.lines if line.number in chosen and line.request.alternative}
    for line, row in zip(opened.quote.quote.lines, rows, strict=True):
        name = line.request.alternative
        if not (line.request.optional or name is not None):
            continue
        label = row["description"] if name is None else f"{name}: {row['description']}"
        yield {
            "type": "checkbox" if name is None else "radio",
            "group": group_of(line),
            "line": line.number,
            "label": f"{label} ({row['quantity']})",
            "net": amount_text(line.net, language),
            "is_chosen": line.number in chosen or (name is not None and line.counted and name not in replaced),
        }


def _facts(opened: OpenedLink) -> Iterator[tuple[Phrase, str]]:
    """What a customer replied."""
    reply = opened.reply
    if reply is None or opened.state not in ("accepted", "agreed"):
        return
    if reply.name:
        yield phrase("Accepted by"), reply.name
    if reply.purchase_order:
        yield phrase("Your purchase order"), reply.purchase_order


def _sentences(opened: OpenedLink, language: Language) -> Iterator[Phrase]:
    """What became of the quote, in words, and the way on."""
    reply, until = opened.reply, long_day_text(opened.link.valid_until, language)
    match opened.state:
        case "open":
            yield phrase("You can accept this quote here until {day}.", day=until)
        case "accepted" if reply is not None:
            yield phrase("You accepted this quote on {day}. Thank you.", day=long_day_text(reply.replied_on, language))
        case "accepted":
            yield phrase("This quote is accepted. Thank you.")
        case "agreed" if reply is not None:
            day = long_day_text(reply.replied_on, language)
            yield phrase("We have received your acceptance of {day}. Thank you.", day=day)
            yield phrase("One of us completes it and will confirm it to you; you need not do anything.")
        case "refused":
            yield phrase("This quote was declined. If you have changed your mind, ask us for a new one.")
        case "expired":
            yield phrase("This quote has expired: it was valid until {day}. Ask us for a new one.", day=until)
        case "superseded":
            yield phrase("There is a newer version of this quote, which replaces this one. Use its link, or ask us for it.")
        case _:
            yield phrase("This quote has changed since this link was made. Ask us for the link of the quote as it is now.")

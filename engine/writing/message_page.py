"""The values that the look of mails shows: what the text of a mail says, in paragraphs and lines."""

from __future__ import annotations

from typing import TypedDict

from engine.writing.pages import SellerRow


class MailLineRow(TypedDict):
    """A line of a mail's text; `link` is the address that it is, or empty."""

    text: str
    link: str


class ParagraphRow(TypedDict):
    """A paragraph of a mail's text."""

    lines: tuple[MailLineRow, ...]


class MessagePage(TypedDict):
    """The values of the look of mails: the seller, and what the text of the mail says."""

    language: str
    seller: SellerRow
    subject: str
    paragraphs: tuple[ParagraphRow, ...]

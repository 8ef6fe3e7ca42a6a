"""Remedies of problems for who works on the pages: in place of a command, the button or the page that does the same."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from api.pages.frame.labels import action_label
from api.refusals import UNKNOWN
from engine.phrases import Language, Phrase, phrase, say
from engine.problems import Problem

_COMMAND: Final = re.compile(r"`centwright ([a-z-]+(?: [a-z-]+)?)[^`]*`")
_UNKNOWN_NAME: Final = phrase("type a part of the name or number, and choose from the list")
VERBS: Final[Mapping[str, str]] = {
    "customer change": "change_customer",
    "customer erase": "erase_customer",
    "customer vat-checked": "check_vat_number",
    "invoice credit": "credit_invoice",
    "invoice rebill": "rebill_invoice",
    "item change": "change_item",
    "key create": "create_key",
    "opportunity register": "register_prospect",
    "order delivery": "set_delivery",
    "order line": "add_line",
    "order terms": "set_terms",
    "quote version": "make_version",
    "run issue": "start_billing",
    "run resume": "resume_run",
    "user change": "change_user",
    "user unbind": "unbind_user",
}
"""The verb of the pages that does what a command does."""
_PAGES: Final[Mapping[str, Phrase]] = {"run preview": phrase("Preview the run")}
"""What does the same on a page and is no verb."""


def help_on_page(problem: Problem, language: Language) -> str:
    """The remedy of a problem with buttons in place of commands; what an unknown name fits is offered on the page."""
    if problem.kind is UNKNOWN:
        return say(_UNKNOWN_NAME, language)
    return _COMMAND.sub(lambda command: _button(command, language), problem.help_in(language))


def _button(command: re.Match[str], language: Language) -> str:
    name = command[1]
    if name in _PAGES:
        return f"`{say(_PAGES[name], language)}`"
    return f"`{action_label(VERBS[name], language)}`" if name in VERBS else command[0]

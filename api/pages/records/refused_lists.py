"""A list or report that was refused for what was requested of it: what is wrong, and which customer or document may be meant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from api.desk.choices import SOUGHT, Choices, fitting
from api.desk.desk import Desk
from api.pages.frame.navigation import Values
from api.pages.frame.remedies import help_on_page
from api.pages.frame.visits import Visit
from api.refusals import NoKey, NotAllowed, OutsideFailure, TooMany, Unavailable, Unknown
from engine.phrases import phrase, say
from engine.problems import Refusal

ELSEWHERE: Final = (NoKey, NotAllowed, OutsideFailure, TooMany, Unavailable)
"""Refusals that have another cause than what was requested."""


@dataclass(frozen=True, slots=True)
class Meant:
    """A condition that names nothing, such as a part of a name, and what fits it."""

    condition: str
    words: str
    choices: Choices

    def addresses(self, visit: Visit) -> Sequence[tuple[str, str]]:
        """What fits, each with the address of the list of that."""
        return [(f"{code} · {label}", f"{visit.path}?{self._with(visit, code)}") for code, label in self.choices]

    def _with(self, visit: Visit, code: str) -> str:
        return urlencode([(name, code if name == self.condition else text) for name, text in visit.parameters if text])


def meant_by(desk: Desk, visit: Visit, refusal: Refusal) -> Meant | None:
    """The condition that names nothing; None where that is not why a list was refused."""
    sought = ((name, text.strip()) for name, text in visit.parameters if name in SOUGHT and text.strip())
    for name, words in sought if isinstance(refusal, Unknown) else ():
        choices = fitting(desk, name, visit.language, words)
        if words not in {code for code, _ in choices}:
            return Meant(name, words, choices)
    return None


def refused_values(visit: Visit, refusal: Refusal, meant: Meant | None) -> Values:
    """The values of `records/refused_list.html.j2`."""
    language = visit.language
    problems = [(each.message_in(language), help_on_page(each, language)) for each in refusal.problems]
    return {
        "mend": say(phrase("Please look at this again"), language),
        "problems": problems,
        "several": ""
        if meant is None
        else say(phrase("“{words}” names nothing here. Is one of these meant?", words=meant.words), language),
        "meant": () if meant is None else meant.addresses(visit),
    }

"""The form of a quote's page as it is sent: read within limits, with the mistakes of each field in words."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal
from urllib.parse import parse_qsl

from engine.documents.priced_quote import QuotedLine
from engine.phrases import Phrase, phrase

LARGEST: Final = 32_768
_MOST_FIELDS: Final = 300
_LONGEST: Final[Mapping[str, int]] = {"name": 200, "decliner": 200, "purchase_order": 100, "reason": 2000}
Verb = Literal["accept", "decline", "look"]
_VERBS: Final[tuple[Verb, ...]] = ("accept", "decline", "look")


@dataclass(frozen=True, slots=True, kw_only=True)
class SentForm:
    """What was sent: texts on one line (the reason on several), the chosen lines, and what is wrong, by field."""

    verb: Verb
    form: str
    name: str = ""
    decliner: str = ""
    purchase_order: str = ""
    reason: str = ""
    agreed: bool = False
    chosen: tuple[int, ...] = ()
    problems: Mapping[str, Phrase] = field(default_factory=dict)


def read_form(body: bytes, lines: Sequence[QuotedLine]) -> SentForm | None:
    """A form that was sent; None for what no browser sends from this page."""
    if len(body) > LARGEST:
        return None
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=_MOST_FIELDS, errors="strict")
    except ValueError:
        return None
    given = dict(pairs)
    verb = next((each for each in _VERBS if each == given.get("do")), None)
    chosen = _chosen(pairs, lines)
    if verb is None or chosen is None:
        return None
    texts = {name: _plain(given.get(name, ""), has_lines=name == "reason") for name in _LONGEST}
    problems = {name: phrase("write at most {most} characters", most=most) for name, most in _LONGEST.items() if len(texts[name]) > most}
    if verb == "accept" and not texts["name"]:
        problems["name"] = phrase("write your name")
    if verb == "accept" and given.get("agreed") != "yes":
        problems["agreed"] = phrase("tick this box where you agree")
    if verb == "decline" and not texts["reason"]:
        problems["reason"] = phrase("write why, so that we can do better")
    return SentForm(verb=verb, form=given.get("form", ""), agreed=given.get("agreed") == "yes", chosen=chosen, problems=problems, **texts)


def group_of(line: QuotedLine) -> str:
    """The name under which a form sends the choice of a line: alternatives share one."""
    return f"line-{line.number}" if line.request.alternative is None else f"one-{line.request.alternative}"


def _chosen(pairs: Sequence[tuple[str, str]], lines: Sequence[QuotedLine]) -> tuple[int, ...] | None:
    """The lines that are chosen and would not count otherwise; None where one is no choice of this quote."""
    possible = {(group_of(line), str(line.number)): line for line in lines if _is_choice(line)}
    groups = {group for group, _ in possible}
    sent = {group: number for group, number in pairs if group in groups or group.startswith(("line-", "one-"))}
    if not all(pair in possible for pair in sent.items()):
        return None
    return tuple(sorted(possible[pair].number for pair in sent.items() if not possible[pair].counted))


def _is_choice(line: QuotedLine) -> bool:
    return line.request.optional or line.request.alternative is not None


def _plain(text: str, *, has_lines: bool) -> str:
    """A text without control characters and spaces around it, in composed characters."""
    composed = unicodedata.normalize("NFC", text.replace("\r\n", "\n"))
    signs = "".join(sign if sign.isprintable() or (has_lines and sign == "\n") else " " for sign in composed)
    return signs.strip() if has_lines else " ".join(signs.split())

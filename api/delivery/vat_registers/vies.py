"""VIES, the register of the European Commission, over REST: JSON requests within limits of time and size, and what its answers mean.

POST {address}/check-vat-number    {"countryCode", "vatNumber", "requesterMemberStateCode", "requesterNumber"}
     200 {"countryCode", "vatNumber", "valid": true, "requestIdentifier", "name", "address", …}
     200 {"actionSucceed": false, "errorWrappers": [{"error": "MS_UNAVAILABLE"}]}: faults come with that status too
     200 {"valid": false, "userError": "MS_UNAVAILABLE"}: and so

The public address is https://ec.europa.eu/taxation_customs/vies/rest-api.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from api.delivery.limited_requests import Address, NoAnswer, address_in
from api.delivery.outcome import printable
from api.delivery.vat_registers.vat_register import RegisterAnswer
from engine.phrases import Phrase, phrase
from engine.problems import Kind, refuse

BAD_VIES_URL: Final = Kind(
    "bad-vies-url",
    "CENTWRIGHT_VIES_URL is no address of VIES: {because}",
    "write https://ec.europa.eu/taxation_customs/vies/rest-api; http is for this machine only",
)
NO_VIES_URL: Final = Kind(
    "no-vies-url",
    "no register of VAT numbers is set, and nothing is asked of the Internet without one",
    "set CENTWRIGHT_VIES_URL, such as https://ec.europa.eu/taxation_customs/vies/rest-api; `--local` tries it with one on this machine",
)
SECONDS: Final = 10.0
STATES: Final = frozenset(
    "AT BE BG CY CZ DE DK EE EL ES FI FR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK XI".split()
)  # the letters of numbers that VIES has: Greece is EL, Northern Ireland XI
_NO_FAULT: Final = ("", "VALID", "INVALID")
_BUSY: Final = ("GLOBAL_MAX_CONCURRENT_REQ", "GLOBAL_MAX_CONCURRENT_REQ_TIME", "MS_MAX_CONCURRENT_REQ", "MS_MAX_CONCURRENT_REQ_TIME")
_DOWN: Final = ("SERVICE_UNAVAILABLE", "TIMEOUT", "SERVER_BUSY", "IP_BLOCKED", "VAT_BLOCKED", "INVALID_REQUESTER_INFO")
_NOT_DISCLOSED: Final = re.compile("-*")
_SIGNS: Final = re.compile("[^A-Z0-9+*]")


@dataclass(frozen=True, slots=True)
class Vies:
    """VIES at an address, asked for a VAT number of our own: only then does it give a consultation number."""

    address: Address
    requester: str
    seconds: float = SECONDS
    """How long one request may take."""

    @property
    def name(self) -> str:
        """How it is called on evidence."""
        return "VIES"

    def has(self, number: str) -> bool:
        """Whether it knows numbers of that state."""
        return plain(number)[:2] in STATES

    def ask(self, number: str) -> RegisterAnswer:
        """What it says of a number; whatever is no clear yes or no is `unknown`."""
        whole, own = plain(number), plain(self.requester)
        body = {"countryCode": whole[:2], "vatNumber": whole[2:]}
        if own[:2] in STATES:
            body |= {"requesterMemberStateCode": own[:2], "requesterNumber": own[2:]}
        headers = {"Accept": "application/json", "Content-Type": "application/json"}
        try:
            reply = self.address.request("POST", "/check-vat-number", json.dumps(body).encode(), headers, self.seconds)
        except NoAnswer as fault:
            return _unknown(phrase("VIES gives no answer: {fault}", fault=str(fault)), is_down=True)
        if reply.status != 200:
            return _unknown(phrase("VIES answers with status {status}", status=reply.status), is_down=True)
        tree = _tree(reply.content)
        if tree is None:
            return _unknown(phrase("the answer of VIES cannot be read"), is_down=True)
        return _answer(tree, whole, own if own[:2] in STATES else None)


def vies(url: str | None, requester: str) -> Vies:
    """VIES at the address of a setting; refuses what is none, and that nothing is set."""
    if not url:
        raise refuse(NO_VIES_URL)
    address, _ = address_in(url, BAD_VIES_URL)
    return Vies(address, requester)


def plain(number: str) -> str:
    """A VAT number as VIES takes it: capital letters and digits, without blanks and dots."""
    return _SIGNS.sub("", number.upper())


def _answer(tree: Mapping[str, object], number: str, requester: str | None) -> RegisterAnswer:
    fault = _fault(tree)
    if fault is not None:
        because = phrase("VIES answers {fault}", fault=fault)
        return _unknown(because, is_busy=fault in _BUSY, is_down=fault in _DOWN, is_state_down=fault.startswith("MS_"))
    valid = tree.get("valid")
    if not isinstance(valid, bool):
        return _unknown(phrase("VIES says neither yes nor no"))
    about = plain(f"{tree.get('countryCode') or ''}{tree.get('vatNumber') or ''}")
    if about not in ("", number):
        return _unknown(phrase("VIES answers about another number, {number}", number=printable(about)))
    return RegisterAnswer(
        result="valid" if valid else "invalid",
        consultation=_text(tree, "requestIdentifier"),
        requester=requester,
        name=_text(tree, "name"),
        address=_text(tree, "address"),
    )


def _fault(tree: Mapping[str, object]) -> str | None:
    """The fault of an answer; None where it has none."""
    wrapped = tree.get("errorWrappers")
    if wrapped:
        first = wrapped[0] if isinstance(wrapped, list) else None
        fault = first.get("error") if isinstance(first, dict) else None
        return printable(fault) if isinstance(fault, str) and fault else "an error without a name"
    if tree.get("actionSucceed") is False:
        return "actionSucceed: false"
    error = tree.get("userError")
    if error is None or error in _NO_FAULT:
        return None
    return printable(str(error))


def _text(tree: Mapping[str, object], name: str) -> str | None:
    """A text of an answer; VIES writes dashes for what a state does not disclose."""
    value = tree.get(name)
    text = printable(value) if isinstance(value, str) else ""
    return None if _NOT_DISCLOSED.fullmatch(text) else text


def _unknown(because: Phrase, *, is_down: bool = False, is_state_down: bool = False, is_busy: bool = False) -> RegisterAnswer:
    return RegisterAnswer(result="unknown", because=because, is_down=is_down, is_state_down=is_state_down, is_busy=is_busy)


def _tree(content: bytes) -> Mapping[str, object] | None:
    """The JSON object of an answer; None where it is none, or was cut because it is too large."""
    try:
        tree = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return tree if isinstance(tree, dict) else None

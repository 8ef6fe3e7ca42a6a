"""The page on which people sign in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from api.pages.frame.navigation import Values, bare_frame
from engine.phrases import LANGUAGES, Language, phrase, say

TEMPLATE: Final = "sign_in/sign_in.html.j2"
_TEXTS: Final = {
    "name": phrase("Name"),
    "password": phrase("Password"),
    "ended": phrase("Your session has ended. Sign in: the form that you sent is shown again, as you filled it."),
    "file": phrase("Your session has ended. Sign in, then choose your file again."),
    "help": phrase("An administrator sets passwords: `centwright user password NAME`."),
    "company": phrase("Sign in with your company account"),
    "or": phrase("or with a password"),
    "out": phrase("You are signed out here."),
    "end": phrase("Sign out of your company account too"),
    "language": phrase("Language"),
}


@dataclass(frozen=True, slots=True)
class Offered:
    """The ways to sign in."""

    passwords: bool = True
    company: bool = False


def sign_in_page(
    language: Language,
    offered: Offered,
    *,
    back: str,
    user: str = "",
    problem: str | None = None,
    unsent: str = "",
    held: str = "",
    is_out: bool = False,
    is_file_lost: bool = False,
) -> Values:
    """The values of the page; `back` is where one goes from it, and `unsent` the form that was sent when the session had ended.

    `held` is the name of that form for who signs in at the company; `is_out`: somebody signed out just now;
    `is_file_lost`: a file was sent when the session had ended, which is sent anew.
    """
    return {
        **bare_frame(phrase("Sign in"), language),
        "text": {name: say(words, language) for name, words in _TEXTS.items()},
        "offered": offered,
        "languages": () if unsent else LANGUAGES,  # a form that was not sent yet would be lost
        "company": f"/sign-in/company?{urlencode({'back': back, **({'unsent': held} if held else {})})}",
        "back": back,
        "user": user,
        "problem": problem,
        "unsent": unsent,
        "is_out": is_out,
        "is_file_lost": is_file_lost,
    }


def safe_path(path: str) -> str:
    """A path of this service to which one may be led; the start page in place of any other address."""
    is_own = path.startswith("/") and not path.startswith(("//", "/\\", "/sign-", "/language")) and path.isprintable()
    return path if is_own else "/"

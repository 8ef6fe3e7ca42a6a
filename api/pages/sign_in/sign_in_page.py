"""The page on which people sign in."""

from __future__ import annotations

from typing import Final

from api.pages.frame.navigation import Values, bare_frame
from engine.phrases import Language, phrase, say

TEMPLATE: Final = "sign_in/sign_in.html.j2"
_TEXTS: Final = {
    "name": phrase("Name"),
    "password": phrase("Password"),
    "ended": phrase("Your session has ended. Sign in: the form that you sent is shown again, as you filled it."),
    "help": phrase("An administrator sets passwords: `centwright user password NAME`."),
}


def sign_in_page(language: Language, *, back: str, user: str = "", problem: str | None = None, unsent: str = "") -> Values:
    """The values of the page; `back` is where one goes from it, and `unsent` the form that was sent when the session had ended."""
    texts = {name: say(words, language) for name, words in _TEXTS.items()}
    return {**bare_frame(phrase("Sign in"), language), "text": texts, "back": back, "user": user, "problem": problem, "unsent": unsent}


def safe_path(path: str) -> str:
    """A path of this service to which one may be led; the start page in place of any other address."""
    is_own = path.startswith("/") and not path.startswith(("//", "/\\", "/sign-", "/language")) and path.isprintable()
    return path if is_own else "/"

"""What a browser says of itself, in plain words: its name and the system on which it runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from engine.phrases import Language, phrase, say

_BROWSERS: Final[Mapping[str, str]] = {
    "Edg": "Edge",
    "OPR/": "Opera",
    "SamsungBrowser/": "Samsung Internet",
    "Firefox/": "Firefox",
    "FxiOS/": "Firefox",
    "CriOS/": "Chrome",
    "Chromium/": "Chromium",
    "Chrome/": "Chrome",
    "Safari/": "Safari",
}
"""By what they write; most also write what older ones did, so the first that fits counts."""
_SYSTEMS: Final[Mapping[str, str]] = {
    "Windows": "Windows",
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "CrOS": "ChromeOS",
    "Mac OS X": "macOS",
    "Linux": "Linux",
}


def browser_name(written: str, language: Language) -> str:
    """`Firefox on Windows` of what a browser writes; what is not recognised as it is written."""
    browser = next((name for mark, name in _BROWSERS.items() if mark in written), None)
    system = next((name for mark, name in _SYSTEMS.items() if mark in written), None)
    if browser is None:
        return written or "–"
    return browser if system is None else say(phrase("{browser} on {system}", browser=browser, system=system), language)

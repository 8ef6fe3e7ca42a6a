"""Forms that were sent when the session had ended, held for who signs in elsewhere meanwhile."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Lock
from typing import Final

_MOST: Final = 200
_LONGEST: Final = 1 << 18


@dataclass(slots=True)
class UnsentForms:
    """The latest of these forms, each by a name that only its browser knows."""

    _lock: Lock = field(default_factory=Lock)
    _forms: OrderedDict[str, str] = field(default_factory=OrderedDict)

    def hold(self, text: str) -> str:
        """Holds a form; gives its name, which is empty where the form is too large."""
        if len(text) > _LONGEST:
            return ""
        name = secrets.token_urlsafe(16)
        with self._lock:
            self._forms[name] = text
            while len(self._forms) > _MOST:
                self._forms.popitem(last=False)
        return name

    def take(self, name: str) -> str:
        """The form of a name, once; empty where there is none."""
        with self._lock:
            return self._forms.pop(name, "")

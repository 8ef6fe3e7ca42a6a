"""Which version of the program runs here: the installed one, or a checkout."""

from __future__ import annotations

import importlib.metadata


def version_here() -> str:
    """The installed version; `checkout` where the program runs from its own folder."""
    try:
        return importlib.metadata.version("centwright")
    except importlib.metadata.PackageNotFoundError:
        return "checkout"

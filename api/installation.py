"""The installation: the version of the program, its shipped files, and the name of its command."""

from __future__ import annotations

import importlib.metadata
from pathlib import Path
from typing import Final

_PACKAGE: Final = Path(__file__).resolve().parent
_PACKED: Final = _PACKAGE / "shipped"

SHIPPED: Final = _PACKED if _PACKED.is_dir() else _PACKAGE.parent
"""The folder of the shipped rulebook, the demo's files and the pages about problems: the checkout, or the copy in the wheel."""

IS_CHECKOUT: Final = SHIPPED != _PACKED
"""Whether the program runs from a checkout, whose rulebook people edit."""

COMMAND: Final = "./run centwright" if IS_CHECKOUT else "centwright"
"""The command that runs the program in this installation."""


def version_here() -> str:
    """The installed version; `checkout` where the program runs from its own folder."""
    try:
        return importlib.metadata.version("centwright")
    except importlib.metadata.PackageNotFoundError:
        return "checkout"

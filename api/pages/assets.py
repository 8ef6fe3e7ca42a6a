"""The style, the script and the fonts of the pages, bundled at set-up; each has an address of its own that never changes its content."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Final

from fastapi.responses import Response

from api.installation import IS_CHECKOUT, SHIPPED

_FOLDER: Final = SHIPPED / ".cache/pages/bundle" if IS_CHECKOUT else SHIPPED / "pages"
_TYPES: Final = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".woff2": "font/woff2", ".woff": "font/woff"}
ADDRESS: Final = "/assets"


def address_of(name: str) -> str | None:
    """The address of a file of the bundle; None where it was not bundled here: pages work without it."""
    return f"{ADDRESS}/{_version()}/{name}" if name in _files() else None


def asset_response(name: str) -> Response:
    """A file of the bundle; 404 where there is none."""
    content = _files().get(name)
    if content is None:
        return Response(status_code=404)
    headers = {"Cache-Control": "public, max-age=31536000, immutable", "X-Content-Type-Options": "nosniff"}
    return Response(content, media_type=_TYPES[Path(name).suffix], headers=headers)


@cache
def _files() -> dict[str, bytes]:
    """What was bundled when it was first wanted: a bundle that is made anew meanwhile has other addresses."""
    return {file.name: file.read_bytes() for file in sorted(_FOLDER.glob("*")) if file.suffix in _TYPES}


@cache
def _version() -> str:
    """What changes with the content of the bundle."""
    digest = hashlib.sha256()
    for name in ("pages.css", "pages.js", "rules.js"):
        if name in _files():
            digest.update(_files()[name])
    return digest.hexdigest()[:12]

"""Answers of pages: HTML filled by Jinja, with headers that let a browser load, run and send nothing that is not ours."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Final
from urllib.parse import quote

from fastapi.responses import HTMLResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from api.pages.typography import typeset

_FOLDER: Final = Path(__file__).parent
_STYLE: Final = (_FOLDER / "page.css").read_text(encoding="utf-8")
_STYLE_HASH: Final = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
PRIVATE: Final = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
    "Cross-Origin-Opener-Policy": "same-origin",
}
"""The address of a page may be a secret: it is stored and sent nowhere."""
POLICY: Final = (
    f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
STAFF_POLICY: Final = (
    "default-src 'none'; style-src 'self'; script-src 'self'; font-src 'self'; img-src 'self' data:; connect-src 'self'; frame-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""The pages of staff load what is bundled with them, and show files of the service beside the data."""
OF_FORMS: Final = "private, no-cache"
"""How long a page that answers a form is stored: see `staff_response`."""
_TEMPLATES: Final = Environment(
    loader=FileSystemLoader(_FOLDER), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)


def page_response(template: str, values: Mapping[str, object], *, status: int = 200, language: str) -> HTMLResponse:
    """A page: a template of this package filled with values; it runs no script."""
    text = _TEMPLATES.get_template(template).render(**values, style=_STYLE)
    return HTMLResponse(typeset(text, language), status, PRIVATE | {"Content-Security-Policy": POLICY, "Content-Language": language})


def staff_response(
    template: str, values: Mapping[str, object], *, status: int = 200, language: str, nonce: str | None = None, is_sent: bool = False
) -> HTMLResponse:
    """A page of staff: a template of this package filled with values. With a nonce, its script may add a style of that nonce.

    `is_sent`: it answers a form. A browser that goes back to it shows it as it was, in place of a question whether to send it again.
    """
    policy = STAFF_POLICY if nonce is None else STAFF_POLICY.replace("style-src 'self'", f"style-src 'self' 'nonce-{nonce}'")
    headers = PRIVATE | {"Content-Security-Policy": policy, "Content-Language": language}
    headers |= {"Cache-Control": OF_FORMS} if is_sent else {}
    return HTMLResponse(typeset(part_of_page(template, values), language), status, headers)


def part_of_page(template: str, values: Mapping[str, object]) -> str:
    """A template of this package filled with values, as text of a page."""
    return _TEMPLATES.get_template(template).render(**values)


def file_response(content: bytes, media_type: str, name: str | None = None) -> Response:
    """A file that a page shows or links; a named one opens in the browser and is saved under its name."""
    headers = PRIVATE | {"Content-Security-Policy": "frame-ancestors 'none'" if name else "default-src 'none'; style-src 'unsafe-inline'"}
    if name:
        headers["Content-Disposition"] = f'inline; filename="{name}"'
    return Response(content, media_type=media_type, headers=headers)


def attachment_response(content: bytes, media_type: str, name: str) -> Response:
    """A file that the browser saves under its name."""
    disposition = {"Content-Disposition": f"attachment; filename*=utf-8''{quote(name, safe='')}"}
    return Response(content, media_type=media_type, headers=PRIVATE | disposition)

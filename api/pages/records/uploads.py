"""A form with a file, as the same form with the file in the field of its request: what follows knows forms of texts only."""

from __future__ import annotations

from base64 import b64encode
from typing import Final
from urllib.parse import urlencode

from api.http.route_declarations import Route
from api.pages.frame.sent_files import sent_file, sent_files
from api.pages.records.verb_fields import VerbField, fields_of

UPLOAD: Final = "upload"
"""The field of a form that sends the file."""
MULTIPART: Final = "multipart/form-data"


def file_field(route: Route) -> VerbField | None:
    """The field of a request that holds a file."""
    fields = () if route.request is None else fields_of(route.request)
    return next((each for each in fields if each.kind == "file"), None)


def as_texts(route: Route | None, body: bytes, content_type: str) -> bytes:
    """The body of a form as that of a form of texts; a file that was not chosen again stays as it was sent before."""
    if not content_type.lower().startswith(MULTIPART):
        return body
    texts, file = sent_file(body, content_type, UPLOAD)
    field = None if route is None else file_field(route)
    fields = dict(texts)
    if field is not None and file is not None:
        fields[field.name] = b64encode(file.content).decode() if field.held_as == "base64" else _text_of(file.content)
        fields |= {field.named_in: file.name} if field.named_in else {}
    return urlencode(fields).encode()


def files_as_texts(body: bytes, content_type: str) -> bytes:
    """The body of a form of several files as that of a form of texts: each content in base64, with its name beside it."""
    if not content_type.lower().startswith(MULTIPART):
        return body
    texts, files = sent_files(body, content_type)
    fields = dict(texts)
    for field, file in files.items():
        fields |= {field: b64encode(file.content).decode(), f"{field}.name": file.name}
    return urlencode(fields).encode()


def _text_of(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("windows-1252", "replace")

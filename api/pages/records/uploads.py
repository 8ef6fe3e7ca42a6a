"""A form with a file, as the same form with the file in the field of its request: what follows knows forms of texts only."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from fastapi import Request

from api.http.request_parsing import LARGEST_FILES
from api.http.route_declarations import Route
from api.pages.frame.sent_files import sent_file, sent_files
from api.pages.records.verb_fields import VerbField, fields_of
from engine.problems import Kind, Problem

UPLOAD: Final = "upload"
"""The field of a form that sends the file."""
MULTIPART: Final = "multipart/form-data"
UPLOAD_TOO_LARGE: Final = Kind(
    "upload-too-large",
    "a form takes files of at most {most} MB together, and these have more",
    "choose smaller files, or send a list in several parts, one after the other; the command line takes larger files",
)


def file_field(route: Route) -> VerbField | None:
    """The field of a request that holds a file."""
    fields = () if route.request is None else fields_of(route.request)
    return next((each for each in fields if each.kind == "file"), None)


@dataclass(frozen=True, slots=True)
class UploadedForm:
    """A form with files as one of texts. One whose files are too large is without the new ones: it is shown again, and nothing is done."""

    body: bytes
    problem: Problem | None = None


def as_texts(route: Route | None, request: Request, body: bytes) -> UploadedForm:
    """The form of a verb; a file that was not chosen again stays as it was sent before."""
    content_type = request.headers.get("content-type", "")
    if not content_type.lower().startswith(MULTIPART):
        return UploadedForm(body)
    texts, file = sent_file(body, content_type, UPLOAD)
    field = None if route is None else file_field(route)
    fields = dict(texts)
    if is_reduced(request) or (file is not None and len(file.content) > LARGEST_FILES):
        return UploadedForm(urlencode(fields).encode(), too_large(None if field is None else f"/{field.name}"))
    if field is not None and file is not None:
        fields[field.name] = b64encode(file.content).decode() if field.held_as == "base64" else _text_of(file.content)
        fields |= {field.named_in: file.name} if field.named_in else {}
    return UploadedForm(urlencode(fields).encode())


def files_as_texts(request: Request, body: bytes) -> UploadedForm:
    """A form of several files: each content in base64, with its name beside it."""
    content_type = request.headers.get("content-type", "")
    if not content_type.lower().startswith(MULTIPART):
        return UploadedForm(body)
    texts, files = sent_files(body, content_type)
    fields = dict(texts)
    held = [text for name, text in texts.items() if f"{name}.name" in texts and name not in files]
    if is_reduced(request) or sum(len(file.content) for file in files.values()) + sum(len(text) * 3 // 4 for text in held) > LARGEST_FILES:
        return UploadedForm(urlencode(fields).encode(), too_large(None))
    for field, file in files.items():
        fields |= {field: b64encode(file.content).decode(), f"{field}.name": file.name}
    return UploadedForm(urlencode(fields).encode())


def is_reduced(request: Request) -> bool:
    """Whether the files of a request were left out, because it was too large."""
    return bool(request.scope.get("is_reduced"))


def too_large(pointer: str | None) -> Problem:
    """What is said of files that are too large; `pointer`: their field."""
    return UPLOAD_TOO_LARGE.at(None, pointer, most=LARGEST_FILES // 1_000_000)


def _text_of(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("windows-1252", "replace")

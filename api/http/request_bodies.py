"""Reads the body of a request, decompressed and within the limits of its address; of a form that is too large, without its files."""

from __future__ import annotations

import asyncio
import gzip
import io
import re
import zlib
from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager
from typing import Final

from starlette.datastructures import Headers
from starlette.types import Receive

from api.http.forms_without_files import FormWithoutFiles
from api.http.problem_responses import BUSY
from api.http.request_parsing import LARGEST_BODY, LARGEST_FORM, TOO_LARGE
from api.refusals import Unavailable
from engine.phrases import phrase
from engine.problems import Kind, refuse

NOT_JSON_TYPE = Kind("not-json-type", "the request says that it is `{type}`", "send it as Content-Type: application/json")
UNKNOWN_ENCODING = Kind("unknown-encoding", "the body is encoded as `{encoding}`", "send it as it is, or compressed by gzip")
NO_GZIP = Kind("not-gzip", "the body is not compressed by gzip, as its header says", "send it as it is, without Content-Encoding")
FORMS: Final = "/q/"
"""Where the pages of links are."""
PATHS_OF_FILES: Final = ("/rules/prices/import", "/do/", "/import/")
PATHS_OF_FORMS: Final = (FORMS, "/do/", "/import/", "/rules/", "/sign-in", "/sign-out", "/language", "/account/")
"""Where browsers send forms."""
MOST_LARGE: Final = 16
"""So many bodies above the usual limit are read and answered at once; they may come from people who are not signed in."""
_JSON: Final = re.compile(r"application/([a-z0-9.-]+\+)?json")


class RequestBodies:
    """Reads bodies; `paths` are those of the routes whose requests hold files."""

    def __init__(self, paths: Collection[str]) -> None:
        self._paths, self._large = frozenset(paths), 0

    async def read(self, headers: Headers, receive: Receive, path: str, held: ExitStack) -> tuple[bytes, bool]:
        """The body, and whether its files were left out because it is too large; `held` is closed when it is needed no more."""
        encoding = headers.get("content-encoding", "identity").strip().lower()
        if encoding not in ("identity", "gzip"):
            raise refuse(UNKNOWN_ENCODING, encoding=encoding)
        content_type = headers.get("content-type", "")
        media_type = content_type.partition(";")[0].strip().lower()
        is_upload = path.startswith(PATHS_OF_FILES) and media_type == "multipart/form-data" and encoding == "identity"
        most = LARGEST_FORM if is_upload or path in self._paths else LARGEST_BODY
        reduced = FormWithoutFiles(content_type, LARGEST_FORM) if is_upload else None
        body, is_reduced = await self._received(headers, receive, most, reduced, held)
        is_form = is_upload or (path.startswith(PATHS_OF_FORMS) and media_type == "application/x-www-form-urlencoded")
        if body and not is_form and not _JSON.fullmatch(media_type):
            raise refuse(NOT_JSON_TYPE, type=media_type or phrase("nothing"))
        return await asyncio.to_thread(_decompressed, body, most) if encoding == "gzip" else body, is_reduced

    async def _received(
        self, headers: Headers, receive: Receive, most: int, reduced: FormWithoutFiles | None, held: ExitStack
    ) -> tuple[bytes, bool]:
        """What is received; more than the most is refused, or read to its end without the files: a browser shows no answer before."""
        body, length, is_large, is_reduced = bytearray(), headers.get("content-length", "0"), False, False
        if not (length.isascii() and length.isdigit()) or (reduced is None and int(length) > most):
            raise refuse(TOO_LARGE, bytes=most)
        while True:
            message = await receive()
            if message["type"] != "http.request":
                break
            body += message.get("body", b"")
            if len(body) > LARGEST_BODY and not is_large:
                is_large = True
                held.enter_context(self._one_large())
            if reduced is None and len(body) > most:
                raise refuse(TOO_LARGE, bytes=most)
            if reduced is not None and (is_reduced or len(body) > most):
                is_reduced = True
                reduced.feed(bytes(body))
                body.clear()
            if not message.get("more_body"):
                break
        return (reduced.form() if reduced is not None and is_reduced else bytes(body)), is_reduced

    @contextmanager
    def _one_large(self) -> Iterator[None]:
        """Counts a large body; refuses it where there are as many as may be."""
        if self._large >= MOST_LARGE:
            raise Unavailable((BUSY.at(None, waiting=MOST_LARGE),))
        self._large += 1
        try:
            yield
        finally:
            self._large -= 1


def _decompressed(body: bytes, most: int) -> bytes:
    """A body compressed by gzip, in one member or several; a small one may be a very large text: no more than the limit is unpacked."""
    try:
        whole = gzip.GzipFile(fileobj=io.BytesIO(body)).read(most + 1)
    except (OSError, EOFError, zlib.error):
        raise refuse(NO_GZIP) from None
    if len(whole) > most:
        raise refuse(TOO_LARGE, bytes=most)
    return whole

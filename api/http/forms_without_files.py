"""A form with files that is larger than it may be, without their contents: what was typed into it is there, and is shown again."""

from __future__ import annotations

import re
from typing import Final

_BOUNDARY: Final = re.compile(r'boundary=(?:"([^"]{1,100})"|([^\s;"]{1,100}))', re.IGNORECASE)
_FILE: Final = re.compile(rb"^content-disposition:[^\r\n]*;\s*filename\*?=", re.IGNORECASE | re.MULTILINE)
_LONGEST_HEAD: Final = 8192


class FormWithoutFiles:
    """Reads the parts of such a form (`multipart/form-data`) as they come; memory does not grow with its files.

    Where its texts alone are more than `most`, or it is no such form, nothing of it is left.
    """

    def __init__(self, content_type: str, most: int) -> None:
        boundary = _BOUNDARY.search(content_type)
        self._boundary = b"--" + (boundary[1] or boundary[2]).encode("latin-1", "replace") if boundary else b""
        self._most = most
        self._texts = bytearray()
        self._unread = bytearray(b"\r\n")  # as if a line stood before the first boundary
        self._is_dropping = True  # what stands before it

    def feed(self, received: bytes) -> None:
        """Reads what was received."""
        if not self._boundary:
            return
        self._unread += received
        while self._part():
            pass
        if len(self._texts) > self._most:
            self._boundary = b""
            self._texts.clear()
            self._unread.clear()

    def form(self) -> bytes:
        """The parts that hold texts, as a form."""
        return bytes(self._texts) + b"\r\n" + self._boundary + b"--\r\n" if self._boundary else b""

    def _part(self) -> bool:
        """Reads up to the next part, and its head; False where they have not been received yet."""
        limit = b"\r\n" + self._boundary
        at = self._unread.find(limit)
        if at < 0:
            self._take(len(self._unread) - len(limit) + 1)  # of the next boundary a piece may have been received
            return False
        self._take(at)
        end = self._unread.find(b"\r\n\r\n", len(limit), _LONGEST_HEAD)
        if end < 0 and len(self._unread) <= _LONGEST_HEAD:
            return False
        head = bytes(self._unread[: end + 4 if end >= 0 else len(limit)])
        del self._unread[: len(head)]
        self._is_dropping = end < 0 or _FILE.search(head) is not None
        if not self._is_dropping:
            self._texts += head
        return True

    def _take(self, count: int) -> None:
        """Takes the next bytes of a part: those of a text are appended, those of a file dropped."""
        if count > 0:
            self._texts += b"" if self._is_dropping else self._unread[:count]
            del self._unread[:count]

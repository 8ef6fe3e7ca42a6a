"""The fields and the files of a form that uploads them, as a browser sends them (`multipart/form-data`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import HTTP


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file that was uploaded: the name that it has on the machine of its sender, without folders, and its bytes."""

    name: str
    content: bytes


def sent_file(body: bytes, content_type: str, field: str) -> tuple[Mapping[str, str], SentFile | None]:
    """The texts of a form by field, and its file; neither where the body is no such form."""
    texts, files = sent_files(body, content_type)
    return texts, files.get(field)


def sent_files(body: bytes, content_type: str) -> tuple[Mapping[str, str], Mapping[str, SentFile]]:
    """The texts of a form by field, and its files by field; neither where the body is no such form."""
    head = f"Content-Type: {content_type}\r\n\r\n".encode("latin-1", "replace")
    form = message_from_bytes(head + body, policy=HTTP)
    texts: dict[str, str] = {}
    files: dict[str, SentFile] = {}
    for part in form.iter_parts() if form.is_multipart() else ():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        if not isinstance(name, str) or not isinstance(content, bytes):
            continue
        path = part.get_filename()
        if path is None:
            texts[name] = content.decode("utf-8", "replace")
        elif path:
            files[name] = SentFile(path.replace("\\", "/").rpartition("/")[2][:200], content)
    return texts, files

"""Records in the store beside documents: renditions and imported rows."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select

from api.store import tables
from api.store.sql import Reading, Writing, chunks, tolerant_insert


def store_rendition(connection: Writing, document: str, kind: str, content: bytes, *, at: datetime) -> str:
    """Stores a PDF with its hash, the same bytes once only; gives the hash."""
    table = tables.renditions
    digest = hashlib.sha256(content).hexdigest()
    editions = connection.execute(
        select(table.c.edition, table.c.hash).where(table.c.document == document, table.c.kind == kind).order_by(table.c.edition)
    ).all()
    if not any(row.hash == digest for row in editions):
        edition = len(editions) + 1
        row = {"document": document, "kind": kind, "edition": edition, "made_at": at, "content": content, "hash": digest}
        connection.execute(tolerant_insert(connection, table).values(row).on_conflict_do_nothing())
    return digest


def rendition(connection: Reading, document: str, kind: str) -> bytes | None:
    """The first PDF of a document; None where there is none."""
    table = tables.renditions
    query = select(table.c.content).where(table.c.document == document, table.c.kind == kind).order_by(table.c.edition).limit(1)
    return connection.execute(query).scalar()


def with_rendition(connection: Reading, documents: Iterable[str]) -> frozenset[str]:
    """Which of some documents have a PDF."""
    table = tables.renditions.c
    queries = (select(table.document).where(table.document.in_(some)) for some in chunks(documents))
    return frozenset(document for query in queries for document in connection.execute(query).scalars())


def lock_importing(connection: Writing) -> None:
    """Waits until no other import is running, so that nothing is imported twice."""
    connection.execute(select(tables.installation.c.id).with_for_update())


def imported(connection: Reading) -> dict[tuple[str, str], str]:
    """The content hash of every imported record by kind and key."""
    rows = connection.execute(select(tables.imported.c.kind, tables.imported.c.key, tables.imported.c.content_hash))
    return {(row.kind, row.key): row.content_hash for row in rows}


def record_imported(connection: Writing, contents: Iterable[tuple[str, str, str]], *, at: datetime) -> None:
    """Records what was imported, new or with other content: kind, key, hash."""
    rows = [{"kind": kind, "key": key, "content_hash": digest, "imported_at": at} for kind, key, digest in contents]
    if not rows:
        return
    statement = tolerant_insert(connection, tables.imported)
    updates = {"content_hash": statement.excluded.content_hash, "imported_at": statement.excluded.imported_at}
    connection.execute(statement.on_conflict_do_update(index_elements=["kind", "key"], set_=updates), rows)

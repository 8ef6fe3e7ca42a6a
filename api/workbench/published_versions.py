"""The published versions of the rulebook, looked up in the database; a missing database is not created."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from api.store.database import Store, is_absent, open_store
from api.store.records import rulebook_texts, stored_fingerprints
from api.workbench.rulebook_lookup import Published, TextsOf
from engine.text.sources import Sources


@contextmanager
def published_versions(url: str, lock_timeout: int) -> Iterator[tuple[Published, TextsOf]]:
    """Two lookups: the fingerprints with a prefix, and the texts of one. The database is opened only when one is called."""
    opened: list[Store] = []

    def store() -> Store | None:
        if not opened and not is_absent(url):
            opened.append(open_store(url, now=lambda: datetime.now(tz=UTC), lock_timeout=lock_timeout))
        return opened[0] if opened else None

    def published(prefix: str) -> tuple[str, ...]:
        existing = store()
        if existing is None:
            return ()
        with existing.reading() as connection:
            return stored_fingerprints(connection, prefix)

    def texts_of(fingerprint: str) -> Sources | None:
        existing = store()
        if existing is None:
            return None
        with existing.reading() as connection:
            return rulebook_texts(connection, fingerprint)

    try:
        yield published, texts_of
    finally:
        for one in opened:
            one.close()

"""The published versions of the rulebook, looked up in the database; a missing database is not created."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from api.refusals import Unknown
from api.store import rulebooks
from api.store.database import Store, is_absent, open_store
from api.store.rulebooks import StoredVersion
from api.store.sql import Reading
from api.workbench.rulebook_lookup import VERSION_NAME, Published, TextsOf
from engine.problems import Kind
from engine.text.sources import Sources

NO_SUCH_VERSION: Final = Kind(
    "no-such-version", "there is no version `{version}` of the rulebook in the database", "`centwright rulebook list` shows them"
)


@contextmanager
def published_versions(url: str, lock_timeout: int) -> Iterator[tuple[Published, TextsOf]]:
    """Two lookups: the fingerprints with a prefix, and the texts of one or of a version such as `v3`.

    The database is opened only when one is called.
    """
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
            return rulebooks.stored_fingerprints(connection, prefix)

    def texts_of(name: str) -> Sources | None:
        existing = store()
        if existing is None:
            return None
        with existing.reading() as connection:
            if not VERSION_NAME.fullmatch(name):
                return rulebooks.texts_of(connection, name)
            version = next((each for each in rulebooks.find_versions(connection) if each.name == name), None)
            return None if version is None else rulebooks.texts_of(connection, version.fingerprint, version.texts_hash)

    try:
        yield published, texts_of
    finally:
        for one in opened:
            one.close()


def texts_of_version(url: str, name: Path, lock_timeout: int) -> Sources | None:
    """The texts of a published version such as `v3`; None where the name is not that of a version, or a folder has it."""
    if not VERSION_NAME.fullmatch(str(name)) or name.is_dir():
        return None
    with published_versions(url, lock_timeout) as (_, texts_of):
        texts = texts_of(str(name))
    if texts is None:
        raise Unknown((NO_SUCH_VERSION.at(None, version=name),))
    return texts


def find_published(url: str, name: str, *, shortest: int) -> tuple[Sources | None, tuple[str, ...]]:
    """The texts of a version by its name or by so many characters of its fingerprint, and the names of all; a missing database has none.

    Texts are None where there is no such version, and where several fingerprints begin so.
    """
    if is_absent(url):
        return None, ()
    store = open_store(url, now=lambda: datetime.now(tz=UTC))
    try:
        with store.reading() as connection:
            versions = rulebooks.find_versions(connection)
            matching = {
                one.fingerprint: one for one in versions if one.name == name or (len(name) >= shortest and one.fingerprint.startswith(name))
            }
            texts = [rulebooks.texts_of(connection, one.fingerprint, one.texts_hash) for one in matching.values()]
    finally:
        store.close()
    return texts[0] if len(texts) == 1 else None, tuple(one.name for one in versions)


def version_of(connection: Reading, name: str) -> StoredVersion:
    """The version of a name such as `v3` or `3`; refuses one that there is not."""
    match = VERSION_NAME.fullmatch(name if name.startswith("v") else f"v{name}")
    versions = rulebooks.find_versions(connection) if match else ()
    chosen = next((version for version in versions if match and version.number == int(match[1])), None)
    if chosen is None:
        raise Unknown((NO_SUCH_VERSION.at(None, version=name[:20]),))
    return chosen

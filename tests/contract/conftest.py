"""Fixtures: the store on both databases, audited at the end of each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from api.store.auditor import audit
from api.store.database import Store, open_store
from tests.contract.store_documents import now
from tests.running_service import Service, running_service


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database, of each kind in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'store.sqlite'}"
    url: str = request.getfixturevalue("fresh_postgres_url")
    return url


@pytest.fixture(scope="session")
def service() -> Iterator[Service]:
    """The service over the shipped rulebook, in a process of its own."""
    with running_service() as started:
        yield started


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    """An open store; when the test is over, the auditor must find nothing."""
    opened = open_store(store_url, now=now)
    yield opened
    with opened.reading() as connection:
        problems = audit(connection)
    opened.close()
    assert [str(problem) for problem in problems] == []

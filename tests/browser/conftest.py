"""Fixtures: services over a desk with a few documents, and one Chromium with the people of its roles."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from api.desk import signing_in
from api.desk.demo_people import people_of_roles
from api.desk.desk import open_desk
from api.rulebook_folder import read_folder
from engine.rulebook.reader import read_rulebook
from tests.browser.chromium import OPTIONS, PASSWORD, Visitors
from tests.conftest import CHROMIUM
from tests.contract.desk_over_http import TODAY, fill
from tests.contract.store_documents import now
from tests.running_service import ROOT, running_service


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """The one Chromium of a process."""
    subprocess.run([ROOT / "run", "pages"], check=True)  # at once where they are there
    with sync_playwright() as playwright, playwright.chromium.launch(executable_path=CHROMIUM, args=list(OPTIONS)) as browser:
        yield browser


@pytest.fixture(scope="package")
def visitors(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visitors]:
    """Chromium before a running service, which ends with the last test of this folder."""
    with _served(chromium, tmp_path_factory.mktemp("browser")) as served:
        yield served


@pytest.fixture(scope="module")
def own_visitors(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visitors]:
    """Chromium before a service of this file alone, whose rulebook it may change."""
    with _served(chromium, tmp_path_factory.mktemp("own")) as served:
        yield served


@contextmanager
def _served(chromium: Browser, folder: Path) -> Iterator[Visitors]:
    url = f"sqlite:///{folder / 'desk.sqlite'}"
    _prepare(url, folder / "files")
    with running_service("--database", url, "--today", TODAY.isoformat()) as service:
        yield Visitors(chromium, service.address, database=url)


def _prepare(url: str, folder: Path) -> None:
    sources = read_folder(ROOT)
    rulebook = read_rulebook(sources)
    fill(url, rulebook, sources, folder)
    desk = open_desk(url, rulebook, sources, today=TODAY, now=now)
    for name in people_of_roles(desk):
        signing_in.set_password(desk, name, PASSWORD)
    desk.close()

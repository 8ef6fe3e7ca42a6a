"""How long each page of the navigation takes in Chromium until its largest part is painted: with an empty cache, and once more with it."""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, BrowserContext, StorageState, sync_playwright

from tests.browser.chromium import OPTIONS, sign_in
from tests.conftest import CHROMIUM
from tests.running_service import ROOT, running_service

MOST_MS: Final = 1000
_SIZE: Final = {"width": 1280, "height": 900}
_OBSERVE: Final = """new PerformanceObserver(list => { for (const one of list.getEntries()) window.largestPaint = one.startTime; })
.observe({type: "largest-contentful-paint", buffered: true})"""
_MEASURED: Final = "[performance.getEntriesByType('navigation')[0].responseStart, window.largestPaint]"
_SETTLED_MS: Final = 200
"""Parts that a script draws after the page is loaded may be the largest."""


def measure(url: str, today: date, password: str, times: int) -> None:
    """Prints the paints of a service over a database, whose administrator has a password."""
    here = {"CENTWRIGHT_RULEBOOK": str(ROOT)}
    with (
        tempfile.TemporaryDirectory() as folder,
        running_service("--database", url, "--today", today.isoformat(), environment=here, folder=Path(folder)) as service,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(OPTIONS))
        session, paths = _signed_in(browser, service.address, password)
        print(f"{'page':<44}{'cold: server':>14}{'painted':>9}{'warm: server':>14}{'painted':>9}")
        slow = []
        for path in paths:
            cold, warm = _measured(browser, service.address, session, path, times)
            print(f"{path:<44}{cold[0]:>14.0f}{cold[1]:>9.0f}{warm[0]:>14.0f}{warm[1]:>9.0f}", flush=True)
            slow += [path] if max(cold[1], warm[1]) > MOST_MS else []
        browser.close()
    print(f"{len(slow)} are painted after more than {MOST_MS} ms" + "".join(f"\n  {path}" for path in slow))


def _signed_in(browser: Browser, address: str, password: str) -> tuple[StorageState, list[str]]:
    """The session of the administrator, and the addresses of its navigation."""
    context = browser.new_context(base_url=address)
    page = context.new_page()
    sign_in(page, "admin", password)
    page.wait_for_url(f"{address}/")
    links = page.locator("aside a[href^='/'], nav a[href^='/']").evaluate_all("links => links.map(each => each.getAttribute('href'))")
    session = context.storage_state()
    context.close()
    return session, list(dict.fromkeys(["/", *links]))


def _measured(browser: Browser, address: str, session: StorageState, path: str, times: int) -> tuple[tuple[float, float], ...]:
    """The middle of some measurements of a page: the first byte and the largest paint in milliseconds, cold and warm."""
    taken: tuple[list[tuple[float, float]], list[tuple[float, float]]] = ([], [])
    for _ in range(times):
        context = browser.new_context(base_url=address, storage_state=session, viewport=_SIZE, color_scheme="light")
        for one, measured in zip(taken, _visits(context, path), strict=True):
            one.append(measured)
        context.close()
    return tuple((statistics.median(first for first, _ in one), statistics.median(painted for _, painted in one)) for one in taken)


def _visits(context: BrowserContext, path: str) -> Iterator[tuple[float, float]]:
    """Two visits of a page, each in a tab of its own."""
    for _ in range(2):
        page = context.new_page()
        page.add_init_script(_OBSERVE)
        page.goto(path, wait_until="load")
        page.wait_for_timeout(_SETTLED_MS)
        first, painted = page.evaluate(_MEASURED)
        yield float(first), float(painted)
        page.close()

"""Every page of staff on a store of made-up customers: seconds of the server, for each role, and which take more than is allowed.

All lists, reports and boards, the start page of each role, a search, and one record of each list with what belongs to it. The store is
made once: `python -m benchmarks.pages [CUSTOMERS] [--database URL …] [--times N] [--today DAY] [--browser]`; one that has customers
already is used as it is. With `--browser`: how long the pages of the navigation take until Chromium has painted them.
"""

from __future__ import annotations

import argparse
import html
import os
import re
import statistics
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from time import perf_counter, process_time
from typing import Final

from anyio.from_thread import start_blocking_portal
from fastapi.testclient import TestClient
from sqlalchemy import create_engine, make_url, text

from api.desk import signing_in
from api.desk.demo_people import people_of_roles
from api.desk.desk import open_desk
from api.http.app import create_app
from api.http.desk_opener import DeskOpener
from api.http.routes.registry import all_routes
from api.pages.page_registry import OWN_ROUTES
from api.rulebook_folder import read_folder
from api.settings import ServiceLimits
from api.store import customers
from api.store.users import ROLES
from benchmarks import page_paints
from benchmarks.desk import MONTH_END, databases
from benchmarks.reports import make
from engine.rulebook.reader import read_rulebook

ROOT: Final = Path(__file__).parents[1]
MOST_MS: Final = 300
_PASSWORD: Final = "a long password"
_OTHER: Final = re.compile(r"\.(pdf|xml|csv|xlsx)|^/(do|assets|docs|sign-)|[?&](cursor|after)=")


def main() -> None:
    """Measures on each database."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("customers", nargs="?", type=int, default=5000)
    parser.add_argument("--database", action="append")
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--today", type=date.fromisoformat, default=MONTH_END)
    parser.add_argument("--only", default="", help="only addresses that begin so")
    parser.add_argument("--browser", action="store_true", help="measure what is painted in Chromium, over a socket")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, databases(folder, given.database) as urls:
        for url in urls:
            prepare(url, Path(folder), given.customers)
            if given.browser:
                page_paints.measure(url, given.today, _PASSWORD, given.times)
            else:
                measure(url, given.today, given.times, given.only)


def prepare(url: str, folder: Path, count: int) -> None:
    """Makes the store where there is none, and gives the people of each role a password."""
    sources = read_folder(ROOT)
    desk = open_desk(url, read_rulebook(sources), sources, today=MONTH_END, now=lambda: datetime.now(tz=UTC))
    with desk.store.reading() as connection:
        is_made = next(customers.each(connection), None) is not None
    if not is_made:
        make(desk, folder, count)
    for name in people_of_roles(desk):
        signing_in.set_password(desk, name, _PASSWORD)
    desk.close()


def measure(url: str, today: date, times: int, only: str = "") -> None:
    """Prints what each page takes."""
    sources = read_folder(ROOT)
    rulebook = read_rulebook(sources)
    opener = DeskOpener(url=url, rulebook=rulebook, sources=sources, rulebook_folder=ROOT, today=today)
    app = create_app(sources, limits=ServiceLimits(rate=100_000), rulebook=rulebook, database_url=url, desk=opener)
    processor = processor_of(url)
    print(f"on {make_url(url).get_backend_name()}: milliseconds of each page, of {times}; CPU with that of the database, where it is here")
    print(f"{'page':<70}{'p50':>8}{'most':>8}{'CPU':>8}")
    slow = []
    for role in ROLES:
        browser = TestClient(app, base_url="http://localhost")
        with start_blocking_portal(**browser.async_backend) as browser.portal:  # one event loop: to start one takes longer than a page
            browser.post("/sign-in", data={"user": role, "password": _PASSWORD})
            for path in addresses(browser) if role == "admin" else ("/",):
                if not path.startswith(only):
                    continue
                measured = [_milliseconds(browser, path, processor) for _ in range(times)]
                median, most, used = statistics.median(each for each, _ in measured), max(measured)[0], min(used for _, used in measured)
                print(f"{f'{path} ({role})' if path == '/' else path:<70.70}{median:>8.0f}{most:>8.0f}{used:>8.0f}", flush=True)
                slow += [path] if median > MOST_MS else []
    print(f"{len(slow)} take more than {MOST_MS} ms" + "".join(f"\n  {path}" for path in slow))
    opener.close()


def addresses(browser: TestClient) -> Iterator[str]:
    """All pages without names, and one thing of each list with what belongs to it."""
    lists = [each.path.removeprefix("/v1") for each in all_routes() if each.method == "GET" and "{" not in each.path]
    own = [each.path for each in OWN_ROUTES if each.method == "GET" and "{" not in each.path]
    first = list(
        dict.fromkeys([*own, *lists, "/search?q=K00", "/search?q=Person", "/choices?of=customer&x=erson", "/choices?of=order&x=erson"])
    )
    yield from first
    seen, kinds = set(first), set[str]()
    for path in first:
        for link in _links(browser, path):
            kind = re.sub(r"/[^/]*[0-9][^/]*", "/0", link.partition("?")[0])
            if kind in kinds or link in seen or _OTHER.search(link):
                continue
            kinds.add(kind)
            yield link
            below = [each for each in _links(browser, link) if each.startswith(f"{link}/") and not _OTHER.search(each)]
            yield from (each for each in dict.fromkeys(below) if not seen & {each})
            seen |= {link, *below}


def _links(browser: TestClient, path: str) -> list[str]:
    page = browser.get(path).text
    return [html.unescape(each) for each in re.findall(r'href="(/[^"#]*)"', page[page.find("<main") :])]


def _milliseconds(browser: TestClient, path: str, processor: Callable[[], float]) -> tuple[float, float]:
    """How long a page took, and how long processors worked for it, which is less on a machine that is busy."""
    used, began = processor(), perf_counter()
    browser.get(path)
    seconds = perf_counter() - began
    return seconds * 1000, (processor() - used) * 1000


def processor_of(url: str) -> Callable[[], float]:
    """What tells the seconds of the processor: of this process, and of those of a PostgreSQL on this machine for its database."""
    if make_url(url).get_backend_name() == "sqlite":
        return process_time
    engine = create_engine(url)
    query = text("select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()")
    ticks = os.sysconf("SC_CLK_TCK")

    def seconds() -> float:
        with engine.connect() as connection:
            stats = [Path(f"/proc/{pid}/stat") for pid in connection.execute(query).scalars()]
        fields = (each.read_text().rpartition(")")[2].split() for each in stats if each.exists())
        return process_time() + sum(int(user) + int(system) for *_, user, system in (each[:13] for each in fields)) / ticks

    return seconds


if __name__ == "__main__":
    main()

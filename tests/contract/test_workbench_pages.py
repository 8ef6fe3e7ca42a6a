"""The pages of the workbench without a script: each of their forms changes the draft as it says, and refuses what is wrong at its place."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.contract.conftest import RULEBOOK
from tests.contract.desk_over_http import DeskOverHttp, fill, open_over_http
from tests.contract.test_staff_pages import Browser, signed_in

PRICING, PRICES = "rules/pricing.rules", "catalog/price-books/book-2026.csv"


@pytest.fixture
def http(tmp_path: Path) -> Iterator[DeskOverHttp]:
    url = f"sqlite:///{tmp_path / 'desk.sqlite'}"
    fill(url, *RULEBOOK, tmp_path / "files")
    opened = open_over_http(url, *RULEBOOK)
    yield opened
    opened.close()


@pytest.fixture
def analyst(http: DeskOverHttp) -> Browser:
    return signed_in(http, "analyst")


def fields_of(page: str, action: str) -> dict[str, str]:
    """The fields of a form as a browser without a script sends them."""
    form = page[page.index(f'action="{action}"') :]
    form = form[: form.index("</form>")]
    shown = re.findall(r'<input(?![^>]*type="radio")[^>]*name="([^"]+)"[^>]*value="([^"]*)"', form)
    return {name: html.unescape(value) for name, value in shown}


def text_of(browser: Browser, path: str) -> str:
    """A file of the draft as its page shows it."""
    page = browser.get(f"/rules?file={path}&view=text").text
    return html.unescape(page[page.index("<textarea") :].partition(">\n")[2].partition("</textarea>")[0])


def send(browser: Browser, action: str, fields: Mapping[str, str]) -> str:
    """Where a form leads."""
    response = browser.send(action, dict(fields))
    assert response.status_code == 303, response.text
    return response.headers["location"]


def test_cells_and_rows_are_changed_by_a_form(analyst: Browser) -> None:
    base = RULEBOOK[1][PRICING]
    fields = fields_of(analyst.get(f"/rules?file={PRICING}&view=grid").text, "/rules/grid")
    assert [name for name, value in fields.items() if value == "Framework agreement with chains"] == ["c8-3", "c9-3"]
    back = send(analyst, "/rules/grid", {**fields, "c9-2": "0.95", "do": "save"})
    assert back == f"/rules?file={PRICING}&done=yes&view=grid"
    assert text_of(analyst, PRICING) == base.replace("0.90", "0.95")
    fields = fields_of(analyst.get(back).text, "/rules/grid")
    send(analyst, "/rules/grid", {**fields, "c9-2": "0.90", "row0": "8", "do": "down:0"})
    moved = text_of(analyst, PRICING).splitlines()
    assert [moved[at].split("||")[0].split("|")[2].strip() for at in (7, 8)] == ["investment", "subscription"]
    fields = fields_of(analyst.get(f"/rules?file={PRICES}").text, "/rules/grid")
    send(analyst, "/rules/grid", {**fields, "do": "add:0"})
    assert text_of(analyst, PRICES) == RULEBOOK[1][PRICES] + ",\n"
    refused = analyst.send("/rules/grid", {**fields, "row0": "999", "do": "remove:0"})
    assert (refused.status_code, "has no row in line 999" in refused.text) == (422, True)

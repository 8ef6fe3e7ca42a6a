"""The manual: every page is two clicks from the index, and the site loads nothing from elsewhere."""

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

from tests.tidy.checkout import ROOT


@pytest.fixture(scope="module")
def manual() -> ModuleType:
    spec = importlib.util.spec_from_file_location("manual", ROOT / "docs" / "manual.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_page_is_two_clicks_from_the_index(manual: ModuleType) -> None:
    texts = manual.pages()
    distance = manual.clicks(texts)
    assert len(texts) > 300
    assert [path for path in texts if distance.get(path, 9) > 2] == []


def test_the_site_leads_to_its_own_pages_and_loads_nothing_from_elsewhere(manual: ModuleType, tmp_path: Path) -> None:
    assert manual.build(tmp_path) == len(manual.pages())
    broken, loaded = [], []
    for file in tmp_path.rglob("*.html"):
        text = file.read_text("utf-8")
        loaded += re.findall(r"(?:src|<link[^>]* href)=\"(?:https?:)?//[^\"]*", re.sub(r"<pre>.*?</pre>", "", text, flags=re.S))
        for target in re.findall(r"<(?:a|link|script|img)[^>]* (?:href|src)=\"([^\"#]+)", text):
            if not re.match(r"[a-z]+:", target) and not (file.parent / target).exists():
                broken.append(f"{file.relative_to(tmp_path)}: {target}")
    assert (broken, loaded) == ([], [])
    assert "url(" not in (tmp_path / "style.css").read_text("utf-8")

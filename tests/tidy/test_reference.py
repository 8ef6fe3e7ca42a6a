"""The reference pages say what the code does today."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from tests.tidy.checkout import report


@pytest.fixture(scope="module")
def reference(root: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("reference", root / "docs" / "reference" / "write.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_reference_pages_are_fresh(reference: ModuleType, root: Path) -> None:
    folder = root / "docs" / "reference"
    kept = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.md")}
    broken = [name for name, text in reference.pages().items() if kept.get(name) != text]
    report(broken, "Commands, problems or words have changed: write the reference pages anew with `./run docs`.")

"""The maps on the pages are those of the tree, and a package's README names only files that exist."""

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

from tests.tidy.checkout import ROOT, SourceFile, report, text_files

MOST_LINES = 60
GENERATED = re.compile(r"<!-- (?:map|layers) of .*?<!-- end -->", re.S)
NAMED = re.compile(r"`([\w*/-]+(?:\.(?:py|lark|md|yaml|html|css)|/))`")


@pytest.fixture(scope="module")
def maps(root: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("maps", root / "docs" / "maps.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def package_pages() -> list[SourceFile]:
    """The READMEs of the packages of engine/ and api/."""
    pages = [file for file in text_files() if file.name == "README.md" and file.lies_in("engine", "api")]
    return [page for page in pages if (ROOT / page.path).with_name("__init__.py").is_file()]


def test_each_package_has_a_page() -> None:
    folders = [folder for top in ("engine", "api") for folder in (ROOT / top).iterdir() if any(folder.glob("**/*.py"))]
    assert len(folders) > 15
    missing = [folder.relative_to(ROOT).as_posix() for folder in folders if not (folder / "README.md").is_file()]
    report(missing, "Write README.md: one sentence, what the package owns, what it does not own, and its invariants; at most 60 lines.")


def test_the_maps_are_fresh(maps: ModuleType) -> None:
    pages = maps.pages()
    assert {"engine/README.md", "api/README.md", "docs/explanation/corridor.md"} <= set(pages)
    broken = [path for path, text in pages.items() if (ROOT / path).read_text(encoding="utf-8") != text]
    report(broken, "A file was added, moved, or describes itself differently: write the maps anew with `./run docs`.")


def test_a_map_names_each_package_and_module_of_its_folder(maps: ModuleType) -> None:
    engine = maps.pages()["engine/README.md"]
    assert "| `stages/` |" in engine
    assert "| `money.py` | Exact money" in engine
    layers = maps.pages()["docs/explanation/corridor.md"]
    assert layers.index("`engine/billing.py`") < layers.index("`engine/rulebook/`") < layers.index("`engine/money.py`")


def test_a_package_page_names_only_files_that_exist() -> None:
    named = [(page, name) for page in package_pages() for name in NAMED.findall(GENERATED.sub("", page.text))]
    broken = [f"{page.path}: {name}" for page, name in named if not exists(name, page)]
    report(broken, "The page names a file that is neither below its folder nor at the top of the checkout: correct or remove the name.")


def test_a_package_page_is_read_in_a_minute() -> None:
    broken = [f"{page.path}: {len(page.lines)} lines" for page in package_pages() if len(page.lines) > MOST_LINES]
    report(broken, f"Over {MOST_LINES} lines: say what the package owns, what it does not own, and its invariants.")


def exists(name: str, page: SourceFile) -> bool:
    """Whether a name on a package's page is a file or folder below it, or from the top of the checkout."""
    folder = (ROOT / page.path).parent
    return any(folder.glob(name.rstrip("/"))) or any(folder.rglob(name.rstrip("/"))) or any(ROOT.glob(name.rstrip("/")))

"""Writes the maps of folders and of layers on the pages from the tree itself (`./run docs`).

A page asks for a map with a line `<!-- map of FOLDER -->` and for layers with `<!-- layers of engine -->`; what stands between that
line and `<!-- end -->` is generated. A module is described by the first sentence of its docstring, a package by that of its README.
"""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGES = ("README.md", "CONTRIBUTING.md", "engine/**/*.md", "api/**/*.md", "docs/explanation/*.md", "tests/**/*.md")
GENERATED = re.compile(r"(<!-- (map|layers) of ([\w/]+) -->\n).*?(<!-- end -->)", re.S)


def pages() -> dict[str, str]:
    """Each page with a map, by its path from the top: the text that it should have."""
    found = {}
    for path in sorted(path for pattern in PAGES for path in ROOT.glob(pattern)):
        text = path.read_text(encoding="utf-8")
        if GENERATED.search(text):
            found[path.relative_to(ROOT).as_posix()] = GENERATED.sub(_filled, text)
    return found


def _filled(match: re.Match[str]) -> str:
    begin, sort, folder, end = match.groups()
    table = _map(ROOT / folder) if sort == "map" else _layers(folder)
    return f"{begin}\n{table}\n\n{end}"


# ---------------------------------------------------------------- maps


def _map(folder: Path) -> str:
    rows = [f"| `{_name(path)}` | {_cell(_sentence(path))} |" for path in _entries(folder)]
    return "\n".join(["| file | contents |", "|---|---|", *rows])


def _entries(folder: Path) -> Iterator[Path]:
    """The packages of a folder, then its modules and other source files, each by the alphabet."""
    entries = [path for path in sorted(folder.iterdir()) if not path.name.startswith((".", "__"))]
    yield from (path for path in entries if path.is_dir() and any(path.rglob("*.py")))
    yield from (path for path in entries if path.suffix in (".py", ".lark"))


def _name(path: Path) -> str:
    return f"{path.name}/" if path.is_dir() else path.name


def _sentence(path: Path) -> str:
    """What it contains, in one sentence."""
    if path.suffix == ".lark":
        return _first(path.read_text(encoding="utf-8").splitlines()[0].lstrip("/ "))
    readme, init = path / "README.md", path / "__init__.py"
    if readme.is_file():
        paragraphs = [part for part in readme.read_text(encoding="utf-8").split("\n\n") if not part.startswith(("#", "<!--", "**", "|"))]
        return _first(paragraphs[0])
    module = init if path.is_dir() else path
    docstring = ast.get_docstring(ast.parse(module.read_text(encoding="utf-8"))) if module.is_file() else None
    return _first(docstring or "")


def _first(text: str) -> str:
    paragraph = " ".join(text.split("\n\n")[0].split())
    return re.split(r"(?<=[a-z)`/»”])\. (?=[A-Z])", paragraph)[0].rstrip(".")


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


# ---------------------------------------------------------------- layers


def _layers(container: str) -> str:
    """The layers of the contract in pyproject.toml, the upper ones first."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract.get("containers") == [container])
    present = [[path for name in re.findall(r"\w+", layer) if (path := _named(container, name))] for layer in layers]
    rows = [", ".join(f"`{path}`" for path in paths) for paths in present if paths]
    return "\n".join(["| layer | packages and modules |", "|---|---|", *(f"| {number} | {row} |" for number, row in enumerate(rows, 1))])


def _named(container: str, name: str) -> str:
    folder = ROOT / container / name
    return f"{container}/{name}/" if folder.is_dir() else f"{container}/{name}.py" if folder.with_suffix(".py").is_file() else ""


if __name__ == "__main__":
    for name, text in pages().items():
        (ROOT / name).write_text(text, encoding="utf-8")
        sys.stderr.write(f"{name}\n")

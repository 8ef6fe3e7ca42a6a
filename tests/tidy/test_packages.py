"""Each package that is named is used, and each that is used is named, locked and explained."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions

from tests.tidy.checkout import ROOT, python_files, report

OURS = {"engine", "api", "tests", "benchmarks", "centwright_client"}
FACES = {  # parts of another package that it shows by its own name
    "pydantic-core": "pydantic", "starlette": "fastapi", "anyio": "fastapi", "h11": "uvicorn",
    "trytond": "trytond-sale-subscription", "coda": "febelfin-coda",
}  # fmt: skip
EXTRAS = {"z3-solver", "distributed"}  # optional: without the first `check` says what it cannot prove; the second makes clusters
NOT_IMPORTED = {
    "psycopg": "SQLAlchemy loads it by the address of a database",
    "mypy": "a command", "ruff": "a command", "import-linter": "a command", "hatchling": "a command", "pytest-xdist": "a part of pytest",
    "mkdocs": "docs/manual.py makes the site with it", "mkdocs-material": "its theme",
    "lxml-stubs": "types", "types-jsonschema": "types", "types-pyyaml": "types",
    "openapi-python-client": "a command",
    "trytond-account-statement-coda": "a bank file of its tests is read; it is a part of trytond",
    "httpx": "FastAPI's test client stands on it",
}  # fmt: skip


def test_what_the_program_imports_is_declared() -> None:
    declared, _ = _declared()
    known = declared | EXTRAS
    broken = [f"{where}: {package}" for package, where in _imported("engine", "api").items() if package not in known]
    report(broken, "Declare the package in pyproject.toml, give it a line in docs/decisions/0002-packages.md, and run `./run lock`.")


def test_what_the_tests_import_is_declared() -> None:
    declared, for_tests = _declared()
    known = declared | for_tests | EXTRAS
    broken = [f"{where}: {package}" for package, where in _imported("tests", "benchmarks").items() if package not in known]
    report(broken, "Declare the package under `dev` in pyproject.toml, and run `./run lock`.")


def test_what_is_declared_is_used() -> None:
    declared, for_tests = _declared()
    used = set(_imported("engine", "api"))
    broken = [f"{package} (to run)" for package in declared - used - set(NOT_IMPORTED)]
    used |= set(_imported("tests", "benchmarks"))
    broken += [f"{package} (for tests)" for package in for_tests - used - set(NOT_IMPORTED)]
    report(broken, "Nobody imports this package: take it out of pyproject.toml, and run `./run lock`.")


def test_what_is_declared_is_locked_and_explained() -> None:
    declared, for_tests = _declared()
    locked = {
        name: set(re.findall(r"^([a-z0-9-]+)==", (ROOT / name).read_text(), re.M))
        for name in ("requirements.lock", "requirements-dev.lock")
    }
    explained = (ROOT / "docs/decisions/0002-packages.md").read_text(encoding="utf-8").lower()
    broken = [f"{package}: not in requirements.lock" for package in declared - locked["requirements.lock"]]
    broken += [f"{package}: not in requirements-dev.lock" for package in (declared | for_tests) - locked["requirements-dev.lock"]]
    broken += [
        f"{package}: not in docs/decisions/0002-packages.md" for package in declared | for_tests if package.split("-")[0] not in explained
    ]
    report(
        broken, "A package is declared in pyproject.toml, locked by `./run lock`, and has its reason in docs/decisions/0002-packages.md."
    )


def test_both_locks_hold_the_same_versions() -> None:
    small, large = (
        re.findall(r"^[a-z0-9-]+==[^ ;]+", (ROOT / name).read_text(), re.M) for name in ("requirements.lock", "requirements-dev.lock")
    )
    report(sorted(set(small) - set(large)), "Tests must run what users run: write both locks anew with `./run lock`.")


def _declared() -> tuple[set[str], set[str]]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lists = project["dependencies"], project["optional-dependencies"]["dev"]
    to_run, for_tests = ({re.split(r"[\[<>=! ]", requirement)[0] for requirement in requirements} for requirements in lists)
    return to_run, for_tests


def _imported(*folders: str) -> dict[str, str]:
    """Package → the first place that imports it."""
    distributions = packages_distributions()
    declared = set().union(*_declared())
    data_packages = {top for top, names in distributions.items() if declared & {name.lower().replace("_", "-") for name in names}}
    found: dict[str, str] = {}
    for file in python_files(*folders):
        for node in file.nodes:
            modules = []
            if isinstance(node, ast.Import):
                modules = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                modules = [node.module]
            if isinstance(node, ast.Constant) and node.value in data_packages:
                modules = [node.value]  # its files are read by importlib.resources
            for top in {module.split(".")[0] for module in modules} - OURS - sys.stdlib_module_names:
                installed = distributions.get(top, [top])
                name = (top if top in installed else installed[0]).lower().replace("_", "-").replace(".", "-")
                found.setdefault(FACES.get(name, name), f"{file.path}:{node.lineno}")
    return found

"""Every file says in its first sentence what one finds there, and stays short enough to be read at a sitting."""

import ast

from tests.tidy.checkout import all_files, python_files, report

MOST_LINES = 330
MOST_LINES_OF_A_FUNCTION = 60
FOLDERS = ("engine", "api", "tests", "benchmarks")
TOP = {
    "engine", "api", "rules", "catalog", "plans", "vat", "templates", "tests", "docs", "demo", "benchmarks", "client", "web", ".ci",
    ".github", ".pre-commit-hooks.yaml", "editors",
    "run", "company.yaml", "pyproject.toml", "requirements.lock", "requirements-dev.lock", "alembic.ini",
    "README.md", "CONTRIBUTING.md", "CHANGELOG.md", "LICENSE", ".gitignore", ".gitattributes", ".editorconfig",
}  # fmt: skip
FACE = "engine/language/__init__.py"
"""The compiler is a package with a face: nothing outside imports deeper, so what it passes on has one address."""
FORBIDDEN_NAMES = {"uv.lock", "pylock.toml", "poetry.lock", "Makefile", "setup.py", "setup.cfg", "Pipfile.lock"}


def test_a_file_opens_with_a_sentence_that_says_what_one_finds_there() -> None:
    broken = []
    for file in python_files(*FOLDERS):
        if file.name == "__init__.py":
            continue
        sentence = (ast.get_docstring(file.tree) or "").split("\n\n")[0]
        if len(sentence) < 20 or not sentence.rstrip().endswith((".", ":")):
            broken.append(f"{file.path}: {sentence or 'no docstring'}")
    report(broken, "Open the file with a docstring whose first paragraph is a sentence (with its full stop) saying what one finds there.")


def test_an_init_file_is_empty() -> None:
    broken = [file.path for file in python_files(*FOLDERS) if file.name == "__init__.py" and file.text.strip()]
    report(
        [path for path in broken if path not in ("engine/__init__.py", FACE)],
        "Import from the module that defines a thing: an __init__.py that passes names on gives every thing two addresses. Empty it.",
    )


def test_a_file_is_short_enough_to_be_read_at_a_sitting() -> None:
    broken = [f"{file.path}: {len(file.lines)} lines" for file in python_files(*FOLDERS) if len(file.lines) > MOST_LINES]
    report(broken, f"Over {MOST_LINES} lines a file holds two ideas: part it by idea; a stage becomes a package of the same name.")


def test_a_function_is_short_enough_to_be_seen_at_once() -> None:
    broken = []
    for file in python_files("engine", "api"):
        if file.lies_in("api/store/migrations"):
            continue  # a migration is a list of columns, from top to bottom
        for node in file.nodes:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                first = node.body[1] if ast.get_docstring(node) and len(node.body) > 1 else node.body[0]
                lines = (node.end_lineno or 0) - first.lineno + 1
                if lines > MOST_LINES_OF_A_FUNCTION:
                    broken.append(f"{file.path}:{node.lineno}: {node.name}, {lines} lines")
    report(broken, f"A function of more than {MOST_LINES_OF_A_FUNCTION} lines does several things: let it call them by name.")


def test_public_things_have_a_docstring() -> None:
    broken = []
    for file in python_files("engine", "api"):
        for where, node in _public(file.tree):
            if not ast.get_docstring(node):
                broken.append(f"{file.path}:{node.lineno}: {where}")
    report(
        broken,
        "Say in one sentence what it means for the business; then units, errors, and the article of law or BT number, where there is one.",
    )


def test_the_top_of_the_checkout_holds_only_what_was_agreed() -> None:
    broken = [file.path for file in all_files() if file.path.split("/")[0] not in TOP]
    report(broken, "This is not a folder or file of the agreed tree. Find the room in which it belongs, or clear it away.")


def test_there_is_one_way_to_lock_and_to_start() -> None:
    broken = [file.path for file in all_files() if file.name in FORBIDDEN_NAMES]
    report(broken, "`./run` is the one way to start and `./run lock` the one way to lock; a second would drift. Remove it.")


def _public(tree: ast.Module) -> list[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]]:
    found = []
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            found.append((node.name, node))
            if isinstance(node, ast.ClassDef):
                found += [
                    (f"{node.name}.{inner.name}", inner)
                    for inner in node.body
                    if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef) and not inner.name.startswith("_")
                ]
    return found

"""What depends on the order type is said in one place: engine/order_types/, over the items in engine/documents/order.py."""

import ast
import re
from collections.abc import Iterator

from engine.documents.order import ITEMS, ORDER_TYPES
from engine.order_types.registry import DEFINITIONS
from engine.writing.document_templates import read_words
from tests.tidy.checkout import ROOT, SourceFile, python_files, report

DEFINED_IN = {"engine/documents/order.py", *(f"engine/order_types/{name}.py" for name in ORDER_TYPES)}


def test_no_other_file_names_an_order_type() -> None:
    broken = [
        f"{file.path}:{line}: {text[:60]!r}"
        for file in python_files("engine", "api")
        if file.path not in DEFINED_IN
        for text, line in _strings(file)
        if text in ORDER_TYPES or sum(name in re.findall(r"[a-z-]+", text) for name in ORDER_TYPES) > 1
    ]
    report(
        broken,
        "What depends on the order type is a field of `Definition` (engine/order_types/definition.py), said in the file of each type: "
        "ask `DEFINITIONS[order.type]`, so that a new type needs no edit here. All names in their order are `ORDER_TYPES`.",
    )


def test_every_order_type_is_defined_in_the_order_of_numbering() -> None:
    assert tuple(DEFINITIONS) == ORDER_TYPES, (
        "engine/order_types/registry.py lists a definition for each name of `OrderType` in engine/documents/order.py, in the same order: "
        "it is the order in which invoices of one customer are numbered."
    )
    assert tuple(ITEMS) == ORDER_TYPES, (
        "`AnyItem` in engine/documents/order.py has the items of each name of `OrderType`, in the same order."
    )
    broken = [name for name, definition in DEFINITIONS.items() if definition.item is not ITEMS[name]]
    report(broken, "A definition names the items of its own type: `item=` is the class with that `type` in engine/documents/order.py.")


def test_no_two_order_types_are_imported_from_one_file() -> None:
    files = [definition.file.name for definition in DEFINITIONS.values()]
    report([name for name in files if files.count(name) > 1], "Each order type has a CSV file of its own: the rows do not say their type.")


def _strings(file: SourceFile) -> Iterator[tuple[str, int]]:
    """The texts of a file, docstrings left out."""
    docstrings = {id(node.value) for node in file.nodes if isinstance(node, ast.Expr)}
    for node in file.nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.value, node.lineno


def test_the_shipped_words_name_every_order_type() -> None:
    words = read_words({"templates/words.yaml": (ROOT / "templates" / "words.yaml").read_text(encoding="utf-8")})
    report(
        [f"templates/words.yaml: {name}" for name in ORDER_TYPES if name not in words],
        "Invoices print the type of their order by this word; without it the name of the code reaches a customer.",
    )

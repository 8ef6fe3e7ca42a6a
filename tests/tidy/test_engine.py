"""The engine is a pure corridor: text and days come in as arguments, and nothing is read from the clock, the disk, the net or the dice."""

import ast
import subprocess
import sys

from engine.countries.registry import COUNTRIES
from tests.tidy.checkout import ROOT, python_files, report

# What the engine may import of Python's own library. A new name here is a decision: does it read or write anything outside?
STANDARD = {
    "__future__", "abc", "ast", "base64", "bisect", "calendar", "collections", "contextlib", "contextvars", "copy", "dataclasses",
    "datetime", "decimal", "difflib", "enum", "fractions", "functools", "hashlib", "heapq", "html", "io", "itertools", "json", "keyword",
    "linecache", "math", "operator", "posixpath", "re", "string", "textwrap", "types", "typing", "unicodedata", "weakref",
}  # fmt: skip
OUTSIDE = {"open", "input", "print", "exec", "eval", "breakpoint", "__import__"}
# Generated rules are compiled to Python there; their text comes from our own compiler, never from a person.
RUNS_GENERATED_CODE = {"engine/language/codegen/generated_module.py"}
INSIDE_THE_COMPILER = ("tests/unit/language", "tests/property", "tests/tidy")  # tidy tests look at the texts of every module
LOADED_LATE = (
    "z3", "simpleeval", "engine.language.proving.", "engine.language.testing.", "engine.language.formatting.",
    "engine.language.interpreter.",
)  # fmt: skip
LIGHT = {"engine.language.proving.cases"}  # values that proofs are given and come to
CLOCKS = {"today", "now", "utcnow", "fromtimestamp", "localtime"}
UNCHECKED = {"model_construct", "model_copy", "__pydantic_fields_set__"}
"""Ways of pydantic to build a model whose fields nobody checked."""


LASTING = {
    "engine/phrases.py", "engine/locales.py", "engine/countries/registry.py", "engine/language/syntax/grammar.py",
    "engine/language/proving/solver.py", "engine/rulebook/json_schemas.py", "api/workbench/schema_files.py", "api/store/migrate.py",
    "api/printing/pdf.py", "api/rulebook_folder.py", "engine/writing/template_values.py", "api/store/issuing.py",
    "api/e_invoicing/rule_sets.py", "engine/writing/ubl/elements.py", "engine/writing/cii/cii_elements.py", "api/http/request_parsing.py",
    "api/desk/signing_in.py", "api/pages/assets.py", "api/pages/records/verb_fields.py", "api/store/owed.py",
    "engine/editing/colours.py", "engine/language/editing/expected_words.py",
    "api/pages/records/field_values.py", "api/http/desk_routes.py", "api/pages/staff_routes.py", "engine/stages/pricing/discounts.py",
}  # fmt: skip
"""Modules whose functions are cached for the life of the process: there are few arguments, and no rulebook or request gives them."""
BOUNDED = {
    "engine/rulebook/anchors.py": "numbers of months and days, with the day on which they fail",
    "engine/language/proving/calendar.py": "days, with intervals of days",
    "engine/rulebook/reader.py": "the last four rulebooks, by their texts",
    "engine/text/yaml_reader.py": "the last 16 YAML files, by their texts",
    "engine/money.py": "amounts with their texts",
    "engine/writing/locale_format.py": "days in words, by language",
    "api/workbench/publishing_checks.py": "what was found in the last two rulebooks that were checked, by their texts",
    "api/store/document_figures.py": "rates of VAT as texts, with the parts that they are",
    "api/store/rulebooks.py": "the last eight rulebooks, as texts, with their hashes",
    "api/store/document_columns.py": "amounts as texts, with their minor units",
}
"""Modules that cache so many small answers and no more."""


def test_a_cache_lives_in_what_it_belongs_to() -> None:
    broken = []
    for file in python_files("engine", "api"):
        for node in file.tree.body:
            caches = [ast.unparse(each) for each in getattr(node, "decorator_list", ())]
            if any(text.startswith(("cache", "lru_cache")) and not text.startswith("cached_") for text in caches):
                broken += [] if file.path in LASTING | BOUNDED.keys() else [f"{file.path}:{node.lineno}"]
    report(
        broken,
        "What a rulebook or a request gives must be freed with it: use cached_in_rulebook, Terms.cached, a Cache or a cached_property.",
    )


def test_the_engine_imports_only_what_touches_nothing_outside() -> None:
    broken = []
    for file in python_files("engine"):
        for node in file.nodes:
            modules = []
            if isinstance(node, ast.Import):
                modules = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                modules = [node.module]
            for module in modules:
                first = module.split(".")[0]
                if first in sys.stdlib_module_names and first not in STANDARD and module != "importlib.resources":
                    broken.append(f"{file.path}:{node.lineno}: {module}")
    report(
        broken, "The engine reads no clock, disk, net or dice: take the text, the day or the number as an argument, and let api/ fetch it."
    )


def test_tests_outside_the_compiler_use_its_face() -> None:
    broken = []
    for file in python_files("tests"):
        if file.lies_in(*INSIDE_THE_COMPILER):
            continue
        for node in file.nodes:
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("engine.language."):
                broken.append(f"{file.path}:{node.lineno}: {node.module}")
    report(broken, "Import from engine.language itself, as the rest of the engine must; a test of a pass stands in tests/unit/language.")


def test_reading_a_rulebook_loads_nothing_that_only_tools_of_analysts_need() -> None:
    code = (
        "import sys; from engine.rulebook.reader import read_rulebook; from tests.unit.rulebook.texts import SMALL; read_rulebook(SMALL);"
        "print(*sorted(sys.modules))"
    )
    loaded = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    broken = [name for name in loaded if name.startswith(LOADED_LATE) and name not in LIGHT]
    report(broken, "Import it inside the method of CheckedRules that needs it, so that an evaluation need not wait for it.")


def test_the_engine_reads_no_clock() -> None:
    broken = []
    for file in python_files("engine"):
        for node in file.nodes:
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CLOCKS:
                broken.append(f"{file.path}:{node.lineno}: {ast.unparse(node)[:60]}")
    report(broken, "Take the day as an argument (`on: date`): what was true on a day must be repeatable on every other day.")


def test_nothing_is_built_past_its_constructor() -> None:
    broken = []
    for file in python_files("engine", "api"):
        for node in file.nodes:
            if isinstance(node, ast.Attribute) and (
                node.attr in UNCHECKED or ast.unparse(node) in ("object.__new__", "object.__setattr__")
            ):
                broken.append(f"{file.path}:{node.lineno}: {ast.unparse(node)[:60]}")
    report(broken, "Call the constructor; to copy a document with other values, its `replace`, or `dataclasses.replace`.")


def test_the_engine_opens_prints_and_runs_nothing() -> None:
    broken = []
    for file in python_files("engine"):
        for node in file.nodes:
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in OUTSIDE:
                if node.func.id != "exec" or file.path not in RUNS_GENERATED_CODE:
                    broken.append(f"{file.path}:{node.lineno}: {ast.unparse(node)[:60]}")
    report(broken, "Doors and pipes are api/'s: hand the text in, hand the answer back.")


def test_money_is_never_a_float() -> None:
    broken = []
    for file in python_files("engine"):
        for node in file.nodes:
            if isinstance(node, ast.Constant) and isinstance(node.value, float):
                broken.append(f"{file.path}:{node.lineno}: {node.value}")
            if isinstance(node, ast.Name) and node.id == "float" and not _is_refusal(file.lines[node.lineno - 1]):
                broken.append(f"{file.path}:{node.lineno}: {file.lines[node.lineno - 1].strip()[:80]}")
    report(
        broken,
        "0.1 + 0.2 is not 0.3: use integers of minor units, Price, Percent or Fraction. (A check that refuses floats may name them.)",
    )


def _is_refusal(line: str) -> bool:
    return "isinstance" in line or "case float" in line


def test_what_depends_on_a_country_stands_in_its_file() -> None:
    broken = []
    for file in python_files("engine"):
        if file.path.startswith(("engine/countries/", "engine/language/")):
            continue  # the rule language has words of its own, such as IS
        for node in file.nodes:
            if isinstance(node, ast.Constant) and node.value in COUNTRIES:
                broken.append(f"{file.path}:{node.lineno}: {node.value}")
    report(broken, "Numbers, references, e-invoicing and limits of a country stand in engine/countries/; ask `country_of` for them.")

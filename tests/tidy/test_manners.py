"""Nothing half-done, nothing hidden: no stubs, no skipped tests, no silenced checks without a reason, no types given up."""

import ast
import re

from tests.tidy.checkout import SourceFile, python_files, report, text_files

FOLDERS = ("engine", "api", "tests", "benchmarks")
LATER = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X|HA" + r"CK)\b")
SILENCED = re.compile(r"#\s*(type:\s*ignore|noqa)(\[[\w, -]+\]|:\s*[A-Z]+\d+(?:,\s*[A-Z]+\d+)*)?(.*)$")
# Where what a person wrote has no shape yet: the reader of YAML, and the reader of rules, whose parser gives untyped trees.
READERS = {"engine/text/yaml_reader.py"} | {
    f"engine/language/syntax/{name}.py"
    for name in ("parser", "unexpected_token", "build_expressions", "build_blocks", "build_clauses", "build_tables")
}
FAKES = {"unittest.mock", "mock", "freezegun", "time_machine"}


def test_nothing_is_put_off() -> None:
    broken = [
        f"{file.path}:{number}: {line.strip()[:100]}"
        for file in text_files()
        if not file.path.endswith((".lock", ".csv"))
        for number, line in enumerate(file.lines, 1)
        if LATER.search(line)
    ]
    report(broken, "Do it now, or leave it out and write an issue: a note in the code is read by nobody who could act on it.")


def test_no_test_is_skipped() -> None:
    broken = []
    for file in python_files("tests"):
        for node in file.nodes:
            if isinstance(node, ast.Attribute | ast.Name):
                name = node.attr if isinstance(node, ast.Attribute) else node.id
                if name in {"skip", "skipif", "xfail", "importorskip", "skipTest"}:
                    broken.append(f"{file.path}:{node.lineno}: {name}")
    report(broken, "A test that does not run proves nothing, and looks as if it did. Mend it or delete it.")


def test_no_store_and_no_clock_is_faked() -> None:
    broken = []
    for file in python_files("tests"):
        for name, line in _imports(file):
            if name in FAKES or name.split(".")[0] in FAKES:
                broken.append(f"{file.path}:{line}: {name}")
    report(broken, "The clock and the number are arguments, and a real SQLite or PostgreSQL is at hand: nothing needs a fake.")


def test_a_silenced_check_gives_its_reason() -> None:
    broken = []
    for file in python_files(*FOLDERS):
        if file.lies_in("tests/tidy"):
            continue
        for number, line in enumerate(file.lines, 1):
            found = SILENCED.search(line)
            if found and (not found[2] or len(re.findall(r"[A-Za-z]{2,}", found[3])) < 2):
                broken.append(f"{file.path}:{number}: {line.strip()[:110]}")
    report(broken, "Name the rule and say on the same line why it must give way:  # type: ignore[arg-type]  # lxml's types lack this form")


def test_no_type_is_given_up() -> None:
    broken = []
    for file in python_files("engine", "api"):
        if file.path in READERS:
            continue
        for node in file.nodes:
            if isinstance(node, ast.ImportFrom) and node.module == "typing":
                broken += [f"{file.path}:{node.lineno}" for alias in node.names if alias.name == "Any"]
            if isinstance(node, ast.Attribute) and node.attr == "Any":
                broken.append(f"{file.path}:{node.lineno}")
    report(
        broken,
        "`Any` switches the type checker off, and is for the two readers alone. Draw the type: a union, a Protocol, `object` with a match.",
    )


def test_nothing_is_a_stub() -> None:
    broken = []
    for file in python_files("engine", "api"):
        for node in file.nodes:
            if isinstance(node, ast.Raise) and "NotImplementedError" in ast.unparse(node):
                broken.append(f"{file.path}:{node.lineno}: NotImplementedError")
            if isinstance(node, ast.ClassDef) and any("Protocol" in ast.unparse(base) for base in node.bases):
                for inner in node.body:
                    inner.__dict__["of_a_protocol"] = True
            if isinstance(node, ast.FunctionDef) and _does_nothing(node) and not node.__dict__.get("of_a_protocol"):
                broken.append(f"{file.path}:{node.lineno}: {node.name}")
    report(broken, "A function with an empty body promises what it does not do. Write it, or leave it out.")


def test_a_document_inherits_from_nothing_but_the_document() -> None:
    broken = []
    for file in python_files("engine/documents"):
        for node in file.tree.body:
            if isinstance(node, ast.ClassDef):
                strange = [ast.unparse(base) for base in node.bases if not _may_be_inherited(ast.unparse(base))]
                broken += [f"{file.path}:{node.lineno}: {node.name}({base})" for base in strange]
    report(broken, "No inheritance but the document base and enumerations: make the shared part a field, or write it twice.")


def _imports(file: SourceFile) -> list[tuple[str, int]]:
    found = []
    for node in file.nodes:
        if isinstance(node, ast.Import):
            found += [(alias.name, node.lineno) for alias in node.names]
        if isinstance(node, ast.ImportFrom) and node.module:
            found += [(node.module, node.lineno)] + [(f"{node.module}.{alias.name}", node.lineno) for alias in node.names]
    return found


def _does_nothing(node: ast.FunctionDef) -> bool:
    if any(re.search("overload|abstractmethod|group", ast.unparse(decorator)) for decorator in node.decorator_list):
        return False
    body = node.body[1:] if ast.get_docstring(node) else node.body
    return all(isinstance(step, ast.Pass) or (isinstance(step, ast.Expr) and isinstance(step.value, ast.Constant)) for step in body)


def _may_be_inherited(base: str) -> bool:
    if base in {"DraftInvoice", "DraftCreditNote"}:
        return True  # an issued document is its draft, with number and date
    if base == "OrderItem":
        return True  # the items of each order type are a union, told apart by their type: this is what all of them have
    return base.split("[")[0].split(".")[-1] in {
        "Document",
        "OneCurrency",
        "BaseModel",
        "StrEnum",
        "Enum",
        "IntEnum",
        "Protocol",
        "NamedTuple",
        "Exception",
    }

"""One word per idea: the names that we define use the words of the glossary and none that say nothing."""

import ast
import re
from collections.abc import Iterator

from tests.tidy.checkout import SourceFile, python_files, report

# Words that fit anything say nothing: as a whole name, or as its last word.
EMPTY_WORDS = {
    "info", "object", "obj", "handle", "manage", "perform", "util", "utils", "helper", "helpers", "common", "misc",
    "manager", "service", "flag", "v2", "new", "old", "tmp", "temp", "stuff", "thing", "wrapper", "processor",
}  # fmt: skip

# Words of our own where programmers have a standard one.
PRIVATE_WORDS = {
    "told": "reported, problems, line …", "tell": "report or write", "tells": "reports", "telling": "reporting",
    "said": "message, text …", "saying": "message", "asked": "request or requested", "asking": "request",
    "heard": "event or trace", "listening": "traced, listener", "found": "result, matches, rows …",
    "kept": "stored", "keeping": "storing", "keep": "store", "door": "middleware, entry point", "doors": "entry points",
    "sides": "before and after", "side": "before or after", "twin": "copy or reference", "slow": "reference interpreter",
    "slip": "typing mistake", "slips": "typing mistakes", "aloud": "in words", "loud": "as an exception",
    "beginning": "prefix or start", "begun": "started", "answered": "response or evaluated",
    "laid": "overlay or formatted", "lay": "format", "paper": "template", "papers": "templates", "news": "changed",
    "sort": "kind", "sorts": "kinds", "taken": "imported or changed", "hurt": "broken", "stand": "position or state",
    "stands": "position or state",
}  # fmt: skip

# Where the plain word is the exact one: fixed by a contract with the outside, or a word of the language's own description.
FREE = {
    "keep_alive": "of HTTP",
    "timeout_keep_alive_handler": "a method of uvicorn",
    "contract_value": "in the answer of /v1/evaluations/quote",
    "obj": "Jinja's word, in the sandbox that we close further",
    "SERVICE": "the kind of supply, in VAT law",
    "ctx": "click's word, in the methods that it calls",
    "invoice_lead": "the field of a billing process: days before the due date",
}

# What the glossary says instead.
INSTEAD = {
    "deal": "opportunity or order", "lead": "opportunity or prospect", "client": "customer", "supplier": "seller", "vendor": "seller",
    "proposal": "quote", "upsell": "increment", "amend": "increment or change",
    "postpaid": "arrears", "upfront": "advance", "milestone": "instalment", "tranche": "instalment", "frequency": "billing type",
    "deadline": "due date", "bill": "invoice", "finalize": "issue", "finalise": "issue", "void": "credit note",
    "rebate": "discount", "tax_type": "treatment", "terminate": "end", "provision": "activate",
    "installment": "instalment", "canceled": "cancelled", "warning": "advice", "pro_rata": "proration",

}  # fmt: skip

# A reader should not have to guess.
ABBREVIATIONS = {
    "qty": "quantity", "amt": "amount", "cust": "customer", "inv": "invoice", "calc": "calculate", "cfg": "settings",
    "ctx": "say which context", "idx": "index", "num": "number", "res": "answer", "ret": "answer", "msg": "message", "pct": "percent",
    "desc": "description", "addr": "address", "cnt": "count", "elem": "element", "prod": "product", "stmt": "statement",
    "acc": "account", "curr": "currency or current", "txn": "transaction",
}  # fmt: skip
VERBS_THAT_SAY_NOTHING = {"handle", "manage", "perform", "do", "execute"}


def test_a_name_says_something() -> None:
    broken = []
    for file in python_files("engine", "api"):
        for line, name in _defined(file):
            last = _words(name)[-1]
            if last in EMPTY_WORDS and not _is_standard(name):
                broken.append(f"{file.path}:{line}: {name}")
    report(broken, "This name would fit anything. Say what it is in the business: `customer`, `tax_point`, `rows_read` …")


def test_a_name_is_a_word_of_the_glossary() -> None:
    broken = []
    for file in python_files("engine", "api"):
        if file.path.startswith(("engine/writing/ubl", "engine/writing/cii")):
            continue  # where the standard's own words stand
        for line, name in _defined(file):
            if not _is_standard(name):
                broken += [f"{file.path}:{line}: {name} (we say: {INSTEAD[word]})" for word in _words(name) if word in INSTEAD]
    report(broken, "One word per idea: the glossary has another word for this.")


def test_a_name_is_a_standard_word() -> None:
    broken = []
    for file in python_files("engine", "api"):
        for line, name in _defined(file):
            private = [word for word in _words(name) if word in PRIVATE_WORDS and not _is_standard(name)]
            broken += [f"{file.path}:{line}: {name} (say: {PRIVATE_WORDS[word]})" for word in private]
    report(broken, "A stranger must guess the meaning: use the word that programmers already use, or the glossary's.")


def test_a_name_is_written_in_full() -> None:
    broken = []
    for file in python_files("engine", "api"):
        for line, name in _defined(file):
            if not _is_standard(name):
                broken += [f"{file.path}:{line}: {name} ({ABBREVIATIONS[word]})" for word in _words(name) if word in ABBREVIATIONS]
    report(broken, "No abbreviations: write the word.")


def test_a_function_says_what_it_does() -> None:
    broken = []
    for file in python_files("engine", "api"):
        for node in file.nodes:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and _words(node.name)[0] in VERBS_THAT_SAY_NOTHING:
                broken.append(f"{file.path}:{node.lineno}: {node.name}")
    report(
        broken,
        "Use one of the house's verbs: read, parse, check, price, schedule, tax, draft, issue, credit, post, write, append, send, explain.",
    )


def _defined(file: SourceFile) -> Iterator[tuple[int, str]]:
    """The names that the file gives: its own, its functions and classes, their arguments, fields and variables."""
    yield 1, file.name.removesuffix(".py")
    for node in file.nodes:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                yield node.lineno, node.name
            case ast.arg():
                yield node.lineno, node.arg
            case ast.Name(ctx=ast.Store()):
                yield node.lineno, node.id
            case _:
                pass


def _words(name: str) -> list[str]:
    """`TaxPoint` and `tax_point` are both tax and point."""
    parts = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower().strip("_").split("_")
    return [part for part in parts if part] or ["_"]


def _is_standard(name: str) -> bool:
    return name in FREE or (name.startswith("__") and name.endswith("__"))

"""A refused action says in which state it is refused and what is possible then, at the command line and over HTTP."""

import ast

from tests.tidy.checkout import python_files, report


def test_a_conflict_has_a_state_and_what_is_possible() -> None:
    broken = []
    for file in python_files("api/desk", "api/workbench", "api/http", "api/cli"):
        for node in file.nodes:
            is_conflict = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Conflict"
            if is_conflict and len(node.args) != 3:
                broken.append(f"{file.path}:{node.lineno}")
    report(broken, "Give a Conflict the state and the verbs that are possible in it.")

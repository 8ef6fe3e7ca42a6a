"""The colours of VS Code are those of the grammar of rules: its TextMate grammar is generated, and its patterns agree with ours."""

import importlib.util
import json
import re
from pathlib import Path
from types import ModuleType

from engine.editing.colours import coloured


def writer(root: Path) -> ModuleType:
    """The script that writes the grammar."""
    spec = importlib.util.spec_from_file_location("write_grammar", root / "editors" / "vscode" / "write_grammar.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_grammar_is_that_of_the_rules(root: Path) -> None:
    made = writer(root)
    assert made.PLACE.read_text(encoding="utf-8") == made.text(), "write it anew with `./run docs`"


def test_its_patterns_begin_where_colours_of_the_service_do(root: Path) -> None:
    patterns = [re.compile(one["match"].replace("\\x{00A0}", "\u00a0")) for one in json.loads(writer(root).text())["patterns"]]
    for path in sorted(root.glob("rules/*.rules")):
        for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), start=1):
            starts = {piece.column for piece in coloured(line)}
            at, matched = 0, set()
            while at < len(line):
                match = min((one for pattern in patterns if (one := pattern.search(line, at))), key=lambda one: one.start(), default=None)
                if match is None:
                    break
                if re.match(r'[\w"#]', match.group()):
                    matched.add(match.start() + 1)
                at = max(match.end(), at + 1)
            assert matched == starts, f"{path.name}:{number}"

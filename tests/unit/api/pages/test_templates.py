"""The templates of pages: a name that every mapping has as a method would show that method in place of a text."""

import re
from pathlib import Path

from api import pages

METHODS = re.compile(r"\b\w+\.(clear|copy|get|items|keys|pop|popitem|setdefault|update|values)\b(?!\()")


def test_no_template_shows_a_method() -> None:
    folder = Path(pages.__path__[0])
    shown = {
        str(file.relative_to(folder)): named
        for file in folder.rglob("*.j2")
        if (named := [each[0] for each in METHODS.finditer(file.read_text(encoding="utf-8"))])
    }
    assert shown == {}

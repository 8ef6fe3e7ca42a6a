"""What is read of the texts of rulebooks, shared by all tests of a process.

A program has its one rulebook at hand, and the last few files. Tests read hundreds of rulebooks in turn that differ in a line or two of one
file: to read the other files again and again would take a quarter of their time.
"""

from functools import lru_cache
from types import CodeType

from engine.language import compilation
from engine.rulebook import reader
from engine.text import yaml_reader
from engine.writing.templates import TemplateEnvironment

_RULEBOOKS = 16
_FILES = 400
"""Files of each sort, of all those rulebooks."""


def share_read_texts() -> None:
    """Lets this process have more rulebooks, YAML files, rule files and templates at hand than a program."""
    reader._read = lru_cache(_RULEBOOKS)(reader._read.__wrapped__)
    yaml_reader._read = lru_cache(_FILES)(yaml_reader._read.__wrapped__)
    compilation.parse_rules = lru_cache(_FILES)(compilation.parse_rules)
    compile_template = TemplateEnvironment.compile

    @lru_cache(_FILES)
    def compiled(source: str, name: str) -> CodeType:
        code: CodeType = compile_template(TemplateEnvironment({}), source, name, name)
        return code

    TemplateEnvironment.compile = lambda _environment, source, name, _filename: compiled(source, name)

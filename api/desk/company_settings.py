"""The settings of the company as they are read: what company.yaml says, each with its line, and what holds where it says nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from pydantic import BaseModel

from engine.rulebook.company import Company
from engine.text.sources import Sources
from engine.text.yaml_reader import read_yaml
from engine.text.yaml_tree import Block, Listing, Node

FILE: Final = "company.yaml"
DEFAULT: Final = "default"


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanySetting:
    """A setting of the company: its name as the file writes it, what it is, and its file and line, or `default`."""

    setting: str
    text: str
    origin: str


def company_settings(company: Company, sources: Sources) -> tuple[CompanySetting, ...]:
    """Each setting of the company, in the order in which its fields are declared."""
    tree, _ = read_yaml(FILE, sources.get(FILE, ""))
    return tuple(_settings(company, Block() if tree is None else tree.root, ""))


def _settings(model: BaseModel, written: Block, above: str) -> Iterator[CompanySetting]:
    for field in type(model).model_fields:
        name, value = field.replace("_", "-"), getattr(model, field)
        path, node = f"{above}{name}", written.get(name)
        if isinstance(node, Block) and isinstance(value, BaseModel) and type(value).model_fields:
            yield from _settings(value, node, f"{path}.")
        elif node is not None:
            line = written.keys_at[name].line
            yield from _written(path, node, line)
        elif isinstance(value, BaseModel):
            yield from _settings(value, Block(), f"{path}.")
        else:
            yield CompanySetting(setting=path, text=_default(value), origin=DEFAULT)


def _written(path: str, node: Node, line: int) -> Iterator[CompanySetting]:
    """What the file says below a key, each value with the line of its key."""
    match node:
        case Block():
            for name, below in node.items():
                yield from _written(f"{path}.{name}", below, node.keys_at[name].line)
        case Listing():
            texts = (each if isinstance(each, str) else "…" for each in node)
            yield CompanySetting(setting=path, text=", ".join(texts), origin=f"{FILE}:{line}")
        case _:
            yield CompanySetting(setting=path, text=node, origin=f"{FILE}:{line}")


def _default(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case tuple() | list():
            return ", ".join(map(str, value))
        case dict():
            return ", ".join(map(str, value))
        case _:
            return str(value)

"""Schemas as an editor applies them: YAML read by the core types of YAML 1.2, quoted or not, against the schema that the file names."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from api.workbench.schema_files import schema_texts

LINE = "# yaml-language-server: $schema="


class CoreTypes(yaml.SafeLoader):
    """YAML as VS Code reads it: `no` and days are texts; only true, false, null and numbers are not."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}


CoreTypes.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(true|True|TRUE|false|False|FALSE)$"), list("tTfF"))
CoreTypes.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"^[-+]?[0-9]+$"), list("-+0123456789"))
CoreTypes.add_implicit_resolver(
    "tag:yaml.org,2002:float", re.compile(r"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$"), list("-+.0123456789")
)
CoreTypes.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"^(~|null|Null|NULL|)$"), ["~", "n", "N", ""])


class Quoted(yaml.SafeLoader):
    """YAML in which everything stands between quotes."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}


def shipped(root: Path) -> Iterator[Path]:
    yield root / "company.yaml"
    for folder in ("catalog", "plans", "rules", "vat"):
        yield from sorted((root / folder).rglob("*.yaml"))


def mistakes(text: str, schema: Mapping[str, object], loader: type[yaml.SafeLoader] = CoreTypes) -> list[str]:
    found = Draft202012Validator(schema).iter_errors(yaml.load(text, loader))
    return [f"{each.json_path}: {each.message}" for each in found]


@pytest.mark.parametrize("loader", [CoreTypes, Quoted])
def test_an_editor_finds_the_schema_of_every_shipped_file_and_no_mistake(root: Path, loader: type[yaml.SafeLoader]) -> None:
    files = list(shipped(root))
    assert len(files) > 15
    for path in files:
        text = path.read_text("utf-8")
        first = text.splitlines()[0]
        assert first.startswith(LINE), f"{path} names no schema"
        named = (path.parent / first.removeprefix(LINE)).resolve()
        assert mistakes(text, json.loads(named.read_text("utf-8")), loader) == [], path


@pytest.mark.parametrize(
    ("kind", "before", "after"),
    [
        ("company", 'postcode: "5000"', "postcode: 5000"),
        ("company", "oss: no", 'oss: "no"'),
        ("company", "oss: no", "oss: false"),
        ("company", "oss: no", 'oss: "false"'),
        ("company", "cut-over: 2027-01-01", 'cut-over: "2027-01-01"'),
        ("company", "planning-horizon-months: 24", 'planning-horizon-months: "24"'),
    ],
)
def test_what_the_reader_takes_the_schema_takes(root: Path, kind: str, before: str, after: str) -> None:
    text = (root / "company.yaml").read_text("utf-8")
    assert before in text
    assert mistakes(text.replace(before, after), json.loads(schema_texts()[f"{kind}.schema.json"])) == []


@pytest.mark.parametrize(
    ("kind", "text", "said"),
    [
        ("segments", "kind: segments\nsegments:\n  gold: {fr: Or, nl: Goud}\n", "'en' is a required property"),
        ("price-book", "kind: price-book\nid: b\nlabel: {fr: a, nl: a, en: a}\nfrom: 2027-01-01\nbased-om: a\n", "based-om"),
        ("vat-rates", "kind: vat-rates\nrates: {BE: {standard: [{from: 2020-01-01, rate: 21%}], reducd: []}}\n", "reducd"),
        ("company", "kind: company\nplanning-horizon-months: two\n", "'two' does not match"),
    ],
)
def test_an_editor_underlines_a_slip(kind: str, text: str, said: str) -> None:
    assert said in " ".join(mistakes(text, json.loads(schema_texts()[f"{kind}.schema.json"])))


def test_every_key_has_a_sentence_for_whoever_hovers_over_it() -> None:
    silent = [
        f"{name} {part}.{key}"
        for name, text in schema_texts().items()
        if not name.startswith("document-")
        for part, node in (("", json.loads(text)), *json.loads(text).get("$defs", {}).items())
        for key, below in node.get("properties", {}).items()
        if not below.get("description")
    ]
    assert silent == []

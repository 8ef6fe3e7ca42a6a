"""YAML of analysts: everything is text, everything has a place, and nothing surprising is read."""

from __future__ import annotations

import pytest

from engine.text.yaml_reader import read_yaml
from engine.text.yaml_tree import Scalar

UNREADABLE = {
    "a: [b\nc: d\n": "x.yaml:1:4: yaml-syntax: a list or mapping in brackets is not closed, or lacks a comma",
    "a: 'x\nb: 'y'\n": "x.yaml:1:4: yaml-syntax: a quote that is not closed on its line",
    'a: "x\nb: y\n': "x.yaml:1:4: yaml-syntax: a quote that is not closed on its line",
    "a:\n\tb: c\n": "x.yaml:2:1: yaml-syntax: a tab in the indentation",
    "a: b: c\n": "x.yaml:1:4: yaml-syntax: a `:` with a blank behind it ends a key, so that this text needs quotes",
    "a: `x`\n": "x.yaml:1:4: yaml-syntax: a text cannot begin with ```",
    "a: %x\n": "x.yaml:1:4: yaml-syntax: a text cannot begin with `%`",
    "a:\n  - x\n - y\n": "x.yaml:3:2: yaml-syntax: this line does not belong to what stands above it",
    "k: > x\n": "x.yaml:1:6: yaml-syntax: something stands behind the `|` or `>` that begins a text",
    "k: - a\n": "x.yaml:1:4: yaml-syntax: a list begins on the line of its key",
    "a: b\nc\n": "x.yaml:2:1: yaml-syntax: this line is no `key: …`",
    "a: }\n": "x.yaml:1:4: yaml-syntax: a closing bracket or brace without its beginning",
    'a: "x\\q"\n': "x.yaml:1:6: yaml-syntax: an unknown `\\` sequence in a text between double quotes",
    "a: *b\n": "x.yaml:1:4: yaml-anchor: anchors and aliases (`&` and `*`) are not read",
    "a: &b {c: d}\n": "x.yaml:1:4: yaml-anchor: anchors and aliases (`&` and `*`) are not read",
    "a: !!int 3\n": "x.yaml:1:4: yaml-tag: tags (`!!int`) are not read",
    "<<: {a: b}\n": "x.yaml:1:1: yaml-merge-key: merge keys (`<<`) are not read",
    "? [a]\n: c\n": "x.yaml:1:3: key-not-text: a key must be a short text",
    "a: {{ x }}\n": "x.yaml:1:5: key-not-text: a key must be a short text",
    "a: b\n---\nc: d\n": "x.yaml:2:1: yaml-second-document: a second document begins here",
    "%YAML 1.1\n---\na: b\n": "x.yaml:1:1: yaml-directive: directives (`%YAML`, `%TAG`) are not read",
    "- a\n": "x.yaml:1:1: not-a-mapping: this file must consist of `key: …` lines",
    "": "x.yaml:1:1: empty-file: this file is empty",
    "# only a remark\n": "x.yaml:1:1: empty-file: this file is empty",
    "a: b\nc: d\na: e\n": "x.yaml:3:1: duplicate-key: `a` stands here twice, first on line 1",
    "a:\nb: c\n": "x.yaml:1:1: empty-entry: nothing stands after `a`",
    "a: x\n  b y\n": "x.yaml:1:4: folded-text: this text goes on over line 2",
    "a: \u202eb\n": "x.yaml:1:4: hidden-character: the character U+202E (right-to-left override) is invisible or turns the order of "
    "the text around",
    "a: b\x00\n": "x.yaml:1:5: hidden-character: the character U+0000 (null) is invisible or turns the order of the text around",
    "a: m\u043enth\n": "x.yaml:1:4: look-alike-character: `m\u043enth` holds U+043E (cyrillic small letter o), which looks like "
    "another letter",
}


@pytest.mark.parametrize("text", UNREADABLE)
def test_a_mistake_is_told_where_it_stands(text: str) -> None:
    _, problems = read_yaml("x.yaml", text)
    assert UNREADABLE[text] in [str(problem) for problem in problems]
    assert all(problem.help for problem in problems)


def test_a_place_of_another_program_s_template_is_told_once() -> None:
    _, problems = read_yaml("x.yaml", "a: {{ x }}\n")
    assert [problem.code for problem in problems] == ["key-not-text"]


def test_every_scalar_stays_the_text_that_was_written() -> None:
    tree, problems = read_yaml("x.yaml", "a: NO\nb: 1.10\nc: 12:30\nd: 0475123456\ne: ''\nf: 2024-02-30\ng: ~\n")
    assert not problems
    assert tree is not None
    assert tree.root == {"a": "NO", "b": "1.10", "c": "12:30", "d": "0475123456", "e": "", "f": "2024-02-30", "g": "~"}


def test_all_errors_of_a_file_are_reported_at_once() -> None:
    text = "a: b: c\nd: 'e\nf: ok\nf: again\ng:\n\th: i\nj: &k l\n"
    _, problems = read_yaml("x.yaml", text)
    assert [(problem.where.line, problem.code) for problem in problems if problem.where] == [
        (1, "yaml-syntax"),
        (2, "yaml-syntax"),
        (4, "duplicate-key"),
        (6, "yaml-syntax"),
        (7, "yaml-anchor"),
    ]


def test_places_of_keys_and_texts() -> None:
    tree, _ = read_yaml("plans/x.yaml", 'plans:\n  - name: "a"\n    when: |\n      b is c\n')
    assert tree is not None
    assert str(tree.spans.at("plans", 0, "name")) == "plans/x.yaml:2:11"
    assert str(tree.spans.key("plans", 0, "name")) == "plans/x.yaml:2:5"
    assert str(tree.spans.at("plans", 0, "nothing")) == "plans/x.yaml:2:5"
    assert str(tree.spans.key("plans", 0)) == "plans/x.yaml:2:5"
    when = tree.root["plans"][0]["when"]
    assert isinstance(when, Scalar)
    assert str(when.content) == "plans/x.yaml:4:7"
    assert str(tree.root["plans"][0]["name"].content) == "plans/x.yaml:2:12"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a: " + "[" * 25_000, "yaml-syntax"),
        ("a: " + "[" * 60 + "]" * 60, "too-deep"),
        ("\n".join("  " * depth + "a:" for depth in range(60)) + " b", "too-deep"),
        ("a: [" + "b," * 120_000 + "]", "too-many-entries"),
        ("a: " + "b" * 1_000_001, "too-long"),
        ("a" * 300 + ": b", "key-not-text"),
    ],
)
def test_size_and_depth_are_bounded(text: str, code: str) -> None:
    _, problems = read_yaml("x.yaml", text)
    assert code in {problem.code for problem in problems}


def test_windows_line_ends_and_a_byte_order_mark_are_read() -> None:
    tree, problems = read_yaml("x.yaml", "\ufeffa: b\r\nc:\r\n  - d\r\n")
    assert not problems
    assert tree is not None
    assert tree.root == {"a": "b", "c": ["d"]}


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("street: Rue des Verriers #18\n", "1:26"),
        ("street: Rue des Verriers # 18\n", "1:26"),
        ("names:\n  - Suite #4\n", "2:11"),
        ("street: Rue des Verriers 18  # the office\n", None),
        ("street: Rue des Verriers 18 # 2 floors\n", None),
        ('street: "Rue des Verriers #18"\n', None),
        ("street: Rue#18\n", None),
        ("street: |\n  Rue #18\n", None),
    ],
)
def test_a_comment_that_was_meant_as_text_is_reported(text: str, place: str | None) -> None:
    lost = [problem for problem in read_yaml("x.yaml", text)[1] if problem.code == "lost-text"]
    assert [str(problem.where) for problem in lost] == ([f"x.yaml:{place}"] if place else [])

"""The formats of `check` for GitHub, GitLab, SARIF and JUnit: well formed, in the reader's language, the same at every run."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from lxml import etree

from api.cli.main import run
from api.output.annotations import write_github, write_gitlab
from api.output.junit import Case, Suite, suites_of, write_junit
from api.output.problem_view import ProblemView, problem_views
from api.output.sarif import write_sarif
from engine.problems import Fix, Kind, Span
from engine.text.sources import Sources

WRONG = Kind("bad-thing", "`{word}` is wrong: 50%, isn't it", "mend it\nat once")
ADVICE = Kind("odd-thing", "`{word}` is odd", "look at it", "advice")
TEXTS: Sources = {"company.yaml": "kind: company\n", "rules/a.rules": "first\nsecond\n", "rules/b c.rules": "one\n"}

TEXT = {"type": "object", "required": ["text"], "properties": {"text": {"type": "string", "minLength": 1}}}
LEVEL = {"enum": ["none", "note", "warning", "error"]}
REGION = {
    "type": "object",
    "additionalProperties": False,
    "required": ["startLine"],
    "properties": {name: {"type": "integer", "minimum": 1} for name in ("startLine", "startColumn", "endLine", "endColumn")},
}
PLACE = {
    "type": "object",
    "additionalProperties": False,
    "required": ["artifactLocation"],
    "properties": {
        "artifactLocation": {
            "type": "object",
            "additionalProperties": False,
            "properties": {"uri": {"type": "string", "pattern": r"^[^\s:]+$"}},
        },
        "region": REGION,
    },
}
RULE = {
    "type": "object",
    "additionalProperties": False,
    "required": ["id"],
    "properties": {
        "id": {"type": "string"},
        "name": {"type": "string"},
        "shortDescription": TEXT,
        "help": {"type": "object", "required": ["text"], "properties": {"text": {"type": "string"}, "markdown": {"type": "string"}}},
        "defaultConfiguration": {"type": "object", "properties": {"level": LEVEL}},
    },
}
REPLACEMENT = {
    "type": "object",
    "additionalProperties": False,
    "required": ["deletedRegion"],
    "properties": {"deletedRegion": REGION, "insertedContent": TEXT},
}
CHANGE = {
    "type": "object",
    "additionalProperties": False,
    "required": ["artifactLocation", "replacements"],
    "properties": {
        "artifactLocation": PLACE["properties"]["artifactLocation"],
        "replacements": {"type": "array", "minItems": 1, "items": REPLACEMENT},
    },
}
FIX = {
    "type": "object",
    "required": ["artifactChanges"],
    "properties": {"artifactChanges": {"type": "array", "minItems": 1, "items": CHANGE}},
}
RESULT = {
    "type": "object",
    "additionalProperties": False,
    "required": ["message"],
    "properties": {
        "ruleId": {"type": "string"},
        "ruleIndex": {"type": "integer", "minimum": -1},
        "level": LEVEL,
        "message": TEXT,
        "locations": {"type": "array", "items": {"type": "object", "properties": {"physicalLocation": PLACE}}},
        "partialFingerprints": {"type": "object", "additionalProperties": {"type": "string"}},
        "fixes": {"type": "array", "items": FIX},
    },
}
RUN = {
    "type": "object",
    "additionalProperties": False,
    "required": ["tool", "results"],
    "properties": {
        "tool": {
            "type": "object",
            "additionalProperties": False,
            "required": ["driver"],
            "properties": {
                "driver": {
                    "type": "object",
                    "additionalProperties": False,
                    "required": ["name"],
                    "properties": {
                        "name": {"type": "string"},
                        "version": {"type": "string"},
                        "rules": {"type": "array", "uniqueItems": True, "items": RULE},
                    },
                }
            },
        },
        "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
        "results": {"type": "array", "items": RESULT},
    },
}
SARIF = {  # the part of SARIF 2.1.0 (OASIS) that is written, with its names and bounds
    "type": "object",
    "additionalProperties": False,
    "required": ["version", "runs"],
    "properties": {"$schema": {"type": "string"}, "version": {"const": "2.1.0"}, "runs": {"type": "array", "items": RUN}},
}


def problems(*, lines_above: int = 0, below: str = "") -> tuple[ProblemView, ...]:
    """A mistake, a piece of advice and a mistake without a place, with more lines above the first two."""
    texts = {**TEXTS, "rules/a.rules": "#\n" * lines_above + TEXTS["rules/a.rules"]}
    first, second = 1 + lines_above, 2 + lines_above
    whole = Span("rules/a.rules", first, 1, first, 6)
    results = (
        WRONG.at(whole, word="first\x00").fixed_by(Fix(whole, "First")),
        ADVICE.at(Span("rules/a.rules", second, 2, second, 4), word="second"),
        WRONG.at(Span("rules/b c.rules", 1, 1, 1, 4), word="one"),
        WRONG.at(None, word="nowhere"),
    )
    return problem_views(results, texts, "en", below=below)


def test_github_takes_one_command_a_line_with_everything_escaped() -> None:
    first, second, third, fourth = write_github(problems(below="rules of ours")).splitlines()
    assert first.startswith(
        "::error file=rules of ours/rules/a.rules,line=1,col=1,endLine=1,endColumn=6,title=bad-thing::`first\x00` is wrong: 50%25,"
    )
    assert first.endswith("%0Amend it%0Aat once")
    assert second.startswith("::warning ")
    assert "file=rules of ours/rules/b c.rules" in third
    assert fourth.startswith("::error title=bad-thing::")


def test_a_fingerprint_of_gitlab_stays_when_lines_move_and_no_two_are_alike() -> None:
    before, after = (json.loads(write_gitlab(problems(lines_above=lines))) for lines in (0, 7))
    assert [entry["fingerprint"] for entry in before] == [entry["fingerprint"] for entry in after]
    assert [entry["location"]["lines"]["begin"] for entry in after[:2]] == [8, 9]
    assert len({entry["fingerprint"] for entry in before}) == 4
    assert [entry["severity"] for entry in before] == ["major", "minor", "major", "major"]
    assert before[0]["check_name"] == "bad-thing"
    assert before[0]["location"]["path"] == "rules/a.rules"


def test_the_same_mistake_on_like_lines_has_several_fingerprints() -> None:
    texts = {"rules/a.rules": "same\nsame\n"}
    twice = problem_views([WRONG.at(Span("rules/a.rules", line, 1, line, 5), word="same") for line in (1, 2)], texts, "en")
    assert len({problem.fingerprint for problem in twice}) == 2


def test_sarif_follows_its_schema() -> None:
    written = json.loads(write_sarif(problems(), version="1.2.3", pages={"bad-thing": "# bad-thing\n\nIt is\nbad.\n\n## Avoid\n"}))
    Draft202012Validator(SARIF).validate(written)
    results = written["runs"][0]
    rules = results["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["bad-thing", "odd-thing"]
    assert rules[0]["shortDescription"]["text"] == "It is bad."
    assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in results["results"])
    assert [result["level"] for result in results["results"]] == ["error", "warning", "error", "error"]
    ((change,),) = (fix["artifactChanges"] for fix in results["results"][0]["fixes"])
    assert change["replacements"][0]["insertedContent"]["text"] == "First"
    assert results["results"][2]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "rules/b%20c.rules"


def test_junit_has_a_suite_for_each_file_and_a_passing_case_where_it_is_clean() -> None:
    text = write_junit(suites_of(problems(), TEXTS, "en"), "centwright check")
    root = etree.fromstring(text.encode())
    assert (root.get("tests"), root.get("failures")) == ("5", "3")
    suites = {suite.get("name"): suite for suite in root}
    assert list(suites) == [".", "company.yaml", "rules/a.rules", "rules/b c.rules"]
    assert [case.get("name") for case in suites["company.yaml"]] == ["no problems"]
    failing, advised = suites["rules/a.rules"]
    failure = failing[0]
    assert (failure.tag, failure.get("type"), failing.get("line")) == ("failure", "bad-thing", "1")
    assert failure.text == "rules/a.rules:1:1: `first\ufffd` is wrong: 50%, isn't it\nmend it\nat once"
    assert advised[0].tag == "system-out"


def test_junit_serves_other_commands_as_well() -> None:
    text = write_junit(
        [Suite(path="rules/a.test.yaml", cases=(Case(name="the third licence", failure="12.00, not 13.00"),))], "centwright test"
    )
    assert etree.fromstring(text.encode()).get("failures") == "1"


@pytest.mark.parametrize("form", ["json", "github", "gitlab", "sarif", "junit"])
def test_check_writes_every_form_the_same_each_time_and_ends_with_1(
    form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "ours").mkdir()
    (tmp_path / "ours" / "company.yaml").write_text("kind: company\n")
    monkeypatch.chdir(tmp_path)
    written = []
    for _ in range(2):
        assert run(["check", "ours", "--format", form, "--quiet"]) == 1
        written.append(capsys.readouterr().out)
    assert written[0] == written[1]
    assert ("ours/company.yaml" in written[0]) == (form != "json")


@pytest.mark.parametrize("form", ["gitlab", "sarif", "junit"])
def test_check_of_a_sound_rulebook_writes_an_empty_report_and_ends_with_0(
    form: str, root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["check", "--rulebook", str(root), "--format", form, "--quiet"]) == 0
    written = capsys.readouterr().out
    match form:
        case "gitlab":
            assert json.loads(written) == []
        case "sarif":
            assert json.loads(written)["runs"][0]["results"] == []
        case _:
            cases = etree.fromstring(written.encode())
            assert int(cases.get("tests", "0")) > 40
            assert cases.get("failures") == "0"


def test_a_file_that_cannot_be_read_is_reported_in_the_format_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "company.yaml").write_bytes("kind: société\n".encode("latin-1"))
    assert run(["check", str(tmp_path), "--format", "gitlab", "--quiet"]) == 1
    assert "not-text" in {entry["check_name"] for entry in json.loads(capsys.readouterr().out)}


def test_problems_are_written_in_the_language_of_the_reader() -> None:
    kind = Kind("two-things", "{first} and {last}", "{first} or {last}")
    output = problem_views([kind.at(None, first="a", last="b")], {}, "nl")
    assert (output[0].message, output[0].help) == ("a en b", "a of b")
    suites = suites_of((), TEXTS, "fr")
    assert suites[0].cases[0].name == "aucun problème"

"""Files for CI, ours and those of `init --ci`: what runs a change may write nothing, and nothing is installed by the name of a package."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import Any

import pytest
import yaml

from api.workbench.rulebook_review import MARK
from api.workbench.scaffold import CI_FILES, HOSTINGS, Hosting, NewCompany, rulebook_files
from tests.tidy.checkout import ROOT, report, text_files

PACKAGE = "git+https://git.example.com/billing/centwright@v0.1.0"
PINNED = re.compile(r"uses: [a-z-]+/[a-z-]+@[0-9a-f]{40}  # v[0-9]+\.[0-9]+\.[0-9]+")
INSTALLED = re.compile(r"(?:pip3? (?:install|download|wheel)|pipx (?:install|run)|uv (?:pip|tool) install|uvx) ([^\n`]*)")
NAMED = re.compile(r"(?:CENTWRIGHT_PACKAGE|additional_dependencies)[:=] *([^\n`]*)|--package[= ]([^\n`]*)")
OUR_NAME = re.compile(r"""["'\[]*(?:centwright|billwright)(?:\[[a-z,]*\])?(?:[=<>~!][^/]*)?["'\],]*""")


@cache
def written(hosting: Hosting, package: str | None = PACKAGE) -> dict[str, str]:
    """What `init --ci` writes beside the rulebook."""
    begun = date(2027, 1, 4)
    plain = rulebook_files(NewCompany(name="N", country="BE", language="en", begins_on=begun))
    hosted = rulebook_files(NewCompany(name="N", country="BE", language="en", begins_on=begun, hosting=hosting, package=package))
    return {path: content.decode() for path, content in hosted.items() if path not in plain}


def files_for_ci() -> dict[str, str]:
    """Every file for CI, ours and those that are written."""
    ours = [*sorted((ROOT / ".github").rglob("*.yml")), ROOT / ".pre-commit-hooks.yaml"]
    files = {path.relative_to(ROOT).as_posix(): path.read_text("utf-8") for path in ours}
    for hosting in HOSTINGS[:2]:
        files |= {f"init --ci {hosting}: {path}": text for path, text in written(hosting).items()}
    return files


def workflows() -> dict[str, Any]:
    """Every GitHub workflow by its file, as read."""
    return {path: yaml.safe_load(text) for path, text in files_for_ci().items() if ".github/workflows" in path}


def test_every_file_is_there_and_is_yaml() -> None:
    files = files_for_ci()
    assert len(files) == 10
    for path, text in files.items():
        if path.endswith(".py"):
            compile(text, path, "exec")
        else:
            assert yaml.safe_load(text), path


def test_scripts_take_values_from_the_environment_only() -> None:
    broken = [
        f"{path}: {script}"
        for path, text in files_for_ci().items()
        if not path.endswith(".py")
        for script in scripts(yaml.safe_load(text))
        if "${{" in script or re.search(r"set -x|echo .*\$\w*TOKEN", script)
    ]
    report(broken, "Hand a value to a script through `env`: text of a stranger inside a script is run.")


def scripts(node: object) -> list[str]:
    if isinstance(node, dict):
        own = [each for key in ("run", "entry") if isinstance(each := node.get(key), str)]
        own += [
            line if isinstance(line, str) else pytest.fail(f"quote the script: {line}")
            for key in ("script", "before_script", "after_script")
            for line in node.get(key) or ()
        ]
        return own + [found for below in node.values() for found in scripts(below)]
    return [found for below in node for found in scripts(below)] if isinstance(node, list) else []


def test_actions_are_pinned_by_commit() -> None:
    used = [
        (path, line.strip().removeprefix("- ")) for path, text in files_for_ci().items() for line in text.splitlines() if "uses:" in line
    ]
    assert len(used) > 5
    broken = [f"{path}: {line}" for path, line in used if not PINNED.fullmatch(line)]
    report(broken, "A tag can be moved: name the full commit, and the version in a comment behind it.")


def test_a_job_that_runs_a_change_may_write_nothing() -> None:
    assert len(workflows()) == 5
    for path, workflow in workflows().items():
        assert workflow["permissions"] == {}, path
        for job in workflow["jobs"].values():
            uses = [step.get("uses", "") for step in job["steps"]]
            if "write" in job["permissions"].values():
                assert list(workflow[True]) == ["workflow_run"], f"{path}: a job that may write runs the file of the default branch"
                assert uses == [""] * len(uses), f"{path}: it uses nothing, so that it checks nothing out"
                assert not re.search("git |python|centwright ", " ".join(step["run"] for step in job["steps"])), path
            else:
                assert job["permissions"] == {"contents": "read"}, path
                checkouts = [step for step in job["steps"] if step.get("uses", "").startswith("actions/checkout@")]
                assert [step["with"]["persist-credentials"] for step in checkouts] == [False], path


def test_the_comment_is_posted_of_the_workflow_that_reviews() -> None:
    names = {path: workflow["name"] for path, workflow in workflows().items()}
    for path, workflow in workflows().items():
        if path.endswith("comment.yml"):
            assert workflow[True]["workflow_run"]["workflows"] == [names[path.replace("comment.yml", "rulebook.yml")]]
            assert workflow["jobs"]["comment"]["env"]["MARK"] == MARK
    assert f'MARK = "{MARK}"' in written("gitlab")["ci/post_note.py"]


def test_on_gitlab_only_the_job_that_checks_nothing_out_has_the_token() -> None:
    jobs = yaml.safe_load(written("gitlab")[".gitlab-ci.yml"])
    assert set(jobs) == {"review", "note"}
    assert "environment" not in jobs["review"]
    assert "TOKEN" not in str(jobs["review"])
    assert jobs["note"]["environment"] == {"name": "rulebook-note", "action": "access"}
    assert jobs["note"]["variables"]["GIT_STRATEGY"] == "none"
    assert "?ref=$CI_DEFAULT_BRANCH" in jobs["note"]["variables"]["SCRIPT"]


@pytest.mark.parametrize("hosting", HOSTINGS[:2])
def test_without_a_package_the_job_stops_and_says_what_to_fill_in(hosting: Hosting) -> None:
    file = CI_FILES[hosting]
    job = next(iter((tree := yaml.safe_load(written(hosting, None)[file])).get("jobs", tree).values()))
    assert job.get("env", job.get("variables"))["CENTWRIGHT_PACKAGE"] == ""
    script = next(each for each in scripts(job) if "CENTWRIGHT_PACKAGE" in each)
    answer = subprocess.run(
        [shutil.which("bash") or "bash", "-e", "-c", script],
        env={"CENTWRIGHT_PACKAGE": "", "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode != 0
    assert f"write into {file} where the program comes from: git+https://HOST/PATH@REVISION, or a wheel" in answer.stderr
    assert "No such file" not in answer.stderr


@pytest.mark.parametrize("hosting", HOSTINGS[:2])
def test_the_package_is_written_where_it_is_installed_from(hosting: Hosting) -> None:
    job = next(iter((tree := yaml.safe_load(written(hosting)[CI_FILES[hosting]])).get("jobs", tree).values()))
    assert job.get("env", job.get("variables"))["CENTWRIGHT_PACKAGE"] == PACKAGE
    assert "<<" not in written(hosting)[CI_FILES[hosting]]


def test_nothing_installs_the_program_by_its_name() -> None:
    files = {file.path: file.text for file in text_files() if not file.path.startswith("tests/")} | files_for_ci()
    broken = [f"{path}: {name}" for path, text in files.items() for name in installed_by_name(text)]
    report(broken, "The name on a package index may belong to somebody else: name a git address with its revision, or a wheel.")


def test_an_installation_by_name_is_found() -> None:
    for text in (
        "pip install centwright", 'pip install -q "centwright[prove]==0.1"', "uvx centwright check", "pipx run billwright",
        "CENTWRIGHT_PACKAGE: centwright", "additional_dependencies: [centwright]", "init --ci github --package centwright",
    ):  # fmt: skip
        assert list(installed_by_name(text)), text
    for text in (f"pip install {PACKAGE}", 'pip install "$CENTWRIGHT_PACKAGE"', "pip install ./dist/centwright-0.1.0-py3-none-any.whl"):
        assert not list(installed_by_name(text)), text


def installed_by_name(text: str) -> Iterator[str]:
    for given in [*INSTALLED.findall(text), *("".join(found) for found in NAMED.findall(text))]:
        yield from (word for word in given.split() if OUR_NAME.fullmatch(word))

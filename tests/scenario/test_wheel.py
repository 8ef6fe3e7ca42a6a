"""The wheel has all that the program needs: installed outside the checkout, it creates a rulebook, checks it and opens a database."""

import os
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from tests.tidy.checkout import ROOT, all_files

WORDS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
PACKED = WORDS["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run([ROOT / "run", "wheel", "--directory", folder], check=True, capture_output=True)
    (built,) = folder.iterdir()
    return built


def test_it_holds_every_file_of_the_packages_and_of_the_folders_that_come_with_them(wheel: Path) -> None:
    wanted = {file.path for file in all_files() if file.lies_in("engine", "api")}
    for source, target in PACKED.items():
        wanted |= {file.path.replace(source, target, 1) for file in all_files() if file.path == source or file.lies_in(source)}
    assert len(wanted) > 500
    assert wanted - set(zipfile.ZipFile(wheel).namelist()) == set()


def test_it_begins_a_rulebook_and_checks_it_far_from_the_checkout(wheel: Path, tmp_path: Path) -> None:
    program = tmp_path / "program"
    install = [sys.executable, "-mpip", "install", "--quiet", "--no-deps", "--no-index", "--no-compile", "--target", program, wheel]
    subprocess.run(install, check=True, env=os.environ | {"PIP_USER": "0"})
    settings = {"PYTHONPATH": str(program), "PYTHONSAFEPATH": "1", "CENTWRIGHT_LANGUAGE": "en", "CENTWRIGHT_TODAY": "2027-01-04"}
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CENTWRIGHT_")} | settings

    def centwright(*words: str) -> str:
        call = [program / "bin" / "centwright", *words]
        return subprocess.run(
            call, cwd=tmp_path, env=environment, check=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        ).stdout

    assert centwright("version").split() == ["centwright", WORDS["project"]["version"]]
    assert "88 files in acme" in centwright("init", "acme")
    assert centwright("check", "acme", "--language", "fr").startswith("aucun problème dans 58 fichiers\n")
    assert centwright("check", "--explain", "not-a-number").startswith("# not-a-number")
    assert centwright("customer", "list", "--rulebook", "acme", "--database", "acme.sqlite", "--json").endswith('"rows": []\n}\n')
    assert (tmp_path / "acme.sqlite").is_file()

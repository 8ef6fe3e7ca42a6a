"""The rulebooks that are shipped, and the one that a new company begins with, are laid out as `centwright fmt` lays them out."""

from api.workbench.file_formatting import format_files
from tests.tidy.checkout import ROOT, report


def test_the_shipped_rulebooks_are_laid_out() -> None:
    files = list(format_files((ROOT, ROOT / "api" / "workbench" / "skeleton", ROOT / "tests" / "golden" / "rulebook")))
    assert len(files) > 80, "were the folders of the rulebooks renamed?"
    broken = [file.name for file in files if file.changes or file.problems]
    report(broken, "Rule files and YAML files have one layout: run `./run centwright fmt` with these files.")

"""The checkout stands anywhere: no address of a registry, no folder of one machine, and every link between its pages leads somewhere."""

import re
from pathlib import PurePosixPath
from posixpath import normpath

from tests.tidy.checkout import ROOT, SourceFile, report, text_files

REGISTRIES = re.compile(
    r"py" + r"pi\.org|pythonhosted\.org|registry\.npmjs|--(extra-)?index" + r"-url|--find" + r"-links|--trusted" + r"-host", re.I
)
MACHINES = re.compile(r"(?<![\w.:/-])/(work|root|home|Users|opt)/[\w.-]+")
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
PICTURE = re.compile(r"!\[[^\]]*\]\(([^)\s]+)\)")
HERE = "tests/tidy/test_addresses.py"


def test_no_address_of_a_registry_is_written_down() -> None:
    broken = [place for file in text_files() if file.path != HERE for place in _places(file, REGISTRIES) if not _turns_it_off(place)]
    report(
        broken, "Where packages come from is a setting of each machine. Locks hold versions and hashes only (`./run lock` writes them so)."
    )


def test_a_lock_holds_versions_and_hashes_and_nothing_else() -> None:
    line = re.compile(r'[a-z0-9-]+==[\w.+!]+( ; [\w\s\'"<>=!.()]+)? \\|    --hash=sha256:[0-9a-f]{64}( \\)?')
    locks = [file for file in text_files() if file.path.endswith(".lock")]
    assert len(locks) == 2
    broken = [f"{file.path}:{number}: {text}" for file in locks for number, text in enumerate(file.lines, 1) if not line.fullmatch(text)]
    report(broken, "Write the lock with `./run lock`.")


def test_no_folder_of_one_machine_is_written_down() -> None:
    broken = [place for file in text_files() if file.path != HERE for place in _places(file, MACHINES)]
    report(broken, "Write the path from the top of the checkout, or take it from a setting.")


def test_every_link_of_the_pages_leads_somewhere() -> None:
    pages = {file.path: file for file in text_files() if file.path.endswith(".md")}
    assert "README.md" in pages
    broken = []
    for path, page in pages.items():
        for target in LINK.findall(page.text) + PICTURE.findall(page.text):
            if re.match(r"[a-z]+:", target):
                continue
            to, _, heading = target.partition("#")
            reached = normpath((PurePosixPath(path).parent / to).as_posix()) if to else path
            if not (ROOT / reached).exists():
                broken.append(f"{path}: {target}")
            elif heading and reached in pages and heading not in _headings(pages[reached]):
                broken.append(f"{path}: {target} (no such heading)")
    report(broken, "This link leads nowhere: mend the path (it counts from the page's own folder) or the heading.")


def test_every_path_that_a_page_names_is_there() -> None:
    named = re.compile(r"`((?:engine|api|rules|catalog|plans|vat|templates|tests|docs|demo|benchmarks)/[\w./*-]*)`")
    broken = [
        f"{page.path}: {path}"
        for page in text_files()
        if page.path.endswith(".md") and not page.lies_in("docs/decisions", "docs/reference")
        for path in named.findall(page.text)
        if not any(ROOT.glob(path.rstrip("/")))
    ]
    report(broken, "The page names a file or folder that is not there (or no longer). Pages of docs/decisions may: they are history.")


def _places(file: SourceFile, wanted: re.Pattern[str]) -> list[str]:
    return [f"{file.path}:{number}: {line.strip()[:120]}" for number, line in enumerate(file.lines, 1) if wanted.search(line)]


def _turns_it_off(place: str) -> bool:
    return place.startswith("run:") and "--no-emit" in place


def _headings(page: SourceFile) -> set[str]:
    titles = re.findall(r"^#+ +(.*)$", page.text, re.M)
    return {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in titles}

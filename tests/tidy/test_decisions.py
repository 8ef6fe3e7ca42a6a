"""Decisions have one format: number, title, date, status, context, decision, consequences."""

import re

from tests.tidy.checkout import ROOT, all_files, report

FOLDER = "docs/decisions"
NAME = re.compile(r"(\d{4})-[a-z0-9]+(-[a-z0-9]+)*\.md")
HEAD = re.compile(r"# (\d{4}) \S.*\n\n- Date: \d{4}-\d{2}-\d{2}\n- Status: (.+(?:\n  .+)*)\n\n## Context\n")
STATUS = re.compile(r"proposed|accepted\b.*|superseded by \[\d{4}\]\(([\w.-]+)\).*", re.S)
SECTIONS = ["Context", "Decision", "Consequences"]
TEACHING = (
    "A decision is written so: `# 0032 Title`; `- Date: 2027-01-31` and `- Status: accepted` (or `proposed`, or `superseded by "
    "[0033](0033-….md)`); then the sections Context, Decision and Consequences. A page that no longer holds gets the new status and "
    "stays as it is: the new decision has a page of its own, with the next free number."
)


def test_every_decision_has_the_same_format() -> None:
    pages = [file for file in all_files() if file.lies_in(FOLDER)]
    assert len(pages) > 10, f"no decisions in {FOLDER}: was the folder renamed?"
    report([f"{page.path}: {mistake}" for page in pages for mistake in mistakes(page.name, page.text)], TEACHING)


def test_no_number_is_given_twice() -> None:
    numbers = [file.name[:4] for file in all_files() if file.lies_in(FOLDER)]
    report([number for number in numbers if numbers.count(number) > 1], "Give the newer page the next free number.")


def test_a_page_in_another_format_is_found() -> None:
    page = "# 0032 Title\n\n- Date: 2027-01-31\n- Status: accepted\n\n## Context\n\nx\n\n## Decision\n\nx\n\n## Consequences\n\nx\n"
    assert mistakes("0032-title.md", page) == []
    assert mistakes("title.md", page) == ["the name of the file is not `0032-short-title.md`"]
    assert mistakes("0033-title.md", page) == ["the title says 0032"]
    assert mistakes("0032-title.md", page.replace("accepted", "old")) == ["the status cannot be `old`"]
    assert mistakes("0032-title.md", page.replace("accepted", "superseded by [0099](0099-x.md)")) == ["there is no page 0099-x.md"]
    assert mistakes("0032-title.md", page.replace("Decision\n\nx", "Decision\n")) == ["nothing stands under Decision"]
    assert mistakes("0032-title.md", page.replace("Decision", "Why")) == ["the sections are Context, Why, Consequences"]


def mistakes(file_name: str, text: str) -> list[str]:
    """What is missing on a page, or stands in the wrong place."""
    name, head = NAME.fullmatch(file_name), HEAD.match(text)
    if name is None:
        return ["the name of the file is not `0032-short-title.md`"]
    if head is None:
        return ["does not begin with number and title, date, status, and `## Context`"]
    status = STATUS.fullmatch(head[2])
    found = []
    if head[1] != name[1]:
        found.append(f"the title says {head[1]}")
    if status is None:
        found.append(f"the status cannot be `{head[2]}`")
    elif status[1] and not (ROOT / FOLDER / status[1]).is_file():
        found.append(f"there is no page {status[1]}")
    parts = re.split(r"^## (.+)\n", text, flags=re.M)[1:]
    if parts[::2] != SECTIONS:
        found.append(f"the sections are {', '.join(parts[::2])}")
    found += [f"nothing stands under {title}" for title, body in zip(parts[::2], parts[1::2], strict=True) if not body.strip()]
    return found

"""Markdown pages read well as plain text: no line is longer than 120 characters, tables aside."""

from tests.tidy.checkout import report, text_files

LONGEST = 120


def test_no_line_of_a_page_is_longer_than_120_characters() -> None:
    pages = [file for file in text_files() if file.path.endswith(".md")]
    assert len(pages) > 200, "no pages found: was a folder renamed?"
    broken = [
        f"{page.path}:{number}: {len(line)} characters"
        for page in pages
        for number, line in enumerate(page.lines, 1)
        if len(line) > LONGEST and not line.lstrip().startswith("|")
    ]
    report(
        broken,
        f"People read these pages in terminals and in diffs: break the line before {LONGEST} characters, at a word. Markdown joins the "
        "lines of a paragraph again. In a block of code, break where the language allows it, or show less output. Tables may be wider.",
    )

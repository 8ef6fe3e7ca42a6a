"""The problems of templates in the workbench: rules of documents may name segments and products, of the draft too."""

from pathlib import Path

from api.rulebook_folder import read_folder
from api.workbench.overlay import Overlay, Workbench

RULES = """\
kind: documents
paragraphs:
  - document: quote
    when: {segments: [chain, school], products: [SUB-CORE]}
    place: closing
    text: {fr: Selon contrat, nl: Volgens contract, en: By contract}
"""
SEGMENTS = "catalog/segments.yaml"
SCHOOL = "  school: {fr: École, nl: School, en: School}\n"


def test_rules_of_documents_name_segments_and_products_of_the_draft(root: Path) -> None:
    sources, written = read_folder(root), {"templates/documents.yaml": RULES}
    workbench = Workbench(sources)
    without, with_school = Overlay(files=written), Overlay(files={**written, SEGMENTS: sources[SEGMENTS] + SCHOOL})
    assert [problem.message for problem in workbench.template_problems(without)] == [
        "there is no segment `school`, so that this rule never applies"
    ]
    assert workbench.template_problems(with_school) == ()
    assert len(workbench.template_problems(without)) == 1

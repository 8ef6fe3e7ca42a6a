"""Changes of texts that the workbench makes: pieces are replaced, new answers taken over, tests added under names of their own."""

import pytest

from api.workbench.draft_review import ReviewedScenario
from api.workbench.draft_texts import TextEdit, with_edits, with_new_answers, with_test
from engine.problems import Refusal

TESTS = "kind: tests\nscenarios:\n  - name: A\n    expect: {net: 1.00, tax: 2}\n"
ENTRY = "  - name: A\n    expect: {net: 3}\n"


def edit(line: int, column: int, end_column: int, text: str) -> TextEdit:
    return TextEdit(line=line, column=column, end_line=line, end_column=end_column, text=text)


def test_pieces_are_replaced_from_the_end_to_the_start() -> None:
    assert with_edits("a", "one two\nthree", [edit(1, 1, 4, "1"), edit(1, 5, 8, "2"), edit(2, 1, 6, "é\n3")]) == "1 2\né\n3"


@pytest.mark.parametrize("wrong", [edit(3, 1, 2, ""), edit(0, 1, 2, ""), edit(1, 0, 2, "")])
def test_a_place_that_is_not_there_is_refused(wrong: TextEdit) -> None:
    with pytest.raises(Refusal, match="no such place"):
        with_edits("rules/a.rules", "one\ntwo", [wrong])


def test_new_answers_are_expected() -> None:
    place = {"what": "net", "expected": "1.00", "actual": "9.99", "line": 4, "column": 19, "end_line": 4, "end_column": 23}
    differences = [{**place, "text": "9.99"}, {**place, "text": None}]
    failed = ReviewedScenario.model_validate({"name": "A", "file": "a.test.yaml", "line": 3, "differences": differences})
    texts = {"a.test.yaml": TESTS}
    assert with_new_answers(texts, [failed])["a.test.yaml"] == TESTS.replace("1.00", "9.99")
    assert with_new_answers(texts, [failed], "A") == with_new_answers(texts, [failed])
    assert with_new_answers(texts, [failed], "B") == {}


def test_a_test_stands_beside_its_file_under_a_name_of_its_own() -> None:
    assert with_test({}, "catalog/book.yaml", ENTRY) == ("catalog/book.test.yaml", f"kind: tests\nscenarios:\n{ENTRY}")
    path, text = with_test({"rules/a.test.yaml": TESTS}, "rules/a.test.yaml", ENTRY)
    assert (path, text) == ("rules/a.test.yaml", TESTS + ENTRY.replace("A\n", "A (2)\n", 1))
    quoted = ENTRY.replace("A\n", '"A: b"\n', 1)
    assert '- name: "A: b (2)"\n' in with_test({"x.test.yaml": quoted}, "rules/b.rules", quoted)[1]

"""Entity tags: the digest of each field, and what differs where a tag is old."""

import pytest

from api.http.entity_tags import check_match, is_same, tag_of
from api.refusals import Outdated
from engine.problems import Refusal

READ = {"id": "S1", "state": "pending", "items": [{"id": "S1-1", "quantity": "2"}]}
NOW = READ | {"state": "active", "items": [{"id": "S1-1", "quantity": "3"}]}


def test_a_tag_is_that_of_what_stands_there_and_not_of_its_order() -> None:
    assert tag_of(READ) == tag_of(dict(reversed(READ.items()))) != tag_of(NOW)
    check_match(tag_of(READ), READ)
    check_match("*", READ)
    check_match(f'"other", W/{tag_of(READ)}', READ)
    assert (is_same(tag_of(READ), READ), is_same("*", READ), is_same(tag_of(NOW), READ), is_same("", READ)) == (True, True, False, False)


def test_an_old_tag_is_refused_with_the_fields_that_changed() -> None:
    with pytest.raises(Outdated) as refused:
        check_match(tag_of(READ), NOW)
    assert [problem.pointer for problem in refused.value.problems] == ["/items", "/state"]
    with pytest.raises(Outdated) as refused:
        check_match(tag_of(READ), NOW | {"more": 1})
    assert [problem.code for problem in refused.value.problems] == ["other-tag"]


@pytest.mark.parametrize("given", ["none", '"', '"a" "b"', "W/", '"a",,'])
def test_what_is_no_tag_is_refused(given: str) -> None:
    with pytest.raises(Refusal) as refused:
        check_match(given, READ)
    assert refused.value.problems[0].code == "not-a-tag"

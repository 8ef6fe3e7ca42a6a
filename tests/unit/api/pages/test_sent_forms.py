"""Forms are read as browsers send them; what no form has is read as none, which every page refuses."""

from __future__ import annotations

from api.pages.frame.sent_forms import sent_fields


def test_texts_are_read_by_field() -> None:
    assert sent_fields(b"name=Caf%C3%A9+Nord&empty=&name=last") == {"name": "last", "empty": ""}
    assert sent_fields("été=1".encode()) == {"été": "1"}


def test_more_fields_than_any_form_has_are_none() -> None:
    many = b"&".join(b"f%d=x" % at for at in range(21))
    assert sent_fields(many) == {}
    assert len(sent_fields(many, most=21)) == 21

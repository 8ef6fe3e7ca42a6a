"""XML is written as text; what lxml reads in it and writes again is the same, byte for byte."""

from __future__ import annotations

import sys
from datetime import date

from lxml import etree

from engine.dates import Period
from engine.money import Currency, Money
from engine.writing.e_invoices.content import visible, written_text
from engine.writing.ubl.elements import CAC, CBC, begin_document

_SPACE = "urn:example:document"


def test_elements_are_those_that_lxml_writes() -> None:
    root = begin_document("Note", _SPACE)
    root.add_text("ID", "A & B <c> ]]>", schemeID='say "no" & <b>')
    root.add_text("OrderReference/Document/ID", 7)
    party = root.add_child("Supplier/Party")
    party.add_text("Name", " first\nsecond ")
    place = party.add_child("PostalAddress")
    place.add_text("StreetName", "")
    place.add_text("Country/IdentificationCode", "BE")
    party.add_amount("Amount", Money(-1205, Currency.of("EUR")))
    root.add_period(Period(date(2027, 1, 1), date(2027, 2, 1)))
    root.add_period(None)
    root.add_text("Note", None)
    written = root.end()
    assert written == _again(written)
    read = etree.fromstring(written)
    assert read.tag == f"{{{_SPACE}}}Note"
    assert [(each.tag.partition("}")[2], each.text) for each in read.iter(f"{{{CBC}}}*")] == [
        ("ID", "A & B <c> ]]>"),
        ("ID", "7"),
        ("Name", "first\nsecond"),
        ("IdentificationCode", "BE"),
        ("Amount", "-12.05"),
        ("StartDate", "2027-01-01"),
        ("EndDate", "2027-01-31"),
    ]
    assert [each.tag.partition("}")[2] for each in read.iter(f"{{{CAC}}}*")] == [
        *("OrderReference", "Document", "Supplier", "Party", "PostalAddress", "Country", "InvoicePeriod")
    ]


def test_every_character_is_read_back_from_texts_and_attributes() -> None:
    signs = "".join(map(chr, range(sys.maxunicode + 1)))
    given = visible(f"a{signs}z")
    assert len(given) > 1_000_000
    root = begin_document("Note", _SPACE)
    root.add_text("ID", f"a{signs}z", schemeID=f"a{signs}z")
    written = root.end()
    (read,) = etree.fromstring(written, etree.XMLParser(huge_tree=True))
    assert (read.text, read.get("schemeID")) == (given, given)
    assert written == _again(written)
    plain = begin_document("Note", _SPACE)
    plain.add_text("ID", given)
    assert written_text("cbc:ID", given) in plain.end()


def _again(written: bytes) -> bytes:
    """A document as lxml reads and writes it."""
    parser = etree.XMLParser(remove_blank_text=True, huge_tree=True)
    return etree.tostring(etree.fromstring(written, parser), xml_declaration=True, encoding="UTF-8", pretty_print=True)

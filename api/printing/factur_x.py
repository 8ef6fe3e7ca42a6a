"""What makes a PDF/A-3 a Factur-X (ZUGFeRD): the name of the file inside, and the metadata that name it and its profile."""

from __future__ import annotations

from typing import Final

FILE_NAME: Final = "factur-x.xml"
_NAMESPACE: Final = "urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#"
_PROPERTIES: Final = {
    "DocumentType": ("INVOICE", "What kind of document the embedded file is"),
    "DocumentFileName": (FILE_NAME, "The name of the embedded file"),
    "Version": ("1.0", "The version of Factur-X that the embedded file follows"),
    "ConformanceLevel": ("EN 16931", "The profile that the embedded file follows"),
}
_DESCRIPTION: Final = (
    '<rdf:Description xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" rdf:about="" {names}>{inside}</rdf:Description>'
)
_SCHEMA: Final = (
    '<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource"><pdfaSchema:schema>Factur-X</pdfaSchema:schema>'
    "<pdfaSchema:namespaceURI>{namespace}</pdfaSchema:namespaceURI><pdfaSchema:prefix>fx</pdfaSchema:prefix>"
    "<pdfaSchema:property><rdf:Seq>{properties}</rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas>"
)
_PROPERTY: Final = (
    '<rdf:li rdf:parseType="Resource"><pdfaProperty:name>{name}</pdfaProperty:name>'
    "<pdfaProperty:valueType>Text</pdfaProperty:valueType><pdfaProperty:category>external</pdfaProperty:category>"
    "<pdfaProperty:description>{description}</pdfaProperty:description></rdf:li>"
)
_EXTENSION_NAMES: Final = " ".join(
    f'xmlns:pdfa{name}="http://www.aiim.org/pdfa/ns/{path}"'
    for name, path in (("Extension", "extension/"), ("Schema", "schema#"), ("Property", "property#"))
)


def _descriptions() -> str:
    stated = "".join(f"<fx:{name}>{value}</fx:{name}>" for name, (value, _) in _PROPERTIES.items())
    properties = "".join(_PROPERTY.format(name=name, description=text) for name, (_, text) in _PROPERTIES.items())
    schema = _SCHEMA.format(namespace=_NAMESPACE, properties=properties)
    return _DESCRIPTION.format(names=f'xmlns:fx="{_NAMESPACE}"', inside=stated) + _DESCRIPTION.format(names=_EXTENSION_NAMES, inside=schema)


DESCRIPTIONS: Final = _descriptions().encode()
"""The properties of a Factur-X in XMP, and their schema, without which a PDF/A may have no properties of its own."""

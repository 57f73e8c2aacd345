"""XML from outside: no document types, no entities, nothing fetched, limited size and depth."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from defusedxml import DefusedXmlException, ElementTree
from lxml import etree

from adapter.errors import InvalidIdentityToken

PROTOCOL: Final = "{urn:oasis:names:tc:SAML:2.0:protocol}"
ASSERTION: Final = "{urn:oasis:names:tc:SAML:2.0:assertion}"
METADATA: Final = "{urn:oasis:names:tc:SAML:2.0:metadata}"
SIGNATURE: Final = "{http://www.w3.org/2000/09/xmldsig#}"

# lxml-stubs knows the class by this name only.
Element = etree._Element


class UnusableXml(ValueError):
    """A document is not well-formed, or has what documents here may not have."""


def parse(document: bytes) -> Element:
    """The root element of a document.

    Raises:
        UnusableXml: it is not well-formed, too deep, or has a document type.
    """
    try:
        ElementTree.fromstring(document, forbid_dtd=True)
        root = etree.fromstring(document, parser())
    except (DefusedXmlException, ElementTree.ParseError, etree.LxmlError, ValueError, LookupError) as error:
        raise UnusableXml("the document is not XML as it is accepted here") from error
    if root is None or any(isinstance(each, etree._Entity) for each in root.iter()):
        raise UnusableXml("the document is not XML as it is accepted here")
    return root


def parser() -> etree.XMLParser:
    """A parser that resolves nothing and fetches nothing; libxml2's own limits on depth and size stay in force."""
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)


def text_of(element: Element | None) -> str:
    """The text of an element that has nothing else in it; otherwise none."""
    return (element.text or "").strip() if element is not None and len(element) == 0 else ""


def children(element: Element, tag: str) -> Iterator[Element]:
    """The elements directly below that have that tag."""
    return (child for child in element if child.tag == tag)


def only_child(element: Element, tag: str) -> Element:
    """The one element directly below that has that tag.

    Raises:
        InvalidIdentityToken: there is none, or there are several.
    """
    found = list(children(element, tag))
    if len(found) != 1:
        raise InvalidIdentityToken(f"The SAML response has to have exactly one {tag.rpartition('}')[2]} element there.")
    return found[0]


def moment(text: str | None) -> datetime | None:
    """A time as XML Schema writes it, None for none.

    Raises:
        ValueError: it is no time.
    """
    if text is None:
        return None
    found = datetime.fromisoformat(text.strip())
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)

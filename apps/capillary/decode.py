"""Bytes of a reply into plain values, JSON or XML, and values into bytes of a request."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from apps.capillary.readers import ShapeError


def decode(body: bytes, content_type: str = "") -> Any:
    """JSON numbers become int or Decimal; XML becomes the same tree of text. Raises ShapeError otherwise."""
    start = body[:200].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"<") or ("xml" in content_type and not start.startswith((b"{", b"["))):
        return _decode_xml(body)
    try:
        return json.loads(body, parse_float=Decimal, parse_constant=lambda _word: None)
    except (ValueError, RecursionError) as error:
        raise ShapeError("the reply is not JSON") from error


def encode(body: Mapping[str, Any]) -> bytes:
    """The JSON body of a request, compact and in UTF-8."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def _decode_xml(body: bytes) -> dict[str, Any]:
    try:
        root = fromstring(body, forbid_dtd=True)
        return {root.tag: _plain(root)}
    except (ParseError, DefusedXmlException, RecursionError, ValueError, LookupError) as error:
        raise ShapeError("the reply is not XML") from error


def _plain(node: Element) -> Any:
    """An element with children is an object; repeated children, or children called `element`, are a list.

    An element marked null="true" is None; text around children (comments of the outside) is dropped.
    """
    if node.get("null") == "true":
        return None
    if len(node) == 0:
        return (node.text or "").strip()
    found: dict[str, list[Any]] = {}
    for child in node:
        found.setdefault(child.tag, []).append(_plain(child))
    if set(found) == {"element"}:
        return found["element"]
    return {name: values[0] if len(values) == 1 else values for name, values in found.items()}

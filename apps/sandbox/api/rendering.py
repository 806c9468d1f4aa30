"""Replies as JSON or in either of the two XML serialisations; bodies read from JSON or XML."""

import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import IO, Any
from xml.parsers.expat import ExpatError

import xmltodict
from django.http import Http404
from rest_framework.exceptions import NotAcceptable, ParseError
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from apps.sandbox.api.wire import Envelope, dress
from apps.sandbox.control import switches
from apps.sandbox.control.switches import Switches


class JsonRenderer(BaseRenderer):
    """JSON with decimals as bare numbers, wrapped in "response" where the endpoint does so."""

    media_type = "application/json"
    format = "json"
    charset = "utf-8"

    def render(self, data: Any, accepted_media_type: Any = None, renderer_context: Any = None) -> bytes:
        """Bytes of the dressed tree; none for a reply without content."""
        if data is None:
            return b""
        tree = dress(data.tree if isinstance(data, Envelope) else data, _switches(renderer_context))
        if isinstance(data, Envelope):
            tree = _without_empty(tree, data.json_without_empty)
            tree = {"response": tree} if data.json_wrapper else tree
        return json.dumps(tree, default=_number, ensure_ascii=False).encode()


class XmlRenderer(BaseRenderer):
    """XML of a v1.1 envelope; anything else (an error without envelope) becomes <response>."""

    media_type = "application/xml"
    format = "xml"
    charset = "utf-8"

    def render(self, data: Any, accepted_media_type: Any = None, renderer_context: Any = None) -> bytes:
        """Bytes of the dressed tree, native or converted as the endpoint or the switch says."""
        chosen = _switches(renderer_context)
        envelope = data if isinstance(data, Envelope) else Envelope(data)
        tree = {"response": _without(dress(envelope.tree, chosen, xml=True), envelope.xml_without)}
        form = envelope.xml if chosen.xml == "sample" else chosen.xml
        if form == "converted":
            tree = {"root": _converted(tree)}
        elif form == "rooted":
            tree = {"root": _sorted(tree)}
        return xmltodict.unparse(_printable(tree)).encode()


class FormatFirst(DefaultContentNegotiation):
    """format= or the extension wins over Accept; what nobody offers becomes JSON."""

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """The renderer and its media type."""
        offered = list(renderers)
        asked = request.query_params.get("format") or format_suffix
        for renderer in offered:
            if renderer.format == asked:
                return renderer, renderer.media_type
        try:
            renderer, media_type = super().select_renderer(request, offered)
        except (Http404, NotAcceptable):
            return offered[0], offered[0].media_type
        return renderer, media_type


class XmlParser(BaseParser):
    """Reads an XML body into the dicts the same body would be as JSON, <root> and <element> removed."""

    media_type = "application/xml"

    def parse(self, stream: IO[Any], media_type: Any = None, parser_context: Any = None) -> Any:
        """A dict with one "root". Raises ParseError for a body that is no XML."""
        try:
            tree = _unwrapped(xmltodict.parse(stream.read()))
        except (ExpatError, ValueError) as error:
            raise ParseError(str(error)) from error
        while isinstance(tree, dict) and set(tree) == {"root"}:
            tree = tree["root"]
        return {"root": tree}


class TextXmlParser(XmlParser):
    """The same under XML's other media type."""

    media_type = "text/xml"


def _switches(context: Any) -> Switches:
    return switches.of(context["request"])


def _number(value: object) -> float:
    # Only the printed form: the shortest text of a number with three places is exact. No sum is made of it.
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(f"{value!r} has no JSON form")


def _without(node: Any, names: frozenset[str]) -> Any:
    if not names:
        return node
    if isinstance(node, Mapping):
        return {key: _without(value, names) for key, value in node.items() if key not in names}
    return [_without(value, names) for value in node] if isinstance(node, list) else node


def _without_empty(node: Any, names: frozenset[str]) -> Any:
    if not names:
        return node
    if isinstance(node, Mapping):
        return {
            key: _without_empty(value, names)
            for key, value in node.items()
            if value != "" or key not in names
        }
    return [_without_empty(item, names) for item in node] if isinstance(node, list) else node


def _converted(node: Any) -> Any:
    if isinstance(node, Mapping):
        return {key: _converted(node[key]) for key in sorted(node)}
    if isinstance(node, list):
        return {"element": [_converted(item) for item in node]} if node else ""
    return {"@null": "true"} if node is None else node


def _sorted(node: Any) -> Any:
    if isinstance(node, Mapping):
        return {key: _sorted(node[key]) for key in sorted(node)}
    return [_sorted(item) for item in node] if isinstance(node, list) else node


def _printable(node: Any) -> Any:
    if isinstance(node, Mapping):
        return {key: _printable(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_printable(item) for item in node] or ""
    if isinstance(node, str):
        return "".join(sign for sign in node if sign >= " " or sign in "\t\n\r")
    return str(node) if isinstance(node, int | Decimal) and not isinstance(node, bool) else node


def _unwrapped(node: Any) -> Any:
    if isinstance(node, list):
        return [_unwrapped(item) for item in node]
    if not isinstance(node, dict):
        return node
    if set(node) == {"element"}:
        inner = node["element"]
        return [_unwrapped(item) for item in (inner if isinstance(inner, list) else [inner])]
    return {key: _unwrapped(value) for key, value in node.items()}

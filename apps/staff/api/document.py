"""The API's document (OpenAPI 3.1), and what the page about it shows."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from drf_spectacular.generators import SchemaGenerator


@dataclass(frozen=True)
class Call:
    """One call as people read it."""

    method: str
    path: str
    title: str
    parameters: list[dict[str, Any]]
    answers: list[tuple[str, str]]


@lru_cache(maxsize=1)
def document() -> dict[str, Any]:
    """The document, made once for each process: it changes with the code only."""
    generator = SchemaGenerator()  # type: ignore[no-untyped-call]
    found: dict[str, Any] = generator.get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return found


def calls() -> Iterator[Call]:
    """Every call of the document, in its order."""
    for path, methods in document()["paths"].items():
        for method, told in methods.items():
            yield Call(
                method=method.upper(),
                path=path,
                title=told.get("description", ""),
                parameters=[one for one in told.get("parameters", ()) if one["in"] == "query"],
                answers=[(status, _shape(answer)) for status, answer in told["responses"].items()],
            )


def _shape(answer: dict[str, Any]) -> str:
    """The name of what is answered."""
    for media in answer.get("content", {}).values():
        schema = media["schema"]
        return str(schema.get("$ref") or schema.get("items", {}).get("$ref", "")).rpartition("/")[2]
    return ""

"""What a person calls a store, as the codes that entries hold."""

from collections.abc import Callable, Iterable

_source: list[Callable[[str], list[str]]] = []


def provide(source: Callable[[str], list[str]]) -> None:
    """The room above, which knows the stores, says once at start which codes a code or name means."""
    _source[:] = [source]


def store_codes(texts: Iterable[str]) -> frozenset[str]:
    """Codes of the stores that are meant; what nobody knows is taken as the code of a store that is gone."""
    found: set[str] = set()
    for text in texts:
        found.update((_source[0](text) if _source else []) or [text])
    return frozenset(found)

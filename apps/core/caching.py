"""What is kept for a while and can be asked for again: a cache that is broken stops nobody."""

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.cache import cache

log = logging.getLogger("console.cache")


def get(key: str) -> Any:
    """What is kept; None where nothing is."""
    return get_many([key]).get(key)


def put(key: str, value: Any, seconds: int) -> None:
    """Keep it for so long."""
    set_many({key: value}, seconds)


def get_many(keys: Sequence[str]) -> dict[str, Any]:
    """Those that are kept."""
    try:
        return dict(cache.get_many(keys))
    except Exception as error:
        log.warning("The cache could not be read: %s.", type(error).__name__)
        return {}


def set_many(values: Mapping[str, Any], seconds: int) -> None:
    """Keep them for so long."""
    try:
        cache.set_many(dict(values), seconds)
    except Exception as error:
        log.warning("The cache could not be written: %s.", type(error).__name__)


def delete(key: str) -> None:
    """Forget it."""
    try:
        cache.delete(key)
    except Exception as error:
        log.warning("The cache could not be written: %s.", type(error).__name__)

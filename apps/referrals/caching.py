"""What is kept for a minute while somebody fills in a form: keyed hashes only. A broken cache stops nobody."""

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.cache import cache

log = logging.getLogger("console.referrals")


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

"""Sweeps over operations: one operation's trouble keeps no other from its turn."""

import logging
from collections.abc import Callable

from apps.operations.models import Operation

log = logging.getLogger("console.operations")


def taken_care_of(pk: int, act: Callable[[int], int], *, so: str) -> int | None:
    """What the act says of this operation; None when it broke, which the log tells.

    so  what should have become of it: "stopped"
    """
    try:
        return act(pk)
    except Exception as error:  # whatever it is, the others have their turn
        log.error("%s could not be %s: %s.", Operation(pk=pk).number, so, type(error).__name__)
        return None

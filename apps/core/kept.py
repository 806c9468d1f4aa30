"""How values read in what is kept or sent: trail, reasons, notices, files, mails. The same whoever caused it.

The functions are those of `formats`, in the console's own time zone and way of writing.
"""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from apps.core import formats, reader

P = ParamSpec("P")


def of_nobody(shown: Callable[P, str]) -> Callable[P, str]:
    """The same words whoever reads on."""

    @wraps(shown)
    def kept(*args: P.args, **kwargs: P.kwargs) -> str:
        with reader.nobody():
            return shown(*args, **kwargs)

    return kept


number = of_nobody(formats.number)
points = of_nobody(formats.points)
money = of_nobody(formats.money)
day = of_nobody(formats.day)
clock = of_nobody(formats.clock)
moment = of_nobody(formats.moment)

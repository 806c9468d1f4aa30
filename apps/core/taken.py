"""What may be there once, written by two at the same moment: the slower one reads a sentence, not of a fault."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from apps.core.errors import Conflict

# By number: in words the databases say it in the language they were set up in.
UNIQUE = {"23505", sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY}


@contextmanager
def told_when_taken(check: Callable[[], object] | None = None) -> Iterator[None]:
    """Write within it, in a transaction of its own, what the database lets be there once.

    check   the one that was asked before writing: asked anew it sees the row of whoever was quicker

    Raises: what the check says, and Conflict where it finds nothing wrong
    """
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if not _is_taken(error):
            # A fault of ours.
            raise
        if check is not None:
            check()
        raise Conflict(
            _("Somebody saved the same at this moment, so yours was not kept."),
            next_step=_("Look at what they saved, and save again if yours is to stand."),
        ) from error


def _is_taken(error: IntegrityError) -> bool:
    """Whether what the database lets be there once is there already."""
    told = error.__cause__
    return (getattr(told, "sqlstate", None) or getattr(told, "sqlite_errorcode", None)) in UNIQUE

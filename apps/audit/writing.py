"""Short transactions whose failure is told in words: what cannot be written down is not done."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import InternalError, OperationalError, transaction

from apps.audit.services import trace_unavailable


@contextmanager
def written() -> Iterator[None]:
    """A transaction. Raises TraceUnavailable when the database cannot be written at all."""
    try:
        with transaction.atomic():
            yield
    except (OperationalError, InternalError) as error:
        raise trace_unavailable() from error

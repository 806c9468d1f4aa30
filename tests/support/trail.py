"""Steps around the trail's triggers: in the test database only, and only while a test is cleaned up."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connections

from apps.audit import triggers


@contextmanager
def without_triggers(alias: str = "default") -> Iterator[None]:
    """The trail's tables accept anything inside. Refuses to work outside of a test database."""
    connection = connections[alias]
    name = str(connection.settings_dict["NAME"])
    if "test" not in name and "memory" not in name:
        raise RuntimeError("The trail's triggers are lifted in a test database only.")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
        try:
            yield
        finally:
            with connection.cursor() as cursor:
                cursor.execute("SET session_replication_role = DEFAULT")
        return
    triggers.drop(connection)
    try:
        yield
    finally:
        triggers.create(connection)

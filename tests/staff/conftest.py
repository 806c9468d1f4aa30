"""A trail that cannot be written, for those who must notice."""

import pytest
from django.db import connection


@pytest.fixture
def broken_trail(transactional_db):
    """Take the trail's table away: the database itself refuses the entry."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_entry RENAME TO audit_entry_away")
    yield
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_entry_away RENAME TO audit_entry")

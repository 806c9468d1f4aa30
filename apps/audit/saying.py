"""How each database is asked for entries that say something."""

from django.db import connection

# Trigrams find nothing shorter.
SHORTEST = 3
# The newest of so many: a word that stands everywhere must not cost more than the page.
MOST = 2_000


def condition(text: str) -> tuple[str, str]:
    """The WHERE over `EntryText` and its one parameter; signs that mean something to a database mean themselves."""
    if connection.vendor == "postgresql":
        escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        return "text ILIKE %s", f"%{escaped}%"
    phrase = text.replace('"', '""')
    return "text MATCH %s", f'"{phrase}"'

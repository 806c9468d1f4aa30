"""What calls and acts said, for searching: made of the sealed bytes, and never the truth."""

from django.db import models


class EntryText(models.Model):
    """The words of one entry. On SQLite this is an FTS5 table over trigrams, on PostgreSQL one with a trigram index.

    `entry_id` is called ``rowid`` in both, because FTS5 has no other key.
    """

    entry_id = models.BigIntegerField(primary_key=True, db_column="rowid")
    text = models.TextField()

    def __str__(self) -> str:
        return f"words of #{self.entry_id}"


class TextMark(models.Model):
    """The place in the log whose words come next. One row."""

    next_index = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"words up to place {self.next_index}"

"""What a pack cannot tell: entries that left the database for archive files, whoever they are about."""

from django.utils.translation import gettext as _

from apps.audit.models import Archive


def months() -> list[str]:
    """Months (UTC) some of whose entries are in archives only: ``2025-03``."""
    gone = Archive.objects.exclude(removed_at=None).order_by("month")
    return [f"{month:%Y-%m}" for month in gone.values_list("month", flat=True).distinct()]


def in_words() -> str:
    """A sentence for the person, "" while everything is in the database."""
    gone = months()
    if not gone:
        return ""
    words = _(
        "Entries from %(first)s to %(last)s were moved into archive files, wholly or in part. What those say "
        "about you is not in this file. Ask for it if you want to see it."
    )
    return words % {"first": gone[0], "last": gone[-1]}

"""One visit: a page that asks again by itself, or is shown again beside a mistake, was read already."""

from collections.abc import Collection
from datetime import timedelta

from django.utils import timezone

from apps.audit.models import Entry

ONE_VISIT = timedelta(minutes=10)


def was_read(person_id: int | None, subject: str, actions: Collection[str]) -> bool:
    """Whether this person's reading of it, by one of these actions, stands in the trail and not from long ago."""
    since = timezone.now() - ONE_VISIT
    read = Entry.objects.about_subject(subject).filter(action__in=actions, actor_id=person_id, at__gt=since)
    return read.exists()

"""Django's sessions in the database, kept under the hash of their key and with what people want to read of them.

Reading one costs one query, as before: who, since when and last use come with it.
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY as PERSON
from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import CreateError, UpdateError
from django.contrib.sessions.exceptions import SessionInterrupted
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from apps.core.hashes import hash_of_secret

if TYPE_CHECKING:
    from apps.staff.session_models import OpenSession

# Under this name a session holds what was true when it was opened: id, since, browser, address.
OPENED = "opened"
# The last use has its own way into the row: an answer under way would write an old one back.
WRITTEN = ("session_data", "expire_date", "person", "opening", "browser", "address", "since", "at_provider")
# And under this one which session at the provider it began with; see `provider_session`.
AT_PROVIDER = "at_provider"


class SessionStore(db.SessionStore):
    """row is the session as it was read, None for a visitor who has none."""

    row: "OpenSession | None" = None

    @classmethod
    def get_model_class(cls) -> "type[OpenSession]":
        from apps.staff.session_models import OpenSession

        return OpenSession

    @staticmethod
    def _pk(session_key: str | None) -> str:
        from apps.staff.session_models import hash_of

        return hash_of(session_key or "")

    def _get_session_from_db(self) -> "OpenSession | None":
        living = self.get_model_class().objects.filter(expire_date__gt=timezone.now())
        self.row = living.filter(pk=self._pk(self.session_key)).first()
        if self.row is None:
            self._session_key = None
        return self.row

    def exists(self, session_key: str) -> bool:
        return self.get_model_class().objects.filter(pk=self._pk(session_key)).exists()

    def delete(self, session_key: str | None = None) -> None:
        if key := session_key or self.session_key:
            self.get_model_class().objects.filter(pk=self._pk(key)).delete()

    def create_model_instance(self, data: dict[str, Any]) -> "OpenSession":
        opened = data.get(OPENED) or {}
        since = datetime.fromisoformat(opened["since"]) if opened else None
        until = self.get_expiry_date()
        return self.get_model_class()(
            session_key=self._pk(self._get_or_create_session_key()),  # type: ignore[attr-defined]
            session_data=self.encode(data),
            expire_date=min(until, since + longest()) if since else until,
            person_id=int(data[PERSON]) if PERSON in data else None,
            opening=opened.get("id", ""),
            browser=opened.get("browser", ""),
            address=opened.get("address"),
            since=since,
            at_provider=data.get(AT_PROVIDER, ""),
            used_at=self.row.used_at if self.row else timezone.now(),
        )

    def save(self, must_create: bool = False) -> None:
        """Raises: CreateError for a key that is taken; UpdateError when the session was ended meanwhile"""
        if self.session_key is None:
            self.create()
            return
        if must_create:
            self.row = None
        row = self.create_model_instance(self._get_session(no_load=must_create))  # type: ignore[attr-defined]
        try:
            with transaction.atomic():
                if must_create:
                    row.save(force_insert=True)
                else:
                    row.save(update_fields=WRITTEN)
        except IntegrityError as error:
            if must_create:
                raise CreateError from error
            raise
        except DatabaseError as error:
            if must_create:
                raise
            raise UpdateError from error
        self.row = row

    def flush(self) -> None:
        """Nothing of it is left, also not for a key that is made in the same request."""
        super().flush()
        self.row = None

    def cycle_key(self) -> None:
        """The same session under another key; one that was ended meanwhile is not brought to life again.

        Raises: SessionInterrupted
        """
        data, old, was_read = self._session, self.session_key, self.row is not None  # type: ignore[attr-defined]
        with transaction.atomic():
            gone, _kinds = self.get_model_class().objects.filter(pk=self._pk(old)).delete()
            if was_read and not gone:
                raise SessionInterrupted("This session was ended while it was answered.")
            self.create()
        self._session_cache = data


def provider_session(issuer: str, sid: str) -> str:
    """What sessions are kept under that began with this one of the provider; it names neither."""
    return hash_of_secret(f"{issuer}\n{sid}")


def longest() -> timedelta:
    """So long a session lasts, used or not."""
    return timedelta(hours=settings.CONSOLE_SESSION_HOURS)

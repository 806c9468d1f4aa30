"""What is kept of signed-in sessions, of forms that wait behind a lock, and of links for a new password."""

from typing import Any

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_lazy as _

from apps.core.hashes import hash_of_secret


def hash_of(session_key: str) -> str:
    """What a session is kept under: its key has 165 random bits."""
    return hash_of_secret(session_key)


def still_of(person: Any, opened_with: str) -> bool:
    """Whether what all sessions of the person are checked against is still this, or was under an older secret key."""
    now = (person.get_session_auth_hash(), *person.get_session_auth_fallback_hash())
    return any(constant_time_compare(opened_with, one) for one in now)


class OpenSessionQuerySet(models.QuerySet["OpenSession"]):
    def now(self) -> "OpenSessionQuerySet":
        """Those of signed-in people that have not run out."""
        return self.filter(expire_date__gt=timezone.now()).exclude(since=None)

    def opening_still(self) -> "list[OpenSession]":
        """Those of `now` that a click would find open, the last used first: not of before a new password or round."""
        return [one for one in self.now() if one.opens_still]


class OpenSession(AbstractBaseSession):
    """A visit of one browser; the row goes when it ends, and the cookie opens nothing any more.

    session_key  the hash of the key in the cookie: nobody comes in with what stands here
    opening      which signing-in it goes back to, as the trail calls it: the same after the key was changed; empty for
                 visitors
    since        when they signed in
    at_provider  the hash of the provider's session it began with, by which the provider ends it; empty for others
    used_at      last use, to the minute; what a page asks by itself does not count
    """

    session_key = models.CharField(max_length=64, primary_key=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="open_sessions"
    )
    opening = models.CharField(max_length=32, blank=True)
    browser = models.CharField(max_length=60, blank=True)
    address = models.GenericIPAddressField(null=True)
    since = models.DateTimeField(null=True)
    at_provider = models.CharField(max_length=64, blank=True, default="", db_index=True)
    used_at = models.DateTimeField(default=timezone.now)

    objects = OpenSessionQuerySet.as_manager()  # type: ignore[misc, assignment]

    class Meta:
        ordering = ["-used_at"]

    def __str__(self) -> str:
        return f"Session {self.mark}"

    @property
    def opens_still(self) -> bool:
        """Whether what all sessions of the person are checked against is still what this one was opened with."""
        from apps.staff.sessions.store import SessionStore

        opened_with = SessionStore().decode(self.session_data).get(HASH_SESSION_KEY, "")
        return self.person is not None and still_of(self.person, opened_with)

    @property
    def mark(self) -> str:
        """How the trail calls it; it opens nothing."""
        return self.opening


class HeldForm(models.Model):
    """What was sent while the page was locked: it goes on once, after the password, for the same signing-in only.

    sealed holds address and fields, without passwords and codes.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    opening = models.CharField(max_length=32, db_index=True)
    token = models.CharField(max_length=32, unique=True)
    sealed = models.TextField()
    made_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"Form of {self.person}"


class ResetLink(models.Model):
    """A link by which one person may set another password, once. Only the hash of its secret is kept.

    ended_at is when the password was changed in another way.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="reset_links")
    secret_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"Link of {self.person}"

    @property
    def works(self) -> bool:
        """True while it was neither used nor ended and has not run out."""
        return self.used_at is None and self.ended_at is None and self.expires_at > timezone.now()


class Letter(models.Model):
    """A mail a worker writes and sends: what it is about, sealed. The row goes when it is sent, or was tried enough.

    due_at is when somebody may take it: while one worker tries, others go past it.
    """

    class Kind(models.TextChoices):
        NEW_BROWSER = "new_browser", _("Signed in from a new browser")
        PASSWORD_CHANGED = "password_changed", _("The password was changed")
        RESET_ASKED = "reset_asked", _("Somebody asks for a new password")
        NOTICE = "notice", _("Something needs a look")

    kind = models.CharField(max_length=20, choices=Kind.choices)
    sealed = models.TextField()
    tries = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField(auto_now_add=True)
    due_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.get_kind_display())

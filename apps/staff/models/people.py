"""People who sign in, and the accounts of programs."""

import unicodedata
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_backends
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from apps.audit.identifiers import digests_of
from apps.core import reader
from apps.staff.roles import ROLES, Role

if TYPE_CHECKING:
    from apps.staff.models.memberships import Membership


def tidy_email(value: str) -> str:
    """One spelling per address: composed, without spaces around, lower case."""
    return unicodedata.normalize("NFKC", value).strip().lower()


class UserQuerySet(models.QuerySet["User"]):
    def people(self) -> "UserQuerySet":
        """Those who sign in: no accounts of programs."""
        return self.filter(kind=User.Kind.PERSON)

    def knowing_services(self) -> "UserQuerySet":
        """Each with `has_services`: whether they made keys of programs, so that `hands` asks nothing for the others."""
        behind = models.Q(responsible=models.OuterRef("pk")) | models.Q(
            api_keys__made_by=models.OuterRef("pk")
        )
        return self.annotate(has_services=models.Exists(User.objects.filter(behind)))

    def visible_to(self, user: "User") -> "UserQuerySet":
        """Everybody who shares a store with this person, and themselves."""
        if user.is_everywhere:
            return self
        stores = [one.store_id for one in user.memberships_now]
        # Its rows point at this table.
        from apps.staff.models.memberships import Membership

        here = Membership.objects.counting().filter(store_id__in=[pk for pk in stores if pk])
        shared = here.values("user_id")
        return self.filter(models.Q(pk=user.pk) | models.Q(pk__in=shared))


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=tidy_email(username or ""))

    def create_user(self, email: str, name: str, password: str | None = None, **values: Any) -> "User":
        """A new person; without a password they cannot sign in yet."""
        person = self.model(email=tidy_email(email), name=name.strip(), **values)
        person.set_password(password)
        person.save(using=self._db)
        return person


class User(AbstractBaseUser):
    """A person who signs in with an e-mail address. What they may do comes from their memberships.

    kind         service: the account of a program. It acts by its key, has stores and limits as a person has, never
                 signs in, and may do what its role and the scopes of its key both allow
    responsible  of a service: who asked for its key. They, and whoever was shown its text, are one hand with it: none
                 of them decides on what another of them asked
    mobile_digest is the keyed hash of their own number: enough to see that a customer is themselves.
    session_round is part of what every session of theirs is checked against: one more ends all of them at once.
    second_factor_since is None for somebody whom the password alone lets in: kept with their factors, in factors/.
    """

    class Theme(models.TextChoices):
        AUTO = "auto", _("As the device")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    class Language(models.TextChoices):
        UNITED_KINGDOM = reader.UNITED_KINGDOM, _("English (United Kingdom)")
        INDIA = reader.INDIA, _("English (India)")
        UNITED_STATES = reader.UNITED_STATES, _("English (United States)")

    class Density(models.TextChoices):
        COMFORTABLE = "comfortable", _("Comfortable")
        COMPACT = "compact", _("Compact")

    class Kind(models.TextChoices):
        PERSON = "person", _("Person")
        SERVICE = "service", _("Program")

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.PERSON, editable=False)
    responsible = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="services", editable=False
    )
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(default=timezone.now, editable=False)
    theme = models.CharField(max_length=8, choices=Theme.choices, default=Theme.AUTO)
    shortcuts = models.BooleanField(default=True)
    language = models.CharField(max_length=8, choices=Language.choices, default=Language.UNITED_KINGDOM)
    # Empty: the console's own.
    time_zone = models.CharField(max_length=64, blank=True, default="")
    density = models.CharField(max_length=12, choices=Density.choices, default=Density.COMFORTABLE)
    mobile_digest = models.CharField(max_length=64, blank=True, editable=False)
    session_round = models.PositiveIntegerField(default=0, editable=False)
    second_factor_since = models.DateTimeField(null=True, editable=False)

    objects = UserManager.from_queryset(UserQuerySet)()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            # Together with the unique column this makes addresses unique whatever their case.
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="user_email_lower_case"),
            models.CheckConstraint(condition=~models.Q(name=""), name="user_is_named"),
            models.CheckConstraint(
                condition=models.Q(kind="person", responsible=None)
                | models.Q(kind="service", responsible__isnull=False),
                name="user_service_has_somebody_responsible",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """As Django's, with the round in it once there was one: sessions from before the field stay open."""
        if not self.session_round:
            return str(super()._get_session_auth_hash(secret=secret))  # type: ignore[misc]
        value = f"{self.session_round}:{self.password}"
        return salted_hmac(
            "apps.staff.models.User.session", value, secret=secret, algorithm="sha256"
        ).hexdigest()

    def set_mobile(self, number: str) -> None:
        """Keep the keyed hash of the person's own number, or nothing for an empty one; the caller saves."""
        self.mobile_digest = "".join(one.hex() for one in digests_of([("mobile", number)]))

    @property
    def contact_digests(self) -> frozenset[str]:
        """Keyed hashes of the e-mail address and the mobile that are the person's own."""
        email = {one.hex() for one in digests_of([("email", self.email)])}
        own = email | ({self.mobile_digest} if self.mobile_digest else set())
        # A program gives nothing to whoever holds its key either.
        behind = User.objects.filter(pk__in=self.behind) if self.is_service else ()
        return frozenset(own.union(*(one.contact_digests for one in behind)))

    @property
    def is_service(self) -> bool:
        """Whether it is the account of a program."""
        return self.kind == self.Kind.SERVICE

    @cached_property
    def scope_codes(self) -> frozenset[str]:
        """Of a service: scopes of its keys that work now. A call by key sets those of that key alone."""
        keys = self.api_keys.filter(revoked_at=None, expires_at__gt=timezone.now())
        return frozenset(code for scopes in keys.values_list("scopes", flat=True) for code in scopes)

    @cached_property
    def hands(self) -> frozenset[int]:
        """Ids of all accounts one and the same person may act by: who has seen a program's key can use it as their own.

        Nobody who is in here is a second pair of eyes. One query (two for a service), none where `has_services` knows
        that there are none.
        """
        if not self.is_service and getattr(self, "has_services", True) is False:
            return frozenset({self.pk})
        who = self.behind if self.is_service else {self.pk}
        theirs = models.Q(responsible__in=who) | models.Q(api_keys__made_by__in=who)
        services = User.objects.filter(theirs).values_list("pk", flat=True)
        return frozenset({self.pk, *who, *services})

    @cached_property
    def behind(self) -> frozenset[int]:
        """Of a service: ids of who asked for it and of those who were shown the text of a key of theirs."""
        shown = self.api_keys.filter(made_by__isnull=False).values_list("made_by", flat=True)
        return frozenset({pk for pk in (self.responsible_id, *shown) if pk is not None})

    @cached_property
    def memberships_now(self) -> list["Membership"]:
        """Their memberships that have not ended, with stores and own roles, read once per request."""
        return list(self.memberships.counting().with_places())

    @property
    def role_codes(self) -> list[str]:
        """Codes of the roles held anywhere, each once, in the order of the role table."""
        return [one.code for one in self.roles]

    @property
    def roles(self) -> list[Role]:
        """The roles held anywhere, each once: the fixed ones in the order of their table, then own ones by title."""
        held = {one.role: one.as_role for one in self.memberships_now}
        fixed = [held.pop(code) for code in ROLES if code in held]
        return fixed + sorted(held.values(), key=lambda one: (one.title, one.code))

    @property
    def is_everywhere(self) -> bool:
        """True for a role that is held for all stores at once."""
        return any(one.store_id is None for one in self.memberships_now)

    def has_perm(self, permission: str, obj: Any = None) -> bool:
        """Asked of the sign-in backends; ``obj`` may be a store, then only roles held there count."""
        backends = (one for one in get_backends() if hasattr(one, "has_perm"))
        return any(one.has_perm(self, permission, obj) for one in backends)

    def has_perms(self, permissions: Iterable[str], obj: Any = None) -> bool:
        return all(self.has_perm(one, obj) for one in permissions)

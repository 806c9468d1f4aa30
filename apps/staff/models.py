"""People, stores, and which role a person has where."""

import unicodedata
from collections.abc import Iterable
from typing import Any

from django.contrib.auth import get_backends
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from apps.audit.identifiers import digests_of
from apps.staff.roles import ROLES, Role


def tidy_email(value: str) -> str:
    """One spelling per address: composed, without spaces around, lower case."""
    return unicodedata.normalize("NFKC", value).strip().lower()


class StoreQuerySet(models.QuerySet["Store"]):
    def visible_to(self, user: "User") -> "StoreQuerySet":
        """The person's own stores; all of them for a role that is held everywhere."""
        if user.is_everywhere:
            return self
        return self.filter(pk__in=[one.store_id for one in user.memberships_now])


class Store(models.Model):
    """A place where people work: a shop or a contact centre.

    till_code names it to the outside system; the external ids are what that system knows it by besides.
    """

    code = models.CharField(max_length=40)
    name = models.CharField(max_length=120)
    till_code = models.CharField(max_length=80, blank=True)
    external_id = models.CharField(max_length=80, blank=True)
    external_id_1 = models.CharField(max_length=80, blank=True)
    external_id_2 = models.CharField(max_length=80, blank=True)

    objects = StoreQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["code"], name="store_code_once"),
            models.UniqueConstraint(
                fields=["till_code"], name="store_till_code_once", condition=~models.Q(till_code="")
            ),
            models.CheckConstraint(condition=~models.Q(code="") & ~models.Q(name=""), name="store_is_named"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def all_external_ids(self) -> list[str]:
        """The external ids that are given, in their order."""
        return [one for one in (self.external_id, self.external_id_1, self.external_id_2) if one]


class UserQuerySet(models.QuerySet["User"]):
    def visible_to(self, user: "User") -> "UserQuerySet":
        """Everybody who shares a store with this person, and themselves."""
        if user.is_everywhere:
            return self
        stores = [one.store_id for one in user.memberships_now]
        shared = Membership.objects.filter(store_id__in=[pk for pk in stores if pk]).values("user_id")
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

    mobile_digest is the keyed hash of their own number: enough to see that a customer is themselves.
    """

    class Theme(models.TextChoices):
        AUTO = "auto", _("As the device")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(default=timezone.now, editable=False)
    theme = models.CharField(max_length=8, choices=Theme.choices, default=Theme.AUTO)
    shortcuts = models.BooleanField(default=True)
    mobile_digest = models.CharField(max_length=64, blank=True, editable=False)

    objects = UserManager.from_queryset(UserQuerySet)()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            # Together with the unique column this makes addresses unique whatever their case.
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="user_email_lower_case"),
            models.CheckConstraint(condition=~models.Q(name=""), name="user_is_named"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name

    def set_mobile(self, number: str) -> None:
        """Keep the keyed hash of the person's own number, or nothing for an empty one; the caller saves."""
        self.mobile_digest = "".join(one.hex() for one in digests_of([("mobile", number)]))

    @property
    def contact_digests(self) -> frozenset[str]:
        """Keyed hashes of the e-mail address and the mobile that are the person's own."""
        email = {one.hex() for one in digests_of([("email", self.email)])}
        return frozenset(email | ({self.mobile_digest} if self.mobile_digest else set()))

    @cached_property
    def memberships_now(self) -> list["Membership"]:
        """Their memberships that have not ended, with the stores, read once per request."""
        lasting = models.Q(ends_on=None) | models.Q(ends_on__gte=timezone.localdate())
        return list(self.memberships.filter(lasting).select_related("store"))

    @property
    def role_codes(self) -> list[str]:
        """Codes of the roles held anywhere, each once, in the order of the role table."""
        held = {one.role for one in self.memberships_now}
        return [code for code in ROLES if code in held]

    @property
    def roles(self) -> list[Role]:
        """The roles held anywhere, each once, in the order of the role table."""
        return [ROLES[code] for code in self.role_codes]

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


class Membership(models.Model):
    """One role of one person in one store; no store means all stores.

    ends_on is the last day on which it counts, for a role given for a time.
    """

    class RoleCode(models.TextChoices):
        AGENT = "agent", _("Agent")
        STORE_MANAGER = "store_manager", _("Store manager")
        AUDITOR = "auditor", _("Auditor")
        ADMINISTRATOR = "administrator", _("Administrator")

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    store = models.ForeignKey(
        Store, on_delete=models.PROTECT, related_name="memberships", null=True, blank=True
    )
    role = models.CharField(max_length=40, choices=RoleCode.choices)
    ends_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["user", "store", "role"], name="membership_once"),
            models.UniqueConstraint(
                fields=["user", "role"], name="membership_everywhere_once", condition=models.Q(store=None)
            ),
        ]

    def __str__(self) -> str:
        where = self.store.name if self.store else _("all stores")
        return f"{self.get_role_display()}, {where}"

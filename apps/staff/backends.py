"""Signs people in by e-mail and answers what their roles allow."""

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest

from apps.staff.api.scopes import permissions_of as permissions_of_scopes
from apps.staff.models import Store, User
from apps.staff.roles import APP


class RoleBackend(BaseBackend):
    """E-mail and password; permissions come from the roles held and from nowhere else."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **_: Any
    ) -> User | None:
        """The person, or None. Takes as long for an unknown address as for a known one."""
        if not username or password is None or "\x00" in username:
            return None
        try:
            person = User.objects.get_by_natural_key(username)
        except User.DoesNotExist:
            # The hash costs what a real check costs, so that the clock does not tell who has an account.
            make_password(password)
            return None
        may = person.check_password(password) and person.is_active and not person.is_service
        return person if may else None

    def get_user(self, user_id: int) -> User | None:
        return User.objects.people().knowing_services().filter(pk=user_id, is_active=True).first()

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        """True when a role of the person allows it: anywhere, or at the store given as ``obj``."""
        if not isinstance(user_obj, User) or not user_obj.is_active:
            return False
        memberships = user_obj.memberships_now
        if isinstance(obj, Store):
            memberships = [one for one in memberships if one.store_id in (None, obj.pk)]
        app, _dot, codename = perm.partition(".")
        if app != APP or not any(codename in one.as_role.permissions for one in memberships):
            return False
        return not user_obj.is_service or codename in permissions_of_scopes(user_obj.scope_codes)

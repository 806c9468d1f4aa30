"""What an administrator types about a role. Whether it makes sense together is the service's question."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.core.opened import Opened
from apps.staff.custom_roles import making
from apps.staff.custom_roles.rows import LONGEST_TITLE, CustomRole
from apps.staff.forms import Text
from apps.staff.people.forms import Telling
from apps.staff.roles import PERMISSIONS

WRONG = _("Choose among the permissions shown.")


class RoleForm(Telling):
    """A name and permissions."""

    title = Text(
        label=_("Name"),
        required_words=_("Give the role a name."),
        max_length=LONGEST_TITLE,
        help_text=_("People and the audit trail call the role by it."),
    )
    permissions = forms.MultipleChoiceField(
        label=_("It allows"),
        choices=lambda: list(PERMISSIONS.items()),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one permission."), "invalid_choice": WRONG},
        help_text=_(
            "No role combines moving points with administering people or altering limits, reading the audit trail with "
            "moving points, or auditing with changing. What is done with a customer needs looking them up, and what "
            "begins on a list needs seeing that list."
        ),
    )

    def role(self, found: dict[str, Any]) -> CustomRole | None:
        """What these values would be put into; None while that cannot be said."""
        return CustomRole(everywhere=found["everywhere"]) if "everywhere" in found else None

    def check(self, found: dict[str, Any]) -> None:
        """Also of a form whose name is missing."""
        if role := self.role(found):
            making.check_values(role, found.get("title"), found.get("permissions"))


class RoleChangeForm(Opened, RoleForm):
    """The same of a role that is there."""

    def __init__(self, data: Any, *, own: CustomRole) -> None:
        super().__init__(data, initial=making.shown(own))
        self.own = own

    def role(self, found: dict[str, Any]) -> CustomRole | None:
        """A copy: the page goes on showing the role as it is."""
        return CustomRole.objects.filter(pk=self.own.pk).first()


class NewRoleForm(RoleForm):
    """Also where it is held, which stays."""

    everywhere = forms.TypedChoiceField(
        label=_("Held"),
        choices=[
            ("0", _("In stores, each of them chosen when it is given")),
            ("1", _("In all stores at once")),
        ],
        coerce=lambda typed: typed == "1",
        widget=forms.RadioSelect,
        error_messages={"required": _("Say where the role is held.")},
        help_text=_("This cannot be changed later."),
    )
    field_order = ("title", "everywhere", "permissions")

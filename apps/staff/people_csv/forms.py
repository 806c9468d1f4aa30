"""What an administrator uploads."""

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.core.tables.writing import MEDIA_TYPES
from apps.staff.people.forms import Telling


class FileForm(Telling):
    """A table, and whether it may touch people who are here already."""

    file = forms.FileField(
        label=_("CSV or XLSX file"),
        max_length=200,
        widget=forms.FileInput(attrs={"accept": f".csv,.xlsx,text/csv,{MEDIA_TYPES['xlsx']}"}),
        error_messages={"required": _("Choose a file."), "empty": _("The file is empty.")},
        help_text=_(
            "Columns: email, name, role, store, last_day; a row for each role, at most 500. As in an export."
        ),
    )
    change_existing = forms.BooleanField(
        label=_("Also give roles and other last days to people who are here already"),
        required=False,
        help_text=_("Otherwise they stay untouched. A file never takes a role away."),
    )

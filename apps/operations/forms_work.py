"""What people fill in to start long work: the file, and what is the same for all rows."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import MinValueValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.errors import BadInput
from apps.core.widgets import LongText
from apps.operations.work.kinds import Column, Kind
from apps.staff.forms import Text

# What is longer than a line has a field of several.
LONGEST_TITLE, LONGEST_LINE, LONGEST_WORDS = 200, 500, 300
NO_NUMBER = gettext_lazy("Write a whole number of at least 1, or leave it empty.")
NO_FILE = gettext_lazy("Choose a file.")


class StartForm(forms.Form):
    """`kind` says whether there is a file, and what is asked beside it (fields ``ask_…``)."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        allow_empty_file=True,
        error_messages={"required": NO_FILE, "invalid": NO_FILE, "missing": NO_FILE},
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx"}),
    )
    title = Text(
        label=gettext_lazy("What it is for"),
        required_words="",
        required=False,
        max_length=LONGEST_TITLE,
        help_text=gettext_lazy("People read it in the list. Without it the name of the file stands there."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    stop_after_errors = forms.IntegerField(
        label=gettext_lazy("Pause after so many failed rows"),
        required=False,
        min_value=1,
        max_value=2_000_000_000,
        help_text=gettext_lazy("Leave it empty to go on to the end."),
        error_messages={"invalid": NO_NUMBER, "min_value": NO_NUMBER, "max_value": NO_NUMBER},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, kind: Kind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        for check in self.fields["stop_after_errors"].validators:
            if isinstance(check, MinValueValidator):
                check.message = NO_NUMBER
        if kind.file:
            self.fields["file"].help_text = self.limits
        else:
            del self.fields["file"]
            self.fields["title"].help_text = _("People read it in the list.")
        for one in kind.asks:
            self.fields[f"ask_{one.name}"] = _asked(one)

    @property
    def limits(self) -> str:
        """What may be chosen, said before anybody chooses."""
        return _(
            "CSV or XLSX, at most %(size)s MB, %(rows)s rows and %(columns)s columns. The first line names the columns."
        ) % {
            "size": f"{settings.CONSOLE_FILE_MOST_BYTES / 1_000_000:,.0f}",
            "rows": f"{settings.CONSOLE_WORK_MOST_ROWS:,}",
            "columns": settings.CONSOLE_FILE_MOST_COLUMNS,
        }

    @property
    def asked(self) -> list[forms.BoundField]:
        """The fields of the kind."""
        return [self[f"ask_{one.name}"] for one in self.kind.asks]

    @property
    def parameters(self) -> dict[str, str]:
        """What was filled in, by the kind's own names."""
        return {one.name: str(self.cleaned_data.get(f"ask_{one.name}") or "") for one in self.kind.asks}

    def clean_file(self) -> "UploadedFile[bytes] | None":
        given: UploadedFile[bytes] | None = self.cleaned_data.get("file")
        most = settings.CONSOLE_FILE_MOST_BYTES
        if given is not None and (given.size or 0) > most:
            words = _("The file is larger than %(most)s MB. Split it and upload the parts.")
            raise ValidationError(words % {"most": f"{most / 1_000_000:,.0f}"})
        return given

    def refuse(self, error: BadInput, *, otherwise: str | None) -> None:
        """Put a service's sentences beside their fields, or beside `otherwise` (None: above the form)."""
        for one in (error, *error.also):
            wanted = one.field if one.field in self.fields else f"ask_{one.field}"
            self.add_error(wanted if wanted in self.fields else otherwise, one.words)


def _asked(one: Column) -> forms.Field:
    example = _("Such as %(example)s") % {"example": one.example} if one.example else ""
    help_text = str(one.help or example)
    if one.choices:
        return forms.ChoiceField(
            label=str(one.label),
            required=one.required,
            choices=one.choices,
            help_text=help_text,
        )
    several = one.longest > LONGEST_LINE
    return Text(
        label=one.label,
        required_words=_("Fill this in."),
        required=one.required,
        max_length=one.longest,
        help_text=help_text,
        widget=LongText(attrs={"rows": 4, "spellcheck": "false"})
        if several
        else forms.TextInput(attrs={"autocomplete": "off"}),
    )


class ReasonForm(forms.Form):
    """Words somebody else reads; the service says whether they are needed."""

    reason = Text(
        label=gettext_lazy("Why"),
        required_words="",
        required=False,
        max_length=LONGEST_WORDS,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

"""What people fill in: the look-up, the reason of a reveal, the questions of a caller, a note."""

import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.errors import BadInput
from apps.core.payment_cards import check_no_card
from apps.customers.find import EVERYWHERE
from apps.customers.glass import LONGEST_REASON, tidy_reason
from apps.customers.kinds import KINDS
from apps.customers.models import ProtectedCustomer
from apps.customers.note_text import tidy_note
from apps.customers.places import all_places, default_source, sources
from apps.customers.protecting import LONGEST as LONGEST_OF_PROTECTION
from apps.customers.protecting import check_not_protected, internal_id
from apps.staff.forms import Text

REASONS = (
    ("call", gettext_lazy("The caller asked which one we have")),
    ("reach", gettext_lazy("To call or write to the customer")),
    ("correct", gettext_lazy("To correct it")),
    ("other", gettext_lazy("Another reason, written below")),
)


class LookupForm(forms.Form):
    """The search: text, and optionally what it is, in which source and account."""

    # A plain Field: the service says what is wrong with the text, in one voice for every way in.
    q = forms.Field(
        label=gettext_lazy("Find a customer"),
        required=False,
        widget=forms.TextInput(
            attrs={
                "type": "search",
                "autocomplete": "off",
                "spellcheck": "false",
                "placeholder": gettext_lazy("Phone, e-mail, card, external id"),
                "data-key": "/",
            }
        ),
    )
    kind = forms.ChoiceField(label=gettext_lazy("What it is"), required=False)
    source = forms.ChoiceField(label=gettext_lazy("Source"), required=False)
    account = forms.ChoiceField(label=gettext_lazy("Account"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        first = default_source()
        self.fields["kind"].choices = [  # type: ignore[attr-defined]
            ("", _("Work it out")),
            *((kind.code, kind.label) for kind in KINDS.values()),
        ]
        self.fields["source"].choices = [  # type: ignore[attr-defined]
            ("", _("%(source)s, then others") % {"source": first}),
            *((source.name, source.name) for source in sources()),
            (EVERYWHERE, _("All sources")),
        ]
        self.fields["account"].choices = [  # type: ignore[attr-defined]
            ("", _("Any account")),
            *(
                (place.account, f"{place.account} ({place.source})")
                for place in all_places()
                if place.account
            ),
        ]

    def clean(self) -> dict[str, Any]:
        """An account of another source than the chosen one finds nobody: say so."""
        found = super().clean() or {}
        source, account = found.get("source"), found.get("account")
        if account and source not in {"", EVERYWHERE, None}:
            owners = {place.source for place in all_places() if place.account == account}
            if source not in owners:
                self.add_error(
                    "account",
                    _("%(account)s is not an account of %(source)s.")
                    % {"account": account, "source": source},
                )
        return found


class RevealForm(forms.Form):
    """Why one masked field has to be seen."""

    # In the dialog the first choice takes the focus, not the button that closes it.
    reason = forms.ChoiceField(
        label=gettext_lazy("Reason"), choices=REASONS, widget=forms.RadioSelect(attrs={"data-focus": ""})
    )
    more = forms.CharField(
        label=gettext_lazy("In your words"),
        required=False,
        max_length=LONGEST_REASON,
        help_text=gettext_lazy("Needed with another reason; with the others it may stay empty."),
    )

    def clean(self) -> dict[str, Any]:
        """Another reason has to be written out."""
        found = super().clean() or {}
        if found.get("reason") == "other" and len(found.get("more", "").strip()) < 5:
            self.add_error("more", _("Write the reason in a few words."))
        try:
            check_no_card(found.get("more", ""), "more")
        except BadInput as error:
            self.add_error("more", error.message)
        return found

    @property
    def words(self) -> str:
        """The reason as the trail keeps it."""
        chosen = str(dict(REASONS)[self.cleaned_data["reason"]])
        more = str(self.cleaned_data["more"]).strip()
        if self.cleaned_data["reason"] == "other":
            return more
        return f"{chosen}. {more}" if more else f"{chosen}."


class VerifyForm(forms.Form):
    """Which of the questions offered the caller answered correctly."""

    questions = forms.MultipleChoiceField(
        label=gettext_lazy("Answered correctly"),
        widget=forms.CheckboxSelectMultiple(attrs={"data-focus": ""}),
        required=False,
        help_text=gettext_lazy("Ask first, then compare. Tick at least two."),
        error_messages={"invalid_choice": gettext_lazy("This customer's data cannot answer that question.")},
    )

    def __init__(self, *args: Any, offered: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["questions"].choices = offered  # type: ignore[attr-defined]


class NoteForm(forms.Form):
    """A note, and the token that makes one form act once."""

    text = forms.Field(
        label=gettext_lazy("New note"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "data-key": "n"}),
        help_text=gettext_lazy("Colleagues in every store read it. No card numbers, no codes."),
    )
    token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def clean_text(self) -> str:
        """The text as it will be sent."""
        try:
            text = tidy_note(str(self.cleaned_data["text"] or ""))
        except BadInput as error:
            raise forms.ValidationError(error.message) from error
        return text


class GlassForm(forms.Form):
    """Why a customer is opened, and where the person was going."""

    reason = forms.Field(
        label=gettext_lazy("Why do you open this customer?"),
        required=False,
        widget=forms.TextInput(
            attrs={
                "maxlength": LONGEST_REASON,
                "autocomplete": "off",
                "autofocus": True,
                "aria-required": "true",
            }
        ),
        help_text=gettext_lazy("In a few words: the call, the ticket, the order. No card numbers, no codes."),
    )
    next = forms.Field(required=False, widget=forms.HiddenInput)

    def clean_reason(self) -> str:
        """The reason as the trail keeps it."""
        try:
            return tidy_reason(str(self.cleaned_data["reason"] or ""))
        except BadInput as error:
            raise forms.ValidationError(error.message) from error


class ProtectForm(forms.Form):
    """Which customer opens only for a reason from now on, and why."""

    customer_id = forms.Field(
        label=gettext_lazy("Internal customer id"),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "spellcheck": "false"}),
        help_text=gettext_lazy("The number on the customer's page and in the trail. It is not looked up."),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Protected as"),
        choices=ProtectedCustomer.Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose one of those shown.")},
    )
    reason = Text(
        label=gettext_lazy("Why"),
        required_words=gettext_lazy("Say why they are protected."),
        max_length=LONGEST_OF_PROTECTION,
        help_text=gettext_lazy("For the trail. Without a name."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def clean_customer_id(self) -> str:
        """Digits that can be nothing but an internal id, of somebody who is not protected yet."""
        try:
            found = internal_id(str(self.cleaned_data["customer_id"] or ""))
            check_not_protected(found)
            return str(found)
        except BadInput as error:
            raise forms.ValidationError(error.message) from error


class EndProtectionForm(forms.Form):
    """Why a customer is no longer protected."""

    reason = Text(
        label=gettext_lazy("Why they are no longer protected"),
        required_words=gettext_lazy("Say why they are no longer protected."),
        max_length=LONGEST_OF_PROTECTION,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

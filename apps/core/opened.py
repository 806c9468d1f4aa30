"""Two editors of one thing: whoever saves second is told what the first one saved, before it is overwritten."""

import json
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from apps.core.errors import Conflict
from apps.core.faults import tell
from apps.core.sealing import secrets

FIELD = "opened"


def mark_of(held: Mapping[str, Any]) -> str:
    """How something stands, as a form carries it back: equal for equal values, and telling none of them."""
    return _marks(held, secrets()[:1])[0]


def saved_since() -> Conflict:
    """What is true when it stands otherwise than on the page that was opened."""
    return Conflict(
        _("Somebody saved this since you opened it, so nothing was changed."),
        next_step=_("Look at what it says now. What you typed is still here: save again if it is to stand."),
    )


def check_opened(mark: str, held: Mapping[str, Any]) -> None:
    """Asked under the lock; "" for somebody who opened no page. A mark of before the secret key was exchanged counts
    as long as the old key is known.

    Raises: Conflict
    """
    if mark and not any(constant_time_compare(mark, one) for one in _marks(held, secrets())):
        raise saved_since()


class OpenedField(forms.CharField):
    """Hidden, and always drawn as things stand now: who has read what was saved since saves over it knowingly."""

    widget = forms.HiddenInput

    def bound_data(self, data: Any, initial: Any) -> Any:
        return initial


class Opened(forms.Form):
    """A form for something that is there already; initial is how it stands now, also when the form comes back.

    mark    of what was on the page; not among the cleaned values
    """

    mark = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields[FIELD] = OpenedField(required=False, max_length=64, initial=mark_of(self.initial))

    def clean(self) -> dict[str, Any]:
        """What was saved meanwhile stands beside its field."""
        found: dict[str, Any] = super().clean() or self.cleaned_data
        self.mark = found.pop(FIELD, "")
        try:
            check_opened(self.mark, self.initial)
        except Conflict as error:
            tell(self, error)
            for name in (one for one in self.changed_data if one != FIELD):
                self.add_error(name, _("It says now: %(words)s.") % {"words": self._words(name)})
        return found

    def _words(self, name: str) -> str:
        """The value of now as people read it."""
        field = self.fields[name]
        value = field.prepare_value(self.initial.get(name))
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        offered = {str(key): str(words) for key, words in getattr(field, "choices", ())}
        several = value if isinstance(value, (list, tuple, set)) else [value]
        return ", ".join(offered.get(str(one), str(one)) for one in several if one not in (None, "")) or _(
            "nothing"
        )


def _marks(held: Mapping[str, Any], keys: list[str]) -> list[str]:
    """The mark under each of these keys."""
    plain = json.dumps({name: _plain(value) for name, value in held.items()}, sort_keys=True)
    made = (salted_hmac("apps.core.opened", plain, secret=key, algorithm="sha256") for key in keys)
    return [one.hexdigest()[:32] for one in made]


def _plain(value: Any) -> Any:
    """The same text for 300 and 300.000, and for a row and its number."""
    if isinstance(value, (list, tuple, set)):
        return sorted(str(one) for one in value)
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    if value is None or isinstance(value, (str, bool, int)):
        return value
    normalized = getattr(value, "normalize", None)
    return f"{normalized():f}" if normalized else str(getattr(value, "pk", value))

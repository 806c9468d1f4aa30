"""What a field without words of its own says: the house's sentences, not the framework's."""

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse

from apps.staff.models import Store, User


class Typed(forms.Form):
    name = forms.CharField(max_length=80)
    note = forms.CharField()
    address = forms.EmailField()
    count = forms.IntegerField(min_value=1)
    day = forms.DateField()
    kind = forms.ChoiceField(choices=[("a", "A")])


def test_every_field_of_a_form_speaks_as_the_house():
    typed = {"name": "n" * 300, "address": "nobody", "count": "0", "day": "31/31", "kind": "z"}
    assert {field: said[0] for field, said in Typed(typed).errors.items()} == {
        "name": "This is too long. Use at most 80 characters. It has 300.",
        "note": "Fill this in.",
        "address": "Write an e-mail address such as name@example.com.",
        "count": "At least 1 is needed.",
        "day": "Write a day such as 2027-02-28.",
        "kind": "Choose one of those shown.",
    }


@pytest.mark.parametrize(
    ("row", "field", "said"),
    [
        (User(name=""), "name", "Fill this in."),
        (User(name="n" * 300), "name", "This is too long. Use at most 120 characters. It has 300."),
        (User(email="nobody"), "email", "Write an e-mail address such as name@example.com."),
        (Store(code=""), "code", "Fill this in."),
    ],
)
def test_rows_speak_as_the_house_too(row, field, said):
    with pytest.raises(ValidationError) as found:
        row.clean_fields()
    assert found.value.message_dict[field] == [said]


def test_what_is_pasted_too_long_is_told_and_kept(client_as, auditor):
    page = client_as(auditor).post(reverse("audit:view_save") + "?period=7d", {"name": "n" * 300})
    words = page.content.decode()
    assert page.status_code == 422
    assert "Use at most 80 characters. It has 300." in words
    assert "n" * 300 in words

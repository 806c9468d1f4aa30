"""What long work says to people, where a user was misled before."""

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.audit.qualifiers import read
from apps.core.errors import BadInput
from apps.operations.work.comparing import period
from apps.operations.work.tables import cells_of


def test_a_day_that_has_not_come_yet_is_no_period():
    tomorrow = (timezone.localdate() + timezone.timedelta(days=1)).isoformat()
    with pytest.raises(BadInput, match="has not come yet") as error:
        period({"from": "2026-11-01", "until": tomorrow})
    assert error.value.field == "until"


def test_a_period_that_begins_in_the_future_is_told_where_it_is_wrong():
    tomorrow = (timezone.localdate() + timezone.timedelta(days=1)).isoformat()
    with pytest.raises(BadInput, match="has not come yet") as error:
        period({"from": tomorrow, "until": ""})
    assert error.value.field == "from"


@pytest.mark.parametrize(
    ("cell", "taken"),
    [
        ("'=1+1", "=1+1"),
        ("'-5", "-5"),
        ("'+91 5550", "+91 5550"),
        ("'tis", "'tis"),
        ("=1+1", "=1+1"),
        ("'", "'"),
    ],
)
def test_a_cell_as_downloads_write_it_comes_back_as_it_was(cell, taken):
    assert cells_of({"words": 0}, [cell]) == {"words": taken}


def test_a_qualifier_without_a_value_is_no_name():
    found, unknown = read("store: Asha")
    assert found == {}
    assert [one.partition(" Each")[0] for one in unknown] == ["Not understood: store:."]
    assert read("Asha Verma") == ({"person": "Asha Verma"}, [])


@pytest.mark.django_db
def test_managers_are_offered_no_kind_they_never_meet(client_as, manager, auditor):
    for user, met in ((manager, False), (auditor, True)):
        page = client_as(user).get(reverse("operations:list")).content.decode()
        assert ('value="trail_export"' in page) is met


@pytest.mark.django_db
def test_two_reconciliations_are_told_apart_by_their_period(client_as, manager):
    client = client_as(manager)
    asked = {"ask_from": "2026-11-01", "ask_until": "2026-11-20"}
    page = client.post(
        reverse("operations:operation_new", args=["goodwill_reconciliation"]), asked, follow=True
    )
    assert "Goodwill of a period compared with Capillary: 2026-11-01 – 2026-11-20" in page.content.decode()
    form = client.get(reverse("operations:operation_new", args=["goodwill_reconciliation"])).content.decode()
    assert "Columns are found by their names" not in form

"""Where each person starts, what the frame offers them, and the lists of people and stores."""

import pytest
from django.utils import timezone

from apps.staff.models import Store, User
from apps.staff.services import give_role


@pytest.mark.parametrize(
    ("who", "starts"),
    [
        ("agent", "/customers/"),
        ("manager", "/goodwill/approvals/"),
        ("auditor", "/trail/"),
        ("administrator", "/health/"),
    ],
)
def test_everybody_starts_where_their_work_is(client_as, request, who, starts):
    assert client_as(request.getfixturevalue(who)).get("/")["Location"] == starts


def test_somebody_without_a_role_is_told_so(client_as, db):
    newcomer = User.objects.create_user("new.comer@example.com", "New Comer")
    page = client_as(newcomer).get("/").content.decode()
    assert "You have no role yet" in page


@pytest.mark.parametrize(
    ("who", "offered"),
    [
        ("agent", ["Look up", "My requests", "Not known yet", "Check a code"]),
        (
            "manager",
            [
                "Look up",
                "Approvals",
                "My requests",
                "Not known yet",
                "Operations",
                "Reversals",
                "Check a code",
                "Referral signals",
                "Goodwill budget",
                "Access review",
            ],
        ),
        (
            "auditor",
            [
                "Audit trail",
                "Watch",
                "Not known yet",
                "Operations",
                "Referral signals",
                "Checkpoints",
                "Subject requests",
                "Changes that wait",
                "Goodwill requests",
                "Access review",
                "Roles",
                "API",
                "Goodwill rules",
                "Points rules",
                "Referral rules",
                "Off switches",
            ],
        ),
        (
            "administrator",
            [
                "Audit trail",
                "Watch",
                "Not known yet",
                "Operations",
                "Checkpoints",
                "Subject requests",
                "Changes that wait",
                "Health",
                "Goodwill requests",
                "People",
                "Access review",
                "Roles",
                "Stores",
                "Connection",
                "API",
                "Goodwill rules",
                "Points rules",
                "Referral rules",
                "Protected customers",
                "Off switches",
            ],
        ),
    ],
)
def test_the_frame_offers_only_what_may_be_opened(client_as, request, who, offered):
    client = client_as(request.getfixturevalue(who))
    items = client.get("/account/").context["navigation"]
    assert [one.label for one in items] == offered
    for one in items:
        assert client.get(one.url).status_code == 200


def test_the_current_place_is_marked(client_as, administrator):
    items = client_as(administrator).get("/people/").context["navigation"]
    assert [one.label for one in items if one.current] == ["People"]


def test_people_are_listed_with_roles_stores_and_last_sign_in(client_as, administrator, agent, manager):
    manager.last_login = timezone.now()
    manager.is_active = False
    manager.save()
    page = client_as(administrator).get("/people/").content.decode()
    for words in (
        "Asha Verma",
        "Agent, Contact Centre",
        "Administrator, all stores",
        "Never",
        "Deactivated",
    ):
        assert words in page
    assert "3 people, by name." in page


def test_stores_are_listed_with_their_codes(client_as, administrator, stores):
    page = client_as(administrator).get("/stores/").content.decode()
    for words in ("Contact Centre", "till.012.01", "MT-007"):
        assert words in page


def test_no_stores_is_said_so(client_as, administrator):
    Store.objects.all().delete()
    assert "There are no stores yet." in client_as(administrator).get("/stores/").content.decode()


def test_names_are_shown_as_text(client_as, administrator):
    User.objects.create_user("bobby@example.com", "<script>alert(1)</script>")
    page = client_as(administrator).get("/people/").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


# Session, person, their memberships, what waits for them, and the list itself: the same for three people as for thirty.
@pytest.mark.parametrize(("path", "queries"), [("/people/", 7), ("/stores/", 6)])
def test_lists_cost_the_same_however_long(
    client_as, administrator, stores, path, queries, django_assert_num_queries
):
    client = client_as(administrator)
    client.get(path)
    for number in range(30):
        store = Store.objects.create(code=f"1{number:02}", name=f"Store 1{number:02}")
        person = User.objects.create_user(f"person{number}@example.com", f"Person {number}")
        give_role(person, "agent", store)
    with django_assert_num_queries(queries):
        assert client.get(path).status_code == 200

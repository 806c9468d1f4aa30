"""Forms of administrators: somebody was quicker by a moment, or saved since the page was opened; all that is wrong is
said at once; closed stores are offered nowhere and named where they are set."""

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.audit.actor import Actor
from apps.core.errors import BadInput
from apps.customers.models import ProtectedCustomer
from apps.goodwill.models import Budget, Escalation, LimitRule, Reason
from apps.goodwill.rulebook.budgets import this_month
from apps.goodwill.taking import lock_counting
from apps.operations.models import Switch
from apps.operations.webhooks import registering
from apps.operations.webhooks.events import EVENTS
from apps.operations.webhooks.rows import Endpoint
from apps.points.models import PointsRules
from apps.referrals.models import Campaign, InviteRules
from apps.staff.confirming.models import ProposedChange
from apps.staff.custom_roles.rows import CustomRole
from apps.staff.models import ApiKey, Store, User
from apps.staff.services import give_role
from apps.staff.stores_admin import changing
from tests.support.meanwhile import mark_in, written_meanwhile

STORE = {"name": "Store 44", "code": "044", "till_code": "till.044.01", "external_id": "MT-044"}
ROLE = {"title": "Caller", "everywhere": "0", "permissions": ["view_customers"]}
LIMIT = {"who": "role:agent", "purpose": "give", "kind": "points", "per_day": "50"}
POINTS = {"resend_seconds": "45", "proof_minutes": "20", "alone_up_to": "10"}
INVITING = {"per_person_a_day": "7", "per_call_most": "7", "burst_count": "7", "burst_minutes": "7"}


@pytest.fixture
def desk(client_as, administrator):
    return client_as(administrator)


def close(store):
    Store.objects.filter(pk=store.pk).update(closed_at=timezone.now(), closed_reason="The lease ended.")


def told(answer, field):
    """The sentences beside a field, or above the form."""
    return " ".join(answer.context["form"].errors.get(field, []))


QUICKER = {
    "store code": (
        lambda: Store.objects.create(name="Corner shop", code="044"),
        ("staff:store_add", STORE),
        ("code", "Corner shop has this already."),
    ),
    "another spelling": (
        lambda: Store.objects.create(name="Corner shop", code="b44"),
        ("staff:store_add", {**STORE, "code": "B44"}),
        ("code", "Corner shop has this already."),
    ),
    "external id": (
        lambda: Store.objects.create(name="Corner shop", code="045", external_id_2="B-44"),
        ("staff:store_add", {**STORE, "code": "046", "external_id_2": "B-44"}),
        ("external_id_2", "Corner shop has this already."),
    ),
    "e-mail": (
        lambda: User.objects.create_user("bina.rao@example.com", "Bina Rao"),
        (
            "staff:person_invite",
            {"name": "Bina Rao", "email": "Bina.Rao@example.com", "role": "auditor"},
        ),
        ("email", "There is a person with this e-mail address already."),
    ),
    "role": (
        lambda: CustomRole.objects.create(code="own-x", title="CALLER"),
        ("staff:role_new", ROLE),
        ("title", "There is or was a role of this name."),
    ),
    "reason": (
        lambda: Reason.objects.create(code="wrong-size", title="Wrong Size"),
        ("goodwill:rules_reason_add", {"title": "Wrong size"}),
        ("title", "There is a reason with these words already."),
    ),
    "limit": (
        lambda: LimitRule.objects.create(role="agent", purpose="give", kind="points", per_day=1),
        ("goodwill:rules_limit_add", LIMIT),
        ("who", "There is such a limit for Agent already."),
    ),
    "campaign": (
        lambda: Campaign.objects.create(token="MAPLE", title="Maple"),
        ("referrals:rules_campaign_add", {"token": "MAPLE", "title": "Maple friends"}),
        ("token", "There is one like this already."),
    ),
    "points rules": (
        lambda: PointsRules.objects.create(),
        ("points:rules_set", POINTS, 0),
        ("__all__", "Somebody saved the same at this moment"),
    ),
    "rules of inviting": (
        lambda: InviteRules.objects.create(),
        ("referrals:rules_set", {**INVITING, "shared_by": "3"}, 0),
        ("__all__", "Somebody saved"),
    ),
}


@pytest.mark.django_db(transaction=True)
def test_whoever_is_slower_by_a_moment_reads_why_beside_the_field(desk, subtests):
    for name, (write, (page, typed, *args), (field, words)) in QUICKER.items():
        with subtests.test(name):
            with written_meanwhile(write):
                answer = desk.post(reverse(page, args=args), typed)
            if field == "__all__" and answer.status_code == 302:
                # SQLite begins no second writer: the form was about the rules that were there by then.
                continue
            assert answer.status_code == 422
            assert words in told(answer, field)
            kept = next(value for value in typed.values() if isinstance(value, str))
            assert kept in answer.content.decode()
    # Webhooks of one name wait for each other: adding one holds all administrators.
    hook = {"name": "Stock", "url": "https://hooks.example.com/in", "events": list(EVENTS)[:1]}
    actor = Actor(user_id=None, name="The shell", role="System")
    Endpoint.objects.all().delete()
    with written_meanwhile(lambda: registering.add(actor=actor, **hook)), pytest.raises(BadInput) as caught:
        registering.add(actor=actor, **hook)
    assert (caught.value.field, Endpoint.objects.count()) == ("name", 1)


def test_whoever_saves_second_is_told_what_the_first_one_saved(desk, stores, subtests):
    role = CustomRole.objects.create(code="own-x", title="Reader", permissions=["view_people"])
    rule = LimitRule.objects.create(role="agent", purpose="give", kind="points", per_day=300)
    reason = Reason.objects.create(code="late", title="Late")
    campaign = Campaign.objects.create(token="MAPLE", title="Maple")
    Reason.objects.create(code="other", title="Other")
    rows = changing.values_of(stores.store_12)
    cases = [
        (("staff:store_change", stores.store_12.pk), rows, stores.store_12, "name", "Store 12 B"),
        (
            ("staff:role_change", role.pk),
            {"title": "Reader", "permissions": ["view_people", "view_health"]},
            role,
            "title",
            "People reader",
        ),
        (("goodwill:rules_limit", rule.pk), {"per_day": "300"}, rule, "per_day", 400),
        (
            ("goodwill:rules_reason", reason.pk),
            {"title": "Late", "is_active": "on"},
            reason,
            "title",
            "Late!",
        ),
        (
            ("referrals:rules_campaign", campaign.pk),
            {"token": "MAPLE", "title": "Maple", "is_active": "on"},
            campaign,
            "title",
            "Maple two",
        ),
        (("points:rules_set", 0), POINTS, PointsRules.objects.create(), "resend_seconds", 50),
        (
            ("referrals:rules_set", stores.store_12.pk),
            INVITING,
            InviteRules.objects.create(),
            "burst_count",
            9,
        ),
        (
            ("goodwill:rules_times_set", 0),
            {"due_minutes": "60", "escalate_minutes": "60", "proof_minutes": "15"},
            Escalation.objects.create(),
            "due_minutes",
            90,
        ),
    ]
    for (page, pk), typed, row, field, value in cases:
        with subtests.test(page):
            address = reverse(page, args=[pk])
            typed = {**typed, "opened": mark_in(desk.get(address))}
            type(row).objects.filter(pk=row.pk).update(**{field: value})
            answer = desk.post(address, typed)
            assert answer.status_code == 422
            assert "Somebody saved this since you opened it" in told(answer, "__all__")
            assert f"It says now: {value}." in told(answer, field)
            assert str(typed[field]) in answer.content.decode()
            assert getattr(type(row).objects.get(pk=row.pk), field) == value
            # Having read it, they save theirs.
            typed["opened"] = mark_in(answer)
            if field == "burst_count":
                continue
            assert desk.post(address, typed).status_code == 302
            saved = getattr(type(row).objects.get(pk=row.pk), field)
            assert saved == (typed[field] if isinstance(saved, str) else int(typed[field]))


@pytest.mark.django_db(transaction=True)
def test_of_two_who_save_at_one_moment_the_second_is_told_too(desk, stores, subtests):
    """Both opened the same page, and the form of the second found nothing yet: the service looks again."""
    store, month = stores.store_12, this_month()
    rule = LimitRule.objects.create(role="agent", purpose="give", kind="points", per_day=300)
    late = Reason.objects.create(code="late", title="Late")
    maple = Campaign.objects.create(token="MAPLE", title="Maple")
    budget = Budget.objects.create(store=store, month=month, kind="points", amount=10)
    cases = [
        (("goodwill:rules_limit", rule.pk), {"per_day": "350"}, rule, {"per_day": 400}),
        (
            ("goodwill:rules_reason", late.pk),
            {"title": "Late again", "is_active": "on"},
            late,
            {"title": "L"},
        ),
        (("goodwill:rules_budget", f"{month:%Y-%m}", store.pk), {"points": "20"}, budget, {"amount": 30}),
        (
            ("goodwill:rules_times_set", 0),
            {"due_minutes": "60", "escalate_minutes": "60", "proof_minutes": "15"},
            Escalation.objects.create(),
            {"due_minutes": 90},
        ),
        (("points:rules_set", 0), POINTS, PointsRules.objects.create(), {"resend_seconds": 50}),
        (
            ("referrals:rules_set", store.pk),
            INVITING,
            InviteRules.objects.create(store=store),
            {"burst_count": 9},
        ),
        (
            ("referrals:rules_campaign", maple.pk),
            {"token": "MAPLE", "title": "Maple 2"},
            maple,
            {"title": "M"},
        ),
    ]
    for (page, *args), typed, row, theirs in cases:
        with subtests.test(page):
            address = reverse(page, args=args)
            typed = {**typed, "opened": mark_in(desk.get(address))}

            def write(row=row, theirs=theirs):
                if isinstance(row, Budget):
                    lock_counting(kind=row.kind, user=None, store=store)
                type(row).objects.select_for_update().filter(pk=row.pk).update(**theirs)

            with written_meanwhile(write):
                answer = desk.post(address, typed)
            assert answer.status_code == 422
            assert "Somebody saved this since you opened it" in told(answer, "__all__")
            assert type(row).objects.filter(pk=row.pk, **theirs).exists()
            # Saved again, they read what the other one wrote; and once more it stands.
            answer = desk.post(address, {**typed, "opened": mark_in(answer)})
            if answer.status_code == 422:
                answer = desk.post(address, {**typed, "opened": mark_in(answer)})
            assert answer.status_code == 302
            assert not type(row).objects.filter(pk=row.pk, **theirs).exists()


def test_a_page_that_was_open_while_the_secret_key_was_exchanged_still_saves(desk, settings):
    rule = LimitRule.objects.create(role="agent", purpose="give", kind="points", per_day=300)
    address = reverse("goodwill:rules_limit", args=[rule.pk])
    typed, old = {"per_day": "350", "opened": mark_in(desk.get(address))}, settings.SECRET_KEY
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another key of a house " * 3, [old]
    assert mark_in(desk.get(address)) != typed["opened"]
    assert desk.post(address, typed).status_code == 302
    # What was saved since is found under either key.
    answer = desk.post(address, typed)
    assert "Somebody saved this since you opened it" in told(answer, "__all__")


def test_a_store_is_looked_at_anew_under_its_lock(desk, stores, settings):
    settings.CONSOLE_SECOND_PERSON = True
    address = reverse("staff:store_change", args=[stores.store_12.pk])
    typed = {**changing.values_of(stores.store_12), "till_code": "till.new.1"}
    typed["opened"] = mark_in(desk.get(address))
    # It waits for a second person with the mark of what was opened.
    assert "/changes/" in desk.post(address, typed)["Location"]


def test_all_that_is_wrong_is_said_at_once(desk, administrator, stores, subtests):
    Store.objects.filter(pk=stores.store_12.pk).update(external_id="MT-012")
    CustomRole.objects.create(code="own-x", title="Reader", permissions=["view_people"])
    Endpoint.objects.create(name="Stock", url="https://hooks.example.com/in", made_by_name="The shell")
    ProtectedCustomer.objects.create(customer_id=4417, kind="vip", marked_by=administrator)
    cases = [
        (
            ("staff:store_add",),
            {"name": "", "code": "012", "till_code": "till ä", "external_id": "MT-012"},
            {"name": "Type a name.", "code": "has this", "till_code": "plain", "external_id": "has this"},
        ),
        (
            ("staff:store_add",),
            {"name": "Store", "code": "012", "till_code": "till ä", "external_id": "MT-012"},
            {"code": "has this", "till_code": "plain", "external_id": "has this"},
        ),
        (
            ("staff:store_till", stores.store_12.pk),
            {"username": "a:b", "password": "\x07"},
            {"username": "colon", "password": "no keyboard types"},
        ),
        (
            ("staff:role_new",),
            {"title": "reader", "everywhere": "0", "permissions": ["mark_watch", "redeem_points"]},
            {"title": "There is or was", "permissions": "Nobody both audits"},
        ),
        (
            ("staff:role_new",),
            {"title": "", "everywhere": "1", "permissions": ["redeem_points"]},
            {"title": "Give the role a name.", "permissions": "held in stores"},
        ),
        (
            ("staff:person_invite",),
            {"name": "", "email": administrator.email, "role": "agent", "last_day": "2020-01-01"},
            {"name": "Type", "email": "already", "stores": "needs a store", "last_day": "passed"},
        ),
        (
            ("staff:api_key_new",),
            {"name": "Till", "scopes": ["trail"], "stores": [stores.store_12.pk], "last_day": "2020-01-01"},
            {"stores": "choose none", "last_day": "within a year"},
        ),
        (
            ("operations:webhook_add",),
            {"name": "STOCK", "url": "ftp://hooks.example.com"},
            {"name": "There is a webhook", "url": "https", "events": "at least one"},
        ),
        (
            ("customers:protect",),
            {"customer_id": "4417", "kind": "nobody", "reason": ""},
            {"customer_id": "protected already", "kind": "Choose one", "reason": "Say why"},
        ),
        (
            ("goodwill:rules_limit_add",),
            {**LIMIT, "who": "role:auditor", "per_request": "9", "per_day": "5", "per_month": "3"},
            {"who": "Choose one of those shown", "per_day": "less than one", "per_month": "less than one"},
        ),
        (
            ("goodwill:rules_times_set", stores.store_12.pk),
            {
                "due_minutes": "60",
                "escalate_minutes": "5",
                "proof_minutes": "5",
                "deputy_store": stores.store_12.pk,
            },
            {"escalate_minutes": "not before it is due", "deputy_store": "another store"},
        ),
        (
            ("goodwill:rules_times_set", stores.store_12.pk),
            {"due_minutes": "60", "escalate_minutes": "5", "proof_minutes": "soon"},
            {"escalate_minutes": "not before it is due", "proof_minutes": "whole number"},
        ),
    ]
    for (page, *args), typed, wrong in cases:
        with subtests.test(page, typed=typed):
            answer = desk.post(reverse(page, args=args), typed)
            assert answer.status_code == 422
            assert {name: words in told(answer, name) for name, words in wrong.items()} == dict.fromkeys(
                wrong, True
            ), answer.context["form"].errors


def test_a_closed_store_is_offered_nowhere_and_named_where_it_is_set(desk, stores, client_as):
    store, month = stores.store_12, this_month()
    Escalation.objects.create(store=None, deputy_store=store)
    Escalation.objects.create(store=stores.store_07, due_minutes=5, escalate_minutes=5)
    LimitRule.objects.create(store=store, purpose="give", kind="points", per_day=300)
    close(store)
    offering = {
        "goodwill:rules_limit_add": "who",
        "staff:api_key_new": "stores",
        "staff:person_invite": "stores",
        "operations:switches": "store",
    }
    for page, field in offering.items():
        html = str(desk.get(reverse(page)).context["form"][field])
        assert "Store 07" in html, page
        assert "Store 12" not in html, page
    # What is set already stays, and says so.
    page = desk.get(reverse("goodwill:rules_times_set", args=[0]))
    assert f'<option value="{store.pk}" selected>Store 12 (closed)</option>' in str(
        page.context["form"]["deputy_store"]
    )
    typed = {"due_minutes": "30", "escalate_minutes": "30", "proof_minutes": "15", "deputy_store": store.pk}
    assert desk.post(reverse("goodwill:rules_times_set", args=[0]), typed).status_code == 302
    assert Escalation.objects.get(store=None).deputy_store == store
    assert desk.post(reverse("goodwill:rules_times_set", args=[stores.store_07.pk]), typed).status_code == 422
    assert "Store 12 (closed)" in desk.get(reverse("goodwill:rules_limits")).content.decode()
    tables = ("goodwill:rules_budgets", "goodwill:rules_times", "points:rules", "referrals:rules")
    for name in (*tables, "operations:switches"):
        assert "Store 12</th>" not in desk.get(reverse(name)).content.decode()
        assert "Store 12 " not in desk.get(reverse(name)).content.decode().replace("to Store 12 (closed)", "")
    Budget.objects.create(store=store, month=month, kind="points", amount=10)
    Escalation.objects.create(store=store)
    PointsRules.objects.create(store=store)
    InviteRules.objects.create(store=store)
    Switch.objects.create(act="goodwill", store=store, off=True, reason="Counting.")
    for name in (*tables, "operations:switches"):
        assert "Store 12 (closed)" in desk.get(reverse(name)).content.decode(), name
    key = {"name": "Till", "scopes": ["customers"], "stores": [store.pk], "last_day": timezone.localdate()}
    assert "Choose among the stores shown." in told(desk.post(reverse("staff:api_key_new"), key), "stores")
    assert not ApiKey.objects.exists()


def test_for_a_closed_store_nothing_is_newly_set(desk, stores, settings, client_as, subtests):
    """Neither by its address nor when a change that waited is confirmed; what was set before may be changed."""
    store, month = stores.store_12, f"{this_month():%Y-%m}"
    times = {"due_minutes": "60", "escalate_minutes": "60", "proof_minutes": "15"}
    cases = [
        ("goodwill:rules_budget", (month, store.pk), {"points": "10"}, Budget, "points"),
        ("goodwill:rules_times_set", (store.pk,), times, Escalation, "__all__"),
        ("points:rules_set", (store.pk,), POINTS, PointsRules, "__all__"),
        ("referrals:rules_set", (store.pk,), INVITING, InviteRules, "__all__"),
    ]
    deputy = ("goodwill:rules_times_set", (0,), {**times, "deputy_store": store.pk})
    second = User.objects.create_user("nora.lind@example.com", "Nora Lind", "-")
    give_role(second, "administrator", None)
    settings.CONSOLE_SECOND_PERSON, waiting = True, []
    for page, args, typed in [*(one[:3] for one in cases), deputy]:
        assert desk.post(reverse(page, args=args), typed).status_code == 302
        change = ProposedChange.objects.latest("pk")
        desk.post(reverse("staff:change_ask", args=[change.pk]), {"reason": "Year end."})
        change.refresh_from_db()
        waiting.append(change)
    close(store)
    for change in waiting:
        with subtests.test(change.kind):
            assert change.state == "waiting"
            answer = client_as(second).post(reverse("staff:change_confirm", args=[change.pk]))
            assert "Store 12 is closed." in answer.content.decode()
            change.refresh_from_db()
            assert change.state == "waiting"
    settings.CONSOLE_SECOND_PERSON = False
    for page, args, typed, rows, field in cases:
        with subtests.test(page):
            address, closed = reverse(page, args=args), "Store 12 is closed."
            assert desk.get(address).status_code == 200
            answer = desk.post(address, typed)
            assert (answer.status_code, told(answer, field)) == (422, closed)
            assert not rows.objects.exists()
    page, args, typed = deputy
    answer = desk.post(reverse(page, args=args), typed)
    assert (answer.status_code, told(answer, "deputy_store")) == (422, "Store 12 is closed.")
    chosen = f'<option value="{store.pk}" selected>Store 12 (closed)</option>'
    assert chosen in str(answer.context["form"]["deputy_store"])
    Budget.objects.create(store=store, month=this_month(), kind="points", amount=5)
    for rows in (Escalation, PointsRules, InviteRules):
        rows.objects.create(store=store)
    for page, args, typed, _rows, _field in cases:
        assert desk.post(reverse(page, args=args), typed).status_code == 302


def test_a_role_comes_with_what_its_pages_need(desk, stores):
    typed = {**ROLE, "permissions": ["redeem_points", "ask_goodwill", "mark_referral_signals"]}
    words = told(desk.post(reverse("staff:role_new"), typed), "permissions")
    assert (
        "“Ask for goodwill”; “Redeem points for a customer” cannot be reached without “Look up customers and see them, "
        "masked”: allow that too." in words
    )
    assert "“Mark what is unusual about invitations as looked at” cannot be reached" in words
    assert not CustomRole.objects.exists()
    typed["permissions"] += ["view_customers", "view_referral_signals"]
    assert desk.post(reverse("staff:role_new"), typed).status_code == 302

"""Every sort of change that waits for a second person, through its own page: asked for, not done, confirmed, done."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.audit.actor import Actor
from apps.audit.models import Entry
from apps.core.errors import Refused
from apps.goodwill.models import Budget, CouponSeries, Escalation, LimitRule, Reason
from apps.goodwill.rulebook.budgets import other_month, this_month
from apps.goodwill.rulebook.series import disallow_series
from apps.goodwill.ruling import remove_rule, save_rule
from apps.goodwill.seeding import seed_rules
from apps.points.models import PointsRules
from apps.points.rulebook import remove_rules, set_rules
from apps.referrals import ruling as inviting
from apps.referrals.models import InviteRules
from apps.staff import demo
from apps.staff.confirming import deciding, kinds, proposing
from apps.staff.confirming.guard import let_through
from apps.staff.confirming.kinds import By
from apps.staff.confirming.models import ProposedChange
from apps.staff.models import Membership, User
from apps.staff.services import give_role
from tests.support.people import person

pytestmark = [pytest.mark.django_db, pytest.mark.alike]
POINTS_FORM = {"alone_up_to": "1,000", "resend_seconds": "45", "proof_minutes": "20", "redeem_level": ""}
INVITE_FORM = {"per_person_a_day": "3", "per_call_most": "9", "burst_count": "20", "burst_minutes": "60"}


@pytest.fixture(autouse=True)
def _on(settings):
    settings.CONSOLE_SECOND_PERSON = True


@pytest.fixture
def house(stores, administrator, agent, manager):
    """The rules of the demo, a store that has its own, and somebody who is out."""
    seed_rules(actor=Actor(user_id=None, name="Set-up", role="System"))
    Escalation.objects.create(store=stores.store_12, due_minutes=30, escalate_minutes=60)
    PointsRules.objects.create(store=stores.store_12, alone_up_to=50)
    InviteRules.objects.create(store=stores.store_12, per_person_a_day=5)
    Budget.objects.filter(month__lt=this_month()).delete()
    User.objects.filter(pk=manager.pk).update(is_active=False)
    ends = timezone.localdate() + timedelta(days=2)
    Membership.objects.filter(user=agent).update(ends_on=ends)
    return stores


@dataclass(frozen=True)
class Case:
    """The page that asks for it, what is sent, and a row of before and after that the page must show."""

    kind: str
    url: str
    args: tuple[str, ...] = ()
    typed: dict[str, Any] = field(default_factory=dict)
    shows: tuple[str, str, str] = ("", "", "")


DAY = (timezone.localdate() + timedelta(days=90)).isoformat()
MONTH = f"{this_month():%Y-%m}"
CASES = [
    Case(
        "staff.role_give",
        "staff:person_role_give",
        ("agent",),
        {"role": "agent", "store": "{store}", "last_day": ""},
    ),
    Case("staff.role_move", "staff:person_role_move", ("agent", "held"), {"store": "{store}"}),
    Case("staff.role_longer", "staff:person_role_end", ("agent", "held"), {"last_day": DAY}),
    Case("staff.reactivate", "staff:person_reactivate", ("manager",), shows=("May sign in", "no", "yes")),
    Case(
        "staff.invite",
        "staff:person_invite",
        typed={"name": "Bina Rao", "email": "bina.rao@example.com", "role": "auditor", "last_day": ""},
        shows=("Name", "", "Bina Rao"),
    ),
    Case(
        "goodwill.limit_set",
        "goodwill:rules_limit_add",
        typed={"who": "store:{store}", "purpose": "give", "kind": "points", "per_request": "1,200"},
        shows=("In one request", "", "1,200"),
    ),
    Case(
        "goodwill.limit_set",
        "goodwill:rules_limit",
        ("limit",),
        {"per_request": "400", "per_day": "500", "per_month": ""},
        ("In 30 days", "5,000", "no bound"),
    ),
    Case(
        "goodwill.limit_remove", "goodwill:rules_limit_remove", ("limit",), shows=("In 24 hours", "500", "")
    ),
    Case(
        "goodwill.budgets_set",
        "goodwill:rules_budget",
        ("month", "store"),
        {"points": "9,000", "coupon": ""},
        ("Points", "25,000", "9,000"),
    ),
    Case("goodwill.budgets_copy", "goodwill:rules_budgets_copy", ("next_month",)),
    Case(
        "goodwill.reason_add",
        "goodwill:rules_reason_add",
        typed={"title": "Rude driver", "needs_words": "on"},
        shows=("Asks for words", "", "yes"),
    ),
    Case(
        "goodwill.reason_change",
        "goodwill:rules_reason",
        ("reason",),
        {"title": "Late parcel", "is_active": "on"},
        ("Reason", "Late delivery", "Late parcel"),
    ),
    Case(
        "goodwill.reason_remove",
        "goodwill:rules_reason_remove",
        ("reason",),
        shows=("Reason", "Late delivery", ""),
    ),
    Case(
        "goodwill.times_set",
        "goodwill:rules_times_set",
        ("everywhere",),
        {"due_minutes": "90", "escalate_minutes": "120", "second_threshold": "", "proof_minutes": "15"},
        ("Two people above", "2,000", "never"),
    ),
    Case(
        "goodwill.times_remove", "goodwill:rules_times_remove", ("store",), shows=("Own times", "yes", "no")
    ),
    Case(
        "points.rules_set",
        "points:rules_set",
        ("everywhere",),
        POINTS_FORM,
        ("Reversed alone up to", "500", "1,000"),
    ),
    Case("points.rules_remove", "points:rules_remove", ("store",), shows=("Own rules", "yes", "no")),
    Case("referrals.rules_set", "referrals:rules_set", ("store",), INVITE_FORM, ("People a day", "5", "3")),
    Case("referrals.rules_remove", "referrals:rules_remove", ("store",), shows=("Own rules", "yes", "no")),
]
# Rooms with tests of their own walk theirs there; the series is asked for outside.
ELSEWHERE = {"goodwill.series_allow"}
ROOMS = ("staff.role_give", "staff.role_move", "staff.role_longer", "staff.reactivate", "staff.invite")


def acts_since(last):
    return list(Entry.objects.filter(pk__gt=last).order_by("pk").values_list("action", flat=True))


@pytest.mark.parametrize("case", CASES, ids=[one.url.replace(":", ".") for one in CASES])
def test_it_waits_until_the_second_person_confirms_it(case, client_as, house, administrator, agent, manager):
    one, two = client_as(administrator), client_as(person(house, "Sara Lindholm"))
    rule, store = LimitRule.objects.get(role="agent", purpose="give", kind="points"), house.store_12
    known = {
        "agent": agent.pk,
        "manager": manager.pk,
        "held": agent.memberships.get().pk,
        "store": store.pk,
        "limit": rule.pk,
        "reason": Reason.objects.get(code="late-delivery").pk,
        "everywhere": 0,
        "month": MONTH,
        "next_month": f"{other_month(this_month(), 1):%Y-%m}",
    }
    if case.kind == "goodwill.budgets_copy":
        Budget.objects.create(store=store, kind="points", month=other_month(this_month(), 1), amount=1)
    typed = {name: value.format(store=store.pk) for name, value in case.typed.items()}
    answer = one.post(reverse(case.url, args=[known[name] for name in case.args]), typed)
    assert answer.status_code == 302, getattr(answer, "context", None) and answer.context["form"].errors
    made = ProposedChange.objects.get()
    assert (made.kind, answer.get("Location")) == (case.kind, reverse("staff:change", args=[made.pk]))
    assert made.changed
    if case.shows[0]:
        assert case.shows in made.changed
    last = max(Entry.objects.values_list("pk", flat=True))
    one.post(reverse("staff:change_ask", args=[made.pk]), {"reason": "The house decided so"})
    assert acts_since(last) == ["staff.change.proposed"]
    before, after = kinds.named(made.kind).snapshot, [row[2] for row in made.facts]
    values = proposing.values_of(ProposedChange.objects.get())
    assert [before(values).facts.get(row[0], "") for row in made.facts] == [row[1] for row in made.facts]
    assert two.post(reverse("staff:change_confirm", args=[made.pk]), {}).status_code in (200, 302)
    made.refresh_from_db()
    assert made.state == "confirmed"
    assert [before(values).facts.get(row[0], "") for row in made.facts] == after
    # Beside the two of the change: what the service writes, which names both people.
    own = Entry.objects.filter(pk__gt=last).exclude(action__startswith="staff.change.")
    assert {(one.actor_name, one.content["details"]["asked_by"]) for one in own} == {
        ("Sara Lindholm", "Imran Qureshi")
    }
    assert Entry.objects.filter(action="staff.change.confirmed").get().actor_name == "Sara Lindholm"


def test_every_kind_of_these_rooms_is_walked_above():
    here = {
        one.name
        for one in kinds.registered()
        if one.name.split(".")[0] in ("goodwill", "points", "referrals")
    }
    assert here | set(ROOMS) == {one.kind for one in CASES} | ELSEWHERE
    assert all(str(one.title) and one.confirmed_with.startswith("staff.") for one in kinds.registered())


def test_offering_a_series_waits_and_stopping_one_does_not(house, administrator):
    first, second = (
        By(Actor(user_id=one.pk, name=one.name, role="Administrator"), one)
        for one in (administrator, person(house, "Sara Lindholm"))
    )
    known = CouponSeries.objects.get(outside_id="4103")
    disallow_series(actor=first.actor, user=first.user, series=known)
    values = {"outside_id": "4103", "name": known.name}
    made = proposing.draft(by=first, kind=kinds.named("goodwill.series_allow"), values=values)
    assert made.changed == [("Offered", "no", "yes")]
    proposing.ask(by=first, pk=made.pk, reason="It was stopped by mistake")
    assert not CouponSeries.objects.get(pk=known.pk).is_active
    deciding.confirm(by=second, pk=made.pk)
    assert CouponSeries.objects.get(pk=known.pk).is_active


def test_no_service_of_a_rule_lets_one_person_through(house, administrator):
    who = {
        "actor": Actor(user_id=administrator.pk, name="Imran Qureshi", role="Administrator"),
        "user": administrator,
    }
    rule, reason = LimitRule.objects.first(), Reason.objects.first()
    for act in (
        lambda: save_rule(**who, rule=rule),
        lambda: remove_rule(**who, rule=reason),
        lambda: set_rules(**who, rules=PointsRules()),
        lambda: remove_rules(**who, rules=PointsRules.objects.get(store=house.store_12)),
        lambda: inviting.save_rules(**who, rules=InviteRules()),
        lambda: inviting.remove_rules(**who, rules=InviteRules.objects.get(store=house.store_12)),
    ):
        with pytest.raises(Refused, match="One person alone"):
            act()
        with let_through():
            act()


@pytest.mark.parametrize(
    ("on", "people", "words"),
    [
        (False, 2, "CONSOLE_SECOND_PERSON is switched off"),
        (True, 1, "there is 1: nothing can be confirmed"),
        (True, 2, "none waits"),
    ],
)
def test_health_says_whether_two_people_change_things(settings, stores, on, people, words):
    from apps.operations.health.second_person import second_person

    settings.CONSOLE_SECOND_PERSON = on
    for number in range(people):
        made = User.objects.create_user(f"nora{number}@example.com", f"Nora {number}", demo.PASSWORD)
        give_role(made, "administrator", None)
    check = second_person()
    assert words in check.sentence
    assert check.tone == ("ok" if on and people > 1 else "warn")

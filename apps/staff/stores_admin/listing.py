"""The list of stores: searched, in pages, with how many people work there."""

from django.db.models import Count, F, Q
from django.utils import timezone

from apps.staff.models import Store, StoreQuerySet, User

ROWS = 50


def stores_listed(user: User, typed: str = "") -> StoreQuerySet:
    """Those the person may see, the open ones first, by name; each with `people`, who have a role there that
    counts; programs are none.

    typed   part of a name, a code, a till code or an external id, in any case; everything for an empty one
    """
    lasting = Q(memberships__ends_on=None) | Q(memberships__ends_on__gte=timezone.localdate())
    counted = Count(
        "memberships__user",
        distinct=True,
        filter=lasting
        & Q(
            memberships__user__is_active=True,
            memberships__user__kind=User.Kind.PERSON,
            memberships__custom__retired_at=None,
            closed_at=None,
        ),
    )
    found = Store.objects.visible_to(user).annotate(people=counted)
    if words := typed.strip():
        fields = ("name", "code", "till_code", "external_id", "external_id_1", "external_id_2")
        asked = Q()
        for field in fields:
            asked |= Q(**{f"{field}__icontains": words})
        found = found.filter(asked)
    return found.order_by(F("closed_at").asc(nulls_first=True), "name", "pk")

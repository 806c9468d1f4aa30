"""Questions people ask of the requests, and whose they may see."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q

from apps.goodwill.states import PENDING, State
from apps.staff.models import User
from apps.staff.stores import stores_where

if TYPE_CHECKING:
    from apps.goodwill.models.requests import GoodwillRequest


class GoodwillRequestQuerySet(models.QuerySet["GoodwillRequest"]):
    """Requests as sentences."""

    def visible_to(self, user: User) -> "GoodwillRequestQuerySet":
        """Own ones and those of own stores; managers also what is escalated to them or needs another store.

        A role held everywhere (auditor, administrator) sees all.
        """
        if user.is_everywhere:
            return self
        deciding = stores_where(user, "staff.approve_goodwill")
        # A house may have a role that decides and looks nobody up.
        stores = {*stores_where(user, "staff.view_customers"), *deciding}
        mine = Q(requester=user) | Q(store__in=stores) | Q(escalated_to__in=deciding)
        if deciding:
            mine |= Q(needs_other_store=True)
        return self.filter(mine)

    def locked(self, pk: int) -> "GoodwillRequest":
        """This one, held until the transaction ends, as it is in the database now."""
        return self.select_for_update(of=("self",)).select_related("store", "series").get(pk=pk)

    def decidable_by(self, user: User) -> "GoodwillRequestQuerySet":
        """The queue: pending ones of the stores this person decides for, none of their own asking.

        What they approved as the first of two waits for somebody else.
        """
        deciding = stores_where(user, "staff.approve_goodwill")
        if not deciding:
            return self.none()
        here = Q(store__in=deciding, needs_other_store=False) | Q(escalated_to__in=deciding)
        elsewhere = Q(needs_other_store=True) & ~Q(store__in=deciding)
        mine = self.waiting().filter(here | elsewhere).exclude(requester__in=user.hands)
        return mine.exclude(pk__in=_approved_first_by(user))

    def asked_by(self, user: User) -> "GoodwillRequestQuerySet":
        """The person's own, newest first."""
        return self.filter(requester=user).order_by("-id")

    def waiting(self) -> "GoodwillRequestQuerySet":
        """Waiting for a person to decide (not those the policy is about to approve)."""
        return self.filter(state=State.WAITING, by_policy=False)

    def pending(self) -> "GoodwillRequestQuerySet":
        """Undecided: waiting or sent back."""
        return self.filter(state__in=PENDING)

    def late(self, now: datetime) -> "GoodwillRequestQuerySet":
        """Waiting longer than they should."""
        return self.waiting().filter(due_at__lt=now)

    def nearly_late(
        self, now: datetime, within: timedelta = timedelta(minutes=30)
    ) -> "GoodwillRequestQuerySet":
        """Due within half an hour."""
        return self.waiting().filter(due_at__gte=now, due_at__lt=now + within)

    def unknown(self) -> "GoodwillRequestQuerySet":
        """Those with an act outside whose outcome is not known yet."""
        return self.filter(acts__state__in=["unknown", "person"]).distinct()

    def needing_person(self) -> "GoodwillRequestQuerySet":
        """Those the console gave up reading back: a person has to look."""
        return self.filter(acts__state="person").distinct()

    def not_credited(self) -> "GoodwillRequestQuerySet":
        """The red queue: approved, and the ledger does not show it in time."""
        return self.filter(state=State.NOT_CREDITED)

    def of_customer(self, customer_id: int) -> "GoodwillRequestQuerySet":
        """A customer's, newest first."""
        return self.filter(customer_id=customer_id).order_by("-asked_at")

    def to_prove(self, now: datetime) -> "GoodwillRequestQuerySet":
        """Approved ones whose ledger is to be read now."""
        return self.filter(state__in=[State.APPROVED, State.NOT_CREDITED], next_proof_at__lte=now).order_by(
            "next_proof_at"
        )


def _approved_first_by(user: User) -> "models.QuerySet[Any]":
    """Requests whose first of two approvals is this person's, while nothing made it void (authority.first_of)."""
    decisions: Any = apps.get_model("goodwill", "Decision")._default_manager
    later = decisions.filter(request=OuterRef("request"), id__gt=OuterRef("id"), elsewhere=False)
    void = later.exclude(took_effect=False)
    firsts = decisions.filter(by__in=user.hands, verdict="approve_first").exclude(Exists(void))
    found: models.QuerySet[Any] = firsts.order_by().values("request")
    return found

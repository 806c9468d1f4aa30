"""What follows when an act was read back: somebody else's decision taken over, the second step gone on with."""

from django.db import transaction

from apps.goodwill.effects import take_over
from apps.goodwill.models import GoodwillRequest, OutsideAct
from apps.goodwill.outside import Standing
from apps.goodwill.policy import approve_by_policy
from apps.goodwill.states import State
from apps.operations.acts.trade import Sought


def follow(act: OutsideAct, sought: Sought) -> None:
    """Called when the outcome is written down."""
    not_done = sought.result is not None and sought.result.state == OutsideAct.State.NOT_DONE
    if not_done and isinstance(sought.news, Standing):
        _take_over(act, sought.news)
    if act.kind == OutsideAct.Kind.ADD and act.state == OutsideAct.State.DONE:
        _go_on(act)


def _take_over(act: OutsideAct, standing: Standing) -> None:
    """Somebody else's decision was found in the place of ours."""
    with transaction.atomic():
        request = GoodwillRequest.objects.locked(act.request_id)
        if not request.acts.unsettled().exists():
            take_over(request, standing, actor=act.behind)


def _go_on(act: OutsideAct) -> None:
    """A sending that was found goes on to its second step."""
    request = GoodwillRequest.objects.select_related("store", "series").get(pk=act.request_id)
    if request.state == State.WAITING and request.by_policy:
        approve_by_policy(request)

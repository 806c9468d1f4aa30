"""Goodwill for many customers: points or coupons, a row each, by the service the screens use."""

from collections.abc import Iterable
from functools import partial

from django.utils.translation import gettext_lazy as _

from apps.goodwill import bulk_checking, bulk_running, reconciling
from apps.goodwill.granting import give_back_row, take_for_file
from apps.goodwill.models import CouponSeries, Reason
from apps.goodwill.models import Kind as What
from apps.operations.models import Item, Operation
from apps.operations.work.comparing import ASKS, period
from apps.operations.work.comparing import OUTPUTS as COMPARED
from apps.operations.work.kinds import Column, Kind, one_of, register
from apps.operations.work.people import WHO


def _reasons() -> Iterable[str]:
    return Reason.objects.offered().values_list("title", flat=True)


def _series() -> Iterable[str]:
    return CouponSeries.objects.offered().values_list("name", flat=True)


RUN = "staff.run_operations"
WORDS = (
    Column("reason", _("Reason"), required=True, example="Late delivery", help=one_of(_reasons)),
    Column("words", _("Reason in words"), aliases=("why",)),
    Column("comment", _("Comment"), aliases=("comments",)),
    Column("bill", _("Bill"), aliases=("bill number", "receipt"), example="B-1042"),
    Column(
        "different", _("Different matter"), help=_("“yes” where it is not the same as an earlier request.")
    ),
)
OUTPUTS = (("number", _("Request")), ("standing", _("Request stands at")))


def _take(what: str, operation: Operation) -> None:
    take_for_file(operation, what)


def _give_back(what: str, operation: Operation, item: Item) -> None:
    give_back_row(operation, item, what)


POINTS = register(
    Kind(
        "bulk_goodwill",
        _("Goodwill points for many customers"),
        RUN,
        run=partial(bulk_running.run, What.POINTS),
        columns=(
            *WHO,
            Column("points", _("Points"), required=True, aliases=("amount",), example="500"),
            *WORDS,
        ),
        read_row=partial(bulk_checking.read_row, What.POINTS),
        check=partial(bulk_checking.check, What.POINTS),
        authority=partial(bulk_checking.authority, What.POINTS),
        approver=partial(bulk_checking.approver, What.POINTS),
        approve_permission="staff.approve_goodwill",
        take=partial(_take, What.POINTS),
        give_back=partial(_give_back, What.POINTS),
        anew=bulk_running.anew,
        follow=bulk_running.follow,
        held=bulk_running.held,
        help=_(
            "Points as goodwill. Nothing is given before the dry run is read and, where needed, approved."
        ),
        icon="gift",
        outputs=OUTPUTS,
    )
)
COUPONS = register(
    Kind(
        "bulk_coupons",
        _("Goodwill coupons for many customers"),
        RUN,
        run=partial(bulk_running.run, What.COUPON),
        columns=(
            *WHO,
            Column(
                "series",
                _("Coupon series"),
                required=True,
                aliases=("coupon", "series id"),
                example="4103",
                help=one_of(_series),
            ),
            *WORDS,
        ),
        read_row=partial(bulk_checking.read_row, What.COUPON),
        check=partial(bulk_checking.check, What.COUPON),
        authority=partial(bulk_checking.authority, What.COUPON),
        approver=partial(bulk_checking.approver, What.COUPON),
        approve_permission="staff.approve_goodwill",
        take=partial(_take, What.COUPON),
        give_back=partial(_give_back, What.COUPON),
        anew=bulk_running.anew,
        follow=bulk_running.follow,
        held=bulk_running.held,
        help=_("One coupon a row as goodwill, from a series that is offered."),
        icon="ticket",
        outputs=OUTPUTS,
    )
)
SYNC = register(
    Kind(
        "goodwill_sync",
        _("Reading of pending requests"),
        RUN,
        run=reconciling.sync,
        file=False,
        plan=reconciling.plan_sync,
        unique=False,
        at_once=True,
        help=_(
            "Reads what is pending in Capillary now, instead of waiting for the console to do so by itself."
        ),
        icon="refresh",
        outputs=(("read", _("Requests read")),),
    )
)
RECONCILE = register(
    Kind(
        "goodwill_reconciliation",
        _("Goodwill of a period compared with Capillary"),
        RUN,
        run=reconciling.run,
        file=False,
        plan=reconciling.plan,
        unique=False,
        at_once=True,
        parameters=period,
        asks=ASKS,
        help=_(
            "A row for each customer: what agrees, is missing here or there, or differs. Nothing is changed."
        ),
        icon="list-check",
        outputs=COMPARED,
    )
)

"""Which coupons a status word means, at a moment."""

from collections.abc import Callable
from datetime import datetime

from apps.sandbox.models import Coupon

Test = Callable[[Coupon, datetime], bool]


def _used(coupon: Coupon, now: datetime) -> bool:
    return bool(coupon.uses.all())


def _alive(coupon: Coupon, now: datetime) -> bool:
    return coupon.valid_till >= now


V2_STATUS: dict[str, Test] = {
    "Active": _alive,
    "Unexpired": _alive,
    "Redeemed": _used,
    "Unredeemed": lambda coupon, now: not _used(coupon, now),
    "Active_Redeemed": lambda coupon, now: _alive(coupon, now) and _used(coupon, now),
    "Active_Unredeemed": lambda coupon, now: _alive(coupon, now) and not _used(coupon, now),
    "Expired_Redeemed": lambda coupon, now: not _alive(coupon, now) and _used(coupon, now),
    "Expired_Unredeemed": lambda coupon, now: not _alive(coupon, now) and not _used(coupon, now),
}

V11_STATUS: dict[str, Test] = {
    "unredeemed": V2_STATUS["Unredeemed"],
    "redeemed": _used,
    "expired": lambda coupon, now: not _alive(coupon, now),
    "active": _alive,
}

"""What the form for goodwill shows around its fields: what is left, what stands against it, what the button does."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.core.formats import number, points
from apps.goodwill.duplicates import Duplicate
from apps.goodwill.limits import Left
from apps.goodwill.models import CouponSeries, Kind
from apps.goodwill.money import given_words
from apps.goodwill.previewing import Preview
from apps.staff.models import Store


@dataclass(frozen=True, slots=True)
class Meter:
    """What is left of one bound; most is None where there is none. value and most are whole for <progress>."""

    label: str
    left: Decimal
    most: Decimal

    @property
    def value(self) -> int:
        """For the bar."""
        return int(self.left)

    @property
    def top(self) -> int:
        """For the bar; never 0."""
        return max(1, int(self.most))

    @property
    def is_low(self) -> bool:
        """Less than a tenth is left."""
        return self.left * 10 < self.most

    @property
    def sentence(self) -> str:
        """For people who do not see the bar."""
        return _("%(label)s: %(left)s of %(most)s left") % {
            "label": self.label,
            "left": number(self.left),
            "most": number(self.most),
        }


@dataclass(frozen=True, slots=True)
class Button:
    """What pressing it does; agreed comes back with the form and must still be true then.

    off  why it cannot be pressed;  note  what happens then
    """

    words: str
    icon: str
    agreed: str = ""
    note: str = ""
    off: str = ""


@dataclass(frozen=True)
class Around:
    """Everything around the fields.

    over   why somebody else decides, empty within one's own authority
    gives  what the outside says a coupon of the chosen series gives, empty while that was not asked
    """

    preview: Preview | None
    meters: list[Meter]
    most_at_once: str
    over: str
    over_more: str
    duplicates: list[Duplicate]
    button: Button
    moved: Decimal | None = None
    series: CouponSeries | None = None
    gives: str = ""


def around(
    *,
    preview: Preview | None,
    store: Store | None,
    kind: str,
    amount: Decimal | None,
    series: CouponSeries | None,
    trouble: str = "",
) -> Around:
    """From the preview. amount is None while there is none that can be given, trouble then says why."""
    if preview is None or store is None:
        off = _("You act for no store, so you cannot ask for goodwill.")
        return Around(None, [], "", "", "", [], Button(_("Raise goodwill"), "gift", off=off))
    complete = amount is not None and (kind == Kind.POINTS or series is not None)
    over = bool(complete and not preview.within_authority)
    return Around(
        preview=preview,
        meters=list(_meters(preview, store, kind)),
        most_at_once=_most_at_once(preview.limit, kind),
        over=_over(preview, kind, amount) if over else "",
        over_more=_over_more(preview) if over else "",
        duplicates=preview.duplicates[:3] if complete else [],
        button=_button(preview, kind, amount if complete else None, series, trouble),
        moved=amount if kind == Kind.POINTS else None,
        series=series,
    )


def _button(
    preview: Preview, kind: str, amount: Decimal | None, series: CouponSeries | None, trouble: str
) -> Button:
    if preview.off:
        return Button(_("Raise goodwill"), "gift", off=preview.off)
    if amount is None:
        return Button(_("Check"), "checks", note=trouble or _missing(kind))
    what = given_words(kind, amount, series)
    way = "give" if preview.within_authority else "approval"
    agreed = f"{kind}:{amount:f}:{series.pk if series else ''}:{way}"
    if way == "give":
        note = _proof(kind)
        return Button(_("Give %(what)s") % {"what": what}, "gift", agreed, note)
    note = _("Nothing is credited until it is approved. Decided by %(who)s.") % {"who": preview.decided_by}
    return Button(_("Send for approval"), "send", agreed, note)


def _proof(kind: str) -> str:
    if kind == Kind.COUPON:
        return _("Issued at once. The customer's coupons are read back to prove it.")
    return _("Credited at once. The ledger is read back to prove it.")


def _so_many(kind: str, amount: Decimal) -> str:
    if kind == Kind.POINTS:
        return points(amount)
    return ngettext("%(count)s coupon", "%(count)s coupons", int(amount)) % {"count": number(amount)}


def _missing(kind: str) -> str:
    if kind == Kind.COUPON:
        return _("Choose a series, and the button says what will happen.")
    return _("Write how many points, and the button says what will happen.")


def _meters(preview: Preview, store: Store, kind: str) -> Iterator[Meter]:
    limit, budget = preview.limit, preview.budget
    if limit.day is not None and limit.rule_day:
        yield Meter(_("Yours, 24 hours"), limit.day, limit.rule_day)
    if limit.month is not None and limit.rule_month:
        yield Meter(_("Yours, 30 days"), limit.month, limit.rule_month)
    for_all = preview.store_limit
    if for_all is not None and for_all.day is not None and for_all.rule_day:
        label = _("%(store)s without a second person, 24 hours") % {"store": store.name}
        yield Meter(label, for_all.day, for_all.rule_day)
    if budget.left is not None and budget.amount:
        month = f"{timezone.localdate():%b}"
        yield Meter(
            _("%(store)s, %(month)s") % {"store": store.name, "month": month}, budget.left, budget.amount
        )


def _most_at_once(limit: Left, kind: str) -> str:
    if not limit.granted:
        return _("You give nothing on your own authority: everything goes for approval.")
    if limit.request is None:
        return ""
    if limit.request <= 0:
        return _("Nothing is left of your own limit now: everything goes for approval.")
    words = _so_many(kind, limit.request)
    return _("Up to %(most)s in one request without approval.") % {"most": words}


def _over(preview: Preview, kind: str, amount: Decimal | None) -> str:
    """The first reason, about the person themselves where it is their own limit."""
    limit, most = preview.limit, preview.limit.request
    if amount is not None and limit.granted and most is not None and amount > most:
        beyond = _so_many(kind, amount - most)
        return _("%(beyond)s over your own limit of %(most)s.") % {"beyond": beyond, "most": number(most)}
    if not limit.granted:
        return _("You give nothing on your own authority.")
    return preview.why[0]["words"] if preview.why else ""


def _over_more(preview: Preview) -> str:
    who = _("Decided by %(who)s.") % {"who": preview.decided_by}
    others = [
        one["words"] for one in preview.why if one["rule"] in {"fraud", "budget", "store_limit", "colleague"}
    ]
    first = preview.why[0]["rule"] if preview.why else ""
    more = [words for words in others if not first or words != preview.why[0]["words"]]
    if preview.approvals_needed > 1 and first != "two_people":
        more.append(_("So much needs two people."))
    return " ".join([who, *more])

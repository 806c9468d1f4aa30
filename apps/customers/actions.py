"""What the customers room writes into the trail, as sentences."""

from django.utils.translation import gettext_lazy as _

from apps.audit.actions import register

FAMILY = "customer"

register(
    "customer.looked_up",
    _("%(actor)s looked up %(subject)s and found %(matches)s."),
    icon="search",
    family=FAMILY,
    others={
        "not_done": _("%(actor)s looked up %(subject)s and found nobody."),
        "unknown": _("%(actor)s looked up %(subject)s; not every question was answered."),
    },
)
register(
    "customer.viewed",
    _("%(actor)s opened %(part)s of customer %(customer)s."),
    icon="eye",
    family=FAMILY,
    customer=True,
    others={"not_done": _("%(actor)s opened %(part)s of customer %(customer)s and found nobody.")},
)
register(
    "customer.merged.followed",
    _("%(actor)s was led from the merged account %(customer)s to its survivor %(survivor_id)s."),
    icon="arrow-narrow-right",
    family=FAMILY,
    customer=True,
)
register(
    "customer.revealed",
    _("%(actor)s revealed the %(subject)s of customer %(customer)s: %(reason)s"),
    icon="eye",
    family=FAMILY,
    customer=True,
    reason=True,
    others={
        "not_done": _("%(actor)s asked to reveal the %(subject)s of customer %(customer)s; it did not load.")
    },
)
register(
    "customer.caller.verified",
    _("%(actor)s verified who is calling for customer %(customer)s: %(subject)s."),
    icon="shield-check",
    family=FAMILY,
    customer=True,
)
register(
    "customer.note.asked",
    _("%(actor)s is adding a note to customer %(customer)s (%(subject)s)."),
    icon="note",
    family=FAMILY,
    customer=True,
)
register(
    "customer.note.settled",
    _("The note %(subject)s of %(author)s was added to customer %(customer)s."),
    icon="note",
    family=FAMILY,
    customer=True,
    others={
        "not_done": _("The note %(subject)s of %(author)s was not added to customer %(customer)s."),
        "unknown": _(
            "Whether the note %(subject)s of %(author)s was added to customer %(customer)s is not known yet."
        ),
    },
)
register(
    "customer.note.checked",
    _("%(actor)s read the notes of customer %(customer)s to find %(subject)s."),
    icon="refresh",
    family=FAMILY,
    customer=True,
)
register(
    "customer.note.accepted",
    _("%(actor)s said that the note %(subject)s of customer %(customer)s is there."),
    icon="circle-check",
    family=FAMILY,
    customer=True,
)
register(
    "customer.note.given_up",
    _(
        "%(actor)s said that the note %(subject)s of customer %(customer)s is not there and may be added again."
    ),
    icon="arrow-back-up",
    family=FAMILY,
    customer=True,
)
register(
    "customer.glass_asked",
    _("%(actor)s was asked why they open customer %(customer)s (%(why)s)."),
    icon="lock",
    family=FAMILY,
    customer=True,
)
register(
    "customer.glass_broken",
    _("%(actor)s opened customer %(customer)s (%(why)s) for a reason: %(reason)s"),
    icon="lock",
    family=FAMILY,
    customer=True,
    reason=True,
)
register(
    "customer.protected",
    _("%(actor)s protected customer %(customer)s (%(subject)s): %(reason)s"),
    icon="lock",
    family=FAMILY,
    customer=True,
    reason=True,
)
register(
    "customer.protected.followed",
    _("Customer %(customer)s is protected (%(subject)s) as %(other_id)s is: one was merged into the other."),
    icon="lock",
    family=FAMILY,
    customer=True,
)
register(
    "customer.protection_ended",
    _("%(actor)s ended the protection of customer %(customer)s (%(subject)s): %(reason)s"),
    icon="lock",
    family=FAMILY,
    customer=True,
    reason=True,
)

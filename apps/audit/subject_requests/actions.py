"""What is written about requests of people for their own data."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.audit.actions import ALWAYS, register
from apps.audit.models.asking import FIRST_NUMBER
from apps.audit.subjects import link_subjects

FAMILY = "subject"

register(
    "subject.requests.viewed",
    _("%(actor)s read the subject requests: %(filters)s."),
    icon="history",
    family=FAMILY,
)
register("subject.request.viewed", _("%(actor)s read %(subject)s."), icon="eye", family=FAMILY)
register(
    "subject.erasure.form_opened",
    _("%(actor)s read what the erasure of %(subject)s destroys."),
    icon="eye",
    family=FAMILY,
)
register(
    "subject.request.opened",
    _("%(actor)s opened %(subject)s: %(kind)s, received %(received)s, due %(due)s."),
    icon="user-shield",
    family=FAMILY,
)
register(
    "subject.request.not_opened",
    _(
        "%(actor)s was told that an identifier leads to customer %(customer)s among others; no request was opened."
    ),
    icon="eye",
    family=FAMILY,
    customer=True,
)
register(
    "subject.request.nobody_known",
    _("%(actor)s was told that nobody is known by %(whom)s; no request was opened."),
    icon="eye",
    family=FAMILY,
)
register(
    "subject.request.refused",
    _("%(actor)s refused %(subject)s: %(reason)s"),
    icon="circle-x",
    family=FAMILY,
    reason=True,
)
register(
    "subject.request.answered",
    _("%(actor)s marked %(subject)s as answered: %(reason)s"),
    icon="circle-check",
    family=FAMILY,
    reason=True,
)
register(
    "subject.pack.asked",
    _("%(actor)s asked for the pack of %(subject)s: %(reason)s"),
    icon="stack-2",
    family=FAMILY,
    reason=True,
)
register(
    "subject.pack.made",
    _("The pack of %(subject)s is made: %(rows)s rows."),
    icon="stack-2",
    family=FAMILY,
)
register(
    "subject.pack.fetched",
    _("%(actor)s fetched the pack of %(subject)s: %(reason)s"),
    icon="download",
    family=FAMILY,
    reason=True,
)
register(
    "subject.pack.expired",
    _("The pack of %(subject)s was deleted: its time was over."),
    icon="x",
    family=FAMILY,
)
register(
    "subject.erasure.asked",
    _("%(actor)s asked a second person to confirm the erasure of %(subject)s: %(reason)s"),
    icon="user-check",
    family=FAMILY,
    reason=True,
)
register(
    "subject.erasure.confirmed",
    _("%(actor)s confirmed the erasure of %(subject)s: %(reason)s"),
    icon="checks",
    family=FAMILY,
    reason=True,
    others={"refused": _("%(actor)s may not confirm the erasure of %(subject)s: %(reason)s")},
)
register(
    "subject.erasure.held",
    _("The erasure of %(subject)s waits: %(reason)s"),
    icon="hourglass",
    family=FAMILY,
    reason=True,
)
register(
    "subject.act.refused",
    _("%(actor)s was refused at %(subject)s: %(reason)s"),
    icon="lock",
    family=FAMILY,
    reason=True,
)
register(
    "subject.erased",
    _("The person of %(subject)s was forgotten: %(identifiers)s identifiers, %(keys)s keys, %(rows)s rows."),
    icon="user-shield",
    family=FAMILY,
    # A verification counts what erasures destroyed by these entries.
    kept_as=ALWAYS,
)


def _address_of(number: str) -> str:
    digits = number.removeprefix("SR-")
    plain = number.startswith("SR-") and digits.isdecimal() and int(digits[:15]) > FIRST_NUMBER
    return reverse("audit:subject_request", args=[int(digits) - FIRST_NUMBER]) if plain else ""


link_subjects(FAMILY, _address_of)

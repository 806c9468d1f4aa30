"""Checks people to invite, all errors of all rows at once, before anything is sent."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext as _

from apps.audit.actor import Actor
from apps.capillary.errors import CustomerNotFound
from apps.capillary.resources import customers
from apps.core import caching
from apps.referrals.contacts import Contact, digests_like, looks_like_contact, read_contact
from apps.referrals.facts import Facts, facts_for
from apps.referrals.models import Invitee
from apps.referrals.wanted import Row, RowCheck
from apps.staff.connection import client_for

__all__ = ["Facts", "check_rows", "facts_for"]
LONGEST_NAME = 80
# So many at once are a form; more are a pasted sheet, which gives way to people and waits for so long at most.
AS_PEOPLE, LONGEST_WAIT_SECONDS = 20, 8.0
KNOWN_SECONDS = 300
NAMES_OUTSIDE = {"mobile": "mobile", "email": "email"}


def check_rows(*, actor: Actor, rows: Sequence[Row], facts: Facts, look_up: bool = True) -> list[RowCheck]:
    """One check for each row, in order, with at most one message: the first thing that is wrong with it.

    look_up  ask outside whether they are customers already; of whom it is not told in time, inviting tells
    """
    read = [_read(number, row) for number, row in enumerate(rows)]
    ours = _ours(facts, read)
    checks = _among_themselves([_against(one, facts, ours) for one in read])
    return _looked_up(actor, checks) if look_up else checks


@dataclass(frozen=True)
class _Read:
    check: RowCheck
    contact: Contact = field(repr=False)


def _read(number: int, row: Row) -> _Read:
    name, contact = " ".join(row.name.split()), read_contact(row.contact)
    check = RowCheck(
        row=number,
        name=name,
        kind=contact.kind if contact.value else "",
        value=contact.value,
        mask=contact.mask,
        digest=contact.digest if contact.value else "",
    )
    return _Read(_with(check, *_wrong(row, name, contact)), contact)


def _wrong(row: Row, name: str, contact: Contact) -> tuple[str, str, str]:
    """(why, field, message) of what is wrong with the row by itself."""
    if not row:
        return "empty", "contact", _("This row is empty. Fill it in or take it out.")
    if not row.contact.strip():
        return "empty", "contact", _("Enter a mobile number or an e-mail address.")
    if contact.problem:
        return "format", "contact", contact.problem
    if len(name) > LONGEST_NAME:
        return "name", "name", _("A name has at most %(longest)s letters.") % {"longest": LONGEST_NAME}
    if name and (looks_like_contact(name) or not name.isprintable()):
        return "name", "name", _("This is no name. Are the columns the right way round?")
    return "", "", ""


def _against(read: _Read, facts: Facts, ours: Mapping[str, str]) -> RowCheck:
    check = read.check
    if not check.ok:
        return check
    alike = digests_like(check.kind, check.value)
    if alike & facts.own:
        return _with(check, "referrer", "contact", _("This is the customer who invites."))
    if ours.get(check.digest) == Invitee.State.INVITED or alike & facts.invited:
        return _with(check, "invited", "contact", _("This person was invited already in this campaign."))
    if check.digest in ours:
        words = _("Whether this person was invited is not known yet. Wait until it is settled.")
        return _with(check, "unknown", "contact", words)
    return check


def _ours(facts: Facts, read: Iterable[_Read]) -> dict[str, str]:
    """What our own rows say of these people: digest → state."""
    digests = [one.check.digest for one in read if one.check.ok]
    rows = Invitee.objects.in_the_way(facts.customer_id, facts.campaign).filter(digest__in=digests)
    return dict(rows.values_list("digest", "state"))


def _among_themselves(checks: list[RowCheck]) -> list[RowCheck]:
    """The second of two equal rows is the wrong one."""
    first: dict[str, int] = {}
    found = []
    for check in checks:
        place = first.setdefault(check.digest, check.row) if check.digest else check.row
        words = _("This person stands in row %(row)s already.") % {"row": place + 1}
        found.append(_with(check, "twice", "contact", words) if place != check.row and check.ok else check)
    return found


def _looked_up(actor: Actor, checks: list[RowCheck]) -> list[RowCheck]:
    """Ask whether they are customers; one that cannot be asked stays as it is."""
    good = [check for check in checks if check.ok]
    known = caching.get_many([_key(check.digest) for check in good])
    known |= _asked(actor, [check for check in good if _key(check.digest) not in known])
    return [_told(check, known.get(_key(check.digest))) if check.ok else check for check in checks]


def _asked(actor: Actor, checks: Sequence[RowCheck]) -> dict[str, bool]:
    """Whether they are customers, of those that were answered in time."""
    if not checks:
        return {}
    client = client_for(actor, lane=None if len(checks) <= AS_PEOPLE else "bulk")
    calls = {
        _key(check.digest): customers.lookup(
            source="ALL", identifier_name=NAMES_OUTSIDE[check.kind], identifier_value=check.value
        )
        for check in checks
    }
    found = {}
    for key, answer in client.send_all(calls, wait_seconds=LONGEST_WAIT_SECONDS).items():
        if answer.error is None and not answer.pending:
            found[key] = True
        elif isinstance(answer.error, CustomerNotFound):
            found[key] = False
    caching.set_many(found, KNOWN_SECONDS)
    return found


def _told(check: RowCheck, is_customer: bool | None) -> RowCheck:
    if is_customer is None:
        return check
    looked = replace(check, looked_up=True)
    if not is_customer:
        return looked
    return _with(looked, "customer", "contact", _("This person is a customer already."))


def _with(check: RowCheck, why: str, field: str, message: str) -> RowCheck:
    return replace(check, why=why, field=field, message=message) if message else check


def _key(digest: str) -> str:
    return f"referrals-is-customer-{digest}"

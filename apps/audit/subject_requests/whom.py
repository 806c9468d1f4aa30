"""Who is meant: the customer behind an identifier, and which keyed hashes are somebody's own."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from apps.audit.customers import is_internal_id, is_known
from apps.audit.identifiers import search_digests
from apps.audit.models import Entry, EntryIdentifier, SubjectRequest
from apps.audit.subject_requests.rooms import Subject, rooms
from apps.audit.whom import whom
from apps.core.errors import BadInput

LONGEST = 200
FIELD = "whom"
MOST_TOLD = 20


@dataclass(frozen=True, slots=True)
class Meant:
    """As a request keeps it: no identifier in clear."""

    customer: str
    mask: str
    digests: tuple[bytes, ...]


class SeveralCustomers(BadInput):
    """An identifier led to more than one. The sentence tells `told` of them, so each has to be in the trail."""

    def __init__(self, led_to: list[str], digests: tuple[bytes, ...]) -> None:
        self.told, self.digests = led_to[:MOST_TOLD], digests
        more = len(led_to) - len(self.told)
        ids = ", ".join(self.told) + (f" {_('and %(count)s more') % {'count': more}}" if more else "")
        super().__init__(
            _("This identifier led to several customers: %(ids)s. Write the internal id of the one who asks.")
            % {"ids": ids},
            field=FIELD,
        )


class NobodyKnown(BadInput):
    """No entry names anybody by it. It may be right all the same, or mistyped: whoever opens it says which."""

    def __init__(self) -> None:
        super().__init__(
            _("Nobody is known by this. Look for a slip; where it is right, say so below."), field=FIELD
        )


def meant_by(typed: str) -> Meant:
    """The person behind an internal id or a full identifier.

    Raises: BadInput (whom) for nothing and too much; SeveralCustomers
    """
    text = typed.strip()
    if not text or len(text) > LONGEST or "\0" in text or "~" in text or "•" in text:
        raise BadInput(_("Write the customer's internal id, or a full identifier of theirs."), field=FIELD)
    if is_known(text):
        return Meant(text, "", ())
    digests = tuple(search_digests(text))
    if not digests:
        raise BadInput(_("Write the customer's internal id, or a full identifier of theirs."), field=FIELD)
    led_to = customers_of(digests)
    if len(led_to) > 1:
        raise SeveralCustomers(led_to, digests)
    if not led_to and text.isdecimal() and is_internal_id(text):
        # Short: nobody's number. The trail knows nothing, and another room may.
        return Meant(text, "", ())
    return Meant(led_to[0] if led_to else "", whom(text).shown, digests)


# Whoever looks first leaves the identifier beside the entry of having looked.
SEARCHED_FOR = Q(entry__action="trail.viewed") | Q(
    entry__action="customer.looked_up", entry__outcome="not_done"
)


def is_anybody(meant: Meant) -> bool:
    """Whether the trail holds anything about them, but for requests that were opened or tried, and searches in vain."""
    named = EntryIdentifier.objects.filter(digest__in=meant.digests)
    about = Entry.objects.filter(customer=meant.customer) if meant.customer else Entry.objects.none()
    return (
        about.exclude(action__startswith="subject.").exists()
        or named.exclude(entry__action__startswith="subject.").exclude(SEARCHED_FOR).exists()
    )


def beside_entries() -> "QuerySet[EntryIdentifier]":
    """Identifiers beside entries, but for those beside answers about whom somebody invited.

    Such answers were once kept with the contacts of all friends in them; what was asked with stands beside the
    first half of the call too.
    """
    return EntryIdentifier.objects.exclude(
        entry__action="call.answered", entry__method="GET", entry__path__endswith="/referrals"
    )


def entries_of(subject: Subject) -> "QuerySet[Entry]":
    """Everything about the customer, and what named an identifier of theirs when nobody knew whose it is."""
    named = EntryIdentifier.objects.filter(digest__in=list(subject.digests))
    return Entry.objects.filter(
        Q(customer=str(subject.customer)) | Q(customer="", pk__in=named.values("entry_id"))
    )


def customers_of(digests: tuple[bytes, ...]) -> list[str]:
    """Internal ids of the customers whose entries name these identifiers, as their own."""
    pairs = (
        beside_entries()
        .filter(digest__in=digests)
        .exclude(entry__customer="")
        .values_list("entry__customer", "digest")
        .distinct()
    )
    named: dict[str, set[bytes]] = {}
    for customer, digest in pairs:
        named.setdefault(customer, set()).add(bytes(digest))
    return [customer for customer in sorted(named) if named[customer] - given_by(int(customer))]


def given_by(customer: int) -> set[bytes]:
    """Keyed hashes of other people's identifiers that this customer gave: friends they invited."""
    return {one for room in rooms() for one in room.of_others(customer)} if customer else set()


def subject_of(request: SubjectRequest) -> Subject:
    """The person of a request with every keyed hash that is their own, as the trail knows it now."""
    customer = int(request.customer or 0)
    own = {bytes.fromhex(one) for one in request.digests}
    if customer:
        beside = beside_entries().filter(entry__customer=str(customer))
        own |= {bytes(one) for one in beside.values_list("digest", flat=True).distinct()} - given_by(customer)
    return Subject(customer, frozenset(own))

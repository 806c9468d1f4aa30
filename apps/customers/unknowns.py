"""Notes whose outcome is not known, for the page of all such acts."""

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.masking import mask
from apps.customers.models import NoteAct
from apps.operations.unknowns import Line, Source, register
from apps.staff.models import Membership, Store, User
from apps.staff.stores import stores_of

ADD = "staff.add_notes"
SHORT = 8


def rows(user: User) -> QuerySet[NoteAct]:
    """One's own, and those of everybody who works at one's stores: a note itself belongs to no store."""
    if user.is_everywhere:
        return NoteAct.objects.all()
    return NoteAct.objects.filter(Q(user=user) | by_people_at(stores_of(user)))


def by_people_at(stores: list[Store]) -> Q:
    """Notes of the people who work there; asked of each note on its turn, for there are years of them."""
    return Q(Exists(Membership.objects.filter(user=OuterRef("user_id"), store__in=stores)))


def mine(user: User) -> Q:
    """Notes this person wrote."""
    return Q(user=user)


def at_store(store: Store) -> Q:
    """Notes of the people who work there."""
    return by_people_at([store])


def line(act: NoteAct, user: User) -> Line:
    """One note, without its text."""
    here = ""
    if user.has_perm("staff.view_customers"):
        here = f"{reverse('customers:tab', args=[act.customer_id, 'notes'])}#note-{act.reference}"
    check = reverse("customers:note_check", args=[act.customer_id, act.reference]) if here else ""
    return Line(
        number=act.reference[-SHORT:],
        what=_("Note"),
        whom=mask("id", act.customer_id),
        customer_id=act.customer_id,
        by=act.user_name,
        store="",
        url=here,
        check_url=check if user.has_perm(ADD) else "",
        code=act.code,
        request_id=act.request_id,
        reference=act.correlation,
        message=act.message or act.unread,
    )


register(
    Source(
        act="note",
        label=gettext_lazy("Notes"),
        permissions=(ADD, "staff.view_trail"),
        rows=rows,
        line=line,
        mine=mine,
        started="created_at",
        looks="checks",
        next_look="next_check_at",
        person="needs_person",
        at_store=at_store,
    )
)

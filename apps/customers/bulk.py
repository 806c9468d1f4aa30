"""Many customers at once: who they are and what they have, and a note for each."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.audit.actor import Actor
from apps.audit.services import record
from apps.capillary.types_customer import Customer
from apps.core.errors import Refused
from apps.core.kept import number
from apps.core.masking import mask
from apps.customers.models import NoteAct
from apps.customers.note_sending import end_unsent
from apps.customers.note_text import hash_of, tidy_note
from apps.customers.notes import add_note
from apps.operations.models import Item, Operation
from apps.operations.work.kinds import Checked, Column, Kind, Outcome, Problem, Row, register
from apps.operations.work.people import WHO, attempt, find_people, mask_of, read_who

RUN, VIEW, ADD = "staff.run_operations", "staff.view_customers", "staff.add_notes"
MASKS = {
    "customer_id": "id",
    "mobile": "mobile",
    "email": "email",
    "card": "card",
    "external_id": "external_id",
}
ENDS = {NoteAct.State.DONE: "done", NoteAct.State.NOT_DONE: "not_done"}


def read_customer(cells: Mapping[str, str]) -> Row:
    """Whose row it is, and nothing else."""
    problems: list[Problem] = []
    who = attempt(problems, "customer_id", lambda: read_who(cells))
    return Row({"who": who}, tuple(problems))


def look_up(actor: Actor, item: Item) -> Outcome:
    """Id, tier and balances of one customer, with an entry: who looked for whom. Raises an error that passes"""
    operation, who = item.operation, item.values["who"]
    if not operation.requested_by.has_perm(VIEW, operation.store):
        raise Refused(_("Your role does not look customers up here."))
    [whose] = find_people(actor, [Row({"who": who})])
    person, answer = whose.person, whose.answer
    kind, value = who[0]
    masked = mask(MASKS[kind], value)
    record(
        "customer.looked_up",
        actor=actor,
        outcome="done" if person else "not_done",
        customer=str(person.customer_id) if person else "",
        subject=masked,
        details={"kind": kind, "value": masked, "way": "operation", "operation": operation.number},
        identifiers=[(MASKS[kind], value)],
    )
    if whose.problems or person is None or answer is None:
        return Outcome("not_done", " ".join(one.words for one in whose.problems), whose.problems[0].code)
    found = {
        "found_id": str(person.customer_id),
        "tier": person.tier,
        "balance": "" if person.balance is None else f"{person.balance.normalize():f}",
        "programmes": balances(answer),
        "fraud": person.fraud,
    }
    return Outcome("done", output=found, personal=True)


def balances(answer: Customer) -> str:
    """``Maple Rewards: 4,820; Thread Club: 120``."""
    return "; ".join(f"{one.title or one.program_id}: {number(one.available)}" for one in answer.programs)


def read_note(cells: Mapping[str, str]) -> Row:
    """Whose row it is and the note, all that is wrong with it at once."""
    problems: list[Problem] = []
    who = attempt(problems, "customer_id", lambda: read_who(cells))
    text = attempt(problems, "note", lambda: tidy_note(cells.get("note", "")))
    return Row({"who": who, "note": text}, tuple(problems))


def check_notes(actor: Actor, operation: Operation, rows: Sequence[Row]) -> list[Checked]:
    """Whether each customer is there. Raises Refused for all of them, when the requester may not add notes there"""
    if not operation.requested_by.has_perm(ADD, operation.store):
        raise Refused(_("Your role does not add notes here."))
    found = []
    for row, whose in zip(rows, find_people(actor, rows), strict=True):
        if whose.person is None:
            found.append(Checked(whose.problems))
            continue
        person = whose.person
        same = hash_of(person.customer_id, row.values["note"])
        found.append(
            Checked(whose.problems, person.customer_id, mask_of(person), meaning=(same,), values=row.values)
        )
    return found


def add(actor: Actor, item: Item) -> Outcome:
    """Add the note, once. Raises as `notes.add_note`; Refused when its author may add none there any more"""
    operation, note, customer_id = item.operation, item.values["note"], item.customer_id or 0
    # A row that is begun a second time tells what its note became, whoever has lost a role since.
    if _act_of(item) is None and not operation.requested_by.has_perm(ADD, operation.store):
        raise Refused(_("Your role does not add notes here."))
    return outcome_of(add_note(actor=actor, customer_id=customer_id, text=note, token=item.token))


def begin_note_anew(item: Item) -> None:
    """A note that was kept and never sent ends, and the row may add it again. Raises TraceUnavailable"""
    act = _act_of(item)
    if act is not None:
        end_unsent(actor=item.operation.behind, act=act, frees_form=True)


def follow_note(item: Item) -> Outcome | None:
    """What became of the row's note; None while that is not known."""
    act = _act_of(item)
    if act is None:
        return Outcome("not_done", _("It was not begun."))
    return None if act.is_open else outcome_of(act)


def _act_of(item: Item) -> NoteAct | None:
    return NoteAct.objects.filter(user_id=item.operation.requested_by_id, token=item.token).first()


def outcome_of(act: NoteAct) -> Outcome:
    """An act as the outcome of its row."""
    output = {"note_id": act.outside_id}
    if act.state == NoteAct.State.DONE:
        return Outcome("done", act_reference=act.reference, output=output)
    if act.state == NoteAct.State.NOT_DONE:
        return Outcome("not_done", act.message, act.code, act.reference)
    words = act.message or _("The note is on its way, and not known to be added yet.")
    return Outcome("unknown", words, act.code, act.reference)


LOOKUP = register(
    Kind(
        "bulk_lookup",
        gettext_lazy("Look-up of many customers"),
        RUN,
        run=look_up,
        columns=WHO,
        read_row=read_customer,
        unique=False,
        at_once=True,
        help=gettext_lazy("Identifiers in; id, tier and balances out. Nothing is changed."),
        icon="search",
        outputs=(
            ("found_id", gettext_lazy("Found id")),
            ("tier", gettext_lazy("Tier")),
            ("balance", gettext_lazy("Balance")),
            ("programmes", gettext_lazy("Balances by programme")),
            ("fraud", gettext_lazy("Fraud mark")),
        ),
    )
)
NOTES = register(
    Kind(
        "bulk_notes",
        gettext_lazy("Notes for many customers"),
        RUN,
        run=add,
        columns=(
            *WHO,
            Column(
                "note",
                gettext_lazy("Note"),
                required=True,
                aliases=("text",),
                example=gettext_lazy("Asked for a call back on Monday."),
            ),
        ),
        read_row=read_note,
        check=check_notes,
        anew=begin_note_anew,
        follow=follow_note,
        help=gettext_lazy("One note a row, added in your name."),
        icon="note",
        outputs=(("note_id", gettext_lazy("Note id")),),
    )
)

"""A kind of long work for tests: one note for each row, by the service the screens use."""

from apps.core.errors import ConsoleError
from apps.customers.models import NoteAct
from apps.customers.notes import add_note
from apps.operations.work.kinds import Checked, Column, Kind, Outcome, Problem, Row

ENDS = {"done": "done", "not_done": "not_done"}


def read_row(cells):
    """{"customer": "101", "text": "…"} → the row, or what is wrong with each cell."""
    problems = []
    if not cells["customer"].isdecimal():
        problems.append(Problem("customer", "This is no customer id."))
    if not cells["text"]:
        problems.append(Problem("text", "Write a note."))
    return Row(cells, tuple(problems), meaning=(cells["customer"], cells["text"]))


def check(_actor, operation, rows):
    """Customers beyond the limit of the operation's parameters are not there."""
    most = int(operation.parameters.get("most", 10**9))
    return [
        Checked(problems=(Problem("customer", "No such customer.", "8016"),))
        if int(row.values["customer"]) > most
        else Checked(customer_id=int(row.values["customer"]), mask="•• 12", points="1.5", store_code="012")
        for row in rows
    ]


def run(actor, item):
    """The service with the row's token: a second time it is the same note."""
    values = item.values
    act = add_note(actor=actor, customer_id=int(values["customer"]), text=values["text"], token=item.token)
    return outcome(act)


def outcome(act):
    return Outcome(
        ENDS.get(act.state, "unknown"), act.message, act.code, act.reference, {"note_id": act.outside_id}
    )


def follow(item):
    act = NoteAct.objects.filter(token=item.token).first()
    if act is None:
        return Outcome("not_done", "It was not begun.")
    return outcome(act) if act.state in ENDS else None


COLUMNS = (Column("customer", "Customer id", required=True, aliases=("id",)), Column("text", "Note"))
NOTES = Kind(
    "test_notes",
    "Notes of a test",
    "staff.run_operations",
    run=run,
    columns=COLUMNS,
    read_row=read_row,
    check=check,
    follow=follow,
)
__all__ = ["NOTES", "ConsoleError"]

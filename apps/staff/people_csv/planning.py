"""The dry run of a file of people: every error of every row, and what would be done. It only reads."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from django.utils.translation import gettext as _

from apps.core.errors import BadInput, ConsoleError
from apps.staff.custom_roles.known import known
from apps.staff.models import Membership, Store, User, tidy_email
from apps.staff.people.memberships import check_last_day
from apps.staff.people_csv.reading import Row
from apps.staff.role_table import all_roles
from apps.staff.roles import Role
from apps.staff.services import check_may_meet, check_person

NEW, ROLE, LAST_DAY, SAME, LEFT, WRONG = "new", "role", "last_day", "same", "left", "wrong"
EVERYWHERE = ("", "all", "all stores", "*")


@dataclass(frozen=True)
class Problem:
    """What is wrong in one cell, and what stands there."""

    row: int
    column: str
    words: str
    typed: str = ""


@dataclass
class Step:
    """One row as it was understood, and what would be done: one of the words above.

    cells  what stands in the file;  note  what whoever uploads should know and is no error
    """

    row: int
    email: str
    name: str
    role: Role | None = None
    store: Store | None = None
    last_day: date | None = None
    person: User | None = None
    what: str = ""
    cells: Mapping[str, str] = field(default_factory=dict)
    note: str = ""


@dataclass
class Plan:
    """The dry run. Nothing of a file with problems is done."""

    steps: list[Step] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        """Rows by what would be done, and people who are new."""
        found = Counter(one.what for one in self.steps)
        people = {one.email for one in self.steps if one.what == NEW}
        return {"people": len(people)} | {
            what: found.get(what, 0) for what in (NEW, ROLE, LAST_DAY, SAME, LEFT)
        }

    @property
    def does_something(self) -> bool:
        """Whether anything would be otherwise afterwards."""
        return any(one.what in (NEW, ROLE, LAST_DAY) for one in self.steps)


def plan_of(rows: Sequence[Row], *, made_by_id: int, change_existing: bool) -> Plan:
    """Look at every row. made_by_id is whoever uploads the file: they change nothing of their own."""
    plan, table = Plan(), _Table()
    for row in rows:
        plan.steps.append(_understood(row, plan, table))
    _check_twice(plan)
    people: dict[str, list[Step]] = defaultdict(list)
    for step in plan.steps:
        people[step.email].append(step)
    known_people = {one.email: one for one in User.objects.filter(email__in=people)}
    held: dict[int, list[Membership]] = defaultdict(list)
    for one in Membership.objects.counting().with_places().filter(user__in=known_people.values()):
        held[one.user_id].append(one)
    for email, steps in people.items():
        person = known_people.get(email)
        if person is None:
            _plan_new(steps, plan)
        else:
            _plan_known(person, steps, held[person.pk], plan, made_by_id, change_existing)
    _mark_wrong(plan)
    return plan


def _mark_wrong(plan: Plan) -> None:
    """Problems in the order of their rows, each with what was typed; of a row with one nothing else is said."""
    steps = {one.row: one for one in plan.steps}
    plan.problems = [
        replace(one, typed=steps[one.row].cells.get(one.column, ""))
        for one in sorted(plan.problems, key=lambda one: one.row)
    ]
    for one in plan.problems:
        steps[one.row].what = WRONG


class _Table:
    """Roles and stores by every way to write them, read once for the file."""

    def __init__(self) -> None:
        self.roles = {
            word.casefold(): role
            for code, role in all_roles().items()
            for word in (code, role.title, str(role.name))
        }
        stores = list(Store.objects.open())
        codes = {one.code.casefold(): one for one in stores}
        names = Counter(one.name.casefold() for one in stores)
        self.stores = {one.name.casefold(): one for one in stores} | codes
        # Stores are told apart by their codes: two may have one name, and a guess would give a role in the wrong one.
        self.ambiguous = {name for name, count in names.items() if count > 1} - codes.keys()


def _understood(row: Row, plan: Plan, table: _Table) -> Step:
    """The row's cells as values; each that cannot be read is a problem beside its column."""
    cells = row.cells
    step = Step(row.number, tidy_email(cells["email"]), cells["name"].strip(), cells=cells)

    def wrong(column: str, words: str) -> None:
        plan.problems.append(Problem(row.number, column, words))

    try:
        check_person(step.email, step.name, None)
    except BadInput as error:
        for one in (error, *error.also):
            wrong(one.field, one.message)
    step.role = table.roles.get(cells["role"].casefold())
    if step.role is None and cells["role"]:
        wrong("role", _("There is no role “%(role)s”.") % {"role": cells["role"][:60]})
    place = cells.get("store", "").casefold()
    if place not in EVERYWHERE:
        step.store = table.stores.get(place)
        if step.store is None or place in table.ambiguous:
            words = (
                _("Several stores are called “%(store)s”: write the code.")
                if step.store
                else _("There is no open store “%(store)s”.")
            )
            wrong("store", words % {"store": cells["store"][:60]})
            step.role = None
    if step.role and step.role.everywhere != (step.store is None):
        wrong("store", _("This role is held in all stores.") if step.store else _("This role needs a store."))
        step.role = None
    try:
        step.last_day = date.fromisoformat(cells["last_day"]) if cells.get("last_day") else None
        check_last_day(step.last_day)
    except ValueError:
        wrong("last_day", _("Write a day such as 2027-02-28."))
    except BadInput as error:
        wrong("last_day", error.message)
    return step


def _check_twice(plan: Plan) -> None:
    seen: dict[tuple[str, str, int | None], int] = {}
    for step in (one for one in plan.steps if one.role):
        key = (step.email, step.role.code if step.role else "", step.store.pk if step.store else None)
        if key in seen:
            words = _("The same person, role and store stand in row %(row)s.") % {"row": seen[key]}
            plan.problems.append(Problem(step.row, "role", words))
        seen.setdefault(key, step.row)


def _plan_new(steps: list[Step], plan: Plan) -> None:
    """Somebody new comes with at least one role, under one name."""
    bad = {one.row for one in plan.problems}
    for step in steps:
        step.what = NEW
        if step.role is None and step.row not in bad:
            plan.problems.append(Problem(step.row, "role", _("Somebody new needs a role.")))
        if step.name.casefold() != steps[0].name.casefold():
            words = _("Row %(row)s has another name for this e-mail address.") % {"row": steps[0].row}
            plan.problems.append(Problem(step.row, "name", words))
    _check_meeting(steps, [], plan)


def _plan_known(
    person: User,
    steps: list[Step],
    held: list[Membership],
    plan: Plan,
    made_by_id: int,
    change_existing: bool,
) -> None:
    for step in steps:
        step.person, step.what = person, _what(step, held)
        if step.what in (ROLE, LAST_DAY) and not change_existing:
            step.what = LEFT
        if step.name.casefold() != person.name.casefold():
            step.note = _("Called %(name)s here: a file changes no names.") % {"name": person.name}
    adding = [one for one in steps if one.what in (ROLE, LAST_DAY)]
    if adding and person.pk == made_by_id:
        words = _("This is you. Nobody changes their own roles: another administrator does.")
        plan.problems += [Problem(one.row, "email", words) for one in adding]
    if adding and person.is_service:
        words = _("This is the account of a program: it is changed under API.")
        plan.problems += [Problem(one.row, "email", words) for one in adding]
    _check_meeting([one for one in adding if one.what == ROLE], held, plan)


def _what(step: Step, held: Sequence[Membership]) -> str:
    if step.role is None:
        return SAME
    for one in held:
        if (one.role, one.store) == (step.role.code, step.store):
            return SAME if one.ends_on == step.last_day else LAST_DAY
    return ROLE


def _check_meeting(adding: Sequence[Step], held: Sequence[Membership], plan: Plan) -> None:
    """Each role beside those the person holds and those of the rows before."""
    together = list(held)
    for step in adding:
        if step.role is None:
            continue
        try:
            check_may_meet(step.role, together)
        except ConsoleError as error:
            plan.problems.append(Problem(step.row, "role", error.message))
        together.append(Membership(role=step.role.code, custom=known().get(step.role.code)))

"""Making people: the first administrator, and the invented people of the demo; whose number is whose."""

from collections.abc import Callable, Iterable
from datetime import date

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.audit.actor import Actor
from apps.audit.identifiers import PHONE_LIKE, mobile_digits
from apps.audit.services import record
from apps.core.errors import BadInput, Conflict
from apps.core.faults import Faults
from apps.core.taken import told_when_taken
from apps.staff import demo
from apps.staff.confirming.guard import asked_by, check_second
from apps.staff.custom_roles.rows import CustomRole
from apps.staff.duties import collisions, places_apart
from apps.staff.models import Membership, Store, User, tidy_email
from apps.staff.people.guarding import hold_still
from apps.staff.roles import ROLES, Role
from apps.staff.stores_admin import changing
from apps.staff.stores_admin.holding import check_open

SHORTEST_MOBILE = 8


class RolesConflict(Conflict):
    """One person would hold roles that may not meet."""


def create_administrator(*, actor: Actor, email: str, name: str, password: str) -> User:
    """A new person who administers all stores.

    Raises: BadInput for an address, name or password that cannot be used; Conflict when the address is taken
    """
    with transaction.atomic():
        person = new_person(email, name, password)
        give_role(person, "administrator", None, actor=actor)
        record(
            "staff.administrator_created", actor=actor, subject=person.name, details={"email": person.email}
        )
    return person


def add_person(
    *, actor: Actor, email: str, name: str, password: str, role: str, store_code: str, mobile: str = ""
) -> User:
    """A new person with one role; with their own mobile nobody decides on goodwill for them unnoticed.

    Raises: as create_administrator, as add_role, and as set_mobile
    """
    with transaction.atomic():
        person = new_person(email, name, password)
        record("staff.person_added", actor=actor, subject=person.name, details={"email": person.email})
        add_role(actor=actor, person=person, role=role, store_code=store_code)
        if mobile.strip():
            set_mobile(actor=actor, person=person, mobile=mobile)
    return person


def set_mobile(*, actor: Actor, person: User, mobile: str) -> User:
    """Keep whose number it is, as a keyed hash alone; an empty one takes it away. The entry tells no number.

    Raises: BadInput for what is no mobile; Refused when a known one is to go or to change without a second person
    """
    typed = mobile.strip()
    if typed and not (PHONE_LIKE.fullmatch(typed) and SHORTEST_MOBILE <= len(mobile_digits(typed)) <= 15):
        raise BadInput(
            _("This is not a mobile number. Write it with its country code, such as +91 55599 00001."),
            field="mobile",
        )
    with transaction.atomic():
        was_known = bool(User.objects.select_for_update(no_key=True).get(pk=person.pk).mobile_digest)
        if was_known:
            check_second(actor)
        person.set_mobile(typed)
        person.save(update_fields=["mobile_digest"])
        record(
            "staff.mobile_set" if typed else "staff.mobile_removed",
            actor=actor,
            subject=person.name,
            details={"changed": {"own_number_known": [was_known, bool(typed)]}},
        )
    return person


def add_role(*, actor: Actor, person: User, role: str, store_code: str) -> Membership:
    """One more role for somebody; roles held everywhere take no store.

    Raises: BadInput for a store that is not there or not fitting; Conflict for roles that may not meet
    """
    check_second(actor)
    store = Store.objects.filter(code=store_code).first() if store_code else None
    if store_code and store is None:
        raise BadInput(_("There is no store with the code %(code)s.") % {"code": store_code}, field="store")
    with transaction.atomic():
        hold_still(actor, person.pk)
        before = roles_held(person)
        membership = give_role(person, role, store, actor=actor)
        details = {
            "role": membership.as_role.title,
            "store": store.code if store else "all",
            "changed": {"roles": [before, roles_held(person)]},
        }
        record("staff.role_given", actor=actor, subject=person.name, details=details)
    return membership


def roles_held(person: User) -> list[str]:
    """Every role that counts with the code of its store and its last day, as text."""
    held = person.memberships.counting().with_places().order_by("role", "store__code")
    return [
        f"{one.as_role.title}, {one.store.code if one.store else 'all stores'}"
        + (f", until {one.ends_on.isoformat()}" if one.ends_on else "")
        for one in held
    ]


def add_store(*, actor: Actor, code: str, name: str, till_code: str = "", external_id: str = "") -> Store:
    """A new store.

    Raises: BadInput for values that cannot be used or belong to another store
    """
    values = {"code": code, "name": name, "till_code": till_code, "external_id": external_id}
    return changing.add_store(actor=actor, values=values)


def new_person(email: str, name: str, password: str | None) -> User:
    """Somebody new; without a password until they set one by their link.

    Raises: BadInput for what cannot be used; Conflict when the address is taken
    """
    email = tidy_email(email)
    check_new_person(email, name, password)
    with told_when_taken(lambda: check_not_here(email)):
        return User.objects.create_user(email, name, password)


def check_new_person(email: str, name: str, password: str | None) -> None:
    """Raises: as `check_person`, and Conflict (email) for an address that somebody has"""
    faults = Faults()
    with faults:
        check_person(email, name, password)
    with faults:
        check_not_here(email)
    faults.tell()


def check_not_here(email: str) -> None:
    """Raises: Conflict (email) for an address that somebody has"""
    if User.objects.filter(email=tidy_email(email)).exists():
        raise Conflict(
            _("There is a person with this e-mail address already."),
            next_step=_("Choose another address."),
            field="email",
        )


def check_person(email: str, name: str, password: str | None) -> None:
    """Raises: BadInput with every reason, each beside its field"""
    person = User(email=email, name=name.strip())
    faults = Faults()
    checks: dict[str, Callable[[], None]] = {
        "email": lambda: _check_address(email),
        "name": lambda: person.clean_fields(exclude=["password", "email"]),
    }
    if password is not None:
        checks["password"] = lambda: validate_password(password, person)
    for field, check in checks.items():
        with faults:
            try:
                check()
            except ValidationError as error:
                raise BadInput(" ".join(error.messages), field=field) from None
    faults.tell()


def _check_address(email: str) -> None:
    validate_email(email)
    # It lets longer ones pass than there is room for.
    User._meta.get_field("email").run_validators(email)


@transaction.atomic
def give_role(
    person: User, role: str, store: Store | None, last_day: date | None = None, *, actor: Actor | None = None
) -> Membership:
    """Add a role, once; a role held everywhere takes no store and the others need one. One that is there gets this
    last day, or none. actor is kept as who gave it.

    Raises: BadInput for a role or store that does not fit; RolesConflict for roles that may not meet in one person
    """
    custom = CustomRole.objects.select_for_update(no_key=True).filter(code=role, retired_at=None).first()
    meant = custom.as_role if custom else ROLES.get(role)
    if meant is None:
        raise BadInput(_("There is no such role any more. Choose another one."), field="role")
    if meant.everywhere != (store is None):
        words = _("This role is held in all stores.") if store else _("This role needs a store.")
        raise BadInput(words, field="store")
    check_open(store)
    check_may_meet(meant, person.memberships.counting().with_places())
    membership, made = Membership.objects.get_or_create(
        user=person, store=store, role=role, defaults={"ends_on": last_day, "custom": custom}
    )
    if made or membership.ends_on != last_day:
        membership.ends_on = last_day
        membership.given_by_id = actor.user_id if actor else None
        membership.given_by_name = actor.name if actor else ""
        membership.asked_by_name = asked_by()
        membership.given_at = timezone.now()
        membership.save(update_fields=["ends_on", "given_by", "given_by_name", "asked_by_name", "given_at"])
    person.__dict__.pop("memberships_now", None)
    return membership


def check_may_meet(new: Role, held: Iterable[Membership]) -> None:
    """Raises: RolesConflict that says which roles may not meet and why, or that places do not fit"""
    roles = {one.role: one.as_role for one in held} | {new.code: new}
    words = " ".join(one.short for one in collisions(roles.values()))
    if not words and len({one.everywhere for one in roles.values()}) > 1:
        words = places_apart()
    if words:
        others = ", ".join(str(one.name) for code, one in roles.items() if code != new.code)
        raise RolesConflict(
            words,
            next_step=_("End what they hold first: %(held)s.") % {"held": others},
            field="role",
        )


@transaction.atomic
def seed_demo(*, actor: Actor) -> int:
    """Stores and people of the demo, each once; who is there keeps their password. How many were new."""
    stores = {}
    new = 0
    for one in demo.STORES:
        values = {"name": one.name, "till_code": one.till_code, "external_id": one.external_id}
        stores[one.code], made = Store.objects.get_or_create(code=one.code, defaults=values)
        new += made
    for who in demo.PEOPLE:
        person = User.objects.filter(email=who.email).first()
        if person is None:
            person = User.objects.create_user(who.email, who.name, demo.PASSWORD)
            new += 1
            # Only then: whoever was moved or lost a role on the pages keeps what was decided there.
            give_role(person, who.role, stores.get(who.store_code), actor=actor)
        if not person.mobile_digest:
            person.set_mobile(who.mobile)
            person.save(update_fields=["mobile_digest"])
    if new:
        record("staff.demo_seeded", actor=actor, details={"new": new})
    return new

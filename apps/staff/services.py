"""Making people: the first administrator, and the invented people of the demo; whose number is whose."""

from collections.abc import Callable

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from apps.audit.actor import Actor
from apps.audit.identifiers import PHONE_LIKE, mobile_digits
from apps.audit.services import record
from apps.core.errors import BadInput, Conflict
from apps.staff import demo
from apps.staff.models import Membership, Store, User, tidy_email
from apps.staff.roles import ROLES, in_conflict

SHORTEST_MOBILE = 8


def create_administrator(*, actor: Actor, email: str, name: str, password: str) -> User:
    """A new person who administers all stores.

    Raises: BadInput for an address, name or password that cannot be used; Conflict when the address is taken
    """
    with transaction.atomic():
        person = new_person(email, name, password)
        give_role(person, "administrator", None)
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

    Raises: BadInput for what is no mobile
    """
    typed = mobile.strip()
    if typed and not (PHONE_LIKE.fullmatch(typed) and SHORTEST_MOBILE <= len(mobile_digits(typed)) <= 15):
        raise BadInput(
            _("This is not a mobile number. Write it with its country code, such as +91 55599 00001."),
            field="mobile",
        )
    with transaction.atomic():
        person.set_mobile(typed)
        person.save(update_fields=["mobile_digest"])
        record("staff.mobile_set" if typed else "staff.mobile_removed", actor=actor, subject=person.name)
    return person


def add_role(*, actor: Actor, person: User, role: str, store_code: str) -> Membership:
    """One more role for somebody; roles held everywhere take no store.

    Raises: BadInput for a store that is not there or not fitting; Conflict for roles that may not meet
    """
    store = Store.objects.filter(code=store_code).first() if store_code else None
    if store_code and store is None:
        raise BadInput(_("There is no store with the code %(code)s.") % {"code": store_code}, field="store")
    with transaction.atomic():
        membership = give_role(person, role, store)
        details = {"role": ROLES[role].title, "store": store.code if store else "all"}
        record("staff.role_given", actor=actor, subject=person.name, details=details)
    return membership


def add_store(*, actor: Actor, code: str, name: str, till_code: str = "", external_id: str = "") -> Store:
    """A new store.

    Raises: BadInput for values that cannot be used or belong to another store
    """
    store = Store(
        code=code.strip(), name=name.strip(), till_code=till_code.strip(), external_id=external_id.strip()
    )
    try:
        store.full_clean()
    except ValidationError as error:
        raise BadInput(" ".join(error.messages), field=next(iter(error.message_dict))) from None
    with transaction.atomic():
        store.save()
        record("staff.store_added", actor=actor, subject=store.name, details={"till": store.till_code})
    return store


def new_person(email: str, name: str, password: str) -> User:
    """Raises: BadInput for what cannot be used; Conflict when the address is taken"""
    email = tidy_email(email)
    check_person(email, name, password)
    if User.objects.filter(email=email).exists():
        raise Conflict(
            _("There is a person with this e-mail address already."),
            next_step=_("Choose another address."),
        )
    return User.objects.create_user(email, name, password)


def check_person(email: str, name: str, password: str) -> None:
    """Raises: BadInput with every reason, and the field of the first."""
    person = User(email=email, name=name.strip())
    checks: dict[str, Callable[[], None]] = {
        "email": lambda: validate_email(email),
        "name": lambda: person.clean_fields(exclude=["password", "email"]),
        "password": lambda: validate_password(password, person),
    }
    for field, check in checks.items():
        try:
            check()
        except ValidationError as error:
            raise BadInput(" ".join(error.messages), field=field) from None


def give_role(person: User, role: str, store: Store | None) -> Membership:
    """Add a role, once; a role held everywhere takes no store and the others need one.

    Raises: Conflict when roles would meet that one person may not hold together
    """
    if ROLES[role].everywhere != (store is None):
        raise BadInput(_("This role is held in all stores.") if store else _("This role needs a store."))
    held = set(person.memberships.values_list("role", flat=True))
    if in_conflict(held | {role}):
        raise Conflict(
            _("Nobody both moves points and decides who may, and an auditor holds no other role."),
            next_step=_("Use a second account for the other role."),
        )
    membership, _made = Membership.objects.get_or_create(user=person, store=store, role=role)
    person.__dict__.pop("memberships_now", None)
    return membership


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
        if not person.mobile_digest:
            person.set_mobile(who.mobile)
            person.save(update_fields=["mobile_digest"])
        give_role(person, who.role, stores.get(who.store_code))
    if new:
        record("staff.demo_seeded", actor=actor, details={"new": new})
    return new

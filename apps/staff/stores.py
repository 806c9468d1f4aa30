"""The stores of a person, and the one they act for at the moment."""

from django.db.models import Q
from django.http import HttpRequest

from apps.staff.models import Store, User
from apps.staff.roles import Role

SESSION_KEY = "store"


def stores_of(user: User) -> list[Store]:
    """The stores the person works at, each once, by name; none for a role held everywhere."""
    found = {one.store.pk: one.store for one in user.memberships_now if one.store}
    return sorted(found.values(), key=lambda store: (store.name, store.pk))


def current_store(request: HttpRequest) -> Store | None:
    """The store chosen in this session, or the person's first; None for a role held everywhere."""
    if not isinstance(request.user, User):
        return None
    stores = stores_of(request.user)
    chosen = request.session.get(SESSION_KEY)
    return next((store for store in stores if store.pk == chosen), stores[0] if stores else None)


def role_at(user: User, store: Store | None) -> Role | None:
    """The role the person acts in: the first one held at this store, else the first of all."""
    here = {one.role for one in user.memberships_now if store and one.store_id == store.pk}
    roles = [one for one in user.roles if one.code in here] or user.roles
    return roles[0] if roles else None


def codes_named(text: str) -> list[str]:
    """Codes of the stores that are called this, by code or name; else of those with it in their name."""
    whole = Store.objects.filter(Q(code__iexact=text) | Q(name__iexact=text))
    found = list(whole.values_list("code", flat=True))
    return found or list(Store.objects.filter(name__icontains=text).values_list("code", flat=True))


def stores_where(user: User, permission: str) -> list[int]:
    """Ids of the stores in which the person holds a permission through a membership there."""
    stores = {one.store.pk: one.store for one in user.memberships_now if one.store}
    return [pk for pk, store in stores.items() if user.has_perm(permission, store)]

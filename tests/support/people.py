"""The same named people for all tests: an agent, two managers of different stores, an auditor, an administrator."""

from types import SimpleNamespace

import pytest
from django.test import Client

from apps.staff import demo


@pytest.fixture
def stores(db):
    """contact_centre, store_12 and store_07, as in the demo."""
    from apps.staff.models import Store

    made = {
        one.code: Store.objects.create(
            code=one.code, name=one.name, till_code=one.till_code, external_id=one.external_id
        )
        for one in demo.STORES
    }
    return SimpleNamespace(
        contact_centre=made["CC"], store_12=made["012"], store_07=made["007"], by_code=made
    )


def person(stores, name):
    """One of the demo's people, with their role; the password is demo.PASSWORD."""
    from apps.staff.models import User
    from apps.staff.services import give_role

    who = next(one for one in demo.PEOPLE if one.name == name)
    made = User.objects.create_user(who.email, who.name, demo.PASSWORD)
    give_role(made, who.role, stores.by_code.get(who.store_code))
    return made


@pytest.fixture
def agent(stores):
    """Asha Verma, agent at the Contact Centre."""
    return person(stores, "Asha Verma")


@pytest.fixture
def manager(stores):
    """Rohan Mehta, store manager of Store 12."""
    return person(stores, "Rohan Mehta")


@pytest.fixture
def other_manager(stores):
    """Tomas Berg, store manager of Store 07."""
    return person(stores, "Tomas Berg")


@pytest.fixture
def auditor(stores):
    """Lena Fischer, auditor of all stores."""
    return person(stores, "Lena Fischer")


@pytest.fixture
def administrator(stores):
    """Imran Qureshi, administrator of all stores."""
    return person(stores, "Imran Qureshi")


@pytest.fixture
def client_as(db):
    """A test client that is signed in: ``client_as(agent)``; ``client_as(agent, htmx=True)`` asks as htmx does."""

    def make(user=None, *, htmx=False):
        client = Client(headers={"HX-Request": "true"} if htmx else None)
        if user is not None:
            client.force_login(user, backend="apps.staff.backends.RoleBackend")
        return client

    return make

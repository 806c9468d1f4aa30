"""Stores and the page of the connection in a real browser: wide and on a phone, with axe."""

import pytest
from playwright.sync_api import expect

from apps.audit.actor import Actor
from apps.staff.models import Store
from apps.staff.outside_models import ConnectionCheck, TillCredentials
from apps.staff.stores_admin import closing, credentials

pytestmark = pytest.mark.django_db(transaction=True)

FINDINGS = [
    {"key": "sign_in", "state": "on", "said": "Capillary let the console in."},
    {
        "key": "goodwill",
        "state": "off",
        "said": "The loyalty system does not allow this request, or something it needs was left out.",
        "code": "403",
        "request_id": "A1B2C3D4E5F6A",
    },
    {"key": "reversal", "state": "unknown", "said": "Capillary does not tell this setting.", "code": "404"},
    {
        "key": "source:WECHAT:wx_with_a_very_long_name_of_an_account",
        "state": "wrong",
        "said": "The account of the source is not valid.",
        "code": "8011",
        "request_id": "F6A1B2C3D4E5F",
    },
]


def test_stores_and_the_connection_are_for_everybody(
    administrator,
    manager,
    stores,
    open_page,
    sign_in,
    look_at,
    watch,
    settings,
):
    watch.expect("status of 422")
    settings.CAPILLARY = {
        **settings.CAPILLARY,
        "auth": "basic",
        "username": "till.cc.01",
        "password": "of-ours",
    }
    actor = Actor(user_id=administrator.pk, name=administrator.name, role="Administrator")
    store = stores.store_12
    Store.objects.filter(pk=store.pk).update(
        external_id_1="an-external-id-that-is-as-long-as-they-may-be-at-some"
    )
    closing.close_store(actor=actor, pk=stores.store_07.pk, reason="The lease ended.")
    ConnectionCheck.objects.create(
        by=administrator, by_name=administrator.name, took_ms=912, findings=FINDINGS
    )
    page = open_page()
    sign_in(page, administrator)
    for path, heading in (("", "Stores"), (f"{store.pk}/close/", "Close Store 12")):
        page.goto(f"/stores/{path}")
        expect(page.get_by_role("heading", level=1)).to_have_text(heading)
        look_at(page, f"stores-{heading.split()[0].lower()}")
    page.goto(f"/stores/{store.pk}/till/")
    page.get_by_label("User name of the till").fill("till:012")
    page.get_by_label("Password of the till").fill("kestrel-paper-9")
    page.get_by_role("button", name="Keep the sign-in").click()
    expect(page.get_by_text("without a space or a colon")).to_be_visible()
    expect(page.get_by_label("User name of the till")).to_have_value("till:012")
    expect(page.get_by_label("Password of the till")).to_have_value("")
    look_at(page, "stores-till")
    credentials.give_credentials(actor=actor, pk=store.pk, username="till.012.01", password="kestrel-paper-9")
    TillCredentials.objects.update(
        tested_at=administrator.joined_at,
        tested_by=administrator.name,
        tested_outcome="not_done",
        tested_words="Capillary did not accept this user name and password.",
        tested_code="401",
        tested_request_id="A1B2C3D4E5F6A",
    )
    page.goto(f"/stores/{store.pk}/")
    expect(page.get_by_text("did not accept this user name")).to_be_visible()
    look_at(page, "stores-tested")
    page.goto("/connection/")
    expect(page.get_by_text("Goodwill can be neither asked for nor decided")).to_be_visible()
    look_at(page, "connection")

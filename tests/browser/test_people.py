"""What an administrator does with people, in a real browser: every width and look, with axe, and without script."""

import re

import pytest
from playwright.sync_api import expect

from apps.staff.models import User
from apps.staff.services import give_role

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_pages_are_for_everybody(
    administrator,
    agent,
    manager,
    stores,
    open_page,
    sign_in,
    look_at,
    watch,
):
    watch.expect("status of 4(04|22)")
    User.objects.filter(pk=manager.pk).update(is_active=False)
    give_role(agent, "store_manager", stores.store_07)
    page = open_page()
    sign_in(page, administrator)
    held = agent.memberships.first().pk
    for path, heading in (
        ("", agent.name),
        ("roles/give/", f"Give {agent.name} a role"),
        (f"roles/{held}/end/", f"End a role of {agent.name}"),
        (f"roles/{held}/move/", f"Move {agent.name} to another store"),
        ("deactivate/", f"Deactivate {agent.name}"),
    ):
        page.goto(f"/people/{agent.pk}/{path}")
        expect(page.get_by_role("heading", level=1)).to_have_text(heading)
        look_at(page, f"person-{path.split('/')[-2] if path else 'page'}")
    for other in (manager, administrator):
        page.goto(f"/people/{other.pk}/")
        look_at(page, f"person-{other.pk}")
    page.goto("/people/invite/")
    page.get_by_label("Name").fill("Bina Rao")
    page.get_by_role("button", name="Invite").click()
    expect(page.get_by_text("Type their work e-mail.")).to_be_visible()
    expect(page.get_by_label("Name")).to_have_value("Bina Rao")
    look_at(page, "person-invite")
    page.get_by_label("Work e-mail").fill("bina.rao@example.com")
    page.get_by_label("Role").select_option("Agent")
    page.get_by_label("Contact Centre").check()
    page.get_by_role("button", name="Invite").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Link for Bina Rao")
    look_at(page, "person-invite-made")
    link = re.search(r"/welcome/\S+/", page.locator("code").inner_text())[0]
    page.get_by_role("link", name="I have passed it on").click()
    expect(page.get_by_text("Waits for them")).to_be_visible()
    look_at(page, "person-invited")
    guest = open_page()
    for path, heading in ((link, "Set your password"), ("/welcome/nonsense/", "This link does not work")):
        guest.goto(path)
        expect(guest.get_by_role("heading", level=1)).to_have_text(heading)
        look_at(guest, f"{heading.split()[0].lower()}")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_a_person_comes_moves_and_goes(administrator, stores, open_page, sign_in, script):
    page, guest = open_page(script=script), open_page(script=script)
    sign_in(page, administrator)
    page.goto("/people/")
    page.get_by_role("link", name="Invite somebody").click()
    page.get_by_label("Name").fill("Bina Rao")
    page.get_by_label("Work e-mail").fill("bina.rao@example.com")
    page.get_by_label("Role").select_option("Agent")
    page.get_by_label("Store 12").check()
    page.get_by_role("button", name="Invite").click()
    guest.goto(re.search(r"/welcome/\S+/", page.locator("code").inner_text())[0])
    guest.get_by_label("New password", exact=True).fill("harbour lantern mosaic")
    guest.get_by_label("New password again").fill("harbour lantern mosaic")
    guest.get_by_role("button", name="Set the password").click()
    expect(guest.get_by_text("Your password is set. Sign in with it.")).to_be_visible()
    guest.get_by_label("Work e-mail").fill("bina.rao@example.com")
    guest.get_by_label("Password").fill("harbour lantern mosaic")
    guest.get_by_role("button", name="Sign in", exact=True).click()
    expect(guest).to_have_url(re.compile(r"/customers/$"))
    page.get_by_role("link", name="I have passed it on").click()
    page.get_by_role("link", name="Move Agent, Store 12").click()
    page.get_by_label("To the store").select_option("Store 07")
    page.get_by_role("button", name="Move", exact=True).click()
    page.get_by_role("link", name="End Agent, Store 07").click()
    page.get_by_role("link", name="Keep the role").click()
    page.get_by_role("link", name="Deactivate Bina Rao").click()
    page.get_by_role("button", name="Deactivate Bina Rao").click()
    expect(page.get_by_text("Deactivated", exact=True)).to_be_visible()
    guest.reload()
    expect(guest).to_have_url(re.compile(r"/sign-in/"))
    page.get_by_role("button", name="Reactivate Bina Rao").click()
    expect(page.get_by_text("Active", exact=True)).to_be_visible()
    assert User.objects.get(name="Bina Rao").memberships.get().store.code == "007"

"""The secret key is exchanged: what was sealed and signed under the old one is read, and sealed anew."""

import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.test import Client

from apps.audit.models import Entry
from apps.core.sealing import MARK, Sealer
from apps.operations.models import FilePart, StoredFile
from apps.staff.demo import PASSWORD
from apps.staff.factor_models import Authenticator
from apps.staff.outside_models import TillCredentials

pytestmark = [pytest.mark.django_db, pytest.mark.alike]

NEW, NEWER = "n" * 50, "m" * 50


@pytest.fixture
def kept(agent, stores):
    """A text, two values together, and bytes; each in a table of its own."""
    app = Authenticator(person=agent, last_step=1)
    app.secret = "JBSWY3DPEHPK3PXP"
    app.save()
    pair = TillCredentials.sealed_pair("till.012", "harbour lantern")
    TillCredentials.objects.create(store=stores.store_12, sealed=pair, given_by="Imran Qureshi")
    StoredFile.objects.create(name="customers.csv").add_part(0, b"Customer id\n387483006\n")

    def read():
        return (
            Authenticator.objects.get().secret,
            TillCredentials.objects.get().open(),
            FilePart.objects.get().data,
        )

    return read


def reseal(*arguments):
    out = StringIO()
    call_command("reseal", *arguments, stdout=out)
    return out.getvalue()


def test_the_secret_key_is_exchanged_and_the_old_one_taken_away(kept, settings):
    before, old = kept(), settings.SECRET_KEY
    assert before == ("JBSWY3DPEHPK3PXP", ("till.012", "harbour lantern"), b"Customer id\n387483006\n")
    settings.SECRET_KEY = NEW
    assert kept() == ("", None, b"")
    settings.SECRET_KEY_FALLBACKS = [old]
    assert kept() == before
    assert "operations.FilePart.sealed: 0 under the key of now, 1 under older keys" in reseal("--check")
    assert not Entry.objects.filter(action="staff.resealed").exists()
    said = reseal()
    for column in ("staff.Authenticator.sealed_secret", "staff.TillCredentials.sealed"):
        assert f"{column}: 0 under the key of now, 1 sealed anew, 0 unknown" in said
    assert "Nothing that is kept needs an older key any more." in said
    assert Entry.objects.get(action="staff.resealed").content["details"]["count"] == 3
    settings.SECRET_KEY_FALLBACKS = []
    assert kept() == before
    # Again it finds nothing to do; two exchanges in a row are one.
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = NEWER, [NEW, old]
    assert "0 under older keys" not in reseal("--check")
    reseal()
    assert "0 sealed anew" in reseal()
    assert Entry.objects.filter(action="staff.resealed").count() == 2
    settings.SECRET_KEY_FALLBACKS = []
    assert kept() == before


def failing(statement, after, error):
    """The database, or whoever sits before it, ends it at a statement like this, after so many that went well."""
    left = [after]

    def wrapper(execute, sql, *told):
        if re.match(statement, sql):
            if not left[0]:
                raise error
            left[0] -= 1
        return execute(sql, *told)

    return connection.execute_wrapper(wrapper)


@pytest.mark.django_db(transaction=True)
def test_the_trail_says_that_it_begins_before_anything_is_written_and_then_how_far_it_came(kept, settings):
    before, entry, away = kept(), r'INSERT INTO "?audit_entry\b', OperationalError("the disk is full")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = NEW, [settings.SECRET_KEY]

    def stands():
        written = Entry.objects.filter(action__in=("staff.resealing", "staff.resealed")).order_by("id")
        older = sum(map(int, re.findall(r"(\d+) under older keys", reseal("--check"))))
        return older, [one.action.removeprefix("staff.") for one in written]

    with failing(entry, 0, away), pytest.raises(CommandError, match="trail cannot be written at the moment"):
        reseal()
    assert stands() == (3, [])
    sealed = 'UPDATE "(staff_authenticator|staff_tillcredentials|operations_filepart)"'
    with failing(sealed, 1, KeyboardInterrupt), pytest.raises(KeyboardInterrupt):
        reseal()
    assert stands() == (2, ["resealing", "resealed"])
    stopped = Entry.objects.get(action="staff.resealed").content["details"]
    assert (stopped["count"], stopped["stopped"]) == (1, True)
    with (
        failing(entry, 1, away),
        pytest.raises(CommandError, match=r"^2 values are sealed anew; the audit trail"),
    ):
        reseal()
    assert stands() == (0, ["resealing", "resealed", "resealing"])
    settings.SECRET_KEY_FALLBACKS = []
    assert kept() == before


def test_what_no_key_opens_is_told_and_left_as_it_is(kept, settings):
    settings.SECRET_KEY = NEW
    stood = Authenticator.objects.get().sealed_secret
    said = reseal()
    assert "staff.Authenticator.sealed_secret: 0 under the key of now, 0 sealed anew, 1 unknown" in said
    assert "is one missing?" in said
    assert Authenticator.objects.get().sealed_secret == stood


def test_every_sealed_value_begins_as_it_is_looked_for():
    for plain in (b"x", b"x" * 1000):
        assert Sealer("a test").seal_bytes(plain).startswith(MARK)


def test_people_stay_signed_in_and_browsers_known(agent, settings):
    client = Client()
    sent = {"username": agent.email, "password": PASSWORD}
    client.post("/sign-in/", sent)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = NEW, [settings.SECRET_KEY]
    assert client.get("/account/sessions/").content.decode().count('<th scope="row"') == 1
    assert client.get("/account/").status_code == 200
    client.post("/sign-out/")
    client.post("/sign-in/", sent)
    came = Entry.objects.filter(action="staff.signed_in").order_by("id")
    assert [bool(one.content["details"].get("new_browser")) for one in came] == [True, False]
    settings.SECRET_KEY_FALLBACKS = []
    assert client.get("/account/").status_code == 200

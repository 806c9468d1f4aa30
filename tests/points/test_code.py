"""The one-time code lives for the length of one call: it is found in no table, no file and no log."""

import io
import json
import logging
import sqlite3

import pytest
from django.apps import apps
from django.db import connection

from apps.audit.models import Entry
from apps.capillary.errors import Rejected
from apps.points.models import Redemption
from tests.points.conftest import REDEEM
from tests.points.test_faults import PEOPLE
from tests.support.dying import run_and_die

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def spoken(caplog):
    """Everything any logger says, down to debug, as text."""
    kept = io.StringIO()
    handler = logging.StreamHandler(kept)
    root, was = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    caplog.set_level(logging.DEBUG)
    yield kept
    root.removeHandler(handler)
    root.setLevel(was)


def everything():
    """All values of all tables, of every type, as bytes in one piece."""
    names = connection.introspection.table_names()
    assert Redemption._meta.db_table in names
    assert Entry._meta.db_table in names
    pieces = []
    with connection.cursor() as cursor:
        for name in names:
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(name)}")
            pieces += [_bytes(value) for row in cursor.fetchall() for value in row]
    return b"\n".join(pieces)


def _bytes(value):
    if isinstance(value, memoryview | bytes):
        return bytes(value)
    return (value if isinstance(value, str) else json.dumps(value, default=str)).encode()


def nowhere(code, *, logs=""):
    """Neither as it is nor turned into bytes some other way."""
    kept = everything()
    for form in (code.encode(), code.encode("utf-16-le"), code.encode().hex().encode()):
        assert form not in kept
    assert code not in logs


# Long enough that neither stands anywhere by chance, as six digits may in a time or a hash.
CODES = ("830174659283017465", "Karamell83Quitte")


def code_like(desk, outside, wanted, code):
    """Have a code sent, and let it be this one."""
    desk.code(wanted)
    with sqlite3.connect(outside.database, timeout=20) as rows:
        rows.execute(
            "UPDATE sandbox_onetimecode SET code = ? WHERE customer_id = ?", [code, wanted.customer_id]
        )
    return code


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("fault", [None, "drop_before", "drop_after", "status", "nonsense"])
def test_after_redeeming_the_code_is_nowhere(desk, outside, spoken, fault, code):
    wanted = desk.wanted(100)
    code_like(desk, outside, wanted, code)
    if fault:
        outside.add_fault(path=REDEEM, count=1, kind=fault, status=500)
    act = desk.send_in(wanted, code)
    assert act.state == ("unknown" if fault else "done")
    desk.settle()
    desk.prove()
    [sent] = outside.requests(path=REDEEM)
    assert code in json.dumps(sent)
    nowhere(code, logs=spoken.getvalue())


def test_a_wrong_code_is_nowhere_either_nor_in_what_is_told(desk, outside, spoken):
    desk.code(desk.wanted(100))
    with pytest.raises(Rejected) as no:
        desk.send_in(desk.wanted(100), CODES[1])
    told = f"{no.value!r} {no.value.message} {no.value.next_step} {no.value.said} {no.value.__cause__!r}"
    assert CODES[1] not in told
    nowhere(CODES[1], logs=spoken.getvalue())


def test_a_process_that_dies_with_the_code_leaves_it_nowhere(desk, outside):
    wanted = desk.wanted(100)
    code = code_like(desk, outside, wanted, CODES[0])
    words = f"""
redeem(**by("Asha Verma"), code="{code}",
    wanted=Wanted(customer_id={desk.customer_id}, points=Decimal(100), token=uuid.UUID("{wanted.token}")))
"""
    run_and_die("v1.1.points.redeem", PEOPLE + words, outside.url)
    desk.settle()
    assert Redemption.objects.get().state == "done"
    nowhere(code)


def test_no_column_of_the_room_could_hold_it():
    fields = {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_app_config("points").get_models()
        for field in model._meta.fields
    }
    assert {name for name in fields if name.endswith(".code")} == {
        # The outside's own code of a refusal ("808").
        "points.CodeSending.code",
        "points.Redemption.code",
        "points.ReversalAct.code",
    }
    assert "validation" not in " ".join(fields)

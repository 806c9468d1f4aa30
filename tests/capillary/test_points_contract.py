"""Redeeming and reversing against the real look-alike: in every dialect, list mode and form, with every switch."""

from decimal import Decimal

import pytest

from apps.capillary.errors import CustomerNotFound, Rejected
from apps.capillary.naming import for_points, for_reversal
from apps.capillary.resources import customers, points
from tests.capillary.points_acts import (
    SPENT,
    WHO,
    asking,
    code_for,
    found_again,
    ledger_of,
    messages,
    redeem,
)
from tests.capillary.test_contract import MODES, connect

__all__ = ["connect"]
SMALL = Decimal(50)


def check(sandbox, amount=SPENT, who=WHO, **more):
    return points.is_redeemable(points=Decimal(amount), mobile=sandbox.identifier(who, "mobile"), **more)


@pytest.mark.parametrize(("dialect", "lists", "form"), MODES)
def test_checked_redeemed_reversed_and_read_back_in_every_mode(connect, sandbox, dialect, lists, form):
    client = connect(f"dialect={dialect}; lists={lists}", v11_format=form)
    checked = client.send(check(sandbox, SMALL))
    assert (checked.redeemable, checked.points) == (True, SMALL)
    done, ours = redeem(client, sandbox, points=SMALL)
    assert (done.points, done.customer_id) == (SMALL, str(sandbox.characters[WHO]["id"]))
    assert (done.redemption_id.isalnum(), done.number.isdecimal()) == (True, True)
    assert done.balance == checked.balance - SMALL or done.balance == checked.balance
    (spent,) = found_again(client, sandbox, ours)
    assert (spent.id, spent.points, spent.reversals) == (done.number, SMALL, ())
    back = client.send(points.reverse(redemption_id=done.redemption_id, points=Decimal(20)))
    assert (back.points, back.redemption_id, back.customer_id) == (
        Decimal(20),
        done.redemption_id,
        done.customer_id,
    )
    (spent,) = found_again(client, sandbox, ours)
    (reversal,) = spent.reversals
    assert (reversal.points, spent.remaining_points, bool(reversal.by)) == (Decimal(20), Decimal(30), True)
    assert spent.redeemed_at <= reversal.reversed_at
    rest = client.send(
        points.reverse(
            redemption_id=spent.id,
            points=spent.remaining_points,
            identifier_type="mobile",
            identifier_value=sandbox.identifier(WHO, "mobile"),
        )
    )
    assert rest.reversal_id != back.reversal_id
    (spent,) = found_again(client, sandbox, ours)
    assert (spent.remaining_points, len({one.id for one in spent.reversals})) == (Decimal(0), 2)


@pytest.mark.parametrize("xml", ["native", "converted"])
def test_both_xml_forms_mean_the_same(connect, sandbox, xml):
    client = connect(f"xml={xml}", v11_format="xml")
    assert client.send(check(sandbox, SMALL)).redeemable
    done, ours = redeem(client, sandbox, points=SMALL)
    assert found_again(client, sandbox, ours)[0].id == done.number


@pytest.mark.parametrize("shape", ["nested", "flat"])
@pytest.mark.parametrize("flags", ["failing", "true"])
@pytest.mark.parametrize("form", ["json", "xml"])
def test_what_cannot_be_redeemed_is_refused_beside_its_field(connect, sandbox, shape, flags, form):
    client = connect(f"redeemable_shape={shape}; redeemable_flags={flags}", v11_format=form)
    assert client.send(check(sandbox, SMALL)).redeemable
    with pytest.raises(Rejected) as caught:
        client.send(check(sandbox, 100_000))
    assert (caught.value.code, caught.value.field) == ("819", "points")
    assert caught.value.said == "At most 1000 points can be redeemed at once"


@pytest.mark.parametrize(
    ("who", "amount", "code"),
    [("fraud", 50, {"809", "820", "3045"}), ("expired", 50, {"803", "804", "813", "818"})],
)
def test_whose_points_cannot_be_redeemed(connect, sandbox, who, amount, code):
    with pytest.raises(Rejected) as caught:
        connect().send(check(sandbox, amount, who))
    assert caught.value.code in code


def test_people_nobody_knows_and_people_without_points(connect, sandbox):
    client = connect()
    for call in (
        points.is_redeemable(points=SMALL, mobile="915550999999"),
        points.validation_code(points=SMALL, customer_id=999_999_999),
        points.redeem(points=SMALL, mobile="915550999999", reference="R-1", code="123456"),
    ):
        with pytest.raises(Rejected) as caught:
            client.send(call)
        assert caught.value.code in {"802", "816", "1012", "8015"}
        assert isinstance(caught.value, CustomerNotFound) or caught.value.field == "identifier"
    with pytest.raises(Rejected) as caught:
        client.send(check(sandbox, SMALL, "not_loyal"))
    assert caught.value.code in {"686", "881"}


@pytest.mark.parametrize(
    ("switch", "code"), [("redeemable=827", "827"), ("redeemable=815", "815"), ("redeemable=895", "895")]
)
def test_a_programme_that_refuses_says_so(connect, sandbox, switch, code):
    with pytest.raises(Rejected) as caught:
        connect(switch).send(check(sandbox))
    assert caught.value.code == code


def test_a_code_is_sent_and_the_same_again(connect, sandbox, memory):
    client = connect()
    before = len(messages(sandbox))
    first, second = code_for(client, sandbox, "abroad"), code_for(client, sandbox, "abroad")
    assert first == second
    assert len(messages(sandbox)) == before + 2
    assert all(intent.write for intent in memory.intents if "validationcode" in intent.path)


@pytest.mark.parametrize("switch", ["codes=not_issued", "codes=not_sent"])
@pytest.mark.parametrize("form", ["json", "xml"])
def test_a_code_that_did_not_go_out_is_a_no(connect, sandbox, switch, form):
    before = len(messages(sandbox))
    with pytest.raises(Rejected) as caught:
        code_for(connect(switch, v11_format=form), sandbox)
    assert caught.value.outcome_known
    assert len(messages(sandbox)) == before


@pytest.mark.parametrize("http_errors", ["off", "on"])
@pytest.mark.parametrize("form", ["json", "xml"])
def test_a_wrong_code_moves_nothing_and_is_kept_nowhere(connect, sandbox, memory, http_errors, form):
    client = connect(f"http_errors={http_errors}", v11_format=form)
    right = code_for(client, sandbox)
    wrong = f"{(int(right) + 1) % 1_000_000:06d}"
    asked = asking(sandbox, code=wrong)
    with pytest.raises(Rejected) as caught:
        client.send(points.redeem(**asked))
    assert (caught.value.code, caught.value.field) == ("808", "code")
    assert found_again(client, sandbox, asked["reference"]) == ()
    client.send(points.redeem(**{**asked, "code": right}))
    assert len(found_again(client, sandbox, asked["reference"])) == 1
    kept = repr([(one.params, one.body) for one in memory.intents]) + repr(
        [one.reply for one in memory.outcomes]
    )
    assert right not in kept
    assert wrong not in kept + repr(vars(caught.value))


def test_the_code_that_worked_is_kept_nowhere_either(connect, sandbox, memory):
    client = connect()
    code = code_for(client, sandbox)
    _done, ours = redeem(client, sandbox, code=code)
    (spent,) = found_again(client, sandbox, ours)
    kept = repr([(one.params, one.body) for one in memory.intents]) + repr(
        [one.reply for one in memory.outcomes]
    )
    assert code not in kept + repr(spent) + repr(spent.raw)
    assert ours in kept


@pytest.mark.parametrize("switch", ["redeem=817", "redeem=815", "redeem=827"])
def test_a_refused_redemption_is_not_done(connect, sandbox, switch):
    plain = connect()
    asked = asking(sandbox, code=code_for(plain, sandbox))
    with pytest.raises(Rejected) as caught:
        connect(switch).send(points.redeem(**asked))
    assert caught.value.code == switch.removeprefix("redeem=")
    assert found_again(plain, sandbox, asked["reference"]) == ()
    plain.send(points.redeem(**asked))
    assert len(found_again(plain, sandbox, asked["reference"])) == 1


@pytest.mark.parametrize("told", ["errors", "warnings"])
@pytest.mark.parametrize("http_errors", ["off", "on"])
def test_refused_reversals_give_nothing_back(connect, sandbox, told, http_errors):
    client = connect(f"reversal_refusals={told}; http_errors={http_errors}")
    done, ours = redeem(client, sandbox, points=SMALL)
    stranger = {"identifier_type": "mobile", "identifier_value": sandbox.identifier("fraud", "mobile")}
    for values, code in (
        ({"redemption_id": "zzzzzz"}, {"902"}),
        (stranger, {"904"}),
        ({"points": SMALL + 1}, {"810", "901"}),
    ):
        with pytest.raises(Rejected) as caught:
            client.send(points.reverse(**{"redemption_id": done.redemption_id, "points": SMALL, **values}))
        assert caught.value.code in code, values
    assert found_again(client, sandbox, ours)[0].reversals == ()
    client.send(points.reverse(redemption_id=done.redemption_id, points=SMALL))
    with pytest.raises(Rejected) as caught:
        client.send(points.reverse(redemption_id=done.redemption_id, points=SMALL))
    assert (caught.value.code, caught.value.field) == ("3802", "redemption")
    assert len(found_again(client, sandbox, ours)[0].reversals) == 1


@pytest.mark.parametrize(("switch", "code"), [("reversal=off", "905"), ("reversal=903", "903")])
@pytest.mark.parametrize("told", ["errors", "warnings"])
def test_reversals_switched_off_are_a_no(connect, sandbox, switch, code, told):
    done, _ours = redeem(connect(), sandbox, points=SMALL)
    with pytest.raises(Rejected) as caught:
        connect(f"{switch}; reversal_refusals={told}").send(
            points.reverse(redemption_id=done.redemption_id, points=SMALL)
        )
    assert caught.value.code == code


@pytest.mark.parametrize("ids", ["short", "long"])
def test_a_side_that_knows_one_kind_of_id_takes_that_one(connect, sandbox, ids):
    client = connect(f"reversal_ids={ids}")
    done, _ours = redeem(client, sandbox, points=SMALL)
    right, wrong = (done.redemption_id, done.number) if ids == "short" else (done.number, done.redemption_id)
    with pytest.raises(Rejected):
        client.send(points.reverse(redemption_id=wrong, points=SMALL))
    assert client.send(points.reverse(redemption_id=right, points=SMALL)).points == SMALL


def test_giving_back_less_than_asked_is_told(connect, sandbox):
    client = connect("over_reversal=capped")
    done, _ours = redeem(client, sandbox, points=SMALL)
    back = client.send(points.reverse(redemption_id=done.redemption_id, points=SMALL + 10))
    assert back.points == SMALL


@pytest.mark.parametrize("who", ["wechat_both", "fractions", "cards"])
def test_customers_are_named_by_what_they_are_known_by(connect, sandbox, who):
    client = connect()
    person = client.send(customers.get(customer_id=sandbox.characters[who]["id"], source="ALL"))
    found = client.send(points.is_redeemable(points=SMALL, **for_points(person)))
    assert found.points == SMALL
    assert for_reversal(person)


@pytest.mark.parametrize("counts", ["page", "row"])
def test_the_whole_ledger_is_read_whichever_way_it_counts(connect, sandbox, counts):
    client = connect(f"ledger_offset={counts}")
    done, _ours = redeem(client, sandbox, "everything", points=SMALL)
    for _ in range(12):
        client.send(points.reverse(redemption_id=done.redemption_id, points=Decimal(1)))
    entries = ledger_of(client, sandbox, "everything")
    assert len(entries) > 12
    assert len({entry.id for entry in entries}) == len(entries)
    assert sum(1 for entry in entries if entry.points == 1) >= 12
    assert any(entry.points == -SMALL for entry in entries)

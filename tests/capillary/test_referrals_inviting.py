"""Inviting ends for every person in invited, refused or not known: never in a guess, never sent twice."""

import json
import time

import pytest
from hypothesis import given, settings

from apps.capillary.conclude import conclude
from apps.capillary.errors import CustomerMerged, CustomerNotFound, OutcomeUnknown, Rejected, Unauthorized
from apps.capillary.exchange import Reply
from apps.capillary.resources import referrals
from apps.capillary.types_referrals import Invitation
from apps.core.errors import BadInput
from tests.capillary.referral_shapes import (
    DROP,
    EMAIL,
    ITEM,
    LEELA,
    MOBILE,
    NO,
    NO_ERRORS,
    ROHAN,
    STRINGS,
    TARA,
    YES,
    answer,
    changed,
    echo,
    row,
)
from tests.capillary.test_any_json import junk

ALL_FAILED = {"success": "false", "code": "500", "message": "all failed"}
PARTLY = {"success": True, "code": 201, "message": "some failed"}
REFUSED_ITEM = {"success": "false", "code": "1205", "message": "referrer not in campaign"}
PEOPLE = (LEELA, ROHAN, TARA)
V1 = answer(("MOBILE", [row(1, LEELA), row(3, TARA)]), ("EMAIL", [row(2, ROHAN)]))
V2 = echo(("MOBILE", [LEELA, TARA]), ("EMAIL", [ROHAN]), **NO_ERRORS)
BARE = echo(("MOBILE", [LEELA, TARA]), ("EMAIL", [ROHAN]))


def invite(*people, dialect="auto", **more):
    return referrals.invite(customer_id=341594, invitations=people or PEOPLE, dialect=dialect, **more)


def verdicts(found):
    return [one.verdict for one in found.rows]


both = pytest.mark.parametrize(("dialect", "good"), [("v1.1", V1), ("v2", V2)], ids=["v1.1", "v2"])


def test_version_1_is_asked_with_each_kind_under_the_customer(client, outside, memory):
    outside.says(V1)
    found = client.send(invite(campaign_token="CWRME"))
    assert verdicts(found) == ["invited"] * 3
    assert {one.code for one in found.rows} == {"100"}
    assert found.customer_id == "341594"
    method, path, _, body = outside.seen[0]
    assert (method, path) == ("POST", "/v1.1/customer/referrals")
    first, second = json.loads(body)["root"]["customer"]
    assert first == {
        "id": "341594",
        "referrals": {
            "campaign_token": "CWRME",
            "referral_type": {
                "type": "SMS",
                "referral": [
                    {"id": "1", "name": "Leela Nair", "identifier": MOBILE},
                    {"id": "3", "name": "Tara", "identifier": TARA.identifier},
                ],
            },
        },
    }
    assert second["referrals"]["referral_type"]["type"] == "EMAIL"
    assert memory.outcomes[-1].outcome == "done"
    assert memory.outcomes[-1].codes == ("200", "1000", "100")


def test_version_2_is_asked_with_the_customer_in_path_and_body(client, outside, memory):
    outside.says(V2)
    found = client.send(invite(dialect="v2", campaign_token="CWRME"))
    assert verdicts(found) == ["invited"] * 3
    assert {(one.code, one.words) for one in found.rows} == {("", "The person was invited.")}
    method, path, _, body = outside.seen[0]
    assert (method, path) == ("POST", "/v2/customers/341594/referrals")
    (sent,) = json.loads(body)["customerReferrals"]
    assert (sent["customer"], sent["campaignToken"]) == ({"id": 341594}, "CWRME")
    assert [group["type"] for group in sent["referrals"]] == ["MOBILE", "EMAIL"]
    assert sent["referrals"][1]["referral"] == [{"name": ROHAN.name, "identifier": EMAIL}]
    assert memory.outcomes[-1].outcome == "done"


def test_without_a_campaign_or_a_name_neither_is_sent():
    for dialect in ("v1.1", "v2"):
        written = repr(invite(Invitation("MOBILE", MOBILE), dialect=dialect).body)
        assert "ampaign" not in written
        assert "name" not in written


@both
def test_a_write_that_is_sent_once(client, outside, memory, dialect, good):
    outside.says(good)
    client.send(invite(dialect=dialect))
    assert len(outside.seen) == 1
    assert memory.intents[-1].write


class TestRowByRow:
    def test_some_in_and_some_refused_is_known(self, client, outside, memory):
        rows = [row(1, LEELA), row(2, ROHAN, NO), row(3, TARA, {"success": "false", "code": "1204"})]
        for status in (STRINGS, PARTLY, {"success": "false", "code": "201"}):
            for item in (ITEM, {"success": "false", "code": "201"}, {"success": "false", "code": "1204"}):
                outside.says(answer(("MOBILE", rows), status=status, item=item))
                found = client.send(invite())
                assert verdicts(found) == ["invited", "refused", "refused"]
                assert [one.code for one in found.rows] == ["100", "1206", "1204"]
                assert found.rows[1].field == "channel"
                assert found.rows[1].words == "This way of inviting is not supported."
                assert memory.outcomes[-1].outcome == "done"
                assert {"100", "1206", "1204"} <= set(memory.outcomes[-1].codes)

    @pytest.mark.parametrize("status", [STRINGS, ALL_FAILED, PARTLY])
    @pytest.mark.parametrize("http", [200, 400, 500])
    def test_all_refused_is_known_and_not_done_under_any_http_status(
        self, client, outside, memory, status, http
    ):
        body = answer(("MOBILE", [row(1, LEELA, NO), row(2, ROHAN, NO), row(3, TARA, NO)]), status=status)
        outside.says(lambda handler: handler.json(body, status=http))
        found = client.send(invite())
        assert verdicts(found) == ["refused"] * 3
        assert memory.outcomes[-1].outcome == "not_done"

    def test_a_row_the_answer_leaves_out_is_not_known(self, client, outside, memory):
        for dialect, body in (
            ("v1.1", answer(("MOBILE", [row(1, LEELA), row(2, ROHAN, NO)]))),
            ("v2", echo(("MOBILE", [LEELA]), **NO_ERRORS)),
        ):
            outside.says(body)
            found = client.send(invite(dialect=dialect))
            assert verdicts(found)[0::2] == ["invited", "unknown"]
            assert "Do not repeat it" in found.rows[2].next_step
            assert memory.outcomes[-1].outcome == "unknown"

    @pytest.mark.parametrize(
        ("status", "verdict"),
        [
            ({"success": "true", "code": "100"}, "invited"),
            ({"success": True, "code": 100}, "invited"),
            ({"status": "true", "code": "1000"}, "invited"),
            ({"code": "100"}, "invited"),
            ({"success": "true", "code": "1206", "message": "flags say yes"}, "refused"),
            ({"success": "false", "code": "9777", "message": "Invited already"}, "refused"),
            ({"success": "false", "message": "Invited already"}, "refused"),
            ({"success": "false", "code": "100"}, "unknown"),
            ({"success": "true", "code": "9777"}, "unknown"),
            ({"success": "true"}, "unknown"),
            ({"success": "false"}, "unknown"),
            ({"success": "false", "code": "500", "message": "oops"}, "unknown"),
            ({"success": "false", "code": "407"}, "unknown"),
            ({"success": "true", "code": "201"}, "unknown"),
            ("100", "unknown"),
            (None, "unknown"),
        ],
    )
    def test_what_a_block_means(self, client, outside, status, verdict):
        outside.says(answer(("MOBILE", [row(1, LEELA, status), row(2, ROHAN), row(3, TARA)])))
        assert verdicts(client.send(invite())) == [verdict, "invited", "invited"]

    def test_the_outsides_own_words_where_we_have_none(self, client, outside):
        said = {"success": "false", "code": "9777", "message": f"{MOBILE} was invited before."}
        outside.says(answer(("MOBILE", [row(1, LEELA, said), row(2, ROHAN), row(3, TARA)])))
        refused = client.send(invite()).rows[0]
        assert refused.code == "9777"
        assert "was invited before." in refused.next_step
        assert MOBILE not in refused.next_step

    @pytest.mark.parametrize(
        "written", [MOBILE, f"+{MOBILE}", int(MOBILE), MOBILE[2:], f"0044{MOBILE[2:]}", "+44 7700 900301"]
    )
    def test_a_number_with_or_without_its_country_code(self, client, outside, written):
        outside.says(answer(("MOBILE", [row(7, LEELA, NO, identifier=written), row(8, ROHAN), row(9, TARA)])))
        assert verdicts(client.send(invite())) == ["refused", "invited", "invited"]

    def test_an_address_in_another_case_and_rows_in_another_order(self, client, outside):
        rows = [row(1, TARA, NO), row(2, ROHAN, identifier=EMAIL.upper()), row(3, LEELA)]
        outside.says(answer(("MOBILE", rows)))
        assert verdicts(client.send(invite())) == ["invited", "invited", "refused"]

    def test_a_row_without_identifier_counts_by_its_number(self, client, outside):
        rows = [row(2, ROHAN, NO, identifier=None), row(1, LEELA), row(3, TARA, identifier="")]
        outside.says(answer(("MOBILE", rows)))
        assert verdicts(client.send(invite())) == ["invited", "refused", "invited"]

    def test_two_answers_for_one_person_that_disagree_are_not_known(self, client, outside):
        outside.says(answer(("MOBILE", [row(1, LEELA), row(1, LEELA, NO), row(2, ROHAN), row(3, TARA)])))
        assert verdicts(client.send(invite())) == ["unknown", "invited", "invited"]

    def test_one_answer_that_two_people_could_be_is_nobodys(self, client, outside):
        twin = Invitation("MOBILE", f"1{MOBILE[2:]}")
        outside.says(answer(("MOBILE", [row("", LEELA, identifier=MOBILE[2:]), row(3, TARA)])))
        assert verdicts(client.send(invite(LEELA, twin, TARA))) == ["unknown", "unknown", "invited"]

    def test_strangers_in_the_answer_change_nothing(self, client, outside):
        stranger = Invitation("EMAIL", "somebody.else@example.com")
        outside.says(answer(("MOBILE", [row(1, stranger, NO), row(1, LEELA), row(2, ROHAN), row(3, TARA)])))
        assert verdicts(client.send(invite())) == ["invited"] * 3


class TestTheCustomersOwnBlock:
    def test_one_kind_refused_as_a_whole_and_the_other_in(self, client, outside):
        good = answer(("EMAIL", [row(2, ROHAN)]))["response"]["customers"]["customer"]
        bad = {"id": "341594", "item_status": {"success": "false", "code": "1206"}}
        outside.says(changed(V1, customers={"customer": [bad, good]}))
        found = client.send(invite())
        assert verdicts(found) == ["refused", "invited", "refused"]
        assert found.rows[0].code == "1206"

    def test_a_refused_customers_silent_rows_are_refused(self, client, outside, memory):
        rows = [row(1, LEELA, None), row(2, ROHAN, None), row(3, TARA, None)]
        outside.says(answer(("MOBILE", rows), item=REFUSED_ITEM))
        assert {one.code for one in client.send(invite()).rows} == {"1205"}
        assert memory.outcomes[-1].outcome == "not_done"

    @pytest.mark.parametrize("status", [STRINGS, ALL_FAILED, PARTLY])
    @pytest.mark.parametrize(
        ("code", "kind"), [("1012", CustomerNotFound), ("1205", Rejected), ("8069", CustomerMerged)]
    )
    def test_a_refused_customer_is_rejected(self, client, outside, memory, status, code, kind):
        item = {"success": "false", "code": code, "message": "no"}
        outside.says(answer(item=item, status=status))
        with pytest.raises(kind) as caught:
            client.send(invite())
        assert caught.value.outcome_known
        assert memory.outcomes[-1].outcome == "not_done"


@pytest.mark.parametrize(
    "nonsense",
    [
        changed(V1, status=ALL_FAILED),
        changed(V1, status={"success": "false", "code": "200"}),
        changed(V1, customers__customer__item_status=REFUSED_ITEM),
        changed(V1, status=DROP),
        changed(V1, customers=DROP),
        changed(V1, customers=DROP, status=ALL_FAILED),
        changed(V1, customers=DROP, status={"success": "false", "code": "200"}),
        changed(V1, customers__customer__referrals=None),
        changed(V1, customers__customer__referrals={"referral_type": "MOBILE"}),
        answer(("MOBILE", [row(1, LEELA, None), row(2, ROHAN, None), row(3, TARA, None)])),
        answer(("MOBILE", [row("", Invitation("MOBILE", "447700900999"))])),
        answer(("MOBILE", [row(1, LEELA), row(2, ROHAN, NO), row(3, TARA)]), status=ALL_FAILED),
        answer(item={"success": "false", "code": "500"}),
        {"response": "invited"},
        {},
    ],
)
def test_an_answer_that_is_not_clearly_one_is_not_known(client, outside, memory, nonsense):
    outside.says(nonsense)
    with pytest.raises(OutcomeUnknown):
        client.send(invite())
    assert len(outside.seen) == 1
    assert memory.outcomes[-1].outcome == "unknown"


@pytest.mark.parametrize("code", ["400", "406", "402"])
def test_refused_in_so_many_words_is_not_done(client, outside, code):
    outside.says({"response": {"status": {"success": "false", "code": code, "message": "no"}}})
    with pytest.raises(Rejected) as caught:
        client.send(invite())
    assert caught.value.code == code


class TestVersion2:
    """As documented it repeats the question and says nothing; some installations may say more."""

    def test_a_bare_repetition_is_no_yes(self, client, outside, memory):
        outside.says(BARE)
        found = client.send(invite(dialect="v2"))
        assert verdicts(found) == ["unknown"] * 3
        assert "without saying whether it counts" in found.rows[0].words
        assert memory.outcomes[-1].outcome == "unknown"
        # It answered as documented: nothing is wrong with it.
        assert client.circuit.health().failures == 0

    def test_rows_left_out_with_an_error_for_each_are_refused(self, client, outside, memory):
        errors = [
            {"status": False, "code": 1014, "message": f"{EMAIL}: The customer is already registered"},
            {"status": False, "code": 1204, "message": f"{MOBILE}: A customer cannot refer themself"},
        ]
        outside.says(echo(("MOBILE", [TARA]), warnings=[], errors=errors))
        found = client.send(invite(dialect="v2"))
        assert verdicts(found) == ["refused", "refused", "invited"]
        assert [one.code for one in found.rows] == ["1204", "1014", ""]
        assert found.rows[0].next_step.endswith("It said: A customer cannot refer themself.")
        assert memory.outcomes[-1].outcome == "done"
        assert memory.outcomes[-1].codes == ("1014", "1204")

    def test_errors_that_name_nobody_say_who_only_when_they_are_all_the_same(self, client, outside):
        same = [{"status": False, "code": 1014, "message": "no"}] * 2
        outside.says(echo(("MOBILE", [TARA]), errors=same))
        assert [one.code for one in client.send(invite(dialect="v2")).rows] == ["1014", "1014", ""]
        outside.says(echo(("MOBILE", [TARA]), errors=[same[0], {**same[0], "code": 1001}]))
        assert verdicts(client.send(invite(dialect="v2"))) == ["unknown", "unknown", "invited"]

    def test_an_error_that_names_somebody_who_is_repeated_leaves_all_unknown(self, client, outside):
        errors = [
            {"status": False, "code": 1014, "message": f"{one.identifier}: no"} for one in (TARA, ROHAN)
        ]
        outside.says(echo(("MOBILE", [TARA]), errors=errors))
        with pytest.raises(OutcomeUnknown):
            client.send(invite(dialect="v2"))

    @pytest.mark.parametrize("errors", [1, 3])
    def test_errors_that_do_not_add_up_leave_all_unknown(self, client, outside, errors):
        outside.says(echo(("MOBILE", [TARA]), errors=[{"code": 1014, "message": "no"}] * errors))
        with pytest.raises(OutcomeUnknown):
            client.send(invite(dialect="v2"))

    @pytest.mark.parametrize("http", [200, 400, 404])
    def test_errors_and_no_rows_are_a_refusal(self, client, outside, http):
        body = {"errors": [{"status": False, "code": 1202, "message": "no"}], "warnings": []}
        outside.says(lambda handler: handler.json(body, status=http))
        with pytest.raises(Rejected) as caught:
            client.send(invite(dialect="v2"))
        assert (caught.value.code, caught.value.field) == ("1202", "campaign_token")

    @pytest.mark.parametrize(
        "body",
        [
            {},
            {"customerReferrals": []},
            {"customerReferrals": None, "warnings": []},
            {**V2, "errors": [{"status": False, "code": 1202, "message": "no"}]},
            {"errors": [{"code": 500, "message": "oops"}]},
            echo(("MOBILE", [Invitation("MOBILE", "447700900999")])),
        ],
    )
    def test_anything_else_is_not_known(self, client, outside, body):
        outside.says(body)
        with pytest.raises(OutcomeUnknown):
            client.send(invite(dialect="v2"))

    def test_placeholders_say_nothing(self, client, outside):
        outside.says({**V2, "warnings": [{}], "errors": [{}]})
        assert verdicts(client.send(invite(dialect="v2"))) == ["invited"] * 3

    @pytest.mark.parametrize(
        ("beside", "verdict"),
        [
            ({"errors": [{"status": False, "code": 1204, "message": "no"}]}, "refused"),
            ({"status": NO}, "refused"),
            ({"status": YES}, "invited"),
            ({"errors": []}, "invited"),
            ({"status": False}, "unknown"),
        ],
    )
    def test_a_row_that_says_more_than_documented_is_believed(self, client, outside, beside, verdict):
        body = echo(("MOBILE", [LEELA, TARA]), ("EMAIL", [ROHAN]), **NO_ERRORS)
        body["customerReferrals"][0]["referrals"][0]["referral"][0].update(beside)
        outside.says(body)
        assert verdicts(client.send(invite(dialect="v2"))) == [verdict, "invited", "invited"]


TROUBLES = {
    "500": lambda handler: handler.json({}, status=500),
    "503 with a page": lambda handler: handler.send(b"<html>gone", status=503, kind="text/html"),
    "nonsense": lambda handler: handler.send(b"%%%", kind="application/json"),
    "nothing": lambda handler: handler.send(b""),
    "a status alone": lambda handler: handler.json({"response": {"status": STRINGS}}),
    "stumbled": lambda handler: handler.json({"response": {"status": {"success": "false", "code": "407"}}}),
    "dropped": lambda handler: handler.cut(),
}


@both
@pytest.mark.parametrize("trouble", TROUBLES.values(), ids=TROUBLES)
def test_every_trouble_leaves_it_not_known_and_sent_once(client, outside, memory, dialect, good, trouble):
    outside.says(trouble, good)
    with pytest.raises(OutcomeUnknown):
        client.send(invite(dialect=dialect))
    assert len(outside.seen) == 1
    assert memory.outcomes[-1].outcome == "unknown"


@both
def test_a_good_answer_under_a_bad_http_status_is_not_known(client, outside, dialect, good):
    outside.says(lambda handler: handler.json(good, status=500))
    with pytest.raises(OutcomeUnknown):
        client.send(invite(dialect=dialect))


@both
def test_no_answer_in_time_is_not_known(make, outside, dialect, good):
    outside.says(lambda handler: time.sleep(0.6))
    with pytest.raises(OutcomeUnknown):
        make(read_timeout_seconds=0.2, deadline_seconds=0.5).send(invite(dialect=dialect))
    assert len(outside.seen) == 1


@both
def test_a_refused_token_is_not_done(client, outside, dialect, good):
    outside.says(lambda handler: handler.json({}, status=401))
    with pytest.raises(Unauthorized) as caught:
        client.send(invite(dialect=dialect))
    assert caught.value.outcome_known


@pytest.mark.parametrize(
    "people",
    [
        (),
        (LEELA, TARA, Invitation("MOBILE", f"+{MOBILE}")),
        (ROHAN, Invitation("EMAIL", EMAIL.upper())),
        (Invitation("MOBILE", "12345"),),
        (Invitation("MOBILE", "9177000,4477"),),
        (Invitation("MOBILE", "٤٤٧٧٠٠٩٠٠٣٠١"),),
        (Invitation("MOBILE", EMAIL),),
        (Invitation("EMAIL", MOBILE),),
        (Invitation("EMAIL", "a@b,c@d"),),
        (Invitation("EMAIL", ""),),
        (Invitation("SMS", MOBILE),),
    ],
)
def test_what_cannot_be_sent_is_refused_before(people):
    with pytest.raises(BadInput) as caught:
        referrals.invite(customer_id=5, invitations=people)
    assert caught.value.field == "invitations"


@settings(max_examples=150, deadline=None)
@given(junk)
def test_no_json_invites_without_saying_so(body):
    for dialect in ("v1.1", "v2"):
        found = conclude(invite(LEELA, dialect=dialect), Reply(200, {}, b""), body)
        assert found.error is not None
        assert found.outcome in {"unknown", "not_done"}

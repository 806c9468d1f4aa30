"""Referrals read in both versions: every quirk of the reference, which version is asked, and codes checked."""

from datetime import date
from decimal import Decimal

import pytest

from apps.capillary import codes
from apps.capillary.errors import CustomerMerged, CustomerNotFound, Garbled, NotSent, Rejected, Unreachable
from apps.capillary.resources import referrals
from apps.capillary.types_common import Place
from apps.core.errors import BadInput
from tests.capillary.referral_shapes import (
    ALL_CODES,
    CAMPAIGN,
    CAMPAIGN_XML,
    CHECKED,
    EMAIL,
    MOBILE,
    changed,
)
from tests.capillary.shapes import read

WHOM = {"customer_id": 341594}
FILTERS = [{"campaign_token": "CWRME"}, {"start_date": date(2026, 10, 1)}, {"end_date": date(2026, 10, 9)}]


def test_version_2_tells_every_code_whatever_its_total_says():
    first, second = read(referrals.get(**WHOM), ALL_CODES)
    assert (first.code, second.code, second.invitees) == ("ASHA5K", "ASHA-SUMMER", ())
    assert first.customer_id == "341594"
    by_mail, by_mobile = first.invitees
    assert (by_mail.channel, by_mail.identifier, by_mail.name) == ("EMAIL", EMAIL, "")
    assert by_mail.invited_at.isoformat() == "2026-10-02T11:52:33+05:30"
    assert by_mail.till == Place("till.bandra.01", "Bandra till 1")
    assert (by_mobile.channel, by_mobile.identifier, by_mobile.till) == ("MOBILE", MOBILE, None)
    (came,) = first.referees
    assert (came.event_type, came.customer_id, came.mobile) == ("REGISTRATION", "700123", MOBILE)
    assert came.added_at.utcoffset() is not None


def test_the_lookup_reads_the_same_answer_and_hashes_what_it_asked_with():
    call = referrals.lookup(
        source="INSTORE", identifier_name="cardNumber", identifier_value="6011000990139424"
    )
    assert call.path == "/v2/customers/lookup/referrals"
    assert call.params == {
        "source": "INSTORE",
        "identifierName": "cardNumber",
        "identifierValue": "6011000990139424",
    }
    assert call.identifiers == (("card", "6011000990139424"),)
    assert read(call, ALL_CODES) == read(referrals.get(**WHOM), ALL_CODES)
    assert call.allowance == referrals.get(**WHOM).allowance


def test_version_1_tells_names_and_leaves_nulls_open():
    found = read(referrals.statistics(mobile="447700900123", campaign_token="CWRME"), CAMPAIGN)
    assert (found.code, found.campaign_token) == ("ASHA5K", "CWRME")
    leela, nobody, rohan = found.invitees
    assert (leela.name, leela.channel, leela.identifier) == ("Leela Nair", "MOBILE", MOBILE)
    assert leela.invited_at.isoformat() == "2026-10-02T11:52:33+05:30"
    assert (nobody.name, nobody.identifier, nobody.till) == ("", "", None)
    assert (rohan.channel, rohan.invited_at) == ("EMAIL", None)
    (came,) = found.referees
    assert (came.first_name, came.mobile, came.email, came.external_id, came.customer_id) == ("",) * 5
    assert came.added_at.isoformat() == "2026-10-05T11:56:18+05:30"


def test_version_1_in_xml_as_it_is_made_from_json(client, outside):
    outside.says(lambda handler: handler.send(CAMPAIGN_XML.encode(), kind="application/xml"))
    found = client.send(referrals.statistics(**WHOM))
    assert (found.code, found.incentives) == ("ASHA5K", ())
    assert [(one.name, one.type, str(one.till)) for one in found.invitees] == [
        ("Leela Nair", "MOBILE", "Bandra till 1")
    ]
    assert [(one.event_type, one.mobile, one.email) for one in found.referees] == [
        ("TRANSACTION", MOBILE, "")
    ]


@pytest.mark.parametrize("nothing", [None, "", [], {}, {"referral_type": []}, {"referral_type": None}])
def test_nobody_invited_in_every_form_of_nothing(nothing):
    shape = changed(
        CAMPAIGN, customer__invitees=nothing, customer__referees=nothing, customer__incentives=nothing
    )
    found = read(referrals.statistics(**WHOM), shape)
    assert (found.code, found.invitees, found.referees, found.incentives) == ("ASHA5K", (), (), ())


def test_one_type_and_one_person_may_stand_without_a_list():
    one = {"type": "SMS", "invitee": {"identifier": MOBILE, "name": "Leela"}}
    found = read(referrals.statistics(**WHOM), changed(CAMPAIGN, customer__invitees={"referral_type": one}))
    assert [(row.type, row.channel) for row in found.invitees] == [("SMS", "MOBILE")]


@pytest.mark.parametrize(
    "reward",
    [
        {"coupon_code": "SAVE20", "description": "Ten friends", "points": "20", "issued_on": "2026-10-06"},
        {"couponCode": "SAVE20", "name": "Ten friends", "value": 20, "issuedOn": "2026-10-06 00:00:00.0"},
        {"coupon": {"code": "SAVE20"}, "type": "Ten friends", "amount": 20.0, "date": "2026-10-06"},
    ],
)
def test_an_incentive_of_no_documented_shape_is_read_by_the_usual_names(reward):
    (found,) = read(referrals.statistics(**WHOM), changed(CAMPAIGN, customer__incentives=[reward])).incentives
    assert (found.label, found.coupon_code, found.amount) == ("Ten friends", "SAVE20", Decimal(20))
    assert found.earned_at.date() == date(2026, 10, 6)
    assert found.raw == reward


def test_an_incentive_nobody_understands_is_kept_as_it_came():
    strange = {"kind": 7}
    (found,) = read(
        referrals.statistics(**WHOM), changed(CAMPAIGN, customer__incentives=[strange])
    ).incentives
    assert (found.label, found.coupon_code, found.amount, found.earned_at) == ("", "", None, None)
    assert found.raw == strange


class TestWhichVersionIsAsked:
    def test_version_2_when_nothing_is_named(self):
        call = referrals.read(**WHOM)
        assert (call.dialect, call.path) == ("v2", "/v2/customers/341594/referrals")
        assert call.allowance.per_hour == 1000

    @pytest.mark.parametrize("asked", [*FILTERS, {"store_code": "store.bandra"}])
    def test_version_1_for_a_campaign_a_period_or_a_store(self, asked):
        call = referrals.read(**WHOM, **asked)
        assert (call.dialect, call.path, call.allowance) == ("v11", "/v1.1/customer/referrals", None)
        word = {key: str(value) for key, value in asked.items()}
        if "end_date" in asked:
            word["end_date"] = "2026-10-10"
        assert call.params == {"id": "341594", "store_code": "all", **word}

    def test_the_last_day_counts_whole_and_the_next_does_not(self):
        last = date(2026, 10, 2)
        (part,) = read(referrals.read(**WHOM, end_date=last), CAMPAIGN)
        # Of the three, one is from that day, one from the next, and one has no date that could rule it out.
        assert [one.name for one in part.invitees] == ["Leela Nair", "Rohan D'Souza"]
        assert part.referees == ()
        (whole,) = read(referrals.read(**WHOM, end_date=date.max), CAMPAIGN)
        assert (len(whole.invitees), len(whole.referees)) == (3, 1)

    def test_version_1_alone(self):
        assert referrals.read(**WHOM, dialect="v1.1").params == {"id": "341594", "store_code": "all"}
        assert referrals.can_filter("v1.1")
        assert not referrals.can_check_codes("v1.1")

    @pytest.mark.parametrize("asked", FILTERS)
    def test_version_2_alone_cannot_be_asked_for_a_part(self, asked):
        assert not referrals.can_filter("v2")
        with pytest.raises(BadInput) as caught:
            referrals.read(**WHOM, dialect="v2", **asked)
        assert caught.value.field == next(iter(asked))

    def test_both_answer_in_one_form(self):
        both = read(referrals.read(**WHOM), ALL_CODES), read(referrals.read(**WHOM, dialect="v1.1"), CAMPAIGN)
        assert [rows[0].code for rows in both] == ["ASHA5K", "ASHA5K"]

    def test_the_code_alone(self):
        assert referrals.statistics(**WHOM, only_code=True).params["only_referral_code"] == "true"
        bare = {"referral_code": "ASHA5K", "item_status": {"success": "true", "code": 1000}}
        assert (
            read(referrals.statistics(**WHOM, only_code=True), changed(CAMPAIGN, customer=bare)).code
            == "ASHA5K"
        )


@pytest.mark.parametrize(
    ("code", "kind", "field"),
    [
        ("1012", CustomerNotFound, ""),
        ("8069", CustomerMerged, ""),
        ("1202", Rejected, "campaign_token"),
        ("1203", Rejected, "campaign_token"),
        ("1204", Rejected, ""),
        ("1205", Rejected, "campaign_token"),
        ("1222", Rejected, ""),
    ],
)
def test_refusals_have_words_in_both_versions(client, outside, code, kind, field):
    no = {"success": "false", "code": code, "message": "no"}
    outside.says(
        changed(CAMPAIGN, customer={"item_status": no}),
        {"errors": [{"status": False, "code": int(code), "message": "no"}], "warnings": []},
    )
    for call in (referrals.statistics(**WHOM), referrals.get(**WHOM)):
        with pytest.raises(kind) as caught:
            client.send(call)
        if kind is Rejected:
            assert (caught.value.code, caught.value.field) == (code, field)
            assert caught.value.next_step.endswith(".")


@pytest.mark.parametrize("body", [{}, {"rows": []}, {"pagination": {"total": 3}}])
def test_an_answer_without_data_is_not_understood(client, outside, body):
    outside.says(body)
    with pytest.raises(Garbled):
        client.send(referrals.get(**WHOM))


def test_no_referrals_are_an_empty_answer(client, outside):
    outside.says({"pagination": {}, "data": [], "warnings": [], "errors": []})
    assert client.send(referrals.read(**WHOM)) == ()


class TestCheckingACode:
    def test_whose_it_is(self, client, outside, memory):
        outside.says(CHECKED)
        found = client.send(referrals.check_code(code=" ASHA5K "))
        assert (found.valid, found.referrer_id) == (True, "341594")
        assert outside.seen[0][:2] == ("GET", "/v2/referral/validate?code=ASHA5K")
        # Whose code it is was told: it belongs into that customer's history.
        assert (memory.outcomes[-1].told_id, memory.outcomes[-1].customer_id) == ("341594", "341594")
        assert memory.intents[-1].identifiers == (("external_id", "ASHA5K"),)

    @pytest.mark.parametrize(
        "referrer", [{}, {"referrer": None}, {"referrer": 0}, {"referrer": -1}, {"referrer": ""}]
    )
    def test_a_bad_code_has_nobody(self, client, outside, memory, referrer):
        outside.says({"valid": "false", **referrer})
        found = client.send(referrals.check_code(code="ASHA5K"))
        assert (found.valid, found.referrer_id) == (False, "")
        assert memory.outcomes[-1].told_id == ""

    @pytest.mark.parametrize(
        "body", [{}, {"referrer": 5}, {"valid": "perhaps"}, {"valid": None, "warnings": []}]
    )
    def test_neither_yes_nor_no_is_not_understood(self, client, outside, body):
        outside.says(body)
        with pytest.raises(Garbled):
            client.send(referrals.check_code(code="ASHA5K"))

    def test_refused_and_unreachable(self, client, outside):
        outside.says({"errors": [{"status": False, "code": 1202, "message": "no"}]})
        with pytest.raises(Rejected):
            client.send(referrals.check_code(code="ASHA5K"))
        outside.says(lambda handler: handler.json({}, status=503))
        with pytest.raises(Unreachable):
            client.send(referrals.check_code(code="ASHA5K"))

    def test_needs_a_code_and_version_2(self):
        with pytest.raises(BadInput):
            referrals.check_code(code=" ")
        with pytest.raises(NotSent) as caught:
            referrals.check_code(code="ASHA5K", dialect="v1.1")
        assert caught.value.permanent
        assert caught.value.outcome_known


def test_what_a_person_can_meet_speaks_of_inviting():
    assert codes.find("referral", "100").words == "The person was invited."
    assert codes.find("referral", "1014").words != codes.find("customer", "1014").words
    assert not codes.find("referral", "1222").permanent

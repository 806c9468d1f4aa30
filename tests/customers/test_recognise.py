"""What people type and paste, and what the console makes of it."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from apps.core.errors import BadInput
from apps.customers.kinds import KINDS
from apps.customers.recognise import recognise


def kinds(text, kind="", region="IN"):
    return [(one.kind.code, one.values, one.likely) for one in recognise(text, region=region, kind=kind)]


def first(text, **more):
    return kinds(text, **more)[0][:2]


@pytest.mark.parametrize(
    "typed",
    [
        "5550 000001",
        "05550000001",
        "+91 5550-000-001",
        "+91 (5550) 000.001",
        "(+91) 5550000001",
        "(+91)5550000001",
        "[+91] 5550 000001",
        "+91 (0) 5550 000001",
        "5550−000−001",
        "5550000001,",
        ";5550000001.",
        '"5550000001"',
        "“5550 000001”",
        "0091 5550 000001",
        "915550000001",
        "tel:+915550000001",
        "\u202a+91 5550\u200b000001\u202c",
        "٥٥٥٠٠٠٠٠٠١",
        "５５５０ ００００ ０１",
        "5550–000–001",
        "\t5550 000001\n",
    ],
)
def test_a_mobile_in_any_writing_is_asked_with_and_without_country_code(typed):
    assert first(typed) == ("mobile", ("915550000001", "5550000001"))


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("+44 7700 900123", "447700900123"),
        ("0044 7700 900123", "447700900123"),
        ("447700900123", "447700900123"),
    ],
)
def test_a_mobile_of_another_country_keeps_its_own_code(typed, expected):
    assert first(typed) == ("mobile", (expected, "7700900123"))


def test_the_default_region_decides_what_comes_without_a_country_code():
    assert first("07700 900123", region="GB") == ("mobile", ("447700900123", "7700900123"))


@pytest.mark.parametrize("typed", ["+91 5550 000001", "(+91) 5550 000001"])
def test_a_number_with_a_plus_is_a_mobile_and_nothing_else(typed):
    assert [kind for kind, _values, _likely in kinds(typed)] == ["mobile"]


def test_a_number_without_a_plus_may_be_a_card_or_an_id_when_nobody_has_it_as_mobile():
    found = kinds("5550000001")
    assert found[0][0] == "mobile"
    assert {kind for kind, _values, likely in found if not likely} >= {"card", "external_id", "id"}


def test_a_card_number_is_asked_without_its_spaces():
    assert ("card", ("7055000000000001", "7055 0000 0000 0001"), True) in kinds("7055 0000 0000 0001")


def test_a_short_number_is_an_id_a_card_or_an_external_id():
    assert {kind for kind, _values, likely in kinds("100234") if likely} == {
        "id",
        "card",
        "external_id",
        "card_external_id",
    }


@pytest.mark.parametrize(
    "typed",
    [" asha@example.com ", "mailto:asha@example.com", "<asha@example.com>,", '"Asha K." <asha@example.com>'],
)
def test_an_email_is_taken_out_of_its_wrapping(typed):
    assert kinds(typed) == [("email", ("asha@example.com",), True)]


def test_an_email_is_asked_as_typed_and_in_small_letters():
    assert kinds("Asha@Example.com") == [("email", ("Asha@Example.com", "asha@example.com"), True)]


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("U" + "a1" * 16, "line"),
        ("o6_bmjrPTlm6_2sgVt7hMZOPfL2M", "wechat"),
        ("Kavya", "name"),
        ("CRM-319", "external_id"),
    ],
)
def test_shapes_are_known(typed, code):
    assert first(typed) == (code, (typed,))


@pytest.mark.parametrize(
    "typed", ["Kavya Iyer", "O'Neil", "Anne-Marie", "明 王", "王", "김", "عائشة", "प्रिया"]
)
def test_names_of_any_script_are_names(typed):
    assert first(typed)[0] == "name"


def test_a_name_of_single_signs_is_asked_by_each_of_its_parts():
    assert first("明 王") == ("name", ("明 王", "明", "王"))
    assert first("王", kind="name") == ("name", ("王",))


@pytest.mark.parametrize("typed", ["O'Brien", "O’Brien", "OʼBrien", "O´Brien,"])
def test_every_apostrophe_is_asked_in_both_spellings(typed):
    assert first(typed) == ("name", ("O'Brien", "O’Brien"))


@pytest.mark.parametrize(
    ("typed", "part"),
    [
        ("", "Type a phone number"),
        (" \u200b\u202e ", "Type a phone number"),
        ("x" * 10_240, "10,240 characters"),
        ("abc\x00def", "characters that no identifier has"),
        ("\x1b[31m", "characters that no identifier has"),
        ("a b@example.com", "no spaces"),
        ("asha@", "not a whole e-mail"),
        ("😀", "at least 2 letters"),
        ("-", "at least 2 letters"),
    ],
)
def test_what_cannot_be_used_is_answered_with_a_sentence_for_the_field(typed, part):
    with pytest.raises(BadInput, match=part) as caught:
        recognise(typed, region="IN")
    assert caught.value.field == "q"
    assert caught.value.message.endswith(".")


@pytest.mark.parametrize("typed", ["' OR 1=1 --", "<script>alert(1)</script>", "Robert'); DROP TABLE x;--"])
def test_code_of_any_kind_is_only_text(typed):
    assert all(typed in values or typed == values[0] for _kind, values, _likely in kinds(typed)[:1])


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_chosen_kind_is_the_only_one(kind):
    typed = {"email": "a@example.com", "mobile": "5550000001", "name": "Asha", "id": "500000001"}.get(
        kind, "AB-12"
    )
    assert [code for code, _values, _likely in kinds(typed, kind=kind)] == [kind]


@pytest.mark.parametrize(
    ("kind", "typed", "part"),
    [
        ("mobile", "Asha", "digits only"),
        ("mobile", "12", "2 digits"),
        ("id", "12a", "digits only"),
        ("name", "7", "letters of the name"),
        ("email", "Asha", "whole e-mail"),
    ],
)
def test_a_chosen_kind_that_does_not_fit_is_said(kind, typed, part):
    with pytest.raises(BadInput, match=part):
        recognise(typed, region="IN", kind=kind)


@given(st.text(max_size=260), st.sampled_from(["", *KINDS]))
@example("+", "")
@example("\u0660", "id")
@example("²", "")
@example("Ⅷ7", "")
def test_any_text_is_either_understood_or_answered_with_a_sentence(text, kind):
    found, said = understood(text, kind)
    assert bool(found) is not bool(said)
    assert not said or said.endswith(".")
    for one in found:
        assert one.values
        assert all(value.strip() == value and value for value in one.values)
        assert one.masked


def understood(text, kind):
    """What it can be, and the sentence when it can be nothing."""
    try:
        return recognise(text, region="IN", kind=kind), ""
    except BadInput as error:
        return (), error.message


@given(
    st.integers(min_value=2_000_000_000, max_value=9_999_999_999),
    st.lists(st.sampled_from([" ", "-", ".", "(", ")", "\u200b", "\u00a0"]), min_size=10, max_size=10),
    st.sampled_from(["", "0", "+91", "0091", "91"]),
)
def test_separators_never_change_which_mobile_is_asked_for(number, separators, prefix):
    typed = prefix + "".join(digit + sign for digit, sign in zip(str(number), separators, strict=True))
    assert f"91{number}" in recognise(typed, region="IN")[0].values

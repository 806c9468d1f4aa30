"""Rows pasted from a spreadsheet, in whatever shape they come."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.errors import BadInput
from apps.referrals.pasting import parse_pasted
from apps.referrals.wanted import Row

TARA, EMIL = Row("Tara Bose", "+91 98200 55120"), Row("Emil Krug", "emil.krug@example.com")


@pytest.mark.parametrize(
    "text",
    [
        "Tara Bose\t+91 98200 55120\nEmil Krug\temil.krug@example.com",
        "Tara Bose;+91 98200 55120\r\nEmil Krug;emil.krug@example.com\r\n\r\n",
        '"Tara Bose",+91 98200 55120\n\nEmil Krug,emil.krug@example.com\n',
        "+91 98200 55120\tTara Bose\nemil.krug@example.com\tEmil Krug",
        "Name\tMobile or e-mail\nTara Bose\t+91 98200 55120\nEmil Krug\temil.krug@example.com",
        "E-Mail,First name,Last name,Mobile\n,Tara,Bose,+91 98200 55120\nemil.krug@example.com,Emil,Krug,",
        "City;PHONE;Name;email\nPune;+91 98200 55120;Tara Bose;\nNagpur;;Emil Krug;emil.krug@example.com",
    ],
)
def test_columns_are_told_by_the_heading_or_by_what_stands_in_them(text):
    assert parse_pasted(text) == (TARA, EMIL)


@pytest.mark.parametrize(
    ("line", "row"),
    [
        ("98200 55120", Row("", "98200 55120")),
        ("Tara", Row("", "Tara")),
        ("Tara\tpune", Row("Tara", "pune")),
        ("Tara\tBose\t98200 55120", Row("Tara Bose", "98200 55120")),
        ("Tara\t98200 55120\ttara@example.com", Row("Tara", "98200 55120")),
        ('Tara "Tee" Bose\t98200 55120', Row('Tara "Tee" Bose', "98200 55120")),
    ],
)
def test_one_line(line, row):
    assert parse_pasted(line) == (row,)


@pytest.mark.parametrize("text", ["", " \n\t\n", "Name\tMobile\n", "\0"])
def test_nothing_to_read_is_said(text):
    with pytest.raises(BadInput, match="Paste a name") as caught:
        parse_pasted(text)
    assert caught.value.field == "pasted"


def test_no_more_than_two_hundred_rows():
    lines = [f"Friend\t91557{number:07d}" for number in range(201)]
    assert len(parse_pasted("\n".join(lines[:200]))) == 200
    with pytest.raises(BadInput, match="These are 201 rows"):
        parse_pasted("\n".join(lines))
    with pytest.raises(BadInput, match="too long"):
        parse_pasted("x" * 100_001)


@pytest.mark.parametrize("sign", "\t;,")
def test_a_quotation_mark_that_is_not_closed_swallows_no_rows(sign):
    lines = [f'"Bunny Rao{sign}9820055120', f"Annabella Longname{sign}9820055121", f'"Lou{sign}9820055122']
    for text in ("\n".join(lines), "\n".join(lines[:2])):
        with pytest.raises(BadInput, match="quotation mark joins several rows") as caught:
            parse_pasted(text)
        assert caught.value.field == "pasted"
    assert parse_pasted(f'"Tara\nBose"{sign}98200 55120') == (Row("Tara Bose", "98200 55120"),)


@given(st.text(max_size=300))
def test_whatever_is_pasted_gives_rows_or_is_refused(text):
    try:
        rows = parse_pasted(text)
    except BadInput:
        return
    assert 0 < len(rows) <= 200
    assert all(rows)


NAMES = st.text("abcXYZé -'", min_size=1, max_size=12).map(lambda text: " ".join(text.split())).filter(bool)
MOBILES = st.integers(10**9, 10**10 - 1).map(str)


@given(st.lists(st.tuples(NAMES, MOBILES), min_size=1, max_size=20), st.sampled_from("\t;,"), st.booleans())
def test_what_a_spreadsheet_writes_is_read_as_it_was(people, sign, titled):
    out = io.StringIO()
    writer = csv.writer(out, delimiter=sign)
    writer.writerows([("Name", "Mobile"), *people] if titled else people)
    assert parse_pasted(out.getvalue()) == tuple(Row(name, mobile) for name, mobile in people)

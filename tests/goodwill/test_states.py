"""The state machine is exactly the table people read."""

import re
from pathlib import Path

import pytest

from apps.goodwill import states
from apps.goodwill.states import Event, State

PAGE = Path(__file__).resolve().parents[2] / "docs" / "goodwill.md"


def rows(columns):
    found = re.findall(r"^\|(.+)\|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    return [cells for one in found if len(cells := [cell.strip() for cell in one.split("|")]) == columns]


def test_the_table_in_the_docs_is_the_table_in_the_code():
    told = {(one[0], one[1], one[2]) for one in rows(3) if one[0] in State.values and one[1] in Event.values}
    assert told == {
        (start.value, event.value, end.value) for (start, event), end in states.TRANSITIONS.items()
    }


def test_every_state_is_explained():
    assert {one[0] for one in rows(3) if one[0] in State.values and one[1] not in Event.values} == set(State)


def test_every_state_can_be_reached_and_left_unless_it_is_an_end():
    reached = set(states.TRANSITIONS.values()) | {State.SENDING}
    left = {start for start, _event in states.TRANSITIONS}
    assert reached == set(State)
    assert set(State) - left == {State.DONE, *states.ENDED_WITHOUT}


@pytest.mark.parametrize("end", [State.DONE, *states.ENDED_WITHOUT])
def test_nothing_leads_out_of_an_end(end):
    for event in Event:
        assert not states.can(end, event)
        with pytest.raises(states.NoSuchWay):
            states.after(end, event)

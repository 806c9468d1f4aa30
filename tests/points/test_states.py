"""The table of states in the documentation is the one in the code, and nothing else is possible."""

import re
from pathlib import Path

import pytest

from apps.operations.acts.rows import OPEN_STATES, ActState
from apps.points import states
from apps.points.states import Event, NoSuchWay, State, after

DOC = (Path(__file__).resolve().parents[2] / "docs" / "points.md").read_text()


def rows_under(heading):
    text = DOC.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    return [re.split(r"\s*\|\s*", line.strip("| ")) for line in text.splitlines() if line.startswith("|")]


def test_the_ways_of_a_reversal_are_those_of_the_documentation():
    told = {tuple(row) for row in rows_under("A reversal") if len(row) == 3 and row[1] in set(Event)}
    assert told == {(a.value, e.value, b.value) for (a, e), b in states.TRANSITIONS.items()}


def test_every_state_is_explained():
    told = {row[0] for row in rows_under("A reversal")}
    assert set(State.values) <= told
    assert set(ActState.values) <= {row[0] for row in rows_under("A redemption")}


def test_no_way_leads_out_of_an_end_and_every_open_state_has_one():
    for state in State:
        leads = [event for event in Event if (state, event) in states.TRANSITIONS]
        assert bool(leads) == (state in states.OPEN)
    assert set(OPEN_STATES) == {"in_progress", "unknown", "person"}


@pytest.mark.parametrize("state", [State.DONE, State.REFUSED, State.REJECTED, State.WITHDRAWN])
def test_what_has_ended_stays_ended(state):
    with pytest.raises(NoSuchWay, match="Nothing leads from"):
        after(state, Event.BEGUN)

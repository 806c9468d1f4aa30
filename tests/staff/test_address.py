"""Whose address a request is taken to come from, and by what guessers are counted."""

import pytest

from apps.staff.address import client_address, pause_address


@pytest.mark.parametrize(
    ("proxies", "forwarded", "found"),
    [
        (0, "203.0.113.9", "192.0.2.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "198.51.100.7, 203.0.113.9", "203.0.113.9"),
        (2, "198.51.100.7, 203.0.113.9", "198.51.100.7"),
        (1, "not an address", "192.0.2.1"),
        (2, "203.0.113.9", "192.0.2.1"),
    ],
)
def test_only_what_our_own_proxies_wrote_is_believed(rf, settings, proxies, forwarded, found):
    settings.CONSOLE_PROXIES = proxies
    request = rf.get("/", headers={"X-Forwarded-For": forwarded}, REMOTE_ADDR="192.0.2.1")
    assert client_address(request) == found


def test_one_ipv6_network_is_one_guesser(rf):
    first = rf.get("/", REMOTE_ADDR="2001:db8:1:2::1")
    second = rf.get("/", REMOTE_ADDR="2001:db8:1:2:ffff::9")
    elsewhere = rf.get("/", REMOTE_ADDR="2001:db8:1:3::1")
    assert pause_address(first) == pause_address(second) != pause_address(elsewhere)
    assert client_address(second) == "2001:db8:1:2:ffff::9"

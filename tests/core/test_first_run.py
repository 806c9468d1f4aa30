"""The environment file of `make run`: it follows our own sandbox and never another address."""

import pytest

from console.first_run import follow_sandbox

LINES = "# Mine\nCONSOLE_HTTPS=false\n{line}\nCAPILLARY_AUTH=oauth\n"


@pytest.mark.parametrize(
    ("line", "after"),
    [
        ("CAPILLARY_BASE_URL=http://127.0.0.1:8900", "CAPILLARY_BASE_URL=http://127.0.0.1:8990"),
        ("CAPILLARY_BASE_URL=http://localhost:8900/", "CAPILLARY_BASE_URL=http://127.0.0.1:8990"),
        ("CAPILLARY_BASE_URL=https://api.example.com", "CAPILLARY_BASE_URL=https://api.example.com"),
        (
            "CAPILLARY_BASE_URL=http://127.0.0.1.example.com",
            "CAPILLARY_BASE_URL=http://127.0.0.1.example.com",
        ),
        ("# CAPILLARY_BASE_URL=http://127.0.0.1:8900", "# CAPILLARY_BASE_URL=http://127.0.0.1:8900"),
    ],
)
def test_the_file_follows_the_sandbox_and_nothing_else(tmp_path, line, after):
    path = tmp_path / ".env"
    path.write_text(LINES.format(line=line))
    follow_sandbox(path, "http://127.0.0.1:8990")
    assert path.read_text() == LINES.format(line=after)
    assert [one.name for one in tmp_path.iterdir()] == [".env"]
    if line != after:
        assert path.stat().st_mode & 0o777 == 0o600


def test_without_a_file_nothing_is_written(tmp_path):
    follow_sandbox(tmp_path / ".env", "http://127.0.0.1:8990")
    assert list(tmp_path.iterdir()) == []

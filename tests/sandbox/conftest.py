"""The sandbox's fixtures, for its own tests."""

from tests.support.sandbox import sandbox, sandbox_process

__all__ = ["sandbox", "sandbox_process"]

"""The first thing in a helping process: imports nothing of ours, as Django is not set up there yet."""

import signal

import django


def start() -> None:
    """Set up what every function of the house needs."""
    # Ctrl-C is for the one who asked; it ends these.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    django.setup()

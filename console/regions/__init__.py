"""The regions of English, for what Django itself writes and reads; our own writing is apps/core/formats.py."""

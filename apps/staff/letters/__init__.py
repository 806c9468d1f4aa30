"""Mails to people of the house that nobody waits for: a row now, written and sent by a worker."""

"""Signed-in sessions: where they are kept, how long they last, the lock, and ending them."""

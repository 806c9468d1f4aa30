"""Long work: an operation and its rows, done by any number of workers that may die at any moment.

Rows are the truth, the broker is only a doorbell. A room adds a kind of work in its own bulk.py (see `kinds`).
"""

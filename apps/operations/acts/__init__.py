"""Acts outside, for every room: a row before anything is sent, three outcomes, and reading back what is not known.

A room has a model on `rows.ActRow` and one `trade.Trade`, which says how its acts are sent, recognised and settled.
"""

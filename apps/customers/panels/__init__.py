"""The parts of the customer page: what each asks the outside, what it makes of the answers, how it is drawn."""

"""The connection to Capillary: what it is, and a check of what is on, what is off, and what breaks because of it."""

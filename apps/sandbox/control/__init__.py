"""How a person or a test steers the look-alike: switches, faults, and what it received."""

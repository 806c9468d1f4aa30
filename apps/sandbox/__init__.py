"""A look-alike of the loyalty API for demo, training and tests: own process, own settings, own database."""

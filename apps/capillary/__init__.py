"""The typed client of the outside loyalty API, versions 1.1 and 2: no Django in here."""

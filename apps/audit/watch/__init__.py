"""The watch: rules over the trail that raise an item, with its evidence, for an auditor to look at.

acts        what the watch reads of an entry, and which acts only read
stretches   a person's day, a person's week, one account's wrong sign-ins: what a rule judges
rules       the table of rules; each stands in a module of its own and is registered by being imported here
looking     the sweep: new entries since the last look, and late ones
programs    who answers for a program that acts
raising     findings become items, once, and grow
marking     a person looks at an item and says what it was
"""

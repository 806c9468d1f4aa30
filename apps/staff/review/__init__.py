"""The access review: at set times everybody's rights are looked through, and each is kept or taken away.

rows       a round, and a line for each right
opening    a round begins: by the clock, or by an administrator
reading    which lines somebody may see and decide on, and how far a round is
reviewers  who may decide on a line
deciding   keep or remove
closing    the end of a round, and its result
signing    the result's signature, and whether it holds
views, forms, counting  the pages
"""

"""People as CSV: written for a spreadsheet, and read back with a dry run before anything changes.

writing    the file of everybody
reading    bytes to rows, whatever a spreadsheet made of them
planning   the dry run: every error of every row, and what would be done
applying   doing it, by the services of the pages
rows       the file between the dry run and the act
"""

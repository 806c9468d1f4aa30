"""Tables as files, for every room: workbooks read row by row, CSV and XLSX written so that no cell runs as a formula.

reading    why a table cannot be read, in words
packages   a workbook looked at from outside, before anything is unpacked
workbooks  the rows of an XLSX
writing    CSV or XLSX, streamed
"""

"""Roles that a house makes for itself from the permissions of the one table.

rows        the model
known       those there are, read once per request
making      making, changing and retiring one; who holds it
forms, views, matrix  the pages
"""

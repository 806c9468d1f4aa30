"""Replies into dataclasses: pure functions of the decoded body, one module per kind of answer."""

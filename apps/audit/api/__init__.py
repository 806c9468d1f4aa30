"""The trail for programs: the same entries, filters and proofs as on the pages. It only reads."""

"""What the look-alike answers, endpoint by endpoint."""

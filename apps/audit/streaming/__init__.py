"""Sends the sealed trail to places that listen to it: syslog, a file of JSON lines, OpenTelemetry."""

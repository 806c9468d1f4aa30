"""The sinks that the environment names."""

from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings

from apps.audit.streaming.file_sink import FileSink
from apps.audit.streaming.otlp_sink import OtlpSink
from apps.audit.streaming.sink import Sink
from apps.audit.streaming.syslog import MOST_BYTES_DATAGRAM, MOST_BYTES_STREAM, Form
from apps.audit.streaming.syslog_sink import SyslogSink


def configured() -> list[Sink]:
    """None, or up to one of each kind."""
    told = settings.AUDIT_STREAM
    tls = {"ca": told["ca"], "certificate": told["certificate"]}
    found: list[Sink] = []
    if told["syslog"]:
        address = urlsplit(told["syslog"])
        most = MOST_BYTES_DATAGRAM if address.scheme == "udp" else MOST_BYTES_STREAM
        form = Form(settings.AUDIT_LOG_NAME, told["enterprise"], told["facility"], most)
        found.append(SyslogSink(address, form, **tls))
    if told["file"]:
        found.append(FileSink(Path(told["file"])))
    if told["otlp"]:
        found.append(OtlpSink(told["otlp"], settings.AUDIT_LOG_NAME, told["otlp_headers"], **tls))
    return found

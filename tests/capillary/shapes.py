"""What the tests of answers share."""

from apps.capillary.envelopes import open_envelope

OK = {"success": "true", "code": "200", "message": "SUCCESS"}
DONE = {"success": "true", "code": "1000", "message": "done"}


def read(call, decoded):
    return call.parse(open_envelope(call.dialect, decoded))


def in_response(**body):
    return {"response": {"status": OK, **body}}

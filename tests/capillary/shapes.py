"""What the tests of answers share."""

from apps.capillary.envelopes import open_envelope

OK = {"success": "true", "code": "200", "message": "SUCCESS"}
DONE = {"success": "true", "code": "1000", "message": "done"}


def read(call, decoded):
    return call.parse(open_envelope(call.dialect, decoded, own_verdict=call.own_verdict))


def in_response(**body):
    return {"response": {"status": OK, **body}}

"""No function of the client reaches the network without both of its entries, whatever the outside says.

The functions are found by walking their package: a new one fails by its name until it has arguments here.
"""

import ast
import contextlib
import importlib
import inspect
import pkgutil
import typing
from datetime import date
from decimal import Decimal

import pytest

from apps.capillary import resources
from apps.capillary.calls import Call
from apps.capillary.types_referrals import Invitation
from apps.core.errors import ConsoleError
from tests.support.walking import imports, is_within, modules

WHO = {"customer_id": 341594}
CARD = {"identifier_name": "cardnumber", "identifier_value": "4417889900001"}
DAYS = {"start_date": date(2026, 11, 1), "end_date": date(2026, 11, 20)}
ARGUMENTS = {
    "coupons.basic": WHO,
    "coupons.detailed": WHO,
    "coupons.history": WHO,
    "coupons.series": {},
    "customers.get": WHO,
    "customers.lookup": CARD | {"source": "INSTORE"},
    "customers.record": {"mobile": "447700900123"},
    "customers.search": {"query": "anna@example.com"},
    "customers.status_log": WHO,
    "goodwill.requests": WHO,
    "ledger.balance": CARD,
    "ledger.information": CARD,
    "loyalty.details": WHO,
    "notes.add": WHO | {"text": "Called back."},
    "notes.get": WHO,
    "organisation.profile": {},
    "organisation.programmes": {},
    "organisation.setting": {},
    "organisation.till": {"code": "till.12"},
    "points.is_redeemable": {"points": Decimal(100), "mobile": "447700900123"},
    "points.redeem": {
        "points": Decimal(100),
        "reference": "RD-1",
        "mobile": "447700900123",
        "code": "918273",
    },
    "points.reverse": {"redemption_id": "731", "points": Decimal(100)},
    "points.validation_code": WHO | {"points": Decimal(100)},
    "redemptions.history": WHO,
    "referrals.check_code": {"code": "ANNA-7F3K"},
    "referrals.get": WHO,
    "referrals.invite": WHO | {"invitations": [Invitation("EMAIL", "ben@example.com", "Ben")]},
    "referrals.lookup": CARD | {"source": "INSTORE"},
    "referrals.read": WHO,
    "referrals.reads": WHO,
    "referrals.statistics": WHO,
    "requests.add": WHO
    | {"kind": "POINTS", "reference": "GR-1", "reason": "Late", "comments": "Late", "points": Decimal(5)},
    "requests.approve": {"request_id": "88", "kind": "POINTS", "points": Decimal(5)},
    "requests.listing": WHO,
    "requests.logs": DAYS,
    "requests.reject": {"request_id": "88", "kind": "POINTS"},
    "token.generate": {"key": "key-of-tests", "secret": "secret-of-tests"},
    "transactions.history": WHO,
}
TOKEN = {"data": {"accessToken": "token-number-1", "ttlSeconds": 300}, "errors": None}
SAYS = {
    "nonsense": lambda handler: handler.json({}),
    "a page": lambda handler: handler.send(b"<html>", kind="text/html"),
    "no access": lambda handler: handler.json({}, status=401),
    "ill": lambda handler: handler.json({}, status=503),
    "nothing": lambda handler: handler.cut(),
}


def functions(package):
    """Every public function of the package that makes calls, by ``module.name``."""
    found = {}
    for info in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        module = importlib.import_module(info.name)
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if function.__module__ == info.name and not name.startswith("_") and _makes_calls(function):
                found[f"{info.name.rpartition('.')[2]}.{name}"] = function
    return found


def _makes_calls(function):
    answer = typing.get_type_hints(function).get("return")
    parts = (answer, *typing.get_args(answer))
    return any(one is Call or typing.get_origin(one) is Call for one in parts)


FUNCTIONS = functions(resources)


def calls_of(name):
    """What the function makes, by key: one call, or several that answer one question."""
    assert name in ARGUMENTS, f"{name} is new: give it arguments here, so that its entries are looked for"
    made = FUNCTIONS[name](**ARGUMENTS[name])
    return made if isinstance(made, dict) else {name: made}


class Diary:
    """A recorder that writes down what is sent, arrives and is answered, in order; full after so many intents."""

    def __init__(self):
        self.lines, self.ids, self.room = [], [], float("inf")

    def sent(self, calls):
        if len(calls) > self.room:
            raise RuntimeError("read only")
        self.room -= len(calls)
        self.ids += [one.call_id for one in calls]
        self.lines += [("sent", one.method, one.path) for one in calls]

    def answered(self, calls):
        self.lines += [("answered", one.method, one.path) for one in calls]

    def arrived(self):
        return [line[1:] for line in self.lines if line[0] == "arrived"]


@pytest.fixture
def memory():
    return Diary()


@pytest.fixture
def says(outside, memory, monkeypatch):
    """Script the outside: sign-ins are given, every other request is answered so; all arrivals are written down."""
    monkeypatch.setattr("apps.capillary.retry.FIRST_PAUSE_SECONDS", 0.001)
    outside.scripts_tokens = True

    def script(answer):
        def serve(handler):
            path = handler.path.partition("?")[0]
            memory.lines.append(("arrived", handler.command, path))
            is_sign_in = path.startswith("/v3/oauth") and answer is not None
            handler.json(TOKEN) if is_sign_in else answer(handler)

        outside.says(serve)

    return script


def pairs(lines):
    """The lines three by three."""
    assert len(lines) % 3 == 0, lines
    return [lines[at : at + 3] for at in range(0, len(lines), 3)]


def test_every_row_of_arguments_has_its_function():
    assert sorted(ARGUMENTS) == sorted(FUNCTIONS)


@pytest.mark.parametrize("answer", SAYS)
@pytest.mark.parametrize("name", FUNCTIONS)
def test_each_attempt_is_written_down_before_it_leaves_and_after_it_ended(name, answer, make, says, memory):
    says(SAYS[answer])
    for call in calls_of(name).values():
        before = len(memory.lines)
        with contextlib.suppress(ConsoleError):
            make().send(call)
        attempts = pairs(memory.lines[before:])
        assert attempts
        for attempt in attempts:
            assert [line[0] for line in attempt] == ["sent", "arrived", "answered"]
            assert len({line[1:] for line in attempt}) == 1
        assert attempts[-1][1][1:] == (call.method, call.path)
        if not call.write and answer in {"ill", "nothing"} and name != "token.generate":
            assert len(attempts) == 4  # sign-in, call, and twice more
    assert len(set(memory.ids)) == len(memory.ids) == len(memory.arrived())


@pytest.mark.parametrize("name", FUNCTIONS)
def test_nothing_more_arrives_than_could_be_written_down(name, make, says, memory):
    """The diary is full from the first, the second … intent on: sign-in, call and each repetition."""
    says(SAYS["ill"])
    for call in calls_of(name).values():
        for room in range(5):
            for send in ("send", "send_all"):
                client, memory.room, memory.lines = make(), room, []
                with contextlib.suppress(ConsoleError, RuntimeError):
                    client.send(call) if send == "send" else client.send_all({"one": call})
                intents = [line for line in memory.lines if line[0] == "sent"]
                assert len(memory.arrived()) == len(intents) <= room


def test_many_at_once_are_all_written_down_before_any_leaves(make, says, memory):
    says(SAYS["nonsense"])
    calls = [(f"{name} {key}", one) for name in FUNCTIONS for key, one in calls_of(name).items()]
    for some in (dict(calls[at : at + 6]) for at in range(0, len(calls), 6)):
        client, memory.lines = make(), []
        client.send_all(some)
        kinds = [line[0] for line in memory.lines]
        assert kinds[:3] == ["sent", "arrived", "answered"]  # the sign-in
        assert set(kinds[3 : 3 + len(some)]) == {"sent"}
        assert sorted(kinds) == sorted(("sent", "arrived", "answered") * (len(some) + 1))
        assert sorted(memory.arrived()) == sorted(line[1:] for line in memory.lines if line[0] == "answered")


# What speaks to a network. Of `urllib` and `http` much is mere text.
WIRES = (
    "requests",
    "urllib3",
    "urllib.request",
    "http.client",
    "http.server",
    "socket",
    "socketserver",
    "ssl",
    "asyncio",
    "httpx",
    "aiohttp",
    "ftplib",
    "smtplib",
    "telnetlib",
    "xmlrpc",
    "ctypes",
)
OWN_NAME = {"socket.gethostname"}
# Module: what of it may be used (None: everything), beside the client's transport and its deadline.
SPEAKS = {
    "apps.capillary.transport": None,
    "apps.core.deadlines": None,
    "apps.capillary.deadlines": None,
    # They carry entries of the trail to where the house collects its logs, not calls about customers.
    "apps.audit.streaming.otlp_sink": None,
    "apps.audit.streaming.syslog": None,
    "apps.audit.streaming.syslog_sink": None,
    # What a mail server may answer with; Django sends the mail.
    "apps.staff.mailing": {"smtplib.SMTPException"},
    # They speak to whoever signs the house's people in: no call about a customer, each sign-in an entry of its own.
    "apps.staff.oidc.provider": {"requests.RequestException", "requests.get"},
    "apps.staff.oidc.tokens": {"requests.RequestException"},
    # They tell other systems of the house's own numbers and states; each delivery is a row with its outcome.
    "apps.operations.webhooks.reaching": None,
    "apps.operations.webhooks.delivering": {"urllib3.exceptions"},
    # Which machine a process runs on.
    "apps.operations.heartbeats": OWN_NAME,
    "apps.operations.work.claims": OWN_NAME,
}
# Who may know the transport: the client, and the command that shows a reply as it came (for its type).
KNOWS_TRANSPORT = {"apps.capillary.client", "apps.staff.management.commands.capillary"}


def wires_in(tree):
    """The names of the network that a module uses, with what it uses of them."""
    found = {name for name in imports(tree) for wire in WIRES if is_within(name, wire)}
    used = {
        ast.unparse(node)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in found
    }
    return {name for name in found if not any(is_within(one, name) for one in used)} | used


def calls_in(tree):
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def test_only_the_transport_speaks_to_the_network():
    found = {name: wires_in(tree) for name, tree in modules("apps").items()}
    assert SPEAKS.keys() <= found.keys()
    allowed = {name: found[name] if what is None else what for name, what in SPEAKS.items()}
    assert {name: used for name, used in found.items() if not used <= allowed.get(name, set())} == {}


def test_a_way_around_the_transport_would_be_found():
    for line in (
        "import requests",
        "from requests import Session",
        "import urllib3.util",
        "def ask():\n    from urllib import request",
        "import socket\nsocket.create_connection(('a', 1))",
    ):
        assert not wires_in(ast.parse(line)) <= OWN_NAME, line
    assert wires_in(ast.parse("import socket\nsocket.gethostname()")) <= OWN_NAME
    assert not wires_in(ast.parse("from urllib.parse import urlencode\nfrom apps.capillary import requests"))


def test_the_transport_is_known_to_the_client_alone():
    everything = modules("apps", "console")
    knowing = {
        name
        for name, tree in everything.items()
        if any(is_within(one, "apps.capillary.transport") for one in imports(tree))
    }
    assert knowing == KNOWS_TRANSPORT
    inside = ("apps.capillary.run", "apps.capillary.deadlines")
    for name, tree in everything.items():
        if not is_within(name, "apps.capillary"):
            assert not [one for one in imports(tree) for inner in inside if is_within(one, inner)], name


def test_a_request_leaves_at_one_place_only():
    sends = {
        (name, ast.unparse(node.func))
        for name, tree in modules("apps").items()
        for node in calls_in(tree)
        if any(word.arg == "ends_at" for word in node.keywords) and ast.unparse(node.func).endswith(".send")
    }
    assert sends == {
        ("apps.capillary.run", "self.client.transport.send"),
        ("apps.staff.management.commands.capillary", "self.inner.send"),
    }


def test_every_client_is_made_with_the_recorder_of_its_actor():
    made = {
        (name, ast.unparse(word.value))
        for name, tree in modules("apps", "console").items()
        for node in calls_in(tree)
        if ast.unparse(node.func) in {"Client", "client.Client"}
        for word in node.keywords
        if word.arg == "recorder"
    }
    assert made == {("apps.staff.connection", "CallRecorder(actor)")}
    changed = {
        (name, ast.unparse(node.value))
        for name, tree in modules("apps", "console").items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]).endswith("client.recorder")
    }
    # The fence asks whether the act still waits for this call, then hands on to the recorder it stands before.
    assert changed == {("apps.operations.acts.carrying", "FencedRecorder(client.recorder, act, call.name)")}

"""What the API answers, as it is told in its document."""

from typing import Any

from rest_framework import serializers

from apps.audit.canonical import moment
from apps.audit.log.export_lines import text_of
from apps.audit.models import Checkpoint, Entry
from apps.audit.narrative import plain_sentence


class ActorSerializer(serializers.Serializer[Any]):
    """Who acted, as it was then: names are copies."""

    id = serializers.IntegerField(
        allow_null=True, help_text="The person's id; null for programs and the system."
    )
    name = serializers.CharField()
    role = serializers.CharField()


class MaskSerializer(serializers.Serializer[Any]):
    """An identifier that was asked with; only its mask is told."""

    kind = serializers.CharField()
    mask = serializers.CharField()


class EntrySerializer(serializers.Serializer[Any]):
    """One entry. ``payload`` are the sealed bytes: everything else repeats parts of them for convenience."""

    id = serializers.IntegerField()
    at = serializers.CharField(help_text="UTC, six digits of a second.")
    action = serializers.CharField()
    sentence = serializers.CharField()
    outcome = serializers.ChoiceField(choices=Entry.Outcome.choices)
    actor = ActorSerializer()
    store = serializers.CharField(allow_blank=True)
    channel = serializers.ChoiceField(choices=Entry.Channel.choices)
    customer = serializers.CharField(allow_blank=True, help_text="Capillary's internal customer id.")
    subject = serializers.CharField(allow_blank=True)
    reason = serializers.CharField(allow_blank=True)
    reference = serializers.CharField(allow_blank=True, help_text="The click or run it belongs to.")
    identifiers = MaskSerializer(many=True)
    details = serializers.DictField()
    call = serializers.DictField(
        help_text="Of an outside call: method, path, status, codes, redacted bodies."
    )
    index = serializers.IntegerField(
        allow_null=True, help_text="Its place in the log, counted from 0; null while it waits."
    )
    leaf_hash = serializers.CharField(help_text="SHA-256(0x00 and payload), base64.")
    payload = serializers.CharField(help_text="The exact sealed bytes, base64.")


class EntryPageSerializer(serializers.Serializer[Any]):
    """One page, newest first."""

    entries = EntrySerializer(many=True)
    next = serializers.CharField(allow_null=True, help_text="Address of the page behind this one.")
    previous = serializers.CharField(allow_null=True)


class CheckpointSerializer(serializers.Serializer[Any]):
    """The log at one size, as a signed note (C2SP tlog-checkpoint)."""

    size = serializers.IntegerField()
    at = serializers.CharField()
    root = serializers.CharField(help_text="base64")  # type: ignore[assignment]
    note = serializers.CharField()


class CheckpointPageSerializer(serializers.Serializer[Any]):
    """One page, newest first."""

    checkpoints = CheckpointSerializer(many=True)
    next = serializers.CharField(allow_null=True)


class InclusionSerializer(serializers.Serializer[Any]):
    """Proof that an entry is in the log under a checkpoint (RFC 9162, 2.1.3)."""

    index = serializers.IntegerField(help_text="Its place in the log, counted from 0 as the RFC does.")
    leaf_hash = serializers.CharField()
    proof = serializers.ListField(child=serializers.CharField(), help_text="base64 hashes, lowest first")
    checkpoint = CheckpointSerializer()


class ConsistencySerializer(serializers.Serializer[Any]):
    """Proof that the log at one size begins with the log at an earlier one (RFC 9162, 2.1.4)."""

    old = CheckpointSerializer()
    new = CheckpointSerializer()
    proof = serializers.ListField(child=serializers.CharField())


class KeySerializer(serializers.Serializer[Any]):
    """A public key of the log, and how the one before handed over to it."""

    vkey = serializers.CharField()
    since_size = serializers.IntegerField()
    handover = serializers.CharField(allow_blank=True)


OUTCOMES = [
    ("done", "It took place."),
    ("not_done", "It certainly did not take place."),
    ("not_known_yet", "No answer came that is understood: look at Location, and do not repeat it."),
]


class ProblemSerializer(serializers.Serializer[Any]):
    """What went wrong (RFC 9457), in the words of the pages.

    ``code`` is a word of the console, or a number of Capillary's with its ``request_id``.
    """

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    reference = serializers.CharField(allow_blank=True)
    next_step = serializers.CharField(required=False)
    code = serializers.CharField(required=False)
    request_id = serializers.CharField(required=False)
    outcome = serializers.ChoiceField(
        choices=OUTCOMES, required=False, help_text="Of a write: whether it took place."
    )
    errors = serializers.DictField(  # type: ignore[assignment]
        required=False, help_text="Sentences by field."
    )


def entry_as_json(entry: Entry, index: int | None) -> dict[str, Any]:
    """An entry as EntrySerializer tells it."""
    content = entry.content
    return {
        "id": entry.pk,
        "at": moment(entry.at),
        "action": entry.action,
        "sentence": plain_sentence(entry),
        "outcome": entry.outcome,
        "actor": {"id": entry.actor_id, "name": entry.actor_name, "role": entry.actor_role},
        "store": entry.store_code,
        "channel": entry.channel,
        "customer": entry.customer,
        "subject": entry.subject,
        "reason": entry.reason,
        "reference": entry.reference,
        "identifiers": content["identifiers"],
        "details": content["details"],
        "call": content["call"],
        "index": index,
        "leaf_hash": text_of(bytes(entry.leaf_hash)),
        "payload": text_of(bytes(entry.payload)),
    }


def checkpoint_as_json(point: Checkpoint) -> dict[str, Any]:
    """A checkpoint as CheckpointSerializer tells it."""
    return {
        "size": point.size,
        "at": moment(point.at),
        "root": text_of(bytes(point.root)),
        "note": point.note,
    }

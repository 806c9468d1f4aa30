"""The API's settings: keys only, problem details, one document."""

from typing import Any

REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["apps.staff.api.authentication.KeyAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["apps.staff.api.authentication.HasScope"],
    # In this order: what a program's own bound refuses does not count for its person.
    "DEFAULT_THROTTLE_CLASSES": [
        "apps.staff.api.authentication.ProgramThrottle",
        "apps.staff.api.authentication.PersonThrottle",
    ],
    # Of one program, and of all programs one person answers for.
    "DEFAULT_THROTTLE_RATES": {"api": "600/min", "api_person": "1800/min"},
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "apps.core.problems.handle",
    # A stranger is nobody: the house has its own people and no anonymous one.
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "Loyalty Console",
    "DESCRIPTION": (
        "What programs may ask of the console: the same acts as on the screens, under the same rules and limits. "
        "Every call is an entry of the audit trail. A write needs an Idempotency-Key and ends in one of three "
        "outcomes: done, not_done, or not_known_yet (202, with a place to look)."
    ),
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SECURITY": [{"key": []}],
    "ENUM_NAME_OVERRIDES": {
        "OutcomeEnum": "apps.audit.models.Entry.Outcome",
        "ChannelEnum": "apps.audit.models.Entry.Channel",
        "GoodwillKindEnum": "apps.goodwill.models.Kind",
        "GoodwillStateEnum": "apps.goodwill.states.State",
        "ActStateEnum": "apps.operations.acts.rows.ActState",
        "ReversalStateEnum": "apps.points.models.State",
        "OperationStateEnum": "apps.operations.work.states.State",
        "InviteeStateEnum": "apps.referrals.models.invitees.InviteeState",
        "IdentifierKindEnum": "apps.customers.kinds.CODES",
        "ActOutcomeEnum": "apps.audit.api.serializers.OUTCOMES",
    },
}

"""What people do to long work. Each is a short transaction with its entry; workers find the rest in the rows.

actor  stands in the trail;  user  is asked for permissions, None for the operator at the shell
"""

from apps.operations.work.approving import approve, may_not_decide, reject, request_approval
from apps.operations.work.asking import rerun_failed, start, start_upload
from apps.operations.work.steering import cancel, free_chunk, pause, resume, run

__all__ = [
    "approve",
    "cancel",
    "free_chunk",
    "may_not_decide",
    "pause",
    "reject",
    "request_approval",
    "rerun_failed",
    "resume",
    "run",
    "start",
    "start_upload",
]

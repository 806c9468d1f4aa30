"""What is not known yet and what a person was told of, for every page: asked together with the navigation."""

from collections.abc import Mapping, Sequence

from apps.operations.models import Notice, Operation
from apps.operations.unknowns import sources_for
from apps.staff.counting import Question, count_with
from apps.staff.models import User

UNREAD = "notices unread"
STARTED = "acts started and not settled"


@count_with
def questions_of(user: User) -> Mapping[str, Sequence[Question]]:
    """For whoever has the page *Not known yet* in the navigation."""
    at_the_counter = user.has_perm("staff.view_customers")
    if not at_the_counter and not user.has_perm("staff.view_trail"):
        return {}
    sources = sources_for(user)
    found = {"operations:unknown": [Question(one.unknown(user), "wait") for one in sources]}
    if at_the_counter:
        found[UNREAD] = [Question(Notice.objects.unread_of(user))]
        found[STARTED] = [Question(one.unsettled(user), most=1) for one in sources]
    if user.has_perm("staff.run_operations"):
        found["operations:list"] = [Question(Operation.objects.waiting_for(user), "warn")]
    return found

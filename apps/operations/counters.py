"""What is not known yet and what a person was told of, for every page: asked together with the navigation."""

from collections.abc import Mapping, Sequence

from apps.operations.models import Notice, Operation
from apps.operations.unknowns import sources_for
from apps.staff.counting import Question, count_with
from apps.staff.models import User

UNREAD = "notices unread"
STARTED = "acts started and not settled"


# Any of them opens the page *Not known yet*, where all notices are.
LISTING = ("staff.view_customers", "staff.view_trail")


def may_list(user: User) -> bool:
    """Whether they may open that page."""
    return any(user.has_perm(one) for one in LISTING)


@count_with
def questions_of(user: User) -> Mapping[str, Sequence[Question]]:
    """Everybody is told of something: a role of the house's own may decide, or run files, and see no customers."""
    found = {UNREAD: [Question(Notice.objects.unread_of(user))]}
    if may_list(user):
        sources = sources_for(user)
        found["operations:unknown"] = [Question(one.unknown(user), "wait") for one in sources]
        if user.has_perm("staff.view_customers"):
            found[STARTED] = [Question(one.unsettled(user), most=1) for one in sources]
    if user.has_perm("staff.run_operations"):
        found["operations:list"] = [Question(Operation.objects.waiting_for(user), "warn")]
    return found

"""The tables of the room."""

from apps.points.models.codes import CodeSending
from apps.points.models.redemptions import Mode, Redemption
from apps.points.models.reversals import Reversal, ReversalAct
from apps.points.models.rules import PointsRules
from apps.points.states import State

__all__ = ["CodeSending", "Mode", "PointsRules", "Redemption", "Reversal", "ReversalAct", "State"]

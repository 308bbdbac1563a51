"""When: timelines (`find_periods`) and meeting times (`find_moments`) in a visitor's words, behind one door."""

from agent.interviewer.moments import Moment, find_moments
from agent.interviewer.periods import Period, find_periods
from agent.interviewer.zones import ZoneFound, find_zones

__all__ = ["Moment", "Period", "ZoneFound", "find_moments", "find_periods", "find_zones"]

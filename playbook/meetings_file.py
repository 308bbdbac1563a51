"""meetings.yaml: the kinds of meeting that can be booked, and the people who host them."""

from collections.abc import Mapping
from typing import Annotated, ClassVar

from pydantic import Field, model_validator

from leads.slots import BUCKET_MINUTES, MeetingType
from playbook.book import RepProfile
from playbook.fields import Count, Email, Key, Languages, Line, listed_in
from playbook.schema import Problem, Section, refuse
from playbook.week import Hours

Minutes = Annotated[Count, Field(ge=0, le=1440, multiple_of=BUCKET_MINUTES)]
MeetingKey = Annotated[str, listed_in(lambda names: names.meetings, "meeting")]


class MeetingSection(Section):
    """A kind of meeting. Times are minutes, in steps of five."""

    key: Key = Field(description="a short name, such as intro")
    title: Line = Field(description="what the invitation says")
    minutes: Annotated[Minutes, Field(ge=BUCKET_MINUTES)] = Field(description="the length, a multiple of 5")
    step_minutes: Annotated[Minutes, Field(ge=BUCKET_MINUTES)] = Field(30, description="the grid of starts")
    buffer_before_minutes: Minutes = Field(0, description="minutes the host keeps free before")
    buffer_after_minutes: Minutes = Field(0, description="minutes the host keeps free after")
    notice_minutes: Annotated[Count, Field(ge=0, le=43200)] = Field(0, description="the least time until the start")
    horizon_days: Annotated[Count, Field(ge=1, le=365)] = Field(14, description="how many days ahead it can be booked")
    per_day_limit: Annotated[Count, Field(ge=1)] | None = Field(None, description="how many a host takes on one day")

    def meeting_type(self) -> MeetingType:
        """The meeting as the calendar understands it."""
        return MeetingType(**self.model_dump())


class RepSection(Section):
    """Somebody leads can meet."""

    email: Email = Field(description="the address they log in with")
    name: Line = Field(description="the name visitors see")
    languages: Languages = Field(description="languages they speak, such as [en, de]")
    hosts: Annotated[tuple[MeetingKey, ...], Field(min_length=1)] = Field(description="keys of meetings they take")
    hours: Hours = Field(description="zone and week in which they work")
    manager: bool = Field(False, strict=True, description="true: may publish rules, erase people, read the audit log")

    def profile(self) -> RepProfile:
        """The rep as the other rooms know them."""
        return RepProfile(self.email, self.name, self.hours.weekly(), self.languages, self.hosts, self.manager)


class MeetingsFile(Section):
    """The whole file. The first meeting is the one that is offered when nothing else was asked for."""

    named_by: ClassVar[Mapping[str, str]] = {"meetings": "key", "reps": "email"}

    meetings: Annotated[tuple[MeetingSection, ...], Field(min_length=1)] = Field(description="a list of meetings")
    reps: Annotated[tuple[RepSection, ...], Field(min_length=1)] = Field(description="a list of people")

    @model_validator(mode="after")
    def _holds_together(self) -> "MeetingsFile":
        hosted = {key for rep in self.reps for key in rep.hosts}
        problems = [
            Problem(f"nobody hosts the meeting {meeting.key}", "a key that a rep has under hosts", ("meetings", index))
            for index, meeting in enumerate(self.meetings)
            if meeting.key not in hosted
        ]
        if problems:
            raise refuse(*problems)
        return self

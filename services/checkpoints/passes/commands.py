"""What may be told of a pass, by page, queue and HTTP alike."""

from typing import Annotated, Any

from pydantic import Field, Strict

from services.checkpoints.passes.judging import Direction
from shared.events.checkpoints import Verdict
from shared.http import FormValues
from shared.text import Cccd, Command, Day, Line, Name, Phone, Plate, RecordId, Slug, Timestamp, WordsUpTo

Celsius = Annotated[float, Field(ge=30, le=45)]


class Traveller(Command):
    """Somebody in the vehicle; only what the officer asked."""

    name: Name | None = None
    cccd: Cccd | None = None
    phone: Phone | None = None
    coming_from: Line | None = None
    left_on: Day | None = None
    temperature: Celsius | None = None


class ObservedPass(Command):
    """What stood at the post. `observed_at` is the device's time; without it, the moment of arrival here counts."""

    post: Slug | None = None
    lane: Annotated[int, Field(ge=1, le=20)] = 1
    direction: Direction
    plate: Plate | None = None
    trailer: Plate | None = None
    people: Annotated[int, Field(ge=0, le=100)] = 1
    travellers: Annotated[tuple[Traveller, ...], Field(max_length=100)] = ()
    temperature: Celsius | None = None
    permit_code: Line | None = None
    observed_at: Timestamp | None = None
    device: Line | None = None
    synthetic: bool = False


class OverrideVerdict(Command):
    """A supervisor decides otherwise, and says why."""

    verdict: Verdict
    reason: Annotated[str, Strict(), WordsUpTo(500)]


class OverrideForm(OverrideVerdict):
    """The same from a page, with the id that makes pressing twice one decision."""

    key: RecordId

    @property
    def command(self) -> OverrideVerdict:
        return OverrideVerdict(verdict=self.verdict, reason=self.reason)


class ReadTravellers(Command):
    """Why the people of a pass are looked up; recorded."""

    reason: Annotated[str, Strict(), WordsUpTo(500)]


class PassForm(Command):
    """A pass as the officer's page sends it without JavaScript: one traveller at most, all fields flat."""

    pass_id: RecordId
    lane: Annotated[int, Field(ge=1, le=20)] = 1
    direction: Direction
    plate: Plate | None = None
    trailer: Plate | None = None
    people: Annotated[int, Field(ge=0, le=100)] = 1
    permit_code: Line | None = None
    temperature: Celsius | None = None
    name: Name | None = None
    cccd: Cccd | None = None
    phone: Phone | None = None
    coming_from: Line | None = None
    code_as_is: bool = False

    def typed(self) -> FormValues:
        """The same, to be shown again."""
        told = self.model_dump(mode="json", exclude_none=True, exclude={"code_as_is"})
        return FormValues({name: str(value) for name, value in told.items()})

    def observed(self, post: str) -> ObservedPass:
        """The same as the queue and HTTP send it."""
        who = Traveller(name=self.name, cccd=self.cccd, phone=self.phone, coming_from=self.coming_from)
        return ObservedPass(
            post=post,
            lane=self.lane,
            direction=self.direction,
            plate=self.plate,
            trailer=self.trailer,
            people=self.people,
            travellers=(who,) if who != Traveller() else (),
            temperature=self.temperature,
            permit_code=self.permit_code,
        )


class PassBatch(Command):
    """Passes that waited on a device. Each is validated by itself, so that one bad item holds up no other."""

    items: Annotated[tuple[Any, ...], Field(min_length=1, max_length=200)]

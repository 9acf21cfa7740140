"""What may be asked of subscriptions, by page and HTTP alike."""

from typing import Annotated

from pydantic import Field

from shared.text import Command, Line, RecordId, Slug


class SubscribeWebhook(Command):
    """Where alerts shall go. No wards: all of them. Also what a change says."""

    label: Line
    url: Annotated[str, Field(max_length=500)]
    wards: Annotated[tuple[Slug, ...], Field(max_length=60)] = ()


class SubscribeForm(SubscribeWebhook):
    """The page's form: it carries the id the subscription will have, so that sending it twice makes one."""

    id: RecordId

    @property
    def command(self) -> SubscribeWebhook:
        return SubscribeWebhook(**self.model_dump(exclude={"id"}))

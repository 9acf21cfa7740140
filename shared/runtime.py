"""What a service is made of: its collaborators built once, its tasks started, watched and stopped with it.

    runtime = Runtime("intake", settings)
    reports = MongoReports(runtime)
    app = runtime.app(title=…, routers=[…], reactions=[…])

A capability gets what it needs from the runtime by constructor; nothing is built at import, nothing is global.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar, get_args

import structlog
from fastapi import APIRouter, FastAPI
from pymongo.errors import PyMongoError

from shared.accounts_projection import project_accounts
from shared.aggregates import Aggregates
from shared.audit import Audit
from shared.audit_door import audit_router
from shared.batches import GroupOffsets
from shared.clock import Clock, now
from shared.consumer_loop import GroupLoop
from shared.consumers import Consumers
from shared.counts import Counts
from shared.dead_letters import DeadLetters
from shared.halts import Halts
from shared.http import Readiness, create_http_app
from shared.http.problem_pages import problem_pages
from shared.identity.references import References
from shared.identity.vault import Vault
from shared.last_words import COLLECTION as LAST_WORDS
from shared.last_words import keep_last_words
from shared.leases import Leases
from shared.messaging import Answer, Reaction
from shared.mongo import connect, database_of
from shared.operations import operations_router
from shared.parts import Machinery, Parts, Task
from shared.profile import Profile, load_profile
from shared.publishing import EventProducer, Publisher
from shared.relay import Relay
from shared.replays import Replays
from shared.security import MongoAccountsView, Sealer, build_security, derive_key, install, read_key
from shared.security.accounts_view import COLLECTION as ACCOUNTS_VIEW
from shared.settings import ServiceName, Settings
from shared.tasks import end, kept_alive
from shared.topic_creation import create_topics
from shared.topics import topics_to_create
from shared.unpublishable import Unpublishable
from shared.vitals import Vitals
from shared.web.audit_pages import audit_pages
from shared.web.dashboard import dashboard_router
from shared.web.headers import security_headers
from shared.web.pages import Pages
from shared.web.site import Site
from shared.web.stream import EventStream

__all__ = ["Parts", "Runtime"]

log = structlog.get_logger(__name__)

VERSION = "0.1.0"
S = TypeVar("S")


class Runtime:
    """The collaborators of one process of one service.

    Args:
        service: which one.
        settings: read once, in `main` or by a test.
        clock: the present.
    """

    def __init__(self, service: ServiceName, settings: Settings, clock: Clock = now) -> None:
        self.service = service
        self.settings = settings
        self.clock = clock
        self.profile: Profile = load_profile(settings.profile)
        self.client = connect(settings)
        self.database = database_of(self.client, service, settings)
        self.producer = EventProducer(settings.kafka_bootstrap_servers, service, settings.topic_prefix)
        self.publisher = Publisher(self.producer)
        self.audit = Audit(self.database)
        self.leases = Leases.of(self.database)
        self.halts = Halts(self.database)
        sealer = Sealer(read_key(settings.dead_letter_key))
        self.dead_letters = DeadLetters(self.producer, self.database, sealer, settings.topic_prefix)
        self.streams = EventStream()
        self._offsets: dict[str, GroupOffsets] = {}
        self._aggregates: list[Aggregates[Any]] = []
        self._stopping = False

    @cached_property
    def references(self) -> References:
        """Keyed references to persons and vehicles."""
        return References(read_key(self.settings.reference_key))

    @cached_property
    def vault(self) -> Vault:
        """The encrypted identities of this service's records."""
        return Vault(self.database, read_key(self.settings.master_key, at_least=96))

    @cached_property
    def code_key(self) -> bytes:
        """The key of tracking and hand codes."""
        return derive_key(read_key(self.settings.code_key), "codes")

    def pages(self, *capabilities: Path) -> Pages:
        """The pages of this service; each capability's folder brings its `templates` and, if it has any, `static`."""
        site = Site.of(self.service, self.settings, self.profile)
        static = [folder / "static" for folder in capabilities if (folder / "static").is_dir()]
        return Pages(site, folders=[folder / "templates" for folder in capabilities], static=static, clock=self.clock)

    def aggregates(self, name: str, state: type[S], *, group: str | None = None) -> Aggregates[S]:
        """A store of aggregates in this service's database.

        Args:
            name: the collection; events come from `/<service>/<name>`.
            state: the frozen dataclass.
            group: the group whose loop writes facts here, if one does.
        """
        made = Aggregates(
            self.database,
            name,
            state,
            source=f"/{self.service}/{name}",
            outbox=self.publisher,
            committed=self.offsets(group) if group else None,
            clock=self.clock,
        )
        self._aggregates.append(made)  # the relay and the counts look after every one: none can be forgotten
        return made

    def offsets(self, group: str) -> GroupOffsets:
        """What a group of this process has been seen to commit."""
        return self._offsets.setdefault(group, GroupOffsets())

    def app(self, parts: Parts) -> FastAPI:
        """The service as an ASGI application; its lifespan starts and stops everything."""
        machinery = self._machinery(parts)
        pages = parts.pages or self.pages()

        @contextlib.asynccontextmanager
        async def lifespan(_: FastAPI) -> AsyncIterator[None]:
            async with self._running([*machinery.prepare, *parts.prepare], [*machinery.tasks, *parts.tasks]):
                yield

        app = create_http_app(
            service=self.service,
            title=parts.title,
            version=VERSION,
            routers=[*parts.routers, pages.assets.router(), *self._operators_routers(machinery, pages)],
            settings=self.settings,
            readiness=lambda: self._readiness(machinery.vitals),
            lifespan=lifespan,
            media_limits=parts.media_limits,
            page_headers=security_headers([self.settings.origin_of(each) for each in get_args(ServiceName)]),
            render_problem=problem_pages(pages, parts.layout),
            state={"runtime": self, "pages": pages, "stop_asked": self.stop_asked},
        )
        accounts = parts.accounts or MongoAccountsView(self.database[ACCOUNTS_VIEW])
        install(app, build_security(self.settings, self.service, accounts, self.clock))
        return app

    def _machinery(self, parts: Parts) -> Machinery:
        own = tuple(self._aggregates)
        counts = Counts(self.service, self.aggregates("counts", Counts.STATE), own, self.clock)
        stores = [*own, counts.aggregates]
        outbox = [store.collection for store in stores]
        relay = Relay(self.service, outbox, self.producer, self.leases, clock=self.clock)
        consumers = self._consumers(parts)
        replays = Replays(self.database, self.dead_letters, consumers, self.clock)
        vitals = Vitals(self.service, consumers, relay, self.dead_letters, self.producer, self.halts, self.clock)
        return Machinery(
            consumers=consumers,
            replays=replays,
            vitals=vitals,
            unpublishable=Unpublishable(outbox),
            prepare=[
                *(store.prepare for store in stores),
                self.dead_letters.prepare,
                *([] if parts.accounts else [MongoAccountsView(self.database[ACCOUNTS_VIEW]).prepare]),
                self.audit.prepare,
                self.vault.prepare,
            ],
            tasks=[
                self.producer.connect,
                self.publisher.run,
                relay.run,
                consumers.run,
                replays.run,
                vitals.run,
                self.audit.tell_head,
                lambda: counts.run(self.leases, relay),
            ],
        )

    def _operators_routers(self, machinery: Machinery, pages: Pages) -> list[APIRouter]:
        return [
            dashboard_router(pages, machinery.vitals.dashboard, self.streams),
            operations_router(
                machinery.consumers,
                self.halts,
                self.dead_letters,
                machinery.replays,
                machinery.unpublishable,
                self.audit,
            ),
            audit_router(self.audit),
            audit_pages(pages, self.audit),
        ]

    def _consumers(self, parts: Parts) -> Consumers:
        settings = self.settings
        everything = [*parts.reactions, *keep_last_words(self.service, self.database[LAST_WORDS])]
        if parts.accounts is None:
            everything.append(project_accounts(self.service, self.database[ACCOUNTS_VIEW]))
        groups: dict[str, list[Reaction]] = {}
        for each in everything:
            groups.setdefault(each.group, []).append(each)
        return Consumers(
            settings.kafka_bootstrap_servers,
            self.service,
            [self._loop(group, mine, parts.answers.get(group)) for group, mine in groups.items()],
            self.create_topics,
            prefix=settings.topic_prefix,
            replica=settings.replica,
            clock=self.clock,
        )

    def _loop(self, group: str, reactions: Sequence[Reaction], answer: Answer | None) -> GroupLoop:
        return GroupLoop(
            group,
            reactions,
            self.producer,
            self.dead_letters,
            self.halts,
            offsets=self.offsets(group),
            answer=answer,
            prefix=self.settings.topic_prefix,
            clock=self.clock,
        )

    async def create_topics(self) -> list[str]:
        """Create the topics that are missing; whichever process starts first does."""
        agencies = [agency.id for agency in self.profile.agencies]
        topics = topics_to_create(agencies, self.settings.topic_prefix)
        return await create_topics(self.settings.kafka_bootstrap_servers, topics, self.settings.topic_replication)

    def stop_asked(self) -> None:
        """Told to stop: not ready any more, no streams held open, no more waiting to begin."""
        self._stopping = True
        self.streams.close()

    async def _readiness(self, vitals: Vitals) -> Readiness:
        degraded = tuple(vitals.alarms())
        try:
            await asyncio.wait_for(self.client.admin.command("ping"), timeout=1.5)
        except (PyMongoError, TimeoutError):
            return Readiness(ok=False, degraded=("mongodb", *degraded))
        return Readiness(ok=not self._stopping, degraded=degraded, details=vitals.details())

    @contextlib.asynccontextmanager
    async def _running(
        self, prepare: Sequence[Callable[[], Awaitable[Any]]], tasks: Sequence[Task]
    ) -> AsyncIterator[None]:
        for each in prepare:
            await self._until_mongo_answers(each)
        running = [] if self._stopping else [asyncio.create_task(kept_alive(task)) for task in tasks]
        try:
            yield
        finally:
            self.stop_asked()
            await end(running)
            await self.producer.stop()
            self.client.close()

    async def _until_mongo_answers(self, prepare: Callable[[], Awaitable[Any]]) -> None:
        """Or until this process is told to stop, which a service that cannot begin must hear as well."""
        while not self._stopping:
            try:
                await prepare()
            except PyMongoError as error:
                log.warning("start_waits_for_mongodb", error=type(error).__name__)
                await asyncio.sleep(0.5)
            else:
                return

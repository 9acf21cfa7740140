"""Checkpoints, assembled: who is given what, what is consumed, what is offered."""

from pathlib import Path

from fastapi import FastAPI

from services.checkpoints.areas import api as areas_api
from services.checkpoints.areas import pages as areas_pages
from services.checkpoints.areas.desk import AreaDesk
from services.checkpoints.areas.store import MongoAreas
from services.checkpoints.flags import api as flags_api
from services.checkpoints.flags import pages as flags_pages
from services.checkpoints.flags.desk import FlagDesk
from services.checkpoints.flags.handlers import raise_flags
from services.checkpoints.flags.store import MongoFlags
from services.checkpoints.passes import api as passes_api
from services.checkpoints.passes import pages as passes_pages
from services.checkpoints.passes.desk import PassDesk
from services.checkpoints.passes.store import MongoPasses, PassSeals
from services.checkpoints.permits import api as permits_api
from services.checkpoints.permits import pages as permits_pages
from services.checkpoints.permits.desk import PermitDesk
from services.checkpoints.permits.store import MongoPermits
from services.checkpoints.site import pages as site_pages
from services.checkpoints.watchlist import api as watchlist_api
from services.checkpoints.watchlist import pages as watchlist_pages
from services.checkpoints.watchlist.desk import WatchDesk
from services.checkpoints.watchlist.matching import Matching
from services.checkpoints.watchlist.names import NameKeys
from services.checkpoints.watchlist.store import MongoWatchlist
from shared.messaging import reaction
from shared.runtime import Parts, Runtime
from shared.security import Sealer, derive_key, read_key
from shared.settings import Settings

HERE = Path(__file__).parent


def create_app(settings: Settings) -> FastAPI:
    """The ASGI application of checkpoints."""
    runtime = Runtime("checkpoints", settings)
    areas, watch, permits = area_desk(runtime), watch_desk(runtime), permit_desk(runtime)
    passes = pass_desk(runtime, permits, areas, watch)
    flags = FlagDesk(flags=MongoFlags(runtime), audit=runtime.audit, clock=runtime.clock)
    pages = runtime.pages(*(HERE / each for each in ("site", "passes", "permits", "watchlist", "areas", "flags")))
    permit_screens = permits_pages.PermitScreens(desk=permits, pages=pages)
    overview = site_pages.Overview(flags=flags.flags, passes=passes.passes, profile=runtime.profile)
    stores = (areas.areas, watch.watchlist, permits.permits, passes.passes, flags.flags)
    people = [watch.seed] if settings.is_for_trying else []
    apis = [
        areas_api.router(areas),
        watchlist_api.router(watch),
        permits_api.router(permits),
        passes_api.router(passes),
        flags_api.router(flags),
    ]
    screens = [
        site_pages.router(overview, pages),
        passes_pages.router(passes, pages),
        flags_pages.router(flags, runtime.profile, pages),
        permits_pages.router(permit_screens),
        permits_pages.permit_router(permit_screens),
        watchlist_pages.router(watchlist_pages.WatchScreens(desk=watch, pages=pages)),
        areas_pages.router(areas, pages),
    ]
    return runtime.app(
        Parts(
            title="Hải Vân – chốt kiểm soát",
            routers=[*apis, *screens],
            reactions=[reaction(raise_flags, flags=flags.flags, clock=runtime.clock)],
            pages=pages,
            layout="console.html",
            prepare=[*(store.prepare for store in stores), areas.seed, *people],
        )
    )


def area_desk(runtime: Runtime) -> AreaDesk:
    return AreaDesk(areas=MongoAreas(runtime), profile=runtime.profile, audit=runtime.audit, clock=runtime.clock)


def watch_desk(runtime: Runtime) -> WatchDesk:
    """Names are hashed and sealed with keys of their own, derived from those of the settings."""
    settings = runtime.settings
    hashing = derive_key(read_key(settings.reference_key), "watchlist-names")
    sealing = derive_key(read_key(settings.master_key, at_least=96), "watchlist-names")
    return WatchDesk(
        watchlist=MongoWatchlist(runtime),
        matching=Matching(runtime.references, NameKeys(hashing), Sealer(sealing)),
        vault=runtime.vault,
        profile=runtime.profile,
        audit=runtime.audit,
        clock=runtime.clock,
    )


def permit_desk(runtime: Runtime) -> PermitDesk:
    return PermitDesk(
        permits=MongoPermits(runtime),
        references=runtime.references,
        vault=runtime.vault,
        code_key=runtime.code_key,
        profile=runtime.profile,
        audit=runtime.audit,
        clock=runtime.clock,
    )


def pass_desk(runtime: Runtime, permits: PermitDesk, areas: AreaDesk, watch: WatchDesk) -> PassDesk:
    return PassDesk(
        passes=MongoPasses(runtime),
        permits=permits.permits,
        areas=areas.areas,
        watch=watch,
        references=runtime.references,
        seals=PassSeals(runtime),
        profile=runtime.profile,
        audit=runtime.audit,
        clock=runtime.clock,
    )

"""The FastAPI application: slices put together, and what lives as long as it does."""

import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import APIRouter, FastAPI
from rftdeck.runs import Problem

from rftdeck_server import health, pages
from rftdeck_server.cases.router import router as cases
from rftdeck_server.catalog.router import router as catalog
from rftdeck_server.checkpoints.router import router as checkpoints
from rftdeck_server.core import errors
from rftdeck_server.core.auth import Authentication
from rftdeck_server.core.bodies import BodyLimit
from rftdeck_server.core.bus import Bus
from rftdeck_server.core.database import Database
from rftdeck_server.core.settings import Settings
from rftdeck_server.datasets import importing
from rftdeck_server.datasets.router import router as datasets
from rftdeck_server.ingest.router import router as ingest
from rftdeck_server.jobs.router import router as jobs
from rftdeck_server.jobs.runner import Runner
from rftdeck_server.media.router import router as media
from rftdeck_server.metrics.router import router as metrics
from rftdeck_server.preflights.router import router as preflights
from rftdeck_server.questions.router import router as questions
from rftdeck_server.rescores.router import router as rescores
from rftdeck_server.rewards.pool import RewardPool
from rftdeck_server.rewards.router import router as rewards
from rftdeck_server.rollouts.router import router as rollouts
from rftdeck_server.runs.janitor import keep_house
from rftdeck_server.runs.router import router as runs
from rftdeck_server.runs.stored_data import count_trained_on
from rftdeck_server.stream.hub import Hub
from rftdeck_server.stream.replay import router as replay
from rftdeck_server.stream.router import router as stream
from rftdeck_server.workers.router import router as workers

SLICES = (
    ingest,
    runs,
    metrics,
    rollouts,
    media,
    checkpoints,
    replay,
    stream,
    workers,
    catalog,
    datasets,
    jobs,
    rewards,
    cases,
    rescores,
    preflights,
    questions,
)

PROBLEM: dict[str, Any] = {"model": Problem, "description": "A problem document (RFC 9457)"}


def create_app(settings: Settings) -> FastAPI:
    """The database must be at the newest migration (see migrate.py)."""
    app = FastAPI(
        title="rftdeck",
        version="1",
        docs_url="/api/docs",
        openapi_url="/api/openapi.json",
        redoc_url=None,
        lifespan=_lifespan,
    )
    app.state.settings = settings
    errors.install(app)
    # What every route may answer; 422 stands here to replace FastAPI's own body for it.
    api = APIRouter(prefix="/api/v1", responses={422: PROBLEM, "default": PROBLEM})
    for router in SLICES:
        api.include_router(router)
    app.include_router(api)
    app.include_router(health.router)
    pages.install(app, settings.frontend)
    app.add_middleware(BodyLimit)
    app.add_middleware(Authentication, token=settings.token, member_token=settings.member_token)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    settings: Settings = app.state.settings
    database, bus = Database(settings.database_url), Bus(settings.redis_url)
    hub = Hub(database, settings.redis_url)
    app.state.reward_pool = RewardPool()
    app.state.count_runs = count_trained_on
    app.state.database, app.state.bus, app.state.hub = database, bus, hub
    runner = Runner(settings, database, clean={"import": importing.clean}, sweep=importing.sweep)
    stop = threading.Event()
    janitor = threading.Thread(
        target=keep_house, args=(database, bus, settings, stop), name="janitor", daemon=True
    )
    await hub.start()
    janitor.start()
    runner.start()
    try:
        yield
    finally:
        stop.set()
        runner.stop()
        janitor.join(timeout=5)
        await hub.stop()
        app.state.reward_pool.close()
        bus.close()
        database.close()

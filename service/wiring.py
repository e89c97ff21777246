"""Everything is made and put together here, started in order and stopped in the reverse one."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import aiohttp
import sqlalchemy as sa
import structlog
from aiohttp import web
from prometheus_client import REGISTRY

from bot.card_worker import CardWorker
from bot.member_worker import MEMBERS_LANE, MemberWorker
from bot.wiring import Bot, BotSettings, make_bot
from connectors.http import tls_context
from connectors.interface import CrmConnector
from desk.act import ActionDesk
from desk.changes import CARDS_LANE
from desk.closing import REQUESTS_LANE, RequestCloser, look_for_quiet
from desk.creating import lane as create_lane
from desk.due import DueWorker
from desk.interactions import DUE_LANE
from desk.lookups import lane as lookup_lane
from desk.operating import EVENTS_LANE, mapping_lane
from desk.pushing import lane as push_lane
from desk.updating import lane as update_lane
from desk.verbs import check_table
from desk.work import DeskSettings, IntakeRules, Surroundings
from intake.http import routes as intake_routes
from intake.worker import EventWorker, give_up
from jobs.lane import Lane
from jobs.metrics import QueueCollector
from jobs.runner import Runner
from manifest.app import resource, teams_id
from pane.auth import SCOPE, SignIn
from pane.files import MissingFileError
from pane.http import mount as mount_pane
from pane.keys import EntraKeys
from pane.settings import BrowserSignIn, PaneSettings
from push.creating import CreateWorker
from push.fitness import Fitness
from push.lookups import LookupWorker
from push.mapping_worker import MappingWorker
from push.updating import UpdateWorker
from push.worker import PushWorker
from service.access import Access
from service.crms import connectors
from service.crossing import Crossing
from service.desk import ServiceDesk
from service.directory import ServiceDirectory
from service.errors import ConfigError
from service.forgetting import forgetting
from service.inbox import ServiceInbox
from service.indexer import Indexer
from service.management import Management
from service.mapped import take_up
from service.mapping_watch import MappingWatch
from service.routes import check_routes
from service.settings import Settings
from service.short_cards import ServiceShortCards
from service.surroundings import surroundings
from storage import schema
from storage.engine import Database
from storage.errors import SchemaOutdated

_log = structlog.get_logger("service")
_POOL = 20
_CARDS_AT_ONCE = 16
_STOP_SECONDS = 10.0
LEASE_SECONDS = 20.0
"""How long the jobs of a process that was killed wait for another one; renewed all the time while they run."""


@dataclass(frozen=True, slots=True)
class Roles:
    """Which halves run in this process."""

    web: bool = True
    worker: bool = True


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the service listens."""

    web: str
    management: str


@dataclass(frozen=True, slots=True)
class _Parts:
    """What both halves are made of."""

    database: Database
    crossing: Crossing
    known: DeskSettings
    crms: dict[str, CrmConnector]
    """A mapping that was changed brings a new one."""
    session: aiohttp.ClientSession
    desk: ServiceDesk
    directory: ServiceDirectory
    bot: Bot


def desk_settings(
    settings: Settings, crms: Mapping[str, CrmConnector], around: Surroundings | None = None
) -> DeskSettings:
    """What the use cases need of the settings."""
    rules = {
        name: IntakeRules(
            intake.lifecycle(), intake.country or settings.service.country, person_ids=frozenset(intake.person_ids)
        )
        for name, intake in settings.intake.items()
    }
    labels = {name: crm.label for name, crm in crms.items()}
    known = DeskSettings(
        rules,
        labels,
        request_close_days=settings.cards.request_close_days,
        surroundings=around or Surroundings(),
        share_voice_and_sms=settings.cards.share_voice_and_sms,
        activity_fields=settings.cards.sets,
        customer_fields=tuple(one.field() for one in settings.cards.customer_fields),
    )
    for name, crm in crms.items():
        take_up(known, name, crm)
    return known


def named_database(settings: Settings) -> Database:
    """The database of the settings; nothing is connected yet. Raises ConfigError."""
    try:
        return Database(settings.database.url, pool_size=_POOL)
    except (ValueError, sa.exc.ArgumentError) as error:
        raise ConfigError(f"database.url: {error}") from None


def open_database(settings: Settings) -> Database:
    """The database, migrated: by itself on SQLite, by `customer-card db upgrade` on PostgreSQL. Raises ConfigError."""
    database = named_database(settings)
    if database.dialect == "sqlite":
        upgraded(database)
    elif not schema.is_current(database):
        database.close()
        raise ConfigError("database: the tables are not those of this version: run customer-card db upgrade")
    return database


def upgraded(database: Database) -> None:
    """The tables are those of this version. Raises ConfigError where they are of a newer one; then it is closed."""
    try:
        schema.upgrade(database)
    except SchemaOutdated as error:
        database.close()
        raise ConfigError(f"database: {error}: install the newer version, or name another database") from None


class Service:
    """The running service. `async with Service(settings) as addresses:`"""

    def __init__(self, settings: Settings, roles: Roles | None = None, *, lease_seconds: float = LEASE_SECONDS) -> None:
        self._settings = settings
        self._lease_seconds = lease_seconds
        self._roles = roles or Roles()
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Addresses:
        try:
            return await self._start()
        except BaseException:
            await self._stack.aclose()
            raise

    async def __aexit__(self, *_exc: object) -> None:
        await self._stack.aclose()

    async def _start(self) -> Addresses:
        check_table()
        settings, stack = self._settings, self._stack
        database = open_database(settings)
        stack.callback(database.close)
        crms = connectors(settings)
        stack.callback(_close_all, crms)
        crossing = Crossing(_POOL)
        stack.callback(crossing.close)
        management = Management(database, crossing)
        collector = QueueCollector(database)
        REGISTRY.register(collector)
        stack.callback(REGISTRY.unregister, collector)
        management_app = management.app()
        check_routes(management_app, is_management=True)
        management_url = await self._listen(management_app, settings.service.management_port)
        session = await stack.enter_async_context(self._session())
        await stack.enter_async_context(forgetting())
        known = desk_settings(settings, crms, surroundings(settings, crms, database))
        desk = ServiceDesk(database, ActionDesk(database, known), crossing)
        stack.callback(desk.close)
        management.watchers = lambda: desk.watchers
        access = Access(settings.access, settings.cards)
        directory = ServiceDirectory(database, crossing, known, access, settings.service.country)
        short_cards = short_cards_of(settings, database, crossing, crms)
        stack.callback(short_cards.close)
        bot = make_bot(bot_settings(settings), session, desk, directory, short_cards)
        stack.push_async_callback(bot.close)
        parts = _Parts(database, crossing, known, crms, session, desk, directory, bot)
        fitness = Fitness(database, crms, known) if self._roles.worker else None
        self._watch_mappings(parts, fitness)
        if fitness is not None:
            self._work(parts, fitness)
        url = await self._serve(parts) if self._roles.web else ""
        management.is_ready = True
        stack.callback(setattr, management, "is_ready", False)
        _log.info("service.started", url=url, management=management_url)
        return Addresses(url, management_url)

    def _session(self) -> aiohttp.ClientSession:
        context: ssl.SSLContext = tls_context(self._settings.http.authorities())
        return aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=context, limit=100))

    def _watch_mappings(self, parts: _Parts, fitness: Fitness | None) -> None:
        watch = MappingWatch(self._settings, parts.crms, fitness, taken_up=partial(take_up, parts.known))
        watch.start()
        self._stack.push_async_callback(asyncio.to_thread, watch.stop, _STOP_SECONDS)

    # --- worker -------------------------------------------------------------------------------------------------

    def _work(self, parts: _Parts, fitness: Fitness) -> None:
        indexer = Indexer(parts.database, parts.known.matching)
        indexer.start()
        self._stack.push_async_callback(asyncio.to_thread, indexer.stop, _STOP_SECONDS)
        with parts.database.write() as tx:
            look_for_quiet(tx)
        runner = Runner(parts.database, self._lanes(parts, fitness))
        runner.start()
        self._stack.push_async_callback(asyncio.to_thread, runner.stop, _STOP_SECONDS)

    def _lanes(self, parts: _Parts, fitness: Fitness) -> list[Lane]:
        database, known, loop = parts.database, parts.known, asyncio.get_running_loop()
        lane = partial(Lane, lease_seconds=self._lease_seconds)
        events = EventWorker(database, self._settings.intake, known)
        one_writer = database.dialect == "sqlite"
        cards = CardWorker(database, parts.bot.connector, known, loop, parts.directory.standing_of)
        lanes = [
            lane(EVENTS_LANE, events.handle, concurrency=1 if one_writer else 4, on_dead=give_up),
            lane(DUE_LANE, DueWorker(database, known).handle, concurrency=1 if one_writer else 2),
            lane(REQUESTS_LANE, RequestCloser(database, known).handle, concurrency=1),
            lane(CARDS_LANE, cards.handle, concurrency=_CARDS_AT_ONCE),
            lane(MEMBERS_LANE, MemberWorker(database, parts.bot.connector, known, loop).handle, concurrency=2),
        ]
        for name in parts.crms:
            crm = self._settings.crm[name]
            push = PushWorker(database, parts.crms, known, fitness=fitness)
            lookup = LookupWorker(database, parts.crms, known, fitness=fitness)
            create = CreateWorker(database, parts.crms, known)
            update = UpdateWorker(database, parts.crms, known)
            crm_lane = partial(lane, concurrency=crm.concurrency)
            many = partial(crm_lane, handle_many=push.handle_many, together=crm.together)
            lanes.append(many(push_lane(name), push.handle, rate_per_second=crm.rate, on_dead=push.give_up))
            lanes.append(crm_lane(lookup_lane(name), lookup.handle, on_dead=lookup.give_up))
            lanes.append(lane(mapping_lane(name), MappingWorker(database, fitness).handle, concurrency=1))
            lanes.append(crm_lane(create_lane(name), create.handle, on_dead=create.give_up))
            lanes.append(crm_lane(update_lane(name), update.handle, on_dead=update.give_up))
        return lanes

    # --- web ----------------------------------------------------------------------------------------------------

    async def _serve(self, parts: _Parts) -> str:
        settings = self._settings
        await parts.bot.warm_up()
        app = web.Application()
        app.add_routes(intake_routes(settings.intake, ServiceInbox(parts.database, parts.crossing)))
        app.add_routes(parts.bot.endpoint.routes())
        if settings.teams.app_id:
            self._mount_pane(app, parts)
        check_routes(app)
        return await self._listen(app, settings.service.port)

    def _mount_pane(self, app: web.Application, parts: _Parts) -> None:
        try:
            mount_pane(app, parts.desk, self._sign_in(parts.session), parts.directory, self._pane())
        except MissingFileError as error:
            raise ConfigError(str(error)) from None

    def _sign_in(self, session: aiohttp.ClientSession) -> SignIn:
        teams = self._settings.teams
        keys = EntraKeys(session, teams.authority)
        self._stack.push_async_callback(keys.close)
        return SignIn(
            keys,
            client_id=teams.app_id,
            tenants=tenants(self._settings),
            # What the package names: tokens of version 1 are made out to it.
            audiences=[resource(self._settings.service.public_url, teams.app_id)],
            authority=teams.authority,
        )

    def _pane(self) -> PaneSettings:
        teams = self._settings.teams
        sign_in = teams.development_sign_in if teams.development else ""
        languages = self._settings.service.languages
        return PaneSettings(teams.app_id, languages, browser_sign_in(self._settings), sign_in or None)

    async def _listen(self, app: web.Application, port: int) -> str:
        runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=5.0)
        await runner.setup()
        self._stack.push_async_callback(runner.cleanup)
        site = web.TCPSite(runner, self._settings.service.host, port)
        try:
            await site.start()
        except OSError as error:
            raise ConfigError(f"service: port {port} cannot be opened: {error.strerror}") from None
        host, bound = runner.addresses[0][:2]
        return f"http://{host}:{bound}"


def _close_all(crms: Mapping[str, CrmConnector]) -> None:
    """Those that are connected in the end: a mapping that was changed meanwhile has brought another."""
    for crm in crms.values():
        crm.close()


def bot_settings(settings: Settings) -> BotSettings:
    """What the bot needs of the settings. Raises ConfigError for a certificate that cannot be read."""
    teams = settings.teams
    return BotSettings(
        app_id=teams.app_id,
        tenant_id=teams.tenant_id,
        credential=_credential(settings),
        allowed_tenants=tenants(settings),
        # A stand-in for Teams on this machine may be written to in development alone.
        service_hosts=(*teams.service_hosts, *(("127.0.0.1", "localhost") if teams.development else ())),
        login_url=teams.authority,
        metadata_url=teams.bot_metadata,
        ca_file=settings.http.ca_file,
        development=teams.development,
        page=f"{public_url}/pane/" if (public_url := settings.service.public_url.rstrip("/")) else "",
    )


def short_cards_of(
    settings: Settings, database: Database, crossing: Crossing, crms: Mapping[str, CrmConnector]
) -> ServiceShortCards:
    """What the message extension posts, and link previews show."""
    app = teams_id(settings.teams.app_id, settings.package.id)
    return ServiceShortCards(database, crossing, crms, app, settings.service.public_url.rstrip("/"))


def browser_sign_in(settings: Settings) -> BrowserSignIn:
    """Where agents outside Teams sign in, and what for: an application that asks for itself does so by its id."""
    teams, allowed = settings.teams, tenants(settings)
    tenant = allowed[0] if len(allowed) == 1 else "organizations"
    return BrowserSignIn(f"{teams.authority.rstrip('/')}/{tenant}", f"{teams.app_id}/{SCOPE}")


def tenants(settings: Settings) -> tuple[str, ...]:
    """Whose users may sign in."""
    return settings.teams.allowed_tenants or (settings.teams.tenant_id,)


def _credential(settings: Settings) -> str | dict[str, str]:
    teams = settings.teams
    if not teams.certificate:
        return teams.client_secret.get_secret_value() if teams.client_secret else ""
    try:
        pem = Path(teams.certificate).read_text("utf-8")
    except OSError as error:
        raise ConfigError(f"teams.certificate: {teams.certificate}: {error.strerror}") from None
    return {"private_key": pem, "public_certificate": pem}

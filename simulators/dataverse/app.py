"""The simulator's HTTP side: sign-in, faults, and the Web API behind them."""

from __future__ import annotations

import argparse
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import orjson
from aiohttp import web

from simulators.dataverse import batch
from simulators.dataverse.api import Api, Call, Reply
from simulators.dataverse.changes import change_all
from simulators.dataverse.errors import DataverseError
from simulators.dataverse.faults import (
    BURST,
    DELETED,
    EMPTY_CODE,
    IMPERSONATION,
    OF_A_BATCH,
    REFUSALS,
    SIGN_IN,
    UNREADABLE,
    refusal,
)
from simulators.dataverse.paths import parse_target
from simulators.dataverse.people import application_user, caller, unauthorized
from simulators.dataverse.schema import Table
from simulators.dataverse.seeds import plant
from simulators.dataverse.store import Store
from simulators.entra.people import CRM_APP_ID, TENANT_ID
from simulators.kit.app import CALLS, calls_of
from simulators.kit.faults import Fault, Faults
from simulators.kit.server import ADDRESS, json_response, note, serve, simulator_app
from simulators.kit.tls import Authority
from simulators.kit.tokens import TokenChecker, TokenError

PREFIX = r"/api/data/{version:v9\.\d}"
_GENERAL = tuple(name for name in REFUSALS if name not in IMPERSONATION)


class Dataverse:
    """One environment. `app` is what to serve; `store` holds its rows and `faults` what it does wrong.

    With `entra`, the address of the Entra simulator, tokens must be signed by it for this environment; without, any
    bearer token is the integration application's.
    """

    def __init__(self, *, entra: str = "", ca_file: Path | None = None, faults: Faults | None = None) -> None:
        self.store = Store()
        plant(self.store)
        self.faults = faults or Faults()
        self._api = Api(self.store)
        self._entra = entra.rstrip("/")
        self._ca_file = ca_file
        self._checker: TokenChecker | None = None
        self.app = simulator_app("dataverse", self.faults, self.state, outage=_outage)
        self.app[CALLS] = _calls
        self.app.router.add_post("/_simulator/metadata", self._metadata)
        self.app.router.add_route("*", PREFIX + "/{path:.+}", self._handle)

    def state(self) -> dict[str, Any]:
        """Every row, by entity set; an activity with its parties."""
        sets = self.store.sets
        return {
            "tables": {name: [self._shown(sets[name], row) for row in self.store.rows(sets[name])] for name in sets}
        }

    def _shown(self, table: Table, row: Mapping[str, Any]) -> dict[str, Any]:
        shown = {name: value for name, value in row.items() if value is not None}
        if table.is_activity:
            shown["parties"] = [
                {name: value for name, value in party.items() if value is not None}
                for party in self.store.parties_of(row["activityid"])
            ]
        return shown

    async def _metadata(self, request: web.Request) -> web.Response:
        """What the environment's administrators change, see `simulators.dataverse.changes`."""
        try:
            change_all(self.store, orjson.loads(await request.read()))
        except (ValueError, KeyError) as error:
            return json_response({"error": str(error)}, 400)
        return web.Response(status=204)

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        headers = {"OData-Version": "4.0", "x-ms-service-request-id": str(uuid.uuid4()), **BURST}
        try:
            call = await self._signed_in(request)
            if self.faults.take(request.method, request.path, DELETED):
                self._delete_meanwhile(call.path)
            if self.faults.take_any(calls_of(request), UNREADABLE):
                return web.Response(text="<html>A word from your proxy</html>", content_type="text/html")
            if call.path == "$batch":
                content_type, body = batch.answer(self.store, call, self._part)
                return web.Response(body=body.encode(), headers={**headers, "Content-Type": content_type})
            return _response(self._api.answer(call), headers)
        except DataverseError as error:
            return self._refused(request, error, headers)

    def _delete_meanwhile(self, path: str) -> None:
        target = parse_target(path, self.store.sets)
        if target.row_id is not None:
            self.store.delete(target.table, target.row_id)

    async def _signed_in(self, request: web.Request) -> Call:
        base = self.app[ADDRESS].url
        fault = self.faults.take_any(calls_of(request), *SIGN_IN)
        if fault:
            note(request, fault=fault["fault"])
            raise unauthorized(base, self._authority())
        application = application_user(self.store, await self._claims(request, base))
        headers = {name.lower(): value for name, value in request.headers.items()}
        if "prefer" in headers:
            headers["prefer"] = ";".join(request.headers.getall("Prefer"))
        if request.match_info["path"] == "$batch":
            self._raise_taken(request, self.faults.take_any(calls_of(request), *OF_A_BATCH))
        else:
            self._raise_fault(request, request.method, request.path, headers)
        return Call(
            method=request.method,
            path=request.match_info["path"],
            caller=caller(self.store, application, headers),
            base=base,
            options=dict(request.query),
            headers=headers,
            body=await request.read(),
        )

    async def _claims(self, request: web.Request, base: str) -> Mapping[str, Any]:
        if not request.headers.get("Authorization", "").startswith("Bearer "):
            raise unauthorized(base, self._authority())
        if not self._entra:
            return {"appid": CRM_APP_ID}
        if self._checker is None:
            keys = f"{self._authority()}/discovery/v2.0/keys"
            self._checker = TokenChecker(keys, [base, base + "/"], ca_file=self._ca_file)
        try:
            return await self._checker.claims(request.headers)
        except TokenError:
            raise unauthorized(base, self._authority()) from None

    def _authority(self) -> str:
        return f"{self._entra or 'https://login.microsoftonline.com'}/{TENANT_ID}"

    def _part(self, part: Call) -> Reply:
        """The reply to one request of a batch, on which faults fall as on any other."""
        path = f"/api/data/v9.2/{part.path}"
        try:
            if (fault := self.faults.take(part.method, path, *_names(part.headers))) is not None:
                raise refusal(fault)
            return self._api.answer(part)
        except DataverseError as error:
            return batch.refused(self._without_code(part.method, path, error))

    def _without_code(self, method: str, path: str, error: DataverseError) -> DataverseError:
        if not error.code or not self.faults.take(method, path, EMPTY_CODE):
            return error
        return DataverseError(error.status, "", error.message, error.headers)

    def _raise_fault(self, request: web.Request, method: str, path: str, headers: Mapping[str, str]) -> None:
        self._raise_taken(request, self.faults.take(method, path, *_names(headers)))

    def _raise_taken(self, request: web.Request, fault: Fault | None) -> None:
        if fault is not None:
            note(request, fault=fault["fault"])
            raise refusal(fault)

    def _refused(self, request: web.Request, error: DataverseError, headers: dict[str, str]) -> web.Response:
        note(request, code=error.code)
        body = self._without_code(request.method, request.path, error).body()
        return json_response(body, error.status, {**headers, **error.headers})


def _names(headers: Mapping[str, str]) -> Sequence[str]:
    is_impersonated = "callerobjectid" in headers or "mscrmcallerid" in headers
    return (*_GENERAL, *(IMPERSONATION if is_impersonated else ()))


async def _calls(request: web.Request) -> Sequence[tuple[str, str]]:
    if not request.path.endswith("/$batch"):
        return ()
    return [(method, urlsplit(url).path) for method, url in batch.lines(await request.text())]


def _response(reply: Reply, headers: dict[str, str]) -> web.Response:
    headers = {**headers, **reply.headers}
    if reply.body is None:
        return web.Response(status=reply.status, headers=headers)
    if isinstance(reply.body, str):
        return web.Response(text=reply.body, status=reply.status, headers=headers)
    if "@odata.etag" in reply.body:
        headers["ETag"] = str(reply.body["@odata.etag"])
    return json_response(reply.body, reply.status, headers)


def _outage(fault: Fault) -> web.Response:
    if fault.get("html"):
        page = "<html><head><title>Service unavailable</title></head></html>"
        return web.Response(text=page, status=int(fault.get("status", 503)), content_type="text/html")
    body = DataverseError(503, "0x80044352", "The server is busy and the request was not completed.").body()
    return json_response(body, int(fault.get("status", 503)))


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--entra", default="", metavar="URL", help="the Entra simulator whose tokens count")


def _factory(arguments: argparse.Namespace) -> web.Application:
    ca_file = Authority(arguments.tls).ca_file if arguments.tls else None
    return Dataverse(entra=arguments.entra, ca_file=ca_file).app


def main(argv: Sequence[str] | None = None) -> None:
    """The command line."""
    serve(_factory, argv, _options)

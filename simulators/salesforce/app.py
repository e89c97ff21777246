"""The routes of the simulated org."""

from __future__ import annotations

import argparse
import html
import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import orjson
import structlog
from aiohttp import web

from simulators.kit.app import CALLS, calls_of
from simulators.kit.faults import Fault, Faults
from simulators.kit.server import ADDRESS, json_response, note, serve, simulator_app
from simulators.salesforce import auth, composite, record_types, search, soql
from simulators.salesforce import faults as faulty
from simulators.salesforce.errors import SalesforceError, UnknownFeatureError, not_found
from simulators.salesforce.metadata import change_all
from simulators.salesforce.org import DAILY_LIMIT, Org, Record
from simulators.salesforce.rows import Api, Result
from simulators.salesforce.schema import describe, summary
from simulators.salesforce.seed import seeded

log = structlog.get_logger()
NEWEST, OLDEST = 66, 31
_LIMIT = "api-usage={used}/" + str(DAILY_LIMIT)


def create_app(org: Org | None = None, faults: Faults | None = None) -> web.Application:
    """The org as an application; a fresh, seeded one where none is given."""
    org, faults = org or seeded(), faults or Faults()
    app = simulator_app("salesforce", faults, lambda: _state(org), outage=_outage)
    app[CALLS] = _calls
    org_routes = _Routes(org, faults)
    app.router.add_post("/_simulator/metadata", org_routes.metadata)
    app.router.add_post("/services/oauth2/token", org_routes.token)
    app.router.add_post("/services/oauth2/revoke", org_routes.revoke)
    app.router.add_get("/services/oauth2/userinfo", org_routes.identity)
    app.router.add_get("/id/{org}/{user}", org_routes.identity)
    app.router.add_get("/services/data", org_routes.versions)
    app.router.add_get("/services/data/", org_routes.versions)
    app.router.add_route("*", "/services/data/v{version}{rest:.*}", org_routes.api)
    app.router.add_get("/lightning/r/{kind}/{id}/view", org_routes.page)
    return app


def main(argv: Sequence[str] | None = None) -> None:
    """The command line."""
    serve(_from_command_line, argv)


def _from_command_line(_: argparse.Namespace) -> web.Application:
    return create_app()


def _state(org: Org) -> dict[str, Any]:
    records = {name: list(rows.values()) for name, rows in org.records.items()}
    usage = {"used": org.requests_used, "of": DAILY_LIMIT}
    return {"records": records, "sign_ins": org.sign_ins, "api_usage": usage, "integration_user": org.integration_user}


def _outage(fault: Fault) -> web.Response:
    if fault.get("html"):
        return web.Response(
            text="<html><body><h1>Down for maintenance</h1></body></html>", status=503, content_type="text/html"
        )
    error = SalesforceError("SERVER_UNAVAILABLE", "The server is currently unavailable.", status=503)
    return json_response(error.body(), 503)


class _Routes:
    def __init__(self, org: Org, faults: Faults) -> None:
        self.org = org
        self.faults = faults

    async def metadata(self, request: web.Request) -> web.Response:
        """What the org's administrators change, see `simulators.salesforce.metadata`."""
        try:
            change_all(self.org.metadata, orjson.loads(await request.read()))
        except (ValueError, KeyError) as error:
            return json_response({"error": str(error)}, 400)
        return web.Response(status=204)

    async def token(self, request: web.Request) -> web.Response:
        if self.faults.take(request.method, request.path, "sign_in_refused"):
            return json_response({"error": "invalid_grant", "error_description": "authentication failure"}, 400)
        form = {key: str(value) for key, value in (await request.post()).items()}
        try:
            answer = auth.sign_in(self.org, form, request.headers.get("Authorization", ""), request.app[ADDRESS].url)
        except auth.OAuthError as error:
            return json_response({"error": error.error, "error_description": error.description}, error.status)
        return json_response(answer, headers={"Cache-Control": "no-store", "Pragma": "no-cache"})

    async def revoke(self, request: web.Request) -> web.Response:
        self.org.sessions.pop(str((await request.post()).get("token", "")), None)
        return web.Response()

    async def identity(self, request: web.Request) -> web.Response:
        try:
            user = auth.user_of(self.org, request)
        except SalesforceError:
            return web.Response(text="Bad_OAuth_Token", status=403)
        record = self.org.any_record(request.match_info.get("user", user), "User")
        return json_response(auth.identity(self.org, record, request.app[ADDRESS].url))

    async def versions(self, _: web.Request) -> web.Response:
        numbers = range(OLDEST, NEWEST + 1)
        return json_response(
            [{"label": f"Release {n}", "url": f"/services/data/v{n}.0", "version": f"{n}.0"} for n in numbers]
        )

    async def page(self, request: web.Request) -> web.Response:
        """What a deep link opens: a plain page, so that a person sees where it leads."""
        kind = self.org.metadata.find(request.match_info["kind"])
        record = self.org.any_record(request.match_info["id"], kind.name) if kind else {}
        if kind is None or not record:
            return web.Response(text="No such record", status=404)
        rows = "".join(
            f"<tr><th>{html.escape(name)}</th><td>{html.escape(str(value))}</td></tr>"
            for name, value in record.items()
            if value is not None
        )
        title = html.escape(f"{kind.label}: {record.get(kind.name_field) or record['Id']}")
        style = "body{font-family:sans-serif;margin:2em}th{text-align:left;padding-right:2em}td{white-space:pre-wrap}"
        text = f"<!DOCTYPE html><title>{title}</title><style>{style}</style><h1>{title}</h1><table>{rows}</table>"
        return web.Response(text=text, content_type="text/html")

    async def api(self, request: web.Request) -> web.StreamResponse:
        odd = faulty.odd_answer(self.faults, request)
        if odd is not None:
            return odd
        try:
            result = await self._answered(request)
        except SalesforceError as error:
            note(request, code=error.code)
            result = Result(error.status, error.body())
        except UnknownFeatureError as error:
            log.warning("simulator.unknown_feature", simulator="salesforce", feature=str(error))
            return json_response([{"errorCode": "NOT_IMPLEMENTED", "message": f"Not simulated: {error}"}], 501)
        headers = {} if result.status == 204 else {"Sforce-Limit-Info": _LIMIT.format(used=self.org.requests_used)}
        if result.location:
            headers["Location"] = result.location
        if result.body is None:
            return web.Response(status=result.status, headers=headers)
        return json_response(result.body, result.status, headers)

    async def _answered(self, request: web.Request) -> Result:
        version = request.match_info["version"]
        if not re.fullmatch(r"\d+\.0", version) or not OLDEST <= int(version.split(".")[0]) <= NEWEST:
            raise not_found("The requested resource does not exist")
        user = self._signed_in(request)
        self.org.requests_used += 1
        faulty.raise_armed(self.faults, request)
        api = Api(self.org, self.faults, user, f"/services/data/v{version}", request.headers)
        rest = request.rel_url.raw_path.split(f"/v{version}", 1)[1] or "/"
        query = request.rel_url.raw_query_string
        return dispatch(api, request.method, rest + ("?" + query if query else ""), await _body(request))

    def _signed_in(self, request: web.Request) -> str:
        if self.faults.take_any(calls_of(request), "session_never_valid"):
            raise SalesforceError("INVALID_SESSION_ID", "Session expired or invalid", status=401)
        user = auth.user_of(self.org, request)
        if self.faults.take_any(calls_of(request), "session_expired"):
            self.org.sessions.pop(request.headers["Authorization"].split(" ", 1)[1], None)
            raise SalesforceError("INVALID_SESSION_ID", "Session expired or invalid", status=401)
        return user


async def _calls(request: web.Request) -> Sequence[tuple[str, str]]:
    """A collection is a write of each type that is in it, as often as there are records."""
    start, found, rest = request.path.partition("/composite/sobjects")
    if not found or request.method not in ("POST", "PATCH"):
        return ()
    body = await _body(request)
    records = body.get("records", ()) if isinstance(body, dict) else ()
    return [(request.method, composite.record_path(start, rest, record)) for record in records]


async def _body(request: web.Request) -> Any:
    text = await request.read()
    if not text or request.method == "GET":
        return None
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        message = f"Unexpected character at [line:1, column:{error.colno}]"
        raise SalesforceError("JSON_PARSER_ERROR", message) from error


def dispatch(api: Api, method: str, address: str, body: Any) -> Result:  # noqa: PLR0911 - a table of routes
    """One call of the API, by itself or as a part of a composite one."""
    split = urlsplit(address)
    query = dict(parse_qsl(split.query, keep_blank_values=True))
    steps = [step for step in split.path.split("/") if step]
    head = steps[0] if steps else ""
    match (method, head):
        case ("GET", ""):
            return Result(
                200, {name: f"{api.base}/{name}" for name in ("sobjects", "query", "search", "limits", "composite")}
            )
        case ("GET", "limits"):
            return Result(200, _limits(api.org))
        case (_, "sobjects"):
            return _sobjects(api, method, [unquote(step) for step in steps[1:]], query, body)
        case ("GET", "query" | "queryAll"):
            return _query(api, steps, query)
        case ("GET", "search") if len(steps) == 1:
            return _search(api, search.parse_sosl(query.get("q", "")))
        case ("GET" | "POST", "parameterizedSearch"):
            return _search(api, search.parameterized(body if method == "POST" else _from_query(query)))
        case (_, "composite"):
            return _composite(api, method, address, steps[1:], body)
        case ("GET", "ui-api") if len(steps) == 5 and (steps[1], steps[3]) == ("object-info", "picklist-values"):
            kind = api.sobject(steps[2])
            types, hidden = api.org.metadata.types_of(kind.name), api.hidden(kind.name)
            return Result(200, record_types.picklist_values(kind, types, steps[4], hidden, api.base))
    raise UnknownFeatureError(f"{method} {split.path}")


def _limits(org: Org) -> dict[str, Any]:
    left = max(0, DAILY_LIMIT - org.requests_used)
    return {
        "DailyApiRequests": {"Max": DAILY_LIMIT, "Remaining": left},
        "DataStorageMB": {"Max": 5, "Remaining": 5},
        "FileStorageMB": {"Max": 20, "Remaining": 20},
    }


def _composite(api: Api, method: str, address: str, steps: list[str], body: Any) -> Result:
    if method == "POST" and not steps:
        return composite.composite(api, body, dispatch)
    if method == "POST" and steps == ["batch"]:
        return composite.batch(api, body, dispatch)
    if steps[:1] == ["sobjects"]:
        return composite.collections(api, method, address, body)
    raise UnknownFeatureError(f"{method} {address}")


def _sobjects(api: Api, method: str, steps: list[str], query: dict[str, str], body: Any) -> Result:  # noqa: C901, PLR0911
    fields = query.get("fields", "")
    update_only = query.get("updateOnly", "").lower() == "true"
    match (method, steps):
        case ("GET", []):
            visible = [summary(kind, api.base) for kind in api.org.metadata.visible()]
            return Result(200, {"encoding": "UTF-8", "maxBatchSize": 200, "sobjects": visible})
        case ("GET", [name]):
            return Result(200, {"objectDescribe": summary(api.sobject(name), api.base), "recentItems": []})
        case ("GET", [name, "describe"]):
            kind = api.sobject(name)
            may_write = api.org.metadata.may_write(kind)
            hidden, read_only = api.hidden(kind.name), api.read_only(kind.name)
            infos = record_types.infos(api.org.metadata.types_of(kind.name))
            described = describe(
                kind, api.base, hidden=hidden, read_only=read_only, may_write=may_write, record_types=infos
            )
            return Result(200, {**described, "deletable": api.org.metadata.may_delete(kind)})
        case ("POST", [name]):
            return api.create(name, body)
        case ("GET", [name, "deleted" | "updated", *_]):
            raise UnknownFeatureError(f"GET /sobjects/{'/'.join(steps)}")
        case ("GET", [name, record_id]):
            return api.read(name, record_id, fields)
        case ("PATCH", [name, record_id]):
            return api.update(name, record_id, body)
        case ("DELETE", [name, record_id]):
            return api.delete(name, record_id)
        case ("GET", [name, field, value]):
            return api.read_by(name, field, value, fields)
        case ("PATCH", [name, field, value]):
            return api.upsert(name, field, value, body, update_only=update_only)
        case ("POST", [name, "Id"]):
            return api.create(name, body)
        case ("DELETE", [name, field, value]):
            return api.delete_by(name, field, value)
    raise UnknownFeatureError(f"{method} /sobjects/{'/'.join(steps)}")


def _query(api: Api, steps: list[str], query: dict[str, str]) -> Result:
    if len(steps) == 2:
        rows, kind = api.org.cursors.get(steps[1].rsplit("-", 1)[0], ([], ""))
        if not rows:
            raise SalesforceError("INVALID_QUERY_LOCATOR", "invalid query locator")
        return Result(200, _page(api, steps[0], rows, kind, int(steps[1].rsplit("-", 1)[1])))
    parsed = soql.parse(query.get("q", ""))
    reader = api.reader(with_deleted=steps[0] == "queryAll")
    if query.get("columns") == "true":
        return Result(200, reader.columns(parsed))
    if parsed.is_count and not parsed.paths:
        return Result(200, {"totalSize": reader.count(parsed), "done": True, "records": []})
    return Result(200, _page(api, steps[0], reader.run(parsed), parsed.kind, 0))


def _page(api: Api, resource: str, rows: list[Record], kind: str, start: int) -> dict[str, Any]:
    asked = re.search(r"batchSize=(\d+)", api.headers.get("Sforce-Query-Options", ""))
    size = faulty.page_size(api.faults, min(2000, max(200, int(asked[1]))) if asked else 2000)
    page: dict[str, Any] = {
        "totalSize": len(rows),
        "done": start + size >= len(rows),
        "records": rows[start : start + size],
    }
    if not page["done"]:
        locator = f"0r8xx{len(api.org.cursors):013d}"
        known = next((name for name, (kept, _) in api.org.cursors.items() if kept is rows), None)
        api.org.cursors[known or locator] = (rows, kind)
        page["nextRecordsUrl"] = f"{api.base}/{resource}/{known or locator}-{start + size}"
    return page


def _search(api: Api, asked: search.Search) -> Result:
    delay = faulty.search_delay(api.faults)
    found = search.run(api.reader(), asked, lambda row: not delay or api.org.age(row["Id"]) >= delay)
    return Result(200, {"searchRecords": found})


def _from_query(query: dict[str, str]) -> dict[str, Any]:
    kinds = [name for name in query.get("sobject", "").split(",") if name]
    objects = [
        {"name": name, "fields": query[f"{name}.fields"].split(",")} if f"{name}.fields" in query else {"name": name}
        for name in kinds
    ]
    body: dict[str, Any] = {**query, "sobjects": objects}
    if "fields" in query:
        body["fields"] = query["fields"].split(",")
    return body

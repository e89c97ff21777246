"""Several calls in one: composite, batch and collections."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

from simulators.salesforce import faults as faulty
from simulators.salesforce.errors import SalesforceError, UnknownFeatureError, not_found
from simulators.salesforce.rows import Api, Result, safely

Call = Callable[[Api, str, str, Any], Result]
"""(api, method, address below the version, body) → result: the router of single calls."""
_REFERENCE = re.compile(r"@\{(\w+)\.([\w.\[\]]+)\}")
_HALTED = "The transaction was rolled back since another operation in the same transaction failed."
_ROLLED_BACK = "Record rolled back because not all records were valid and the request was using AllOrNone header"


def composite(api: Api, body: Any, call: Call) -> Result:
    """POST /composite. The outer status is 200 whatever becomes of the parts."""
    parts = body.get("compositeRequest") if isinstance(body, dict) else None
    if not isinstance(parts, list) or not 1 <= len(parts) <= 25:
        raise SalesforceError("LIMIT_EXCEEDED", "Limit of 25 reached for operations in composite")
    before = copy.deepcopy(api.org.records) if body.get("allOrNone") else {}
    answers: dict[str, Result] = {}
    for part in parts:
        answers[str(part["referenceId"])] = _part(api, part, answers, call)
    if body.get("allOrNone") and any(answer.status >= 400 for answer in answers.values()):
        _restore(api, before)
        answers = {name: _halted(answer) for name, answer in answers.items()}
    return Result(200, {"compositeResponse": [_shown(name, answer) for name, answer in answers.items()]})


def _part(api: Api, part: dict[str, Any], answers: dict[str, Result], call: Call) -> Result:
    def work() -> Result:
        address = _filled(str(part["url"]), answers)
        path, query = _below(address, api.base)
        return call(api, str(part["method"]), path + query, _filled(part.get("body"), answers))

    return safely(work)


def _below(address: str, base: str) -> tuple[str, str]:
    split = urlsplit(address)
    path = split.path if split.path.startswith("/") else "/" + split.path
    for start in (base, base.removeprefix("/services/data")):
        if path.startswith(start + "/"):
            return path.removeprefix(start), "?" + split.query if split.query else ""
    raise not_found()


def _filled(value: Any, answers: dict[str, Result]) -> Any:
    if isinstance(value, dict):
        return {key: _filled(entry, answers) for key, entry in value.items()}
    if isinstance(value, list):
        return [_filled(entry, answers) for entry in value]
    if not isinstance(value, str):
        return value
    return _REFERENCE.sub(lambda match: _referred(match, answers), value)


def _referred(match: re.Match[str], answers: dict[str, Result]) -> str:
    answer = answers.get(match[1])
    if answer is None or answer.status >= 400:
        raise SalesforceError(
            "PROCESSING_HALTED", f"Invalid reference specified. No value for {match[0]} found in {match[1]}."
        )
    value: Any = answer.body
    for step in re.findall(r"\w+", match[2]):
        value = value[int(step)] if isinstance(value, list) else value[step]
    return str(value)


def _restore(api: Api, before: dict[str, Any]) -> None:
    api.org.records.clear()
    api.org.records.update(before)


def _halted(answer: Result) -> Result:
    return answer if answer.status >= 400 else Result(400, [{"errorCode": "PROCESSING_HALTED", "message": _HALTED}])


def _shown(name: str, answer: Result) -> dict[str, Any]:
    headers = {"Location": answer.location} if answer.location else {}
    return {"body": answer.body, "httpHeaders": headers, "httpStatusCode": answer.status, "referenceId": name}


def batch(api: Api, body: Any, call: Call) -> Result:
    """POST /composite/batch: independent calls."""
    parts = body.get("batchRequests") if isinstance(body, dict) else None
    if not isinstance(parts, list) or not 1 <= len(parts) <= 25:
        raise SalesforceError("LIMIT_EXCEEDED", "Limit of 25 reached for operations in batch")
    results: list[dict[str, Any]] = []
    for part in parts:
        halted = body.get("haltOnError") and any(result["statusCode"] >= 400 for result in results)
        answer = Result(412, [{"errorCode": "BATCH_PROCESSING_HALTED", "message": "Batch processing halted"}])
        if not halted:
            answer = safely(lambda part=part: _batch_part(api, part, call))
        results.append({"statusCode": answer.status, "result": answer.body})
    return Result(200, {"hasErrors": any(result["statusCode"] >= 400 for result in results), "results": results})


def _batch_part(api: Api, part: dict[str, Any], call: Call) -> Result:
    path, query = _below("/" + str(part["url"]).lstrip("/"), api.base)
    return call(api, str(part["method"]), path + query, part.get("richInput"))


def collections(api: Api, method: str, path: str, body: Any) -> Result:
    """/composite/sobjects: up to 200 records at once."""
    split = urlsplit(path)
    if method == "DELETE":
        query = parse_qs(split.query)
        items = [{"Id": one} for one in query.get("ids", [""])[0].split(",") if one]
        all_or_none = query.get("allOrNone", ["false"])[0] == "true"
    else:
        items, all_or_none = list(body.get("records", [])), bool(body.get("allOrNone"))
    if len(items) > 200:
        raise SalesforceError(
            "EXCEEDED_ID_LIMIT", "record limit reached. cannot submit more than 200 records into this call"
        )
    before = copy.deepcopy(api.org.records) if all_or_none else {}
    done = [_item(api, method, split.path, item) for item in items]
    if all_or_none and not all(entry["success"] for entry in done):
        _restore(api, before)
        done = [_rolled_back(entry) for entry in done]
    return Result(200, done)


def record_path(base: str, rest: str, item: dict[str, Any]) -> str:
    """The address that one record of a collection would be written to alone."""
    steps = rest.strip("/").split("/")
    kind = steps[0] or str(item.get("attributes", {}).get("type", ""))
    return f"{base}/sobjects/{kind}"


def _item(api: Api, method: str, path: str, item: dict[str, Any]) -> dict[str, Any]:
    try:
        if method != "DELETE":
            rest = path.removeprefix("/composite/sobjects")
            faulty.raise_on_write(api.faults, method, record_path(api.base, rest, item))
        return _carried_out(api, method, path, item)
    except SalesforceError as error:
        return {"success": False, "errors": [error.item()]}


def _carried_out(api: Api, method: str, path: str, item: dict[str, Any]) -> dict[str, Any]:
    kind = str(item.get("attributes", {}).get("type", ""))
    steps = path.strip("/").split("/")[2:]
    values = {key: value for key, value in item.items() if key not in ("attributes", "Id", "id")}
    record_id = str(item.get("Id") or item.get("id") or "")
    if method == "POST" and not steps:
        return dict(api.create(kind, values).body)
    if method == "PATCH" and len(steps) == 2:
        key = str(values.pop(steps[1]))
        return dict(api.upsert(steps[0], steps[1], key, values).body)
    if method == "PATCH" and not steps:
        api.update(kind, record_id, values)
    elif method == "DELETE":
        api.delete(api.org.type_of(record_id), record_id)
    else:
        raise UnknownFeatureError(f"{method} {path}")
    return {"id": record_id, "success": True, "errors": []}


def _rolled_back(entry: dict[str, Any]) -> dict[str, Any]:
    if not entry["success"]:
        return entry
    error = {"statusCode": "ALL_OR_NONE_OPERATION_ROLLED_BACK", "message": _ROLLED_BACK, "fields": []}
    return {"success": False, "errors": [error]}

"""Reads the pages of the administration: the same rows as the command line's lists, a few statements a page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import sqlalchemy as sa

from customers import administration as a
from customers.administration import AdministrationView, Issue, Page, Trouble
from customers.model import Channel, PushState
from desk import pushing
from desk.actions import Asked
from desk.lookups import lane as lookup_lane
from desk.work import DeskSettings
from jobs import queue
from storage import administration, crm_checks, inbox, links, people, unwritten
from storage.rows import Row

EVENTS_OF = timedelta(hours=24)
_PUSHES, _AGENTS, _EVENTS, _PREVIEWABLE = 30, 20, 15, 8
_WAITING = (PushState.FAILED.value, PushState.RETRYING.value)


def previews(settings: DeskSettings, asked: Asked | None) -> a.Previews | None:
    """What would be written, where that is asked. The CRM is called: not within a transaction."""
    if asked is None or not (asked.interaction or asked.ref) or asked.crm not in settings.crm_labels:
        return None
    return settings.surroundings.preview(asked.crm, asked.interaction, asked.ref)


def page(
    connection: sa.Connection, settings: DeskSettings, asked: Asked, now: datetime, *, is_admin: bool
) -> AdministrationView:
    """The page as it is now."""
    view = AdministrationView(asked.page, now, may_administrate=is_admin, crm=asked.crm)
    return _PAGES[asked.page](connection, settings, asked, view)


# --- the pages --------------------------------------------------------------------------------------------------


def _overview(
    connection: sa.Connection, settings: DeskSettings, _asked: Asked, view: AdministrationView
) -> AdministrationView:
    crms = _crm_states(connection, settings, view.at)
    return replace(
        view,
        crms=crms,
        issues=_issues(connection, settings, crms, view.at),
        events_waiting=inbox.counts(connection).get("new", 0),
        jobs_due=queue.underway(connection, view.at),
        users=administration.installed(connection),
    )


def _pushes(
    connection: sa.Connection, settings: DeskSettings, asked: Asked, view: AdministrationView
) -> AdministrationView:
    found = [one for one in unwritten.counts(connection) if one[1] in _WAITING]
    rows = unwritten.listing(connection, _WAITING, _PUSHES, asked.crm)
    return replace(
        view,
        crms=_crm_states(connection, settings, view.at),
        pushes=tuple(_push(row, settings) for row in rows),
        pushes_total=sum(one[3] for one in found if asked.crm in ("", one[0])),
    )


def _crms(
    connection: sa.Connection, settings: DeskSettings, asked: Asked, view: AdministrationView
) -> AdministrationView:
    """All of them; of the chosen one also what a preview can be made of."""
    chosen = asked.crm if asked.crm in settings.crm_labels else next(iter(settings.crm_labels), "")
    rows = administration.linked_lately(connection, chosen, _PREVIEWABLE) if chosen else []
    return replace(
        view,
        crm=chosen,
        crms=_crm_states(connection, settings, view.at),
        previewable=tuple(_previewable(row, chosen) for row in rows),
    )


def _agents(
    connection: sa.Connection, _settings: DeskSettings, asked: Asked, view: AdministrationView
) -> AdministrationView:
    rows = administration.unmatched(connection, _AGENTS)
    names = {row["name"].strip().lower() for row in rows if row["name"].strip()}
    known = administration.people_called(connection, names, {row["email"] for row in rows if row["email"]})
    by_hand = administration.matched_by_hand(connection, _AGENTS)
    everybody = people.counts(connection)
    return replace(
        view,
        unmatched=tuple(_unmatched(row, known) for row in rows),
        unmatched_total=everybody.unmatched,
        matching=asked.agent,
        matched=tuple(_matched(row) for row in by_hand),
        matched_total=everybody.matched,
    )


def _events(
    connection: sa.Connection, settings: DeskSettings, _asked: Asked, view: AdministrationView
) -> AdministrationView:
    counts: dict[tuple[str, str], dict[str, int]] = {}
    for row in administration.event_counts(connection, view.at - EVENTS_OF):
        state = "done" if row["state"] in ("done", "noted") else row["state"]
        of_type = counts.setdefault((row["intake"], row["type"]), {})
        of_type[state] = of_type.get(state, 0) + row["count"]
    states = inbox.counts(connection)
    return replace(
        view,
        events=tuple(a.EventCount(intake, type_, **found) for (intake, type_), found in sorted(counts.items())),
        failed_events=tuple(_event(row) for row in inbox.listing(connection, ["failed", "unknown"], _EVENTS)),
        failed_events_total=states.get("failed", 0) + states.get("unknown", 0),
        refusals=tuple(settings.surroundings.refusals()),
    )


def _settings(
    _connection: sa.Connection, settings: DeskSettings, _asked: Asked, view: AdministrationView
) -> AdministrationView:
    return replace(view, switches=settings.surroundings.switches)


_Read = Callable[[sa.Connection, DeskSettings, Asked, AdministrationView], AdministrationView]
_PAGES: Mapping[Page, _Read] = {
    Page.OVERVIEW: _overview,
    Page.PUSHES: _pushes,
    Page.CRMS: _crms,
    Page.AGENTS: _agents,
    Page.EVENTS: _events,
    Page.SETTINGS: _settings,
}

# --- what they are made of --------------------------------------------------------------------------------------


def _crm_states(connection: sa.Connection, settings: DeskSettings, now: datetime) -> tuple[a.CrmState, ...]:
    counts, paused = unwritten.counts(connection), queue.paused(connection, now)
    checks, newest = crm_checks.every_check(connection), links.newest_refusals(connection)
    return tuple(
        _checked(_crm_state(settings, name, counts, paused, newest), checks.get(name)) for name in settings.crm_labels
    )


def _crm_state(
    settings: DeskSettings,
    name: str,
    counts: list[tuple[str, str, str, int]],
    paused: Mapping[str, tuple[datetime, str]],
    newest: Mapping[str, tuple[str, str]],
) -> a.CrmState:
    of_crm: dict[str, int] = {}
    for crm, state, _, count in counts:
        if crm == name:
            of_crm[state] = of_crm.get(state, 0) + count
    until, reason = paused.get(pushing.lane(name)) or paused.get(lookup_lane(name)) or (None, "")
    concurrency, rate = settings.surroundings.limits.get(name, (0, None))
    why, detail = newest.get(name, ("", ""))
    return a.CrmState(
        name=name,
        label=settings.crm_labels[name],
        counts=tuple(sorted(of_crm.items())),
        paused_until=until,
        pause_reason=reason,
        concurrency=concurrency,
        rate=rate,
        last_reason=why,
        last_detail=detail,
    )


def _checked(state: a.CrmState, check: Row | None) -> a.CrmState:
    if check is None:
        return state
    return replace(
        state,
        asked_at=check["asked_at"],
        checked_at=check["checked_at"],
        is_fit=check["is_fit"],
        error=check["error"],
        findings=tuple(a.Finding(**one) for one in check["findings"]),
    )


def _issues(
    connection: sa.Connection, settings: DeskSettings, crms: tuple[a.CrmState, ...], now: datetime
) -> tuple[Issue, ...]:
    """What wants somebody, the most urgent first."""
    found = [issue for crm in crms for issue in _crm_issues(crm)]
    for crm, state, reason, count in unwritten.counts(connection):
        if state == PushState.FAILED:
            found.append(Issue(Trouble.PUSHES, Page.PUSHES, count, crm, reason))
    unmatched, waiting = administration.agents_unmatched(connection)
    if unmatched:
        found.append(Issue(Trouble.AGENTS, Page.AGENTS, unmatched, name=str(waiting)))
    events = inbox.counts(connection)
    for state, trouble in (("failed", Trouble.EVENTS_FAILED), ("unknown", Trouble.EVENTS_UNKNOWN)):
        if events.get(state):
            found.append(Issue(trouble, Page.EVENTS, events[state]))
    found += [
        Issue(Trouble.REFUSED, Page.EVENTS, one.count, reason=str(one.status), name=one.intake)
        for one in settings.surroundings.refusals()
    ]
    dead = [lane for lane in queue.stats(connection) if lane.state == "dead"]
    found += [Issue(Trouble.JOBS, Page.OVERVIEW, lane.count, name=lane.lane) for lane in dead]
    if not administration.installed(connection):
        found.append(Issue(Trouble.NOT_INSTALLED, Page.OVERVIEW))
    return tuple(found)


def _crm_issues(crm: a.CrmState) -> list[Issue]:
    found = []
    if crm.is_fit is False:
        stopping = sum(one.stops for one in crm.findings)
        found.append(Issue(Trouble.MAPPING, Page.CRMS, stopping, crm.name))
    if crm.error and not (crm.paused_until and crm.pause_reason == crm.error):
        found.append(Issue(Trouble.NOT_CHECKED, Page.CRMS, crm=crm.name, reason=crm.error))
    if crm.paused_until is not None and crm.pause_reason != pushing.HELD:
        waiting = sum(count for _, count in crm.counts)
        found.append(Issue(Trouble.PAUSED, Page.CRMS, waiting, crm.name, crm.pause_reason))
    return found


def _push(row: Row, settings: DeskSettings) -> a.FailedPush:
    crm = row["crm"]
    return a.FailedPush(
        id=row["id"],
        crm=crm,
        crm_label=settings.crm_labels.get(crm, crm),
        state=PushState(row["state"]),
        reason=row["reason"],
        detail=row["detail"],
        record=f"{row['type']} {row['record_id']}".strip(),
        title=row["title"],
        agent=row["agent"],
        interaction=row["interaction"],
        card_id=row["card_id"] or "",
        attempts=row["attempts"],
        created_at=row["created_at"],
        next_attempt_at=row["next_attempt_at"],
        is_connected=crm in settings.crm_labels,
        does=a.Doing(row["does"]),
    )


def _previewable(row: Row, crm: str) -> a.Previewable:
    customer = row["customer"] or row["customer_address"]
    channel = Channel(row["channel"])
    return a.Previewable(row["id"], crm, row["ref"], channel, customer, row["agent"] or "", row["created_at"])


def _unmatched(row: Row, known: list[Row]) -> a.UnmatchedAgent:
    may_be = administration.suggested(known, row["name"], row["email"])[:3]
    return a.UnmatchedAgent(
        id=row["id"],
        intake=row["intake"],
        key=row["key"],
        name=row["name"],
        email=row["email"],
        open_legs=row["open_legs"],
        legs=row["legs"],
        since=row["since"],
        suggestions=tuple(a.Suggestion(one["user_id"], one["name"], one["email"] or one["upn"]) for one in may_be),
    )


def _matched(row: Row) -> a.MatchedAgent:
    user = row["user_name"] or row["user_email"] or row["user_id"]
    is_installed = bool(row["conversation_id"])
    return a.MatchedAgent(row["id"], row["intake"], row["key"], row["name"], user, is_installed, row["at"])


def _event(row: inbox.EventRow) -> a.FailedEvent:
    is_failed = row.state == "failed"
    return a.FailedEvent(row.id, row.intake, row.type, row.subject, row.reason, row.received_at, is_failed)

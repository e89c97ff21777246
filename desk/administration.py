"""Buttons of the administration: its pages, Retry, Check, Match, Replay, Stop. What they do is in `desk.operating`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from customers.administration import Page
from customers.ports import BadAction
from customers.views import Notice
from desk import operating
from desk.actions import Asked, Outcome, Query, Refused, Request


def show(query: Query) -> Outcome:
    """A page; the first one where none is named."""
    try:
        page = Page(query.maybe("page") or Page.OVERVIEW)
    except ValueError as error:
        raise BadAction("page is unknown") from error
    return Outcome(asked=Asked(page, agent=query.maybe("agent"), crm=query.maybe("crm")))


def pushes(query: Query) -> Outcome:
    """The list of pushes that failed or wait (P-09), of one CRM or of all."""
    return Outcome(asked=Asked(Page.PUSHES, crm=query.maybe("crm")))


def preview(query: Query) -> Outcome:
    """What would be written of an interaction: one of the list, or the one whose id was typed."""
    ref = (query.input("preview.ref") or "").strip()[:200]
    interaction = query.maybe("interaction")
    if not (interaction or ref):
        return Outcome(asked=Asked(Page.CRMS, crm=query.need("crm")), notice=Notice("preview_nothing", "warning"))
    return Outcome(asked=Asked(Page.CRMS, crm=query.need("crm"), interaction=interaction, ref=ref))


def retry(request: Request) -> Outcome:
    """One push, or all of a CRM, are tried now."""
    push, crm = request.maybe("push"), request.maybe("crm")
    if not push and not crm:
        raise BadAction("push and crm are missing")
    if crm and crm not in request.work.settings.crm_labels:
        raise Refused(Notice("crm_not_connected", "warning", (("crm", crm),)))
    with _told():
        count = operating.retry(request.work, [push] if push else [], crm or None)
    notice = Notice("retry_queued", "info") if count else Notice("nothing_to_retry", "info")
    return Outcome(asked=Asked(Page.PUSHES, crm=request.maybe("shown")), notice=notice)


def check(request: Request) -> Outcome:
    """The CRM's mapping is looked at, by a worker."""
    crm = _crm(request)
    operating.ask_for_check(request.work, crm)
    return Outcome(asked=Asked(Page.CRMS, crm=crm), notice=Notice("check_queued", "info"))


def pause(request: Request) -> Outcome:
    """Nothing is written into the CRM until it goes on."""
    crm = _crm(request)
    operating.pause(request.work, crm)
    return Outcome(asked=Asked(Page.CRMS, crm=crm), notice=_about(request, "crm_paused", crm))


def resume(request: Request) -> Outcome:
    """What waits is written."""
    crm = _crm(request)
    operating.resume(request.work, crm)
    return Outcome(asked=Asked(Page.CRMS, crm=crm), notice=_about(request, "crm_resumed", crm))


def link_agent(request: Request) -> Outcome:
    """The agent is the Teams user who was suggested, or whose address was typed (P-17)."""
    agent = request.need("id")
    user = request.maybe("user") or (request.input("agents.user") or "").strip()
    if not user:
        raise Refused(Notice("user_empty", "warning"))
    with _told(user=user[:200]):
        operating.match_by_id(request.work, agent, user, by=request.viewer.user_id)
    return Outcome(asked=Asked(Page.AGENTS), notice=Notice("agent_matched", "success"))


def unlink_agent(request: Request) -> Outcome:
    """A match by hand is taken back."""
    with _told():
        operating.unmatch(request.work, request.need("id"), by=request.viewer.user_id)
    return Outcome(asked=Asked(Page.AGENTS), notice=Notice("agent_unmatched", "info"))


def replay(request: Request) -> Outcome:
    """An event that could not be understood, or every failed one, is read again."""
    number = request.maybe("event")
    if number and not number.isdecimal():
        raise BadAction("event is malformed")
    with _told():
        count = operating.replay(request.work, [int(number)] if number else [], failed=not number)
    notice = Notice("replay_queued", "info") if count else Notice("nothing_to_replay", "info")
    return Outcome(asked=Asked(Page.EVENTS), notice=notice)


def _crm(request: Request) -> str:
    crm = request.need("crm")
    if crm not in request.work.settings.crm_labels:
        raise Refused(Notice("crm_not_connected", "warning", (("crm", crm[:80]),)))
    return crm


def _about(request: Request, code: str, crm: str) -> Notice:
    return Notice(code, "info", (("crm", request.work.settings.crm_labels[crm]),))


@contextmanager
def _told(**values: str) -> Iterator[None]:
    """What is not there any more is said, and nothing is changed."""
    try:
        yield
    except operating.NotFound as error:
        raise Refused(Notice(error.code, "warning", tuple(values.items()))) from None

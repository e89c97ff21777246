"""Pages of the administration on a bad morning: what a supervisor and an administrator see."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import orjson

from cards.render import administration_json
from customers import administration as a
from customers.administration import AdministrationView, Issue, Page, Trouble
from customers.model import Channel, PushState
from tests.cards.card_views import NOW, viewer
from tests.cards.eyes import COUNTRIES, told

EARLIER = NOW - timedelta(minutes=47)
DAYS_AGO = NOW - timedelta(days=2, hours=3)
PUSHES = (
    a.FailedPush(
        id="f1" * 16,
        crm="salesforce",
        crm_label="Salesforce",
        state=PushState.FAILED,
        reason="rejected",
        detail="Closed opportunities take no new tasks: ask *Sales Operations*.",
        record="Contact 0035g00000EdwardAAA",
        title="Edward Ferrars",
        agent="Elinor Dashwood",
        interaction="call-4711",
        card_id="0e" * 16,
        attempts=1,
        created_at=DAYS_AGO,
    ),
    a.FailedPush(
        id="f2" * 16,
        crm="dynamics",
        crm_label="Dynamics 365",
        state=PushState.RETRYING,
        reason="unavailable",
        detail="",
        record="account 8f0c1c55-8d5e-4d7f-8a11-2f1f5a8ecb01",
        title="Classics, Inc.",
        agent="Marianne Dashwood",
        interaction="mail-12",
        card_id="0f" * 16,
        attempts=6,
        created_at=EARLIER,
        next_attempt_at=NOW + timedelta(minutes=1),
    ),
    a.FailedPush(
        id="f3" * 16,
        crm="old",
        crm_label="old",
        state=PushState.FAILED,
        reason="auth",
        detail="",
        record="Lead 00Q5g00000LucyAAA",
        title="",
        agent="",
        interaction="chat-3",
        card_id="",
        attempts=3,
        created_at=DAYS_AGO,
        is_connected=False,
    ),
)
_CREATION = replace(PUSHES[0], does=a.Doing.CREATE, record="Contact", title="")
_EDIT = replace(PUSHES[1], does=a.Doing.UPDATE, interaction="", next_attempt_at=None)
OTHERS = (
    replace(_CREATION, detail="Say who he works for."),
    replace(_CREATION, id="f4" * 16, state=PushState.RETRYING, reason="unavailable", detail=""),
    replace(_EDIT, id="f5" * 16),
    replace(_EDIT, id="f6" * 16, state=PushState.FAILED, reason="forbidden"),
)
"""Records that were not created, edits of profiles that were not written."""
FINDINGS = (
    a.Finding("activities.voice.fields.CallType", "does not exist on Task", "name another, or leave it out", True),
    a.Finding("activities.voice.fields.Description", "is longer than the field takes", "set max = 32000", False),
)
SALESFORCE = a.CrmState(
    "salesforce",
    "Salesforce",
    (("failed", 1), ("retrying", 12), ("sending", 2)),
    NOW + timedelta(days=2),
    "mapping",
    8,
    10.0,
    "rejected",
    "Closed opportunities take no new tasks: ask *Sales Operations*.",
    checked_at=EARLIER,
    is_fit=False,
    findings=FINDINGS,
)
DYNAMICS = a.CrmState(
    "dynamics",
    "Dynamics 365",
    (("retrying", 3),),
    NOW + timedelta(minutes=1),
    "unavailable",
    8,
    None,
    "unavailable",
    checked_at=EARLIER,
    error="unavailable",
)
CRMS = (SALESFORCE, DYNAMICS)
ISSUES = (
    Issue(Trouble.MAPPING, Page.CRMS, 1, "salesforce"),
    Issue(Trouble.NOT_CHECKED, Page.CRMS, crm="dynamics", reason="unavailable"),
    Issue(Trouble.PAUSED, Page.CRMS, 3, "dynamics", "unavailable"),
    Issue(Trouble.PUSHES, Page.PUSHES, 1, "salesforce", "rejected"),
    Issue(Trouble.AGENTS, Page.AGENTS, 2, name="3"),
    Issue(Trouble.EVENTS_FAILED, Page.EVENTS, 1),
    Issue(Trouble.EVENTS_UNKNOWN, Page.EVENTS, 4),
    Issue(Trouble.REFUSED, Page.EVENTS, 17, reason="401", name="main"),
    Issue(Trouble.JOBS, Page.OVERVIEW, 1, name="cards"),
    Issue(Trouble.NOT_INSTALLED, Page.OVERVIEW),
)
UNMATCHED = (
    a.UnmatchedAgent(
        "a1" * 16, "main", "a-7", "Elinor Dashwood", "elinor@acd.example", 2, 9, EARLIER,
        (a.Suggestion("e11e0000-0000-4a00-8000-00000000e110", "Elinor Dashwood", "elinor@contoso.example"),),
    ),
    a.UnmatchedAgent("a2" * 16, "main", "a-8", "", "", 1, 1, DAYS_AGO),
    a.UnmatchedAgent("a3" * 16, "main", "a-9", "Lucy Steele", "lucy@acd.example", 0, 0, None),
)  # fmt: skip
MATCHED = (a.MatchedAgent("b1" * 16, "main", "a-1", "Marianne Dashwood", "marianne@contoso.example", False, DAYS_AGO),)
PREVIEW = a.Preview(
    "Task",
    "salesforce:Contact:0035g00000EdwardAAA",
    "Edward Ferrars",
    "elinor@contoso.example",
    (("Subject", "Call: the ladder"), ("CallDurationInSeconds", "372"), ("Description", "")),
    ("Description",),
)
_BASE = AdministrationView(Page.OVERVIEW, NOW)


def overview() -> AdministrationView:
    """Everything that can be wrong is."""
    return replace(_BASE, issues=ISSUES, crms=CRMS, events_waiting=3, jobs_due=12345, users=118)


def well() -> AdministrationView:
    """Nothing is wrong."""
    fit = tuple(replace(crm, counts=(), paused_until=None, pause_reason="", last_reason="") for crm in CRMS)
    return replace(_BASE, crms=fit, users=118)


def pushes(**changes: object) -> AdministrationView:
    """The list of pushes; `changes` are to the view."""
    view = replace(_BASE, page=Page.PUSHES, crms=CRMS, pushes=PUSHES, pushes_total=40)
    return replace(view, **changes)  # type: ignore[arg-type]


def crms(**changes: object) -> AdministrationView:
    """The CRMs, with what a preview can be made of."""
    of_late = (
        a.Previewable("c1" * 16, "salesforce", "call-1", Channel.VOICE, "Edward Ferrars", "Elinor Dashwood", EARLIER),
        a.Previewable("c2" * 16, "salesforce", "mail-12", Channel.EMAIL, "", "", DAYS_AGO),
    )
    stopped = replace(DYNAMICS, pause_reason="administrator", error="", is_fit=True)
    asked = replace(SALESFORCE, name="second", asked_at=NOW)
    third = replace(DYNAMICS, name="third", checked_at=EARLIER)
    fourth = replace(DYNAMICS, name="fourth", checked_at=None, error="", last_reason="")
    view = replace(
        _BASE, page=Page.CRMS, crm="salesforce", crms=(SALESFORCE, stopped, asked, third, fourth), previewable=of_late
    )
    return replace(view, **changes)  # type: ignore[arg-type]


def preview() -> AdministrationView:
    """What would be written of one interaction."""
    return crms(previews=a.Previews("Salesforce", "call-4711", (PREVIEW, replace(PREVIEW, owner="", cut=()))))


def no_preview(reason: str) -> AdministrationView:
    """A preview that came to nothing."""
    return crms(previews=a.Previews("Salesforce", "call-4711", reason=reason))


def agents(**changes: object) -> AdministrationView:
    """Agents without a Teams user."""
    view = replace(_BASE, page=Page.AGENTS, unmatched=UNMATCHED, unmatched_total=25, matched=MATCHED, matched_total=117)
    return replace(view, **changes)  # type: ignore[arg-type]


def events(**changes: object) -> AdministrationView:
    """What came in."""
    counts = (
        a.EventCount("main", "cc.interaction.accepted.v1", done=1204, new=3),
        a.EventCount("main", "cc.interaction.sung.v1", unknown=4),
        a.EventCount("second", "cc.interaction.ended.v1", done=7, failed=1),
    )
    failed = (
        a.FailedEvent(4711, "second", "cc.interaction.ended.v1", "call-9", "/data/interaction/channel", EARLIER, True),
        a.FailedEvent(4712, "main", "cc.interaction.sung.v1", "call-9", "", EARLIER, False),
    )
    view = replace(_BASE, page=Page.EVENTS, events=counts, failed_events=failed, failed_events_total=5)
    return replace(replace(view, refusals=(a.Refusals("main", 401, 17),)), **changes)  # type: ignore[arg-type]


def settings() -> AdministrationView:
    """What is in force."""
    switches = (
        a.Switch("access.agents", "*"),
        a.Switch("access.supervisors", "role:supervisor, willoughby@contoso.example"),
        a.Switch("access.admins", ""),
        a.Switch("crm.salesforce.url", "https://contoso.my.salesforce.com"),
    )
    return replace(_BASE, page=Page.SETTINGS, switches=switches)


def drawn(view: AdministrationView, language: str = "en") -> dict[str, Any]:
    """`view` as somebody with this language sees it."""
    who = viewer(language=language, country=COUNTRIES[language])
    card: dict[str, Any] = orjson.loads(administration_json(told(view), who).json)
    return card


STATES: dict[str, Callable[[], dict[str, Any]]] = {
    "admin_overview": lambda: drawn(overview()),
    "admin_overview_de": lambda: drawn(overview(), "de"),
    "admin_overview_well_es": lambda: drawn(well(), "es"),
    "admin_pushes": lambda: drawn(pushes()),
    "admin_pushes_supervisor_de": lambda: drawn(pushes(may_administrate=False, crm="salesforce"), "de"),
    "admin_pushes_none_es": lambda: drawn(pushes(pushes=(), pushes_total=0, crms=CRMS[:1]), "es"),
    "admin_pushes_withdrawals_es": lambda: drawn(
        pushes(pushes=tuple(replace(one, does=a.Doing.WITHDRAW) for one in PUSHES), pushes_total=3), "es"
    ),
    "admin_pushes_others": lambda: drawn(pushes(pushes=OTHERS, pushes_total=4)),
    "admin_pushes_others_de": lambda: drawn(pushes(pushes=OTHERS, pushes_total=4), "de"),
    "admin_crms": lambda: drawn(crms()),
    "admin_crms_es": lambda: drawn(crms(), "es"),
    "admin_crms_nothing_of_late": lambda: drawn(crms(previewable=())),
    "admin_crms_none_de": lambda: drawn(crms(crms=(), crm="", previewable=()), "de"),
    "admin_preview": lambda: drawn(preview()),
    "admin_preview_busy": lambda: drawn(no_preview("busy")),
    "admin_preview_forbidden_de": lambda: drawn(no_preview("forbidden"), "de"),
    "admin_preview_no_interaction_es": lambda: drawn(no_preview("no_interaction"), "es"),
    "admin_agents": lambda: drawn(agents()),
    "admin_agents_matching_de": lambda: drawn(agents(matching="a2" * 16), "de"),
    "admin_agents_none_es": lambda: drawn(agents(unmatched=(), unmatched_total=0, matched=()), "es"),
    "admin_agents_nobody": lambda: drawn(agents(unmatched=(), unmatched_total=0, matched=(), matched_total=0)),
    "admin_events": lambda: drawn(events()),
    "admin_events_none_de": lambda: drawn(events(events=(), failed_events=(), refusals=()), "de"),
    "admin_settings_es": lambda: drawn(settings(), "es"),
}

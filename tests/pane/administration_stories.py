"""The pages of the administration in the pane: what each button of them brings."""

from __future__ import annotations

from dataclasses import replace

from cards.actions import Verb
from cards.render import administration_json, notice_text
from cards.rights import may
from customers.administration import Page
from customers.ports import Action, Answer
from customers.views import Notice, Viewer
from tests.cards import administration_views as views

_PAGES = {
    Page.OVERVIEW: views.overview,
    Page.PUSHES: views.pushes,
    Page.CRMS: views.crms,
    Page.AGENTS: views.agents,
    Page.EVENTS: views.events,
    Page.SETTINGS: views.settings,
}


def answer(viewer: Viewer, action: Action) -> Answer:
    """As the desk answers, always on the same bad morning."""
    notice = None
    data = action.data
    if action.verb == "admin.show":
        view = _PAGES[Page(data.get("page", "overview"))]()
    elif action.verb == "admin.preview":
        view = views.preview()
    elif action.verb.startswith("agents."):
        view, notice = views.agents(unmatched=views.UNMATCHED[1:]), Notice("agent_matched", "success")
    elif action.verb == "admin.retry":
        left = tuple(one for one in views.PUSHES if one.id != data.get("push"))
        view, notice = views.pushes(pushes=left), Notice("retry_queued", "info")
    else:
        view = views.pushes(crm=data.get("crm", ""))
    if data.get("agent"):
        view = replace(view, matching=data["agent"])
    view = replace(view, may_administrate=may(viewer.roles, Verb.ADMIN_SHOW))
    text = notice_text(notice, viewer.language) if notice else ""
    return Answer(administration_json(view, viewer).json, notice, text)

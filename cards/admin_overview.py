"""The first page: what wants somebody, with what to do; how each CRM is; what waits."""

from __future__ import annotations

from cards import elements as e
from cards.actions import Verb, button
from cards.admin_parts import Sheet
from cards.elements import Element
from customers.administration import CrmState, Issue, Page, Trouble

_STYLES = {Trouble.PUSHES: "attention", Trouble.MAPPING: "attention", Trouble.JOBS: "attention"}


def overview(sheet: Sheet) -> list[Element]:
    """The page."""
    view = sheet.view
    counts = [
        sheet.say("admin.count.events", count=sheet.number(view.events_waiting)),
        sheet.say("admin.count.jobs", count=sheet.number(view.jobs_due)),
        sheet.say("admin.count.installed", count=sheet.number(view.users)),
    ]
    states = [e.group([_crm(sheet, crm) for crm in view.crms], "admin.states")] if view.crms else []
    return [*_issues(sheet), *states, e.item([e.text(line) for line in counts], "admin.counts")]


def _issues(sheet: Sheet) -> list[Element]:
    issues = sheet.view.issues
    if not issues:
        return [e.box([e.text(sheet.words["admin.well"])], "good", "admin.well")]
    shown = [_issue(sheet, number, issue) for number, issue in enumerate(issues[: sheet.rows])]
    return [e.heading(sheet.words["admin.needs"]), *shown, *sheet.more(len(issues) - len(shown))]


def _issue(sheet: Sheet, number: int, issue: Issue) -> Element:
    element_id = f"admin.issue.{number}"
    values = {
        "crm": sheet.label(issue.crm),
        "reason": issue.reason if issue.trouble is Trouble.REFUSED else sheet.why(issue.reason),
        "count": sheet.number(issue.count),
        "name": issue.name,
    }
    lines = [e.strong(sheet.say(f"admin.issue.{issue.trouble}", **values)), e.text(_remedy(sheet, issue))]
    if issue.page is not Page.OVERVIEW:
        lines.append(e.actions([_way(sheet, issue, f"{element_id}.open")], f"{element_id}.actions"))
    return e.box(lines, _STYLES.get(issue.trouble, "warning"), element_id)


def _remedy(sheet: Sheet, issue: Issue) -> str:
    if issue.trouble is Trouble.REFUSED:
        special = sheet.words.get(f"admin.issue.refused.do.{issue.reason}")
        return special or sheet.words["admin.issue.refused.do"]
    own = sheet.words.get(f"admin.issue.{issue.trouble}.do")
    return own or sheet.remedy(issue.reason)


def _way(sheet: Sheet, issue: Issue, element_id: str) -> Element:
    """To the page where it can be mended."""
    title = sheet.words[f"admin.{issue.page}"]
    if issue.page is Page.PUSHES:
        return button(Verb.ADMIN_PUSHES, {"crm": issue.crm}, title, element_id)
    data = {"page": issue.page.value}
    if issue.crm:
        data["crm"] = issue.crm
    return button(Verb.ADMIN_SHOW, data, title, element_id)


def _crm(sheet: Sheet, crm: CrmState) -> Element:
    name = e.rest([e.strong(sheet.shown(sheet.label(crm.name))), e.note(queue(sheet, crm))])
    is_stopped = crm.paused_until is not None
    said = sheet.why(crm.pause_reason) if is_stopped else sheet.words["admin.crm.connected"]
    return e.columns([name, e.chip(said, "warning" if is_stopped else "good", f"admin.state.{crm.name}")])


def queue(sheet: Sheet, crm: CrmState) -> str:
    """How much is on its way, waits, has failed."""
    counts = dict(crm.counts)
    values = {name: sheet.number(counts.get(name, 0)) for name in ("sending", "retrying", "failed")}
    return sheet.say("admin.crm.queue", **values)

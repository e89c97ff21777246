"""What is related to a customer, in pages: 23 cases of Edward's, told twenty at a time."""

from __future__ import annotations

from dataclasses import replace

from customers.ports import Action
from customers.views import CardView, ChildPage, Notice, RecordView, Section
from tests.pane import stories

VERBS = frozenset({"related.more"})
PAGE = 10


def _case(number: int) -> RecordView:
    title = f"{1100 + number:08} · Damp page {number} of the encyclopaedia of natural philosophy"
    dated = f"2026-10-{1 + number:02}T09:30:00.000+0000"
    return stories.CASE._replace(record=f"salesforce:Case:{number}", title=title, dated=dated)


CASES = tuple(map(_case, range(23)))


def paged(start: int = 0) -> CardView:
    """The page that begins behind `start` cases."""
    known = 20 if start < PAGE else len(CASES)
    page = ChildPage(start, known, goes_on=known < len(CASES), is_asked=False)
    edward = stories.CONTACT._replace(is_expanded=True, children=CASES[start : start + PAGE], page=page)
    view = replace(stories.ringing(), related_records=(edward, stories.ACCOUNT))
    return replace(view, expanded=frozenset({Section.CURRENT, Section.RELATED}))


def after(view: CardView, action: Action) -> tuple[CardView, Notice | None]:
    """What the card shows once a page was turned."""
    return replace(paged(int(action.data["at"])), version=view.version + 1), None

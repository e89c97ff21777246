"""The list Open, told by increments: nothing is told twice, nothing is lost (B-02)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from customers.events import AgentRef
from customers.ids import CardId
from customers.model import Verb
from customers.open_list import NOTHING
from customers.views import Viewer
from desk.interactions import agent_matched
from desk.work import Work
from storage import lists, people, records
from storage.engine import Database
from storage.open_list import open_news
from tests.databases import Clock
from tests.desk.inbox_world import Inbox
from tests.desk.merging_world import ELINOR, MARIANNE, SETTINGS, Shop
from tests.desk.open_list_page import OpenPage, body
from tests.desk.test_statement_counts import counted

RECORD = "salesforce:Contact:0035g0000000001AAA"
PEOPLE = ("Edward", "Lucy", "Robert")


@pytest.fixture
def inbox(database: Database) -> Inbox:
    return Inbox(database)


@pytest.fixture
def shop(inbox: Inbox) -> Shop:
    return inbox.shop


# --- any sequence -----------------------------------------------------------------------------------------------

WHO = st.sampled_from(PEOPLE)
AGENT = st.sampled_from([ELINOR, MARIANNE])
VERB = st.sampled_from([Verb.OFFERED, Verb.ACCEPTED, Verb.ENDED, Verb.WRAPUP_COMPLETED, Verb.TRANSFERRED])
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("happens"), WHO, AGENT, VERB),
        st.tuples(st.sampled_from(["close", "show", "link", "unlink", "look", "wait"]), WHO, AGENT),
        st.tuples(st.just("rename"), WHO, st.sampled_from(["Ann", "Bea", ""])),
        st.tuples(st.just("merge"), WHO, WHO),
        st.tuples(st.just("undo"), st.integers(0, 5)),
    ),
    max_size=12,
)


@dataclass
class Day:
    """Whatever can happen to the customers in a list."""

    inbox: Inbox
    cards: dict[str, CardId] = field(default_factory=dict)
    selected: str = ""

    def begin(self) -> None:
        """Elinor has everybody."""
        for who in PEOPLE:
            self.inbox.happens(who)
            with self.inbox.database.read() as connection:
                rows = lists.open_list(connection, ELINOR.user_id).rows
            self.cards[who] = next(row.card_id for row in rows if row.customer_name == who)
            self.inbox.shop.cards.append(self.cards[who])
            with self.inbox.database.write() as tx:
                row = {"type": "Contact", "record_id": RECORD.split(":")[2], "level": "person", "title": who}
                records.replace(tx, self.cards[who], "salesforce", "", [row])

    def happens(self, who: str, agent: Viewer, verb: Verb) -> None:
        self.inbox.happens(who, verb, agent)

    def close(self, who: str, agent: Viewer) -> None:
        self._press("card.close", who, agent, answer="discard")

    def show(self, who: str, agent: Viewer) -> None:
        self._press("customers.show", who, agent)

    def link(self, who: str, agent: Viewer) -> None:
        self._tie("link.add", who, agent)

    def unlink(self, who: str, agent: Viewer) -> None:
        self._tie("link.remove", who, agent)

    def look(self, who: str, _agent: Viewer) -> None:
        self.selected = self.inbox.shop.root(self.cards[who])

    def wait(self, _who: str, _agent: Viewer) -> None:
        """Until the next day."""
        real = self.inbox.database.clock
        self.inbox.database.clock = lambda: real() + timedelta(hours=7)

    def rename(self, who: str, name: str) -> None:
        self._press("profile.edit", who, ELINOR)
        self._press("profile.save", who, ELINOR, inputs={"profile.name": name})

    def merge(self, one: str, other: str) -> None:
        shop = self.inbox.shop
        roots = shop.root(self.cards[one]), shop.root(self.cards[other])
        if roots[0] != roots[1]:
            shop.merge(*roots)

    def undo(self, at: int) -> None:
        shop = self.inbox.shop
        if shop.edges:
            shop.undo(shop.edges[at % len(shop.edges)])

    def _tie(self, verb: str, who: str, agent: Viewer) -> None:
        interaction = self.inbox.shop.view(self.cards[who], agent).interaction
        if interaction is not None:
            self._press(verb, who, agent, leg=interaction.leg_id, record=RECORD)

    def _press(self, verb: str, who: str, agent: Viewer, **data: Any) -> None:
        self.inbox.shop.press(verb, agent, card=self.cards[who], **data)


@given(steps=STEPS)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.rule("B-02")
def test_b02_a_list_kept_by_increments_is_the_list_as_a_whole(database: Database, steps: list[Any]) -> None:
    """For whoever asks after every change, and for whoever asks once after all of them."""
    clock = database.clock
    try:
        day = Day(Inbox(database))
        day.begin()
        always = [OpenPage(day.inbox.shop, agent) for agent in (ELINOR, MARIANNE)]
        late = OpenPage(day.inbox.shop)
        late.refresh()
        for what, *about in steps:
            getattr(day, what)(*about)
            for page in always:
                page.refresh(day.selected)
                assert page.is_right(day.selected), (what, about)
        late.refresh(day.selected)
        assert late.is_right(day.selected)
    finally:
        database.clock = clock


# --- one by one -------------------------------------------------------------------------------------------------


@pytest.mark.rule("B-02")
def test_b02_no_line_is_told_that_has_not_changed(inbox: Inbox) -> None:
    page = OpenPage(inbox.shop)
    for who in PEOPLE:
        inbox.happens(who)
    assert page.refresh() == len(PEOPLE)
    assert page.refresh() == 0
    inbox.happens("Lucy", Verb.ENDED)
    assert page.refresh() == 1
    inbox.happens("Fanny")
    assert page.refresh() == 1
    inbox.shop.press("card.close", card=page.known.split(",")[1].split(".")[0], answer="discard")
    assert page.refresh() == 0
    assert len(page.lines) == len(PEOPLE)


def test_what_is_no_list_of_ours_is_answered_with_the_whole(inbox: Inbox) -> None:
    inbox.happens("Edward")
    page = OpenPage(inbox.shop)
    page.refresh()
    here, place = page.known.split(",")
    broken = [f"{here},{place}.1", f"{here},{place[:-1]}x", f"{here},a.b.c.d", f"other,{place}"]
    for wrong in ("", "x", "," * 5000, *broken):
        answer = inbox.shop.press("customers.open", known=wrong)
        assert [one["id"] for one in body(answer)] == [f"customer.{place.split('.')[0]}"], wrong


def test_an_empty_list_says_so(inbox: Inbox) -> None:
    answer = inbox.shop.press("customers.open")
    (only,) = body(answer)
    assert only["text"].startswith("No customer is open.")
    assert len(answer.known.split(",")) == 1


@pytest.mark.rule("P-14")
def test_p14_lines_are_told_anew_in_another_language_or_time_zone(inbox: Inbox) -> None:
    inbox.happens("Edward")
    page = OpenPage(inbox.shop)
    page.refresh()
    for news in ({"language": "de"}, {"time_zone": "Asia/Tokyo"}, {"country": "DE"}):
        page.viewer = replace(page.viewer, **news)
        assert page.refresh() == 1
        assert page.refresh() == 0


def test_lines_are_told_anew_on_another_day(inbox: Inbox, clock: Clock) -> None:
    inbox.happens("Edward")
    inbox.database.clock = clock
    page = OpenPage(inbox.shop)
    page.refresh()
    clock.advance(24 * 3600)
    assert page.refresh() == 1
    assert page.is_right()


@pytest.mark.rule("P-17")
def test_p17_who_becomes_an_agent_of_the_contact_centre_sees_what_that_agent_had(inbox: Inbox, shop: Shop) -> None:
    """Also on cards that they have open, and on which the agent's work is over."""
    inbox.happens("Edward", agent=AgentRef(id="e-7", name="Elinor at the desk"))
    inbox.happens("Edward", Verb.ENDED, agent=AgentRef(id="e-7", name="Elinor at the desk"))
    inbox.happens("Edward", Verb.WRAPUP_COMPLETED, agent=AgentRef(id="e-7", name="Elinor at the desk"))
    with inbox.database.read() as connection:
        card = connection.exec_driver_sql("select id from cards").scalar_one()
    shop.press("customers.show", card=card)
    page = OpenPage(shop)
    page.refresh()
    with inbox.database.write() as tx:
        agent_id = people.match_agent(tx, "main", "e-7", ELINOR.user_id)
        assert agent_id is not None
        agent_matched(Work(tx, SETTINGS), agent_id, ELINOR.user_id)
    page.refresh()
    assert page.is_right()


@pytest.mark.rule("A-02", "B-02")
def test_a02_who_the_contact_centre_says_later_that_it_is_stands_on_the_card_and_in_the_list(inbox: Inbox) -> None:
    """Although nothing else of the interaction has changed."""
    inbox.happens("call", who="Edward", name="")
    page = OpenPage(inbox.shop)
    page.refresh()
    before = inbox.shop.press("customers.open").known
    inbox.happens("call", who="Edward", name="Edward Ferrars")
    assert inbox.shop.press("customers.open").known != before
    assert page.refresh() == 1
    assert page.is_right()
    assert "Edward Ferrars" in str(page.lines)


def test_what_has_not_changed_is_not_read(inbox: Inbox) -> None:
    for who in PEOPLE:
        inbox.happens(who)
    drawing = ("en", "US", "UTC", "2026-11-22")
    with inbox.database.write() as tx:
        now = open_news(tx.connection, ELINOR.user_id, NOTHING, drawing).now
        with counted(inbox.database) as statements:
            again = open_news(tx.connection, ELINOR.user_id, now, drawing)
    assert (again.now, again.news) == (now, ())
    assert len(statements) == 1

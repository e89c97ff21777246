"""Who may do what (P-20): every cell of docs/access.md is tried out, on one's own interaction and another's."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa

from cards.actions import Verb
from cards.rights import RIGHTS, reach
from customers.ids import UserId
from customers.ports import Action, BadAction
from customers.roles import Reach, Role
from customers.views import Surface, Viewer
from desk.act import ActionDesk
from desk.verbs import check_table
from storage.engine import Database
from storage.tables import metadata
from tests.desk.test_desk_races import ELINOR, SETTINGS, _call

PAGE = Path(__file__).resolve().parents[2] / "docs" / "access.md"
STRANGER = UserId("aa11a000-0000-4a00-8000-00000000aa11")
REFUSALS = {"supervisors_only", "admins_only", "not_yours"}
MORE = {
    "section": "related", "query": "Ferrars", "search": "Ferrars", "tag": "vip", "field": "name", "origin": "0" * 32,
    "others": "0" * 32, "other": "0" * 32, "merge": "0" * 32, "version": "1", "creation": "0" * 32,
    "category": "profile", "side": "all", "page": "0", "message": "0" * 32, "identity": "0" * 32,
}  # fmt: skip


def written() -> dict[str, dict[str, str]]:
    """The table of the page: verb → role → what stands there."""
    rows = re.findall(r"^\| `([a-z.]+)` \| (.+) \| (.+) \| (.+) \|$", PAGE.read_text("utf-8"), re.MULTILINE)
    return {verb: dict(zip(Role, cells, strict=True)) for verb, *cells in rows}


@dataclass
class Cell:
    """One person at one interaction."""

    database: Database
    data: dict[str, str]
    viewer: Viewer

    def notice(self, verb: str, surface: Surface = Surface.PANE) -> str:
        """What they are told when they press the button."""
        inputs = {"query": "Ferrars", "wrapup.tag": "new", "wrapup.notes": "Something else"}
        action = Action(verb, MORE | self.data, inputs, surface)
        with suppress(BadAction):  # it is let in, and its data are looked at
            answer = ActionDesk(self.database, SETTINGS).act(self.viewer, action)
            return answer.notice.code if answer.notice else ""
        return "bad_action"

    def rows(self) -> dict[str, list[tuple[object, ...]]]:
        """Everything that is stored."""
        with self.database.read() as connection:
            return {
                name: sorted((tuple(row) for row in connection.execute(sa.select(table))), key=repr)
                for name, table in metadata.tables.items()
            }


def cell(database: Database, roles: set[Role], *, is_own: bool) -> Cell:
    user = ELINOR if is_own else STRANGER
    return Cell(database, _call(database), Viewer(user, "tenant", "Somebody", roles=frozenset(roles)))


@pytest.mark.parametrize("is_own", [True, False], ids=["own", "another's"])
@pytest.mark.parametrize("role", Role)
def test_p20_every_verb_is_allowed_or_refused_as_written(database: Database, role: Role, is_own: bool) -> None:
    one = cell(database, {role}, is_own=is_own)
    table = written()
    assert table.keys() == set(Verb)
    # Refused ones first, all of them from the same state; merges last: they put another card in this one's place.
    for verb, cells in sorted(table.items(), key=lambda item: (item[1][role] == "yes", item[0].startswith("merge"))):
        is_allowed = cells[role] == "yes" or (cells[role] == "own interactions" and is_own)
        before = one.rows()
        for surface in Surface:
            said = one.notice(verb, surface)
            assert (said not in REFUSALS) == is_allowed, (verb, surface, said)
        if not is_allowed:
            assert one.rows() == before, verb


def test_a01_somebody_without_a_role_may_do_nothing_and_sees_nothing(database: Database) -> None:
    one = cell(database, set(), is_own=True)
    before = one.rows()
    for verb in Verb:
        answer = ActionDesk(database, SETTINGS).act(one.viewer, Action(verb, MORE | one.data, {}))
        assert answer.card is None, verb
        assert answer.notice is not None
        assert answer.notice.code in REFUSALS, verb
    assert one.rows() == before


def test_p20_several_roles_reach_as_far_as_the_best_of_them() -> None:
    for verb, right in RIGHTS.items():
        assert reach({"agent", "supervisor"}, verb) is right.supervisor
        assert reach({"agent", "nobody knows this"}, verb) is right.agent
        assert reach({"nobody knows this"}, verb) is Reach.NOWHERE
    assert reach({"admin"}, "card.sing") is Reach.NOWHERE


def test_p20_a_verb_without_a_row_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desk.verbs.RIGHTS", {verb: row for verb, row in RIGHTS.items() if verb != Verb.TAG_ADD})
    with pytest.raises(RuntimeError, match=r"cards/rights\.py.*tag\.add"):
        check_table()

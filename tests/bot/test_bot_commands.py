"""What Teams offers above the box is answered: in each language, with the list that it names."""

from __future__ import annotations

import pytest
from bot_house import House

from bot.commands import COMMANDS, asked
from bot.texts import TEXTS
from simulators.entra.people import ELINOR

VERBS = {"open": "customers.open", "recent": "customers.recent", "search": "customers.search"}


@pytest.mark.parametrize("language", COMMANDS)
@pytest.mark.parametrize("name", ["open", "recent", "search"])
def test_p14_a_command_is_known_by_its_title_in_every_language(language: str, name: str) -> None:
    title = COMMANDS[language][name].title
    for text in (title, title.upper(), f"  {title}\n", f"<at>Customer Card</at> {title}"):
        action = asked(text)
        assert action is not None
        assert action.verb == VERBS[name]


def test_what_follows_a_search_is_searched_for() -> None:
    action = asked("Suchen  Edward   Ferrars")
    assert action is not None
    assert action.data == {"query": "Edward Ferrars"}
    long = asked("search " + "x" * 1000)
    assert long is not None
    assert len(long.data["query"]) == 200


@pytest.mark.parametrize("text", ["", "help", "Hilfe", "Ayuda", "open sesame", "Hello", None, 7, "<at>Card</at>"])
def test_anything_else_is_no_command(text: object) -> None:
    assert asked(text) is None


def test_no_title_means_two_things() -> None:
    titles = [(words.title.casefold(), name) for told in COMMANDS.values() for name, words in told.items()]
    assert len({title for title, _ in titles}) == len(set(titles))


def test_a_command_that_is_written_is_answered_with_its_card(house: House) -> None:
    house.driver("install")
    house.driver("say", text="Buscar Ferrars")
    ((viewer, action),) = house.desk.acted
    assert (viewer.user_id, action.verb, action.data) == (ELINOR.oid, "customers.search", {"query": "Ferrars"})
    assert _last(house)["attachments"][0]["content"]["type"] == "AdaptiveCard"


def test_a01_who_may_not_use_the_card_is_told_so_when_they_write(house: House) -> None:
    house.driver("install")
    house.directory.strangers.add(ELINOR.oid)
    house.driver("say", text="Open")
    assert house.desk.acted == []
    assert _last(house)["text"] == TEXTS["en"]["no_access"]


def test_help_names_the_commands(house: House) -> None:
    house.driver("install")
    house.driver("say", text="Help")
    for language, told in COMMANDS.items():
        assert all(words.title in TEXTS[language]["help"] for name, words in told.items() if name != "help")
    assert _last(house)["text"] == TEXTS["en"]["help"]


def _last(house: House) -> dict[str, object]:
    chat = house.teams.chats.with_member(ELINOR.oid)
    assert chat is not None
    newest: dict[str, object] = list(chat.messages.values())[-1].newest
    return newest

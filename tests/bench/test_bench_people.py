"""The made-up cards of `bench people`, the rules beside ours, and the harness, at small sizes."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from functools import cache
from hashlib import blake2b
from itertools import combinations
from math import sqrt
from pathlib import Path

import pytest

import bench.census
from bench import matching
from bench.matching_table import KeyTable
from bench.people.calibration import columns, distance
from bench.people.cards import Card, generate
from bench.people.contact_points import Address
from bench.people.countries import SHARES, family_names
from bench.people.display_names import Shown
from bench.people.figures import measure
from bench.people.ours import InMemory
from bench.people.population import Question, population
from bench.people.quality import FIRST, recall
from bench.people.rules import RULES, answers
from bench.people.setting import CENSUS, Setting, listed
from bench.people.sharers import Sharers, sharers
from bench.people.strata import Stratum, stratum
from bench.people.verdicts import From, from_each
from bench.processes import ROOT
from bench.run import Run
from customers import identities
from customers.matching.normal import normal_form
from customers.matching.suggest import Likelihood, Suggestion

FULL = Shown("Elinor Dashwood", frozenset({"first", "last0"}))
PLAIN = Card(0, 0, "voice", Shown())
DIGEST = "from tests.bench.test_bench_people import digest; print(digest())"


@cache
def cards() -> list[Card]:
    return [*generate(4000, 7)]


def digest() -> str:
    return blake2b("\n".join(map(repr, map(Card.as_input, generate(300, 7)))).encode()).hexdigest()


def test_a_seed_makes_the_same_cards_in_every_process() -> None:
    environment = {**os.environ, "PYTHONHASHSEED": "1", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", DIGEST]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == digest()


def test_another_seed_makes_other_cards() -> None:
    assert [*generate(20, 7)] != [*generate(20, 8)]


def test_each_card_has_its_number() -> None:
    assert sorted(card.number for card in cards()) == [*range(4000)]


def test_persons_and_their_cards_have_the_shares_of_a_contact_centre() -> None:
    owned = Counter(card.person for card in cards())
    assert len(owned) / len(cards()) == pytest.approx(0.82, abs=0.01)
    assert sum(count > 1 for count in owned.values()) / len(owned) == pytest.approx(0.16, abs=0.02)
    assert max(owned.values()) == 4
    voice = [card for card in cards() if card.channel == "voice"]
    assert sum(not card.shown.text for card in voice) / len(voice) == pytest.approx(0.22, abs=0.03)


def test_a_number_is_the_same_however_it_is_typed() -> None:
    assert {identities.phone(card.phone, "DE") for card in cards()} == {card.e164 for card in cards()}
    assert all(identities.phone(card.phone, "DE") == card.e164 for card in cards())


def test_nobody_has_the_mailbox_of_a_stranger_but_of_the_company_or_the_family() -> None:
    private = [card for card in cards() if card.mailbox and card.mailbox.tells]
    owners = Counter({card.mailbox.text: 0 for card in private if card.mailbox})
    owners.update(text for text, _ in {(card.mailbox.text, card.person) for card in private if card.mailbox})
    assert max(owners.values()) <= 2


def test_some_numbers_have_many_owners() -> None:
    owners = Counter(number for number, _ in {(card.e164, card.person) for card in cards() if card.e164})
    assert max(owners.values()) > 3


def test_there_are_a_hundred_thousand_surnames_and_few_are_common() -> None:
    assert len({name.text for code in SHARES for name in family_names(code)}) > 95_000


def census() -> Setting:
    """The smallest lists: who has a rare name is met one time in ten."""
    names = {"male": {"William": 9.0, "Zebulon": 1.0}, "female": {"Mary": 9.0, "Philippa": 1.0}}
    return listed({code: {**names, "surnames": {"Smith": 9.0, "Ferrars": 1.0}} for code in CENSUS})


def test_listed_names_are_borne_as_often_as_the_lists_say() -> None:
    shown = [card.shown.text for card in generate(3000, 7, census())]
    common, rare = (sum(name in text for text in shown) for name in ("Smith", "Ferrars"))
    assert rare / (common + rare) == pytest.approx(0.1, abs=0.03)
    assert any(text.startswith("Bill ") for text in shown), "short forms are those of the made-up names"
    assert any(text and not text.isascii() for text in shown), "other scripts are there as well"


def test_a_population_of_listed_names_is_measured_under_its_own_name() -> None:
    figures = {figure.name for figure in measure(Run(1, cards=300, seed=3, is_quiet=True), setting=census())}
    counted = {"census.strangers", "census.relatives", "census.sharers"}
    assert figures == {"census.recall, 300 cards", "census.precision"} | counted


def test_without_the_lists_it_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(matching, "PYTHON", tmp_path / "nowhere")
    (figure,) = bench.census.measure(Run(1, is_quiet=True))
    assert figure.passed is False
    assert ".venv-bench-matching" in figure.notes[0]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ({"e164": "+4930123456"}, {"e164": "+4930123456", "shown": FULL}, Stratum.SAME_CONTACT),
        ({"shown": FULL}, {"shown": FULL}, Stratum.BOTH_NAMES),
        ({"shown": FULL}, {"mailbox": Address("edashwood@web.de", FULL.tells)}, Stratum.NAME_IN_ADDRESS),
        (
            {"mailbox": Address("a@a.de", FULL.tells)},
            {"handle": ("x", Address("b", FULL.tells))},
            Stratum.BEYOND_A_NAME,
        ),
        ({"handle": ("x", Address("u", nick="u"))}, {"handle": ("y", Address("u", nick="u"))}, Stratum.BEYOND_A_NAME),
        ({"shown": FULL}, {"shown": Shown("Elinor", frozenset({"first"}))}, Stratum.ONE_PART),
        ({"shown": FULL}, {"shown": Shown("E. Ferrars", frozenset({"first", "last1"}))}, Stratum.ONE_PART),
        ({"e164": "+4930123456"}, {"shown": FULL}, Stratum.NOTHING),
        ({}, {}, Stratum.NOTHING),
    ],
)
def test_a_stratum_is_what_two_cards_share(one: dict[str, object], other: dict[str, object], expected: Stratum) -> None:
    left, right = replace(PLAIN, **one), replace(PLAIN, **other)  # type: ignore[arg-type]
    assert stratum(left, right) == stratum(right, left) == expected


def test_every_stratum_occurs() -> None:
    pairs = [(one, other) for one, other in combinations(cards(), 2) if one.person == other.person][:2000]
    assert {stratum(one, other) for one, other in pairs} == {*Stratum}


def test_rules_find_what_they_look_at() -> None:
    one = replace(PLAIN, number=1, shown=Shown("Dashwood, Elinor"), e164="+4930123456", phone="030 123456")
    other = replace(one, number=2, shown=Shown("elinor dashwood"), phone="+4930123456")
    named = replace(PLAIN, number=3, shown=Shown("Elinor Dashwood"))
    asked = [Question(one, [other])]
    found = {rule.name: answers(rule, [one, other, named], asked)[one.key] for rule in RULES}
    assert found == {
        "exact number, mailbox": [other.key],
        "exact, or the full name": [other.key, named.key],
        "Salesforce's standard": [other.key],
        "Dynamics' default": [],
        "Genesys, exact": [other.key],
        "address book": [other.key, named.key],
    }


def test_recall_is_counted_by_stratum() -> None:
    found = replace(PLAIN, number=1, shown=FULL)
    missed = replace(PLAIN, number=2)
    asked = Question(replace(PLAIN, shown=FULL), [found, missed])
    counted = recall([asked], {asked.card.key: [found.key]})
    assert columns(counted) == [0.5, 1.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0]
    assert counted.share(Stratum.NOTHING) == 0.5


def test_what_is_right_is_counted_from_each_probability_on() -> None:
    right, wrong = replace(PLAIN, number=1), replace(PLAIN, number=2)
    asked = Question(PLAIN, [right])
    given = ((right, 0.9), (wrong, 0.7), (right, 0.6))
    found = [Suggestion(card.key, probability, Likelihood.LIKELY, 0.0, ()) for card, probability in given]
    rising = from_each([0.6, 0.7, 0.8, 0.95], [asked], {PLAIN.key: found})
    assert [[*one.by_question] for one in rising] == [[(3, 2)], [(2, 1)], [(1, 1)], []]
    assert [one.share for one in rising] == [2 / 3, 1 / 2, 1, 0]


def test_suggestions_of_one_question_are_no_independent_ones() -> None:
    apart, together = From(0.7, [(1, 1)] * 900 + [(1, 0)] * 100), From(0.7, [(2, 2)] * 450 + [(2, 0)] * 50)
    assert (apart.count, apart.share) == (together.count, together.share) == (1000, 0.9)
    assert apart.error == pytest.approx(sqrt(0.9 * 0.1 / 1000))
    assert together.error == pytest.approx(sqrt(0.9 * 0.1 / 500))


def test_questions_are_never_answered_with_themselves() -> None:
    small = population(1500, 3, 60)
    assert {len(question.others) > 0 for question in small.questions} == {True, False}
    assert all(question.card not in question.others for question in small.questions)
    for rule in RULES:
        found = answers(rule, small.cards, small.by_rules)
        assert all(card not in others and len(others) <= FIRST for card, others in found.items())


def test_rules_are_asked_for_every_card_that_has_a_duplicate() -> None:
    small = population(1500, 3, 60)
    owned = Counter(card.person for card in small.cards)
    assert {one.card.key for one in small.by_rules} == {card.key for card in small.cards if owned[card.person] > 1}
    assert all(len(one.others) == owned[one.card.person] - 1 for one in small.by_rules)


def test_what_is_kept_for_the_questions_answers_as_all_keys_do() -> None:
    small = population(3000, 3, 40)
    every = KeyTable({card.key: normal_form(card.as_input()) for card in small.cards})
    ours = InMemory(small)
    assert all(ours.suggest(one.card) == every.suggest(one.card.key) for one in small.questions)
    assert ours.keys_per_card == every.keys_per_card


def test_all_who_share_a_number_or_a_mailbox_are_judged_once() -> None:
    home = {"phone": "030 1234567", "e164": "+49301234567", "mailbox": Address("dashwood@web.de")}
    family = [replace(PLAIN, number=at, person=at, **home) for at in range(3)]
    own = replace(PLAIN, number=3, person=0, **home)
    seen: list[tuple[int, int]] = []

    def judge(one: Card, other: Card) -> Suggestion:
        seen.append((one.number, other.number))
        likelihood = Likelihood.VERY_LIKELY if {one.number, other.number} == {0, 1} else Likelihood.LIKELY
        return Suggestion("", 0.9, likelihood, 0.0, ())

    assert sharers([*family, own], judge) == Sharers(pairs=5, very_likely=1)
    assert sorted(seen) == [(0, 1), (0, 2), (1, 2), (1, 3), (2, 3)]


def test_the_harness_measures_ours_beside_the_rules() -> None:
    figures = {figure.name: figure for figure in measure(Run(1, cards=600, is_quiet=True))}
    recalled = figures["people.recall, 600 cards"]
    assert recalled.value is not None
    assert recalled.value > 0.9
    assert len(recalled.table) == 3 + len(RULES)
    assert figures["people.strangers"].passed
    assert figures["people.relatives"].passed
    assert figures["people.sharers"].passed


def test_the_prototypes_figures_are_for_two_sizes() -> None:
    assert distance(1500, {}) is None

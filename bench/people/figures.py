"""(g) Duplicates among made-up cards of a contact centre: ours beside the rules of products, by what is shared."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from bench.people.calibration import TOLERANCE, columns, distance
from bench.people.ours import InMemory, Matcher, Verdicts, verdicts
from bench.people.population import Population, population
from bench.people.quality import Recall, recall
from bench.people.rules import RULES, answers
from bench.people.strata import Stratum
from bench.report import Figure, Goal
from bench.run import Run
from customers.matching.suggest import Suggestion

FOUND, RIGHT = 0.90, 0.90
"""Of the reachable duplicates among the first five; of what is called likely."""
_HEADS = ("all", "reachable", "contact", "names", "address", "beyond", "one part", "nothing")


def measure(run: Run, matcher: Callable[[Population], Matcher] | None = None) -> list[Figure]:
    """Recall and precision of ours, what strangers share, and how far the rules are from a prototype's figures."""
    among = population(run.cards)
    recalls = {rule.name: recall(among.questions, answers(rule, among)) for rule in RULES}
    asked = matcher(among) if matcher else InMemory(among.cards)
    found = {question.card.key: asked.suggest(question.card) for question in among.questions}
    recalls["ours"] = recall(among.questions, _keys(found))
    judged = verdicts(among.questions, found)
    return [
        _recall(among, recalls, _notes(among, asked)),
        _precision(judged),
        _wrong("strangers", "very likely for a number, a mailbox or a company alone, and wrong", judged.strangers),
        _wrong("relatives", "very likely for one of these and a surname, and wrong", judged.relatives),
        *_calibration(len(among.cards), recalls),
    ]


def _keys(found: Mapping[str, Sequence[Suggestion]]) -> dict[str, list[str]]:
    return {card: [one.card for one in suggestions] for card, suggestions in found.items()}


def _recall(among: Population, recalls: Mapping[str, Recall], notes: list[str]) -> Figure:
    ours = recalls["ours"]
    shares = ["", "", *(f"{ours.share(one):.3f}" for one in Stratum)]
    return Figure(
        name=f"people.recall, {len(among.cards):,} cards",
        unit="of the reachable duplicates among the first 5",
        value=ours.reachable,
        floor=FOUND,
        ratio=ours.reachable / FOUND,
        goal=Goal(1.0, is_ceiling=False),
        peers={name: found.reachable for name, found in recalls.items() if name != "ours"},
        notes=notes,
        table=[
            _row("recall in 5", _HEADS),
            _row("share of the pairs", shares),
            *(_row(name, [f"{one:.3f}" for one in columns(found)]) for name, found in recalls.items()),
        ],
    )


def _row(name: str, cells: Iterable[str]) -> str:
    return f"{name:26}" + "".join(f"{cell:>10}" for cell in cells)


def _notes(among: Population, asked: Matcher) -> list[str]:
    pairs = sum(len(question.others) for question in among.questions)
    said = [f"{len(among.questions):,} questions, {pairs:,} true pairs"]
    return said + ([f"{asked.keys_per_card:.2f} keys a card"] if isinstance(asked, InMemory) else [])


def _precision(judged: Verdicts) -> Figure:
    sure = judged.very_likely_right / max(judged.very_likely, 1)
    return Figure(
        name="people.precision",
        unit="of what is at least likely is right",
        value=judged.precision,
        floor=RIGHT,
        ratio=judged.precision / RIGHT,
        goal=Goal(1.0, is_ceiling=False),
        notes=[
            f"{judged.likely:,} are likely; of the {judged.very_likely:,} that are very likely {sure:.3f} are right",
            f"false alarms: {judged.alarmed} of {judged.without:,} cards without a duplicate get a likely one",
        ],
    )


def _wrong(name: str, unit: str, count: int) -> Figure:
    return Figure(f"people.{name}", unit, float(count), floor=0.0, ratio=float(count), goal=Goal(0.0))


def _calibration(count: int, recalls: Mapping[str, Recall]) -> list[Figure]:
    apart = distance(count, recalls)
    if apart is None:
        return []
    unit = "at most between the rules' figures and a prototype's"
    return [Figure("people.calibration", unit, apart, floor=TOLERANCE, ratio=apart / TOLERANCE, goal=Goal(1.0))]

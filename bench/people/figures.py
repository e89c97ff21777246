"""(g) Duplicates among made-up cards of a contact centre: ours beside the rules of products, by what is shared."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from bench.people.calibration import TOLERANCE, columns, distance
from bench.people.ours import InMemory, Matcher
from bench.people.population import Population, population
from bench.people.quality import Recall, recall
from bench.people.rules import RULES, answers
from bench.people.setting import Setting, made
from bench.people.sharers import sharers
from bench.people.strata import Stratum
from bench.people.verdicts import From, Verdicts, from_each, verdicts
from bench.report import Figure, Goal
from bench.run import Run
from customers.matching.suggest import Suggestion

FOUND, RIGHT = 0.90, 0.90
"""Of the reachable duplicates among the first five; of what is called likely."""
_PROBABILITIES = (0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9)
_HEADS = ("all", "reachable", "contact", "names", "address", "beyond", "one part", "nothing")


def measure(
    run: Run, matcher: Callable[[Population], Matcher] | None = None, setting: Setting | None = None
) -> list[Figure]:
    """Recall and precision of ours, what strangers share, and how far the rules are from a prototype's figures."""
    among = population(run.cards, run.seed, setting=setting)
    recalls = {rule.name: recall(among.by_rules, answers(rule, among.cards, among.by_rules)) for rule in RULES}
    asked = matcher(among) if matcher else InMemory(among)
    found = {question.card.key: asked.suggest(question.card) for question in among.questions}
    recalls["ours"] = recall(among.questions, _keys(found))
    judged, rising = verdicts(among.questions, found), from_each(_PROBABILITIES, among.questions, found)
    name = (setting or made()).name
    return [
        _recall(name, among, recalls, _notes(among, asked)),
        _precision(name, judged, rising),
        _wrong(
            f"{name}.strangers", "very likely for a number, a mailbox or a company alone, and wrong", judged.strangers
        ),
        _wrong(f"{name}.relatives", "very likely for one of these and a surname, and wrong", judged.relatives),
        *_sharers(name, among, asked),
        *_calibration(name, len(among.cards), recalls),
    ]


def _keys(found: Mapping[str, Sequence[Suggestion]]) -> dict[str, list[str]]:
    return {card: [one.card for one in suggestions] for card, suggestions in found.items()}


def _recall(name: str, among: Population, recalls: Mapping[str, Recall], notes: list[str]) -> Figure:
    ours, largest = recalls["ours"], recalls[RULES[0].name]
    shares = ["", "", *(f"{largest.share(one):.3f}" for one in Stratum)]
    return Figure(
        name=f"{name}.recall, {len(among.cards):,} cards",
        unit="of the reachable duplicates among the first 5",
        value=ours.reachable,
        floor=FOUND,
        ratio=ours.reachable / FOUND,
        goal=Goal(1.0, is_ceiling=False),
        peers={rule: found.reachable for rule, found in recalls.items() if rule != "ours"},
        notes=notes,
        table=[
            _row("recall in 5", _HEADS),
            _row("share of the pairs", shares),
            *(_row(rule, [f"{one:.3f}" for one in columns(found)]) for rule, found in recalls.items()),
        ],
    )


def _row(name: str, cells: Iterable[str]) -> str:
    return f"{name:26}" + "".join(f"{cell:>10}" for cell in cells)


def _notes(among: Population, matcher: Matcher) -> list[str]:
    pairs, by_rules = (sum(len(one.others) for one in asked) for asked in (among.questions, among.by_rules))
    said = [
        f"{len(among.questions):,} questions, {pairs:,} true pairs",
        f"the rules: {len(among.by_rules):,} questions, {by_rules:,} true pairs",
    ]
    return said + ([f"{matcher.keys_per_card:.2f} keys a card"] if isinstance(matcher, InMemory) else [])


def _precision(name: str, judged: Verdicts, rising: Iterable[From]) -> Figure:
    sure = judged.very_likely_right / max(judged.very_likely, 1)
    return Figure(
        name=f"{name}.precision",
        unit="of what is at least likely is right",
        value=judged.precision,
        floor=RIGHT,
        ratio=judged.precision / RIGHT,
        goal=Goal(1.0, is_ceiling=False),
        notes=[
            f"{judged.likely:,} are likely; of the {judged.very_likely:,} that are very likely {sure:.3f} are right",
            f"false alarms: {judged.alarmed} of {judged.without:,} cards without a duplicate get a likely one",
        ],
        table=[
            _row("given at least", ("count", "right", "± error")),
            *(_row(f"{one.probability}", (f"{one.count:,}", f"{one.share:.3f}", f"{one.error:.4f}")) for one in rising),
        ],
    )


def _wrong(name: str, unit: str, count: int) -> Figure:
    return Figure(name, unit, float(count), floor=0.0, ratio=float(count), goal=Goal(0.0))


def _sharers(name: str, among: Population, matcher: Matcher) -> list[Figure]:
    if not isinstance(matcher, InMemory):
        return []
    found = sharers(among.cards, matcher.judge)
    unit = f"very likely among all {found.pairs:,} pairs of different persons who share a number or a mailbox"
    return [_wrong(f"{name}.sharers", unit, found.very_likely)]


def _calibration(name: str, count: int, recalls: Mapping[str, Recall]) -> list[Figure]:
    apart = distance(count, recalls)
    if apart is None:
        return []
    unit = "at most between the rules' figures and a prototype's"
    return [Figure(f"{name}.calibration", unit, apart, floor=TOLERANCE, ratio=apart / TOLERANCE, goal=Goal(1.0))]

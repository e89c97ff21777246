"""Telling everybody who looks at a card that it has changed."""

from __future__ import annotations

from collections.abc import Iterable

from customers.ids import CardId, LegId, UserId
from desk.work import Work
from jobs.queue import cancel, enqueue
from storage import cards, groups

CARD_TOPIC = "card"
"""Signal of a changed card; the payload is `card id:version`."""
LIST_TOPIC = "list"
"""Signal of a changed list; the payload is the user's id."""
ADMINISTRATION_TOPIC = "administration"
"""Signal of something that supervisors and administrators look at; no payload."""
VIEW_TOPIC = "view"
"""Signal of one user's view of a card: `user id:card id`."""
CARDS_LANE = "cards"


def card_changed(work: Work, card_id: CardId, legs: Iterable[LegId] = ()) -> None:
    """Every open view of the card's root is drawn anew: in the panes at once, in chats by a job for each leg.

    `legs`: legs that are over and whose card must change all the same, e.g. because a push was sent.
    """
    root_id, version = cards.bump(work.tx, card_id)
    work.tx.signal(CARD_TOPIC, f"{root_id}:{version}")
    for leg_id in dict.fromkeys([*cards.live_legs(work.tx, root_id), *legs]):
        deliver(work, leg_id)


def view_changed(work: Work, user_id: UserId, root_id: CardId) -> None:
    """The user's own views of the card are drawn anew. The card is as it was: for nobody else is there anything new."""
    work.tx.signal(VIEW_TOPIC, f"{user_id}:{root_id}")
    for leg_id in cards.live_legs_of(work.tx, root_id, user_id):
        deliver(work, leg_id)


def card_read_anew(work: Work, card_id: CardId) -> None:
    """Open panes read the card's root anew; its version stays, for nothing that agents decide on has changed."""
    root_id = groups.root(work.tx.connection, card_id) or card_id
    work.tx.signal(CARD_TOPIC, f"{root_id}:{cards.version(work.tx, root_id)}")


def deliver(work: Work, leg_id: LegId) -> None:
    """The leg's card is brought to its agent's chat, as it is when the job comes to it."""
    enqueue(
        work.tx,
        lane=CARDS_LANE,
        kind="card",
        payload={"leg": leg_id},
        key=_job_key(leg_id),
        correlation_id=work.correlation_id,
    )


def hold_back(work: Work, leg_id: LegId) -> None:
    """The leg's card stays in the chat as it is until the next change: it holds what is stored nowhere else."""
    cancel(work.tx, _job_key(leg_id))


def _job_key(leg_id: LegId) -> str:
    return f"card:{leg_id}"


def list_changed(work: Work, user_id: UserId) -> None:
    """The user's lists are read anew."""
    work.tx.signal(LIST_TOPIC, user_id)


def administration_changed(work: Work) -> None:
    """Pages of the administration that are open are read anew."""
    work.tx.signal(ADMINISTRATION_TOPIC, "")

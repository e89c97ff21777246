"""What every CRM connector must do, whatever the CRM: one suite, run over each connector and its simulator.

An implementation subclasses `CrmConnectorContract` in a test module, in a class whose name begins with `Test`, and
gives the fixtures `connector`, `followed` (with a mapping that writes first name and mobile number back, and keeps
descriptions that do not fit in notes), `world` (a `CrmWorld`) and, where it has one, marks of its own.
"""

from __future__ import annotations

import logging
import socket
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Protocol

import pytest

from connectors.errors import (
    CrmAuthFailed,
    CrmConflict,
    CrmDuplicates,
    CrmError,
    CrmForbidden,
    CrmRateLimited,
    CrmRecordNotFound,
    CrmRejected,
    CrmSchemaDrift,
    CrmUnavailable,
)
from connectors.interface import (
    ActivityDraft,
    CrmAgent,
    CrmConnector,
    LoggedActivity,
    PersonKeys,
    RecordDraft,
    RecordRef,
)

LONG = "A long story, told & written down. " * 999 + "The end."
SECRET_NOTES = "the customer's secret is 8c1f-plum"


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """Somebody who is in the CRM, and how the CRM has their numbers."""

    ref: RecordRef
    name: str
    phone: str
    """E.164; stored in another spelling."""
    email: str
    other_phones: Sequence[tuple[str, RecordRef]] = ()
    """More numbers, E.164, each stored in yet another spelling, and whose they are."""
    shared_phone: str = ""
    shared_refs: frozenset[RecordRef] = frozenset()
    """Both people who have `shared_phone`."""
    company: RecordRef | None = None
    case: RecordRef | None = None


class CrmWorld(Protocol):
    """The other side, as the suite needs it."""

    known_person: KnownPerson
    missing: RecordRef
    """A well-formed ref of a record that is not there."""
    agent: CrmAgent
    """An agent whom the CRM knows as a user."""

    def break_with(self, kind: str, *, times: int = 1) -> None:
        """The next calls go wrong: `unavailable`, `html`, `refused`, `timeout`, `rate_limited`, `forbidden`,
        `rejected`, `conflict`, `expired` (one session), `endless_401`, `answer_lost` (of the next write),
        `deletion_lost` (the answer to the next deletion), `note_lost` (that to the call that writes a note),
        `join_lost` (that to the call that puts a person on an activity), `sign_in_refused` (and no token is left);
        `create_lost`, `create_rejected`: of the next person.
        """
        ...

    def session_ends_under(self, calls: int) -> None:
        """The next `calls` calls are on their way at one time when the session ends: each is refused."""
        ...

    def person(self, first: str, last: str, email: str) -> dict[str, str]:
        """A new person as the form of the mapping that comes with the product has them: by field."""
        ...

    def created(self, key: uuid.UUID) -> Sequence[dict[str, Any]]:
        """The persons that stand in the CRM under this key: dicts with `id`, `last`, `email`, `company` (an id) and
        `owner` (an e-mail address or the agent's Entra id; empty for the integration user).
        """
        ...

    def someone_renames(self, first: str) -> None:
        """A user of the CRM gives the known person another first name."""
        ...

    def detect_duplicates(self, *, may_save: bool = True) -> None:
        """From now on two persons with one e-mail address are duplicates."""
        ...

    def activities(self) -> Sequence[dict[str, Any]]:
        """What stands in the CRM: dicts with `id`, `key`, `text` (all of its texts), `record` (the ref that it belongs
        to), `people` (the refs of all the persons who stand on it), `is_completed`, `owner` (an e-mail address or the
        agent's Entra id; empty for the integration user).
        """
        ...

    def notes(self) -> Sequence[tuple[str, str]]:
        """Every note beside an activity, or left by one: the activity's id and the note's text."""
        ...

    def delete_activity(self, activity_id: str) -> None:
        """A user of the CRM deletes it."""
        ...

    def sign_ins(self) -> int:
        """How often a token was given out."""
        ...


@dataclass(slots=True)
class Lines(logging.Handler):
    """Everything that was logged, formatted, tracebacks too."""

    lines: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        logging.Handler.__init__(self, level=logging.DEBUG)

    def __hash__(self) -> int:
        return id(self)

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(logging.Formatter("%(name)s %(message)s").format(record))


def draft_for(record: RecordRef, **changes: Any) -> ActivityDraft:
    """A phone call with every fact, under a fresh key."""
    facts: dict[str, str | int | datetime | None] = {
        "interaction_id": "INT-1",
        "channel": "voice",
        "direction": "inbound",
        "subject": "Billing",
        "customer_name": "Edward Ferrars",
        "customer_address": "+4915112345678",
        "queue": "Classics",
        "agent_name": "Elinor Dashwood",
        "agent_email": "elinor.dashwood@contoso.example",
        "started_at": datetime(2026, 11, 21, 9, 0, tzinfo=UTC),
        "ended_at": datetime(2026, 11, 21, 9, 6, 12, tzinfo=UTC),
        "duration_seconds": 372,
        "duration_minutes": 7,
        "local_date": "2026-11-21",
        "disposition": "Resolved",
        "notes": SECRET_NOTES,
        "tags": "refund, address",
    }
    facts.update(changes.pop("facts", {}))
    channel = str(facts["channel"])
    key = changes.pop("key", uuid.uuid4())
    return ActivityDraft(key, record, channel, str(facts["direction"] or ""), facts, **changes)


def several(world: CrmWorld) -> list[ActivityDraft]:
    """A call and a chat of the agent, and a call of somebody whom the CRM does not know, on different records."""
    person = world.known_person
    assert person.company is not None
    assert person.case is not None
    stranger = CrmAgent("Nobody", "nobody@contoso.example", "99999999-0000-4000-8000-000000000000")
    return [
        draft_for(person.ref, agent=world.agent),
        draft_for(person.company, agent=stranger),
        draft_for(person.case, agent=world.agent, facts={"channel": "chat"}),
        draft_for(person.company, agent=world.agent),
    ]


def together(world: CrmWorld) -> list[ActivityDraft]:
    """A call of three people: one draft for each, under one key."""
    key = uuid.uuid4()
    people = [world.known_person.ref, *sorted(world.known_person.shared_refs, key=str)]
    return [draft_for(ref, key=key, agent=world.agent, is_shared=True) for ref in people]


def refs_of(logged: Sequence[LoggedActivity | CrmError]) -> list[RecordRef]:
    """Of those that were written."""
    return [one.ref for one in logged if isinstance(one, LoggedActivity)]


def new_person(world: CrmWorld, values: dict[str, str] | None = None, **changes: Any) -> RecordDraft:
    """Somebody who is not in the CRM, under a fresh key."""
    facts: dict[str, str | int | datetime | None] = {
        "customer_given_name": "Marianne",
        "customer_family_name": "Dashwood",
        "customer_email": "marianne@dashwood.example",
        "customer_phone": "+442079460001",
    }
    typed = world.person("Marianne", "Dashwood", "marianne@dashwood.example") if values is None else values
    return RecordDraft(uuid.uuid4(), world.known_person.ref.type, typed, facts, **changes)


class CrmConnectorContract:
    """Subclass it; see the top of this module."""

    # -- finding ----------------------------------------------------------------------------------------------------

    def test_ping_signs_in_once(self, connector: CrmConnector, world: CrmWorld) -> None:
        connector.ping()
        connector.ping()
        assert world.sign_ins() == 1

    def test_person_is_found_by_phone_however_it_is_stored(self, connector: CrmConnector, world: CrmWorld) -> None:
        person = world.known_person
        for number, ref in [(person.phone, person.ref), *person.other_phones]:
            found = connector.find_people(PersonKeys(phones=[number]))
            assert ref in [record.ref for record in found], number
            assert {record.match for record in found} == {"phone"}

    def test_person_is_found_by_email_without_regard_to_case(self, connector: CrmConnector, world: CrmWorld) -> None:
        found = connector.find_people(PersonKeys(emails=[world.known_person.email.upper()]))
        assert [(record.ref, record.match) for record in found] == [(world.known_person.ref, "email")]

    def test_person_is_found_by_name(self, connector: CrmConnector, world: CrmWorld) -> None:
        found = connector.find_people(PersonKeys(names=[world.known_person.name]))
        assert world.known_person.ref in [record.ref for record in found]

    def test_phone_matches_stand_first_and_nobody_twice(self, connector: CrmConnector, world: CrmWorld) -> None:
        person = world.known_person
        keys = PersonKeys(phones=[person.shared_phone], emails=[person.email], names=[person.name])
        found = connector.find_people(keys, limit=50)
        matches = [record.match for record in found]
        assert matches == sorted(matches, key=["phone", "email", "name"].index)
        refs = [record.ref for record in found]
        assert len(refs) == len(set(refs))
        assert {person.ref, *person.shared_refs} <= set(refs)

    def test_nothing_found_is_empty(self, connector: CrmConnector) -> None:
        keys = PersonKeys(phones=["+442079460999"], emails=["nobody@nowhere.example"], names=["Zebedee Quux"])
        assert list(connector.find_people(keys)) == []
        assert list(connector.find_people(PersonKeys())) == []
        assert list(connector.search("Zebedee Quux")) == []

    @pytest.mark.rule("P-06")
    def test_p06_two_people_on_one_number_are_both_found(self, connector: CrmConnector, world: CrmWorld) -> None:
        found = connector.find_people(PersonKeys(phones=[world.known_person.shared_phone]))
        assert world.known_person.shared_refs <= {record.ref for record in found}

    def test_limit_holds(self, connector: CrmConnector, world: CrmWorld) -> None:
        assert len(connector.find_people(PersonKeys(phones=[world.known_person.shared_phone]), limit=1)) == 1
        assert len(connector.search(world.known_person.name.split()[-1], limit=1)) == 1

    @pytest.mark.parametrize(
        "text",
        [
            "O'Brien",
            "50%_off",
            "back\\slash",
            'quo"te',
            "emoji 😀",
            "' OR Name != '",
            "{}",
            "a AND b",
            "NOT",
            "*",
            "?",
            "",
        ],
    )
    def test_special_characters_are_data(self, connector: CrmConnector, text: str) -> None:
        keys = PersonKeys(phones=[text], emails=[f"{text}@x.example"], names=[text])
        assert list(connector.find_people(keys)) == []
        assert list(connector.search(f"{text} zebedee")) == []
        connector.search(text)

    @pytest.mark.rule("P-07")
    def test_p07_records_are_found_by_text(self, connector: CrmConnector, world: CrmWorld) -> None:
        last_name = world.known_person.name.split()[-1]
        found = connector.search(last_name[:5].lower(), limit=50)
        assert world.known_person.ref in [record.ref for record in found]
        assert len({record.ref.type for record in found}) > 1, "several types at once"

    @pytest.mark.rule("A-19")
    def test_a19_a_search_keeps_to_the_types_that_are_asked_for(self, connector: CrmConnector, world: CrmWorld) -> None:
        kind, last_name = world.known_person.ref.type, world.known_person.name.split()[-1]
        found = connector.search(last_name[:5].lower(), limit=50, types=[kind])
        assert world.known_person.ref in [record.ref for record in found]
        assert {record.ref.type for record in found} == {kind}

    # -- reading ----------------------------------------------------------------------------------------------------

    def test_record_read_is_the_record_found(self, connector: CrmConnector, world: CrmWorld) -> None:
        found = connector.find_people(PersonKeys(emails=[world.known_person.email]))[0]
        read = connector.get_record(found.ref)
        assert (read.ref, read.title, read.subtitle, read.fields) == (
            found.ref,
            found.title,
            found.subtitle,
            found.fields,
        )
        assert read.title == world.known_person.name
        assert read.level == "person"
        assert read.type_label
        assert read.url == connector.record_url(found.ref)

    def test_p14_record_types_have_names_in_three_languages(self, connector: CrmConnector, world: CrmWorld) -> None:
        names = connector.type_labels[world.missing.type]
        assert all(names[language] for language in ("en", "de", "es"))

    def test_unknown_record_is_not_found(self, connector: CrmConnector, world: CrmWorld) -> None:
        for ref in (world.missing, RecordRef(world.missing.crm, world.missing.type, "' OR 1=1")):
            with pytest.raises(CrmRecordNotFound):
                connector.get_record(ref)

    @pytest.mark.rule("A-18")
    def test_a18_related_records_are_found(self, connector: CrmConnector, world: CrmWorld) -> None:
        refs = [record.ref for record in connector.related(world.known_person.ref)]
        assert world.known_person.company in refs
        assert world.known_person.case in refs
        assert world.known_person.ref not in refs
        assert len(connector.related(world.known_person.ref, limit=1)) == 1

    @pytest.mark.rule("A-20")
    def test_a20_related_records_come_in_pages(self, connector: CrmConnector, world: CrmWorld) -> None:
        whole = connector.related_page(world.known_person.ref)
        assert (len(whole.records) >= 2, whole.after) == (True, "")
        after, seen = "", []
        for _ in range(len(whole.records) + 2):
            page = connector.related_page(world.known_person.ref, size=1, after=after)
            seen += page.records
            after = page.after
            if not after:
                break
        assert seen == list(whole.records)
        assert {record.ref.type for record in seen if record.dated} >= {world.known_person.case.type}

    def test_record_url_needs_no_network(
        self, connector: CrmConnector, world: CrmWorld, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def no_network(*_: object, **__: object) -> None:
            raise AssertionError("a call was made")

        monkeypatch.setattr(socket.socket, "connect", no_network)
        url = connector.record_url(world.known_person.ref)
        assert url.startswith("https://")
        assert world.known_person.ref.id in url
        assert connector.record_of(url) == world.known_person.ref

    @pytest.mark.parametrize("change", [("https:", "http:"), ("://", "://me@"), ("://", "://other-"), ("/", "\\")])
    def test_links_to_anything_else_are_no_records(
        self, connector: CrmConnector, world: CrmWorld, change: tuple[str, str]
    ) -> None:
        url = connector.record_url(world.known_person.ref)
        unmapped = connector.record_url(RecordRef(world.known_person.ref.crm, "nowhere", world.known_person.ref.id))
        host = url.partition("://")[2].partition("/")[0]
        for other in (url.replace(*change), unmapped, f"https://{host}", f"https://{host}/", "https://[", "", "\0"):
            assert connector.record_of(other) is None

    # -- writing ----------------------------------------------------------------------------------------------------

    @pytest.mark.rule("A-08")
    def test_a08_completed_activity_stands_on_the_record(self, connector: CrmConnector, world: CrmWorld) -> None:
        draft = draft_for(world.known_person.ref, agent=world.agent)
        logged = connector.log_activity(draft)
        assert logged.created
        assert logged.url
        (activity,) = world.activities()
        assert activity["id"] == logged.ref.id
        assert activity["key"] == str(draft.key)
        assert activity["record"] == world.known_person.ref
        assert activity["is_completed"]
        for text in (SECRET_NOTES, "Resolved", "Billing"):
            assert text in activity["text"]

    @pytest.mark.rule("P-12")
    def test_p12_activity_is_written_in_the_agents_name(self, connector: CrmConnector, world: CrmWorld) -> None:
        logged = connector.log_activity(draft_for(world.known_person.ref, agent=world.agent))
        (activity,) = world.activities()
        assert not logged.owner_is_integration
        assert activity["owner"] in (world.agent.email, world.agent.entra_object_id)

    @pytest.mark.rule("P-12")
    def test_p12_unknown_agent_falls_back_to_the_integration_user(
        self, connector: CrmConnector, world: CrmWorld
    ) -> None:
        stranger = CrmAgent("Nobody", "nobody@contoso.example", "99999999-0000-4000-8000-000000000000")
        logged = connector.log_activity(draft_for(world.known_person.ref, agent=stranger))
        assert logged.owner_is_integration
        assert world.activities()[0]["owner"] == ""

    @pytest.mark.parametrize("channel", ["voice", "email", "chat", "sms", "social", "video", "work_item", "other"])
    @pytest.mark.parametrize("kind", ["ref", "company", "case"])
    def test_every_channel_is_written_to_every_kind_of_record(
        self, connector: CrmConnector, world: CrmWorld, channel: str, kind: str
    ) -> None:
        record: RecordRef = getattr(world.known_person, kind)
        logged = connector.log_activity(draft_for(record, facts={"channel": channel}, agent=world.agent))
        (activity,) = world.activities()
        assert (activity["record"], activity["is_completed"], list(logged.warnings)) == (record, True, [])

    def test_bare_draft_is_enough(self, connector: CrmConnector, world: CrmWorld) -> None:
        draft = ActivityDraft(uuid.uuid4(), world.known_person.ref, "voice", "", {})
        assert connector.log_activity(draft).created
        assert world.activities()[0]["is_completed"]

    @pytest.mark.rule("P-08")
    def test_p08_same_key_twice_is_one_activity(self, connector: CrmConnector, world: CrmWorld) -> None:
        draft = draft_for(world.known_person.ref, agent=world.agent)
        first, second = connector.log_activity(draft), connector.log_activity(draft)
        assert (first.created, second.created) == (True, False)
        assert first.ref == second.ref
        assert first.url == second.url
        assert not second.owner_is_integration
        assert len(world.activities()) == 1

    @pytest.mark.rule("P-08")
    def test_p08_lost_answer_then_again_is_one_activity(self, connector: CrmConnector, world: CrmWorld) -> None:
        draft = draft_for(world.known_person.ref, agent=world.agent)
        connector.ping()
        world.break_with("answer_lost")
        with pytest.raises(CrmUnavailable):
            connector.log_activity(draft)
        logged = connector.log_activity(draft)
        (activity,) = world.activities()
        assert activity["id"] == logged.ref.id
        assert activity["is_completed"]
        assert not logged.created

    @pytest.mark.rule("P-08")
    def test_p08_many_at_once_under_one_key_are_one_activity(self, connector: CrmConnector, world: CrmWorld) -> None:
        draft = draft_for(world.known_person.ref, agent=world.agent)

        def write(_: int) -> RecordRef | None:
            with suppress(CrmConflict):
                return connector.log_activity(draft).ref
            return None

        with ThreadPoolExecutor(8) as pool:
            refs = set(pool.map(write, range(16))) - {None}
        assert len(refs) == 1
        assert len(world.activities()) == 1

    @pytest.mark.rule("P-08")
    def test_p08_many_told_together_are_one_activity_each(self, connector: CrmConnector, world: CrmWorld) -> None:
        drafts = several(world)
        first, again = connector.log_activities(drafts), connector.log_activities(drafts)
        assert [one.created for one in first if isinstance(one, LoggedActivity)] == [True] * len(drafts)
        assert [one.created for one in again if isinstance(one, LoggedActivity)] == [False] * len(drafts)
        assert refs_of(first) == refs_of(again)
        found = {activity["key"]: activity for activity in world.activities()}
        assert found.keys() == {str(draft.key) for draft in drafts}
        for draft, ref in zip(drafts, refs_of(first), strict=True):
            activity = found[str(draft.key)]
            assert (activity["id"], activity["record"], activity["is_completed"]) == (ref.id, draft.record, True)
            assert (activity["owner"] != "") == (draft.agent == world.agent)
        assert list(connector.log_activities([])) == []

    @pytest.mark.rule("P-08")
    @pytest.mark.parametrize(("kind", "error"), [("rejected", CrmRejected), ("conflict", CrmConflict)])
    def test_p08_one_of_many_that_is_refused_takes_no_other_with_it(
        self, connector: CrmConnector, world: CrmWorld, kind: str, error: type[CrmError]
    ) -> None:
        drafts = several(world)
        connector.ping()
        world.break_with(kind)
        logged = connector.log_activities(drafts)
        assert [type(one) for one in logged if isinstance(one, CrmError)] == [error]
        assert len(world.activities()) == len(drafts) - 1
        assert len(refs_of(connector.log_activities(drafts))) == len(drafts)
        assert len(world.activities()) == len(drafts)

    @pytest.mark.rule("P-08")
    @pytest.mark.parametrize("kind", ["unavailable", "rate_limited", "answer_lost"])
    def test_p08_what_befalls_the_whole_call_befalls_each_and_the_next_one_is_whole(
        self, connector: CrmConnector, world: CrmWorld, kind: str
    ) -> None:
        drafts = several(world)
        connector.ping()
        world.break_with(kind)
        try:
            first = list(connector.log_activities(drafts))
        except CrmError as error:
            first = [error]
        assert {type(one) for one in first} == {CrmRateLimited if kind == "rate_limited" else CrmUnavailable}
        assert len(refs_of(connector.log_activities(drafts))) == len(drafts)
        assert len(world.activities()) == len(drafts)

    # -- people together --------------------------------------------------------------------------------------------

    @pytest.mark.rule("P-08")
    def test_p08_people_told_together_stand_on_one_activity(self, connector: CrmConnector, world: CrmWorld) -> None:
        drafts = [*together(world), draft_for(world.known_person.ref, agent=world.agent)]
        for is_new in (True, False):
            logged = connector.log_activities(drafts)
            assert [one.created for one in logged if isinstance(one, LoggedActivity)] == [is_new] * 4
            assert len(set(refs_of(logged)[:3])) == 1
            found = {activity["key"]: activity for activity in world.activities()}
            assert len(found) == len(world.activities()) == 2
            shared = found[str(drafts[0].key)]
            assert (shared["people"], shared["is_completed"]) == ({draft.record for draft in drafts[:3]}, True)
            assert found[str(drafts[3].key)]["people"] == {world.known_person.ref}

    @pytest.mark.rule("P-08")
    def test_p08_who_comes_later_joins_also_after_a_lost_answer(self, connector: CrmConnector, world: CrmWorld) -> None:
        drafts = together(world)
        first = connector.log_activity(drafts[0])
        world.break_with("join_lost")
        with pytest.raises(CrmUnavailable):
            connector.log_activity(drafts[1])
        for draft in (drafts[1], drafts[2], drafts[1], drafts[0]):
            logged = connector.log_activity(draft)
            assert (logged.ref, logged.created) == (first.ref, False)
        (activity,) = world.activities()
        assert (activity["people"], activity["is_completed"]) == ({draft.record for draft in drafts}, True)

    @pytest.mark.rule("P-08")
    def test_p08_people_who_come_at_once_all_stand_on_one_activity(
        self, connector: CrmConnector, world: CrmWorld
    ) -> None:
        drafts = together(world)

        def write(draft: ActivityDraft) -> None:
            for _ in range(20):  # as pushes do: what collides is tried again
                with suppress(CrmConflict):
                    connector.log_activity(draft)
                    return

        with ThreadPoolExecutor(3) as pool:
            list(pool.map(write, drafts * 2))
        (activity,) = world.activities()
        assert (activity["people"], activity["is_completed"]) == ({draft.record for draft in drafts}, True)

    @pytest.mark.rule("C-12")
    @pytest.mark.parametrize("leaves", [0, 1])
    def test_c12_who_is_withdrawn_leaves_and_the_others_stay(
        self, connector: CrmConnector, world: CrmWorld, leaves: int
    ) -> None:
        drafts = together(world)
        ref = refs_of(connector.log_activities(drafts))[0]
        left = [draft.record for draft in drafts]
        gone = left.pop(leaves)
        for _ in range(2):  # twice is fine
            connector.leave_activity(ref, gone)
            (activity,) = world.activities()
            assert (activity["people"], activity["is_completed"]) == (set(left), True)
            assert activity["record"] in left
        for record in left:
            connector.leave_activity(ref, record)
        assert world.activities() == []
        connector.leave_activity(ref, gone)

    def test_the_mapping_that_comes_with_the_product_leaves_everybody_an_activity_of_their_own(
        self, connector: CrmConnector
    ) -> None:
        assert dict(connector.together) == {}

    # -- texts ------------------------------------------------------------------------------------------------------

    def test_text_too_long_is_cut_and_named(self, connector: CrmConnector, world: CrmWorld) -> None:
        facts = {"notes": "😀 word " * 12000, "recording_url": "https://recordings.example/1?token=abc"}
        logged = connector.log_activity(draft_for(world.known_person.ref, facts=facts))
        assert list(logged.warnings)
        text = world.activities()[0]["text"]
        assert "…" in text
        assert "https://recordings.example/1?token=abc" in text

    @pytest.mark.rule("P-11")
    def test_p11_what_does_not_fit_stands_whole_in_a_note_once(self, followed: CrmConnector, world: CrmWorld) -> None:
        draft = draft_for(world.known_person.ref, agent=world.agent, facts={"notes": LONG})
        other = draft_for(world.known_person.ref, agent=world.agent)
        assert LONG in str(followed.preview_activity(draft).body)
        assert world.notes() == []
        logged = refs_of([*followed.log_activities([draft, other]), followed.log_activity(draft)])
        assert logged[0] == logged[2]
        ((activity, text),) = world.notes()
        assert activity == logged[0].id
        assert LONG in text
        told = {one["id"]: one["text"] for one in world.activities()}
        assert LONG not in told[activity]
        assert "(The whole text is in the note.)" in told[activity]
        assert "note.)" not in told[logged[1].id]

    @pytest.mark.rule("P-11", "P-08")
    @pytest.mark.parametrize("kind", ["answer_lost", "note_lost"])
    def test_p11_a_note_whose_answer_is_lost_is_written_once(
        self, followed: CrmConnector, world: CrmWorld, kind: str
    ) -> None:
        draft = draft_for(world.known_person.ref, agent=world.agent, facts={"notes": LONG})
        followed.ping()
        world.break_with(kind)
        with pytest.raises(CrmUnavailable):
            followed.log_activity(draft)
        followed.log_activity(draft)
        assert len(world.activities()) == len(world.notes()) == 1

    @pytest.mark.rule("P-10")
    def test_p10_the_note_is_amended_and_goes_with_what_it_is_for(
        self, followed: CrmConnector, world: CrmWorld
    ) -> None:
        def says(notes: str) -> list[str]:
            draft = draft_for(world.known_person.ref, agent=world.agent, key=key, facts={"notes": notes})
            for _ in range(2):
                followed.amend_activity(ref, draft, frozenset({"notes"}))
            assert world.activities()[0]["is_completed"]
            return [text for _, text in world.notes()]

        key = uuid.uuid4()
        ref = followed.log_activity(draft_for(world.known_person.ref, agent=world.agent, key=key)).ref
        assert LONG in says(LONG)[0]
        assert "Later." in says(f"{LONG} Later.")[0]
        assert says("Short.") == []
        assert len(says(LONG)) == 1
        followed.withdraw_activity(ref)
        assert (world.activities(), world.notes()) == ([], [])

    # -- the mapping ------------------------------------------------------------------------------------------------

    @pytest.mark.rule("P-11")
    def test_p11_the_mapping_that_comes_with_the_product_fits(self, connector: CrmConnector) -> None:
        assert list(connector.check_mapping()) == []

    @pytest.mark.rule("P-12")
    def test_p12_agents_who_are_no_users_are_told_apart(self, connector: CrmConnector, world: CrmWorld) -> None:
        strangers = [CrmAgent(f"Nobody {number}", f"nobody{number}@contoso.example") for number in range(30)]
        nameless = CrmAgent("Only a name")
        assert list(connector.unknown_agents([*strangers, world.agent, nameless])) == [*strangers, nameless]
        assert list(connector.unknown_agents([])) == []

    @pytest.mark.rule("P-11", "P-12")
    def test_p11_preview_is_what_is_written_and_writes_nothing(self, connector: CrmConnector, world: CrmWorld) -> None:
        draft = draft_for(world.known_person.ref, agent=world.agent)
        shown = connector.preview_activity(draft)
        assert list(world.activities()) == []
        assert (shown.record, shown.record_title) == (world.known_person.ref, world.known_person.name)
        assert shown.owner
        logged = connector.log_activity(draft)
        (activity,) = world.activities()
        assert logged.ref.type == shown.target
        assert str(draft.key) in map(str, shown.body.values())
        assert any(SECRET_NOTES in str(value) for value in shown.body.values())
        assert [name for name in shown.warnings if name not in logged.warnings] == []
        assert activity["record"] == shown.record
        stranger = CrmAgent("Nobody", "nobody@contoso.example", "99999999-0000-4000-8000-000000000000")
        assert connector.preview_activity(draft_for(world.known_person.ref, agent=stranger)).owner == ""

    def test_preview_of_a_record_that_is_not_there_says_so(self, connector: CrmConnector, world: CrmWorld) -> None:
        with pytest.raises(CrmRecordNotFound):
            connector.preview_activity(draft_for(world.missing))

    @pytest.mark.rule("P-19")
    def test_p19_a_beginning_is_written_from_the_crms_own_words(self, connector: CrmConnector, world: CrmWorld) -> None:
        text = connector.starting_point()
        assert f"[records.{world.known_person.ref.type}]" in text
        assert "[activities.default]" in text
        assert list(world.activities()) == []

    # -- creating ---------------------------------------------------------------------------------------------------

    @pytest.mark.rule("A-19")
    def test_a19_form_is_filled_in_from_what_is_known(self, connector: CrmConnector, world: CrmWorld) -> None:
        kind = world.known_person.ref.type
        assert kind in connector.creatable
        form = connector.record_form(new_person(world, {}))
        assert {"Marianne", "Dashwood", "marianne@dashwood.example"} <= {one.value for one in form}
        required = [one for one in form if one.is_required]
        assert [one.value for one in required] == ["Dashwood"]
        assert all({"en", "de", "es"} <= one.label.keys() for one in form)
        assert all(one.max for one in form if one.kind == "text")
        assert connector.preview_record(new_person(world, {})).missing == ()

    @pytest.mark.rule("A-19")
    def test_a19_pick_lists_have_the_crms_own_values(self, connector: CrmConnector, world: CrmWorld) -> None:
        for kind in connector.creatable:
            for one in connector.record_form(RecordDraft(uuid.uuid4(), kind)):
                assert (one.kind == "choice") == bool(one.choices)
                assert one.value in ("", *dict(one.choices)) or one.kind != "choice"

    @pytest.mark.rule("A-19", "P-12")
    def test_a19_record_is_created_in_the_agents_name_and_hangs_on_what_is_linked(
        self, connector: CrmConnector, world: CrmWorld
    ) -> None:
        company = world.known_person.company
        assert company is not None
        draft = new_person(world, linked=[company], agent=world.agent)
        assert "record" in [one.kind for one in connector.record_form(draft)]
        shown = connector.preview_record(draft)
        assert world.created(draft.key) == []
        made = connector.create_record(draft)
        (row,) = world.created(draft.key)
        assert made.created
        assert made.record.title == "Marianne Dashwood"
        assert (row["id"], row["last"], row["company"]) == (made.record.ref.id, "Dashwood", company.id)
        assert row["owner"] in (world.agent.email, world.agent.entra_object_id)
        assert shown.owner
        assert "Dashwood" in shown.body.values()
        assert connector.get_record(made.record.ref).ref == made.record.ref

    @pytest.mark.rule("A-19", "P-12")
    def test_a19_agent_who_is_no_user_creates_in_the_integration_users_name(
        self, connector: CrmConnector, world: CrmWorld
    ) -> None:
        stranger = CrmAgent("Nobody", "nobody@contoso.example", "99999999-0000-4000-8000-000000000000")
        draft = new_person(world, agent=stranger)
        assert connector.preview_record(draft).owner == ""
        connector.create_record(draft)
        assert [row["owner"] for row in world.created(draft.key)] == [""]

    @pytest.mark.rule("A-19", "P-08")
    def test_a19_lost_answer_then_again_is_one_record(self, connector: CrmConnector, world: CrmWorld) -> None:
        connector.ping()
        world.detect_duplicates()
        world.break_with("create_lost")
        draft = new_person(world, agent=world.agent)
        with pytest.raises(CrmUnavailable):
            connector.create_record(draft)
        again = connector.create_record(draft)
        (row,) = world.created(draft.key)
        assert (again.created, again.record.ref.id) == (False, row["id"])

    @pytest.mark.rule("A-19", "P-08")
    def test_a19_many_at_once_under_one_key_are_one_record(self, connector: CrmConnector, world: CrmWorld) -> None:
        draft = new_person(world)
        with ThreadPoolExecutor(8) as pool:
            made = list(pool.map(lambda _: connector.create_record(draft), range(8)))
        assert len({one.record.ref for one in made}) == 1
        assert [one.created for one in made].count(True) == 1
        assert len(world.created(draft.key)) == 1

    @pytest.mark.rule("A-19")
    def test_a19_duplicates_are_offered_and_created_only_when_they_are_wanted(
        self, connector: CrmConnector, world: CrmWorld
    ) -> None:
        world.detect_duplicates()
        person = world.known_person
        draft = new_person(world, world.person("Edward", "Ferrars", person.email))
        with pytest.raises(CrmDuplicates) as caught:
            connector.create_record(draft)
        assert [one.ref for one in caught.value.matches] == [person.ref]
        assert caught.value.matches[0].title == person.name
        assert caught.value.may_create
        assert person.email not in str(caught.value)
        assert world.created(draft.key) == []
        assert connector.create_record(replace(draft, may_be_duplicate=True)).created
        assert len(world.created(draft.key)) == 1

    @pytest.mark.rule("A-19")
    def test_a19_what_the_crm_refuses_is_said_in_its_words(self, connector: CrmConnector, world: CrmWorld) -> None:
        connector.ping()
        world.break_with("create_rejected")
        draft = new_person(world)
        with pytest.raises(CrmRejected) as caught:
            connector.create_record(draft)
        assert caught.value.detail
        assert world.created(draft.key) == []
        assert connector.create_record(draft).created

    # -- writing back ------------------------------------------------------------------------------------------------

    @pytest.mark.rule("P-13")
    def test_p13_only_what_differs_is_written_and_only_over_what_was_known(
        self, followed: CrmConnector, world: CrmWorld
    ) -> None:
        person = world.known_person
        facts = {"customer_given_name": "Edwin", "customer_mobile_phone": person.phone}
        before = {"customer_given_name": "Edward", "customer_mobile_phone": ""}
        assert followed.updatable[person.ref.type] == facts.keys()
        found = followed.compare_record(person.ref, facts, before)
        (change,) = found.changes
        assert (change.theirs, change.mine, change.is_expected) == ("Edward", "Edwin", True)
        others = followed.compare_record(person.ref, facts, {**before, "customer_given_name": "Eddy"})
        assert [one.is_expected for one in others.changes] == [False]
        followed.update_record(found)
        assert followed.get_record(person.ref).title == "Edwin Ferrars"
        assert followed.compare_record(person.ref, facts, before).changes == ()

    @pytest.mark.rule("P-13")
    def test_p13_a_record_that_was_changed_meanwhile_is_not_overwritten(
        self, followed: CrmConnector, world: CrmWorld
    ) -> None:
        person = world.known_person
        facts, before = {"customer_given_name": "Edwin"}, {"customer_given_name": "Edward"}
        found = followed.compare_record(person.ref, facts, before)
        world.someone_renames("Edmund")
        with pytest.raises(CrmConflict) as caught:
            followed.update_record(found)
        assert caught.value.code == "changed"
        assert followed.get_record(person.ref).title == "Edmund Ferrars"

    def test_a_type_that_is_not_followed_is_not_changed(self, connector: CrmConnector, world: CrmWorld) -> None:
        assert connector.updatable == {}
        with pytest.raises(CrmSchemaDrift):
            connector.compare_record(world.known_person.ref, {"customer_given_name": "Edwin"}, {})

    def test_a_type_without_a_form_is_not_created(self, connector: CrmConnector, world: CrmWorld) -> None:
        draft = RecordDraft(uuid.uuid4(), "Nothing")
        for call in (connector.record_form, connector.create_record, connector.preview_record):
            with pytest.raises(CrmSchemaDrift):
                call(draft)

    # -- amending ---------------------------------------------------------------------------------------------------

    @pytest.mark.rule("P-10")
    def test_p10_amendment_says_what_changed(self, connector: CrmConnector, world: CrmWorld) -> None:
        draft = draft_for(world.known_person.ref, agent=world.agent)
        logged = connector.log_activity(draft)
        later = draft_for(world.known_person.ref, key=draft.key, facts={"notes": "He calls back on Monday."})
        amended = connector.amend_activity(logged.ref, later, frozenset({"notes"}))
        (activity,) = world.activities()
        assert amended.ref == logged.ref
        assert "He calls back on Monday." in activity["text"]
        assert SECRET_NOTES not in activity["text"]
        assert activity["is_completed"]
        assert activity["record"] == world.known_person.ref

    @pytest.mark.rule("P-10")
    def test_p10_amendment_of_nothing_changes_nothing(self, connector: CrmConnector, world: CrmWorld) -> None:
        draft = draft_for(world.known_person.ref, agent=world.agent)
        logged = connector.log_activity(draft)
        before = world.activities()
        later = draft_for(world.known_person.ref, key=draft.key, facts={"notes": "not sent"})
        connector.amend_activity(logged.ref, later, frozenset())
        assert world.activities() == before

    def test_amending_a_deleted_activity_does_not_write_it_again(
        self, connector: CrmConnector, world: CrmWorld
    ) -> None:
        draft = draft_for(world.known_person.ref, agent=world.agent)
        logged = connector.log_activity(draft)
        world.delete_activity(logged.ref.id)
        with pytest.raises(CrmRecordNotFound):
            connector.amend_activity(logged.ref, draft, frozenset({"notes"}))
        assert world.activities() == []

    # -- withdrawing ------------------------------------------------------------------------------------------------

    @pytest.mark.rule("C-12")
    def test_c12_withdrawn_activity_is_gone_and_no_other(self, connector: CrmConnector, world: CrmWorld) -> None:
        kept = connector.log_activity(draft_for(world.known_person.ref, agent=world.agent))
        logged = connector.log_activity(draft_for(world.known_person.ref, agent=world.agent))
        connector.withdraw_activity(logged.ref)
        assert [activity["id"] for activity in world.activities()] == [kept.ref.id]
        connector.withdraw_activity(logged.ref)  # a second time is fine
        assert len(world.activities()) == 1

    @pytest.mark.rule("C-12")
    def test_c12_withdrawal_whose_answer_was_lost_is_done_by_the_next(
        self, connector: CrmConnector, world: CrmWorld
    ) -> None:
        logged = connector.log_activity(draft_for(world.known_person.ref, agent=world.agent))
        world.break_with("deletion_lost")
        with pytest.raises(CrmUnavailable):
            connector.withdraw_activity(logged.ref)
        connector.withdraw_activity(logged.ref)
        assert world.activities() == []

    @pytest.mark.rule("C-12")
    def test_c12_activity_that_a_user_deleted_is_withdrawn(self, connector: CrmConnector, world: CrmWorld) -> None:
        logged = connector.log_activity(draft_for(world.known_person.ref, agent=world.agent))
        world.delete_activity(logged.ref.id)
        connector.withdraw_activity(logged.ref)
        assert world.activities() == []

    @pytest.mark.rule("C-12")
    @pytest.mark.parametrize(
        ("kind", "expected"),
        [
            ("forbidden", CrmForbidden),
            ("rejected", CrmRejected),
            ("conflict", CrmConflict),
            ("unavailable", CrmUnavailable),
            ("html", CrmUnavailable),
            ("rate_limited", CrmRateLimited),
        ],
    )
    def test_c12_withdrawal_that_is_refused_leaves_the_activity(
        self, connector: CrmConnector, world: CrmWorld, kind: str, expected: type[CrmError]
    ) -> None:
        logged = connector.log_activity(draft_for(world.known_person.ref, agent=world.agent))
        world.break_with(kind)
        with pytest.raises(expected) as caught:
            connector.withdraw_activity(logged.ref)
        assert type(caught.value) is expected
        assert len(world.activities()) == 1

    @pytest.mark.rule("C-12")
    def test_c12_after_a_withdrawal_another_key_writes_another_activity(
        self, connector: CrmConnector, world: CrmWorld
    ) -> None:
        first = connector.log_activity(draft_for(world.known_person.ref, agent=world.agent))
        connector.withdraw_activity(first.ref)
        second = connector.log_activity(draft_for(world.known_person.ref, agent=world.agent))
        assert second.created
        assert [activity["id"] for activity in world.activities()] == [second.ref.id]

    @pytest.mark.rule("C-12")
    def test_c12_the_mapping_that_comes_with_the_product_lets_nobody_withdraw(self, connector: CrmConnector) -> None:
        assert connector.withdrawable == frozenset()

    # -- failing ----------------------------------------------------------------------------------------------------

    @pytest.mark.parametrize(
        ("kind", "expected"),
        [
            ("unavailable", CrmUnavailable),
            ("html", CrmUnavailable),
            ("refused", CrmUnavailable),
            ("timeout", CrmUnavailable),
            ("rate_limited", CrmRateLimited),
            ("endless_401", CrmAuthFailed),
            ("sign_in_refused", CrmAuthFailed),
        ],
    )
    def test_failure_of_any_call_has_its_class(
        self, connector: CrmConnector, world: CrmWorld, kind: str, expected: type[CrmError]
    ) -> None:
        for call in self._calls(connector, world):
            world.break_with(kind, times=-1)
            with pytest.raises(expected) as caught:
                call()
            assert type(caught.value) is expected
            if expected is CrmRateLimited:
                assert caught.value.retry_after
        assert world.activities() == []

    @pytest.mark.parametrize(
        ("kind", "expected"), [("forbidden", CrmForbidden), ("rejected", CrmRejected), ("conflict", CrmConflict)]
    )
    def test_refused_write_has_its_class(
        self, connector: CrmConnector, world: CrmWorld, kind: str, expected: type[CrmError]
    ) -> None:
        connector.ping()
        world.break_with(kind)
        draft = draft_for(world.known_person.ref, agent=world.agent)
        with pytest.raises(expected) as caught:
            connector.log_activity(draft)
        assert type(caught.value) is expected
        if expected is CrmRejected:
            assert caught.value.detail, "the CRM's words are for the agent"
        assert connector.log_activity(draft)
        assert len(world.activities()) == 1

    def test_failure_passes_when_the_crm_is_back(self, connector: CrmConnector, world: CrmWorld) -> None:
        world.break_with("unavailable")
        with pytest.raises(CrmUnavailable):
            connector.ping()
        connector.ping()

    @pytest.mark.parametrize(
        "kind",
        [
            "unavailable",
            "html",
            "refused",
            "timeout",
            "rate_limited",
            "endless_401",
            "forbidden",
            "rejected",
            "conflict",
        ],
    )
    def test_no_error_and_no_log_line_holds_personal_data(
        self, connector: CrmConnector, world: CrmWorld, kind: str
    ) -> None:
        person = world.known_person
        lines, root = Lines(), logging.getLogger()
        level = root.level
        root.addHandler(lines)
        root.setLevel(logging.DEBUG)
        try:
            for call in self._calls(connector, world):
                world.break_with(kind, times=-1)
                try:
                    call()
                except CrmError as error:
                    logging.getLogger("test").exception("crm.failed")
                    lines.lines.append(f"{error} {error!r}")
        finally:
            root.removeHandler(lines)
            root.setLevel(level)
        assert lines.lines, "nothing was logged: the test would see nothing"
        text = "\n".join(lines.lines)
        digits = person.phone[-8:]
        for secret in (person.phone, digits, person.email, person.email.split("@")[0], SECRET_NOTES, "Bearer"):
            assert secret not in text

    def test_expired_session_is_renewed_once_and_nobody_notices(self, connector: CrmConnector, world: CrmWorld) -> None:
        connector.ping()
        signed_in = world.sign_ins()
        world.break_with("expired")
        logged = connector.log_activity(draft_for(world.known_person.ref, agent=world.agent))
        assert logged.created
        assert not logged.owner_is_integration
        assert world.sign_ins() == signed_in + 1
        assert len(world.activities()) == 1

    def test_many_threads_share_one_renewal(self, connector: CrmConnector, world: CrmWorld) -> None:
        connector.ping()
        world.session_ends_under(8)
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda _: connector.ping(), range(24)))
        assert world.sign_ins() == 2

    def test_endless_401_ends_after_one_renewal(self, connector: CrmConnector, world: CrmWorld) -> None:
        world.break_with("endless_401", times=-1)
        for _ in range(5):
            with pytest.raises(CrmAuthFailed):
                connector.ping()
        assert world.sign_ins() <= 2

    def test_close_twice_is_fine(self, connector: CrmConnector) -> None:
        connector.ping()
        connector.close()
        connector.close()

    def test_interface_is_satisfied(self, connector: CrmConnector, world: CrmWorld) -> None:
        assert connector.name == world.known_person.ref.crm
        assert connector.kind in ("salesforce", "dynamics")
        assert connector.label

    @staticmethod
    def _calls(connector: CrmConnector, world: CrmWorld) -> list[Callable[[], object]]:
        person = world.known_person
        return [
            connector.ping,
            lambda: connector.find_people(PersonKeys([person.phone], [person.email], [person.name])),
            lambda: connector.search(person.email),
            lambda: connector.get_record(person.ref),
            lambda: connector.related(person.ref),
            lambda: connector.log_activity(draft_for(person.ref, agent=world.agent)),
            lambda: connector.record_form(new_person(world)),
            lambda: connector.create_record(new_person(world)),
        ]

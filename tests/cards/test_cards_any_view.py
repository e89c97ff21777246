"""Whatever a view holds, the card is valid, harmless, and within the size that Teams takes."""

from __future__ import annotations

from datetime import UTC, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from cards.limits import fits
from cards.render import customer_card, customer_list
from customers.comments import CommentsView, CommentView
from customers.creating import CreatingView, CreationState, CreationView, FormInput
from customers.fields import Choice, Field, FieldType, FieldView, Labels
from customers.ids import CardId
from customers.journey import Cursor, JourneyRow, JourneyView, Look
from customers.messages import Author, CaseThread, MessagesView, MessageView, Page, Side, ThreadView
from customers.model import Channel, Direction, Level, PushState
from customers.profile_form import KINDS, ContactPoint, Detail, KeptValue, ProfileView
from customers.requests import ActivityView, MoveTarget, MoveView, RequestState, RequestsView, RequestView
from customers.views import (
    CardView,
    ChildPage,
    CrmStatus,
    CustomerListView,
    CustomerRow,
    IdentityView,
    InteractionView,
    Notice,
    PushView,
    RecordView,
    Section,
    Surface,
    Viewer,
    WrapUpView,
)
from customers.writing_back import Difference, UpdateState, UpdateView
from tests.cards.card_checks import check
from tests.cards.card_views import (
    CARD,
    INTERACTION,
    LEG,
    NOW,
)
from tests.cards.harmless import assert_no_markup
from tests.cards.test_cards_escape import HOSTILE

# Views are as big as they come: what Hypothesis would print of one is none of what is tested.
pytestmark = pytest.mark.filterwarnings("ignore:Generating overly large repr")
ALL = frozenset(Section)
# Views are big: making a failing one small takes minutes, and the assertion names the element anyway.
QUICK = settings(
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
texts = st.one_of(st.text(max_size=20), st.sampled_from([*HOSTILE, "", "A" * 3000, "*" * 500, "😀" * 400]))
urls = st.sampled_from(["", "https://acme.example.com/1", "javascript:alert(1)", "http://acme.example.com"])
moments = st.one_of(st.none(), st.datetimes(timezones=st.just(UTC)))
pushes = st.builds(
    PushView,
    state=st.sampled_from(PushState),
    reason=texts,
    detail=texts,
    activity_url=urls,
    attempts=st.integers(0, 10**6),
    next_attempt_at=moments,
    sent_at=moments,
    is_withdrawal=st.booleans(),
    may_withdraw=st.booleans(),
    is_asking=st.booleans(),
)


def records(children: st.SearchStrategy[tuple[RecordView, ...]]) -> st.SearchStrategy[RecordView]:
    """Records with `children`; a few ids, so that some stand there twice."""
    return st.builds(
        RecordView,
        record=st.one_of(st.sampled_from(["salesforce:Contact:1", "dynamics:account:2"]), texts),
        crm_name=texts,
        crm_label=texts,
        type=texts,
        type_label=texts,
        level=st.sampled_from(Level),
        title=texts,
        subtitle=texts,
        url=urls,
        match=st.sampled_from(["", "phone", "no such word"]),
        children=children,
        page=st.none() | st.builds(ChildPage, st.integers(0, 99), st.integers(0, 99), st.booleans(), st.booleans()),
        dated=st.sampled_from(["", "2026-11-21", "0001-01-01T00:00:00Z"]) | texts,
        push=st.one_of(st.none(), pushes),
    )


row = records(st.lists(records(st.just(())), max_size=2).map(tuple))
rows = st.lists(row, max_size=4).map(tuple)
tags = st.lists(texts, max_size=4).map(tuple)
labels = st.builds(Labels, texts, texts, texts)
definitions = st.builds(
    Field,
    name=st.sampled_from(["a", "b", "c"]),
    type=st.sampled_from(FieldType),
    labels=labels,
    help=labels,
    choices=st.lists(st.builds(Choice, texts.filter(bool), labels), max_size=3, unique_by=lambda one: one.value).map(
        tuple
    ),
    is_required=st.booleans(),
    longest=st.sampled_from([1, 200, 2000]),
    least=st.one_of(st.none(), st.just(Decimal("0.5"))),
    most=st.one_of(st.none(), st.just(Decimal(9))),
)
field_views = st.builds(
    FieldView,
    field=definitions,
    value=st.one_of(texts, st.sampled_from(["2026-12-05", "12.5"])),
    may_write=st.booleans(),
    typed=st.one_of(st.none(), texts),
    problem=st.sampled_from(["", "number", "range", "date", "choice", "link", "long", "missing", "changed"]),
)
own_fields = st.lists(field_views, max_size=3, unique_by=lambda one: one.field.name).map(tuple)
wrap_ups = st.builds(
    WrapUpView,
    notes=texts,
    disposition=texts,
    disposition_label=texts,
    dispositions=st.lists(st.tuples(texts, texts), max_size=4).map(tuple),
    tags=tags,
    may_edit=st.booleans(),
    may_finish=st.booleans(),
    fields=own_fields,
    theirs=st.none() | st.builds(WrapUpView, notes=texts, disposition=texts, theirs=st.none()),
)
interactions = st.builds(
    InteractionView,
    id=st.just(INTERACTION),
    leg_id=st.just(LEG),
    subject=texts,
    queue=texts,
    business_address=texts,
    agent_name=texts,
    recording_url=urls,
    started_at=moments,
    ended_at=moments,
    wrap_up=wrap_ups,
)
ids = st.sampled_from(["a" * 32, "b" * 32, "c" * 32])
instants = st.datetimes(timezones=st.just(UTC))
activities = st.builds(
    ActivityView,
    interaction_id=ids,
    leg_id=st.just(LEG),
    at=instants,
    agent_name=texts,
    subject=texts,
    disposition=texts,
    tags=tags,
    moved_at=moments,
    move_id=st.one_of(st.none(), ids),
)
requests = st.builds(
    RequestView,
    id=ids,
    version=st.integers(0, 10**6),
    created_at=instants,
    name=texts,
    description=texts,
    created_by=texts,
    closed_at=moments,
    closed_by=texts,
    activities=st.lists(activities, max_size=3, unique_by=lambda one: one.interaction_id).map(tuple),
    drawn=st.one_of(st.none(), st.integers(0, 10**6)),
    theirs=st.none() | st.builds(RequestView, id=ids, version=st.just(2), created_at=instants, name=texts),
)
targets = st.builds(MoveTarget, card_id=ids, customer_name=texts, identity=texts)
moves = st.builds(
    MoveView,
    activity=activities,
    query=texts,
    targets=st.lists(targets, max_size=3, unique_by=lambda one: one.card_id).map(tuple),
)
handlings = st.lists(requests, max_size=3, unique_by=lambda one: one.id).flatmap(
    lambda all_: st.builds(
        RequestsView,
        shown=st.just(all_[0] if all_ else None),
        others=st.just(tuple(all_[1:])),
        has_more=st.booleans(),
        turned=st.integers(0, 2),
        move=st.one_of(st.none(), moves),
    )
)
comments = st.builds(
    CommentView,
    id=ids,
    interaction_id=st.just(INTERACTION),
    text=texts,
    author=texts,
    at=instants,
    is_mine=st.booleans(),
    corrects_at=moments,
)
conversations = st.builds(
    CommentsView,
    comments=st.lists(comments, max_size=3, unique_by=lambda one: one.id).map(tuple),
    correcting=st.one_of(st.none(), comments),
    draft=texts,
)
messages = st.builds(
    MessageView,
    id=ids,
    at=instants,
    author=st.sampled_from(Author),
    name=texts,
    text=texts,
    channel=st.sampled_from(Channel),
    is_cut=st.booleans(),
    has_attachments=st.booleans(),
    is_blocked=st.booleans(),
    is_unfolded=st.booleans(),
    comments=st.lists(comments, max_size=2, unique_by=lambda one: one.id).map(tuple),
)
pages = st.builds(
    Page,
    messages=st.lists(messages, max_size=1).map(tuple),
    number=st.integers(0, 2),
    has_older=st.booleans(),
)
threads = st.builds(
    ThreadView, interaction_id=ids, channel=st.sampled_from(Channel), at=instants, subject=texts, request_name=texts
)
readings = st.builds(
    MessagesView,
    threads=st.lists(threads, max_size=3, unique_by=lambda one: one.interaction_id).map(tuple),
    has_more=st.booleans(),
    opened=ids,
    page=pages,
    side=st.sampled_from(Side),
)
cases = st.builds(CaseThread, page=pages, side=st.sampled_from(Side), selected=ids, draft=texts)
points = st.builds(
    ContactPoint,
    id=ids,
    kind=st.sampled_from(KINDS),
    value=texts,
    label=st.sampled_from(["home", "mobile", "no such word"]),
    is_primary=st.booleans(),
    card_id=st.just(CARD),
)
updates = st.builds(
    UpdateView,
    id=ids,
    crm_label=texts,
    title=texts,
    state=st.sampled_from([state for state in UpdateState if state is not UpdateState.DROPPED]),
    differences=st.lists(
        st.builds(
            Difference,
            source=st.sampled_from(["customer_given_name", "customer_home_phone", "customer_new"]),
            field=texts,
            theirs=texts,
            mine=texts,
        ),
        max_size=2,
    ).map(tuple),
    reason=texts,
    detail=texts,
)
profiles = st.builds(
    ProfileView,
    updates=st.lists(updates, max_size=2, unique_by=lambda one: one.id).map(tuple),
    values=st.dictionaries(st.sampled_from(Detail), texts),
    kept=st.lists(
        st.builds(KeptValue, st.sampled_from([one.value for one in Detail]), texts, st.sampled_from(Channel)),
        max_size=3,
    ).map(tuple),
    tags=st.lists(texts, max_size=3, unique=True).map(tuple),
    contacts=st.lists(points, max_size=3, unique_by=lambda one: one.id).map(tuple),
    shown=st.just(tuple(Detail)),
    read_only=st.frozensets(st.sampled_from(["name", "notes", "phone", "email"])),
    is_editing=st.booleans(),
    own=own_fields,
    own_kept=st.lists(st.tuples(st.sampled_from(["a", "z"]), texts), max_size=2).map(tuple),
)
moments = st.datetimes(
    timezones=st.just(UTC), min_value=NOW.replace(tzinfo=None, year=1970), max_value=NOW.replace(tzinfo=None, year=9998)
)
steps = st.builds(
    JourneyRow,
    id=st.uuids().map(lambda one: one.hex),
    channel=st.sampled_from(Channel),
    at=moments,
    direction=st.one_of(st.none(), st.sampled_from(Direction)),
    duration=st.one_of(st.none(), st.timedeltas(timedelta(0), timedelta(days=3))),
    agents=st.lists(texts, max_size=3).map(tuple),
    is_answered=st.booleans(),
    is_current=st.booleans(),
    subject=texts,
    disposition=texts,
    notes=texts,
    tags=st.lists(texts, max_size=3).map(tuple),
    request_id=st.one_of(st.none(), st.sampled_from(["1" * 32, "2" * 32])),
    request_name=texts,
    request_created_at=st.one_of(st.none(), moments),
    request_state=st.one_of(st.none(), st.sampled_from(RequestState)),
    moved_at=st.one_of(st.none(), moments),
    move_id=st.one_of(st.none(), st.just("3" * 32)),
)
journeys = st.builds(
    JourneyView,
    count=st.integers(0, 9),
    has_more=st.booleans(),
    rows=st.lists(steps, max_size=4, unique_by=lambda row: row.id).map(tuple),
    older=st.one_of(st.none(), st.builds(Cursor, moments, texts)),
    look=st.builds(Look, st.sampled_from(["", "voice"]), texts, texts, st.lists(texts, max_size=2).map(tuple)),
    searched_to=st.one_of(st.none(), moments),
    request_name=texts,
    request_created_at=st.one_of(st.none(), moments),
)
inputs = st.builds(
    FormInput,
    name=st.from_regex(r"[A-Za-z]\w{0,20}", fullmatch=True),
    label=st.fixed_dictionaries({"en": texts}),
    kind=st.sampled_from(["text", "lines", "date", "number", "choice", "toggle", "lookup", "record"]),
    value=texts,
    searched=texts,
    said=st.sampled_from(["", "asking", "short", "none", "found", "failed"]),
    is_required=st.booleans(),
    max=st.none() | st.integers(1, 32000),
    choices=st.lists(st.tuples(texts, texts), max_size=3).map(tuple),
)
creations = st.builds(
    CreationView,
    id=ids,
    crm_label=texts,
    type_label=texts,
    state=st.sampled_from(CreationState),
    inputs=st.lists(inputs, max_size=4, unique_by=lambda one: one.name).map(tuple),
    wrong=st.dictionaries(texts, st.sampled_from(["missing", "too_long", "invalid", "refused"]), max_size=2),
    found=st.lists(row, max_size=2).map(tuple),
    may_create=st.booleans(),
    reason=texts,
    detail=texts,
)
creating = st.builds(
    CreatingView,
    creation=st.none() | creations,
    choices=st.lists(
        st.tuples(st.sampled_from(["salesforce", "my-crm"]), texts, st.sampled_from(["Contact", "new_x"]), texts),
        max_size=3,
        unique_by=lambda one: (one[0], one[2]),
    ).map(tuple),
)
views = st.builds(
    CardView,
    card_id=st.just(CARD),
    version=st.integers(0, 10**9),
    customer_name=texts,
    company=texts,
    may_create=st.booleans(),
    creating=st.none() | creating,
    identities=st.lists(st.builds(IdentityView, value=texts, provider=texts, display_name=texts), max_size=3).map(
        tuple
    ),
    interaction=st.one_of(st.none(), interactions),
    current_records=rows,
    related_records=rows,
    found_records=rows,
    search_text=texts,
    crms=st.lists(st.builds(CrmStatus, crm_label=texts, reason=texts), max_size=2).map(tuple),
    journey=journeys,
    profile=st.one_of(st.none(), profiles),
    requests=handlings,
    comments=conversations,
    case=cases,
    messages=readings,
    open_requests=st.integers(0, 12),
    expanded=st.one_of(st.just(ALL), st.frozensets(st.sampled_from(Section))),
)
viewers = st.builds(
    Viewer,
    language=st.sampled_from(["en", "de", "es", "fr"]),
    time_zone=texts,
    country=st.sampled_from(["GB", "", "ü"]),
)
notices = st.one_of(st.none(), st.builds(Notice, code=texts, values=st.just((("name", "<b>*x*"),))))


@settings(QUICK, max_examples=60)
@given(views, viewers, st.sampled_from(Surface), notices)
def test_any_view_makes_a_valid_and_harmless_card(
    view: CardView, who: Viewer, surface: Surface, notice: Notice | None
) -> None:
    card = customer_card(view, who, surface, notice)
    check(card)
    assert fits(card)
    assert_no_markup(card)


list_rows = st.builds(
    CustomerRow, card_id=st.uuids().map(lambda one: CardId(one.hex)), customer_name=texts, identity=texts, since=moments
)
lists = st.builds(
    CustomerListView,
    name=st.sampled_from(["open", "recent", "search", "other"]),
    rows=st.lists(list_rows, max_size=4).map(tuple),
    query=texts,
)


@settings(QUICK, max_examples=40)
@given(lists, viewers)
def test_any_list_makes_a_valid_and_harmless_card(view: CustomerListView, who: Viewer) -> None:
    card = customer_list(view, who)
    check(card)
    assert_no_markup(card)

"""Connectors broken on purpose: a table of mutations, each with the promises of the contract that must notice it.

A mutation replaces a few words in the source of one function, in this process and for one test. A promise that still
holds then proves nothing, and fails its test.
"""

from __future__ import annotations

import inspect
import itertools
import pkgutil
import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FunctionType
from typing import Any

import pytest

from connectors.interface import CrmConnector
from tests.contract.crm_connector import CrmConnectorContract, CrmWorld

Given = Mapping[str, Any]
PROMISES: Mapping[str, Callable[..., None]] = {
    name.removeprefix("test_"): promise
    for name, promise in vars(CrmConnectorContract).items()
    if name.startswith("test_")
}
"""What every connector promises, in the order of the suite."""


@dataclass(frozen=True, slots=True)
class Breakage:
    """One mutation."""

    says: str
    """What is wrong then."""
    where: str
    """`module:Class.function`."""
    old: str
    new: str
    breaks: Sequence[str] | Mapping[str, Given] = field(default_factory=tuple)
    """Promises that it breaks; as a mapping with the case of the promise that shows it."""

    def __str__(self) -> str:
        return self.says

    def cases(self) -> Iterator[tuple[str, Given]]:
        """Each promise with the arguments of one case."""
        for name in self.breaks:
            wanted = self.breaks[name] if isinstance(self.breaks, Mapping) else {}
            yield name, next(case for case in arguments(name) if wanted.items() <= case.items())


def arguments(promise: str) -> Iterator[dict[str, Any]]:
    """The cases that a promise is tried with."""
    marks = [mark for mark in getattr(PROMISES[promise], "pytestmark", ()) if mark.name == "parametrize"]
    tables = []
    for mark in marks:
        names = [name.strip() for name in mark.args[0].split(",")] if isinstance(mark.args[0], str) else mark.args[0]
        tables.append([dict(zip(names, row if len(names) > 1 else (row,), strict=True)) for row in mark.args[1]])
    for rows in itertools.product(*tables):
        yield {name: value for row in rows for name, value in row.items()}


def pairs(*tables: Sequence[Breakage]) -> list[Any]:
    """Every breakage with each of its promises, as parameters of a test."""
    return [
        pytest.param(one, name, given, id=f"{name}: {one}")
        for table in tables
        for one in table
        for name, given in one.cases()
    ]


def unproven(*tables: Sequence[Breakage]) -> set[str]:
    """Promises that no breakage is shown to break: whoever adds a promise adds a breakage for each connector."""
    return PROMISES.keys() - {name for table in tables for one in table for name in one.breaks}


@contextmanager
def broken(breakage: Breakage) -> Iterator[None]:
    """The connectors are so within the block. Fails where the words are not there: the table is out of date."""
    function = _function(breakage.where)
    source = textwrap.dedent(inspect.getsource(function))
    source = source[source.index("def ") :]
    assert breakage.old in source, f"{breakage.where} has changed: mend the table of breakages"
    space = dict(function.__globals__)
    exec(
        compile(
            "from __future__ import annotations\n" + source.replace(breakage.old, breakage.new, 1),
            breakage.where,
            "exec",
        ),
        space,
    )
    kept, mutant = function.__code__, space[function.__name__]
    function.__code__ = mutant.__code__
    try:
        yield
    finally:
        function.__code__ = kept


def _function(where: str) -> FunctionType:
    found = inspect.unwrap(pkgutil.resolve_name(where)) if "." not in where.partition(":")[2] else _member(where)
    assert isinstance(found, FunctionType), where
    return found


def _member(where: str) -> Any:
    owner, _, name = where.rpartition(".")
    member = vars(pkgutil.resolve_name(owner))[name]
    member = member.fget if isinstance(member, property) else member
    return member.__func__ if isinstance(member, staticmethod | classmethod) else member


def notices(promise: str, given: Given, connect: Callable[[str], CrmConnector], world: CrmWorld) -> bool:
    """Whether the promise fails; a mutation that only trips over its own feet is a mistake of the table.

    `connect` makes the connector that the promise calls by this name: `connector`, or `followed`.
    """
    try:
        wanted = inspect.signature(PROMISES[promise]).parameters
        name = "followed" if "followed" in wanted else "connector"
        with pytest.MonkeyPatch.context() as patch:
            fixtures = {name: connect(name), "world": world, "monkeypatch": patch}
            asked = {one: fixtures[one] for one in wanted if one in fixtures}
            PROMISES[promise](CrmConnectorContract(), **asked, **given)
    except (NameError, ImportError, SyntaxError):
        raise
    except (Exception, pytest.fail.Exception):  # noqa: BLE001 - however it fails, it has noticed
        return True
    return False


COMMON = (
    Breakage(
        "every call signs in",
        "connectors.tokens:TokenCache.get",
        "if token is not None and not self._is_over(token):",
        "if False:",
        ["ping_signs_in_once", "many_threads_share_one_renewal"],
    ),
    Breakage(
        "a session that expired is not renewed",
        "connectors.http:HttpClient.request",
        "token = tokens.renew(token)",
        "raise CrmAuthFailed(self.crm, operation, status=401)",
        ["expired_session_is_renewed_once_and_nobody_notices"],
    ),
    Breakage(
        "sign-in is tried again at once, for ever",
        "connectors.tokens:TokenCache._refuse_too_soon",
        "if wait <= 0:",
        "if True:",
        ["endless_401_ends_after_one_renewal"],
    ),
    Breakage(
        "queries stand in the log",
        "connectors.http:_without_query",
        'value.split("?", 1)[0] if isinstance(value, str) else value',
        "value",
        {"no_error_and_no_log_line_holds_personal_data": {"kind": "forbidden"}},
    ),
    Breakage(
        "a failure of the network is taken for an answer that cannot be read",
        "connectors.http:HttpClient._send",
        "raise CrmUnavailable(self.crm, operation, code=code)",
        "raise CrmProtocolError(self.crm, operation, code=code)",
        {
            "failure_of_any_call_has_its_class": {"kind": "refused"},
            "p08_lost_answer_then_again_is_one_activity": {},
            "c12_withdrawal_whose_answer_was_lost_is_done_by_the_next": {},
        },
    ),
    Breakage(
        "closing twice fails",
        "connectors.http:HttpClient.close",
        "self._pools.close()",
        'assert not hasattr(self, "is_closed"); self.is_closed = True; self._pools.close()',
        ["close_twice_is_fine"],
    ),
    Breakage(
        "record types have no names",
        "connectors.mapping:CrmMapping.type_labels",
        "record.label for",
        'dict.fromkeys(("en", "de", "es"), "") for',
        ["p14_record_types_have_names_in_three_languages"],
    ),
    Breakage(
        "every mapping puts people together",
        "connectors.mapping:CrmMapping.together",
        " if entry.together and",
        " if",
        ["the_mapping_that_comes_with_the_product_leaves_everybody_an_activity_of_their_own"],
    ),
    Breakage(
        "every mapping lets agents withdraw",
        "connectors.mapping:CrmMapping.withdrawable",
        " if self.activity(channel).withdraw",
        "",
        ["c12_the_mapping_that_comes_with_the_product_lets_nobody_withdraw"],
    ),
    Breakage(
        "what was cut is not said",
        "connectors.mapped:_mapped",
        "if not is_whole:",
        "if False:",
        ["text_too_long_is_cut_and_named"],
    ),
    Breakage(
        "channels without words of their own cannot be written",
        "connectors.mapping:CrmMapping.activity",
        'self.activities.get(channel) or self.activities["default"]',
        "self.activities[channel]",
        {"every_channel_is_written_to_every_kind_of_record": {"channel": "work_item"}},
    ),
    Breakage(
        "every fact must be known",
        "connectors.mapped:_joined",
        "facts.get(part.source)",
        "facts[part.source]",
        ["bare_draft_is_enough"],
    ),
    Breakage(
        "amendments say nothing",
        "connectors.mapped:changed_fields",
        "touched = changed & activity.amend",
        "touched = frozenset()",
        ["p10_amendment_says_what_changed"],
    ),
    Breakage(
        "amendments touch every field",
        "connectors.mapped:changed_fields",
        " if entry.sources & touched",
        "",
        ["p10_amendment_of_nothing_changes_nothing"],
    ),
    Breakage(
        "record types are left out of a new mapping",
        "connectors.mapping_text:write",
        "for kind, table in records.items():",
        "for kind, table in ():",
        ["p19_a_beginning_is_written_from_the_crms_own_words"],
    ),
    Breakage(
        "numbers are compared as they are written",
        "connectors.phones:is_same",
        "if digits(stored) in digit_spellings(e164):\n        return True",
        "return stored == e164",
        ["person_is_found_by_phone_however_it_is_stored"],
    ),
    Breakage(
        "forms are not filled in",
        "connectors.forms:_form_field",
        "value=text,",
        'value="",',
        ["a19_form_is_filled_in_from_what_is_known"],
    ),
    Breakage(
        "a type without a form is forbidden",
        "connectors.forms:created_map",
        "raise CrmSchemaDrift(",
        "from connectors.errors import CrmForbidden\n        raise CrmForbidden(",
        ["a_type_without_a_form_is_not_created"],
    ),
    Breakage(
        "every field is a pick list",
        "connectors.forms:_form_field",
        'kind="lines" if entry.is_long else KINDS[entry.map.type]',
        'kind="choice"',
        ["a19_pick_lists_have_the_crms_own_values"],
    ),
    Breakage(
        "new records hang on nothing",
        "connectors.forms:first_linked",
        "if ref.type == kind",
        "if False",
        ["a19_record_is_created_in_the_agents_name_and_hangs_on_what_is_linked"],
    ),
    Breakage(
        "what is the same counts as changed",
        "connectors.updates:changes",
        "if not _is_same(entry, mine, theirs):",
        "if True:",
        ["p13_only_what_differs_is_written_and_only_over_what_was_known"],
    ),
)

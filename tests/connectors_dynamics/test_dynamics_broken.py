"""Each promise of the contract fails when the Dynamics connector is broken on purpose."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import resources
from typing import Any

import pytest

from connectors.interface import CrmConnector
from simulators.entra.app import Entra
from simulators.kit.tls import Authority
from tests.connectors_dynamics.dynamics_breakages import BREAKAGES
from tests.connectors_dynamics.dynamics_rig import Rig, rigged
from tests.connectors_dynamics.dynamics_world import DynamicsWorld, noted
from tests.contract.breakages import COMMON, PROMISES, Breakage, arguments, broken, notices, pairs, unproven

FOLLOWED = '\n[records.contact.update]\nfirstname = "customer_given_name"\nmobilephone = "customer_mobile_phone"\n'


def _connector(rig: Rig, name: str) -> CrmConnector:
    text = resources.files("connectors.dynamics").joinpath("default.toml").read_text("utf-8")
    return rig.connector(noted(text) + FOLLOWED if name == "followed" else "")


@pytest.mark.parametrize(("breakage", "promise", "given"), pairs(COMMON, BREAKAGES))
def test_a_broken_connector_breaks_its_promise(
    breakage: Breakage, promise: str, given: Mapping[str, Any], rig: Rig
) -> None:
    with broken(breakage):
        assert notices(promise, given, lambda name, rig=rig: _connector(rig, name), DynamicsWorld(rig))


def test_every_promise_is_shown_to_fail() -> None:
    assert unproven(COMMON, BREAKAGES) == set()


@pytest.mark.soak
@pytest.mark.parametrize("breakage", [*COMMON, *BREAKAGES], ids=str)
def test_the_whole_suite_over_each_breakage(
    breakage: Breakage, dynamics_authority: Authority, dynamics_entra: tuple[Entra, str]
) -> None:
    """The long form: every promise in every case; those that the table names notice it."""
    noticed = set()
    for promise in PROMISES:
        for given in arguments(promise):
            with rigged(dynamics_authority, *dynamics_entra) as rig, broken(breakage):
                if notices(promise, given, lambda name, rig=rig: _connector(rig, name), DynamicsWorld(rig)):
                    noticed.add(promise)
    assert set(breakage.breaks) <= noticed, f"noticed by {sorted(noticed)}"

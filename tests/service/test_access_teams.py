"""From the settings to what is switched on for a user (B-24, B-25, E-11, E-21)."""

from __future__ import annotations

from pathlib import Path

import pytest

from customers.profile_form import PARTS
from customers.views import EVERYTHING, Section, Standing
from service.access import Access
from service.errors import ConfigError
from service.settings import Settings
from service.settings_file import load

SALES, PILOT = "60000000-0000-4000-8000-000000000001", "60000000-0000-4000-8000-000000000002"
_HEAD = "[teams]\ndevelopment = true\n"


def settings(tmp_path: Path, text: str) -> Settings:
    file = tmp_path / "customer-card.toml"
    file.write_text(_HEAD + text, "utf-8")
    return load(file, {})


def standing(tmp_path: Path, text: str, *memberships: str, email: str = "") -> Standing:
    loaded = settings(tmp_path, text)
    return Access(loaded.access, loaded.cards).standing("e11e0000-0000-4a00-8000-00000000e110", email, memberships)


def test_b24_everything_is_switched_on_unless_the_settings_say_otherwise(tmp_path: Path) -> None:
    assert standing(tmp_path, "").switches == EVERYTHING
    assert standing(tmp_path, f"[access.teams.sales]\nmembers = ['{SALES}']", SALES).switches == EVERYTHING


@pytest.mark.parametrize(
    ("organisation", "team", "of_it", "of_none"),
    [
        (True, "enabled = true", True, True), (True, "enabled = false", False, True), (True, "", True, True),
        (False, "enabled = true", True, False), (False, "", False, False),
    ],
)  # fmt: skip
def test_b24_the_card_is_switched_on_for_the_organisation_and_for_each_team(
    tmp_path: Path, organisation: bool, team: str, of_it: bool, of_none: bool
) -> None:
    text = f"[cards]\nenabled = {str(organisation).lower()}\n[access.teams.pilot]\nmembers = ['{PILOT}']\n{team}"
    assert bool(standing(tmp_path, text, PILOT).roles) == of_it
    assert bool(standing(tmp_path, text).roles) == of_none


def test_b25_editing_is_switched_off_for_a_team_alone(tmp_path: Path) -> None:
    text = f"[access.teams.sales]\nmembers = ['{SALES}']\nedit_requests = false"
    assert standing(tmp_path, text, SALES).switches.may_handle is False
    assert standing(tmp_path, text, PILOT).switches.may_handle is True
    assert standing(tmp_path, f"[cards]\nedit_requests = false\n{text}", PILOT).switches.may_handle is False


@pytest.mark.rule("E-11", "E-21", "B-39")
def test_e11_e21_somebody_in_several_teams_sees_and_writes_what_any_of_them_does(tmp_path: Path) -> None:
    text = f"""
[cards]
sections = ["current", "profile"]
profile_fields = ["family_name", "notes"]
[access.teams.sales]
members = ["{SALES.upper()}", "elinor@norland.example"]
sections = ["related"]
profile_fields = ["notes", "company", "phone"]
profile_read_only = ["notes", "company"]
[access.teams.pilot]
members = ["{PILOT}"]
profile_read_only = ["notes", "phone"]
"""
    nobody, sales = standing(tmp_path, text).switches, standing(tmp_path, text, SALES).switches
    assert nobody.sections == {Section.CURRENT, Section.PROFILE}
    assert nobody.profile_parts == ("family_name", "notes")
    assert (sales.sections, sales.profile_parts) == ({Section.RELATED}, ("notes", "company", "phone"))
    assert sales.profile_read_only == {"notes", "company"}
    assert standing(tmp_path, text, email="Elinor@Norland.example").switches == sales
    both = standing(tmp_path, text, SALES, PILOT).switches
    assert both.sections == {Section.CURRENT, Section.PROFILE, Section.RELATED}
    assert both.profile_parts == ("family_name", "notes", "company", "phone")
    assert both.profile_read_only == {"notes"}
    assert set(both.profile_parts) <= set(PARTS)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("[access.teams.sales]\nenabled = false", "access.teams.sales.members: is missing"),
        ("[access.teams.sales]\nmembers = []", "access.teams.sales.members"),
        ("[access.teams.sales]\nmembers = ['Sales']", "access.teams.sales.members.0: write an object id"),
        ("[access.teams.sales]\nmembers = ['*']\nsection = []", "access.teams.sales.section: there is no such setting"),
        ("[access.teams.sales]\nmembers = ['*']\nsections = ['cellar']", "access.teams.sales.sections.0"),
        ("[cards]\nprofile_fields = ['shoe_size']", "cards.profile_fields.0"),
        ("[cards]\nenabled = 'perhaps'", "cards.enabled"),
    ],
)
def test_e11_a_wrong_switch_stops_the_start_and_names_its_key(tmp_path: Path, text: str, key: str) -> None:
    with pytest.raises(ConfigError, match=key.replace(".", r"\.")):
        settings(tmp_path, text)

"""What else a form may hold (A-19): yes or no, a record that is searched for, pick lists of a record type."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import connectors.dynamics
from connectors.salesforce.connector import DEFAULT_MAPPING
from simulators.dataverse.changes import change_all
from simulators.demo.client import elements
from tests.scenarios.new_record import NAMES, Form, ringing
from tests.scenarios.world import Grounds, World, built

MAPPINGS = {"salesforce": DEFAULT_MAPPING, "dynamics": Path(connectors.dynamics.__file__).parent / "default.toml"}
COMPANY = {"salesforce": ("Account", "AccountId"), "dynamics": ("account", "parentcustomerid")}
ASKED, TIER = {"salesforce": "Asked__c", "dynamics": "new_asked"}, {"salesforce": "Tier__c", "dynamics": "new_tier"}
PRIVATE = {"object": "Contact", "record_type": "Private", "picklists": {"Tier__c": ["Silver", "Tin"]}}
CHANGES: dict[str, list[dict[str, Any]]] = {
    "salesforce": [
        {
            "object": "Contact",
            "fields": {"Asked__c": "boolean flags=cud", "Tier__c": "picklist:40 flags=cunr values=Gold,Silver,Tin"},
        },
        {**PRIVATE, "default": True, "defaults": {"Tier__c": "Tin"}},
    ],
    "dynamics": [
        {
            "table": "contact",
            "columns": {"new_asked": "Boolean default=1", "new_tier": "Picklist default=2 values=1:Gold,2:Tin"},
        }
    ],
}


def prepared(world: World, folder: Path) -> None:
    """The CRMs have more fields, and the mappings name them."""
    for change in CHANGES["salesforce"]:
        world.org.metadata.change(change)
    change_all(world.dataverse.store, CHANGES["dynamics"])
    for crm, mapping in MAPPINGS.items():
        type_, field = COMPANY[crm]
        more = f'{ASKED[crm]} = {{ type = "bool" }}\n{TIER[crm]} = {{ type = "choice" }}\n'
        usual = f'{field} = {{ record = "{type_}", '
        text = mapping.read_text("utf-8").replace(usual, f'{more}{field} = {{ lookup = "{type_}", ', 1)
        assert more in text
        (folder / f"{crm}.toml").write_text(text, "utf-8")
        world.tables["crm"][crm] |= {"mapping": str(folder / f"{crm}.toml")}


@pytest.mark.rule("A-19")
@pytest.mark.parametrize("crm", NAMES)
async def test_a19_yes_or_no_a_record_searched_for_and_the_lists_of_the_record_type(
    grounds: Grounds, sqlite_url: str, tmp_path: Path, crm: str
) -> None:
    async with built(grounds, sqlite_url, tmp_path, before=lambda world: prepared(world, tmp_path)) as world:
        form = await ringing(world, crm)
        await form.opens()
        asked, tier, company = ASKED[crm], TIER[crm], COMPANY[crm][1]
        shown = await form.shown()
        assert (shown[asked], shown[tier]) == {"salesforce": ("false", "Tin"), "dynamics": ("true", "2")}[crm]
        assert await _choices(form, tier) == {"salesforce": ["Silver", "Tin"], "dynamics": ["Gold", "Tin"]}[crm]
        await _searches(form, "F", "at least two characters")
        await _searches(form, "nobody of this name", "Nothing found")
        await _searches(form, "Ferrars", "choose above", **{NAMES[crm][1]: "Sophy"})
        assert (await form.shown())[NAMES[crm][1]] == "Sophy", "what was typed stays"
        found = await _choices(form, company)
        assert [name.split(" · ")[0] for name in found] == ["Ferrars & Co"]
        answer = await form.sends(**{company: f"{crm}:Contact:0035g00000AAAAA"})
        assert answer["notice"]["code"] == "create_invalid", "nothing but what was found can be chosen"
        chosen = (await _options(form, company))["Ferrars & Co"]
        await form.sends(**{company: chosen, asked: "true"})
        await form.is_linked()
        (row,) = form.rows()
        key = company if crm == "salesforce" else f"_{company}_value"
        assert (row[key], row[asked], str(row[tier])) == (chosen.split(":")[2], True, shown[tier])


async def _searches(form: Form, text: str, said: str, **typed: str) -> None:
    find = await form.agent.button(form.card, "record.find", field=COMPANY[form.crm][1])
    at = f"create.{find['data']['creation']}"
    wanted = {**await form.shown(), **typed, f"{COMPANY[form.crm][1]}.search": text}
    await form.agent.act("record.find", find["data"], **{f"{at}.{name}": value for name, value in wanted.items()})
    await form.says(said)


async def _options(form: Form, field: str) -> dict[str, str]:
    """What can be chosen, without what stands there for nothing: the value by the beginning of the name."""
    card = await form.agent.card(form.card)
    (found,) = [one for one in elements(card) if str(one.get("id", "")).split(".")[2:] == [field]]
    return {one["title"].split(" · ")[0]: one["value"] for one in found["choices"] if one["value"]}


async def _choices(form: Form, field: str) -> list[str]:
    return list(await _options(form, field))

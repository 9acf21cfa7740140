import json

from hypothesis import given
from hypothesis import strategies as st

from services.checkpoints.passes.commands import ObservedPass, PassForm, Traveller
from services.checkpoints.passes.judging import Code, Direction
from services.checkpoints.passes.observation import Observation, observe
from services.checkpoints.watchlist.matching import Matching
from services.checkpoints.watchlist.names import NameKeys
from shared.codes import code_hash, hand_code
from shared.identity.references import References
from shared.security import Sealer
from tests.unit.services.checkpoints.builders import NOON

KEY = bytes(range(32))
REFERENCES = References(KEY)
MATCHING = Matching(REFERENCES, NameKeys(KEY), Sealer(KEY))
WHO = Traveller(name="Lê Thị Ánh", cccd="046090000001", phone="0905 123 456", coming_from="Đà Nẵng", temperature=37.9)


def observed(**fields: object) -> Observation:
    command = ObservedPass.model_validate({"direction": "enter", **fields})
    return observe(command, "hai-van", NOON, REFERENCES, MATCHING)


def test_numbers_become_references_and_the_rest_is_to_be_sealed() -> None:
    found = observed(plate="75a-123.45", trailer="75R-000.11", travellers=(WHO,), temperature=36.5)
    plates = (REFERENCES.vehicle_ref("75A12345").ref, REFERENCES.vehicle_ref("75R00011").ref)
    assert found.seen.vehicles == plates
    assert {by for by, _ in found.persons} == {"phone", "cccd"}
    assert set(found.marks.refs) == {*plates, *(ref for _, ref in found.persons)}
    assert found.marks.names == ("le thi anh",)
    assert found.seen.temperature == 37.9
    assert [origin.text for origin in found.seen.origins] == ["Đà Nẵng"]
    assert json.loads(found.identity)["travellers"][0]["cccd"] == "046090000001"


def test_a_pass_on_foot_without_names_has_nothing_to_seal() -> None:
    assert observed(people=1).identity == ""


def test_a_permit_s_code_is_read_tolerantly_and_only_its_hash_is_looked_for() -> None:
    code = hand_code(KEY, "permit-1")
    found = observed(permit_code=f" {code[:5].lower()}-{code[5:]} ")
    assert (found.seen.code, found.code_hash) == (Code.READ, code_hash(code))


def test_a_code_with_a_wrong_check_character_is_a_finding_not_an_error() -> None:
    code = hand_code(KEY, "permit-1")
    spoilt = code[:-1] + ("0" if code[-1] != "0" else "1")
    found = observed(permit_code=spoilt)
    assert (found.seen.code, found.code_hash) == (Code.MISTYPED, None)


@given(st.text(min_size=1, max_size=60))
def test_whatever_is_shown_as_a_code_can_be_judged(text: str) -> None:
    command = ObservedPass.model_construct(
        direction=Direction.ENTER,
        plate=None,
        trailer=None,
        travellers=(),
        temperature=None,
        permit_code=text,
    )
    assert observe(command, "hai-van", NOON, REFERENCES, MATCHING).seen.code in {Code.READ, Code.MISTYPED}


def test_the_officer_s_form_says_the_same_as_the_queue() -> None:
    form = PassForm.model_validate(
        {
            "pass_id": "019a0b7e-3c1d-7e52-9c55-0d7b1f0f8a14",
            "direction": "leave",
            "plate": "75A-123.45",
            "name": "Lê Thị Ánh",
        }
    )
    command = form.observed("hai-van")
    assert (command.post, command.plate, command.direction) == ("hai-van", "75A12345", "leave")
    assert command.travellers == (Traveller(name="Lê Thị Ánh"),)

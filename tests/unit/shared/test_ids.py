from uuid import UUID, uuid5

from hypothesis import given
from hypothesis import strategies as st

from shared.ids import _NAMESPACE, derived_id, new_id

words = st.text(st.characters(exclude_categories=["Cs"]))


@given(words, words)
def test_a_derived_id_is_the_uuid5_of_cause_and_role(cause: str, role: str) -> None:
    assert derived_id(cause, role) == str(uuid5(UUID(bytes=_NAMESPACE), f"{cause}/{role}"))


def test_derived_ids_are_those_of_every_release() -> None:
    """A record that is delivered again after an upgrade must bring about the same ids."""
    assert derived_id("a", "case") == "d4cfd497-4173-5124-a684-0c72b5f7779c"


def test_new_ids_are_version_7_and_differ() -> None:
    ids = {new_id() for _ in range(100)}
    assert len(ids) == 100
    assert {UUID(each).version for each in ids} == {7}

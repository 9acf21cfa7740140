import pytest

from bench.documents import require_same_form


def test_documents_of_one_form_differ_in_values_alone() -> None:
    require_same_form({"_id": "a", "state": {"by": "plate"}}, {"_id": "b", "state": {"by": None}})


@pytest.mark.parametrize(
    "other", [{"_id": "b"}, {"_id": "b", "state": {"by": 1}}, {"_id": "b", "state": {"by": "phone", "more": 1}}]
)
def test_another_form_is_refused(other: dict[str, object]) -> None:
    with pytest.raises(RuntimeError, match="state"):
        require_same_form({"_id": "a", "state": {"by": "plate"}}, other)

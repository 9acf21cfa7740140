"""What was planted is found wherever it stands, and a name in a citizen's own words is no leak."""

from dataclasses import replace

from deploy.demo.actions import Canary
from deploy.demo.listener import Heard, Said
from deploy.demo.privacy import Leak, search

PHONE = Canary(kind="phone", value="0930004821", spellings=("0930004821",), in_fields=True, in_words=False)
NAME = Canary(kind="name", value="Tôn Nữ Diệu Hạnh", spellings=("Tôn Nữ Diệu Hạnh",), in_fields=True, in_words=True)
HEARD = Heard(
    topic="routing.cases.v1", type="routing.cases.opened", id="", subject="", cause="", at=0.0, said=Said(), text=""
)


def test_a_number_is_a_leak_on_every_topic() -> None:
    spoken = replace(HEARD, topic="intake.reports.v1", text='{"text": "gọi 0930 004 821"}')
    found = search([PHONE, NAME], [spoken, HEARD])
    assert found.leaks == (Leak("phone", "intake.reports.v1", "routing.cases.opened", 1),)
    assert (found.records, found.planted) == (2, 2)


def test_a_name_is_a_leak_everywhere_but_in_citizens_own_words() -> None:
    text = '{"text": "Ton Nu Dieu Hanh chưa về"}'
    found = search([NAME], [replace(HEARD, text=text), replace(HEARD, topic="intake.reports.v1", text=text)])
    assert [leak.topic for leak in found.leaks] == ["routing.cases.v1"]
    assert found.names_in_free_text == 1

from ipaddress import ip_address

import pytest

from shared.errors import Unprocessable
from shared.outbound import Destination, Reach, read_destination
from tests.unit.shared.outbound.spellings import OTHER_URLS, PRIVATE_HOSTS
from tests.unit.shared.security.builders import some_settings

PRACTICE = Reach(frozenset({"player"}))


@pytest.mark.parametrize(
    "url",
    [
        "https://hooks.example.com",
        "https://hooks.example.com/alerts?from=hue&x=%20",
        "https://hooks.example.com:8443/",
        "https://xn--v-d-1eb.vn/alerts",
        "https://8.8.8.8/",
        "https://[2606:4700::6810:85e5]/",
    ],
)
def test_a_public_address_over_https_may_be_called(url: str) -> None:
    assert read_destination(url, Reach.PUBLIC).url == url


@pytest.mark.parametrize("reach", [Reach.PUBLIC, Reach.LOOPBACK, PRACTICE])
@pytest.mark.parametrize("host", PRIVATE_HOSTS)
def test_no_spelling_of_an_address_inside_may(host: str, reach: Reach) -> None:
    if reach is Reach.LOOPBACK and host.lower() in {"127.0.0.1", "localhost", "[::1]"}:
        return  # that is what this reach is for
    for scheme in ("https", "http"):
        with pytest.raises(Unprocessable) as refused:
            read_destination(f"{scheme}://{host}/hook", reach)
        assert refused.value.fields[0].field == "url"


@pytest.mark.parametrize("reach", [Reach.PUBLIC, Reach.LOOPBACK, PRACTICE])
@pytest.mark.parametrize("url", OTHER_URLS)
def test_nothing_unusual_may(url: str, reach: Reach) -> None:
    with pytest.raises(Unprocessable):
        read_destination(url, reach)


@pytest.mark.parametrize("url", ["http://127.0.0.1:9000/hook", "http://localhost:9000", "http://[::1]:9000/"])
def test_the_embedded_run_may_call_its_own_machine(url: str) -> None:
    assert read_destination(url, Reach.LOOPBACK).is_inside
    with pytest.raises(Unprocessable):
        read_destination(url, Reach.PUBLIC)


def test_a_loopback_destination_goes_nowhere_else() -> None:
    local = Destination("http://localhost:9000", "localhost", 9000, Reach.LOOPBACK)
    assert local.may_connect_to(ip_address("127.0.0.1"))
    assert not local.may_connect_to(ip_address("10.0.0.1"))


def test_practice_calls_its_one_receiver_inside_and_nothing_else_there() -> None:
    receiver = read_destination("http://player:8080/hook", PRACTICE)
    assert receiver.may_connect_to(ip_address("172.18.0.9"))
    for elsewhere in ("127.0.0.1", "169.254.169.254", "8.8.8.8"):
        assert not receiver.may_connect_to(ip_address(elsewhere))
    with pytest.raises(Unprocessable):
        read_destination("http://player:8080/hook", Reach.PUBLIC)


def test_only_trying_ever_reaches_inside() -> None:
    in_practice = some_settings("practice").model_copy(update={"practice_receiver": "player"})
    in_production = some_settings("production").model_copy(update={"practice_receiver": "player"})
    assert Reach.of(in_practice) == PRACTICE
    assert Reach.of(some_settings("embedded")) is Reach.LOOPBACK
    assert Reach.of(in_production) is Reach.of(some_settings("practice")) is Reach.PUBLIC

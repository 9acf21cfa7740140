import pytest

from shared.errors import Unprocessable
from shared.outbound import Destination, Reach, read_destination
from tests.unit.shared.outbound.spellings import OTHER_URLS, PRIVATE_HOSTS


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


@pytest.mark.parametrize("reach", list(Reach))
@pytest.mark.parametrize("host", PRIVATE_HOSTS)
def test_no_spelling_of_an_address_inside_may(host: str, reach: Reach) -> None:
    if reach is Reach.LOOPBACK and host.lower() in {"127.0.0.1", "localhost", "[::1]"}:
        return  # that is what this reach is for
    for scheme in ("https", "http"):
        with pytest.raises(Unprocessable) as refused:
            read_destination(f"{scheme}://{host}/hook", reach)
        assert refused.value.fields[0].field == "url"


@pytest.mark.parametrize("reach", list(Reach))
@pytest.mark.parametrize("url", OTHER_URLS)
def test_nothing_unusual_may(url: str, reach: Reach) -> None:
    with pytest.raises(Unprocessable):
        read_destination(url, reach)


@pytest.mark.parametrize("url", ["http://127.0.0.1:9000/hook", "http://localhost:9000", "http://[::1]:9000/"])
def test_the_embedded_run_may_call_its_own_machine(url: str) -> None:
    assert read_destination(url, Reach.LOOPBACK).is_loopback
    with pytest.raises(Unprocessable):
        read_destination(url, Reach.PUBLIC)


def test_a_loopback_destination_goes_nowhere_else() -> None:
    from ipaddress import ip_address

    local = Destination("http://localhost:9000", "localhost", 9000, Reach.LOOPBACK)
    assert local.may_connect_to(ip_address("127.0.0.1"))
    assert not local.may_connect_to(ip_address("10.0.0.1"))

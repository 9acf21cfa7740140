from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.outbound import is_public
from shared.outbound.addresses import carried_by


@pytest.mark.parametrize(
    "text",
    ["8.8.8.8", "113.160.92.202", "2001:ee0:4141::1", "2606:4700::6810:85e5", "::ffff:8.8.8.8", "64:ff9b::808:808"],
)
def test_a_host_on_the_internet_is_public(text: str) -> None:
    assert is_public(ip_address(text))


@pytest.mark.parametrize("text", ["2001:db8::1", "3fff::1", "5f00::1", "100::1", "2001:2::1", "fe80::1%eth0"])
def test_special_purposes_are_not(text: str) -> None:
    assert not is_public(ip_address(text))


@given(st.ip_addresses(v=4))
def test_what_carries_an_address_is_never_more_public_than_it(inner: object) -> None:
    packed = int(ip_address(str(inner)))
    for prefix in (0, 0xFFFF << 32, 0xFFFF << 48, 0x64FF9B << 96):
        wrapped = ip_address(prefix | packed if prefix | packed > 0xFFFF_FFFF else f"::{inner}")
        if is_public(wrapped):
            assert is_public(ip_address(packed))


def test_teredo_carries_its_server_and_its_client() -> None:
    assert [str(each) for each in carried_by(ip_address("2001:0:4136:e378:8000:63bf:80ff:fffe"))] == [  # type: ignore[arg-type]
        "65.54.227.120",
        "127.0.0.1",
    ]

import pytest
from pydantic import ValidationError

from shared.settings import Settings
from tests.places import own_environment, settings_from


def at(address: str) -> Settings:
    return settings_from(own_environment("", "") | {"HAIVAN_ROUTING_URL": address})


@pytest.mark.parametrize(
    ("address", "url", "origin", "path"),
    [
        ("http://localhost:8002", "http://localhost:8002", "http://localhost:8002", ""),
        ("https://haivan.example", "https://haivan.example", "https://haivan.example", ""),
        ("https://haivan.example/routing", "https://haivan.example/routing", "https://haivan.example", "/routing"),
        (
            "https://haivan.example:443/routing/",
            "https://haivan.example/routing",
            "https://haivan.example",
            "/routing",
        ),
        ("http://haivan.example:80", "http://haivan.example", "http://haivan.example", ""),
        ("https://haivan.example:80/a/b", "https://haivan.example:80/a/b", "https://haivan.example:80", "/a/b"),
        ("http://[::1]:8002", "http://[::1]:8002", "http://[::1]:8002", ""),
    ],
)
def test_an_address_is_an_origin_as_browsers_write_it_and_a_path(
    address: str, url: str, origin: str, path: str
) -> None:
    settings = at(address)
    assert (settings.url_of("routing"), settings.origin_of("routing"), settings.path_of("routing")) == (
        url,
        origin,
        path,
    )


@pytest.mark.parametrize(
    "address", ["haivan.example", "ftp://haivan.example", "https://", "https://a@b", "https://h/?x", "https://h/A b"]
)
def test_what_is_no_address_is_refused_at_the_start(address: str) -> None:
    with pytest.raises(ValidationError):
        at(address)

"""What a container that somebody got into could do: as little as can be."""

import json

import pytest

from tests.engine.installation import CONTAINERS, SERVICES, Installation

pytestmark = [pytest.mark.engine, pytest.mark.timeout(900)]

PRIVATE_KEYS = {"haivan_token_private_key", "haivan_operator_password"}


@pytest.mark.parametrize("container", CONTAINERS)
def test_it_writes_nothing_to_its_image_and_has_no_privileges(installation: Installation, container: str) -> None:
    found = installation.inspected(container)
    host = found["HostConfig"]
    assert host["ReadonlyRootfs"]
    assert host["CapDrop"] == ["ALL"]
    assert set(host["CapAdd"] or []) <= {"CAP_NET_BIND_SERVICE", "NET_BIND_SERVICE"}
    assert not host["Privileged"]
    assert "no-new-privileges:true" in host["SecurityOpt"]
    assert found["Config"]["User"].partition(":")[0] not in {"", "0", "root"}
    assert host["Memory"] > 0
    assert host["PidsLimit"] > 0


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_has_its_own_code_and_keys_alone(installation: Installation, service: str) -> None:
    inside = installation.inside(service, "ls", "services").split()
    assert {name for name in inside if not name.startswith("__")} == {service}
    keys = set(installation.inside(service, "ls", "/run/secrets").split())
    assert "haivan_master_key" in keys
    assert keys & PRIVATE_KEYS == (PRIVATE_KEYS if service == "routing" else set())


def test_the_engine_shows_nobody_a_key(installation: Installation) -> None:
    shown = json.dumps([installation.inspected(container) for container in CONTAINERS])
    names = installation.inside("routing", "ls", "/run/secrets").split()
    keys = [installation.inside("routing", "cat", f"/run/secrets/{name}") for name in names]
    assert len(keys) > len(PRIVATE_KEYS)
    assert [key for key in keys if key in shown or json.dumps(key)[1:-1] in shown] == []


def test_only_the_gateway_is_reached_from_outside(installation: Installation) -> None:
    published = {name: installation.inspected(name)["HostConfig"]["PortBindings"] for name in CONTAINERS}
    assert {name for name, ports in published.items() if ports} == {"gateway"}


def test_keys_are_read_by_the_services_account_alone(installation: Installation) -> None:
    said = installation.inside("routing", "sh", "-c", "stat -Lc '%u %a' /run/secrets/*")
    assert set(said.splitlines()) == {"10001 400"}

from tests.containers import contained_port

GIVEN_TO_ANYBODY = 32_768
"""Where Linux begins, by default, with the ports that it gives to whoever connects somewhere."""


def test_a_containers_port_is_given_to_nobody_else_while_it_is_down() -> None:
    ports = {contained_port() for _ in range(50)}
    assert max(ports) < GIVEN_TO_ANYBODY
    assert len(ports) > 1

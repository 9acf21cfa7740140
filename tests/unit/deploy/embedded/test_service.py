from deploy.embedded.service import SERVICE_PORTS, module_command, service_environment


def environment(**named: str) -> dict[str, str]:
    return service_environment(
        {"PATH": "/bin", "HAIVAN_LOG_LEVEL": "debug", "HAIVAN_TOKEN_PRIVATE_KEY": "of somebody", **named},
        keys={"HAIVAN_CODE_KEY": "ours"},
        kafka_bootstrap="127.0.0.1:9092",
        mongo_url="mongodb://127.0.0.1:27017/?replicaSet=rs0",
        urls={"intake": "http://localhost:8001", "routing": "http://localhost:45000"},
        listen="127.0.0.1",
        port=8001,
    )


def test_a_service_hears_where_everything_is() -> None:
    given = environment()
    assert given["KAFKA_BOOTSTRAP_SERVERS"] == given["HAIVAN_KAFKA_BOOTSTRAP_SERVERS"] == "127.0.0.1:9092"
    assert given["MONGO_URL"] == given["HAIVAN_MONGO_URL"]
    assert given["HAIVAN_ROUTING_URL"] == "http://localhost:45000"
    assert (given["HAIVAN_LISTEN"], given["HAIVAN_PORT"]) == ("127.0.0.1", "8001")
    assert (given["HAIVAN_ENVIRONMENT"], given["HAIVAN_REPLICA"]) == ("embedded", "0")


def test_the_callers_own_settings_reach_it() -> None:
    assert environment()["HAIVAN_LOG_LEVEL"] == "debug"


def test_ours_go_over_the_callers() -> None:
    assert environment(HAIVAN_CODE_KEY="theirs", HAIVAN_PORT="1")["HAIVAN_CODE_KEY"] == "ours"


def test_a_signing_key_in_the_callers_environment_goes_no_further() -> None:
    assert "HAIVAN_TOKEN_PRIVATE_KEY" not in environment()


def test_the_services_keep_their_documented_ports_and_modules() -> None:
    assert dict(SERVICE_PORTS) == {"intake": 8001, "routing": 8002, "checkpoints": 8003, "notifications": 8004}
    assert module_command("intake")[1:] == ["-m", "services.intake"]

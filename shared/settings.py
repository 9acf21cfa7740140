"""Settings of a process, from the environment (`HAIVAN_…`) and, for secrets, from files.

No secret has a default: the embedded run makes its own and keeps them in its data folder.
"""

import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, AliasChoices, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

ServiceName = Literal["intake", "routing", "checkpoints", "notifications"]

ROOT = Path(__file__).resolve().parent.parent

_ADDRESS = re.compile(
    r"(?P<origin>(?P<scheme>https?)://[^/?#@\s]+?)(?::(?P<port>\d+))?(?P<path>(?:/[a-z0-9-]+)*)/?\Z"
)
_USUAL_PORTS = {"http": "80", "https": "443"}


def _as_browsers_write_it(url: str) -> str:
    """Without a final slash and without the scheme's own port, which no browser names in `Origin`."""
    match = _ADDRESS.match(url)
    if match is None:
        raise ValueError("an address looks like https://host, https://host:8443 or https://host/path")
    port = match["port"]
    shown = f":{port}" if port and port != _USUAL_PORTS[match["scheme"]] else ""
    return match["origin"] + shown + match["path"]


PublicAddress = Annotated[str, AfterValidator(_as_browsers_write_it)]
"""Where browsers find a service. Services may share an origin: then each but one has a path of its own."""


class Settings(BaseSettings):
    """What every service needs to know. Read once, in `main`, and passed on."""

    model_config = SettingsConfigDict(
        env_prefix="HAIVAN_",
        secrets_dir="/run/secrets" if Path("/run/secrets").is_dir() else None,
        extra="ignore",
    )

    environment: Literal["embedded", "practice", "production"] = Field(
        default="production",
        description="`embedded` is one machine without TLS; `practice` is a whole installation with TLS that anybody "
        "may try. Both have the demo's accounts.",
    )
    kafka_bootstrap_servers: str = Field(
        validation_alias=AliasChoices("HAIVAN_KAFKA_BOOTSTRAP_SERVERS", "KAFKA_BOOTSTRAP_SERVERS"),
        default="127.0.0.1:9092",
    )
    mongo_url: SecretStr = Field(
        validation_alias=AliasChoices("HAIVAN_MONGO_URL", "MONGO_URL"),
        default=SecretStr("mongodb://127.0.0.1:27017/?replicaSet=rs0"),
        description="A secret, since it may carry a password.",
    )
    topic_prefix: str = Field(default="", description="Put in front of every topic and group; one per test.")
    database_prefix: str = Field(default="haivan", description="Databases are named <prefix>_<service>.")
    topic_replication: int = Field(default=1, ge=1, le=7, description="Replication factor of new topics.")
    replica: str | None = Field(default=None, description="A stable ordinal of this process, where there is one.")
    profile: Path = Field(default=ROOT / "profiles" / "hue", description="The province as data.")
    listen: str = Field(default="127.0.0.1", description="The address to bind.")
    port: int = Field(default=0, ge=0, le=65535, description="The port to bind; 0 chooses a free one.")
    rate_limit_factor: float = Field(
        default=1,
        ge=0,
        description="Multiplies every rate limit; 0 switches them off. The embedded run, where everybody comes from "
        "one address, is given 100.",
    )
    practice_receiver: str | None = Field(
        default=None, description="In practice, the one host inside that webhooks may go to, over plain HTTP."
    )
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    intake_url: PublicAddress = "http://localhost:8001"
    routing_url: PublicAddress = "http://localhost:8002"
    checkpoints_url: PublicAddress = "http://localhost:8003"
    notifications_url: PublicAddress = "http://localhost:8004"

    reference_key: SecretStr = Field(description="HMAC key of person and vehicle references, ≥ 32 bytes, base64.")
    code_key: SecretStr = Field(description="HMAC key of tracking codes, ≥ 32 bytes, base64.")
    master_key: SecretStr = Field(description="Local master key of the identity vault, exactly 96 bytes, base64.")
    dead_letter_key: SecretStr = Field(description="AES-256 key that seals dead letters, 32 bytes, base64.")
    token_public_key: str = Field(description="Ed25519 public key (JWK, JSON) that verifies sign-in tokens.")
    token_private_key: SecretStr | None = Field(default=None, description="Its private half (JWK); routing only.")
    operator_password: SecretStr | None = Field(
        default=None, description="First password of the account `van-hanh`, which makes the others; routing only."
    )

    @property
    def is_for_trying(self) -> bool:
        """Whether everybody may sign in with the demo's accounts, and nothing in it is real."""
        return self.environment != "production"

    def url_of(self, service: ServiceName) -> str:
        """The public address of a service: its origin, behind a gateway with a path (`https://host/routing`)."""
        return str(getattr(self, f"{service}_url"))

    def origin_of(self, service: ServiceName) -> str:
        """The public origin of a service (`scheme://host:port`), as browsers write it."""
        return "/".join(self.url_of(service).split("/")[:3])

    def path_of(self, service: ServiceName) -> str:
        """What its address has behind the origin: nothing, or `/routing`."""
        return self.url_of(service).removeprefix(self.origin_of(service))

    def database_of(self, service: ServiceName) -> str:
        """The name of the database that only this service reads and writes."""
        return f"{self.database_prefix}_{service}"

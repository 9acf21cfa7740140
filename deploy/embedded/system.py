"""The whole system on this machine: Kafka, MongoDB and the four services, from lock to clean end.

system = System(Home.of(os.environ))
try:
    record = system.start()     # raises CannotRun with what to do
    system.watch()              # for ever; restarts what dies
finally:
    system.stop()
"""

import os
from collections.abc import Callable, Mapping, Sequence

from deploy.embedded.folders import Home
from deploy.embedded.kafka import answers_as_kafka
from deploy.embedded.lock import FolderLock
from deploy.embedded.pair import Pair, start_pair
from deploy.embedded.ports import LOOPBACK, candidates, choose_ports, remember_ports
from deploy.embedded.progress import Progress, Silent
from deploy.embedded.run_record import (
    RunFile,
    RunRecord,
    end_leftovers,
    read_record,
    without_credentials,
)
from deploy.embedded.secret_keys import load_or_make_secrets, secrets_for
from deploy.embedded.server import Server
from deploy.embedded.service import SERVICE_PORTS, SERVICES, Service, module_command, service_environment
from deploy.embedded.supervisor import Supervisor, Tell
from shared.clock import now
from shared.settings import ServiceName

PREFERRED_PORTS: Mapping[str, int] = {"kafka": 9092, "kafka_controller": 9093, "mongod": 27017, **SERVICE_PORTS}
"""Those of the documentation; a taken one is replaced by a free one."""

_READY_SECONDS = 90.0
_SERVICE_STOP_SECONDS = 10.0  # uvicorn gives open streams five


class System:
    """One embedded run.

    Args:
        home: its data folder.
        environ: the caller's environment: overrides, cache, and what services inherit.
        services: which of the four to run.
        command_of: how a service is run; tests run small programs instead.
        listen: the address the services bind.
        host: the host name in the services' URLs, which their Origin check insists on.
        progress: told of slow steps.
        tell: told of what happens to the children.
    """

    def __init__(
        self,
        home: Home,
        *,
        environ: Mapping[str, str] = os.environ,
        services: Sequence[ServiceName] = SERVICES,
        command_of: Callable[[ServiceName], Sequence[str]] = module_command,
        listen: str = LOOPBACK,
        host: str = "localhost",
        progress: Progress | None = None,
        tell: Tell = lambda _: None,
    ) -> None:
        self._home = home
        self._environ = environ
        self._names = tuple(services)
        self._command_of = command_of
        self._listen = listen
        self._host = host
        self._progress = progress or Silent()
        self._tell = tell
        self._lock = FolderLock(home.lock_file)
        self._pair: Pair | None = None
        self._services: list[Service] = []
        self._supervisor = Supervisor([])
        self._run_file: RunFile | None = None

    def start(self) -> RunRecord:
        """Start everything and return when all are ready.

        Raises:
            CannotRun: with what is wrong and what to do; `stop` then ends what was started.
        """
        self._home.create()
        self._take_over()
        keys = load_or_make_secrets(self._home)
        ports = self._choose_service_ports()
        self._pair = start_pair(
            self._home.root, environ=self._environ, preferred=PREFERRED_PORTS, progress=self._progress
        )
        self._warn_if_kafka_is_silent(self._pair)
        run_file = self._start_services(self._pair, keys, ports)
        self._progress.step("Waiting until every service is ready")
        self._supervisor.wait_until_ready(_READY_SECONDS)
        return run_file.write("ready")

    def watch(self, until: Callable[[], bool] = lambda: False) -> None:
        """Keep the children alive until `until` is true; raises `CannotRun` when one dies too often."""
        self._supervisor.watch(until)

    def stop(self) -> None:
        """End the services, then Kafka and MongoDB; safe to call twice, and after a `start` that failed."""
        if self._run_file is not None:
            self._run_file.write("stopping")
        for service in self._services:
            service.child.ask_to_stop()
        for service in self._services:
            if not service.stop(_SERVICE_STOP_SECONDS):
                self._tell(f"{service.child.name} did not end by itself within {_SERVICE_STOP_SECONDS:.0f} s.")
        if self._pair is not None:
            self._pair.stop()
        if self._lock.held:
            self._home.run_file.unlink(missing_ok=True)
            self._lock.release()

    def kill(self) -> None:
        """End every child at once, for somebody who presses Ctrl-C twice."""
        for server in self._servers():
            server.kill()

    def _take_over(self) -> None:
        """Take the folder's lock, and clear up after a run that did not end cleanly."""
        left_behind = self._lock.acquire()
        if left_behind is None:
            return
        self._tell(f"The last run here (pid {left_behind}) did not end cleanly; its data are checked at the start.")
        record = read_record(self._home.run_file)
        if record and (ended := end_leftovers(record)):
            self._tell(f"Ended what it had left running: {', '.join(ended)}.")

    def _choose_service_ports(self) -> dict[str, int]:
        wanted = candidates(self._names, PREFERRED_PORTS, self._home.ports_file)
        ports = choose_ports(wanted, self._listen)
        for name, port in ports.items():
            if port != PREFERRED_PORTS[name]:
                self._tell(f"Port {PREFERRED_PORTS[name]} is taken by another program; {name} serves on {port}.")
        remember_ports(self._home.ports_file, ports)
        return ports

    def _warn_if_kafka_is_silent(self, pair: Pair) -> None:
        host, _, port = pair.kafka_bootstrap.split(",")[0].rpartition(":")
        if not answers_as_kafka(host, int(port)):
            self._tell(f"Kafka at {pair.kafka_bootstrap} does not answer; the services wait for it.")

    def _start_services(self, pair: Pair, keys: Mapping[str, str], ports: Mapping[str, int]) -> RunFile:
        urls = {name: f"http://{self._host}:{port}" for name, port in ports.items()}
        self._services = [self._build(name, pair, keys, ports[name], urls) for name in self._names]
        run_file = self._run_file = RunFile(self._home.run_file, self._record(pair, urls), self._servers())
        self._supervisor = Supervisor(self._servers(), tell=self._tell, changed=run_file.rewrite)
        for service in self._services:
            self._progress.step(f"Starting {service.child.name}")
            service.start()
        run_file.write("starting")
        return run_file

    def _record(self, pair: Pair, urls: dict[str, str]) -> RunRecord:
        return RunRecord(
            pid=os.getpid(),
            state="starting",
            started_at=now(),
            kafka_bootstrap=pair.kafka_bootstrap,
            mongo_url=without_credentials(pair.mongo_url),
            urls=urls,
            children={},
        )

    def _build(
        self, name: ServiceName, pair: Pair, keys: Mapping[str, str], port: int, urls: Mapping[str, str]
    ) -> Service:
        env = service_environment(
            self._environ,
            keys=secrets_for(name, keys),
            kafka_bootstrap=pair.kafka_bootstrap,
            mongo_url=pair.mongo_url,
            urls=urls,
            listen=self._listen,
            port=port,
        )
        log = self._home.logs / f"{name}.log"
        return Service(name, self._command_of(name), log=log, listen=self._listen, port=port, env=env)

    def _servers(self) -> list[Server]:
        return [*(self._pair.servers if self._pair else ()), *self._services]

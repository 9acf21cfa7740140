"""What Kafka and mongod have in common: a child that can be started again on the same port and data."""

from abc import ABC, abstractmethod

from deploy.embedded.child import Child

READY_SECONDS = 60.0
STOP_SECONDS = 20.0


class Server(ABC):
    """A server on one port and one data folder. All waits poll to a deadline and raise `CannotRun`."""

    def __init__(self, child: Child, port: int) -> None:
        self.child = child
        self.port = port

    @abstractmethod
    def prepare(self) -> None:
        """Write what the program needs before it starts; called before every start, and does nothing twice."""

    @abstractmethod
    def is_ready(self) -> bool:
        """Whether it answers clients now; takes it one step nearer if that is up to us."""

    @property
    def pid(self) -> int:
        return self.child.pid

    def start(self) -> None:
        """Start without waiting."""
        self.prepare()
        self.child.start()

    def wait_until_ready(self, timeout: float = READY_SECONDS) -> None:
        self.child.wait_until(self.is_ready, timeout, what=f"it answered on port {self.port}")

    def stop(self, timeout: float = STOP_SECONDS) -> bool:
        """End it cleanly; False when it had to be killed."""
        return self.child.stop(timeout)

    def kill(self) -> None:
        """SIGKILL, as a power cut would but for the page cache."""
        self.child.kill()

    def pause(self) -> None:
        """SIGSTOP."""
        self.child.pause()

    def resume(self) -> None:
        """SIGCONT."""
        self.child.resume()

    def restart(self) -> None:
        """Start again on the same port and data, whether it is alive or dead, and wait until it is ready."""
        self.stop()
        self.start()
        self.wait_until_ready()

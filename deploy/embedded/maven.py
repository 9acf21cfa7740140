"""Downloads of jars from Maven Central by jgo, each checked against the lock; apart, since few machines have jgo."""

import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import requests
from jgo.constants import default_maven_repo
from jgo.maven import Artifact, MavenContext, PythonResolver
from jgo.parse import Coordinate

from deploy.embedded.errors import CannotRun
from deploy.embedded.jars import KAFKA_VERSION, LOCK, Jar, digest_of
from deploy.embedded.progress import Progress

_ROOTS = (
    f"org.apache.kafka:kafka_2.13:{KAFKA_VERSION}",
    f"org.apache.kafka:kafka-tools:{KAFKA_VERSION}",  # the topics, ACL and group commands; 4.4.0's isn't published
    "org.slf4j:slf4j-simple:1.7.36",  # Kafka's warnings on stderr, which is its log file
)
# kafka-tools pulls in Connect with a web server, 40 jars for one command that nobody here runs.
_UNWANTED = ("connect-runtime", "connect-json", "connect-api", "connect-transforms")
_SIMULTANEOUS_DOWNLOADS = 8
_TIMEOUT_SECONDS = 30


def download(jars: Sequence[Jar], folder: Path, progress: Progress) -> None:
    """Into a folder beside it that appears under its name only when complete; what was cut off goes on next time."""
    partial = folder.with_name(f"{folder.name}.part")
    complete = partial / "complete"
    complete.mkdir(parents=True, exist_ok=True)
    counter = _Counter(sum(jar.size for jar in jars), progress)
    context = MavenContext(
        resolver=PythonResolver(progress_callback=counter.count),
        repo_cache=partial / "maven",
        local_repos=[default_maven_repo()],
        timeout=_TIMEOUT_SECONDS,
    )

    def fetch(jar: Jar) -> None:
        shutil.copyfile(_verified(jar, context), complete / _artifact(context, jar).filename)
        counter.finish(jar)

    try:
        with ThreadPoolExecutor(_SIMULTANEOUS_DOWNLOADS) as threads:
            list(threads.map(fetch, jars))
    except (requests.RequestException, RuntimeError) as error:  # jgo raises RuntimeError for "not found"
        raise CannotRun(
            f"Apache Kafka could not be downloaded: {error}",
            "Check the network and try again; behind a proxy that re-signs TLS, REQUESTS_CA_BUNDLE names its roots.",
        ) from error
    complete.rename(folder)
    shutil.rmtree(partial)


def _verified(jar: Jar, context: MavenContext) -> Path:
    """The jar's path once its digest is right; a file that an earlier run left incomplete is fetched once more."""
    for _attempt in range(2):
        path = _artifact(context, jar).resolve()
        if digest_of(path) == jar.sha256:
            return path
        if context.repo_cache in path.parents:
            path.unlink()
        else:
            context = MavenContext(repo_cache=context.repo_cache, timeout=context.timeout)
    raise CannotRun(
        f"{jar.coordinate} is not the file that {LOCK.name} names.",
        "Somebody changed it on the way, or a mirror is wrong: do not use it; try another network.",
    )


def _artifact(context: MavenContext, jar: Jar) -> Artifact:
    group, artifact, version = jar.coordinate.split(":")
    return context.project(group, artifact).at_version(version).artifact()


class _Counter:
    """Adds up bytes from several threads: those that arrive, and whole jars that were here already."""

    def __init__(self, total: int, progress: Progress) -> None:
        self._done: dict[str, int] = {}
        self._total = total
        self._progress = progress
        self._guard = threading.Lock()

    @contextmanager
    def count(self, filename: str, _size: int) -> Iterator[Callable[[int], None]]:
        """What jgo calls around each download; it then calls what this yields with the size of each piece."""
        arrived = 0

        def add(size: int) -> None:
            nonlocal arrived
            arrived += size
            self._note(filename, arrived)

        yield add

    def finish(self, jar: Jar) -> None:
        _, artifact, version = jar.coordinate.split(":")
        self._note(f"{artifact}-{version}.jar", jar.size)

    def _note(self, filename: str, size: int) -> None:
        with self._guard:
            self._done[filename] = size
            self._progress.downloaded(sum(self._done.values()), self._total)


def _resolve(context: MavenContext, wanted: Sequence[str]) -> list[Artifact]:
    """Every artifact that these need at run time, transitively."""
    unwanted = [context.project("org.apache.kafka", name) for name in _UNWANTED]
    roots = [context.create_dependency(Coordinate.parse(root), unwanted) for root in wanted]
    inputs, transitive = context.resolver.resolve(roots)
    return [dependency.artifact for dependency in (*inputs, *transitive) if dependency.scope != "provided"]


def _lock_lines(artifacts: Sequence[Artifact]) -> list[str]:
    rows = {
        f"{artifact.groupId}:{artifact.artifactId}:{artifact.version}": artifact.resolve() for artifact in artifacts
    }
    return [f"{name} {digest_of(path)} {path.stat().st_size}" for name, path in sorted(rows.items())]


def resolved_lines(roots: Sequence[str] = _ROOTS) -> list[str]:
    """The lines of a new lock: these artifacts and all that they need."""
    with TemporaryDirectory() as repository:
        return _lock_lines(_resolve(MavenContext(repo_cache=Path(repository), timeout=_TIMEOUT_SECONDS), roots))

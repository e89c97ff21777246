"""The stage of a run: a scene, Microsoft's stand-ins, a load driver, and servers, started when first asked for."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import certifi

from bench.activity import invoke
from bench.processes import PEERS_PYTHON, Process, ProcessFailed, process
from bench.samplecard import sample_card
from bench.scene import ENVIRONMENT, Scene
from bench.tokens import Signer
from simulators.kit.tls import Authority

Activity = dict[str, Any]
_TOKENS = 512
PEERS = {
    "botbuilder 4.17.1 (fault avoided)": "bench.peers.botbuilder_server",
    "microsoft-agents-hosting-aiohttp 1.9.0": "bench.peers.agents_server",
    "microsoft-teams-apps 2.1.1": "bench.peers.teams_server",
}


class Stage:
    """What the HTTP benchmarks share."""

    def __init__(self, scene: Scene, signer: Signer, *, cloud: Process, load: Process, stack: ExitStack) -> None:
        self.folder = Path(scene.folder)
        self.scene = scene
        self.signer = signer
        self.cloud = cloud
        self.tokens = signer.tokens(scene, _TOKENS)
        self._load = load
        self._stack = stack
        self._servers: dict[tuple[str, ...], Process] = {}

    def server(self, module: str, *args: str, is_peer: bool = False) -> Process:
        """The server process of `module`; it runs until the stage is taken down. Raises `ProcessFailed`."""
        key = (module, *args)
        if key not in self._servers:
            if is_peer and not PEERS_PYTHON.exists():
                raise ProcessFailed("no .venv-bench: pip install --require-hashes -r requirements/bench.txt into it")
            self._servers[key] = self._stack.enter_context(
                process(
                    module,
                    *args,
                    log=self.folder / f"{module}-{len(self._servers)}.log",
                    python=PEERS_PYTHON if is_peer else None,
                    env={ENVIRONMENT: str(self.folder / "scene.json"), **_certificates(self.scene)},
                )
            )
        return self._servers[key]

    def load(self, server: Process, activities: Sequence[Activity], count: int, concurrency: int) -> dict[str, Any]:
        """What the load driver saw of `count` posts of `activities` in turn, each under the next token."""
        return self._load.ask(
            "run",
            port=server.port,
            path="/api/messages",
            bodies=[json.dumps(activity) for activity in activities],
            tokens=self.tokens,
            count=count,
            concurrency=concurrency,
        )

    def once(self, server: Process, *, token: str | None = None, activity: Activity | None = None) -> tuple[int, str]:
        """Status and body of one post."""
        bodies = [json.dumps(activity or invoke(self.scene))]
        command = {"port": server.port, "path": "/api/messages", "bodies": bodies, "tokens": [token or self.tokens[0]]}
        answer = self._load.ask("once", **command)
        return answer["status"], answer["body"]


@contextmanager
def stage() -> Iterator[Stage]:
    """A stage in a folder of its own; everything on it has ended afterwards."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        signer = Signer()
        (folder / "keys.json").write_text(json.dumps(signer.key_set()))
        _trust(folder)
        cloud = stack.enter_context(process("bench.cloud", log=folder / "cloud.log", env={"BENCH_FOLDER": str(folder)}))
        load = stack.enter_context(process("bench.load", log=folder / "load.log"))
        scene = Scene(folder=str(folder), cloud_port=cloud.port, card=sample_card())
        scene.save()
        yield Stage(scene, signer, cloud=cloud, load=load, stack=stack)


def _trust(folder: Path) -> None:
    """The public certificates and our authority's in one file: loading them costs what it costs in the field."""
    ours = Authority(folder).ca_file.read_bytes()
    (folder / "trusted.pem").write_bytes(Path(certifi.where()).read_bytes() + b"\n" + ours)


def _certificates(scene: Scene) -> dict[str, str]:
    """For OpenSSL and aiohttp, which reads them at import; for requests; for httpx."""
    return {"SSL_CERT_FILE": str(scene.ca_file), "REQUESTS_CA_BUNDLE": str(scene.ca_file)}

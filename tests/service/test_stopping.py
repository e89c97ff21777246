"""The service ends when it is told to, also while a CRM hangs."""

from __future__ import annotations

import subprocess
import sys
import time

from jobs import queue
from storage.engine import Database

_STOPS_WHILE_A_HANDLER_HANGS = """
import sys, threading
from jobs.lane import Lane
from jobs.runner import Runner
from service.cli import leave
from storage.engine import Database

begun = threading.Event()

def hang(leased):
    begun.set()
    threading.Event().wait(60)

runner = Runner(Database(sys.argv[1]), [Lane("push:crm", hang)])
runner.start()
begun.wait()
runner.stop(timeout=0.1)
print("stopped", flush=True)
leave()
"""


def test_a_job_that_hangs_does_not_keep_the_process(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    with database.write() as tx:
        queue.enqueue(tx, lane="push:crm", kind="push", payload={})
    database.close()
    program = [sys.executable, "-c", _STOPS_WHILE_A_HANDLER_HANGS, sqlite_url]
    with subprocess.Popen(program, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "stopped\n"
        began = time.monotonic()
        assert process.wait(timeout=50) == 0
    assert time.monotonic() - began < 30

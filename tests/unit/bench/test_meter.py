import subprocess
import sys

from bench.meter import Meter

BUSY = """
import time
print("here", flush=True)
input()
began = time.process_time()
while time.process_time() - began < 0.3:
    pass
print("done", flush=True)
input()
"""


def test_a_meter_counts_what_a_process_used_from_then_on() -> None:
    with subprocess.Popen([sys.executable, "-c", BUSY], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as busy:
        assert busy.stdin is not None
        assert busy.stdout is not None
        assert busy.stdout.readline() == b"here\n"
        meter = Meter({"busy": busy.pid})
        busy.stdin.write(b"\n")
        busy.stdin.flush()
        assert busy.stdout.readline() == b"done\n"
        figures = meter.figures(events=100)
        busy.stdin.close()
    assert 2_000 <= figures["busy cpu"] <= 5_000, "some 0.3 s for 100 events; in ms for 1,000"
    assert figures["busy MB"] > 1

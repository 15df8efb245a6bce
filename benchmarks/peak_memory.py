"""How much memory a command and all its children need at most.

    python -m benchmarks.peak_memory make demo

Pages that processes share are counted once (proportional set size), sampled twice a second.
"""

import subprocess
import sys
import time

import psutil

INTERVAL_S = 0.5


def memory_of_tree(root: psutil.Process) -> int:
    """Return the bytes that a process and its descendants hold together."""
    total = 0
    for process in (root, *root.children(recursive=True)):
        try:
            total += process.memory_full_info().pss
        except (psutil.NoSuchProcess, psutil.ZombieProcess):
            continue  # it ended while we were counting
    return total


def main() -> int:
    """Run the command, print its peak, and return its exit status."""
    if len(sys.argv) < 2:
        print(__doc__, file=sys.stderr)
        return 2
    begun, peak = time.monotonic(), 0
    process = subprocess.Popen(sys.argv[1:])
    while process.poll() is None:
        try:
            peak = max(peak, memory_of_tree(psutil.Process(process.pid)))
        except psutil.NoSuchProcess:
            break
        time.sleep(INTERVAL_S)
    minutes = (time.monotonic() - begun) / 60
    print(f"peak memory {peak / 2**30:.2f} GiB in {minutes:.1f} minutes: {' '.join(sys.argv[1:])}")
    return process.wait()


if __name__ == "__main__":
    raise SystemExit(main())

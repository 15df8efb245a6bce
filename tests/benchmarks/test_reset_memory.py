"""The benchmark of memory counts what it says."""

import mmap

import pytest

from benchmarks import reset_memory


def test_a_leak_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = []

    class Leaking:
        def reset(self, seed: int) -> None:
            # Straight from the system: Python would give out again what earlier tests have freed.
            kept.append(mmap.mmap(-1, 100_000))
            kept[-1].write(bytes([1 + seed % 2]) * 100_000)

        def close(self) -> None:
            kept.clear()

    monkeypatch.setattr(reset_memory, "make_env", lambda *_, **__: Leaking())
    grown = reset_memory.growth("reach", None, resets=200, warm_up=5).grown_mb
    assert grown == pytest.approx(20.0, rel=0.1)

"""The benchmark of memory counts what it says."""

import pytest

from benchmarks import reset_memory


def test_a_leak_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = []

    class Leaking:
        def reset(self, seed: int) -> None:
            kept.append(bytearray(100_000 + seed))

        def close(self) -> None:
            kept.clear()

    monkeypatch.setattr(reset_memory, "make_env", lambda *_, **__: Leaking())
    grown = reset_memory.growth("reach", None, resets=200, warm_up=5).grown_mb
    assert grown == pytest.approx(20.0, rel=0.1)

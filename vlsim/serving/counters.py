"""What a server has done, as numbers that Prometheus reads."""

from bisect import bisect_left
from dataclasses import dataclass, field

BOUNDS_S = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 5.0)
"""Upper bounds of the buckets of times, seconds."""


@dataclass
class Counters:
    """Counts since the start."""

    connections: int = 0
    """Open now."""
    refused: int = 0
    """Connections that had no token, came from a web page, or were too many."""
    requests: int = 0
    errors: int = 0
    """Requests that were answered with an error."""
    batches: int = 0
    seconds: float = 0.0
    """Spent in the policy."""
    replied: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS_S) + 1))
    """Replies by the time from request to reply."""
    replied_seconds: float = 0.0

    def count_batch(self, seconds: float) -> None:
        """Count an inference."""
        self.batches += 1
        self.seconds += seconds

    def count_reply(self, seconds: float) -> None:
        """Count a reply and the time since its request was there."""
        self.replied[bisect_left(BOUNDS_S, seconds)] += 1
        self.replied_seconds += seconds

    def text(self) -> str:
        """Return them in the text format of Prometheus, version 0.0.4."""
        plain = (
            ("connections", "gauge", "Open connections.", self.connections),
            ("refused_total", "counter", "Connections that were refused.", self.refused),
            ("requests_total", "counter", "Requests.", self.requests),
            ("errors_total", "counter", "Requests answered with an error.", self.errors),
            ("batches_total", "counter", "Inferences; each acts for a batch.", self.batches),
            ("inference_seconds_total", "counter", "Time in the policy.", f"{self.seconds:.6f}"),
        )
        lines = []
        for name, kind, words, value in plain:
            lines += [*_head(name, kind, words), f"vlsim_{name} {value}"]
        lines += _head("reply_seconds", "histogram", "Time from request to reply.")
        total = 0
        for bound, n in zip((*map(str, BOUNDS_S), "+Inf"), self.replied, strict=True):
            total += n
            lines.append(f'vlsim_reply_seconds_bucket{{le="{bound}"}} {total}')
        lines.append(f"vlsim_reply_seconds_sum {self.replied_seconds:.6f}")
        lines.append(f"vlsim_reply_seconds_count {total}")
        return "\n".join(lines) + "\n"


def _head(name: str, kind: str, words: str) -> list[str]:
    return [f"# HELP vlsim_{name} {words}", f"# TYPE vlsim_{name} {kind}"]

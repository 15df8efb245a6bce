"""What success on a set shows: how well a policy does, or whether the words matter to it."""

from typing import Literal, get_args

Role = Literal["measured", "blind control", "wrong-words control"]
ROLES: tuple[Role, ...] = get_args(Role)
"""Every role, in the order of reports."""
MEASURED: Role = "measured"
"""Success says how well a policy does."""
BLIND: Role = "blind control"
"""Success comes without words."""
WRONG_WORDS: Role = "wrong-words control"
"""Success, beside that on `seen`, says whether the words matter."""
CAPTIONS: dict[Role, str] = {
    MEASURED: "Success here is what the benchmark is about.",
    BLIND: "No usable words, so success comes without language. A policy that listens fails here.",
    WRONG_WORDS: "The scenes of seen, but the words name another target. A policy that listens "
    "does as well as on seen; one that goes by the scene alone does worse.",
}
"""One caption for each role, the same in the terminal and in the report."""

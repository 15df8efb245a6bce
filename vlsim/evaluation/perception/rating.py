"""People judge what was said of pictures: blind, shuffled, and resumable.

Raters do not learn whether a model or the simulator said something. Both stand in the list, in an
order that is each rater's own, so that the share that people accept of the truth shows how strict
they are.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from vlsim.errors import InvalidValueError, NoDataError
from vlsim.evaluation.perception.folder import SAID
from vlsim.files import append_json_lines, read_json_lines, write_json_lines
from vlsim.metrics import Rated
from vlsim.metrics.intervals import wilson
from vlsim.metrics.ratings import krippendorff_alpha
from vlsim.reader import read_as
from vlsim.seeding import stream

RATINGS = "ratings.jsonl"
Source = Literal["said", "truth"]
SOURCES: dict[Source, str] = {"said": "the model", "truth": "the simulator"}


@dataclass(frozen=True)
class Statement:
    """Something that was said of a picture."""

    picture: str
    """Its file, in the folder of the evaluation."""
    prompt: str
    """The question, "" for a caption."""
    text: str

    @property
    def sentence(self) -> str:
        """What a rater reads.

        >>> print(Statement("p.png", "what is red", "the cube").sentence)
        Question: what is red
        Answer:   the cube
        """
        if not self.prompt:
            return f"Caption:  {self.text}"
        return f"Question: {self.prompt}\nAnswer:   {self.text}"


@dataclass(frozen=True)
class Rating:
    """One rater's judgement of a statement."""

    rater: str
    statement: Statement
    is_right: bool


class Ratings:
    """The statements of an evaluation's folder, and what raters have said of them so far."""

    def __init__(self, folder: Path) -> None:
        """Read both.

        Raises:
            InvalidValueError: If the folder is of no evaluation, or a line is damaged.
        """
        self.file = folder / RATINGS
        said = folder / SAID
        if not said.is_file():
            raise InvalidValueError(
                f"{folder} holds no {SAID}. Make it with: vlsim evaluate --model MODEL "
                f"--out {folder}"
            )
        self.sources: defaultdict[Statement, set[Source]] = defaultdict(set)
        for _, line in read_json_lines(said):
            for source in SOURCES:
                statement = Statement(line["picture"], line["prompt"], line[source])
                self.sources[statement].add(source)
        self.done: dict[tuple[str, Statement], bool] = {}
        if self.file.is_file():
            for where, line in read_json_lines(self.file, drop_torn=True):
                rating = read_as(Rating, line, where)
                self.done[rating.rater, rating.statement] = rating.is_right
            if not self.file.read_bytes().endswith(b"\n"):
                # The last line was cut off; the next one must not be joined to it.
                write_json_lines(
                    self.file, (asdict(Rating(*key, v)) for key, v in self.done.items())
                )

    def to_rate(self, rater: str, count: int) -> Iterator[Statement]:
        """Yield what this rater has not judged of the first `count` statements in their order."""
        # All raters judge the same statements, so that their agreement can be measured.
        statements = list(self.sources)
        chosen = stream(0, "statements").permutation(len(statements))[:count]
        for i in stream(0, "order", rater).permutation(chosen):
            if (rater, statements[i]) not in self.done:
                yield statements[i]

    def add(self, rater: str, statement: Statement, is_right: bool) -> None:
        """Keep a judgement, on the disk at once."""
        self.done[rater, statement] = is_right
        append_json_lines(self.file, [asdict(Rating(rater, statement, is_right))])

    def summary(self) -> dict[str, Any]:
        """Return how often raters accept what each source said, and how far they agree.

        Returns:
            JSON with `accepted` (a row for each rater and source, and for all raters together, with
            a Wilson interval), and `agreement`, Krippendorff's alpha, None if fewer than two raters
            judged the same, or nobody ever differed.

        Raises:
            InvalidValueError: If nobody judged anything.
        """
        if not self.done:
            raise NoDataError(f"{self.file} holds no ratings yet.")
        accepted = [
            {"rater": rater, "source": source, **wilson(sum(judged), len(judged)).to_json()}
            for rater in ["", *sorted({rater for rater, _ in self.done})]
            for source in SOURCES
            if (judged := self._judged(rater, source))
        ]
        return {"accepted": accepted, "agreement": self._agreement()}

    def _judged(self, rater: str, source: Source) -> list[bool]:
        return [
            is_right
            for (who, statement), is_right in self.done.items()
            if rater in ("", who) and source in self.sources.get(statement, ())
        ]

    def _agreement(self) -> dict[str, Any] | None:
        of_statement: defaultdict[Statement, list[str]] = defaultdict(list)
        for (_, statement), is_right in self.done.items():
            of_statement[statement].append("right" if is_right else "wrong")
        rated = [Rated(tuple(ratings)) for ratings in of_statement.values()]
        several = [each for each in rated if len(each.ratings) > 1]
        if len({rating for each in several for rating in each.ratings}) < 2:
            return None
        return krippendorff_alpha(several).to_json()

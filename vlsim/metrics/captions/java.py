"""METEOR 1.5 and SPICE themselves, Java programs that come with the package pycocoevalcap.

They are not among `CAPTION_METRICS`, because they need what few machines have: METEOR 1.5 Java, and
SPICE Java 8 and Stanford CoreNLP. What is missing is said before anything is started.
"""

import math
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from vlsim.errors import InvalidValueError
from vlsim.extras import import_extra
from vlsim.metrics.base import Estimate, Metric, need
from vlsim.metrics.captions.base import Described, tokens
from vlsim.metrics.intervals import student
from vlsim.registry import Registry

EXTRA = "captions"
CORENLP = "stanford-corenlp-3.6.0.jar"
LAST_FOR_SPICE = 8
"""Version of Java; newer ones refuse it access to their own classes."""

JAVA_METRICS: Registry[Metric[Described]] = Registry("Java metric")
"""METEOR 1.5 and SPICE by name."""


@JAVA_METRICS.register("meteor_1_5")
def meteor_1_5(described: Sequence[Described]) -> Estimate:
    """METEOR 1.5 of all captions together, without an interval. Higher is better.

    Its program adds up the matches of all captions before it divides, as COCO reports it.

    Raises:
        MissingExtraError: If pycocoevalcap is not installed.
        InvalidValueError: If there is no Java.

    Source:
        M. Denkowski and A. Lavie, Meteor Universal, WMT 2014; their program.
    """
    need(described, "meteor_1_5", "caption")
    meteor = import_extra("pycocoevalcap.meteor.meteor", "METEOR 1.5", EXTRA)
    java_version("METEOR 1.5")
    references, captions = _written(described)
    value, _ = meteor.Meteor().compute_score(references, captions)
    return Estimate(value, -math.inf, math.inf, len(described))


@JAVA_METRICS.register("spice")
def spice(described: Sequence[Described]) -> Estimate:
    """Mean SPICE of captions with its 95 % t interval. Higher is better.

    Raises:
        MissingExtraError: If pycocoevalcap is not installed.
        InvalidValueError: If there is no Java, one that is too new, or no Stanford CoreNLP.

    Source:
        P. Anderson et al., SPICE: Semantic Propositional Image Caption Evaluation, ECCV 2016;
        their program.
    """
    need(described, "spice", "caption")
    module = import_extra("pycocoevalcap.spice.spice", "SPICE", EXTRA)
    version = java_version("SPICE")
    if version > LAST_FOR_SPICE:
        raise InvalidValueError(
            f"SPICE needs Java {LAST_FOR_SPICE}; the java on the path is {version}. Put another "
            "first on the path."
        )
    library = Path(module.__file__).parent / "lib"
    if not (library / CORENLP).is_file():
        raise InvalidValueError(
            f"SPICE needs {CORENLP} and its models in {library}. They are part of Stanford CoreNLP "
            "3.6.0, https://stanfordnlp.github.io/CoreNLP/history.html."
        )
    references, captions = _written(described)
    _, scores = module.Spice().compute_score(references, captions)
    return student([score["All"]["f"] for score in scores])


def java_version(doing: str) -> int:
    """Return the main version of the Java on the path.

    Args:
        doing: What it is needed for, to begin a sentence with.

    Raises:
        InvalidValueError: If there is none, or it does not say its version.
    """
    java = shutil.which("java")
    if java is None:
        raise InvalidValueError(
            f"{doing} needs Java, and there is no java on the path. Install one, such as Debian's "
            "default-jre-headless."
        )
    said = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    match = re.search(r'version "(?:1\.)?(\d+)', said)
    if match is None:
        raise InvalidValueError(f"{doing} needs Java; {java} does not say its version.")
    return int(match[1])


def _written(described: Sequence[Described]) -> tuple[dict[int, list[str]], dict[int, list[str]]]:
    """Return references and captions by number, as these programs take them."""
    references = {
        i: [" ".join(tokens(reference)) for reference in each.references]
        for i, each in enumerate(described)
    }
    return references, {i: [" ".join(tokens(each.caption))] for i, each in enumerate(described)}

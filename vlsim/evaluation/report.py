"""The results as one HTML file: a conclusion, tables, intervals and films, without a network."""

import base64
import re
import shlex
from collections.abc import Iterable, Mapping
from importlib.resources import files
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any
from urllib.parse import quote

from vlsim.errors import InvalidValueError, UnknownNameError
from vlsim.evaluation import words
from vlsim.evaluation.conclusion import conclusion
from vlsim.instruction_sets import find_set
from vlsim.instruction_sets.role import CAPTIONS, ROLES

Results = Mapping[str, Any]

MOST_BYTES = 12_000_000
"""Of all films in the report; those that come after are linked."""
OWN_SENTENCES = "Your own sentences, from a file."
DEFINITIONS = {
    "success": "The goal held after at least one step. Interval: Wilson, 95 %.",
    "right object": "Of the episodes in which some object was acted on, the share in which it "
    "was the one that the instruction names. Interval: Wilson, 95 %.",
    "return": "Mean sum of rewards, not discounted.",
    "steps": "Mean length of an episode; failed ones count with all their steps.",
    "difference": "Paired by seed. Interval: Newcombe's method 10; test: exact McNemar.",
    "only one won": "Episodes in which only the first, or only the second, succeeded.",
    "n": "Episodes. One that ended in an error, as when a policy server gives no reply, is not "
    "counted; three in a row stop the benchmark.",
}


def render_report(results: Results, folder: Path) -> str:
    """Return the report; films and their pictures are read from `folder` and put into it."""
    # jinja2 takes a tenth of a second to import, and most commands write no report.
    from jinja2 import Environment, StrictUndefined
    from markupsafe import Markup

    here = files("vlsim.evaluation")
    environment = Environment(autoescape=True, undefined=StrictUndefined)
    environment.filters |= {
        "estimate": words.estimate,
        "difference": lambda data: words.difference(data).replace("-", "\N{MINUS SIGN}"),
        "number": words.number,
        "p_value": words.p_value,
        "count": words.count,
        "groupby_policy": _grouped("policy"),
        "groupby_set": _grouped("set"),
        "groupby_pair": _grouped("first", "second"),
        "groupby_part": _grouped("policy", "by"),
    }
    template = environment.from_string(here.joinpath("report.html").read_text(encoding="utf-8"))
    roles = {role for _, role in _roles(results)}
    return template.render(
        results=results,
        style=Markup(here.joinpath("report.css").read_text(encoding="utf-8")),
        facts=_facts(results),
        conclusion=conclusion(results),
        sets=[(name, role, _description(name)) for name, role in _roles(results)],
        roles={role: CAPTIONS[role] for role in ROLES if role in roles},
        films=_films(results, folder),
        definitions=DEFINITIONS,
        provenance=_provenance(results),
    )


def repeat(results: Results, film: Mapping[str, Any]) -> str:
    """Return the command that films one episode of a benchmark again."""
    is_file = _description(film["set"]) == OWN_SENTENCES
    options = {
        "policy": film["policy"],
        "task": results["task"],
        "set": f"{film['set']}.jsonl" if is_file else film["set"],
        "control": results["control"],
        "robot": results["robot"],
        "randomization": results["randomization"],
        "image-size": next(iter(re.findall(r"image_size=(\d+)", results["environment"])), ""),
        "device": results["provenance"]["device"],
        "seed": str(results["seed"]),
        "first": str(film["number"]),
        "episodes": "1",
    }
    asked = [word for name, value in options.items() if value for word in (f"--{name}", value)]
    return shlex.join(["vlsim", "record", *asked])


def _facts(results: Results) -> list[str]:
    origin = results["provenance"]
    version = origin["packages"].get("vlsim", "")
    varied = results["randomization"]
    facts = [
        f"robot {results['robot']}",
        f"randomised: {varied}" if varied else "",
        f"{words.episodes(results)} of each policy on each set",
        f"benchmark seed {results['seed']}",
        origin["time"][:10],
        f"vlsim {version}" if version else "",
    ]
    return [fact for fact in facts if fact]


def _roles(results: Results) -> list[tuple[str, str]]:
    return list({score["set"]: score["role"] for score in results["scores"]}.items())


def _description(name: str) -> str:
    try:
        return find_set(name).description
    except (UnknownNameError, InvalidValueError):
        # A file of sentences is not looked for again, and a plug-in may be gone.
        return OWN_SENTENCES


def _films(results: Results, folder: Path) -> list[dict[str, Any]]:
    films, room = [], MOST_BYTES
    for film in results["films"]:
        video, poster = folder / film["video"], folder / film["poster"]
        size = video.stat().st_size
        room -= size
        films.append(
            {
                **film,
                "source": _data(video, "video/mp4") if room >= 0 else quote(film["video"]),
                "poster_data": _data(poster, "image/jpeg") if poster.exists() else "",
                "command": repeat(results, film),
            }
        )
    return films


def _data(path: Path, kind: str) -> str:
    return f"data:{kind};base64,{base64.b64encode(path.read_bytes()).decode()}"


def _provenance(results: Results) -> dict[str, str]:
    origin = results["provenance"]
    changes = " with uncommitted changes" if origin["uncommitted_changes"] else ""
    packages = origin["packages"]
    return {
        "revision": f"{', '.join(map(str, origin['revisions']))}{changes}",
        "command": "; ".join(origin["commands"]),
        "machine": f"{origin['platform']}, {origin['cpu_count']} cores, {origin['device']}",
        "renderer": str(origin["renderer"] or "not recorded"),
        "python": origin["python"],
        "packages": ", ".join(f"{name} {version}" for name, version in packages.items()),
    }


def _grouped(*names: str) -> Any:  # noqa: ANN401
    """Return a filter that groups rows that follow each other and have the same fields."""
    of = itemgetter(*names)

    def filtered(rows: Iterable[Mapping[str, Any]]) -> list[tuple[Any, list[Mapping[str, Any]]]]:
        return [(key, list(group)) for key, group in groupby(rows, key=of)]

    return filtered

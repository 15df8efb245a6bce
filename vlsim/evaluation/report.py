"""The results as one HTML file: tables, intervals, and pictures of failures, without a network."""

import base64
from collections.abc import Mapping
from html import escape
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import quote

from vlsim.evaluation import words
from vlsim.evaluation.charts import (
    DIFFERENCE_TICKS,
    SHARE_TICKS,
    axis,
    difference_bar,
    share_bar,
)
from vlsim.evaluation.page import page
from vlsim.language.sets.role import CAPTIONS, MEASURED, ROLES

Results = Mapping[str, Any]


def render_report(results: Results, folder: Path) -> str:
    """Return the report; pictures are read from `folder` and put into it, videos are linked."""
    title = f"{results['task']}, {results['control']}"
    body = "\n".join(
        part
        for part in (
            _header(results),
            *(f'<p class="warning">{escape(warning)}</p>' for warning in results["warnings"]),
            _scores(results),
            _language(results),
            _differences(results),
            _failures(results, folder),
            _definitions(results),
            _provenance(results),
        )
        if part
    )
    return page(f"vlsim benchmark: {title}", body)


def _header(results: Results) -> str:
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
    return (
        "<header><p>vlsim benchmark</p>"
        f"<h1>{escape(results['task'])} <small>with {escape(results['control'])}</small></h1>"
        f"<p>{escape(' · '.join(fact for fact in facts if fact))}</p></header>"
    )


def _scores(results: Results) -> str:
    rows = []
    for policy, scores in groupby(results["scores"], key=lambda score: score["policy"]):
        group = list(scores)
        tag = '<span class="tag">bound</span>' if group[0]["is_bound"] else ""
        rows.append(f'<tr class="group"><td colspan="7">{escape(policy)}{tag}</td></tr>')
        for score in group:
            muted = "muted" if score["role"] != MEASURED or score["is_bound"] else ""
            rows.append(
                f'<tr class="{muted}"><td>{_set(score)}</td>'
                f"<td>{share_bar(score['success'], muted)}</td>"
                f'<td class="number">{_estimate(score["success"])}</td>'
                f'<td class="number">{_estimate(score["referent_accuracy"])}</td>'
                f'<td class="number">{words.number(score["return"]["value"], 2)}</td>'
                f'<td class="number">{words.number(score["steps"]["value"], 1)}</td>'
                f'<td class="number">{score["n"]}</td></tr>'
            )
    roles = {score["role"] for score in results["scores"]} - {MEASURED}
    head = (
        f"<th>set</th><th>{axis(SHARE_TICKS)}</th>"
        '<th class="number">success [95 %]</th><th class="number">right object</th>'
        '<th class="number">return</th><th class="number">steps</th><th class="number">n</th>'
    )
    return _section(
        "Success",
        "Share of episodes in which the goal was reached. The band is the 95 % interval. "
        + " ".join(f"{role.capitalize()}: {CAPTIONS[role]}" for role in ROLES if role in roles),
        _table(head, rows),
    )


def _language(results: Results) -> str:
    rows = [
        f"<tr><td>{escape(gap['policy'])}</td><td>{difference_bar(gap)}</td>"
        f'<td class="number">{_difference(gap)}</td>'
        f'<td class="number">{escape(words.p_value(gap["p_value"]))}</td></tr>'
        for gap in results["language_gap"]
    ]
    head = (
        f"<th>policy</th><th>{axis(DIFFERENCE_TICKS)}</th>"
        '<th class="number">seen minus no-instruction</th><th class="number">exact test</th>'
    )
    return _section(
        "What the words are worth",
        "The same scenes and goals with and without the sentence. Near zero, the policy does not "
        "use the instruction, however often it succeeds.",
        _table(head, rows),
    )


def _differences(results: Results) -> str:
    rows = []
    pairs = groupby(results["differences"], key=lambda entry: (entry["first"], entry["second"]))
    for (first, second), entries in pairs:
        rows.append(
            f'<tr class="group"><td colspan="5">{escape(first)} minus {escape(second)}</td></tr>'
        )
        for entry in entries:
            muted = "muted" if entry["role"] != MEASURED else ""
            rows.append(
                f'<tr class="{muted}"><td>{_set(entry)}</td><td>{difference_bar(entry, muted)}</td>'
                f'<td class="number">{_difference(entry)}</td>'
                f'<td class="number">{escape(words.p_value(entry["p_value"]))}</td>'
                f'<td class="number">{entry["only_first"]} : {entry["only_second"]}</td></tr>'
            )
    head = (
        f"<th>set</th><th>{axis(DIFFERENCE_TICKS)}</th>"
        '<th class="number">difference [95 %]</th><th class="number">exact test</th>'
        '<th class="number">only one won</th>'
    )
    return _section(
        "Policies compared",
        "Every policy met the same episodes, so differences are counted episode by episode. An "
        "interval that crosses zero is no difference that this many episodes can show.",
        _table(head, rows),
    )


def _failures(results: Results, folder: Path) -> str:
    figures = []
    for film in results["films"]:
        said = film["instruction"] or "(no instruction)"
        figures.append(
            f"<figure>{_picture(folder / film['strip'], said)}<figcaption>"
            f'<div class="said">{escape(said)}</div>'
            f'<div class="where">{escape(film["policy"])} on {escape(film["set"])}, '
            f"{film['steps']} step{'' if film['steps'] == 1 else 's'}, seed {film['seed']} · "
            f'<a href="{quote(film["video"])}">video</a></div></figcaption></figure>'
        )
    gallery = f'<div class="gallery">{"".join(figures)}</div>' if figures else ""
    return _section(
        "Failures",
        "The first failures on each set, in the order of the seeds; not chosen.",
        gallery,
    )


def _definitions(results: Results) -> str:
    terms = {
        "success": "The goal held after at least one step. Interval: Wilson, 95 %.",
        "right object": "Of the episodes in which some object was acted on, the share in which it "
        "was the one that the instruction names. Interval: Wilson, 95 %.",
        "return": "Mean sum of rewards, not discounted.",
        "steps": "Mean length of an episode; failed ones count with all their steps.",
        "difference": "Paired by seed. Interval: Newcombe's method 10; test: exact McNemar.",
        "n": "Episodes. An episode that raised an error is not counted: it stops the benchmark.",
    }
    return _section("How to read this", "", _list(terms))


def _provenance(results: Results) -> str:
    origin = results["provenance"]
    changes = " with uncommitted changes" if origin["uncommitted_changes"] else ""
    packages = origin["packages"]
    facts = {
        "revision": f"{', '.join(map(str, origin['revisions']))}{changes}",
        "command": "; ".join(origin["commands"]),
        "machine": f"{origin['platform']}, {origin['cpu_count']} cores, {origin['device']}",
        "renderer": str(origin["renderer"] or "not recorded"),
        "python": origin["python"],
        "packages": ", ".join(f"{name} {version}" for name, version in packages.items()),
    }
    return f"<details><summary>What these numbers were made with</summary>{_list(facts)}</details>"


def _section(title: str, lead: str, content: str) -> str:
    if not content:
        return ""
    paragraph = f"<p>{escape(lead)}</p>" if lead else ""
    return f"<section><h2>{escape(title)}</h2>{paragraph}{content}</section>"


def _table(head: str, rows: list[str]) -> str:
    if not rows:
        return ""
    return (
        f'<div class="scroll"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def _list(terms: Mapping[str, str]) -> str:
    entries = "".join(f"<dt>{escape(k)}</dt><dd>{escape(v)}</dd>" for k, v in terms.items())
    return f"<dl>{entries}</dl>"


def _set(row: Mapping[str, Any]) -> str:
    tag = "" if row["role"] == MEASURED else f'<span class="tag">{escape(row["role"])}</span>'
    return escape(row["set"]) + tag


def _estimate(data: Mapping[str, Any] | None) -> str:
    value, _, interval = words.estimate(data).partition(" ")
    return f'{value}<span class="range">{interval}</span>'


def _difference(data: Mapping[str, Any]) -> str:
    value, _, interval = words.difference(data).partition(" ")
    return f'{value}<span class="range">{interval}</span>'.replace("-", "\N{MINUS SIGN}")


def _picture(path: Path, description: str) -> str:
    if not path.exists():
        return ""
    data = base64.b64encode(path.read_bytes()).decode()
    return f'<img alt="{escape(description)}" src="data:image/jpeg;base64,{data}">'

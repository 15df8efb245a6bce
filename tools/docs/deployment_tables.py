"""Tables of docs/deployment.md, from results of the benchmarks of deployment."""

from typing import Any

Result = dict[str, Any]


def runtime_install(result: Result) -> tuple[list[str], list[list[str]]]:
    """Return size, time and pictures of a robot's computer, beside their targets."""
    found = result["results"]
    size, seconds = found["megabytes"], found["import_to_first_action_s"]
    return (
        ["measured", "value", "target"],
        [
            ["installed", f"{size['all']:.0f} MB", "150 MB"],
            ["without the second copy (below)", f"{size['all_but_second_copy']:.0f} MB", "150 MB"],
            [
                "import to first action",
                f"{seconds['median']:.2f} s (at most {seconds['largest']:.2f} s)",
                "1 s",
            ],
            [
                "pictures that differ from training's",
                f"{found['different_pictures']} of {found['pictures']:,}",
                "0",
            ],
        ],
    )

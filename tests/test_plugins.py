"""Tasks, goals, sets and robots of somebody else's package: `docs/plugins.md` tells the truth."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[1] / "docs" / "plugins.md"
POLICY, REGISTER, PARTS = re.findall(
    r"```python\n(.+?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL
)
"""What the page shows: a policy, a module that registers everything that a plug-in can but parts of
networks, and one that registers these."""


def install(folder: Path, name: str, code: str, group: str = "vlsim.plugins") -> None:
    """Lay a package with an entry point into a folder, as pip would."""
    (folder / f"{name}.py").write_text(code)
    info = folder / f"{name}-1.2.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.2\n")
    (info / "entry_points.txt").write_text(f"[{group}]\n{name}-things = {name}\n")


def run(folder: Path, *command: str) -> "subprocess.CompletedProcess[str]":
    code = f"import sys; sys.path.insert(0, {str(folder)!r})\n" + command[0]
    return subprocess.run(
        [sys.executable, "-c", code, *command[1:]],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
    )


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    install(folder, "hello", REGISTER)
    return folder


def test_everything_that_a_plugin_registers_is_listed_and_torch_is_not_imported(
    site: Path,
) -> None:
    done = run(
        site,
        "import sys\n"
        "from vlsim.scripts.__main__ import main\n"
        "main(['list', '--json'])\n"
        "assert 'torch' not in sys.modules",
    )
    assert (done.returncode, done.stderr) == (0, "")
    lists = json.loads(done.stdout)
    task = lists["tasks"][-1]
    assert (task["name"], task["id"]) == ("greet", "hello/Greet-v1")
    names = {what: [row["name"] for row in rows] for what, rows in lists.items()}
    assert "greet" in names["goals"]
    assert "lamp" in names["sets"]
    assert "tall_panda" in names["robots"]


def test_gymnasium_makes_a_plugins_environment_and_its_goal_has_words(site: Path) -> None:
    done = run(
        site,
        "import gymnasium, vlsim\n"
        "env = gymnasium.make('hello/Greet-v1', image_size=32, instruction_set='lamp')\n"
        "print(env.reset(seed=0)[1]['instruction'])\n"
        "from vlsim.envs.tasks import TASKS\n"
        "assert 'greet' not in TASKS['tabletop'].scenario.goals\n"
        "print(vlsim.parse('say hello to the red cube'))",
    )
    assert done.returncode == 0, done.stderr
    *_, said, goal = done.stdout.splitlines()
    assert said.startswith(("greet the ", "say hello to the "))
    assert goal.startswith("Greet(")


def test_a_goal_that_is_registered_after_its_words_were_refused_is_understood(
    site: Path,
) -> None:
    done = run(
        site,
        "import vlsim\n"
        "from vlsim.goals import GOALS\n"
        "from vlsim.language.clauses import read_clause\n"
        "greet = GOALS._items.pop('greet')\n"
        "words = 'say hello to the red cube'.split()\n"
        "assert read_clause(words) == {}\n"
        "GOALS.add('greet', greet)\n"
        "print(list(read_clause(words)))",
    )
    assert (done.stdout.startswith("[Greet("), done.stderr) == (True, "")


def test_worker_processes_see_a_plugin(site: Path) -> None:
    done = run(
        site,
        "if __name__ == '__main__':\n"
        "    import gymnasium, vlsim\n"
        "    envs = gymnasium.make_vec('hello/Greet-v1', 1, 'async',\n"
        "        vector_kwargs={'context': 'spawn'}, image_size=32)\n"
        "    print(envs.reset(seed=0)[1]['instruction'][0])\n"
        "    envs.close()",
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1].startswith(("greet the ", "say hello to the "))


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("import does_not_exist", "ModuleNotFoundError: No module named 'does_not_exist'"),
        ("raise ValueError('two\\nlines.')", "ValueError: two lines"),
        (
            "from vlsim.envs.tasks import TASKS, add_task\nadd_task(TASKS['reach'])",
            "InvalidValueError: The environment id 'vlsim/Reach-v1' is registered already",
        ),
    ],
)
def test_a_broken_plugin_is_one_line_that_names_it(tmp_path: Path, code: str, reason: str) -> None:
    install(tmp_path, "broken", code)
    done = run(tmp_path, "import vlsim; print('alive')")
    assert done.stdout == "alive\n"
    assert done.stderr == (
        "The vlsim plug-in 'broken-things' of the package 'broken' cannot be loaded: "
        f"{reason}. Mend or uninstall it.\n"
    )


def test_the_policy_of_the_page_is_one(tmp_path: Path) -> None:
    (tmp_path / "my_policies.py").write_text(POLICY)
    done = run(
        tmp_path,
        "import numpy as np\n"
        "from vlsim.agents.load import load_policy\n"
        "policy = load_policy('my_policies:Waiter', 'ee_delta')\n"
        "policy.reset([0, 1], ['lift it', 'push it'])\n"
        "actions = policy.act({'image': np.zeros((2, 64, 64, 3), np.uint8)})\n"
        "from vlsim.interface.action import action_spec\n"
        "print(actions.shape[2] == len(action_spec('ee_delta').names), actions.shape[:2])\n"
        "print(policy.spec.chunk)",
    )
    assert (done.stdout, done.stderr) == ("True (2, 2)\n2\n", "")


def test_parts_of_networks_are_listed_and_trained_and_imported_no_earlier(tmp_path: Path) -> None:
    install(tmp_path, "mine", PARTS, group="vlsim.parts")
    done = run(
        tmp_path,
        "import json, sys\n"
        "from vlsim.scripts.__main__ import main\n"
        "main(['list', '--json'])\n"
        "assert 'mine' not in sys.modules\n"
        "for what in ('vision', 'fusion', 'objectives'):\n"
        "    print(what, file=sys.stderr)\n"
        "    main(['list', what])\n"
        "main(['train', 'smoke', '--vision', 'shades', '--fusion', 'louder', '--threads', '1',\n"
        "    '--objectives.weights', 'referent=1,brightness=0.5', '--workers', '1',\n"
        "    '--still.n-scenes', '8', '--image-size', '32', '--dim', '16'])",
    )
    assert done.returncode == 0, done.stderr
    for line in ("shades ", "louder ", "brightness "):
        assert f"\n{line}" in done.stdout
    metrics = [
        json.loads(line)
        for line in (tmp_path / "runs" / "smoke" / "metrics.jsonl").read_text().splitlines()
    ]
    assert metrics[0]["loss/brightness"] > 0
    # No batch of the rollout lacks what it needs: pictures and sentences are everywhere.
    assert metrics[-1]["train/brightness"] > 0 and metrics[-1]["train/brightness_rollout"] > 0


def test_a_broken_part_is_one_line_and_only_where_parts_are_read(tmp_path: Path) -> None:
    install(tmp_path, "broken", "import does_not_exist", group="vlsim.parts")
    done = run(tmp_path, "import vlsim; from vlsim.models.fusion import FUSION; print('alive')")
    assert (done.stdout, done.stderr) == ("alive\n", "")
    done = run(tmp_path, "from vlsim.models.fusion import FUSION; print('film' in FUSION)")
    assert done.stdout == "True\n"
    assert done.stderr.startswith("The vlsim plug-in 'broken-things' of the package 'broken' canno")

from tests.serving.policies import served
from vlsim.agents.load import load_policy
from vlsim.envs import make_env
from vlsim.evaluation import EnvFactory, benchmark_seeds, evaluate
from vlsim.interface.environment import Environment
from vlsim.records import Episode

SEEDS = benchmark_seeds(3)


def make(set_name: str) -> Environment:
    return make_env("pick_place", "primitive", instruction_set=set_name)


def outcome(episode: Episode) -> tuple[object, ...]:
    return episode.seed, episode.instruction, episode.success_once, episode.steps, episode.error


def test_a_served_policy_has_the_same_episodes_as_here() -> None:
    factory: EnvFactory = make
    here = evaluate(load_policy("zoo:demo"), factory, SEEDS, "seen", group=3)
    with served(load_policy("zoo:demo")) as (address, _):
        there = evaluate(load_policy(address), factory, SEEDS, "seen", group=3)
    # Which rows are in a batch is chance, and changes the last bits of an action.
    assert [outcome(episode) for episode in there] == [outcome(episode) for episode in here]

from benchmarks.contract_policies import ColorsApart, Servo
from tests.serving.policies import served
from vlsim.agents.load import load_policy
from vlsim.envs import make_env
from vlsim.evaluation import EnvFactory, benchmark_seeds, evaluate
from vlsim.interface.environment import Environment
from vlsim.records import Episode
from vlsim.serving import libero

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


def make_wide(set_name: str) -> Environment:
    env = make_env(
        "reach", "ee_delta", instruction_set=set_name, image_size=libero.SIDE, cameras="wrist"
    )
    found: Environment = ColorsApart(env)
    return found


def test_liberos_keys_and_actions_lead_the_hand_where_ours_do() -> None:
    with served(Servo()) as (address, _):
        policy = load_policy(f"{address}?layout=libero&chunk=1")
        assert policy.spec.cameras == {"front": 224, "wrist": 224}
        episodes = evaluate(policy, make_wide, SEEDS, "seen", group=3)
    assert [episode.success_once for episode in episodes] == [True] * 3

"""The Gymnasium environment: a tabletop, a robot, and an instruction."""

from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any

import gymnasium as gym
import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from vlsim.envs.ability import check_ability
from vlsim.envs.config import EnvConfig
from vlsim.envs.control import CONTROLS
from vlsim.envs.episode import RunningEpisode
from vlsim.envs.privileged import privileged, privileged_spaces
from vlsim.envs.referee import MOST_MOTIONS, Referee
from vlsim.envs.sensors import Sensors, picture_spaces
from vlsim.envs.task import Task, skills_of
from vlsim.envs.tasks import TASKS
from vlsim.envs.truth import Truth
from vlsim.errors import InvalidValueError
from vlsim.goals import Atom, Goal
from vlsim.instruction_sets import Written
from vlsim.interface.cameras import MAIN, check_image_size, choose_cameras
from vlsim.interface.conditions import Conditions
from vlsim.interface.environment import GroundTruth
from vlsim.interface.observation import (
    INSTRUCTION,
    MOST_STAGES,
    PROPRIO,
    SKILL_MASK,
    STAGE,
    TEXT_LENGTH,
)
from vlsim.language.vocabulary import VOCABULARY_SIZE
from vlsim.scenarios.scenario import Scenario, fit_scenario
from vlsim.scenarios.sets import chosen_set
from vlsim.scene.randomization import Randomizer, choose_terms
from vlsim.scene.randomization.sensing import LatencyTerm
from vlsim.scene.rest import first_pose, settle
from vlsim.scene.robot import Robot, find_robot
from vlsim.scene.simulation import PHYSICS_HZ, SUBSTEPS_PER_FRAME, Simulation
from vlsim.seeding import check_seed
from vlsim.skills import SKILLS
from vlsim.video import frames
from vlsim.world import SceneState, scene_from_json
from vlsim.world.camera import VIEWER, Camera
from vlsim.world.hand import HOME, EndEffectorTarget

Observation = dict[str, NDArray[Any]]


class TabletopEnv(gym.Env[Observation, Any]):
    """A robot carries out an instruction on a tabletop.

    Observation: `image` (H, W, 3) uint8 from the front camera, `instruction` (128,) token ids,
    `proprio` float32, `stage` (2,), how many stages of the goal are done and how many there are,
    `skill_mask` (S,), which motions its goals need: the same spaces for all tasks. On request
    `depth`, `segmentation`, and labels and privileged facts (training only, see
    `vlsim.interface.labels`).
    Another camera adds the same under its name: `image_wrist`, `depth_wrist`, …
    Action: entries in [-1, 1]; their meaning is the control mode's (see `vlsim.envs.control`).
    Entries outside are clipped, and actions that had some are counted in
    `info["clipped_actions"]`; a NaN or infinity is an error. In `discrete` it is a number.
    Reward: weighted differences of the goal's progress terms, and a bonus on the first
    success; every term is in `info["reward_terms"]`.
    Episode end: success terminates, and so does the last attempt of a `primitive`; the horizon of
    the other control modes truncates. An object that leaves the table terminates, too, without
    success; `info["lost_object"]` is its index, -1 as long as there is none.
    A pickled environment keeps its configuration, not its episode: the copy wants a reset.

    Args:
        config: What is made; `make_env(task, control, …)` builds one from its fields.

    Raises:
        UnknownNameError: If a task, control mode, robot, camera, set or term does not exist.
        InvalidValueError: If they do not go together.
    """

    metadata = {"render_modes": ["rgb_array"], "render_fps": 10}  # noqa: RUF012 (Gymnasium's contract)

    def __init__(self, config: EnvConfig) -> None:
        """See the class."""
        self.config = config
        self.task = config.task if isinstance(config.task, Task) else TASKS[config.task]
        self.scenario_config = self.task.scenario.changed(config.scenario or {})
        robot = find_robot(config.robot)
        self.robot = robot.with_firm_grip() if self.task.firm_grip else robot
        make_control = CONTROLS[config.control]
        check_ability(self.task, config.control, self.robot)
        self.control = make_control(skills_of(self.scenario_config.goals), self.robot)
        # What does not exist, or has nothing for this task, is refused here, not at a reset.
        self._set = chosen_set(config.instruction_set, self.task.name, self.scenario_config)
        # A file is called by its path, so that a copy of this environment finds it.
        is_file = isinstance(self._set, Written)
        self.instruction_set = config.instruction_set if is_file else self._set.name
        self.render_mode = config.render_mode
        most_motions = MOST_MOTIONS if self.task.per_motion else 1
        self._max_episode_steps = self.task.horizon[config.control] * most_motions
        self._cameras = choose_cameras(config.cameras)
        conditions = choose_terms(self._set.randomization)
        self._terms = choose_terms({**conditions, **choose_terms(config.randomization)})
        self.action_space = self.control.space
        self.observation_space: spaces.Dict = self._observation_space()  # type: ignore[assignment]
        self._simulation = Simulation(self.robot)
        self._episode: RunningEpisode | None = None

    def _observation_space(self) -> spaces.Dict:
        config, limit = self.config, np.float32(10.0)
        n_skills = len(SKILLS)
        space: dict[str, spaces.Space[Any]] = {
            **picture_spaces(self._cameras, config),
            INSTRUCTION: spaces.Box(0, VOCABULARY_SIZE - 1, (TEXT_LENGTH,), np.int64),
            PROPRIO: spaces.Box(-limit, limit, (self.control.channels.n_proprio,), np.float32),
            STAGE: spaces.Box(0, MOST_STAGES, (2,), np.int64),
            SKILL_MASK: spaces.MultiBinary(n_skills),
        }
        if config.privileged:
            space |= privileged_spaces()
        return spaces.Dict(space)

    @property
    def episode(self) -> RunningEpisode:
        """The episode that is under way.

        Raises:
            ResetNeeded: If there is none.
        """
        if self._episode is None:
            raise gym.error.ResetNeeded("Call reset first: no episode is under way.")
        return self._episode

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Observation, dict[str, Any]]:
        """Begin an episode; the same seed gives the same one, bit for bit.

        Args:
            seed: Seeds scene, instruction and noise, 0 to 2**63 - 1; without one the episode
                follows from the last.
            options: May ask for an "instruction" (words), a "goal" (a `Goal` or its JSON) and a
                "scene" (a `SceneState` or its JSON). A scene has to be at rest: what moves by more
                than 3 mm in a second, overlaps, or is not on the table is refused. A hand that is
                not at home in it begins where it is.

        Raises:
            InstructionError: If the words cannot be understood, or do not fit the scene.
            InvalidValueError: If the seed or an option is unknown or malformed.
            PlacementError: If the objects do not fit on the table.
        """
        if not isinstance(options, Mapping | None):
            raise InvalidValueError(
                "options must be a mapping with 'instruction', 'goal' or 'scene', or None, got "
                f"{options!r:.80}."
            )
        if seed is None:
            episode_seed = int(deepcopy(self.np_random).integers(2**62))
        else:
            episode_seed = seed = check_seed(seed)
        asked = dict(options or {})
        # LeRobot sends this with every reset of an evaluation.
        asked.pop("lerobot_new_rollout", None)
        scene = asked.pop("scene", None)
        start = settled = None
        if scene is not None:
            scene = scene_from_json(scene.to_json() if isinstance(scene, SceneState) else scene)
            start = first_pose(scene, self.robot)
            if start is not None:
                self.control.check_start(start)
            settled = settle(scene, self.robot, start)
        scenario = fit_scenario(
            self.scenario_config,
            self._set,
            episode_seed,
            text=asked.pop("instruction", None),
            goal=asked.pop("goal", None),
            scene=scene,
        )
        if asked:
            raise InvalidValueError(
                f"No reset option {next(iter(asked))!r}. Known: instruction, goal, scene."
            )
        if settled is not None:
            scenario.goal.check(settled)
        self._begin(scenario, episode_seed, start)
        # Last: a reset that was refused leaves the episodes that follow as they are.
        super().reset(seed=seed)
        if seed is None:
            self.np_random.integers(2**62)
        return self._observe(), self.episode.info()

    def _begin(
        self, scenario: Scenario, episode_seed: int, start: EndEffectorTarget | None
    ) -> None:
        # First what can fail: a refused reset leaves the running episode as it is.
        randomizer = Randomizer(self._terms, self._cameras)
        sensors = Sensors(self.config, episode_seed, late=LatencyTerm.name in self._terms)
        # A goal that was asked for may be another task's.
        asked = (atom.name for atom in scenario.goal.atoms)
        skills = skills_of({*self.scenario_config.goals, *asked})
        episode = RunningEpisode(
            episode_seed, scenario, sensors, randomizer, skills, self.control.size
        )
        drawn = randomizer.begin(episode_seed, scenario.scene)
        start = start or drawn
        self.control.episode_skills = skills
        self._simulation.reset(scenario.scene, start)
        randomizer.apply(self._simulation)
        self.control.reset(self._simulation, start or HOME)
        scene = self._simulation.state()
        referee = Referee(self.task, self.control.name, scenario.goal, scene)
        episode.begin(scene, referee)
        self._episode = episode

    def step(
        self,
        action: Any,  # noqa: ANN401
    ) -> tuple[Observation, float, bool, bool, dict[str, Any]]:
        """Carry out one action.

        Raises:
            InvalidValueError: If `action` is not one of the control mode's.
            SimulationError: If an entry of `action` is not finite.
        """
        episode, referee = self.episode, self.episode.referee
        entries, was_clipped = self.control.read(action)
        episode.n_clipped += was_clipped
        camera, late = self.front_camera, episode.latency("action")
        self.control.carry_out(self._simulation, entries, camera, late)
        episode.previous_action = entries
        episode.randomizer.advance(referee.steps + 1, self._simulation)
        episode.scene = self._simulation.state()
        reward = referee.judge(episode.scene)
        spent = referee.is_spent
        is_last = spent and self.control.counts_attempts
        terminated = referee.is_success or referee.has_lost or is_last
        truncated = spent and not terminated
        # In this order: `info` has the cameras of the pictures that were just taken.
        observation, info = self._observe(), episode.info()
        if terminated or truncated:
            info["failure"] = referee.failure(episode.scene)
        return observation, reward, terminated, truncated, info

    def _observe(self) -> Observation:
        episode = self.episode
        # A whole motion ends at rest: a moment earlier everything looks the same.
        age = 0 if self.control.counts_attempts else episode.latency("observation")
        sensed = episode.sense(self._simulation, age)
        observation: Observation = {
            **sensed.pictures,
            INSTRUCTION: episode.tokens.copy(),
            PROPRIO: np.concatenate([sensed.measured, episode.previous_action], dtype=np.float32),
            STAGE: np.array(episode.referee.stages, np.int64),
            SKILL_MASK: episode.skill_mask.copy(),
        }
        if self.config.privileged:
            done = episode.referee.steps / episode.referee.n_steps
            observation |= privileged(episode.scene, self.roles, done, sensed)
        return observation

    @property
    def scene(self) -> SceneState:
        """The facts now."""
        return self.episode.scene

    @property
    def initial_scene(self) -> SceneState:
        """The facts at the reset."""
        return self.episode.initial_scene

    @property
    def goal(self) -> Goal:
        """What is asked for."""
        return self.episode.goal

    @property
    def task_description(self) -> str:
        """The instruction in words."""
        return self.episode.text

    @property
    def episode_seed(self) -> int:
        """Seed that the running episode belongs to."""
        return self.episode.seed

    @property
    def bound_goal(self) -> Atom:
        """What to do next: the goal, or its first part that is not done, bound to its objects."""
        return self.episode.referee.atom

    @property
    def roles(self) -> dict[str, int]:
        """Index of the object in each slot: the target is what the present motion is about."""
        return self.episode.referee.roles

    @property
    def front_camera(self) -> Camera:
        """Where the front camera was when the last observed picture was taken."""
        return self.episode.sensed.cameras[MAIN]

    def render(self) -> NDArray[np.uint8]:
        """Return a picture for people, the instruction written below it. Shape (S + bar, S, 3).

        The bar is equally high for every instruction of a task: vectors of environments of one task
        stack the pictures.
        """
        words = self.task_description or "(no instruction)"
        frame = self._simulation.render(VIEWER, self.config.render_size, shadow=True).rgb
        n_words = self.scenario_config.n_words
        return frames.caption(frame, words, lines=frames.lines_for(n_words))

    def camera_picture(self, name: str, size: int) -> NDArray[np.uint8]:
        """Return what one of the cameras sees now. Shape (size, size, 3), uint8."""
        camera = self.episode.randomizer.cameras[name]
        return self._simulation.render(camera, check_image_size(size)).rgb

    @property
    def conditions(self) -> Conditions:
        """What a policy has to fit."""
        cameras = dict.fromkeys(self._cameras, self.config.image_size)
        return Conditions(self.control.name, self.robot.name, cameras)

    @property
    def ground_truth(self) -> GroundTruth:
        """What is true in the running episode, for policies that know instead of looking."""
        return Truth(self)

    @property
    def simulated_robot(self) -> Robot:
        """The robot in the simulation, for its joints and its inverse kinematics."""
        return self._simulation.robot

    def film(self, callback: Callable[[], None] | None) -> float:
        """Call `callback` while the arm moves, or stop doing so. Returns the frames per second."""
        self._simulation.on_frame = callback
        return PHYSICS_HZ / SUBSTEPS_PER_FRAME

    def close(self) -> None:
        """Stop the simulator; closing twice is fine."""
        self._episode = None
        self._simulation.close()

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle the configuration: a simulator cannot be pickled, but it can be built again."""
        return TabletopEnv, (self.config,), {"spec": self.spec}

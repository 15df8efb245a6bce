"""The Gymnasium environment: a tabletop, a robot, and an instruction."""

from collections.abc import Callable, Mapping
from copy import deepcopy
from functools import partial
from typing import Any

import gymnasium as gym
import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from vlsim.envs.ability import check_ability
from vlsim.envs.control import CONTROLS
from vlsim.envs.privileged import privileged
from vlsim.envs.privileged import size as privileged_size
from vlsim.envs.referee import MOST_MOTIONS, Referee
from vlsim.envs.sensors import NO_NOISE, Delay, Sensors
from vlsim.envs.task import Task
from vlsim.envs.tasks import TASKS
from vlsim.errors import InvalidValueError
from vlsim.goals import Atom, Goal
from vlsim.instruction_sets import Written
from vlsim.interface.cameras import MAIN, CameraChoice, check_image_size, choose_cameras
from vlsim.interface.observation import INSTRUCTION, PRIVILEGED, PROPRIO
from vlsim.language.tokenizer import default_tokenizer
from vlsim.language.vocabulary import VOCABULARY_SIZE
from vlsim.robots.spec import RobotSpec
from vlsim.scenarios.scenario import Scenario, chosen_set, fit_scenario
from vlsim.scene.randomization import Randomizer, choose_terms
from vlsim.scene.randomization.randomizer import RandomizationChoice
from vlsim.scene.rest import first_pose, settle
from vlsim.scene.robot import Robot, find_robot
from vlsim.scene.simulation import PHYSICS_HZ, SUBSTEPS_PER_FRAME, Simulation
from vlsim.seeding import check_seed
from vlsim.video import frames
from vlsim.world import SceneState
from vlsim.world.camera import VIEWER, Camera
from vlsim.world.hand import HOME, EndEffectorTarget

Observation = dict[str, NDArray[Any]]
RENDER_SIZE = 480


class TabletopEnv(gym.Env[Observation, Any]):
    """A robot carries out an instruction on a tabletop.

    Observation: `image` (H, W, 3) uint8 from the front camera, `instruction` (L,) token ids,
    `proprio` float32; on request `depth`, `segmentation`, and `privileged` (training only).
    Another camera adds the same under its name: `image_wrist`, `depth_wrist`, …
    Action: entries in [-1, 1]; their meaning is the control mode's (see `vlsim.envs.control`).
    Entries outside are clipped, and actions that had some are counted in
    `info["clipped_actions"]`; a NaN or infinity is an error. In `discrete` it is a number.
    Reward: weighted differences of the goal's progress terms, and a bonus on the first
    success; every term is in `info["reward_terms"]`.
    Episode end: success terminates, and so does the last attempt of a `primitive`; the horizon of
    the other control modes truncates. An object that leaves the table terminates, too, without
    success; `info["lost_object"]` is its index, -1 as long as there is none.
    A pickled environment keeps its arguments, not its episode: the copy wants a reset.

    Args:
        task: Name of a task; `vlsim list tasks` shows them.
        control: "ee_delta", "primitive", "joint_delta", "planar" or "discrete".
        robot: Name of a robot, `vlsim list robots` shows them, or a `RobotSpec`.
        instruction_set: Which scenes and words are drawn: `vlsim list sets` shows them. Two that
            go together make a pair, "combo+background". The path of a JSON Lines file of
            sentences, such as "my.jsonl", is a set too (docs/sentences.md).
        image_size: Side of the picture, 32 to 512 pixels.
        privileged: Adds the training-only observation.
        depth: Adds `depth` (H, W) float32, metres, of every camera.
        segmentation: Adds `segmentation` (H, W) int32, object index or -1, of every camera.
        cameras: Names out of "front", "wrist" and "viewer", or names with cameras. "front" is
            there whether it is named or not, since `image` is its picture and `primitive` points
            into that. Their matrices are in `info["cameras"]`.
        randomization: What differs between episodes beside the scene: names of presets, or terms
            with their fields; see `docs/randomization.md`. The terms of the instruction set are
            added; of one that is in both, what is asked for here counts. What was drawn is in
            `info["randomization"]`.
        render_mode: "rgb_array" or None.
        render_size: Side of the pictures for people, 480 pixels or more.
        scenario: Overrides fields of the task's scenario, such as `{"n_movable": (2, 6)}`.
    """

    metadata = {"render_modes": ["rgb_array"], "render_fps": 10}  # noqa: RUF012 (Gymnasium's contract)

    def __init__(
        self,
        task: str | Task,
        *,
        control: str = "ee_delta",
        robot: str | RobotSpec = "panda",
        instruction_set: str = "seen",
        image_size: int = 64,
        privileged: bool = False,
        depth: bool = False,
        segmentation: bool = False,
        cameras: CameraChoice = (MAIN,),
        randomization: RandomizationChoice | None = None,
        render_mode: str | None = None,
        render_size: int = RENDER_SIZE,
        scenario: Mapping[str, Any] | None = None,
    ) -> None:
        """See the class."""
        # Copies: what the caller does with them later changes nothing here.
        task, robot, cameras = deepcopy(task), deepcopy(robot), deepcopy(cameras)
        randomization, scenario = deepcopy(randomization), deepcopy(scenario)
        self.task = task if isinstance(task, Task) else TASKS[task]
        self.config = self.task.scenario.changed(scenario or {})
        self._has_fixtures = self.config.n_fixtures[1] > 0
        self.control_name = control
        found = find_robot(robot)
        self.robot = found.with_firm_grip() if self.task.firm_grip else found
        CONTROLS[control]  # an unknown name is answered as such, not as something impossible
        check_ability(self.task, control, self.robot)
        self.control = CONTROLS[control](self.task.skills, self.robot)
        # What does not exist, or has nothing for this task, is refused here, not at a reset.
        self._set = chosen_set(instruction_set, self.task.name, self.config)
        # A file is called by its path, so that a copy of this environment finds it.
        self.instruction_set = instruction_set if isinstance(self._set, Written) else self._set.name
        self.image_size = check_image_size(image_size)
        if render_mode not in (None, "rgb_array"):
            raise InvalidValueError(
                f"render_mode must be 'rgb_array' or None, got {render_mode!r}."
            )
        if not isinstance(render_size, int) or render_size < RENDER_SIZE:
            raise InvalidValueError(
                f"render_size must be at least {RENDER_SIZE} pixels, got {render_size!r}."
            )
        for name, asked in (
            ("privileged", privileged),
            ("depth", depth),
            ("segmentation", segmentation),
        ):
            if not isinstance(asked, bool | np.bool_):
                raise InvalidValueError(f"{name} must be True or False, got {asked!r:.80}.")
        self.render_mode = render_mode
        self.render_size = render_size
        most_motions = MOST_MOTIONS if self.task.per_motion else 1
        self._max_episode_steps = self.task.horizon[control] * most_motions
        self._privileged = privileged
        chosen = choose_cameras(cameras)
        conditions = choose_terms(self._set.randomization)
        terms = choose_terms({**conditions, **choose_terms(randomization)})
        self._randomizer = Randomizer(terms, chosen)
        tilt = "tilt" in self.control.channels.pose
        self._sensors = Sensors(image_size, depth=depth, segmentation=segmentation, tilt=tilt)
        self._delay = Delay()
        self.action_space = self.control.space
        self.observation_space: spaces.Dict = self._observation_space(chosen)  # type: ignore[assignment]
        self._simulation = Simulation(self.robot)
        self._begun = False
        self._arguments: dict[str, Any] = {
            "task": task,
            "control": control,
            "robot": robot,
            "instruction_set": instruction_set,
            "image_size": image_size,
            "privileged": privileged,
            "depth": depth,
            "segmentation": segmentation,
            "cameras": cameras,
            "randomization": randomization,
            "render_mode": render_mode,
            "render_size": render_size,
            "scenario": scenario,
        }

    def _observation_space(self, cameras: Mapping[str, Camera]) -> spaces.Dict:
        limit = np.float32(10.0)
        found: dict[str, spaces.Space[Any]] = {
            **self._sensors.spaces(cameras),
            INSTRUCTION: spaces.Box(0, VOCABULARY_SIZE - 1, (self.config.n_words,), np.int64),
            PROPRIO: spaces.Box(-limit, limit, (self.control.channels.n_proprio,), np.float32),
        }
        if self._privileged:
            entries = privileged_size(with_fixtures=self._has_fixtures)
            found[PRIVILEGED] = spaces.Box(-np.inf, np.inf, (entries,), np.float32)
        return spaces.Dict(found)

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
            scene = SceneState.from_json(
                scene.to_json() if isinstance(scene, SceneState) else scene
            )
            start = first_pose(scene, self.robot)
            if start is not None:
                self.control.check_start(start)
            settled = settle(scene, self.robot, start)
        scenario = fit_scenario(
            self.config,
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
        return self._observe(), self._info()

    def _begin(
        self, scenario: Scenario, episode_seed: int, start: EndEffectorTarget | None
    ) -> None:
        # First what can fail: a refused reset leaves the running episode as it is.
        self._tokens = default_tokenizer().encode(scenario.text, self.config.n_words)
        self.episode_seed = episode_seed
        self.goal: Goal = scenario.goal
        self.task_description = scenario.text
        drawn = self._randomizer.begin(episode_seed, scenario.scene)
        start = start or drawn
        self._simulation.reset(scenario.scene, start)
        self._randomizer.apply(self._simulation)
        self.control.reset(self._simulation, start or HOME)
        self._sensors.begin(episode_seed)
        self._delay.begin()
        self.initial_scene = self.scene = self._simulation.state()
        self._referee = Referee(self.task, self.control_name, self.goal, self.scene)
        self._previous_action = np.zeros(self.control.size, np.float32)
        self._clipped = 0
        self._begun = True

    def step(
        self,
        action: Any,  # noqa: ANN401
    ) -> tuple[Observation, float, bool, bool, dict[str, Any]]:
        """Carry out one action.

        Raises:
            InvalidValueError: If `action` is not one of the control mode's.
            SimulationError: If an entry of `action` is not finite.
        """
        if not self._begun:
            raise gym.error.ResetNeeded("Call reset before step.")
        entries, was_clipped = self.control.read(action)
        self._clipped += was_clipped
        self._act(entries)
        self._previous_action = entries
        self._randomizer.advance(self._referee.steps + 1, self._simulation)
        self.scene = self._simulation.state()
        referee = self._referee
        reward = referee.judge(self.scene)
        spent = referee.is_spent
        is_last = spent and self.control.counts_attempts
        terminated = referee.is_success or referee.has_lost or is_last
        truncated = spent and not terminated
        # In this order: `info` has the cameras of the pictures that were just taken.
        observation, info = self._observe(), self._info()
        if terminated or truncated:
            info["failure"] = referee.failure(self.scene)
        return observation, reward, terminated, truncated, info

    def _act(self, action: NDArray[np.float32]) -> None:
        self.control.camera = self.front_camera
        late = self._late("action")
        if self.control.counts_attempts:
            # A whole motion begins late; it is not put off until the next attempt.
            for _ in range(late):
                self._simulation.wait()
            self.control.apply(self._simulation, action)
            return
        arrived = self._delay.pass_on(action, late)
        if arrived is None:
            self._simulation.wait()
        else:
            self.control.apply(self._simulation, arrived)

    def _late(self, what: str) -> int:
        return int(self._randomizer.values.get("latency", {}).get(what, 0))

    def _observe(self) -> Observation:
        scene, values = self.scene, self._randomizer.values
        # A whole motion ends at rest: a moment earlier everything looks the same.
        age = 0 if self.control.counts_attempts else self._late("observation")
        sensed = self._sensors.sense(
            self._simulation, scene, self._randomizer.cameras, values.get("noise", NO_NOISE), age
        )
        self._cameras = sensed.cameras
        observation: Observation = {
            **sensed.pictures,
            INSTRUCTION: self._tokens.copy(),
            PROPRIO: np.concatenate([sensed.measured, self._previous_action]).astype(np.float32),
        }
        if self._privileged:
            done = self._referee.steps / self._referee.n_steps
            observation[PRIVILEGED] = privileged(
                scene,
                self.roles,
                done,
                self.front_camera,
                sensed.scene,
                with_fixtures=self._has_fixtures,
            )
        return observation

    def _info(self) -> dict[str, Any]:
        return {
            "instruction": self.task_description,
            **self._referee.info(self.scene),
            "state_hash": self.scene.digest(),
            "clipped_actions": self._clipped,
            "episode_seed": self.episode_seed,
            "cameras": self._sensors.describe(self._cameras),
            "randomization": deepcopy(self._randomizer.values),
        }

    @property
    def bound_goal(self) -> Atom:
        """What to do next: the goal, or its first part that is not done, bound to its objects."""
        return self._referee.atom

    @property
    def roles(self) -> dict[str, int]:
        """Index of the object in each slot: the target is what the present motion is about."""
        return self._referee.roles

    @property
    def front_camera(self) -> Camera:
        """Where the front camera was when the last observed picture was taken."""
        return self._cameras[MAIN]

    def render(self) -> NDArray[np.uint8]:
        """Return a picture for people, the instruction written below it. Shape (S + bar, S, 3).

        The bar is equally high for every instruction of a task: vectors of environments stack the
        pictures.
        """
        if not self._begun:
            raise gym.error.ResetNeeded("Call reset before render.")
        frame = self._simulation.render(VIEWER, self.render_size, shadow=True).rgb
        words = self.task_description or "(no instruction)"
        return frames.caption(frame, words, lines=frames.lines_for(self.config.n_words))

    def front_picture(self, size: int) -> NDArray[np.uint8]:
        """Return what the policy's camera sees, at another size. Shape (size, size, 3), uint8."""
        return self.camera_picture(MAIN, size)

    def camera_picture(self, name: str, size: int) -> NDArray[np.uint8]:
        """Return what one of the cameras sees now. Shape (size, size, 3), uint8."""
        camera = self._randomizer.cameras[name]
        return self._simulation.render(camera, check_image_size(size)).rgb

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
        self._begun = False
        self._simulation.close()

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle the arguments: a simulator cannot be pickled, but it can be built again."""
        return partial(TabletopEnv, **self._arguments), (), {"spec": self.spec}

"""A trained policy, loaded from its bundle, over any engine.

Neither the simulator nor environments are needed, and torch only by the engine of that name: this
is what runs on a robot's computer.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from vlsim.deploy.bundle import Bundle, load_bundle
from vlsim.deploy.engines import ENGINES, Computing, Engine, Reply, TextArrays
from vlsim.deploy.golden import check_golden
from vlsim.deploy.inputs import check_rows, checked_inputs, checked_proprio
from vlsim.deploy.manifest import MANIFEST, TOKENIZER
from vlsim.deploy.pictures import PictureSource, read_picture
from vlsim.deploy.sizes import actor_spec, read_sizes
from vlsim.errors import BundleError, InvalidValueError, UnknownNameError
from vlsim.interface.cameras import MAIN
from vlsim.interface.observation import IMAGE, PROPRIO, TEXT_LENGTH, camera_key, channels, undecided
from vlsim.interface.policy import Observations, PolicySpec
from vlsim.interface.preprocess import fit_picture
from vlsim.language.tokenizer import InstructionTokenizer
from vlsim.models.config import POINTED, ActorConfig
from vlsim.world.hand import AT_HOME

Views: TypeAlias = PictureSource | Mapping[str, PictureSource]
"""A picture of the front camera, or one of each camera, by name."""
MOST_SENTENCES = 256
"""That a policy keeps the text of; others are read again."""


class EnginePolicy:
    """Acts as the network of a bundle says, without noise.

    Args:
        name: What the policy is called.
        engine: Computes the network.
        sizes: What the network reads and does.
        spec: What the policy needs.
        tokenizer: Of its words; others are unknown to it.
        blind: Whether it never gets a word.
    """

    def __init__(
        self,
        name: str,
        engine: Engine,
        sizes: ActorConfig,
        spec: PolicySpec,
        tokenizer: InstructionTokenizer,
        *,
        blind: bool = False,
    ) -> None:
        """Wrap an engine."""
        self.name, self.spec = name, spec
        self._engine, self._sizes, self._tokenizer, self._blind = engine, sizes, tokenizer, blind
        self._text: TextArrays | None = None
        own = sizes.channels
        self._whole = channels(sizes.control, own.n_joints)
        self._proprio, self._action = own.columns_in(self._whole)
        self._rest = undecided(own, self._whole)
        # The same words come again and again: at each reset, and from each client of a server.
        self._read = lru_cache(MOST_SENTENCES)(self._text_of)

    @property
    def n_proprio(self) -> int:
        """Numbers of proprioception in an observation: the pose, and the previous action."""
        return self._whole.n_proprio

    def reset(self, seeds: Sequence[int], instructions: Sequence[str]) -> None:
        """Read what each row is told to do; there is no chance.

        Raises:
            InstructionError: If a sentence has more than `TEXT_LENGTH` words.
            InvalidValueError: If there is not one sentence for each seed.
        """
        check_rows(seeds, instructions)
        # Each sentence by itself and once: the last bits of an action must not depend on which
        # other sentences are in the batch.
        texts = {words: self._read(words) for words in dict.fromkeys(instructions)}
        self._text = TextArrays.stacked([texts[words] for words in instructions])

    def act(self, observations: Observations) -> NDArray[np.float32]:
        """Return actions in [-1, 1], one for each row. Shape (B, 1, A)."""
        best = self._reply(observations).actions
        actions = np.tile(self._rest, (len(best), 1, 1))
        actions[:, 0, self._action] = best
        return actions

    def act_as_told(
        self, observations: Observations, instructions: Sequence[str]
    ) -> NDArray[np.float32]:
        """Return actions for rows of any episodes: there is no memory. Shape (B, 1, A)."""
        self.reset(range(len(instructions)), instructions)
        return self.act(observations)

    def observe(
        self,
        picture: Views,
        *others: Views,
        proprio: Sequence[float] | None = None,
    ) -> Observations:
        """Return observations of pictures, one a row, that `act` reads.

        Args:
            picture: A file, or pixels (H, W, 3) uint8, as the front camera of the bundle's
                `manifest.json` would see the table; `fit_picture` brings it to the policy's size.
                For a policy that sees through several cameras, one of each, by name.
            *others: Pictures of further rows.
            proprio: Pose of the hand and previous action, as in an observation; the same for all
                rows. Without it the hand is at home with open fingers, as where a `primitive`
                begins.

        Raises:
            InvalidValueError: If a picture cannot be read or is of a camera that the policy does
                not see through, `proprio` is no such row, or a policy that steers the hand is not
                told where it is.
        """
        config = self._sizes
        if proprio is None:
            if config.control != POINTED:
                names = ", ".join(self._whole.pose)
                raise InvalidValueError(
                    f"A policy for control '{config.control}' needs 'proprio', {names} and the "
                    f"previous action ({self._whole.n_proprio} numbers), got none."
                )
            proprio = (*AT_HOME, *[0.0] * self._whole.n_actions)
        measured = checked_proprio(self.name, proprio, self._whole.n_proprio)
        rows = (picture, *others)
        views = {
            camera_key(IMAGE, camera): np.stack([self._view(row, camera) for row in rows])
            for camera in config.backbone.cameras
        }
        return {**views, PROPRIO: np.tile(measured, (len(rows), 1))}

    def _view(self, row: Views, camera: str) -> NDArray[np.uint8]:
        views = row if isinstance(row, Mapping) else {MAIN: row}
        if unknown := [name for name in views if name not in self.spec.cameras]:
            raise UnknownNameError(
                f"camera of the policy '{self.name}'", str(unknown[0]), self.spec.cameras
            )
        if camera not in views:
            raise InvalidValueError(
                f"The policy '{self.name}' sees through {', '.join(self.spec.cameras)}, and there "
                f"is no picture of '{camera}'; give one of each, by name."
            )
        return fit_picture(read_picture(views[camera]), self._sizes.backbone.image_size)

    def attention(self, observations: Observations) -> dict[str, NDArray[np.float32]]:
        """Return where the policy looks for each of its roles. Shapes (B, h, w), of sum 1 each."""
        maps = self._reply(observations).attention
        return {role: maps[:, i] for i, role in enumerate(self._sizes.backbone.roles)}

    def _reply(self, observations: Observations) -> Reply:
        image, whole = checked_inputs(self.name, self._sizes, observations, self._whole.n_proprio)
        if self._text is None or len(self._text) != len(image):
            n_begun = 0 if self._text is None else len(self._text)
            raise InvalidValueError(
                f"The policy '{self.name}' was told what to do in {n_begun} rows and is shown "
                f"{len(image)}; call reset(seeds, instructions) with one of each for every row."
            )
        return self._engine.act(image, self._text, whole[:, self._proprio])

    def _text_of(self, words: str) -> TextArrays:
        n_words = max(self._sizes.n_words, self._tokenizer.n_words(words))
        ids = self._tokenizer.encode(words, min(n_words, TEXT_LENGTH))[None]
        return self._engine.read(np.zeros_like(ids) if self._blind else ids)


def load_engine_policy(
    name: str, folder: Path, engine: str = "torch", computing: Computing | None = None
) -> EnginePolicy:
    """Load a bundle, check it against its golden outputs on the engine, and return its policy.

    Args:
        name: What the policy is called.
        folder: The bundle.
        engine: Name of an engine.
        computing: How it computes.

    Raises:
        BundleError: If the bundle is damaged, or the network does not give what it gave when saved.
        InvalidValueError: If the engine cannot compute so.
        MissingExtraError: If a package of the engine is missing.
        UnknownNameError: If there is no such engine.
    """
    open_engine = ENGINES[engine]
    bundle = load_bundle(folder)
    return open_policy(name, open_engine(bundle, computing or Computing()), bundle)


def open_policy(name: str, engine: Engine, bundle: Bundle) -> EnginePolicy:
    """Return the policy of a bundle on an engine that was opened for it.

    Raises:
        BundleError: If parts of the bundle do not fit each other, or the engine does not give what
            was given when it was saved.
    """
    folder = bundle.folder
    sizes, blind = read_sizes(bundle)
    try:
        tokenizer = InstructionTokenizer.from_json(bundle.tokenizer_json)
    except InvalidValueError as error:
        raise BundleError(f"{folder}/{TOKENIZER}: {error}") from error
    most = sizes.backbone.vocabulary_size
    if tokenizer.vocabulary_size > most:
        raise BundleError(
            f"{folder}/{TOKENIZER} has {tokenizer.vocabulary_size} token ids, its network {most}."
        )
    if (stated := bundle.manifest.spec) != (own := actor_spec(sizes, stated.robot)):
        raise BundleError(f"{folder}/{MANIFEST} states {stated}; its network is for {own}.")
    check_golden(name, engine, sizes, bundle, blind=blind)
    return EnginePolicy(name, engine, sizes, stated, tokenizer, blind=blind)

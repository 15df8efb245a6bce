"""A trained policy, loaded from its bundle; neither the simulator nor environments are needed."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

import numpy as np
import torch
from numpy.typing import NDArray

from vlsim.deploy.bundle import load_bundle
from vlsim.deploy.inputs import AT_HOME, check_rows, checked_inputs, checked_proprio
from vlsim.deploy.manifest import MANIFEST, TOKENIZER
from vlsim.deploy.network import actor_spec, best_actions, build_actor, check_golden, look, read
from vlsim.deploy.pictures import PictureSource, read_picture
from vlsim.errors import BundleError, InvalidValueError, UnknownNameError
from vlsim.interface.cameras import MAIN
from vlsim.interface.observation import IMAGE, PROPRIO, TEXT_LENGTH, camera_key, channels, undecided
from vlsim.interface.policy import Observations, PolicySpec
from vlsim.interface.preprocess import fit_picture
from vlsim.language.tokenizer import InstructionTokenizer
from vlsim.models.actor import Actor
from vlsim.models.config import POINTED
from vlsim.models.device import check_device
from vlsim.models.fusion import Fused
from vlsim.models.tokens import TextTokens

Views: TypeAlias = PictureSource | Mapping[str, PictureSource]
"""A picture of the front camera, or one of each camera, by name."""


class TorchPolicy:
    """Acts as the actor of a bundle says, without noise.

    Args:
        name: What the policy is called.
        actor: The network.
        spec: What it needs.
        tokenizer: Of its words; others are unknown to it.
        blind: Whether it never gets a word.
    """

    def __init__(
        self,
        name: str,
        actor: Actor,
        spec: PolicySpec,
        tokenizer: InstructionTokenizer,
        *,
        blind: bool = False,
    ) -> None:
        """Wrap an actor."""
        self.name, self.spec = name, spec
        self._actor, self._tokenizer, self._blind = actor.eval(), tokenizer, blind
        self._text: TextTokens | None = None
        own = actor.config.channels
        self._whole = channels(actor.config.control, own.n_joints)
        self._proprio, self._action = own.columns_in(self._whole)
        self._rest = undecided(own, self._whole)

    @torch.no_grad()
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
        self._text = TextTokens.stacked([texts[words] for words in instructions])

    @torch.no_grad()
    def act(self, observations: Observations) -> NDArray[np.float32]:
        """Return actions in [-1, 1], one for each row. Shape (B, 1, A)."""
        rows, _ = self._look(observations)
        best = best_actions(self._actor, rows)
        actions = np.tile(self._rest, (len(best), 1, 1))
        actions[:, 0, self._action] = best
        return actions

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
        config = self._actor.config
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
        return fit_picture(read_picture(views[camera]), self._actor.config.backbone.image_size)

    @torch.no_grad()
    def attention(self, observations: Observations) -> dict[str, NDArray[np.float32]]:
        """Return where the policy looks for each of its roles. Shapes (B, h, w), of sum 1 each."""
        _, found = self._look(observations)
        side, roles = self._actor.backbone.vision.side, self._actor.config.backbone.roles
        maps = torch.softmax(found.scores, dim=-1).cpu()
        return {role: maps[:, i].view(-1, side, side).numpy() for i, role in enumerate(roles)}

    def _look(self, observations: Observations) -> tuple[torch.Tensor, Fused]:
        config = self._actor.config
        image, whole = checked_inputs(self.name, config, observations, self._whole.n_proprio)
        proprio = whole[:, self._proprio]
        if self._text is None or len(self._text.mask) != len(image):
            n_begun = 0 if self._text is None else len(self._text.mask)
            raise InvalidValueError(
                f"The policy '{self.name}' was told what to do in {n_begun} rows and is shown "
                f"{len(image)}; call reset(seeds, instructions) with one of each for every row."
            )
        return look(self._actor, image, self._text, proprio)

    def _read(self, words: str) -> TextTokens:
        actor, tokenizer = self._actor, self._tokenizer
        n_words = min(max(actor.config.n_words, tokenizer.n_words(words)), TEXT_LENGTH)
        ids = tokenizer.encode(words, n_words)[None]
        return read(actor, np.zeros_like(ids) if self._blind else ids)


def load_torch_policy(name: str, folder: Path, device: str = "cpu") -> TorchPolicy:
    """Load a bundle, check it against its golden outputs on the CPU, and return its policy.

    Args:
        name: What the policy is called.
        folder: The bundle.
        device: Where the policy computes.

    Raises:
        BundleError: If the bundle is damaged, or the network does not give what it gave when saved.
        InvalidValueError: If there is no such device.
    """
    check_device(device)
    bundle = load_bundle(folder)
    actor = build_actor(bundle).eval()
    blind = bool(bundle.config.get("blind", False))
    try:
        tokenizer = InstructionTokenizer.from_json(bundle.tokenizer_json)
    except InvalidValueError as error:
        raise BundleError(f"{folder}/{TOKENIZER}: {error}") from error
    most = actor.config.backbone.vocabulary_size
    if tokenizer.vocabulary_size > most:
        raise BundleError(
            f"{folder}/{TOKENIZER} has {tokenizer.vocabulary_size} token ids, its network {most}."
        )
    if (stated := bundle.manifest.spec) != (own := actor_spec(actor.config, stated.robot)):
        raise BundleError(f"{folder}/{MANIFEST} states {stated}; its network is for {own}.")
    check_golden(name, actor, bundle, blind=blind)
    return TorchPolicy(name, actor.to(device), stated, tokenizer, blind=blind)

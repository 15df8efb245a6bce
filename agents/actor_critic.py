"""The vision-language actor with a privileged critic, as a Stable-Baselines3 policy."""

from collections.abc import Mapping
from typing import Any

import torch
from gymnasium import spaces
from stable_baselines3.common.policies import ActorCriticPolicy
from stable_baselines3.common.torch_layers import BaseFeaturesExtractor
from stable_baselines3.common.type_aliases import Schedule
from torch import Tensor, nn

from vlsim.agents.exploration import Exploration
from vlsim.interface.labels import LABEL_POINTS, LABEL_PRESENT, ROLES
from vlsim.interface.observation import IMAGE, INSTRUCTION, PRIVILEGED, PROPRIO, channels, undecided
from vlsim.models.actor import Actor
from vlsim.models.config import ActorConfig
from vlsim.models.heads import HEADS
from vlsim.objectives import Batch, Objectives
from vlsim.objectives.batch import PRESENT, TRAJECTORY, UV, as_steps


class ActorExtractor(BaseFeaturesExtractor):
    """One row per observation: what the actor sees, then the facts that only the critic may see.

    Everything runs in here because Stable-Baselines3 calls an extractor, unlike a policy's own
    `extract_features`, in rollouts, updates and predictions alike.
    """

    batch: Batch
    """What the last call saw: the objectives learn from it."""

    def __init__(
        self,
        observation_space: spaces.Dict,
        actor: Actor,
        objectives: Objectives,
        blind: bool = False,
    ) -> None:
        """Wrap `actor` and what it learns beside acting; a blind one never gets a word."""
        self.n_privileged = int(observation_space[PRIVILEGED].shape[0])  # type: ignore[index]
        super().__init__(observation_space, actor.config.n_features + self.n_privileged)
        self.actor, self.objectives = actor, objectives
        self.blind = blind
        config = actor.config
        environment = channels(config.control, config.channels.n_joints)
        self.proprio_columns, self.action_columns = config.channels.columns_in(environment)
        self.undecided = undecided(config.channels, environment)

    def forward(self, observations: dict[str, Tensor]) -> Tensor:
        """Return rows (B, F + P); facts that are absent are zero, as in evaluation."""
        # Beyond the longest sentence of the task there is only padding.
        tokens = observations[INSTRUCTION][:, : self.actor.config.n_words].long()
        if self.blind:
            tokens = torch.zeros_like(tokens)
        views = [observations[key] for key in self.actor.config.backbone.image_keys]
        data = {
            IMAGE: torch.stack(views, dim=1),
            INSTRUCTION: tokens[:, None],
            PROPRIO: observations[PROPRIO][:, self.proprio_columns],
        }
        facts = observations.get(PRIVILEGED)
        if facts is None:
            facts = data[PROPRIO].new_zeros(len(tokens), self.n_privileged)
        else:
            # One sentence each.
            data[UV] = observations[LABEL_POINTS].view(-1, 1, len(ROLES), 2)
            data[PRESENT] = observations[LABEL_PRESENT][:, None] > 0
        self.batch = Batch(self.actor, data, self.objectives.heads)
        return torch.cat([self.batch.rows, facts], dim=1)

    def batch_with(self, actions: Tensor) -> Batch:
        """Return what the last call saw, with the actions (B, A) that were taken there."""
        steps = as_steps(self.batch[PROPRIO], actions[:, self.action_columns])
        return self.batch.added({TRAJECTORY: steps[:, None]})


class SplitLatents(nn.Module):
    """Gives the actor's head its columns and the critic the others."""

    def __init__(self, n_actor: int, n_privileged: int) -> None:
        """Split after `n_actor` columns."""
        super().__init__()
        self.latent_dim_pi, self.latent_dim_vf = n_actor, n_privileged

    def forward(self, features: Tensor) -> tuple[Tensor, Tensor]:
        """Return what actor and critic read."""
        return self.forward_actor(features), self.forward_critic(features)

    def forward_actor(self, features: Tensor) -> Tensor:
        """Return the actor's columns."""
        return features[:, : self.latent_dim_pi]

    def forward_critic(self, features: Tensor) -> Tensor:
        """Return the critic's columns."""
        return features[:, self.latent_dim_pi :]


class VisionLanguagePolicy(ActorCriticPolicy):
    """Explores around the actor's actions as its head says; values from privileged facts.

    Args:
        observation_space: Of an environment of `EnvConfig(privileged=True)`.
        action_space: Of the same.
        lr_schedule: Learning rate by remaining progress.
        actor: Sizes of the actor.
        weights: Of the objectives beside PPO, by name.
        log_std_init: Logarithm of the first standard deviation of what is Gaussian in actions.
        blind: Train without ever seeing the words.
        **kwargs: Of `ActorCriticPolicy`.
    """

    def __init__(
        self,
        observation_space: spaces.Dict,
        action_space: spaces.Box,
        lr_schedule: Schedule,
        actor: ActorConfig,
        weights: Mapping[str, float],
        log_std_init: float,
        blind: bool = False,
        **kwargs: Any,
    ) -> None:
        """See the class."""
        super().__init__(
            observation_space,
            action_space,
            lr_schedule,
            features_extractor_class=ActorExtractor,
            features_extractor_kwargs={
                "actor": Actor(actor),
                "objectives": Objectives(weights, actor.backbone),
                "blind": blind,
            },
            log_std_init=log_std_init,
            # Orthogonal initialisation would overwrite the actor's own.
            ortho_init=False,
            **kwargs,
        )

    @property
    def extractor(self) -> ActorExtractor:
        """The features extractor, typed."""
        assert isinstance(self.features_extractor, ActorExtractor)
        return self.features_extractor

    @property
    def actor(self) -> Actor:
        """The network that is deployed."""
        return self.extractor.actor

    @property
    def objectives(self) -> Objectives:
        """What is learned beside acting."""
        return self.extractor.objectives

    def _build(self, lr_schedule: Schedule) -> None:
        actor = self.actor
        self.mlp_extractor = SplitLatents(actor.config.n_features, self.extractor.n_privileged)  # type: ignore[assignment]
        self.action_net = actor.head
        n_gaussian, n_facts = actor.head.n_gaussian, self.extractor.n_privileged
        self.log_std = nn.Parameter(torch.full((n_gaussian,), float(self.log_std_init)))
        self.value_net = HEADS["value"](n_facts, actor.config)  # type: ignore[assignment]
        grounding = list(actor.backbone.parameters())
        known = {id(parameter) for parameter in grounding}
        others = [parameter for parameter in self.parameters() if id(parameter) not in known]
        groups = [{"params": others}, {"params": grounding}]
        self.optimizer = torch.optim.Adam(groups, lr=lr_schedule(1), **self.optimizer_kwargs)

    def _get_action_dist_from_latent(self, latent_pi: Tensor) -> Exploration:  # type: ignore[override]
        extractor = self.extractor
        columns, rest = extractor.action_columns, extractor.undecided
        return Exploration(self.actor.head, latent_pi, self.log_std, columns, rest)

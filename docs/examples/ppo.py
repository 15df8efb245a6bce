"""PPO in one file, in the manner of CleanRL: read it, copy it, change it.

python docs/examples/ppo.py --control primitive --steps 20000
"""

import gymnasium as gym
import torch
import tyro
from gymnasium.vector import AutoresetMode, VectorEnv
from torch import Tensor, nn
from torch.distributions import Normal

N_STEPS, N_EPOCHS, BATCH_SIZE, GAMMA, GAE_LAMBDA, CLIP_RANGE = 128, 4, 256, 0.97, 0.95, 0.2


class Agent(nn.Module):
    """Picture, words and pose to a distribution of actions and a value."""

    def __init__(self, observed: gym.spaces.Dict, action_size: int) -> None:
        super().__init__()
        layers = [nn.Conv2d(3, 32, 5, 2), nn.ReLU(), nn.Conv2d(32, 32, 3, 2), nn.ReLU()]
        self.see = nn.Sequential(*layers, nn.Flatten(), nn.LazyLinear(128), nn.ReLU())
        n_words = int(observed["instruction"].high.max()) + 1
        self.read = nn.EmbeddingBag(n_words, 64, mode="sum", padding_idx=0)
        self.think = nn.Sequential(nn.LazyLinear(128), nn.Tanh())
        self.actor, self.critic = nn.Linear(128, action_size), nn.Linear(128, 1)
        self.log_std = nn.Parameter(torch.full((action_size,), -0.5))

    def forward(self, obs: dict[str, Tensor]) -> tuple[Normal, Tensor]:
        seen = self.see(obs["image"].permute(0, 3, 1, 2) / 255)
        h = self.think(torch.cat([seen, self.read(obs["instruction"]), obs["proprio"]], 1))
        return Normal(self.actor(h), self.log_std.exp()), self.critic(h)[:, 0]


def train(envs: VectorEnv, steps: int, seed: int = 0, learning_rate: float = 3e-4) -> list[float]:
    """Return the mean reward of a step, update by update."""
    torch.manual_seed(seed)
    agent = Agent(envs.single_observation_space, envs.single_action_space.shape[0])
    obs = tensors(envs.reset(seed=seed)[0])
    agent(obs)  # gives the lazy layers their sizes
    optimizer = torch.optim.Adam(agent.parameters(), learning_rate)
    history = []
    for update in range(steps // (envs.num_envs * N_STEPS)):
        rows, ended, won = [], 0, 0
        for _ in range(N_STEPS):
            with torch.no_grad():
                policy, value = agent(obs)
            action = policy.sample()
            after, reward, terminated, truncated, info = envs.step(action.clamp(-1, 1).numpy())
            done = terminated | truncated  # time running out ends an episode too, as in CleanRL
            log_prob = policy.log_prob(action).sum(1)
            rows.append((obs, action, log_prob, value, torch.tensor(reward), torch.tensor(done)))
            ended += int(done.sum())
            won += int(info["final_info"]["is_success"][done].sum()) if done.any() else 0
            obs = tensors(after)
        with torch.no_grad():
            following, advantage, advantages = agent(obs)[1], 0.0, []
        for _, _, _, value, reward, done in reversed(rows):
            error = reward + GAMMA * following * ~done - value
            advantage = error + GAMMA * GAE_LAMBDA * advantage * ~done
            advantages.insert(0, advantage)
            following = value
        seen, action, log_prob, value, reward, _ = zip(*rows, strict=True)
        batch = {key: torch.cat([o[key] for o in seen]) for key in obs}
        action, log_prob, advantage = map(torch.cat, (action, log_prob, advantages))
        returns = (advantage + torch.cat(value)).float()
        for _ in range(N_EPOCHS):
            for i in torch.randperm(len(returns)).split(BATCH_SIZE):
                policy, value = agent({key: column[i] for key, column in batch.items()})
                ratio = (policy.log_prob(action[i]).sum(1) - log_prob[i]).exp()
                a = (advantage[i] - advantage[i].mean()) / (advantage[i].std() + 1e-8)
                clipped = ratio.clamp(1 - CLIP_RANGE, 1 + CLIP_RANGE)
                gain = torch.min(ratio * a, clipped * a).mean()
                loss = 0.5 * (value - returns[i]).square().mean() - gain
                optimizer.zero_grad()
                loss.backward()
                nn.utils.clip_grad_norm_(agent.parameters(), 0.5)
                optimizer.step()
        history.append(torch.stack(reward).mean().item())
        print(f"update {update}: reward {history[-1]:+.4f}, {won} of {ended} episodes succeeded")
    return history


def tensors(observation: dict) -> dict[str, Tensor]:
    return {key: torch.as_tensor(value) for key, value in observation.items()}


def main(env_id: str = "vlsim:vlsim/Reach-v1", control: str = "ee_delta", n_envs: int = 8,
         mode: str = "async", steps: int = 200_000, seed: int = 0) -> None:  # fmt: skip
    """Train on one environment; every environment is a process of its own."""
    settings = {"autoreset_mode": AutoresetMode.SAME_STEP}
    envs = gym.make_vec(env_id, n_envs, mode, settings, control=control)
    train(envs, steps, seed)
    envs.close()


if __name__ == "__main__":
    tyro.cli(main)

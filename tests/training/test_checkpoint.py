"""Checkpoints: the same state comes back, and the last whole one survives what goes wrong."""

import pytest
import torch
from torch import nn

from vlsim.errors import InvalidValueError
from vlsim.training import checkpoint
from vlsim.training.checkpoint import (
    KEPT,
    Position,
    latest_checkpoint,
    load_checkpoint,
    save_checkpoint,
)


def make(seed=0, width=3):
    torch.manual_seed(seed)
    network = nn.Linear(width, 2)
    return network, torch.optim.AdamW(network.parameters(), lr=0.1)


def learn(network, optimizer, steps):
    for _ in range(steps):
        optimizer.zero_grad()
        network(torch.ones(1, network.in_features)).pow(2).sum().backward()
        optimizer.step()


def test_going_on_from_a_checkpoint_is_going_on(tmp_path):
    network, optimizer = make()
    learn(network, optimizer, 3)
    folder = save_checkpoint(tmp_path, Position("ppo", 3), network, optimizer)
    learn(network, optimizer, 2)
    other, other_optimizer = make(seed=9)
    load_checkpoint(folder, other, other_optimizer)
    learn(other, other_optimizer, 2)
    assert torch.equal(network.weight, other.weight)


def test_only_the_newest_are_kept_and_the_latest_stage_wins(tmp_path):
    network, optimizer = make()
    for step in range(1, 6):
        save_checkpoint(tmp_path, Position("grounding", step), network, optimizer)
    names = sorted(path.name for path in (tmp_path / "checkpoints").iterdir())
    assert names == ["grounding-00000003", "grounding-00000004", "grounding-00000005"]
    assert len(names) == KEPT
    save_checkpoint(tmp_path, Position("ppo", 1), network, optimizer)
    assert latest_checkpoint(tmp_path, ("grounding", "ppo"))[1] == Position("ppo", 1)
    assert latest_checkpoint(tmp_path, ("grounding",))[1] == Position("grounding", 5)
    assert latest_checkpoint(tmp_path / "empty", ("ppo",)) is None


@pytest.mark.parametrize("accident", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_an_accident_while_writing_leaves_the_previous_checkpoint(tmp_path, monkeypatch, accident):
    network, optimizer = make()
    first = save_checkpoint(tmp_path, Position("ppo", 1), network, optimizer)
    before = {path.name: path.read_bytes() for path in first.iterdir()}

    def fail(*arguments):
        raise accident

    monkeypatch.setattr(checkpoint, "write_json", fail)
    with pytest.raises((OSError, KeyboardInterrupt)):
        save_checkpoint(tmp_path, Position("ppo", 2), network, optimizer)
    assert [path.name for path in (tmp_path / "checkpoints").iterdir()] == [first.name]
    assert {path.name: path.read_bytes() for path in first.iterdir()} == before
    assert latest_checkpoint(tmp_path, ("ppo",))[1].step == 1


def test_a_checkpoint_of_another_network_is_refused(tmp_path):
    network, optimizer = make()
    folder = save_checkpoint(tmp_path, Position("ppo", 1), network, optimizer)
    other = nn.Sequential(nn.Linear(3, 2))
    with pytest.raises(InvalidValueError, match=r"tensors\.safetensors holds another network"):
        load_checkpoint(folder, other, None)

"""What a run cannot do or learn is refused in one line, before it has a folder."""

from pathlib import Path

import pytest
import torch
from transformers import BertConfig, BertModel, BertTokenizerFast

from vlsim.errors import InvalidValueError
from vlsim.scripts import collect, train


def refusal(folder: Path, *arguments: str) -> str:
    with pytest.raises(InvalidValueError) as caught:
        train.main(["smoke", "--out", str(folder / "runs"), *arguments])
    assert not (folder / "runs").exists()
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("--dim 30 --text transformer", "dim must be a multiple of 4 for the text part 'transf"),
        ("--dim 63", "dim must be a multiple of 2 for the vision part 'conv', got 63; take 64"),
        ("--vision-tuning adapter", "vision_tuning is for a pretrained tower"),
        (
            "--objectives.weights imitation=1 --ppo.total-timesteps 0",
            "This run would learn nothing: --grounding.steps is ",
        ),
        ("--grounding.steps 0 --ppo.total-timesteps 0", "nothing: --grounding.steps is 0 with"),
    ],
)
def test_what_cannot_be_learned_is_refused(tmp_path: Path, arguments: str, words: str) -> None:
    assert words in refusal(tmp_path, *arguments.split())


def test_a_tower_that_cannot_read_the_sentences_of_a_task_is_refused(tmp_path: Path) -> None:
    torch.manual_seed(0)
    (tmp_path / "vocab.txt").write_text("[PAD]\n[UNK]\n[CLS]\n[SEP]")
    BertTokenizerFast(str(tmp_path / "vocab.txt")).save_pretrained(tmp_path)
    sizes = {"hidden_size": 8, "num_hidden_layers": 1, "num_attention_heads": 1}
    tower = BertConfig(**sizes, vocab_size=4, intermediate_size=8, max_position_embeddings=77)
    BertModel(tower, add_pooling_layer=False).save_pretrained(tmp_path)
    words = refusal(tmp_path, "--task", "sequence", "--text", f"hf:{tmp_path}")
    assert "sentences of up to 75 words, and those of the task have up to 128; take" in words


def test_the_command_that_collects_what_is_missing_is_whole(tmp_path: Path) -> None:
    shown = str(tmp_path / "shown")
    collect.main(["--task", "reach", "--episodes", "1", "--out", shown, "--workers", "0"])
    reach = ("--task", "reach", "--control", "ee_delta", "--demonstrations", shown)
    whole = "vlsim collect --task reach --control ee_delta --robot {} --image-size 64 --cameras {}"
    for changed, robot, cameras in (
        (("--robot", "iiwa"), "iiwa", "front --out FOLDER"),
        (("--cameras", "wrist"), "panda", "front,wrist --out FOLDER"),
    ):
        words = refusal(tmp_path, *reach, "--imitation.steps", "1", *changed)
        assert words.endswith(whole.format(robot, cameras))

"""What every registered vision, text and fusion part has to keep."""

import pytest
import torch

from vlsim.errors import InvalidValueError
from vlsim.interface.labels import AIMED_ROLES, ROLES
from vlsim.models.backbone import Backbone
from vlsim.models.config import BackboneConfig
from vlsim.models.fusion import FUSION
from vlsim.models.text import TEXT
from vlsim.models.vision import VISION

DIM, SIDE, VOCABULARY = 32, 32, 30


def generator():
    return torch.Generator().manual_seed(1)


def pictures(count=3):
    return torch.rand(count, 3, SIDE, SIDE, generator=generator())


def views(count=3, cameras=1):
    return torch.rand(count, cameras, 3, SIDE, SIDE, generator=generator())


def sentences(count=6, length=9, words=5):
    ids = torch.zeros(count, length, dtype=torch.int64)
    ids[:, :words] = torch.randint(2, VOCABULARY, (count, words), generator=generator())
    return ids


@pytest.fixture(params=VISION)
def vision(request):
    torch.manual_seed(0)
    return VISION[request.param](DIM, SIDE).eval()


@pytest.fixture(params=TEXT)
def text(request):
    torch.manual_seed(0)
    return TEXT[request.param](VOCABULARY, DIM).eval()


@pytest.fixture(params=FUSION)
def backbone(request):
    return made_of(request.param)


def made_of(fusion, cameras=("front",), roles=AIMED_ROLES):
    torch.manual_seed(0)
    config = BackboneConfig(VOCABULARY, DIM, SIDE, fusion=fusion, cameras=cameras, roles=roles)
    made = Backbone(config).eval()
    with torch.no_grad():
        for name, parameter in made.named_parameters():
            if "gates" in name:
                parameter.fill_(0.5)  # a gate that begins shut hides what lies behind it
    return made


def close(a, b):
    return torch.allclose(a, b, atol=2e-5)


def in_bf16(part, *inputs):
    """Return what a part gives where the processor computes with 16 bits."""
    with torch.autocast("cpu", torch.bfloat16):
        return part(*inputs)


def near(fast, exact):
    """Whether the two differ by no more than bf16's 8 bits add up to in a few layers."""
    return (fast.float() - exact).norm() < 0.02 * exact.norm()


def test_vision_in_bf16_agrees_with_fp32(vision):
    assert near(in_bf16(vision, pictures()).features, vision(pictures()).features)


def test_text_in_bf16_agrees_with_fp32(text):
    fast, exact = in_bf16(text, sentences()), text(sentences())
    assert near(fast.context, exact.context) and near(fast.words, exact.words)


def test_gradient_of_vision_reaches_every_pixel_and_weight(vision):
    image = pictures().requires_grad_()
    features = vision(image).features
    (features * torch.randn(features.shape, generator=generator())).sum().backward()
    assert image.grad is not None and (image.grad != 0).float().mean() > 0.99
    for name, parameter in vision.named_parameters():
        assert parameter.grad is not None and torch.isfinite(parameter.grad).all(), name


def test_gradient_of_text_reaches_every_word_and_weight(text):
    tokens = text(sentences())
    (tokens.context * torch.randn(tokens.context.shape, generator=generator())).sum().backward()
    for name, parameter in text.named_parameters():
        assert parameter.grad is not None and torch.isfinite(parameter.grad).all(), name
        if len(parameter) == VOCABULARY:
            assert parameter.grad[sentences().unique()[1:]].any(-1).all(), name


def test_rows_of_sentences_are_independent(text):
    ids = sentences()
    other = ids.clone()
    other[1:, :5] = other[1:, :5] % (VOCABULARY - 3) + 3
    assert close(text(ids).context[:1], text(other).context[:1])
    assert close(text(ids).context[:1], text(ids[:1]).context)


def test_vision_gives_tokens_with_places(vision):
    tokens = vision(pictures())
    n = vision.side**2
    assert tokens.features.shape == (3, n, DIM) and tokens.grid.shape == (n, 2)
    # Row by row from the top left, each in the middle of its patch.
    half = 1 / vision.side
    assert torch.allclose(tokens.grid[0], torch.tensor([half - 1, half - 1]))
    assert torch.allclose(tokens.grid[1], torch.tensor([3 * half - 1, half - 1]))
    assert torch.isfinite(tokens.features).all()


def test_a_token_is_about_its_own_place(vision):
    """A change in one corner changes that corner's token more than the opposite one's."""
    image = pictures(1)
    other = image.clone()
    other[..., : SIDE // 4, : SIDE // 4] = 1 - other[..., : SIDE // 4, : SIDE // 4]
    change = (vision(other).features - vision(image).features).abs().mean(-1)[0]
    assert change[0] > 2 * change[-1]


def test_rows_of_pictures_are_independent(vision):
    both, alone = vision(pictures()).features, vision(pictures()[:1]).features
    assert close(both[:1], alone)


def test_a_picture_size_that_does_not_divide_is_refused(vision):
    with pytest.raises(ValueError, match=f"multiple of {SIDE // vision.side}"):
        type(vision)(DIM, SIDE + 1)


def test_text_gives_tokens_with_a_mask(text):
    tokens = text(sentences())
    assert tokens.words.shape == tokens.context.shape == (6, 9, DIM)
    assert torch.equal(tokens.mask, sentences() > 0)
    assert not tokens.words[~tokens.mask].any() and not tokens.context[~tokens.mask].any()


def test_more_padding_changes_no_word(text):
    short, long = text(sentences()), text(sentences(length=16))
    assert close(short.context, long.context[:, :9]) and close(short.words, long.words[:, :9])


def test_a_word_changes_the_context_of_others_but_not_what_they_say_alone(text):
    ids = sentences(1)
    ids[0, 4] = 7
    other = ids.clone()
    other[0, 4] = 8
    before, after = text(ids), text(other)
    assert torch.equal(before.words[0, :4], after.words[0, :4])
    assert not close(before.context[0, 0], after.context[0, 0])


def test_a_sentence_without_words_is_finite(text):
    assert torch.isfinite(text(torch.zeros(2, 9, dtype=torch.int64)).context).all()


def test_fusion_points_for_every_role_of_every_sentence(backbone):
    fused = backbone(views(), sentences().view(3, 2, 9))
    n = backbone.vision.side**2
    assert fused.scores.shape == (6, len(AIMED_ROLES), n)
    assert fused.uv.shape == (6, len(AIMED_ROLES), 2) and fused.uv.abs().max() < 1
    assert fused.seen.shape == (6, len(AIMED_ROLES), DIM)
    # The attended point is the mean of the grid under the attention.
    weights = torch.softmax(fused.scores[4, 1], dim=0)
    assert close(fused.uv[4, 1], (weights[:, None] * backbone.vision.grid).sum(0))


def test_sentences_of_one_picture_are_those_of_its_copies(backbone):
    together = backbone(views(), sentences().view(3, 2, 9)).scores
    copies = backbone(views().repeat_interleave(2, 0), sentences()[:, None]).scores
    assert close(together, copies)


def test_words_and_picture_matter_and_rows_are_independent(backbone):
    image, ids = views(), sentences(3)[:, None]
    base = backbone(image, ids).scores
    other = ids.clone()
    other[0, 0, 2] = other[0, 0, 2] % (VOCABULARY - 3) + 3
    changed = backbone(image, other).scores
    assert not close(base[0], changed[0]) and close(base[1:], changed[1:])
    brighter = image.clone()
    brighter[0] = 1 - brighter[0]
    changed = backbone(brighter, ids).scores
    assert not close(base[0], changed[0]) and close(base[1:], changed[1:])


@pytest.mark.parametrize("fusion", FUSION)
def test_every_camera_is_seen_and_points_lie_in_the_front_one(fusion):
    backbone = made_of(fusion, ("front", "wrist"))
    image, ids = views(cameras=2), sentences(3)[:, None]
    fused = backbone(image, ids)
    n = backbone.vision.side**2
    assert fused.scores.shape == (3, len(AIMED_ROLES), n)
    weights = torch.softmax(fused.scores[0, 1], dim=0)
    assert close(fused.uv[0, 1], (weights[:, None] * backbone.vision.grid).sum(0))
    other = image.clone()
    other[0, 1] = 1 - other[0, 1]
    changed = backbone(other, ids).seen
    assert not close(changed[0], fused.seen[0]) and close(changed[1:], fused.seen[1:])
    swapped = backbone(image.flip(1), ids)
    assert not torch.equal(swapped.seen, fused.seen)
    # Still scenes show the front camera alone.
    alone = backbone(image[:, :1], ids)
    assert alone.scores.shape == fused.scores.shape and not close(alone.seen, fused.seen)
    fused.seen.square().sum().backward()
    assert (backbone.views.grad.abs().sum(1) > 0).all()


@pytest.mark.parametrize("fusion", FUSION)
def test_every_role_points_by_itself(fusion):
    backbone = made_of(fusion, roles=ROLES)
    uv = backbone(views(), sentences(3)[:, None]).uv
    assert uv.shape == (3, len(ROLES), 2)
    assert len({tuple(point.tolist()) for point in uv[0]}) == len(ROLES)


@pytest.mark.parametrize("roles", [("place", "target"), ("target",), (*AIMED_ROLES, "lever"), ()])
def test_roles_begin_with_the_aimed_ones_and_come_in_order(roles):
    with pytest.raises(InvalidValueError, match="roles must be target, place and any that follow"):
        BackboneConfig(VOCABULARY, DIM, SIDE, roles=roles)


@pytest.mark.parametrize("cameras", [("wrist", "front"), ("front", "front"), ()])
def test_cameras_begin_with_the_front_one_and_come_once(cameras):
    with pytest.raises(InvalidValueError, match="cameras must begin with 'front' and name each"):
        BackboneConfig(VOCABULARY, DIM, SIDE, cameras=cameras)


def test_more_padding_changes_no_point(backbone):
    short = backbone(views(), sentences(3)[:, None]).uv
    assert close(short, backbone(views(), sentences(3, length=16)[:, None]).uv)


def test_no_words_give_finite_points(backbone):
    assert torch.isfinite(backbone(views(), torch.zeros(3, 1, 9).long()).scores).all()


def test_gradient_reaches_both_senses(backbone):
    backbone(views(), sentences(3)[:, None]).scores.square().sum().backward()
    for part in (backbone.vision, backbone.text):
        for name, parameter in part.named_parameters():
            assert parameter.grad is not None and torch.isfinite(parameter.grad).all(), name
            assert parameter.grad.abs().sum() > 0 or name.endswith("bias"), name


def test_sharpness_compares_every_picture_with_every_sentence(backbone):
    image, text = backbone.vision(pictures()), backbone.read(sentences(4))
    sharpness = backbone.fusion.sharpness(image, text)
    assert sharpness.shape == (3, 4, len(AIMED_ROLES)) and torch.isfinite(sharpness).all()
    one = image.changed(image.features[1:2])
    alone = backbone.fusion.sharpness(one, text.picked(torch.tensor([2])))
    assert close(alone[0, 0], sharpness[1, 2])


def test_bf16_agrees_with_fp32(backbone):
    inputs = views(), sentences(3)[:, None]
    fast = in_bf16(backbone, *inputs).uv
    # One step of bf16 is 1/256; a few of them add up on the way.
    assert torch.allclose(fast.float(), backbone(*inputs).uv, atol=0.05)

"""Numbers about captions: what was said of a picture beside what people would say of it."""

from vlsim.metrics.captions.base import CAPTION_METRICS, Described
from vlsim.metrics.captions.bleu import Bleu
from vlsim.metrics.captions.cider_d import cider_d, cider_d_scores
from vlsim.metrics.captions.facts import facts_f, facts_f_best, facts_f_score, scene_facts
from vlsim.metrics.captions.meteor import meteor_domain, meteor_domain_score
from vlsim.metrics.captions.rouge_l import rouge_l, rouge_l_score

__all__ = [
    "CAPTION_METRICS",
    "Bleu",
    "Described",
    "cider_d",
    "cider_d_scores",
    "facts_f",
    "facts_f_best",
    "facts_f_score",
    "meteor_domain",
    "meteor_domain_score",
    "rouge_l",
    "rouge_l_score",
    "scene_facts",
]

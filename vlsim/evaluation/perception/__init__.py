"""Measuring models that see pictures and know words: what they say, beside what is true.

Models come in as arguments, by the protocols of `vlsim.interface.perceiver`.
"""

from vlsim.evaluation.perception.answers import ask_questions
from vlsim.evaluation.perception.blind import Blind
from vlsim.evaluation.perception.captions import ask_captions
from vlsim.evaluation.perception.evaluate import Evaluation, evaluate_model, tasks_of
from vlsim.evaluation.perception.folder import write_evaluation
from vlsim.evaluation.perception.matches import ask_pairs, ask_retrieval
from vlsim.evaluation.perception.next_words import ask_next_words
from vlsim.evaluation.perception.places import ask_places
from vlsim.evaluation.perception.task import TASKS, Asked, Pictures, Task

__all__ = [
    "TASKS",
    "Asked",
    "Blind",
    "Evaluation",
    "Pictures",
    "Task",
    "ask_captions",
    "ask_next_words",
    "ask_pairs",
    "ask_places",
    "ask_questions",
    "ask_retrieval",
    "evaluate_model",
    "tasks_of",
    "write_evaluation",
]

"""Questions: is the answer the true one?"""

from vlsim.evaluation.perception.task import TASKS, Asked, Pictures, Task, in_turn
from vlsim.interface.perceiver import Answering
from vlsim.metrics import Answered
from vlsim.metrics.answers import calibration_error, exact_match, vqa_accuracy
from vlsim.metrics.answers.exact_match import is_right

ANNOTATORS = 10
"""As many as VQAv2 has; of what the simulator knows all are sure."""


def ask_questions(model: Answering, pictures: Pictures) -> list[Asked]:
    """Ask every question about every picture."""
    rows = [(i, each) for i, one in enumerate(pictures.annotations) for each in one.questions]
    answers = in_turn([(i, question.text) for i, question in rows], pictures, model.answer)
    asked = []
    for (i, question), answer in zip(rows, answers, strict=True):
        answered = Answered(answer.text, (question.answer,) * ANNOTATORS, answer.confidence)
        asked.append(
            Asked(
                i,
                question.kind,
                question.text,
                answer.text,
                question.answer,
                answered,
                is_right(answered),
            )
        )
    return asked


TASKS.add(
    "vqa",
    Task(
        "a picture and a question to an answer",
        Answering,
        ask_questions,
        {
            "exact_match": exact_match,
            "vqa_accuracy": vqa_accuracy,
            "calibration_error": calibration_error,
        },
    ),
)

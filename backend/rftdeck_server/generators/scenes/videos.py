"""Questions about frame sequences: when, in which order, for how long."""

import json
import random

from rftdeck_server.generators.rows import MadeRow
from rftdeck_server.generators.scenes.canvas import COLOURS
from rftdeck_server.generators.scenes.frames import FrameParams, Story, film, tell


def temporal_grounding(rng: random.Random, params: FrameParams) -> MadeRow:
    story = tell(rng, params)
    room = rng.choice(story.visits)
    first = story.where.index(room)
    last = first + story.where.count(room)
    start, end = round(first / params.fps, 3), round(last / params.fps, 3)
    return MadeRow(
        prompt=(
            f"<video>When is the {story.ball} ball inside the {story.rooms[room]} field? Give start and end in "
            f"seconds; each of the {params.frames} frames lasts {1 / params.fps:g} s."
        ),
        answer=json.dumps([start, end]),
        answer_type="interval",
        task_type="temporal_grounding",
        videos=[film(rng, params, story)],
        solution=f"in the frames {first + 1} to {last}",
        extra={"fps": params.fps, "duration_s": params.frames / params.fps},
    )


def video_question(rng: random.Random, params: FrameParams) -> MadeRow:
    story = tell(rng, params)
    names = [story.rooms[room] for room in story.visits]
    ask = rng.choice([_which_next, _how_many_after, _how_long, _in_which_order, _which_word])
    question, answer, answer_type, problem_type, options = ask(rng, story, names, params)
    lines = "".join(f"\n{letter}. {option}" for letter, option in zip("ABCD", options, strict=False))
    return MadeRow(
        prompt=f"<video>{question}{lines}",
        answer=answer,
        answer_type=answer_type,
        task_type="video_question",
        videos=[film(rng, params, story)],
        solution=f"the ball visits {', '.join(names)}",
        extra={
            "problem_type": problem_type,
            "fps": params.fps,
            "duration_s": params.frames / params.fps,
            **({"options": options} if options else {}),
        },
    )


Asked = tuple[str, str, str, str, list[str]]
"""Question, gold, answer type, problem type as Video-R1 names it, options."""


def _which_next(rng: random.Random, story: Story, names: list[str], params: FrameParams) -> Asked:
    place = rng.randrange(len(names) - 1)
    right = names[place + 1]
    wrong = [colour for colour in sorted(COLOURS) if colour not in (right, names[place])]
    options = [right, *rng.sample(wrong, 3)]
    rng.shuffle(options)
    question = f"Into which field does the ball go right after the {names[place]} one?"
    return question, "ABCD"[options.index(right)], "choice", "multiple choice", options


def _how_many_after(rng: random.Random, story: Story, names: list[str], params: FrameParams) -> Asked:
    place = rng.randrange(len(names))
    question = f"How many fields does the ball visit after the {names[place]} one?"
    return question, str(len(names) - place - 1), "number", "numerical", []


def _how_long(rng: random.Random, story: Story, names: list[str], params: FrameParams) -> Asked:
    room = rng.choice(story.visits)
    question = (
        f"For how many seconds is the ball in the {story.rooms[room]} field? "
        f"Each of the {params.frames} frames lasts {1 / params.fps:g} s."
    )
    return question, f"{story.where.count(room) / params.fps:g}", "number", "regression", []


def _in_which_order(rng: random.Random, story: Story, names: list[str], params: FrameParams) -> Asked:
    question = "Name the colours of the fields in the order in which the ball visits them."
    return question, " ".join(names), "text", "free-form", []


def _which_word(rng: random.Random, story: Story, names: list[str], params: FrameParams) -> Asked:
    word = "".join(story.letters[room] for room in story.visits)
    question = "Which word do the letters of the fields spell, in the order in which the ball visits them?"
    return question, word, "text", "OCR", []

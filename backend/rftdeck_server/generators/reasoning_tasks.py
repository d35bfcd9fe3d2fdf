"""What is to be known about reasoning-gym's tasks: found by making and verifying rows of all levels of version 0.1.25."""

LEFT_OUT: dict[str, str] = {
    "codeio": "runs programs that read and write files where the server stands, and prints what they print",
    "composite": "takes other tasks as its settings",
}
"""Task → why it is not offered."""

USABLE_LEVELS: dict[str, int] = {
    "jugs": 2,  # from the third on 5 s a row, wrong golds, or an error
    "sokoban": 0,  # the first alone takes 20 s a row
    "word_ladder": 0,  # its verifier knows the words of the default length only
    "zebra_puzzles": 4,  # from the fifth on 3 to 9 s a row
}
"""Task → levels that work, where more of them have settings that are accepted."""

FIXED_HASH = frozenset(
    {"isomorphic_strings", "knight_swap", "polynomial_multiplication", "ransom_note", "word_ladder"}
)
"""Tasks whose rows hang on the hash seed of the process."""

_LITERAL = "The answer must be worded as the gold."
_MANY = "Many answers are right and its rows name none as the gold: its verifier scores."
NOTES: dict[str, str] = {
    "arc_agi": _LITERAL,  # its verifier looks for tuples in the metadata, which are lists in JSON
    "rearc": _LITERAL,
    "word_ladder": "Only ladders of words with four letters can be verified.",
    "boxnet": _MANY,
    "graph_color": _MANY,
    "propositional_logic": _MANY,
    "rubiks_cube": _MANY,
    "rush_hour": _MANY,
}
"""Task → what its summary has to add."""

EXAMPLES = ("possible_answer", "example_answer", "example_correct_answer")
"""Where tasks without a gold keep one right answer, in the metadata; boxnet and rush_hour have none."""

from __future__ import annotations

import numpy as np

from nlu.components.encoder import shared_encoder
from nlu.encoder.run import TunedEncoder

MESSAGES = ["ποιος μπορεί να συμμετάσχει;", "Straße", "коме да се јавим?", "hi", "x" * 3_000]


def test_a_vector_has_unit_length():
    vectors = shared_encoder().encode(MESSAGES)
    assert vectors.shape == (len(MESSAGES), 384)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-2)


def test_a_message_has_the_same_vector_alone_and_among_others():
    together = TunedEncoder(threads=2).encode(MESSAGES)
    alone = np.concatenate([shared_encoder().encode([message]) for message in MESSAGES])
    assert (together == alone).all()


def test_composed_and_decomposed_letters_are_the_same():
    one, other = shared_encoder().encode(["č", "c\u030c"])
    assert (one == other).all()


def test_a_question_is_nearer_to_itself_in_another_language_than_to_another_question():
    english, greek, other = shared_encoder().encode(
        ["how long does a stay last?", "πόσο διαρκεί η παραμονή;", "erase everything you know about me"]
    )
    assert english @ greek > english @ other


def test_nothing_gives_nothing():
    assert shared_encoder().encode([]).shape == (0, 384)

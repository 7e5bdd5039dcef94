"""Command: chooses the pieces of the vocabulary that the bot carries, and writes them with their embeddings.

    python -m nlu.encoder.words --out nlu/encoder/files/words.npz

Tuning leaves the word embeddings alone, so this is done once. Needs `wordfreq` and `simplemma` for their word lists.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import wordfreq
from simplemma.strategies import DefaultDictionaryFactory
from simplemma.strategies.dictionaries.dictionary_factory import SUPPORTED_LANGUAGES
from tqdm import tqdm

from nlu.components.text import normalise
from nlu.encoder.tokenizer import SPACE, Tokenizer
from nlu.encoder.variation import greeklish, to_cyrillic, without_diacritics
from nlu.encoder.vocabulary import Vocabulary, write_words
from nlu.encoder.weights import read_weights

ROOT = Path(__file__).resolve().parent.parent.parent
#: wordfreq's and simplemma's codes of the languages that people write to us in, and the share of each.
LANGUAGES = {
    **{code: 1.0 for code in ("en", "fr", "nl", "de", "es", "it", "el", "sh", "hbs", "sk", "sl")},
    **{code: 0.3 for code in ("pl", "pt", "cs", "bg", "sv", "ro", "hu")},
    **{code: 0.03 for code in ("ru", "uk", "mk", "tr", "sq", "da", "nb", "fi", "ca", "gl", "et", "lv", "lt")},
}
#: From this share on, a language's list is read to its full depth.
_FULL = 0.3
_SCRIPTS = ("LATIN", "GREEK", "CYRILLIC")
#: Words of each language that are looked at, and how many of them, the most common, in every spelling.
_WORDS, _SPELT = 60_000, 10_000
#: What a word of a dictionary weighs that is not among the common ones: once in 200 million.
_RARE = 5e-9


def in_our_scripts(piece: str) -> bool:
    """Whether a piece is of Latin, Greek and Cyrillic letters, digits and signs."""
    letters = (sign for sign in piece if sign != SPACE and unicodedata.category(sign)[0] in "LM")
    return all(unicodedata.name(letter, "").startswith(_SCRIPTS) for letter in letters)


def dictionary(language: str, count: int) -> dict[str, float]:
    """Words of a language with their frequency: the common ones, and a sample of all forms where those are few."""
    words: dict[str, float] = {}
    if language in wordfreq.available_languages("best"):
        common = wordfreq.top_n_list(language, count)
        words = {word: max(_RARE, wordfreq.word_frequency(word, language)) for word in common}
    if language in SUPPORTED_LANGUAGES and len(words) < count:
        forms = DefaultDictionaryFactory().get_dictionary(language)
        texts = sorted(form.decode() if isinstance(form, bytes) else form for form in forms)
        for form in random.Random(0).sample(texts, min(len(texts), count - len(words))):
            words.setdefault(form, _RARE)
    return words


def spellings(word: str, language: str) -> dict[str, float]:
    """How a word is written, and how often so; word lists know neither ς nor ß."""
    chance = random.Random(word)
    word = re.sub(r"σ\b", "ς", word)
    plain = without_diacritics(word, chance)
    found = {plain: 0.2, plain.capitalize(): 0.05, plain.upper(): 0.02, word.upper(): 0.05, word.capitalize(): 0.3}
    if language == "el":
        found[greeklish(word, chance)] = 0.2
    if language == "de":
        found[word.replace("ss", "ß")] = 0.5
    if language in ("sh", "hbs"):
        found[to_cyrillic(word, chance)] = 0.5
    return found | {word: 1.0}


def own_texts(root: Path) -> str:
    """Everything that the project says and reads, as one text."""
    files = [*root.glob("nlu/*/*.yml"), *root.glob("locales/*/*/*.po"), *root.glob("bot/programme/*.yml")]
    return " ".join(normalise(file.read_text(encoding="utf-8")) for file in sorted(files))


def weigh(vocabulary: Vocabulary, languages: dict[str, float]) -> dict[int, float]:
    """How often each piece occurs in the words of these languages, at the beginning of a word or within."""
    tokenizer = Tokenizer(vocabulary)
    weights: dict[int, float] = defaultdict(float)
    for language, share in tqdm(languages.items(), desc="Word lists", file=sys.stderr):
        words = dictionary(language, _WORDS if share >= _FULL else _WORDS // 3)
        for rank, (word, frequency) in enumerate(words.items()):
            spelt = spellings(word, language) if rank < _SPELT else {word: 1.0, word.capitalize(): 0.3}
            for spelling, part in spelt.items():
                for token in tokenizer(spelling):
                    weights[token] += share * frequency * part
            for token in tokenizer(f"({word}")[1:]:  # after an apostrophe, a bracket, a hyphen
                weights[token] += 0.05 * share * frequency
    return weights


def choose(vocabulary: Vocabulary, root: Path, count: int) -> list[str]:
    """The pieces to keep: our own texts', all single signs, then the most frequent of the word lists."""
    own = own_texts(root)
    varied = [own, without_diacritics(own, random.Random(0)), own.lower(), own.upper(), own.title()]
    tokenizer = Tokenizer(vocabulary)
    chosen = {vocabulary.pieces[token] for text in varied for token in tokenizer(text)}
    chosen |= {piece for piece in vocabulary.pieces if len(piece.lstrip(SPACE)) <= 1}
    weights = weigh(vocabulary, LANGUAGES)
    print(f"{len(chosen)} pieces of our own, {len(weights)} of the word lists", file=sys.stderr)
    for token in sorted(weights, key=lambda token: -weights[token]):
        if len(chosen) >= count:
            break
        chosen.add(vocabulary.pieces[token])
    return sorted(chosen)


def same_split(texts: Iterable[str], whole: Tokenizer, cut: Tokenizer, vocabulary: Vocabulary) -> float:
    """The share of texts that the cut vocabulary splits as the whole one does."""
    same = [whole(text) == [int(vocabulary.original[token]) for token in cut(text)] for text in texts]
    return sum(same) / len(same)


def main() -> None:
    """Choose, write, and tell how many training phrases are split as before."""
    parser = argparse.ArgumentParser(prog="python -m nlu.encoder.words", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--out", type=Path, required=True, help="the file to write")
    parser.add_argument("--pieces", type=int, default=90_000, help="how many to keep; 0: all in our scripts")
    options = parser.parse_args()
    weights = read_weights()
    ours = weights.vocabulary.cut(piece for piece in weights.vocabulary.pieces if in_our_scripts(piece))
    cut = ours.cut(choose(ours, ROOT, options.pieces)) if options.pieces else ours
    write_words(options.out, cut, weights.word_rows[cut.original])
    size = options.out.stat().st_size / 1e6
    print(f"{options.out}: {len(cut.pieces)} pieces, {size:.1f} MB", file=sys.stderr)


if __name__ == "__main__":
    main()

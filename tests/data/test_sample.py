"""The generated sample: shape, sizes, parallel lines, repeats, and that it can be learnt but is not trivial."""

import hashlib
import itertools
import random
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from organizer.data.sample import SIZES, write_sample
from organizer.data.sample.lexicon import lexicon
from organizer.data.sample.sizes import DEFAULT, PARALLEL_POS, SPLITS, count, parallel_blocks, parallel_count, total
from organizer.data.sample.slots import DIGITS, HOMOGRAPHS, LISTED, STEP
from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.tasks import LANGUAGES, TASKS, parts

TINY = {("udpos", "mr"), ("udpos", "tl"), ("udpos", "yo"), ("panx", "jv"), ("panx", "my"), ("panx", "yo")}
TAGGING, PAIRS = ("udpos", "panx"), ("xnli", "pawsx")


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    root = tmp_path_factory.mktemp("sample")
    write_sample(root)
    return root


@pytest.fixture(scope="module")
def larger(tmp_path_factory):
    root = tmp_path_factory.mktemp("larger")
    write_sample(root, scale=0.1)
    return root


def sentences(path):
    text = path.read_text(encoding="utf-8")
    assert text.endswith("\n\n")
    return [[tuple(line.split("\t")) for line in block.split("\n")] for block in text[:-2].split("\n\n")]


def rows(path):
    text = path.read_text(encoding="utf-8")
    assert text.endswith("\n")
    return [tuple(line.split("\t")) for line in text[:-1].split("\n")]


def read(root, task, split, language):
    path = root / task / f"{split}-{language}.tsv"
    return sentences(path) if task in TAGGING else rows(path)


def digests(root):
    return {
        path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in root.rglob("*.*")
    }


def test_same_seed_same_bytes(sample, tmp_path):
    told = []
    write_sample(tmp_path, progress=told.append)
    assert digests(tmp_path) == digests(sample)
    assert sorted(told) == sorted(digests(sample))


def test_bytes_do_not_depend_on_the_interpreter_or_the_order_of_writing(sample):
    # One digest of everything at the default scale; a deliberate change of the sample changes it here, too.
    named = "".join(f"{name} {digest}\n" for name, digest in sorted(digests(sample).items()))
    assert hashlib.sha256(named.encode()).hexdigest()[:16] == "4f2f01d28ddddc7a"


def test_another_seed_gives_other_bytes_everywhere(sample, tmp_path):
    write_sample(tmp_path, seed=21)
    old, new = digests(sample), digests(tmp_path)
    assert old.keys() == new.keys()
    assert all(old[name] != new[name] for name in old)


def test_every_task_language_and_split_is_written_with_its_size(sample):
    assert len(digests(sample)) == len(parts()) * len(SPLITS)
    for (task, language), split in itertools.product(parts(), SPLITS):
        assert len(read(sample, task, split, language)) == count(task, split, language, DEFAULT)


@pytest.mark.parametrize("task", TAGGING)
def test_tagging_lines_have_a_token_and_a_known_tag(sample, task):
    known = set(TASKS[task].labels)
    for language, split in itertools.product(TASKS[task].languages, SPLITS):
        for sentence in read(sample, task, split, language):
            for line in sentence:
                token, tag = line
                assert token
                assert token == "".join(token.split())
                assert tag in known


@pytest.mark.parametrize("task", PAIRS)
def test_pair_lines_have_two_sentences_and_a_known_label(sample, task):
    known = set(TASKS[task].labels)
    for language, split in itertools.product(TASKS[task].languages, SPLITS):
        for line in read(sample, task, split, language):
            first, second, label = line
            assert first.strip() == first != ""
            assert second.strip() == second != ""
            assert label in known
            assert (" " in first) != lexicon(language).joined


def test_every_label_occurs_in_every_language_and_split(sample):
    for task, language in parts():
        for split in SPLITS:
            answers = read(sample, task, split, language)
            found = {tag for sentence in answers for _, tag in sentence} if task in TAGGING else {a[2] for a in answers}
            if (task, language) not in TINY and split != "dev":
                assert found == set(TASKS[task].labels), (task, split, language)


def test_iob_is_regular_but_for_a_few(larger):
    begun = irregular = 0
    for language in TASKS["panx"].languages:
        for sentence in read(larger, "panx", "test", language):
            tags = [tag for _, tag in sentence]
            for before, tag in itertools.pairwise(["O", *tags]):
                begun += tag[0] == "B"
                irregular += tag[0] == "I" and before[2:] != tag[2:]
    assert 0 < irregular < 0.02 * begun


@pytest.mark.parametrize("task", PAIRS)
def test_pairs_are_parallel_in_all_languages(sample, task):
    for split in SPLITS:
        files = {language: read(sample, task, split, language) for language in TASKS[task].languages}
        numbers = {
            language: [[number(first), number(second), label] for first, second, label in lines]
            for language, lines in files.items()
        }
        assert all(lines == numbers["en"] for lines in numbers.values())
        assert len({tuple(lines) for lines in files.values()}) == len(files)


def number(text):
    return "".join(character for character in text if character in "0123456789")


def test_a_premise_has_one_hypothesis_of_each_label(sample):
    for split in SPLITS:
        lines = read(sample, "xnli", split, "en")
        for i in range(0, len(lines), 3):
            three = lines[i : i + 3]
            assert len({premise for premise, _, _ in three}) == 1
            assert sorted(label for _, _, label in three) == sorted(TASKS["xnli"].labels)


def test_the_end_of_udpos_test_is_parallel_in_half_of_the_languages(sample):
    blocks, block = parallel_blocks(DEFAULT), parallel_count(DEFAULT)
    tags = {}
    for language in PARALLEL_POS:
        tail = read(sample, "udpos", "test", language)[blocks[language][0] - 1 : blocks[language][1]]
        assert len(tail) == block
        tags[language] = [Counter(tag for _, tag in sentence) for sentence in tail]
        digits = [[token for token, _ in sentence if token.isascii() and token.isdigit()] for sentence in tail]
        assert sorted(map(sorted, digits)) != [[]] * block
    assert all(counts == tags["en"] for counts in tags.values())
    own = [Counter(tag for _, tag in sentence) for sentence in read(sample, "udpos", "test", "de")[:block]]
    assert own != tags["de"]


def test_texts_repeat_inside_a_split_and_between_splits(larger):
    for task, language in [("xnli", "th"), ("pawsx", "ko"), ("udpos", "en"), ("panx", "zh")]:
        texts = {}
        for split in ("train", "test"):
            answers = read(larger, task, split, language)
            if task == "xnli":
                answers = answers[::3]
            texts[split] = [tuple(t for t, _ in answer) if task in TAGGING else answer[0] for answer in answers]
        test = texts["test"]
        repeated = len(test) - len(set(test))
        assert 0 < repeated < 0.1 * len(test), task
        crossing = len(set(test) & set(texts["train"]))
        assert 0 < crossing < 0.2 * len(test), task


def test_full_scale_is_xtreme_and_small_scales_keep_every_file():
    assert total(1.0) == 453_569
    assert [sum(SIZES[task]["test"].values()) for task in TASKS] == [75_150, 14_000, 102_119, 262_300]
    for task, language in parts():
        small = count(task, "test", language, DEFAULT)
        assert small <= 60
        assert small == 12 if (task, language) in TINY else small >= 48
        assert count(task, "test", language, 1e-9) == min(small, 48)
        assert count(task, "test", language, 1.0) == SIZES[task]["test"][language]
        assert count(task, "test", language, 2.0) == 2 * SIZES[task]["test"][language]


@pytest.mark.parametrize("scale", [0.0, -1.0, float("nan"), float("inf")])
def test_a_scale_that_is_not_positive_is_refused(tmp_path, scale):
    with pytest.raises(OrganizerFault, match="E233"):
        write_sample(tmp_path, scale=scale)
    assert not list(tmp_path.iterdir())


def test_a_write_fault_is_one_line_and_leaves_no_half_file(tmp_path):
    (tmp_path / "xnli" / "train-el.tsv").mkdir(parents=True)
    with pytest.raises(OrganizerFault, match="E232"):
        write_sample(tmp_path)
    assert not list(tmp_path.rglob("*.part"))


def test_lexicons_are_complete_and_normal():
    import unicodedata

    shapes = {language: sorted(lexicon(language).words) for language in LANGUAGES}
    assert shapes["en"][-1] > DIGITS
    for language in LANGUAGES:
        words = lexicon(language).words
        for field, size in enumerate(LISTED.values()):
            listed = [words[field * STEP + i] for i in range(size)]
            assert len(set(listed)) == size, (language, listed)
            for word in listed:
                assert unicodedata.normalize("NFC", word) == word
                assert all(unicodedata.category(character)[0] in "LMNP" for character in word), (language, word)


def test_listed_words_tell_the_languages_apart():
    for first, second in itertools.combinations(LANGUAGES, 2):
        one, two = ({lexicon(code).words[STEP + i] for i in range(LISTED["thing"])} for code in (first, second))
        assert len(one & two) < LISTED["thing"], (first, second)


def lexicon_tagger(train):
    counts = defaultdict(Counter)
    for sentence in train:
        for token, tag in sentence:
            counts[token.lower()][tag] += 1
    common = Counter(tag for sentence in train for _, tag in sentence).most_common(1)[0][0]
    return {token: tags.most_common(1)[0][0] for token, tags in counts.items()}, common


def test_a_word_lexicon_learns_parts_of_speech_and_is_not_perfect(sample):
    for language in TASKS["udpos"].languages:
        known, common = lexicon_tagger(read(sample, "udpos", "train", language))
        test = [pair for sentence in read(sample, "udpos", "test", language) for pair in sentence]
        right = sum(known.get(token.lower(), common) == tag for token, tag in test) / len(test)
        constant = sum(tag == common for _, tag in test) / len(test)
        assert constant + 0.4 < right < 0.97, language


def test_a_word_lexicon_learns_something_of_names(sample):
    # Where the constant answer `O` finds nothing: the share of entity tokens that get their tag.
    right = wrong = found = 0
    for language in TASKS["panx"].languages:
        known, _ = lexicon_tagger(read(sample, "panx", "train", language))
        for token, tag in (pair for sentence in read(sample, "panx", "test", language) for pair in sentence):
            answer = known.get(token.lower(), "O")
            found += tag != "O"
            right += tag != "O" and answer == tag
            wrong += tag == "O" and answer != "O"
    assert 0.3 < right / found < 0.9
    assert wrong < right


def features(first, second):
    old, new = (text.lower().rstrip(".").split() for text in (first, second))
    added, gone = set(new) - set(old), set(old) - set(new)
    pairs = set(itertools.pairwise(new)) - set(itertools.pairwise(old))
    counts = [f"new {min(len(added), 6)}", f"gone {min(len(gone), 9)}", f"pairs {min(len(pairs), 9)}"]
    starts = [f"starts {old[0] == new[0]} {old[0] in new} {new[0] in old}", f"ends {old[-1] == new[-1]}"]
    return ["bias", *counts, *starts, *(f"+{word}" for word in added), *(f"-{word}" for word in gone)]


def perceptron_accuracy(train, test, labels, rounds=8):
    weights, sums, step = defaultdict(float), defaultdict(float), 0

    def best(active, table):
        return max(labels, key=lambda label: sum(table.get((feature, label), 0.0) for feature in active))

    shuffled, chance = list(train), random.Random(1)
    for _ in range(rounds):
        chance.shuffle(shuffled)
        for active, label in shuffled:
            step += 1
            guess = best(active, weights)
            if guess != label:
                for feature, sign in itertools.product(active, ((label, 1), (guess, -1))):
                    weights[feature, sign[0]] += sign[1]
                    sums[feature, sign[0]] += sign[1] * step
    average = {key: value - sums[key] / step for key, value in weights.items()}
    return sum(best(active, average) == label for active, label in test) / len(test)


@pytest.mark.parametrize(("task", "chance"), [("xnli", 1 / 3), ("pawsx", 0.55)])
def test_a_linear_model_beats_chance_on_pairs_and_is_not_perfect(larger, task, chance):
    languages = [language for language in TASKS[task].languages if not lexicon(language).joined][:5]
    train, test = (
        [
            (features(first, second), label)
            for language in languages
            for first, second, label in read(larger, task, split, language)
        ]
        for split in ("train", "test")
    )
    accuracy = perceptron_accuracy(train, test[::3], TASKS[task].labels)
    assert chance + 0.15 < accuracy < 0.95


def test_homographs_make_a_form_ambiguous(sample):
    classes = defaultdict(set)
    for sentence in read(sample, "udpos", "train", "en"):
        for token, tag in sentence:
            classes[token.lower()].add(tag)
    assert sum(len(tags) > 1 for tags in classes.values()) > 20
    assert len(HOMOGRAPHS) == 10


@pytest.mark.long
def test_full_scale_has_about_the_tokens_of_xtreme(tmp_path: Path):
    write_sample(tmp_path, scale=1.0)
    tokens = examples = 0
    for task, language in parts():
        with (tmp_path / task / f"test-{language}.tsv").open("rb") as stream:
            lines = blank = 0
            for line in stream:
                lines += 1
                blank += line == b"\n"
        tokens += lines - blank if task in TAGGING else 0
        examples += blank if task in TAGGING else lines
    assert examples == 453_569
    assert 4_500_000 < tokens < 5_000_000

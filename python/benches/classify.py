"""Reading messages: ours beside scikit-learn, fastText and keyword rules on the same splits, then speed in the same run.

Label files are looked for in ``$GUANJIA_DATA/text`` (``../shared/data`` if not set); what is absent, files or peers, is
skipped with a line. Accuracy and macro-F1 are of five-fold cross-validation, folds fixed by a seed; the standard classifier
as shipped is judged on the same rows, which it has not seen. The table is printed and saved to ``out/eval.md``.
"""

from __future__ import annotations

import csv
import os
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import redirect_stderr
from io import StringIO
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, Literal

from guanjia import Classifier, TextModel

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("GUANJIA_DATA", ROOT.parent / "shared" / "data")) / "text"
FOLDS = 5
SEED = 20261125
FIELDS = ("kind", "topic", "urgency", "major")

Texts = list[str]
Labels = list[str]
Peer = Callable[[Texts, Labels], Callable[[Texts], Labels]]
"""Learns from texts and labels; gives what labels texts."""

lines: list[str] = []


def tell(line: str = "") -> None:
    """Prints a line and keeps it for the file."""
    print(line, flush=True)
    lines.append(line)


def rows(name: str, delimiter: str = ",") -> list[dict[str, str]]:
    """The rows of a data file; none if it is absent."""
    path = DATA / name
    if not path.exists():
        tell(f"skipped: {name} is not in $GUANJIA_DATA/text")
        return []
    quoting: Literal[0, 3] = csv.QUOTE_NONE if delimiter == "\t" else csv.QUOTE_MINIMAL
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter, quoting=quoting))


def ours(texts: Texts, labels: Labels) -> Callable[[Texts], Labels]:
    """Our model of one set of labels."""
    model = TextModel.train(texts, labels)
    return lambda unseen: list(model.classify_many(unseen).label)


def linear(order: int, machine: str) -> Peer:
    """scikit-learn's linear machines over character n-grams, weighted by TF-IDF."""
    from sklearn.feature_extraction.text import TfidfVectorizer  # type: ignore[import-not-found, import-untyped, unused-ignore]
    from sklearn.linear_model import LogisticRegression  # type: ignore[import-not-found, import-untyped, unused-ignore]
    from sklearn.pipeline import make_pipeline  # type: ignore[import-not-found, import-untyped, unused-ignore]
    from sklearn.svm import LinearSVC  # type: ignore[import-not-found, import-untyped, unused-ignore]

    def learn(texts: Texts, labels: Labels) -> Callable[[Texts], Labels]:
        made = {
            "svc": lambda: LinearSVC(),
            "svc balanced": lambda: LinearSVC(class_weight="balanced"),
            "logistic": lambda: LogisticRegression(C=10, max_iter=300),
        }
        grams = TfidfVectorizer(analyzer="char", ngram_range=(1, order), sublinear_tf=True)
        pipe = make_pipeline(grams, made[machine]()).fit(texts, labels)
        return lambda unseen: list(pipe.predict(unseen))

    return learn


def fast(texts: Texts, labels: Labels) -> Callable[[Texts], Labels]:
    """fastText over characters; its defaults learn nothing from so few texts."""
    import fasttext  # type: ignore[import-not-found, import-untyped, unused-ignore]

    spaced = [" ".join(text.replace("\n", " ")) for text in texts]
    codes = {label: f"__label__{at}" for at, label in enumerate(sorted(set(labels)))}
    names = {code: label for label, code in codes.items()}
    with NamedTemporaryFile("w", encoding="utf-8", suffix=".txt") as file:
        file.writelines(f"{codes[label]} {text}\n" for text, label in zip(spaced, labels, strict=True))
        file.flush()
        epochs = 100 if len(texts) < 5_000 else 10
        model = fasttext.train_supervised(
            file.name, epoch=epochs, lr=0.5, wordNgrams=2, dim=50, bucket=200_000, verbose=0, thread=1
        )
    return lambda unseen: [names[model.predict(" ".join(text.replace("\n", " ")))[0][0]] for text in unseen]


def keywords(texts: Texts, labels: Labels) -> Callable[[Texts], Labels]:
    """Rules of keywords: per label the twenty two-character words that speak most for it; the most hits win."""
    common = max(set(labels), key=labels.count)
    counts: dict[str, dict[str, int]] = {}
    for text, label in zip(texts, labels, strict=True):
        for gram in {text[at : at + 2] for at in range(len(text) - 1)}:
            by = counts.setdefault(gram, {})
            by[label] = by.get(label, 0) + 1
    rules: dict[str, str] = {}
    for label in sorted(set(labels)):
        speaks = [(by.get(label, 0) ** 2 / sum(by.values()), gram) for gram, by in counts.items()]
        rules.update({gram: label for _, gram in sorted(speaks, reverse=True)[:20]})

    def label_of(text: str) -> str:
        hits = [rules[gram] for gram in {text[at : at + 2] for at in range(len(text) - 1)} if gram in rules]
        return max(sorted(set(hits)), key=hits.count) if hits else common

    return lambda unseen: [label_of(text) for text in unseen]


def peers() -> dict[str, Peer]:
    """Ours and whoever is installed."""
    found: dict[str, Peer] = {"guanjia TextModel": ours, "keyword rules": keywords}
    try:
        found["sklearn char(1,3) LinearSVC"] = linear(3, "svc")
        found["sklearn char(1,3) LinearSVC balanced"] = linear(3, "svc balanced")
        found["sklearn char(1,2) LogisticRegression"] = linear(2, "logistic")
    except ImportError:
        tell("skipped: scikit-learn is not installed")
    try:
        import fasttext  # type: ignore[import-not-found, import-untyped, unused-ignore]  # noqa: F401

        found["fastText, characters"] = fast
    except ImportError:
        tell("skipped: fastText is not installed")
    return found


def measured(given: Sequence[str], answered: Sequence[str]) -> tuple[float, float]:
    """Accuracy and macro-F1 over labels given or answered."""
    scores = []
    for label in {*given, *answered}:
        hits = sum(one == other == label for one, other in zip(given, answered, strict=True))
        met = sum(one == label for one in given) + sum(other == label for other in answered)
        scores.append(2 * hits / met)
    right = sum(one == other for one, other in zip(given, answered, strict=True))
    return right / len(given), statistics.mean(scores)


def folds(n: int) -> Iterator[tuple[list[int], list[int]]]:
    """Rows to learn from and rows to be judged on."""
    order = list(range(n))
    random.Random(SEED).shuffle(order)
    for fold in range(FOLDS):
        yield [at for place, at in enumerate(order) if place % FOLDS != fold], order[fold::FOLDS]


def crossed(texts: Texts, labels: Labels, learn: Peer) -> Labels:
    """Labels of texts by models that have not seen them."""
    answered = [""] * len(texts)
    for seen, judged in folds(len(texts)):
        with redirect_stderr(StringIO()):
            model = learn([texts[at] for at in seen], [labels[at] for at in seen])
        for at, label in zip(judged, model([texts[at] for at in judged]), strict=True):
            answered[at] = label
    return answered


def report(answers: dict[str, tuple[Labels, Labels]]) -> None:
    """One row per competitor."""
    tell("| | accuracy | macro-F1 |")
    tell("|---|--:|--:|")
    for name, (given, answered) in answers.items():
        accuracy, f1 = measured(given, answered)
        tell(f"| {name} | {accuracy:.3f} | {f1:.3f} |")
    tell()


def any_labels(name: str, texts: Texts, labels: Labels, found: dict[str, Peer]) -> None:
    """One set of labels, everybody trained on the same folds."""
    if texts:
        tell(f"## {name}: {len(texts)} texts, {len(set(labels))} labels")
        report({peer: (labels, crossed(texts, labels, learn)) for peer, learn in found.items()})


def fields_of(read: Any) -> dict[str, Labels]:
    """The columns of a batch by field."""
    return {
        "kind": list(read.kind),
        "topic": list(read.topic),
        "urgency": list(read.urgency),
        "major": ["1" if major else "0" for major in read.major],
    }


def own_classifier(table: list[dict[str, str]]) -> dict[str, Labels]:
    """A classifier with the standard lexicon, learned from the other folds of the same file."""
    answered = {field: [""] * len(table) for field in FIELDS}
    for seen, judged in folds(len(table)):
        learn = [table[at] for at in seen]
        labels: dict[str, Any] = {field: [row[field] for row in learn] for field in FIELDS[:3]}
        majors = [row["major"] == "1" for row in learn]
        made = Classifier.train("fold@1", [row["text"] for row in learn], **labels, major=majors)
        for field, codes in fields_of(made.classify_many([table[at]["text"] for at in judged])).items():
            for at, code in zip(judged, codes, strict=True):
                answered[field][at] = code
    return answered


def messages(name: str, found: dict[str, Peer]) -> None:
    """A file of labelled messages: the standard classifier, one of our own, the peers, the two readings."""
    table = rows(name, "\t")
    if not table:
        return
    tell(f"# {name}: {len(table)} messages")
    texts = [row["text"] for row in table]
    standard = fields_of(Classifier.standard().classify_many(texts))
    own = own_classifier(table)
    for at, field in enumerate(FIELDS):
        given = [row[field] for row in table]
        answers = {
            "guanjia standard, as shipped": (given, standard[field]),
            "guanjia Classifier, cross-validated": (given, own[field]),
        }
        answers |= {peer: (given, crossed(texts, given, learn)) for peer, learn in found.items()}
        if "reading_a" in table[0]:
            one, other = ([row[reading].split("/")[at] for row in table] for reading in ("reading_a", "reading_b"))
            answers["the two readings, one beside the other"] = (one, other)
            answers["reading a beside the agreed label"] = (given, one)
        tell(f"## {field}")
        report(answers)
    called = [urgency == "emergency" for urgency in standard["urgency"]]
    real = [row["urgency"] == "emergency" for row in table]
    both = sum(one and other for one, other in zip(called, real, strict=True))
    tell(f"Emergencies, standard classifier: {both} of {sum(real)} recalled, {sum(called) - both} called that are none")
    tell(f"({1000 * (sum(called) - both) / max(1, len(real) - sum(real)):.0f} of 1,000 other messages).")
    tell()


def median_rate(work: Callable[[], object], n: int, rounds: int = 5) -> float:
    """How many a second, the median of some rounds."""
    rates = []
    for _ in range(rounds):
        begun = time.perf_counter()
        work()
        rates.append(n / (time.perf_counter() - begun))
    return statistics.median(rates)


def speeds(texts: Texts, labels: Labels, found: dict[str, Peer]) -> None:
    """Messages a second, raw text to label, cut to 213 characters; one text of 20 characters at a time."""
    if not texts:
        return
    long = [(text * 3)[:213] for text in texts]
    short = [text[:20] for text in texts]
    tell("## Speed, one thread: messages of 213 characters a second, and microseconds for one of 20")
    tell("| | batch | beside the first | one message, us | learning, s |")
    tell("|---|--:|--:|--:|--:|")
    standard = Classifier.standard()
    batch = long * max(1, 20_000 // len(long))
    first = median_rate(lambda: standard.classify_many(batch), len(batch))
    single = 1e6 / median_rate(lambda: [standard.classify(text) for text in short * 20], len(short) * 20)
    tell(f"| guanjia standard: four fields | {first:,.0f} | 1.0 | {single:.2f} | |")
    for name, learn in found.items():
        begun = time.perf_counter()
        model = learn(long, labels)
        learned = time.perf_counter() - begun
        rate = median_rate(lambda: model(long), len(long), 3)
        alone = 1e6 / median_rate(lambda: [model([text]) for text in short[:100]], min(100, len(short)), 3)
        tell(f"| {name}: one field | {rate:,.0f} | {rate / first:.3f} | {alone:.2f} | {learned:.2f} |")
    tell()


def main() -> None:
    """All of it."""
    found = peers()
    for name in ("property_labels_dev.tsv", "callnotes_dev.tsv"):
        messages(name, found)
    seven = rows("zhengwu_label7_dev.csv")
    texts = [(row["title"] + "。" + row["body"])[:300] for row in seven]
    any_labels("zhengwu_label7_dev, title and body", texts, [row["label7"] for row in seven], found)
    any_labels("zhengwu_label7_dev, titles", [row["title"] for row in seven], [row["label7"] for row in seven], found)
    feeling = rows("sentiment_dev.csv")
    slow = {name: peer for name, peer in found.items() if "balanced" not in name}
    any_labels("sentiment_dev", [row["review"] for row in feeling], [row["label"] for row in feeling], slow)
    if feeling:
        titles = [row["review"][:20] for row in feeling][:20_000]
        begun = time.perf_counter()
        TextModel.train(titles, [row["label"] for row in feeling][:20_000])
        tell(f"Learning from {len(titles):,} texts of 20 characters: {time.perf_counter() - begun:.2f} s")
        tell()
    speeds(texts, [row["label7"] for row in seven], found)
    out = ROOT / "out"
    out.mkdir(exist_ok=True)
    (out / "eval.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"saved to {out / 'eval.md'}", file=sys.stderr)


if __name__ == "__main__":
    main()

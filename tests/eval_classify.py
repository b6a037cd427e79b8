"""How well the classifier reads labelled messages: one JSON object per file.

    python tests/eval_classify.py FILE... [--train FILE] [--lexicon FILE]

A file is TSV with a header and the columns text, kind, topic, urgency, major; columns that are absent are not judged. The
classifier is the standard one as shipped, or with ``--train`` one that learned from another such file. The release build
that `make eval` leaves in build/bench is taken if it is there, else the one of the tests.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
for place in (ROOT / "python", ROOT / "build" / "bench"):
    if (place / "guanjia" / "_native.abi3.so").exists():
        sys.path.insert(0, str(place))

try:
    from guanjia import Classifier
except ImportError as error:
    sys.exit(f"the Python module is not built ({error}): run `make eval` or `make test` first")

FIELDS = ("kind", "topic", "urgency", "major")
Row = dict[str, str]


def rows_of(path: str) -> list[Row]:
    """The rows of a label file, by column."""
    with open(path, encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        rows = list(reader)
    if "text" not in (reader.fieldnames or ()):
        sys.exit(f"{path}: has the columns {reader.fieldnames}, `text` is not among them")
    return rows


def judged(given: Sequence[str], answered: Sequence[str]) -> dict[str, Any]:
    """Accuracy, macro-F1 over labels given or answered, and the confusion: a row per label given."""
    labels = sorted({*given, *answered})
    place = {label: at for at, label in enumerate(labels)}
    confusion = [[0] * len(labels) for _ in labels]
    for one, other in zip(given, answered, strict=True):
        confusion[place[one]][place[other]] += 1
    right = [confusion[at][at] for at in range(len(labels))]
    met = [sum(confusion[at]) + sum(row[at] for row in confusion) for at in range(len(labels))]
    return {
        "accuracy": sum(right) / len(given),
        "macro_f1": sum(2 * hit / all_ for hit, all_ in zip(right, met, strict=True)) / len(labels),
        "confusion": {"labels": labels, "given_by_answered": confusion},
    }


def ratio(part: int, of: int) -> float | None:
    """A share, or nothing of nothing."""
    return part / of if of else None


def trained(path: str, lexicon: str | None) -> Classifier:
    """A classifier that learned from a label file."""
    rows = rows_of(path)
    fields: dict[str, Any] = {field: [row[field] or None for row in rows] for field in FIELDS[:3]}
    majors = [row["major"].strip() == "1" for row in rows]
    rules = None if lexicon is None else Path(lexicon).read_text(encoding="utf-8")
    return Classifier.train("trained@1", [row["text"] for row in rows], **fields, major=majors, lexicon=rules)


def answers(classifier: Classifier, texts: list[str]) -> dict[str, list[str]]:
    """The labels of texts, by field."""
    columns = classifier.classify_many(texts)
    return {
        "kind": [str(code) for code in columns.kind],
        "topic": [str(code) for code in columns.topic],
        "urgency": [str(code) for code in columns.urgency],
        "major": ["1" if major else "0" for major in columns.major],
    }


def speed(classifier: Classifier, texts: list[str]) -> float:
    """Messages a second through a batch, the best of five: what the machine can do when it is left alone."""
    batch = texts * max(1, 20_000 // max(1, len(texts)))
    best = float("inf")
    for _ in range(5):
        begun = time.perf_counter()
        classifier.classify_many(batch)
        best = min(best, time.perf_counter() - begun)
    return len(batch) / best


def evaluated(classifier: Classifier, path: str) -> dict[str, Any]:
    """The report of one file."""
    rows = rows_of(path)
    texts = [row["text"] for row in rows]
    answered = answers(classifier, texts)
    report: dict[str, Any] = {"file": path, "n": len(rows)}
    for field in FIELDS:
        known = [at for at, row in enumerate(rows) if (row.get(field) or "").strip()]
        if known:
            report[field] = judged([rows[at][field].strip() for at in known], [answered[field][at] for at in known])
    if "urgency" in report:
        given = [(row.get("urgency") or "").strip() == "emergency" for row in rows]
        called = [urgency == "emergency" for urgency in answered["urgency"]]
        both = sum(one and other for one, other in zip(given, called, strict=True))
        report["emergency"] = {
            "recall": ratio(both, sum(given)),
            "precision": ratio(both, sum(called)),
            "false_alarms_per_1000": ratio(1000 * (sum(called) - both), len(rows) - sum(given)),
        }
    report["messages_per_second"] = round(speed(classifier, texts)) if texts else None
    return report


def main(arguments: Iterable[str] | None = None) -> None:
    """Prints one JSON object per file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", metavar="FILE")
    parser.add_argument("--train", metavar="FILE", help="learn from this file instead of taking the standard classifier")
    parser.add_argument("--lexicon", metavar="FILE", help="with --train: a lexicon in TOML instead of the standard one")
    given = parser.parse_args(None if arguments is None else list(arguments))
    classifier = trained(given.train, given.lexicon) if given.train else Classifier.standard()
    for path in given.files:
        print(json.dumps(evaluated(classifier, path), ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()

"""Messages to labels: every family of columns in and out, training, files, and what is refused."""

from __future__ import annotations

import pickle
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from guanjia import Ask, Classifier, DataError, GuanjiaError, Labels, LabelColumns, TextModel, Thresholds
from guanjia.errors import ArgumentError

np = pytest.importorskip("numpy")
pd = pytest.importorskip("pandas")
pa = pytest.importorskip("pyarrow")
pl = pytest.importorskip("polars")

STANDARD = Classifier.standard()
GAS, FEE = "厨房里有股煤气味,一家人头晕,快派人来", "请问物业费怎么交"
TEXTS = [GAS, None, FEE, ""]
TOPICS = ["utilities", None, "fees", "other"]
MAJOR = [True, None, False, False]
FIELDS = (
    "kind topic second_topic urgency major raised known kind_confidence topic_confidence urgency_confidence major_confidence ask"
).split()


def listed(column: Any) -> list[Any]:
    """A column of any family as a list, what is absent as None."""
    values = column.to_pylist() if hasattr(column, "to_pylist") else list(column)
    return [None if value is None or value is pd.NA or value != value else value for value in values]


def expected() -> LabelColumns:
    """What single calls say."""
    rows = [None if text is None else STANDARD.classify(text) for text in TEXTS]
    asks = [None if row is None else bool(row.ask) for row in rows]
    columns = {field: [None if row is None else getattr(row, field) for row in rows] for field in FIELDS[:-1]}
    return LabelColumns(**columns, ask=asks)


FAMILIES = {
    "a list": TEXTS,
    "a tuple": tuple(TEXTS),
    "pandas, str": pd.Series(TEXTS, index=[7, 5, 3, 1], name="said"),
    "pandas, object": pd.Series(TEXTS, dtype=object),
    "pandas, pyarrow": pd.Series(TEXTS, dtype=pd.ArrowDtype(pa.string())),
    "pandas, an index": pd.Index(TEXTS, dtype=object),
    "pyarrow": pa.array(TEXTS),
    "pyarrow, large": pa.array(TEXTS, pa.large_string()),
    "pyarrow, views": pa.array(TEXTS, pa.string_view()),
    "pyarrow, chunks": pa.chunked_array([TEXTS[:1], [], TEXTS[1:]], pa.string()),
    "pyarrow, a slice": pa.array(["x", None, *TEXTS, "y"])[2:6],
    "pyarrow, a slice of views": pa.array(["x", GAS, *TEXTS, "y"], pa.string_view())[2:6],
    "polars": pl.Series("said", TEXTS),
    "polars, a slice": pl.Series("said", ["x", *TEXTS])[1:],
}


@pytest.mark.parametrize("family", FAMILIES)
def test_columns_say_what_single_calls_say(family: str) -> None:
    columns = STANDARD.classify_many(FAMILIES[family])
    assert len(columns) == len(TEXTS)
    for field, values in expected().to_dict().items():
        assert listed(columns.to_dict()[field]) == values, field
    assert listed(columns.topic) == TOPICS and listed(columns.major) == MAJOR


def test_answers_are_of_the_family_of_the_question() -> None:
    series = STANDARD.classify_many(FAMILIES["pandas, str"]).topic
    assert isinstance(series, pd.Series) and series.name == "said" and list(series.index) == [7, 5, 3, 1]
    assert isinstance(STANDARD.classify_many(FAMILIES["pandas, an index"]).topic, pd.Index)
    assert isinstance(STANDARD.classify_many(FAMILIES["pyarrow"]).topic, pa.Array)
    assert isinstance(STANDARD.classify_many(FAMILIES["pyarrow, chunks"]).topic, pa.ChunkedArray)
    assert isinstance(STANDARD.classify_many(FAMILIES["polars"]).topic, pl.Series)
    frame = pl.DataFrame(STANDARD.classify_many(FAMILIES["polars"]).to_dict())
    assert frame.columns == FIELDS and frame["topic"].to_list() == TOPICS
    assert pa.table(STANDARD.classify_many(FAMILIES["pyarrow"]).to_dict())["major"].to_pylist() == MAJOR
    assert pd.DataFrame(STANDARD.classify_many(FAMILIES["pandas, str"]).to_dict()).shape == (4, 12)


def test_numpy_answers_in_arrays() -> None:
    columns = STANDARD.classify_many(np.array(TEXTS, dtype=object))
    assert columns.topic.dtype == object and columns.topic.tolist() == TOPICS
    assert columns.major.dtype == bool and columns.major.tolist() == [True, False, False, False]
    assert columns.kind_confidence.dtype == "f4" and np.isnan(columns.kind_confidence[1])
    assert STANDARD.classify_many(np.array([GAS, FEE])).topic.tolist() == ["utilities", "fees"]
    with pytest.raises(ArgumentError, match="one dimension"):
        STANDARD.classify_many(np.array([[GAS], [FEE]]))


def test_nothing_is_answered_with_nothing() -> None:
    nothings: list[Any] = [[], pa.array([], pa.string()), pa.array([], pa.string_view()), pl.Series([], dtype=pl.String)]
    for nothing in nothings:
        assert len(STANDARD.classify_many(nothing)) == 0
    assert listed(STANDARD.classify_many([None, float("nan"), pd.NA]).kind) == [None] * 3


@pytest.mark.parametrize(
    ("texts", "path", "why"),
    [
        ("电梯", "texts", "a list or a column"),
        (b"x", "texts", "a list or a column"),
        (5, "texts", "a list or a column"),
        ([GAS, 5], "texts[1]", "text is needed, not 5"),
        (["\ud800"], "texts[0]", "surrogate"),
        ([GAS.encode("gb18030")], "texts[0]", "text is needed"),
        (pa.array([1]), "texts", "Arrow's type `l`"),
        (pa.table({"a": [GAS], "b": [FEE]}), "texts", "a table of 2 columns"),
    ],
)
def test_what_is_no_column_of_texts_is_refused(texts: Any, path: str, why: str) -> None:
    with pytest.raises(ArgumentError, match=why) as raised:
        STANDARD.classify_many(texts)
    assert raised.value.path == path


def test_a_producer_that_lies_is_told_the_row() -> None:
    offsets = pa.py_buffer(np.array([0, 3, 5], "i4").tobytes())
    lie = pa.Array.from_buffers(pa.string(), 2, [None, offsets, pa.py_buffer("门".encode() + b"\xff\xfe")])
    with pytest.raises(ArgumentError, match="not UTF-8") as raised:
        STANDARD.classify_many(lie)
    assert raised.value.path == "texts[1]"
    backwards = pa.py_buffer(np.array([3, 0, 5], "i4").tobytes())
    with pytest.raises(ArgumentError, match="beyond its buffer"):
        STANDARD.classify_many(pa.Array.from_buffers(pa.string(), 2, [None, backwards, pa.py_buffer("门".encode() * 2)]))


def test_one_text() -> None:
    read = STANDARD.classify(GAS)
    assert isinstance(read, Labels) and (read.topic, read.urgency, read.major, read.ask) == ("utilities", "emergency", True, ())
    for wrong in (None, b"x", "\ud800", ["x"]):
        with pytest.raises(ArgumentError) as raised:
            STANDARD.classify(wrong)  # type: ignore[arg-type]
        assert raised.value.path == "text"


def test_an_unsure_answer_asks() -> None:
    always = STANDARD.with_thresholds(ask=1.0)
    assert [ask.field for ask in always.classify(FEE).ask] == ["kind", "topic", "urgency", "major"]
    kind = always.classify(FEE).ask[0]
    assert isinstance(kind, Ask) and kind.best == "inquiry" and kind.second in STANDARD.kinds
    assert always.classify_many([FEE]).ask == [True]
    assert STANDARD.with_thresholds(ask=0.0).classify_many(["那件事情后来究竟怎么样了"]).ask == [False]


def test_thresholds_turn_answers_and_are_kept() -> None:
    anxious = STANDARD.with_thresholds(danger=0.0, major=0.0)
    assert anxious.classify(FEE).urgency == "emergency" and anxious.classify(FEE).raised
    assert anxious.thresholds == Thresholds(STANDARD.thresholds.ask, 0.0, 0.0)
    assert Classifier.load(anxious.to_bytes()).classify(FEE).urgency == "emergency"
    assert STANDARD.classify(FEE).urgency == "low"


def test_thresholds_follow_from_labelled_messages() -> None:
    texts = [f"{n}栋有煤气味" for n in range(30)] + [f"{n}栋的物业费怎么交" for n in range(30)]
    urgency, major = ["emergency"] * 30 + ["low"] * 30, [1] * 30 + [0] * 30
    tuned = STANDARD.tune(texts, urgency=urgency, major=major, found=1.0)
    read = STANDARD.with_thresholds(danger=tuned.danger, major=tuned.major).classify_many(texts)
    assert read.urgency[:30] == ["emergency"] * 30 and "emergency" not in read.urgency[30:]
    assert STANDARD.tune([], urgency=[], major=[]) == STANDARD.thresholds


def test_evidence_adds_up_and_is_cut_from_the_text() -> None:
    why = STANDARD.explain(GAS, limit=3)
    assert why["labels"]["urgency"] == "emergency"
    for told in why["explained"]:
        assert sum(one["weight"] for one in told["evidence"]) == pytest.approx(told["score"], abs=1e-9)
        assert all(GAS[one["from"] : one["to"]] == one["words"] for one in told["evidence"])


def own() -> Classifier:
    texts = ["电梯坏了", "电梯困人", "太吵了", "谢谢"] * 5
    return Classifier.train(
        "ours@1",
        pa.array(texts),
        kind=pd.Series(["repair", "help", "complaint", "praise"] * 5),
        topic=["lift", "lift", "noise", None] * 5,
        urgency=np.array(["urgent", "emergency", "normal", "low"] * 5),
        major=[0, 1, False, None] * 5,
    )


def test_a_host_teaches_its_own() -> None:
    ours = own()
    assert ours.name == "ours@1" and ours.topics == ("lift", "noise") and ours.classify("太吵").topic == "noise"
    assert [measure["field"] for measure in ours.measures] == ["kind", "topic", "urgency", "major"]
    assert own().to_bytes() == ours.to_bytes()


@pytest.mark.parametrize(
    ("changed", "path"),
    [
        ({"kind": ["repair"]}, "kind"),
        ({"kind": "repair"}, "kind"),
        ({"kind": ["repair", ""]}, "kind[1]"),
        ({"topic": ["lift", 5]}, "topic[1]"),
        ({"major": [True, "0"]}, "major[1]"),
        ({"texts": [GAS, None]}, "texts[1]"),
    ],
)
def test_labels_that_do_not_fit_are_told(changed: dict[str, Any], path: str) -> None:
    given: dict[str, Any] = {
        "texts": [GAS, FEE], "kind": ["repair", "inquiry"], "topic": ["lift", "fees"], "urgency": ["low", "normal"], "major": [0, 1]
    } | changed
    with pytest.raises(ArgumentError) as raised:
        Classifier.train("ours@1", given.pop("texts"), **given)
    assert raised.value.path == path


def test_one_label_alone_teaches_nothing() -> None:
    with pytest.raises(DataError, match="one label alone"):
        TextModel.train(["电梯坏了", "太吵"], ["a", "a"])
    with pytest.raises(DataError) as raised:
        Classifier.train("ours@1", [GAS], kind=["repair"], topic=None, urgency=["low"], major=[1])  # type: ignore[arg-type]
    assert len(raised.value.problems) == 4


def test_files_are_kept_and_damaged_ones_refused(tmp_path: Path) -> None:
    ours, file = own(), tmp_path / "ours.gjm"
    ours.save(file)
    again = Classifier.load(file)
    assert again.classify_many(TEXTS).to_dict() == ours.classify_many(TEXTS).to_dict()
    assert pickle.loads(pickle.dumps(ours)).classify("太吵") == ours.classify("太吵")
    whole = file.read_bytes()
    for broken in (b"", whole[:-1], whole[:200] + b"x" + whole[201:], b"PK" + whole):
        with pytest.raises(GuanjiaError):
            Classifier.load(broken)
    with pytest.raises(GuanjiaError, match="text model"):
        TextModel.load(whole)


def test_the_least_certain_are_picked() -> None:
    assert STANDARD.uncertain(pl.Series([GAS, "那件事情后来怎么样了", FEE]), 1) == [1]
    assert STANDARD.uncertain([], 3) == []


def test_threads_read_alike() -> None:
    alone = STANDARD.classify_many(FAMILIES["pyarrow"]).to_dict()
    with ThreadPoolExecutor(4) as pool:
        for columns in pool.map(STANDARD.classify_many, [FAMILIES["pyarrow"]] * 16):
            assert columns.to_dict() == alone


def test_a_model_of_any_labels() -> None:
    model = TextModel.train(pd.Series(["电梯坏了", "电梯停了", "太吵了", "半夜很吵"]), pa.array(["梯", "梯", "吵", "吵"]))
    assert model.labels == ("吵", "梯") and model.classify("电梯").label == "梯"
    columns = model.classify_many(pa.array(["好吵", None]))
    assert listed(columns.label) == ["吵", None] and listed(columns.second) == ["梯", None]
    assert listed(columns.confidence)[0] == pytest.approx(model.classify("好吵").confidence)
    assert model.measure["n"] == 4 and pickle.loads(pickle.dumps(model)).labels == model.labels
    with pytest.raises(ArgumentError, match="none of"):
        model.explain("吵", "moon")
    with pytest.raises(ArgumentError, match="absent"):
        TextModel.train(["a", "b"], ["x", None])

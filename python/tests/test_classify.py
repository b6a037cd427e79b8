"""Messages to labels: every family of columns in and out, training, files, and what is refused."""

from __future__ import annotations

import ctypes
import pickle
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from guanjia import Ask, Classifier, DataError, GuanjiaError, Labels, LabelColumns, TextModel, Thresholds
from guanjia.errors import ArgumentError
from hypothesis import given
from hypothesis import strategies as st

np = pytest.importorskip("numpy")
pd = pytest.importorskip("pandas")
pa = pytest.importorskip("pyarrow")
pl = pytest.importorskip("polars")

STANDARD = Classifier.standard()
MODEL = TextModel.train(["电梯坏了", "电梯停了", "太吵了", "半夜很吵", "谢谢师傅", "服务真好"], ["梯", "梯", "吵", "吵", "谢", "谢"])
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
    "pyarrow, a dictionary": pa.array(TEXTS).dictionary_encode(),
    "pyarrow, a slice of a dictionary": pa.chunked_array([pa.array(["x", *TEXTS]).dictionary_encode()[1:3], pa.array(TEXTS[2:]).dictionary_encode()]),
    "pyarrow, a dictionary of views": pa.DictionaryArray.from_arrays(
        pa.array([0, None, 1, 2], pa.uint8()), pa.array([GAS, FEE, "", None], pa.string_view())
    ),
    "pyarrow, a dictionary with a null": pa.DictionaryArray.from_arrays(pa.array([2, 0, 3, 1], pa.int64()), pa.array([None, "", GAS, FEE])),
    "pyarrow, a table": pa.table({"said": TEXTS}),
    "pyarrow, a table with a dictionary": pa.table({"said": pa.array(TEXTS).dictionary_encode()}),
    "pyarrow, a slice of a batch": pa.RecordBatch.from_arrays([pa.array(["x", *TEXTS, "y"])], ["said"])[1:5],
    "pyarrow, a struct": pa.StructArray.from_arrays(
        [pa.array(["x", GAS, "here", FEE, ""])], ["said"], mask=pa.array([False, False, True, False, False])
    )[1:],
    "pandas, string": pd.Series(TEXTS, dtype="string"),
    "pandas, a category": pd.Series(TEXTS, dtype="category"),
    "polars, a category": pl.Series("said", TEXTS, pl.Categorical),
    "polars, an enum": pl.Series("said", TEXTS, pl.Enum(["x", "", FEE, GAS])),
    "polars, chunks": pl.Series("said", TEXTS[:2]).append(pl.Series(TEXTS[2:])),
    "polars, a frame": pl.DataFrame({"said": TEXTS}),
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


@pytest.mark.parametrize(
    ("family", "dtypes"),
    [
        ("pandas, str", ["str", "boolean", "float32"]),
        ("pandas, string", ["string", "boolean", "float32"]),
        ("pandas, object", ["object", "boolean", "float32"]),
        ("pandas, a category", ["object", "boolean", "float32"]),
        ("pandas, an index", ["object", "boolean", "float32"]),
        ("pandas, pyarrow", ["large_string[pyarrow]", "bool[pyarrow]", "float[pyarrow]"]),
        ("pyarrow", ["large_string", "bool", "float"]),
        ("polars", ["String", "Boolean", "Float32"]),
    ],
)
def test_answers_have_their_familys_types(family: str, dtypes: list[str]) -> None:
    columns = STANDARD.classify_many(FAMILIES[family])
    for column, dtype in zip((columns.kind, columns.ask, columns.major_confidence), dtypes, strict=True):
        assert str(getattr(column, "dtype", None) or column.type) == dtype


def test_an_unknown_library_is_answered_by_the_protocol() -> None:
    duckdb = pytest.importorskip("duckdb", reason="duckdb is not installed: its relations are not tried")
    relation = duckdb.sql("select case when i % 3 = 0 then null when i % 3 = 1 then '楼道灯坏了' else '物业费怎么交' end from range(5000) t(i)")
    columns = STANDARD.classify_many(relation)
    assert len(columns) == 5_000
    table = pa.table(columns.to_dict())
    assert table.schema.types[:5] == [pa.large_string()] * 4 + [pa.bool_()] and table["topic"].null_count == 1_667
    table.validate(full=True)
    assert table["kind_confidence"].to_pylist() == listed(STANDARD.classify_many([row[0] for row in relation.fetchall()]).kind_confidence)


def test_iterables_are_taken_once() -> None:
    assert STANDARD.classify_many(text for text in TEXTS).topic == TOPICS
    assert STANDARD.classify_many({GAS: 1, FEE: 2}.keys()).topic == ["utilities", "fees"]
    assert STANDARD.classify_many(np.ma.array([GAS, FEE], mask=[False, True])).topic.tolist() == ["utilities", None]


anything = st.lists(st.none() | st.text(max_size=40) | st.text("电梯困人煤气味物业费怎么交,。a1 ", max_size=40), max_size=9)


@given(anything, st.integers(0, 3), st.integers(0, 3))
def test_whatever_is_written_reads_alike_in_every_family(texts: list[str | None], start: int, end: int) -> None:
    single = [None if text is None else STANDARD.classify(text) for text in texts]
    wanted = [(None, None, None) if row is None else (row.topic, row.raised, row.urgency_confidence) for row in single]
    around = ["门前的路灯已经坏了很久了"] * start + texts + [None] * end
    rows = slice(start, start + len(texts))
    families: list[Any] = [texts, np.array(texts, object), pd.Series(around, dtype=object)[rows]]
    families += [pa.array(around, kind)[rows] for kind in (pa.string(), pa.large_string(), pa.string_view())]
    families += [pa.array(around, pa.string()).dictionary_encode()[rows], pl.Series(around, dtype=pl.String)[rows]]
    for family in families:
        columns = STANDARD.classify_many(family)
        found = list(zip(listed(columns.topic), listed(columns.raised), listed(columns.urgency_confidence), strict=True))
        if isinstance(family, np.ndarray):
            found = [row if row[0] is not None else (None, None, None) for row in found]
        assert found == wanted


def test_numpy_answers_in_arrays() -> None:
    columns = STANDARD.classify_many(np.array(TEXTS, dtype=object))
    assert columns.topic.dtype == object and columns.topic.tolist() == TOPICS
    assert columns.major.dtype == bool and columns.major.tolist() == [True, False, False, False]
    assert columns.kind_confidence.dtype == "f4" and np.isnan(columns.kind_confidence[1])
    assert STANDARD.classify_many(np.array([GAS, FEE])).topic.tolist() == ["utilities", "fees"]
    columns.major[1] = True  # answers are the caller's to change
    columns.kind_confidence[1] = 0
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
        ([GAS, None, b"x"], "texts[2]", "text is needed, not b'x'"),
        ((text for text in [GAS, "\udcff电梯"]), "texts[1]", "surrogate"),
        (np.array([b"x"]), "texts[0]", "text is needed, not b'x'"),
        (np.array([1, 2]), "texts[0]", "text is needed, not 1"),
        (np.array([GAS, "\ud800"]), "texts[1]", "surrogate"),
        (pd.Series([GAS, b"x"], index=["a", "b"]), "texts[1]", "text is needed, not b'x'"),
        (pd.Series([GAS, 1.5], dtype=object), "texts[1]", "text is needed, not 1.5"),
        (pd.Series([1, 2]), "texts[0]", "text is needed, not 1"),
        (pd.Series([1, None], dtype="Int64"), "texts", "Arrow's type `l`"),
        (pa.array([1]), "texts", "Arrow's type `l`"),
        (pa.array([b"x"]), "texts", "Arrow's type `z`"),
        (pa.array([1]).dictionary_encode(), "texts", "dictionary-encoded"),
        (pl.Series([1.5]), "texts", "Arrow's type `g`"),
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


def raw(kind: Any, rows: int, *buffers: Any, offset: int = 0) -> Any:
    """An array that nobody has checked."""
    return pa.Array.from_buffers(kind, rows, [None, *[None if each is None else pa.py_buffer(each) for each in buffers]], offset=offset)


def view(length: int, buffer: int, start: int) -> bytes:
    return numbers("i4", length, 0, buffer, start)


def numbers(kind: str, *each: int) -> bytes:
    return bytes(np.array(each, kind).tobytes())


WORD = "电梯坏了好几天".encode()
LIES: dict[str, tuple[Callable[[], Any], str, str]] = {
    "an offset beyond the last": (lambda: raw(pa.string(), 3, numbers("i4", 0, 3, 90, 6), WORD), "texts[1]", "beyond its buffer"),
    "an offset below zero": (lambda: Forger(b"u", (-3, 3, 6)), "texts[0]", "beyond its buffer"),
    "half a character": (lambda: raw(pa.large_string(), 2, numbers("i8", 0, 6, 8), WORD), "texts[1]", "not UTF-8"),
    "no bytes at all": (lambda: Forger(b"u", (0, 0, 3), word=b""), "texts[1]", "beyond its buffer"),
    "offsets that are not aligned": (lambda: raw(pa.string(), 1, pa.py_buffer(b"x" + numbers("i4", 0, 3))[1:], WORD), "texts[0]", "aligned"),
    "a long view beyond its buffer": (lambda: raw(pa.string_view(), 2, view(0, 0, 0) + view(15, 0, 9), WORD), "texts[1]", "beyond its buffer"),
    "a view of no buffer": (lambda: raw(pa.string_view(), 1, view(15, 7, 0), WORD), "texts[0]", "beyond its buffer"),
    "a view of a buffer below zero": (lambda: raw(pa.string_view(), 1, view(15, -1, 0), WORD), "texts[0]", "beyond its buffer"),
    "a view from below zero": (lambda: raw(pa.string_view(), 1, view(15, 0, -1), WORD), "texts[0]", "beyond its buffer"),
    "a view of less than nothing": (lambda: raw(pa.string_view(), 1, view(-1, 0, 0), WORD), "texts[0]", "beyond its buffer"),
    "a view of half a character": (lambda: raw(pa.string_view(), 1, view(14, 0, 0), WORD), "texts[0]", "not UTF-8"),
    "a short view of no text": (lambda: raw(pa.string_view(), 1, view(8, -1, -1)), "texts[0]", "not UTF-8"),
    "a place beyond the dictionary": (lambda: words([0, 1, 2]), "texts[2]", "none of its dictionary"),
    "a place below zero": (lambda: words([0, -1]), "texts[1]", "none of its dictionary"),
    "words that are no text": (
        lambda: pa.DictionaryArray.from_arrays(pa.array([0]), raw(pa.string(), 1, numbers("i4", 0, 4), WORD)), "texts[0]", "not UTF-8"
    ),
    "in a later chunk": (
        lambda: pa.chunked_array([pa.array([GAS, None]), raw(pa.string(), 2, numbers("i4", 0, 3, 4), WORD)]), "texts[3]", "not UTF-8"
    ),
    "in a table": (lambda: pa.table({"said": raw(pa.string(), 2, numbers("i4", 0, 3, 4), WORD)}), "texts[1]", "not UTF-8"),
}  # fmt: skip


def words(places: list[int]) -> Any:
    return pa.DictionaryArray.from_arrays(pa.array(places, pa.int8()), pa.array([GAS, FEE]), safe=False)


@pytest.mark.parametrize("lie", LIES)
def test_lies_are_told_with_their_row(lie: str) -> None:
    made, path, why = LIES[lie]
    with pytest.raises(ArgumentError, match=why) as raised:
        STANDARD.classify_many(made())
    assert raised.value.path == path


def test_what_is_absent_may_hold_anything() -> None:
    """Bytes behind a null are no text of anybody's."""
    behind = pa.Array.from_buffers(
        pa.string(), 3, [pa.py_buffer(b"\x05"), pa.py_buffer(numbers("i4", 0, 6, 7, 9)), pa.py_buffer(WORD[:7] + "吵".encode())]
    )
    assert listed(MODEL.classify_many(behind.slice(0, 2)).label) == ["梯", None]


class Schema(ctypes.Structure):
    _fields_ = [("format", ctypes.c_char_p), ("rest", ctypes.c_void_p * 6), ("release", ctypes.c_void_p), ("own", ctypes.c_void_p)]


class Array(ctypes.Structure):
    _fields_ = [
        ("length", ctypes.c_int64), ("nulls", ctypes.c_int64), ("offset", ctypes.c_int64), ("n_buffers", ctypes.c_int64),
        ("n_children", ctypes.c_int64), ("buffers", ctypes.c_void_p), ("children", ctypes.c_void_p), ("dictionary", ctypes.c_void_p),
        ("release", ctypes.c_void_p), ("own", ctypes.c_void_p),
    ]  # fmt: skip


RELEASE = ctypes.CFUNCTYPE(None, ctypes.c_void_p)


class Forger:
    """Hands out structures as they are told to it, kept here, and counts how often they are given back."""

    def __init__(self, form: bytes, offsets: tuple[int, ...] = (0, 3, 6), word: bytes = WORD, **array: int) -> None:
        self.released = 0
        self.release = RELEASE(self._release)
        self.buffers = (ctypes.c_void_p * 3)()
        self.offsets = ctypes.create_string_buffer(numbers("i4", *offsets))
        self.word = ctypes.create_string_buffer(word)
        self.buffers[1], self.buffers[2] = ctypes.addressof(self.offsets), ctypes.addressof(self.word) if word else None
        release = ctypes.cast(self.release, ctypes.c_void_p)
        self.schema = Schema(format=form, release=release)
        told: dict[str, Any] = {"length": 2, "n_buffers": 3, "buffers": ctypes.addressof(self.buffers), "release": release} | array
        self.array = Array(**told)

    def _release(self, structure: int) -> None:
        """Gives back either structure: both end in a callback and a pointer that is their owner's."""
        self.released += 1

    def __arrow_c_array__(self, requested_schema: Any = None) -> tuple[Any, Any]:
        new = ctypes.pythonapi.PyCapsule_New
        new.restype, new.argtypes = ctypes.py_object, [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p]
        return new(ctypes.addressof(self.schema), b"arrow_schema", None), new(ctypes.addressof(self.array), b"arrow_array", None)


@pytest.mark.parametrize(
    ("form", "array", "why"),
    [
        (b"u", {"n_buffers": 2}, "do not fit"),
        (b"u", {"n_buffers": 4}, "do not fit"),
        (b"u", {"n_buffers": -1}, "do not fit"),
        (b"u", {"buffers": 0}, "do not fit"),
        (b"u", {"offset": -1}, "do not fit"),
        (b"u", {"offset": 2**63 - 1}, "do not fit"),
        (b"vu", {"n_buffers": 2}, "do not fit"),
        (b"+s", {"n_children": 0}, "a table of 0 columns"),
        (b"", {}, "Arrow's type ``"),
    ],
)
def test_forged_structures_are_refused_and_given_back(form: bytes, array: dict[str, Any], why: str) -> None:
    forger = Forger(form, **array)
    with pytest.raises(ArgumentError, match=why):
        STANDARD.classify_many(forger)
    assert forger.released == 2


def test_structures_are_given_back_once_they_are_read() -> None:
    forger = Forger(b"u")
    columns = STANDARD.classify_many(forger)
    assert pa.array(columns.topic).to_pylist() == [STANDARD.classify(text).topic for text in ("电", "梯")]
    assert forger.released == 2
    with pytest.raises(ArgumentError, match="taken over before"):
        STANDARD.classify_many(forger)
    assert len(STANDARD.classify_many(Forger(b"u", length=-1))) == 0


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


def test_asking_is_a_threshold() -> None:
    assert STANDARD.with_thresholds(ask=0.75).thresholds == Thresholds(0.75, *STANDARD.thresholds[1:])
    assert STANDARD.with_thresholds(ask=1).classify(FEE).ask and not STANDARD.with_thresholds(ask=0).classify("那件事情").ask


@pytest.mark.parametrize("wrong", [-0.1, 1.1, float("nan"), float("inf")])
def test_thresholds_are_shares(wrong: float) -> None:
    for name in ("ask", "danger", "major"):
        with pytest.raises(ArgumentError, match="0 to 1") as raised:
            STANDARD.with_thresholds(**{name: wrong})
        assert raised.value.path == name
    with pytest.raises(ArgumentError):
        STANDARD.with_thresholds(ask=wrong)
    with pytest.raises(ArgumentError) as raised:
        STANDARD.tune([], urgency=[], major=[], found=wrong)
    assert raised.value.path == "found"


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


LABELS: dict[str, Callable[[list[Any]], Any]] = {
    "an iterator": iter,
    "numpy": lambda each: np.array(each, object),
    "pandas": pd.Series,
    "pandas, object": lambda each: pd.Series(each, dtype=object),
    "pandas, pyarrow": lambda each: pd.Series(pa.array(each), dtype=pd.ArrowDtype(pa.array(each).type)),
    "pyarrow": pa.array,
    "pyarrow, a table": lambda each: pa.table({"label": each}),
    "pyarrow, a slice": lambda each: pa.array([None, *each])[1:],
    "pyarrow, chunks": lambda each: pa.chunked_array([each[:3], each[3:]]),
    "polars": pl.Series,
    "polars, a frame": lambda each: pl.DataFrame({"label": each}),
}


@pytest.mark.parametrize("family", LABELS)
def test_labels_of_every_family_teach_alike(family: str) -> None:
    made = LABELS[family]
    taught = Classifier.train(
        "ours@1",
        made(["电梯坏了", "电梯困人", "太吵了", "谢谢"] * 5),
        kind=made(["repair", "help", "complaint", "praise"] * 5),
        topic=made(["lift", "lift", "noise", None] * 5),
        urgency=made(["urgent", "emergency", "normal", "low"] * 5),
        major=made([False, True, False, None] * 5),
    )
    assert taught.to_bytes() == own().to_bytes()
    model = TextModel.train(made(["电梯坏了", "太吵了"]), made(["梯", "吵"]))
    assert model.to_bytes() == TextModel.train(["电梯坏了", "太吵了"], ["梯", "吵"]).to_bytes()


@pytest.mark.parametrize(
    "major",
    [
        [1.0, 0.0, float("nan")], [True, False, pd.NA], np.array([True, False, None]), np.array([1.0, 0.0, np.nan]),
        pd.Series([True, False, None], dtype="boolean"), pd.Series([1, 0, None]), pd.Series([True, False, None], dtype=object),
        pa.array([True, True, False, None])[1:], pa.array([1, 0, None], pa.int8()), pa.array([1, 0, None], pa.uint64()),
        pa.chunked_array([[True], [False, None]]), pl.Series([True, False, None]), pl.Series([1, 0, None]),
    ],
)  # fmt: skip
def test_yes_and_no_of_every_family(major: Any) -> None:
    texts, urgency = [GAS, FEE, FEE], ["low", "urgent", "low"]
    given: dict[str, Any] = {"kind": ["a", "b", "a"], "topic": ["a", "b", "a"], "urgency": urgency}
    expected = Classifier.train("ours@1", texts, **given, major=[True, False, None])
    assert Classifier.train("ours@1", texts, **given, major=major).to_bytes() == expected.to_bytes()


@pytest.mark.parametrize(
    ("changed", "path"),
    [
        ({"kind": ["repair"]}, "kind"),
        ({"kind": "repair"}, "kind"),
        ({"kind": ["repair", ""]}, "kind[1]"),
        ({"kind": pa.array(["repair", ""])}, "kind[1]"),
        ({"kind": pl.Series(["repair", "inquiry", "help"])}, "kind"),
        ({"urgency": pd.Series(["low", "\n"])}, "urgency[1]"),
        ({"urgency": np.array(["low"])}, "urgency"),
        ({"urgency": pa.array([1, 2])}, "urgency"),
        ({"major": [True, False, True]}, "major"),
        ({"major": True}, "major"),
        ({"major": pa.array([1, 2])}, "major[1]"),
        ({"major": pa.array([1.0, 0.0])}, "major"),
        ({"major": pa.array(["yes", "no"])}, "major"),
        ({"major": pa.array([True])}, "major"),
        ({"major": pa.table({"a": [True, False], "b": [True, False]})}, "major"),
        ({"texts": pa.array([GAS, None])}, "texts[1]"),
        ({"texts": "电梯"}, "texts"),
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


def test_how_it_learns_is_checked() -> None:
    texts, given = ["电梯坏了", "太吵"], ["a", "b"]
    wrong: dict[str, Any]
    for wrong, path in (({"order": -1}, "order"), ({"least": -1}, "least"), ({"seed": -1}, "seed"), ({"seed": 2**70}, "seed")):
        with pytest.raises(ArgumentError) as raised:
            TextModel.train(texts, given, **wrong)
        assert raised.value.path == path
    refusals: list[dict[str, Any]] = [{"order": 0}, {"order": 5}, {"order": 300}, {"cost": 0}, {"cost": float("nan")}, {"balance": -1}]
    for refused in refusals:
        with pytest.raises(DataError):
            TextModel.train(texts, given, **refused)
    with pytest.raises(DataError):
        Classifier.train("", texts, kind=given, topic=given, urgency=given, major=[0, 1])


def test_a_lexicon_of_ones_own() -> None:
    given: dict[str, Any] = {"kind": ["a", "b"], "topic": ["a", "b"], "urgency": ["low", "urgent"], "major": [0, 1]}
    with pytest.raises(GuanjiaError):
        Classifier.train("ours@1", ["电梯坏了", "太吵"], **given, lexicon="this is no [ TOML")
    with pytest.raises(ArgumentError) as raised:
        Classifier.train("ours@1", ["电梯坏了", "太吵"], **given, lexicon="\ud800")
    assert raised.value.path == "lexicon"


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
    assert STANDARD.uncertain([None, GAS, None, "那件事情后来怎么样了", FEE], 1) == [3]
    assert sorted(STANDARD.uncertain(pa.array([None, GAS, None, FEE]), 9)) == [1, 3]
    assert STANDARD.uncertain([GAS], 0) == []
    with pytest.raises(ArgumentError) as raised:
        STANDARD.uncertain([GAS], -1)
    assert raised.value.path == "n"
    with pytest.raises(ArgumentError) as raised:
        STANDARD.explain(GAS, limit=-1)
    assert raised.value.path == "limit"


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


@pytest.mark.parametrize("family", FAMILIES)
def test_a_models_columns_say_what_its_single_calls_say(family: str) -> None:
    single = [None if text is None else MODEL.classify(text) for text in TEXTS]
    columns = MODEL.classify_many(FAMILIES[family])
    assert len(columns) == len(TEXTS)
    assert [*columns.to_dict()] == ["label", "confidence", "second", "second_confidence"]
    for field, column in columns.to_dict().items():
        assert listed(column) == [None if row is None else getattr(row, field) for row in single]


def test_a_models_answers_are_of_the_family_of_the_question(tmp_path: Path) -> None:
    series = MODEL.classify_many(pd.Series(["电梯"], index=["a"], name="said"))
    assert list(series.label.index) == list(series.confidence.index) == ["a"] and series.second.name == "said"
    array = MODEL.classify_many(np.array(["电梯", None]))
    assert array.label.tolist() == ["梯", None] and array.confidence.dtype == "f4" and np.isnan(array.confidence[1])
    assert MODEL.classify_many(pl.Series(["电梯"])).second_confidence.dtype == pl.Float32
    with pytest.raises(ArgumentError, match="text is needed") as raised:
        MODEL.classify_many([b"x"])
    assert raised.value.path == "texts[0]"
    file = tmp_path / "model.gjm"
    MODEL.save(file)
    whole = file.read_bytes()
    assert TextModel.load(file).classify("电梯") == TextModel.load(whole).classify("电梯") == MODEL.classify("电梯")
    for broken in (b"", whole[:-1], whole[:100] + b"x" + whole[101:]):
        with pytest.raises(GuanjiaError):
            TextModel.load(broken)
    with pytest.raises(GuanjiaError, match="classifier"):
        Classifier.load(whole)
    with pytest.raises(FileNotFoundError):
        TextModel.load(tmp_path / "none.gjm")


def test_a_models_evidence_adds_up() -> None:
    for label in MODEL.labels:
        told = MODEL.explain("电梯半夜很吵,谢谢", label, limit=2)
        assert sum(one["weight"] for one in told["evidence"]) == pytest.approx(told["score"], abs=1e-9)
    with pytest.raises(ArgumentError) as raised:
        MODEL.explain("电梯", "梯", limit=-1)
    assert raised.value.path == "limit"


def test_a_models_labels_must_fit() -> None:
    for labels, path in ((["a"], "labels"), ("ab", "labels"), (["a", 5], "labels[1]"), (pa.array(["a", None]), "labels[1]"), (pa.array([1, 2]), "labels")):
        with pytest.raises(ArgumentError) as raised:
            TextModel.train(["电梯坏了", "太吵"], labels)
        assert raised.value.path == path


def test_a_model_reads_in_threads() -> None:
    texts = pa.array(["电梯坏了", None, "半夜很吵"] * 500)
    alone = MODEL.classify_many(texts).to_dict()
    with ThreadPoolExecutor(4) as pool:
        assert all(columns.to_dict() == alone for columns in pool.map(MODEL.classify_many, [texts] * 8))
        assert len(set(pool.map(lambda _: TextModel.train(["a", "b"] * 20, ["x", "y"] * 20).to_bytes(), range(4)))) == 1

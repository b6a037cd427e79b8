use std::path::{Path, PathBuf};

use proptest::prelude::*;

use super::*;
use crate::ident::Code;

fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("data").join(name)
}

fn examples(name: &str) -> Vec<Example> {
    let text = std::fs::read_to_string(data(name)).unwrap();
    let code = |text: &str| Some(Code::new(text).unwrap());
    let row = |line: &str| match line.split('\t').collect::<Vec<_>>()[..] {
        [text, kind, topic, urgency, major] => Example {
            text: text.to_owned(),
            kind: code(kind),
            topic: code(topic),
            urgency: code(urgency),
            major: Some(major == "1"),
        },
        _ => panic!("not five columns: {line}"),
    };
    text.lines().skip(1).map(row).collect()
}

/// The standard model follows from the corpus and the lexicon, to the byte on the machines it is made on.
#[test]
fn the_standard_model_is_what_the_corpus_teaches() {
    let mut corpus = examples("corpus/letters.tsv");
    corpus.extend(examples("corpus/notes.tsv"));
    let training = Training { order: Some(2), least: Some(3), cost: 1.0, balance: 0.3, ..Training::default() };
    let taught = Classifier::train("standard@1", &corpus, &Classifier::standard_lexicon(), &training).unwrap();
    let danger = taught.tune(&examples("corpus/probes.tsv"), 0.95).danger;
    let taught = taught.with_thresholds(Thresholds { danger, ..taught.thresholds() });
    let bytes = taught.to_bytes();
    assert!(bytes.len() <= 2_000_000, "{} bytes", bytes.len());
    let path = data("models/standard.gjm");
    if std::env::var_os("GUANJIA_BLESS").is_some() {
        std::fs::write(&path, &bytes).unwrap();
    }
    if cfg!(all(target_arch = "x86_64", target_os = "linux")) {
        assert!(std::fs::read(&path).unwrap() == bytes, "run with GUANJIA_BLESS=1 to teach it anew");
    }
    let (standard, mut differing) = (Classifier::standard(), 0);
    for example in &corpus {
        let (one, other) = (standard.classify(&example.text), taught.classify(&example.text));
        differing += usize::from((one.kind, one.topic, one.urgency) != (other.kind, other.topic, other.urgency));
    }
    assert!(differing * 1000 <= corpus.len(), "{differing} of {}", corpus.len());
}

/// Of the dangers that another hand wrote at least 95 % are found; of what only sounds like one, and of ordinary messages, at
/// most one in eight is taken for one.
#[test]
fn dangers_are_found_and_few_others_are_taken_for_one() {
    let standard = Classifier::standard();
    let danger = |example: &Example| example.urgency.as_ref().is_some_and(|urgency| urgency.as_str() == "emergency");
    let (dangers, others): (Vec<Example>, Vec<Example>) = examples("corpus/probes.tsv").into_iter().partition(danger);
    let called = |some: &[Example]| {
        some.iter().filter(|one| standard.classify(&one.text).urgency.as_str() == "emergency").count()
    };
    assert!(called(&dangers) * 100 >= dangers.len() * 95, "{} of {}", called(&dangers), dangers.len());
    assert!(called(&others) * 8 <= others.len(), "{} of {}", called(&others), others.len());
}

#[test]
fn what_the_desk_hears_gets_its_labels() {
    let standard = Classifier::standard();
    for (text, kind, topic, urgency) in [
        ("厨房一股煤气味,怎么弄", "repair", "utilities", "emergency"),
        ("電梯困人了,快來!", "help", "lift", "emergency"),
        ("请问物业费怎么交", "inquiry", "fees", "low"),
        ("建议在东门加一盏路灯", "suggestion", "facilities", "low"),
        ("保安小张帮我把东西搬上楼,谢谢", "praise", "security", "low"),
        ("楼上漏水漏到我家天花板了", "repair", "building", "urgent"),
    ] {
        let read = standard.classify(text);
        assert_eq!((read.kind.as_str(), read.topic.as_str(), read.urgency.as_str()), (kind, topic, urgency), "{text}");
    }
}

#[test]
fn a_danger_that_is_denied_past_or_practised_is_none() {
    let standard = Classifier::standard();
    for text in ["消防演练几点开始", "已经修好不漏了,谢谢师傅", "上次电梯困人后修得挺快,点赞", "燃气安检什么时候来"]
    {
        assert_ne!(standard.classify(text).urgency.as_str(), "emergency", "{text}");
    }
}

#[test]
fn an_unsure_answer_asks_between_two() {
    let standard = Classifier::standard();
    let asking = |ask| standard.with_thresholds(Thresholds { ask, ..standard.thresholds() });
    let read = asking(1.0).classify("电梯的事");
    assert_eq!(read.ask.iter().map(|ask| ask.field).collect::<Vec<_>>(), ["kind", "topic", "urgency", "major"]);
    assert_eq!(read.ask[1].between, [read.topic.clone(), read.second_topic.clone()]);
    assert!(asking(0.0).classify("电梯的事").ask.is_empty());
}

#[test]
fn a_text_that_says_nothing_gets_what_the_lexicon_falls_back_on() {
    for text in ["", "\u{0}\u{1}", "ꙮꙮꙮ"] {
        let read = Classifier::standard().classify(text);
        assert!(!read.known, "{text:?}");
        assert_eq!((read.kind.as_str(), read.topic.as_str(), read.urgency.as_str()), ("complaint", "other", "normal"));
        assert_eq!(read.ask.len(), 4);
    }
}

#[test]
fn what_examples_get_wrong_is_told_all_at_once() {
    let problems = |error: ModelError| match error {
        ModelError::Examples(problems) => problems.iter().map(ToString::to_string).collect::<Vec<_>>(),
        error => panic!("{error}"),
    };
    let training = Training { cost: -1.0, order: Some(9), ..Training::default() };
    let told = problems(TextModel::train(&["a", "b", "c"], &["x", " "], &training).unwrap_err());
    assert_eq!(told.len(), 4, "{told:?}");
    let none: [&str; 0] = [];
    assert_eq!(problems(TextModel::train(&none, &none, &Training::default()).unwrap_err()).len(), 1);
    let told = problems(TextModel::train(&["a", "b"], &["x", "x"], &Training::default()).unwrap_err());
    assert!(told[0].contains("one label alone, `x`"), "{told:?}");
    let lexicon = Classifier::standard_lexicon();
    let told = problems(Classifier::train("", &[], &lexicon, &Training::default()).unwrap_err());
    assert_eq!(told.len(), 5, "{told:?}");
}

#[test]
fn a_label_with_one_example_and_a_text_with_two_labels_have_answers() {
    let texts = ["电梯坏了", "电梯停了", "太吵了", "电梯坏了"];
    let model = TextModel::train(&texts, &["lift", "lift", "noise", "other"], &Training::default()).unwrap();
    assert_eq!(model.labels(), ["lift", "noise", "other"]);
    assert_eq!(model.classify("吵").label, "noise");
    let read = model.classify("电梯坏了");
    assert!(read.label != "noise" && read.second != "noise", "{read:?}");
    assert_eq!(model.measure().unwrap().n, 4);
}

#[test]
fn every_changed_or_missing_byte_is_refused() {
    let model = TextModel::train(&["电梯坏了", "太吵了"], &["lift", "noise"], &Training::default()).unwrap();
    let bytes = model.to_bytes();
    for at in (0..bytes.len()).step_by(bytes.len() / 97) {
        let mut changed = bytes.clone();
        changed[at] ^= 0x10;
        assert!(TextModel::from_bytes(&changed).is_err(), "byte {at}");
        assert!(TextModel::from_bytes(&bytes[..at]).is_err(), "cut at {at}");
    }
    assert!(matches!(Classifier::from_bytes(&bytes), Err(ModelError::Bytes(said)) if said.contains("text model")));
    let mut later = bytes;
    later[4] = 9;
    assert_eq!(TextModel::from_bytes(&later).unwrap_err(), ModelError::Format { found: 9, known: 1 });
}

#[test]
fn the_least_certain_come_first_and_none_twice() {
    let standard = Classifier::standard();
    let texts = ["电梯困人了,快来!", "那个事情怎么样了", "那个事情怎么样了", "请问物业费怎么交"];
    let picked = standard.uncertain(&texts, 3);
    assert_eq!(picked.len(), 3);
    assert!(picked.starts_with(&[1]) && !picked.contains(&2), "{picked:?}");
    assert!(standard.uncertain(&texts, 0).is_empty());
}

#[test]
fn a_hundred_kilobytes_are_read_like_a_line() {
    let standard = Classifier::standard();
    let text = "电梯坏了没人修,".repeat(4_000);
    assert_eq!(standard.classify(&text).topic.as_str(), "lift");
    assert_eq!(standard.classify(&"啊".repeat(40_000)).kind.as_str(), standard.classify("啊啊").kind.as_str());
}

fn messages() -> impl Strategy<Value = String> {
    let words = prop::sample::select(vec![
        "电梯",
        "漏水",
        "没",
        "不",
        "\u{ff01}",
        "煤气味",
        "樓上",
        "🔥",
        "👨\u{200d}👩",
        " ",
        "\n",
        "ABC",
        "12",
        "谢谢",
        "困人",
        "已经修好",
    ]);
    prop_oneof![prop::collection::vec(words, 0..20).prop_map(|words| words.concat()), "\\PC{0,40}"]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// All evidence of a label adds up to its score, and every span is cut from the text as it was written.
    #[test]
    fn evidence_adds_up_and_lies_in_the_text(text in messages(), limit in 0..50_usize) {
        let standard = Classifier::standard();
        let chars: Vec<char> = text.chars().collect();
        let (all, few) = (standard.explain(&text, usize::MAX), standard.explain(&text, limit));
        for (all, few) in all.explained.iter().zip(&few.explained) {
            prop_assert!((all.score - few.score).abs() < 1e-4);
            let sum: f64 = few.evidence.iter().map(|one| one.weight).sum();
            prop_assert!((sum - few.score).abs() < 1e-9);
            for one in &all.evidence {
                let words: String = chars[one.from..one.to].iter().collect();
                prop_assert_eq!(&words, &one.words);
            }
        }
    }

    /// A reader that has read other texts reads like a new one, and a classifier from its bytes like itself.
    #[test]
    fn neither_order_nor_storage_matters(texts in prop::collection::vec(messages(), 1..6)) {
        let standard = Classifier::standard();
        let mut reader = standard.reader();
        for text in texts.iter().chain(texts.iter().rev()) {
            prop_assert_eq!(reader.read(text), standard.reader().read(text));
        }
    }

    /// Widths and traditional forms change no label and shift no evidence.
    #[test]
    fn other_forms_of_the_same_text_read_alike(text in messages()) {
        let standard = Classifier::standard();
        let wide: String = text.chars().map(|c| match c {
            '!'..='~' => char::from_u32(u32::from(c) + 0xfee0).unwrap(),
            '楼' => '樓',
            c => c,
        }).collect();
        let (one, other) = (standard.explain(&text, 20), standard.explain(&wide, 20));
        prop_assert_eq!(&one.labels, &other.labels);
        let spans = |why: &Why| why.explained.iter().flat_map(|one| one.evidence.iter().map(|one| (one.from, one.to))).collect::<Vec<_>>();
        prop_assert_eq!(spans(&one), spans(&other));
    }
}

#[test]
fn a_model_is_equal_after_saving_and_loading() {
    let standard = Classifier::standard();
    let again = Classifier::from_bytes(&standard.to_bytes()).unwrap();
    assert!(again.to_bytes() == standard.to_bytes());
    let mut readers = (standard.reader(), again.reader());
    for example in examples("corpus/notes.tsv").iter().take(300) {
        assert_eq!(readers.0.read(&example.text), readers.1.read(&example.text));
    }
}

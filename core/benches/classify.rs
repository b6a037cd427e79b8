//! How fast messages are read, a model is loaded and learned, beside a bare loop over hashed n-grams and plain keyword rules
//! in the same run: `cargo bench -p guanjia --bench classify`.
#![expect(
    clippy::expect_used,
    clippy::disallowed_methods,
    clippy::cast_precision_loss,
    reason = "a bench may stop, measures time and prints figures"
)]
use std::hint::black_box;
use std::time::Instant as Stopwatch;

use daachorse::{CharwiseDoubleArrayAhoCorasickBuilder, MatchKind};
use guanjia::classify::{Classifier, TextModel, Training};

const ROUNDS: usize = 21;
const LETTERS: &str = include_str!("../data/corpus/letters.tsv");
const NOTES: &str = include_str!("../data/corpus/notes.tsv");
/// A bare loop's table, which stays in the cache.
const CELLS: usize = 1 << 16;

fn main() {
    let letters: Vec<&str> = texts(LETTERS).collect();
    let notes: Vec<String> = texts(NOTES).map(str::to_owned).collect();
    let long: Vec<String> = letters.iter().map(|text| text.chars().cycle().take(213).collect()).collect();
    let standard = Classifier::standard();
    for (what, texts) in [("letters", &long), ("notes", &notes)] {
        let chars = texts.iter().map(|text| text.chars().count()).sum::<usize>() as f64;
        println!("{what}: {} of {:.0} characters", texts.len(), chars / texts.len() as f64);
        let mut reader = standard.reader();
        let ours = told("standard classifier", chars, texts, |text| reader.read(text).topic.label);
        let bare = told("bare loop over hashed pairs", chars, texts, hashed);
        let rules = rules(&standard);
        let peer = told("keyword rules, daachorse", chars, texts, |text| rules.find_overlapping_iter(text).count());
        println!("{:>32}: bare loop {:.2}, rules {:.2}", "ours in their time", ours / bare, ours / peer);
    }
    loading(&standard);
    learning(&letters);
}

fn texts(table: &'static str) -> impl Iterator<Item = &'static str> {
    table.lines().skip(1).filter_map(|line| line.split('\t').next())
}

/// Prints messages a second, at their length and at 213 characters; gives seconds a character.
fn told(what: &str, chars: f64, texts: &[String], mut read: impl FnMut(&str) -> usize) -> f64 {
    let seconds = median(|| texts.iter().map(|text| read(text)).sum());
    let each = texts.len() as f64 / seconds;
    let (micros, at_213) = (1e6 / each, chars / 213.0 / seconds);
    println!(
        "{what:>32}: {micros:6.2} us each, {:5.1} Mchar/s, {at_213:8.0} a second at 213 characters",
        chars / seconds / 1e6
    );
    seconds / chars
}

fn median(mut work: impl FnMut() -> usize) -> f64 {
    let mut times: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let begun = Stopwatch::now();
            black_box(work());
            begun.elapsed().as_secs_f64()
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times.get(ROUNDS / 2).copied().expect("rounds")
}

/// What no reader of pairs can do without: every character and pair of characters hashed, one cell each looked up.
fn hashed(text: &str) -> usize {
    thread_local!(static TABLE: Vec<f32> = (0..CELLS).map(|n| n as f32).collect());
    TABLE.with(|table| {
        let (mut last, mut sum) = (0_u32, 0.0);
        for c in text.chars().map(u32::from) {
            for key in [c, c ^ last.rotate_left(16)] {
                let place = key.wrapping_mul(0x9e37_79b1) >> 16;
                sum += table.get(place as usize).copied().unwrap_or(0.0);
            }
            last = c;
        }
        usize::from(sum > 0.0)
    })
}

/// The words of the standard lexicon, as an automaton alone finds them.
fn rules(standard: &Classifier) -> daachorse::CharwiseDoubleArrayAhoCorasick<u32> {
    let lexicon = standard.lexicon().expect("a classifier has one").text();
    let mut words: Vec<&str> = lexicon.split('"').skip(1).step_by(2).collect();
    words.sort_unstable();
    words.dedup();
    let builder = CharwiseDoubleArrayAhoCorasickBuilder::new().match_kind(MatchKind::Standard);
    builder.build(words).expect("distinct words")
}

fn loading(standard: &Classifier) {
    let bytes = standard.to_bytes();
    let seconds = median(|| Classifier::from_bytes(&bytes).map_or(0, |again| again.topics().len()));
    println!("loading {:.2} MB: {:.2} ms", bytes.len() as f64 / 1e6, seconds * 1e3);
}

/// Twenty thousand short texts: sentences of the letters, with the letter's topic.
fn learning(letters: &[&'static str]) {
    let topics = LETTERS.lines().skip(1).filter_map(|line| line.split('\t').nth(2));
    let sentences = |(letter, topic): (&&'static str, &'static str)| {
        letter
            .split(['。', '!', '?', '！', '？', '，'])
            .filter(|one| one.chars().count() > 5)
            .map(move |one| (one, topic))
            .collect::<Vec<_>>()
    };
    let rows: Vec<(&str, &str)> = letters.iter().zip(topics).flat_map(sentences).take(20_000).collect();
    let (texts, labels): (Vec<&str>, Vec<&str>) = rows.into_iter().unzip();
    let begun = Stopwatch::now();
    let model = TextModel::train(&texts, &labels, &Training::default()).expect("texts with labels");
    println!(
        "learning {} short texts, {} labels: {:.2} s, macro-F1 on unseen ones {:.3}",
        texts.len(),
        model.labels().len(),
        begun.elapsed().as_secs_f64(),
        model.measure().map_or(0.0, |measure| measure.macro_f1)
    );
}

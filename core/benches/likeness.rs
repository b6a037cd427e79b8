//! How fast likeness is, what it finds of texts that were changed, and what it wrongly takes for like among real ones.
//!
//! `GUANJIA_DATA=folder cargo bench -p guanjia --bench likeness`. Real texts are `text/property_texts_dev.csv` of the folder; without it
//! only the speed over made-up texts is told.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a bench may stop, measures time and is told its data"
)]
use std::hint::black_box;
use std::time::Instant as Stopwatch;

use guanjia::calendar::{Calendar, Zone};
use guanjia::likeness::{Likes, Sketch, likeness};
use guanjia::promise;

const MANY: usize = 100_000;
/// Letters and their traditional forms, of everyday reports.
const TRADITIONAL: &str =
    "电電楼樓车車门門灯燈维維业業费費区區没沒们們时時间間这這说說请請处處开開关關该該长長里裡单單邻鄰";

struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % limit
    }
}

fn main() {
    let real = real();
    speed(&real);
    match &real {
        Some(texts) => {
            recall(texts);
            false_pairs(texts);
        }
        None => println!("no GUANJIA_DATA: recall and false pairs of real texts are left out"),
    }
    promises();
}

/// Titles and bodies of real reports.
fn real() -> Option<Vec<(String, String)>> {
    let folder = std::env::var("GUANJIA_DATA").ok()?;
    let mut reader = csv::Reader::from_path(format!("{folder}/text/property_texts_dev.csv")).ok()?;
    let rows = reader.records().map(|row| row.expect("a row"));
    Some(rows.map(|row| (row[2].to_owned(), row[3].to_owned())).collect())
}

fn texts(real: Option<&Vec<(String, String)>>) -> Vec<String> {
    let mut random = Random(1);
    let letters: Vec<char> = ('一'..='鿿').step_by(17).collect();
    let made = |random: &mut Random| (0..60).map(|_| letters[random.below(letters.len())]).collect::<String>();
    (0..MANY)
        .map(|n| match real {
            // Real texts, each with pieces of its own, so that they are not all the same.
            Some(texts) => {
                format!("{}{}", &texts[n % texts.len()].1.chars().take(150).collect::<String>(), made(&mut random))
            }
            None => format!("{}{}", made(&mut random), made(&mut random)),
        })
        .collect()
}

fn speed(real: &Option<Vec<(String, String)>>) {
    let texts = texts(real.as_ref());
    let letters: usize = texts.iter().map(|text| text.chars().count()).sum();
    let clock = Stopwatch::now();
    let sketches: Vec<Sketch> = texts.iter().map(|text| Sketch::of(text)).collect();
    let took = clock.elapsed().as_secs_f64();
    println!(
        "sketches: {MANY} texts of {} letters in {took:.2} s, {:.1} us each",
        letters / MANY,
        took * 1e6 / MANY as f64
    );
    let clock = Stopwatch::now();
    let mut likes = Likes::default();
    sketches.iter().enumerate().for_each(|(n, sketch)| likes.insert(n, sketch));
    println!("index: {MANY} sketches in {:.2} s", clock.elapsed().as_secs_f64());
    for threshold in [0.5, 0.7] {
        let clock = Stopwatch::now();
        let found: usize =
            sketches.iter().step_by(10).map(|sketch| black_box(likes.like(sketch, threshold)).len()).sum();
        let each = clock.elapsed().as_secs_f64() * 1e6 / (MANY / 10) as f64;
        println!("query at {threshold}: {each:.1} us, {:.2} found each", found as f64 / (MANY / 10) as f64);
    }
}

/// A text changed as people change it.
fn changed(how: &str, text: &str, random: &mut Random) -> String {
    let letters: Vec<char> = text.chars().collect();
    let typos = |share: usize, random: &mut Random| -> String {
        letters.iter().map(|letter| if random.below(share) == 0 { '的' } else { *letter }).collect()
    };
    match how {
        "one letter in twenty wrong" => typos(20, random),
        "one letter in ten wrong" => typos(10, random),
        "letters left out" => letters.iter().filter(|_| random.below(20) != 0).collect(),
        "traditional" => {
            let pairs: Vec<char> = TRADITIONAL.chars().collect();
            let turned =
                |letter: &char| pairs.chunks(2).find(|pair| pair[0] == *letter).map_or(*letter, |pair| pair[1]);
            letters.iter().map(turned).collect()
        }
        "marks and widths" => {
            let spaced = letters.iter().flat_map(|letter| [Some(*letter), (random.below(6) == 0).then_some('！')]);
            spaced.flatten().collect::<String>().replace('1', "１").replace('，', " ")
        }
        "halves exchanged" => letters[letters.len() / 2..].iter().chain(&letters[..letters.len() / 2]).collect(),
        _ => format!("您好，请问一下，{text}麻烦尽快处理，谢谢"),
    }
}

fn recall(real: &[(String, String)]) {
    println!("\nrecall of a changed text among {} real ones, titles | bodies, at 0.5", real.len());
    let mut random = Random(9);
    let hows = [
        "one letter in twenty wrong",
        "one letter in ten wrong",
        "letters left out",
        "traditional",
        "marks and widths",
        "halves exchanged",
        "courtesies around it",
    ];
    let indexed = |of: fn(&(String, String)) -> &String| {
        let mut likes = Likes::default();
        real.iter().enumerate().for_each(|(n, row)| likes.insert(n, &Sketch::of(of(row))));
        (likes, of)
    };
    let both = [indexed(|row| &row.0), indexed(|row| &row.1)];
    for how in hows {
        let shares = both.each_ref().map(|(likes, of)| {
            let found = real.iter().enumerate().filter(|(n, row)| {
                let sketch = Sketch::of(&changed(how, of(row), &mut random));
                likes.like(&sketch, 0.5).iter().any(|(key, _)| key == n)
            });
            found.count() as f64 * 100.0 / real.len() as f64
        });
        println!("  {how:<28} {:5.1} % | {:5.1} %", shares[0], shares[1]);
    }
}

fn false_pairs(real: &[(String, String)]) {
    println!("\npairs among real bodies: of all, those exactly so like, those the index finds; a few at the edge");
    let bodies: Vec<&String> = real.iter().map(|row| &row.1).collect();
    let sketches: Vec<Sketch> = bodies.iter().map(|body| Sketch::of(body)).collect();
    let mut likes = Likes::default();
    sketches.iter().enumerate().for_each(|(n, sketch)| likes.insert(n, sketch));
    let pairs: Vec<(usize, usize, f64)> = (0..bodies.len())
        .flat_map(|n| (0..n).map(move |other| (other, n)))
        .filter_map(|(other, n)| {
            let estimate = sketches[n].likeness(&sketches[other]);
            (estimate > 0.2).then(|| (other, n, likeness(bodies[n], bodies[other])))
        })
        .collect();
    let all = bodies.len() * (bodies.len() - 1) / 2;
    for threshold in [0.4, 0.5, 0.6, 0.7, 0.8] {
        let exact: Vec<_> = pairs.iter().filter(|pair| pair.2 >= threshold).collect();
        let mut found = 0;
        let mut wrong = 0;
        for (n, sketch) in sketches.iter().enumerate() {
            for (other, _) in likes.like(sketch, threshold).into_iter().filter(|(other, _)| *other < n) {
                if likeness(bodies[n], bodies[other]) >= threshold { found += 1 } else { wrong += 1 }
            }
        }
        println!("  {threshold}: {} of {all} pairs, {found} found, {wrong} found that lie below", exact.len());
    }
    let mut edge = pairs;
    edge.sort_by(|one, other| one.2.total_cmp(&other.2));
    for (one, other, share) in edge.iter().filter(|pair| pair.2 >= 0.4).take(6) {
        println!("  {share:.2} {} | {}", real[*one].0, real[*other].0);
    }
}

fn promises() {
    let text = "您好,已收到您的反馈,我们今天下班前给您回电;师傅明天上午十点前上门检查,三个工作日内给您答复。";
    let calendar = Calendar::round_the_clock(Zone::SHANGHAI);
    let at = "2026-11-25T10:00:00+08:00".parse().expect("an instant");
    let clock = Stopwatch::now();
    let rounds = 20_000;
    for _ in 0..rounds {
        black_box(promise::read(black_box(text), at, &calendar).expect("promises"));
    }
    let each = clock.elapsed().as_secs_f64() * 1e6 / f64::from(rounds);
    println!("\npromises: a reply of {} letters with three of them in {each:.1} us", text.chars().count());
}

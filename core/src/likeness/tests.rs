//! Laws of likeness; what a desk finds in a table is the vectors' business.
use proptest::prelude::*;

use super::sketch::{SLOTS, minima};
use super::*;
use crate::calendar::{Instant, Length};

/// Numbers that look random and are not.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: u32) -> u32 {
        self.0 = self.0.wrapping_add(1);
        u32::try_from(mixed(self.0) % u64::from(limit)).unwrap()
    }

    /// A text of so many letters of an alphabet of a few hundred, as in Chinese.
    fn text(&mut self, letters: u32) -> String {
        (0..letters).map(|_| char::from_u32(0x4e00 + self.below(600)).unwrap()).collect()
    }

    /// `text` with every so-manieth letter another.
    fn changed(&mut self, text: &str, every: u32) -> String {
        text.chars().map(|letter| if self.below(every) == 0 { '改' } else { letter }).collect()
    }
}

proptest! {
    /// Likeness is a share, the same both ways, and all of it with itself.
    #[test]
    fn likeness_is_symmetric_and_within_bounds(one in any::<String>(), other in any::<String>()) {
        let share = likeness(&one, &other);
        prop_assert!((0.0..=1.0).contains(&share));
        prop_assert_eq!(share, likeness(&other, &one));
        let has_letters = one.chars().any(|letter| fold_char(letter).is_alphanumeric());
        prop_assert_eq!(likeness(&one, &one), if has_letters { 1.0 } else { 0.0 });
    }

    /// A sketch reads as it was written, is small, and of short texts exact.
    #[test]
    fn a_sketch_is_kept_as_text(one in ".{0,200}", other in ".{0,40}") {
        let (sketch, short) = (Sketch::of(&one), Sketch::of(&other));
        let kept = sketch.to_string();
        prop_assert_eq!(&kept.parse::<Sketch>().unwrap(), &sketch);
        prop_assert!(kept.len() <= 2 + 2 * 256);
        if sketch.is_exact() {
            prop_assert_eq!(sketch.likeness(&short), likeness(&one, &other));
        }
    }

    /// Nothing that is no sketch is read as one, and nothing panics.
    #[test]
    fn any_text_may_be_read_as_a_sketch(text in "[12][pm]?[0-9a-g]{0,40}") {
        if let Ok(sketch) = text.parse::<Sketch>() {
            prop_assert_eq!(sketch.to_string(), text);
        }
    }
}

#[test]
fn what_is_no_sketch_is_refused() {
    for text in ["", "1", "1p0", "1m00", "1p0000000200000001", "1p0000000100000001", "xp", "1é", "1p+0000001"] {
        assert!(matches!(text.parse::<Sketch>(), Err(SketchError::Form(_))), "{text}");
    }
    assert_eq!("2p00000001".parse::<Sketch>(), Err(SketchError::Version('2')));
}

/// The standard error of 124 minima is at most 0.045; a hundred pairs stay within four of them, and do not lean.
#[test]
fn minima_estimate_the_likeness() {
    let mut numbers = Numbers(1);
    let mut lean = 0.0;
    for n in 0..100 {
        let one = numbers.text(300);
        let other = numbers.changed(&one, 2 + n % 20);
        let (exact, estimate) = (likeness(&one, &other), Sketch::of(&one).likeness(&Sketch::of(&other)));
        assert!((exact - estimate).abs() < 0.18, "{exact} {estimate}");
        lean += (estimate - exact) / 100.0;
    }
    assert!(lean.abs() < 0.02, "{lean}");
}

/// A short text and a long one are compared by the minima of both.
#[test]
fn short_and_long_texts_are_compared() {
    let mut numbers = Numbers(2);
    let long = numbers.text(70);
    let short: String = long.chars().take(55).collect();
    assert!(Sketch::of(&short).is_exact() && !Sketch::of(&long).is_exact());
    let (exact, estimate) = (likeness(&short, &long), Sketch::of(&short).likeness(&Sketch::of(&long)));
    assert!((exact - estimate).abs() < 0.15, "{exact} {estimate}");
    assert_eq!(minima(&pairs(&short)).len(), SLOTS);
}

/// The index finds what comparing with all would find, at 0.7 and above, and nothing below.
#[test]
fn the_index_finds_what_is_like() {
    let mut numbers = Numbers(3);
    let texts: Vec<String> = (0..300).map(|n| numbers.text(20 + n % 120)).collect();
    let mut likes = Likes::default();
    texts.iter().enumerate().for_each(|(n, text)| likes.insert(n, &Sketch::of(text)));
    let (mut sought, mut found) = (0, 0);
    for (n, text) in texts.iter().enumerate() {
        let sketch = Sketch::of(&numbers.changed(text, 12));
        let like = likes.like(&sketch, 0.7);
        assert!(like.iter().all(|(_, likeness)| *likeness >= 0.7));
        assert!(like.iter().zip(like.iter().skip(1)).all(|(one, next)| one.1 >= next.1));
        if sketch.likeness(&Sketch::of(text)) >= 0.7 {
            sought += 1;
            found += usize::from(like.iter().any(|(key, _)| *key == n));
        }
    }
    assert!(sought > 100, "{sought}");
    assert!(found * 100 >= sought * 99, "{found} of {sought}");
}

#[test]
fn a_removed_sketch_is_found_no_more_and_a_key_stands_once() {
    let mut likes = Likes::default();
    let (lift, water) = (Sketch::of("三号楼的电梯又坏了"), Sketch::of("地下车库漏水"));
    for n in 0..400 {
        likes.insert(n, &lift);
    }
    assert_eq!(likes.len(), 400);
    likes.insert(7, &water);
    assert_eq!((likes.len(), likes.like(&water, 0.5)), (400, vec![(7, 1.0)]));
    // So many are removed that the index sweeps.
    (0..399).for_each(|n| assert!(likes.remove(&n)));
    assert!(!likes.remove(&7));
    assert_eq!(likes.like(&lift, 0.5), [(399, 1.0)]);
    assert_eq!(likes.like(&water, 0.5), []);
    likes.insert(1_000, &Sketch::of("…"));
    assert_eq!((likes.len(), likes.like(&Sketch::of("…"), 0.1).len()), (2, 0));
}

fn row(id: usize, premises: usize, day: i64, text: &str) -> Row {
    Row {
        id: format!("c{id}"),
        community: "garden".into(),
        premises: Some(format!("p{premises}")),
        customer: None,
        topic: None,
        at: "2026-03-01T00:00:00Z".parse::<Instant>().unwrap() + Length::from_minutes(day * 24 * 60),
        text: text.into(),
    }
}

/// Findings do not depend on the order in which a table stands.
#[test]
fn the_order_of_rows_changes_nothing() {
    let mut numbers = Numbers(5);
    let matters: Vec<String> = (0..10).map(|_| numbers.text(20)).collect();
    let rows: Vec<Row> = (0..60)
        .map(|n| {
            let text = numbers.changed(&matters[n % 10], 15);
            row(n, n % 7, i64::try_from(n / 4).unwrap(), &text)
        })
        .collect();
    let mut turned = rows.clone();
    turned.reverse();
    turned.rotate_left(17);
    let options = DuplicateOptions { far: 0.5, ..DuplicateOptions::default() };
    let found = duplicates(&rows, &options).unwrap();
    assert!(found.len() > 20, "{}", found.len());
    assert_eq!(found, duplicates(&turned, &options).unwrap());
    let found = groups(&rows, &GroupOptions::default()).unwrap();
    assert!(found.len() > 5, "{}", found.len());
    assert_eq!(found, groups(&turned, &GroupOptions::default()).unwrap());
    assert_eq!(repeats(&rows, &RepeatOptions::default()), repeats(&turned, &RepeatOptions::default()));
}

/// One text from very many is one group, and does not take the square of their number.
#[test]
fn a_flood_of_one_text_is_one_group() {
    let rows: Vec<Row> = (0..2_000).map(|n| row(n, n, 0, "全小区停水了怎么回事")).collect();
    let found = groups(&rows, &GroupOptions::default()).unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].households, found[0].ids.len()), (2_000, 2_000));
    assert_eq!(duplicates(&rows, &DuplicateOptions::default()).unwrap().len(), 1_999);
}

#[test]
fn every_problem_of_a_table_is_told() {
    let rows = [row(1, 1, 0, "停水"), row(1, 2, 0, "停电"), row(1, 3, 0, "")];
    let options = GroupOptions { threshold: 1.5, window: Length::ZERO, least: 1, by_topic: false };
    let problems = groups(&rows, &options).unwrap_err();
    let paths: Vec<&str> = problems.iter().map(|problem| problem.path.as_str()).collect();
    assert_eq!(paths, ["rows[1].id", "rows[2].id", "window", "threshold", "least"]);
    assert!(duplicates(&[], &DuplicateOptions { near: f64::NAN, ..DuplicateOptions::default() }).is_err());
}

//! Lines for a terminal, where a Chinese character is two columns wide.
use std::fmt::Arguments;
use std::io::Write;

/// Prints a line, as `println!` does.
macro_rules! say {
    () => { $crate::screen::print(format_args!("")) };
    ($($words:tt)*) => { $crate::screen::print(format_args!($($words)*)) };
}
pub(crate) use say;

/// Prints a line. A reader who has gone away, such as `head`, ends the demonstration without a word.
pub(crate) fn print(line: Arguments<'_>) {
    if writeln!(std::io::stdout(), "{line}").is_err() {
        std::process::exit(0);
    }
}

/// How many columns a text takes.
pub(crate) fn width(text: &str) -> usize {
    text.chars().map(columns).sum()
}

fn columns(c: char) -> usize {
    match u32::from(c) {
        0x0300..=0x036f | 0x200b..=0x200f | 0xfe00..=0xfe0f => 0,
        0x1100..=0x115f
        | 0x2e80..=0x303e
        | 0x3041..=0xa4cf
        | 0xac00..=0xd7a3
        | 0xf900..=0xfaff
        | 0xfe30..=0xfe4f
        | 0xff00..=0xff60
        | 0xffe0..=0xffe6
        | 0x1f300..=0x1faff
        | 0x20000..=0x3fffd => 2,
        _ => 1,
    }
}

/// The text with blanks behind it; longer ones stay as they are.
pub(crate) fn left(text: &str, columns: usize) -> String {
    format!("{text}{}", " ".repeat(columns.saturating_sub(width(text))))
}

/// The text with blanks before it.
pub(crate) fn right(text: &str, columns: usize) -> String {
    format!("{}{text}", " ".repeat(columns.saturating_sub(width(text))))
}

/// The text, cut at the end if it is too wide.
pub(crate) fn cut(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let mut short = String::new();
    for c in text.chars() {
        short.push(c);
        if width(&short) > columns.saturating_sub(2) {
            short.pop();
            break;
        }
    }
    short + ".."
}

/// A number with its thousands set apart.
pub(crate) fn number(n: usize) -> String {
    let digits = n.to_string();
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// A part of a whole, if there is a whole.
#[expect(clippy::cast_precision_loss, reason = "counts of rows lie far below 2^53")]
pub(crate) fn share(part: usize, whole: usize) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// The same in per cent, for reading.
pub(crate) fn percent(part: usize, whole: usize) -> String {
    share(part, whole).map_or_else(|| "-".to_owned(), |share| format!("{:.2} %", share * 100.0))
}

/// The heading of an act.
pub(crate) fn heading(zh: &str, en: &str) {
    say!("\n{zh}\n{en}\n{}", "-".repeat(100));
}

/// One line of a table: what in both languages, a number, and a remark.
pub(crate) fn line(zh: &str, en: &str, value: &str, remark: &str) {
    say!("{}", format!("  {}{}{}   {remark}", left(zh, 26), left(en, 38), right(value, 10)).trim_end());
}

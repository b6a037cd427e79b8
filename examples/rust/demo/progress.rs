//! A progress bar on standard error, where it is a terminal, and the watch.
use std::io::{IsTerminal, Write};
use std::time::Instant as Stopwatch;

/// A bar of so many steps.
pub(crate) struct Bar {
    total: usize,
    shown: usize,
    drawn: bool,
}

impl Bar {
    /// A bar for so many steps; `wanted` or not, it is drawn on a terminal only.
    pub(crate) fn new(total: usize, wanted: bool) -> Self {
        Self { total: total.max(1), shown: usize::MAX, drawn: wanted && std::io::stderr().is_terminal() }
    }

    /// So many are done. Draws at most a hundred times, and takes the bar away at the end.
    pub(crate) fn at(&mut self, done: usize) {
        let percent = done.saturating_mul(100) / self.total;
        if !self.drawn || percent == self.shown {
            return;
        }
        self.shown = percent;
        let filled = percent / 4;
        let (done_part, rest) = ("#".repeat(filled), ".".repeat(25_usize.saturating_sub(filled)));
        if done >= self.total {
            eprint!("\r{}\r", " ".repeat(60));
        } else {
            eprint!("\r  [{done_part}{rest}] {percent:3} %");
        }
        _ = std::io::stderr().flush();
    }
}

/// A watch that runs: the demonstration tells how long things took.
#[expect(clippy::disallowed_methods, reason = "only the core is told the time; a program may look at the clock")]
pub(crate) fn stopwatch() -> Stopwatch {
    Stopwatch::now()
}

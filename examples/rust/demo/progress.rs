//! A progress bar on standard error, where it is a terminal.
use std::io::{IsTerminal, Write};

/// Draws at most a hundred times.
pub struct Bar {
    total: usize,
    shown: usize,
    drawn: bool,
}

impl Bar {
    /// A bar for so many steps.
    pub fn new(total: usize, wanted: bool) -> Self {
        Self { total: total.max(1), shown: usize::MAX, drawn: wanted && std::io::stderr().is_terminal() }
    }

    /// So many are done.
    pub fn at(&mut self, done: usize) {
        let percent = done.saturating_mul(100) / self.total;
        if !self.drawn || percent == self.shown {
            return;
        }
        self.shown = percent;
        let filled = percent / 4;
        eprint!("\r[{}{}] {percent:3} %", "#".repeat(filled), " ".repeat(25_usize.saturating_sub(filled)));
        if done >= self.total {
            eprintln!();
        }
        _ = std::io::stderr().flush();
    }
}

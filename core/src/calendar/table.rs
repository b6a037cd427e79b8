//! The line as tables that are entered by a grid: one step to the cell of a place, or of an amount of open time, and
//! there at most two pieces of open time to look at. No jump depends on the row, so a column costs what its arithmetic
//! costs.
use std::hint::select_unpredictable as select;

use super::plan::Piece;

/// The coarsest grid: 2^40 microseconds, some 13 days.
const COARSEST: u32 = 40;
/// One cell of so many may hold too much and leave its rows to the exact path.
const CROWDED_ONE_IN: u64 = 1_024;
/// How many cells a grid may have for each year, about one an hour; what needs more leaves rows to the exact path.
const CELLS_A_YEAR: u64 = 8_800;
const YEAR: u64 = 31_556_952_000_000;

/// Open time over some years. What it does not know it does not answer: questions before its first or after its last
/// place, and answers there.
#[derive(Debug)]
pub(super) struct Table {
    places: Grid<Cell>,
    times: Grid<Stretch>,
}

/// Equal cells of 2^`shift` microseconds from `begin` on.
#[derive(Debug)]
struct Grid<T> {
    begin: i64,
    shift: u32,
    cells: Vec<T>,
}

/// What is open in a cell of the line: at most two pieces, which may reach beyond it.
#[derive(Debug, Clone, Copy)]
struct Cell {
    /// Open time before the first piece, less both openings.
    base: i64,
    one: Piece,
    two: Piece,
}

/// Where the line stands when so much open time has passed: at most two closings fall into the cell, and each moves
/// what comes after it to the next opening.
#[derive(Debug, Clone, Copy)]
struct Stretch {
    /// Open time at the closings.
    closings: (i64, i64),
    /// From open time to the place: up to the first closing, between them, and after both.
    shifts: (i64, i64, i64),
}

/// Which end of the closed time between two pieces is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// The closing.
    Earliest,
    /// The opening after it.
    Latest,
}

impl<T> Grid<T> {
    #[inline(always)]
    fn cell(&self, at: i64) -> Option<&T> {
        usize::try_from(at.wrapping_sub(self.begin).cast_unsigned() >> self.shift).ok().and_then(|n| self.cells.get(n))
    }
}

impl Table {
    /// From all pieces of open time within `[begin, end)`, sorted and apart.
    pub(super) fn new(begin: i64, end: i64, pieces: &[Piece]) -> Self {
        Self { places: places(begin, end, pieces), times: times(pieces) }
    }

    /// Open time before `place`, counted from some place before all that the table answers.
    #[inline(always)]
    pub(super) fn before(&self, place: i64) -> Option<i64> {
        let cell = self.places.cell(place).filter(|cell| !cell.is_crowded())?;
        let passed = |piece: Piece| place.max(piece.from).min(piece.to);
        Some(cell.base.wrapping_add(passed(cell.one)).wrapping_add(passed(cell.two)))
    }

    /// The earliest or latest place with so much open time before it.
    #[inline(always)]
    pub(super) fn place(&self, time: i64, side: Side) -> Option<i64> {
        let stretch = self.times.cell(time).filter(|stretch| !stretch.is_crowded())?;
        let reached = time.wrapping_add(i64::from(side == Side::Latest));
        let (one, two) = stretch.closings;
        let (before, between, after) = stretch.shifts;
        Some(time.wrapping_add(select(reached > two, after, select(reached > one, between, before))))
    }

    /// Open time from `from` to `to`.
    #[inline(always)]
    pub(super) fn elapsed(&self, from: i64, to: i64) -> Option<i64> {
        Some(self.before(to)?.wrapping_sub(self.before(from)?))
    }

    /// For `length > 0` the earliest place with that much open time after `start`, for `length < 0` the latest with
    /// that much before it, `start` itself for none.
    #[inline(always)]
    pub(super) fn landed(&self, start: i64, length: i64) -> Option<i64> {
        let side = if length < 0 { Side::Latest } else { Side::Earliest };
        let place = self.place(self.before(start)?.wrapping_add(length), side)?;
        Some(select(length == 0, start, place))
    }

    /// The same at the other end of closed time, where the next work begins.
    #[inline(always)]
    pub(super) fn rolled(&self, start: i64, length: i64) -> Option<i64> {
        let side = if length < 0 { Side::Earliest } else { Side::Latest };
        self.place(self.before(start)?.wrapping_add(length), side)
    }

    /// `place` if open time lies on both sides of it, else the end of the closed time around it.
    #[inline(always)]
    pub(super) fn beside(&self, place: i64, side: Side) -> Option<i64> {
        self.place(self.before(place)?, side)
    }

    /// Whether `place` is open.
    #[inline(always)]
    pub(super) fn is_open(&self, place: i64) -> Option<bool> {
        let cell = self.places.cell(place).filter(|cell| !cell.is_crowded())?;
        let within = |piece: Piece| (piece.from <= place) & (place < piece.to);
        Some(within(cell.one) | within(cell.two))
    }
}

impl Cell {
    /// Marked by an order that pieces never have.
    const CROWDED: Self = Self { base: 0, one: Piece { from: 1, to: 0 }, two: Piece { from: 1, to: 0 } };

    #[inline(always)]
    fn is_crowded(&self) -> bool {
        self.one.from > self.one.to
    }
}

impl Stretch {
    /// Marked by an order that closings never have.
    const CROWDED: Self = Self { closings: (1, 0), shifts: (0, 0, 0) };

    #[inline(always)]
    fn is_crowded(&self) -> bool {
        self.closings.0 > self.closings.1
    }
}

fn places(begin: i64, end: i64, pieces: &[Piece]) -> Grid<Cell> {
    let span = end.saturating_sub(begin);
    let apart = pieces.iter().zip(pieces.iter().skip(2)).map(|(one, third)| third.from.saturating_sub(one.to));
    let shift = shift(span, apart);
    let count = cells(span, shift);
    let mut grid = Grid { begin, shift, cells: Vec::with_capacity(count) };
    // What is left of the pieces, and the open time before it.
    let (mut rest, mut time) = (pieces, 0_i64);
    let mut cell_end = begin;
    for _ in 0..count {
        let cell_begin = cell_end;
        cell_end = cell_begin.saturating_add(1 << shift);
        while let [first, after @ ..] = rest
            && first.to <= cell_begin
        {
            time = time.saturating_add(first.length().micros());
            rest = after;
        }
        grid.cells.push(match rest {
            [_, _, third, ..] if third.from < cell_end => Cell::CROWDED,
            [one, two, ..] => Cell::new(time, *one, *two),
            [one] => Cell::new(time, *one, Piece { from: one.to, to: one.to }),
            [] => Cell::new(time, Piece { from: 0, to: 0 }, Piece { from: 0, to: 0 }),
        });
    }
    grid
}

impl Cell {
    fn new(time: i64, one: Piece, two: Piece) -> Self {
        Self { base: time.wrapping_sub(one.from).wrapping_sub(two.from), one, two }
    }
}

fn times(pieces: &[Piece]) -> Grid<Stretch> {
    let lengths = || pieces.iter().map(|piece| piece.length().micros());
    let total: i64 = lengths().fold(0, i64::saturating_add);
    // The latest place after all open time is not known, so the grid ends a microsecond before.
    let span = total.saturating_sub(1).max(0);
    let apart = lengths().skip(1).zip(lengths().skip(2)).map(|(one, two)| one.saturating_add(two));
    let shift = shift(span, apart);
    let count = cells(span, shift);
    // Neither is the earliest place before any open time: the first cell begins with the first microsecond.
    let mut grid = Grid { begin: 1, shift, cells: Vec::with_capacity(count) };
    let (mut rest, mut time) = (pieces, 0_i64);
    let mut cell_end = 1_i64;
    for _ in 0..count {
        let cell_begin = cell_end;
        cell_end = cell_begin.saturating_add(1 << shift);
        while let [first, after @ ..] = rest
            && time.saturating_add(first.length().micros()) < cell_begin
        {
            time = time.saturating_add(first.length().micros());
            rest = after;
        }
        grid.cells.push(Stretch::new(rest, time, cell_end));
    }
    grid
}

impl Stretch {
    /// Of the piece that holds the first microsecond of a cell and of those that follow.
    fn new(rest: &[Piece], time: i64, cell_end: i64) -> Self {
        let closed = |time: i64, piece: &Piece| time.saturating_add(piece.length().micros());
        let (Some(first), second, third) = (rest.first(), rest.get(1), rest.get(2)) else {
            return Self::CROWDED;
        };
        let one = closed(time, first);
        let before = first.from.wrapping_sub(time);
        let two = second.map_or(i64::MAX, |second| closed(one, second));
        let between = second.map_or(before, |second| second.from.wrapping_sub(one));
        let after = third.map_or(between, |third| third.from.wrapping_sub(two));
        if third.is_some_and(|third| closed(two, third) < cell_end) {
            return Self::CROWDED;
        }
        Self { closings: (one, two), shifts: (before, between, after) }
    }
}

/// The coarsest grid of which hardly a cell is crowded: `apart` are the lengths that three pieces, or closings, in a row
/// need at least.
fn shift(span: i64, apart: impl Iterator<Item = i64>) -> u32 {
    let mut tight = [0_u64; 65];
    for length in apart {
        let bits = usize::try_from(64 - length.leading_zeros()).unwrap_or(0);
        tight.iter_mut().skip(bits).take(1).for_each(|count| *count = count.saturating_add(1));
    }
    let span = span.unsigned_abs();
    let most_cells = (span / YEAR).saturating_add(1).saturating_mul(CELLS_A_YEAR);
    let crowded = |shift: u32| tight.iter().take(usize::try_from(shift).unwrap_or(0).saturating_add(1)).sum::<u64>();
    let fits = |shift: &u32| crowded(*shift) <= (span >> *shift) / CROWDED_ONE_IN;
    let affordable = |shift: &u32| span >> *shift <= most_cells;
    // A short span has at least a few cells: the rest of its last one is not answered.
    let coarsest = COARSEST.min(span.checked_ilog2().unwrap_or(0).saturating_sub(6));
    (0..=coarsest).rev().take_while(affordable).find(fits).or((0..=coarsest).find(affordable)).unwrap_or(coarsest)
}

/// How many whole cells there are.
fn cells(span: i64, shift: u32) -> usize {
    usize::try_from(span >> shift).unwrap_or(0)
}

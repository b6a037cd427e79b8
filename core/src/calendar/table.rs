//! The line as tables that are entered by a grid: one step to the cell of a place, or of an amount of open time, and
//! there at most two pieces of open time to look at. No jump depends on the row, so a column costs what its arithmetic
//! costs.
use std::hint::select_unpredictable as select;

use super::plan::Piece;

/// The finest unit in which all openings and closings, which are whole seconds, are whole too: 2^6 microseconds.
const TICK: u32 = 6;
/// The coarsest grid: 2^37 microseconds, some 38 hours, so that the ticks of a cell fit into 32 bits.
const COARSEST: u32 = 37;
/// One cell of so many may hold too much and leave its rows to the exact path.
const CROWDED_ONE_IN: u64 = 1_024;
const SECOND: i64 = 1_000_000;
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

/// What is open in a cell of the line: at most two pieces, cut to it, in ticks since its begin.
#[derive(Debug, Clone, Copy)]
struct Cell {
    /// Open time before the cell, less both openings.
    base: i64,
    one: (u32, u32),
    two: (u32, u32),
}

/// Where the line stands when so much open time has passed: at most two closings fall into the cell, and each moves
/// what comes after it to the next opening.
#[derive(Debug, Clone, Copy)]
struct Stretch {
    /// From open time to the place, up to the first closing.
    shift: i64,
    /// The closings, in ticks of open time since the cell's begin.
    closings: (u32, u32),
    /// The seconds closed after the first, and after both.
    closed: (u32, u32),
}

/// Which end of the closed time between two pieces is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// The closing.
    Earliest,
    /// The opening after it.
    Latest,
}

impl Side {
    /// Where a length ends.
    #[inline(always)]
    pub(super) fn of(length: i64, rolls: bool) -> Self {
        if (length < 0) == rolls { Self::Earliest } else { Self::Latest }
    }
}

impl<T> Grid<T> {
    /// The cell of `at`, and how far into it that is.
    #[inline(always)]
    fn cell(&self, at: i64) -> Option<(&T, u64)> {
        let since = at.wrapping_sub(self.begin).cast_unsigned();
        let number = since.wrapping_shr(self.shift);
        let into = since.wrapping_sub(number.wrapping_shl(self.shift));
        usize::try_from(number).ok().and_then(|number| self.cells.get(number)).map(|cell| (cell, into))
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
        let (cell, into) = self.places.cell(place).filter(|(cell, _)| !cell.is_crowded())?;
        let passed = |(open, close)| into.max(micros(open)).min(micros(close)).cast_signed();
        Some(cell.base.wrapping_add(passed(cell.one)).wrapping_add(passed(cell.two)))
    }

    /// The earliest or latest place with so much open time before it.
    #[inline(always)]
    pub(super) fn place(&self, time: i64, side: Side) -> Option<i64> {
        let (stretch, into) = self.times.cell(time).filter(|(stretch, _)| !stretch.is_crowded())?;
        let reached = into.wrapping_add(u64::from(side == Side::Latest)) >> TICK;
        let (one, two) = (reached >= u64::from(stretch.closings.0), reached >= u64::from(stretch.closings.1));
        let closed = select(two, stretch.closed.1, select(one, stretch.closed.0, 0));
        Some(time.wrapping_add(stretch.shift).wrapping_add(i64::from(closed).wrapping_mul(SECOND)))
    }

    /// Open time from `from` to `to`.
    #[inline(always)]
    pub(super) fn elapsed(&self, from: i64, to: i64) -> Option<i64> {
        Some(self.before(to)?.wrapping_sub(self.before(from)?))
    }

    /// The place with `length` open time after `start`, or before it: where work ends, or if it `rolls`, where the next
    /// work begins. `start` itself for none, if it may stay in closed time.
    #[inline(always)]
    pub(super) fn after(&self, start: i64, length: i64, rolls: bool) -> Option<i64> {
        let place = self.place(self.before(start)?.wrapping_add(length), Side::of(length, rolls))?;
        Some(select((length == 0) & !rolls, start, place))
    }

    /// `place` if open time lies on both sides of it, else the end of the closed time around it.
    #[inline(always)]
    pub(super) fn beside(&self, place: i64, side: Side) -> Option<i64> {
        self.place(self.before(place)?, side)
    }

    /// Whether `place` is open.
    #[inline(always)]
    pub(super) fn is_open(&self, place: i64) -> Option<bool> {
        let (cell, into) = self.places.cell(place).filter(|(cell, _)| !cell.is_crowded())?;
        let within = |(open, close)| (micros(open) <= into) & (into < micros(close));
        Some(within(cell.one) | within(cell.two))
    }
}

fn micros(ticks: u32) -> u64 {
    u64::from(ticks) << TICK
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
        let crowded = matches!(rest, [_, _, third, ..] if third.from < cell_end);
        let cell = if crowded { None } else { Cell::new((cell_begin, cell_end), time, rest) };
        grid.cells.push(cell.unwrap_or(Cell::CROWDED));
    }
    grid
}

impl Cell {
    /// Marked by an order that pieces never have.
    const CROWDED: Self = Self { base: 0, one: (1, 0), two: (1, 0) };

    #[inline(always)]
    fn is_crowded(&self) -> bool {
        self.one.0 > self.one.1
    }

    /// Of the open time before the first piece that ends within the cell or later.
    fn new((begin, end): (i64, i64), time: i64, rest: &[Piece]) -> Option<Self> {
        let cut = |piece: Option<&Piece>| {
            let ticks = |place: i64| whole_ticks(place.clamp(begin, end).saturating_sub(begin));
            piece.map_or(Some((0, 0)), |piece| Some((ticks(piece.from)?, ticks(piece.to)?)))
        };
        let before = rest.first().map_or(0, |piece| begin.saturating_sub(piece.from).max(0));
        let (one, two) = (cut(rest.first())?, cut(rest.get(1))?);
        let openings = micros(one.0).saturating_add(micros(two.0)).cast_signed();
        Some(Self { base: time.saturating_add(before).saturating_sub(openings), one, two })
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
        grid.cells.push(Stretch::new((cell_begin, cell_end), time, rest).unwrap_or(Stretch::CROWDED));
    }
    grid
}

impl Stretch {
    /// Marked by an order that closings never have.
    const CROWDED: Self = Self { shift: 0, closings: (1, 0), closed: (0, 0) };

    #[inline(always)]
    fn is_crowded(&self) -> bool {
        self.closings.0 > self.closings.1
    }

    /// Of the piece that holds the first microsecond of the cell, those that follow, and the open time before them.
    fn new((begin, end): (i64, i64), time: i64, rest: &[Piece]) -> Option<Self> {
        let [first, after @ ..] = rest else { return None };
        let (mut stretch, mut closed, mut last) = ([(u32::MAX, 0); 3], 0_i64, first);
        let mut closing = time;
        for (place, next) in stretch.iter_mut().zip(after) {
            closing = closing.saturating_add(last.length().micros());
            if closing >= end {
                break;
            }
            closed = closed.saturating_add(next.from.saturating_sub(last.to));
            // The grid of open time begins a microsecond after a whole tick.
            *place = (whole_ticks(closing.saturating_sub(begin).saturating_add(1))?, whole_seconds(closed)?);
            last = next;
        }
        let [one, two, three] = stretch;
        let shift = first.from.wrapping_sub(time);
        (three.0 == u32::MAX).then_some(Self { shift, closings: (one.0, two.0), closed: (one.1, two.1) })
    }
}

fn whole_ticks(micros: i64) -> Option<u32> {
    u32::try_from(micros >> TICK).ok().filter(|ticks| i64::from(*ticks) << TICK == micros)
}

fn whole_seconds(micros: i64) -> Option<u32> {
    u32::try_from(micros / SECOND).ok().filter(|seconds| i64::from(*seconds) * SECOND == micros)
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
    let coarsest = COARSEST.min(span.checked_ilog2().unwrap_or(0).saturating_sub(6)).max(TICK);
    (TICK..=coarsest).rev().take_while(affordable).find(fits).or((TICK..=coarsest).find(affordable)).unwrap_or(coarsest)
}

/// How many whole cells there are.
fn cells(span: i64, shift: u32) -> usize {
    usize::try_from(span >> shift).unwrap_or(0)
}

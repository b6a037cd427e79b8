//! The Arrow C data interface, as far as columns of time and of text need it: one column in, in place, one column out.
//!
//! The structures and their rules of ownership are those of Arrow's specification: who takes one over clears `release`, who
//! owns one calls it. All `unsafe` of the interface is here.
use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::ptr;
use std::sync::Arc;

use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyTuple};

/// `struct ArrowSchema`.
#[repr(C)]
pub(crate) struct Schema {
    format: *const c_char,
    name: *const c_char,
    metadata: *const c_char,
    flags: i64,
    n_children: i64,
    children: *mut *mut Schema,
    dictionary: *mut Schema,
    release: Option<unsafe extern "C" fn(*mut Schema)>,
    private_data: *mut c_void,
}

/// `struct ArrowArray`.
#[repr(C)]
struct Array {
    length: i64,
    null_count: i64,
    offset: i64,
    n_buffers: i64,
    n_children: i64,
    buffers: *mut *const c_void,
    children: *mut *mut Array,
    dictionary: *mut Array,
    release: Option<unsafe extern "C" fn(*mut Array)>,
    private_data: *mut c_void,
}

/// `struct ArrowArrayStream`.
#[repr(C)]
struct Stream {
    get_schema: Option<unsafe extern "C" fn(*mut Stream, *mut Schema) -> c_int>,
    get_next: Option<unsafe extern "C" fn(*mut Stream, *mut Array) -> c_int>,
    get_last_error: Option<unsafe extern "C" fn(*mut Stream) -> *const c_char>,
    release: Option<unsafe extern "C" fn(*mut Stream)>,
    private_data: *mut c_void,
}

/// A structure that is all zeros before it is filled and after it was released or taken over.
trait Structure: Sized {
    const EMPTY: Self;
    fn release(&mut self);
}

macro_rules! structure {
    ($name:ident { $($field:ident: $empty:expr),* $(,)? }) => {
        impl Structure for $name {
            const EMPTY: Self = Self { $($field: $empty,)* release: None, private_data: ptr::null_mut() };
            fn release(&mut self) {
                if let Some(release) = self.release {
                    // SAFETY: it is ours and not released; the producer's callback takes exactly this pointer.
                    unsafe { release(self) }
                }
            }
        }
        impl Drop for $name {
            fn drop(&mut self) {
                self.release();
            }
        }
        // SAFETY: the specification lets a structure move between threads; nobody changes one while it is shared.
        unsafe impl Send for $name {}
    };
}

structure!(Schema {
    format: ptr::null(),
    name: ptr::null(),
    metadata: ptr::null(),
    flags: 0,
    n_children: 0,
    children: ptr::null_mut(),
    dictionary: ptr::null_mut(),
});
structure!(Array {
    length: 0,
    null_count: 0,
    offset: 0,
    n_buffers: 0,
    n_children: 0,
    buffers: ptr::null_mut(),
    children: ptr::null_mut(),
    dictionary: ptr::null_mut(),
});
structure!(Stream { get_schema: None, get_next: None, get_last_error: None });

/// Takes over what a capsule holds; the capsule keeps a released structure.
fn taken<T: Structure>(capsule: &Bound<'_, PyAny>, name: &CStr) -> PyResult<T> {
    let found = capsule.cast::<PyCapsule>()?.pointer_checked(Some(name))?.cast::<T>();
    // SAFETY: the protocol says what a capsule of this name points to, and that a consumer moves it out. The interpreter is
    // held, so no other consumer does so meanwhile.
    Ok(unsafe { ptr::replace(found.as_ptr(), T::EMPTY) })
}

/// A column as others lend it: its chunks are read in place until it is dropped.
pub(crate) struct Lent {
    /// Arrow's format string, such as `tsu:UTC`; of a dictionary that of its words.
    pub(crate) format: String,
    /// The format of the places in a dictionary, where the column has one.
    keys: Option<String>,
    chunks: Vec<Chunk>,
}

struct Chunk {
    array: Array,
    /// The array has one child, the column: so tables of one column come.
    nested: bool,
}

// SAFETY: chunks are only read once they are here, and what they point to is immutable by the specification.
unsafe impl Sync for Chunk {}

/// Values of a chunk, with a bit for each that is there.
#[derive(Clone, Copy)]
pub(crate) struct Lot<'a, T> {
    /// The values; those of nulls are arbitrary.
    pub(crate) values: &'a [T],
    /// Bits of the rows that are no null, the one of row 0 first; none: no row is null.
    pub(crate) present: Option<Bits<'a>>,
}

/// Bits from an offset on, and those of the table around, if there is one.
#[derive(Clone, Copy)]
pub(crate) struct Bits<'a> {
    bytes: &'a [u8],
    offset: usize,
    around: Option<(&'a [u8], usize)>,
}

impl Bits<'_> {
    /// Whether the row is there.
    pub(crate) fn has(&self, row: usize) -> bool {
        let bit = |bytes: &[u8], at: usize| {
            bytes.is_empty() || bytes.get(at / 8).is_some_and(|byte| byte >> (at % 8) & 1 == 1)
        };
        bit(self.bytes, self.offset + row) && self.around.is_none_or(|(bytes, offset)| bit(bytes, offset + row))
    }
}

/// Why a column cannot be read.
pub(crate) enum Unread {
    /// What the producer said, or what is wrong with its structures.
    Broken(String),
    /// A table of so many columns.
    Columns(i64),
}

impl Lent {
    /// Borrows the column of an object with `__arrow_c_array__` or `__arrow_c_stream__`.
    pub(crate) fn of(given: &Bound<'_, PyAny>) -> PyResult<Result<Self, Unread>> {
        if given.hasattr("__arrow_c_array__")? {
            let (schema, array) =
                given.call_method0("__arrow_c_array__")?.extract::<(Bound<'_, PyAny>, Bound<'_, PyAny>)>()?;
            let (schema, array) = (taken::<Schema>(&schema, c"arrow_schema")?, taken::<Array>(&array, c"arrow_array")?);
            return Ok(Self::build(&schema, vec![array]));
        }
        let stream = given.call_method0("__arrow_c_stream__")?;
        let mut stream = taken::<Stream>(&stream, c"arrow_array_stream")?;
        // A stream may compute its batches, or wait for them.
        Ok(given.py().detach(move || stream.drain()).and_then(|(schema, arrays)| Self::build(&schema, arrays)))
    }

    fn build(schema: &Schema, arrays: Vec<Array>) -> Result<Self, Unread> {
        if schema.release.is_none() || arrays.iter().any(|array| array.release.is_none()) {
            return Err(Unread::Broken("it was taken over before".to_owned()));
        }
        let nested = text(schema.format)? == "+s";
        let mut column = schema;
        if nested {
            if schema.n_children != 1 || schema.children.is_null() {
                return Err(Unread::Columns(schema.n_children));
            }
            // SAFETY: a schema of one child has one pointer to it, valid until the schema is released.
            let child = unsafe { (*schema.children).as_ref() };
            column = child.ok_or_else(|| Unread::Broken("its column is missing".to_owned()))?;
        }
        let mut format = text(column.format)?;
        // SAFETY: the schema of a dictionary is valid until the one around it is released.
        let words = unsafe { column.dictionary.as_ref() };
        let keys = match words.map(|words| text(words.format)).transpose()? {
            None => None,
            Some(words) if is_text(&words) => Some(std::mem::replace(&mut format, words)),
            Some(_) => {
                return Err(Unread::Broken("it is dictionary-encoded: cast it to its value type".to_owned()));
            }
        };
        let chunks = arrays.into_iter().map(|array| Chunk { array, nested }).collect();
        Ok(Self { format, keys, chunks })
    }

    /// Whether it is one of texts by its format.
    pub(crate) fn is_text(&self) -> bool {
        is_text(&self.format)
    }

    /// Whether the chunks are what primitive arrays are: nothing else may be read of others.
    pub(crate) fn is_primitive(&self) -> bool {
        self.keys.is_none()
            && self.chunks.iter().all(|chunk| chunk.part().is_some_and(|part| part.is_sound(|buffers| buffers == 2)))
    }

    /// How many rows.
    pub(crate) fn rows(&self) -> usize {
        self.chunks.iter().map(Chunk::rows).sum()
    }

    /// Calls `each` with the texts in order, none for a null. The column must be one of texts by its format.
    ///
    /// # Errors
    /// Where its buffers do not hold what they must, with the row.
    pub(crate) fn texts(&self, mut each: impl FnMut(Option<&str>)) -> Result<(), Misread> {
        let mut first = 0;
        for chunk in &self.chunks {
            let read = chunk.texts(&self.format, self.keys.as_deref(), &mut |text| each(text));
            read.map_err(|misread| Misread { row: first + misread.row, ..misread })?;
            first += chunk.rows();
        }
        Ok(())
    }

    /// Yes and no of a column of booleans, or of whole numbers that are 1 or 0.
    ///
    /// # Errors
    /// For other columns, and for the first row that is neither.
    pub(crate) fn flags(&self) -> Result<Vec<Option<bool>>, Misread> {
        if !self.is_primitive() {
            return Err(MISFIT);
        }
        match self.format.as_str() {
            "b" => Ok(self.chunks.iter().filter_map(Chunk::part).flat_map(Part::bits).collect()),
            "c" => self.ones::<i8>(),
            "C" => self.ones::<u8>(),
            "s" => self.ones::<i16>(),
            "S" => self.ones::<u16>(),
            "i" => self.ones::<i32>(),
            "I" => self.ones::<u32>(),
            "l" => self.ones::<i64>(),
            "L" => self.ones::<u64>(),
            _ => Err(MISFIT),
        }
    }

    /// `T` must be what the format says.
    fn ones<T: Copy + TryInto<u8>>(&self) -> Result<Vec<Option<bool>>, Misread> {
        if !self.is_aligned::<T>() {
            return Err(Misread { row: 0, why: UNALIGNED });
        }
        let mut flags = Vec::with_capacity(self.rows());
        for lot in self.lots::<T>() {
            for (row, value) in lot.values.iter().enumerate() {
                flags.push(match (*value).try_into() {
                    _ if lot.present.is_some_and(|present| !present.has(row)) => None,
                    Ok(flag @ (0 | 1)) => Some(flag == 1),
                    _ => return Err(Misread { row: flags.len(), why: "it is neither 1 nor 0" }),
                });
            }
        }
        Ok(flags)
    }

    /// The chunks in order, of a primitive type. `T` must be what the format says.
    pub(crate) fn lots<'a, T: 'a>(&'a self) -> impl Iterator<Item = Lot<'a, T>> {
        self.chunks.iter().filter_map(Chunk::part).map(Part::lot)
    }

    /// Whether every buffer of a primitive type lies where values of this alignment must.
    pub(crate) fn is_aligned<T>(&self) -> bool {
        self.chunks.iter().filter_map(Chunk::part).all(Part::is_aligned::<T>)
    }
}

fn is_text(format: &str) -> bool {
    matches!(format, "u" | "U" | "vu")
}

/// A row that cannot be read.
pub(crate) struct Misread {
    pub(crate) row: usize,
    pub(crate) why: &'static str,
}

const MISFIT: Misread = Misread { row: 0, why: "its buffers do not fit its type" };
const UNALIGNED: &str = "its values do not lie aligned, copy the array first";

impl Chunk {
    fn rows(&self) -> usize {
        usize::try_from(self.array.length).unwrap_or(0)
    }

    /// What is read of it; none where a table does not hold one column.
    fn part(&self) -> Option<Part<'_>> {
        if !self.nested {
            return Some(Part { array: &self.array, around: None });
        }
        let table = &self.array;
        if table.n_children != 1 || table.children.is_null() || table.offset < 0 || table.n_buffers < 1 {
            return None;
        }
        // SAFETY: an array of one child has one pointer to it, which is valid until the array is released.
        let array = unsafe { (*table.children).as_ref() }?;
        Some(Part { array, around: Some(table) })
    }

    fn texts(&self, format: &str, keys: Option<&str>, each: &mut dyn FnMut(Option<&str>)) -> Result<(), Misread> {
        if self.rows() == 0 {
            return Ok(());
        }
        let part = self.part().ok_or(MISFIT)?;
        let Some(keys) = keys else { return part.texts(format, &mut |text| each(text)) };
        // SAFETY: the array of a dictionary is valid until the one around it is released.
        let words = unsafe { part.array.dictionary.as_ref() }.ok_or(MISFIT)?;
        let mut known = Vec::new();
        let read = Part { array: words, around: None }.texts(format, &mut |word| known.push(word));
        read.map_err(|misread| Misread { row: 0, ..misread })?;
        match keys {
            "c" => part.chosen::<i8>(&known, each),
            "C" => part.chosen::<u8>(&known, each),
            "s" => part.chosen::<i16>(&known, each),
            "S" => part.chosen::<u16>(&known, each),
            "i" => part.chosen::<i32>(&known, each),
            "I" => part.chosen::<u32>(&known, each),
            "l" => part.chosen::<i64>(&known, each),
            "L" => part.chosen::<u64>(&known, each),
            _ => Err(MISFIT),
        }
    }
}

/// One array that is read: a chunk, the column within one, or the words of a dictionary.
#[derive(Clone, Copy)]
struct Part<'a> {
    array: &'a Array,
    /// The table around the column, whose rows count.
    around: Option<&'a Array>,
}

impl<'a> Part<'a> {
    /// Whether its structures fit together; nothing else may be asked of a part that is not sound.
    fn is_sound(self, buffers: impl Fn(i64) -> bool) -> bool {
        let fits =
            |array: &Array| array.offset >= 0 && array.length >= 0 && array.offset.checked_add(array.length).is_some();
        let held = |table: &Array| fits(table) && table.offset + table.length <= self.array.length;
        fits(self.array)
            && self.around.is_none_or(held)
            && buffers(self.array.n_buffers)
            && !self.array.buffers.is_null()
            && (self.rows() == 0 || !self.buffer(1).is_null())
    }

    fn rows(self) -> usize {
        usize::try_from(self.around.unwrap_or(self.array).length).unwrap_or(0)
    }

    /// The row of the column's buffers at which the part begins.
    fn offset(self) -> usize {
        let within = self.around.map_or(0, |table| table.offset);
        usize::try_from(self.array.offset.saturating_add(within)).unwrap_or(0)
    }

    fn buffer(self, n: usize) -> *const c_void {
        // SAFETY: `is_sound` has found more than `n` buffers.
        unsafe { *self.array.buffers.add(n) }
    }

    fn is_aligned<T>(self) -> bool {
        self.buffer(1).cast::<T>().is_aligned()
    }

    fn lot<T>(self) -> Lot<'a, T> {
        Lot { values: self.values(self.rows()), present: self.present() }
    }

    /// Values of the second buffer from the part's beginning on.
    fn values<T>(self, count: usize) -> &'a [T] {
        let start = self.buffer(1).cast::<T>();
        if start.is_null() || self.rows() == 0 {
            return &[];
        }
        // SAFETY: by the specification the second buffer of an array holds as many values after its offset as it has rows, one
        // more where they are offsets of texts, and it lives, unchanged, until the array is released; `T` is what the format
        // says, aligned as the caller checked.
        unsafe { std::slice::from_raw_parts(start.add(self.offset()), count) }
    }

    /// Booleans, or none.
    fn bits(self) -> impl Iterator<Item = Option<bool>> {
        let (present, offset) = (self.present(), self.offset());
        let bytes: &'a [u8] = if self.rows() == 0 {
            &[]
        } else {
            // SAFETY: by the specification the second buffer of booleans holds a bit for each of offset + length rows.
            unsafe { std::slice::from_raw_parts(self.buffer(1).cast(), (offset + self.rows()).div_ceil(8)) }
        };
        let values = Bits { bytes, offset, around: None };
        (0..self.rows()).map(move |row| present.is_none_or(|present| present.has(row)).then(|| values.has(row)))
    }

    fn present(self) -> Option<Bits<'a>> {
        let offset = self.offset();
        let inner = bitmap(self.array, self.buffer(0), offset + self.rows());
        let around = self.around.map(|table| {
            // SAFETY: a struct array has one buffer, its bitmap.
            let bits = if table.buffers.is_null() { ptr::null() } else { unsafe { *table.buffers } };
            let offset = usize::try_from(table.offset).unwrap_or(0);
            (bitmap(table, bits, offset + self.rows()), offset)
        });
        let around = around.filter(|(bytes, _)| !bytes.is_empty());
        (!inner.is_empty() || around.is_some()).then_some(Bits { bytes: inner, offset, around })
    }

    /// The texts of a column of this format.
    fn texts(self, format: &str, each: &mut dyn FnMut(Option<&'a str>)) -> Result<(), Misread> {
        let fits = |buffers: i64| buffers == 3 || (format == "vu" && buffers > 3);
        if !self.is_sound(fits) {
            return Err(MISFIT);
        }
        match format {
            "u" => self.read(&Spans::<i32>::of(self)?, each),
            "U" => self.read(&Spans::<i64>::of(self)?, each),
            "vu" => self.read(&Views::of(self)?, each),
            _ => Err(MISFIT),
        }
    }

    fn read(self, laid: &impl Laid<'a>, each: &mut dyn FnMut(Option<&'a str>)) -> Result<(), Misread> {
        let present = self.present();
        for row in 0..self.rows() {
            if present.is_some_and(|present| !present.has(row)) {
                each(None);
                continue;
            }
            let bytes = laid.bytes(row).ok_or(Misread { row, why: "it reaches beyond its buffer" })?;
            each(Some(str::from_utf8(bytes).map_err(|_| Misread { row, why: "it is not UTF-8" })?));
        }
        Ok(())
    }

    /// The words of a dictionary that the column's values choose. `T` must be what its format says.
    fn chosen<T: Copy + TryInto<usize>>(
        self,
        words: &[Option<&str>],
        each: &mut dyn FnMut(Option<&str>),
    ) -> Result<(), Misread> {
        if !self.is_sound(|buffers| buffers == 2) {
            return Err(MISFIT);
        }
        if !self.is_aligned::<T>() {
            return Err(Misread { row: 0, why: UNALIGNED });
        }
        let Lot { values, present } = self.lot::<T>();
        for (row, value) in values.iter().enumerate() {
            if present.is_some_and(|present| !present.has(row)) {
                each(None);
                continue;
            }
            let word = (*value).try_into().ok().and_then(|place| words.get(place));
            each(*word.ok_or(Misread { row, why: "it is none of its dictionary" })?);
        }
        Ok(())
    }
}

/// How the bytes of texts are laid out in buffers.
trait Laid<'a> {
    fn bytes(&self, row: usize) -> Option<&'a [u8]>;
}

/// One after the other, with where each begins and the next.
struct Spans<'a, T> {
    offsets: &'a [T],
    bytes: *const u8,
    /// Where the last one ends.
    end: usize,
}

impl<'a, T: Copy + TryInto<usize>> Spans<'a, T> {
    fn of(part: Part<'a>) -> Result<Self, Misread> {
        if !part.is_aligned::<T>() {
            return Err(Misread { row: 0, why: UNALIGNED });
        }
        let offsets: &[T] = part.values(part.rows() + 1);
        let end = offsets.last().and_then(|end| (*end).try_into().ok()).unwrap_or(0);
        Ok(Self { offsets, bytes: part.buffer(2).cast(), end })
    }
}

impl<'a, T: Copy + TryInto<usize>> Laid<'a> for Spans<'a, T> {
    fn bytes(&self, row: usize) -> Option<&'a [u8]> {
        let place = |row: usize| self.offsets.get(row).copied()?.try_into().ok();
        let (start, end): (usize, usize) = (place(row)?, place(row + 1)?);
        match end.checked_sub(start)? {
            0 => Some(&[]),
            _ if self.bytes.is_null() || end > self.end => None,
            // SAFETY: by the specification the third buffer holds the bytes up to the last offset, and it lives, unchanged,
            // until the array is released.
            length => Some(unsafe { std::slice::from_raw_parts(self.bytes.add(start), length) }),
        }
    }
}

/// Short texts within sixteen bytes of their row, long ones in buffers that the row names.
struct Views<'a> {
    part: Part<'a>,
    views: &'a [[u8; 16]],
    /// How long each buffer is.
    lengths: &'a [i64],
}

impl<'a> Views<'a> {
    fn of(part: Part<'a>) -> Result<Self, Misread> {
        let buffers = usize::try_from(part.array.n_buffers - 3).unwrap_or(0);
        let last = part.buffer(buffers + 2).cast::<i64>();
        if !last.is_aligned() {
            return Err(Misread { row: 0, why: UNALIGNED });
        }
        let lengths: &[i64] = if buffers == 0 || last.is_null() {
            &[]
        } else {
            // SAFETY: by the specification the last buffer holds the length of each buffer of texts.
            unsafe { std::slice::from_raw_parts(last, buffers) }
        };
        Ok(Self { part, views: part.values(part.rows()), lengths })
    }
}

impl<'a> Laid<'a> for Views<'a> {
    fn bytes(&self, row: usize) -> Option<&'a [u8]> {
        let view: &'a [u8; 16] = self.views.get(row)?;
        let number = |at: usize| -> Option<usize> {
            let (bytes, _) = view.get(at..)?.split_first_chunk::<4>()?;
            i32::from_ne_bytes(*bytes).try_into().ok()
        };
        let length = number(0)?;
        if length <= 12 {
            return view.get(4..4 + length);
        }
        let (buffer, start) = (number(8)?, number(12)?);
        let held = usize::try_from(*self.lengths.get(buffer)?).ok()?;
        let bytes = self.part.buffer(buffer + 2).cast::<u8>();
        if bytes.is_null() || start.checked_add(length)? > held {
            return None;
        }
        // SAFETY: the buffer is as long as the array says, and lives, unchanged, until the array is released.
        Some(unsafe { std::slice::from_raw_parts(bytes.add(start), length) })
    }
}

/// The bitmap of an array, empty if it has no null.
fn bitmap(array: &Array, bits: *const c_void, rows: usize) -> &[u8] {
    if bits.is_null() || array.null_count == 0 || rows == 0 {
        return &[];
    }
    // SAFETY: by the specification the first buffer, where it is not null, holds a bit for each of offset + length rows.
    unsafe { std::slice::from_raw_parts(bits.cast(), rows.div_ceil(8)) }
}

fn text(given: *const c_char) -> Result<String, Unread> {
    if given.is_null() {
        return Err(Unread::Broken("its schema has no format".to_owned()));
    }
    // SAFETY: a format is a NUL-terminated text that lives as long as its schema.
    Ok(unsafe { CStr::from_ptr(given) }.to_string_lossy().into_owned())
}

impl Stream {
    fn drain(&mut self) -> Result<(Schema, Vec<Array>), Unread> {
        let (Some(get_schema), Some(get_next)) = (self.get_schema, self.get_next) else {
            return Err(Unread::Broken("its stream was read before".to_owned()));
        };
        let mut schema = Schema::EMPTY;
        // SAFETY: the stream is ours and not released, the target is empty.
        let code = unsafe { get_schema(self, &mut schema) };
        self.check(code)?;
        let mut arrays = Vec::new();
        loop {
            let mut array = Array::EMPTY;
            // SAFETY: as above; the schema came without an error.
            let code = unsafe { get_next(self, &mut array) };
            self.check(code)?;
            if array.release.is_none() {
                return Ok((schema, arrays));
            }
            arrays.push(array);
        }
    }

    fn check(&mut self, code: c_int) -> Result<(), Unread> {
        if code == 0 {
            return Ok(());
        }
        // SAFETY: asked right after a call that failed, as the specification wants.
        let said = self.get_last_error.map_or(ptr::null(), |last| unsafe { last(self) });
        Err(Unread::Broken(text(said).unwrap_or_else(|_| format!("its stream failed with {code}"))))
    }
}

/// A column to hand out; what it is made of is shared, not copied.
pub(crate) struct Made {
    /// Arrow's format string.
    pub(crate) format: String,
    /// How many rows.
    pub(crate) rows: usize,
    /// A bit for each row that is no null.
    pub(crate) present: Option<Arc<Vec<u8>>>,
    /// The values.
    pub(crate) values: Buffer,
}

/// Values of a column to hand out.
#[derive(Clone)]
pub(crate) enum Buffer {
    /// Eight bytes each.
    Long(Arc<Vec<i64>>),
    /// A bit each.
    Bits(Arc<Vec<u8>>),
    /// Four bytes each.
    Float(Arc<Vec<f32>>),
    /// Texts one after the other, with where each begins and the last ends.
    Text(Arc<Vec<i64>>, Arc<Vec<u8>>),
}

impl Buffer {
    /// The buffers after the bitmap; the second is null where there is one alone.
    fn starts(&self) -> [*const c_void; 2] {
        match self {
            Self::Long(values) => [values.as_ptr().cast(), ptr::null()],
            Self::Bits(bits) => [bits.as_ptr().cast(), ptr::null()],
            Self::Float(values) => [values.as_ptr().cast(), ptr::null()],
            Self::Text(ends, bytes) => [ends.as_ptr().cast(), bytes.as_ptr().cast()],
        }
    }
}

/// What keeps an array of ours alive.
struct Kept {
    buffers: [*const c_void; 3],
    _column: Made,
}

unsafe extern "C" fn release_array(array: *mut Array) {
    // SAFETY: the consumer passes the array that `made` filled, once; `private_data` is the box that was leaked there.
    unsafe {
        drop(Box::from_raw((*array).private_data.cast::<Kept>()));
        (*array).release = None;
    }
}

unsafe extern "C" fn release_schema(schema: *mut Schema) {
    // SAFETY: the consumer passes the schema that `schema_of` filled, once; `private_data` is the text that was leaked there.
    unsafe {
        drop(CString::from_raw((*schema).private_data.cast()));
        (*schema).release = None;
    }
}

const NULLABLE: i64 = 2;

/// The capsule of a schema.
pub(crate) fn schema_capsule<'py>(py: Python<'py>, format: &str) -> PyResult<Bound<'py, PyCapsule>> {
    let format = CString::new(format).unwrap_or_default().into_raw();
    let schema = Schema {
        format,
        name: c"".as_ptr(),
        flags: NULLABLE,
        release: Some(release_schema),
        private_data: format.cast(),
        metadata: ptr::null(),
        n_children: 0,
        children: ptr::null_mut(),
        dictionary: ptr::null_mut(),
    };
    PyCapsule::new_with_value(py, schema, c"arrow_schema")
}

/// The capsules of a schema and an array.
pub(crate) fn array_capsules(py: Python<'_>, column: Made) -> PyResult<Bound<'_, PyTuple>> {
    let schema = schema_capsule(py, &column.format)?;
    let absent = if column.present.is_some() { -1 } else { 0 };
    let bits = column.present.as_ref().map_or(ptr::null(), |bits| bits.as_ptr().cast());
    let (rows, [values, bytes]) = (i64::try_from(column.rows).unwrap_or(0), column.values.starts());
    let n_buffers = if matches!(column.values, Buffer::Text(..)) { 3 } else { 2 };
    let kept = Box::into_raw(Box::new(Kept { buffers: [bits, values, bytes], _column: column }));
    let array = Array {
        length: rows,
        null_count: absent,
        offset: 0,
        n_buffers,
        n_children: 0,
        // SAFETY: `kept` was just leaked; its list of buffers stays where it is until `release_array`.
        buffers: unsafe { (&raw mut (*kept).buffers).cast() },
        children: ptr::null_mut(),
        dictionary: ptr::null_mut(),
        release: Some(release_array),
        private_data: kept.cast(),
    };
    let array = PyCapsule::new_with_value(py, array, c"arrow_array")?;
    PyTuple::new(py, [schema, array])
}

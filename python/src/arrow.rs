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
    /// Arrow's format string, such as `tsu:UTC`.
    pub(crate) format: String,
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
        let mut format = text(schema.format)?;
        let nested = format == "+s";
        if nested {
            if schema.n_children != 1 || schema.children.is_null() {
                return Err(Unread::Columns(schema.n_children));
            }
            // SAFETY: a schema of one child has one pointer to it, valid until the schema is released.
            let child = unsafe { (*schema.children).as_ref() };
            format = text(child.ok_or_else(|| Unread::Broken("its column is missing".to_owned()))?.format)?;
        }
        if !schema.dictionary.is_null() {
            return Err(Unread::Broken("it is dictionary-encoded: cast it to its value type".to_owned()));
        }
        let chunks = arrays.into_iter().map(|array| Chunk { array, nested }).collect();
        Ok(Self { format, chunks })
    }

    /// Whether the chunks are what primitive arrays are: nothing else may be read of others.
    pub(crate) fn is_primitive(&self) -> bool {
        self.chunks.iter().all(|chunk| chunk.is_sound(|buffers| buffers == 2))
    }

    /// How many rows.
    pub(crate) fn rows(&self) -> usize {
        self.chunks.iter().map(Chunk::rows).sum()
    }

    /// Calls `each` with the texts in order, none for a null. The column must be one of texts by its format.
    ///
    /// # Errors
    /// Where its buffers do not hold what they must, with the row.
    pub(crate) fn texts(&self, mut each: impl FnMut(Option<&str>)) -> Result<(), NoText> {
        let wanted: fn(i64) -> bool = if self.format == "vu" { |buffers| buffers >= 3 } else { |buffers| buffers == 3 };
        let mut first = 0;
        for chunk in &self.chunks {
            if !chunk.is_sound(wanted) {
                return Err(NoText { row: first, why: "its buffers do not fit its type" });
            }
            let told = match self.format.as_str() {
                "u" => chunk.texts(&Spans::<i32>::of(chunk), &mut each),
                "U" => chunk.texts(&Spans::<i64>::of(chunk), &mut each),
                "vu" => chunk.texts(&Views::of(chunk), &mut each),
                _ => return Err(NoText { row: first, why: "it is no column of texts" }),
            };
            told.map_err(|NoText { row, why }| NoText { row: first + row, why })?;
            first += chunk.rows();
        }
        Ok(())
    }

    /// The chunks in order, of a primitive type. `T` must be what the format says.
    pub(crate) fn lots<'a, T: 'a>(&'a self) -> impl Iterator<Item = Lot<'a, T>> {
        self.chunks.iter().map(Chunk::lot)
    }

    /// Whether every buffer of a primitive type lies where values of this alignment must.
    pub(crate) fn is_aligned<T>(&self) -> bool {
        self.chunks.iter().all(|chunk| chunk.buffer(1).cast::<T>().is_aligned())
    }
}

impl Chunk {
    fn column(&self) -> &Array {
        if self.nested {
            // SAFETY: `is_sound` has found one child; it lives as long as the array.
            unsafe { &**self.array.children }
        } else {
            &self.array
        }
    }

    fn is_sound(&self, buffers: impl Fn(i64) -> bool) -> bool {
        let has_child = || {
            if self.array.n_children != 1 || self.array.children.is_null() {
                return false;
            }
            // SAFETY: an array of one child has one pointer to it, valid until the array is released.
            unsafe { !(*self.array.children).is_null() }
        };
        if self.nested && (!has_child() || self.array.offset < 0 || self.array.n_buffers < 1) {
            return false;
        }
        let column = self.column();
        let fits =
            |array: &Array| array.offset >= 0 && array.length >= 0 && array.offset.checked_add(array.length).is_some();
        let held =
            self.array.offset.checked_add(self.array.length).is_some_and(|end| !self.nested || end <= column.length);
        fits(&self.array)
            && fits(column)
            && held
            && buffers(column.n_buffers)
            && !column.buffers.is_null()
            && (self.array.length == 0 || !self.buffer(1).is_null())
    }

    fn buffer(&self, n: usize) -> *const c_void {
        // SAFETY: `is_sound` has found more than `n` buffers.
        unsafe { *self.column().buffers.add(n) }
    }

    fn rows(&self) -> usize {
        usize::try_from(self.array.length).unwrap_or(0)
    }

    /// The row of the column's buffers at which the chunk begins.
    fn offset(&self) -> usize {
        let within = if self.nested { self.array.offset } else { 0 };
        usize::try_from(self.column().offset + within).unwrap_or(0)
    }

    fn lot<T>(&self) -> Lot<'_, T> {
        Lot { values: self.values(self.rows()), present: self.present() }
    }

    /// Values of the second buffer from the chunk's beginning on.
    fn values<T>(&self, count: usize) -> &[T] {
        let start = self.buffer(1).cast::<T>();
        if start.is_null() || self.rows() == 0 {
            return &[];
        }
        // SAFETY: by the specification the second buffer of an array holds as many values after its offset as it has rows, one
        // more where they are offsets of texts, and it lives, unchanged, until the array is released; `T` is what the format
        // says, aligned as the caller checked.
        unsafe { std::slice::from_raw_parts(start.add(self.offset()), count) }
    }

    fn present(&self) -> Option<Bits<'_>> {
        let (column, offset) = (self.column(), self.offset());
        let inner = bitmap(column, self.buffer(0), offset + self.rows());
        let around = self.nested.then(|| {
            // SAFETY: a struct array has one buffer, its bitmap.
            let bits = if self.array.buffers.is_null() { ptr::null() } else { unsafe { *self.array.buffers } };
            let offset = usize::try_from(self.array.offset).unwrap_or(0);
            (bitmap(&self.array, bits, offset + self.rows()), offset)
        });
        let around = around.filter(|(bytes, _)| !bytes.is_empty());
        (!inner.is_empty() || around.is_some()).then_some(Bits { bytes: inner, offset, around })
    }

    fn texts<'a>(&'a self, lying: &impl Lying<'a>, mut each: impl FnMut(Option<&str>)) -> Result<(), NoText> {
        let present = self.present();
        for row in 0..self.rows() {
            if present.is_some_and(|present| !present.has(row)) {
                each(None);
                continue;
            }
            let bytes = lying.bytes(row).ok_or(NoText { row, why: "it reaches beyond its buffer" })?;
            let text = str::from_utf8(bytes).map_err(|_| NoText { row, why: "it is not UTF-8" })?;
            each(Some(text));
        }
        Ok(())
    }
}

/// A row that is no text.
pub(crate) struct NoText {
    pub(crate) row: usize,
    pub(crate) why: &'static str,
}

/// How the bytes of texts lie in buffers.
trait Lying<'a> {
    fn bytes(&self, row: usize) -> Option<&'a [u8]>;
}

/// One after the other, with where each begins and the next.
struct Spans<'a, T> {
    offsets: &'a [T],
    bytes: *const u8,
}

impl<'a, T: Copy + TryInto<usize>> Spans<'a, T> {
    fn of(chunk: &'a Chunk) -> Self {
        let aligned = chunk.buffer(1).cast::<T>().is_aligned();
        Self { offsets: if aligned { chunk.values(chunk.rows() + 1) } else { &[] }, bytes: chunk.buffer(2).cast() }
    }
}

impl<'a, T: Copy + TryInto<usize>> Lying<'a> for Spans<'a, T> {
    fn bytes(&self, row: usize) -> Option<&'a [u8]> {
        let place = |row: usize| self.offsets.get(row).copied()?.try_into().ok();
        let (start, end) = (place(row)?, place(row + 1)?);
        match end.checked_sub(start)? {
            0 => Some(&[]),
            _ if self.bytes.is_null() => None,
            // SAFETY: by the specification the third buffer holds the bytes up to the last offset, and it lives, unchanged,
            // until the array is released.
            length => Some(unsafe { std::slice::from_raw_parts(self.bytes.add(start), length) }),
        }
    }
}

/// Short texts within sixteen bytes of their row, long ones in buffers that the row names.
struct Views<'a> {
    chunk: &'a Chunk,
    views: &'a [[u8; 16]],
    buffers: usize,
    /// How long each buffer is.
    lengths: &'a [i64],
}

impl<'a> Views<'a> {
    fn of(chunk: &'a Chunk) -> Self {
        let buffers = usize::try_from(chunk.column().n_buffers - 3).unwrap_or(0);
        let last = chunk.buffer(buffers + 2).cast::<i64>();
        let lengths = if buffers == 0 || last.is_null() || !last.is_aligned() {
            &[]
        } else {
            // SAFETY: by the specification the last buffer holds the length of each buffer of texts.
            unsafe { std::slice::from_raw_parts(last, buffers) }
        };
        Self { chunk, views: chunk.values(chunk.rows()), buffers, lengths }
    }
}

impl<'a> Lying<'a> for Views<'a> {
    fn bytes(&self, row: usize) -> Option<&'a [u8]> {
        let view: &'a [u8; 16] = self.views.get(row)?;
        let number = |at: usize| -> Option<usize> {
            let (bytes, _) = view.get(at..)?.split_first_chunk::<4>()?;
            i32::from_le_bytes(*bytes).try_into().ok()
        };
        let length = number(0)?;
        if length <= 12 {
            return view.get(4..4 + length);
        }
        let (buffer, start) = (number(8)?, number(12)?);
        let end = i64::try_from(start.checked_add(length)?).ok()?;
        let bytes = (buffer < self.buffers).then(|| self.chunk.buffer(buffer + 2).cast::<u8>())?;
        if bytes.is_null() || end > *self.lengths.get(buffer)? {
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

//! Columns of texts and of yes and no: what a list holds, and what others lend by Arrow's protocol, read where it lies.
use std::fmt;

use guanjia::ops::OpError;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedStr;

use crate::arrow::{Lent, Misread, Unread};
use crate::doorway::{argument, run};

/// A column of texts.
#[pyclass(frozen, module = "guanjia._native")]
pub(crate) struct Texts {
    path: String,
    held: Held,
}

enum Held {
    Rows(Vec<Option<PyBackedStr>>),
    Lent(Lent),
}

impl fmt::Debug for Texts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Texts").field("rows", &self.rows()).finish_non_exhaustive()
    }
}

#[pymethods]
impl Texts {
    /// Strings of a list, or none.
    #[staticmethod]
    fn of_list(rows: Vec<Option<PyBackedStr>>, path: &str) -> Self {
        Self { path: path.to_owned(), held: Held::Rows(rows) }
    }

    /// What an object lends by Arrow's protocol.
    #[staticmethod]
    fn of_arrow(given: &Bound<'_, PyAny>, path: &str) -> PyResult<Self> {
        let lent = Lent::of(given)?;
        run(given.py(), || Self::lent(lent, path))
    }

    fn __len__(&self) -> usize {
        self.rows()
    }
}

impl Texts {
    fn lent(lent: Result<Lent, Unread>, path: &str) -> Result<Self, OpError> {
        let wanted = ("a column of texts", "文本列");
        let lent = lent.map_err(|unread| unlent(path, unread, wanted))?;
        if !lent.is_text() {
            return Err(other(path, &lent.format, wanted));
        }
        Ok(Self { path: path.to_owned(), held: Held::Lent(lent) })
    }

    pub(crate) fn rows(&self) -> usize {
        match &self.held {
            Held::Rows(rows) => rows.len(),
            Held::Lent(lent) => lent.rows(),
        }
    }

    /// Calls `each` with the texts in order, none for one that is absent.
    ///
    /// # Errors
    /// Where what was lent is no text, with its row.
    pub(crate) fn each(&self, mut each: impl FnMut(Option<&str>)) -> Result<(), OpError> {
        match &self.held {
            Held::Rows(rows) => rows.iter().for_each(|row| each(row.as_deref())),
            Held::Lent(lent) => lent.texts(each).map_err(|misread| misread_row(&self.path, &misread))?,
        }
        Ok(())
    }

    /// The texts, of which none may be absent.
    ///
    /// # Errors
    /// As for [`Self::each`], and for the first that is absent.
    pub(crate) fn whole(&self) -> Result<Vec<String>, OpError> {
        let mut absent = None;
        let mut texts = Vec::with_capacity(self.rows());
        self.each(|text| match text {
            Some(text) => texts.push(text.to_owned()),
            None => {
                absent.get_or_insert(texts.len());
            }
        })?;
        match absent {
            None => Ok(texts),
            Some(row) => Err(argument(&format!("{}[{row}]", self.path), "is absent", "缺失")),
        }
    }

    /// The texts, each read into what `read` makes of it, which says what is wrong in English and Chinese.
    ///
    /// # Errors
    /// As for [`Self::each`], and for the first that `read` refuses.
    pub(crate) fn read<T>(
        &self,
        read: impl Fn(&str) -> Result<T, (String, String)>,
    ) -> Result<Vec<Option<T>>, OpError> {
        let mut refused = None;
        let mut all = Vec::with_capacity(self.rows());
        self.each(|text| match text.map(&read).transpose() {
            Ok(one) => all.push(one),
            Err(why) => {
                refused.get_or_insert((all.len(), why));
            }
        })?;
        match refused {
            None => Ok(all),
            Some((row, (en, zh))) => Err(argument(&format!("{}[{row}]", self.path), &en, &zh)),
        }
    }
}

/// Yes and no, or none, of what an object lends by Arrow's protocol: booleans, or whole numbers that are 1 or 0.
#[pyfunction]
pub(crate) fn yes_and_no(given: &Bound<'_, PyAny>, path: &str) -> PyResult<Vec<Option<bool>>> {
    let lent = Lent::of(given)?;
    run(given.py(), || {
        let wanted = ("a column of yes and no", "布尔列");
        let lent = lent.map_err(|unread| unlent(path, unread, wanted))?;
        if !matches!(lent.format.as_str(), "b" | "c" | "C" | "s" | "S" | "i" | "I" | "l" | "L") {
            return Err(other(path, &lent.format, wanted));
        }
        lent.flags().map_err(|misread| misread_row(path, &misread))
    })
}

/// What is wanted, in English and Chinese.
type Wanted = (&'static str, &'static str);

fn unlent(path: &str, unread: Unread, (en, zh): Wanted) -> OpError {
    match unread {
        Unread::Broken(why) => unreadable(path, &why),
        Unread::Columns(count) => argument(
            path,
            &format!("{en} is needed, not a table of {count} columns"),
            &format!("需要{zh},而不是 {count} 列的表"),
        ),
    }
}

fn other(path: &str, format: &str, (en, zh): Wanted) -> OpError {
    argument(
        path,
        &format!("{en} is needed, not Arrow's type `{format}`"),
        &format!("需要{zh},而不是 Arrow 类型“{format}”"),
    )
}

fn misread_row(path: &str, Misread { row, why }: &Misread) -> OpError {
    unreadable(&format!("{path}[{row}]"), why)
}

fn unreadable(path: &str, why: &str) -> OpError {
    argument(path, &format!("Arrow data cannot be read: {why}"), &format!("无法读取 Arrow 数据:{why}"))
}

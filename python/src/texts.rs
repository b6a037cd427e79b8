//! Columns of texts: strings of a list, and what others lend by Arrow's protocol, read where they lie.
use std::fmt;

use guanjia::ops::OpError;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedStr;

use crate::arrow::{Lent, NoText, Unread};
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
        let refuse = |en: &str, zh: &str| {
            argument(path, &format!("a column of texts is needed, not {en}"), &format!("需要文本列,而不是{zh}"))
        };
        let lent = lent.map_err(|unread| match unread {
            Unread::Broken(why) => unreadable(path, &why),
            Unread::Columns(count) => refuse(&format!("a table of {count} columns"), &format!(" {count} 列的表")),
        })?;
        if !matches!(lent.format.as_str(), "u" | "U" | "vu") {
            let format = &lent.format;
            return Err(refuse(&format!("Arrow's type `{format}`"), &format!(" Arrow 类型“{format}”")));
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
            Held::Lent(lent) => {
                lent.texts(each).map_err(|NoText { row, why }| unreadable(&format!("{}[{row}]", self.path), why))?
            }
        }
        Ok(())
    }

    /// The texts, of which none may be absent.
    ///
    /// # Errors
    /// As for [`Self::each`], and for the first that is absent.
    pub(crate) fn whole(&self) -> Result<Vec<String>, OpError> {
        let (mut texts, mut absent) = (Vec::with_capacity(self.rows()), None);
        self.each(|text| match text {
            Some(text) => texts.push(text.to_owned()),
            None => absent = absent.or(Some(texts.len())),
        })?;
        match absent {
            None => Ok(texts),
            Some(row) => Err(argument(&format!("{}[{row}]", self.path), "is absent", "缺少文本")),
        }
    }
}

fn unreadable(path: &str, why: &str) -> OpError {
    argument(path, &format!("Arrow data cannot be read: {why}"), &format!("无法读取 Arrow 数据:{why}"))
}

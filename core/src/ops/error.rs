//! What an operation refuses, in a form that every language carries.
use serde::Serialize;

use crate::calendar::CalendarError;
use crate::calendar::operations::OperationError;
use crate::classify::ModelError;
use crate::clause::Words;
use crate::courtesy::CourtesyError;
use crate::desk::DeskError;
use crate::money::MoneyError;
use crate::problem::Problems;
use crate::refusal::Refusal;
use crate::seal::SealError;

/// What the caller has to do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorKind {
    /// The call is wrong: a name, a type, a missing field. The caller's code must change.
    Argument,
    /// The data are wrong, or a rule refuses. Somebody must correct or decide.
    Data,
    /// The store failed: disk, lock, file.
    Storage,
    /// A mistake of ours.
    Internal,
}

/// An error with a stable id, the place in the input, and a line in English and Chinese.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{}", words.en)]
pub struct OpError {
    /// What to do about it.
    pub kind: ErrorKind,
    /// Stable id, such as `case.wrong_status`.
    pub code: Box<str>,
    /// Where in the input, if it is in one place.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub path: Box<str>,
    /// A line for a person.
    pub words: Words,
    /// All problems of a file.
    #[serde(skip_serializing_if = "Problems::is_empty")]
    pub problems: Problems,
    /// The refusal, where a rule refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refusal: Option<Box<Refusal>>,
}

impl OpError {
    fn new(kind: ErrorKind, code: &str, path: &str, words: Words) -> Self {
        Self { kind, code: code.into(), path: path.into(), words, problems: Problems::default(), refusal: None }
    }

    /// Arguments that do not fit.
    pub fn argument(path: &str, message: &str) -> Self {
        let at = if path.is_empty() { String::new() } else { format!("{path}: ") };
        let words = Words::new(format!("参数有误:{at}{message}"), format!("{at}{message}"));
        Self::new(ErrorKind::Argument, "argument", path, words)
    }

    /// A mistake of ours.
    pub fn internal(message: &str) -> Self {
        let words = Words::new(format!("内部错误:{message}"), format!("internal error: {message}"));
        Self::new(ErrorKind::Internal, "internal", "", words)
    }

    pub(super) fn unknown_operation(name: &str) -> Self {
        let words = Words::new(
            format!("没有名为“{name}”的操作,operations.list 列出全部"),
            format!("there is no operation `{name}`; operations.list names them all"),
        );
        Self::new(ErrorKind::Argument, "operation.unknown", "", words)
    }
}

impl From<CalendarError> for OpError {
    fn from(error: CalendarError) -> Self {
        let words = Words::new(format!("日历无法计算:{error}"), error.to_string());
        Self::new(ErrorKind::Data, &format!("calendar.{}", error.code()), "", words)
    }
}

impl From<OperationError> for OpError {
    fn from(error: OperationError) -> Self {
        match error {
            OperationError::Unknown(_) => Self::argument("calendar", &error.to_string()),
            OperationError::Rules(problems) => problems.into(),
            OperationError::Calendar(error) => error.into(),
        }
    }
}

impl From<CourtesyError> for OpError {
    fn from(error: CourtesyError) -> Self {
        let path = match &error {
            CourtesyError::Situation { .. } => "situation",
            // Greetings follow from the time.
            CourtesyError::Blank { blank, .. } if blank == "greeting" || blank == "festival" => "at",
            CourtesyError::Blank { blank, .. } => blank,
        };
        Self::argument(path, &error.to_string())
    }
}

impl From<ModelError> for OpError {
    fn from(error: ModelError) -> Self {
        match error {
            ModelError::Examples(problems) => problems.into(),
            _ => {
                Self::new(ErrorKind::Data, "model", "", Words::new(format!("模型无法读取:{error}"), error.to_string()))
            }
        }
    }
}

impl From<MoneyError> for OpError {
    fn from(error: MoneyError) -> Self {
        Self::new(ErrorKind::Data, "money", "", Words::new(format!("金额有误:{error}"), error.to_string()))
    }
}

impl From<Problems> for OpError {
    fn from(problems: Problems) -> Self {
        let words = Words::new(format!("有{}处错误:\n{problems}", problems.len()), problems.to_string());
        let first = problems.iter().next().map(|problem| problem.path.clone()).unwrap_or_default();
        Self { problems, ..Self::new(ErrorKind::Data, "problems", &first, words) }
    }
}

impl From<Refusal> for OpError {
    fn from(refusal: Refusal) -> Self {
        let error = Self::new(ErrorKind::Data, &refusal.code, "", refusal.words.clone());
        Self { refusal: Some(Box::new(refusal)), ..error }
    }
}

impl From<DeskError> for OpError {
    fn from(error: DeskError) -> Self {
        let code = error.code().to_owned();
        let words = |zh: &str| Words::new(format!("{zh}:{error}"), error.to_string());
        match error {
            DeskError::Refused(refusal) => (*refusal).into(),
            DeskError::Store(_) => Self::new(ErrorKind::Storage, &code, "", words("存储失败")),
            DeskError::Rulebook { .. } | DeskError::Data { .. } => {
                Self::new(ErrorKind::Storage, &code, "", words("库中数据有误"))
            }
            DeskError::Days(problems) => problems.into(),
            DeskError::Sealed(SealError::Record(_) | SealError::Forged { .. }) => {
                Self::new(ErrorKind::Storage, &code, "", words("保险库数据有误"))
            }
            DeskError::Sealed(_) => Self::new(ErrorKind::Data, &code, "", words("保险库打不开")),
            DeskError::Missing { .. } => Self::new(ErrorKind::Data, &code, "", words("没有找到")),
        }
    }
}

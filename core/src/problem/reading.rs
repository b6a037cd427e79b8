//! Reading a file to its last mistake.
//!
//! A derived reader stops at the first mistake. So the text is parsed to a tree first; the reader runs over the tree, each
//! mistake is noted and struck out of the tree, and the reader runs again, until nothing is wrong with what remains.
use std::collections::{BTreeMap, BTreeSet};

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use serde_path_to_error::{Path, Segment};
use toml::de::{DeTable, DeValue};

use super::{Problem, Problems};

/// More mistakes than this are not worth a reader's time.
const MOST: usize = 500;

/// The lines of a file by path; a format without lines has none.
#[derive(Debug, Clone, Default)]
pub struct Lines(BTreeMap<String, u32>);

impl Lines {
    /// Gives each problem the line of what it names, or of what holds it, and puts them in the order of the file.
    pub fn locate(&self, problems: &mut Problems) {
        for problem in problems.iter_mut().filter(|problem| problem.line.is_none() && !problem.path.is_empty()) {
            problem.line = line_of(&self.0, &problem.path);
        }
        problems.0.sort_by_key(|problem| problem.line.unwrap_or(u32::MAX));
    }
}

/// What a file holds once its mistakes are struck out, and the mistakes.
#[derive(Debug)]
pub struct Reading<T> {
    /// What could be read; none if not even the outline fits.
    pub value: Option<T>,
    /// What is wrong, with paths, and with lines where the format has them.
    pub problems: Problems,
    /// On which line each part of the file stands.
    pub lines: Lines,
    /// For each array that lost elements, by its path in the file: the places there of those that are left.
    kept: BTreeMap<String, Vec<usize>>,
    /// What was struck out, by its path in the file.
    struck: BTreeSet<String>,
}

impl<T: DeserializeOwned> Reading<T> {
    /// Reads TOML.
    pub fn toml(text: &str) -> Self {
        let (table, errors) = DeTable::parse_recoverable(text);
        let starts: Vec<usize> =
            std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at.saturating_add(1))).collect();
        let line = |at: usize| u32::try_from(starts.partition_point(|start| *start <= at)).unwrap_or(u32::MAX);
        let mut problems = Problems::default();
        for error in errors {
            let message = error.message().replace('\n', ", ");
            problems.push(Problem { line: error.span().map(|span| line(span.start)), ..Problem::new("", message) });
        }
        let mut lines = BTreeMap::new();
        let tree = Value::Object(table_of(table.get_ref(), "", &line, &mut lines));
        Self::tree(tree, problems, Lines(lines))
    }

    /// Reads JSON.
    pub fn json(text: &str) -> Self {
        match serde_json::from_str(text) {
            Ok(tree) => Self::tree(tree, Problems::default(), Lines::default()),
            Err(error) => {
                let line = u32::try_from(error.line()).ok();
                let problem = Problem { line, ..Problem::new("", error.to_string()) };
                let (lines, kept, struck) = Default::default();
                Self { value: None, problems: problem.into(), lines, kept, struck }
            }
        }
    }

    fn tree(tree: Value, mut problems: Problems, lines: Lines) -> Self {
        let mut draft = Draft { tree, kept: BTreeMap::new(), struck: BTreeSet::new() };
        let mut value = None;
        for _ in 0..MOST {
            let error = match serde_path_to_error::deserialize(&draft.tree) {
                Ok(read) => {
                    value = Some(read);
                    break;
                }
                Err(error) => error,
            };
            let steps = steps(error.path());
            if !draft.strike(&steps, &said(&error.inner().to_string()), &mut problems) {
                break;
            }
        }
        let mut reading = Self { value, problems, lines, kept: draft.kept, struck: draft.struck };
        reading.locate();
        reading
    }
}

impl<T> Reading<T> {
    /// Adds problems that were found in what was read. Their paths become those of the file; what a mistake that was told
    /// already has brought about is not told again.
    pub fn tell(&mut self, found: Problems) {
        for problem in found {
            let path = self.in_file(&problem.path);
            if !self.struck.iter().any(|struck| lies_in(&path, struck)) {
                self.problems.push(Problem { path, ..problem });
            }
        }
        self.locate();
    }

    /// The path in the file of a path in what was read: arrays may have lost elements.
    fn in_file(&self, path: &str) -> String {
        let mut parts = path.split('[');
        let mut found = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let (index, rest) = part.split_once(']').unwrap_or((part, ""));
            let place = index.parse::<usize>().ok().and_then(|index| self.kept.get(&found)?.get(index));
            let index = place.map_or_else(|| index.to_owned(), ToString::to_string);
            found = format!("{found}[{index}]{rest}");
        }
        found
    }

    fn locate(&mut self) {
        self.lines.locate(&mut self.problems);
    }
}

/// Whether `path` is `holder` or lies in it.
fn lies_in(path: &str, holder: &str) -> bool {
    path.strip_prefix(holder).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

/// A reader's message without the names of our types.
pub(crate) fn said(message: &str) -> String {
    let mut words = message.split(' ').peekable();
    let mut said = Vec::new();
    while let Some(word) = words.next() {
        if matches!(word, "struct" | "enum") && words.peek().is_some() {
            words.next();
            said.push("a record");
        } else {
            said.push(word);
        }
    }
    said.join(" ")
}

fn line_of(lines: &BTreeMap<String, u32>, path: &str) -> Option<u32> {
    let mut path = path;
    loop {
        if let Some(line) = lines.get(path) {
            return Some(*line);
        }
        path = path.get(..path.rfind(['.', '['])?)?;
    }
}

/// A step down the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Key(String),
    Index(usize),
}

fn steps(path: &Path) -> Vec<Step> {
    path.iter()
        .filter_map(|segment| match segment {
            Segment::Map { key } => Some(Step::Key(key.clone())),
            Segment::Enum { variant } => Some(Step::Key(variant.clone())),
            Segment::Seq { index } => Some(Step::Index(*index)),
            Segment::Unknown => None,
        })
        .collect()
}

/// The tree with its mistakes struck out so far.
struct Draft {
    tree: Value,
    /// For each array that lost elements, by its path: the places its elements had in the file.
    kept: BTreeMap<String, Vec<usize>>,
    struck: BTreeSet<String>,
}

impl Draft {
    /// Notes a mistake and strikes it out; false if nothing could be struck.
    fn strike(&mut self, steps: &[Step], message: &str, problems: &mut Problems) -> bool {
        let steps = self.present(steps);
        if let Some(field) = quoted_after(message, "missing field `") {
            let path = self.join(&steps, &field);
            if !self.struck.contains(&path) {
                problems.push(Problem::new(path, "is missing").expected(format!("a value for `{field}`")));
            }
            return self.remove(&steps);
        }
        if let Some(field) = quoted_after(message, "unknown field `") {
            let mut steps = steps;
            if steps.last() != Some(&Step::Key(field.clone())) {
                steps.push(Step::Key(field.clone()));
            }
            let known = message.split_once(", expected ").map(|(_, known)| known.to_owned());
            let path = self.path(&steps);
            let problem = Problem::new(path, format!("unknown field `{field}`"));
            problems.push(Problem { expected: known, ..problem });
            return self.remove(&steps);
        }
        let (what, expected) = match message.split_once(", expected ") {
            Some((what, expected)) => (what.to_owned(), Some(expected.to_owned())),
            None => (message.to_owned(), None),
        };
        problems.push(Problem { expected, ..Problem::new(self.path(&steps), what) });
        self.remove(&steps)
    }

    /// The steps that lead to something in the tree: a reader may name a variant that the tree holds as text.
    fn present(&self, steps: &[Step]) -> Vec<Step> {
        let mut at = Some(&self.tree);
        steps
            .iter()
            .take_while(|step| {
                at = at.and_then(|value| match step {
                    Step::Key(key) => value.get(key),
                    Step::Index(index) => value.get(*index),
                });
                at.is_some()
            })
            .cloned()
            .collect()
    }

    /// The path as it stands in the file.
    fn path(&self, steps: &[Step]) -> String {
        let mut path = String::new();
        for step in steps {
            match step {
                Step::Key(key) => path = join(&path, key),
                Step::Index(index) => {
                    let original = self.kept.get(&path).and_then(|kept| kept.get(*index)).unwrap_or(index);
                    path = format!("{path}[{original}]");
                }
            }
        }
        path
    }

    fn join(&self, steps: &[Step], field: &str) -> String {
        join(&self.path(steps), field)
    }

    fn remove(&mut self, steps: &[Step]) -> bool {
        let Some((last, parents)) = steps.split_last() else { return false };
        self.struck.insert(self.path(steps));
        let array = self.path(parents);
        let parent = parents.iter().try_fold(&mut self.tree, |value, step| match step {
            Step::Key(key) => value.get_mut(key),
            Step::Index(index) => value.get_mut(*index),
        });
        match (parent, last) {
            (Some(Value::Object(map)), Step::Key(key)) => map.remove(key).is_some(),
            (Some(Value::Array(items)), Step::Index(index)) if *index < items.len() => {
                let all = (0..items.len()).collect::<Vec<_>>();
                self.kept.entry(array).or_insert(all).remove(*index);
                items.remove(*index);
                true
            }
            _ => false,
        }
    }
}

fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

pub(crate) fn quoted_after(message: &str, opening: &str) -> Option<String> {
    message.split_once(opening)?.1.split_once('`').map(|(field, _)| field.to_owned())
}

fn table_of(
    table: &DeTable<'_>,
    path: &str,
    line: &dyn Fn(usize) -> u32,
    lines: &mut BTreeMap<String, u32>,
) -> Map<String, Value> {
    let mut map = Map::new();
    for (key, value) in table {
        let path = join(path, key.get_ref());
        lines.insert(path.clone(), line(key.span().start));
        map.insert(key.get_ref().to_string(), value_of(value.get_ref(), &path, line, lines));
    }
    map
}

fn value_of(value: &DeValue<'_>, path: &str, line: &dyn Fn(usize) -> u32, lines: &mut BTreeMap<String, u32>) -> Value {
    match value {
        DeValue::String(text) => Value::String(text.to_string()),
        DeValue::Boolean(truth) => Value::Bool(*truth),
        DeValue::Datetime(time) => Value::String(time.to_string()),
        DeValue::Integer(number) => match i64::from_str_radix(number.as_str(), number.radix()) {
            Ok(number) => Value::from(number),
            Err(_) => Value::String(number.to_string()),
        },
        DeValue::Float(number) => number.as_str().parse::<f64>().map_or(Value::Null, Value::from),
        DeValue::Table(table) => Value::Object(table_of(table, path, line, lines)),
        DeValue::Array(items) => {
            let item = |(n, item): (usize, &toml::Spanned<DeValue<'_>>)| {
                let path = format!("{path}[{n}]");
                lines.insert(path.clone(), line(item.span().start));
                value_of(item.get_ref(), &path, line, lines)
            };
            Value::Array(items.iter().enumerate().map(item).collect())
        }
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize, PartialEq)]
    #[serde(deny_unknown_fields)]
    struct Book {
        #[serde(default)]
        title: String,
        #[serde(default)]
        rooms: Vec<Room>,
    }

    #[derive(Debug, Deserialize, PartialEq)]
    #[serde(deny_unknown_fields)]
    struct Room {
        name: String,
        floor: i32,
    }

    #[test]
    fn every_mistake_is_told_with_path_and_line_and_the_rest_is_read() {
        let text = "title = 3\ncolour = \"red\"\n[[rooms]]\nname = \"a\"\nfloor = \"x\"\n[[rooms]]\nname = \"b\"\nfloor = 2\n\
                    [[rooms]]\nfloor = 1\nwindow = 2\n";
        let reading = Reading::<Book>::toml(text);
        let told: Vec<(String, Option<u32>)> =
            reading.problems.iter().map(|one| (one.path.clone(), one.line)).collect();
        for (path, line) in
            [("title", 1), ("colour", 2), ("rooms[0].floor", 5), ("rooms[2].name", 9), ("rooms[2].window", 11)]
        {
            assert!(told.contains(&(path.to_owned(), Some(line))), "{path} in {told:?}");
        }
        assert_eq!(told.len(), 5);
        assert_eq!(reading.value.unwrap().rooms, [Room { name: "b".into(), floor: 2 }]);
    }

    #[test]
    fn broken_json_names_its_line() {
        let reading = Reading::<Book>::json("{\n  \"title\": \n}");
        assert_eq!(reading.problems.iter().map(|one| one.line).collect::<Vec<_>>(), [Some(3)]);
        assert_eq!(reading.value, None);
    }
}

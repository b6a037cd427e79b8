//! A city's log of requests: a CSV in the shape of Boston's open data, row by row; a row that breaks is told and left out.
use std::collections::HashMap;
use std::path::Path;

use chrono::{DateTime, NaiveDateTime};
use csv::{ByteRecord, Reader, ReaderBuilder};
use guanjia::calendar::{Instant, Zone};
use guanjia::ident::Id;
use serde::Serialize;

use crate::error::Failure;

/// One request of the log.
pub(crate) struct Request {
    pub(crate) line: u64,
    pub(crate) id: Id,
    pub(crate) topic: Id,
    pub(crate) source: String,
    pub(crate) opened: Instant,
    /// Until when the city wanted it done.
    pub(crate) target: Option<Instant>,
    pub(crate) closed: Option<Instant>,
    /// The city's own verdict: `ONTIME`, `OVERDUE` or nothing.
    pub(crate) flag: String,
}

/// A row that was left out.
#[derive(Serialize)]
pub(crate) struct Broken {
    /// The line of the file on which it begins.
    pub(crate) line: u64,
    /// Why.
    pub(crate) reason: String,
}

/// A file read to its end.
#[derive(Default)]
pub(crate) struct Log {
    pub(crate) rows: usize,
    pub(crate) requests: Vec<Request>,
    pub(crate) broken: Vec<Broken>,
}

/// The forms in which dates are met; local times are read on the rulebook's clocks.
const FORMS: [&str; 8] = [
    "%Y-%m-%d %H:%M:%S%.f",
    "%Y-%m-%dT%H:%M:%S%.f",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%dT%H:%M",
    "%m/%d/%Y %I:%M:%S %p",
    "%m/%d/%Y %I:%M %p",
    "%m/%d/%Y %H:%M:%S",
    "%m/%d/%Y %H:%M",
];

/// Where the columns stand. Headers are compared without regard to case and punctuation; their order does not matter.
struct Columns {
    count: usize,
    id: usize,
    topic: usize,
    opened: usize,
    target: Option<usize>,
    closed: Option<usize>,
    flag: Option<usize>,
    source: Option<usize>,
}

impl Columns {
    fn of(header: &ByteRecord) -> Result<Self, String> {
        let plain = |name: &[u8]| -> String {
            let name = String::from_utf8_lossy(name).to_lowercase();
            name.chars().filter(char::is_ascii_alphanumeric).collect()
        };
        let names: Vec<String> = header.iter().map(plain).collect();
        let find = |known: &[&str]| names.iter().position(|name| known.contains(&name.as_str()));
        let (id, topic, opened) = (find(&["caseenquiryid", "caseid"]), find(&["type"]), find(&["opendt", "opendate"]));
        let (Some(id), Some(topic), Some(opened)) = (id, topic, opened) else {
            let wanted = [("CASE_ENQUIRY_ID", id), ("TYPE", topic), ("OPEN_DT", opened)];
            let missing: Vec<&str> = wanted.iter().filter(|(_, at)| at.is_none()).map(|(name, _)| *name).collect();
            return Err(format!("the header has no column {}", missing.join(", ")));
        };
        Ok(Self {
            count: header.len(),
            id,
            topic,
            opened,
            target: find(&["targetdt", "slatargetdt"]),
            closed: find(&["closeddt", "closedt"]),
            flag: find(&["ontimestatus", "ontime"]),
            source: find(&["source"]),
        })
    }
}

/// Reads a file; `knows` says whether the rulebook in force at an instant has a topic.
pub(crate) fn read(path: &Path, zone: Zone, knows: &dyn Fn(&Id, Instant) -> bool) -> Result<Log, Failure> {
    let bytes = std::fs::read(path).map_err(|error| Failure(format!("{}: {error}", path.display())))?;
    let mut rows = Rows::new(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes));
    let within = |reason: &str| Failure(format!("{}: {reason}", path.display()));
    let (_, header) = rows.next(None)?.ok_or_else(|| within("the file is empty"))?;
    let columns = header.and_then(|header| Columns::of(&header)).map_err(|reason| within(&reason))?;
    let reading = Reading { columns, zone, knows };
    let mut log = Log::default();
    let mut seen: HashMap<Id, u64> = HashMap::new();
    while let Some((line, record)) = rows.next(Some(reading.columns.count))? {
        log.rows += 1;
        let read = record.and_then(|record| reading.request(line, &record));
        match read.and_then(|request| first_of_its_id(&mut seen, request)) {
            Ok(request) => log.requests.push(request),
            Err(reason) => log.broken.push(Broken { line, reason }),
        }
    }
    Ok(log)
}

fn first_of_its_id(seen: &mut HashMap<Id, u64>, request: Request) -> Result<Request, String> {
    match seen.get(&request.id) {
        Some(line) => Err(format!("CASE_ENQUIRY_ID: `{}` stands on line {line} already", request.id)),
        None => {
            seen.insert(request.id.clone(), request.line);
            Ok(request)
        }
    }
}

struct Reading<'a> {
    columns: Columns,
    zone: Zone,
    knows: &'a dyn Fn(&Id, Instant) -> bool,
}

impl Reading<'_> {
    /// A row as a request, or why it breaks.
    fn request(&self, line: u64, record: &ByteRecord) -> Result<Request, String> {
        let columns = &self.columns;
        if record.len() != columns.count {
            return Err(format!("{} fields, the header has {}", record.len(), columns.count));
        }
        let text = |at: usize| match record.get(at).map(std::str::from_utf8) {
            Some(Ok(text)) => Ok(text.trim()),
            Some(Err(_)) => Err(format!("field {} is not UTF-8", at + 1)),
            None => Ok(""),
        };
        for at in 0..record.len() {
            text(at)?;
        }
        let optional = |at: Option<usize>| at.map_or(Ok(""), text);
        let date =
            |name: &str, text: &str| self.date(text).map_err(|()| format!("{name}: `{text}` is no date and time"));
        let id = Id::new(text(columns.id)?).map_err(|error| format!("CASE_ENQUIRY_ID: {error}"))?;
        let topic = Id::new(text(columns.topic)?).map_err(|error| format!("TYPE: {error}"))?;
        let opened = date("OPEN_DT", text(columns.opened)?)?.ok_or("OPEN_DT: no date")?;
        let target = date("TARGET_DT", optional(columns.target)?)?;
        let closed = date("CLOSED_DT", optional(columns.closed)?)?;
        if let Some(closed) = closed.filter(|closed| *closed < opened) {
            let (closed, opened) = (self.zone.local(closed), self.zone.local(opened));
            return Err(format!("closed {closed}, before it was opened {opened}"));
        }
        if !(self.knows)(&topic, opened) {
            return Err(format!("TYPE: the rulebook has no topic `{topic}`"));
        }
        let (source, flag) = (optional(columns.source)?.to_owned(), optional(columns.flag)?.to_uppercase());
        Ok(Request { line, id, topic, source, opened, target, closed, flag })
    }

    fn date(&self, text: &str) -> Result<Option<Instant>, ()> {
        if text.is_empty() {
            return Ok(None);
        }
        if let Ok(time) = DateTime::parse_from_rfc3339(text) {
            return Ok(Some(time.to_utc().into()));
        }
        let local = FORMS.iter().find_map(|form| NaiveDateTime::parse_from_str(text, form).ok()).ok_or(())?;
        Ok(Some(self.zone.instant(local)))
    }
}

/// The line on which a record begins, and the record, or why it breaks.
type Row = (u64, Result<ByteRecord, String>);

/// Records with the lines on which they begin.
struct Rows<'a> {
    bytes: &'a [u8],
    reader: Reader<&'a [u8]>,
    /// Where the reader began.
    base: usize,
    /// How far lines are counted.
    at: usize,
    line: u64,
}

impl<'a> Rows<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, reader: reader(bytes), base: 0, at: 0, line: 1 }
    }

    /// The next record, none at the end. One that runs over several lines without fitting the header has a quote that is
    /// not closed: its first line breaks alone, and reading goes on with the second.
    fn next(&mut self, fields: Option<usize>) -> Result<Option<Row>, Failure> {
        let begin = self.begin()?;
        self.line += lines(self.bytes.get(self.at..begin));
        self.at = begin;
        let mut record = ByteRecord::new();
        if !self.reader.read_byte_record(&mut record)? {
            return Ok(None);
        }
        let raw = self.bytes.get(begin..self.begin()?).unwrap_or_default();
        let raw = raw.trim_ascii_end();
        let odd = raw.iter().filter(|byte| **byte == b'"').count() % 2 == 1;
        if lines(Some(raw)) == 0 || !(odd || fields.is_some_and(|fields| fields != record.len())) {
            return Ok(Some((self.line, Ok(record))));
        }
        let first = raw.iter().position(|byte| *byte == b'\n').unwrap_or(raw.len());
        self.base = begin + first + 1;
        self.reader = reader(self.bytes.get(self.base..).unwrap_or_default());
        Ok(Some((self.line, Err("a quote is not closed".to_owned()))))
    }

    /// Where the next record begins: behind the ends of lines.
    fn begin(&self) -> Result<usize, Failure> {
        let from = self.base + usize::try_from(self.reader.position().byte())?;
        let ends = self.bytes.iter().skip(from).take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        Ok(from + ends)
    }
}

fn reader(bytes: &[u8]) -> Reader<&[u8]> {
    ReaderBuilder::new().has_headers(false).flexible(true).from_reader(bytes)
}

fn lines(bytes: Option<&[u8]>) -> u64 {
    bytes.unwrap_or_default().iter().map(|byte| u64::from(*byte == b'\n')).sum()
}

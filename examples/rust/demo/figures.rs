//! The figures of a run, as a table for people and as JSON.
use serde::Serialize;

use crate::boston::{Fired, Issue, Ride};
use crate::compare::{Comparison, Example, compare};
use crate::error::Failure;
use crate::log::Broken;
use crate::screen::{cut, heading, left, line, number, percent, right, say};

/// How many broken rows the screen shows.
const SHOWN: usize = 8;

/// Everything that is told of a run.
#[derive(Serialize)]
pub(crate) struct Figures {
    pub(crate) file: String,
    pub(crate) rulebooks: Vec<Book>,
    pub(crate) rows_read: usize,
    pub(crate) rows_broken: usize,
    pub(crate) broken: Vec<Broken>,
    pub(crate) cases: usize,
    pub(crate) closed: usize,
    pub(crate) commands: usize,
    /// Until when time was advanced: the last moment that the file knows.
    pub(crate) as_of: String,
    pub(crate) due: Comparison,
    pub(crate) fired: Fired,
    /// Every journal row follows from the one before.
    pub(crate) journal_holds: bool,
    pub(crate) journal_rows: u64,
    pub(crate) seconds: f64,
    pub(crate) cases_per_second: f64,
    pub(crate) commands_per_second: f64,
}

/// An issue of the rules.
#[derive(Serialize)]
pub(crate) struct Book {
    pub(crate) name: String,
    pub(crate) pin: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) from: Option<String>,
}

impl Figures {
    pub(crate) fn of(file: String, ride: Ride, issues: &[Issue]) -> Result<Self, Failure> {
        let due = compare(&ride, issues)?;
        let zone = issues.first().map(|issue| issue.rulebook.time_zone());
        let mut broken = ride.log.broken;
        broken.extend(ride.refused);
        broken.sort_by_key(|row| row.line);
        let cases = ride.ended.len();
        let closed =
            ride.log.requests.iter().filter(|row| row.closed.is_some() && ride.ended.contains_key(&row.id)).count();
        Ok(Self {
            file,
            rulebooks: issues.iter().map(Book::of).collect(),
            rows_read: ride.log.rows,
            rows_broken: broken.len(),
            broken,
            cases,
            closed,
            commands: ride.commands,
            as_of: zone.map(|zone| zone.format(ride.as_of)).unwrap_or_default(),
            due,
            fired: ride.fired,
            journal_holds: ride.journal.holds,
            journal_rows: ride.journal.rows,
            seconds: ride.seconds,
            cases_per_second: rate(cases, ride.seconds),
            commands_per_second: rate(ride.commands, ride.seconds),
        })
    }

    /// The table.
    pub(crate) fn print(&self) {
        heading(
            "二、实城验证:波士顿半年服务日志,我们的期限与市政府自己的期限",
            "   The proof: half a year of a city's log, our due times beside the city's own",
        );
        self.print_rows();
        self.print_due();
        self.print_differences();
        self.print_verdicts();
        self.print_speed();
    }

    fn print_rows(&self) {
        line("读入行数", "rows read", &number(self.rows_read), &self.file);
        line("不合格行", "rows that break, left out", &number(self.rows_broken), "");
        for row in self.broken.iter().take(SHOWN) {
            say!("      第 {} 行 line {}: {}", row.line, row.line, row.reason);
        }
        if self.broken.len() > SHOWN {
            say!("      …另有 and {} more (--json)", self.broken.len() - SHOWN);
        }
        line("工单", "cases registered at the desk", &number(self.cases), "");
        line("其中市政府已办结", "closed when the city closed them", &number(self.closed), "");
        for book in &self.rulebooks {
            let from = book.from.as_ref().map(|from| format!("自 {from} 起 from then on")).unwrap_or_default();
            say!("      制度 rulebook {} {from}", book.pin);
        }
    }

    fn print_due(&self) {
        let due = &self.due;
        say!();
        line("市政府定了期限", "with a target of the city's", &number(due.city_targets), "");
        let of = |n: usize| percent(n, due.city_targets);
        line("期限一致(同一分钟)", "OURS EQUAL, TO THE MINUTE", &number(due.equal), &of(due.equal));
        line(
            "相差不到两分钟",
            "less than two minutes apart",
            &number(due.within_two_minutes),
            &of(due.within_two_minutes),
        );
        line(
            "相差一刻钟以内",
            "at most a quarter of an hour",
            &number(due.within_quarter_hour),
            &of(due.within_quarter_hour),
        );
        line("双方都没有期限", "neither has a target", &number(due.without), "");
        line("仅我们有期限", "only our rules have one", &number(due.only_ours), "");
    }

    fn print_differences(&self) {
        if self.due.differences.is_empty() {
            return;
        }
        say!("\n  不一致的原因 why the others differ");
        for one in &self.due.differences {
            let rows = right(&number(one.rows), 6);
            say!("  {rows}  {}  {} {}", right(&percent(one.rows, self.due.city_targets), 7), left(one.zh, 26), one.en);
            one.examples.iter().for_each(print_example);
        }
        let types = self
            .due
            .types
            .iter()
            .take(5)
            .map(|one| format!("{} {}/{}", one.topic, one.city_targets - one.equal, one.city_targets));
        say!("  差异最多的类别 types that differ most: {}", types.collect::<Vec<_>>().join(" · "));
    }

    fn print_verdicts(&self) {
        let verdicts = &self.due.verdicts;
        say!("\n  按时与否 on-time verdict{}", right(&format!("截至 as of {}", self.as_of), 74));
        say!("  {}{}{}", left("", 34), right("市:按时 city ONTIME", 24), right("市:超时 city OVERDUE", 26));
        for (zh, en, ontime, overdue) in [
            ("我们:按时", "ours on time", verdicts.ontime_ontime, verdicts.ontime_overdue),
            ("我们:超时", "ours overdue", verdicts.overdue_ontime, verdicts.overdue_overdue),
        ] {
            say!("  {}{}{}", left(&format!("{zh} {en}"), 34), right(&number(ontime), 24), right(&number(overdue), 26));
        }
        let agreed = verdicts.ontime_ontime + verdicts.overdue_overdue;
        let judged = agreed + verdicts.ontime_overdue + verdicts.overdue_ontime;
        line(
            "判断一致",
            "verdicts that agree",
            &number(agreed),
            &format!("{}; 市未判 not judged by the city {}", percent(agreed, judged), verdicts.not_judged),
        );
    }

    fn print_speed(&self) {
        let fired = &self.fired;
        say!();
        line("预警", "warnings fired", &number(fired.warnings), "");
        line("超时", "breaches told", &number(fired.breaches), "");
        line(
            "上报",
            "escalations",
            &number(fired.escalations),
            &format!("共发出告知 notices {}", number(fired.notices)),
        );
        let holds = if self.journal_holds {
            "哈希链完好 the hash chain holds"
        } else {
            "哈希链断裂 THE HASH CHAIN IS BROKEN"
        };
        line("日志记录", "journal rows", &self.journal_rows.to_string(), holds);
        line(
            "每秒工单",
            "cases per second, desk on SQLite",
            &format!("{:.0}", self.cases_per_second),
            &format!("{:.0} 条命令/秒 commands/s, {:.1} s", self.commands_per_second, self.seconds),
        );
    }
}

/// One row that differs; the century is left out.
fn print_example(row: &Example) {
    let short = |time: &str| time.get(2..).unwrap_or(time).to_owned();
    let ours = row.ours.as_deref().map_or_else(|| "-".to_owned(), short);
    let (line, topic) = (left(&format!("第{}行", row.line), 9), left(&cut(&row.topic, 24), 24));
    let (opened, city) = (short(&row.opened), short(&row.city));
    say!("          {line} {topic} 登记 {opened} 市 {city} 我 {}  {}", left(&ours, 17), row.explained);
}

impl Book {
    fn of(issue: &Issue) -> Self {
        let from = issue.from.map(|from| from.format("%Y-%m-%d %H:%M").to_string());
        Self { name: issue.rulebook.name(), pin: issue.rulebook.pin().to_owned(), from }
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of rows lie far below 2^53")]
fn rate(count: usize, seconds: f64) -> f64 {
    if seconds > 0.0 { count as f64 / seconds } else { 0.0 }
}

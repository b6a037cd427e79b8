//! The month report as one page: no script, no font, no picture from elsewhere.
use std::fmt::Write;

use super::{Deadlines, MonthReport, Share};
use crate::clause::{Clause, Words};

const STYLE: &str = include_str!("month.css");
/// Bars of a picture; the rest is summed up in one.
const BARS: usize = 12;

/// The report as a self-contained page in Chinese, with English beside it.
pub fn html(report: &MonthReport) -> String {
    let mut page = Page(String::with_capacity(24_000));
    page.head(report);
    page.tiles(report);
    page.deadlines(&report.deadlines);
    page.flow(report);
    for (zh, en, shares) in [
        ("按类别", "by kind", &report.by_kind),
        ("按事项", "by topic", &report.by_topic),
        ("按紧急程度", "by urgency", &report.by_urgency),
        ("按部门", "by department", &report.by_department),
        ("按渠道", "by channel", &report.by_channel),
    ] {
        page.shares(zh, en, shares);
    }
    page.overdue(report);
    page.foot(report);
    page.0
}

struct Page(String);

impl Page {
    fn put(&mut self, text: std::fmt::Arguments<'_>) {
        // Writing to a text cannot fail.
        let _ = self.0.write_fmt(text);
    }

    fn head(&mut self, report: &MonthReport) {
        let (community, month) = (escape(report.community.as_str()), escape(&report.month));
        self.put(format_args!(
            "<!doctype html>\n<html lang=\"zh-CN\"><head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
             <title>{community} {month} 客服月报</title><style>{STYLE}</style></head><body><main>\n\
             <h1>{community} · {month} 客户服务月报 <small>month report</small></h1>\n"
        ));
        if report.preliminary {
            self.put(format_args!(
                "<p class=\"note\">暂定:当月未结束或仍有未办结事项,数字可能变化 · preliminary: the month is not over, or \
                 cases of it are open</p>\n"
            ));
        }
    }

    fn tiles(&mut self, report: &MonthReport) {
        self.put(format_args!("<section class=\"tiles\">"));
        for (zh, en, value) in [
            ("上月结转", "carried in", report.carried_in),
            ("本月登记", "registered", report.registered),
            ("本月办结", "resolved", report.resolved),
            ("期末未结", "open", report.open),
            ("重大事项", "major", report.major),
            ("已超时", "overdue", report.overdue_count),
        ] {
            self.put(format_args!("<div><b>{value}</b><span>{zh}</span><i>{en}</i></div>"));
        }
        self.put(format_args!("</section>\n"));
    }

    fn deadlines(&mut self, all: &[Deadlines]) {
        if all.is_empty() {
            return;
        }
        self.put(format_args!(
            "<h2>时限 <small>deadlines kept</small></h2>\n<table><tr><th>指标<th>依据<th class=\"n\">按时<th class=\"n\">超时\
             <th class=\"n\">未到期<th class=\"n\">当场答复<th class=\"n\">及时率<th></tr>\n"
        ));
        for one in all {
            let rate = one.rate.map_or_else(|| "–".to_owned(), |rate| format!("{:.1}%", rate * 100.0));
            let width = one.rate.unwrap_or_default() * 160.0;
            self.put(format_args!(
                "<tr><td>{}<td>{}<td class=\"n\">{}<td class=\"n\">{}<td class=\"n\">{}<td class=\"n\">{}<td class=\"n\">{rate}\
                 <td><svg width=\"160\" height=\"12\" role=\"img\" aria-label=\"{rate}\"><rect class=\"rest\" width=\"160\" \
                 height=\"12\"/><rect class=\"bar\" width=\"{width:.1}\" height=\"12\"/></svg></tr>\n",
                both(&one.label),
                article(one.clause.as_ref()),
                one.kept,
                one.broken,
                one.running,
                one.at_intake,
            ));
        }
        self.put(format_args!("</table>\n"));
    }

    /// Two bars a day: registered and resolved.
    fn flow(&mut self, report: &MonthReport) {
        let most = report.days.iter().map(|day| day.registered.max(day.resolved)).max().unwrap_or(0).max(1);
        self.put(format_args!(
            "<h2>每日登记与办结 <small>registered and resolved by day</small></h2>\n<svg class=\"flow\" viewBox=\"0 0 744 150\" \
             role=\"img\" aria-label=\"每日登记与办结\">"
        ));
        for (day, n) in report.days.iter().zip(0_u32..) {
            let x = n * 24;
            for (value, offset, class) in [(day.registered, 2, "bar"), (day.resolved, 12, "done")] {
                let height = value.saturating_mul(120).div_ceil(most);
                self.put(format_args!(
                    "<rect class=\"{class}\" x=\"{}\" y=\"{}\" width=\"9\" height=\"{height}\"><title>{} {value}</title></rect>",
                    x + offset,
                    130_u64.saturating_sub(height),
                    day.date,
                ));
            }
            self.put(format_args!("<text x=\"{}\" y=\"145\">{}</text>", x + 11, day.date.format("%-d")));
        }
        self.put(format_args!(
            "</svg>\n<p class=\"key\"><span class=\"bar\"></span>登记 registered <span class=\"done\"></span>办结 resolved · \
             最高 max {most}</p>\n"
        ));
    }

    fn shares(&mut self, zh: &str, en: &str, shares: &[Share]) {
        if shares.is_empty() {
            return;
        }
        let most = shares.iter().map(|share| share.cases).max().unwrap_or(0).max(1);
        self.put(format_args!("<h2>{zh} <small>{en}</small></h2>\n<table class=\"shares\">\n"));
        for share in shares.iter().take(BARS) {
            self.share(&both(&share.label), share.cases, share.open, most);
        }
        let rest = shares.get(BARS..).unwrap_or_default();
        if !rest.is_empty() {
            let (cases, open) = rest.iter().fold((0, 0), |(cases, open), one| (cases + one.cases, open + one.open));
            self.share(&format!("其余{}项 <i>{} others</i>", rest.len(), rest.len()), cases, open, most.max(cases));
        }
        self.put(format_args!("</table>\n"));
    }

    fn share(&mut self, label: &str, cases: u64, open: u64, most: u64) {
        let width = cases.saturating_mul(320) / most;
        let open_width = open.saturating_mul(320) / most;
        self.put(format_args!(
            "<tr><td>{label}<td><svg width=\"320\" height=\"12\" role=\"img\" aria-label=\"{cases}\"><rect class=\"bar\" \
             width=\"{width}\" height=\"12\"/><rect class=\"open\" width=\"{open_width}\" height=\"12\"/></svg>\
             <td class=\"n\">{cases}<td class=\"n open\">{open}</tr>\n"
        ));
    }

    fn overdue(&mut self, report: &MonthReport) {
        if report.overdue.is_empty() {
            return;
        }
        self.put(format_args!(
            "<h2>超时未结 <small>open and overdue: {} of {}</small></h2>\n<table><tr><th class=\"n\">编号<th>类别<th>事项<th>部门\
             <th>登记<th>应办结</tr>\n",
            report.overdue.len(),
            report.overdue_count
        ));
        for case in &report.overdue {
            self.put(format_args!(
                "<tr><td class=\"n\">{}<td>{}<td>{}<td>{}<td>{}<td>{}</tr>\n",
                case.number,
                escape(&case.kind.zh),
                escape(&case.topic.zh),
                escape(&case.department.zh),
                escape(&case.registered),
                escape(&case.due),
            ));
        }
        self.put(format_args!("</table>\n"));
    }

    fn foot(&mut self, report: &MonthReport) {
        self.put(format_args!(
            "<footer>截至 as of {} · 制度 rulebook <code>{}</code></footer>\n</main></body></html>\n",
            escape(&report.as_of),
            escape(&report.rulebook)
        ));
    }
}

fn both(words: &Words) -> String {
    if words.zh == words.en || words.en.is_empty() {
        return escape(&words.zh);
    }
    format!("{} <i>{}</i>", escape(&words.zh), escape(&words.en))
}

fn article(clause: Option<&Clause>) -> String {
    let cited = clause.and_then(|clause| clause.regulation.as_deref().zip(clause.article.as_deref()));
    cited.map_or_else(
        || "自定 <i>ours</i>".to_owned(),
        |(regulation, article)| escape(&format!("{regulation} {article}")),
    )
}

/// Text as HTML: what would be read as markup is escaped.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            _ => escaped.push(c),
        }
    }
    escaped
}

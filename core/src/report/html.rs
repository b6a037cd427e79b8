//! The month report as one page: no script, no font, no picture from elsewhere.
use std::fmt::{Arguments, Write};

use chrono::{Datelike, Weekday};

use super::{Deadlines, MonthReport, OverdueCase, Share};
use crate::clause::{Clause, Words};

const STYLE: &str = include_str!("month.css");
/// Bars of a picture; the rest is summed up in one.
const BARS: usize = 12;

/// The report as a self-contained page in Chinese, with English beside it. It prints on A4, reads aloud and shows the same
/// figures in tables as in pictures; whatever comes from outside is escaped.
pub fn html(report: &MonthReport) -> String {
    let mut page = Page(String::with_capacity(32_000));
    page.head(report);
    page.tiles(report);
    page.deadlines(&report.deadlines);
    page.flow(report);
    page.put(format_args!("<div class=\"cards\">\n"));
    for (zh, en, shares) in [
        ("按类别", "by kind", &report.by_kind),
        ("按紧急程度", "by urgency", &report.by_urgency),
        ("按部门", "by department", &report.by_department),
        ("按渠道", "by channel", &report.by_channel),
        ("按事项", "by topic", &report.by_topic),
    ] {
        page.shares(zh, en, shares);
    }
    page.put(format_args!("</div>\n"));
    page.overdue(report);
    page.foot(report);
    page.0
}

struct Page(String);

impl Page {
    fn put(&mut self, text: Arguments<'_>) {
        // Writing to a text cannot fail.
        let _ = self.0.write_fmt(text);
    }

    fn head(&mut self, report: &MonthReport) {
        let (community, month) = (escape(report.community.as_str()), escape(&month_words(&report.month)));
        let (badge, zh, en) = if report.preliminary {
            (
                "open",
                "暂定:当月未结束或仍有未办结事项,数字可能变化",
                "preliminary: the month is not over, or cases of it are open",
            )
        } else {
            ("final", "定稿:当月已结束,事项均已办结", "final: the month is over and nothing of it is open")
        };
        self.put(format_args!(
            "<!doctype html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <title>{community} {month} 客户服务月报</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n\
             <header>\n<p class=\"month\">{month} <i lang=\"en\">{}</i></p>\n\
             <h1>{community} <span>客户服务月报</span> <i lang=\"en\">customer-service month report</i></h1>\n\
             <p class=\"state {badge}\">{zh} <i lang=\"en\">{en}</i></p>\n</header>\n",
            escape(&report.month),
        ));
    }

    fn tiles(&mut self, report: &MonthReport) {
        let warn = if report.overdue_count > 0 { "warn" } else { "" };
        self.put(format_args!("<section class=\"tiles\" aria-label=\"本月数字 figures of the month\">\n"));
        for (zh, en, value, class) in [
            ("上月结转", "carried in", report.carried_in, ""),
            ("本月登记", "registered", report.registered, "main"),
            ("本月办结", "resolved", report.resolved, "main"),
            ("期末未结", "open", report.open, ""),
            ("重大事项", "major", report.major, ""),
            ("超时未结", "open and overdue", report.overdue_count, warn),
        ] {
            self.put(format_args!(
                "<div class=\"{class}\"><b>{}</b> <span>{zh}</span> <i lang=\"en\">{en}</i></div>\n",
                grouped(value)
            ));
        }
        self.put(format_args!("</section>\n"));
    }

    fn deadlines(&mut self, all: &[Deadlines]) {
        if all.is_empty() {
            return;
        }
        self.section("时限", "deadlines that fell into the month");
        self.put(format_args!(
            "<table>\n<thead><tr><th scope=\"col\">指标<th scope=\"col\">依据<th scope=\"col\" class=\"n\">按时\
             <th scope=\"col\" class=\"n\">超时<th scope=\"col\" class=\"n\">未到期<th scope=\"col\" class=\"n\">当场答复\
             <th scope=\"col\" class=\"n\">及时率<th scope=\"col\"><span class=\"unseen\">图</span></tr></thead>\n<tbody>\n"
        ));
        for one in all {
            let rate = one.rate.map_or_else(|| "–".to_owned(), |rate| format!("{:.1}%", rate * 100.0));
            let width = one.rate.unwrap_or_default() * 160.0;
            self.put(format_args!(
                "<tr><th scope=\"row\">{}<td>{}<td class=\"n\">{}<td class=\"n\">{}<td class=\"n\">{}<td class=\"n\">{}\
                 <td class=\"n strong\">{rate}<td class=\"picture\"><svg viewBox=\"0 0 160 12\" preserveAspectRatio=\"none\" aria-hidden=\"true\">\
                 <rect class=\"rest\" width=\"160\" height=\"12\"/><rect class=\"bar\" width=\"{width:.1}\" \
                 height=\"12\"/></svg></tr>\n",
                both(&one.label),
                article(one.clause.as_ref()),
                grouped(one.kept),
                grouped(one.broken),
                grouped(one.running),
                grouped(one.at_intake),
            ));
        }
        self.put(format_args!("</tbody>\n</table>\n</section>\n"));
    }

    /// Two bars a day, registered and resolved, over a scale; weekends lie on grey.
    fn flow(&mut self, report: &MonthReport) {
        let most = report.days.iter().map(|day| day.registered.max(day.resolved)).max().unwrap_or(0);
        let top = rounded_up(most);
        let wide = report.days.len() * 24 + 34;
        self.section("每日登记与办结", "registered and resolved by day");
        self.put(format_args!(
            "<svg class=\"flow\" viewBox=\"0 0 {wide} 152\" role=\"img\" aria-label=\"每日登记与办结,最多一日{most}件 registered and \
             resolved by day, at most {most} a day\">\n"
        ));
        for (y, value) in [(20, top), (75, top / 2), (130, 0)] {
            self.put(format_args!(
                "<line x1=\"30\" x2=\"{wide}\" y1=\"{y}\" y2=\"{y}\"/><text class=\"scale\" x=\"26\" y=\"{}\">{value}</text>\n",
                y + 4
            ));
        }
        for (day, n) in report.days.iter().zip(0_u32..) {
            let x = 32 + n * 24;
            if matches!(day.date.weekday(), Weekday::Sat | Weekday::Sun) {
                self.put(format_args!("<rect class=\"weekend\" x=\"{x}\" y=\"20\" width=\"24\" height=\"110\"/>"));
            }
            for (value, offset, class, word) in
                [(day.registered, 2, "bar", "登记 registered"), (day.resolved, 12, "done", "办结 resolved")]
            {
                let height = value.saturating_mul(110).div_ceil(top);
                self.put(format_args!(
                    "<rect class=\"{class}\" x=\"{}\" y=\"{}\" width=\"9\" height=\"{height}\"><title>{} {word} {value}</title>\
                     </rect>",
                    x + offset,
                    130_u64.saturating_sub(height),
                    day.date,
                ));
            }
            self.put(format_args!("<text x=\"{}\" y=\"146\">{}</text>\n", x + 12, day.date.day()));
        }
        self.put(format_args!(
            "</svg>\n<p class=\"key\"><span class=\"bar\"></span>登记 <i lang=\"en\">registered</i><span class=\"done\"></span>办结 \
             <i lang=\"en\">resolved</i><span class=\"weekend\"></span>周末 <i lang=\"en\">weekend</i></p>\n</section>\n"
        ));
    }

    fn shares(&mut self, zh: &str, en: &str, shares: &[Share]) {
        if shares.is_empty() {
            return;
        }
        let rest = shares.get(BARS..).unwrap_or_default();
        let (cases, open) = rest.iter().fold((0, 0), |(cases, open), one| (cases + one.cases, open + one.open));
        let most = shares.iter().map(|share| share.cases).max().unwrap_or(0).max(1);
        let wide = if shares.len() > BARS { " class=\"wide\"" } else { "" };
        self.put(format_args!(
            "<section{wide}>\n<h2>{zh} <i lang=\"en\">{en}</i></h2>\n<table class=\"shares\">\n<thead class=\"unseen\"><tr>\
             <th scope=\"col\">名称<th scope=\"col\">图<th scope=\"col\">件数<th scope=\"col\">其中未结</tr></thead>\n<tbody>\n"
        ));
        for share in shares.iter().take(BARS) {
            self.share(&both(&share.label), share.cases, share.open, Some(most));
        }
        if !rest.is_empty() {
            let label = format!("其余{}项 <i lang=\"en\">{} others</i>", rest.len(), rest.len());
            // Together they may be more than any bar beside them, so they have none.
            self.share(&label, cases, open, None);
        }
        self.put(format_args!("</tbody>\n</table>\n</section>\n"));
    }

    fn share(&mut self, label: &str, cases: u64, open: u64, most: Option<u64>) {
        let told = if open > 0 { format!("未结 <span>{}</span>", grouped(open)) } else { String::new() };
        self.put(format_args!("<tr><th scope=\"row\">{label}<td class=\"picture\">"));
        if let Some(most) = most {
            let width = |count: u64| count.saturating_mul(320) / most;
            self.put(format_args!(
                "<svg viewBox=\"0 0 320 12\" preserveAspectRatio=\"none\" aria-hidden=\"true\"><rect class=\"bar\" \
                 width=\"{}\" height=\"12\"/><rect class=\"open\" width=\"{}\" height=\"12\"/></svg>",
                width(cases),
                width(open),
            ));
        }
        self.put(format_args!("<td class=\"n strong\">{}<td class=\"n open\">{told}</tr>\n", grouped(cases)));
    }

    fn overdue(&mut self, report: &MonthReport) {
        if report.overdue.is_empty() {
            return;
        }
        let listed =
            format!("open and overdue, the longest first: {} of {}", report.overdue.len(), report.overdue_count);
        self.section("超时未结", &listed);
        self.put(format_args!(
            "<table class=\"list\">\n<thead><tr><th scope=\"col\" class=\"n\">编号<th scope=\"col\">类别<th scope=\"col\">事项\
             <th scope=\"col\">部门<th scope=\"col\">登记<th scope=\"col\">到期</tr></thead>\n<tbody>\n"
        ));
        report.overdue.iter().for_each(|case| self.overdue_case(case));
        self.put(format_args!("</tbody>\n</table>\n</section>\n"));
    }

    fn overdue_case(&mut self, case: &OverdueCase) {
        self.put(format_args!(
            "<tr><td class=\"n\">{}<td>{}<td>{}<td>{}<td class=\"time\">{}<td class=\"time late\">{}</tr>\n",
            case.number,
            escape(&case.kind.zh),
            escape(&case.topic.zh),
            escape(&case.department.zh),
            escape(&minute(&case.registered)),
            escape(&minute(&case.due)),
        ));
    }

    fn foot(&mut self, report: &MonthReport) {
        self.put(format_args!(
            "<footer>\n<p>橙色为登记后仍未办结 <i lang=\"en\">orange: still open</i> · 截至 <i lang=\"en\">as of</i> \
             <time datetime=\"{}\">{}</time> · 制度 <i lang=\"en\">rulebook</i> <code>{}</code></p>\n</footer>\n</main>\n</body>\n\
             </html>\n",
            escape(&report.as_of),
            escape(&minute(&report.as_of)),
            escape(&report.rulebook)
        ));
    }

    fn section(&mut self, zh: &str, en: &str) {
        self.put(format_args!("<section>\n<h2>{zh} <i lang=\"en\">{}</i></h2>\n", escape(en)));
    }
}

/// `2026-02` as people say it.
fn month_words(month: &str) -> String {
    match month.split_once('-') {
        Some((year, month)) => format!("{year}年{}月", month.trim_start_matches('0')),
        None => month.to_owned(),
    }
}

/// A time in RFC 3339 to the minute, on the clocks it is written for.
fn minute(time: &str) -> String {
    time.get(..16).unwrap_or(time).replace('T', " ")
}

/// The end of a scale: the next even number of its first digit's size.
fn rounded_up(most: u64) -> u64 {
    let step = match most {
        0..=10 => 2,
        11..=100 => 10,
        _ => 10_u64.saturating_pow(most.ilog10()),
    };
    most.max(1).div_ceil(step).saturating_mul(step)
}

/// A number with its thousands set apart.
fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn both(words: &Words) -> String {
    if words.zh == words.en || words.en.is_empty() {
        return escape(&words.zh);
    }
    format!("{} <i lang=\"en\">{}</i>", escape(&words.zh), escape(&words.en))
}

fn article(clause: Option<&Clause>) -> String {
    let cited = clause.and_then(|clause| clause.regulation.as_deref().zip(clause.article.as_deref()));
    cited.map_or_else(
        || "自定 <i lang=\"en\">ours</i>".to_owned(),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ident::Id;
    use crate::report::{CaseFacts, month};
    use crate::rulebook::Rulebook;

    #[test]
    fn names_are_escaped_wherever_they_stand() {
        let community = Id::new("<script>alert(1)</script>\" onload='x'").unwrap();
        let day = chrono::NaiveDate::from_ymd_opt(2026, 2, 1).unwrap();
        let now = "2026-03-01T00:00:00+08:00".parse().unwrap();
        let page = html(&month(&community, &[CaseFacts::default()], day, now, &Rulebook::standard()));
        assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;&quot; onload=&#39;x&#39;"));
        assert!(!page.contains("<script"));
    }

    #[test]
    fn a_page_asks_for_nothing_from_elsewhere() {
        let day = chrono::NaiveDate::from_ymd_opt(2026, 2, 1).unwrap();
        let now = "2026-03-01T00:00:00+08:00".parse().unwrap();
        let page = html(&month(&Id::new("云溪花园").unwrap(), &[], day, now, &Rulebook::standard()));
        for outside in ["http:", "https:", "src=", "url(", "@import", "<link"] {
            assert!(!page.contains(outside), "{outside}");
        }
    }

    #[test]
    fn scales_end_above_the_highest_bar() {
        for (most, top) in [(0, 2), (1, 2), (7, 8), (10, 10), (11, 20), (65, 70), (100, 100), (101, 200), (1234, 2000)]
        {
            assert_eq!(rounded_up(most), top, "{most}");
        }
        assert_eq!((grouped(7), grouped(1234), grouped(1_234_567)), ("7".into(), "1,234".into(), "1,234,567".into()));
    }
}

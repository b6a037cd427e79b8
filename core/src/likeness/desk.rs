//! What a desk asks of a table of cases: which are duplicates, who complains again, what concerns many households.
use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Caution, Likes, Sketch, cautions};
use crate::calendar::{Instant, Length};
use crate::clause::Words;
use crate::problem::{Problem, Problems};

const DAY: i64 = 24 * 60;

/// A case, as far as likeness needs it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// Its id, once in the table.
    pub id: String,
    /// Whose it is; cases of two communities are never compared.
    #[serde(default)]
    pub community: String,
    /// The flat or place, if known.
    #[serde(default)]
    pub premises: Option<String>,
    /// Who reported it, if known.
    #[serde(default)]
    pub customer: Option<String>,
    /// What it is about, if classified.
    #[serde(default)]
    pub topic: Option<String>,
    /// When it was reported.
    pub at: Instant,
    /// What was said.
    pub text: String,
}

/// What two cases have in common beside their community.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// The same customer.
    Customer,
    /// The same premises.
    Premises,
    /// Nothing else.
    Community,
}

/// Why cases belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Because {
    /// Their texts are like.
    Text,
    /// They have one topic.
    Topic,
}

/// What counts as a duplicate.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct DuplicateOptions {
    /// How like texts of one customer or one premises must be.
    pub near: f64,
    /// How like texts of others in the community must be.
    pub far: f64,
    /// How long after the first the second may come.
    pub window: Length,
}

/// What counts as a repeat.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct RepeatOptions {
    /// How like texts must be that have no common topic.
    pub threshold: f64,
    /// How long after one the next may come.
    pub window: Length,
    /// How many make a repeat.
    pub least: usize,
}

/// What counts as a matter of many households.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct GroupOptions {
    /// How like one text must be to another of the group.
    pub threshold: f64,
    /// Within what time they must come.
    pub window: Length,
    /// How many households make a group.
    pub least: usize,
    /// Whether one topic is enough, whatever the texts.
    pub by_topic: bool,
}

impl Default for DuplicateOptions {
    fn default() -> Self {
        Self { near: 0.5, far: 0.7, window: Length::from_minutes(30 * DAY) }
    }
}

impl Default for RepeatOptions {
    fn default() -> Self {
        Self { threshold: 0.4, window: Length::from_minutes(30 * DAY), least: 2 }
    }
}

impl Default for GroupOptions {
    fn default() -> Self {
        Self { threshold: 0.4, window: Length::from_minutes(7 * DAY), least: 3, by_topic: false }
    }
}

/// A case that says again what an earlier one says.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Duplicate {
    /// The later case.
    pub id: String,
    /// The earlier one that is likest, of the same customer or premises before others.
    pub of: String,
    /// What they have in common.
    pub scope: Scope,
    /// How like their texts are.
    pub likeness: f64,
    /// What differs all the same.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cautions: Vec<Caution>,
    /// Why, for people.
    pub words: Words,
}

/// Cases of one customer or one premises about one thing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Repeat {
    /// The cases, in order of time.
    pub ids: Vec<String>,
    /// Whose they are: customer or premises.
    pub scope: Scope,
    /// The customer or the premises.
    pub whose: String,
    /// The community.
    pub community: String,
    /// Their topic, if they have one in common.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub topic: Option<String>,
    /// Why they belong together.
    pub because: Vec<Because>,
    /// When the first came.
    pub first: Instant,
    /// When the last came.
    pub last: Instant,
    /// Why, for people.
    pub words: Words,
}

/// One matter of many households.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Group {
    /// The cases, in order of time.
    pub ids: Vec<String>,
    /// The community.
    pub community: String,
    /// How many households: premises, or customers where no premises are known.
    pub households: usize,
    /// Their topic, if they have one in common.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub topic: Option<String>,
    /// Why they belong together.
    pub because: Vec<Because>,
    /// When the first came.
    pub first: Instant,
    /// When the last came.
    pub last: Instant,
    /// Why, for people.
    pub words: Words,
}

/// The cases that say again what an earlier one of their community says, each with the one it repeats.
///
/// # Errors
/// Every problem of rows and options: an id that stands twice, a likeness that is none.
pub fn duplicates(rows: &[Row], options: &DuplicateOptions) -> Result<Vec<Duplicate>, Problems> {
    let mut problems = problems_of(rows, options.window);
    check_likeness("near", options.near, &mut problems);
    check_likeness("far", options.far, &mut problems);
    problems.or_ok(())?;
    let mut found = Vec::new();
    for rows in by_community(rows).into_values() {
        let mut likes: Likes<(Instant, usize)> = Likes::default();
        for (n, row) in rows.iter().enumerate() {
            let sketch = Sketch::of(&row.text);
            let earlier = likes.like(&sketch, options.near.min(options.far)).into_iter();
            let within = earlier.filter(|((at, _), _)| row.at - *at <= options.window);
            let told = within.filter_map(|((_, place), likeness)| {
                let scope = scope_of(rows.get(place)?, row);
                let enough = if scope == Scope::Community { options.far } else { options.near };
                (likeness >= enough).then_some((scope, likeness, place))
            });
            // The likest come first; of one scope the first stays.
            let best = told.min_by(|one, other| (one.0 == Scope::Community).cmp(&(other.0 == Scope::Community)));
            if let Some((scope, likeness, of)) =
                best.and_then(|(scope, likeness, of)| Some((scope, likeness, rows.get(of)?)))
            {
                found.push(duplicate(row, of, scope, likeness));
            }
            likes.insert((row.at, n), &sketch);
        }
    }
    Ok(found)
}

/// The cases that come again from one customer, or from one premises, about one thing: of one topic, or in like words.
///
/// # Errors
/// As [`duplicates`].
pub fn repeats(rows: &[Row], options: &RepeatOptions) -> Result<Vec<Repeat>, Problems> {
    let mut problems = problems_of(rows, options.window);
    check_likeness("threshold", options.threshold, &mut problems);
    check_least(options.least, &mut problems);
    problems.or_ok(())?;
    let mut found: Vec<Repeat> = Vec::new();
    let mut told = BTreeSet::new();
    for (scope, whose) in [
        (Scope::Customer, (|row: &Row| row.customer.clone()) as fn(&Row) -> Option<String>),
        (Scope::Premises, |row| row.premises.clone()),
    ] {
        for rows in by_community(rows).into_values() {
            let mut theirs: BTreeMap<String, Vec<&Row>> = BTreeMap::new();
            for row in rows {
                whose(row).into_iter().for_each(|whose| theirs.entry(whose).or_default().push(row));
            }
            for (whose, rows) in theirs {
                for cluster in clusters(&rows, options.threshold, options.window, true) {
                    let ids: Vec<String> = cluster.rows.iter().map(|row| row.id.clone()).collect();
                    if ids.len() >= options.least && told.insert(ids.clone()) {
                        found.extend(repeat(scope, &whose, cluster, ids));
                    }
                }
            }
        }
    }
    Ok(found)
}

/// The matters of a community about which so many households speak within the time.
///
/// # Errors
/// As [`duplicates`].
pub fn groups(rows: &[Row], options: &GroupOptions) -> Result<Vec<Group>, Problems> {
    let mut problems = problems_of(rows, options.window);
    check_likeness("threshold", options.threshold, &mut problems);
    check_least(options.least, &mut problems);
    problems.or_ok(())?;
    let mut found = Vec::new();
    for rows in by_community(rows).into_values() {
        for cluster in clusters(&rows, options.threshold, options.window, options.by_topic) {
            found.extend(group(&cluster, options));
        }
    }
    Ok(found)
}

// --- what is wrong with a table ------------------------------------------------------------------------------------

fn problems_of(rows: &[Row], window: Length) -> Problems {
    let mut problems = Problems::default();
    let mut seen = BTreeSet::new();
    for (n, row) in rows.iter().enumerate() {
        if !seen.insert(row.id.as_str()) {
            let problem = Problem::new(format!("rows[{n}].id"), format!("`{}` stands twice in the table", row.id));
            problems.push(problem.expected("each case once"));
        }
    }
    if window <= Length::ZERO {
        problems.push(Problem::new("window", format!("`{window}` is no time")).expected("a length such as PT720H"));
    }
    problems
}

fn check_likeness(path: &str, threshold: f64, problems: &mut Problems) {
    if !(threshold > 0.0 && threshold <= 1.0) {
        let problem = Problem::new(path, format!("`{threshold}` is no likeness to ask for"));
        problems.push(problem.expected("a number above 0, at most 1"));
    }
}

fn check_least(least: usize, problems: &mut Problems) {
    if least < 2 {
        problems.push(Problem::new("least", format!("`{least}` makes no group")).expected("2 or more"));
    }
}

// --- finding -------------------------------------------------------------------------------------------------------

/// The rows of each community in order of time, of one time by id.
fn by_community(rows: &[Row]) -> BTreeMap<&str, Vec<&Row>> {
    let mut communities: BTreeMap<&str, Vec<&Row>> = BTreeMap::new();
    for row in rows {
        communities.entry(row.community.as_str()).or_default().push(row);
    }
    for rows in communities.values_mut() {
        rows.sort_by(|one, other| (one.at, &one.id).cmp(&(other.at, &other.id)));
    }
    communities
}

fn scope_of(one: &Row, other: &Row) -> Scope {
    let same = |one: &Option<String>, other: &Option<String>| one.is_some() && one == other;
    if same(&one.customer, &other.customer) {
        Scope::Customer
    } else if same(&one.premises, &other.premises) {
        Scope::Premises
    } else {
        Scope::Community
    }
}

/// Rows that belong together, in order of time.
struct Cluster<'a> {
    rows: Vec<&'a Row>,
    because: BTreeSet<Because>,
}

/// Chains of rows, each like one not longer before it than the window, or of its topic.
fn clusters<'a>(rows: &[&'a Row], threshold: f64, window: Length, by_topic: bool) -> Vec<Cluster<'a>> {
    let mut chains = Chains((0..rows.len()).collect());
    let mut links = Vec::new();
    let mut likes: Likes<usize> = Likes::default();
    let mut topics: BTreeMap<&str, usize> = BTreeMap::new();
    let before = |n: usize, row: &Row| rows.get(n).is_some_and(|earlier| row.at - earlier.at <= window);
    for (n, row) in rows.iter().enumerate() {
        if let Some(topic) = row.topic.as_deref().filter(|_| by_topic)
            && let Some(earlier) = topics.insert(topic, n).filter(|earlier| before(*earlier, row))
        {
            chains.join(earlier, n);
            links.push((n, Because::Topic));
        }
        let sketch = Sketch::of(&row.text);
        for (earlier, _) in likes.like(&sketch, threshold).into_iter().filter(|(earlier, _)| before(*earlier, row)) {
            chains.join(earlier, n);
            links.push((n, Because::Text));
        }
        likes.insert(n, &sketch);
    }
    let mut clusters: BTreeMap<usize, Cluster<'a>> = BTreeMap::new();
    for (n, row) in rows.iter().enumerate() {
        let cluster =
            clusters.entry(chains.first(n)).or_insert_with(|| Cluster { rows: Vec::new(), because: BTreeSet::new() });
        cluster.rows.push(row);
    }
    for (n, because) in links {
        if let Some(cluster) = clusters.get_mut(&chains.first(n)) {
            cluster.because.insert(because);
        }
    }
    clusters.into_values().filter(|cluster| cluster.rows.len() > 1).collect()
}

/// Disjoint sets, each named by its first member.
struct Chains(Vec<usize>);

impl Chains {
    fn first(&mut self, mut n: usize) -> usize {
        while let Some(up) = self.0.get(n).copied().filter(|up| *up != n) {
            let above = self.0.get(up).copied().unwrap_or(up);
            if let Some(place) = self.0.get_mut(n) {
                *place = above;
            }
            n = above;
        }
        n
    }

    fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.first(one), self.first(other));
        if let Some(place) = self.0.get_mut(one.max(other)) {
            *place = one.min(other);
        }
    }
}

// --- telling -------------------------------------------------------------------------------------------------------

fn duplicate(row: &Row, of: &Row, scope: Scope, likeness: f64) -> Duplicate {
    let cautions = cautions(&of.text, &row.text);
    let (zh, en) = match scope {
        Scope::Customer => ("同一客户", "the same customer"),
        Scope::Premises => ("同一房屋", "the same premises"),
        Scope::Community => ("同一小区", "the same community"),
    };
    let words = Words::new(
        format!("与{}相似{:.0}%,{zh}", of.id, likeness * 100.0),
        format!("{:.0}% like {}, {en}", likeness * 100.0, of.id),
    );
    Duplicate { id: row.id.clone(), of: of.id.clone(), scope, likeness, cautions, words }
}

fn common_topic(rows: &[&Row]) -> Option<String> {
    let topic = rows.first()?.topic.clone()?;
    rows.iter().all(|row| row.topic.as_deref() == Some(topic.as_str())).then_some(topic)
}

fn repeat(scope: Scope, whose: &str, cluster: Cluster<'_>, ids: Vec<String>) -> Option<Repeat> {
    let (first, last) = (cluster.rows.first()?, cluster.rows.last()?);
    let topic = common_topic(&cluster.rows);
    let (zh, en) =
        if scope == Scope::Customer { ("同一客户", "one customer") } else { ("同一房屋", "one premises") };
    let words = Words::new(
        format!("{zh}就一件事来了{}次", ids.len()),
        format!("{en} came {} times about one thing", ids.len()),
    );
    Some(Repeat {
        scope,
        whose: whose.to_owned(),
        community: first.community.clone(),
        topic,
        because: cluster.because.into_iter().collect(),
        first: first.at,
        last: last.at,
        words,
        ids,
    })
}

/// The cases of the window in which most households speak, if they are enough.
fn group(cluster: &Cluster<'_>, options: &GroupOptions) -> Option<Group> {
    let (rows, households) = busiest(&cluster.rows, options.window);
    let (first, last) = (rows.first()?, rows.last()?);
    if households < options.least {
        return None;
    }
    let words = Words::new(
        format!("{households}户反映同一件事,共{}件", rows.len()),
        format!("{households} households speak of one matter, in {} cases", rows.len()),
    );
    Some(Group {
        ids: rows.iter().map(|row| row.id.clone()).collect(),
        community: first.community.clone(),
        households,
        topic: common_topic(&rows),
        because: cluster.because.iter().copied().collect(),
        first: first.at,
        last: last.at,
        words,
    })
}

fn household(row: &Row) -> Option<&str> {
    row.premises.as_deref().or(row.customer.as_deref())
}

/// The stretch of the window's length with the most households, the earliest of them.
fn busiest<'a>(rows: &[&'a Row], window: Length) -> (Vec<&'a Row>, usize) {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let (mut begin, mut best) = (0, (0, 0, 0));
    for (end, row) in rows.iter().enumerate() {
        household(row).into_iter().for_each(|household| *counts.entry(household).or_default() += 1);
        while let Some(old) = rows.get(begin).filter(|old| row.at - old.at > window) {
            if let Some(count) = household(old).and_then(|household| counts.get_mut(household)) {
                *count = count.saturating_sub(1);
            }
            household(old)
                .filter(|household| counts.get(household) == Some(&0))
                .map(|household| counts.remove(household));
            begin += 1;
        }
        if counts.len() > best.2 || (counts.len() == best.2 && begin == best.0) {
            best = (begin, end + 1, counts.len());
        }
    }
    (rows.get(best.0..best.1).unwrap_or_default().to_vec(), best.2)
}

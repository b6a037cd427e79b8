//! Times as they are said, before any calendar is asked.
use super::Part;
use super::letters::{Letters, Number, numeral};

/// An expression of time in a text.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Said {
    /// Its first character.
    pub(super) start: usize,
    /// Past its last.
    pub(super) end: usize,
    pub(super) what: What,
    /// Words before it that make it a last time: 最迟, 不晚于.
    pub(super) latest: bool,
    pub(super) bound: Bound,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum What {
    /// No time at all: 尽快.
    Vague(Vague),
    /// A time gone by, or one that comes again and again: 昨天上午, 每周三.
    Past,
    /// So much time from now on.
    Stretch(Number, Unit),
    /// A day, a part of it, a time of day.
    Moment(Moment),
    /// From one to the other.
    Range(Moment, Moment),
    /// The one or the other.
    Choice(Moment, Moment),
}

/// How an expression bounds what it names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bound {
    None,
    /// 前
    Before,
    /// 内
    Within,
    /// 后
    After,
    /// 左右
    About,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Vague {
    /// 尽快
    Soon,
    /// 过两天
    SomeDay,
    /// 有空
    AtLeisure,
    /// 饭点
    Meal,
    /// 到货后一天内: from an event whose time nobody said
    AfterEvent,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    Minute,
    Quarter,
    Hour,
    WorkingHour,
    Day,
    WorkingDay,
    Week,
    Month,
}

#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Moment {
    pub(super) day: Option<Day>,
    pub(super) part: Option<Part>,
    pub(super) clock: Option<Clock>,
    pub(super) edge: Option<Edge>,
    /// A weekday said beside a date: 12月1日(周二).
    pub(super) weekday: Option<u32>,
}

/// The ends of a working day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Edge {
    Opening,
    Closing,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Clock {
    pub(super) hour: u32,
    pub(super) minute: u32,
    /// The earlier hour where two were said: 两三点.
    pub(super) or_hour: Option<u32>,
    /// Whether it is written as a clock of 24 hours shows it: 03:00, 15:30.
    pub(super) exact: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Day {
    /// Days from today.
    In(i64),
    /// 今明两天, 明后天: the first and the last, in days from today.
    Either(i64, i64),
    /// A weekday from 1 to 7 of the week so many weeks ahead; without a week the next to come. Perhaps a later one.
    Weekday {
        week: Option<i64>,
        day: u32,
        or: Option<u32>,
    },
    /// The week so many weeks ahead.
    Week(i64),
    Weekend(i64),
    /// A date with what of it was said.
    Date {
        year: Option<i32>,
        month: Option<u32>,
        day: u32,
    },
    /// A day of the month so many ahead: 下个月3号.
    OfMonth {
        ahead: i64,
        day: u32,
    },
    /// A month so many ahead, or part of it.
    Month(i64, Tenth),
    /// A month by its number.
    Named {
        year: Option<i32>,
        month: u32,
        tenth: Tenth,
    },
    /// The end of the year so many ahead.
    YearEnd(i64),
    /// The so-manieth working day after today.
    Working(u32),
    /// The so-manieth day, or working day, after a holiday.
    AfterHoliday {
        festival: Option<Festival>,
        count: u32,
        working: bool,
    },
    BeforeHoliday(Option<Festival>),
    During(Option<Festival>),
}

/// A part of a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tenth {
    Whole,
    First,
    Second,
    Third,
    End,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Festival {
    NewYear,
    Spring,
    Qingming,
    Labour,
    DragonBoat,
    MidAutumn,
    National,
}

const VAGUE: &[(&str, Vague)] = &[
    ("尽快", Vague::Soon),
    ("尽早", Vague::Soon),
    ("尽速", Vague::Soon),
    ("马上", Vague::Soon),
    ("立刻", Vague::Soon),
    ("立即", Vague::Soon),
    ("立马", Vague::Soon),
    ("即刻", Vague::Soon),
    ("赶紧", Vague::Soon),
    ("赶快", Vague::Soon),
    ("第一时间", Vague::Soon),
    ("及时", Vague::Soon),
    ("很快", Vague::Soon),
    ("早日", Vague::Soon),
    ("稍后", Vague::Soon),
    ("稍等", Vague::Soon),
    ("一会儿", Vague::Soon),
    ("一会", Vague::Soon),
    ("待会儿", Vague::Soon),
    ("待会", Vague::Soon),
    ("等会儿", Vague::Soon),
    ("等会", Vague::Soon),
    ("等下", Vague::Soon),
    ("晚点", Vague::Soon),
    ("晚些时候", Vague::Soon),
    ("晚些", Vague::Soon),
    ("随后", Vague::Soon),
    ("几分钟", Vague::Soon),
    ("几个小时", Vague::Soon),
    ("半天", Vague::Soon),
    ("过两天", Vague::SomeDay),
    ("过几天", Vague::SomeDay),
    ("过些天", Vague::SomeDay),
    ("过些日子", Vague::SomeDay),
    ("过段时间", Vague::SomeDay),
    ("过一阵", Vague::SomeDay),
    ("这几天", Vague::SomeDay),
    ("这两天", Vague::SomeDay),
    ("近几天", Vague::SomeDay),
    ("近日", Vague::SomeDay),
    ("近期", Vague::SomeDay),
    ("不日", Vague::SomeDay),
    ("不久", Vague::SomeDay),
    ("改天", Vague::SomeDay),
    ("改日", Vague::SomeDay),
    ("择日", Vague::SomeDay),
    ("几天", Vague::SomeDay),
    ("几个工作日", Vague::SomeDay),
    ("年后", Vague::SomeDay),
    ("年前", Vague::SomeDay),
    ("有空", Vague::AtLeisure),
    ("有时间", Vague::AtLeisure),
    ("抽空", Vague::AtLeisure),
    ("抽时间", Vague::AtLeisure),
    ("得空", Vague::AtLeisure),
    ("忙完", Vague::AtLeisure),
    ("回头", Vague::AtLeisure),
    ("到时候", Vague::AtLeisure),
    ("到时", Vague::AtLeisure),
    ("饭点", Vague::Meal),
    ("午饭", Vague::Meal),
    ("中饭", Vague::Meal),
    ("晚饭", Vague::Meal),
    ("吃饭", Vague::Meal),
    ("天黑", Vague::Meal),
];

const GONE: &[&str] = &[
    "大前天",
    "昨天",
    "昨日",
    "昨晚",
    "昨夜",
    "昨",
    "前天",
    "前日",
    "前晚",
    "上周",
    "上个周",
    "上星期",
    "上个星期",
    "上礼拜",
    "上个礼拜",
    "上个月",
    "上月",
    "去年",
    "刚才",
    "刚刚",
    "方才",
    "之前",
    "此前",
    "以前",
    "前几天",
    "前两天",
    "每天",
    "每日",
    "每晚",
    "天天",
];

const RELATIVE: &[(&str, Day)] = &[
    ("今明两天", Day::Either(0, 1)),
    ("今明两日", Day::Either(0, 1)),
    ("今明", Day::Either(0, 1)),
    ("明后两天", Day::Either(1, 2)),
    ("明后天", Day::Either(1, 2)),
    ("明天后天", Day::Either(1, 2)),
    ("今天", Day::In(0)),
    ("今日", Day::In(0)),
    ("今儿", Day::In(0)),
    ("当天", Day::In(0)),
    ("当日", Day::In(0)),
    ("本日", Day::In(0)),
    ("明天", Day::In(1)),
    ("明日", Day::In(1)),
    ("明儿", Day::In(1)),
    ("次日", Day::In(1)),
    ("第二天", Day::In(1)),
    ("隔天", Day::In(1)),
    ("大后天", Day::In(3)),
    ("后天", Day::In(2)),
    ("后日", Day::In(2)),
];

/// A day and a part of it in two characters.
const SHORT: &[(&str, (i64, Part))] = &[
    ("今晚", (0, Part::Evening)),
    ("今早", (0, Part::Early)),
    ("今夜", (0, Part::Night)),
    ("明晚", (1, Part::Evening)),
    ("明早", (1, Part::Early)),
    ("后晚", (2, Part::Evening)),
    ("当晚", (0, Part::Evening)),
];

const PARTS: &[(&str, Part)] = &[
    ("凌晨", Part::Dawn),
    ("一大早", Part::Early),
    ("大清早", Part::Early),
    ("一早", Part::Early),
    ("清早", Part::Early),
    ("清晨", Part::Early),
    ("早上", Part::Early),
    ("早晨", Part::Early),
    ("上午", Part::Morning),
    ("午前", Part::Morning),
    ("中午", Part::Noon),
    ("正午", Part::Noon),
    ("下午", Part::Afternoon),
    ("午后", Part::Afternoon),
    ("傍晚", Part::Dusk),
    ("晚上", Part::Evening),
    ("晚间", Part::Evening),
    ("夜里", Part::Night),
    ("夜间", Part::Night),
    ("半夜", Part::Night),
    ("深夜", Part::Night),
];

const EDGES: &[(&str, Edge)] = &[
    ("下班", Edge::Closing),
    ("收工", Edge::Closing),
    ("关门", Edge::Closing),
    ("一上班", Edge::Opening),
    ("刚上班", Edge::Opening),
    ("上班", Edge::Opening),
    ("开门", Edge::Opening),
];

const WEEKS: &[(&str, Option<i64>)] = &[
    ("下下个", Some(2)),
    ("下下", Some(2)),
    ("下个", Some(1)),
    ("下", Some(1)),
    ("这个", Some(0)),
    ("这", Some(0)),
    ("本", Some(0)),
    ("当", Some(0)),
    ("", None),
];

const MONTHS: &[(&str, i64)] = &[("下个月", 1), ("下月", 1), ("这个月", 0), ("本月", 0), ("这月", 0), ("当月", 0)];

const TENTHS: &[(&str, Tenth)] = &[
    ("月底", Tenth::End),
    ("月末", Tenth::End),
    ("底", Tenth::End),
    ("末", Tenth::End),
    ("上旬", Tenth::First),
    ("初", Tenth::First),
    ("中旬", Tenth::Second),
    ("中", Tenth::Second),
    ("下旬", Tenth::Third),
];

const FESTIVALS: &[(&str, Festival)] = &[
    ("元旦节", Festival::NewYear),
    ("元旦", Festival::NewYear),
    ("春节", Festival::Spring),
    ("过年", Festival::Spring),
    ("清明节", Festival::Qingming),
    ("清明", Festival::Qingming),
    ("劳动节", Festival::Labour),
    ("五一节", Festival::Labour),
    ("五一", Festival::Labour),
    ("端午节", Festival::DragonBoat),
    ("端午", Festival::DragonBoat),
    ("中秋节", Festival::MidAutumn),
    ("中秋", Festival::MidAutumn),
    ("国庆节", Festival::National),
    ("国庆", Festival::National),
    ("十一", Festival::National),
];

const BOUNDS: &[(&str, Bound)] = &[
    ("之内", Bound::Within),
    ("以内", Bound::Within),
    ("内", Bound::Within),
    ("之前", Bound::Before),
    ("以前", Bound::Before),
    ("前后", Bound::About),
    ("前", Bound::Before),
    ("之后", Bound::After),
    ("以后", Bound::After),
    ("过后", Bound::After),
    ("后", Bound::After),
    ("左右", Bound::About),
    ("上下", Bound::About),
    ("期间", Bound::Within),
    ("里", Bound::Within),
];

const LATEST: &[&str] =
    &["最迟", "最晚", "至迟", "不晚于", "不迟于", "不会超过", "不超过", "截止到", "截止", "截至", "赶在"];

const UNITS: &[(&str, Unit)] = &[
    ("分钟", Unit::Minute),
    ("刻钟", Unit::Quarter),
    ("个工作小时", Unit::WorkingHour),
    ("工作小时", Unit::WorkingHour),
    ("个工时", Unit::WorkingHour),
    ("个小时", Unit::Hour),
    ("小时", Unit::Hour),
    ("个钟头", Unit::Hour),
    ("钟头", Unit::Hour),
    ("个工作日", Unit::WorkingDay),
    ("工作日", Unit::WorkingDay),
    ("个自然日", Unit::Day),
    ("自然日", Unit::Day),
    ("个星期", Unit::Week),
    ("星期", Unit::Week),
    ("个礼拜", Unit::Week),
    ("礼拜", Unit::Week),
    ("周", Unit::Week),
    ("个月", Unit::Month),
    ("天", Unit::Day),
];

/// What makes of `3号` a place and no date.
const PLACES: &str = "楼栋幢座门厅机线车位院铺室房井泵梯岗桩库棚单户口站路桥表柜箱球宅地";
/// What makes of `一点` no time of day: before it and after it.
const BIT_BEFORE: &str = "有第快早晚多好差这那几慢大小高低一些";
const BIT_AFTER: &str = "意建要原问都也儿不点事水油";

/// The expression of time that begins at `place`, if one does.
pub(super) fn read(letters: &Letters, place: usize) -> Option<Said> {
    if !letters.at(place).is_some_and(may_begin) {
        return None;
    }
    let begin = letters.any(place, LATEST).map(|end| letters.any(end, &["在", "于", "到"]).unwrap_or(end));
    let latest = begin.is_some();
    let begin = letters.spaces(begin.unwrap_or(place));
    let (what, end) = if latest { None } else { gone(letters, begin) }
        .or_else(|| holiday(letters, begin).map(of_day(letters)))
        .or_else(|| vague(letters, begin))
        .or_else(|| ranged(letters, begin))
        .or_else(|| stretch(letters, begin).map(|found| of_event(letters, begin, found)))?;
    let (bound, end) = match what {
        What::Past | What::Range(..) => (Bound::None, end),
        _ => bound(letters, end).unwrap_or((Bound::None, end)),
    };
    if letters.before(place).is_some_and(|before| "每逢从自".contains(before)) {
        // What comes again and again, or began some time, is promised to nobody.
        return Some(Said { start: place, end, what: What::Past, latest, bound });
    }
    if is_incidental(letters, begin, end, &what, bound) {
        return None;
    }
    Some(Said { start: place, end, what, latest, bound })
}

/// Whether an expression of time may begin with this character: most do not, and are passed fast.
fn may_begin(letter: char) -> bool {
    letter.is_ascii_digit()
        || numeral(letter).is_some()
        || "十百半今明后大次第隔当本这下周星礼月年国元春清劳端中节假放过尽马立即赶及很早稍待等晚随几近不改择有抽得忙回到饭午吃天\
            昨前上去刚方之此以每凌一正傍夜深收关开最至截两"
            .contains(letter)
}

/// What bounds the time that ends at `place`; 前台 and 后台 do not.
fn bound(letters: &Letters, place: usize) -> Option<(Bound, usize)> {
    let (bound, end) = letters.find(letters.spaces(place), BOUNDS)?;
    let other_word = end == place + 1
        && match bound {
            Bound::Before => letters.at(end).is_some_and(|after| "台往面期后提线门".contains(after)),
            Bound::After => letters.at(end).is_some_and(|after| "台面续期勤门".contains(after)),
            Bound::Within => letters.at(end).is_some_and(|after| "部外容面".contains(after)),
            _ => false,
        };
    (!other_word).then_some((bound, end))
}

/// A number without a bound is a stretch only if it may be one; a time of day without a day must not be a bit of something.
fn is_incidental(letters: &Letters, begin: usize, end: usize, what: &What, bound: Bound) -> bool {
    let before = letters.before(begin).unwrap_or(' ');
    match what {
        What::Vague(Vague::Meal) => bound == Bound::None,
        // A longer number goes on before this one.
        What::Stretch(..) | What::Moment(_) if before.is_ascii_digit() || numeral(before).is_some() => {
            letters.at(begin).is_some_and(|letter| letter.is_ascii_digit() || numeral(letter).is_some())
        }
        What::Moment(Moment { day: None, part: None, clock: Some(_), .. }) if bound == Bound::None => {
            BIT_BEFORE.contains(before) || letters.at(end).is_some_and(|after| BIT_AFTER.contains(after))
        }
        _ => false,
    }
}

/// A time gone by, with its part of the day and time of day.
fn gone(letters: &Letters, place: usize) -> Option<(What, usize)> {
    let mut end = letters.any(place, GONE)?;
    if let Some(after) = letters.at(end).filter(|_| letters.before(end).is_some_and(|last| "周期拜".contains(last)))
    {
        end += usize::from(weekday(after).is_some());
    }
    let end = part(letters, end).map_or(end, |(_, end)| end);
    let end = clock(letters, letters.spaces(end)).map_or(end, |(_, end)| end);
    Some((What::Past, end))
}

fn vague(letters: &Letters, place: usize) -> Option<(What, usize)> {
    letters.find(place, VAGUE).map(|(vague, end)| (What::Vague(vague), end))
}

/// A moment, or two with a word between.
fn ranged(letters: &Letters, place: usize) -> Option<(What, usize)> {
    let (first, end) = moment(letters, place)?;
    let next = letters.spaces(end);
    let connected = letters
        .any(next, &["到", "至", "—", "-", "~"])
        .map(|end| (true, end))
        .or_else(|| letters.any(next, &["或者", "或是", "或"]).map(|end| (false, end)));
    if let Some((range, next)) = connected
        && let Some((last, end)) = moment(letters, letters.spaces(next))
    {
        let what = if range { What::Range(first, last) } else { What::Choice(first, last) };
        return Some((what, end));
    }
    Some((What::Moment(first), end))
}

/// A day, a part of it, a time of it; at least one.
fn moment(letters: &Letters, place: usize) -> Option<(Moment, usize)> {
    let mut moment = Moment::default();
    let mut end = place;
    if let Some(((days, part), after)) = letters.find(place, SHORT) {
        (moment.day, moment.part, end) = (Some(Day::In(days)), Some(part), after);
    } else if let Some((day, after)) = day(letters, place) {
        (moment.day, end) = (Some(day), after);
        if let Some((weekday, after)) = beside(letters, end) {
            (moment.weekday, end) = (Some(weekday), after);
        } else if matches!(day, Day::Weekday { .. }) {
            end = date_beside(letters, end).unwrap_or(end);
        }
    }
    let next = letters.word(end, "的").filter(|_| end > place).unwrap_or(end);
    if moment.part.is_none()
        && let Some((part, after)) = part(letters, letters.spaces(next))
    {
        (moment.part, end) = (Some(part), after);
    }
    if let Some((clock, after)) = clock(letters, letters.spaces(letters.word(end, "的").unwrap_or(end))) {
        (moment.clock, end) = (Some(clock), after);
    } else if let Some((edge, after)) = edge(letters, letters.spaces(end)) {
        (moment.edge, end) = (Some(edge), after);
    }
    (end > place).then_some((moment, end))
}

/// 上班 is a time only where something says so: 上班后, 一上班就.
fn edge(letters: &Letters, place: usize) -> Option<(Edge, usize)> {
    let (edge, end) = letters.find(place, EDGES)?;
    let sure = end - place == 3 || bound(letters, end).is_some() || letters.any(end, &["就", "时"]).is_some();
    sure.then_some((edge, end))
}

fn part(letters: &Letters, place: usize) -> Option<(Part, usize)> {
    letters.find(place, PARTS)
}

fn weekday(letter: char) -> Option<u32> {
    match letter {
        '日' | '天' => Some(7),
        _ => numeral(letter).or_else(|| letter.to_digit(10)).filter(|day| (1..=7).contains(day)),
    }
}

/// A weekday in brackets or side by side with a date.
fn beside(letters: &Letters, place: usize) -> Option<(u32, usize)> {
    let open = letters.word(letters.spaces(place), "(");
    let named = letters.any(open.unwrap_or(place), &["周", "星期", "礼拜"])?;
    let day = weekday(letters.at(named)?)?;
    match open {
        Some(_) => letters.word(named + 1, ")").map(|end| (day, end)),
        None => Some((day, named + 1)),
    }
}

/// Past a date in brackets: 本周五(27日).
fn date_beside(letters: &Letters, place: usize) -> Option<usize> {
    let (_, end) = date(letters, letters.word(place, "(")?)?;
    letters.word(end, ")")
}

fn day(letters: &Letters, place: usize) -> Option<(Day, usize)> {
    letters
        .find(place, RELATIVE)
        .or_else(|| working(letters, place))
        .or_else(|| week(letters, place))
        .or_else(|| month(letters, place))
        .or_else(|| date(letters, place))
}

fn of_day(letters: &Letters) -> impl Fn((Day, usize)) -> (What, usize) + '_ {
    |(day, end)| {
        let (mut moment, mut end) = (Moment { day: Some(day), ..Moment::default() }, end);
        if let Some((part, after)) = part(letters, end) {
            (moment.part, end) = (Some(part), after);
        }
        if let Some((clock, after)) = clock(letters, end) {
            (moment.clock, end) = (Some(clock), after);
        } else if let Some((edge, after)) = edge(letters, end) {
            (moment.edge, end) = (Some(edge), after);
        }
        (What::Moment(moment), end)
    }
}

/// 下一个工作日, 第二个工作日.
fn working(letters: &Letters, place: usize) -> Option<(Day, usize)> {
    let next =
        ["下一个工作日", "下个工作日", "下一工作日", "次一个工作日", "次一工作日", "次个工作日", "明后第一个工作日"];
    if let Some(end) = letters.any(place, &next) {
        return Some((Day::Working(1), end));
    }
    let (count, end) = letters.single(letters.word(place, "第")?)?;
    letters.any(end, &["个工作日", "工作日"]).map(|end| (Day::Working(count), end))
}

/// 周三, 下周三, 本周, 周末.
fn week(letters: &Letters, place: usize) -> Option<(Day, usize)> {
    let (ahead, named) = WEEKS.iter().find_map(|(word, ahead)| {
        let end = letters.word(place, word)?;
        letters.any(end, &["周", "星期", "礼拜"]).map(|end| (*ahead, end))
    })?;
    if let Some(end) = letters.word(named, "末") {
        return Some((Day::Weekend(ahead.unwrap_or(0)), end));
    }
    let day = letters.at(named).and_then(weekday);
    match (day, ahead) {
        (Some(day), week) => {
            let or = letters.at(named + 1).and_then(weekday).filter(|or| *or > day && !counts(letters, named + 2));
            let followed = letters.at(named + 1).is_some_and(|after| "次回个遍".contains(after));
            let end = named + 1 + usize::from(or.is_some());
            (!followed).then_some((Day::Weekday { week, day, or }, end))
        }
        (None, Some(week)) => Some((Day::Week(week), named)),
        (None, None) => None,
    }
}

/// Whether what stands at `place` makes the number before it one of something else: 下周二三点 is Tuesday at three.
fn counts(letters: &Letters, place: usize) -> bool {
    letters.at(place).is_some_and(|letter| "点时:个天号十".contains(letter))
}

/// 月底, 下个月, 下月初, 年底.
fn month(letters: &Letters, place: usize) -> Option<(Day, usize)> {
    if let Some((years, end)) =
        letters.find(place, &[("年底", 0_i64), ("年末", 0), ("今年底", 0), ("今年年底", 0), ("年内", 0), ("今年内", 0)])
    {
        return Some((Day::YearEnd(years), end));
    }
    if let Some((months, end)) = letters.find(place, MONTHS) {
        if let Some((day, after)) = letters.single(end).filter(|(day, _)| (1..=31).contains(day))
            && let Some(after) = letters.any(after, &["号", "日"]).filter(|after| !is_place(letters, *after))
        {
            return Some((Day::OfMonth { ahead: months, day }, after));
        }
        let (tenth, end) = letters.find(end, TENTHS).unwrap_or((Tenth::Whole, end));
        return Some((Day::Month(months, tenth), end));
    }
    letters.word(place, "月").and_then(|end| {
        let (tenth, end) = letters.find(end, TENTHS).filter(|(tenth, _)| *tenth != Tenth::Second)?;
        Some((Day::Month(0, tenth), end))
    })
}

/// 2026年12月1日, 11月28日, 28号, 12/1, 2026-12-01.
fn date(letters: &Letters, place: usize) -> Option<(Day, usize)> {
    let (year, begin) = year(letters, place).map_or((None, place), |(year, end)| (Some(year), end));
    let (first, end) = letters.single(begin)?;
    if let Some(named) = letters.any(end, &["月份", "月"]).filter(|_| (1..=12).contains(&first)) {
        let month = first;
        if let Some((day, end)) = letters.single(named).filter(|(day, _)| (1..=31).contains(day)) {
            let end = letters.any(end, &["日", "号"]).unwrap_or(end);
            return Some((Day::Date { year, month: Some(month), day }, end));
        }
        let (tenth, end) = letters.find(named, TENTHS).unwrap_or((Tenth::Whole, named));
        return Some((Day::Named { year, month, tenth }, end));
    }
    // 3日内 counts days.
    let counts_days = letters.any(end, &["日内", "日之内", "日以内"]).is_some();
    let named = letters.any(end, &["号", "日"]).filter(|_| !counts_days && year.is_none());
    if let Some(end) = named.filter(|_| (1..=31).contains(&first)) {
        return (!is_place(letters, end)).then_some((Day::Date { year, month: None, day: first }, end));
    }
    numeric(letters, begin, year)
}

/// The number of a floor, a building, a line: no date.
fn is_place(letters: &Letters, end: usize) -> bool {
    letters.at(end).is_some_and(|after| PLACES.contains(after) || after.is_ascii_digit() || after == '-')
}

fn year(letters: &Letters, place: usize) -> Option<(i32, usize)> {
    let (year, end) = letters.single(place).filter(|(year, _)| (2000..2200).contains(year))?;
    let end = letters.any(end, &["年", "-", "/", "."])?;
    Some((i32::try_from(year).ok()?, end))
}

/// `12/1`, `2026-12-01`: in digits, and nothing of the kind goes on.
fn numeric(letters: &Letters, place: usize, year: Option<i32>) -> Option<(Day, usize)> {
    let (month, end) = letters.single(place).filter(|(month, _)| (1..=12).contains(month))?;
    let marks: &[&str] = if year.is_some() { &["-", "/", "."] } else { &["/"] };
    let (day, end) = letters.single(letters.any(end, marks)?).filter(|(day, _)| (1..=31).contains(day))?;
    let digits = letters.at(place).is_some_and(|letter| letter.is_ascii_digit());
    let goes_on = letters.at(end).is_some_and(|after| "/-.".contains(after) || after.is_ascii_digit());
    let end = letters.any(end, &["日", "号"]).unwrap_or(end);
    (digits && !goes_on).then_some((Day::Date { year, month: Some(month), day }, end))
}

/// 国庆节后第一个工作日, 节前, 假期期间.
fn holiday(letters: &Letters, place: usize) -> Option<(Day, usize)> {
    if let Some(end) = letters.any(place, &["放假前"]) {
        return Some((Day::BeforeHoliday(None), end));
    }
    let (festival, end) = match letters.find(place, FESTIVALS) {
        Some((festival, end)) => (Some(festival), letters.any(end, &["假期", "长假", "放假", "节"]).unwrap_or(end)),
        None if letters.before(place).is_some_and(|before| "环季情细章调".contains(before)) => return None,
        None => (None, letters.any(place, &["节假日", "节日", "小长假", "长假", "假期", "节"])?),
    };
    if let Some(end) = letters.any(end, &["之前", "以前", "前"]) {
        return Some((Day::BeforeHoliday(festival), end));
    }
    if let Some(end) = letters.any(end, &["期间", "当中"]) {
        return Some((Day::During(festival), end));
    }
    let end = letters.any(end, &["之后", "以后", "过后", "后", "结束后", "完"])?;
    let end = letters.any(end, &["的", ","]).unwrap_or(end);
    if let Some(end) = letters.any(end, &["首个工作日", "上班第一天", "首日", "开工第一天", "头一个工作日"])
    {
        return Some((Day::AfterHoliday { festival, count: 1, working: true }, end));
    }
    let nth = letters.word(end, "第").and_then(|end| letters.single(end));
    let within = letters.single(end);
    let counted = nth.and_then(|(count, end)| {
        let kinds = [("个工作日", true), ("工作日", true), ("天", false), ("日", false)];
        letters.find(end, &kinds).map(|(working, end)| (count, working, end))
    });
    let counted = counted.or_else(|| {
        within.and_then(|(count, end)| letters.any(end, &["个工作日内", "个工作日之内"]).map(|end| (count, true, end)))
    });
    match counted {
        Some((count, working, end)) => Some((Day::AfterHoliday { festival, count, working }, end)),
        None => Some((Day::AfterHoliday { festival, count: 0, working: true }, end)),
    }
}

/// 十点半, 3点20分, 15:30, 两三点, 15时.
fn clock(letters: &Letters, place: usize) -> Option<(Clock, usize)> {
    let (hour, end) = letters.number(place).filter(|(hour, _)| hour.high <= 24 && !hour.half)?;
    let written = letters.at(place).is_some_and(|letter| letter.is_ascii_digit());
    if let Some(after) = letters.word(end, ":").filter(|_| written && hour.low == hour.high) {
        let (minute, end) = letters.single(after).filter(|(minute, end)| *minute < 60 && *end == after + 2)?;
        let end = letters.word(end, ":").and_then(|second| letters.single(second)).map_or(end, |(_, end)| end);
        let exact = hour.high > 12 || letters.at(place) == Some('0') || hour.high == 0;
        return Some((Clock { hour: hour.high, minute, or_hour: None, exact }, end));
    }
    let end = letters.any(end, &["点钟", "点", "时"])?;
    let is_time =
        letters.before(end) != Some('时') || !letters.at(end).is_some_and(|after| "间候段长常".contains(after));
    let (minute, end) = minute(letters, end);
    let or_hour = (hour.low < hour.high).then_some(hour.low);
    is_time.then_some((Clock { hour: hour.high, minute, or_hour, exact: hour.high > 12 || hour.high == 0 }, end))
}

fn minute(letters: &Letters, end: usize) -> (u32, usize) {
    let named = letters.find(end, &[("整", 0_u32), ("半", 30), ("一刻", 15), ("三刻", 45)]);
    named
        .or_else(|| {
            let (minute, after) = letters.single(end).filter(|(minute, _)| *minute < 60)?;
            match letters.word(after, "分") {
                Some(end) => (letters.at(end) != Some('钟')).then_some((minute, end)),
                // 十点二十 without a unit, but not 十点3个人.
                None => (minute >= 5 && after == end + 2 && !counts_things(letters, after)).then_some((minute, after)),
            }
        })
        .unwrap_or((0, end))
}

fn counts_things(letters: &Letters, place: usize) -> bool {
    letters
        .at(place)
        .is_some_and(|letter| "个人户位名号楼栋条次家元天月年分小".contains(letter) || letter.is_ascii_digit())
}

/// What begins with an event has no end that can be told.
fn of_event(letters: &Letters, place: usize, found: (What, usize)) -> (What, usize) {
    let after = matches!(letters.before(place), Some('后' | '起'));
    if after && bound(letters, found.1).is_some() { (What::Vague(Vague::AfterEvent), found.1) } else { found }
}

/// 三个工作日, 半小时, 一个半小时, 48小时.
fn stretch(letters: &Letters, place: usize) -> Option<(What, usize)> {
    for (words, number, unit) in [
        ("半个小时", Number { half: true, ..Number::one(0) }, Unit::Hour),
        ("半小时", Number { half: true, ..Number::one(0) }, Unit::Hour),
        ("半个钟头", Number { half: true, ..Number::one(0) }, Unit::Hour),
        ("半个钟", Number { half: true, ..Number::one(0) }, Unit::Hour),
        ("半个月", Number::one(15), Unit::Day),
        ("半年", Number::one(6), Unit::Month),
        ("一年", Number::one(12), Unit::Month),
    ] {
        if let Some(end) = letters.word(place, words) {
            return Some((What::Stretch(number, unit), end));
        }
    }
    let (mut number, mut end) = letters.number(place)?;
    for words in ["个半小时", "个半钟头"] {
        if let Some(end) = letters.word(end, words) {
            return Some((What::Stretch(Number { half: true, ..number }, Unit::Hour), end));
        }
    }
    end = letters.spaces(end);
    if let Some((unit, after)) = letters.find(end, UNITS) {
        if let Some(after) = letters.word(after, "半").filter(|_| unit == Unit::Hour) {
            number.half = true;
            return Some((What::Stretch(number, unit), after));
        }
        return Some((What::Stretch(number, unit), after));
    }
    // 3日内 counts days, 3日 is a date.
    let days = letters.word(end, "日").filter(|end| letters.any(*end, &["内", "之内", "以内"]).is_some())?;
    Some((What::Stretch(number, Unit::Day), days))
}

//! Whose time it is, and what is promised for it: read from the words around it.
use super::Act;
use super::letters::Letters;
use super::said::{Bound, Said, What};

/// How far around a time its words are read; clauses are shorter, hostile ones need not be read to their end.
const REACH: usize = 48;

/// What the words around a time make of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Speech {
    /// What is promised, where it is said.
    pub(super) act: Option<Act>,
    /// We only try: 争取, 预计.
    pub(super) hedged: bool,
    /// Words that look ahead stand beside it: 会, 将, 给您.
    pub(super) ahead: bool,
}

/// A stretch of text between marks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Clause {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) sentence: usize,
    /// The mark that ends it.
    mark: char,
}

/// A text divided.
#[derive(Debug)]
pub(super) struct Clauses {
    clauses: Vec<Clause>,
    /// Quotations, from the first character within to past the last.
    quotes: Vec<(usize, usize)>,
}

const ACTS: &[(&str, Act)] = &[
    ("回电", Act::CallBack),
    ("回个电话", Act::CallBack),
    ("回您电话", Act::CallBack),
    ("回您个电话", Act::CallBack),
    ("打电话", Act::CallBack),
    ("打给您", Act::CallBack),
    ("来电告知您", Act::CallBack),
    ("致电", Act::CallBack),
    ("电话", Act::CallBack),
    ("回拨", Act::CallBack),
    ("上门", Act::Visit),
    ("到场", Act::Visit),
    ("到现场", Act::Visit),
    ("去现场", Act::Visit),
    ("到达", Act::Visit),
    ("赶到", Act::Visit),
    ("到位", Act::Visit),
    ("到您家", Act::Visit),
    ("去您家", Act::Visit),
    ("到家", Act::Visit),
    ("入户", Act::Visit),
    ("过来", Act::Visit),
    ("过去", Act::Visit),
    ("来看", Act::Visit),
    ("去看", Act::Visit),
    ("拜访", Act::Visit),
    ("面谈", Act::Visit),
    ("维修", Act::Repair),
    ("修好", Act::Repair),
    ("修复", Act::Repair),
    ("抢修", Act::Repair),
    ("检修", Act::Repair),
    ("修理", Act::Repair),
    ("来修", Act::Repair),
    ("去修", Act::Repair),
    ("更换", Act::Repair),
    ("换好", Act::Repair),
    ("疏通", Act::Repair),
    ("补漏", Act::Repair),
    ("恢复", Act::Restore),
    ("来水", Act::Restore),
    ("来电", Act::Restore),
    ("通水", Act::Restore),
    ("通电", Act::Restore),
    ("答复", Act::Answer),
    ("回复", Act::Answer),
    ("回话", Act::Answer),
    ("回音", Act::Answer),
    ("回信", Act::Answer),
    ("反馈", Act::Answer),
    ("告知", Act::Answer),
    ("告诉", Act::Answer),
    ("通知您", Act::Answer),
    ("给您结果", Act::Answer),
    ("给您消息", Act::Answer),
    ("给您准信", Act::Answer),
    ("给您说法", Act::Answer),
    ("给您一个说法", Act::Answer),
    ("给结果", Act::Answer),
    ("出结果", Act::Answer),
    ("有结果", Act::Answer),
    ("解释", Act::Answer),
    ("退款", Act::Refund),
    ("退还", Act::Refund),
    ("退费", Act::Refund),
    ("退给", Act::Refund),
    ("到账", Act::Refund),
    ("赔付", Act::Refund),
    ("清理", Act::Clean),
    ("清扫", Act::Clean),
    ("打扫", Act::Clean),
    ("清运", Act::Clean),
    ("清洗", Act::Clean),
    ("清走", Act::Clean),
    ("检查", Act::Check),
    ("查看", Act::Check),
    ("排查", Act::Check),
    ("核实", Act::Check),
    ("核查", Act::Check),
    ("查清", Act::Check),
    ("检测", Act::Check),
    ("送到", Act::Send),
    ("送达", Act::Send),
    ("寄出", Act::Send),
    ("寄给", Act::Send),
    ("发给您", Act::Send),
    ("发您", Act::Send),
    ("发送", Act::Send),
    ("提供", Act::Send),
    ("开好", Act::Send),
    ("完成", Act::Finish),
    ("完工", Act::Finish),
    ("做完", Act::Finish),
    ("弄好", Act::Finish),
    ("搞定", Act::Finish),
    ("办好", Act::Finish),
    ("办完", Act::Finish),
    ("办结", Act::Finish),
    ("到货", Act::Finish),
];

/// Acts that say little: they count where nothing better is said.
const LOOSE: &[(&str, Act)] = &[
    ("联系", Act::Contact),
    ("处理", Act::Handle),
    ("解决", Act::Handle),
    ("办理", Act::Handle),
    ("落实", Act::Handle),
    ("整改", Act::Handle),
    ("跟进", Act::Handle),
    ("安排", Act::Handle),
    ("协调", Act::Handle),
    ("沟通", Act::Handle),
];

/// Acts of one letter: they count right behind the time, with nothing else behind them than what belongs to them.
const BRIEF: &[(char, Act)] = &[
    ('修', Act::Repair),
    ('查', Act::Check),
    ('到', Act::Visit),
    ('来', Act::Visit),
    ('去', Act::Visit),
    ('回', Act::Answer),
];
/// What may stand between a time and a brief act, and behind the act.
const BRIEF_REACH: usize = 4;
const BEHIND_BRIEF: &str = "您现场位家看修处给查一复电好了吧哈的";
/// What stands before a stretch of time that has already been spent.
const SPENT: &[&str] = &["了", "过", "等", "要", "花", "才", "每", "近", "快", "满", "经过", "用"];

const OURS: &[&str] = &[
    "给您",
    "为您",
    "向您",
    "跟您",
    "与您",
    "和您",
    "帮您",
    "替您",
    "给你",
    "联系您",
    "回复您",
    "通知您",
    "回电",
    "答复",
    "回复",
    "上门",
    "我们",
    "我司",
    "给业主",
    "给客户",
    "给住户",
    "与业主",
    "向业主",
    "恢复",
];
const AHEAD: &[&str] =
    &["会", "将", "给您", "为您", "与您", "跟您", "向您", "和您", "一定", "保证", "承诺", "给你", "联系您"];
const HEDGES: &[&str] = &[
    "争取",
    "尽量",
    "力争",
    "预计",
    "大概",
    "大约",
    "估计",
    "应该",
    "可能",
    "或许",
    "差不多",
    "顺利的话",
    "计划",
    "打算",
    "不出意外",
    "尽可能",
    "尽力",
    "初步",
];
const CUSTOMERS: &[&str] = &["您", "业主", "客户", "住户", "租户", "来电人", "他", "她", "对方"];
const SPOKE: &[&str] =
    &["说", "称", "表示", "反映", "反应", "提出", "讲", "打算", "准备", "计划", "才", "不在", "在家", "有空", "方便"];
const EARLIER: &[&str] = &["昨", "前天", "上次", "上回", "之前", "当时", "早就"];
const DEMANDS: &[&str] = &[
    "给我", "帮我", "你们", "我家", "要求", "希望", "盼", "催", "请求", "恳请", "诉求", "期望", "想让", "想要", "必须",
    "投诉",
];
const OUR_DEMANDS: &[&str] = &[
    "我们要求",
    "我司要求",
    "公司要求",
    "已要求",
    "物业要求",
    "按您的要求",
    "按要求",
    "根据您的要求",
    "已催",
    "我们催",
    "已催促",
];
const REQUESTS: &[&str] = &["请", "麻烦您", "烦劳", "您可以", "您可", "您需要", "您要"];
const NO_REQUESTS: &[&str] = &[
    "请放心",
    "请您放心",
    "申请",
    "邀请",
    "请师傅",
    "请维修",
    "请工程",
    "请电工",
    "请水工",
    "请保洁",
    "请厂家",
    "请专业",
    "请稍等",
    "请稍候",
    "请知悉",
    "请您知悉",
    "请谅解",
    "请您谅解",
    "请理解",
    "请注意接听",
    "请您注意接听",
    "请保持电话",
    "请您保持电话",
    "请同事",
];
const QUESTIONS: &[&str] = &[
    "吗",
    "是否",
    "能否",
    "可否",
    "能不能",
    "会不会",
    "有没有",
    "什么时候",
    "啥时候",
    "何时",
    "几点",
    "哪天",
    "行不行",
    "好不好",
    "可不可以",
    "为什么",
    "怎么",
];
const TAGS: &[&str] =
    &["可以吗", "行吗", "好吗", "方便吗", "您看", "行不行", "好不好", "可以不", "怎么样", "如何", "能来吗"];
const CONDITIONS: &[&str] = &["如果", "若", "要是", "假如", "万一", "倘若", "一旦", "除非", "的话"];
const EVENTS: &[&str] = &[
    "停水",
    "停电",
    "停气",
    "停暖",
    "停梯",
    "停运",
    "停用",
    "演练",
    "活动",
    "举办",
    "举行",
    "召开",
    "开会",
    "会议",
    "消杀",
    "放假",
    "营业",
    "开放",
    "年检",
    "缴费",
    "办公",
    "工作时间",
    "服务时间",
    "培训",
    "业主大会",
    "值班",
    "供暖",
    "限行",
    "封闭",
    "施工",
    "生效",
    "开始收",
    "到期",
    "过期",
    "截止",
    "投票",
    "开展",
    "漏水",
    "坏了",
    "发现",
];
const NEGATIONS: &[&str] = &["不", "没", "未", "无法", "难以", "别", "取消", "并非", "甭"];
const NO_NEGATIONS: &[&str] = &[
    "不超过",
    "不会超过",
    "不晚于",
    "不迟于",
    "不好意思",
    "没问题",
    "不出意外",
    "不久",
    "对不起",
    "不耽误",
    "不影响",
    "不锈钢",
    "特别",
    "分别",
    "别墅",
    "区别",
    "级别",
    "类别",
    "不论",
    "不管",
    "不便之处",
    "差不多",
    "不见不散",
    "从不",
    "不但",
    "不仅",
    "不变",
    "没水",
    "没电",
];
const DONE_AFTER: &[&str] = &["已", "曾", "过了"];
const DONE_BEFORE: &[&str] = &["已于", "已在", "已经在", "已经于", "曾在", "曾于"];
/// What may stand around a time that is said alone.
const FILLERS: &[&str] = &[
    "好的",
    "好",
    "嗯",
    "我们",
    "我方",
    "我司",
    "我",
    "会",
    "将",
    "在",
    "于",
    "就",
    "吧",
    "哈",
    "哦",
    "呢",
    "的",
    "请您放心",
    "请放心",
    "放心",
    "预计",
    "大概",
    "约定",
    "约好",
    "约在",
    "大约",
    "约",
    "争取",
    "尽量",
    "再",
    "都",
    "肯定",
    "一定",
    "承诺",
    "定于",
    "改到",
    "改为",
    "定在",
    "安排在",
    "时间",
    "给您",
    "您",
    "这边",
    "可以",
    "是",
    "那",
    "一下",
    "回复",
    "业主",
    "已告知",
    "答",
    ":",
    "(",
    ")",
    " ",
    "\"",
    "“",
    "”",
    "-",
    "*",
];
const SAID_BY_US: &[&str] = &["回复", "答复", "告知", "承诺", "答应", "答", "我说", "我们说", "我方", "我司"];

impl Clauses {
    pub(super) fn new(letters: &Letters) -> Self {
        let mut divided = Self { clauses: Vec::new(), quotes: Vec::new() };
        let (mut start, mut sentence) = (0, 0);
        let mut open: Option<(usize, char)> = None;
        for place in 0..=letters.len() {
            let letter = letters.at(place).unwrap_or('\n');
            divided.quote(&mut open, place, letter);
            if !divides(letters, place, letter) {
                continue;
            }
            divided.clauses.push(Clause { start, end: place, sentence, mark: letter });
            start = place + 1;
            sentence += usize::from(matches!(letter, '。' | '.' | '!' | '?' | '\n' | ';'));
        }
        divided
    }

    fn quote(&mut self, open: &mut Option<(usize, char)>, place: usize, letter: char) {
        let closing = match letter {
            '“' => '”',
            '「' => '」',
            '『' => '』',
            '‘' => '’',
            '"' => '"',
            _ => '\0',
        };
        match *open {
            Some((from, mark)) if mark == letter => {
                self.quotes.push((from, place));
                *open = None;
            }
            None if closing != '\0' => *open = Some((place + 1, closing)),
            _ => {}
        }
    }

    /// The clause of a place, by its number.
    pub(super) fn of(&self, place: usize) -> usize {
        self.clauses.partition_point(|clause| clause.end < place)
    }

    pub(super) fn get(&self, number: usize) -> Option<&Clause> {
        self.clauses.get(number)
    }

    /// The clause beside one, in the same sentence.
    fn beside(&self, number: usize, step: isize) -> Option<&Clause> {
        let sentence = self.get(number)?.sentence;
        self.get(number.checked_add_signed(step)?).filter(|clause| clause.sentence == sentence)
    }

    fn quotation(&self, place: usize) -> Option<(usize, usize)> {
        let next = self.quotes.partition_point(|(_, end)| *end <= place);
        self.quotes.get(next).copied().filter(|(start, _)| *start <= place)
    }
}

/// A mark between clauses: not the colon of 10:30, nor the point of 1.5.
fn divides(letters: &Letters, place: usize, letter: char) -> bool {
    let digits = || {
        let digit = |letter: Option<char>| letter.is_some_and(|letter| letter.is_ascii_digit());
        digit(letters.before(place)) && digit(letters.at(place + 1))
    };
    match letter {
        '.' | ':' => !digits(),
        ',' | ';' | '!' | '?' | '\n' | '。' | '…' => true,
        _ => false,
    }
}

/// What the words around a time make of it; none where it is no promise of ours.
pub(super) fn heard(letters: &Letters, clauses: &Clauses, said: &Said) -> Option<Speech> {
    let number = clauses.of(said.start);
    let clause = clauses.get(number)?;
    if is_quoted(letters, clauses, said) {
        return None;
    }
    let mut before = letters.text(clause.start.max(said.start.saturating_sub(REACH)), said.start);
    let mut after = letters.text(said.end, clause.end.min(said.end.saturating_add(REACH)).max(said.end));
    let mut mark = clause.mark;
    let bare = is_bare(&before, &after);
    if bare && mark != '?' {
        if let Some(next) = clauses.beside(number, 1).filter(|next| read_beside(letters, next)) {
            after.push_str(&letters.text(next.start, next.end.min(next.start + REACH)));
            mark = next.mark;
        } else if let Some(last) = clauses.beside(number, -1).filter(|last| read_beside(letters, last)) {
            let text = letters.text(last.start.max(last.end.saturating_sub(REACH)), last.end);
            before.insert_str(0, &text);
        }
    }
    if mark == '?' || is_asked(&before, &after) || is_proposed(letters, clauses, number) {
        return None;
    }
    let act = act_of(&before, &after);
    let taken_back = is_conditional(&before, &after)
        || is_of_customer(&before, &after)
        || is_done(&before, &after)
        || is_denied(&before, &after)
        || is_event(&before, &after);
    if taken_back || (act.is_none() && !bare) || (!bare && is_loose_stretch(said, &before, &after)) {
        return None;
    }
    let all = format!("{before}\n{after}");
    Some(Speech { act, hedged: holds(&all, HEDGES), ahead: holds(&all, AHEAD) })
}

/// Words of the customer in quotation marks; what follows 已回复业主 are ours.
fn is_quoted(letters: &Letters, clauses: &Clauses, said: &Said) -> bool {
    let Some((start, _)) = clauses.quotation(said.start) else { return false };
    let before = letters.text(start.saturating_sub(12), start);
    let ours = last_of(&before, SAID_BY_US);
    let theirs = last_of(&before, SPOKE).max(last_of(&before, DEMANDS));
    ours.is_none() || ours < theirs
}

fn last_of(text: &str, words: &[&str]) -> Option<usize> {
    words.iter().filter_map(|word| text.rfind(word)).max()
}

fn holds(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| text.contains(word))
}

/// `text` without words that only look like what is sought.
fn without(text: &str, words: &[&str]) -> String {
    words.iter().fold(text.to_owned(), |text, word| if text.contains(word) { text.replace(word, "") } else { text })
}

/// Whether a time is said alone.
fn is_bare(before: &str, after: &str) -> bool {
    let empty = |text: &str| {
        let mut rest = text.trim();
        while let Some(shorter) = FILLERS.iter().find_map(|word| rest.strip_prefix(word)) {
            rest = shorter;
        }
        rest.trim().is_empty()
    };
    empty(before) && empty(after)
}

/// Whether a clause beside a bare time says something and has no time of its own.
fn read_beside(letters: &Letters, clause: &Clause) -> bool {
    let end = clause.end.min(clause.start + REACH);
    let timed = (clause.start..end)
        .any(|place| super::said::read(letters, place).is_some_and(|said| !matches!(said.what, What::Vague(_))));
    !timed && end > clause.start
}

fn is_asked(before: &str, after: &str) -> bool {
    holds(after, QUESTIONS) || holds(before, QUESTIONS)
}

/// A time that is only proposed: 明天上午上门,您看可以吗?
fn is_proposed(letters: &Letters, clauses: &Clauses, number: usize) -> bool {
    clauses.beside(number, 1).is_some_and(|next| {
        next.mark == '?' && holds(&letters.text(next.start, next.end.min(next.start + REACH)), TAGS)
    })
}

fn is_conditional(before: &str, after: &str) -> bool {
    holds(before, CONDITIONS) || (after.contains("的话") && !after.contains("顺利的话"))
}

/// The customer's own time, wish or task.
fn is_of_customer(before: &str, after: &str) -> bool {
    let demand_free = without(before, OUR_DEMANDS);
    let left = act_place(after).map_or(after, |place| after.get(..place).unwrap_or(after));
    if holds(&demand_free, DEMANDS) || holds(left, DEMANDS) {
        return true;
    }
    let asks = |text: &str| holds(&without(text, NO_REQUESTS), REQUESTS);
    let for_them = holds(after, &["给您", "为您", "向您", "帮您", "与您", "跟您", "联系您", "回复您"]);
    if (asks(before) || asks(after)) && !(for_them && !asks(after) && !before.trim_end().ends_with("请于")) {
        return true;
    }
    spoke(before) || was_said(before) || is_subject(before.trim_end(), true) || is_subject(left.trim(), false)
}

/// 业主说明天..., but not 已告知业主明天...
fn spoke(before: &str) -> bool {
    CUSTOMERS.iter().any(|customer| {
        before.rfind(customer).is_some_and(|place| {
            let verb = before.get(place + customer.len()..).unwrap_or_default();
            holds(verb, SPOKE) && !is_told(before.get(..place).unwrap_or_default())
        })
    })
}

/// 昨天说今天...: told again by the one who waits for it.
fn was_said(before: &str) -> bool {
    EARLIER.iter().any(|word| {
        before.rfind(word).is_some_and(|place| holds(before.get(place..).unwrap_or_default(), &["说", "答应", "讲好"]))
    })
}

/// Whether the customer stands as the one who acts right beside the time.
fn is_subject(text: &str, at_end: bool) -> bool {
    CUSTOMERS.iter().any(|customer| {
        let rest = if at_end { text.strip_suffix(customer) } else { text.strip_prefix(customer) };
        match rest {
            Some(rest) if at_end => !is_told(rest),
            Some(rest) => !rest.starts_with("家") && !rest.starts_with("的") && !rest.starts_with("处"),
            None => false,
        }
    })
}

/// Whether what follows is the one who is told, and not the one who acts.
fn is_told(before: &str) -> bool {
    let tells = [
        "给", "为", "跟", "与", "和", "向", "复", "知", "系", "应", "到", "帮", "替", "诺", "诉", "同", "邀", "约",
        "醒", "过", "解释", "请",
    ];
    tells.iter().any(|word| before.trim_end().ends_with(word))
}

fn is_done(before: &str, after: &str) -> bool {
    if DONE_BEFORE.iter().any(|word| before.trim_end().ends_with(word)) {
        return true;
    }
    let place = act_place(after);
    let left = place.map_or(after, |place| after.get(..place).unwrap_or(after));
    if holds(left, DONE_AFTER) {
        return true;
    }
    let acted = |rest: &str| rest.starts_with('了') || rest.starts_with('过');
    place.is_some_and(|place| {
        let rest = after.get(place..).unwrap_or_default();
        let long = ACTS.iter().chain(LOOSE).filter_map(|(word, _)| rest.strip_prefix(word)).any(acted);
        long || BRIEF.iter().filter_map(|(letter, _)| rest.strip_prefix(*letter)).any(acted)
    })
}

fn is_denied(before: &str, after: &str) -> bool {
    let negated = |text: &str| holds(&without(text, NO_NEGATIONS), NEGATIONS);
    let near: String = before.chars().rev().take(14).collect::<Vec<_>>().into_iter().rev().collect();
    let scope: String = match act_place(after) {
        Some(place) => {
            let tail = after.get(place..).unwrap_or_default().chars().take(5).collect::<String>();
            format!("{}{tail}", after.get(..place).unwrap_or_default())
        }
        None => after.chars().take(10).collect(),
    };
    negated(&near) || negated(&scope)
}

fn is_event(before: &str, after: &str) -> bool {
    (holds(before, EVENTS) || holds(after, EVENTS)) && !holds(before, OURS) && !holds(after, OURS)
}

/// A stretch of time without a bound is a promise only right before its act: 半小时到, but not 打了四天电话.
fn is_loose_stretch(said: &Said, before: &str, after: &str) -> bool {
    if !matches!(said.what, What::Stretch(..)) || said.bound != Bound::None || said.latest {
        return false;
    }
    let near = act_place(after).and_then(|place| after.get(..place)).is_some_and(|left| left.chars().count() <= 2);
    !near || SPENT.iter().any(|word| before.trim_end().ends_with(word))
}

/// Where the act that a time is for begins in what follows it.
fn act_place(after: &str) -> Option<usize> {
    let first = |acts: &[(&str, Act)]| acts.iter().filter_map(|(word, _)| after.find(word)).min();
    first(ACTS).or_else(|| first(LOOSE)).or_else(|| brief(after).map(|(place, _)| place))
}

fn brief(after: &str) -> Option<(usize, Act)> {
    for (place, letter) in after.char_indices().take(BRIEF_REACH) {
        let act = BRIEF.iter().find(|(brief, _)| *brief == letter);
        let behind = after.get(place + letter.len_utf8()..).and_then(|rest| rest.chars().next());
        if let Some((_, act)) = act.filter(|_| behind.is_none_or(|behind| BEHIND_BRIEF.contains(behind))) {
            return Some((place, *act));
        }
    }
    None
}

/// The act nearest after the time, else the last before it; one that says more goes before one that says little.
fn act_of(before: &str, after: &str) -> Option<Act> {
    let first = |acts: &[(&str, Act)]| {
        acts.iter().filter_map(|(word, act)| after.find(word).map(|place| (place, *act))).min_by_key(|found| found.0)
    };
    let last = |acts: &[(&str, Act)]| {
        acts.iter().filter_map(|(word, act)| before.rfind(word).map(|place| (place, *act))).max_by_key(|found| found.0)
    };
    let found =
        first(ACTS).or_else(|| last(ACTS)).or_else(|| first(LOOSE)).or_else(|| last(LOOSE)).or_else(|| brief(after));
    let given = || holds(after, &["给您", "给你"]).then_some(Act::Answer);
    found.map(|(_, act)| act).or_else(given)
}

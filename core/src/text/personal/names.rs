//! Names of persons: after a cue, before a title.
use std::sync::LazyLock;

use super::contacts::on_plates;
use super::letters::Letters;
use super::{Candidate, Kind};
use crate::text::names::han;

/// Surnames of one character, the common ones first; those that are mostly part of a word are not among them.
const SURNAMES: &str = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪\
    廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫雷侍龙史陶贺毛段郝顾龚邵万覃武钱戴严莫孔向常汤康易乔赖文洪施柳伍安邢樊兰殷倪庞颜芦邬\
    翟裴凌喻柯鲁牛辛童霍章葛温祝齐欧阮翁俞季申耿聂焦左岳鞠解项纪蓝詹车柴窦卓苗路舒靳华涂宁费蒲关苑冉麦党牟房纳滕邸瞿符梅盛骆\
    穆鲍娄卫甘景司占席古沙桂时成应冷代阎谷凤尚池褚甄国佟虞游祁晏仇裘单管包初尤米吉花巩燕阳谌屈查郎娜缪匡";
/// Surnames of two characters.
const COMPOUND: &[&str] = &[
    "欧阳", "上官", "司马", "诸葛", "司徒", "皇甫", "夏侯", "东方", "尉迟", "慕容", "令狐", "公孙", "长孙", "宇文",
    "端木", "轩辕", "独孤", "南宫", "西门", "百里", "呼延", "闻人", "澹台", "濮阳", "淳于", "单于", "太史", "申屠",
    "钟离", "公羊", "鲜于", "闾丘", "司空", "拓跋", "赫连", "纳兰", "耶律", "第五", "左丘", "东郭",
];
/// After these stands a name and nothing else.
pub(super) const SURE_CUES: &[&str] = &[
    "我的名字是",
    "我的名字叫",
    "我名叫",
    "我叫",
    "名叫",
    "姓名",
    "联系人",
    "收件人",
    "收货人",
    "经办人",
    "户名",
    "报修人",
    "投诉人",
    "来电人",
    "反映人",
    "申请人",
    "署名",
];
/// After these a name may stand.
pub(super) const CUES: &[&str] = &[
    "我是",
    "本人",
    "业主",
    "住户",
    "租户",
    "租客",
    "客户",
    "户主",
    "房主",
    "房东",
    "产权人",
    "承租人",
    "住的是",
    "这是",
    "找",
];
/// Titles that follow a surname or a name.
pub(super) const TITLES: &[&str] = &[
    "女士",
    "先生",
    "小姐",
    "阿姨",
    "大爷",
    "大妈",
    "大叔",
    "叔叔",
    "奶奶",
    "爷爷",
    "大姐",
    "大哥",
    "伯伯",
    "婆婆",
    "师傅",
    "老师",
    "经理",
    "主任",
    "太太",
    "老太太",
    "老先生",
    "同志",
    "主管",
    "医生",
    "警官",
    "律师",
    "院长",
    "校长",
];
/// Characters that are no part of a given name where a name may stand: they go on with the sentence or end a word that begins
/// as a surname does.
const NEVER_GIVEN: &str = "向及贵的是在有我你您他她它来要想了不没与跟把被就也都很太吗呢吧啊呀哦说请让给对从去到但又还再这那哪什么怎几些个住楼层栋座幢号室户租业主\
    客电话手机修坏漏投诉反映报急管水暖气灯卡钱费位车门窗墙板顶边侧空色便全间元期区梯师傅先女姐爷奶叔姨太经理任姓名称问房屋东西南北上下左右里外";
/// What a sentence goes on with after a name.
const GOES_ON: &[&str] = &[
    "来",
    "想",
    "要",
    "在",
    "住",
    "说",
    "反映",
    "反应",
    "投诉",
    "报修",
    "报",
    "因",
    "有",
    "从",
    "就",
    "也",
    "已",
    "正",
    "现",
    "今天",
    "明天",
    "昨",
    "把",
    "被",
    "请",
    "刚",
    "不",
    "没",
    "了",
    "和",
    "与",
    "跟",
    "打",
    "电话",
    "手机",
    "号",
    "的",
    "是",
    "家",
    "称",
    "表示",
    "希望",
    "咨询",
    "要求",
    "求",
    "找",
    "去",
    "向",
    "你",
    "您",
    "我",
    "能",
    "可",
    "这",
    "那",
    "一直",
    "多次",
    "今",
    "于",
    "身份证",
    "微信",
    "致电",
    "来电",
    "联系",
    "先生",
    "女士",
    "小姐",
    "同志",
    "师傅",
    "阿姨",
    "老师",
    "大爷",
    "大妈",
    "叔叔",
    "奶奶",
    "爷爷",
    "经理",
    "主任",
    "本人",
    "以及",
    "还",
    "又",
    "再",
    "对",
    "给",
    "帮",
    "让",
    "需",
];
/// Words that begin as surnames do.
const WORDS: &[&str] = &[
    "高层", "高空", "高级", "高楼", "黄色", "黄金", "白天", "白色", "方便", "方向", "方法", "安全", "安装", "安排",
    "安静", "常年", "常住", "常常", "万一", "万分", "马上", "马路", "任何", "任意", "成年", "成都", "成功", "成员",
    "许多", "向来", "时间", "时候", "路过", "路口", "路灯", "路上", "关于", "关心", "关注", "关系", "于是", "余款",
    "何时", "何况", "曾经", "应该", "应急", "应当", "石材", "石头", "车主", "车位", "车辆", "车子", "房东", "房子",
    "房屋", "房主", "房间", "房产", "党员", "解决", "解释", "文明", "文化", "国庆", "国家", "施工", "项目", "毛坯",
    "毛病", "水电", "孙子", "孙女", "左右", "左边", "温度", "温馨", "管理", "管家", "管道", "花园", "花坛", "江边",
    "单位", "单元", "单独", "代表", "代理", "代办", "易燃", "宁可", "金额", "金属", "牛奶", "游泳", "初次", "初中",
    "司机", "包括", "包租", "包裹", "华为", "冷水", "盛夏", "阳台", "阳光", "沙发", "季度", "费用", "严重", "严格",
    "付费", "付款", "万家", "古代", "米饭", "贺卡", "席位", "查询", "查看", "康复", "成人", "全部", "平时", "程序",
    "程度", "安保", "保安", "师傅", "章程", "申请", "申报", "景观", "相关", "支付", "尚未", "占用", "占道", "占地",
    "武汉", "江苏", "浙江", "梅雨", "雷雨", "夏天", "夏季", "谢谢", "康养", "国企", "华侨", "燕郊", "许可", "许诺",
    "何等", "房款", "文盲", "文件", "安心", "成立", "成果", "方案", "方式", "方面", "任务", "时常", "时段", "明显",
    "明确", "相互", "池塘", "白白", "白费", "华丽", "贵公",
];
/// Words whose last character is a surname that a title seems to follow.
const ENDS_OF_WORDS: &[&str] = &[
    "保安", "治安", "公安", "平安", "门卫", "宿管", "城管", "水管", "楼管", "主管", "工程", "施工", "高管", "公关",
    "机关", "开关", "有关", "相关", "小时", "临时", "有时", "厨房", "楼房", "住房", "公司", "上司", "租房", "客房",
    "汽车", "停车", "开车", "电话", "保洁", "国家", "小花", "红包", "书包",
];

/// Longest name of a minority, in characters.
const LONG_NAME: usize = 20;

/// The characters at which words begin.
pub(super) fn beginnings(words: &'static [&'static str]) -> impl Iterator<Item = char> {
    words.iter().filter_map(|word| word.chars().next())
}

fn surname(c: char) -> bool {
    static SORTED: LazyLock<Vec<char>> = LazyLock::new(|| {
        let mut all: Vec<char> = SURNAMES.chars().filter(|c| han(*c)).collect();
        all.sort_unstable();
        all
    });
    SORTED.binary_search(&c).is_ok()
}

/// How many characters of a name, folded, are the surname; nothing if it does not begin with one.
pub(in crate::text) fn surname_length(name: &[char]) -> Option<usize> {
    let begins = |compound: &&&str| compound.chars().zip(name).all(|(one, other)| one == *other);
    match name {
        [_, _, ..] if COMPOUND.iter().find(begins).is_some() => Some(2),
        [first, ..] if surname(*first) => Some(1),
        _ => None,
    }
}

/// How many characters at the end of a name, folded, are a title.
pub(in crate::text) fn title_length(name: &[char]) -> usize {
    let ends = |title: &&str| title.chars().rev().zip(name.iter().rev()).filter(|(one, other)| one == *other).count();
    TITLES
        .iter()
        .filter(|title| ends(title) == title.chars().count())
        .map(|title| title.chars().count())
        .max()
        .unwrap_or(0)
}

/// A name after one of `cues`; `sure` if they stand before nothing else.
pub(super) fn after_cue(letters: &Letters, place: usize, cues: &[&str], sure: bool) -> Option<Candidate> {
    let after = cues.iter().find_map(|cue| letters.after(place, cue))?;
    let start = letters.while_fits(after, 3, |c| matches!(c, ':' | ' ' | '是' | '为' | '叫' | ','));
    let told = sure || (after..start).any(|place| letters.at(place) == Some(':'));
    let here = |end| Some(Candidate { kind: Some(Kind::Name), at: start, end, certain: true });
    if let Some(end) = dotted(letters, start, told) {
        return here(end);
    }
    if WORDS.iter().any(|word| letters.after(start, word).is_some()) {
        return None;
    }
    let own = surname_length(letters.slice(start..start + 2))?;
    let given = |length: usize| {
        let end = start + own + length;
        let part = letters.slice(start + own..end);
        // A plate may follow a name at once.
        let plate =
            part.last().is_some_and(|c| on_plates(*c)) && letters.at(end).is_some_and(|c| c.is_ascii_alphabetic());
        let fits = part.len() == length && !plate && part.iter().all(|c| han(*c) && !NEVER_GIVEN.contains(*c));
        fits.then_some(end)
    };
    let (two, one) = (given(2), given(1));
    let closed = [two, one].into_iter().flatten().find(|end| closes(letters, *end));
    match closed {
        Some(end) => here(end),
        None if told => here(two.or(one)?),
        None => None,
    }
}

/// Whether a name may end at a place: the sentence does, or goes on with a word that follows names.
fn closes(letters: &Letters, end: usize) -> bool {
    match letters.at(end) {
        None => true,
        Some(c) if !han(c) => c != '*',
        Some(_) => GOES_ON.iter().any(|word| letters.after(end, word).is_some()),
    }
}

/// The end of a name of parts with a dot between them; a full stop is one only where nothing but a name is told.
fn dotted(letters: &Letters, start: usize, told: bool) -> Option<usize> {
    let part = |place: usize| {
        let end = letters.while_fits(place, 7, han);
        (2..=6).contains(&(end - place)).then_some(end)
    };
    let mut end = part(start)?;
    let mut dots = 0;
    while end - start < LONG_NAME
        && letters.at(end).is_some_and(|c| matches!(c, '·' | '・' | '•' | '‧' | '∙' | '⋅') || (told && c == '.'))
    {
        let next = letters.while_fits(end + 1, 7, |c| han(c) && !"的是我在来住家说了".contains(c));
        if !(1..=6).contains(&(next - end - 1)) {
            break;
        }
        end = next;
        dots += 1;
    }
    (dots > 0).then_some(end)
}

/// A name or surname that ends where a title begins; the title belongs to it.
pub(super) fn before_title(letters: &Letters, title: usize) -> Option<Candidate> {
    let end = TITLES.iter().filter_map(|word| letters.after(title, word)).max()?;
    let here = |at, certain| Some(Candidate { kind: Some(Kind::Name), at, end, certain });
    if let Some(at) = title.checked_sub(2).filter(|at| COMPOUND.iter().any(|name| letters.after(*at, name).is_some())) {
        return here(at, true);
    }
    let whole = |at: &usize| {
        let name = letters.slice(*at..title);
        let plain =
            !WORDS.iter().any(|word| letters.after(*at, word).is_some()) && !letters.ends_with(*at + 1, ENDS_OF_WORDS);
        name.first().is_some_and(|c| surname(*c))
            && plain
            && name.iter().skip(1).all(|c| han(*c) && !NEVER_GIVEN.contains(*c))
    };
    let alone = title.checked_sub(1).filter(|at| whole(at) && letters.before(*at) != Some('*'));
    let full = [3, 2].into_iter().filter_map(|length| title.checked_sub(length)).find(|at| {
        let begins = letters.before(*at).is_none_or(|c| !han(c) || "找是叫和与跟给向的主户".contains(c));
        begins && whole(at)
    });
    match (full, alone) {
        (Some(at), _) => here(at, true),
        (None, Some(at)) => here(at, true),
        (None, None) => None,
    }
}

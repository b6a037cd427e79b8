use proptest::prelude::*;

use super::*;

/// `kind: text` of all findings, doubtful ones with a question mark.
fn told(text: &str) -> Vec<String> {
    let word = |kind: Kind| serde_json::to_value(kind).unwrap().as_str().unwrap().to_owned();
    let found = find(text);
    found.iter().map(|one| format!("{}{}: {}", word(one.kind), if one.certain { "" } else { "?" }, one.text)).collect()
}

#[track_caller]
fn finds(text: &str, expected: &[&str]) {
    assert_eq!(told(text), expected, "{text}");
}

#[track_caller]
fn finds_nothing(texts: &[&str]) {
    for text in texts {
        assert_eq!(told(text), [""; 0], "{text}");
    }
}

#[test]
fn mobiles_in_every_dress() {
    finds("电话13812345678", &["mobile: 13812345678"]);
    finds("138-1234-5678或139 8765 4321", &["mobile: 138-1234-5678", "mobile: 139 8765 4321"]);
    finds("+86 138 1234 5678", &["mobile: +86 138 1234 5678"]);
    finds("8613812345678，008613812345678", &["mobile: 8613812345678", "mobile: 008613812345678"]);
    finds("１３８１２３４５６７８", &["mobile: １３８１２３４５６７８"]);
    finds("幺三八一二三四五六七八", &["mobile: 幺三八一二三四五六七八"]);
    finds("打13812345678一直没人接", &["mobile: 13812345678"]);
    finds("1 3 8 1 2 3 4 5 6 7 8", &["mobile: 1 3 8 1 2 3 4 5 6 7 8"]);
    finds_nothing(&["12812345678", "138123456789", "138****5678", "15:30到17:30，1-2天"]);
}

#[test]
fn fixed_lines_with_their_area_codes_and_no_service_lines() {
    finds("010-87654321", &["landline: 010-87654321"]);
    finds("座机(0755)8765432", &["landline: (0755)8765432"]);
    finds("02087654321", &["landline: 02087654321"]);
    finds("0571 8765 4321", &["landline: 0571 8765 4321"]);
    finds("010-8765432", &["number?: 8765432"]);
    finds("电话:8765-4321", &["number?: 8765-4321"]);
    finds_nothing(&["400-820-8820", "8008208820", "95598", "12345", "打了110和119"]);
}

#[test]
fn identity_numbers_are_checked() {
    finds("身份证11010519491231002X", &["identity: 11010519491231002X"]);
    finds("110105194912310021", &["identity?: 110105194912310021"]);
    finds("440524188001010014", &[]);
    finds("110105 19491231 002x", &["identity: 110105 19491231 002x"]);
    finds("130503670401001", &["identity: 130503670401001"]);
    finds_nothing(&["990105194912310021", "110105194913310021", "130503671301001"]);
}

#[test]
fn cards_by_their_check_digit() {
    finds("卡号6222 0212 3456 7893 ", &[]);
    finds("卡号4111 1111 1111 1111", &["bank_card: 4111 1111 1111 1111"]);
    finds("6217000010000000006", &[]);
    finds_nothing(&["20260213000000000018", "4111111111111112"]);
}

#[test]
fn plates_mail_and_accounts() {
    finds("粤B12345挡了路", &["plate: 粤B12345"]);
    finds("京A·D12345和沪AF0236学", &["plate: 京A·D12345", "plate: 沪AF0236"]);
    finds("沪A1234学,粤Z123A港", &["plate: 沪A1234学", "plate: 粤Z123A港"]);
    finds("邮箱zhang.san@example.com。", &["email: zhang.san@example.com"]);
    finds("发到１３８１２３４５６７８＠qq.com", &["email: １３８１２３４５６７８＠qq.com"]);
    finds("微信号：zhang_san88", &["wechat: zhang_san88"]);
    finds("加我微信 zs1990abc,或vx:13812345678", &["wechat: zs1990abc", "mobile: 13812345678"]);
    finds("QQ:123456789 护照E12345678", &["qq: 123456789", "passport: E12345678"]);
    finds_nothing(&["微信支付不了", "a@b", "@物业", "京A座", "粤Babcdef", "微信群"]);
}

#[test]
fn names_after_a_cue() {
    finds("我叫张三来投诉", &["name: 张三"]);
    finds("我叫李明明天来", &["name: 李明"]);
    finds("联系人:欧阳娜娜", &["name: 欧阳娜娜"]);
    finds("业主李明反映漏水", &["name: 李明"]);
    finds("我是王小明,住3栋", &["name: 王小明"]);
    finds("本人陳大文的房子", &["name: 陳大文"]);
    finds("姓名：买买提·吐尔逊", &["name: 买买提·吐尔逊"]);
    finds_nothing(&[
        "我是业主",
        "我是来投诉的",
        "我是高层住户",
        "我是常年住这里的",
        "我是租户",
        "业主马上到",
        "本人在家",
        "业主许多都不满意",
        "我叫了师傅",
        "联系人不在",
        "客户方便时回电",
        "找什么人解决.就这样",
        "我是向贵公司反映",
        "业主成立业委会",
        "业主任何时候都可以",
        "我是水电工",
        "我是房东",
    ]);
}

#[test]
fn surnames_with_titles() {
    finds("王女士来电", &["name: 王女士"]);
    finds("请联系欧阳先生和张阿姨", &["name: 欧阳先生", "name: 张阿姨"]);
    finds("找王小明先生", &["name: 王小明先生"]);
    finds_nothing(&[
        "女士您好",
        "保安大哥态度好",
        "那位先生",
        "物业经理",
        "工程师傅",
        "维修师傅没来",
        "一位阿姨",
        "部门经理",
        "客户经理",
    ]);
}

#[test]
fn rooms() {
    finds("3栋2单元501漏水", &["premises: 3栋2单元501"]);
    finds("5号楼1602室", &["premises: 5号楼1602室"]);
    finds("B座1203", &["premises: B座1203"]);
    finds("住12-3-401", &["premises?: 12-3-401"]);
    finds("三栋二单元五零一", &["premises: 三栋二单元五零一"]);
    finds("2单元301没水,501室也是", &["premises: 2单元301", "premises?: 501室"]);
    finds("１２号楼５０２", &["premises: １２号楼５０２"]);
    finds_nothing(&[
        "3栋楼下",
        "3栋2026年",
        "5楼200元",
        "2026-02-13",
        "26-02-2013",
        "3号楼电梯",
        "1栋100平",
        "116号 117号",
    ]);
}

#[test]
fn plain_numbers_dates_and_sums() {
    finds("户号12345678", &["number?: 12345678"]);
    finds_nothing(&["20260213", "1234567元", "1234567.50", "¥1234567", "123456", "订单12345678"]);
}

#[test]
fn the_longest_wins_and_places_are_characters() {
    let found = find("😀电话：13812345678@qq.com");
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].kind, found[0].at, found[0].end), (Kind::Email, 4, 22));
    assert_eq!(found[0].bytes, 13..31);
}

#[test]
fn hostile_texts_end_soon() {
    for one in [
        "1", "1 ", "1-", "@", "a@", "王", "我叫", "栋", "3栋", "3-", "微信", "京A", "一", "一1", "先生", "\u{0}",
        "王·", "138 ",
    ] {
        _ = find(&one.repeat(100_000 / one.len()));
    }
}

/// Texts of pieces that matter here.
pub(in crate::text) fn texts() -> impl Strategy<Value = String> {
    let pieces = [
        "13812345678",
        "138",
        "1234",
        "5678",
        "+86",
        "86",
        "0755",
        "010",
        "87654321",
        "8765432",
        "11010519491231002X",
        "110105",
        "19491231",
        "4111111111111111",
        "粤B12345",
        "京A",
        "a",
        "zhang",
        "@",
        "qq.com",
        "微信",
        "QQ",
        ":",
        "我叫",
        "业主",
        "王",
        "李明",
        "欧阳",
        "买买提",
        "·",
        "吐尔逊",
        "女士",
        "先生",
        "来",
        "3栋",
        "2单元",
        "501",
        "室",
        "12-3-401",
        "B座",
        "-",
        " ",
        "，",
        "*",
        "**",
        "一",
        "幺三八",
        "零零零零",
        "三",
        "元",
        "护照",
        "E",
        "０１２",
        "年",
        "的",
        "😀",
        "é",
    ];
    prop_oneof![
        4 => prop::collection::vec(prop::sample::select(pieces.to_vec()), 0..12).prop_map(|pieces| pieces.concat()),
        1 => any::<String>(),
    ]
}

proptest! {
    #[test]
    fn findings_are_in_order_apart_and_where_they_say(text in texts()) {
        let chars: Vec<char> = text.chars().collect();
        let mut end = 0;
        for found in find(&text) {
            prop_assert!(found.at >= end && found.end > found.at);
            prop_assert_eq!(&chars[found.at..found.end].iter().collect::<String>(), &found.text);
            prop_assert_eq!(text.get(found.bytes.clone()), Some(found.text.as_str()));
            end = found.end;
        }
    }
}

use proptest::prelude::*;

use super::*;
use crate::text::personal::{find, tests::texts};

fn masked(text: &str) -> String {
    mask(text, &Kind::ALL).text
}

#[test]
fn each_kind_is_hidden_by_its_length() {
    let cases = [
        ("13812341234", "138****1234"),
        ("+86 138-1234-1234", "+86 138-****-1234"),
        ("１３８１２３４１２３４", "１３８****１２３４"),
        ("010-87654321", "010-****4321"),
        ("07558765432", "0755***5432"),
        ("11010519491231002X", "110*************2X"),
        ("130503670401001", "130**********01"),
        ("4111 1111 1111 1111", "4111 **** **** 1111"),
        ("护照E12345678", "护照E******78"),
        ("粤B12345", "粤B***45"),
        ("京A·D12345", "京A·****45"),
        ("zhang@example.com", "z****@example.com"),
        ("a@example.com", "*@example.com"),
        ("微信号zhang_san88", "微信号z*********8"),
        ("QQ12345678", "QQ12****78"),
        ("户号1234567", "户号12***67"),
        ("户号123456789", "户号12*****89"),
        ("户号1234567890", "户号123****890"),
        ("我叫王明", "我叫王*"),
        ("我叫欧阳娜娜", "我叫欧阳**"),
        ("姓名:买买提·吐尔逊", "姓名:买**·***"),
        ("找王小明先生", "找王**先生"),
        ("王女士", "王女士"),
        ("3栋2单元501", "3栋2单元***"),
        ("5号楼1602室", "5号楼****室"),
        ("B座1203a", "B座*****"),
        ("三栋二单元五零一", "三栋二单元***"),
        ("12-3-401", "12-3-***"),
    ];
    for (text, expected) in cases {
        assert_eq!(masked(text), expected);
    }
}

#[test]
fn only_the_kinds_asked_for_are_hidden() {
    let text = "王明:我叫王明,13812345678";
    assert_eq!(mask(text, &[Kind::Mobile]).text, "王明:我叫王明,138****5678");
    assert_eq!(mask(text, &[]).text, text);
    let hidden = mask(text, &Kind::ALL).hidden;
    let places: Vec<_> = hidden.iter().map(|one| (one.kind, one.at, one.end, one.shown.as_str())).collect();
    assert_eq!(places, [(Kind::Name, 5, 7, "王*"), (Kind::Mobile, 8, 19, "138****5678")]);
}

#[test]
fn stand_ins_are_the_same_for_the_same() {
    let mut pseudonyms = Pseudonyms::new();
    let mut replace = |text: &str| pseudonyms.replace(text, &Kind::ALL).text;
    assert_eq!(replace("我叫李明,电话138-1234-5678"), "我叫客户甲,电话电话1");
    assert_eq!(replace("我叫王芳,电话13987654321"), "我叫客户乙,电话电话2");
    assert_eq!(replace("业主李明13812345678,+8613812345678"), "业主客户甲电话1,电话1");
    assert_eq!(replace("找李明先生,李先生"), "找客户甲,客户丙");
    assert_eq!(format!("{pseudonyms:?}"), "Pseudonyms { keyed: false, known: 5 }");
}

#[test]
fn keyed_stand_ins_agree_under_one_key_alone() {
    let of = |key: &[u8], text: &str| Pseudonyms::keyed(key).replace(text, &Kind::ALL).text;
    let one = of(b"one", "13812345678");
    assert_eq!(one, of(b"one", "+86 138 1234 5678"));
    assert_ne!(one, of(b"two", "13812345678"));
    assert_ne!(one, of(b"one", "13812345679"));
    assert!(one.starts_with("电话") && one.chars().count() == 12, "{one}");
    assert!(!format!("{:?}", Pseudonyms::keyed(b"secret")).contains("secret"));
}

#[test]
fn more_than_ten_persons_are_counted_on() {
    let mut pseudonyms = Pseudonyms::new();
    let given = ["强", "伟", "芳", "娟", "磊", "洋", "艳", "勇", "军", "杰", "涛"];
    let last = given.map(|given| pseudonyms.replace(&format!("我叫王{given}"), &Kind::ALL).text);
    assert_eq!(last[9], "我叫客户癸");
    assert_eq!(last[10], "我叫客户11");
}

fn longest_digit_run(text: &str) -> usize {
    let chars: Vec<char> = text.chars().collect();
    chars.split(|c| digit(crate::text::fold_char(*c)).is_none()).map(<[char]>::len).max().unwrap_or_default()
}

proptest! {
    #[test]
    fn masking_twice_is_masking_once(text in texts()) {
        let once = masked(&text);
        prop_assert_eq!(masked(&once), once.as_str());
        prop_assert_eq!(once.chars().count(), text.chars().count());
    }

    #[test]
    fn no_run_of_digits_of_a_masked_item_is_left(text in texts()) {
        let masked = mask(&text, &Kind::ALL);
        for hidden in masked.hidden {
            // The country code of a mobile stays beside its first digits.
            let most = if hidden.kind == Kind::Mobile { 7 } else { 4 };
            let domain = hidden.shown.find(['@', '＠']).unwrap_or(hidden.shown.len());
            let own = hidden.shown.get(..domain).unwrap();
            prop_assert!(longest_digit_run(own) <= most, "{}", hidden.shown);
        }
    }

    #[test]
    fn stand_ins_are_not_taken_for_personal_data(text in texts()) {
        let mut pseudonyms = Pseudonyms::keyed(b"key");
        let once = pseudonyms.replace(&text, &Kind::ALL);
        for hidden in &once.hidden {
            prop_assert_eq!(find(&hidden.shown), []);
        }
    }
}

//! What holidays are called in both languages, whichever a list uses.
use crate::clause::Words;

/// Chinese, English, and how else lists write it.
const NAMES: [(&str, &str, &[&str]); 7] = [
    ("元旦", "New Year's Day", &["新年", "元旦节", "new year", "new years day"]),
    ("春节", "Spring Festival", &["chinese new year", "lunar new year"]),
    ("清明节", "Qingming Festival", &["清明", "tomb-sweeping day", "tomb sweeping day", "qingming"]),
    ("劳动节", "Labour Day", &["五一", "五一劳动节", "国际劳动节", "labor day", "may day"]),
    ("端午节", "Dragon Boat Festival", &["端午"]),
    ("中秋节", "Mid-Autumn Festival", &["中秋"]),
    ("国庆节", "National Day", &["国庆", "十一"]),
];

/// Both names of a holiday; of several joined by a mark those of each. A name that we do not know stands for both.
pub(super) fn words(name: &str) -> Words {
    let name = name.trim();
    let parts: Option<Vec<_>> = name.split(['、', ',', '/']).map(|part| one(part.trim())).collect();
    match parts.as_deref() {
        None | Some([]) => Words::new(name, name),
        Some(parts) => {
            let joined = |mark: &str, of: fn(&(&'static str, &'static str)) -> &'static str| {
                parts.iter().map(of).collect::<Vec<_>>().join(mark)
            };
            Words::new(joined("、", |name| name.0), joined(" and ", |name| name.1))
        }
    }
}

fn one(name: &str) -> Option<(&'static str, &'static str)> {
    let known = |(zh, en, others): &&(&str, &str, &[&str])| {
        *zh == name || en.eq_ignore_ascii_case(name) || others.iter().any(|other| other.eq_ignore_ascii_case(name))
    };
    NAMES.iter().find(known).map(|(zh, en, _)| (*zh, *en))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_known_in_either_language() {
        for (name, zh, en) in [
            ("清明", "清明节", "Qingming Festival"),
            ("Mid-autumn Festival", "中秋节", "Mid-Autumn Festival"),
            ("国庆节、中秋节", "国庆节、中秋节", "National Day and Mid-Autumn Festival"),
            ("厂庆", "厂庆", "厂庆"),
            ("国庆节、厂庆", "国庆节、厂庆", "国庆节、厂庆"),
            ("", "", ""),
        ] {
            assert_eq!(words(name), Words::new(zh, en), "{name}");
        }
    }
}

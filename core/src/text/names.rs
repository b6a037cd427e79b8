//! Names of persons as they are kept: one dot, no stray spaces, and what an older system cannot hold.

/// What stands for the dot of a minority's name.
const DOTS: &[char] = &['·', '・', '･', '•', '‧', '∙', '⋅', '●', '᛫', '.', '．', '﹒', '。', '｡', '․'];

/// Brings a person's name into the form in which it is kept: full-width letters and digits become half-width, white space
/// at the ends and between Chinese characters goes, other white space becomes one space, invisible characters go, and
/// whatever dot stands between Chinese characters becomes U+00B7, the dot of minorities' names. Case and script stay as they
/// are, since they belong to the name.
///
/// ```
/// assert_eq!(guanjia::text::name(" 李\u{3000}明 "), "李明");
/// assert_eq!(guanjia::text::name("买买提．吐尔逊"), "买买提·吐尔逊");
/// assert_eq!(guanjia::text::name("J. K.  Rowling"), "J. K. Rowling");
/// ```
pub fn name(text: &str) -> String {
    let visible: Vec<char> = text.chars().filter(|c| c.is_whitespace() || !super::normal::invisible(*c)).collect();
    let mut name = String::with_capacity(text.len());
    let mut rest = visible.as_slice();
    let mut before: Option<char> = None;
    while let Some((c, after)) = rest.split_first() {
        let joins = after.iter().take_while(|c| joint(**c)).count();
        rest = after.get(joins..).unwrap_or_default();
        if joint(*c) {
            let joint = visible_joint(*c, after.get(..joins).unwrap_or_default());
            name.push_str(&joined(before, &joint, rest.first().copied()));
        } else {
            rest = after;
            name.push(narrow(*c));
        }
        before = Some(*c);
    }
    name
}

/// The surname of a Chinese name, folded; none of a name that does not begin with an ideograph.
///
/// ```
/// assert_eq!(guanjia::text::surname("歐陽修").as_deref(), Some("欧阳"));
/// assert_eq!(guanjia::text::surname("John"), None);
/// ```
pub fn surname(name: &str) -> Option<String> {
    let letters: Vec<char> = super::fold(name).chars().collect();
    let first = letters.first().filter(|first| han(**first))?;
    // A surname that no list has is one character like most.
    let length = super::personal::surname_length(&letters).unwrap_or(1);
    Some(letters.get(..length).map_or_else(|| first.to_string(), |letters| letters.iter().collect()))
}

fn joint(c: char) -> bool {
    c.is_whitespace() || DOTS.contains(&c)
}

fn visible_joint(first: char, more: &[char]) -> Vec<char> {
    std::iter::once(first).chain(more.iter().copied()).collect()
}

/// What stands between two characters of a name.
fn joined(before: Option<char>, joint: &[char], after: Option<char>) -> String {
    let dotted = joint.iter().any(|c| DOTS.contains(c));
    match (before.is_some_and(han), after.is_some_and(han)) {
        (true, true) if dotted => "·".to_owned(),
        (true, true) => String::new(),
        (true, false) | (false, true) | (false, false) => spaced(before, joint, after),
    }
}

/// The joint of a name in Latin letters: dots stay, white space becomes one space.
fn spaced(before: Option<char>, joint: &[char], after: Option<char>) -> String {
    let mut text = String::new();
    for c in joint {
        match c {
            c if !c.is_whitespace() => text.push(narrow(*c)),
            _ if text.ends_with(' ') || (text.is_empty() && before.is_none()) => {}
            _ => text.push(' '),
        }
    }
    if after.is_none() { text.trim_end().to_owned() } else { text }
}

fn narrow(c: char) -> char {
    // Half-width without the lower case that comparison wants.
    match c {
        '\u{ff01}'..='\u{ff5e}' => u32::from(c).checked_sub(0xfee0).and_then(char::from_u32).unwrap_or(c),
        _ => c,
    }
}

/// Whether a character is an ideograph.
pub(super) fn han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}' | '〇')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_dot_between_chinese_characters_is_the_one_dot() {
        for dot in DOTS {
            assert_eq!(name(&format!("阿卜杜拉{dot}买买提")), "阿卜杜拉·买买提", "{dot}");
            assert_eq!(name(&format!("阿卜杜拉 {dot} 买买提")), "阿卜杜拉·买买提", "{dot}");
        }
        assert_eq!(name("古丽·阿依·夏木"), "古丽·阿依·夏木");
    }

    #[test]
    fn a_name_keeps_its_letters() {
        assert_eq!(name("\u{ff2a}ohn  SMITH"), "John SMITH");
        assert_eq!(name("陳 大\u{200b}文"), "陳大文");
        assert_eq!(name("J.K."), "J.K.");
        assert_eq!(name("José 𬱟"), "José 𬱟");
        assert_eq!(name("\u{3000}"), "");
    }

    proptest! {
        #[test]
        fn a_name_brought_into_form_stays(text in "[李明〇a.B・· \u{3000}\u{200b}．]{0,12}") {
            let once = name(&text);
            prop_assert_eq!(name(&once), once.as_str());
        }
    }
}

//! What single sentences come to is told by `tests/vectors/courtesy.json`; here stand the laws and the figures.
use proptest::prelude::*;

use super::*;
use crate::calendar::china;

mod corpus;

const KINDS: [TextKind; 3] = [TextKind::Reply, TextKind::CallNote, TextKind::Transcript];

/// Everything a phrase can need.
fn given() -> Given {
    let same = |name: &str| Some(Name::Same(name.to_owned()));
    let national_day = "2026-10-01T09:00:00".parse().unwrap();
    Given {
        company: same("阳光物业"),
        agent: same("陈"),
        customer: Some(Customer { name: Name::Same("王".to_owned()), address: Some("女士".to_owned()) }),
        host: same("李经理"),
        department: same("工程部"),
        matter: same("厨房漏水"),
        greeting: Some(Courtesy::standard().greeting(national_day, china::table())),
    }
}

#[test]
fn the_set_phrases_raise_nothing() {
    let courtesy = Courtesy::standard();
    let mut said: Vec<String> = courtesy.phrases().iter().map(|phrase| phrase.say.zh.clone()).collect();
    let given = given();
    said.extend(courtesy.situations().iter().map(|situation| courtesy.phrase(situation, &given).unwrap().say.zh));
    assert!(said.len() > 80, "{}", said.len());
    for text in said {
        for kind in KINDS {
            assert_eq!(courtesy.check(&text, kind), [], "{text}");
        }
    }
}

#[test]
fn every_entry_says_where_it_comes_from() {
    let courtesy = Courtesy::standard();
    let raw = &courtesy.0.raw;
    let clauses = (raw.hours.iter().map(|rule| &rule.clause))
        .chain(raw.festivals.iter().map(|rule| &rule.clause))
        .chain(raw.phrases.iter().map(|rule| &rule.clause))
        .chain(raw.forbidden.iter().map(|rule| &rule.clause));
    for clause in clauses {
        let clause = clause.as_ref().unwrap();
        let ours = clause.origin == crate::clause::Origin::Ours;
        assert_eq!(clause.requirements, ["B6"]);
        assert_eq!((clause.regulation.is_none(), clause.article.is_none()), (ours, ours), "{clause:?}");
    }
    assert!(raw.phrases.iter().all(|phrase| !phrase.say.zh.is_empty() && !phrase.say.en.is_empty()));
}

#[test]
fn every_forbidden_phrase_is_found_where_it_is_wrong() {
    let courtesy = Courtesy::standard();
    for rule in courtesy.forbidden().iter().filter(|rule| rule.then.is_empty()) {
        for phrase in &rule.phrases {
            let kinds: Vec<String> =
                courtesy.check(&format!("{phrase}。"), TextKind::Reply).into_iter().map(|one| one.kind).collect();
            assert!(kinds.contains(&rule.kind.to_string()), "{}: {phrase} {kinds:?}", rule.id);
        }
    }
}

#[test]
fn a_company_adds_and_strikes() {
    let rules: CourtesyRules = toml::from_str(
        "company = { zh = \"幸福里物业\", en = \"Felicity\" }\n\
         [[hours]]\nfrom = \"00:00\"\nsay = { zh = \"您好呀\", en = \"Hi\" }\n\
         [[phrases]]\nsituation = \"thanks\"\nsay = { zh = \"谢谢您!\", en = \"Thanks!\" }\n\
         [[forbidden]]\nid = \"dear\"\nkind = \"familiar\"\nplace = \"speech\"\nseverity = \"minor\"\nphrases = [\"亲亲\"]\n\
         instead = \"greeting\"\nwhy = { zh = \"不用昵称\", en = \"no pet names\" }\n\
         [strike]\nrules = [\"over_promise_idiom\"]\nwords = [\"没空\"]\nfestivals = [\"labour_day\"]\n",
    )
    .unwrap();
    let ours = Courtesy::standard().extend(&rules).unwrap();
    let said = |situation: &str| ours.phrase(situation, &Given::default()).unwrap().say.zh;
    assert_eq!(
        (said("thanks").as_str(), said("telephone").as_str()),
        ("谢谢您!", "您好,幸福里物业,请问有什么需要服务吗?")
    );
    let kinds = |text: &str| ours.check(text, TextKind::Reply).into_iter().map(|one| one.kind).collect::<Vec<_>>();
    assert_eq!(kinds("亲亲您好"), ["familiar"]);
    assert_eq!(kinds("包在我身上。没空。"), Vec::<String>::new());
    let labour_day = "2026-05-01T09:00:00".parse().unwrap();
    assert_eq!(ours.greeting(labour_day, china::table()).say.zh, "您好呀");
}

#[test]
fn every_mistake_of_a_company_is_told_with_its_place() {
    let rules: CourtesyRules = toml::from_str(
        "[[hours]]\nfrom = \"25:00\"\nsay = { zh = \"早\", en = \"Hi\" }\n\
         [[festivals]]\nid = \"x\"\nname = { zh = \"x\", en = \"x\" }\ndate = \"02-30\"\nsay = { zh = \"x\", en = \"x\" }\n\
         [[phrases]]\nsituation = \"thanks\"\nsay = { zh = \"{colour}\", en = \"\" }\n\
         [[forbidden]]\nid = \"a\"\nkind = \"a\"\nplace = \"opening\"\nseverity = \"minor\"\nphrases = [\" \"]\nthen = [\"b\"]\n\
         instead = \"nowhere\"\nwhy = { zh = \"\", en = \"\" }\n\
         [strike]\nrules = [\"b\"]\nwords = [\"c\"]\nsituations = [\"find_out\", \"d\"]\nfestivals = [\"e\"]\n",
    )
    .unwrap();
    let problems = Courtesy::standard().extend(&rules).unwrap_err();
    let paths: Vec<&str> = problems.iter().map(|problem| problem.path.as_str()).collect();
    for path in [
        "hours[0].from",
        "festivals[0].date",
        "phrases[0].say.zh",
        "phrases[0].say.en",
        "forbidden[0].phrases[0]",
        "forbidden[0].then",
        "forbidden[0].instead",
        "strike.rules[0]",
        "strike.words[0]",
        "strike.situations[0]",
        "strike.situations[1]",
        "strike.festivals[0]",
    ] {
        assert!(paths.contains(&path), "{path} in {paths:?}");
    }
}

#[test]
fn a_file_that_is_wrong_names_the_line() {
    let text = STANDARD_TOML.replace("from = \"05:00\"", "from = \"5 o'clock\"");
    let problems = Courtesy::from_toml(&text).unwrap_err();
    let line = text.lines().position(|line| line.contains("o'clock")).map(|line| u32::try_from(line + 1).unwrap());
    let told: Vec<_> = problems.iter().map(|problem| (problem.path.as_str(), problem.line)).collect();
    assert_eq!(told, [("hours[0].from", line)]);
}

/// Text that was made to be slow takes time by its length: every word of it is a cue, and no mark ends it.
#[test]
fn hostile_texts_are_answered() {
    let courtesy = Courtesy::standard();
    let long = |word: &str| word.repeat(100_000 / word.len());
    let texts = [
        "不知道",
        "一定",
        "修好",
        "“",
        "“”",
        "\"",
        "业主说",
        "客服:",
        "喂,",
        "滚",
        "\u{0}\u{7}",
        "\u{202e}不\u{200b}知道",
        "我",
        "😀",
    ];
    for text in texts.map(long) {
        for kind in KINDS {
            let chars = text.chars().count();
            assert!(courtesy.check(&text, kind).iter().all(|one| one.start < one.end && one.end <= chars));
        }
    }
    let unseen = courtesy.check("不\u{200b}知\u{0}道。", TextKind::Reply);
    assert_eq!(unseen.iter().map(|one| (one.start, one.end)).collect::<Vec<_>>(), [(0, 5)]);
}

/// Words that meet often enough to mean something.
fn text() -> impl Strategy<Value = String> {
    let words = prop::sample::select(vec![
        "业主",
        "客服",
        "说",
        "答",
        ":",
        "“",
        "”",
        "\"",
        "。",
        ",",
        "?",
        "\n",
        "不知道",
        "一定",
        "修好",
        "喂",
        "滚",
        "保证",
        "金",
        "您",
        "我",
        "神经病",
        "帮您",
        " ",
        "😀",
        "的",
        "x",
    ]);
    prop_oneof![prop::collection::vec(words, 0..40).prop_map(|words| words.concat()), any::<String>(),]
}

proptest! {
    #[test]
    fn findings_are_words_of_the_text_in_order_and_those_of_a_kind_are_apart(text in text(), kind in prop::sample::select(KINDS.to_vec())) {
        let found = Courtesy::standard().check(&text, kind);
        let chars: Vec<char> = text.chars().collect();
        for one in &found {
            prop_assert_eq!(chars[one.start..one.end].iter().collect::<String>(), one.text.clone());
        }
        for pair in found.windows(2) {
            prop_assert!(pair[0].start <= pair[1].start);
        }
        for (n, one) in found.iter().enumerate() {
            prop_assert!(found[n + 1..].iter().all(|other| other.kind != one.kind || other.start >= one.end));
        }
    }

    #[test]
    fn a_sentence_of_its_own_does_not_change_what_comes_after_it_in_a_note(text in text()) {
        let courtesy = Courtesy::standard();
        let alone = courtesy.check(&text, TextKind::CallNote);
        let after = courtesy.check(&format!("今天天晴。\n{text}"), TextKind::CallNote);
        let moved = |one: &Finding| (one.start + 6, one.end + 6, one.rule.clone());
        let opened = |one: &&Finding| one.kind != "bare_opening";
        prop_assert_eq!(
            alone.iter().filter(opened).map(moved).collect::<Vec<_>>(),
            after.iter().filter(opened).map(|one| (one.start, one.end, one.rule.clone())).collect::<Vec<_>>()
        );
    }
}

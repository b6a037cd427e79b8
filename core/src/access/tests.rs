use super::*;
use crate::rulebook::QUESTIONS;

const BOOK: &str = r#"
format = 1
id = "seen"
version = "1"
time_zone = "Asia/Shanghai"
kinds = { repair = {} }
topics = { other = {} }
urgencies = { normal = { zh = "一", en = "one" } }
complexities = { general = { zh = "一", en = "one" } }
outcomes = { done = { zh = "一", en = "one" } }
channels = { hotline = {} }

[purposes]
service = {}
survey = {}
fire = { tells = ["director"], sees = { name = "plain", contact = "plain" } }

[roles.director]
asks = ["*"]
sees = { name = "plain", contact = "plain", identity = "plain", vehicle = "plain", note = "plain" }
purposes = ["service", "survey"]
[roles.agent]
asks = ["contact_card", "customer"]
sees = { name = "plain", contact = "plain", identity = "masked" }
purposes = ["service"]
[roles.guard]
sees = { vehicle = "masked" }
purposes = ["fire"]
[roles.cleaner]
"#;

fn book() -> Rulebook {
    Rulebook::from_toml(BOOK).unwrap()
}

fn request(role: &str, purpose: Option<&str>, question: &str) -> Request {
    let ask = match question {
        "contact_card" => serde_json::json!({"contact_card": {"by": {"phone": "13800001234"}}}),
        "case_text" => serde_json::json!({"case_text": {"case_id": "c"}}),
        "access_log" => serde_json::json!({"access_log": {}}),
        "files_due" => serde_json::json!({"files_due": {"before": "2026-01-01T00:00:00Z"}}),
        name => serde_json::json!({name: {"customer_id": "k"}}),
    };
    let request = serde_json::json!({
        "actor": {"id": "x", "role": role}, "purpose": purpose, "at": "2026-03-02T09:00:00Z", "ask": ask
    });
    serde_json::from_value(request).unwrap()
}

/// Every role, purpose, question and class: what is seen, or the code of the refusal. `p` plain, `m` masked, `-` nothing, in
/// the order of the classes.
#[test]
fn each_role_sees_for_each_purpose_what_the_table_says_and_nothing_else() {
    let none = "access.not_permitted";
    let wrong = "access.purpose";
    let table: &[(&str, Option<&str>, [&str; 6])] = &[
        ("director", None, ["mmmmm"; 6]),
        ("director", Some("service"), ["ppppp"; 6]),
        ("director", Some("survey"), ["ppppp"; 6]),
        ("director", Some("fire"), [wrong; 6]),
        ("agent", None, ["mmm--", "mmm--", none, none, none, none]),
        ("agent", Some("service"), ["ppm--", "ppm--", none, none, none, none]),
        ("agent", Some("survey"), [wrong; 6]),
        ("agent", Some("fire"), [wrong; 6]),
        ("guard", None, [none; 6]),
        ("guard", Some("service"), [wrong; 6]),
        ("guard", Some("survey"), [wrong; 6]),
        ("guard", Some("fire"), ["pp-m-", "pp-m-", "pp-m-", none, none, none]),
        ("cleaner", None, [none; 6]),
        ("cleaner", Some("service"), [wrong; 6]),
        ("cleaner", Some("survey"), [wrong; 6]),
        ("cleaner", Some("fire"), [wrong; 6]),
        ("nobody", None, ["access.unknown_role"; 6]),
        ("agent", Some("gossip"), ["access.unknown_purpose"; 6]),
    ];
    let book = book();
    for (role, purpose, expected) in table {
        for (question, expected) in QUESTIONS.iter().zip(expected) {
            let got = match grant(&request(role, *purpose, question), &book) {
                Err(refusal) => refusal.code.to_string(),
                Ok(grant) => FieldClass::ALL
                    .iter()
                    .map(|class| match grant.sight(*class) {
                        Some(Sight::Plain) => 'p',
                        Some(Sight::Masked) => 'm',
                        None => '-',
                    })
                    .collect(),
            };
            assert_eq!(got, *expected, "{role} for {purpose:?} asks {question}");
        }
    }
}

#[test]
fn only_an_emergency_tells_and_it_always_does() {
    let book = book();
    let told = |role, purpose, question| grant(&request(role, purpose, question), &book).unwrap().tells;
    assert_eq!(told("guard", Some("fire"), "customer"), [Code::new("director").unwrap()]);
    assert!(told("agent", Some("service"), "customer").is_empty());
}

#[test]
fn a_request_prints_no_value_and_an_access_names_no_value() {
    let printed = format!("{:?}", request("agent", None, "contact_card"));
    assert!(!printed.contains("138"), "{printed}");
    let access: Access =
        serde_json::from_str(r#"{"ask":"customer","role":"agent","shown":{"case_text":"masked","name":"plain"}}"#)
            .unwrap();
    assert_eq!(access.event(), "access.granted");
    assert_eq!(
        serde_json::to_string(&access).unwrap(),
        r#"{"ask":"customer","role":"agent","shown":{"case_text":"masked","name":"plain"}}"#
    );
}

#[test]
fn a_rulebook_that_grants_what_it_does_not_know_is_refused() {
    let wrong = BOOK
        .replace("asks = [\"*\"]", "asks = [\"secrets\"]")
        .replace("purposes = [\"fire\"]", "purposes = [\"gossip\"]")
        .replace("service = {}", "service = { sees = { name = \"plain\" } }")
        .replace("tells = [\"director\"]", "tells = [\"king\"]");
    let problems = Rulebook::from_toml(&wrong).unwrap_err();
    let paths: Vec<&str> = problems.iter().map(|problem| &*problem.path).collect();
    for path in ["roles.director.asks[0]", "roles.guard.purposes[0]", "purposes.service.sees", "purposes.fire.tells[0]"]
    {
        assert!(paths.contains(&path), "{path} not in {paths:?}");
    }
    let typo = BOOK.replace("identity = \"masked\"", "identity = \"visible\"");
    assert!(Rulebook::from_toml(&typo).is_err());
}

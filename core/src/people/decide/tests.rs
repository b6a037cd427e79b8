//! The laws of people and places.
use std::collections::BTreeMap;

use chrono::NaiveDate;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::calendar::Instant;
use crate::people::{TenureRole, WHOLE_PPM};

fn id(text: &str) -> Id {
    Id::new(text).unwrap()
}

fn rules() -> Rules {
    let codes = |codes: &[&str]| codes.iter().map(|code| id(code)).collect();
    Rules { roles: codes(&["agent", "supervisor"]), departments: codes(&["engineering", "service"]) }
}

/// A record with all that ever happened to it.
#[derive(Default)]
struct Told {
    state: Option<State>,
    journal: Vec<(Id, Event, Instant)>,
}

impl Told {
    /// Does what the JSON commands say; each must be accepted.
    fn by(commands: &[Value]) -> Self {
        let mut told = Self::default();
        for command in commands {
            told.tell(command).unwrap();
        }
        told
    }

    fn tell(&mut self, command: &Value) -> Result<(), Refusal> {
        self.act(&serde_json::from_value(command.clone()).unwrap())
    }

    fn act(&mut self, command: &Command) -> Result<(), Refusal> {
        let record = command.record_id(&id("command"), &id("lakeside"));
        for event in decide(self.state.as_ref(), command, SealedFile::new(), &rules())? {
            let at = Instant::from_micros(i64::try_from(self.journal.len()).unwrap());
            self.state = fold(self.state.take(), &record, &event, at);
            self.journal.push((record.clone(), event, at));
        }
        Ok(())
    }

    /// The code of the refusal, after a look that both languages say something and nothing changed.
    fn refused(&mut self, command: &Value) -> String {
        let (before, written) = (self.state.clone(), self.journal.len());
        let refusal = self.tell(command).unwrap_err();
        assert_eq!((&self.state, self.journal.len()), (&before, written));
        assert!(!refusal.words.zh.is_ascii(), "{}", refusal.words.zh);
        assert!(refusal.words.en.is_ascii() && !refusal.words.en.contains('\n'), "{}", refusal.words.en);
        refusal.code.into()
    }

    fn replayed(&self) -> Option<State> {
        self.journal.iter().fold(None, |state, (record, event, at)| {
            let body = serde_json::to_string(event).unwrap();
            fold(state, record, &serde_json::from_str(&body).unwrap(), *at)
        })
    }

    fn premises(&self) -> &Premises {
        let Some(State::Premises(premises)) = &self.state else { panic!("no premises: {:?}", self.state) };
        premises
    }

    fn staff(&self) -> &Staff {
        let Some(State::Staff(staff)) = &self.state else { panic!("no staff: {:?}", self.state) };
        staff
    }

    /// Customers and roles that hold on a day.
    fn as_of(&self, day: &str) -> Vec<(&str, &str)> {
        let held = self.premises().as_of(day.parse().unwrap());
        held.into_iter().map(|one| (one.customer.as_str(), one.role.code())).collect()
    }
}

fn fold(state: Option<State>, record: &Id, event: &Event, at: Instant) -> Option<State> {
    match state {
        None => State::begin(record.clone(), event),
        Some(state) => Some(state.apply(event, at)),
    }
}

fn flat() -> Value {
    json!({"people.add_premises": {"premises_id": "p", "building_id": "b7", "room": "1201", "kind": "residential", "area": "89.5"}})
}

fn begin(customer: &str, role: &str, from: &str) -> Value {
    json!({"people.begin_tenure": {"premises_id": "p", "customer_id": customer, "role": role, "from": from}})
}

fn own(customer: &str, from: &str, share_ppm: u32) -> Value {
    json!({"people.begin_tenure": {
        "premises_id": "p", "customer_id": customer, "role": "owner", "from": from, "share_ppm": share_ppm}})
}

fn end(customer: &str, role: &str, to: &str) -> Value {
    json!({"people.end_tenure": {"premises_id": "p", "customer_id": customer, "role": role, "to": to}})
}

fn agent() -> Value {
    json!({"people.add_staff": {"staff_id": "s", "role": "agent", "department": "service", "stand_in": "t"}})
}

#[test]
fn each_record_folds_from_its_first_event_and_shows_its_columns() {
    // A2, A5: community, building, unit, premises, customer, staff.
    for (command, table, cells) in [
        (json!({"people.open_community": {"name": "湖畔花园"}}), "community_file", json!({"name": "湖畔花园"})),
        (
            json!({"people.add_building": {"name": "7号楼"}}),
            "place",
            json!({"kind": "building", "parent": null, "name": "7号楼"}),
        ),
        (
            json!({"people.add_unit": {"building_id": "b7", "name": "2单元"}}),
            "place",
            json!({"kind": "unit", "parent": "b7", "name": "2单元"}),
        ),
        (
            flat(),
            "premises",
            json!({"building": "b7", "unit": null, "room": "1201", "kind": "residential", "area_dm2": 8950}),
        ),
        (
            json!({"people.add_customer": {"kind": "person", "form_of_address": "ms", "language": "zh-Hans"}}),
            "customer",
            json!({"kind": "person", "verified": null, "checked": Instant::MIN.micros(), "erased": null}),
        ),
        (agent(), "staff", json!({"role": "agent", "department": "service", "status": "active"})),
    ] {
        let mut told = Told::by(std::slice::from_ref(&command));
        let state = told.state.clone().unwrap();
        let read: Command = serde_json::from_value(command.clone()).unwrap();
        assert_eq!((state.table(), read.table()), (table, table));
        assert_eq!(*state.id(), read.record_id(&id("command"), &id("lakeside")));
        let shown: serde_json::Map<String, Value> =
            state.columns().iter().map(|name| (*name).to_owned()).zip(state.cells().into_iter().map(value)).collect();
        assert_eq!(Value::Object(shown), cells);
        let stored = serde_json::to_value(&state).unwrap();
        assert_eq!(stored["v"], 1);
        assert_eq!(serde_json::from_value::<State>(stored).unwrap(), state);
        assert_eq!(told.refused(&command), "people.exists");
    }
}

fn value(cell: crate::cell::Cell) -> Value {
    match cell {
        crate::cell::Cell::Null => Value::Null,
        crate::cell::Cell::Int(number) => number.into(),
        crate::cell::Cell::Text(text) => Value::from(&*text),
    }
}

#[test]
fn moving_out_keeps_history() {
    // A3.
    let told = Told::by(&[
        flat(),
        begin("wang", "owner", "2018-05-01"),
        begin("li", "tenant", "2024-01-01"),
        begin("li-son", "household", "2024-01-01"),
        end("li", "tenant", "2026-03-01"),
        end("li-son", "household", "2026-03-01"),
        begin("zhao", "tenant", "2026-03-01"),
    ]);
    assert_eq!(told.as_of("2018-04-30"), []);
    assert_eq!(told.as_of("2018-05-01"), [("wang", "owner")]);
    assert_eq!(told.as_of("2026-02-28"), [("wang", "owner"), ("li", "tenant"), ("li-son", "household")]);
    assert_eq!(told.as_of("2026-03-01"), [("wang", "owner"), ("zhao", "tenant")]);
    assert_eq!(told.premises().tenures.len(), 4);
    assert_eq!(told.replayed(), told.state);
}

#[test]
fn a_customer_may_return_and_hold_in_two_roles_but_not_twice_in_one() {
    let mut told = Told::by(&[flat(), begin("li", "tenant", "2024-01-01")]);
    assert_eq!(told.refused(&begin("li", "tenant", "2025-01-01")), "people.overlap");
    assert_eq!(told.refused(&begin("li", "tenant", "2023-01-01")), "people.overlap");
    told.tell(&begin("li", "owner", "2025-01-01")).unwrap();
    told.tell(&end("li", "tenant", "2025-01-01")).unwrap();
    assert_eq!(told.refused(&begin("li", "tenant", "2024-12-31")), "people.overlap");
    told.tell(&begin("li", "tenant", "2025-01-01")).unwrap();
    assert_eq!(told.as_of("2024-12-31"), [("li", "tenant")]);
    assert_eq!(told.as_of("2025-01-01"), [("li", "owner"), ("li", "tenant")]);
}

#[test]
fn owners_hold_no_more_than_the_whole_on_any_day() {
    let mut told = Told::by(&[flat(), own("a", "2020-01-01", 600_000), own("b", "2022-01-01", 400_000)]);
    assert_eq!(told.refused(&own("c", "2023-01-01", 1)), "people.shares");
    // It would fit on its first day, not from the day on which the other begins.
    assert_eq!(told.refused(&own("c", "2021-01-01", 400_000)), "people.shares");
    told.tell(&end("a", "owner", "2024-01-01")).unwrap();
    told.tell(&own("c", "2024-01-01", 600_000)).unwrap();
    // Who holds undivided says no share.
    told.tell(&begin("d", "owner", "2024-01-01")).unwrap();
    assert_eq!(told.as_of("2024-01-01"), [("b", "owner"), ("c", "owner"), ("d", "owner")]);
}

#[test]
fn a_share_is_an_owners_and_between_nothing_and_the_whole() {
    let mut told = Told::by(&[flat()]);
    assert_eq!(told.refused(&own("a", "2020-01-01", 0)), "people.share");
    assert_eq!(told.refused(&own("a", "2020-01-01", WHOLE_PPM + 1)), "people.share");
    let mut tenant = own("a", "2020-01-01", 1);
    tenant["people.begin_tenure"]["role"] = json!("tenant");
    assert_eq!(told.refused(&tenant), "people.share_of_owner");
    told.tell(&own("a", "2020-01-01", WHOLE_PPM)).unwrap();
    assert_eq!(told.as_of("2020-01-01"), [("a", "owner")]);
}

#[test]
fn what_does_not_go_on_cannot_end() {
    let mut told = Told::by(&[flat(), begin("li", "tenant", "2024-01-01")]);
    assert_eq!(told.refused(&end("li", "owner", "2025-01-01")), "people.no_tenure");
    assert_eq!(told.refused(&end("wang", "tenant", "2025-01-01")), "people.no_tenure");
    assert_eq!(told.refused(&end("li", "tenant", "2024-01-01")), "people.empty_tenure");
    told.tell(&end("li", "tenant", "2024-01-02")).unwrap();
    assert_eq!(told.refused(&end("li", "tenant", "2025-01-01")), "people.no_tenure");
}

#[test]
fn a_command_for_a_record_that_is_not_there_is_refused() {
    let retire = json!({"people.retire_staff": {"staff_id": "s"}});
    assert_eq!(Told::default().refused(&begin("li", "tenant", "2024-01-01")), "people.unknown");
    assert_eq!(Told::default().refused(&retire), "people.unknown");
    assert_eq!(Told::by(&[flat()]).refused(&retire), "people.unknown");
    assert_eq!(Told::by(&[agent()]).refused(&end("li", "tenant", "2024-01-01")), "people.unknown");
}

#[test]
fn staff_have_the_rulebooks_roles_and_departments() {
    // A5, A6.
    let change = |what: Value| json!({ "people.change_staff": what });
    let mut told = Told::by(&[agent()]);
    assert_eq!(told.refused(&change(json!({"staff_id": "s", "role": "wizard"}))), "people.unknown_role");
    assert_eq!(told.refused(&change(json!({"staff_id": "s", "department": "magic"}))), "people.unknown_department");
    assert_eq!(told.refused(&change(json!({"staff_id": "s", "stand_in": "s"}))), "people.itself");
    assert_eq!(told.refused(&change(json!({"staff_id": "s", "role": "agent"}))), "people.unchanged");
    told.tell(&change(json!({"staff_id": "s", "role": "supervisor", "stand_in": "u"}))).unwrap();
    let posting = Posting { role: id("supervisor"), department: Some(id("service")), stand_in: Some(id("u")) };
    assert_eq!(told.staff().posting, posting);
    told.tell(&json!({"people.retire_staff": {"staff_id": "s"}})).unwrap();
    assert_eq!((told.staff().status(), told.staff().retired), ("retired", Some(Instant::from_micros(2))));
    assert_eq!(told.refused(&change(json!({"staff_id": "s", "role": "agent"}))), "people.retired");
    assert_eq!(told.refused(&json!({"people.retire_staff": {"staff_id": "s"}})), "people.retired");
    assert_eq!(told.refused(&agent()), "people.exists");
    assert_eq!(told.replayed(), told.state);
}

#[test]
fn a_refusal_of_a_code_tells_those_that_are_known() {
    let add = |what: Value| serde_json::from_value(json!({ "people.add_staff": what })).unwrap();
    let refusal = decide(None, &add(json!({"role": "wizard"})), SealedFile::new(), &rules()).unwrap_err();
    assert_eq!(refusal.words.en, "the rulebook has no role `wizard`; it has agent, supervisor");
    assert_eq!(refusal.words.zh, "制度中没有岗位“wizard”,可用的有:agent、supervisor");
    let refusal = decide(None, &add(json!({"role": "agent"})), SealedFile::new(), &Rules::default()).unwrap_err();
    assert_eq!(refusal.words.en, "the rulebook has no role `agent`; it has none");
    let refusal =
        decide(None, &add(json!({"staff_id": "s", "role": "agent", "stand_in": "s"})), SealedFile::new(), &rules())
            .unwrap_err();
    assert_eq!(&*refusal.code, "people.itself");
}

#[test]
fn a_name_in_place_of_a_code_is_refused_and_not_repeated() {
    // A4: nothing of a person is kept where nothing is sealed.
    let add = json!({"people.add_customer": {"kind": "person", "form_of_address": "王晓明女士"}});
    assert_eq!(Told::default().refused(&add), "people.no_code");
    let refusal = Told::default().tell(&add).unwrap_err();
    assert!(!serde_json::to_string(&refusal).unwrap().contains("晓明"));
}

#[test]
fn events_read_and_print_alike_under_their_names() {
    let staff = r#"{"people.staff_added":{"role":"agent","department":"service","stand_in":"t"}}"#;
    for json in [
        r#"{"people.community_opened":{"name":"湖畔花园"}}"#,
        r#"{"people.building_added":{"name":"7号楼"}}"#,
        r#"{"people.unit_added":{"building":"b7","name":"2单元"}}"#,
        r#"{"people.premises_added":{"building":"b7","unit":"u","room":"1201","kind":"commercial","area":"89.50"}}"#,
        r#"{"people.customer_added":{"kind":"person","form_of_address":"mr","language":"en"}}"#,
        r#"{"people.tenure_begun":{"customer":"k","role":"owner","from":"2026-02-28","share_ppm":1}}"#,
        r#"{"people.tenure_ended":{"customer":"k","role":"occupant","to":"2026-03-01"}}"#,
        staff,
        &staff.replace("added", "changed"),
        r#""people.staff_retired""#,
    ] {
        let event: Event = serde_json::from_str(json).unwrap();
        assert_eq!(serde_json::to_string(&event).unwrap(), json);
        assert!(json.contains(&format!("\"{}\"", event.name())), "{json}");
    }
}

#[test]
fn an_event_that_is_not_the_records_own_changes_nothing() {
    let state = Told::by(&[flat()]).state.unwrap();
    assert_eq!(state.clone().apply(&Event::StaffRetired, Instant::MIN), state);
    assert_eq!(State::begin(id("p"), &Event::StaffRetired), None);
}

/// Days of the naive model; what covers the last one goes on.
const DAYS: usize = 24;
const ROLES: [TenureRole; 4] = [TenureRole::Owner, TenureRole::Tenant, TenureRole::Household, TenureRole::Occupant];

fn day(n: usize) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 2, 20).unwrap() + chrono::Days::new(u64::try_from(n).unwrap())
}

#[derive(Debug, Clone, Copy)]
enum Step {
    Begin { who: u8, role: usize, from: usize, share: Option<u32> },
    End { who: u8, role: usize, to: usize },
}

fn step() -> impl Strategy<Value = Step> {
    let share = prop_oneof![Just(None), (1..=5_u32).prop_map(|fifths| Some(fifths * (WHOLE_PPM / 5)))];
    let begin = (0..3_u8, 0..2_usize, 0..DAYS - 4, share).prop_map(|(who, role, from, share)| Step::Begin {
        who,
        role,
        from,
        share: share.filter(|_| ROLES[role] == TenureRole::Owner),
    });
    let end = (0..3_u8, 0..2_usize, 0..DAYS - 1).prop_map(|(who, role, to)| Step::End { who, role, to });
    prop_oneof![begin, end]
}

/// For each day the number of the step that began what holds on it, and its share.
type Days = [Option<(usize, u32)>; DAYS];

/// The days of each customer and role.
#[derive(Default)]
struct Naive(BTreeMap<(u8, usize), Days>);

impl Naive {
    /// Whether the step may be taken; takes it.
    fn take(&mut self, n: usize, step: Step) -> bool {
        match step {
            Step::Begin { who, role, from, share } => {
                let share = share.unwrap_or(0);
                let full = |day: usize| {
                    let sum: u32 = self.0.values().filter_map(|days| days[day]).map(|(_, share)| share).sum();
                    share > 0 && sum + share > WHOLE_PPM
                };
                let full = (from..DAYS).any(full);
                let days = self.0.entry((who, role)).or_default();
                let free = !full && days[from..].iter().all(Option::is_none);
                if free {
                    days[from..].fill(Some((n, share)));
                }
                free
            }
            Step::End { who, role, to } => {
                let days = self.0.entry((who, role)).or_default();
                let open = days[DAYS - 1];
                let begun = open.and_then(|_| days.iter().position(|day| *day == open));
                let ends = begun.is_some_and(|begun| begun < to);
                if ends {
                    days[to..].fill(None);
                }
                ends
            }
        }
    }

    fn as_of(&self, day: usize) -> Vec<(String, TenureRole)> {
        let held = self.0.iter().filter(|(_, days)| days[day].is_some());
        held.map(|((who, role), _)| (who.to_string(), ROLES[*role])).collect()
    }
}

fn command(step: Step) -> Command {
    let premises_id = id("p");
    match step {
        Step::Begin { who, role, from, share } => Command::BeginTenure {
            premises_id,
            customer_id: id(&who.to_string()),
            role: ROLES[role],
            from: day(from),
            share_ppm: share,
        },
        Step::End { who, role, to } => {
            Command::EndTenure { premises_id, customer_id: id(&who.to_string()), role: ROLES[role], to: day(to) }
        }
    }
}

proptest! {
    #[test]
    fn tenures_agree_with_a_model_that_looks_at_every_day(steps in prop::collection::vec(step(), 0..40)) {
        let (mut told, mut naive) = (Told::by(&[flat()]), Naive::default());
        for (n, step) in steps.into_iter().enumerate() {
            let taken = told.act(&command(step));
            prop_assert_eq!(taken.is_ok(), naive.take(n, step), "{:?}: {:?}", step, taken);
        }
        let premises = told.premises();
        for (n, one) in premises.tenures.iter().enumerate() {
            prop_assert!(one.to.is_none_or(|to| one.from < to));
            prop_assert!(premises.tenures.iter().skip(n + 1).all(|other| !one.overlaps(other)));
        }
        for n in 0..DAYS {
            let held = premises.as_of(day(n)).into_iter();
            let mut held: Vec<_> = held.map(|one| (one.customer.to_string(), one.role)).collect();
            held.sort();
            prop_assert_eq!(held, naive.as_of(n));
        }
        let stored = serde_json::to_string(&told.state).unwrap();
        prop_assert_eq!(&serde_json::from_str::<Option<State>>(&stored).unwrap(), &told.state);
        prop_assert_eq!(&told.replayed(), &told.state);
    }
}

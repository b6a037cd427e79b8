//! Who lives and works here: the community, its buildings, units and premises, customers and their tenures, staff.
//!
//! Each record lives by two pure functions: [`decide`] turns a command into events or a
//! [`Refusal`](crate::refusal::Refusal), and [`State::begin`] and [`State::apply`] fold them. Time alone brings nothing
//! here, so there is nothing to wake for and nobody to tell.
//!
//! A command sees one record. The tenures of a premises are one record, so their laws hold; whether a building, a
//! customer or a stand-in exists is for whoever sees them all. A name, a phone and every other word of a person is
//! sealed before it comes here.
//!
//! ```
//! use guanjia::calendar::Instant;
//! use guanjia::ident::Id;
//! use guanjia::people::{Command, Rules, SealedFile, State, decide};
//!
//! let add = r#"{"people.add_premises": {"premises_id": "7-1201", "room": "1201", "kind": "residential", "area": "89.50"}}"#;
//! let begin = r#"{"people.begin_tenure": {"premises_id": "7-1201", "customer_id": "k-1", "role": "owner", "from": "2020-05-01"}}"#;
//! let end = r#"{"people.end_tenure": {"premises_id": "7-1201", "customer_id": "k-1", "role": "owner", "to": "2026-03-01"}}"#;
//!
//! let (rules, at) = (Rules::default(), "2026-02-28T09:00:00+08:00".parse::<Instant>()?);
//! let mut state: Option<State> = None;
//! for json in [add, begin, end] {
//!     let command: Command = serde_json::from_str(json)?;
//!     let id = command.record_id(&Id::new("command-1")?, &Id::new("lakeside")?);
//!     for event in decide(state.as_ref(), &command, SealedFile::new(), &rules)? {
//!         state = match state {
//!             None => State::begin(id.clone(), &event),
//!             Some(state) => Some(state.apply(&event, at)),
//!         };
//!     }
//! }
//! let Some(State::Premises(premises)) = state else { return Err("no premises".into()) };
//! let last_day = chrono::NaiveDate::from_ymd_opt(2026, 2, 28).ok_or("no date")?;
//! assert_eq!(premises.as_of(last_day).len(), 1);
//! assert_eq!(premises.as_of(last_day + chrono::Days::new(1)).len(), 0);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
mod area;
mod command;
mod customer;
mod decide;
mod event;
mod file;
mod name;
mod place;
mod premises;
mod representative;
mod staff;
mod state;
mod tenure;

pub use area::{Area, AreaError};
pub use command::Command;
pub use customer::{CUSTOMER, Customer, CustomerKind};
pub use decide::{Rules, decide};
pub use event::Event;
pub use file::{Field, FieldClass, PlainFile, SealedFile, Values, check_file};
pub use name::{Name, NameError};
pub use place::{Building, COMMUNITY, Community, PLACE, Unit};
pub use premises::{PREMISES, Premises, PremisesKind};
pub use representative::Representative;
pub use staff::{Posting, STAFF, Staff};
pub use state::State;
pub use tenure::{Tenure, TenureRole, WHOLE_PPM};

//! guanjia (管家, the steward): the customer-service logic of a property-management company.
//!
//! The modules below stand from the ground up: each imports only from those above its own line, and a test holds
//! us to it.
#![forbid(unsafe_code)]

/// The examples of the README are run as they stand.
#[cfg(all(doctest, feature = "sqlite"))]
#[doc = include_str!("../../README.md")]
#[doc = include_str!("../../README.zh-CN.md")]
pub struct Readme;

pub mod problem;
pub mod ident;
pub mod cell;
pub mod clause;
pub mod refusal;
pub mod money;
pub mod text;
pub mod calendar;
pub mod likeness;
pub mod sla;
pub mod seal;
pub mod people;
pub mod promise;
pub mod courtesy;
pub mod classify;
pub mod case;
pub mod rulebook;
pub mod envelope;
pub mod access;
pub mod report;
pub mod store;
pub mod desk;
pub mod ops;
#[cfg(feature = "schema")]
pub mod schema;

//! What single sentences come to is told by `tests/vectors/courtesy.json`; here stand the laws and the figures.
use std::collections::BTreeMap;

use super::*;

mod corpus;

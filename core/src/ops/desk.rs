//! The JSON face of a desk, which C and Python share: text in, text out.
use serde::{Deserialize, Serialize};

use super::{OpError, read_any, read_json};
use crate::access::Request;
use crate::calendar::{Instant, NewDays};
use crate::desk::{Desk, DeskError, Opener, Query, Receipt};
use crate::envelope::Command;
use crate::ident::unhex;
use crate::refusal::Refusal;
use crate::rulebook::Rulebook;
use crate::seal::{CompanyKey, Plain, Seed};

/// The answer to one command of many.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Submitted {
    /// It was taken, now or before.
    Receipt(Receipt),
    /// It was refused.
    Refusal(Refusal),
}

/// Takes one command.
///
/// # Errors
/// Text that is no command, a refusal, or a failure of the store.
pub fn submit(desk: &mut Desk, command: &str) -> Result<String, OpError> {
    let command: Command = read_json(command)?;
    written(&desk.submit(&command)?)
}

/// Takes an array of commands; each is answered for itself, in order.
///
/// # Errors
/// Text that is no array of commands (then none is taken), or a failure of the store.
pub fn submit_all(desk: &mut Desk, commands: &str) -> Result<String, OpError> {
    let commands: Vec<Command> = read_any(commands)?;
    let answers = desk.submit_all(&commands)?.into_iter().map(|answer| match answer {
        Ok(receipt) => Submitted::Receipt(receipt),
        Err(refusal) => Submitted::Refusal(refusal),
    });
    written(&answers.collect::<Vec<_>>())
}

/// Tells what time alone has brought.
///
/// # Errors
/// A `now` that runs backwards, or a failure of the store.
pub fn advance(desk: &mut Desk, now: Instant, limit: usize) -> Result<String, OpError> {
    written(&desk.advance(now, limit)?)
}

/// The rulebook that was put in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Adopted {
    /// Name and hash, as cases are pinned.
    pub rulebook: String,
}

/// Puts another rulebook in force.
///
/// # Errors
/// A failure of the store.
pub fn adopt(desk: &mut Desk, rulebook: Rulebook) -> Result<String, OpError> {
    desk.adopt(rulebook)?;
    written(&Adopted { rulebook: desk.rulebook().pin().to_owned() })
}

/// Adds announced days to holiday tables, and times anew what rested on not knowing them: the text of an iCalendar or JSON
/// file, as `calendar.extend` takes it.
///
/// # Errors
/// Days that cannot be read or contradict a table, a `now` that runs backwards, or a failure of the store.
pub fn extend(desk: &mut Desk, days: &str, now: Instant) -> Result<String, OpError> {
    let days = NewDays::read(days).map_err(DeskError::Days)?;
    written(&desk.extend(&days, now)?)
}

/// Times anew what rested on days not announced when it was set.
///
/// # Errors
/// A `now` that runs backwards, or a failure of the store.
pub fn retime(desk: &mut Desk, now: Instant) -> Result<String, OpError> {
    written(&desk.retime(now)?)
}

/// Answers a question.
///
/// # Errors
/// Text that is no question, a record that is not there, or a failure of the store.
pub fn query(desk: &mut Desk, query: &str) -> Result<String, OpError> {
    let query: Query = read_json(query)?;
    written(&desk.query(&query)?)
}

/// What opens a vault.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum OpenerArgs {
    /// The company's key: 64 hexadecimal digits.
    Key(Plain),
    /// A passphrase of at least 12 characters, stretched by Argon2id.
    Passphrase(Plain),
}

impl OpenerArgs {
    fn read(text: &str) -> Result<Opener, OpError> {
        Ok(match read_json::<Self>(text)? {
            Self::Passphrase(passphrase) => Opener::Passphrase(passphrase),
            Self::Key(digits) => {
                let bytes = unhex(digits.as_str()).and_then(|bytes| bytes.try_into().ok());
                let error = || OpError::argument("key", "is not 64 hexadecimal digits");
                Opener::Key(CompanyKey::new(bytes.ok_or_else(error)?))
            }
        })
    }
}

/// Opens the vault, and makes it where there is none. `seed` is 32 random bytes that serve this call alone.
///
/// # Errors
/// Text that is no opener, a key that does not open the vault, or a failure of the store.
pub fn unlock(desk: &mut Desk, opener: &str, seed: [u8; 32]) -> Result<String, OpError> {
    written(&desk.unlock(&OpenerArgs::read(opener)?, Seed::new(seed))?)
}

/// Closes the vault.
///
/// # Errors
/// None: it is a text like the others.
pub fn lock(desk: &mut Desk) -> Result<String, OpError> {
    desk.lock();
    Ok("{}".to_owned())
}

/// Gives the vault another key.
///
/// # Errors
/// Text that is no opener, a closed vault, or a failure of the store.
pub fn rotate(desk: &mut Desk, opener: &str) -> Result<String, OpError> {
    written(&desk.rotate(&OpenerArgs::read(opener)?)?)
}

/// Answers a question about persons, once the read is recorded.
///
/// # Errors
/// Text that is no request, a refusal, a record that is not there, or a failure of the store.
pub fn ask(desk: &mut Desk, request: &str) -> Result<String, OpError> {
    let request: Request = read_json(request)?;
    written(&desk.ask(&request)?)
}

fn written(answer: &impl Serialize) -> Result<String, OpError> {
    serde_json::to_string(answer).map_err(|error| OpError::internal(&error.to_string()))
}

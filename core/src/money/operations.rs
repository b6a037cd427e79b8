//! The operations of money: JSON in, JSON out.
use serde::{Deserialize, Serialize};

use super::{Fen, MoneyError, Weight, apportion};

/// What `money.apportion` takes.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ApportionArgs {
    /// The sum.
    pub total: Fen,
    /// Who shares it.
    pub shares: Vec<WeightedKey>,
}

/// One that shares a sum.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct WeightedKey {
    /// Who it is; decides between equal remainders.
    pub key: String,
    /// Its weight.
    pub weight: Weight,
}

/// What falls to each, in the order given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ApportionResult {
    /// The shares; they add up to the sum.
    pub shares: Vec<Share>,
}

/// What falls to one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Share {
    /// Who it is.
    pub key: String,
    /// How much.
    pub amount: Fen,
}

/// `money.apportion`.
///
/// # Errors
/// [`MoneyError::NoWeight`] if the weights add up to nothing.
pub fn apportion_shares(args: &ApportionArgs) -> Result<ApportionResult, MoneyError> {
    let weighted: Vec<_> = args.shares.iter().map(|share| (share.key.as_str(), share.weight)).collect();
    let amounts = apportion(args.total, &weighted)?;
    let shares = args.shares.iter().zip(amounts).map(|(share, amount)| Share { key: share.key.clone(), amount });
    Ok(ApportionResult { shares: shares.collect() })
}

//! A sum shared by weights, to the fen.
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::{Fen, MoneyError, scaled};

const PLACES: usize = 6;

/// How much of a sum falls to one: an area, a count, a percentage. Its text form is a decimal from 0: `89.5`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Weight(u64);

/// Shares `total` in proportion to the weights so that the shares add up to it. Each gets the whole fen of its exact
/// share; the fen left over go to the largest remainders, among equal ones to the smaller key (Hamilton's method).
///
/// ```
/// use guanjia::money::{Fen, apportion};
/// let homes = [("1-101", "90".parse()?), ("1-102", "90".parse()?), ("1-103", "90".parse()?)];
/// let shares = apportion(Fen::new(100), &homes)?;
/// assert_eq!(shares, [Fen::new(34), Fen::new(33), Fen::new(33)]);
/// # Ok::<(), guanjia::money::MoneyError>(())
/// ```
///
/// # Errors
/// [`MoneyError::NoWeight`] if the weights add up to nothing.
pub fn apportion<K: Ord>(total: Fen, weighted: &[(K, Weight)]) -> Result<Vec<Fen>, MoneyError> {
    let all: u128 = weighted.iter().map(|(_, weight)| u128::from(weight.0)).sum();
    let sum = u128::from(total.fen().unsigned_abs());
    let share = |(_, weight): &(K, Weight)| {
        // Both factors are below 2^64, so the product fits.
        let product = sum * u128::from(weight.0);
        product.checked_div(all).zip(product.checked_rem(all)).ok_or(MoneyError::NoWeight)
    };
    let exact = weighted.iter().map(share).collect::<Result<Vec<_>, _>>()?;
    if exact.is_empty() {
        return Err(MoneyError::NoWeight);
    }
    let given: u128 = exact.iter().map(|(whole, _)| whole).sum();
    let mut order: Vec<_> = exact.iter().zip(weighted).enumerate().collect();
    order.sort_by(|(_, ((_, left), (one, _))), (_, ((_, right), (other, _)))| right.cmp(left).then(one.cmp(other)));
    let mut shares: Vec<u128> = exact.iter().map(|(whole, _)| *whole).collect();
    let left_over = usize::try_from(sum - given).unwrap_or(usize::MAX);
    for (place, _) in order.into_iter().take(left_over) {
        if let Some(share) = shares.get_mut(place) {
            *share += 1;
        }
    }
    let sign = if total.fen() < 0 { -1 } else { 1 };
    shares.into_iter().map(|share| signed(share, sign)).collect()
}

fn signed(fen: u128, sign: i128) -> Result<Fen, MoneyError> {
    let fen = i128::try_from(fen).map_err(|_| MoneyError::TooLarge)? * sign;
    i64::try_from(fen).map(Fen::new).map_err(|_| MoneyError::TooLarge)
}

impl FromStr for Weight {
    type Err = MoneyError;
    fn from_str(text: &str) -> Result<Self, MoneyError> {
        let units = scaled(text, PLACES).and_then(|units| u64::try_from(units).ok());
        units.map(Self).ok_or_else(|| MoneyError::Weight(text.to_owned()))
    }
}

impl fmt::Display for Weight {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = format!("{}.{:06}", self.0 / 1_000_000, self.0 % 1_000_000);
        f.write_str(text.trim_end_matches('0').trim_end_matches('.'))
    }
}

impl Serialize for Weight {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Weight {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Weight {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Weight".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "pattern": r"^[0-9]+(\.[0-9]{1,6})?$" })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn weights(list: &[u64]) -> Vec<(usize, Weight)> {
        list.iter().map(|units| Weight(*units)).enumerate().collect()
    }

    #[test]
    fn what_is_left_over_goes_to_the_largest_remainders() {
        let shares = apportion(Fen::new(10), &weights(&[1, 2, 4])).unwrap();
        assert_eq!(shares, [1, 3, 6].map(Fen::new));
        assert_eq!(apportion(Fen::new(-2), &weights(&[1, 1, 1])).unwrap(), [-1, -1, 0].map(Fen::new));
    }

    #[test]
    fn nothing_to_share_by_is_an_error() {
        assert_eq!(apportion(Fen::new(5), &weights(&[0, 0])), Err(MoneyError::NoWeight));
        assert_eq!(apportion(Fen::new(5), &weights(&[])), Err(MoneyError::NoWeight));
    }

    proptest! {
        /// The shares add up to the total, and none is a fen or more away from its exact part.
        #[test]
        fn shares_add_up_and_stay_within_a_fen(total: i64, units in prop::collection::vec(any::<u64>(), 1..20)) {
            prop_assume!(units.iter().any(|units| *units > 0));
            let shares = apportion(Fen::new(total), &weights(&units)).unwrap();
            let sum: i128 = shares.iter().map(|share| i128::from(share.fen())).sum();
            prop_assert_eq!(sum, i128::from(total));
            let all: u128 = units.iter().map(|units| u128::from(*units)).sum();
            for (share, units) in shares.iter().zip(&units) {
                let whole = u128::from(total.unsigned_abs()) * u128::from(*units) / all;
                let got = u128::from(share.fen().unsigned_abs());
                prop_assert!(got == whole || got == whole + 1);
            }
        }
    }
}

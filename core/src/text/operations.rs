//! The operations of text: JSON in, JSON out.
use serde::{Deserialize, Serialize};

use super::charset::beyond_gbk;
use super::personal::{Found, Kind, find};
use super::{ByteMisfit, CharMisfit, Charset, Masked, Misread, NotGb18030, Pseudonyms, Unfit};
use crate::ident::hex;
use crate::problem::{Problem, Problems};

/// What operations on one text take.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct OfText {
    /// The text.
    pub text: String,
}

/// A normalised text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Normalised {
    /// The text.
    pub text: String,
    /// For each of its characters, where the characters of the original that it stands for begin and end, in characters.
    pub spans: Vec<[usize; 2]>,
}

/// `text.normalise`.
pub fn normalise(args: &OfText) -> Normalised {
    let normal = super::normalise(&args.text);
    let spans = normal.spans().map(|span| [span.at, span.end]).collect();
    Normalised { text: normal.as_str().to_owned(), spans }
}

/// What `text.personal` gives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PersonalResult {
    /// What was found, in order.
    pub found: Vec<Found>,
}

/// `text.personal`.
pub fn personal(args: &OfText) -> PersonalResult {
    PersonalResult { found: find(&args.text) }
}

/// What `text.mask` takes.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct MaskArgs {
    /// The texts; stand-ins are the same for the same in all of them.
    pub texts: Vec<String>,
    /// The kinds to hide; absent: all.
    #[serde(default)]
    pub kinds: Option<Vec<Kind>>,
    /// Stars, if absent, or stand-ins.
    #[serde(default)]
    pub by: MaskBy,
    /// The key that stand-ins follow from; absent: they are counted in the order of the texts.
    #[serde(default)]
    pub key: Option<String>,
}

/// What is put in the place of personal data.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum MaskBy {
    /// Stars, the ends shown: `138****1234`.
    #[default]
    Stars,
    /// The same stand-in for the same person or number: 客户甲, 电话1.
    Pseudonyms,
}

/// What `text.mask` gives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MaskResult {
    /// Each text masked, in the order given.
    pub masked: Vec<Masked>,
}

/// `text.mask`.
///
/// # Errors
/// A key for stars, which have none, or an empty one.
pub fn mask(args: &MaskArgs) -> Result<MaskResult, Problems> {
    let kinds = args.kinds.as_deref().unwrap_or(&Kind::ALL);
    let masked = match (args.by, args.key.as_deref()) {
        (MaskBy::Stars, None) => args.texts.iter().map(|text| super::mask(text, kinds)).collect(),
        (MaskBy::Stars, Some(_)) => {
            return Err(Problem::new("key", "stars follow from no key").expected("by `pseudonyms`").into());
        }
        (MaskBy::Pseudonyms, Some("")) => {
            return Err(Problem::new("key", "is empty").expected("a secret of 16 characters or more").into());
        }
        (MaskBy::Pseudonyms, key) => {
            let mut pseudonyms = key.map_or_else(Pseudonyms::new, |key| Pseudonyms::keyed(key.as_bytes()));
            args.texts.iter().map(|text| pseudonyms.replace(text, kinds)).collect()
        }
    };
    Ok(MaskResult { masked })
}

/// What `text.misread` gives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MisreadResult {
    /// The suspicion, or null.
    pub suspect: Option<Misread>,
}

/// `text.misread`.
pub fn misread(args: &OfText) -> MisreadResult {
    MisreadResult { suspect: super::misread(&args.text) }
}

/// A person's name as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct NameResult {
    /// The name.
    pub name: String,
    /// Characters of it that a system with GBK alone cannot hold, with their places in it.
    pub beyond_gbk: Vec<CharMisfit>,
}

/// `text.name`.
pub fn name(args: &OfText) -> NameResult {
    let name = super::name(&args.text);
    NameResult { beyond_gbk: beyond_gbk(&name), name }
}

/// What `text.encode` takes.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct EncodeArgs {
    /// The text.
    pub text: String,
    /// The charset.
    pub charset: Charset,
}

/// Bytes in JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Bytes {
    /// The bytes, two hexadecimal digits each.
    pub hex: String,
}

/// `text.encode`.
///
/// # Errors
/// Every character that the charset does not hold.
pub fn encode(args: &EncodeArgs) -> Result<Bytes, Problems> {
    let bytes = super::encode(&args.text, args.charset).map_err(|error| under("text", error))?;
    Ok(Bytes { hex: hex(&bytes) })
}

/// What `text.decode` gives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Decoded {
    /// The text.
    pub text: String,
}

/// `text.decode`.
///
/// # Errors
/// What is not hexadecimal, or every place that is not GB18030.
pub fn decode(args: &Bytes) -> Result<Decoded, Problems> {
    let text = super::decode_gb18030(&bytes(&args.hex)?).map_err(|error| under("hex", error))?;
    Ok(Decoded { text })
}

/// Problems of an argument.
fn under(path: &str, error: impl Into<Problems>) -> Problems {
    let mut problems = Problems::default();
    problems.extend_under(path, error.into());
    problems
}

fn bytes(hex: &str) -> Result<Vec<u8>, Problems> {
    let wrong = |at: usize| {
        Problems::from(
            Problem::new("hex", format!("is not hexadecimal at character {at}")).expected("two digits for each byte"),
        )
    };
    let digits =
        hex.chars().enumerate().map(|(at, c)| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok()).ok_or(at));
    let digits = digits.collect::<Result<Vec<u8>, usize>>().map_err(wrong)?;
    let (pairs, rest) = digits.as_chunks::<2>();
    if !rest.is_empty() {
        return Err(wrong(digits.len()));
    }
    Ok(pairs.iter().map(|[high, low]| high << 4 | low).collect())
}

impl From<NotGb18030> for Problems {
    fn from(error: NotGb18030) -> Self {
        let problem = |misfit: &ByteMisfit| {
            Problem::new(format!("[{}]", misfit.at), format!("`{}` is no character of GB18030", hex(&misfit.bytes)))
        };
        let mut problems = Problems::default();
        error.misfits.iter().for_each(|misfit| problems.push(problem(misfit)));
        problems
    }
}

impl From<Unfit> for Problems {
    fn from(error: Unfit) -> Self {
        let problem = |misfit: &CharMisfit| {
            let (c, code) = (misfit.character.escape_debug(), u32::from(misfit.character));
            Problem::new(format!("[{}]", misfit.at), format!("`{c}` (U+{code:04X}) is not in {}", error.charset))
        };
        let mut problems = Problems::default();
        error.misfits.iter().for_each(|misfit| problems.push(problem(misfit)));
        problems
    }
}

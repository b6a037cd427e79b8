//! stub
/// stub
#[derive(Debug)]
pub struct Command;
impl Command {
    /// stub
    pub const NAMES: [&str; 0] = [];
}

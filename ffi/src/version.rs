//! Versions.
use std::ffi::{CString, c_char};
use std::sync::LazyLock;

use guanjia::calendar::china;
use guanjia::rulebook::Rulebook;

use crate::error::terminated;

/// The version of this interface. It changes only when programs must be built anew.
pub const GJ_ABI_VERSION: u32 = 1;

/// The version of the interface that the library speaks.
///
/// @return a number that equals GJ_ABI_VERSION, or the library does not fit this header: do not call it
#[unsafe(no_mangle)]
pub extern "C" fn gj_abi_version() -> u32 {
    GJ_ABI_VERSION
}

/// The version of the library.
///
/// @return terminated text such as "0.1.0", which lives for ever; GJ_VERSION is that of this header
#[unsafe(no_mangle)]
pub extern "C" fn gj_version() -> *const c_char {
    concat!(env!("CARGO_PKG_VERSION"), "\0").as_ptr().cast()
}

/// What the library is made of, for a report of trouble.
///
/// @return terminated JSON, which lives for ever: `version`, `abi`, `features`, `sqlite` (its version),
/// `holidays_known_until` (the last day of the China table), `rulebook` (name and hash of the standard one),
/// `target`, `revision` (of the source; null if the builder did not say)
#[unsafe(no_mangle)]
pub extern "C" fn gj_build_info() -> *const c_char {
    static INFO: LazyLock<CString> = LazyLock::new(|| {
        let info = serde_json::json!({
            "version": env!("CARGO_PKG_VERSION"),
            "abi": GJ_ABI_VERSION,
            "features": ["sqlite"],
            "sqlite": rusqlite::version(),
            "holidays_known_until": china::known_until(),
            "rulebook": Rulebook::standard().pin(),
            "target": format!("{}-{}", std::env::consts::ARCH, std::env::consts::OS),
            "revision": option_env!("GUANJIA_REVISION"),
        });
        terminated(&info.to_string())
    });
    INFO.as_ptr()
}

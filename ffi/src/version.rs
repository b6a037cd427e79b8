//! Versions.
use std::ffi::c_char;

/// The version of this interface that the header describes; unload the library if `gj_abi_version` says another.
pub const GJ_ABI_VERSION: u32 = 1;

/// The version of the interface that the library speaks: must equal `GJ_ABI_VERSION`.
#[unsafe(no_mangle)]
pub extern "C" fn gj_abi_version() -> u32 {
    GJ_ABI_VERSION
}

/// The version of the library, such as `0.1.0`: a terminated text that lives for ever.
#[unsafe(no_mangle)]
pub extern "C" fn gj_version() -> *const c_char {
    concat!(env!("CARGO_PKG_VERSION"), "\0").as_ptr().cast()
}

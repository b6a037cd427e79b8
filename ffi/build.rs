//! Names the shared library, so that a program finds the version it was linked with.
fn main() {
    let version = |part: &str| std::env::var(part).unwrap_or_default();
    let (major, minor) = (version("CARGO_PKG_VERSION_MAJOR"), version("CARGO_PKG_VERSION_MINOR"));
    if std::env::var("CARGO_CFG_TARGET_OS").as_deref() == Ok("linux") {
        // Minor versions below 1.0 may break, so the name carries both.
        println!("cargo:rustc-cdylib-link-arg=-Wl,-soname,libguanjia.so.{major}.{minor}");
    }
    println!("cargo:rerun-if-changed=build.rs");
}

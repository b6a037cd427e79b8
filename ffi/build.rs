//! Names the shared library, so that a program finds the version it was linked with.
#[expect(clippy::disallowed_methods, reason = "cargo tells a build script its target by the environment")]
fn main() {
    if std::env::var("CARGO_CFG_TARGET_OS").as_deref() == Ok("linux") {
        // Minor versions below 1.0 may break, so the name carries both.
        let (major, minor) = (env!("CARGO_PKG_VERSION_MAJOR"), env!("CARGO_PKG_VERSION_MINOR"));
        println!("cargo:rustc-cdylib-link-arg=-Wl,-soname,libguanjia.so.{major}.{minor}");
    }
    println!("cargo:rerun-if-changed=build.rs");
}

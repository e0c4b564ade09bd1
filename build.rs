//! Builds anew when a migration changes: the schema is compiled in.

fn main() {
    println!("cargo:rerun-if-changed=migrations");
    println!("cargo:rerun-if-changed=locales");
}

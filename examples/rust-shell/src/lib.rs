//! A shell of Hermit's in Rust: a small language of a stack, as Forth and pocket calculators have it.
//!
//! `abi` has what it uses of the C headers and nothing else, `host` calls the host, `shell` is called by it. The rest
//! knows nothing of Hermit: `words` has the words of the language, `code` reads it, and `machine` runs it.

mod abi;
mod code;
mod host;
mod machine;
mod shell;
mod words;

pub use shell::hermit_shell_entry;

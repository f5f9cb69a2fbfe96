//! Hermit's C ABI as far as this shell uses it, written by hand from the headers in `sdk/include/hermit`. What the
//! functions mean, and who owns what, stands there.
//!
//! Each struct and constant is declared together with its name in C. From that a test makes a C program, which asserts
//! that the compiler of the headers sees the same sizes, places and values.

use std::os::raw::{c_char, c_void};

use crate::shell::Shell;

/// The number of a request.
pub type Request = u64;
/// What a call came to.
pub type Status = i32;

/// Never looked into.
pub enum HostInfo {}

macro_rules! structs {
    ($($(#[$about:meta])* $name:ident is $c_name:ident { $($field:ident: $type:ty,)* })*) => {
        $(
            $(#[$about])*
            #[repr(C)]
            #[derive(Clone, Copy)]
            pub struct $name { $(pub $field: $type,)* }
        )*

        #[cfg(test)]
        fn assertions_about_structs() -> Vec<String> {
            let mut lines = Vec::new();
            $(
                lines.push(format!("_Static_assert(sizeof({0}) == {1}, \"{0}\");",
                                   stringify!($c_name), std::mem::size_of::<$name>()));
                let place = std::mem::MaybeUninit::<$name>::uninit();
                $(
                    // SAFETY: the address of a field is taken, and nothing is read.
                    let field = unsafe { std::ptr::addr_of!((*place.as_ptr()).$field) } as usize;
                    lines.push(format!("_Static_assert(offsetof({0}, {1}) == {2}, \"{0}.{1}\");",
                                       stringify!($c_name), stringify!($field).trim_start_matches("r#"),
                                       field - place.as_ptr() as usize));
                )*
            )*
            lines
        }
    };
}

macro_rules! constants {
    ($($name:ident: $type:ty = $value:expr;)*) => {
        $(pub const $name: $type = $value;)*

        #[cfg(test)]
        fn assertions_about_constants() -> Vec<String> {
            vec![$(format!("_Static_assert(HERMIT_{0} == {1}, \"{0}\");", stringify!($name), $name)),*]
        }
    };
}

macro_rules! ids {
    ($($name:ident: $value:expr;)*) => {
        $(pub const $name: &str = $value;)*

        #[cfg(test)]
        fn comparisons_of_ids() -> Vec<String> {
            vec![$(format!("  if (strcmp(HERMIT_{0}, \"{1}\") != 0) return 1;", stringify!($name), $name)),*]
        }
    };
}

constants! {
    ABI_MAJOR: u32 = 0;
    ABI_MINOR: u32 = 9;
    OK: Status = 0;
    USER_ERROR: Status = 2;
    INTERRUPTED: Status = 3;
    INVALID: Status = -2;
    FAILED: Status = -5;
    STDOUT: u32 = 1;
    STDERR: u32 = 2;
    MIME_TEXT: u32 = 0;
    CODE_COMPLETE: u32 = 1;
    CODE_INCOMPLETE: u32 = 2;
    CODE_INVALID: u32 = 3;
}

ids! {
    EXT_OUTPUT: "hermit.output/1";
    EXT_INPUT: "hermit.input/1";
    EXT_COMPLETE: "hermit.complete/1";
    EXT_EVALUATE: "hermit.evaluate/1";
    EXT_INSPECT: "hermit.inspect/1";
    EXT_INTERRUPT: "hermit.interrupt/1";
    EXT_IS_COMPLETE: "hermit.is_complete/1";
}

structs! {
    /// UTF-8, lent.
    Text is hermit_text {
        data: *const u8,
        size: usize,
    }
    TextSink is hermit_text_sink {
        context: *mut c_void,
        put: unsafe extern "C" fn(*mut c_void, Text),
    }
    Error is hermit_error {
        name: Text,
        value: Text,
        traceback: *const Text,
        traceback_size: usize,
    }
    ErrorSink is hermit_error_sink {
        context: *mut c_void,
        put: unsafe extern "C" fn(*mut c_void, *const Error),
    }
    Mime is hermit_mime {
        r#type: Text,
        data: Text,
        form: u32,
        reserved: u32,
    }
    Bundle is hermit_bundle {
        parts: *const Mime,
        count: usize,
        metadata: Text,
    }
    BundleSink is hermit_bundle_sink {
        context: *mut c_void,
        put: unsafe extern "C" fn(*mut c_void, *const Bundle),
    }
    Host is hermit_host {
        context: *mut c_void,
        extension: unsafe extern "C" fn(*const Host, Text) -> *const c_void,
        fail: unsafe extern "C" fn(*const Host, Request, *const Error) -> Status,
        finish: unsafe extern "C" fn(*const Host, Request, Status) -> Status,
    }
    Output is hermit_host_output {
        stream: unsafe extern "C" fn(*const Host, Request, u32, Text) -> Status,
        result: unsafe extern "C" fn(*const Host, Request, *const Bundle) -> Status,
        display: unsafe extern "C" fn(*const Host, Request, *const Bundle, Text) -> Status,
        update: unsafe extern "C" fn(*const Host, Request, *const Bundle, Text) -> Status,
        clear: unsafe extern "C" fn(*const Host, Request, u32) -> Status,
    }
    Input is hermit_host_input {
        read: unsafe extern "C" fn(*const Host, Request, Text, u32, *const TextSink) -> Status,
    }
    Cell is hermit_cell {
        code: Text,
        id: Text,
        execution_count: u64,
        flags: u32,
        run_mode: u32,
    }
    ShellTable is hermit_shell_table {
        create: unsafe extern "C" fn(*const HostInfo, *const Host, *mut *mut Shell, *const TextSink) -> Status,
        destroy: unsafe extern "C" fn(*mut Shell),
        execute: unsafe extern "C" fn(*mut Shell, Request, *const Cell) -> Status,
        extension: unsafe extern "C" fn(*mut Shell, Text) -> *const c_void,
    }
    Entry is hermit_shell_entry_type {
        size: u32,
        abi_major: u32,
        abi_minor: u32,
        reserved: u32,
        manifest: *const c_char,
        shell: *const ShellTable,
    }
    Match is hermit_match {
        text: Text,
        r#type: Text,
        signature: Text,
    }
    MatchSink is hermit_match_sink {
        context: *mut c_void,
        range: unsafe extern "C" fn(*mut c_void, u64, u64),
        add: unsafe extern "C" fn(*mut c_void, *const Match) -> Status,
    }
    Complete is hermit_shell_complete {
        complete: unsafe extern "C" fn(*mut Shell, Request, Text, u64, *const MatchSink) -> Status,
    }
    Evaluate is hermit_shell_evaluate {
        evaluate: unsafe extern "C" fn(*mut Shell, Request, Text, *const BundleSink, *const ErrorSink) -> Status,
    }
    Inspect is hermit_shell_inspect {
        inspect: unsafe extern "C" fn(*mut Shell, Request, Text, u64, u32, *const BundleSink) -> Status,
    }
    Interrupt is hermit_shell_interrupt {
        interrupt: unsafe extern "C" fn(*mut Shell, Request) -> Status,
    }
    IsComplete is hermit_shell_is_complete {
        is_complete: unsafe extern "C" fn(*mut Shell, Request, Text, *mut u32, *const TextSink) -> Status,
    }
}

// SAFETY: an entry is constant, and so is all that it leads to.
unsafe impl Sync for Entry {}

#[cfg(test)]
mod tests {
    /// Prints a C program that does not compile, or fails, where this file differs from the headers.
    #[test]
    fn write_assertions_for_c() {
        println!("#include <hermit/hermit.h>\n#include <string.h>");
        for line in super::assertions_about_structs() {
            println!("{}", line);
        }
        for line in super::assertions_about_constants() {
            println!("{}", line);
        }
        println!("int main(void) {{");
        for line in super::comparisons_of_ids() {
            println!("{}", line);
        }
        println!("  return 0;\n}}");
    }
}

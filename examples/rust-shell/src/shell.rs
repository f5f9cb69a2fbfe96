//! The shell: what Hermit calls, and the entry by which it finds that.
//!
//! Without abilities in its manifest the shell is called on one thread, but for `interrupt`. No panic leaves a
//! function that Hermit calls.

use std::collections::VecDeque;
use std::os::raw::{c_char, c_void};
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::abi::{self, Request, Status};
use crate::code::{self, Value};
use crate::host::{borrow, lend, shown, with_bundle, with_error, Host};
use crate::machine::{Dictionary, Failure, Machine, Meaning, World};
use crate::words::{Kind, WORDS};

/// So many interrupts are remembered that came before their cells began.
const REMEMBERED: usize = 16;

/// A wait is cut to about a century, so that it has an end that can be told.
const LONGEST_WAIT: f64 = 3e9;

/// The interrupts that have come. The one part of the shell that two threads share.
#[derive(Default)]
struct Interrupts {
    count: AtomicUsize,
    requests: Mutex<VecDeque<Request>>,
    changed: Condvar,
}

impl Interrupts {
    fn requests(&self) -> MutexGuard<'_, VecDeque<Request>> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn add(&self, request: Request) {
        let mut requests = self.requests();
        if requests.len() == REMEMBERED {
            requests.pop_front();
        }
        requests.push_back(request);
        self.count.fetch_add(1, Ordering::Release);
        self.changed.notify_all();
    }
}

/// What Hermit has a pointer to.
pub struct Shell {
    host: Host,
    dictionary: Dictionary,
    interrupts: Interrupts,
}

/// One request, as the machine sees the world: it prints to the request, and ends when that is interrupted.
struct Conversation<'a> {
    host: &'a Host,
    interrupts: &'a Interrupts,
    request: Request,
    /// How many interrupts had come when none of them was for this request.
    looked_at: AtomicUsize,
}

impl<'a> Conversation<'a> {
    fn new(host: &'a Host, interrupts: &'a Interrupts, request: Request) -> Self {
        Conversation { host, interrupts, request, looked_at: AtomicUsize::new(usize::MAX) }
    }

    fn outcome(&self, status: Status) -> Result<(), Failure> {
        if status == abi::INTERRUPTED {
            Err(Failure::Interrupted)
        } else {
            Ok(())
        }
    }
}

impl World for Conversation<'_> {
    fn print(&self, text: &str) -> Result<(), Failure> {
        self.outcome(self.host.stream(self.request, abi::STDOUT, text))
    }

    fn warn(&self, text: &str) -> Result<(), Failure> {
        self.outcome(self.host.stream(self.request, abi::STDERR, text))
    }

    fn show(&self, value: &Value) -> Result<(), Failure> {
        self.outcome(self.host.display(self.request, value))
    }

    fn ask(&self, prompt: &str) -> Result<Option<String>, Failure> {
        match self.host.read_line(self.request, prompt) {
            Ok(line) => Ok(Some(line)),
            Err(abi::INTERRUPTED) => Err(Failure::Interrupted),
            Err(_) => Ok(None),
        }
    }

    fn sleep(&self, seconds: f64) -> Result<(), Failure> {
        let seconds = if seconds > 0.0 { seconds.min(LONGEST_WAIT) } else { 0.0 };
        let end = Instant::now() + Duration::from_secs_f64(seconds);
        let mut requests = self.interrupts.requests();
        loop {
            let left = end.saturating_duration_since(Instant::now());
            if requests.contains(&self.request) {
                return Err(Failure::Interrupted);
            }
            if left.is_zero() {
                return Ok(());
            }
            let waited = self.interrupts.changed.wait_timeout(requests, left);
            requests = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Asked before each step, so the lock is taken only when something has come.
    fn is_interrupted(&self) -> bool {
        let count = self.interrupts.count.load(Ordering::Acquire);
        if count == self.looked_at.load(Ordering::Relaxed) {
            return false;
        }
        self.looked_at.store(count, Ordering::Relaxed);
        self.interrupts.requests().contains(&self.request)
    }
}

impl Shell {
    /// A description of a name of the user's, or of a word of the language.
    fn description(&self, name: &str, in_full: bool) -> Option<String> {
        match self.dictionary.get(name) {
            Some(Meaning::Value(value)) => return Some(format!("{} is {}", name, shown(value))),
            Some(Meaning::Word(word)) if in_full => return Some(word.source.clone()),
            Some(Meaning::Word(_)) => return Some(format!("{}, a word of yours", name)),
            None => {}
        }
        let word = WORDS.iter().find(|word| word.name == name)?;
        Some(format!("{} {}\n{}", word.name, word.effect, word.help))
    }
}

/// Keeps panics from leaving the library.
fn guarded(work: impl FnOnce() -> Status) -> Status {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or(abi::FAILED)
}

unsafe extern "C" fn create(
    _info: *const abi::HostInfo,
    host: *const abi::Host,
    shell: *mut *mut Shell,
    _why: *const abi::TextSink,
) -> Status {
    guarded(|| {
        let made = Shell { host: Host::new(host), dictionary: Dictionary::new(), interrupts: Interrupts::default() };
        *shell = Box::into_raw(Box::new(made));
        abi::OK
    })
}

unsafe extern "C" fn destroy(shell: *mut Shell) {
    guarded(|| {
        drop(Box::from_raw(shell));
        abi::OK
    });
}

/// Runs code; gives the value that it leaves on top of the stack.
///
/// While this runs, `interrupt` comes on another thread. So nothing here claims the whole shell for itself: it takes the
/// parts that belong to this thread.
unsafe fn run(shell: *mut Shell, request: Request, code: &str) -> Result<Option<Value>, Failure> {
    let steps = code::read(code).map_err(|wrong| Failure::Error {
        name: "SyntaxError",
        message: wrong.message,
        line: wrong.line,
    })?;
    let world = Conversation::new(&(*shell).host, &(*shell).interrupts, request);
    let mut machine = Machine::new(&mut (*shell).dictionary, &world);
    machine.run(&steps)?;
    Ok(machine.stack.pop())
}

unsafe extern "C" fn execute(shell: *mut Shell, request: Request, cell: *const abi::Cell) -> Status {
    guarded(|| match run(shell, request, &borrow((*cell).code)) {
        Ok(value) => {
            if let Some(value) = value {
                (*shell).host.result(request, &value);
            }
            abi::OK
        }
        Err(Failure::Interrupted) => abi::INTERRUPTED,
        Err(Failure::Error { name, message, line }) => {
            with_error(name, &message, line, |error| (*shell).host.fail(request, error));
            abi::USER_ERROR
        }
    })
}

unsafe extern "C" fn evaluate(
    shell: *mut Shell,
    request: Request,
    expression: abi::Text,
    value: *const abi::BundleSink,
    error: *const abi::ErrorSink,
) -> Status {
    let complain = |name: &str, message: &str, line: usize| {
        with_error(name, message, line, |told| ((*error).put)((*error).context, told))
    };
    guarded(|| match run(shell, request, &borrow(expression)) {
        Ok(Some(found)) => {
            with_bundle(&[("text/plain", &shown(&found))], |bundle| ((*value).put)((*value).context, bundle));
            abi::OK
        }
        Ok(None) => {
            complain("StackError", "the expression leaves no value", 1);
            abi::USER_ERROR
        }
        Err(Failure::Interrupted) => {
            complain("Interrupted", "the user interrupted it", 1);
            abi::INTERRUPTED
        }
        Err(Failure::Error { name, message, line }) => {
            complain(name, &message, line);
            abi::USER_ERROR
        }
    })
}

unsafe extern "C" fn interrupt(shell: *mut Shell, request: Request) -> Status {
    guarded(|| {
        (*shell).interrupts.add(request);
        abi::OK
    })
}

unsafe extern "C" fn complete(
    shell: *mut Shell,
    _request: Request,
    code: abi::Text,
    cursor: u64,
    sink: *const abi::MatchSink,
) -> Status {
    guarded(|| {
        let code = borrow(code);
        let (begin, end) = code::word_at(&code, cursor as usize);
        let start = &code[begin..cursor as usize];
        ((*sink).range)((*sink).context, begin as u64, end as u64);
        let users = (*shell).dictionary.iter().map(|(name, meaning)| match meaning {
            Meaning::Value(_) => (&**name, "value", ""),
            Meaning::Word(_) => (&**name, "word", ""),
        });
        let words = WORDS.iter().map(|word| match word.kind {
            Kind::Action => (word.name, "word", word.effect),
            Kind::Structure => (word.name, "structure", ""),
        });
        for (name, kind, effect) in users.chain(words).filter(|(name, _, _)| name.starts_with(start)) {
            let one = abi::Match { text: lend(name), r#type: lend(kind), signature: lend(effect) };
            let status = ((*sink).add)((*sink).context, &one);
            if status != abi::OK {
                return status;
            }
        }
        abi::OK
    })
}

unsafe extern "C" fn inspect(
    shell: *mut Shell,
    _request: Request,
    code: abi::Text,
    cursor: u64,
    detail: u32,
    sink: *const abi::BundleSink,
) -> Status {
    guarded(|| {
        let code = borrow(code);
        let (begin, end) = code::word_at(&code, cursor as usize);
        if let Some(text) = (*shell).description(&code[begin..end], detail != 0) {
            with_bundle(&[("text/plain", &text)], |bundle| ((*sink).put)((*sink).context, bundle));
        }
        abi::OK
    })
}

unsafe extern "C" fn is_complete(
    _shell: *mut Shell,
    _request: Request,
    code: abi::Text,
    completeness: *mut u32,
    indent: *const abi::TextSink,
) -> Status {
    guarded(|| {
        *completeness = match code::read(&borrow(code)) {
            Ok(_) => abi::CODE_COMPLETE,
            Err(wrong) if wrong.is_cut_off => abi::CODE_INCOMPLETE,
            Err(_) => abi::CODE_INVALID,
        };
        if *completeness == abi::CODE_INCOMPLETE {
            ((*indent).put)((*indent).context, lend("  "));
        }
        abi::OK
    })
}

unsafe extern "C" fn extension(_shell: *mut Shell, id: abi::Text) -> *const c_void {
    static COMPLETE: abi::Complete = abi::Complete { complete };
    static EVALUATE: abi::Evaluate = abi::Evaluate { evaluate };
    static INSPECT: abi::Inspect = abi::Inspect { inspect };
    static INTERRUPT: abi::Interrupt = abi::Interrupt { interrupt };
    static IS_COMPLETE: abi::IsComplete = abi::IsComplete { is_complete };
    match &*borrow(id) {
        abi::EXT_COMPLETE => &COMPLETE as *const _ as *const c_void,
        abi::EXT_EVALUATE => &EVALUATE as *const _ as *const c_void,
        abi::EXT_INSPECT => &INSPECT as *const _ as *const c_void,
        abi::EXT_INTERRUPT => &INTERRUPT as *const _ as *const c_void,
        abi::EXT_IS_COMPLETE => &IS_COMPLETE as *const _ as *const c_void,
        _ => std::ptr::null(),
    }
}

static TABLE: abi::ShellTable = abi::ShellTable { create, destroy, execute, extension };

/// What Hermit looks for in the library.
#[no_mangle]
#[allow(non_upper_case_globals)]
pub static hermit_shell_entry: abi::Entry = abi::Entry {
    size: std::mem::size_of::<abi::Entry>() as u32,
    abi_major: abi::ABI_MAJOR,
    abi_minor: abi::ABI_MINOR,
    reserved: 0,
    manifest: concat!(include_str!("manifest.json"), "\0").as_ptr() as *const c_char,
    shell: &TABLE,
};

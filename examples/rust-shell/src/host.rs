//! The host, in Rust's own types: text that is lent becomes `&str` here, and what is shown becomes mime bundles.

use std::borrow::Cow;
use std::os::raw::c_void;

use crate::abi;
use crate::code::Value;

/// Lends a text for a call.
pub fn lend(text: &str) -> abi::Text {
    abi::Text { data: text.as_ptr(), size: text.len() }
}

/// What the host has lent.
///
/// # Safety
/// The text has to live as long as what is returned, so no longer than the call that it was given to.
pub unsafe fn borrow<'a>(text: abi::Text) -> Cow<'a, str> {
    if text.size == 0 {
        return Cow::Borrowed("");
    }
    // The host gives well-formed text; what is not does not become undefined behaviour.
    String::from_utf8_lossy(std::slice::from_raw_parts(text.data, text.size))
}

/// Hands a value with these representations to `use_it`.
pub fn with_bundle<T>(parts: &[(&str, &str)], use_it: impl FnOnce(&abi::Bundle) -> T) -> T {
    let mimes: Vec<abi::Mime> = parts
        .iter()
        .map(|(kind, data)| abi::Mime { r#type: lend(kind), data: lend(data), form: abi::MIME_TEXT, reserved: 0 })
        .collect();
    use_it(&abi::Bundle { parts: mimes.as_ptr(), count: mimes.len(), metadata: lend("") })
}

/// A value as a cell shows it: texts in quotes.
pub fn shown(value: &Value) -> String {
    match value {
        Value::Number(number) => number.to_string(),
        Value::Text(text) => format!("\"{}\"", text),
    }
}

/// Hands an error to `use_it`.
pub fn with_error<T>(name: &str, message: &str, line: usize, use_it: impl FnOnce(&abi::Error) -> T) -> T {
    let value = format!("line {}: {}", line, message);
    let head = format!("{}: {}", name, value);
    let traceback = [lend(&head)];
    use_it(&abi::Error { name: lend(name), value: lend(&value), traceback: traceback.as_ptr(), traceback_size: 1 })
}

/// The host, and the services that the shell makes use of. They live until destroy() returns.
pub struct Host {
    host: *const abi::Host,
    output: *const abi::Output,
    input: *const abi::Input,
}

impl Host {
    /// # Safety
    /// `host` is what create() was given, and the value is used only until destroy() returns.
    pub unsafe fn new(host: *const abi::Host) -> Self {
        let service = |id: &str| ((*host).extension)(host, lend(id));
        Host {
            host,
            output: service(abi::EXT_OUTPUT) as *const abi::Output,
            input: service(abi::EXT_INPUT) as *const abi::Input,
        }
    }

    pub fn stream(&self, request: abi::Request, stream: u32, text: &str) -> abi::Status {
        // SAFETY: the manifest requires the service, so it is there; the text is lent for the call.
        unsafe { ((*self.output).stream)(self.host, request, stream, lend(text)) }
    }

    pub fn result(&self, request: abi::Request, value: &Value) {
        with_bundle(&[("text/plain", &shown(value))], |bundle| {
            // SAFETY: as in stream().
            unsafe { ((*self.output).result)(self.host, request, bundle) }
        });
    }

    pub fn display(&self, request: abi::Request, value: &Value) -> abi::Status {
        let plain = shown(value);
        let html = format!("<strong>{}</strong>", value.to_string().replace('&', "&amp;").replace('<', "&lt;"));
        let parts = [("text/plain", plain.as_str()), ("text/html", html.as_str())];
        with_bundle(&parts, |bundle| {
            // SAFETY: as in stream().
            unsafe { ((*self.output).display)(self.host, request, bundle, lend("")) }
        })
    }

    pub fn fail(&self, request: abi::Request, error: &abi::Error) {
        // SAFETY: the host table lives as long as this, and the error is lent for the call.
        unsafe { ((*self.host).fail)(self.host, request, error) };
    }

    /// A line of the user's, or why there is none.
    pub fn read_line(&self, request: abi::Request, prompt: &str) -> Result<String, abi::Status> {
        unsafe extern "C" fn put(context: *mut c_void, line: abi::Text) {
            // SAFETY: the context is the line below, on the stack of the same thread.
            *(context as *mut String) = borrow(line).into_owned();
        }
        let mut line = String::new();
        let sink = abi::TextSink { context: &mut line as *mut String as *mut c_void, put };
        if self.input.is_null() {
            return Err(abi::INVALID);
        }
        // SAFETY: the service is there; prompt and sink are lent for the call.
        let status = unsafe { ((*self.input).read)(self.host, request, lend(prompt), 0, &sink) };
        if status == abi::OK {
            Ok(line)
        } else {
            Err(status)
        }
    }
}

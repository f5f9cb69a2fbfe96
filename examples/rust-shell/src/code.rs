//! Code, read: a cell as a tree of steps, or what is wrong with it.
//!
//! Words stand between blanks. A text stands in quotes, on one line, and a comment goes from # to the end of the line.

use std::rc::Rc;

use crate::words::{self, Kind};

/// Deeper structures are refused: they are read, run and freed by recursion.
const DEEPEST: usize = 200;

#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Number(f64),
    Text(Rc<str>),
}

impl std::fmt::Display for Value {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Value::Number(number) => write!(to, "{}", number),
            Value::Text(text) => write!(to, "{}", text),
        }
    }
}

/// Something to do, with the number of its line.
pub struct Step {
    pub line: usize,
    pub action: Action,
}

pub type Steps = Rc<Vec<Step>>;

pub enum Action {
    Push(Value),
    /// A word of the language, or of the user's.
    Run(String),
    Store(String),
    Define(String, Definition),
    Branch(Steps, Steps),
    Times(Steps),
    Forever(Steps),
}

/// A word of the user's.
#[derive(Clone)]
pub struct Definition {
    pub steps: Steps,
    pub source: String,
}

/// Why code cannot be run.
pub struct Malformed {
    pub line: usize,
    pub message: String,
    /// Another line could make it right.
    pub is_cut_off: bool,
}

struct Token<'a> {
    text: &'a str,
    line: usize,
    begin: usize,
    end: usize,
}

/// Where the token ends that begins at the start of `rest`, and whether it is a text without an end.
fn end_of_token(rest: &str) -> (usize, bool) {
    if !rest.starts_with('"') {
        return (rest.find([' ', '\t', '\r', '\n'].as_ref()).unwrap_or(rest.len()), false);
    }
    match rest[1..].find(['"', '\n'].as_ref()) {
        Some(at) if rest[1 + at..].starts_with('"') => (at + 2, false),
        Some(at) => (at + 1, true),
        None => (rest.len(), true),
    }
}

fn tokens(code: &str) -> Result<Vec<Token<'_>>, Malformed> {
    let mut found = Vec::new();
    let mut line = 1;
    let mut at = 0;
    while let Some(next) = code[at..].chars().next() {
        let rest = &code[at..];
        match next {
            '\n' => {
                line += 1;
                at += 1;
            }
            ' ' | '\t' | '\r' => at += 1,
            '#' => at += rest.find('\n').unwrap_or(rest.len()),
            _ => {
                let (size, is_open) = end_of_token(rest);
                if is_open {
                    let message = String::from("a text has no end on its line");
                    return Err(Malformed { line, message, is_cut_off: false });
                }
                found.push(Token { text: &rest[..size], line, begin: at, end: at + size });
                at += size;
            }
        }
    }
    Ok(found)
}

struct Reader<'a> {
    code: &'a str,
    tokens: Vec<Token<'a>>,
    next: usize,
    depth: usize,
}

impl<'a> Reader<'a> {
    fn line(&self) -> usize {
        let last = self.tokens.len().saturating_sub(1);
        self.tokens.get(self.next.min(last)).map_or(1, |token| token.line)
    }

    fn malformed<T>(&self, message: String) -> Result<T, Malformed> {
        Err(Malformed { line: self.line(), message, is_cut_off: self.next >= self.tokens.len() })
    }

    fn take(&mut self) -> Option<&'a str> {
        let text = self.tokens.get(self.next)?.text;
        self.next += 1;
        Some(text)
    }

    /// A name that the user may define.
    fn name(&mut self) -> Result<String, Malformed> {
        match self.tokens.get(self.next).map(|token| token.text) {
            None => self.malformed(String::from("the code ends before a name")),
            Some(text) if text.starts_with('"') || text.parse::<f64>().is_ok() || words::find(text).is_some() => {
                self.malformed(format!("{} cannot be a name", text))
            }
            Some(text) => {
                self.next += 1;
                Ok(String::from(text))
            }
        }
    }

    /// Steps up to one of these words, which is taken too and returned; with none, up to the end of the code.
    fn steps(&mut self, ends: &[&'static str]) -> Result<(Steps, &'static str), Malformed> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return self.malformed(String::from("the code is nested too deeply"));
        }
        let mut steps = Vec::new();
        loop {
            let line = self.line();
            let text = match self.take() {
                Some(text) => text,
                None if ends.is_empty() => break,
                None => return self.malformed(format!("the code ends before {}", ends.join(" or "))),
            };
            if let Some(end) = ends.iter().find(|end| **end == text) {
                self.depth -= 1;
                return Ok((Rc::new(steps), end));
            }
            steps.push(Step { line, action: self.action(text)? });
        }
        self.depth -= 1;
        Ok((Rc::new(steps), ""))
    }

    fn action(&mut self, text: &str) -> Result<Action, Malformed> {
        if let Some(inner) = text.strip_prefix('"') {
            return Ok(Action::Push(Value::Text(Rc::from(inner.trim_end_matches('"')))));
        }
        if let Ok(number) = text.parse::<f64>() {
            return Ok(Action::Push(Value::Number(number)));
        }
        match text {
            "if" => {
                let (first, end) = self.steps(&["else", "then"])?;
                let second = if end == "else" { self.steps(&["then"])?.0 } else { Steps::default() };
                Ok(Action::Branch(first, second))
            }
            "times" => Ok(Action::Times(self.steps(&["end"])?.0)),
            "begin" => Ok(Action::Forever(self.steps(&["again"])?.0)),
            "->" => Ok(Action::Store(self.name()?)),
            ":" => {
                let begin = self.tokens[self.next - 1].begin;
                let name = self.name()?;
                let steps = self.steps(&[";"])?.0;
                let source = String::from(&self.code[begin..self.tokens[self.next - 1].end]);
                Ok(Action::Define(name, Definition { steps, source }))
            }
            _ if words::find(text).map_or(false, |word| word.kind == Kind::Structure) => {
                self.next -= 1;
                self.malformed(format!("{} stands alone", text))
            }
            _ => Ok(Action::Run(String::from(text))),
        }
    }
}

/// Reads a cell.
pub fn read(code: &str) -> Result<Steps, Malformed> {
    let tokens = tokens(code)?;
    let mut reader = Reader { code, tokens, next: 0, depth: 0 };
    Ok(reader.steps(&[])?.0)
}

/// The word around an offset, on a boundary of characters: where it begins and ends.
pub fn word_at(code: &str, cursor: usize) -> (usize, usize) {
    let is_blank = |letter: char| letter.is_ascii_whitespace();
    let begin = code[..cursor].rfind(is_blank).map_or(0, |at| at + 1);
    let end = code[cursor..].find(is_blank).map_or(code.len(), |at| cursor + at);
    (begin, end)
}

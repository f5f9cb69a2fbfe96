//! The machine: a stack, the words of the user's, and what steps do to both.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::code::{Action, Definition, Step, Value};

/// Words of the user's that call each other are that deep at most: the thread's stack has an end.
const DEEPEST: usize = 1000;

/// What a name of the user's stands for.
#[derive(Clone)]
pub enum Meaning {
    Value(Value),
    Word(Definition),
}

pub type Dictionary = BTreeMap<String, Meaning>;

/// Why a cell ended early.
pub enum Failure {
    Error { name: &'static str, message: String, line: usize },
    Interrupted,
}

/// What a machine asks of the world around it. An `Err` ends the cell.
pub trait World {
    fn print(&self, text: &str) -> Result<(), Failure>;
    fn warn(&self, text: &str) -> Result<(), Failure>;
    fn show(&self, value: &Value) -> Result<(), Failure>;
    /// None when nobody can be asked.
    fn ask(&self, prompt: &str) -> Result<Option<String>, Failure>;
    fn sleep(&self, seconds: f64) -> Result<(), Failure>;
    fn is_interrupted(&self) -> bool;
}

pub struct Machine<'a> {
    pub dictionary: &'a mut Dictionary,
    pub world: &'a dyn World,
    pub stack: Vec<Value>,
    line: usize,
    depth: usize,
}

impl<'a> Machine<'a> {
    pub fn new(dictionary: &'a mut Dictionary, world: &'a dyn World) -> Self {
        Machine { dictionary, world, stack: Vec::new(), line: 1, depth: 0 }
    }

    pub fn run(&mut self, steps: &[Step]) -> Result<(), Failure> {
        for step in steps {
            if self.world.is_interrupted() {
                return Err(Failure::Interrupted);
            }
            self.line = step.line;
            self.act(&step.action)?;
        }
        Ok(())
    }

    fn error<T>(&self, name: &'static str, message: String) -> Result<T, Failure> {
        Err(Failure::Error { name, message, line: self.line })
    }

    fn pop(&mut self) -> Result<Value, Failure> {
        match self.stack.pop() {
            Some(value) => Ok(value),
            None => self.error("StackError", String::from("the stack is empty")),
        }
    }

    fn pop_number(&mut self) -> Result<f64, Failure> {
        match self.pop()? {
            Value::Number(number) => Ok(number),
            Value::Text(text) => self.error("TypeError", format!("\"{}\" is no number", text)),
        }
    }

    fn act(&mut self, action: &Action) -> Result<(), Failure> {
        match action {
            Action::Push(value) => self.stack.push(value.clone()),
            Action::Run(name) => return self.word(name),
            Action::Store(name) => {
                let value = self.pop()?;
                self.dictionary.insert(name.clone(), Meaning::Value(value));
            }
            Action::Define(name, definition) => {
                self.dictionary.insert(name.clone(), Meaning::Word(definition.clone()));
            }
            Action::Branch(first, second) => {
                let chosen = if self.pop_number()? != 0.0 { first } else { second };
                return self.run(chosen);
            }
            Action::Times(steps) => {
                let count = self.pop_number()?;
                let mut done = 0.0;
                while done < count {
                    self.round(steps)?;
                    done += 1.0;
                }
            }
            Action::Forever(steps) => loop {
                self.round(steps)?;
            },
        }
        Ok(())
    }

    /// One round of a loop, which may have no steps at all.
    fn round(&mut self, steps: &[Step]) -> Result<(), Failure> {
        if self.world.is_interrupted() {
            return Err(Failure::Interrupted);
        }
        self.run(steps)
    }

    fn word(&mut self, name: &str) -> Result<(), Failure> {
        match self.dictionary.get(name).cloned() {
            Some(Meaning::Value(value)) => {
                self.stack.push(value);
                Ok(())
            }
            Some(Meaning::Word(definition)) => self.call(&definition),
            None => self.built_in(name),
        }
    }

    fn call(&mut self, definition: &Definition) -> Result<(), Failure> {
        if self.depth == DEEPEST {
            return self.error("DepthError", String::from("words call each other too deeply"));
        }
        let line = self.line;
        self.depth += 1;
        self.run(&definition.steps)?;
        self.depth -= 1;
        self.line = line;
        Ok(())
    }

    fn built_in(&mut self, name: &str) -> Result<(), Failure> {
        match name {
            "+" | "-" | "*" | "/" | "<" => return self.arithmetic(name),
            "=" => {
                let (second, first) = (self.pop()?, self.pop()?);
                self.stack.push(Value::Number(f64::from(u8::from(first == second))));
            }
            "dup" => {
                let value = self.pop()?;
                self.stack.extend([value.clone(), value]);
            }
            "drop" => drop(self.pop()?),
            "swap" => {
                let (second, first) = (self.pop()?, self.pop()?);
                self.stack.extend([second, first]);
            }
            "over" => {
                let (second, first) = (self.pop()?, self.pop()?);
                self.stack.extend([first.clone(), second, first]);
            }
            _ => return self.outside(name),
        }
        Ok(())
    }

    fn arithmetic(&mut self, name: &str) -> Result<(), Failure> {
        if let (Some(Value::Text(second)), "+") = (self.stack.last().cloned(), name) {
            self.stack.pop();
            let joined = format!("{}{}", self.pop()?, second);
            self.stack.push(Value::Text(Rc::from(joined)));
            return Ok(());
        }
        let (second, first) = (self.pop_number()?, self.pop_number()?);
        let number = match name {
            "+" => first + second,
            "-" => first - second,
            "*" => first * second,
            "<" => f64::from(u8::from(first < second)),
            _ if second == 0.0 => return self.error("MathError", String::from("division by zero")),
            _ => first / second,
        };
        self.stack.push(Value::Number(number));
        Ok(())
    }

    /// Words that reach outside.
    fn outside(&mut self, name: &str) -> Result<(), Failure> {
        match name {
            "." => {
                let value = self.pop()?;
                self.world.print(&format!("{}\n", value))
            }
            "warn" => {
                let value = self.pop()?;
                self.world.warn(&format!("{}\n", value))
            }
            "show" => {
                let value = self.pop()?;
                self.world.show(&value)
            }
            "ask" => {
                let prompt = self.pop()?.to_string();
                match self.world.ask(&prompt)? {
                    Some(line) => self.stack.push(Value::Text(Rc::from(line))),
                    None => return self.error("InputError", String::from("the user cannot be asked here")),
                }
                Ok(())
            }
            "sleep" => {
                let seconds = self.pop_number()?;
                self.world.sleep(seconds)
            }
            "fail" => {
                let reason = self.pop()?.to_string();
                self.error("UserError", reason)
            }
            _ => self.error("NameError", format!("there is no word {}", name)),
        }
    }
}

//! The words that the language begins with: what they are called, what they do to the stack, and what there is to say
//! of them.

/// What a word is for the reader of code.
#[derive(Clone, Copy, PartialEq)]
pub enum Kind {
    /// Does something when it is run.
    Action,
    /// Belongs to a structure, such as `if`.
    Structure,
}

pub struct Word {
    pub name: &'static str,
    pub kind: Kind,
    /// Before and after, the top of the stack last: `( a b -- c )`.
    pub effect: &'static str,
    pub help: &'static str,
}

const fn action(name: &'static str, effect: &'static str, help: &'static str) -> Word {
    Word { name, kind: Kind::Action, effect, help }
}

const fn structure(name: &'static str, effect: &'static str, help: &'static str) -> Word {
    Word { name, kind: Kind::Structure, effect, help }
}

/// All words, in the order in which they are explained best.
pub const WORDS: &[Word] = &[
    action("+", "( a b -- c )", "Adds two numbers, or joins two texts."),
    action("-", "( a b -- c )", "Subtracts b from a."),
    action("*", "( a b -- c )", "Multiplies."),
    action("/", "( a b -- c )", "Divides a by b, which is not 0."),
    action("=", "( a b -- c )", "1 when both are equal, else 0."),
    action("<", "( a b -- c )", "1 when a is less than b, else 0."),
    action("dup", "( a -- a a )", "Doubles what is on top."),
    action("drop", "( a -- )", "Removes what is on top."),
    action("swap", "( a b -- b a )", "Exchanges the two on top."),
    action("over", "( a b -- a b a )", "Doubles what is below the top."),
    action(".", "( a -- )", "Prints a line."),
    action("warn", "( a -- )", "Prints a line to the standard error."),
    action("show", "( a -- )", "Displays a value in rich form."),
    action("ask", "( a -- b )", "Shows a to the user, and takes a line."),
    action("sleep", "( a -- )", "Waits for a seconds."),
    action("fail", "( a -- )", "Ends the cell with an error that says a."),
    structure("if", "if … else … then", "Runs the first part unless the top is 0; else the second, if there is one."),
    structure("else", "if … else … then", "Begins the part that runs when the top was 0."),
    structure("then", "if … else … then", "Ends if."),
    structure("times", "times … end", "Runs what follows as often as the number on top says."),
    structure("begin", "begin … again", "Runs what follows for ever."),
    structure("again", "begin … again", "Ends begin."),
    structure("end", "times … end", "Ends times."),
    structure("->", "-> name", "Gives what is on top a name."),
    structure(":", ": name … ;", "Defines a word."),
    structure(";", ": name … ;", "Ends a definition."),
];

pub fn find(name: &str) -> Option<&'static Word> {
    WORDS.iter().find(|word| word.name == name)
}

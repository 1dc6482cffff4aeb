//! What was done to an answer so that it could be read, in plain words, and what the answer says beside its data.

/// Collected while an answer is read.
#[derive(Debug, Default)]
pub(super) struct Notes {
    /// What had to be mended, each once.
    pub(super) repairs: Vec<String>,
    /// Names that were read as other names, each once.
    pub(super) aliases: Vec<String>,
    /// Repairs and aliases that change what a number says, for whoever reads the data.
    pub(super) grave: Vec<String>,
    /// Prose of the answer: comments, words around the data, notes beside it.
    pub(super) said: Vec<String>,
}

impl Notes {
    /// Something was mended that changes no number.
    pub(super) fn repair(&mut self, what: impl Into<String>) {
        push_once(&mut self.repairs, what.into());
    }

    /// Something was mended, and a reader of the numbers must know.
    pub(super) fn grave(&mut self, what: impl Into<String>) {
        let what = what.into();
        push_once(&mut self.grave, what.clone());
        push_once(&mut self.repairs, what);
    }

    /// A name was read as another.
    pub(super) fn alias(&mut self, from: &str, to: &str) {
        if from != to {
            push_once(&mut self.aliases, format!("`{}` read as `{to}`", super::verdict::excerpt(from)));
        }
    }

    /// A column of numbers was read as another than its name says, and a reader of the numbers must know.
    pub(super) fn alias_of_numbers(&mut self, from: &str, to: &str) {
        self.alias(from, to);
        push_once(&mut self.grave, format!("column `{}` read as `{to}`", super::verdict::excerpt(from)));
    }

    /// The answer says something in words.
    pub(super) fn say(&mut self, words: &str) {
        if !words.trim().is_empty() {
            self.said.push(words.trim().to_owned());
        }
    }
}

fn push_once(list: &mut Vec<String>, what: String) {
    if !list.contains(&what) {
        list.push(what);
    }
}

/// `3 trailing commas`, `1 trailing comma`.
pub(super) fn counted(number: usize, thing: &str) -> String {
    format!("{number} {thing}{}", if number == 1 { "" } else { "s" })
}

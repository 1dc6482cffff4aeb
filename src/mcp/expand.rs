//! `${VAR}` in a server's fields → the value of the variable, as Claude Code and Cursor write it.
//!
//! Pure: the environment comes as a function. A bare `$VAR` is text, and so is what a value itself holds.

/// The value of an environment variable; `None` for one that is unset or blank.
pub type Lookup<'a> = dyn Fn(&str) -> Option<String> + 'a;

/// Why a text cannot be expanded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Unexpanded {
    /// The variable of this name is not set, and there is no default.
    Unset(String),
    /// Something between `${` and `}` that this program does not know. What to do instead.
    Unknown(String, &'static str),
}

/// Variables of other programs, by how they begin, with what to do instead.
const FOREIGN: [(&str, &str); 6] = [
    ("input:", "nobody can be asked during a run: put the value into a variable and write ${VARIABLE}"),
    ("workspaceFolder", "write the folder's path, or put it into a variable and write ${VARIABLE}"),
    ("userHome", "write ${HOME}"),
    ("pathSeparator", "write /"),
    ("command:", "put the value into a variable and write ${VARIABLE}"),
    ("config:", "put the value into a variable and write ${VARIABLE}"),
];

/// The text with `${VAR}`, `${VAR:-default}` and `${env:VAR}` replaced. `used` is told each value looked up.
///
/// # Errors
/// When a variable without a default is unset, or what stands between the braces is of no known form.
pub(super) fn expand(
    text: &str,
    lookup: &Lookup<'_>,
    used: &mut dyn FnMut(&str),
) -> Result<String, Unexpanded> {
    let mut expanded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, inside)) = rest.split_once("${") {
        expanded.push_str(before);
        let unknown = |what: &str, why| Unexpanded::Unknown(format!("${{{what}"), why);
        let Some((inside, after)) = inside.split_once('}') else {
            return Err(unknown(inside, "close it with }"));
        };
        if let Some((_, instead)) = FOREIGN.iter().find(|(start, _)| inside.starts_with(start)) {
            return Err(unknown(&format!("{inside}}}"), instead));
        }
        let (name, default) = match inside.split_once(":-") {
            Some((name, default)) => (name, Some(default)),
            None => (inside, None),
        };
        let name = name.strip_prefix("env:").unwrap_or(name);
        if !is_name(name) || default.is_some_and(|default| default.contains("${")) {
            let forms = "write ${VARIABLE}, ${VARIABLE:-default} or ${env:VARIABLE}";
            return Err(unknown(&format!("{inside}}}"), forms));
        }
        match (lookup(name), default) {
            (Some(value), _) => {
                used(&value);
                expanded.push_str(&value);
            }
            (None, Some(default)) => expanded.push_str(default),
            (None, None) => return Err(Unexpanded::Unset(name.to_owned())),
        }
        rest = after;
    }
    expanded.push_str(rest);
    Ok(expanded)
}

/// Whether this can be the name of a variable: letters, digits and `_`, no digit first.
fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn expanded(text: &str) -> Result<String, Unexpanded> {
        let lookup = |name: &str| match name {
            "A" => Some("1".to_owned()),
            "LOOP" => Some("${A}".to_owned()),
            _ => None,
        };
        expand(text, &lookup, &mut |_| ())
    }

    #[test]
    fn the_known_forms_are_replaced_and_nothing_else() {
        for (text, want) in [
            ("x${A}y${env:A}", "x1y1"),
            ("${A:-2} ${B:-2} ${B:-} ${env:B:-a:-b}", "1 2  a:-b"),
            ("${LOOP}", "${A}"),
            ("$A $ {A} A} $", "$A $ {A} A} $"),
            ("è${A}è", "è1è"),
        ] {
            assert_eq!(expanded(text).as_deref(), Ok(want), "{text}");
        }
        assert_eq!(expanded("a${B}"), Err(Unexpanded::Unset("B".into())));
        assert_eq!(expanded("${env:B_2}"), Err(Unexpanded::Unset("B_2".into())));
        for foreign in
            ["${input:key}", "${workspaceFolder}", "${}", "${A-2}", "${1A}", "${A", "${B:-${A}}", "${è}"]
        {
            let Err(Unexpanded::Unknown(what, instead)) = expanded(foreign) else { panic!("{foreign}") };
            assert!(foreign.starts_with(&what) && !instead.is_empty(), "{foreign}: {what}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_expanded_or_refused(text in "[${}:A-Ca-z_ è-]{0,40}") {
            let done = expanded(&text);
            let is_plain = !text.contains("${");
            prop_assert!(!is_plain || done == Ok(text));
        }
    }
}

//! JSON with comments and trailing commas, as editors write their settings → plain JSON.

/// The same text with comments, a byte-order mark and commas before a closing bracket blanked out, so that positions in
/// error messages stay right. What is not JSON otherwise stays so.
pub(super) fn to_json(text: &str) -> String {
    let mut out: Vec<u8> = text.strip_prefix('\u{feff}').unwrap_or(text).into();
    let mut comma = None;
    let mut i = 0;
    while i < out.len() {
        match (out[i], out.get(i + 1)) {
            (b'"', _) => {
                comma = None;
                i = after_string(&out, i);
                continue;
            }
            (b'/', Some(b'/')) => {
                i = blank(&mut out, i, |rest| rest.iter().position(|byte| *byte == b'\n'));
                continue;
            }
            (b'/', Some(b'*')) => {
                let end =
                    |rest: &[u8]| Some(2 + rest.get(2..)?.windows(2).position(|pair| pair == b"*/")? + 2);
                i = blank(&mut out, i, end);
                continue;
            }
            (b',', _) => comma = Some(i),
            (b'}' | b']', _) => {
                if let Some(comma) = comma.take() {
                    out[comma] = b' ';
                }
            }
            (byte, _) if byte.is_ascii_whitespace() => {}
            _ => comma = None,
        }
        i += 1;
    }
    // Only whole comments and single commas were overwritten, with spaces: the text is as valid as it was.
    String::from_utf8(out).unwrap_or_default()
}

/// Where the string that begins at `start` has ended.
fn after_string(text: &[u8], start: usize) -> usize {
    let mut i = start + 1;
    while i < text.len() {
        match text[i] {
            b'\\' => i += 1,
            b'"' => return i + 1,
            _ => {}
        }
        i += 1;
    }
    text.len()
}

/// Overwrites from `start` to where `end` says, or to the end of the text, with spaces; line breaks stay.
fn blank(text: &mut [u8], start: usize, end: impl Fn(&[u8]) -> Option<usize>) -> usize {
    let end = end(&text[start..]).map_or(text.len(), |length| start + length);
    text[start..end].iter_mut().filter(|byte| **byte != b'\n').for_each(|byte| *byte = b' ');
    end
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    #[test]
    fn comments_and_trailing_commas_are_dropped_outside_strings() {
        let text =
            "\u{feff}{ // è\n \"a\": \"// no /* comment */ ,}\", /* ] */ \"b\\\"\": [1, 2,\n], \"c\": {},\n}";
        let got: Value = serde_json::from_str(&to_json(text)).unwrap();
        assert_eq!(got, json!({"a": "// no /* comment */ ,}", "b\"": [1, 2], "c": {}}));
        assert!(serde_json::from_str::<Value>(&to_json("[1,,]")).is_err());
    }

    proptest! {
        #[test]
        fn no_text_is_lost_but_by_rule(text in "[\"\\\\/*,{}\\[\\] \\n1aè]{0,40}", plain in "[a-zè ]{0,10}") {
            let done = to_json(&text);
            prop_assert_eq!(done.len(), text.len());
            prop_assert_eq!(to_json(&done).len(), done.len());
            let quoted = json!({"k": plain}).to_string();
            prop_assert_eq!(to_json(&quoted), quoted);
        }
    }
}

//! Texts and names in a statement, so that whatever a merchant is called is data.
//!
//! Sources of the rules: the lexical chapters of each database's manual. Where a text could be read in two ways,
//! depending on a setting of the server, it is written in a way that has one.

use crate::template::binding::Dialect;

/// A text as a literal.
///
/// # Errors
/// When the text holds a NUL, which no dialect can write.
pub(in crate::retrieve) fn literal(dialect: Dialect, text: &str) -> Result<String, String> {
    if text.contains('\0') {
        return Err("a NUL cannot be written in a statement".into());
    }
    let doubled = || text.replace('\'', "''");
    Ok(match dialect {
        // In plain quotes, a backslash means one thing or another by standard_conforming_strings; after E it escapes.
        Dialect::Postgres if text.contains('\\') => format!("E'{}'", doubled().replace('\\', r"\\")),
        Dialect::Clickhouse => format!("'{}'", text.replace('\\', r"\\").replace('\'', r"\'")),
        // By NO_BACKSLASH_ESCAPES a backslash escapes or does not; as bytes there is nothing to escape.
        Dialect::Mysql if text.contains('\\') => {
            format!(
                "CONVERT(X'{}' USING utf8mb4)",
                text.bytes().map(|b| format!("{b:02X}")).collect::<String>()
            )
        }
        Dialect::Duckdb | Dialect::Sqlite | Dialect::Postgres | Dialect::Mysql => format!("'{}'", doubled()),
    })
}

/// A name of a table, column or alias.
pub(super) fn name(dialect: Dialect, text: &str) -> String {
    match dialect {
        Dialect::Duckdb | Dialect::Sqlite | Dialect::Postgres => format!("\"{}\"", text.replace('"', "\"\"")),
        Dialect::Clickhouse => format!("\"{}\"", text.replace('\\', r"\\").replace('"', "\\\"")),
        Dialect::Mysql => format!("`{}`", text.replace('`', "``")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Reads a literal by the dialect's rules; `None` when it is not exactly one literal.
    fn read(dialect: Dialect, sql: &str) -> Option<String> {
        if let Some(hex) =
            sql.strip_prefix("CONVERT(X'").and_then(|rest| rest.strip_suffix("' USING utf8mb4)"))
        {
            let bytes = hex
                .as_bytes()
                .chunks(2)
                .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap());
            return String::from_utf8(bytes.collect()).ok();
        }
        let (escapes, sql) = match (dialect, sql.strip_prefix('E')) {
            (Dialect::Postgres, Some(rest)) => (true, rest),
            // Were the setting the other way, a backslash left in a plain literal would escape.
            (Dialect::Postgres | Dialect::Mysql, None) if sql.contains('\\') => return None,
            (Dialect::Clickhouse, _) => (true, sql),
            _ => (false, sql),
        };
        let mut text = String::new();
        let mut letters = sql.strip_prefix('\'')?.chars();
        loop {
            match letters.next()? {
                '\\' if escapes => text.push(letters.next()?),
                '\'' => match letters.next() {
                    Some('\'') => text.push('\''),
                    Some(_) => return None,
                    None => return Some(text),
                },
                letter => text.push(letter),
            }
        }
    }

    fn hostile() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            prop::sample::select(vec![
                "'",
                "''",
                "\\",
                "\\'",
                "\"",
                "`",
                ";",
                "--",
                "/*",
                "$$",
                "$a$",
                "E'",
                "\u{2019}",
                "\u{ff07}",
                "\u{bf}",
                "%",
                "{merchant}",
                "\n",
                "x",
            ])
            .prop_map(str::to_owned),
            "[^\\x00]{0,3}",
        ];
        prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn a_literal_reads_back_as_the_text_and_nothing_more(text in hostile()) {
            for dialect in Dialect::ALL {
                let sql = literal(dialect, &text).unwrap();
                prop_assert_eq!(read(dialect, &sql), Some(text.clone()), "{:?}: {}", dialect, sql);
            }
        }

        #[test]
        fn a_name_ends_where_it_ends(text in hostile()) {
            for dialect in Dialect::ALL {
                let sql = name(dialect, &text);
                let quote = if dialect == Dialect::Mysql { '`' } else { '"' };
                let inside = sql.strip_prefix(quote).unwrap().strip_suffix(quote).unwrap();
                let mut letters = inside.chars();
                let mut back = String::new();
                while let Some(letter) = letters.next() {
                    let escape = letter == quote || (dialect == Dialect::Clickhouse && letter == '\\');
                    if escape && dialect == Dialect::Clickhouse {
                        prop_assert_eq!(letter, '\\', "{}", sql);
                    }
                    back.push(if escape { letters.next().unwrap() } else { letter });
                }
                prop_assert_eq!(&back, &text);
            }
        }
    }

    #[test]
    fn a_nul_is_refused() {
        for dialect in Dialect::ALL {
            assert!(literal(dialect, "a\0b").is_err());
        }
    }
}

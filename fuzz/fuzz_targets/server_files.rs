//! Any bytes as a list of servers: never a panic, and no message with the value of a variable.
#![no_main]

use kamslides::mcp::ServerList;
use libfuzzer_sys::fuzz_target;

/// What every variable holds: a word that no input makes by chance.
const SECRET: &str = "correct-horse-battery-staple-7391";

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    if text.contains(SECRET) {
        return;
    }
    match ServerList::parse(&text) {
        Ok(list) => choose_each(&list),
        Err(error) => drop(error.to_string()),
    }
});

fn choose_each(list: &ServerList) {
    for name in list.names() {
        assert!(list.contains(name) && list.nearest(name).is_some(), "`{name}` is named and not there");
        for field in list.unknown_fields(name) {
            let near = ServerList::nearest_field(field);
            assert!(near.is_none_or(|near| near != field), "`{field}` is known and unknown");
        }
        for value in [None, Some(SECRET.to_owned())] {
            match list.choose(name, &|_| value.clone()) {
                Ok(server) => {
                    assert!(!format!("{server:?}").contains(SECRET), "`{name}` shows what it must keep");
                }
                Err(error) => {
                    let said = format!("{error} {}", error.hints.join(" "));
                    assert!(!said.contains(SECRET), "`{name}` tells what it must keep: {said}");
                }
            }
        }
    }
}

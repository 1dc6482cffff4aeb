//! Where configuration files are looked for, lowest precedence first.

use super::Environment;
use std::path::{Path, PathBuf};

/// The file in the folder one works in.
const LOCAL: &str = "kamslides.toml";

/// The files that are read where they exist: the system's, the user's, the working folder's. Without `HOME` and
/// `XDG_CONFIG_HOME`, as under cron, there is no user's file; a relative `XDG_CONFIG_HOME` is ignored, as its
/// specification asks.
pub(super) fn standard(environment: &Environment, working_dir: &Path) -> Vec<PathBuf> {
    let absolute = |name| environment.get(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let user = absolute("XDG_CONFIG_HOME").or_else(|| absolute("HOME").map(|home| home.join(".config")));
    let mut files = vec![environment.system_config().join("kamslides/config.toml")];
    files.extend(user.map(|folder| folder.join("kamslides/config.toml")));
    files.push(working_dir.join(LOCAL));
    files
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_users_file_follows_xdg_then_home() {
        let user = |pairs: &[(&str, &str)]| {
            let files = standard(&Environment::new(pairs.iter().copied()), Path::new("/home/kim/my folder"));
            let shown: Vec<_> = files.iter().map(|path| path.display().to_string()).collect();
            assert_eq!(shown.first().unwrap(), "/etc/kamslides/config.toml");
            assert_eq!(shown.last().unwrap(), "/home/kim/my folder/kamslides.toml");
            shown[1..shown.len() - 1].to_vec()
        };
        assert_eq!(user(&[]), [""; 0]);
        assert_eq!(user(&[("HOME", "/home/kim")]), ["/home/kim/.config/kamslides/config.toml"]);
        assert_eq!(
            user(&[("HOME", "/home/kim"), ("XDG_CONFIG_HOME", "")]),
            ["/home/kim/.config/kamslides/config.toml"]
        );
        assert_eq!(user(&[("HOME", "/home/kim"), ("XDG_CONFIG_HOME", "/x")]), ["/x/kamslides/config.toml"]);
        assert_eq!(user(&[("XDG_CONFIG_HOME", "relative")]), [""; 0]);
    }
}

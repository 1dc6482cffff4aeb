//! Which server of which list a run asks.

use crate::{
    cli::{args::GenerateArgs, context::Context, usage},
    config::Settings,
    failure::{Failure, FailureKind},
    mcp::{Server, ServerError, ServerList},
};
use std::{fs, io, path::Path};

/// The list in the folder one works in, as other MCP clients keep it.
const LOCAL: &str = ".mcp.json";

/// The server asked for by name, on the command line or in the configuration; `None` when none is. A list only names
/// servers: without a name nothing in it is used.
///
/// The list is that of `--mcp-config`; else `.mcp.json`, and for a name that it lacks the configuration's.
///
/// # Errors
/// When a list cannot be used, or holds no server of this name, or its entry is wrong.
pub(super) fn named(
    context: &Context,
    args: &GenerateArgs,
    settings: &Settings,
) -> Result<Option<Server>, Failure> {
    // A database or an address on the command line is meant, whatever is configured.
    if args.db.is_some() || args.mcp_url.is_some() {
        return Ok(None);
    }
    let Some(name) = &settings.retrieval.server else {
        return match &args.mcp_config {
            Some(path) => {
                let list = read(path)?;
                Err(usage("--mcp-config only names servers, and none is asked for")
                    .hint(format!("choose one with --server: {}", names(&[&list]))))
            }
            None => Ok(None),
        };
    };
    let file = match &args.mcp_config {
        Some(path) => Some((path.as_path(), read(path)?)),
        None => local()?.map(|list| (Path::new(LOCAL), list)),
    };
    let configured = settings.mcp.servers.as_ref().filter(|_| args.mcp_config.is_none());
    let lists: Vec<_> = file.iter().map(|(_, list)| list).chain(configured).collect();
    let Some(list) = lists.iter().find(|list| list.contains(name)) else {
        return Err(unknown(name, &lists, args.server.is_some()));
    };
    for field in list.unknown_fields(name) {
        tracing::debug!("the server {name}: the field `{}` means nothing here", field.escape_debug());
    }
    let lookup = |variable: &str| context.environment.get(variable).map(str::to_owned);
    let chosen = list.choose(name, &lookup).map_err(|error| match &file {
        Some((path, from)) if std::ptr::eq(from, *list) => in_file(path, error),
        _ => error.into(),
    });
    chosen.map(Some)
}

fn unknown(name: &str, lists: &[&ServerList], is_flag: bool) -> Failure {
    let what = format!("there is no server `{}`", name.escape_debug());
    let failure = if is_flag {
        usage(format!("--server: {what}"))
    } else {
        Failure::msg(FailureKind::Config, format!("retrieval.server: {what}"))
    };
    let near = lists.iter().find_map(|list| list.nearest(name));
    let failure = match near {
        Some(near) => failure.hint(format!("did you mean `{}`?", near.escape_debug())),
        None => failure,
    };
    failure.hint(names(lists))
}

/// The names in the lists, as a sentence.
fn names(lists: &[&ServerList]) -> String {
    let names: Vec<_> =
        lists.iter().flat_map(|list| list.names()).map(|name| name.escape_debug().to_string()).collect();
    if names.is_empty() {
        format!(
            "no server is named: give a list with --mcp-config, in {LOCAL}, or as mcp.servers in the configuration"
        )
    } else {
        format!("the servers are {}", names.join(", "))
    }
}

/// The list in the folder one works in, if there is one.
fn local() -> Result<Option<ServerList>, Failure> {
    match fs::metadata(LOCAL) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        _ => read(Path::new(LOCAL)).map(Some),
    }
}

fn read(path: &Path) -> Result<ServerList, Failure> {
    let text = fs::read_to_string(path).map_err(|error| {
        let what = format!("cannot read the server list {}: {error}", path.display());
        Failure::msg(FailureKind::Config, what)
    })?;
    let list = ServerList::parse(&text).map_err(|error| in_file(path, error))?;
    if !list.passed_over().is_empty() {
        tracing::debug!("{}: passed over {}", path.display(), list.passed_over().join(", "));
    }
    Ok(list)
}

fn in_file(path: &Path, mut error: ServerError) -> Failure {
    error.message = format!("{}: {}", path.display(), error.message);
    error.into()
}

//! One entry of a server list → a [`Server`]: which fields there are, what they may hold, and their variables.
//!
//! The fields are those of Claude Code, Cursor, VS Code and Windsurf (their documentation of `mcpServers` and
//! `servers`), and `token`, a bearer token, which is ours.

use super::{
    Knobs, Server, ServerError,
    expand::{Lookup, Unexpanded, expand},
    secrets::Secrets,
    server::{HttpServer, Identity, StdioServer},
};
use crate::{failure::FailureKind, message::nearest};
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};
use serde_json::{Map, Value};

/// The fields that mean something here.
const FIELDS: [&str; 12] = [
    "type",
    "transport",
    "command",
    "args",
    "env",
    "cwd",
    "url",
    "serverUrl",
    "headers",
    "token",
    "kamslides",
    // What many editors write and what changes nothing here: a server that is asked for by name is meant.
    "disabled",
];

/// Every spelling of a transport that is spoken here.
const HTTP: [&str; 4] = ["http", "streamable-http", "streamableHttp", "streamable_http"];

/// Headers that the protocol sets for itself.
const RESERVED: [&str; 5] =
    ["accept", "content-type", "mcp-session-id", "mcp-protocol-version", "last-event-id"];

/// The fields of an entry that mean nothing here.
pub(super) fn unknown_fields(entry: &Value) -> Vec<&str> {
    let fields = entry.as_object().into_iter().flat_map(Map::keys).map(String::as_str);
    fields.filter(|field| !FIELDS.contains(field)).collect()
}

/// The field that may have been meant.
pub(super) fn nearest_field(field: &str) -> Option<&'static str> {
    nearest(field, FIELDS.into_iter())
}

/// The server that an entry describes.
pub(super) fn server(name: &str, entry: &Value, lookup: &Lookup<'_>) -> Result<Server, ServerError> {
    let shown = name.escape_debug().to_string();
    let Value::Object(fields) = entry else {
        return Err(wrong(&shown, "is not a table of fields"));
    };
    let entry = Entry { name: shown, fields, lookup, secrets: Secrets::default() };
    let knobs = match fields.get("kamslides") {
        Some(table) => Knobs::read(&entry.name, table)?,
        None => Knobs::default(),
    };
    if entry.is_http()? { entry.http(knobs) } else { entry.stdio(knobs) }
}

fn wrong(server: &str, what: &str) -> ServerError {
    ServerError::new(FailureKind::Config, format!("the server {server} {what}"))
}

/// An entry being read.
struct Entry<'a> {
    name: String,
    fields: &'a Map<String, Value>,
    lookup: &'a Lookup<'a>,
    secrets: Secrets,
}

impl<'a> Entry<'a> {
    fn is_http(&self) -> Result<bool, ServerError> {
        let has = |field| self.fields.get(field).is_some_and(|value| !value.is_null());
        let (has_command, has_url) = (has("command"), has("url") || has("serverUrl"));
        let kind = self.fields.get("type").or_else(|| self.fields.get("transport"));
        let http = match kind.map(|kind| kind.as_str().unwrap_or_default()) {
            None => match (has_command, has_url) {
                (true, false) => false,
                (false, true) => true,
                (true, true) => {
                    return Err(self.wrong("has both a command and a url").hint("keep one of them"));
                }
                (false, false) => {
                    return Err(self.wrong("has neither a command nor a url").hint("give it one of them"));
                }
            },
            Some("stdio") => false,
            Some(kind) if HTTP.contains(&kind) => true,
            Some("sse") => {
                return Err(self
                    .wrong("is of type sse: legacy SSE is not supported")
                    .hint("use the server's Streamable HTTP address, with type http"));
            }
            Some(other) => {
                let error = self.wrong(&format!("is of the unknown type `{}`", other.escape_debug()));
                let near = nearest(other, HTTP.into_iter().chain(["stdio"]));
                return Err(match near {
                    Some(near) => error.hint(format!("did you mean `{near}`?")),
                    None => error.hint("a type is http or stdio"),
                });
            }
        };
        match (http, has_command, has_url) {
            (true, _, false) => Err(self.wrong("is of type http and has no url")),
            (false, false, _) => Err(self.wrong("is of type stdio and has no command")),
            _ => Ok(http),
        }
    }

    fn http(mut self, knobs: Knobs) -> Result<Server, ServerError> {
        let field = if self.fields.contains_key("url") { "url" } else { "serverUrl" };
        let url = self.required(field)?;
        let mut headers = HeaderMap::new();
        for (header, value) in self.table("headers")? {
            let field = format!("headers.{header}");
            let value = self.text(&field, value)?;
            self.secrets.keep(&value);
            let unusable =
                || wrong(&self.name, &format!("has an unusable header in `{}`", field.escape_debug()));
            let header = HeaderName::from_bytes(header.as_bytes()).map_err(|_| unusable())?;
            let value = sensitive(&value).ok_or_else(unusable)?;
            if !RESERVED.contains(&header.as_str()) {
                headers.insert(header, value);
            }
        }
        if self.fields.contains_key("token") {
            let token = self.required("token")?;
            self.secrets.keep(&token);
            let bearer = sensitive(&format!("Bearer {token}"));
            headers.insert(AUTHORIZATION, bearer.ok_or_else(|| self.wrong("has an unusable `token`"))?);
        }
        let advice = format!(
            "give {0} a token that it accepts: \"headers\": {{\"Authorization\": \"Bearer ${{VARIABLE}}\"}} in its entry",
            self.name
        );
        let identity = Identity { name: self.name, knobs, secrets: self.secrets, auth_advice: advice };
        HttpServer::new(&url, headers, identity).map(Server::Http)
    }

    fn stdio(mut self, knobs: Knobs) -> Result<Server, ServerError> {
        let command = self.required("command")?;
        let args = match self.fields.get("args") {
            None | Some(Value::Null) => Vec::new(),
            Some(Value::Array(args)) => {
                let read = args.iter().enumerate().map(|(i, arg)| self.text(&format!("args[{i}]"), arg));
                read.collect::<Result<_, _>>()?
            }
            Some(_) => return Err(self.wrong("has `args` that are not a list of texts")),
        };
        let passwords: Vec<_> = args.iter().filter_map(|arg: &String| password(arg)).collect();
        for password in passwords {
            self.secrets.keep(password);
        }
        let mut env = Vec::new();
        for (variable, value) in self.table("env")? {
            if value.is_null() {
                continue;
            }
            if variable.is_empty() || variable.contains(['=', '\0']) {
                return Err(self.wrong("has a variable in `env` whose name is no name"));
            }
            let value = self.text(&format!("env.{variable}"), value)?;
            self.secrets.keep(&value);
            env.push((variable.clone(), value));
        }
        let cwd = match self.fields.get("cwd") {
            None | Some(Value::Null) => None,
            Some(_) => Some(self.required("cwd")?.into()),
        };
        let advice = format!("give {} what it needs in the `env` of its entry", self.name);
        let identity = Identity { name: self.name, knobs, secrets: self.secrets, auth_advice: advice };
        Ok(Server::Stdio(StdioServer::new(command, args, env, cwd, identity)))
    }

    /// A field that must hold a text which is not empty.
    fn required(&mut self, field: &str) -> Result<String, ServerError> {
        let text = self.text(field, self.fields.get(field).unwrap_or(&Value::Null))?;
        if text.trim().is_empty() { Err(self.wrong(&format!("has an empty `{field}`"))) } else { Ok(text) }
    }

    /// A field of fields; none where it is missing.
    fn table(
        &self,
        field: &str,
    ) -> Result<impl Iterator<Item = (&'a String, &'a Value)> + use<'a>, ServerError> {
        match self.fields.get(field) {
            None | Some(Value::Null) => Ok(None.into_iter().flatten()),
            Some(Value::Object(table)) => Ok(Some(table).into_iter().flatten()),
            Some(_) => Err(self.wrong(&format!("has `{field}` that are not a table of texts"))),
        }
    }

    /// A text with its variables expanded; each of their values is kept secret. Numbers and switches are texts too.
    fn text(&mut self, field: &str, value: &Value) -> Result<String, ServerError> {
        let text = match value {
            Value::String(text) => text.clone(),
            Value::Number(_) | Value::Bool(_) => value.to_string(),
            _ => return Err(self.wrong(&format!("has a `{}` that is not a text", field.escape_debug()))),
        };
        let secrets = &mut self.secrets;
        let expanded = expand(&text, self.lookup, &mut |value| secrets.keep(value)).map_err(|error| {
            let field = field.escape_debug();
            match error {
                Unexpanded::Unset(variable) => self
                    .wrong(&format!(
                        "needs the environment variable {variable}, which is not set, for `{field}`"
                    ))
                    .hint(format!("set {variable}, or write a default: ${{{variable}:-default}}")),
                Unexpanded::Unknown(what, instead) => self
                    .wrong(&format!("has `{}` in `{field}`, which is not understood", what.escape_debug()))
                    .hint(instead),
            }
        })?;
        if expanded.contains('\0') {
            return Err(self.wrong(&format!("has a zero byte in `{}`", field.escape_debug())));
        }
        Ok(expanded)
    }

    fn wrong(&self, what: &str) -> ServerError {
        wrong(&self.name, what)
    }
}

/// The password in an address such as `postgresql://name:password@host/database`, as database servers take them.
fn password(argument: &str) -> Option<&str> {
    let (_, rest) = argument.split_once("://")?;
    let (user, _) = rest.rsplit_once('@')?;
    user.split_once(':').map(|(_, password)| password)
}

/// A header's value that is never shown; `None` for one that no header can hold.
pub(super) fn sensitive(value: &str) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_str(value.trim()).ok()?;
    value.set_sensitive(true);
    Some(value)
}

//! What the user may type. Only clap's structures: what the program then does is decided in `config` and `commands`.

use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Turns one merchant's data into a business-review deck.
#[derive(Debug, Parser)]
#[command(
    name = "kamslides",
    version,
    max_term_width = 100,
    after_help = "Examples:\n  \
        kamslides generate --merchant demo-fashion --from 2023-01-01 --to 2025-06-30\n  \
        kamslides data import orders.csv.gz --merchant acme --currency EUR --map auto\n  \
        kamslides generate --merchant acme --period last-quarter --db kamslides.db\n  \
        kamslides generate --merchant acme --period last-quarter --server sales --binding warehouse.toml"
)]
pub(super) struct Cli {
    #[command(flatten)]
    pub(super) global: Global,
    #[command(subcommand)]
    pub(super) command: Command,
}

/// Options of every command.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Options of every command")]
pub(super) struct Global {
    /// Read this configuration file instead of the usual ones
    #[arg(long, global = true, value_name = "PATH")]
    pub(super) config: Option<PathBuf>,
    /// Print errors only
    #[arg(short, long, global = true)]
    pub(super) quiet: bool,
    /// Print what is done; twice for every detail
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub(super) verbose: u8,
    /// When to use colour
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub(super) color: ColorArg,
    /// Never draw progress bars
    #[arg(long, global = true)]
    pub(super) no_progress: bool,
    /// How log lines look
    #[arg(long, global = true, value_name = "FORMAT")]
    pub(super) log_format: Option<LogFormatArg>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ColorArg {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum LogFormatArg {
    Human,
    Json,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Make one merchant's review deck
    Generate(Box<GenerateArgs>),
    /// Import, list, delete and serve the embedded data
    #[command(subcommand)]
    Data(DataCommand),
    /// List, show and check deck templates, and check bindings
    #[command(subcommand)]
    Template(TemplateCommand),
    /// Show how an answer of a server is understood: the data it makes, or why not
    Decode(DecodeArgs),
    /// Show and check the configuration
    #[command(subcommand)]
    Config(ConfigCommand),
}

/// `generate`.
#[derive(Debug, Args)]
#[command(next_help_heading = WHAT_AND_WHEN)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own on the command line")]
pub(super) struct GenerateArgs {
    /// The merchant, exactly as the data name it
    #[arg(long, value_name = "ID")]
    pub(super) merchant: String,
    /// First day of the history, YYYY-MM-DD
    #[arg(long, value_name = "DATE", requires = "to", conflicts_with = "period")]
    pub(super) from: Option<String>,
    /// Last day of the history, YYYY-MM-DD
    #[arg(long, value_name = "DATE", requires = "from")]
    pub(super) to: Option<String>,
    /// A named focus, with 24 months of history before it: last-month, last-quarter, last-12-months, ytd, last-year
    #[arg(long, value_name = "NAME")]
    pub(super) period: Option<String>,
    /// What titles and texts speak of: 2025-Q2, 2025-06, 2025 or 2025-04-01..2025-06-30 [default: the last complete
    /// quarter]
    #[arg(long, value_name = "PERIOD", conflicts_with = "period")]
    pub(super) focus: Option<String>,
    /// The day that counts as today, YYYY-MM-DD [default: the local date]
    #[arg(long, value_name = "DATE")]
    pub(super) today: Option<String>,

    /// The embedded database made by `data import` [default: what is configured, else the demo data]
    #[arg(long, value_name = "FILE", conflicts_with = "mcp_url", help_heading = SOURCE)]
    pub(super) db: Option<PathBuf>,
    /// An MCP server, over Streamable HTTP
    #[arg(long, value_name = "URL", help_heading = SOURCE)]
    pub(super) mcp_url: Option<String>,
    /// An MCP server, by its name in the list of servers
    #[arg(long, value_name = "NAME", conflicts_with_all = ["db", "mcp_url"], help_heading = SOURCE)]
    pub(super) server: Option<String>,
    /// The list of servers, as other MCP clients keep it [default: ./.mcp.json, and mcp.servers of the configuration]
    #[arg(long, value_name = "FILE", conflicts_with_all = ["db", "mcp_url"], help_heading = SOURCE)]
    pub(super) mcp_config: Option<PathBuf>,
    /// How the server is asked: metrics, sql, agent, or a file [default: metrics]
    #[arg(long, value_name = "NAME|PATH", help_heading = SOURCE)]
    pub(super) binding: Option<String>,
    /// Who decides what the server is asked: this program, by the binding, or a language model that drives the server's
    /// tools [default: direct]
    #[arg(long, value_name = "HOW", help_heading = SOURCE)]
    pub(super) retrieval: Option<RetrievalArg>,
    /// Write every answer of the server into this folder, for --replay
    #[arg(long, value_name = "DIR", help_heading = SOURCE)]
    pub(super) record: Option<PathBuf>,
    /// Take every answer from this folder, which --record made, and ask no server
    #[arg(long, value_name = "DIR", conflicts_with = "record", help_heading = SOURCE)]
    pub(super) replay: Option<PathBuf>,
    /// Ask again for what a run of the same job was answered in the last 15 minutes
    #[arg(long, conflicts_with = "replay", help_heading = SOURCE)]
    pub(super) refresh: bool,

    /// A built-in template or a folder [default: kam-review]
    #[arg(long, value_name = "NAME|PATH", help_heading = SHOWN)]
    pub(super) template: Option<String>,
    /// Only these sections, by slug or request id (can be repeated)
    #[arg(long, value_name = "SECTION", help_heading = SHOWN)]
    pub(super) only: Vec<String>,
    /// Who will read the deck [default: client]
    #[arg(long, value_name = "WHO", help_heading = SHOWN)]
    pub(super) audience: Option<AudienceArg>,
    /// What stands in for a section without data: a card, a line on the last slide, or no deck at all [default: by section
    /// and audience]
    #[arg(long, value_name = "WHAT", help_heading = SHOWN)]
    pub(super) on_missing: Option<OnMissingArg>,
    /// Make no deck before the data are complete up to the end of the focus: exit code 75
    #[arg(long, help_heading = SHOWN)]
    pub(super) require_complete: bool,

    /// Folder for decks [default: ./decks]
    #[arg(short, long, value_name = "DIR", help_heading = RUN)]
    pub(super) out: Option<PathBuf>,
    /// End the run after this time, for instance 90s [default: 300s]
    #[arg(long, value_name = "DURATION", help_heading = RUN)]
    pub(super) deadline: Option<String>,
    /// Print what would be asked for and drawn, and ask for nothing
    #[arg(long, conflicts_with = "json", help_heading = RUN)]
    pub(super) dry_run: bool,
    /// Print the run report on stdout in place of the deck's path
    #[arg(long, help_heading = RUN)]
    pub(super) json: bool,
}

/// Headings of the many options of `generate`.
const WHAT_AND_WHEN: &str = "What and when";
const SOURCE: &str = "Where the data come from";
const SHOWN: &str = "What is shown";
const RUN: &str = "How it runs";

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum RetrievalArg {
    Direct,
    Agent,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum AudienceArg {
    Client,
    Internal,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum OnMissingArg {
    Placeholder,
    Omit,
    Fail,
}

/// `data …`.
#[derive(Debug, Subcommand)]
pub(super) enum DataCommand {
    /// Write the demo merchants into a database
    Demo(DbArgs),
    /// Import orders from CSV files, gzipped or not; `-` reads stdin
    Import(Box<ImportArgs>),
    /// List the merchants of a database
    Merchants {
        #[command(flatten)]
        db: DbArgs,
        /// Print them as JSON
        #[arg(long)]
        json: bool,
    },
    /// Delete everything about a merchant
    Forget {
        /// The merchant
        #[arg(long, value_name = "ID")]
        merchant: String,
        #[command(flatten)]
        db: DbArgs,
    },
    /// Serve a database, or the demo data, to MCP clients
    Serve {
        /// Serve over Streamable HTTP on this address [default: 127.0.0.1:8000]
        #[arg(long, value_name = "ADDR", num_args = 0..=1, default_missing_value = "127.0.0.1:8000")]
        http: Option<String>,
        /// Serve over stdin and stdout
        #[arg(long, conflicts_with = "http")]
        stdio: bool,
        /// The database [default: the configured one, else the demo data]
        #[arg(long, value_name = "FILE")]
        db: Option<PathBuf>,
    },
}

/// Which database.
#[derive(Debug, Clone, Args)]
pub(super) struct DbArgs {
    /// The database [default: the configured one, else ./kamslides.db]
    #[arg(long, value_name = "FILE")]
    pub(super) db: Option<PathBuf>,
}

/// `data import`.
#[derive(Debug, Args)]
pub(super) struct ImportArgs {
    /// CSV files; `-` reads stdin
    #[arg(required = true, value_name = "FILE")]
    pub(super) files: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) db: DbArgs,
    /// Which column is what, as `column=field,…` (can be repeated), or `auto` to propose from the header
    #[arg(long, value_name = "MAP", default_value = "auto")]
    pub(super) map: Vec<String>,
    /// The merchant, where no column names it
    #[arg(long, value_name = "ID")]
    pub(super) merchant: Option<String>,
    /// ISO 4217 code of every amount
    #[arg(long, value_name = "CODE")]
    pub(super) currency: Option<String>,
    /// How dates are written, for instance %d/%m/%Y
    #[arg(long, value_name = "FORMAT")]
    pub(super) date_format: Option<String>,
    /// The decimal sign of amounts
    #[arg(long, value_name = "SIGN", default_value = ".")]
    pub(super) decimal: char,
    /// Print the result as JSON
    #[arg(long)]
    pub(super) json: bool,
}

/// `decode`.
#[derive(Debug, Args)]
pub(super) struct DecodeArgs {
    /// The answer: its text, or a tool's whole reply as JSON; `-` reads stdin
    #[arg(value_name = "FILE", default_value = "-")]
    pub(super) file: PathBuf,
    /// The request that it answers, by slug or request id; without it, only the table is shown
    #[arg(long, value_name = "REQUEST")]
    pub(super) request: Option<String>,
    /// A built-in template or a folder
    #[arg(long, value_name = "NAME|PATH", default_value = "kam-review")]
    pub(super) template: String,
    /// Print the data as JSON, with repairs and aliases
    #[arg(long)]
    pub(super) json: bool,
}

/// `template …`.
#[derive(Debug, Subcommand)]
pub(super) enum TemplateCommand {
    /// List the built-in templates
    List,
    /// Show what a template asks for and its colours, or draw every chart in its theme
    Show {
        /// A built-in template or a folder
        #[arg(value_name = "NAME|PATH", default_value = "kam-review")]
        template: String,
        /// Draw every mark, with ordinary and hostile data in every language, into a page in this folder
        #[arg(long, value_name = "DIR")]
        gallery: Option<PathBuf>,
    },
    /// Report every error of a template or a binding at once
    Check {
        /// A built-in template or a folder; a built-in binding or its file
        #[arg(value_name = "NAME|PATH")]
        template: String,
    },
}

/// `config …`.
#[derive(Debug, Subcommand)]
pub(super) enum ConfigCommand {
    /// Show every setting with its source
    Show {
        /// Print them as JSON
        #[arg(long)]
        json: bool,
        /// Print also the values that a higher layer hides
        #[arg(long)]
        all_layers: bool,
    },
    /// List the files that are read, lowest precedence first
    Path,
    /// Check files and variables; unknown variables are errors here
    Check,
}

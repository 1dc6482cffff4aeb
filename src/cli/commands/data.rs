//! `data demo`, `data import`, `data merchants`, `data forget` and `data serve`.

use crate::{
    cli::{
        args::{DataCommand, DbArgs, ImportArgs},
        context::Context,
        usage,
    },
    concurrency::{Stop, runtime, watch_signals},
    domain::Merchant,
    failure::{Failure, FailureKind},
    mcp,
    store::{ImportOptions, ImportReport, Mapping, MerchantEntry, Store},
};
use serde_json::{Value, json};
use std::{
    fmt::Write as _,
    fs::File,
    io,
    net::{SocketAddr, ToSocketAddrs},
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

/// Where the embedded data are, without `--db` and configuration.
const DEFAULT_DB: &str = "./kamslides.db";

pub(super) fn run(context: &mut Context, command: DataCommand) -> Result<ExitCode, Failure> {
    match command {
        DataCommand::Demo(db) => {
            let path = database(context, &db)?.unwrap_or_else(|| DEFAULT_DB.into());
            Store::create_or_open(&path).and_then(|mut store| store.write_demo())?;
            let names = Store::DEMO_MERCHANTS.join(", ");
            context.terminal.note(&format!("{names} are in {}", path.display()));
        }
        DataCommand::Import(args) => import(context, &args)?,
        DataCommand::Merchants { db, json } => {
            let path = database(context, &db)?.unwrap_or_else(|| DEFAULT_DB.into());
            let text = merchants(&Store::open(&path)?, json)?;
            context.terminal.result(&text)?;
        }
        DataCommand::Forget { merchant, db } => {
            let path = database(context, &db)?.unwrap_or_else(|| DEFAULT_DB.into());
            let merchant = Merchant::new(&merchant).map_err(|error| usage(format!("--merchant: {error}")))?;
            Store::open(&path)?.forget(&merchant)?;
            context.terminal.note(&format!("everything about {merchant} is deleted from {}", path.display()));
        }
        DataCommand::Serve { http, stdio, db } => serve(context, http.as_deref(), stdio, &DbArgs { db })?,
    }
    Ok(ExitCode::SUCCESS)
}

/// The database that is meant: `--db`, else the configured one.
fn database(context: &mut Context, db: &DbArgs) -> Result<Option<PathBuf>, Failure> {
    let flag = db.db.as_ref().map_or(Value::Null, |path| json!(path.to_string_lossy()));
    Ok(context.settings(vec![("retrieval.db", "--db", flag)])?.settings.retrieval.db)
}

fn import(context: &mut Context, args: &ImportArgs) -> Result<(), Failure> {
    let options = ImportOptions {
        map: Mapping::parse(&args.map)?,
        merchant: given(args.merchant.as_deref(), "merchant")?,
        currency: given(args.currency.as_deref(), "currency")?,
        date_format: args.date_format.clone(),
        decimal: args.decimal,
    };
    let path = database(context, &args.db)?.unwrap_or_else(|| DEFAULT_DB.into());
    // Inputs are opened before a database is made for them.
    let inputs: Vec<_> = args.files.iter().map(|file| open(file)).collect::<Result<_, _>>()?;
    let is_new = !path.exists();
    let mut store = Store::create_or_open(&path)?;
    for (file, input) in args.files.iter().zip(inputs) {
        let report = store.import(input, &options).map_err(|error| {
            if is_new && store.merchants().is_ok_and(|merchants| merchants.is_empty()) {
                // A database made for nothing would only puzzle whoever finds it.
                std::fs::remove_file(&path).unwrap_or_default();
            }
            let failure = Failure::from(error);
            Failure {
                error: failure.error.context(format!("{} was not imported", file.display())),
                ..failure
            }
        })?;
        if args.json {
            context.terminal.result(&format!("{}\n", import_json(&report)))?;
        } else {
            for line in import_lines(file, &report) {
                context.terminal.note(&line);
            }
        }
        if report.imported == 0 && !report.already_imported {
            let message = format!("{}: no row could be imported", file.display());
            return Err(Failure::msg(FailureKind::InvalidData, message)
                .hint("see the reason beside each rejected row; --map, --date-format and --decimal say how to read them"));
        }
    }
    Ok(())
}

fn given<T: std::str::FromStr>(text: Option<&str>, flag: &str) -> Result<Option<T>, Failure>
where
    T::Err: std::fmt::Display,
{
    text.map(str::parse).transpose().map_err(|error| usage(format!("--{flag}: {error}")))
}

fn open(file: &Path) -> Result<Box<dyn io::Read>, Failure> {
    if file == Path::new("-") {
        return Ok(Box::new(io::stdin().lock()));
    }
    let unreadable = |error| {
        let error = anyhow::Error::new(error).context(format!("cannot read {}", file.display()));
        Failure::new(FailureKind::Usage, error).hint("name a CSV file, gzipped or not, or - for stdin")
    };
    let opened = File::open(file).map_err(unreadable)?;
    if opened.metadata().is_ok_and(|metadata| metadata.is_dir()) {
        return Err(unreadable(io::ErrorKind::IsADirectory.into()));
    }
    Ok(Box::new(opened))
}

fn import_json(report: &ImportReport) -> Value {
    json!({
        "rows": report.rows,
        "imported": report.imported,
        "rejected": report.rejected,
        "rejected_total": report.rejected_total,
        "orders": report.orders,
        "replaced": report.replaced,
        "total": report.total,
        "merchants": report.merchants,
        "already_imported": report.already_imported,
    })
}

/// What an import did, for a person.
fn import_lines(file: &Path, report: &ImportReport) -> Vec<String> {
    let pairs: Vec<_> = report.mapping.iter().map(|(column, field)| format!("{column}={field}")).collect();
    let mut lines = vec![format!("columns: {}", pairs.join(", "))];
    if report.already_imported {
        lines.push(format!("{} was imported before: nothing is added", file.display()));
        return lines;
    }
    if report.imported > 0 {
        let mut line = format!(
            "{}: {} of {} imported, {}, {:.2} in total, for {}",
            file.display(),
            report.imported,
            counted(report.rows, "row"),
            counted(report.orders, "order"),
            report.total,
            report.merchants.join(", ")
        );
        if report.replaced > 0 {
            let orders = counted(report.replaced, "order");
            write!(line, "; {orders} of earlier files replaced").unwrap_or_default();
        }
        lines.push(line);
    }
    if report.rejected_total > 0 {
        lines.push(format!("{} rejected:", counted(report.rejected_total, "row")));
        let shown = report.rejected.iter().take(10);
        lines.extend(shown.map(|rejected| format!("  line {}: {}", rejected.line, rejected.reason)));
        if report.rejected_total > 10 {
            lines.push("  and more: --json lists the first hundred".into());
        }
    }
    lines
}

fn counted(number: u64, thing: &str) -> String {
    format!("{number} {thing}{}", if number == 1 { "" } else { "s" })
}

fn merchants(store: &Store, as_json: bool) -> Result<String, Failure> {
    let entries = store.merchants()?;
    if as_json {
        return Ok(format!("{:#}\n", json!(entries)));
    }
    let line = |entry: &MerchantEntry| {
        let currency = entry.currency.map_or("-".to_owned(), |currency| currency.to_string());
        format!(
            "{}  {}..{}  {}  {currency}\n",
            entry.merchant,
            entry.first_day,
            entry.last_day,
            counted(entry.orders, "order")
        )
    };
    Ok(entries.iter().map(line).collect())
}

fn serve(context: &mut Context, http: Option<&str>, stdio: bool, db: &DbArgs) -> Result<(), Failure> {
    let store = match database(context, db)? {
        Some(path) => Store::open(&path)?,
        None => Store::demo_all(),
    };
    let store = Arc::new(store);
    let address: SocketAddr = match http {
        Some(text) => text.to_socket_addrs().ok().and_then(|mut found| found.next()).ok_or_else(|| {
            usage(format!("--http: `{text}` is not an address and a port"))
                .hint("for instance --http 127.0.0.1:8000")
        })?,
        None => mcp::DEFAULT_ADDRESS,
    };
    let runtime = runtime().map_err(|error| Failure::new(FailureKind::Bug, error))?;
    let terminal = &mut context.terminal;
    let outcome = runtime.block_on(async {
        let stop = Stop::new();
        let _signals = watch_signals(&stop).map_err(|error| Failure::new(FailureKind::Bug, error))?;
        let served = if stdio {
            mcp::serve_stdio(store, &stop).await
        } else {
            match mcp::serve_http(store, address, &stop).await {
                Ok(serving) => {
                    terminal.note(&format!("serving {} until interrupted", serving.url()));
                    serving.ended().await
                }
                Err(error) => Err(error),
            }
        };
        served.map_err(Failure::from)
    });
    runtime.shutdown_background();
    outcome
}

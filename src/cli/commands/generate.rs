//! `generate`: what was typed → a [`Job`], and the run → the terminal.

use super::{fonts, servers, template};
use crate::{
    cli::{
        args::{AudienceArg, GenerateArgs, OnMissingArg, RetrievalArg},
        context::Context,
        usage,
    },
    concurrency::{Stop, runtime, watch_signals},
    config::{Flag, Settings},
    deck,
    domain::{Dimension, DomainError, Merchant, Period, RecentPeriod, Review, parse_date, parse_focus},
    failure::{Failure, FailureKind},
    mcp::Server,
    message::nearest,
    pipeline::{self, Job, Run},
    report::Status,
    request,
    store::Store,
    template::{Binding, DeckTemplate},
};
use jiff::{Timestamp, Zoned, civil::Date};
use serde_json::{Value, json};
use std::{path::PathBuf, process::ExitCode, sync::Arc};

pub(super) fn run(context: &mut Context, args: &GenerateArgs) -> Result<ExitCode, Failure> {
    let loaded = context.settings(flags(args))?;
    let (merchant, review) = asked(args)?;
    let (template, only) = sections(template::load(&loaded.settings.output.template)?, &args.only)?;
    if args.dry_run {
        context.terminal.result(&plan(&template, &merchant, &review, &loaded.settings))?;
        return Ok(ExitCode::SUCCESS);
    }
    let base = deck::Base::open(&template, merchant.is_demo())?;
    fonts::use_fallback(&loaded.settings.fonts.fallback)?;
    recording(args)?;
    let progress = context.observe(&loaded);
    let server = server(context, args, &loaded.settings, &merchant)?;
    let binding = binding(args, &loaded.settings, &server)?;
    let agent = super::agent::agent(&loaded.settings, &binding)?;
    let started_at = Timestamp::now();
    let job = Job {
        run_id: run_id(started_at),
        started_at,
        merchant,
        review,
        template,
        base,
        only,
        server,
        record: args.record.clone(),
        replay: args.replay.clone(),
        refresh: args.refresh,
        binding,
        out: loaded.settings.output.folder.clone(),
        dated: source_date(context)?,
        agent,
        settings: loaded.settings,
        provenance: loaded.provenance,
    };
    let runtime = runtime().map_err(|error| Failure::new(FailureKind::Bug, error))?;
    let outcome = runtime.block_on(async {
        let stop = Stop::new();
        let _signals = watch_signals(&stop).map_err(|error| Failure::new(FailureKind::Bug, error))?;
        let _deadline = job.keep_deadline(&stop);
        pipeline::generate(job, &progress.events(), &stop).await
    });
    // What still runs has been given up; its end need not be waited for.
    runtime.shutdown_background();
    progress.clear();
    finish(context, args, outcome?)
}

fn finish(context: &mut Context, args: &GenerateArgs, run: Run) -> Result<ExitCode, Failure> {
    if args.json {
        context.terminal.result(&run.report.to_json())?;
    } else {
        for deck in &run.decks {
            let written = context.terminal.result(&format!("{}\n", deck.display()));
            written.map_err(|failure| failure.hint(format!("the deck is {}", deck.display())))?;
        }
    }
    // Cron mails what is written: a run that lacks something, or that somebody should look at, is never silent.
    if run.report.status != Status::Complete || !run.report.warnings.is_empty() {
        context.terminal.speak_up();
    }
    for warning in &run.report.warnings {
        context.terminal.warn(warning);
    }
    if let Some(failure) = run.failure {
        return Err(failure);
    }
    context.terminal.note(&format!("kamslides: {}", run.report.summary_line()));
    Ok(if run.report.status == Status::Complete { ExitCode::SUCCESS } else { ExitCode::from(3) })
}

/// The options that are settings.
fn flags(args: &GenerateArgs) -> Vec<Flag> {
    let path =
        |path: &Option<PathBuf>| path.as_ref().map_or(Value::Null, |path| json!(path.to_string_lossy()));
    vec![
        ("output.folder", "--out", path(&args.out)),
        ("output.template", "--template", json!(args.template)),
        (
            "output.audience",
            "--audience",
            match args.audience {
                Some(AudienceArg::Client) => json!("client"),
                Some(AudienceArg::Internal) => json!("internal"),
                None => Value::Null,
            },
        ),
        (
            "output.on_missing",
            "--on-missing",
            match args.on_missing {
                Some(OnMissingArg::Placeholder) => json!("placeholder"),
                Some(OnMissingArg::Omit) => json!("omit"),
                Some(OnMissingArg::Fail) => json!("fail"),
                None => Value::Null,
            },
        ),
        (
            "output.require_complete",
            "--require-complete",
            if args.require_complete { json!(true) } else { Value::Null },
        ),
        ("retrieval.db", "--db", path(&args.db)),
        (
            "retrieval.mode",
            "--retrieval",
            match args.retrieval {
                Some(RetrievalArg::Direct) => json!("direct"),
                Some(RetrievalArg::Agent) => json!("agent"),
                None => Value::Null,
            },
        ),
        ("mcp.url", "--mcp-url", json!(args.mcp_url)),
        ("retrieval.server", "--server", json!(args.server)),
        ("retrieval.binding", "--binding", json!(args.binding)),
        ("retrieval.deadline", "--deadline", json!(args.deadline)),
    ]
}

/// Whose deck, and which days: checked before anything is read or asked.
fn asked(args: &GenerateArgs) -> Result<(Merchant, Review), Failure> {
    let wrong = |flag: &'static str| move |error: DomainError| usage(format!("--{flag}: {error}"));
    let merchant = Merchant::new(&args.merchant).map_err(wrong("merchant"))?;
    let day = |text: &Option<String>, flag| {
        let read = text.as_deref().map(parse_date).transpose().map_err(wrong(flag));
        read.map_err(|failure| failure.hint("dates are written YYYY-MM-DD, for instance 2025-06-30"))
    };
    let today = day(&args.today, "today")?.unwrap_or_else(|| Zoned::now().date());
    if let Some(name) = &args.period {
        let period = name.parse::<RecentPeriod>().map_err(|error| period_suggestion(name, &error))?;
        return Ok((merchant, Review::recent(period, today)));
    }
    let (Some(from), Some(to)) = (day(&args.from, "from")?, day(&args.to, "to")?) else {
        return Err(usage("neither a history nor a period is given")
            .hint("give --from and --to, or --period, for instance --period last-quarter"));
    };
    refuse_future(&[("from", from), ("to", to)], today)?;
    let history = Period::new(from, to).map_err(|error| {
        usage(error).hint("--from is the first day of the history and --to the last; were they swapped?")
    })?;
    let focus = args.focus.as_deref().map(parse_focus).transpose().map_err(wrong("focus"))?;
    let review = Review::new(history, focus)
        .map_err(|error| usage(error).hint("widen --from and --to, or choose a focus inside them"))?;
    Ok((merchant, review))
}

fn period_suggestion(name: &str, error: &DomainError) -> Failure {
    let failure = usage(format!("--period: {error}"));
    match nearest(name, RecentPeriod::NAMES.iter().map(|(known, _)| *known)) {
        Some(near) => failure.hint(format!("did you mean `{near}`?")),
        None => failure,
    }
}

fn refuse_future(days: &[(&str, Date)], today: Date) -> Result<(), Failure> {
    match days.iter().find(|(_, day)| *day > today) {
        Some((flag, day)) => Err(usage(format!("--{flag} {day} lies in the future: today is {today}"))
            .hint("end the history today or earlier; --today sets another day")),
        None => Ok(()),
    }
}

/// The template with only the sections asked for, and their slugs.
fn sections(mut template: DeckTemplate, only: &[String]) -> Result<(DeckTemplate, Vec<String>), Failure> {
    if only.is_empty() {
        return Ok((template, Vec::new()));
    }
    let mut slugs = Vec::new();
    for name in only {
        let Some(section) = template.section(name) else {
            let known: Vec<_> = template.sections.iter().map(|section| section.slug.as_str()).collect();
            let failure = usage(format!("--only: the template has no section `{name}`"));
            let failure = match nearest(name, known.iter().copied()) {
                Some(near) => failure.hint(format!("did you mean `{near}`?")),
                None => failure,
            };
            return Err(failure.hint(format!("its sections are {}", known.join(", "))));
        };
        slugs.push(section.slug.clone());
    }
    template.sections.retain(|section| slugs.contains(&section.slug));
    Ok((template, slugs))
}

/// The server that answers: the one named, else the address given, else the database, else the demo data.
fn server(
    context: &Context,
    args: &GenerateArgs,
    settings: &Settings,
    merchant: &Merchant,
) -> Result<Server, Failure> {
    if let Some(server) = servers::named(context, args, settings)? {
        return Ok(server);
    }
    // A database named on the command line is meant, whatever address is configured.
    if args.db.is_none()
        && let Some(url) = &settings.mcp.url
    {
        return Server::http(url, settings.mcp.token.clone()).map_err(Failure::from);
    }
    // A configured database seldom holds the demo merchants; one named on the command line is the one that is meant. A
    // replay asks neither.
    let built_in = merchant.is_demo() && args.db.is_none() || args.replay.is_some();
    let store = match &settings.retrieval.db {
        Some(path) if !built_in => Store::open(path).map_err(Failure::from)?,
        _ => Store::demo(merchant),
    };
    Ok(Server::Embedded(Arc::new(store)))
}

/// How the server is asked: as the flag says, else its entry in the list of servers, else the configuration. The embedded
/// one speaks the metrics contract and nothing else.
fn binding(args: &GenerateArgs, settings: &Settings, server: &Server) -> Result<Arc<Binding>, Failure> {
    let own = server.knobs().binding.filter(|_| args.binding.is_none());
    let binding = template::load_binding(own.as_deref().unwrap_or(&settings.retrieval.binding))?;
    if !matches!(server, Server::Embedded(_)) {
        return Ok(Arc::new(binding));
    }
    match &args.binding {
        Some(name) if name != "metrics" => {
            Err(usage(format!("--binding {name} is given without a server to ask"))
                .hint("give the server too, with --server or --mcp-url"))
        }
        _ => Ok(Arc::default()),
    }
}

/// Refuses a recording that is not there, before anything is written.
fn recording(args: &GenerateArgs) -> Result<(), Failure> {
    match &args.replay {
        Some(folder) if !folder.is_dir() => {
            Err(usage(format!("--replay: {} is not a folder", folder.display()))
                .hint("name a folder that `kamslides generate --record DIR` made"))
        }
        _ => Ok(()),
    }
}

/// `SOURCE_DATE_EPOCH`, the date that reproducible builds give to documents.
fn source_date(context: &Context) -> Result<Option<String>, Failure> {
    let Some(text) = context.environment.get("SOURCE_DATE_EPOCH") else { return Ok(None) };
    let second = text.parse().ok().and_then(|seconds| Timestamp::from_second(seconds).ok());
    second.map(|time| Some(time.to_string())).ok_or_else(|| {
        Failure::msg(
            FailureKind::Config,
            format!("SOURCE_DATE_EPOCH is `{text}`, which is not a number of seconds"),
        )
    })
}

/// When the run began, and a part that differs between runs of the same second.
fn run_id(started_at: Timestamp) -> String {
    let salt = crate::artifact::short_hash(&[
        &started_at.as_nanosecond().to_be_bytes(),
        &std::process::id().to_be_bytes(),
    ]);
    format!("{}-{salt}", started_at.strftime("%Y%m%dT%H%M%SZ"))
}

/// What a run would ask for and draw, a line per request.
fn plan(template: &DeckTemplate, merchant: &Merchant, review: &Review, settings: &Settings) -> String {
    let limits = settings.limits();
    let plan = request::plan(&template.sections, merchant, review, limits.batch_size.get());
    let mut lines = vec![format!(
        "{merchant}, history {}, focus {}: {} requests in {} batches",
        review.history(),
        review.focus(),
        plan.requests.len(),
        plan.batches.len()
    )];
    for (number, batch) in (1..).zip(&plan.batches) {
        for request in batch.iter().map(|i| &plan.requests[*i]) {
            lines.extend(request.calls.iter().map(|call| {
                let metrics: Vec<_> = call.metrics.iter().map(|metric| metric.as_str()).collect();
                let groups: Vec<_> = call.group_by.iter().map(Dimension::as_str).collect();
                format!(
                    "batch {number}  {:<20}  {} by {}, {}..{}",
                    request.section.slug,
                    metrics.join(", "),
                    groups.join(", "),
                    call.start_date,
                    call.end_date
                )
            }));
        }
    }
    lines.join("\n") + "\n"
}

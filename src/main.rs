//! The command line program.

fn main() -> std::process::ExitCode {
    kamslides::cli::run(std::env::args_os())
}

//! The command line.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

const EXIT_CODES: &str = "\
Exit codes:
  0    done
  1    the environment has errors
  2    usage error
  3    there is no such environment or value
  4    access was denied
  5    something is unavailable now
  6    there is no usable key, or secrets cannot be decrypted
  126  the command to run cannot be executed
  127  there is no such command to run
  `run` passes on its command's own code, and 128+N if signal N ended it.";

/// Opens environments: configuration and secrets in YAML that imports, interpolates and calls providers.
#[derive(Debug, Parser)]
#[command(name = "esc", version, after_help = EXIT_CODES)]
pub struct Options {
    #[command(flatten)]
    pub common: Common,

    /// When to use colours.
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub color: Color,

    #[command(subcommand)]
    pub action: Action,
}

impl Options {
    /// Reads the command line of this process; ends the process on a usage error.
    pub fn read() -> Options {
        let args: Vec<OsString> = std::env::args_os().collect();
        let mut options = Options::parse_from(&args);
        let separator = args.iter().position(|arg| arg == "--");
        let before = separator.and_then(|at| args.get(..at));
        if let (Action::Run(run), Some(before)) = (&mut options.action, before) {
            // What follows the separator is the command, even if nothing stands before it.
            let parsed = Options::try_parse_from(before).map(|options| options.action);
            if matches!(parsed, Ok(Action::Run(Run { name: None, .. }))) {
                run.name = None;
            }
        }
        options
    }
}

/// Where everything is.
#[derive(Debug, Args)]
pub struct Common {
    /// The directory of environments, files `<project>/<name>.yaml`.
    #[arg(long, global = true, env = "ESC_DIR", default_value = ".", value_name = "DIR")]
    pub dir: PathBuf,

    /// The file with the key for secrets. Without it, the variable ESC_KEY may hold the key itself.
    #[arg(long, global = true, env = "ESC_KEY_FILE", value_name = "FILE")]
    pub key_file: Option<PathBuf>,

    /// Let `fn::open::env` read this variable; can be given several times.
    #[arg(long, global = true, value_name = "NAME")]
    pub allow_env: Vec<String>,

    /// The directory below which `fn::open::file` may read; by default the directory of environments.
    #[arg(long, global = true, value_name = "DIR")]
    pub allow_files: Option<PathBuf>,

    /// Let environments use what this machine has; can be given several times.
    #[arg(long, global = true, value_name = "WHAT")]
    pub allow: Vec<Allow>,

    #[command(flatten)]
    pub opener: Opener,

    #[command(flatten)]
    pub issuer: Issuer,
}

/// Who opens environments. What is not given is taken from the file `esc.yaml`, if it says so.
#[derive(Debug, Args)]
pub struct Opener {
    /// The login name of the user: `${context.pulumi.user.login}`.
    #[arg(long, global = true, env = "ESC_USER", value_name = "NAME")]
    pub user: Option<String>,
    /// The id of the user: `${context.pulumi.user.id}`.
    #[arg(long, global = true, env = "ESC_USER_ID", value_name = "ID")]
    pub user_id: Option<String>,
    /// The organization: `${context.pulumi.organization.login}`, and whom identity tokens speak for.
    #[arg(long, global = true, env = "ESC_ORGANIZATION", value_name = "NAME")]
    pub organization: Option<String>,
    /// The id of the organization: `${context.pulumi.organization.id}`.
    #[arg(long, global = true, env = "ESC_ORGANIZATION_ID", value_name = "ID")]
    pub organization_id: Option<String>,
}

/// What of this machine environments may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Allow {
    /// AWS credentials: profiles, variables, the instance's role (`profile` and `default` of `aws-login`).
    AwsCredentials,
    /// Kubeconfig files, and the files these name.
    Kubeconfig,
    /// Programs that a kubeconfig names for getting credentials.
    KubeconfigExec,
}

/// The issuer that identifies the user in logins by OIDC.
#[derive(Debug, Args)]
pub struct Issuer {
    /// The URL of the issuer of identity tokens. An organization and the key must be given, too.
    #[arg(
        long = "issuer",
        global = true,
        env = "ESC_ISSUER",
        value_name = "URL",
        requires = "issuer_key"
    )]
    pub url: Option<String>,
    /// The file with the issuer's private key, in PEM.
    #[arg(long, global = true, env = "ESC_ISSUER_KEY_FILE", value_name = "FILE")]
    pub issuer_key: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub enum Action {
    /// Check an environment without opening anything.
    Check {
        /// The environment: `project/name`, or `name` in the project `default`.
        #[arg(value_name = "ENVIRONMENT")]
        name: String,
    },
    /// Open an environment and print its values, secrets included.
    Open(Open),
    /// Run a command with an environment's variables and files.
    ///
    /// `${path.to.value}` in arguments is replaced by that value, and `$${` stands for `${`. Secrets in what the
    /// command prints are shown as `[secret]`, unless it is interactive.
    #[command(override_usage = "esc run [OPTIONS] ENVIRONMENT [--] COMMAND [ARGUMENT]...")]
    Run(Run),
    /// Encrypt the plaintext secrets of environments, in their files.
    Encrypt(Encrypt),
    /// Print an environment's document with its secrets decrypted.
    Decrypt {
        /// The environment.
        #[arg(value_name = "ENVIRONMENT")]
        name: String,
        /// Write the secrets into the file instead of printing.
        #[arg(long)]
        in_place: bool,
    },
    /// Make keys.
    Key {
        #[command(subcommand)]
        action: Key,
    },
    /// Print a script that completes this command's arguments in a shell.
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
}

#[derive(Debug, Args)]
pub struct Open {
    /// The environment: `project/name`, or `name` in the project `default`.
    #[arg(value_name = "ENVIRONMENT")]
    pub name: String,
    /// Only the value at this path, such as `database.hosts[0]`; only what it needs is opened.
    pub path: Option<String>,
    /// What to print.
    #[arg(short, long, default_value = "json")]
    pub format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// The values.
    Json,
    /// The values.
    Yaml,
    /// `NAME="value"` lines: variables, and paths of files that are left behind.
    Dotenv,
    /// `export NAME='value'` lines, likewise.
    Shell,
    /// The values as interpolation writes them.
    String,
    /// The values with where each comes from, as JSON.
    Detailed,
}

#[derive(Debug, Args)]
pub struct Run {
    /// Give the command the terminal as it is: nothing it prints is held back or hidden.
    #[arg(short, long)]
    pub interactive: bool,
    /// The environment.
    #[arg(value_name = "ENVIRONMENT")]
    pub name: Option<String>,
    /// The command.
    #[arg(value_name = "COMMAND", trailing_var_arg = true, allow_hyphen_values = true)]
    pub command: Vec<OsString>,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub struct Encrypt {
    /// The environment.
    #[arg(value_name = "ENVIRONMENT")]
    pub name: Option<String>,
    /// All environments of the directory.
    #[arg(long)]
    pub all: bool,
}

#[derive(Debug, Subcommand)]
pub enum Key {
    /// Make a new key.
    Generate {
        /// Write it to this new file, which only you can read, instead of printing it.
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Color {
    Auto,
    Always,
    Never,
}

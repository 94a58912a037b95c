//! Finds the programs of PostgreSQL and runs them. They refuse to run as root, so root runs them as the user `postgres`.

use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The oldest version that Padlock supports.
const OLDEST_VERSION: u32 = 15;
/// Where Debian installs each version.
const DEBIAN_FOLDER: &str = "/usr/lib/postgresql";

/// The programs of one version of PostgreSQL.
#[derive(Debug, Clone)]
pub struct Programs {
    folder: PathBuf,
    /// The user and group to run as, if this process is root's.
    run_as: Option<(u32, u32)>,
}

impl Programs {
    /// Returns the programs of the newest version that is installed, if it is not too old: from Debian's folder, or on
    /// `PATH`.
    #[must_use]
    pub fn find() -> Option<Self> {
        let folder = debian_folder().or_else(folder_on_path)?;
        let run_as =
            if id("-u", None)? == 0 { Some((id("-u", Some("postgres"))?, id("-g", Some("postgres"))?)) } else { None };
        Some(Self { folder, run_as })
    }

    /// Returns the command of a program.
    pub(crate) fn command(&self, program: &str) -> Command {
        self.command_with(program, &[])
    }

    /// Returns the command of a program that is interrupted when the thread that starts it ends, where the system can do
    /// that.
    pub(crate) fn command_that_ends_with_this_process(&self, program: &str) -> Command {
        self.command_with(program, &["--pdeathsig=INT"])
    }

    fn command_with(&self, program: &str, options: &[&str]) -> Command {
        let program = self.folder.join(program);
        let mut command = if self.run_as.is_some() || (cfg!(target_os = "linux") && !options.is_empty()) {
            let mut command = Command::new("setpriv");
            if let Some((user, group)) = self.run_as {
                command.arg(format!("--reuid={user}")).arg(format!("--regid={group}")).arg("--clear-groups");
            }
            command.args(options).arg(program);
            command
        } else {
            Command::new(program)
        };
        // The folder of this process may be closed to the other user.
        command.current_dir("/").env("LC_ALL", "C.UTF-8");
        command
    }

    /// Makes a file or folder that of the user who runs the programs.
    pub(crate) fn give(&self, path: &Path) -> io::Result<()> {
        match self.run_as {
            #[cfg(unix)]
            Some((user, group)) => std::os::unix::fs::chown(path, Some(user), Some(group)),
            _ => Ok(()),
        }
    }
}

/// Returns the folder of the newest version that Debian's packages installed.
fn debian_folder() -> Option<PathBuf> {
    let versions = std::fs::read_dir(DEBIAN_FOLDER).ok()?.filter_map(|entry| {
        let name = entry.ok()?.file_name();
        name.to_str()?.parse::<u32>().ok()
    });
    let folder = |version: u32| Path::new(DEBIAN_FOLDER).join(version.to_string()).join("bin");
    versions.filter(|version| *version >= OLDEST_VERSION && folder(*version).join("initdb").is_file()).max().map(folder)
}

/// Returns the folder of `initdb` on `PATH`, unless its version is too old.
fn folder_on_path() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let folder = std::env::split_paths(&path).find(|folder| folder.join("initdb").is_file())?;
    let output = Command::new(folder.join("initdb")).arg("--version").output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let version = text.split_whitespace().last()?.split('.').next()?.parse::<u32>().ok()?;
    (version >= OLDEST_VERSION).then_some(folder)
}

/// Returns the number of a user or group.
fn id(option: &str, user: Option<&str>) -> Option<u32> {
    let output = Command::new("id").arg(option).args(user).output().ok()?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
}

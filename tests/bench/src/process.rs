//! Process of a function with its CPU time in nanoseconds, as the scheduler counts it.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Instant,
};

use crate::Result;

/// Built function: `<lambda_dir>/<name>/bootstrap` and the size of its zip.
#[derive(Debug, Clone)]
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) bootstrap: PathBuf,
    pub(crate) zip_bytes: u64,
}

impl Package {
    /// Finds the built function. Fails if its executable or its zip is missing.
    pub(crate) fn load(lambda_dir: &Path, name: &str) -> Result<Self> {
        let bootstrap = lambda_dir.join(name).join("bootstrap");
        let size = |file: &Path| match fs::metadata(file) {
            Ok(file) => Ok(file.len()),
            Err(error) => Err(format!("{}: {error}. Build it with `make bench`.", file.display())),
        };
        size(&bootstrap)?;
        let zip_bytes = size(&bootstrap.with_extension("zip"))?;
        Ok(Self { name: name.to_owned(), bootstrap: std::path::absolute(bootstrap)?, zip_bytes })
    }
}

/// Running function, killed on drop.
#[derive(Debug)]
pub(crate) struct Running {
    child: Child,
    /// Time just before the process was created.
    pub(crate) began: Instant,
    log: PathBuf,
}

impl Running {
    /// Starts a function with only this environment. Its output goes to `bootstrap.log` in its folder.
    pub(crate) fn start(package: &Package, environment: &[(String, String)]) -> Result<Self> {
        let log = package.bootstrap.with_extension("log");
        let mut command = Command::new(&package.bootstrap);
        let out = File::create(&log)?;
        command.env_clear().envs(environment.iter().map(|(name, value)| (name, value)));
        command.stdin(Stdio::null()).stderr(out.try_clone()?).stdout(out);
        let began = Instant::now();
        Ok(Self { child: command.spawn()?, began, log })
    }

    /// User and system CPU time of the threads that have not ended.
    pub(crate) fn cpu_ns(&self) -> Result<u64> {
        let mut total = 0;
        for task in fs::read_dir(format!("/proc/{}/task", self.child.id()))? {
            total += cpu_ns(&task?.path())?;
        }
        Ok(total)
    }

    /// Peak resident memory in kB.
    pub(crate) fn peak_kb(&self) -> Result<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).ok_or("/proc has no VmHWM")?;
        Ok(line.trim().trim_end_matches("kB").trim().parse()?)
    }

    /// Fails with the end of the log if the process has ended.
    pub(crate) fn check_alive(&mut self) -> Result<()> {
        match self.child.try_wait()? {
            None => Ok(()),
            Some(status) => Err(format!("the process ended with {status}\n{}", self.log_tail()).into()),
        }
    }

    /// Last five lines of the log.
    pub(crate) fn log_tail(&self) -> String {
        let log = fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<_> = log.lines().collect();
        lines.get(lines.len().saturating_sub(5)..).unwrap_or_default().join("\n")
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // The process may have ended already.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// CPU time of the current thread.
pub(crate) fn thread_cpu_ns() -> Result<u64> {
    cpu_ns(Path::new("/proc/thread-self"))
}

/// CPU time of one thread, from its folder in `/proc`.
fn cpu_ns(task: &Path) -> Result<u64> {
    let text = fs::read_to_string(task.join("schedstat"))?;
    Ok(text.split(' ').next().unwrap_or_default().parse()?)
}

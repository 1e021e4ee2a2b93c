//! A function's process and what it has used so far, to the nanosecond, as the scheduler counts it.

use std::{
    fs::{self, File},
    process::{Child, Command, Stdio},
    time::Instant,
};

use crate::{Result, package::Package};

/// A running function. It is killed when dropped.
#[derive(Debug)]
pub(crate) struct Running {
    child: Child,
    /// Just before the process was made.
    pub(crate) began: Instant,
    log: std::path::PathBuf,
}

impl Running {
    /// Starts a function with this environment and no other. What it says goes to `bootstrap.log` beside it.
    pub(crate) fn start(package: &Package, environment: &[(String, String)]) -> Result<Self> {
        let log = package.bootstrap.with_extension("log");
        let mut command = Command::new(&package.bootstrap);
        let out = File::create(&log)?;
        command.env_clear().envs(environment.iter().map(|(name, value)| (name, value)));
        command.stdin(Stdio::null()).stderr(out.try_clone()?).stdout(out);
        let began = Instant::now();
        Ok(Self { child: command.spawn()?, began, log })
    }

    /// CPU time of all threads, user and system, in nanoseconds.
    pub(crate) fn cpu_ns(&self) -> Result<u64> {
        let mut total = 0;
        for task in fs::read_dir(format!("/proc/{}/task", self.child.id()))? {
            let text = fs::read_to_string(task?.path().join("schedstat"))?;
            total += text.split(' ').next().unwrap_or_default().parse::<u64>()?;
        }
        Ok(total)
    }

    /// The most memory that it has had resident, in kB.
    pub(crate) fn peak_kb(&self) -> Result<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).ok_or("no VmHWM")?;
        Ok(line.trim().trim_end_matches("kB").trim().parse()?)
    }

    /// An error with the end of its log when it has ended by itself.
    pub(crate) fn still_there(&mut self) -> Result<()> {
        match self.child.try_wait()? {
            None => Ok(()),
            Some(status) => Err(format!("it ended with {status}\n{}", self.said()).into()),
        }
    }

    /// The end of what it said.
    pub(crate) fn said(&self) -> String {
        let log = fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<_> = log.lines().collect();
        lines.get(lines.len().saturating_sub(5)..).unwrap_or_default().join("\n")
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Already gone is as good.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// CPU time of this very thread so far, in nanoseconds.
pub(crate) fn thread_cpu_ns() -> Result<u64> {
    let text = fs::read_to_string("/proc/thread-self/schedstat")?;
    Ok(text.split(' ').next().unwrap_or_default().parse()?)
}

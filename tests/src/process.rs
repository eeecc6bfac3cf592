//! A sandbox in a process of its own, for tests that kill it.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Stdio},
};

use crate::{
    driver::Driver,
    stand::{API_KEY, CONTROL_KEY},
    wire::Wire,
};

/// A sandbox process; killed when dropped.
#[derive(Debug)]
pub struct Process {
    child: Child,
    /// Talks to it.
    pub driver: Driver,
}

impl Process {
    /// Starts `sandbox-child`, which is at `program`, on the data of a directory.
    pub fn start(program: &str, dir: &Path) -> Self {
        let mut child = std::process::Command::new(program)
            .arg(dir)
            .stdout(Stdio::piped())
            .spawn()
            .expect("the sandbox process starts");
        let mut lines = BufReader::new(child.stdout.take().expect("stdout is piped")).lines();
        let mut address = |label: &str| {
            let line = lines
                .next()
                .expect("the process prints its addresses")
                .expect("text");
            line.strip_prefix(label)
                .unwrap_or_else(|| panic!("{line:?}"))
                .to_owned()
        };
        let partner = Wire::partner(address("partner api: "), API_KEY);
        let control = Wire::control(address("control: "), CONTROL_KEY);
        Self {
            child,
            driver: Driver::new(partner, control),
        }
    }

    /// SIGKILL: no handler runs, nothing is flushed.
    pub fn kill(&mut self) {
        self.child.kill().expect("the process is ours");
        self.child.wait().expect("the process ends");
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

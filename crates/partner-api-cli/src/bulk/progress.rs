//! How far bulk work is: a bar at a terminal, and elsewhere a line now and then.

use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use crate::output::Printer;

/// How often a line is printed where there is no terminal.
const LINE_EVERY: Duration = Duration::from_secs(10);

const TEMPLATE: &str = "{msg} {wide_bar} {human_pos}/{human_len}  {per_sec}  {eta} left";

pub(crate) struct Progress<'a> {
    out: &'a Printer,
    bar: ProgressBar,
    what: &'static str,
    all: usize,
    ended: usize,
    began: Instant,
    told: Instant,
}

impl<'a> Progress<'a> {
    pub(crate) fn new(out: &'a Printer, what: &'static str, all: usize) -> Self {
        let bar = match out.is_quiet() {
            true => ProgressBar::hidden(),
            false => ProgressBar::new(all as u64),
        };
        let style = ProgressStyle::with_template(TEMPLATE);
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        bar.set_message(what);
        let now = Instant::now();
        Self {
            out,
            bar,
            what,
            all,
            ended: 0,
            began: now,
            told: now,
        }
    }

    /// One more has ended.
    pub(crate) fn step(&mut self) {
        self.ended += 1;
        self.bar.inc(1);
        if self.bar.is_hidden() && LINE_EVERY <= self.told.elapsed() {
            self.told = Instant::now();
            self.out
                .note(line(self.what, self.ended, self.all, self.began.elapsed()));
        }
    }

    /// How many have ended.
    pub(crate) fn ended(&self) -> usize {
        self.ended
    }

    /// Takes the bar away. How long it took, and how many ended a second.
    pub(crate) fn end(self) -> (Duration, f64) {
        self.bar.finish_and_clear();
        let took = self.began.elapsed();
        (took, self.ended as f64 / took.as_secs_f64().max(0.001))
    }
}

fn line(what: &str, ended: usize, all: usize, took: Duration) -> String {
    let a_second = ended as f64 / took.as_secs_f64().max(0.001);
    let left = (all.saturating_sub(ended)) as f64 / a_second.max(0.001);
    format!("{what}: {ended} of {all}, {a_second:.0} a second, {left:.0} s left")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_rate_and_time_left() {
        let text = line("suspend", 250, 1000, Duration::from_secs(5));
        assert_eq!(text, "suspend: 250 of 1000, 50 a second, 15 s left");
        assert!(ProgressStyle::with_template(TEMPLATE).is_ok());
    }
}

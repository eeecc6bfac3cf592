//! Transition tables: each lifecycle is one constant list of rows, and everybody reads that list.

use crate::rule::Rule;

/// One row: in `from`, `on` leads to `to`, provided that the rules in `needs` hold.
#[derive(Debug)]
pub struct Step<S: 'static, A: 'static> {
    /// The state before.
    pub from: S,
    /// What is asked.
    pub on: A,
    /// The state after; the same as before where nothing of the lifecycle changes.
    pub to: S,
    /// What else must hold.
    pub needs: &'static [Rule],
}

/// Writes a row.
pub(crate) const fn step<S, A>(from: S, on: A, to: S, needs: &'static [Rule]) -> Step<S, A> {
    Step {
        from,
        on,
        to,
        needs,
    }
}

/// The row for `on` in `from`, if there is one.
pub fn find<S: PartialEq, A: PartialEq>(
    steps: &[Step<S, A>],
    from: S,
    on: A,
) -> Option<&Step<S, A>> {
    steps.iter().find(|step| step.from == from && step.on == on)
}

/// What has a row in `from`, in the order of the table.
pub fn allowed<S: PartialEq + Copy, A: Copy>(
    steps: &'static [Step<S, A>],
    from: S,
) -> impl Iterator<Item = A> {
    steps
        .iter()
        .filter(move |step| step.from == from)
        .map(|step| step.on)
}

/// Every state that can be reached from `from`, itself included.
pub fn reachable<S: PartialEq + Copy, A>(steps: &[Step<S, A>], from: S) -> Vec<S> {
    let mut found = vec![from];
    let mut next = 0;
    while let Some(state) = found.get(next).copied() {
        for step in steps.iter().filter(|step| step.from == state) {
            if !found.contains(&step.to) {
                found.push(step.to);
            }
        }
        next += 1;
    }
    found
}

/// The shortest way from `from` to `to` over rows that are `open`: the rows to walk, in order; none of them where both are
/// the same. Of ways of one length it is the one whose rows come first in the table. Nothing if there is no way.
pub fn path<S: PartialEq + Copy, A>(
    steps: &'static [Step<S, A>],
    from: S,
    to: S,
    mut open: impl FnMut(&Step<S, A>) -> bool,
) -> Option<Vec<&'static Step<S, A>>> {
    let open: Vec<_> = steps.iter().filter(|step| open(step)).collect();
    // Each state that was found, with the row that led there first.
    let mut found: Vec<(S, Option<&'static Step<S, A>>)> = vec![(from, None)];
    let mut next = 0;
    while let Some((state, _)) = found.get(next).copied() {
        if state == to {
            break;
        }
        for step in open.iter().filter(|step| step.from == state) {
            if found.iter().all(|(state, _)| *state != step.to) {
                found.push((step.to, Some(step)));
            }
        }
        next += 1;
    }
    let led_to = |state: S| found.iter().find(|(it, _)| *it == state);
    let (_, mut last) = *led_to(to)?;
    let mut rows = Vec::new();
    while let Some(row) = last {
        rows.push(row);
        last = led_to(row.from)?.1;
    }
    rows.reverse();
    Some(rows)
}

/// Whether `on` has a row in any state that can be reached from `from`.
pub fn can_ever<S: PartialEq + Copy, A: PartialEq + Copy>(
    steps: &[Step<S, A>],
    from: S,
    on: A,
) -> bool {
    reachable(steps, from)
        .into_iter()
        .any(|state| find(steps, state, on).is_some())
}

/// Makes a small enum of states or actions with stable words for storage and logs.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$vdoc])* $variant,)*
        }

        impl $name {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The stable word for storage and logs; not the provider's.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::steps::UnknownWord;

            fn from_str(word: &str) -> Result<Self, Self::Err> {
                Self::ALL.iter().copied().find(|it| it.as_str() == word).ok_or($crate::steps::UnknownWord)
            }
        }
    };
}
pub(crate) use words;

/// The text is not one of the words of its set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown word; what wrote it may be newer than what reads it")]
pub struct UnknownWord;

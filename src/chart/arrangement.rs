//! Where the panels lie: a tree of rows, columns, grids and tabs, as text.
//!
//! ```text
//! row(16 time, 9 column(lorenz-xz, psd))      numbers are shares; 1 where there is none
//! ```

use std::fmt::Write as _;

/// Share of the width that plots over time take beside others.
pub(crate) const TIME_SHARE: f32 = 0.64;

/// Nested deeper than this is refused, and nothing is split that lies half as deep.
pub(crate) const DEEPEST: usize = 32;

/// Shares that make sense.
pub(crate) const SHARES: std::ops::RangeInclusive<f32> = 1e-3..=1e6;

/// A part of an arrangement.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Node {
    /// The panel of this key.
    Panel(String),
    /// Parts with their shares of the length.
    Group(GroupKind, Vec<(f32, Node)>),
}

/// How the parts of a group lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum GroupKind {
    Row,
    Column,
    Grid,
    Tabs,
}

impl GroupKind {
    const ALL: [(Self, &'static str); 4] =
        [(Self::Row, "row"), (Self::Column, "column"), (Self::Grid, "grid"), (Self::Tabs, "tabs")];

    fn name(self) -> &'static str {
        Self::ALL.iter().find(|(kind, _)| *kind == self).map_or("row", |(_, name)| name)
    }
}

impl Node {
    /// How panels are arranged that nobody arranged: over time on the left, one below the other, and the others beside
    /// them; the other way round where the window is narrow.
    pub(crate) fn automatic(over_time: &[&str], others: &[&str], is_wide: bool) -> Option<Self> {
        let leaves = |keys: &[&str]| keys.iter().map(|key| (1.0, Self::Panel((*key).to_owned()))).collect();
        let group = |kind, keys: &[&str]| match keys {
            [] => None,
            [key] => Some(Self::Panel((*key).to_owned())),
            keys => Some(Self::Group(kind, leaves(keys))),
        };
        let stack = if over_time.len() > 4 { GroupKind::Grid } else { GroupKind::Column };
        match (group(stack, over_time), group(GroupKind::Grid, others)) {
            (Some(time), Some(rest)) => {
                let kind = if is_wide { GroupKind::Row } else { GroupKind::Column };
                let share = if is_wide && others.len() <= 3 { TIME_SHARE } else { 0.5 };
                Some(Self::Group(kind, vec![(share, time), (1.0 - share, rest)]))
            }
            (time, rest) => time.or(rest),
        }
    }

    /// The keys of the panels, in the order of reading.
    pub(crate) fn keys(&self) -> Vec<&str> {
        match self {
            Self::Panel(key) => vec![key],
            Self::Group(_, parts) => parts.iter().flat_map(|(_, part)| part.keys()).collect(),
        }
    }

    /// Reads an arrangement.
    ///
    /// # Errors
    /// What is wrong with it, and where.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let mut parser = Parser { rest: text };
        let node = parser.node(0)?;
        match parser.rest.trim_start() {
            "" => Ok(node),
            rest => Err(format!("`{rest}` follows after the end of the arrangement")),
        }
    }

    /// As [`Node::parse`] reads it; shares as parts of a hundred.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        self.write(&mut text);
        text
    }

    fn write(&self, text: &mut String) {
        match self {
            Self::Panel(key) => text.push_str(key),
            Self::Group(kind, parts) => {
                text.push_str(kind.name());
                text.push('(');
                let total: f32 = parts.iter().map(|(share, _)| share).sum();
                let is_even = parts.iter().all(|(share, _)| (share - parts[0].0).abs() <= total * 0.002);
                // Parts of a hundred already stay as they are.
                let scale = if (total - 100.0).abs() < 0.5 { 1.0 } else { 100.0 / total };
                for (i, (share, part)) in parts.iter().enumerate() {
                    if i > 0 {
                        text.push_str(", ");
                    }
                    if !is_even && total > 0.0 && matches!(kind, GroupKind::Row | GroupKind::Column) {
                        let share = share * scale;
                        let digits = if share < 1.0 { 1000.0 } else { 10.0 };
                        let _ = write!(text, "{} ", ((share * digits).round() / digits).max(*SHARES.start()));
                    }
                    part.write(text);
                }
                text.push(')');
            }
        }
    }
}

pub(crate) struct Parser<'a> {
    rest: &'a str,
}

impl<'a> Parser<'a> {
    fn word(&mut self) -> &'a str {
        self.rest = self.rest.trim_start();
        let end = self.rest.find(|c: char| c.is_whitespace() || "(),".contains(c)).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        word
    }

    fn sign(&mut self, sign: char) -> bool {
        let rest = self.rest.trim_start();
        let is_there = rest.starts_with(sign);
        if is_there {
            self.rest = &rest[sign.len_utf8()..];
        }
        is_there
    }

    fn node(&mut self, depth: usize) -> Result<Node, String> {
        let word = self.word();
        if word.is_empty() {
            return Err("a panel, or row(…), column(…), grid(…) or tabs(…), is missing".into());
        }
        if !self.sign('(') {
            return Ok(Node::Panel(word.to_owned()));
        }
        let kind = GroupKind::ALL.iter().find(|(_, name)| *name == word);
        let (kind, _) = kind.ok_or_else(|| format!("`{word}(` is none of row(, column(, grid( and tabs("))?;
        if depth >= DEEPEST {
            return Err(format!("groups are nested deeper than {DEEPEST}"));
        }
        let mut parts = Vec::new();
        loop {
            let before = self.rest;
            let share = match self.word().parse::<f32>() {
                Ok(share) if SHARES.contains(&share) => share,
                Ok(share) => {
                    return Err(format!(
                        "the share {share} is not between {} and {}",
                        SHARES.start(),
                        SHARES.end()
                    ));
                }
                Err(_) => {
                    self.rest = before;
                    1.0
                }
            };
            parts.push((share, self.node(depth + 1)?));
            if self.sign(')') {
                return Ok(Node::Group(*kind, parts));
            }
            if !self.sign(',') {
                return Err(format!("`,` or `)` is missing before `{}`", self.rest.trim_start()));
            }
        }
    }
}

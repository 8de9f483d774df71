//! Where panels lie: an arrangement laid out in cells.

use ratatui::layout::Rect;

use crate::chart::{GroupKind, Node};

/// The areas of the panels of an arrangement, by key. Of tabs, the one that is chosen is shown, or the first.
pub(super) fn areas(node: &Node, area: Rect, chosen: Option<&str>) -> Vec<(String, Rect)> {
    let mut placed = Vec::new();
    place(node, area, chosen, &mut placed);
    placed
}

fn place(node: &Node, area: Rect, chosen: Option<&str>, placed: &mut Vec<(String, Rect)>) {
    let (kind, parts) = match node {
        Node::Panel(key) => return placed.push((key.clone(), area)),
        Node::Group(kind, parts) => (*kind, parts),
    };
    match kind {
        GroupKind::Row => {
            for ((_, part), [at, length]) in parts.iter().zip(shares(parts, area.width, 1)) {
                place(part, Rect { x: area.x + at, width: length, ..area }, chosen, placed);
            }
        }
        GroupKind::Column => {
            for ((_, part), [at, length]) in parts.iter().zip(shares(parts, area.height, 0)) {
                place(part, Rect { y: area.y + at, height: length, ..area }, chosen, placed);
            }
        }
        GroupKind::Grid => {
            // Cells are about twice as high as wide.
            let wide = f64::from(area.width) / (2.0 * f64::from(area.height.max(1)));
            let columns = (parts.len() as f64 * wide / 1.6).sqrt().round().max(1.0) as usize;
            let columns = columns.min(parts.len().max(1));
            let rows: Vec<&[(f32, Node)]> = parts.chunks(columns).collect();
            let even = |count: usize| vec![(1.0, Node::Panel(String::new())); count];
            for (row, [top, height]) in rows.iter().zip(shares(&even(rows.len()), area.height, 0)) {
                for ((_, part), [left, width]) in row.iter().zip(shares(&even(row.len()), area.width, 1)) {
                    place(part, Rect { x: area.x + left, y: area.y + top, width, height }, chosen, placed);
                }
            }
        }
        GroupKind::Tabs => {
            let is_chosen = |part: &&(f32, Node)| chosen.is_some_and(|key| part.1.keys().contains(&key));
            if let Some((_, part)) = parts.iter().find(is_chosen).or(parts.first()) {
                place(part, area, chosen, placed);
            }
        }
    }
}

/// Where each part begins and how long it is, with so many cells between two.
fn shares(parts: &[(f32, Node)], length: u16, gap: u16) -> Vec<[u16; 2]> {
    let gaps = gap * (parts.len().saturating_sub(1)) as u16;
    let room = f32::from(length.saturating_sub(gaps));
    let total: f32 = parts.iter().map(|(share, _)| share).sum();
    let (mut sum, mut placed) = (0.0, Vec::new());
    for (index, (share, _)) in parts.iter().enumerate() {
        let begin = (room * sum / total).round() as u16;
        sum += share;
        let end = (room * sum / total).round() as u16;
        placed.push([begin + gap * index as u16, end - begin]);
    }
    placed
}

/// Puts a panel beside another one; the whole where that is not there.
pub(super) fn put_beside(node: Option<Node>, beside: &str, key: &str, kind: GroupKind) -> Node {
    let new = Node::Panel(key.to_owned());
    let Some(node) = node else { return new };
    if !node.keys().contains(&beside) {
        return Node::Group(kind, vec![(1.0, node), (1.0, new)]);
    }
    split(node, beside, &new, kind)
}

fn split(node: Node, beside: &str, new: &Node, kind: GroupKind) -> Node {
    match node {
        Node::Panel(key) if key == beside => {
            Node::Group(kind, vec![(1.0, Node::Panel(key)), (1.0, new.clone())])
        }
        Node::Group(own, mut parts) => {
            let direct = parts.iter().position(|(_, part)| *part == Node::Panel(beside.to_owned()));
            if let Some(at) = direct.filter(|_| own == kind || own == GroupKind::Grid) {
                let share = parts[at].0;
                parts.insert(at + 1, (share, new.clone()));
                return Node::Group(own, parts);
            }
            let parts = parts.into_iter();
            Node::Group(own, parts.map(|(s, part)| (s, split(part, beside, new, kind))).collect())
        }
        Node::Panel(key) => Node::Panel(key),
    }
}

/// The arrangement without a panel.
pub(super) fn without(node: Node, key: &str) -> Option<Node> {
    match node {
        Node::Panel(own) => (own != key).then_some(Node::Panel(own)),
        Node::Group(kind, parts) => {
            let left = parts.into_iter().filter_map(|(share, part)| Some((share, without(part, key)?)));
            let mut left: Vec<_> = left.collect();
            match left.len() {
                0 => None,
                1 => left.pop().map(|(_, part)| part),
                _ => Some(Node::Group(kind, left)),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn panels_cover_the_area_and_do_not_overlap() {
        for text in ["a", "row(64 a, 36 column(b, c))", "column(a, b, c, d)", "grid(a, b, c, d, e)"] {
            for (width, height) in [(20, 5), (80, 24), (400, 100), (1, 1), (0, 0)] {
                let whole = Rect::new(0, 0, width, height);
                let node = Node::parse(text).expect("an arrangement");
                let placed = areas(&node, whole, None);
                assert_eq!(placed.len(), node.keys().len());
                for (i, (_, a)) in placed.iter().enumerate() {
                    assert!(a.right() <= width + 1 && a.bottom() <= height, "{text}: {a:?} in {whole:?}");
                    assert!(placed[..i].iter().all(|(_, b)| a.intersection(*b).area() == 0), "{text}");
                }
            }
        }
    }

    #[test]
    fn panels_are_put_in_and_taken_out() {
        let node = put_beside(Some(Node::Panel("a".into())), "a", "b", GroupKind::Row);
        let node = put_beside(Some(node), "b", "c", GroupKind::Column);
        assert_eq!(node.text(), "row(a, column(b, c))");
        let node = put_beside(Some(node), "c", "d", GroupKind::Column);
        assert_eq!(node.text(), "row(a, column(b, c, d))");
        let node = without(node, "a").expect("some are left");
        assert_eq!(without(node, "c").expect("two are left").text(), "column(b, d)");
    }
}

//! Where the panels lie: a tree of rows, columns, grids and tabs, in egui's tiles and as text.
//!
//! ```text
//! row(16 time, 9 column(lorenz-xz, psd))      numbers are shares; 1 where there is none
//! ```

use crate::chart::{DEEPEST, GroupKind, Node};
use egui::Rect;
use egui_tiles::{
    Container, ContainerKind, Grid, Linear, LinearDir, SimplificationOptions, Tabs, Tile, TileId, Tiles, Tree,
};

/// Puts an arrangement into a tree.
fn insert(node: &Node, tiles: &mut Tiles<String>) -> TileId {
    let (kind, parts) = match node {
        Node::Panel(key) => return tiles.insert_pane(key.clone()),
        Node::Group(kind, parts) => (kind, parts),
    };
    let children: Vec<TileId> = parts.iter().map(|(_, part)| insert(part, tiles)).collect();
    let linear = |dir, children: Vec<TileId>| {
        let mut linear = Linear::new(dir, children.clone());
        for ((share, _), child) in parts.iter().zip(children) {
            linear.shares.set_share(child, *share);
        }
        Container::Linear(linear)
    };
    tiles.insert_container(match kind {
        GroupKind::Row => linear(LinearDir::Horizontal, children),
        GroupKind::Column => linear(LinearDir::Vertical, children),
        GroupKind::Grid => Container::Grid(Grid::new(children)),
        GroupKind::Tabs => Container::Tabs(Tabs::new(children)),
    })
}

/// An arrangement as egui's tiles.
pub(super) fn tree_of(node: &Node) -> Tree<String> {
    let mut tiles = Tiles::default();
    let root = insert(node, &mut tiles);
    Tree::new(egui::Id::unique("panels"), root, tiles)
}

/// What a tree shows, if anything.
pub(super) fn node_of(tree: &Tree<String>) -> Option<Node> {
    node_of_tile(&tree.tiles, tree.root()?, 0)
}

fn node_of_tile(tiles: &Tiles<String>, id: TileId, depth: usize) -> Option<Node> {
    let container = match tiles.get(id)? {
        Tile::Pane(key) => return Some(Node::Panel(key.clone())),
        Tile::Container(container) => container,
    };
    let kind = match container.kind() {
        ContainerKind::Horizontal => GroupKind::Row,
        ContainerKind::Vertical => GroupKind::Column,
        ContainerKind::Grid => GroupKind::Grid,
        ContainerKind::Tabs => GroupKind::Tabs,
    };
    if depth > DEEPEST {
        return None;
    }
    let share = |child: TileId| match container {
        Container::Linear(linear) => linear.shares[child],
        Container::Tabs(_) | Container::Grid(_) => 1.0,
    };
    let parts: Vec<_> = container
        .children()
        .filter_map(|child| Some((share(*child), node_of_tile(tiles, *child, depth + 1)?)))
        .collect();
    (!parts.is_empty()).then_some(Node::Group(kind, parts))
}

/// The tile of a panel.
pub(crate) fn tile_of(tree: &Tree<String>, key: &str) -> Option<TileId> {
    let is_it = |tile: &Tile<String>| matches!(tile, Tile::Pane(other) if other == key);
    tree.tiles.iter().find(|(_, tile)| is_it(tile)).map(|(id, _)| *id)
}

/// Whether a panel lies so deep that it is not split any more.
pub(crate) fn is_deep(tree: &Tree<String>, key: &str) -> bool {
    let mut tile = tile_of(tree, key);
    let mut depth = 0;
    while let Some(id) = tile {
        tile = tree.tiles.parent_of(id);
        depth += 1;
    }
    depth > DEEPEST / 2
}

/// Puts a new panel beside another, or at the end where there is no such one.
pub(crate) fn put_beside(tree: &mut Tree<String>, beside: Option<&str>, key: &str, kind: GroupKind) {
    let new = tree.tiles.insert_pane(key.to_owned());
    let Some(root) = tree.root() else {
        *tree = tree_of(&Node::Panel(key.to_owned()));
        return;
    };
    let dir = if kind == GroupKind::Row { LinearDir::Horizontal } else { LinearDir::Vertical };
    let beside = beside.and_then(|key| tile_of(tree, key)).unwrap_or(root);
    let parent = tree.tiles.parent_of(beside);
    if let Some(Tile::Container(Container::Linear(linear))) = parent.and_then(|id| tree.tiles.get_mut(id))
        && linear.dir == dir
    {
        let share = linear.shares[beside] / 2.0;
        linear.shares.set_share(beside, share);
        linear.shares.set_share(new, share);
        let at = linear.children.iter().position(|child| *child == beside).map_or(0, |at| at + 1);
        linear.children.insert(at, new);
        return;
    }
    let pair = tree.tiles.insert_container(Linear::new_binary(dir, [beside, new], 0.5));
    match parent {
        None => *tree = Tree::new(egui::Id::unique("panels"), pair, std::mem::take(&mut tree.tiles)),
        Some(parent) => {
            if let Some(Tile::Container(container)) = tree.tiles.get_mut(parent) {
                let share = match container {
                    Container::Linear(linear) => Some(linear.shares[beside]),
                    Container::Tabs(_) | Container::Grid(_) => None,
                };
                let _ = container.replace_child(beside, pair);
                if let (Container::Linear(linear), Some(share)) = (container, share) {
                    linear.shares.set_share(pair, share);
                }
            }
        }
    }
}

/// Columns of a grid of so many panels in `area`: near to the shape 3:2 each, and few holes.
pub(crate) fn columns_of(count: usize, area: Rect) -> usize {
    let misfit = |columns: &usize| {
        let rows = count.div_ceil(*columns);
        let shape = (area.width() / *columns as f32) / (area.height() / rows as f32).max(1.0);
        let empty = (rows * *columns - count) as f32;
        (shape.max(0.01) / 1.5).ln().abs() + empty * 0.3
    };
    (1..=count.max(1)).min_by(|a, b| misfit(a).total_cmp(&misfit(b))).unwrap_or(1)
}

/// How many panels lie above each other where there are most.
pub(super) fn rows_of(node: &Node, area: Rect) -> usize {
    let Node::Group(kind, parts) = node else { return 1 };
    let rows = parts.iter().map(|(_, part)| rows_of(part, area));
    match kind {
        GroupKind::Column => rows.sum(),
        GroupKind::Grid => parts.len().div_ceil(columns_of(parts.len(), area)),
        GroupKind::Row | GroupKind::Tabs => rows.max().unwrap_or(1),
    }
}

/// Groups of one are none; panels need no tab where they stand alone.
pub(super) const SIMPLE: SimplificationOptions = SimplificationOptions {
    prune_empty_tabs: true,
    prune_empty_containers: true,
    prune_single_child_tabs: true,
    prune_single_child_containers: true,
    all_panes_must_have_tabs: false,
    join_nested_linear_containers: true,
    flatten_tabs_in_tabs: true,
};

#[cfg(test)]
mod tests {
    use super::*;
    use egui::{pos2, vec2};
    use proptest::prelude::*;

    #[test]
    fn an_arrangement_reads_back() {
        for text in ["time", "row(time, xz)", "row(64 time, 36 column(xz, tabs(psd, b)))", "grid(a, b, c)"] {
            let node = Node::parse(text).unwrap();
            assert_eq!(node.text(), text);
            assert_eq!(node_of(&tree_of(&node)).unwrap().text(), text);
        }
        assert_eq!(Node::parse("row(1 a,2 b)").unwrap().text(), "row(33.3 a, 66.7 b)");
    }

    #[test]
    fn what_is_wrong_with_an_arrangement_is_said() {
        let error = |text: &str| Node::parse(text).unwrap_err();
        assert!(error("").contains("is missing"));
        assert!(error("row(a b)").contains("`,` or `)` is missing before `b)`"));
        assert!(error("cow(a)").contains("`cow(` is none of"));
        assert!(error("row(0 a)").contains("the share 0 is not between 0.001 and 1000000"));
        assert!(error("row(3e38 a, 3e38 b)").contains("is not between"));
        assert!(error("a b").contains("follows after the end"));
        assert!(error(&"row(".repeat(100)).contains("deeper"));
    }

    #[test]
    fn panels_over_time_lie_on_the_left_and_are_the_larger() {
        let node = Node::automatic(&["time"], &["xy"], true).unwrap();
        assert_eq!(node.text(), "row(64 time, 36 xy)");
        assert_eq!(Node::automatic(&["time"], &["xy"], false).unwrap().text(), "column(time, xy)");
        assert_eq!(Node::automatic(&["a", "b"], &[], true).unwrap().text(), "column(a, b)");
        assert_eq!(Node::automatic(&[], &["xy"], true).unwrap().text(), "xy");
        assert_eq!(Node::automatic(&[], &[], true), None);
    }

    #[test]
    fn a_new_panel_takes_half_of_the_one_that_is_split() {
        let mut tree = tree_of(&Node::parse("row(60 a, 40 b)").unwrap());
        put_beside(&mut tree, Some("a"), "c", GroupKind::Row);
        assert_eq!(node_of(&tree).unwrap().text(), "row(30 a, 30 c, 40 b)");
        put_beside(&mut tree, Some("b"), "d", GroupKind::Column);
        assert_eq!(node_of(&tree).unwrap().text(), "row(30 a, 30 c, 40 column(b, d))");
        let mut tree = tree_of(&Node::parse("a").unwrap());
        put_beside(&mut tree, None, "b", GroupKind::Column);
        assert_eq!(node_of(&tree).unwrap().text(), "column(a, b)");
    }

    #[test]
    fn panels_split_again_and_again_are_still_read_back() {
        let mut tree = tree_of(&Node::parse("row(60 a, 40 b)").unwrap());
        for i in 0..14 {
            put_beside(&mut tree, Some("a"), &format!("p{i}"), GroupKind::Row);
            let text = node_of(&tree).unwrap().text();
            assert_eq!(Node::parse(&text).unwrap().text(), text);
        }
        for i in 0..40 {
            if is_deep(&tree, "b") {
                break;
            }
            put_beside(&mut tree, Some("b"), &format!("q{i}"), [GroupKind::Row, GroupKind::Column][i % 2]);
        }
        assert!(is_deep(&tree, "b"));
        let node = node_of(&tree).unwrap();
        assert_eq!(Node::parse(&node.text()).unwrap().keys(), node.keys());
    }

    #[test]
    fn grids_are_near_to_their_shape_and_have_few_holes() {
        let area = Rect::from_min_size(pos2(0.0, 0.0), vec2(1280.0, 640.0));
        assert_eq!([1, 2, 4, 16].map(|count| columns_of(count, area)), [1, 2, 2, 4]);
        assert_eq!(columns_of(0, Rect::ZERO), 1);
    }

    proptest! {
        #[test]
        fn no_text_is_a_panic(text in "[a-c0-9.(), rowgidtabsclumn-]{0,60}") {
            if let Ok(node) = Node::parse(&text) {
                let again = Node::parse(&node.text()).unwrap();
                prop_assert_eq!(again.keys(), node.keys());
            }
        }
    }
}

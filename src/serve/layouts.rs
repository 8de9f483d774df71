//! What the page is told of a layout that was named at the start.

use serde_json::{Value, json};

use crate::chart::{GroupKind, Layout, Node, PanelSettings, ThemeChoice};

/// A layout under its name.
pub(super) fn described(name: &str, layout: &Layout) -> Value {
    let colours = layout.streams.iter().filter_map(|stream| {
        let [r, g, b] = stream.look().colour?;
        Some((stream.name.clone(), json!(format!("#{r:02x}{g:02x}{b:02x}"))))
    });
    json!({
        "name": name,
        "title": layout.title,
        "theme": layout.theme.map(|theme| match theme {
            ThemeChoice::Dark => "dark",
            ThemeChoice::Light => "light",
        }),
        "arrangement": layout.node().map(|node| part(&node)),
        "panels": layout.panels.iter().map(panel).collect::<Vec<_>>(),
        "colours": colours.collect::<serde_json::Map<_, _>>(),
    })
}

fn panel(panel: &PanelSettings) -> Value {
    json!({
        "id": panel.id,
        "title": panel.title,
        "x_label": panel.x_label,
        "y_label": panel.y_label,
        "streams": panel.streams,
        "hidden": panel.hidden,
        "log": [panel.log_x, panel.log_y],
        "unlinked": panel.unlinked,
        "span": panel.span,
        "x": panel.x,
        "y": panel.y,
    })
}

/// A panel's id, or a group of parts with their shares.
fn part(node: &Node) -> Value {
    match node {
        Node::Panel(id) => json!(id),
        Node::Group(kind, parts) => {
            let kind = match kind {
                GroupKind::Row => "row",
                GroupKind::Column => "column",
                GroupKind::Grid => "grid",
                GroupKind::Tabs => "tabs",
            };
            let parts: Vec<Value> = parts.iter().map(|(share, node)| json!([share, part(node)])).collect();
            json!({ "kind": kind, "parts": parts })
        }
    }
}

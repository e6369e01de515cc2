//! The flows of one use as a drawing: sources on the left, the functions between, sinks on the right.
//!
//! Only numbers and texts come from here; the template draws them. Letters are drawn in a monospaced face, so
//! a text that fits by its columns fits.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::facts::{Access, Flow};
use crate::findings::Severity;
use crate::findings::run::AppRun;
use crate::reports::Checked;
use crate::reports::flows::{at, goal, source, sure, worst};
use crate::reports::wrap::{columns, head, tail, wrap};
use crate::text::Place;
use crate::text::redact::{mask_addresses, one_line, visible};

/// Flows of one use whose places are drawn by their lines; with more, a box is a file.
const MOST_BY_LINE: usize = 16;
/// Boxes of one drawing; the list below it has what finds no room.
const MOST_BOXES: usize = 60;
/// Functions that a box between names.
const MOST_NAMES: usize = 4;
/// Columns of a line in a box.
const ROOM: usize = 34;
const LINE: usize = 16;
const BOX: usize = 252;
const GAP: usize = 68;
const PAD: usize = 9;
const BETWEEN: usize = 14;
/// Room above the boxes for the headings of the columns.
const TOP: usize = 26;

#[derive(Serialize)]
pub(super) struct Diagram {
    width: usize,
    height: usize,
    heads: Vec<Label>,
    nodes: Vec<Node>,
    edges: Vec<Edge>,
    /// Flows that are not drawn.
    more: usize,
    /// The drawing in one sentence.
    title: String,
}

#[derive(Serialize)]
struct Label {
    x: usize,
    y: usize,
    text: String,
}

#[derive(Serialize)]
struct Node {
    class: &'static str,
    x: usize,
    y: usize,
    width: usize,
    height: usize,
    title: String,
    lines: Vec<Label>,
}

#[derive(Serialize)]
struct Edge {
    from_x: usize,
    from_y: usize,
    to_x: usize,
    to_y: usize,
    middle: usize,
    class: &'static str,
}

/// A box before it has its place.
struct Draft {
    class: &'static str,
    lines: Vec<String>,
    title: String,
}

/// A box: its column, and where it stands in it.
type Spot = (usize, usize);

/// Boxes of the three columns and the lines between them.
#[derive(Default)]
struct Board {
    columns: [Vec<Draft>; 3],
    known: [BTreeMap<String, usize>; 3],
    edges: BTreeMap<(Spot, Spot), bool>,
}

impl Board {
    fn boxes(&self) -> usize {
        self.columns.iter().map(Vec::len).sum()
    }

    fn node(&mut self, column: usize, key: String, draft: impl FnOnce() -> Draft) -> Spot {
        let (Some(known), Some(boxes)) = (self.known.get_mut(column), self.columns.get_mut(column)) else {
            return (0, 0);
        };
        let at = *known.entry(key).or_insert_with(|| {
            boxes.push(draft());
            boxes.len() - 1
        });
        (column, at)
    }

    /// A line; a sure one wins over a guess.
    fn edge(&mut self, from: Spot, to: Spot, guess: bool) {
        let known = self.edges.entry((from, to)).or_insert(guess);
        *known &= guess;
    }
}

/// The drawing; nothing when no address goes anywhere.
pub(super) fn diagram(root: &Checked, app: &AppRun, pairs: &[(&Access, Option<&Flow>)]) -> Option<Diagram> {
    let flows: Vec<(&Access, &Flow)> = pairs.iter().filter_map(|(a, f)| Some((*a, (*f)?))).collect();
    if flows.is_empty() {
        return None;
    }
    // Many places are told apart by their files only.
    let coarse = flows.len() > MOST_BY_LINE;
    let spot = |place: &Place| match coarse {
        true => mask_addresses(&visible(&root.path(&place.file))).into_owned(),
        false => mask_addresses(&at(root, place)).into_owned(),
    };
    // A box stands for several flows: the worst of what is said of them is said.
    let mut judged: BTreeMap<String, Option<Severity>> = BTreeMap::new();
    let ends: Vec<(String, String)> = flows.iter().map(|(_, f)| (goal(f), spot(&f.place))).collect();
    for ((_, flow), (what, place)) in flows.iter().zip(&ends) {
        let said = judged.entry(format!("{what}\0{place}")).or_default();
        *said = (*said).max(worst(&app.findings, flow));
    }
    let mut board = Board::default();
    let mut drawn = 0;
    for ((access, flow), (what, to_place)) in flows.iter().zip(&ends) {
        if board.boxes() >= MOST_BOXES {
            break;
        }
        drawn += 1;
        let guess = flow.confidence == crate::findings::Confidence::Possible;
        let (read, place) = (source(access), spot(&access.place));
        let key = if coarse { format!("{read}\0{place}") } else { access.id.clone() };
        let from = board.node(0, key, || Draft {
            class: "source",
            title: format!("{read}, {place}"),
            lines: lines(&[&read], &place),
        });
        let what = mask_addresses(what).into_owned();
        let key = format!("{}\0{to_place}", goal(flow));
        let worst = judged.get(&key).copied().flatten();
        let to = board.node(2, key, || {
            let said = worst.map(|s| match s {
                Severity::Error => "✖ an error stands here",
                Severity::Warning => "▲ a warning stands here",
                Severity::Info => "● advice stands here",
            });
            let texts: Vec<&str> = std::iter::once(what.as_str()).chain(said).collect();
            Draft {
                class: match worst {
                    Some(Severity::Error) => "error",
                    Some(Severity::Warning) => "warning",
                    Some(Severity::Info) => "info",
                    None => "sink",
                },
                title: format!("{what} ({}), {to_place}", sure(flow.confidence)),
                lines: lines(&texts, to_place),
            }
        });
        match between(root, flow) {
            None => board.edge(from, to, guess),
            Some(names) => {
                let through = board.node(1, names.join("\0"), || function_box(&names));
                board.edge(from, through, guess);
                board.edge(through, to, guess);
            }
        }
    }
    let title = format!(
        "{} of addresses, from where they are read on the left to where they go on the right; the list below \
         says the same in words",
        crate::reports::wrap::count(drawn, "way")
    );
    Some(placed(board, flows.len() - drawn, title))
}

/// What an address passes between its source and its sink: functions by name, else the places.
fn between(root: &Checked, flow: &Flow) -> Option<Vec<String>> {
    let mut names: Vec<String> =
        flow.names.iter().map(|n| one_line(n, 80)).filter(|n| !n.is_empty()).collect();
    names.dedup();
    if names.is_empty() {
        let inner = flow.path.iter().skip(1).filter(|s| s.place != flow.place);
        names = inner.map(|s| mask_addresses(&at(root, &s.place)).into_owned()).collect();
        names.dedup();
    }
    (!names.is_empty()).then_some(names)
}

fn function_box(names: &[String]) -> Draft {
    let mut lines: Vec<String> = names.iter().take(MOST_NAMES).map(|n| end_of(n)).collect();
    if names.len() > MOST_NAMES {
        lines.push(format!("and {} more", names.len() - MOST_NAMES));
    }
    Draft { class: "step", lines, title: names.join(", ") }
}

/// The lines of a box: what it is, wrapped, and where.
fn lines(texts: &[&str], place: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for text in texts {
        let mut wrapped = wrap(text, 0, ROOM);
        wrapped.truncate(3);
        out.extend(wrapped.iter().map(|l| start_of(l)));
    }
    out.push(end_of(place));
    out
}

fn start_of(text: &str) -> String {
    if columns(text) <= ROOM { text.to_owned() } else { format!("{}…", head(text, ROOM - 1)) }
}

/// The end of a path says more than its start.
fn end_of(text: &str) -> String {
    if columns(text) <= ROOM { text.to_owned() } else { format!("…{}", tail(text, ROOM - 1)) }
}

fn placed(board: Board, more: usize, title: String) -> Diagram {
    // A column without boxes takes no room.
    let used: Vec<usize> = (0..3).filter(|c| board.columns.get(*c).is_some_and(|b| !b.is_empty())).collect();
    let x_of = |column: usize| used.iter().position(|c| *c == column).unwrap_or(0) * (BOX + GAP);
    let heights: Vec<usize> = board
        .columns
        .iter()
        .map(|boxes| boxes.iter().map(|b| tall(b) + BETWEEN).sum::<usize>().saturating_sub(BETWEEN))
        .collect();
    let tallest = heights.iter().copied().max().unwrap_or(0);
    let mut places: BTreeMap<Spot, (usize, usize, usize)> = BTreeMap::new();
    let mut nodes = Vec::new();
    for (column, boxes) in board.columns.into_iter().enumerate() {
        let mut y = TOP + (tallest - heights.get(column).copied().unwrap_or(0)) / 2;
        for (index, draft) in boxes.into_iter().enumerate() {
            let (x, height) = (x_of(column) + 1, tall(&draft));
            places.insert((column, index), (x, y, height));
            let line = |(i, text): (usize, String)| Label { x: x + PAD, y: y + PAD + 11 + i * LINE, text };
            nodes.push(Node {
                class: draft.class,
                x,
                y,
                width: BOX,
                height,
                title: draft.title,
                lines: draft.lines.into_iter().enumerate().map(line).collect(),
            });
            y += height + BETWEEN;
        }
    }
    let edge = |((from, to), guess): (&(Spot, Spot), &bool)| {
        let (from_x, from_y, from_height) = places.get(from).copied()?;
        let (to_x, to_y, to_height) = places.get(to).copied()?;
        let (from_x, to_x) = (from_x + BOX, to_x.saturating_sub(7));
        Some(Edge {
            from_x,
            from_y: from_y + from_height / 2,
            to_x,
            to_y: to_y + to_height / 2,
            middle: (from_x + to_x) / 2,
            class: if *guess { "guess" } else { "sure" },
        })
    };
    let heads = ["read here", "passes through", "goes to"];
    let head = |c: &usize| Some(Label { x: x_of(*c) + 1, y: 14, text: (*heads.get(*c)?).to_owned() });
    Diagram {
        width: used.len() * (BOX + GAP) - GAP + 2,
        height: TOP + tallest + 2,
        heads: used.iter().filter_map(head).collect(),
        edges: board.edges.iter().filter_map(edge).collect(),
        nodes,
        more,
        title,
    }
}

fn tall(draft: &Draft) -> usize {
    draft.lines.len() * LINE + 2 * PAD - 3
}

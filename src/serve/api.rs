//! What programs may ask: see docs/serve.md.

use std::fmt::Write as _;
use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::answer::{Refused, json};
use super::csv;
use super::query::Question;
use super::shared::Shared;
use crate::chart::{Interval, StreamSnapshot, interpolation_of};
use crate::export::csv::Part;
use crate::history::{ColumnGrid, Columns, Interpolation, LostRun, Scale, Statistics, Trace};
use crate::store::{Data, SharedStream, StreamState, lock};
use crate::stream::escaped;

type Server = State<Arc<Shared>>;
type Pairs = Query<Vec<(String, String)>>;
/// A number of a stream.
type OfStream = dyn Fn(&StreamSnapshot) -> f64;

/// Lost runs that are listed one by one.
const MOST_LOST_RUNS: usize = 1000;

/// What the page is told at its start.
pub(super) async fn start(State(shared): Server) -> Response {
    json(&shared.start)
}

pub(super) async fn streams(State(shared): Server) -> Response {
    let (used, budget) = shared.store.memory();
    let mut told = object(&shared.list(&StreamSnapshot::all(&shared.store)));
    told.insert("memory".to_owned(), json!({ "used_bytes": used, "budget_bytes": budget }));
    told.insert("clients".to_owned(), shared.client_count().into());
    json(&told)
}

/// Streams of these names, in the order asked for, or why not.
fn found(shared: &Shared, question: &Question) -> Result<Vec<(String, SharedStream)>, Refused> {
    let all = shared.store.streams();
    let find = |name: &String| all.iter().find(|stream| lock(stream).info.meta.name == *name);
    let found = question.streams.iter().map(|name| Some((name.clone(), Arc::clone(find(name)?))));
    found.collect::<Option<_>>().ok_or_else(|| {
        Refused(StatusCode::NOT_FOUND, "there is no stream of that name; /api/streams lists them".to_owned())
    })
}

fn asked(pairs: &Pairs) -> Result<Question, Refused> {
    Question::parse(&pairs.0).map_err(|said| Refused(StatusCode::BAD_REQUEST, said))
}

/// Answers for each stream that is over time or in the plane; of others it says that it cannot.
fn of_traces(
    shared: &Shared,
    question: &Question,
    answer: impl Fn(&StreamState, &Trace, [f64; 2]) -> Map<String, Value>,
) -> Result<Response, Refused> {
    let mut answers = Vec::new();
    for (name, stream) in found(shared, question)? {
        let state = lock(&stream);
        let mut entry = Map::new();
        entry.insert("stream".to_owned(), name.into());
        match &state.data {
            Data::Trace(trace) => {
                let (oldest, newest) = trace.x_bounds().unwrap_or((0.0, 0.0));
                let [from, to] = question.range([oldest, newest]);
                entry.insert("from".to_owned(), from.into());
                entry.insert("to".to_owned(), to.into());
                entry.extend(answer(&state, trace, [from, to]));
            }
            Data::Frames(_) | Data::Events(_) => {
                drop(state);
                let said = "this is for streams of points: /api/data has curves and events";
                return Err(Refused(StatusCode::BAD_REQUEST, said.to_owned()));
            }
        }
        answers.push(Value::Object(entry));
    }
    Ok(json(&json!({ "streams": answers })))
}

fn object(value: &impl Serialize) -> Map<String, Value> {
    match serde_json::to_value(value) {
        Ok(Value::Object(map)) => map,
        _ => Map::new(),
    }
}

pub(super) async fn columns(State(shared): Server, pairs: Pairs) -> Result<Response, Refused> {
    let question = asked(&pairs)?;
    of_traces(&shared, &question, |state, trace, range| {
        let join = interpolation_of(shared.store.style_of(&state.info.meta));
        exact_columns(trace, &question, join, range)
    })
}

/// The columns between two x, whose edges are multiples of their width.
fn exact_columns(
    trace: &Trace,
    question: &Question,
    join: Interpolation,
    range: [f64; 2],
) -> Map<String, Value> {
    let [x_scale, y_scale] = question.log.map(Scale::log_if);
    let Some((low, high)) = x_scale.transform_range(range.into()) else {
        return object(&json!({ "columns": [] }));
    };
    let (_, grid) = Interval::new(low, high).snapped(question.columns);
    let grid = ColumnGrid { scale: x_scale, ..grid };
    let mut columns = Columns::new();
    trace.columns(&grid, join, y_scale, &mut columns);
    let hulls = columns.iter().map(|column| (!column.is_empty()).then_some([column.lo, column.hi]));
    let gaps = columns.iter().enumerate().filter(|(_, column)| column.gap).map(|(index, _)| index);
    let several = (0..columns.len()).filter(|index| columns.spans(*index).len() > 1);
    let several = several.map(|index| (index.to_string(), json!(columns.spans(index).collect::<Vec<_>>())));
    object(&json!({
        "from": grid.edge(0),
        "to": grid.edge(grid.count),
        "columns": hulls.collect::<Vec<_>>(),
        "gaps": gaps.collect::<Vec<_>>(),
        "spans": several.collect::<Map<_, _>>(),
        "lost": lost(trace, [grid.edge(0), grid.edge(grid.count)]),
    }))
}

/// The losses between two x: how many points in all, and where.
fn lost(trace: &Trace, [from, to]: [f64; 2]) -> Value {
    let mut runs = Vec::new();
    trace.lost_runs_in(from, to, &mut runs);
    let count: u64 = runs.iter().map(|run| run.count).sum();
    let places = runs.iter().take(MOST_LOST_RUNS);
    let places = places.map(|LostRun { x0, x1, count }| json!({ "from": x0, "to": x1, "count": count }));
    json!({ "count": count, "runs": places.collect::<Vec<_>>() })
}

pub(super) async fn statistics(State(shared): Server, pairs: Pairs) -> Result<Response, Refused> {
    of_traces(&shared, &asked(&pairs)?, |_, trace, [from, to]| {
        let Statistics { count, min, max, mean, rms, std } = trace.statistics(from, to);
        let at = |x: f64| trace.value_at(x).map(|(x, y)| [x, y]);
        object(&json!({
            "count": count,
            "min": min,
            "max": max,
            "mean": mean,
            "rms": rms,
            "std": std,
            "peak_to_peak": max - min,
            "at_from": at(from),
            "at_to": at(to),
            "lost": lost(trace, [from, to])["count"],
        }))
    })
}

/// The points themselves, as `ringplot render -o FILE.csv` writes them.
pub(super) async fn data(State(shared): Server, pairs: Pairs) -> Result<Response, Refused> {
    let busy = |said: String| Refused(StatusCode::SERVICE_UNAVAILABLE, said);
    let question = asked(&pairs)?;
    let streams = found(&shared, &question)?;
    let permit = Arc::clone(&shared.downloads).try_acquire_owned();
    let permit = permit.map_err(|_| busy("4 downloads are under way: wait for one of them".to_owned()))?;
    let is_all = question.from.is_none() && question.to.is_none() && question.last.is_none();
    let parts = streams.iter().map(|(_, stream)| {
        let newest = lock(stream).newest().map_or(f64::INFINITY, |(x, _)| x);
        let range = question.range([f64::NEG_INFINITY, newest]);
        Part::new(stream, (!is_all).then_some(range), None, None)
    });
    let body = csv::table(parts.collect(), permit).map_err(|error| busy(error.to_string()))?;
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"ringplot.csv\""),
    ];
    Ok((headers, body).into_response())
}

/// What Prometheus reads.
pub(super) async fn metrics(State(shared): Server) -> Response {
    let mut out = String::new();
    let streams = StreamSnapshot::all(&shared.store);
    let mut family = |name: &str, kind: &str, help: &str, values: &[(Option<&str>, f64)]| {
        let _ = writeln!(out, "# HELP ringplot_{name} {help}\n# TYPE ringplot_{name} {kind}");
        for (stream, value) in values {
            let label = stream.map(|stream| format!("{{stream=\"{}\"}}", label_value(stream)));
            let _ = writeln!(out, "ringplot_{name}{} {value}", label.unwrap_or_default());
        }
    };
    let of_streams = |value: &OfStream| -> Vec<(Option<&str>, f64)> {
        streams.iter().map(|stream| (Some(stream.info.meta.name.as_str()), value(stream))).collect()
    };
    let per_stream: [(&str, &str, &str, &OfStream); 5] = [
        ("position", "counter", "Position up to which the stream was read.", &|s| s.counts.position as f64),
        ("received_total", "counter", "Points that were read.", &|s| s.counts.received as f64),
        ("lost_total", "counter", "Points that were overwritten before they were read.", &|s| {
            s.counts.lost as f64
        }),
        ("rate_hz", "gauge", "Points a second, as measured.", &|s| s.rate_hz.unwrap_or(0.0)),
        ("live", "gauge", "Whether more can come.", &|s| f64::from(u8::from(s.is_live()))),
    ];
    for (name, kind, help, value) in per_stream {
        family(name, kind, help, &of_streams(value));
    }
    let totals = shared.counters.now();
    let (used, budget) = shared.store.memory();
    for (name, kind, help, value) in [
        ("clients", "gauge", "Pages that are open.", shared.client_count() as f64),
        ("requests_total", "counter", "Requests.", totals.requests as f64),
        ("requests_refused_total", "counter", "Requests that were not let in.", totals.refused as f64),
        ("frames_sent_total", "counter", "Frames sent to pages.", totals.frames_sent as f64),
        (
            "frames_skipped_total",
            "counter",
            "Frames not made for pages that were behind.",
            totals.frames_skipped as f64,
        ),
        ("frame_bytes_total", "counter", "Bytes of the frames sent.", totals.frame_bytes as f64),
        ("memory_used_bytes", "gauge", "Memory of all histories.", used as f64),
        ("memory_budget_bytes", "gauge", "What they may take.", budget as f64),
    ] {
        family(name, kind, help, &[(None, value)]);
    }
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], out).into_response()
}

/// A name as the value of a label: <https://prometheus.io/docs/instrumenting/exposition_formats/>.
fn label_value(name: &str) -> String {
    escaped(name).replace('\\', "\\\\").replace('"', "\\\"")
}

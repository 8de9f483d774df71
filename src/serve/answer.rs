//! Answers that are text.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::stream::escaped_json;

/// A line of text.
pub(super) fn text(status: StatusCode, said: &str) -> Response {
    let kind = [(header::CONTENT_TYPE, "text/plain; charset=utf-8")];
    (status, kind, format!("ringplot: {said}\n")).into_response()
}

/// A value as JSON that also a person's terminal may show.
pub(super) fn json(value: &impl Serialize) -> Response {
    match serde_json::to_string(value) {
        Ok(json) => ([(header::CONTENT_TYPE, "application/json")], escaped_json(json) + "\n").into_response(),
        Err(error) => text(StatusCode::INTERNAL_SERVER_ERROR, &error.to_string()),
    }
}

/// A question that has no answer, and why.
#[derive(Debug)]
pub(super) struct Refused(pub(super) StatusCode, pub(super) String);

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let mut response = json(&serde_json::json!({ "error": self.1 }));
        *response.status_mut() = self.0;
        response
    }
}

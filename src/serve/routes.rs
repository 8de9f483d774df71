//! Which path leads where, behind the check that each request passes.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;

use super::access::{Admitted, Refusal};
use super::answer::text;
use super::assets::{ASSETS, Asset, PAGE};
use super::session;
use super::shared::Shared;
use super::{MOST_MESSAGE_BYTES, api};

/// Nothing of another place, nothing in a frame of another page, nothing of it in another's.
const HEADERS: [(header::HeaderName, &str); 7] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'",
    ),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::CACHE_CONTROL, "no-store"),
    (header::HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (header::HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
];

/// All paths.
pub(super) fn router(shared: &Arc<Shared>) -> Router {
    let mut router = Router::new()
        .route("/", get(|| async { file(&PAGE) }))
        .route("/ws", get(socket))
        .route("/metrics", get(api::metrics))
        .route("/api/start", get(api::start))
        .route("/api/streams", get(api::streams))
        .route("/api/columns", get(api::columns))
        .route("/api/statistics", get(api::statistics))
        .route("/api/data", get(api::data));
    for asset in ASSETS {
        router = router.route(asset.0, get(|| async { file(asset) }));
    }
    router
        .fallback(|| async { text(StatusCode::NOT_FOUND, "there is nothing here") })
        .layer(middleware::from_fn_with_state(Arc::clone(shared), guard))
        .with_state(Arc::clone(shared))
}

/// Lets in who may come in, and gives every answer its headers.
async fn guard(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    let checked = shared.access.check(request.method(), request.uri(), request.headers());
    shared.counters.add(|totals| {
        totals.requests += 1;
        totals.refused += u64::from(checked.is_err());
    });
    let mut response = match checked {
        Ok(_) => next.run(request).await,
        Err(Refusal(status, said)) => {
            let mut response = text(status, said);
            // Whatever body there is, it is not read.
            response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
            response
        }
    };
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if checked == Ok(Admitted::ByAddress)
        && let Ok(cookie) = HeaderValue::from_str(&shared.access.set_cookie())
    {
        headers.insert(header::SET_COOKIE, cookie);
    }
    response
}

fn file(asset: &'static Asset) -> Response {
    let Asset(_, kind, bytes) = asset;
    ([(header::CONTENT_TYPE, *kind)], Body::from(*bytes)).into_response()
}

/// Opens a session, unless there are as many as there may be.
async fn socket(State(shared): State<Arc<Shared>>, upgrade: WebSocketUpgrade) -> Response {
    let Ok(permit) = Arc::clone(&shared.clients).try_acquire_owned() else {
        return text(StatusCode::SERVICE_UNAVAILABLE, "32 pages are open: close one of them");
    };
    let upgrade = upgrade.max_message_size(MOST_MESSAGE_BYTES).max_frame_size(MOST_MESSAGE_BYTES);
    upgrade.on_upgrade(|socket| async move {
        session::run(socket, &shared).await;
        drop(permit);
    })
}

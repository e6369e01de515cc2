//! A server that speaks Atlassian's user endpoints with invented people, so that an app's own tests can prove that
//! it copes with hidden addresses.
//!
//! `routes.yaml` is the list of endpoints; router and OpenAPI description are made of it. `answer` and what it uses
//! know no sockets; this file knows nothing of what an answer says.

mod admin;
pub mod answer;
pub mod record;
mod report;
pub mod routes;
pub mod settings;
pub mod world;

use std::collections::BTreeMap;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use axum::routing::{MethodFilter, on};
use axum::serve::ListenerExt as _;
use serde_json::{Value, json};

use self::answer::{Answer, Asked};
use self::record::{Record, Records};
use self::routes::{Method, Operation, Route};
use self::settings::Settings;
use self::world::{Sight, World};
use super::model::Caller;

/// Bytes of a body that are read.
const MAX_BODY: usize = 1 << 20;
/// How long connections may go on after the signal to stop.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// The mock, behind its socket.
#[derive(Debug)]
pub struct Mock {
    world: World,
    initial: Arc<Settings>,
    now: RwLock<Arc<Settings>>,
    records: Mutex<Records>,
}

impl Mock {
    /// A mock of these people that starts with these settings and remembers so many requests.
    #[must_use]
    pub fn new(world: World, settings: Settings, remember: usize) -> Self {
        let initial = Arc::new(settings);
        Self {
            world,
            now: RwLock::new(Arc::clone(&initial)),
            initial,
            records: Mutex::new(Records::new(remember)),
        }
    }

    fn settings(&self) -> Arc<Settings> {
        Arc::clone(&self.now.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn set(&self, settings: Settings) {
        *self.now.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(settings);
    }

    fn record(&self, record: Record) {
        self.records.lock().unwrap_or_else(PoisonError::into_inner).add(record);
    }

    /// How many requests there were.
    #[must_use]
    pub fn asked(&self) -> u64 {
        self.records.lock().unwrap_or_else(PoisonError::into_inner).total()
    }

    /// The status that this request fails with, if requests fail for now.
    fn failing(&self, path: &str) -> Option<u16> {
        let meets = |s: &Settings| {
            let fail = s.fail.as_ref().filter(|f| f.times > 0)?;
            fail.path.as_deref().is_none_or(|p| path.starts_with(p)).then_some(fail.status)
        };
        meets(&self.settings())?;
        // Looked at again with the lock held: two requests may not take the same turn.
        let mut now = self.now.write().unwrap_or_else(PoisonError::into_inner);
        let status = meets(&now)?;
        let mut next = now.as_ref().clone();
        next.fail = next.fail.map(|f| settings::Fail { times: f.times - 1, ..f }).filter(|f| f.times > 0);
        *now = Arc::new(next);
        Some(status)
    }
}

/// Listens on `address` until a signal to stop, and says how many requests there were.
///
/// # Errors
/// When the address cannot be listened on, or `ready` fails.
pub fn run(
    mock: Mock,
    address: SocketAddr,
    ready: impl FnOnce(SocketAddr) -> io::Result<()>,
) -> io::Result<u64> {
    let mock = Arc::new(mock);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind(address).await?;
        // Before the ready line: who reads it may send the signal at once.
        let (first, second) = (stopped()?, stopped()?);
        ready(listener.local_addr()?)?;
        let listener = listener.tap_io(|stream| {
            // Small answers wait for nobody. A socket that can't be told so works all the same.
            let _ = stream.set_nodelay(true);
        });
        let server = axum::serve(listener, router(Arc::clone(&mock))).with_graceful_shutdown(first);
        tokio::select! {
            ended = server => ended,
            () = async { second.await; tokio::time::sleep(LAST_WORDS).await } => Ok(()),
        }
    })?;
    Ok(mock.asked())
}

/// Ends when the process is asked to stop.
#[cfg(unix)]
fn stopped() -> io::Result<impl Future<Output = ()> + Send + 'static> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Ends when the process is asked to stop.
#[cfg(not(unix))]
fn stopped() -> io::Result<impl Future<Output = ()> + Send + 'static> {
    Ok(async {
        // Where the signal can't be waited for, the process ends by it.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}

/// The router, made of the table.
pub fn router(mock: Arc<Mock>) -> Router {
    let mut router = Router::new();
    for route in routes::all() {
        let filter = match route.method {
            Method::Get => MethodFilter::GET,
            Method::Post => MethodFilter::POST,
            Method::Put => MethodFilter::PUT,
            Method::Patch => MethodFilter::PATCH,
            Method::Delete => MethodFilter::DELETE,
        };
        // OAuth 2.0 apps reach a site below `/ex/PRODUCT/CLOUD-ID`.
        let prefixes: &[&str] =
            if route.is_control() { &[""] } else { &["", "/ex/jira/{cloud}", "/ex/confluence/{cloud}"] };
        for path in &route.paths {
            for prefix in prefixes {
                let handler =
                    move |state: State<Arc<Mock>>, values: Path<Vec<(String, String)>>, request: Request| {
                        handle(state.0, route, values.0, request)
                    };
                router = router.route(&format!("{prefix}{path}"), on(filter, handler));
            }
        }
    }
    router.fallback(nothing_here).method_not_allowed_fallback(nothing_here).with_state(mock)
}

/// What the mock does not speak is remembered too: an app that asks for it should be told.
async fn nothing_here(State(mock): State<Arc<Mock>>, request: Request) -> Response {
    let mut record = start_record(request.method().as_str(), request.uri(), request.headers());
    record.status = 404;
    let message = format!("the mock has no {} {}", record.method, record.path);
    mock.record(record);
    let body = json!({"errorMessages": [message], "errors": {}});
    respond(Answer { status: 404, headers: Vec::new(), body: Some(body) })
}

fn start_record(method: &str, uri: &axum::http::Uri, headers: &HeaderMap) -> Record {
    let scheme = text(headers, header::AUTHORIZATION.as_str())
        .and_then(|a| a.split(' ').next())
        .map(|s| s.chars().filter(char::is_ascii_alphanumeric).take(20).collect::<String>().to_lowercase());
    Record {
        number: 0,
        method: method.to_owned(),
        path: uri.path().to_owned(),
        query: uri.query().unwrap_or_default().to_owned(),
        operation: None,
        account_ids: Vec::new(),
        authorization: scheme,
        caller: String::new(),
        scenario: None,
        body_bytes: 0,
        status: 0,
    }
}

fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name)?.to_str().ok().map(str::trim).filter(|v| !v.is_empty())
}

async fn handle(
    mock: Arc<Mock>,
    route: &'static Route,
    values: Vec<(String, String)>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let mut record = start_record(parts.method.as_str(), &parts.uri, &parts.headers);
    record.operation = Some(route.op);
    let answer = match to_bytes(body, MAX_BODY).await {
        Ok(body) => answer_to(&mock, route, values, &parts.headers, &body, &mut record),
        Err(_) => {
            let mut answer = Answer::failed(route, 413, "the body is too long");
            // The rest of the body is not read, so nothing else can come over this connection.
            answer.headers.push(("connection", "close".to_owned()));
            answer
        }
    };
    // Who looks at what was asked does not want to see that they looked.
    if !route.is_control() {
        record.status = answer.status;
        mock.record(record);
    }
    respond(answer)
}

fn answer_to(
    mock: &Mock,
    route: &'static Route,
    values: Vec<(String, String)>,
    headers: &HeaderMap,
    body: &Bytes,
    record: &mut Record,
) -> Answer {
    record.body_bytes = body.len();
    if route.is_control() {
        return control(mock, route, body);
    }
    if let Some(status) = mock.failing(&record.path) {
        return Answer::failed(route, status, "the mock was told to fail");
    }
    let path: BTreeMap<String, String> = values.into_iter().collect();
    if path.get("version").is_some_and(|v| !matches!(v.as_str(), "2" | "3" | "latest")) {
        return Answer::failed(route, 404, "there is no such version of the API");
    }
    let query: Vec<(String, String)> =
        url::form_urlencoded::parse(record.query.as_bytes()).into_owned().collect();
    let scenario = text(headers, settings::SCENARIO_HEADER);
    if let Some(Err(message)) = scenario.map(|id| settings::known_scenario(id, &mock.world.scenarios)) {
        return Answer::failed(route, 400, &message);
    }
    let caller = text(headers, settings::CALLER_HEADER);
    let named = caller.and_then(Caller::named);
    if caller.is_some() && named.is_none() {
        return Answer::failed(route, 400, "the header names no caller that there is");
    }
    let settings = mock.settings();
    let sight = Sight::new(&mock.world, &settings, scenario, named, site(headers));
    let status = text(headers, settings::STATUS_HEADER).map(|s| s.parse().unwrap_or(0));
    let authorized = record.authorization.is_some();
    let asked = Asked { route, path, query, authorized, status, body };
    record.caller = sight.caller().name();
    record.scenario = sight.scenario().map(str::to_owned);
    record.account_ids = ids(&asked);
    answer::answer(&sight, &settings, &asked)
}

/// The account ids that a request names.
fn ids(asked: &Asked<'_>) -> Vec<String> {
    let short = |id: &str| id.chars().take(128).collect();
    let mut ids: Vec<String> = asked.many("accountId").into_iter().map(short).collect();
    ids.extend(asked.path.get("account").map(|id| short(id)));
    if !asked.body.is_empty()
        && let Ok(body) = serde_json::from_slice::<Value>(asked.body)
    {
        let plain = body.get("accountIds").and_then(Value::as_array).into_iter().flatten();
        let reported = body.get("accounts").and_then(Value::as_array).into_iter().flatten();
        let all = plain.filter_map(Value::as_str).map(short);
        ids.extend(all);
        ids.extend(reported.filter_map(|a| a.get("accountId")?.as_str()).map(short));
    }
    ids
}

/// The address that the client knows the mock by.
fn site(headers: &HeaderMap) -> String {
    let host = text(headers, header::HOST.as_str());
    let fits =
        |h: &&str| h.len() < 256 && h.chars().all(|c| c.is_ascii_alphanumeric() || ".:[]-".contains(c));
    host.filter(fits).map_or_else(|| super::render::SITE.to_owned(), |h| format!("http://{h}"))
}

/// The switches of the mock.
fn control(mock: &Mock, route: &Route, body: &Bytes) -> Answer {
    let all = &mock.world.scenarios;
    let shown = |settings: &Settings| Answer::ok(serde_json::to_value(settings).unwrap_or_default());
    let records = || mock.records.lock().unwrap_or_else(PoisonError::into_inner);
    match route.op {
        Operation::ControlSet | Operation::ControlChange => {
            let read = serde_json::from_slice::<Value>(body).map_err(|e| e.to_string());
            let settings = read.and_then(|value| match route.op {
                Operation::ControlSet => Settings::read(value, all),
                _ => mock.settings().changed(value, all),
            });
            match settings {
                Ok(settings) => {
                    mock.set(settings.clone());
                    shown(&settings)
                }
                Err(message) => Answer::failed(route, 400, &message),
            }
        }
        Operation::ControlReset => {
            mock.set(mock.initial.as_ref().clone());
            records().forget();
            shown(&mock.initial)
        }
        Operation::ControlRequests => Answer::ok(records().to_json()),
        Operation::ControlForget => {
            records().forget();
            Answer::empty(204)
        }
        Operation::ControlScenarios => Answer::ok(serde_json::to_value(all.as_ref()).unwrap_or_default()),
        Operation::ControlOpenapi => Answer::ok(routes::openapi()),
        _ => shown(&mock.settings()),
    }
}

fn respond(answer: Answer) -> Response {
    let body = answer.body.map(|b| serde_json::to_vec(&b).unwrap_or_default());
    let mut response = Response::builder().status(answer.status);
    for (name, value) in answer.headers {
        response = response.header(name, value);
    }
    if body.is_some() {
        response = response.header(header::CONTENT_TYPE, "application/json;charset=UTF-8");
    }
    response.body(Body::from(body.unwrap_or_default())).unwrap_or_else(|_| {
        let mut plain = Response::new(Body::empty());
        *plain.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
        plain
    })
}

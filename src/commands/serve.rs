//! `yosatte serve`: listens, follows the change log, and ends cleanly when asked to.

use std::{io, net::SocketAddr, pin::pin, sync::Arc, time::Duration};

use axum::{Router, extract::ConnectInfo};
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use tokio::{
    net::{TcpListener, TcpStream},
    signal,
    sync::{OwnedSemaphorePermit, Semaphore, watch},
    task::JoinSet,
    time,
};
use tower::ServiceExt;

use super::{
    Exit,
    say::{remark, say},
};
use crate::{app::App, routes};

/// How long a caller may take over the head of a request, and may leave a connection unused between two.
const HEAD: Duration = Duration::from_secs(10);
/// Bytes of the head of a request. The browser's own headers and a long address take about 4 kB; the rest is room to
/// hear an address that is too long (the parser takes 64 kB) and to say so in words, where it would answer with nothing.
const HEAD_BYTES: usize = 72 * 1024;
/// Headers of a request.
const HEAD_LINES: usize = 64;
/// How long one connection may live: a caller that never reads its answer keeps nothing for ever.
const LIFETIME: Duration = Duration::from_secs(300);
/// How long answers under way are waited for at the end.
const GRACE: Duration = Duration::from_secs(10);
/// Connections at once; more wait to be accepted.
const CONNECTIONS: u64 = 8192;

/// Serves until SIGTERM or Ctrl-C.
pub async fn serve(app: App) -> anyhow::Result<Exit> {
    let room = connections();
    no_core_dumps();
    if let Some(told) = app.open_to_others()? {
        tracing::warn!("{told}");
    }
    let listen = app.settings().listen.value.clone();
    let listener = match TcpListener::bind(&listen).await {
        Ok(listener) => listener,
        Err(error) => {
            let advice = match error.kind() {
                io::ErrorKind::AddrInUse => {
                    "。ほかのプログラム(もう動いている よさって かもしれません)が使っています。--listen で別の番号を指定してください"
                }
                io::ErrorKind::PermissionDenied => "。--listen で 1024 以上の番号を指定してください",
                _ => "",
            };
            remark!("{listen} で待ち受けられません: {error}{advice}");
            return Ok(Exit::Failed);
        }
    };
    say!(
        "よさって: http://{} で動いています(終わるには Ctrl-C)",
        listener.local_addr()?
    );
    let (stop, stopped) = watch::channel(false);
    let follower = tokio::spawn(app.clone().follow(stopped.clone()));
    let mut open = JoinSet::new();
    let router = routes::router(app.clone());
    tokio::select! {
        () = accept(&listener, &router, room, &stopped, &mut open) => {}
        () = asked_to_stop() => {}
    }
    // From here nobody is accepted; what is under way is finished, within bounds.
    drop(listener);
    let _ = stop.send(true);
    let finished = time::timeout(GRACE, async { while open.join_next().await.is_some() {} }).await;
    if finished.is_err() {
        tracing::warn!(connections = open.len(), "終わらない接続を切りました");
        open.shutdown().await;
    }
    follower.await?;
    app.searcher().release().await;
    app.db().close().await;
    if let Some(vault) = app.vault() {
        vault.close().await;
    }
    say!("よさってを終わりました");
    Ok(Exit::Done)
}

/// How many connections there is room for, after asking the system for as many open files as it gives.
fn connections() -> usize {
    let files = rlimit::increase_nofile_limit(2 * CONNECTIONS).unwrap_or_else(|error| {
        tracing::warn!(%error, "開けるファイルの数がわかりません");
        1024
    });
    // Half stays for database, index and everything else.
    usize::try_from((files / 2).clamp(64, CONNECTIONS)).unwrap_or(64)
}

/// What people told a social worker in confidence is in memory while it is worked on: it is never written out by a crash.
fn no_core_dumps() {
    if let Err(error) = rlimit::Resource::CORE.set(0, 0) {
        tracing::warn!(%error, "異常終了のときの写し(コアダンプ)を止められません");
    }
}

async fn accept(
    listener: &TcpListener,
    router: &Router,
    room: usize,
    stopped: &watch::Receiver<bool>,
    open: &mut JoinSet<()>,
) {
    let room = Arc::new(Semaphore::new(room));
    loop {
        let Ok(place) = room.clone().acquire_owned().await else {
            return;
        };
        match listener.accept().await {
            Ok((stream, caller)) => {
                open.spawn(converse(stream, caller, router.clone(), stopped.clone(), place));
            }
            Err(error) => pause_after(&error).await,
        }
        while open.try_join_next().is_some() {}
    }
}

/// A caller that has gone again is nothing; a system without files needs a moment.
async fn pause_after(error: &io::Error) {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    if !matches!(
        error.kind(),
        ConnectionAborted | ConnectionRefused | ConnectionReset
    ) {
        tracing::warn!(%error, "接続を受けられません");
        time::sleep(Duration::from_millis(200)).await;
    }
}

/// Answers one connection until it ends, its time is up, or the service stops.
async fn converse(
    stream: TcpStream,
    caller: SocketAddr,
    router: Router,
    mut stopped: watch::Receiver<bool>,
    place: OwnedSemaphorePermit,
) {
    let _ = stream.set_nodelay(true);
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD)
        .max_buf_size(HEAD_BYTES)
        .max_headers(HEAD_LINES)
        .serve_connection(
            TokioIo::new(stream),
            TowerToHyperService::new(with_caller(router, caller)),
        );
    let mut connection = pin!(connection);
    tokio::select! {
        ended = connection.as_mut() => {
            if let Err(error) = ended {
                tracing::debug!(%caller, %error, "接続が途中で終わりました");
            }
            return;
        }
        _ = stopped.wait_for(|stop| *stop) => {}
        () = time::sleep(LIFETIME) => {}
    }
    connection.as_mut().graceful_shutdown();
    let _ = time::timeout(GRACE, connection).await;
    drop(place);
}

/// Every request knows from where it came: attempts to sign in are counted by it.
fn with_caller(
    router: Router,
    caller: SocketAddr,
) -> impl tower::Service<
    hyper::Request<hyper::body::Incoming>,
    Response = axum::response::Response,
    Error = std::convert::Infallible,
    Future: Send,
> + Clone {
    router.map_request(move |mut request: hyper::Request<hyper::body::Incoming>| {
        request.extensions_mut().insert(ConnectInfo(caller));
        request
    })
}

async fn asked_to_stop() {
    let mut term = match signal::unix::signal(signal::unix::SignalKind::terminate()) {
        Ok(term) => term,
        Err(error) => {
            tracing::error!(%error, "終了の合図を受けられません");
            return std::future::pending().await;
        }
    };
    tokio::select! {
        _ = term.recv() => {}
        _ = signal::ctrl_c() => {}
    }
}

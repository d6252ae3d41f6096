//! `yosatte serve`: listens, follows the change log, and ends cleanly when asked to.

use tokio::{net::TcpListener, signal, sync::watch};

use super::Exit;
use crate::{app::App, routes};

/// Serves until SIGTERM or Ctrl-C.
pub async fn serve(app: App) -> anyhow::Result<Exit> {
    let listen = app.settings().listen.value.clone();
    let listener = match TcpListener::bind(&listen).await {
        Ok(listener) => listener,
        Err(error) => {
            eprintln!("{listen} で待ち受けられません: {error}");
            return Ok(Exit::Failed);
        }
    };
    println!(
        "よさって: http://{} で動いています(終わるには Ctrl-C)",
        listener.local_addr()?
    );
    let (stop, stopped) = watch::channel(false);
    let follower = tokio::spawn(app.clone().follow(stopped));
    axum::serve(listener, routes::router(app.clone()))
        .with_graceful_shutdown(asked_to_stop())
        .await?;
    let _ = stop.send(true);
    follower.await?;
    app.searcher().release().await;
    app.db().close().await;
    println!("よさってを終わりました");
    Ok(Exit::Done)
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

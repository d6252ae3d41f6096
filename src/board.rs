//! The board that matching asks, as it is now: made when somebody first asks, and made anew when the data moved.

use std::sync::{Arc, RwLock};

use crate::{
    db::{
        Db,
        change_log::{self, Position},
    },
    matching::board::Board,
    resources::store,
};

/// Rows read at once.
const BATCH: i64 = 1000;

/// The last board, and what it was made from.
#[derive(Debug, Default)]
pub struct Boards {
    last: RwLock<Option<(Position, Arc<Board>)>>,
    /// One at a time is made.
    making: tokio::sync::Mutex<()>,
}

impl Boards {
    /// The last one; the first is made.
    pub async fn get(&self, db: &Db) -> anyhow::Result<Arc<Board>> {
        match self.made() {
            Some((_, board)) => Ok(board),
            None => self.refresh(db).await,
        }
    }

    /// Makes the board anew when a row changed since.
    pub async fn refresh(&self, db: &Db) -> anyhow::Result<Arc<Board>> {
        let _one = self.making.lock().await;
        let mut conn = db.read().await?;
        // What changes while the rows are read is read the next time again.
        let at = change_log::head(&mut conn).await?;
        if let Some((_, board)) = self.made().filter(|(known, _)| *known == at) {
            return Ok(board);
        }
        let mut rows = Vec::new();
        let mut after = String::new();
        loop {
            let page = store::list(&mut conn, &after, BATCH).await?;
            let Some((last, _)) = page.last() else { break };
            after = last.entered.id.to_string();
            rows.extend(page);
        }
        drop(conn);
        let board = tokio::task::spawn_blocking(move || Board::new(&rows)).await??;
        let board = Arc::new(board);
        *self.last.write().expect("a board is only replaced") = Some((at, Arc::clone(&board)));
        Ok(board)
    }

    /// Whether anybody asked yet.
    pub fn is_asked(&self) -> bool {
        self.made().is_some()
    }

    fn made(&self) -> Option<(Position, Arc<Board>)> {
        self.last.read().expect("a board is only replaced").clone()
    }
}

//! Snapshots, which are files and no JSON, so that these two calls are written by hand.

use reqwest::header::{CONTENT_TYPE, HeaderValue};

use crate::{Client, types};

/// Why there is no snapshot, or why it was not restored.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SnapshotError {
    /// The sandbox refused, and says why and what to do.
    #[error("the sandbox answered {status}: {}; {}", refusal.error, refusal.remedy)]
    Refused {
        /// The HTTP status.
        status: u16,
        /// What the sandbox says.
        refusal: Box<types::ControlError>,
    },
    /// There is no answer, or none that can be read.
    #[error("the sandbox gave no answer that can be read; is it running?")]
    Http(#[from] reqwest::Error),
}

impl Client {
    /// Everything that the sandbox holds, as one file that [`restore`](Self::restore) takes, here or at another sandbox.
    ///
    /// It holds personal data of everybody there: keep it where such data may be.
    ///
    /// # Errors
    ///
    /// Where the sandbox does not answer, or holds more than 512 MiB.
    pub async fn snapshot(&self) -> Result<Vec<u8>, SnapshotError> {
        let request = self.client.get(format!("{}/snapshot", self.baseurl));
        let answer = checked(request.send().await?).await?;
        Ok(answer.bytes().await?.into())
    }

    /// Replaces everything that the sandbox holds by a file of [`snapshot`](Self::snapshot), all at once.
    ///
    /// A file that would bring back the data of users who were closed since is refused, unless `bring_back_erased`. If the
    /// future is dropped, it may be done all the same: read the last decisions.
    ///
    /// # Errors
    ///
    /// Where the sandbox does not answer, or refuses the file; nothing was changed then.
    pub async fn restore(
        &self,
        file: Vec<u8>,
        bring_back_erased: bool,
    ) -> Result<types::Done, SnapshotError> {
        let url = format!("{}/snapshot", self.baseurl);
        let request = self
            .client
            .put(url)
            .query(&[("bringBackErased", bring_back_erased)])
            .header(
                CONTENT_TYPE,
                HeaderValue::from_static("application/octet-stream"),
            )
            .body(file);
        Ok(checked(request.send().await?).await?.json().await?)
    }
}

async fn checked(answer: reqwest::Response) -> Result<reqwest::Response, SnapshotError> {
    if answer.status().is_success() {
        return Ok(answer);
    }
    Err(SnapshotError::Refused {
        status: answer.status().as_u16(),
        refusal: Box::new(answer.json().await?),
    })
}

//! The operations that progenitor cannot express, by hand: two forms with files, and a page in HTML.
//!
//! They are methods of [`Client`] beside the generated ones, leave through the same hooks, and so have the same transport,
//! operation table, replaced paths, deadline, classifier and effects. `regen` leaves them out where the specification says
//! `x-hand-carried`; a test holds that no such operation is missing here.

mod files;
mod form;

use partner_api_types::words::{self, Rule};
use partner_api_types::{Acknowledgement, ApiError, DocumentType, KycId, OperationId, UserId};
use progenitor_client::{ClientHooks as _, ClientInfo as _, Error, OperationInfo, ResponseValue};
use reqwest::header::{ACCEPT, CONTENT_TYPE};
use reqwest::{RequestBuilder, Response};

pub use self::files::{File, InvalidFile, KycFiles, KycPage, PoaFiles, PoaFilesAnswer};
pub(crate) use self::form::{Content, Form};
use crate::{Client, Reply};

impl Client {
    /// Add files that show who a user is.
    ///
    /// The names of the parts are ASSUMED A67. Nothing is known of the answer's body, so a success is one whatever it says.
    ///
    /// `POST /v1/user/kyc-files/{externalUserId}`, effect `overwriting`, provenance `documented-old`.
    pub async fn add_kyc_files<'a>(
        &'a self,
        external_user_id: &'a UserId,
        files: &'a KycFiles,
    ) -> Reply<Acknowledgement> {
        let document = DocumentType::from(files.document());
        let mut parts = vec![("documentType", Content::Word(document.as_str()))];
        let photos = files.parts().into_iter();
        parts.extend(photos.map(|(name, file)| (name, Content::File(file))));
        let form = Form::of(&parts);
        let response = self
            .send_form(OperationId::AddKycFiles, external_user_id, form)
            .await?;
        let none = Acknowledgement { message: None };
        read(response, |body| {
            serde_json::from_slice(body).unwrap_or(none)
        })
        .await
    }

    /// Add files that show where a user lives.
    ///
    /// That the answer is HTTP 202 with `P211` while earlier files wait for a decision is a success on the wire, and is one
    /// here: [`PoaFilesAnswer::Pending`].
    ///
    /// `POST /v1/user/poa-files/{externalUserId}`, effect `overwriting`, provenance `documented-old`.
    pub async fn add_poa_files<'a>(
        &'a self,
        external_user_id: &'a UserId,
        files: &'a PoaFiles,
    ) -> Reply<PoaFilesAnswer> {
        let files = files.files().iter();
        let parts: Vec<_> = files.map(|file| ("files", Content::File(file))).collect();
        let form = Form::of(&parts);
        let response = self
            .send_form(OperationId::AddPoaFiles, external_user_id, form)
            .await?;
        let pending = words::error_for(Rule::PoaMustNotBePending).status;
        if response.status().as_u16() == pending {
            return read(response, |_| PoaFilesAnswer::Pending).await;
        }
        read(response, |body| {
            serde_json::from_slice(body).unwrap_or(PoaFilesAnswer::Added)
        })
        .await
    }

    /// The page that leads a user to the hosted verification.
    ///
    /// It is meant for the user's browser, at [`kyc_page_address`](Self::kyc_page_address); the request shows no key.
    ///
    /// `GET /v1/kyc/verification/{externalUserId}/{verificationId}`, effect `safe`, provenance `documented-old`.
    pub async fn open_kyc_verification<'a>(
        &'a self,
        external_user_id: &'a UserId,
        verification_id: &'a KycId,
    ) -> Reply<KycPage> {
        let url = self.page_address(external_user_id, verification_id);
        let request = self.client().get(url);
        let request = request.header(ACCEPT, "text/html, application/json;q=0.9");
        let response = self
            .carry(OperationId::OpenKycVerification, request)
            .await?;
        let kind = response.headers().get(CONTENT_TYPE);
        let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let essence = kind.split(';').next().unwrap_or_default().trim();
        if !essence.eq_ignore_ascii_case("text/html") {
            return Err(Error::UnexpectedResponse(response));
        }
        read(response, |body| {
            KycPage::new(String::from_utf8_lossy(body).into_owned())
        })
        .await
    }

    /// Where a user's browser finds that page. Sends nothing; the address holds no key, and whoever has it can open it.
    pub fn kyc_page_address(&self, external_user_id: &UserId, verification_id: &KycId) -> String {
        let address = self.page_address(external_user_id, verification_id);
        let replaced = reqwest::Url::parse(&address).ok().and_then(|mut url| {
            let paths = &self.inner().shared.paths;
            paths
                .apply(OperationId::OpenKycVerification, &mut url)
                .then(|| url.into())
        });
        replaced.unwrap_or(address)
    }

    fn page_address(&self, user: &UserId, verification: &KycId) -> String {
        let values = [user.as_str(), verification.as_str()];
        self.address(OperationId::OpenKycVerification, &values)
    }

    async fn send_form(
        &self,
        id: OperationId,
        user: &UserId,
        form: Form,
    ) -> Result<Response, Error<ApiError>> {
        let request = self.client().post(self.address(id, &[user.as_str()]));
        let request = request
            .header(ACCEPT, "application/json")
            .header(CONTENT_TYPE, form.content_type)
            .body(form.body);
        self.carry(id, request).await
    }

    /// The operation's path with these values for its parameters, in their order.
    fn address(&self, id: OperationId, values: &[&str]) -> String {
        let mut values = values.iter();
        let mut address = self.baseurl().to_owned();
        for part in id.operation().path.split('/').skip(1) {
            address.push('/');
            match part.starts_with('{') {
                true => {
                    let value = values.next().copied().unwrap_or_default();
                    address += &progenitor_client::encode_path(value);
                }
                false => address += part,
            }
        }
        address
    }

    /// Sends as a generated method does, and tells success from refusal as one does.
    async fn carry(
        &self,
        id: OperationId,
        request: RequestBuilder,
    ) -> Result<Response, Error<ApiError>> {
        let mut request = request.build()?;
        let info = OperationInfo {
            operation_id: id.as_str(),
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200..=299 => Ok(response),
            400..=599 => Err(Error::ErrorResponse(
                ResponseValue::from_response(response).await?,
            )),
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
}

/// What a success says.
async fn read<T>(response: Response, value: impl FnOnce(&[u8]) -> T) -> Reply<T> {
    let (status, headers) = (response.status(), response.headers().clone());
    let body = response.bytes().await.map_err(Error::ResponseBodyError)?;
    Ok(ResponseValue::new(value(&body), status, headers))
}

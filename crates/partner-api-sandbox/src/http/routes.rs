//! Which path and method lead to which operation; the generated operation table says so.

use axum::http::{self, HeaderValue};
use partner_api_types::{Method, OPERATIONS, Operation};

/// One path, with everything that it answers.
#[derive(Debug)]
pub(super) struct Resource {
    /// As the router wants it.
    pub(super) path: &'static str,
    routes: Vec<Route>,
}

impl Resource {
    /// What a method leads to. HEAD leads nowhere: it would do what GET does, and one GET makes a lock.
    pub(super) fn route(&self, method: &http::Method) -> Option<&Route> {
        let mut routes = self.routes.iter();
        routes.find(|route| route.operation.method.as_str() == method.as_str())
    }

    /// The methods that lead somewhere, as the header `Allow` lists them.
    pub(super) fn allow(&self) -> HeaderValue {
        let methods = self.routes.iter();
        let methods: Vec<_> = methods
            .map(|route| route.operation.method.as_str())
            .collect();
        // Names of methods are plain ASCII, so this never falls through.
        HeaderValue::try_from(methods.join(", ")).unwrap_or(HeaderValue::from_static(""))
    }
}

/// Every path, once.
pub(super) fn resources() -> Vec<Resource> {
    let mut resources: Vec<Resource> = Vec::new();
    for route in routes() {
        match resources.iter_mut().find(|it| it.path == route.path) {
            Some(resource) => resource.routes.push(route),
            None => resources.push(Resource {
                path: route.path,
                routes: vec![route],
            }),
        }
    }
    resources
}

/// One method of one path.
#[derive(Debug)]
pub(super) struct Route {
    /// As the router wants it.
    path: &'static str,
    pub(super) operation: &'static Operation,
    /// What stands in the path for the operation's parameters, where the path has none itself.
    pub(super) spelled_out: Vec<&'static str>,
}

/// Every route: one for each operation, and one for each place where a fixed path would hide an operation.
///
/// `verification` is a user's id as good as any, yet the router would see in `PATCH /v1/user/verification` only the
/// fixed path, which has no `PATCH`.
fn routes() -> Vec<Route> {
    let plain = OPERATIONS.iter().map(|operation| Route {
        path: operation.path,
        operation,
        spelled_out: Vec::new(),
    });
    let fixed = OPERATIONS.iter().map(|operation| operation.path);
    let hidden = fixed.flat_map(|path| {
        let seen_through = OPERATIONS
            .iter()
            .filter(move |it| !is_taken(path, it.method));
        seen_through.filter_map(move |operation| {
            let spelled_out = spell_out(operation.path, path)?;
            Some(Route {
                path,
                operation,
                spelled_out,
            })
        })
    });
    plain.chain(hidden).collect()
}

fn is_taken(path: &str, method: Method) -> bool {
    OPERATIONS
        .iter()
        .any(|operation| operation.path == path && operation.method == method)
}

/// What a fixed path has where a template has parameters; nothing if it does not fit the template.
fn spell_out(template: &str, fixed: &'static str) -> Option<Vec<&'static str>> {
    if fixed.contains('{') || template.split('/').count() != fixed.split('/').count() {
        return None;
    }
    let mut spelled_out = Vec::new();
    for (wanted, part) in template.split('/').zip(fixed.split('/')) {
        if wanted.starts_with('{') {
            spelled_out.push(part);
        } else if wanted != part {
            return None;
        }
    }
    Some(spelled_out)
}

#[cfg(test)]
mod tests {
    use partner_api_types::OperationId;

    use super::*;

    #[test]
    fn every_operation_is_routed_once_by_its_own_path() {
        let plain: Vec<_> = routes()
            .into_iter()
            .filter(|route| route.path == route.operation.path)
            .map(|route| route.operation.id)
            .collect();
        let all: Vec<_> = OPERATIONS.iter().map(|operation| operation.id).collect();
        assert_eq!(plain, all);
    }

    #[test]
    fn a_path_leads_where_it_says_and_head_leads_nowhere() {
        let resources = resources();
        let at = |path| resources.iter().find(|it| it.path == path).unwrap();
        assert_eq!(at("/v1/user/{externalUserId}").allow(), "PATCH, DELETE");
        assert_eq!(at("/v1/user/verification").allow(), "POST, PATCH, DELETE");
        let lock = at("/v1/exchange/get-lock/{externalUserId}");
        assert_eq!(lock.allow(), "GET");
        assert!(lock.route(&http::Method::GET).is_some());
        assert!(lock.route(&http::Method::HEAD).is_none());
    }

    #[test]
    fn a_fixed_path_hides_no_user() {
        let hidden: Vec<_> = routes()
            .into_iter()
            .filter(|route| route.path != route.operation.path)
            .map(|route| (route.operation.id, route.spelled_out))
            .collect();
        assert_eq!(
            hidden,
            [
                (OperationId::GetUserBalances, vec!["crypto-and-fiat"]),
                (OperationId::UpdateUser, vec!["verification"]),
                (OperationId::DeleteUser, vec!["verification"]),
            ]
        );
    }
}

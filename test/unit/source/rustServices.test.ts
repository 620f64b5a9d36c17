import assert from 'node:assert/strict';
import type { AttributeValue } from '../../../src/model/attributes';
import type { OperationKey, SpanKind } from '../../../src/model/operation';
import { operation, withMapped } from '../../support/mappingWorkspace';

const REGISTRY = '/usr/local/cargo/registry/src/index.crates.io-1/';

function span(kind: SpanKind, name: string, attributes: Record<string, AttributeValue> = {}): OperationKey {
  return operation(kind, name, attributes, { service: 'shop', scope: 'shop', language: 'rust' });
}

function request(method: string, route: string): OperationKey {
  return span('SERVER', 'HTTP request', { 'http.request.method': method, 'http.route': route });
}

const CARGO = '[package]\nname = "shop-api"\n';

describe('source: services in Rust', () => {
  it('puts the paths of nested axum routers in front, across modules and re-exports', () =>
    withMapped(
      {
        'Cargo.toml': CARGO,
        'src/main.rs': `mod orders;
mod web;
fn app() -> axum::Router {
    let v1 = orders::router();
    axum::Router::new().nest("/api/v1", v1).merge(web::pages::router()).layer(make_span())
}
fn make_span() -> Span { tracing::info_span!("HTTP request", otel.kind = "server") }
`,
        'src/orders/mod.rs': `mod handlers;
pub use handlers::create;
use axum::{routing::get, Router};
pub fn router() -> Router {
    Router::new().route("/orders", get(handlers::list).post(create))
}
`,
        'src/orders/handlers.rs': `pub async fn list() {}
pub async fn create() {}
`,
        'src/web/mod.rs': `pub mod pages;
`,
        'src/web/pages.rs': `use crate::orders::create as place;
use axum::{routing::{any, put}, Router};
pub fn router() -> Router {
    Router::new().route("/place", put(place)).route("/any", any(|| async { "ok" }))
}
`,
      },
      request,
      async (ask) => {
        assert.equal(await ask('GET', '/api/v1/orders'), 'src/orders/handlers.rs:1 list 0.85');
        assert.equal(await ask('POST', '/api/v1/orders'), 'src/orders/handlers.rs:2 create 0.85');
        assert.equal(await ask('PUT', '/place'), 'src/orders/handlers.rs:2 create 0.85');
        assert.equal(await ask('GET', '/any'), 'src/web/pages.rs:4 router.(anonymous) 0.85');
        assert.match(await ask('GET', '/api/v2/users'), /^unmapped/);
      },
    ));

  it('leads from scopes of actix and mounts of Rocket to the handlers of other files', () =>
    withMapped(
      {
        'Cargo.toml': CARGO,
        'src/main.rs': `use actix_web::{web, App};
mod users;
fn app() { App::new().service(web::scope("/api").configure(users::config)); }
`,
        'src/users.rs': `use actix_web::{get, web};
pub fn config(cfg: &mut web::ServiceConfig) {
    cfg.service(web::scope("/users").service(show).route("", web::post().to(create)));
}
#[get("/{id}")]
async fn show() {}
async fn create() {}
`,
      },
      request,
      async (ask) => {
        assert.equal(await ask('GET', '/api/users/{id}'), 'src/users.rs:6 show 0.85');
        assert.equal(await ask('POST', '/api/users'), 'src/users.rs:7 create 0.85');
      },
    ));

  it('takes the module that tracing sends with the name of the function, and leaves other crates alone', () =>
    withMapped(
      {
        'Cargo.toml': '[workspace]\nmembers = ["api", "jobs"]\n',
        'api/Cargo.toml': CARGO,
        'api/src/lib.rs': 'pub mod orders;\n',
        'api/src/orders.rs': `#[tracing::instrument(skip(db))]
pub async fn place(db: Db) {
    prepare();
    check();
    pay();
    work.instrument(tracing::info_span!("charge")).await;
}
`,
        'jobs/Cargo.toml': '[package]\nname = "jobs"\n',
        'jobs/src/orders.rs': `#[tracing::instrument]
pub async fn place() {}
`,
      },
      (name: string, module: string, file: string, line: number) =>
        span('INTERNAL', name, { 'code.namespace': module, 'code.filepath': file, 'code.lineno': line }),
      async (ask) => {
        assert.equal(await ask('place', 'shop_api::orders', 'src/orders.rs', 1), 'api/src/orders.rs:2 place 0.95');
        assert.equal(await ask('place', 'jobs::orders', 'src/orders.rs', 1), 'jobs/src/orders.rs:2 place 0.95');
        assert.equal(await ask('charge', 'shop_api::orders', 'src/orders.rs', 6), 'api/src/orders.rs:6 place 0.95');
        assert.equal(await ask('place', 'bb8::api', `${REGISTRY}bb8-0.8.0/src/api.rs`, 1), 'unmapped library-code');
        assert.equal(await ask('place', 'tower::buffer', 'src/orders.rs', 1), 'unmapped library-code');
      },
    ));

  it('leads from RPCs to the implementation of the generated trait and to calls of the stub', () =>
    withMapped(
      {
        'Cargo.toml': CARGO,
        'src/server.rs': `use proto::order_service_server::OrderService;
impl OrderService for Orders {
    async fn get_order(&self, request: Request<GetOrder>) -> Result<Response<Order>, Status> { todo() }
    async fn helper(&self) {}
}
`,
        'src/client.rs': `use proto::payment_service_client::PaymentServiceClient;
pub async fn pay() {
    let mut client = pool.client_for("x").await;
    client.charge_card(request).await;
}
`,
      },
      (kind: SpanKind, method: string) => span(kind, method, { 'rpc.system': 'grpc', 'rpc.method': method }),
      async (ask) => {
        assert.equal(await ask('SERVER', 'shop.v1.OrderService/GetOrder'), 'src/server.rs:3 Orders.get_order 0.85');
        assert.equal(await ask('CLIENT', 'shop.v1.PaymentService/ChargeCard'), 'src/client.rs:4 pay 0.8');
        assert.match(await ask('SERVER', 'shop.v1.OrderService/Helper'), /^unmapped/);
      },
    ));

  it('takes documented paths where routers are filled by macros elsewhere, and nothing that tests build', () =>
    withMapped(
      {
        'Cargo.toml': CARGO,
        'src/router.rs': `use axum::Router;
use utoipa_axum::routes;
pub fn build() -> Router {
    BaseOpenApi::router().routes(routes!(controllers::orders::list_orders, controllers::orders::add_order)).split()
}
`,
        'src/controllers/orders.rs': `#[utoipa::path(
    get,
    path = "/api/v1/orders",
    tag = "orders",
)]
pub async fn list_orders() -> Json<Orders> {}
#[utoipa::path(put, path = "/api/v1/orders/{id}")]
pub async fn add_order() -> Json<Order> {}
`,
        'src/compat.rs': `#[cfg(test)]
mod tests {
    use axum::Router;
    fn app() -> Router {
        Router::new().route("/api/v1/orders", get(|| async { "fake" })).route("/only/fake", get(|| async { "fake" }))
    }
}
`,
      },
      request,
      async (ask) => {
        assert.match(await ask('GET', '/api/v1/orders'), /src\/controllers\/orders\.rs:6 list_orders 0\.85/);
        assert.match(await ask('PUT', '/api/v1/orders/{id}'), /src\/controllers\/orders\.rs:8 add_order/);
        assert.match(await ask('GET', '/only/fake'), /^unmapped/);
      },
    ));
});

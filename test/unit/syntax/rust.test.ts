import { expectFacts } from '../../support/syntaxGolden';

describe('syntax: Rust', () => {
  it('names functions, methods inside what their impl is for, types, imports and constants', () =>
    expectFacts(
      'a.rs',
      `use axum::{routing::{get, post}, Router};
use crate::orders as o;
const TOPIC: &str = "orders";
static NAME: &str = concat!("a", "b");
mod inner { pub fn deep() {} }
#[derive(Debug)]
pub struct Orders<T> { db: T }
pub trait Store { fn find(&self, id: u32) -> u32; }
impl<T> Store for Orders<T> {
    /// Finds.
    #[must_use]
    async fn find(&self, id: u32) -> u32 { let add = |a| a + 1; add(id) }
}
`,
      {
        functions: [
          'inner.deep @5() 5-5',
          'Store.find @8(id) 8-8',
          'Orders.find @12(id) 11-12',
          'Orders.find.add @12(a) 12-12',
        ],
        types: ['inner', 'Orders', 'Store', 'Orders : Store'],
        constants: ['TOPIC = orders', 'NAME = ab'],
        imports: ['axum.routing: get', 'axum.routing: post', 'axum: Router', 'crate: orders as o'],
      },
    ));

  it('spans of attributes, macros and tracers', () =>
    expectFacts(
      'a.rs',
      `const NAME: &str = "const";
#[tracing::instrument(name = "find order", skip(self), fields(otel.kind = "client"))]
async fn named() {}
#[instrument]
fn plain() {
    let a = info_span!("work", id = 1);
    let b = span!(Level::INFO, "level", otel.kind = "server");
    let c = info_span!(target: "shop", "target", otel.name = "exported");
    let d = tracer.start("started");
    let e = global::tracer("shop").span_builder(format!("order {}", id));
    server.start("no span");
    let f = tracer.start(NAME);
}
`,
      {
        spans: [
          'find order in named @3',
          '- in plain @5',
          'work in plain @5',
          'level [SERVER] in plain @5',
          'exported in plain @5',
          'started in plain @5',
          'order ${} in plain @5',
          'const in plain @5',
        ],
        tracerNames: ['shop'],
      },
    ));

  it('routes of axum', () =>
    expectFacts(
      'a.rs',
      `use axum::{routing::{get, post}, Router};
pub fn app() -> Router {
    let orders = Router::new().route("/", get(list).post(orders::create));
    let v1 = v1::router();
    Router::new()
        .nest("/orders", orders)
        .nest("/v1", v1)
        .merge(web::routes().with_state(state))
        .nest("/in", Router::new().route("/place", axum::routing::put(Self::place)))
        .route("/any", any(|| async { "ok" }))
}
fn other(map: &Map) { map.route("a"); map.get("b"); }
`,
      {
        routes: [
          "GET / → 'list'",
          "POST / → 'orders.create'",
          "PUT /in/place → 'Self.place'",
          '* /any → app.(anonymous) @10',
        ],
        mounts: [' + /orders → orders', ' + /v1 → v1', ' + /v1 → v1.router', ' +  → web.routes'],
      },
    ));

  it('routes of actix and Rocket', () =>
    expectFacts(
      'a.rs',
      `use actix_web::{web, App};
#[get("/items/{id}")]
async fn item() {}
#[route("/both", method = "GET", method = "POST")]
async fn both() {}
pub fn config(cfg: &mut web::ServiceConfig) {
    cfg.service(
        web::scope("/shop")
            .service(item)
            .route("/buy", web::post().to(buy))
            .service(web::resource("/{id}").route(web::delete().to(handlers::drop)))
            .configure(users::config),
    );
}
#[launch]
fn rocket() -> _ { rocket::build().mount("/api", routes![item, more::list]) }
`,
      {
        routes: [
          'GET /items/{id} → item @3',
          'GET /both → both @5',
          'POST /both → both @5',
          "POST /shop/buy → 'buy'",
          "DELETE /shop/{id} → 'handlers.drop'",
        ],
        mounts: ['cfg + /shop → item', 'cfg + /shop → users.config', ' + /api → item', ' + /api → more.list'],
      },
    ));

  it('RPCs of tonic, messages and outgoing calls', () =>
    expectFacts(
      'a.rs',
      `use tonic::{Request, Response};
use reqwest::Client;
#[tonic::async_trait]
impl OrderService for Orders {
    async fn get_order(&self, request: Request<GetOrder>) -> Result<Response<Order>, Status> {
        let mut payments = PaymentServiceClient::connect(url).await.unwrap();
        payments.charge_card(Request::new(x)).await?;
        producer.send(FutureRecord::to(TOPIC).payload(&x), t).await;
        let client = Client::new();
        client.get(format!("{}/stock/{}", base, id)).send().await
    }
}
impl Orders { fn helper(&self) {} }
const TOPIC: &str = "orders";
`,
      {
        rpcs: [
          'server OrderService/GetOrder → Orders.get_order @5',
          'client PaymentService/ChargeCard → Orders.get_order @5',
        ],
        messages: ['producer kafka orders → Orders.get_order @5'],
        httpCalls: ['reqwest GET ${}/stock/${} in Orders.get_order @5'],
      },
    ));
});

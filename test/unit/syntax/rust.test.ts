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
});

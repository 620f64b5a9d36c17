import { expectFacts } from '../../support/syntaxGolden';

describe('syntax: PHP', () => {
  it('names functions, methods, types, imports and constants', () =>
    expectFacts(
      'a.php',
      `<html><?php
namespace App\\Http\\Controllers;
use App\\Models\\Order;
use Illuminate\\Support\\Facades\\{Route, DB as Database};
const TOPIC = 'orders';
#[AsController]
class OrderController extends Controller implements \\App\\HasX
{
    public const NAME = 'a' . TOPIC;
    private string $queue = "paid";
    #[Route('/{id}')]
    public function show(int $id, ?string $b = null): Response {
        $load = function ($x) { return $x; };
        return $load($id);
    }
}
trait T { function t() {} }
interface I { function i(); }
enum E: string { case A = 'a'; }
function helper($x) {}
?>
`,
      {
        functions: [
          'OrderController.show @12(id, b) 11-15',
          'OrderController.show.load @13(x) 13-13',
          'T.t @17() 17-17',
          'I.i @18() 18-18',
          'helper @20(x) 20-20',
        ],
        types: ['OrderController : Controller, HasX', 'T', 'I', 'E'],
        constants: ['TOPIC = orders', 'OrderController.NAME = aorders', 'OrderController.queue = paid', 'E.A = a'],
        imports: [
          'App\\Models\\Order: Order',
          'Illuminate\\Support\\Facades\\Route: Route',
          'Illuminate\\Support\\Facades\\DB: DB as Database',
        ],
      },
    ));

  it('spans, tracers and statements', () =>
    expectFacts(
      'a.php',
      `<?php
class Orders {
    #[WithSpan]
    public function all() {}
    #[WithSpan('orders.one')]
    public function one($id) {
        $tracer = $provider->getTracer('shop');
        $span = $tracer->spanBuilder("order $id {$this->kind}")->startSpan();
        Tracer::newSpan('laravel', fn () => 1);
        $span->setAttribute('x', 1);
        return $this->db->select('SELECT * FROM orders WHERE id = ?', [$id]);
    }
}
`,
      {
        spans: [
          '- in Orders.all @4',
          'orders.one in Orders.one @6',
          'order ${} ${kind} in Orders.one @6',
          'laravel in Orders.one @6',
        ],
        tracerNames: ['shop'],
        queries: ['SELECT * FROM orders WHERE id = ? in Orders.one @6'],
      },
    ));
});

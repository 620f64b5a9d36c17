import { expectFacts } from '../../support/syntaxGolden';

describe('syntax: PHP frameworks', () => {
  it("Laravel's routes: groups, chains, resources, and every way to name a handler", () =>
    expectFacts(
      'routes.php',
      `<?php
use App\\Http\\Controllers\\Orders as O;
use App\\Http\\Controllers\\ItemController;
Route::prefix('v1')->middleware('auth')->group(function () {
    Route::get('orders', [O\\OrderController::class, 'index'])->name('orders.index');
    Route::match(['put', 'patch'], '/orders/{id}', 'OrderController@update');
    Route::group(['prefix' => 'admin', 'namespace' => 'Admin'], function () {
        Route::post('/items', 'ItemController@store');
    });
    Route::controller(ItemController::class)->group(fn () => Route::get('/items/{item}', 'show'));
});
Route::any('/ping', fn () => 'pong');
Route::get('/one', ItemController::class);
Route::get('/two', 'App\\Http\\Two@show');
Route::get('/three', 'App\\\\Http\\\\Three@show');
Route::apiResource('orders.items', ItemController::class)->only(['index', 'show']);
Route::resource('photos', ItemController::class, ['except' => ['index', 'store', 'create', 'edit', 'destroy']]);
Cache::get('/x', fn () => 1);
$cache->get('orders', function ($item) { return 1; });
$request->get('/a', 'b');
`,
      {
        routes: [
          "GET /v1/orders → 'App\\Http\\Controllers\\Orders\\OrderController.index'",
          "GET /name=orders.index → 'App\\Http\\Controllers\\Orders\\OrderController.index'",
          "PUT /v1/orders/{id} → 'OrderController.update'",
          "PATCH /v1/orders/{id} → 'OrderController.update'",
          "POST /v1/admin/items → 'Admin\\ItemController.store'",
          "GET /v1/items/{item} → 'App\\Http\\Controllers\\ItemController.show'",
          '* /ping → (anonymous) @12',
          "GET /one → 'App\\Http\\Controllers\\ItemController.__invoke'",
          "GET /two → 'App\\Http\\Two.show'",
          "GET /three → 'App\\Http\\Three.show'",
          "GET /orders/{}/items → 'App\\Http\\Controllers\\ItemController.index'",
          "GET /orders/{}/items/{} → 'App\\Http\\Controllers\\ItemController.show'",
          "GET /photos/{} → 'App\\Http\\Controllers\\ItemController.show'",
          "PUT /photos/{} → 'App\\Http\\Controllers\\ItemController.update'",
          "PATCH /photos/{} → 'App\\Http\\Controllers\\ItemController.update'",
        ],
      },
    ));

  it('files of routes with the prefix they are loaded under', () =>
    expectFacts(
      'a.php',
      `<?php
Route::prefix('api')->middleware('api')->group(base_path('routes/api.php'));
Route::group(['prefix' => 'v2'], function ($router) { require base_path('routes/v2.php'); });
$app->withRouting(web: __DIR__.'/../routes/web.php', api: __DIR__.'/../routes/api.php', apiPrefix: 'api/v1');
`,
      {
        mounts: [
          ' + api → routes/api.php',
          ' + v2 → routes/v2.php',
          ' + api/v1 → routes/api.php',
          ' +  → routes/web.php',
        ],
      },
    ));

  it("Symfony's routes in attributes and comments, and their names", () =>
    expectFacts(
      'a.php',
      `<?php
namespace App\\Controller;
#[Route('/blog', name: 'blog_')]
class BlogController extends AbstractController
{
    #[Route('/{slug}', name: 'post', methods: ['GET'])]
    public function post(): Response {}
    #[Route(path: '/new', methods: 'POST')]
    public function newAction(): Response {}
}
/** @Route("/api") */
class OldController
{
    /**
     * @Route(path="/rate/{sku}", methods={"PUT"}, name="rate")
     */
    public function put() {}
}
#[Route('/home', name: 'home')]
final class HomeController { public function __invoke() {} }
`,
      {
        routes: [
          'GET /blog/{slug} → BlogController.post @7',
          'GET /name=blog_post → BlogController.post @7',
          'POST /blog/new → BlogController.newAction @9',
          'POST /name=blog_app_blog_new → BlogController.newAction @9',
          'PUT /api/rate/{sku} → OldController.put @17',
          'PUT /name=rate → OldController.put @17',
          '* /home → HomeController.__invoke @20',
          '* /name=home → HomeController.__invoke @20',
        ],
      },
    ));

  it("Slim's routes", () =>
    expectFacts(
      'a.php',
      `<?php
use App\\Action;
return function (App $app) {
    $app->group('/api', function (Group $group) {
        $group->get('/users/{id}', Action\\ViewUser::class)->setName('user');
        $group->map(['GET', 'HEAD'], '/users', Action\\Users::class . ':all');
    });
    $app->post('/quote', function ($request, $response) { return $response; });
    $client->get('/api/users', ['query' => []]);
};
`,
      {
        routes: [
          "GET /api/users/{id} → 'App\\Action\\ViewUser.__invoke'",
          "GET /name=user → 'App\\Action\\ViewUser.__invoke'",
          "GET /api/users → 'App\\Action\\Users.all'",
          "HEAD /api/users → 'App\\Action\\Users.all'",
          'POST /quote → (anonymous) @8',
        ],
        httpCalls: ['http GET /api/users in (anonymous) @3'],
      },
    ));

  it('jobs, handlers, listeners and commands', () =>
    expectFacts(
      'a.php',
      `<?php
namespace App;
use App\\Events\\Shipped;
class SyncJob extends QueuedJob { public function handle(Api $api) {} }
#[AsMessageHandler]
final class ShipOrder { public function __invoke(Message\\Ship $message) { $this->bus->dispatch(new Shipped()); } }
class MailListener { public function handle(Shipped $event) { SyncJob::dispatch(1)->onQueue('x'); } }
class Plain { public function handle(Shipped $event) {} }
class SyncCommand extends Command { protected $signature = 'orders:sync {--all}'; public function handle() {} }
#[AsCommand(name: 'orders:ship')]
class ShipCommand extends Command { protected function execute($in, $out): int { return 0; } }
`,
      {
        messages: [
          'consumer  App\\SyncJob → SyncJob.handle @4',
          'consumer  App\\Message\\Ship → ShipOrder.__invoke @6',
          'producer  App\\Events\\Shipped → ShipOrder.__invoke @6',
          'consumer  App\\Events\\Shipped → MailListener.handle @7',
          'producer  App\\SyncJob → MailListener.handle @7',
        ],
        spans: ['Command orders:sync in SyncCommand.handle @9', 'Command orders:ship in ShipCommand.execute @11'],
      },
    ));

  it('queues, requests, RPCs and the name of the service', () =>
    expectFacts(
      'a.php',
      `<?php
class Orders implements OrdersInterface
{
    public function __construct(private OrderServiceClient $stub, private Client $http) {}
    public function Place(ContextInterface $ctx, Request $in): Reply {
        [$reply] = $this->stub->GetOrder(new GetOrderRequest())->wait();
        $this->http->request('POST', 'https://mail/send');
        Http::withToken('t')->get("https://stock/items/{$id}");
        $channel->basic_publish($message, 'shop', 'orders.new');
        $channel->basic_consume('orders', '', false, true, false, false, [$this, 'onOrder']);
        $topic = $producer->newTopic('paid');
        $topic->produce(RD_KAFKA_PARTITION_UA, 0, 'x');
        $w = 'a = 1';
        $w .= ' AND b = ?';
        $this->db->query("SELECT id FROM orders WHERE $w");
    }
    public function onOrder($message) {}
}
ResourceInfo::create(Attributes::create([ResourceAttributes::SERVICE_NAME => 'shop']));
`,
      {
        rpcs: ['server Orders/Place → Orders.Place @5', 'client OrderService/GetOrder → Orders.Place @5'],
        httpCalls: [
          'http POST https://mail/send in Orders.Place @5',
          'http GET https://stock/items/${id} in Orders.Place @5',
        ],
        messages: [
          'producer rabbitmq shop → Orders.Place @5',
          'producer rabbitmq orders.new → Orders.Place @5',
          'consumer rabbitmq orders → Orders.onOrder @17',
          'producer kafka paid → Orders.Place @5',
        ],
        queries: ['SELECT id FROM orders WHERE ${w} in Orders.Place @5'],
        serviceNames: ['shop'],
      },
    ));
});

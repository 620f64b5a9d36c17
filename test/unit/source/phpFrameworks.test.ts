import assert from 'node:assert/strict';
import type { OperationKey, SpanKind } from '../../../src/model/operation';
import { operation, withMapped } from '../../support/mappingWorkspace';

const CONTRIB = 'io.opentelemetry.contrib.php';

function span(framework: string, kind: SpanKind, name: string, attributes: Record<string, string> = {}): OperationKey {
  return operation(kind, name, attributes, { language: 'php', scope: `${CONTRIB}.${framework}` });
}

/** As the instrumentation of a framework names a request: the code attributes mean the framework. */
function request(framework: string, method: string, route: string): OperationKey {
  return span(framework, 'SERVER', `${method} ${route}`, {
    'http.request.method': method,
    'http.route': route,
    'code.function.name': 'Framework\\Kernel::handle',
    'code.file.path': '/app/vendor/framework/Kernel.php',
  });
}

describe('source: PHP frameworks', () => {
  it("Laravel's routes under the prefix that their file is loaded with, controllers told apart by namespace", () =>
    withMapped(
      {
        'app/Providers/RouteServiceProvider.php': `<?php
Route::prefix('api')->middleware('api')->group(base_path('routes/api.php'));
Route::middleware('web')->group(base_path('routes/web.php'));`,
        'routes/api.php': `<?php
use App\\Http\\Controllers\\Api\\OrderController;
Route::get('orders', [OrderController::class, 'index']);
Route::apiResource('items', \\App\\Http\\Controllers\\Api\\ItemController::class);`,
        'routes/web.php': `<?php
use App\\Http\\Controllers\\OrderController;
Route::get('orders', [OrderController::class, 'index']);
Route::get('vendor', [\\Package\\VendorController::class, 'index']);`,
        'app/Http/Controllers/OrderController.php': `<?php
namespace App\\Http\\Controllers;
class OrderController { public function index() {} }`,
        'app/Http/Controllers/Api/OrderController.php': `<?php
namespace App\\Http\\Controllers\\Api;
class OrderController {
    public function index() {}
}`,
        'app/Http/Controllers/Api/ItemController.php': `<?php
namespace App\\Http\\Controllers\\Api;
class ItemController extends Controller {
    public function show(Item $item) {}
}`,
        'app/Http/Controllers/VendorController.php': `<?php
namespace App\\Http\\Controllers;
class VendorController { public function index() {} }`,
      },
      (method: string, route: string) => request('laravel', method, route),
      async (ask) => {
        const api = 'app/Http/Controllers/Api';
        assert.equal(await ask('GET', 'api/orders'), `${api}/OrderController.php:4 OrderController.index 0.85`);
        assert.equal(
          await ask('GET', 'orders'),
          'app/Http/Controllers/OrderController.php:3 OrderController.index 0.85',
        );
        assert.equal(await ask('GET', 'api/items/{item}'), `${api}/ItemController.php:4 ItemController.show 0.85`);
        assert.equal(await ask('DELETE', 'api/items/{item}'), 'unmapped low-confidence');
        assert.equal(await ask('GET', 'vendor'), 'unmapped low-confidence');
        assert.equal(await ask('GET', 'horizon/api/stats'), 'unmapped library-code');
      },
    ));

  it("Symfony's routes by their names, in attributes and in configuration", () =>
    withMapped(
      {
        'src/Controller/BlogController.php': `<?php
namespace App\\Controller;
#[Route('/blog', name: 'blog_')]
class BlogController {
    #[Route('/{slug}', name: 'post', methods: ['GET'])]
    public function post() {}
    #[Route('/blog_post', methods: ['GET'])]
    public function other() {}
    public function sidebar() {}
}`,
        'src/Controller/OrdersPutController.php': `<?php
namespace App\\Controller;
final class OrdersPutController {
    public function __invoke() {}
}`,
        'config/routes/orders.yaml': `orders_put:
  path: /orders/{id}
  controller: App\\Controller\\OrdersPutController
  methods: [PUT]
`,
      },
      (kind: SpanKind, name: string) =>
        kind === 'SERVER' ? request('symfony', name.split(' ')[0]!, name.split(' ')[1]!) : span('symfony', kind, name),
      async (ask) => {
        const blog = 'src/Controller/BlogController.php';
        assert.equal(await ask('SERVER', 'GET blog_post'), `${blog}:6 BlogController.post 0.85`);
        assert.equal(await ask('SERVER', 'GET blog_app_blog_other'), `${blog}:8 BlogController.other 0.85`);
        const put = 'src/Controller/OrdersPutController.php:4 OrdersPutController.__invoke 0.85';
        assert.equal(await ask('SERVER', 'PUT orders_put'), put);
        assert.equal(await ask('SERVER', 'GET orders_put'), 'unmapped library-code');
        assert.equal(await ask('SERVER', 'GET _profiler'), 'unmapped library-code');
        const sidebar = `${blog}:9 BlogController.sidebar 0.85`;
        assert.equal(await ask('INTERNAL', 'GET App\\Controller\\BlogController::sidebar'), sidebar);
        assert.equal(await ask('INTERNAL', 'GET Other\\BlogController::sidebar'), 'unmapped library-call');
      },
    ));

  it("Symfony's routes of the same name in applications side by side", () => {
    const controller = (app: string): string => `<?php
namespace Shop\\${app};
final class ${app}Controller {
    public function __invoke() {}
}`;
    const routes = (app: string): string => `orders_get:
  path: /orders
  controller: Shop\\${app}\\${app}Controller
`;
    return withMapped(
      {
        'apps/shop/front/src/FrontController.php': controller('Front'),
        'apps/shop/front/config/routes/orders.yaml': routes('Front'),
        'apps/shop/back/src/BackController.php': controller('Back'),
        'apps/shop/back/config/routes/orders.yaml': routes('Back'),
      },
      (service: string) => ({ ...request('symfony', 'GET', 'orders_get'), service }),
      async (ask) => {
        assert.equal(await ask('elsewhere'), 'ambiguous 2');
        assert.equal(
          await ask('shop-front'),
          'apps/shop/front/src/FrontController.php:4 FrontController.__invoke 0.85',
        );
      },
    );
  });

  it("Slim's actions, also those whose base class is called", () =>
    withMapped(
      {
        'app/routes.php': `<?php
use App\\Actions\\ListUsers;
return function (App $app) {
    $app->group('/users', function (Group $group) {
        $group->get('', ListUsers::class)->setName('users');
    });
};`,
        'src/Actions/Action.php': `<?php
namespace App\\Actions;
abstract class Action {
    public function __invoke($request, $response) { return $this->action(); }
    abstract protected function action();
}`,
        'src/Actions/ListUsers.php': `<?php
namespace App\\Actions;
class ListUsers extends Action {
    public function __construct(private Users $users) {}
    protected function action() { return []; }
}`,
      },
      (kind: SpanKind, name: string) => span('slim', kind, name, kind === 'SERVER' ? { 'http.method': 'GET' } : {}),
      async (ask) => {
        const action = 'src/Actions/ListUsers.php:5 ListUsers.action 0.85';
        assert.equal(await ask('SERVER', 'GET users'), action);
        assert.equal(await ask('SERVER', 'GET /users'), action);
        assert.equal(await ask('INTERNAL', 'App\\Actions\\ListUsers->__invoke'), action);
        assert.equal(await ask('INTERNAL', 'callable'), 'unmapped library-call');
        assert.equal(await ask('SERVER', 'HTTP GET'), 'unmapped no-evidence');
      },
    ));

  it('jobs, messages and commands by their classes', () =>
    withMapped(
      {
        'app/Jobs/Sync.php': `<?php
namespace App\\Jobs;
class Sync implements ShouldQueue {
    use Dispatchable;
    public function handle(Api $api) {}
}`,
        'app/Orders.php': `<?php
namespace App;
use App\\Jobs\\Sync;
class Orders {
    public function place() {
        $this->save();
        Sync::dispatch(1);
    }
}`,
        'app/ShipHandler.php': `<?php
namespace App;
#[AsMessageHandler]
class ShipHandler {
    public function __invoke(Messages\\Ship $ship) {}
}`,
        'app/SyncCommand.php': `<?php
namespace App;
class SyncCommand extends Command {
    protected $signature = 'orders:sync {--all}';
    public function handle() {}
}`,
      },
      (kind: SpanKind, name: string, more: Record<string, string> = {}) => span('laravel', kind, name, more),
      async (ask) => {
        const job = { 'messaging.destination.name': 'default', 'messaging.message.job_name': 'App\\Jobs\\Sync' };
        assert.equal(await ask('CONSUMER', 'process default', job), 'app/Jobs/Sync.php:5 Sync.handle 0.75');
        assert.equal(await ask('PRODUCER', 'publish default', job), 'app/Orders.php:7 Orders.place 0.75');
        const ship = { 'symfony.messenger.message': 'App\\Messages\\Ship' };
        assert.equal(
          await ask('CONSUMER', 'CONSUME App\\Messages\\Ship', ship),
          'app/ShipHandler.php:5 ShipHandler.__invoke 0.75',
        );
        assert.equal(await ask('INTERNAL', 'Command orders:sync'), 'app/SyncCommand.php:5 SyncCommand.handle 0.85');
        assert.equal(await ask('INTERNAL', 'Command migrate'), 'unmapped library-call');
        assert.equal(await ask('INTERNAL', 'App\\Models\\Order::find'), 'unmapped library-call');
      },
    ));

  it("Mezzio's routes as configuration, whose middleware is PSR-15's or inherits that", () =>
    withMapped(
      {
        'composer.json': '{ "autoload": { "psr-4": { "App\\\\": "src/" } } }',
        'config/routes.php': `<?php
use App\\Action;
return ['routes' => [
    ['name' => Action\\Ping::class, 'path' => '/ping', 'middleware' => [Action\\Auth::class, Action\\Ping::class], 'allowed_methods' => ['GET']],
    ['name' => 'pixel', 'path' => '/{code}/track', 'middleware' => Action\\Pixel::class, 'allowed_methods' => [Http::METHOD_GET]],
    ['path' => 'no/route', 'middleware' => 'web'],
]];
`,
        'src/Action/Ping.php': `<?php
namespace App\\Action;
class Ping implements RequestHandlerInterface {
    public function other() {}
    public function handle($request) {}
}
`,
        'src/Action/Pixel.php': `<?php
namespace App\\Action;
class Pixel extends AbstractTracking {
    protected function answer() {}
    protected function image() {}
}
`,
        'src/Action/AbstractTracking.php': `<?php
namespace App\\Action;
abstract class AbstractTracking implements MiddlewareInterface {
    public function process($request, $handler) {}
    protected function track() {}
}
`,
      },
      (method: string, route: string) =>
        operation(
          'SERVER',
          `${method} ${route}`,
          { 'http.route': route, 'http.request.method': method },
          { language: 'php' },
        ),
      async (ask) => {
        assert.match(await ask('GET', '/ping'), /^src\/Action\/Ping\.php:5 Ping\.handle/);
        assert.match(
          await ask('GET', '/{code}/track'),
          /^src\/Action\/AbstractTracking\.php:4 AbstractTracking\.process/,
        );
        assert.match(await ask('POST', '/ping'), /^unmapped/);
        assert.match(await ask('GET', '/no/route'), /^unmapped/);
      },
    ));
});

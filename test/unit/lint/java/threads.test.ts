import assert from 'node:assert/strict';
import { javaCheck } from '../../../../src/lint/java/check';
import { lintProject } from '../support/lintProject';
import { AGENT, MAIN, MICROMETER, pom, SLEUTH, SOURCES, STARTER } from './projects';

const RULE = 'JAVA-ASYNC-NO-DECORATOR';

interface Given {
  readonly dependencies?: readonly string[];
  /** Other methods of the controller. */
  readonly members?: string;
  readonly more?: Readonly<Record<string, string>>;
  readonly annotation?: string;
}

/** A controller that hands work over, and a service that sends. */
async function found(
  statement: string,
  { dependencies = MICROMETER, members = '', more = {}, annotation = '@PostMapping' }: Given = {},
): Promise<readonly string[]> {
  const { short } = await lintProject(javaCheck, {
    'pom.xml': pom('orders', ...dependencies),
    [`${SOURCES}/OrdersApplication.java`]: MAIN,
    [`${SOURCES}/Orders.java`]: `package com.acme.orders;

import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.util.concurrent.*;
import java.util.List;
import org.springframework.web.bind.annotation.*;

@RestController
class Orders {
  private final StockService stock;
  private final Tracer tracer;
  private final ExecutorService pool;
  Orders(StockService stock, Tracer tracer, ExecutorService pool) { this.stock = stock; this.tracer = tracer; this.pool = pool; }

  ${annotation}
  Object place(String id, List<String> all) {
    ${statement}
    return id;
  }
  ${members}
}
`,
    [`${SOURCES}/StockService.java`]:
      'package com.acme.orders;\ninterface StockService { void reserve(String id); String cached(String id); }\n',
    [`${SOURCES}/StockServiceImpl.java`]: `package com.acme.orders;

import org.springframework.stereotype.Service;
import org.springframework.web.client.RestClient;

@Service
class StockServiceImpl implements StockService {
  private final RestClient client;
  StockServiceImpl(RestClient.Builder builder) { this.client = builder.baseUrl("http://stock").build(); }
  public void reserve(String id) { client.post().uri("/reserve/{id}", id).retrieve().toBodilessEntity(); }
  public String cached(String id) { return "42"; }
}
`,
    ...more,
  });
  return short.map((one) => one.replace(`${SOURCES}/`, ''));
}

const LINE = `${RULE} Orders.java:18`;

describe('work that is handed to other threads in Java', () => {
  it('is found where a future of the common pool calls out', async () => {
    assert.deepEqual(await found('CompletableFuture.runAsync(() -> stock.reserve(id));'), [LINE]);
    assert.deepEqual(await found('CompletableFuture.supplyAsync(() -> { stock.reserve(id); return id; }, pool);'), [
      LINE,
    ]);
    assert.deepEqual(await found('CompletableFuture.runAsync(() -> stock.cached(id));'), []);
  });

  it('is silent for requests of clients that send no context on any thread', async () => {
    const members = (type: string): string => `private final ${type} http;
  void ask() throws Exception { http.send(request, handler); }`;
    assert.deepEqual(await found('CompletableFuture.runAsync(this::ask);', { members: members('HttpClient') }), []);
    const observed = members('HttpClient').replace('private', 'private final MicrometerHttpClient other;\n  private');
    assert.deepEqual(await found('CompletableFuture.runAsync(this::ask);', { members: observed }), [LINE]);
    const starter = { members: members('HttpClient'), dependencies: STARTER };
    assert.deepEqual(await found('CompletableFuture.runAsync(this::ask);', starter), [LINE]);
  });

  it('is found through method references, variables and classes of tasks', async () => {
    const members = 'void reserve() { stock.reserve("1"); }\n  void quiet() { stock.cached("1"); }';
    assert.deepEqual(await found('pool.submit(this::reserve);', { members }), [LINE]);
    assert.deepEqual(await found('pool.submit(this::quiet);', { members }), []);
    assert.deepEqual(await found('Runnable task = this::reserve; pool.execute(task);', { members }), [LINE]);
    const task = 'class Reserve implements Runnable { public void run() { stock.reserve("1"); } }';
    assert.deepEqual(await found('pool.execute(new Reserve());', { members: task }), [LINE]);
    const anonymous = 'pool.execute(new Runnable() { public void run() { stock.reserve(id); } });';
    assert.deepEqual(await found(anonymous), [LINE]);
    const wrapped = 'CompletableFuture.runAsync(new Named<>("reserve", () -> stock.reserve(id)), pool);';
    assert.deepEqual(await found(wrapped), [LINE]);
    assert.deepEqual(await found(wrapped.replace('reserve(id)', 'cached(id)')), []);
  });

  it('is found where services between the task and the client say nothing of tracing', async () => {
    const file = (name: string, body: string): Record<string, string> => ({
      [`${SOURCES}/${name}.java`]: `package com.acme.orders;

import org.springframework.stereotype.Service;

@Service
class ${name} {
${body}
}
`,
    });
    const field = (type: string, name: string): string => `  private final ${type} ${name} = null;`;
    const more = {
      ...file(
        'Planner',
        `${field('Steps', 'steps')}\n  void plan(String id) { each(id); }\n  private void each(String id) { steps.go(id); }`,
      ),
      ...file(
        'Steps',
        `${field('StockService', 'stock')}\n  void go(String id) { stock.reserve(id); }\n  void rest(Runnable action) { action.run(); }`,
      ),
      // Who else has the interface of Java's says nothing of the action that is given.
      [`${SOURCES}/Reserver.java`]:
        'package com.acme.orders;\nclass Reserver implements Runnable { StockService stock;\n  public void run() { stock.reserve("1"); } }\n',
    };
    const members = 'private Planner planner;\n  private Steps steps;';
    assert.deepEqual(await found('CompletableFuture.runAsync(() -> planner.plan(id));', { members, more }), [LINE]);
    const given = 'Runnable none = null; CompletableFuture.runAsync(() -> steps.rest(none));';
    assert.deepEqual(await found(given, { members, more }), []);
  });

  it('is found in threads that are started by hand, with an agent too', async () => {
    const members =
      'void work() { var span = tracer.spanBuilder("work").startSpan(); try (var s = span.makeCurrent()) { } finally { span.end(); } }';
    const more = { Dockerfile: AGENT };
    assert.deepEqual(await found('new Thread(this::work).start();', { members, more }), [LINE]);
    assert.deepEqual(await found('Thread thread = new Thread(this::work); thread.start();', { members, more }), [LINE]);
    assert.deepEqual(await found('Thread.startVirtualThread(this::work);', { members, more }), [LINE]);
    assert.deepEqual(await found('Thread.ofVirtual().start(this::work);', { members, more }), [LINE]);
    assert.deepEqual(await found('CompletableFuture.runAsync(this::work);', { members, more }), []);
    assert.deepEqual(
      await found('Runtime.getRuntime().addShutdownHook(new Thread(this::work));', { members, more }),
      [],
    );
  });

  it('is silent where the context goes along', async () => {
    assert.deepEqual(await found('new Thread(Context.current().wrap(() -> stock.reserve(id))).start();'), []);
    assert.deepEqual(
      await found(
        'var context = Context.current(); pool.submit(() -> { try (var s = context.makeCurrent()) { stock.reserve(id); } });',
      ),
      [],
    );
    assert.deepEqual(
      await found(
        'CompletableFuture.runAsync(ContextSnapshotFactory.builder().build().captureAll().wrap(() -> stock.reserve(id)));',
      ),
      [],
    );
    assert.deepEqual(
      await found(
        'pool.submit(() -> { var span = tracer.spanBuilder("a").setParent(parent).startSpan(); stock.reserve(id); });',
      ),
      [],
    );
  });

  it('is silent where executors of the process are wrapped, for what runs on one', async () => {
    const pools = `package com.acme.orders;
class Pools {
  @Bean ExecutorService pool() { return ContextExecutorService.wrap(Executors.newCachedThreadPool(), ContextSnapshot::captureAll); }
}
`;
    const more = { [`${SOURCES}/Pools.java`]: pools };
    assert.deepEqual(await found('pool.submit(() -> stock.reserve(id));', { more }), []);
    assert.deepEqual(await found('CompletableFuture.runAsync(() -> stock.reserve(id));', { more }), [LINE]);
  });

  it('is found beside an SDK made by hand: propagators write headers and wrap no executor', async () => {
    const sdk = `package com.acme.orders;
import io.opentelemetry.sdk.OpenTelemetrySdk;
class Telemetry {
  static OpenTelemetry open(SdkTracerProvider provider) {
    return OpenTelemetrySdk.builder().setTracerProvider(provider)
        .setPropagators(ContextPropagators.create(W3CTraceContextPropagator.getInstance())).buildAndRegisterGlobal();
  }
}
`;
    const more = { [`${SOURCES}/Telemetry.java`]: sdk };
    const dependencies = [
      'org.springframework.boot:spring-boot-starter-web',
      'io.opentelemetry:opentelemetry-sdk:1.40.0',
    ];
    const spans = 'pool.submit(() -> tracer.spanBuilder("reserve").startSpan().end());';
    assert.deepEqual(await found(spans, { more, dependencies }), [LINE]);
    const hook = 'Hooks.enableAutomaticContextPropagation(); pool.submit(() -> stock.reserve(id));';
    assert.deepEqual(await found(hook), [LINE]);
    const wrapping = {
      ...more,
      [`${SOURCES}/Pools.java`]: 'class Pools { Object own = new ContextPropagatingPool(pool); }\n',
    };
    assert.deepEqual(await found(spans, { more: wrapping, dependencies }), []);
  });

  it('is found where static helpers or a class above do the work', async () => {
    const helper = (work: string): Readonly<Record<string, string>> => ({
      [`${SOURCES}/Calls.java`]: `package com.acme.orders;
final class Calls {
  private static final Tracer tracer = GlobalOpenTelemetry.getTracer("calls");
  static void bill(String id) { build(id); }
  private static Span build(String id) { ${work} }
}
`,
    });
    const starts = helper('return tracer.spanBuilder(id).startSpan();');
    assert.deepEqual(await found('pool.submit(() -> Calls.bill(id));', { more: starts }), [LINE]);
    assert.deepEqual(await found('pool.submit(() -> Calls.none(id));', { more: starts }), []);
    assert.deepEqual(await found('pool.submit(() -> Calls.bill(id));', { more: helper('return null;') }), []);
    const continued = helper(
      'return tracer.spanBuilder(id).setParent(W3C.extract(Context.current(), id, GETTER)).startSpan();',
    );
    assert.deepEqual(await found('pool.submit(() -> Calls.bill(id));', { more: continued }), []);
    const twice = {
      ...starts,
      [`${SOURCES}/other/Calls.java`]: 'package com.acme.orders.other;\nclass Calls { Tracer tracer; }\n',
    };
    assert.deepEqual(await found('pool.submit(() -> Calls.bill(id));', { more: twice }), []);
  });

  it('is found where the method is inherited, also by way of another class', async () => {
    const file = (work: string): string => `package com.acme.orders;
abstract class Base {
  protected Tracer tracer;
  protected void reserveAll(String id) { ${work} }
}
abstract class Middle extends Base { }
@RestController
class Inherits extends Middle {
  private final ExecutorService own = Executors.newFixedThreadPool(2);
  @PostMapping
  void place(String id) {
    own.submit(() -> reserveAll(id));
  }
  @PutMapping
  void change(String id) {
    own.submit(() -> super.reserveAll(id));
  }
}
`;
    const linted = async (work: string): Promise<readonly string[]> =>
      found('', { more: { [`${SOURCES}/Inherits.java`]: `import java.util.concurrent.*;\n${file(work)}` } });
    assert.deepEqual(await linted('tracer.spanBuilder(id).startSpan().end();'), [
      `${RULE} Inherits.java:13`,
      `${RULE} Inherits.java:17`,
    ]);
    assert.deepEqual(await linted('log.info(id);'), []);
  });

  it('is silent in timers, at start-up and in what is no request', async () => {
    for (const annotation of [
      '@Scheduled(fixedDelay = 10)',
      '@PostConstruct',
      '@EventListener(ApplicationReadyEvent.class)',
    ])
      assert.deepEqual(await found('pool.submit(() -> stock.reserve(id));', { annotation }), []);
  });

  it('knows the starter, and that Sleuth traces executors', async () => {
    const future = 'CompletableFuture.runAsync(() -> stock.reserve(id));';
    assert.deepEqual(await found(future, { dependencies: STARTER }), [LINE]);
    assert.deepEqual(await found('pool.submit(() -> stock.reserve(id));', { dependencies: SLEUTH }), []);
    assert.deepEqual(await found(future, { dependencies: MICROMETER.slice(0, 2) }), []);
  });

  it('is found where the task asks a database, as far as statements have spans', async () => {
    const task = 'CompletableFuture.runAsync(() -> rows.save(id));';
    const members = 'private final OrderRows rows;';
    const more = {
      [`${SOURCES}/OrderRows.java`]:
        'package com.acme.orders;\ninterface OrderRows extends JpaRepository<Order, Long> {}\n',
    };
    assert.deepEqual(await found(task, { members, more }), []);
    assert.deepEqual(await found(task, { members, more, dependencies: STARTER }), [LINE]);
    const observed = [...MICROMETER, 'net.ttddyy.observation:datasource-micrometer-spring-boot:1.0.6'];
    assert.deepEqual(await found(task, { members, more, dependencies: observed }), [LINE]);
    const agent = { members, more: { ...more, Dockerfile: AGENT } };
    assert.deepEqual(await found(task, agent), []);
    assert.deepEqual(await found('new Thread(() -> rows.save(id)).start();', agent), [LINE]);
    const template = { members: 'private final JdbcTemplate rows;', dependencies: STARTER };
    assert.deepEqual(await found(task, template), [LINE]);
  });

  it('is found where the task sends through a channel of Quarkus', async () => {
    const dependencies = ['io.quarkus:quarkus-opentelemetry', 'io.quarkus:quarkus-messaging-kafka'];
    const members = '@Channel("orders") Emitter<String> out;';
    assert.deepEqual(await found('CompletableFuture.runAsync(() -> out.send(id));', { dependencies, members }), [LINE]);
  });

  it('is found where a parallel stream calls out, once', async () => {
    const stream = 'all.parallelStream().map(String::trim).forEach(one -> stock.reserve(one));';
    assert.deepEqual(await found(stream), [LINE]);
    assert.deepEqual(await found('all.parallelStream().forEach(stock::reserve);'), [LINE]);
    assert.deepEqual(await found('all.stream().parallel().forEach(stock::reserve);'), [LINE]);
    assert.deepEqual(await found('all.stream().forEach(stock::reserve);'), []);
    assert.deepEqual(await found('all.parallelStream().forEach(stock::cached);'), []);
    assert.deepEqual(await found(stream, { more: { Dockerfile: AGENT } }), []);
  });

  it('knows that Quarkus gives out executors that hand the context on, and that the common pool is none', async () => {
    const dependencies = ['io.quarkus:quarkus-opentelemetry', 'io.quarkus:quarkus-rest-client'];
    assert.deepEqual(await found('CompletableFuture.runAsync(() -> stock.reserve(id));', { dependencies }), [LINE]);
    assert.deepEqual(await found('pool.submit(() -> stock.reserve(id));', { dependencies }), []);
    const members = 'private final ExecutorService own = Executors.newFixedThreadPool(4);';
    assert.deepEqual(await found('own.submit(() -> stock.reserve(id));', { dependencies, members }), [LINE]);
  });

  it('is found in the later steps of futures, and once in each', async () => {
    assert.deepEqual(await found('future.thenAcceptAsync(one -> stock.reserve(id));'), [LINE]);
    assert.deepEqual(await found('future.thenApplyAsync(one -> stock.cached(id));'), []);
    const both = 'CompletableFuture.runAsync(() -> stock.reserve(id)).thenRunAsync(() -> stock.reserve(id));';
    assert.deepEqual(await found(both), [LINE]);
    assert.deepEqual(
      await found('future.thenRunAsync(() -> stock.reserve(id), ContextExecutorService.wrap(pool));'),
      [],
    );
  });

  it('is found in lists of tasks and in pools that the method makes', async () => {
    const list =
      'List<Callable<Object>> tasks = new ArrayList<>(); tasks.add(() -> { stock.reserve(id); return id; });';
    assert.deepEqual(await found(`${list} pool.invokeAll(tasks);`), [LINE]);
    assert.deepEqual(await found(`${list.replace('reserve', 'cached')} pool.invokeAll(tasks);`), []);
    const each =
      'pool.invokeAll(all.stream().map(one -> (Callable<Object>) () -> { stock.reserve(one); return one; }).toList());';
    assert.deepEqual(await found(each), [LINE]);
    const tried =
      'try (var own = Executors.newVirtualThreadPerTaskExecutor()) { own.submit(() -> stock.reserve(id)); }';
    assert.deepEqual(await found(tried), [LINE]);
    assert.deepEqual(await found('var own = registry.pool(); own.submit(() -> stock.reserve(id));'), []);
  });

  it('is found where Reactor calls from another thread, unless it restores the context', async () => {
    const call = 'reactor.core.publisher.Mono.fromRunnable(() -> stock.reserve(id))';
    const elsewhere = `${call}.subscribeOn(Schedulers.boundedElastic());`;
    assert.deepEqual(await found(elsewhere), [LINE]);
    assert.deepEqual(await found(`${call};`), []);
    assert.deepEqual(await found(elsewhere.replace('reserve', 'cached')), []);
    assert.deepEqual(await found(elsewhere.replace('.subscribeOn', '.contextCapture().subscribeOn')), []);
    const hook = {
      [`${SOURCES}/Hook.java`]: 'class Hook { void on() { Hooks.enableAutomaticContextPropagation(); } }\n',
    };
    assert.deepEqual(await found(elsewhere, { more: hook }), []);
    const auto = { 'src/main/resources/application.properties': 'spring.reactor.context-propagation=auto\n' };
    assert.deepEqual(await found(elsewhere, { more: auto }), []);
  });
});

import assert from 'node:assert/strict';
import { AGENT, SOURCES } from './projects';
import { foundIn } from './oneFile';

const HEAD = `package com.acme.orders;
import java.util.concurrent.*;
import org.springframework.web.client.RestTemplate;
`;

const USER = `@RestController
class Orders {
  private final RestTemplate rest;
  private final Runner runner;
  @PostMapping("/orders")
  void place(String id) { runner.run(() -> rest.postForObject("http://stock:8080/reserve", id, String.class)); }
}
`;

const RUNNER = `@Component
class Runner {
  private final ExecutorService pool = Executors.newFixedThreadPool(4);
  void run(Runnable task) { pool.submit(task); }
}
`;

async function found(code: string, more: Readonly<Record<string, string>> = {}): Promise<readonly string[]> {
  return (await foundIn({ head: HEAD, code, more })).map(({ rule, line }) => `${rule} ${line}`);
}

describe('Java: helpers that hand work to threads', () => {
  it('lose the trace of who calls them, once', async () => {
    assert.deepEqual(await found(RUNNER + USER), ['JAVA-ASYNC-NO-DECORATOR 4']);
    assert.deepEqual(await found(RUNNER + USER + USER.replace('class Orders', 'class Others')), [
      'JAVA-ASYNC-NO-DECORATOR 4',
    ]);
  });

  it('also where they run it in a lambda of their own, are static, or are inherited', async () => {
    assert.deepEqual(
      await found(RUNNER.replace('pool.submit(task)', 'pool.execute(() -> { task.run(); done(); })') + USER),
      ['JAVA-ASYNC-NO-DECORATOR 4'],
    );
    const asStatic = RUNNER.replace('private final', 'private static final').replace('void run', 'static void run');
    assert.deepEqual(await found(asStatic + USER.replace('runner.run(', 'Runner.run(')), ['JAVA-ASYNC-NO-DECORATOR 4']);
    const inherited = USER.replace('class Orders', 'class Orders extends Runner').replace('runner.run(', 'run(');
    assert.deepEqual(await found(RUNNER + inherited), ['JAVA-ASYNC-NO-DECORATOR 4']);
  });

  it('lose nothing where the task is wrapped on either side, does nothing traced, or an agent is there', async () => {
    const wrapped = 'Context.current().wrap(task)';
    assert.deepEqual(await found(RUNNER.replace('submit(task)', `submit(${wrapped})`) + USER), []);
    const before = USER.replace('runner.run(() -> ', 'runner.run(Context.current().wrap(() -> ').replace(
      'String.class));',
      'String.class)));',
    );
    assert.deepEqual(await found(RUNNER + before), []);
    assert.deepEqual(await found(RUNNER + USER.replace(/rest\.post.*class\)/, 'log.info(id)')), []);
    assert.deepEqual(await found(RUNNER + USER, { Dockerfile: AGENT }), []);
    const another = USER.replace('Runner runner', 'Batches runner');
    assert.deepEqual(await found(RUNNER + another), []);
  });

  it('and pools that are taken where they are used do, too', async () => {
    const common = USER.replace('runner.run(', 'ForkJoinPool.commonPool().submit(');
    assert.deepEqual(await found(common), ['JAVA-ASYNC-NO-DECORATOR 6']);
  });
});

describe('Kotlin: scopes of their own', () => {
  const kotlin = async (body: string): Promise<readonly string[]> => {
    const head = `package com.acme.orders
import kotlin.concurrent.thread
import kotlinx.coroutines.*
import org.springframework.web.client.RestTemplate
`;
    const code = `@Service
class Orders(private val rest: RestTemplate) {
  private val scope = CoroutineScope(SupervisorJob() + Dispatchers.IO)
  fun place(id: String) { ${body} }
}
`;
    const findings = await foundIn({
      head: HEAD,
      code: 'class Nothing {}\n',
      more: { [`${SOURCES}/Orders.kt`]: head + code },
    });
    return findings.map(({ rule }) => rule);
  };

  for (const body of [
    'scope.launch { rest.delete("http://stock/$id") }',
    'GlobalScope.launch { rest.delete("http://stock/$id") }',
    'CoroutineScope(Dispatchers.IO).launch { rest.delete("http://stock/$id") }',
    'runBlocking(Dispatchers.IO) { rest.delete("http://stock/$id") }',
    'thread { rest.delete("http://stock/$id") }',
  ])
    it(`has no trace in ${body}`, async () => {
      assert.deepEqual(await kotlin(body), ['JAVA-ASYNC-NO-DECORATOR']);
    });

  for (const body of [
    'runBlocking { rest.delete("http://stock/$id") }',
    'scope.launch { println(id) }',
    'scope.launch(Context.current().asContextElement()) { rest.delete("http://stock/$id") }',
  ])
    it(`has it, or needs none, in ${body}`, async () => {
      assert.deepEqual(await kotlin(body), []);
    });
});

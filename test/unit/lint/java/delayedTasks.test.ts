import assert from 'node:assert/strict';
import { javaCheck } from '../../../../src/lint/java/check';
import { lintProject } from '../support/lintProject';
import { AGENT, MAIN, MICROMETER, pom, SOURCES, STARTER } from './projects';

const BARE = ['JAVA-ASYNC-NO-DECORATOR Config.java:10'];

interface Given {
  readonly line?: string;
  readonly later?: string;
  readonly bean?: string;
  readonly method?: string;
  readonly more?: Readonly<Record<string, string>>;
  readonly dependencies?: readonly string[];
}

/** A scheduler that is a bean, and a class that schedules by it. */
async function found({
  line = 'scheduler.setPoolSize(2);',
  later = 'scheduler.schedule(() -> kafka.send("reminders", id), Instant.now().plusSeconds(30));',
  bean = '@Bean',
  method = 'void remind(String id, Runnable task, Instant at)',
  more = {},
  dependencies = MICROMETER,
}: Given = {}): Promise<readonly string[]> {
  const { short } = await lintProject(javaCheck, {
    'pom.xml': pom('orders', ...dependencies),
    'src/main/resources/application.yml': 'spring.kafka.template.observation-enabled: true\n',
    [`${SOURCES}/OrdersApplication.java`]: MAIN,
    [`${SOURCES}/Config.java`]: `package com.acme.orders;

import org.springframework.scheduling.TaskScheduler;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;

@Configuration
class Config {
  ${bean}
  TaskScheduler gameScheduler() {
    ThreadPoolTaskScheduler scheduler = new ThreadPoolTaskScheduler();
    ${line}
    return scheduler;
  }
}
`,
    [`${SOURCES}/Reminders.java`]: `package com.acme.orders;

import java.time.Instant;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.scheduling.TaskScheduler;

@Service
class Reminders {
  private final TaskScheduler scheduler;
  private final KafkaTemplate<String, String> kafka;
  Reminders(TaskScheduler scheduler, KafkaTemplate<String, String> kafka) { this.scheduler = scheduler; this.kafka = kafka; }
  ${method} {
    ${later}
  }
}
`,
    ...more,
  });
  return short.map((one) => one.replace(`${SOURCES}/`, ''));
}

describe('what Spring’s scheduler does later for a request', () => {
  it('is found where the scheduler decorates no tasks', async () => {
    assert.deepEqual(await found(), BARE);
    assert.deepEqual(
      await found({ later: 'Instant then = Instant.now().plus(DELAY);\n    scheduler.schedule(task, then);' }),
      BARE,
    );
    assert.deepEqual(await found({ later: 'scheduler.schedule(() -> task.run(), Instant.now().plus(DELAY));' }), BARE);
  });

  it('is found for what is published, by what asks for the scheduler', async () => {
    const later = 'scheduler.schedule(() -> finish(id), Instant.now().plusSeconds(1));';
    const method =
      'void finish(String id) { publisher.publishEvent(id); }\n  private final ApplicationEventPublisher publisher;\n  void remind(String id)';
    assert.deepEqual(await found({ later, method }), BARE);
    const asked = (name: string): string =>
      `package com.acme.orders;\nclass Games {\n  Games(@Qualifier("${name}") TaskScheduler scheduler) { new Reminders(scheduler, null); }\n}\n`;
    assert.deepEqual(await found({ more: { [`${SOURCES}/Games.java`]: asked('gameScheduler') } }), BARE);
    const others = asked('gameScheduler').replace('new Reminders', 'new Others');
    assert.deepEqual(await found({ more: { [`${SOURCES}/Games.java`]: others } }), []);
  });

  it('is not found with a decorator, or where somebody wraps the task', async () => {
    const line = 'scheduler.setTaskDecorator(task -> snapshots.captureAll().wrap(task)); // ContextSnapshotFactory';
    assert.deepEqual(await found({ line: line.replace('snapshots', 'ContextSnapshotFactory.builder().build()') }), []);
    const later =
      'scheduler.schedule(ContextSnapshotFactory.builder().build().captureAll().wrap(task), Instant.now().plus(DELAY));';
    assert.deepEqual(await found({ later }), []);
  });

  it('is not found for dates that somebody chose, for triggers, timers and what sends nothing', async () => {
    assert.deepEqual(await found({ later: 'scheduler.schedule(task, at);' }), []);
    assert.deepEqual(await found({ later: 'scheduler.schedule(task, new CronTrigger("0 0 * * * *"));' }), []);
    assert.deepEqual(await found({ later: 'scheduler.scheduleAtFixedRate(task, Duration.ofSeconds(1));' }), []);
    assert.deepEqual(
      await found({ later: 'scheduler.schedule(() -> cache.clear(), Instant.now().plusSeconds(1));' }),
      [],
    );
    assert.deepEqual(await found({ method: '@PostConstruct\n  void begin(String id, Runnable task)' }), []);
  });

  it('is not found for schedulers of heartbeats, other beans, an agent or the starter', async () => {
    assert.deepEqual(await found({ line: 'scheduler.setThreadNamePrefix("ws-heartbeat-");' }), []);
    assert.deepEqual(await found({ bean: '' }), []);
    const other = {
      later: '// @Qualifier("mailScheduler")\n    scheduler.schedule(task, Instant.now().plusSeconds(1));',
    };
    assert.deepEqual(await found(other), []);
    assert.deepEqual(await found({ more: { Dockerfile: AGENT } }), []);
    assert.deepEqual(await found({ dependencies: STARTER }), []);
  });
});

import assert from 'node:assert/strict';
import { javaCheck } from '../../../../src/lint/java/check';
import { lintProject } from '../support/lintProject';
import { MAIN, MICROMETER, pom, SOURCES } from './projects';

const CONFIG = `package com.acme.orders;
import java.util.concurrent.*;
import org.springframework.context.annotation.*;
@Configuration
class Pools {
  @Bean("common")
  ExecutorService commonPool() {
    return Executors.newVirtualThreadPerTaskExecutor();
  }
}
`;

const ORDERS = `package com.acme.orders;
import java.util.concurrent.*;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.web.client.RestClient;
@Service
class Orders {
  private final RestClient stock;
  private final ExecutorService pool;
  private final ApplicationEventPublisher events;
  Orders(RestClient.Builder builder, @Qualifier("common") ExecutorService pool, ApplicationEventPublisher events) {
    this.stock = builder.build(); this.pool = pool; this.events = events;
  }
  void reserve() { pool.execute(() -> stock.post().uri("/reserve").retrieve().toBodilessEntity()); }
  void placed(String id) { pool.execute(() -> events.publishEvent(new OrderPlaced(id))); }
}
`;

const LISTENER = `package com.acme.orders;
import org.springframework.context.event.EventListener;
import org.springframework.kafka.core.KafkaTemplate;
class OrderEvents {
  private final KafkaTemplate<String, String> kafka;
  @EventListener
  void on(OrderPlaced event) { kafka.send("orders", event.id()); }
}
`;

const OBSERVED = 'spring.kafka.template.observation-enabled=true\n';

async function found(files: Record<string, string>): Promise<readonly string[]> {
  const { findings } = await lintProject(javaCheck, {
    'pom.xml': pom('orders', ...MICROMETER),
    'src/main/resources/application.properties': OBSERVED,
    [`${SOURCES}/OrdersApplication.java`]: MAIN,
    ...Object.fromEntries(Object.entries(files).map(([name, text]) => [`${SOURCES}/${name}`, text])),
  });
  return findings.map(({ file, line, related }) => `${file.replace(`${SOURCES}/`, '')}:${line} +${related.length}`);
}

describe('work that is handed to a pool which is a bean', () => {
  it('is found once, at the bean, with the places that hand over', async () => {
    const all = { 'Pools.java': CONFIG, 'Orders.java': ORDERS, 'OrderEvents.java': LISTENER };
    assert.deepEqual(await found(all), ['Pools.java:8 +2']);
  });

  it('counts what listeners of a published event do', async () => {
    const orders = ORDERS.replace(/^ {2}void reserve.*$/m, '');
    assert.deepEqual(await found({ 'Pools.java': CONFIG, 'Orders.java': orders, 'OrderEvents.java': LISTENER }), [
      'Pools.java:8 +1',
    ]);
    assert.deepEqual(await found({ 'Pools.java': CONFIG, 'Orders.java': orders }), []);
  });

  it('is found at the call where the pool is made elsewhere', async () => {
    assert.deepEqual(await found({ 'Orders.java': ORDERS }), ['Orders.java:14 +0']);
    const other = CONFIG.replace('"common"', '"reports"');
    assert.deepEqual(await found({ 'Pools.java': other, 'Orders.java': ORDERS }), ['Orders.java:14 +0']);
  });

  it('is silent where the bean wraps it', async () => {
    const wrapped = CONFIG.replace(
      'Executors.newVirtualThreadPerTaskExecutor()',
      'ContextExecutorService.wrap(Executors.newVirtualThreadPerTaskExecutor(), ContextSnapshot::captureAll)',
    );
    assert.deepEqual(await found({ 'Pools.java': wrapped, 'Orders.java': ORDERS }), []);
  });
});

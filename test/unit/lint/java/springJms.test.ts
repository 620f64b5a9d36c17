import assert from 'node:assert/strict';
import { javaCheck } from '../../../../src/lint/java/check';
import { lintProject } from '../support/lintProject';
import { AGENT, MAIN, MICROMETER, pom, SOURCES } from './projects';

const CONFIG = `package com.acme.orders;
import jakarta.jms.ConnectionFactory;
import org.springframework.context.annotation.*;
import org.springframework.jms.config.DefaultJmsListenerContainerFactory;
import org.springframework.jms.core.JmsTemplate;

@Configuration
class JmsConfig {
  @Bean
  JmsTemplate jmsTemplate(ConnectionFactory connections) {
    JmsTemplate template = new JmsTemplate(connections);
    template.setPubSubDomain(true);
    return template;
  }
  @Bean
  DefaultJmsListenerContainerFactory topics(ConnectionFactory connections) {
    DefaultJmsListenerContainerFactory factory = new DefaultJmsListenerContainerFactory();
    factory.setConnectionFactory(connections);
    return factory;
  }
}
`;
const SENDER = `package com.acme.orders;
import org.springframework.jms.core.JmsTemplate;
@Service
class Sender {
  private final JmsTemplate jms;
  void placed(String id) { jms.convertAndSend("orders", id); }
}
`;
const LISTENER = `package com.acme.orders;
import org.springframework.jms.annotation.JmsListener;
@Component
class Listener {
  @JmsListener(destination = "orders", containerFactory = "topics")
  void on(String order) { stock.reserve(order); }
}
`;

async function found(
  { config = CONFIG, sender = SENDER, listener = LISTENER, more = {} },
  dependencies: readonly string[] = MICROMETER,
): Promise<readonly string[]> {
  const { short } = await lintProject(javaCheck, {
    'pom.xml': pom('orders', ...dependencies),
    [`${SOURCES}/OrdersApplication.java`]: MAIN,
    [`${SOURCES}/JmsConfig.java`]: config,
    [`${SOURCES}/Sender.java`]: sender,
    [`${SOURCES}/Listener.java`]: listener,
    ...more,
  });
  return short.map((one) => one.replace(`${SOURCES}/`, ''));
}

const TEMPLATE_LINE = 'MSG-NO-INJECT JmsConfig.java:11';
const FACTORY_LINE = 'MSG-NO-INJECT JmsConfig.java:17';

describe('Spring JMS that code makes itself under Micrometer Tracing', () => {
  it('has no registry of observations: the template and the factory are found', async () => {
    assert.deepEqual(await found({}), [TEMPLATE_LINE, FACTORY_LINE]);
  });

  it('is found for a listener that names no factory where its bean is the default', async () => {
    const listener = LISTENER.replace(', containerFactory = "topics"', '');
    assert.deepEqual(await found({ listener }), [TEMPLATE_LINE]);
    const config = CONFIG.replace('Factory topics(', 'Factory jmsListenerContainerFactory(');
    assert.deepEqual(await found({ listener, config }), [TEMPLATE_LINE, FACTORY_LINE]);
  });

  it('loses nothing where nothing is sent or received by it', async () => {
    const sender = SENDER.replace('jms.convertAndSend("orders", id);', '');
    const listener = LISTENER.replace('"topics"', '"queues"');
    assert.deepEqual(await found({ sender, listener }), []);
  });

  it('is covered where Boot’s configurer fills the factory', async () => {
    const config = CONFIG.replace('factory.setConnectionFactory(', 'configurer.configure(factory, ');
    assert.deepEqual(await found({ config }), [TEMPLATE_LINE]);
  });

  it('is covered where it is given a registry, here or in a post-processor', async () => {
    const config = CONFIG.replace('template.setPubSubDomain(true)', 'template.setObservationRegistry(registry)');
    assert.deepEqual(await found({ config }), []);
    const processor =
      'class Observed implements BeanPostProcessor { void on(JmsTemplate bean) { bean.setObservationRegistry(registry); } }';
    assert.deepEqual(await found({ more: { [`${SOURCES}/Observed.java`]: processor } }), []);
  });

  it('is covered by an agent, and nobody’s matter without tracing', async () => {
    assert.deepEqual(await found({ more: { Dockerfile: AGENT } }), []);
    assert.deepEqual(await found({}, ['org.springframework.boot:spring-boot-starter-web']), []);
  });
});

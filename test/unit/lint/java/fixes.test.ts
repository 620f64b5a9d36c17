import assert from 'node:assert/strict';
import { javaCheck } from '../../../../src/lint/java/check';
import { sharedSyntax } from '../../../support/syntaxGolden';
import { applyFix, lintProject } from '../support/lintProject';
import { MAIN, MICROMETER, pom, SOURCES } from './projects';

const FILE = `${SOURCES}/Clients.java`;

/** The file after the fix of its only finding: it parses, and nothing is left to find in it. */
async function fixed(
  code: string,
  more: Record<string, string> = {},
  dependencies: readonly string[] = MICROMETER,
): Promise<Readonly<Record<string, string>>> {
  const files = {
    'pom.xml': pom('orders', ...dependencies),
    [`${SOURCES}/OrdersApplication.java`]: MAIN,
    [FILE]: code,
    ...more,
  };
  const { findings } = await lintProject(javaCheck, files);
  assert.equal(findings.length, 1, findings.map(({ message }) => message).join('\n'));
  assert.ok(findings[0]!.finding.fixes.length > 0, 'no fix');
  const after = applyFix(files, findings[0]!.finding);
  const service = await sharedSyntax();
  for (const [path, text] of Object.entries(after))
    if (path.endsWith('.java')) assert.equal((await service.code(path, text)).hasErrors, false, text);
  assert.deepEqual((await lintProject(javaCheck, after)).short, []);
  return after;
}

describe('fixes for Java', () => {
  it('gives a RestTemplate bean the injected builder', async () => {
    const after = await fixed(`package com.acme.orders;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.client.RestTemplate;

@Configuration
public class Clients {

    @Bean
    public RestTemplate restTemplate() {
        return new RestTemplate();
    }
}
`);
    assert.equal(
      after[FILE],
      `package com.acme.orders;

import org.springframework.boot.web.client.RestTemplateBuilder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.client.RestTemplate;

@Configuration
public class Clients {

    @Bean
    public RestTemplate restTemplate(RestTemplateBuilder restTemplateBuilder) {
        return restTemplateBuilder.build();
    }
}
`,
    );
  });

  it('injects the builder into the constructor of a component whose field makes the client', async () => {
    const after = await fixed(`package com.acme.orders;

import org.springframework.stereotype.Service;
import org.springframework.web.client.RestClient;

@Service
public class Clients {
  private final Orders orders;
  private final RestClient stock = RestClient.builder()
      .baseUrl("http://stock")
      .build();

  public Clients(Orders orders) {
    this.orders = orders;
  }
}
`);
    assert.match(after[FILE]!, /private final RestClient stock;/);
    assert.match(
      after[FILE]!,
      /public Clients\(Orders orders, RestClient\.Builder restClientBuilder\) \{\n {4}this\.stock = restClientBuilder\.baseUrl\("http:\/\/stock"\)\.build\(\);\n {4}this\.orders = orders;/,
    );
  });

  it('writes a constructor where there is none', async () => {
    const after = await fixed(`package com.acme.orders;

import org.springframework.stereotype.Component;
import org.springframework.web.client.RestTemplate;

@Component
class Clients {
  private RestTemplate http = new RestTemplate();

  String stock() {
    return http.getForObject("http://stock/items", String.class);
  }
}
`);
    assert.match(
      after[FILE]!,
      /public Clients\(RestTemplateBuilder restTemplateBuilder\) \{\n {4}this\.http = restTemplateBuilder\.build\(\);\n {2}\}/,
    );
  });

  it('adds a field for Lombok, and clones a builder that is kept', async () => {
    const after = await fixed(`package com.acme.orders;

import lombok.RequiredArgsConstructor;
import org.springframework.stereotype.Service;
import org.springframework.web.reactive.function.client.WebClient;

@Service
@RequiredArgsConstructor
public class Clients {
  private final Orders orders;

  Object stock(String base) {
    return WebClient.create(base).get().uri("/items").retrieve();
  }
}
`);
    assert.match(after[FILE]!, /\{\n {2}private final WebClient\.Builder webClientBuilder;\n {2}private final Orders/);
    assert.match(after[FILE]!, /return webClientBuilder\.clone\(\)\.baseUrl\(base\)\.build\(\)\.get\(\)/);
  });

  it('gives a builder bean the registry', async () => {
    const after = await fixed(`package com.acme.orders;

import org.springframework.context.annotation.*;
import org.springframework.web.reactive.function.client.WebClient;

@Configuration
class Clients {
  @Bean
  @LoadBalanced
  WebClient.Builder webClientBuilder() {
    return WebClient.builder();
  }
}
`);
    assert.match(
      after[FILE]!,
      /webClientBuilder\(ObservationRegistry observationRegistry\) \{\n {4}return WebClient\.builder\(\)\.observationRegistry\(observationRegistry\);/,
    );
    assert.match(after[FILE]!, /import io\.micrometer\.observation\.ObservationRegistry;/);
  });

  it('switches the observation of an own template and an own factory on', async () => {
    const template = await fixed(`package com.acme.orders;

import org.springframework.context.annotation.*;
import org.springframework.kafka.core.*;

@Configuration
class Clients {
  @Bean
  KafkaTemplate<String, String> kafkaTemplate(ProducerFactory<String, String> factory) {
    return new KafkaTemplate<>(factory);
  }
}
`);
    assert.match(
      template[FILE]!,
      /KafkaTemplate<String, String> template = new KafkaTemplate<>\(factory\);\n {4}template\.setObservationEnabled\(true\);\n {4}return template;/,
    );
    const factory = await fixed(`package com.acme.orders;

import org.springframework.context.annotation.*;
import org.springframework.kafka.config.ConcurrentKafkaListenerContainerFactory;

@Configuration
class Clients {
  @Bean
  ConcurrentKafkaListenerContainerFactory<String, String> kafkaListenerContainerFactory() {
    var factory = new ConcurrentKafkaListenerContainerFactory<String, String>();
    factory.setConcurrency(3);
    return factory;
  }
}
`);
    assert.match(
      factory[FILE]!,
      /factory\.getContainerProperties\(\)\.setObservationEnabled\(true\);\n {4}factory\.setConcurrency/,
    );
  });

  it('sets the property for what Boot makes, in YAML and in properties', async () => {
    const code = `package com.acme.orders;

import org.springframework.kafka.core.KafkaTemplate;

class Clients {
  private final KafkaTemplate<String, String> kafka;

  void placed(String id) {
    kafka.send("orders", id);
  }
}
`;
    const yaml = 'src/main/resources/application.yml';
    const after = await fixed(code, { [yaml]: 'spring:\n  kafka:\n    bootstrap-servers: kafka:9092\n' });
    assert.equal(
      after[yaml],
      'spring:\n  kafka:\n    template.observation-enabled: true\n    bootstrap-servers: kafka:9092\n',
    );
    const properties = 'src/main/resources/application.properties';
    const other = await fixed(code, { [properties]: 'server.port=8081\nspring.kafka.bootstrap-servers=kafka:9092\n' });
    assert.equal(
      other[properties],
      'server.port=8081\nspring.kafka.template.observation-enabled=true\nspring.kafka.bootstrap-servers=kafka:9092\n',
    );
  });

  it('declares feign-micrometer in Maven and Gradle', async () => {
    const code = `package com.acme.orders;

import org.springframework.cloud.openfeign.FeignClient;

@FeignClient(name = "stock")
interface Clients {
}
`;
    const after = await fixed(code, {}, [...MICROMETER, 'org.springframework.cloud:spring-cloud-starter-openfeign']);
    assert.match(
      after['pom.xml']!,
      /<dependency>\n {6}<groupId>io\.github\.openfeign<\/groupId>\n {6}<artifactId>feign-micrometer<\/artifactId>\n {4}<\/dependency>\n {4}<dependency>\n {6}<groupId>org\.springframework\.cloud/,
    );
    const gradle = `dependencies {\n    implementation 'io.micrometer:micrometer-tracing-bridge-otel'\n    implementation 'io.opentelemetry:opentelemetry-exporter-otlp'\n    implementation 'org.springframework.cloud:spring-cloud-starter-openfeign'\n}\n`;
    const files = { 'build.gradle': gradle, [`${SOURCES}/OrdersApplication.java`]: MAIN, [FILE]: code };
    const { findings } = await lintProject(javaCheck, files);
    const built = applyFix(files, findings[0]!.finding)['build.gradle']!;
    assert.match(
      built,
      /\n {4}implementation 'io\.github\.openfeign:feign-micrometer'\n {4}implementation 'org\.springframework\.cloud/,
    );
  });

  it('decorates an executor', async () => {
    const after = await fixed(`package com.acme.orders;

import org.springframework.context.annotation.Bean;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

class Clients {
  @Bean
  ThreadPoolTaskExecutor taskExecutor() {
    ThreadPoolTaskExecutor executor = new ThreadPoolTaskExecutor();
    executor.setCorePoolSize(4);
    return executor;
  }

  @Async
  void mail() {
    kafka.send("mails", "x");
  }
}
`);
    assert.match(after[FILE]!, /executor\.setTaskDecorator\(new ContextPropagatingTaskDecorator\(\)\);\n/);
    assert.match(after[FILE]!, /import org\.springframework\.core\.task\.support\.ContextPropagatingTaskDecorator;/);
  });

  it('offers none where a decorator of one’s own, or an entry for tests, would stand in its way', async () => {
    const offered = async (code: string, manifest = pom('orders', ...MICROMETER)): Promise<readonly number[]> => {
      const files = { 'pom.xml': manifest, [`${SOURCES}/OrdersApplication.java`]: MAIN, [FILE]: code };
      const { findings } = await lintProject(javaCheck, files);
      return findings.map(({ finding }) => finding.fixes.length);
    };
    const decorated = `package com.acme.orders;

import org.slf4j.MDC;
import org.springframework.context.annotation.Bean;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

class Clients {
  @Bean
  ThreadPoolTaskExecutor taskExecutor() {
    ThreadPoolTaskExecutor executor = new ThreadPoolTaskExecutor();
    executor.setTaskDecorator(task -> {
      var said = MDC.getCopyOfContextMap();
      return () -> {
        MDC.setContextMap(said);
        task.run();
      };
    });
    return executor;
  }

  @Async
  void mail() {}
}
`;
    assert.deepEqual(await offered(decorated), [0]);
    const feign =
      'package com.acme.orders;\nimport org.springframework.cloud.openfeign.FeignClient;\n@FeignClient("stock")\ninterface Clients {}\n';
    const dependencies = [
      ...MICROMETER,
      'org.springframework.cloud:spring-cloud-starter-openfeign',
      'io.github.openfeign:feign-micrometer',
    ];
    const inTests = pom('orders', ...dependencies).replace(
      '<artifactId>feign-micrometer</artifactId>',
      '<artifactId>feign-micrometer</artifactId>\n      <scope>test</scope>',
    );
    assert.deepEqual(await offered(feign, inTests), [0]);
  });

  it('sets the propagator of a hand-built SDK', async () => {
    const after = await fixed(
      `package com.acme.orders;

import io.opentelemetry.sdk.OpenTelemetrySdk;
import java.net.http.HttpClient;

class Clients {
  static OpenTelemetry open(SdkTracerProvider provider) {
    return OpenTelemetrySdk.builder()
        .setTracerProvider(provider)
        .buildAndRegisterGlobal();
  }
}
`,
      {},
      ['io.opentelemetry:opentelemetry-sdk:1.40.0'],
    );
    assert.match(
      after[FILE]!,
      /builder\(\)\n {8}\.setPropagators\(ContextPropagators\.create\(W3CTraceContextPropagator\.getInstance\(\)\)\)\n {8}\.setTracerProvider/,
    );
  });
});

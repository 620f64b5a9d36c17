import assert from 'node:assert/strict';
import { foundIn } from './oneFile';
import { AGENT, MICROMETER, SLEUTH, STARTER } from './projects';

const IMPORTS = `package com.acme.orders;

import org.springframework.boot.web.client.RestTemplateBuilder;
import org.springframework.context.annotation.*;
import org.springframework.web.client.*;
import org.springframework.web.reactive.function.client.*;

`;

/** What is found in one file of a service, as rule and line; lines of the code that is given count from 1. */
async function found(
  code: string,
  dependencies?: readonly string[],
  more?: Readonly<Record<string, string>>,
): Promise<readonly string[]> {
  const findings = await foundIn({ head: IMPORTS, code, dependencies, more, name: 'Clients.java' });
  return findings.map(({ rule, line }) => `${rule.replace('JAVA-SPRING-', '')} ${line}`);
}

const bean = (type: string, body: string): string => `@Configuration
class Clients {
  @Bean
  ${type} client() {
    ${body}
  }
}
`;

const field = (declaration: string, use = ''): string => `@Service
class Stock {
  ${declaration}
  String of(String id) { ${use} return id; }
}
`;

describe('shapes of Spring clients that nothing observes', () => {
  it('a RestTemplate with a request factory and message converters', async () => {
    const code = bean(
      'RestTemplate',
      'RestTemplate t = new RestTemplate(new HttpComponentsClientHttpRequestFactory()); t.setMessageConverters(list); return t;',
    );
    assert.deepEqual(await found(code), ['NEW-RESTTEMPLATE 5']);
  });

  it('a load-balanced RestTemplate bean', async () => {
    const code = bean('RestTemplate', 'return new RestTemplate();').replace('@Bean', '@LoadBalanced @Bean');
    assert.deepEqual(await found(code), ['NEW-RESTTEMPLATE 5']);
  });

  it('a RestTemplate made for one request', async () => {
    const code = field('', 'new RestTemplate().getForObject("http://stock/items/" + id, String.class);');
    assert.deepEqual(await found(code), ['NEW-RESTTEMPLATE 4']);
  });

  it('a RestTemplateBuilder that is made, not injected', async () => {
    const code = bean('RestTemplate', 'return new RestTemplateBuilder().rootUri("http://stock").build();');
    assert.deepEqual(await found(code), ['NEW-RESTTEMPLATE 5']);
    const injected =
      '@Configuration\nclass Clients {\n  @Bean RestTemplate client(RestTemplateBuilder b) { return b.rootUri("http://stock").build(); }\n}\n';
    assert.deepEqual(await found(injected), []);
  });

  it('a RestClient made from a bare template, and one from the builder’s template', async () => {
    const code =
      'class Clients {\n  RestTemplate template;\n  RestClient client() { return RestClient.create(template); }\n}\n';
    assert.deepEqual(await found(code), []);
    assert.deepEqual(await found(code.replace('create(template)', 'create("http://stock")')), ['STATIC-BUILDER 3']);
    // A builder can be given nothing but a template, whatever it is called.
    const built = (given: string): string =>
      bean('RestClient', `return RestClient.builder(${given}).baseUrl("http://stock").build();`);
    assert.deepEqual(await found(built('observed.build()')), []);
    assert.deepEqual(await found(built('')), ['STATIC-BUILDER 5']);
  });

  it('a RestClient with an address that a class of settings has, unless somebody else answers there', async () => {
    const code = `class Clients {
  RestClient client;
  Clients(StockSettings settings) { client = RestClient.builder().baseUrl(settings.getBaseUrl()).build(); }
}
`;
    const settings = (address: string): Record<string, string> => ({
      'src/main/java/com/acme/orders/StockSettings.java': `package com.acme.orders;
@ConfigurationProperties(prefix = "stock")
class StockSettings { private String baseUrl = "${address}"; }
`,
    });
    assert.deepEqual(await found(code, undefined, settings('http://stock')), ['STATIC-BUILDER 3']);
    assert.deepEqual(await found(code, undefined, settings('https://api.groq.com/v1')), []);
    const bound = {
      ...settings('http://stock'),
      'src/main/resources/application.yml': 'stock:\n  base-url: ${STOCK_URL:https://api.groq.com/v1}\n',
    };
    assert.deepEqual(await found(code, undefined, bound), []);
  });

  it('a WebClient with a connector and filters that do not trace', async () => {
    const code = bean(
      'WebClient',
      'return WebClient.builder().baseUrl("http://stock").clientConnector(new ReactorClientHttpConnector(http)).filter(logging()).build();',
    );
    assert.deepEqual(await found(code), ['STATIC-BUILDER 5']);
  });

  it('one whose filter is called for tracing', async () => {
    const code = bean('WebClient', 'return WebClient.builder().baseUrl("http://stock").filter(tracingFilter).build();');
    assert.deepEqual(await found(code), []);
  });

  it('one that an HTTP interface is made of', async () => {
    const code = bean(
      'StockClient',
      'return HttpServiceProxyFactory.builderFor(RestClientAdapter.create(RestClient.create("http://stock"))).build().createClient(StockClient.class);',
    );
    assert.deepEqual(await found(code), ['STATIC-BUILDER 5']);
  });

  it('one in a static field, and one in a constructor', async () => {
    assert.deepEqual(
      await found(
        field(
          'private static final WebClient CLIENT = WebClient.create("http://stock");',
          'CLIENT.get().uri("/" + id).retrieve();',
        ),
      ),
      ['STATIC-BUILDER 3'],
    );
    assert.deepEqual(
      await found(
        field(
          'private final RestClient client;\n  Stock() { this.client = RestClient.builder().baseUrl("http://stock").build(); }',
        ),
      ),
      ['STATIC-BUILDER 4'],
    );
  });

  it('one in a field that nobody uses', async () => {
    assert.deepEqual(await found(field('RestClient others = RestClient.create("http://stock");')), []);
    assert.deepEqual(await found(field('RestClient others = RestClient.create("http://stock");', 'others.get();')), [
      'STATIC-BUILDER 3',
    ]);
  });

  it('one given the registry, before or after it is built', async () => {
    assert.deepEqual(
      await found(bean('RestClient', 'return RestClient.builder().observationRegistry(registry).build();')),
      [],
    );
    assert.deepEqual(
      await found(
        bean('RestTemplate', 'RestTemplate t = new RestTemplate(); t.setObservationRegistry(registry); return t;'),
      ),
      [],
    );
  });

  it('one for tokens, which an identity provider gives out', async () => {
    assert.deepEqual(
      await found(
        field(
          '',
          'String tokenUri = registration.getProviderDetails().getTokenUri(); new RestTemplate().postForObject(tokenUri, id, String.class);',
        ),
      ),
      [],
    );
    assert.deepEqual(
      await found(
        bean(
          'OpaqueTokenIntrospector',
          'WebClient c = WebClient.builder().build(); return new SpringOpaqueTokenIntrospector(uri, c);',
        ),
      ),
      [],
    );
  });

  it('beans and others with the starter and with Sleuth', async () => {
    const inside = field('', 'RestClient.create().get().uri("http://stock/" + id).retrieve();');
    assert.deepEqual(await found(inside, STARTER), ['STATIC-BUILDER 4']);
    assert.deepEqual(await found(bean('WebClient', 'return WebClient.create("http://stock");'), STARTER), []);
    assert.deepEqual(await found(bean('WebClient.Builder', 'return WebClient.builder();'), SLEUTH), []);
  });

  it('in a process whose exporter is left out, or whose agent a Kubernetes annotation puts in', async () => {
    const code = bean('RestTemplate', 'return new RestTemplate();');
    const left = {
      'src/main/resources/application.yml':
        'spring:\n  autoconfigure:\n    exclude: org.springframework.boot.actuate.autoconfigure.tracing.zipkin.ZipkinAutoConfiguration\n',
    };
    assert.deepEqual(await found(code, MICROMETER, left), []);
    assert.deepEqual(await found(code, MICROMETER, { Dockerfile: AGENT }), []);
    const k8s =
      'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: orders}\nspec:\n  template:\n    metadata:\n      annotations: {instrumentation.opentelemetry.io/inject-java: "true"}\n    spec: {containers: [{name: orders, image: acme/orders}]}\n';
    assert.deepEqual(await found(code, MICROMETER, { 'k8s/orders.yaml': k8s }), []);
  });

  it('in a process that only a profile for tests does not trace', async () => {
    const code = bean('RestTemplate', 'return new RestTemplate();');
    const yaml =
      'management.tracing.sampling.probability: 1.0\n---\nspring.config.activate.on-profile: test\nmanagement.tracing.enabled: false\n';
    assert.deepEqual(await found(code, MICROMETER, { 'src/main/resources/application.yml': yaml }), [
      'NEW-RESTTEMPLATE 5',
    ]);
    const off = yaml.replace('1.0\n---\nspring.config.activate.on-profile: test\n', '1.0\n');
    assert.deepEqual(await found(code, MICROMETER, { 'src/main/resources/application.yml': off }), []);
  });

  it('with Brave, Boot 4’s starters, and a bridge that sends nothing', async () => {
    const code = bean('RestTemplate', 'return new RestTemplate();');
    const web = 'org.springframework.boot:spring-boot-starter-web';
    const brave = 'io.micrometer:micrometer-tracing-bridge-brave';
    assert.deepEqual(await found(code, [web, brave, 'io.zipkin.reporter2:zipkin-reporter-brave']), [
      'NEW-RESTTEMPLATE 5',
    ]);
    assert.deepEqual(await found(code, [web, 'org.springframework.boot:spring-boot-starter-opentelemetry']), [
      'NEW-RESTTEMPLATE 5',
    ]);
    assert.deepEqual(await found(code, [web, brave]), []);
    assert.deepEqual(await found(code, [web, brave, 'io.zipkin.reporter2:zipkin-reporter']), []);
  });

  it('in tests and at start-up', async () => {
    const code = field('', 'new RestTemplate().getForObject("http://stock/" + id, String.class);');
    assert.deepEqual(
      await found('', MICROMETER, { 'src/test/java/com/acme/orders/StockTest.java': IMPORTS + code }),
      [],
    );
    const runner =
      'class Warm implements CommandLineRunner {\n  public void run(String... args) { new RestTemplate().getForObject("http://stock/warm", String.class); }\n}\n';
    assert.deepEqual(await found(runner), []);
  });

  const INTERCEPTOR = `package com.acme.orders;
@Component
class HeaderAdder implements ClientHttpRequestInterceptor {
  public ClientHttpResponse intercept(HttpRequest request, byte[] body, ClientHttpRequestExecution execution) {
    BODY
    return execution.execute(request, body);
  }
}
`;
  const adder = (body: string): Readonly<Record<string, string>> => ({
    'src/main/java/com/acme/orders/HeaderAdder.java': INTERCEPTOR.replace('BODY', body),
  });
  const injecting = adder('propagator.inject(context, request.getHeaders(), (h, k, v) -> h.set(k, v));');
  const signing = adder('request.getHeaders().set("X-Signature", sign(body));');

  const added: Readonly<Record<string, string>> = {
    'by its type': `@Service
class Stock {
  private final RestTemplate rest;
  Stock(HeaderAdder first) {
    this.rest = new RestTemplate();
    rest.getInterceptors().add(first);
  }
}
`,
    'by what it implements': `@Configuration
class Clients {
  @Bean
  RestTemplate client(List<ClientHttpRequestInterceptor> all) {
    RestTemplate t = new RestTemplate(); t.setInterceptors(all); return t;
  }
}
`,
  };
  for (const [how, code] of Object.entries(added))
    it(`a RestTemplate with an interceptor of the project is known ${how}`, async () => {
      assert.deepEqual(await found(code, undefined, injecting), []);
      assert.deepEqual(await found(code, undefined, signing), ['NEW-RESTTEMPLATE 5']);
    });

  it('a RestTemplate that all customizers go through is observed', async () => {
    const code = `@Service
class Stock {
  private final RestTemplate rest = new RestTemplate();
  Stock(List<RestTemplateCustomizer> all) { all.forEach(one -> one.customize(rest)); }
  String of(String id) { return rest.getForObject("http://stock/items/" + id, String.class); }
}
`;
    assert.deepEqual(await found(code), []);
    assert.deepEqual(
      await found(code.replace('one.customize(rest)', 'log(one)').replace('RestTemplateCustomizer', 'Sink')),
      ['NEW-RESTTEMPLATE 3'],
    );
  });
});

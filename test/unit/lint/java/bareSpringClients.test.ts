import assert from 'node:assert/strict';
import { javaCheck } from '../../../../src/lint/java/check';
import { lintProject } from '../support/lintProject';
import { MAIN, MICROMETER, pom, SLEUTH, SOURCES, STARTER } from './projects';

/** A Spring service with one more file. */
function service(code: string, dependencies: readonly string[] = MICROMETER): Record<string, string> {
  return {
    'pom.xml': pom('orders', ...dependencies),
    [`${SOURCES}/OrdersApplication.java`]: MAIN,
    [`${SOURCES}/Clients.java`]: `package com.acme.orders;\n\n${code}`,
  };
}

async function found(files: Record<string, string>): Promise<readonly string[]> {
  const { short } = await lintProject(javaCheck, files);
  return short.map((one) => one.replace(`${SOURCES}/`, ''));
}

const TEMPLATE = 'import org.springframework.web.client.RestTemplate;\n';

describe('Spring clients without the injected builder', () => {
  it('finds a RestTemplate bean made by hand under Micrometer Tracing', async () => {
    const code = `${TEMPLATE}import org.springframework.context.annotation.*;

@Configuration
public class Clients {
  @Bean
  public RestTemplate restTemplate() {
    return new RestTemplate();
  }
}
`;
    const { findings } = await lintProject(javaCheck, service(code));
    assert.equal(findings.length, 1);
    assert.equal(findings[0]!.line, 10);
    assert.match(findings[0]!.message, /^`pom\.xml:23`: Micrometer Tracing observes only what the injected/);
    assert.deepEqual(await found(service(code, STARTER)), []);
    assert.deepEqual(await found(service(code, SLEUTH)), []);
  });

  it('finds one in a field with Micrometer Tracing, the starter and Sleuth', async () => {
    const code = `${TEMPLATE}
@Service
public class Clients {
  private final RestTemplate http = new RestTemplate();

  String stock(String id) {
    return http.getForObject("http://stock-service/items/" + id, String.class);
  }
}
`;
    for (const dependencies of [MICROMETER, STARTER, SLEUTH])
      assert.deepEqual(await found(service(code, dependencies)), ['JAVA-SPRING-NEW-RESTTEMPLATE Clients.java:7']);
  });

  it('needs no exporter where the ids of spans are put into the log', async () => {
    const code = `${TEMPLATE}class Clients { RestTemplate http = new RestTemplate(); Object get() { return http; } }\n`;
    for (const dependencies of [MICROMETER, SLEUTH])
      assert.equal((await found(service(code, dependencies.slice(0, -1)))).length, 1);
  });

  it('is silent without an exporter and Actuator, without tracing and with an agent', async () => {
    const code = `${TEMPLATE}class Clients { RestTemplate http = new RestTemplate(); Object get() { return http; } }\n`;
    assert.deepEqual(await found(service(code, [MICROMETER[0], MICROMETER[2]])), []);
    assert.deepEqual(await found(service(code, MICROMETER.slice(0, 2))), []);
    const agent =
      'FROM eclipse-temurin:21\nCOPY target/app.jar app.jar\nADD https://x.test/opentelemetry-javaagent.jar /otel.jar\nENTRYPOINT ["java", "-javaagent:/otel.jar", "-jar", "app.jar"]\n';
    assert.deepEqual(await found({ ...service(code), Dockerfile: agent }), []);
  });

  it('hears switches, but not against those of other profiles and of the environment', async () => {
    const code = `${TEMPLATE}class Clients { RestTemplate http = new RestTemplate(); Object get() { return http; } }\n`;
    const off = { 'src/main/resources/application.properties': 'management.tracing.enabled=false\n' };
    const on = ['JAVA-SPRING-NEW-RESTTEMPLATE Clients.java:4'];
    assert.deepEqual(await found({ ...service(code), ...off }), []);
    const docker = 'FROM eclipse-temurin:21\nENV MANAGEMENT_TRACING_ENABLED=true\nCMD ["java", "-jar", "app.jar"]\n';
    assert.deepEqual(await found({ ...service(code), ...off, Dockerfile: docker }), on);
    const prod = { 'src/main/resources/application-prod.yml': 'management.tracing.enabled: true\n' };
    assert.deepEqual(await found({ ...service(code), ...off, ...prod }), on);
  });

  it('takes what the injected builder builds for covered', async () => {
    const code = `${TEMPLATE}import org.springframework.boot.web.client.RestTemplateBuilder;
import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.context.annotation.*;

@Configuration
class Clients {
  @Bean RestTemplate restTemplate(RestTemplateBuilder builder) { return builder.build(); }
  @Bean RestClient restClient(RestClient.Builder builder) { return builder.baseUrl("http://stock").build(); }
  @Bean WebClient webClient(WebClient.Builder builder) { return builder.build(); }
}
`;
    assert.deepEqual(await found(service(code)), []);
  });

  it('is silent where a customizer, a configurer or the registry is applied', async () => {
    const code = `${TEMPLATE}import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.context.annotation.*;

@Configuration
class Clients {
  @Bean RestTemplate restTemplate(ObservationRestTemplateCustomizer customizer) {
    RestTemplate template = new RestTemplate();
    customizer.customize(template);
    return template;
  }
  @Bean RestClient.Builder restClientBuilder(RestClientBuilderConfigurer configurer) {
    return configurer.configure(RestClient.builder());
  }
  @Bean WebClient webClient(ObservationRegistry registry) {
    return WebClient.builder().baseUrl("http://stock").observationRegistry(registry).build();
  }
}
`;
    assert.deepEqual(await found(service(code)), []);
  });

  it('says nothing of a builder bean that only health checks take', async () => {
    const bean = `import org.springframework.web.reactive.function.client.WebClient;
@Configuration
public class Clients {
  @Bean
  public WebClient.Builder builder() {
    return WebClient.builder();
  }
}
`;
    const user = (name: string): Record<string, string> => ({
      [`${SOURCES}/${name}.java`]: `package com.acme.orders;\nimport org.springframework.web.reactive.function.client.WebClient;\nclass ${name} {\n  ${name}(WebClient.Builder builder) { this.http = builder.build(); }\n  Object ask(String url) { return http.get().uri(url).retrieve(); }\n}\n`,
    });
    const checks = user('HealthCheckConfiguration');
    const flagged = ['JAVA-SPRING-STATIC-BUILDER Clients.java:8'];
    assert.deepEqual(await found({ ...service(bean), ...checks }), []);
    assert.deepEqual(await found({ ...service(bean), ...checks, ...user('Stock') }), flagged);
    assert.deepEqual(await found(service(bean)), flagged);
  });

  it('says nothing of what a health indicator makes for itself', async () => {
    const indicator = (base: string): string => `import org.springframework.web.reactive.function.client.WebClient;
@Component
class Registry ${base} {
  private final WebClient http = WebClient.builder().baseUrl("http://registry:8081").build();
  public Object health() { return http.get().uri("/subjects").retrieve(); }
}
`;
    assert.deepEqual(await found(service(indicator('implements HealthIndicator'))), []);
    assert.deepEqual(await found(service(indicator('extends AbstractHealthIndicator'))), []);
    assert.deepEqual((await found(service(indicator('implements Subjects')))).length, 1);
  });

  it('flags an own builder bean, also a load-balanced one, and not its users', async () => {
    const code = `import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.context.annotation.*;

@Configuration
class Clients {
  @Bean
  @LoadBalanced
  public WebClient.Builder webClientBuilder() {
    return WebClient.builder();
  }
  @Bean WebClient stock(WebClient.Builder builder) { return builder.baseUrl("http://stock").build(); }
}
`;
    assert.deepEqual(await found(service(code)), ['JAVA-SPRING-STATIC-BUILDER Clients.java:11']);
    assert.deepEqual(await found(service(code, STARTER)), []);
  });

  it('finds static builders and static factories', async () => {
    const code = `import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;

class Clients {
  private final RestClient stock = RestClient.create("http://stock");
  Object a(String base) { return WebClient.create(base).get().uri("/a").retrieve(); }
  Object b(String base) {
    WebClient client = WebClient.builder()
        .baseUrl(base)
        .build();
    return client.get().uri("/b").retrieve();
  }
}
`;
    assert.deepEqual(await found(service(code)), [
      'JAVA-SPRING-STATIC-BUILDER Clients.java:7',
      'JAVA-SPRING-STATIC-BUILDER Clients.java:8',
      'JAVA-SPRING-STATIC-BUILDER Clients.java:10',
    ]);
  });

  it('lets requests to others be', async () => {
    const code = `${TEMPLATE}import org.springframework.beans.factory.annotation.Value;
import org.springframework.web.client.RestClient;

class Clients {
  private static final String API = "https://api.github.com";
  private final RestTemplate github = new RestTemplate();
  private final RestClient rates = RestClient.create("https://api.exchangerate.host");
  @Value("\${slack.webhook.url:https://hooks.slack.com/services}")
  private String hook;
  private RestTemplate slack = new RestTemplate();

  Object repos(String org) { return github.getForObject(API + "/orgs/" + org, String.class); }
  void say(Object it) { slack.postForObject(hook, it, String.class); }
}
`;
    assert.deepEqual(await found(service(code)), []);
  });

  it('lets a client be whose interceptor writes the headers', async () => {
    const code = `${TEMPLATE}import java.util.List;
import org.springframework.http.client.*;

class Clients {
  RestTemplate http() {
    RestTemplate template = new RestTemplate();
    template.setInterceptors(List.of(new Headers()));
    return template;
  }
}

class Headers implements ClientHttpRequestInterceptor {
  public ClientHttpResponse intercept(HttpRequest request, byte[] body, ClientHttpRequestExecution execution) {
    propagators.getTextMapPropagator().inject(Context.current(), request.getHeaders(), HttpHeaders::set);
    return execution.execute(request, body);
  }
}
`;
    assert.deepEqual(await found(service(code)), []);
    const other = code.replace(/propagators.*\n/, '');
    assert.deepEqual(await found(service(other)), ['JAVA-SPRING-NEW-RESTTEMPLATE Clients.java:9']);
  });

  it('leaves what only forwards a request with its headers alone', async () => {
    const proxy = (given: string, headers: string): string => `${TEMPLATE}import org.springframework.http.*;

@Service
class Proxy {
  private final RestTemplate client = new RestTemplate();
  byte[] forward(URI url, HttpMethod method, ${given}String body) {
    return client.exchange(url, method, new HttpEntity<>(body, ${headers}), byte[].class).getBody();
  }
}
`;
    assert.deepEqual(await found(service(proxy('HttpHeaders headers, ', 'headers'))), []);
    assert.deepEqual(await found(service(proxy('', 'new HttpHeaders()'))), [
      'JAVA-SPRING-NEW-RESTTEMPLATE Clients.java:8',
    ]);
  });

  it('knows whose host is put into an address', async () => {
    const client = (host: string): string => `import org.springframework.web.reactive.function.client.WebClient;

class Clients {
  @Bean
  WebClient users(@Value("\${${host}.host}") String host, @Value("\${${host}.port}") int port) {
    String base = String.format("http://%s:%d", host, port);
    return WebClient.builder().baseUrl(base).build();
  }
}
class Users {
  Users(WebClient client) { client.get().uri("/users").retrieve(); }
}
`;
    assert.deepEqual(await found(service(client('keycloak'))), []);
    assert.deepEqual(await found(service(client('stock'))), ['JAVA-SPRING-STATIC-BUILDER Clients.java:9']);
  });
});

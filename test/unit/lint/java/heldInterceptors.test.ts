import assert from 'node:assert/strict';
import { foundIn } from './oneFile';
import { SOURCES } from './projects';

const HEAD = `package com.acme.orders;

import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.web.client.*;
import org.springframework.http.client.*;
import org.springframework.web.client.*;

`;

/** An interceptor whose name says nothing of tracing. */
const hook = (statement: string): Readonly<Record<string, string>> => ({
  [`${SOURCES}/Stamp.java`]: `package com.acme.orders;
import org.springframework.http.client.*;
@Component
class Stamp implements ClientHttpRequestInterceptor {
  public ClientHttpResponse intercept(HttpRequest request, byte[] body, ClientHttpRequestExecution execution) {
    ${statement}
    return execution.execute(request, body);
  }
}
`,
});
const INJECTS = hook(
  'propagator.inject(tracer.currentTraceContext().context(), request.getHeaders(), HttpHeaders::set);',
);
const WRITES_A_KEY = hook('request.getHeaders().set("X-Api-Key", key);');

async function count(members: string, more: Readonly<Record<string, string>>): Promise<number> {
  const code = `@Service
class Stock {
  ${members}
  String of(String id) { return rest.getForObject("http://stock/items/" + id, String.class); }
}
`;
  return (await foundIn({ head: HEAD, code, more, name: 'Stock.java' })).length;
}

const FIELD = 'private final RestTemplate rest = new RestTemplate();';

describe('interceptors that a Spring client is given', () => {
  const held = {
    'a parameter': `${FIELD} Stock(Stamp hook) { rest.getInterceptors().add(hook); }`,
    'a parameter of a setter': `${FIELD} @Autowired void with(Stamp hook) { this.rest.setInterceptors(List.of(hook)); }`,
    'a field': `${FIELD} @Autowired private Stamp hook; @PostConstruct void init() { rest.setInterceptors(List.of(this.hook)); }`,
    'a variable': `${FIELD} Stock(Tracer t) { var hook = new Stamp(t); rest.getInterceptors().add(hook); }`,
    'a variable of the interface': `${FIELD} Stock(Tracer t) { ClientHttpRequestInterceptor hook = new Stamp(t); rest.getInterceptors().add(hook); }`,
    'a parameter of the interface': `${FIELD} Stock(ClientHttpRequestInterceptor hook) { rest.getInterceptors().add(hook); }`,
    'a list of all': `${FIELD} Stock(List<ClientHttpRequestInterceptor> hooks) { rest.setInterceptors(hooks); }`,
  };
  for (const [what, members] of Object.entries(held))
    it(`are known by their class: ${what}`, async () => {
      assert.equal(await count(members, INJECTS), 0);
      assert.equal(await count(members, WRITES_A_KEY), 1);
    });

  it('are unknown where they are beans of others', async () => {
    assert.equal(await count(held['a list of all'], {}), 0);
  });

  it('are known where code fills the list itself, whatever else the workspace has', async () => {
    const members = `${FIELD} Stock() { List<ClientHttpRequestInterceptor> hooks = rest.getInterceptors(); hooks.add(new Key()); rest.setInterceptors(hooks); }`;
    assert.equal(await count(members, INJECTS), 1);
  });
});

describe('customizers that a Spring client is given', () => {
  it('are seen where all of them are applied, wherever the client is kept', async () => {
    const ways = [
      'Stock(List<RestTemplateCustomizer> all) { all.forEach(c -> c.customize(rest)); }',
      'Stock(ObjectProvider<RestTemplateCustomizer> all) { all.orderedStream().forEach((c) -> c.customize(this.rest)); }',
      'Stock(List<RestTemplateCustomizer> all) { for (RestTemplateCustomizer c : all) { c.customize(rest); } }',
    ];
    for (const way of ways) assert.equal(await count(`${FIELD} ${way}`, {}), 0, way);
  });

  it('count only for the client that they are applied to', async () => {
    const members = `${FIELD} private RestTemplate other;
  Stock(List<RestTemplateCustomizer> all) { all.forEach(c -> c.customize(other)); }`;
    assert.equal(await count(members, {}), 1);
  });
});

import assert from 'node:assert/strict';
import path from 'node:path';
import { openMapper, operation, told, withFolder } from '../../../support/mappingWorkspace';

const SOURCE = 'export function f() {}\n';

/** The folders of services in a workspace of these files. */
async function folders(
  files: Readonly<Record<string, string>>,
  services: readonly string[],
): Promise<Record<string, string | undefined>> {
  const found: Record<string, string | undefined> = {};
  await withFolder(files, async (folder) => {
    const mapper = await openMapper([folder]);
    for (const service of services) {
      const bound = mapper.serviceFolder(service);
      found[service] = bound && path.relative(folder, bound).split(path.sep).join('/');
    }
  });
  return found;
}

describe('services and folders', () => {
  it('reads compose with variables, images and lists', async () => {
    const files = {
      '.env': 'CART_DOCKERFILE=./src/cart/src/Dockerfile\nNAME=web-front\n',
      'docker-compose.yml':
        'services:\n  cart:\n    build: { context: ./, dockerfile: "${CART_DOCKERFILE}" }\n    environment: [OTEL_SERVICE_NAME=cart-service]\n' +
        '  front:\n    build: ./apps/front\n    environment:\n      OTEL_SERVICE_NAME: ${NAME}\n  db:\n    image: postgres\n',
      'src/cart/src/Dockerfile': 'FROM x\n',
      'src/cart/src/main.ts': SOURCE,
      'apps/front/index.ts': SOURCE,
    };
    assert.deepEqual(await folders(files, ['cart-service', 'cart', 'web-front', 'front', 'db']), {
      'cart-service': 'src/cart',
      cart: 'src/cart',
      'web-front': 'apps/front',
      front: 'apps/front',
      db: undefined,
    });
  });

  it('reads the files of variables that compose gives to its services, and Dockerfiles as they were written first', async () => {
    const files = {
      'compose.yaml':
        'services:\n  one:\n    build: ./x1\n    env_file: one.env\n' +
        '  two:\n    build: ./x2\n    env_file:\n      - path: ./env/common.env\n      - env/two.env\n',
      'one.env': 'OTEL_SERVICE_NAME=orders\n',
      'env/common.env': 'OTEL_SERVICE_NAME=any\n',
      'env/two.env': 'OTEL_RESOURCE_ATTRIBUTES=service.name=billing\n',
      'x1/main.ts': SOURCE,
      'x2/main.ts': SOURCE,
      'x3/Dockerfile': 'FROM x\nENV OTEL_SERVICE_NAME mails\n',
      'x3/main.ts': SOURCE,
    };
    assert.deepEqual(await folders(files, ['orders', 'billing', 'any', 'mails']), {
      orders: 'x1',
      billing: 'x2',
      any: undefined,
      mails: 'x3',
    });
  });

  it('reads values and templates of Helm charts', async () => {
    const files = {
      'x1/package.json': '{}',
      'x1/main.ts': SOURCE,
      'x1/chart/values.yaml': 'image: { name: any }\notel:\n  serviceName: orders\n',
      'x2/main.ts': SOURCE,
      'x3/main.ts': SOURCE,
      'charts/all/values.yaml':
        'components:\n  x2:\n    env:\n      OTEL_SERVICE_NAME: billing\n  x3:\n    envOverrides:\n      - { name: OTEL_SERVICE_NAME, value: mails }\n',
      'x4/main.ts': SOURCE,
      'charts/x4/templates/deployment.yaml':
        'kind: Deployment\nmetadata:\n  name: {{ .Release.Name }}\nspec:\n  env:\n    - name: OTEL_SERVICE_NAME\n      value: "stock"\n',
      'x5/main.ts': SOURCE,
      'charts/x5/values.yaml': 'a: { OTEL_SERVICE_NAME: "{{ .x }}" }\ningress: { serviceName: x5-web }\n',
    };
    assert.deepEqual(await folders(files, ['orders', 'billing', 'mails', 'stock', 'x5-web']), {
      orders: 'x1',
      billing: 'x2',
      mails: 'x3',
      stock: 'x4',
      'x5-web': undefined,
    });
  });

  it('says where a place lies that is in no folder of the service', async () => {
    const files = {
      'orders/package.json': '{"name": "orders"}',
      'orders/a.ts': SOURCE,
      'billing/package.json': '{"name": "billing"}',
      'billing/pay.ts': 'export class Invoice {\n  pay() {}\n}\n',
      'lib/mail.ts': 'export class Mail {\n  send() {}\n}\n',
    };
    await withFolder(files, async (folder) => {
      const mapper = await openMapper([folder]);
      const text = async (service: string, name: string): Promise<string | undefined> => {
        const key = operation('INTERNAL', 'x', { 'code.function.name': name }, { service, language: 'nodejs' });
        const mapping = await mapper.map(key);
        return mapping.status === 'mapped' ? mapping.location.evidence[0]!.text : mapping.reason.text;
      };
      assert.match((await text('orders', 'Invoice.pay'))!, /→ Invoice\.pay \(in the folder of billing\)$/);
      assert.match((await text('orders', 'Mail.send'))!, /→ Mail\.send \(outside orders\)$/);
      assert.match((await text('billing', 'Invoice.pay'))!, /→ Invoice\.pay$/);
      assert.match((await text('', 'Invoice.pay'))!, /→ Invoice\.pay$/);
      const request = operation(
        'SERVER',
        'GET /x',
        { 'http.route': '/x', 'http.request.method': 'GET' },
        { service: 'other' },
      );
      const missed = await mapper.map(request);
      assert.ok(missed.status === 'unmapped');
      assert.match(missed.reason.text, /^No code outside the folders of other services registers/);
    });
  });

  it('says where a service stands in the folder of another one that is called nearly so', async () => {
    const files = {
      'orders/package.json': '{"name": "orders"}',
      'orders/pay.ts': 'export class Invoice {\n  pay() {}\n}\n',
    };
    await withFolder(files, async (folder) => {
      const texts = async (...services: string[]): Promise<(string | undefined)[]> => {
        const mapper = await openMapper([folder]);
        const attributes = { 'code.function.name': 'Invoice.pay' };
        mapper.noteServices(services);
        const asked = services.map((service) => mapper.map(operation('INTERNAL', 'x', attributes, { service })));
        const found = await Promise.all(asked);
        return found.map((mapping) =>
          mapping.status === 'mapped' ? /\((.*)\)$/.exec(mapping.location.evidence[0]!.text)?.[1] : mapping.reason.text,
        );
      };
      assert.deepEqual(await texts('orders-worker'), ['in the folder of orders']);
      assert.deepEqual(await texts('orders-service'), [undefined], 'which only says that it is one');
      assert.deepEqual(await texts('orders-api', 'orders'), ['in the folder of orders', undefined]);
      assert.deepEqual(await texts('orders'), [undefined]);
    });
  });

  it('reads Kubernetes, by the image’s name', async () => {
    const files = {
      'k8s/all.yaml':
        'kind: Service\nmetadata: { name: x }\n---\napiVersion: apps/v1\nkind: Deployment\nmetadata: { name: email-deploy }\nspec:\n  template:\n    spec:\n      containers:\n' +
        '        - name: server\n          image: ghcr.io/shop/emailservice:1.2\n          env:\n            - { name: OTEL_SERVICE_NAME, value: mailer }\n',
      'k8s/broken.yaml': 'kind: Deployment\nspec: {{ .Values.x }}\n',
      'src/emailservice/main.py': 'x = 1\n',
      'src/other/main.py': 'x = 1\n',
    };
    assert.deepEqual(await folders(files, ['mailer', 'email-deploy']), {
      mailer: 'src/emailservice',
      'email-deploy': 'src/emailservice',
    });
  });

  it('reads manifests, configuration and code', async () => {
    const files = {
      'a/package.json': '{ "name": "@shop/web-app" }',
      'a/index.ts': SOURCE,
      'b/pom.xml':
        '<project><parent><artifactId>parent</artifactId></parent><artifactId>billing</artifactId></project>',
      'b/src/main/resources/application.yml': 'spring:\n  application:\n    name: billing-svc\n',
      'b/src/main/java/B.java': 'class B {}\n',
      'c/go.mod': 'module example.com/shop/stock/v2\n',
      'c/main.go': 'package main\n',
      'd/Shop.Api.csproj': '<Project/>',
      'd/Program.cs': 'class P {}\n',
      'e/Dockerfile': 'FROM x\nENV OTEL_SERVICE_NAME="ranker"\n',
      'e/main.py': 'x = 1\n',
      'AppHost/Program.cs': 'builder.AddProject<Projects.Shop_Api>("shop-api");\n',
    };
    assert.deepEqual(
      await folders(files, [
        '@shop/web-app',
        'billing',
        'billing-svc',
        'stock',
        'Shop.Api',
        'shop-api',
        'ranker',
        'parent',
      ]),
      {
        '@shop/web-app': 'a',
        billing: 'b',
        'billing-svc': 'b',
        stock: 'c',
        'Shop.Api': 'd',
        'shop-api': 'd',
        ranker: 'e',
        parent: undefined,
      },
    );
  });

  it('takes no folder inside a project for a service because both are called an API', async () => {
    const files = {
      'shop/pyproject.toml': '[project]\nname = "shop"\n',
      'shop/app/api/routes.py': 'x = 1\n',
      'apps/web/package.json': '{}',
      'apps/web/index.ts': SOURCE,
    };
    assert.deepEqual(await folders(files, ['blog-api', 'blog-web']), { 'blog-api': undefined, 'blog-web': 'apps/web' });
  });

  it('takes a folder and the one around it for a service that is called like both', async () => {
    const files = {
      'apps/mooc/backend/a.ts': SOURCE,
      'apps/office/backend/a.ts': SOURCE,
      'hello-grpc-kotlin/server/a.ts': SOURCE,
      'hello-grpc-java/server/a.ts': SOURCE,
    };
    assert.deepEqual(await folders(files, ['mooc-backend', 'office_backend', 'hello-grpc-kotlin-server', 'backend']), {
      'mooc-backend': 'apps/mooc/backend',
      office_backend: 'apps/office/backend',
      'hello-grpc-kotlin-server': 'hello-grpc-kotlin/server',
      backend: undefined,
    });
  });

  it('takes a project whose name begins with the kind of service, where it is the only one', async () => {
    const files = {
      'rest-fights/pom.xml': '<project/>',
      'rest-fights/src/main/java/A.java': 'class A {}\n',
      'rest-stock/pom.xml': '<project/>',
      'rest-stock/src/main/java/B.java': 'class B {}\n',
      'grpc-stock/pom.xml': '<project/>',
      'grpc-stock/src/main/java/C.java': 'class C {}\n',
      'src/api-notes/c.ts': SOURCE,
    };
    assert.deepEqual(await folders(files, ['fights-service', 'fights', 'stock-service', 'notes-service']), {
      'fights-service': 'rest-fights',
      fights: 'rest-fights',
      'stock-service': undefined,
      'notes-service': undefined,
    });
  });

  it('takes the one project below a folder called like the beginning of a name that ends in the rest', async () => {
    const files = {
      'src/Shop.Web/Shop.Web.csproj': '<Project/>',
      'src/Shop.Web/A.cs': 'class A {}\n',
      'sample/src/Demo.Web/Demo.Web.csproj': '<Project/>',
      'sample/src/Demo.Web/B.cs': 'class B {}\n',
      'sample/src/Demo.Core/C.cs': 'class C {}\n',
    };
    assert.deepEqual(await folders(files, ['sample-web', 'sample-core', 'other-web']), {
      'sample-web': 'sample/src/Demo.Web',
      'sample-core': undefined,
      'other-web': undefined,
    });
  });

  it('takes the project of an application whose profiles have names of their own', async () => {
    const files = {
      'service/build.gradle.kts': 'plugins {}\n',
      'service/src/main/resources/application.yaml': 'spring:\n  application:\n    name: shop-service\n',
      'service/src/main/resources/application-north.yaml': 'spring:\n  application:\n    name: north-service\n',
      'service/src/main/kotlin/shop/core/A.kt': 'class A\n',
      'service/src/test/kotlin/shop/B.kt': 'class B\n',
    };
    assert.deepEqual(await folders(files, ['shop-service', 'north-service']), {
      'shop-service': 'service',
      'north-service': 'service',
    });
  });

  it('binds nothing where two folders are as good, or the name was made up', async () => {
    const files = { 'x/orders/a.ts': SOURCE, 'y/orders/b.ts': SOURCE, 'node/c.ts': SOURCE };
    assert.deepEqual(await folders(files, ['orders', 'unknown_service:node', '']), {
      orders: undefined,
      'unknown_service:node': undefined,
      '': undefined,
    });
  });

  it('lets what is given overrule what is learned', async () => {
    const span = (name: string): string =>
      `import { trace } from '@opentelemetry/api';\nfunction ${name}() {\n  trace.getTracer('t').startSpan('work').end();\n}\n`;
    await withFolder({ 'one/a.ts': span('one'), 'two/b.ts': span('two'), 'lib/c.ts': SOURCE }, async (folder) => {
      const learned = await openMapper([folder]);
      const ask = operation('INTERNAL', 'work', {}, { service: 'one' });
      assert.equal(told(learned, await learned.map(ask)), 'one/a.ts:2 one 0.7');
      const given = await openMapper([folder], { services: { one: 'two' } });
      assert.equal(told(given, await given.map(ask)), 'two/b.ts:2 two 0.7');
      const outside = await openMapper([folder], { services: { one: '../..' } });
      assert.equal(outside.serviceFolder('one'), path.join(folder, 'one'));
    });
  });

  it('keeps services apart among 20,000 others, and shrinks a reach when a service of its own folder comes', async () => {
    const handler = "const app = require('express')();\napp.get('/items/:id', (req, res) => res.end());\n";
    const files = {
      'svc/cart/package.json': '{}',
      'svc/cart/index.js': handler,
      'svc/mail/package.json': '{}',
      'svc/mail/index.js': handler,
    };
    await withFolder(files, async (folder) => {
      const mapper = await openMapper([folder]);
      const ask = async (service: string): Promise<string> => {
        const attributes = { 'http.route': '/items/:id', 'http.request.method': 'GET' };
        return told(mapper, await mapper.map(operation('SERVER', 'GET /items/:id', attributes, { service })));
      };
      const nobody = Array.from({ length: 20_000 }, (_, i) => `pod-${i}`);
      for (const service of nobody) await ask(service);
      assert.equal(await ask('pod-7'), 'ambiguous 2');
      assert.equal(await ask('cart'), 'svc/cart/index.js:2 (anonymous) 0.85');
      assert.equal(await ask('pod-7'), 'svc/mail/index.js:2 (anonymous) 0.85');
      mapper.noteServices([...nobody, 'mail']);
      assert.equal(await ask('pod-19999'), 'unmapped service-not-bound');
      assert.equal(await ask('cart'), 'svc/cart/index.js:2 (anonymous) 0.85');
    });
  });

  it('is not trapped by a YAML bomb or a manifest of nonsense', async () => {
    const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${[...'bcdefghij'].map((name, i) => `${name}: &${name} [${Array.from({ length: 9 }, () => `*${'abcdefghij'[i]!}`).join(',')}]`).join('\n')}\nservices: *j\n`;
    const files = {
      'compose.yaml': bomb,
      'package.json': '{"name": 7',
      'pom.xml': '<artifactId>',
      'svc/main.ts': SOURCE,
    };
    assert.deepEqual(await folders(files, ['svc']), { svc: 'svc' });
  });

  it('does not take what benchmarks and examples of a project are called for the project', async () => {
    const rust = (name: string): string => `fn main() { Resource::builder().with_service_name("${name}"); }\n`;
    const files = {
      'Cargo.toml': '[workspace]\n',
      'shop/Cargo.toml': '[package]\nname = "shop"\n',
      'shop/src/main.rs': rust('orders'),
      'shop/benches/load.rs': rust('load'),
      'shop/examples/demo.rs': rust('demo'),
      'examples/whole/Cargo.toml': '[package]\nname = "whole"\n',
      'examples/whole/src/main.rs': rust('sample'),
    };
    assert.deepEqual(await folders(files, ['orders', 'load', 'demo', 'sample']), {
      orders: 'shop',
      load: undefined,
      demo: undefined,
      sample: 'examples/whole',
    });
  });

  it('takes Django’s script for a project of its own, unless it is a module of a package', async () => {
    const worker = 'resource = Resource(attributes={"service.name": "worker"})\n';
    const files = {
      'pyproject.toml': '[project]\nname = "stock"\n',
      'stock/__init__.py': '',
      'stock/app/__init__.py': '',
      'stock/app/manage.py': '',
      'stock/app/tasks.py': worker,
      'site/manage.py': '',
      'site/pages/apps.py': worker.replace('worker', 'pages'),
    };
    const bound = await folders(files, ['worker', 'pages']);
    assert.equal(bound['pages'], 'site');
    assert.notEqual(bound['worker'], 'stock/app');
  });
});

import assert from 'node:assert/strict';
import type { ProcessUnit } from '../../../../src/lint/project/processUnit';
import { relativeToProject } from '../support/memoryFiles';
import { onlyUnit, unitsById } from './units';

const NODE = '{"name": "api", "dependencies": {"express": "^4"}}';

/** `name @file:line` of the agents. */
function agentsOf(unit: ProcessUnit | undefined): string[] {
  return (unit?.deployment.agents ?? []).map(({ name, at }) => `${name} @${placeOf(at)}`);
}

function environmentOf(unit: ProcessUnit | undefined): string[] {
  return (unit?.deployment.environment ?? []).map(({ name, value, at }) => `${name}=${value ?? '?'} @${placeOf(at)}`);
}

function commandsOf(unit: ProcessUnit | undefined): string[] {
  return (unit?.deployment.commands ?? []).map(({ text }) => text);
}

function placeOf(at: { readonly file: string; readonly range: { readonly startLine: number } }): string {
  return `${relativeToProject(at.file)}:${at.range.startLine + 1}`;
}

const NAIS = `apiVersion: nais.io/v1alpha1
kind: Application
metadata:
  name: orders
  namespace: {{ team }}
spec:
  image: {{ image }}
  {{#if ingress}}
  ingresses: [{{ ingress }}]
  {{/if}}
  observability:
    autoInstrumentation:
      enabled: true
      runtime: java
    logging:
      enabled: true
  env:
    - name: OTEL_PROPAGATORS
      value: b3
`;

describe('lint: manifests of NAIS', () => {
  const unitWith = (manifest: string): Promise<ProcessUnit> =>
    onlyUnit({
      'pom.xml': '<project><artifactId>orders</artifactId></project>',
      'src/main/java/A.java': '',
      '.nais/dev.yaml': manifest,
    });

  it('have an agent put in, also where they are templates', async () => {
    const unit = await unitWith(NAIS);
    assert.deepEqual(agentsOf(unit), ['otel-operator-java @.nais/dev.yaml:12']);
    assert.deepEqual(environmentOf(unit), ['OTEL_PROPAGATORS=b3 @.nais/dev.yaml:18']);
  });

  it('have none where it is off, is that of another runtime, or only logs are on', async () => {
    for (const manifest of [
      NAIS.replace('enabled: true', 'enabled: false'),
      NAIS.replace('runtime: java', 'runtime: sdk'),
      NAIS.replace(/ {4}autoInstrumentation:\n.*\n.*\n/, ''),
    ])
      assert.deepEqual(agentsOf(await unitWith(manifest)), []);
  });
});

describe('lint: deployment in images', () => {
  it('reads the stages a container is made of, their variables and what they start', async () => {
    const unit = await onlyUnit({
      'package.json': NODE,
      'src/index.ts': '',
      'src/tracing.ts': '',
      Dockerfile: `ARG NODE=20
FROM node:\${NODE} AS base
ENV NODE_ENV=production \\
    OTEL_PROPAGATORS="tracecontext,b3"
FROM base AS build
RUN npm ci
FROM base
# a comment
COPY --from=build /app/dist ./dist
ENV OTEL_SERVICE_NAME api
ENV OTEL_EXPORTER_OTLP_ENDPOINT=$ENDPOINT
CMD ["node", "--require", "./dist/tracing.js", "dist/index.js"]
`,
    });
    assert.deepEqual(commandsOf(unit), ['node --require ./dist/tracing.js dist/index.js']);
    assert.deepEqual(environmentOf(unit), [
      'OTEL_SERVICE_NAME=api @Dockerfile:10',
      'OTEL_EXPORTER_OTLP_ENDPOINT=? @Dockerfile:11',
      'NODE_ENV=production @Dockerfile:3',
      'OTEL_PROPAGATORS=tracecontext,b3 @Dockerfile:3',
    ]);
    assert.deepEqual(
      unit.deployment.preloads?.map(({ how, module, file }) => [how, module, file && relativeToProject(file)]),
      [['require', './dist/tracing.js', 'src/tracing.ts']],
    );
    assert.deepEqual(agentsOf(unit), []);
    assert.equal(unit.deployment.known.is, 'yes');
    assert.equal(unit.kind, 'process');
  });

  it('follows a shell script, and does not know what an own base image brings', async () => {
    const unit = await onlyUnit({
      'requirements.txt': 'flask\n',
      'app.py': '',
      Dockerfile: 'FROM registry.example.com/platform/python:3\nCOPY . .\nENTRYPOINT ["/app/docker/start.sh"]\n',
      'docker/start.sh':
        '#!/bin/sh\nset -e\nexport OTEL_PYTHON_DISABLED_INSTRUMENTATIONS=httpx\nexec opentelemetry-instrument \\\n  gunicorn app:app\n',
    });
    assert.deepEqual(agentsOf(unit), ['opentelemetry-instrument @docker/start.sh:4']);
    assert.deepEqual(environmentOf(unit), ['OTEL_PYTHON_DISABLED_INSTRUMENTATIONS=httpx @docker/start.sh:3']);
    assert.equal(unit.deployment.known.is, 'unknown');
    assert.match(unit.deployment.known.is === 'unknown' ? unit.deployment.known.why : '', /platform\/python:3/);
  });

  it('sees agents that are downloaded, set by options, profiled or compiled in', async () => {
    const units = await unitsById({
      'orders/pom.xml': '<project><artifactId>orders</artifactId></project>',
      'orders/A.java': '',
      'orders/Dockerfile':
        'FROM eclipse-temurin:21\nADD https://github.com/open-telemetry/opentelemetry-java-instrumentation/releases/latest/download/opentelemetry-javaagent.jar /otel.jar\nCMD java -jar app.jar\n',
      'pay/pom.xml': '<project><artifactId>pay</artifactId></project>',
      'pay/B.java': '',
      'pay/Dockerfile':
        'FROM eclipse-temurin:21\nENV JAVA_TOOL_OPTIONS="-javaagent:/opt/dd-java-agent.jar"\nCMD java -jar app.jar\n',
      'cart/Cart.csproj': '<Project Sdk="Microsoft.NET.Sdk.Web"/>',
      'cart/C.cs': '',
      'cart/Dockerfile':
        'FROM mcr.microsoft.com/dotnet/aspnet:8.0\nENV CORECLR_ENABLE_PROFILING=1\nENV OTEL_DOTNET_AUTO_HOME=/otel\nENTRYPOINT ["dotnet", "Cart.dll"]\n',
      'ship/go.mod': 'module ship\n',
      'ship/main.go': 'package main\nfunc main() {}\n',
      'ship/Dockerfile':
        'FROM golang:1.23 AS build\nRUN go install github.com/DataDog/orchestrion@latest && orchestrion go build -o /ship .\nFROM alpine\nCOPY --from=build /ship /ship\nCMD ["/ship"]\n',
      'plain/pom.xml': '<project><artifactId>plain</artifactId></project>',
      'plain/D.java': '',
      'plain/Dockerfile': 'FROM eclipse-temurin:21\nCMD java -javaagent:/opt/jacocoagent.jar -jar app.jar\n',
      'searched/pom.xml': '<project><artifactId>searched</artifactId></project>',
      'searched/E.java': '',
      'searched/Dockerfile':
        'FROM maven:3 AS build\nRUN mv $(ls *.jar | grep -vE "(sources|opentelemetry-javaagent).jar$" | head -1) app.jar\nFROM eclipse-temurin:21\nCMD java -jar app.jar\n',
    });
    assert.deepEqual(agentsOf(units.get('searched/pom.xml')), []);
    assert.deepEqual(agentsOf(units.get('orders/pom.xml')), ['otel-java-agent @orders/Dockerfile:2']);
    assert.deepEqual(agentsOf(units.get('pay/pom.xml')), ['dd-java-agent @pay/Dockerfile:2']);
    assert.deepEqual(agentsOf(units.get('cart/Cart.csproj')), [
      'dotnet-profiler @cart/Dockerfile:2',
      'otel-dotnet-auto @cart/Dockerfile:3',
    ]);
    assert.deepEqual(agentsOf(units.get('ship/go.mod')), ['orchestrion @ship/Dockerfile:2']);
    assert.deepEqual(agentsOf(units.get('plain/pom.xml')), []);
  });

  it('gives a Dockerfile at the top to the program that it copies', async () => {
    const units = await unitsById({
      'package.json': '{"name": "root", "workspaces": ["services/*", "libs/*"]}',
      'services/a/package.json': '{"name": "a", "dependencies": {"common": "*"}}',
      'services/a/a.js': '',
      'services/b/package.json': '{"name": "b", "dependencies": {"common": "*"}}',
      'services/b/b.js': '',
      'libs/common/package.json': '{"name": "common"}',
      'libs/common/c.js': '',
      'docker/Dockerfile':
        'FROM node:20\nCOPY libs/common libs/common\nCOPY services/b services/b\nCMD node -r dd-trace/init services/b/b.js\n',
    });
    assert.deepEqual(agentsOf(units.get('services/a/package.json')), []);
    assert.deepEqual(agentsOf(units.get('services/b/package.json')), ['dd-trace @docker/Dockerfile:4']);
    assert.deepEqual(agentsOf(units.get('libs/common/package.json')), []);
    assert.equal(units.get('libs/common/package.json')?.kind, 'library');
  });
});

describe('lint: deployment by compose', () => {
  const COMPOSE = `x-otel: &otel
  OTEL_EXPORTER_OTLP_ENDPOINT: http://collector:4318
services:
  orders:
    build:
      context: .
      dockerfile: \${ORDERS_DOCKERFILE}
    environment:
      <<: *otel
      OTEL_PROPAGATORS: \${PROPAGATORS:-b3}
      SECRET: \${SECRET}
  billing:
    build: ./billing
    command: ["newrelic-admin", "run-program", "python", "main.py"]
    environment:
      - OTEL_SERVICE_NAME=billing
      - HOST
    env_file: [billing/.env.compose]
  db:
    image: postgres:16
    environment: { OTEL_SERVICE_NAME: db }
`;
  it('binds services by what they are built from, with variables of .env, merged maps and env files', async () => {
    const units = await unitsById({
      'compose.yaml': COMPOSE,
      '.env': 'ORDERS_DOCKERFILE=./orders/Dockerfile\n',
      'orders/requirements.txt': 'flask\n',
      'orders/main.py': '',
      'orders/Dockerfile': 'FROM python:3.12\nCMD python main.py\n',
      'billing/requirements.txt': 'flask\n',
      'billing/main.py': '',
      'billing/Dockerfile': 'FROM python:3.12\nENTRYPOINT ["python", "other.py"]\n',
      'billing/.env.compose': 'export DD_TRACE_ENABLED="true" # on\n',
    });
    const orders = units.get('orders/requirements.txt');
    assert.deepEqual(commandsOf(orders), ['python main.py']);
    assert.deepEqual(environmentOf(orders), [
      'OTEL_PROPAGATORS=b3 @compose.yaml:10',
      'SECRET=? @compose.yaml:11',
      'OTEL_EXPORTER_OTLP_ENDPOINT=http://collector:4318 @compose.yaml:2',
    ]);
    const billing = units.get('billing/requirements.txt');
    assert.deepEqual(commandsOf(billing), ['newrelic-admin run-program python main.py']);
    assert.deepEqual(agentsOf(billing), ['newrelic-admin @compose.yaml:14']);
    assert.deepEqual(environmentOf(billing), [
      'OTEL_SERVICE_NAME=billing @compose.yaml:16',
      'HOST=? @compose.yaml:17',
      'DD_TRACE_ENABLED=true @billing/.env.compose:1',
    ]);
    assert.equal(billing?.deployment.known.is, 'yes');
  });

  it('is not trapped by a YAML bomb, by what refers to itself, or by what is no YAML', async () => {
    const levels = ['a: &a [x, x, x, x, x, x, x, x, x]'];
    for (let i = 1; i < 20; i++) {
      const [name, before] = [String.fromCharCode(97 + i), String.fromCharCode(96 + i)];
      levels.push(`${name}: &${name} [${Array<string>(9).fill(`*${before}`).join(', ')}]`);
    }
    const unit = await onlyUnit({
      'package.json': NODE,
      'index.js': '',
      'compose.yaml': `${levels.join('\n')}\nservices:\n  api: &self\n    <<: *self\n    image: api\n    environment: *t\n    command: *t\n`,
      'compose.other.yaml': 'services:\n  api:\n    image: {{ .Values.image }}\n  - x\n',
      'compose.deep.yaml': `services: ${'['.repeat(50_000)}`,
    });
    assert.deepEqual(agentsOf(unit), []);
  });
});

describe('lint: deployment by Kubernetes, Helm and others', () => {
  it('reads annotations, sidecars, options and config maps of a workload', async () => {
    const units = await unitsById({
      'services/orders/package.json': '{"name": "@shop/orders"}',
      'services/orders/a.js': '',
      'services/stock/go.mod': 'module example.com/stock\n',
      'services/stock/main.go': 'package main\nfunc main() {}\n',
      'k8s/orders.yaml': `apiVersion: v1
kind: ConfigMap
metadata: { name: otel }
data:
  OTEL_PROPAGATORS: xray
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: orders
spec:
  template:
    metadata:
      annotations:
        instrumentation.opentelemetry.io/inject-nodejs: "monitoring/node"
    spec:
      containers:
        - name: main
          image: ghcr.io/shop/orders:1.2
          envFrom:
            - configMapRef: { name: otel }
          env:
            - name: OTEL_SERVICE_NAME
              value: orders
            - name: NODE_IP
              valueFrom: { fieldRef: { fieldPath: status.hostIP } }
`,
      'k8s/stock.yaml': `kind: Deployment
metadata: { name: stock-service }
spec:
  template:
    spec:
      containers:
        - { name: stock, image: shop/stock }
        - { name: trace, image: "grafana/beyla:1.8" }
`,
      'k8s/off.yaml': `kind: Deployment
metadata: { name: orders }
spec:
  template:
    metadata: { annotations: { instrumentation.opentelemetry.io/inject-java: "false" } }
    spec: { containers: [{ name: x, image: orders }] }
`,
    });
    const orders = units.get('services/orders/package.json');
    assert.deepEqual(agentsOf(orders), ['otel-operator-nodejs @k8s/orders.yaml:15']);
    assert.deepEqual(environmentOf(orders), [
      'OTEL_SERVICE_NAME=orders @k8s/orders.yaml:23',
      'NODE_IP=? @k8s/orders.yaml:25',
      'OTEL_PROPAGATORS=xray @k8s/orders.yaml:5',
    ]);
    assert.deepEqual(agentsOf(units.get('services/stock/go.mod')), ['beyla @k8s/stock.yaml:8']);
    assert.equal(orders?.deployment.known.is, 'unknown');
  });

  it('reads Helm templates line by line, and gives agents to all that may be meant', async () => {
    const units = await unitsById({
      'a/pom.xml': '<project><artifactId>a</artifactId></project>',
      'a/A.java': '',
      'b/pom.xml': '<project><artifactId>b</artifactId></project>',
      'b/B.java': '',
      'c/package.json': '{"name": "c"}',
      'c/c.js': '',
      'charts/generic/templates/deployment.yaml': `apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "generic.name" . }}
  {{- with .Values.podAnnotations }}
  annotations:
    instrumentation.opentelemetry.io/inject-java: "true"
    {{- toYaml . | nindent 8 }}
  {{- end }}
spec:
  env:
    - name: OTEL_PROPAGATORS
      value: {{ .Values.propagators }}
`,
    });
    for (const name of ['a/pom.xml', 'b/pom.xml']) {
      assert.deepEqual(agentsOf(units.get(name)), ['otel-operator-java @charts/generic/templates/deployment.yaml:7']);
      assert.equal(units.get(name)?.deployment.known.is, 'unknown');
    }
    assert.deepEqual(agentsOf(units.get('c/package.json')), []);
  });

  it('reads scripts, Procfile, Makefile, systemd, Terraform and the build files of Java', async () => {
    const node = await onlyUnit({
      'package.json':
        '{\n  "scripts": {\n    "build": "tsc -r x",\n    "start": "cross-env OTEL_TRACES_EXPORTER=otlp node --import @opentelemetry/auto-instrumentations-node/register ."\n  }\n}',
      'index.js': '',
    });
    assert.deepEqual(agentsOf(node), ['auto-instrumentations-node @package.json:4']);
    assert.deepEqual(environmentOf(node), ['OTEL_TRACES_EXPORTER=otlp @package.json:4']);
    const python = await onlyUnit({
      'requirements.txt': 'flask\n',
      'app.py': '',
      Procfile: 'web: DD_ENV=prod ddtrace-run gunicorn app:app\nrelease: python migrate.py\n',
      'deploy/shop.service':
        '[Service]\nEnvironment="OTEL_SERVICE_NAME=shop" A=1\nExecStart=/usr/bin/python3 /opt/shop/app.py\n',
    });
    assert.deepEqual(agentsOf(python), ['ddtrace-run @Procfile:1']);
    assert.deepEqual(environmentOf(python), [
      'DD_ENV=prod @Procfile:1',
      'OTEL_SERVICE_NAME=shop @deploy/shop.service:2',
      'A=1 @deploy/shop.service:2',
    ]);
    const go = await onlyUnit({
      'go.mod': 'module x\n',
      'main.go': 'package main\nfunc main() {}\n',
      Makefile: 'build:\n\t@otelc go build ./...\n',
    });
    assert.deepEqual(agentsOf(go), ['otelc @Makefile:2']);
    const java = await onlyUnit({
      'build.gradle':
        'plugins { id "application" }\napplication {\n  applicationDefaultJvmArgs = ["-javaagent:opentelemetry-javaagent.jar"]\n}\n',
      'src/A.java': '',
    });
    assert.deepEqual(agentsOf(java), ['otel-java-agent @build.gradle:3']);
    const lambda = await onlyUnit({
      'requirements.txt': 'boto3\n',
      'handler.py': '',
      'main.tf':
        'resource "aws_lambda_function" "f" {\n  environment {\n    variables = {\n      AWS_LAMBDA_EXEC_WRAPPER = "/opt/otel-instrument"\n    }\n  }\n}\n',
    });
    assert.deepEqual(agentsOf(lambda), ['otel-lambda-python @main.tf:4']);
  });
});

describe('lint: deployments of examples', () => {
  const agent = `services:
  whatever:
    build: ../..
    environment:
      JAVA_TOOL_OPTIONS: -javaagent:/otel/opentelemetry-javaagent.jar
`;

  it('say nothing of the programs beside them', async () => {
    const units = await unitsById({
      'examples/tracing/docker-compose.yml': agent,
      'orders/pom.xml': '<project><artifactId>orders</artifactId></project>',
      'orders/A.java': 'class A { public static void main(String[] a) {} }',
      'payment/pom.xml': '<project><artifactId>payment</artifactId></project>',
      'payment/B.java': 'class B { public static void main(String[] a) {} }',
    });
    for (const unit of units.values()) assert.deepEqual(unit.deployment.agents, [], unit.id);
  });

  it('may be of each program of the same examples', async () => {
    const units = await unitsById({
      'examples/docker/docker-compose.yml': agent.replace('../..', '..'),
      'examples/orders/pom.xml': '<project><artifactId>orders</artifactId></project>',
      'examples/orders/A.java': 'class A { public static void main(String[] a) {} }',
      'examples/payment/pom.xml': '<project><artifactId>payment</artifactId></project>',
      'examples/payment/B.java': 'class B { public static void main(String[] a) {} }',
    });
    for (const unit of units.values()) {
      assert.deepEqual(
        unit.deployment.agents.map(({ name }) => name),
        ['otel-java-agent'],
        unit.id,
      );
      assert.equal(unit.deployment.known.is, 'unknown');
    }
  });
});

describe('lint: scripts that start what they are told to', () => {
  const modules = {
    'orders/pom.xml': '<project><artifactId>orders</artifactId></project>',
    'orders/A.java': 'class A { public static void main(String[] a) {} }',
    'payment/pom.xml': '<project><artifactId>payment</artifactId></project>',
    'payment/B.java': 'class B { public static void main(String[] a) {} }',
  };
  const JAVA = 'java -javaagent:../opentelemetry-javaagent.jar -jar target/app.jar';

  for (const script of [
    `cd "$1"\n${JAVA}\n`,
    `cd $1 && ${JAVA}\n`,
    `MODULE=\${1:-orders}\ncd "$MODULE" && exec ${JAVA}\n`,
    `HERE=$(dirname "$0")\ncd "$HERE/$1" || exit\n${JAVA} &\n`,
    `for module in orders payment; do\n  (cd "$module" && ${JAVA}) &\ndone\n`,
  ]) {
    it(JSON.stringify(script.split('\n')[0]), async () => {
      const units = await unitsById({ 'run.sh': script, ...modules });
      for (const unit of units.values()) {
        assert.deepEqual(agentsOf(unit), [
          `otel-java-agent @run.sh:${script.split('\n').findIndex((row) => row.includes('java ')) + 1}`,
        ]);
        assert.equal(unit.deployment.known.is, 'unknown');
      }
    });
  }

  it('in several languages: each agent is of the programs of its own', async () => {
    const units = await unitsById({
      'run.sh': `run_go() {\n  cd "$HERE/$1"\n  go run .\n}\nrun_java() {\n  cd "$HERE/$1"\n  ${JAVA}\n}\n"run_$2" "$1"\n`,
      ...modules,
      'stock/go.mod': 'module stock\n\ngo 1.22\n',
      'stock/main.go': 'package main\n\nfunc main() {}\n',
    });
    const agents = [...units.values()].map((unit) => [unit.language, agentsOf(unit)]);
    assert.deepEqual(agents, [
      ['java', ['otel-java-agent @run.sh:7']],
      ['java', ['otel-java-agent @run.sh:7']],
      ['go', []],
    ]);
  });

  it('but not of a script that goes to its own folder', async () => {
    const units = await unitsById({ 'run.sh': `HERE=$(dirname "$0")\ncd "$HERE"\n${JAVA}\n`, ...modules });
    for (const unit of units.values()) assert.deepEqual(agentsOf(unit), []);
  });
});

import assert from 'node:assert/strict';
import { nodeCheck } from '../../../../src/lint/node/check';
import { HTTP, sdk } from '../node/support';
import { lintProject } from '../support/lintProject';

type Files = Readonly<Record<string, string>>;

const REGISTER = '@opentelemetry/auto-instrumentations-node/register';

const SERVER = `const http = require('http');
http.createServer(async (request, response) => {
  const stock = await fetch(process.env.STOCK_URL);
  response.end(await stock.text());
}).listen(8080);
`;

/** Traced only by what is loaded before it, in a version without undici: found if that is seen. */
const PRELOADED: Files = {
  'package.json': `{
  "name": "shop",
  "scripts": { "start": "node server.js" },
  "dependencies": { "@opentelemetry/auto-instrumentations-node": "^0.41.0" }
}
`,
  'server.js': SERVER,
};

const deployment = (container: string, annotations = ''): string => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: shop
spec:
  template:
    metadata:
      labels: {app: shop}${annotations}
    spec:
      containers:
        - name: shop
          image: shop
${container}`;

const PRELOADS: Readonly<Record<string, Files>> = {
  'a Procfile': { Procfile: `web: node -r ${REGISTER} server.js\n` },
  'a variable before a command': { Procfile: `web: NODE_OPTIONS='--require ${REGISTER}' npm start\n` },
  'the environment of an image': {
    Dockerfile: `FROM node:20\nENV NODE_OPTIONS="--require ${REGISTER}"\nCMD ["node", "server.js"]\n`,
  },
  'the command of an image': { Dockerfile: `FROM node:20\nCMD ["node", "--require", "${REGISTER}", "server.js"]\n` },
  'an entry point as one text': { Dockerfile: `FROM node:20\nENTRYPOINT node --import ${REGISTER} server.js\n` },
  'a script that an image starts': {
    Dockerfile: 'FROM node:20\nCOPY run.sh .\nCMD ["sh", "run.sh"]\n',
    'run.sh': `#!/bin/sh\nexport NODE_OPTIONS="--require ${REGISTER}"\nexec node server.js\n`,
  },
  'the environment of a compose file': {
    'compose.yaml': `services:\n  shop:\n    build: .\n    environment:\n      NODE_OPTIONS: --require ${REGISTER}\n`,
  },
  'one that is a list': {
    'docker-compose.yml': `services:\n  shop:\n    build: .\n    environment:\n      - NODE_OPTIONS=--require ${REGISTER}\n`,
  },
  'one that is merged': {
    'compose.yaml': `x-env: &env\n  NODE_OPTIONS: --require ${REGISTER}\nservices:\n  shop:\n    build: .\n    environment:\n      <<: *env\n`,
  },
  'the command of a compose file': {
    'compose.yaml': `services:\n  shop:\n    build: .\n    command: ["node", "-r", "${REGISTER}", "server.js"]\n`,
  },
  'a file of its environment': {
    'compose.yaml': 'services:\n  shop:\n    build: .\n    env_file: .env.shop\n',
    '.env.shop': `NODE_OPTIONS=--require ${REGISTER}\n`,
  },
  'a Kubernetes container': {
    'k8s/shop.yaml': deployment(
      `          env:\n            - name: NODE_OPTIONS\n              value: --require ${REGISTER}\n`,
    ),
  },
  'a config map': {
    'k8s/shop.yaml': `${deployment(
      '          envFrom:\n            - configMapRef: {name: shop-env}\n',
    )}---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: shop-env}\ndata:\n  NODE_OPTIONS: --require ${REGISTER}\n`,
  },
  'the values of a chart': {
    'chart/Chart.yaml': 'name: shop\n',
    'chart/values.yaml': `env:\n  - name: NODE_OPTIONS\n    value: --require ${REGISTER}\n`,
  },
  'settings of npm': { '.npmrc': `engine-strict=true\nnode-options="--require ${REGISTER}"\n` },
  'a unit of systemd': { 'shop.service': `[Service]\nExecStart=/usr/bin/node -r ${REGISTER} server.js\n` },
  'a Makefile': { Makefile: `run:\n\tnode -r ${REGISTER} server.js\n` },
  'an app of pm2, in one line': {
    'ecosystem.config.js': `module.exports = { apps: [{ name: 'shop', script: 'server.js', node_args: '-r ${REGISTER}' }] };\n`,
  },
};

/** A list without undici, which is no finding where something else covers the process. */
const LISTED: Files = { 'package.json': '{"name": "shop"}', 'tracing.js': sdk(HTTP), 'server.js': SERVER };

const ANNOTATION = '\n      annotations:\n        instrumentation.opentelemetry.io/inject-nodejs: "true"';

const COVERED: Readonly<Record<string, Files>> = {
  'the operator’s annotation': { 'k8s/shop.yaml': deployment('', ANNOTATION) },
  'one of a namespace': {
    'k8s/namespace.yaml':
      'apiVersion: v1\nkind: Namespace\nmetadata:\n  name: prod\n  annotations:\n    instrumentation.opentelemetry.io/inject-nodejs: monitoring/default\n',
  },
  'one in the values of a chart': {
    'chart/Chart.yaml': 'name: shop\n',
    'chart/values.yaml': 'podAnnotations:\n  instrumentation.opentelemetry.io/inject-nodejs: "true"\n',
  },
  'one in a template that is no YAML': {
    'chart/Chart.yaml': 'name: shop\n',
    'chart/templates/deployment.yaml': `{{- range .Values.shops }}\nkind: Deployment\nspec:\n  template:\n    metadata:\n      annotations:\n        {{- if .otel }}\n        instrumentation.opentelemetry.io/inject-nodejs: "true"\n        {{- end }}\n{{- end }}\n`,
  },
  'a vendor’s agent in an image': {
    Dockerfile: 'FROM node:20\nCMD ["node", "-r", "dd-trace/init", "server.js"]\n',
  },
  'an agent that watches from the kernel': {
    'compose.yaml':
      'services:\n  shop:\n    build: .\n  beyla:\n    image: grafana/beyla:1.9\n    pid: service:shop\n    environment: {BEYLA_OPEN_PORT: 8080}\n',
  },
  'an image of which nothing is known': {
    Dockerfile: 'FROM registry.acme.dev/platform/node-otel:20\nCMD ["node", "server.js"]\n',
  },
  'a task of Terraform': {
    'main.tf': `resource "aws_ecs_task_definition" "shop" {\n  container_definitions = jsonencode([{ name = "shop", environment = [{ name = "NODE_OPTIONS", value = "--require ${REGISTER}" }] }])\n}\n`,
  },
};

describe('lint: where tracing is told', () => {
  for (const [where, files] of Object.entries(PRELOADS))
    it(`sees what is loaded first in ${where}`, async () => {
      const { findings } = await lintProject(nodeCheck, { ...PRELOADED, ...files });
      assert.deepEqual(
        findings.map(({ rule }) => rule),
        ['JS-FETCH-NO-UNDICI'],
      );
      const file = Object.keys(files).find((name) => findings[0]!.evidence.some((one) => one.startsWith(name)));
      assert.ok(file, findings[0]!.evidence.join('\n'));
    });

  it('sees nothing where nothing is loaded', async () => {
    assert.deepEqual((await lintProject(nodeCheck, PRELOADED)).short, []);
    for (const row of [
      `; node-options=--require ${REGISTER}`,
      `loader=${REGISTER}`,
      'node-options=--max-old-space-size=4096',
    ])
      assert.deepEqual((await lintProject(nodeCheck, { ...PRELOADED, '.npmrc': `${row}\n` })).short, [], row);
    assert.deepEqual((await lintProject(nodeCheck, LISTED)).short, ['JS-FETCH-NO-UNDICI tracing.js:9']);
  });

  for (const [what, files] of Object.entries(COVERED))
    it(`keeps silent with ${what}`, async () => {
      assert.deepEqual((await lintProject(nodeCheck, { ...LISTED, ...files })).short, []);
    });
});

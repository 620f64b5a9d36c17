import assert from 'node:assert/strict';
import { nodeCheck } from '../../../../src/lint/node/check';
import { lintProject } from '../support/lintProject';

const IMPORTS = `import { NodeSDK } from '@opentelemetry/sdk-node';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { PgInstrumentation } from '@opentelemetry/instrumentation-pg';
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { more } from '@corp/otel';
const traceExporter = new OTLPTraceExporter();
`;
const LIST = 'const list = [new HttpInstrumentation()];\n';
const START = 'new NodeSDK({ traceExporter, instrumentations: list }).start();\n';

async function rules(setup: string): Promise<readonly string[]> {
  const unused = /Undici/.test(setup) ? IMPORTS : IMPORTS.replace(/.*Undici.*\n/, '');
  const { findings } = await lintProject(nodeCheck, {
    'package.json': JSON.stringify({
      scripts: { start: 'node dist/main.js' },
      dependencies: { '@opentelemetry/sdk-node': '^0.52.0' },
    }),
    'src/tracing.ts': unused + setup,
    'src/pricing.ts':
      'export const priceOf = async (sku: string) => fetch(`${process.env.PRICING_URL}/prices/${sku}`);\n',
  });
  return findings.map(({ rule }) => rule);
}

describe('lint: lists of instrumentations that are changed after they are written', () => {
  const covered: Readonly<Record<string, string>> = {
    'by an index': `${LIST}list[list.length] = new UndiciInstrumentation();\n${START}`,
    'by splice': `${LIST}list.splice(0, 0, new UndiciInstrumentation());\n${START}`,
    'by concat': `const first = [new HttpInstrumentation()];\nconst list = first.concat([new UndiciInstrumentation()]);\n${START}`,
    'in a loop over classes': `const list = [];\nfor (const I of [HttpInstrumentation, UndiciInstrumentation]) list.push(new I());\n${START}`,
    'in a method': `class Tracing {
  list = [new HttpInstrumentation()];
  add() { this.list.push(new UndiciInstrumentation()); }
  start() { new NodeSDK({ traceExporter, instrumentations: this.list }).start(); }
}\n`,
    'from a table of classes': `const all = { http: HttpInstrumentation, undici: UndiciInstrumentation };
const list = [];\nObject.values(all).forEach((I) => list.push(new I()));\n${START}`,
    'by a function of the file': `${LIST}const add = (to) => to.push(new UndiciInstrumentation());\nadd(list);\n${START}`,
    'by what is assigned to the options': `const options = { traceExporter, instrumentations: [] };
options.instrumentations = [new HttpInstrumentation(), new UndiciInstrumentation()];
new NodeSDK(options).start();\n`,
    'beside the SDK': `${LIST}${START}new UndiciInstrumentation().enable();\n`,
  };
  for (const [how, setup] of Object.entries(covered))
    it(`cover what is added ${how}`, async () => assert.deepEqual(await rules(setup), []));

  const unknown: Readonly<Record<string, string>> = {
    'a package is given the list': `${LIST}more(list);\n${START}`,
    'a package is given the options': `const options = { traceExporter, instrumentations: [new HttpInstrumentation()] };
more(options);\nnew NodeSDK(options).start();\n`,
    'a function puts in what a package makes': `${LIST}function add(to) { to.push(more()); }\nadd(list);\n${START}`,
    'the class is one of another module': `${LIST}for (const I of more) list.push(new I());\n${START}`,
    'modules are loaded by name': `${LIST}for (const n of more) { const m = require(n); list.push(new m.Instrumentation()); }\n${START}`,
    'the name of the class says nothing': `import { Everything } from './elsewhere';\n${LIST}list.push(new Everything());\n${START}`,
  };
  for (const [why, setup] of Object.entries(unknown))
    it(`are not known where ${why}`, async () => assert.deepEqual(await rules(setup), []));

  const told: Readonly<Record<string, string>> = {
    'another instrumentation is added': `${LIST}list.push(new PgInstrumentation());\n${START}`,
    'it is only looked at': `${LIST}console.log(list);\nif (!Array.isArray(list)) throw new Error();\n${START}`,
    'what is added is switched off': `${LIST}list.push(new UndiciInstrumentation({ enabled: false }));\n${START}`,
    'a function of the file only reads it': `${LIST}const count = (of) => of.length;\ncount(list);\n${START}`,
    'another way to start it has the rest': `if (process.env.LOCAL) {
  registerInstrumentations({ instrumentations: [new UndiciInstrumentation()] });
} else {
${LIST}${START}}
`,
    'another list is changed': `${LIST}const others = [];\nmore(others);\n${START}`,
  };
  for (const [why, setup] of Object.entries(told))
    it(`are told where ${why}`, async () => assert.deepEqual(await rules(setup), ['JS-FETCH-NO-UNDICI']));
});

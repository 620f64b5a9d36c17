import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { agentNames } from '../../../src/lint/project/deployment/agents';
import { readLintSettings, type WrittenLintSettings } from '../../../src/lint/readLintSettings';
import { RULES } from '../../../src/lint/ruleCatalogue';

interface Schema {
  readonly propertyNames?: { readonly enum: readonly string[]; readonly enumDescriptions: readonly string[] };
  readonly additionalProperties?: { readonly enum: readonly string[] };
  readonly items?: {
    readonly enum?: readonly string[];
    readonly pattern?: string;
    readonly patternErrorMessage?: string;
  };
}

interface Manifest {
  readonly contributes: {
    readonly configuration: readonly { readonly properties: Readonly<Record<string, Schema>> }[];
  };
}

const NOTHING: WrittenLintSettings = {
  severities: {},
  coveredBy: [],
  injectHelpers: [],
  extractHelpers: [],
  assumedAgents: [],
};

/** What the editor completes and underlines in settings, which it reads from the manifest. */
describe('the schema of lint’s settings', () => {
  const { contributes } = JSON.parse(readFileSync(path.join(__dirname, '../../../package.json'), 'utf8')) as Manifest;
  const schemas = Object.assign({}, ...contributes.configuration.map(({ properties }) => properties)) as Readonly<
    Record<string, Schema>
  >;
  const schema = (name: string): Schema => schemas[`spanlight.lint.${name}`]!;

  /** Whether nothing is wrong with it by what lint itself says. */
  const isRight = (written: Partial<WrittenLintSettings>): boolean => {
    const complaints: string[] = [];
    readLintSettings({ ...NOTHING, ...written }, (sentence) => complaints.push(sentence));
    return complaints.length === 0;
  };

  it('names every rule, what it finds and how it is set by itself', () => {
    const { propertyNames, additionalProperties } = schema('severities');
    assert.deepEqual(
      { ...propertyNames, errorMessage: undefined },
      {
        enum: RULES.map(({ id }) => id),
        enumDescriptions: RULES.map(
          ({ title, severity, offByDefault }) =>
            `${title} (${severity}${offByDefault === true ? ', off by default' : ''})`,
        ),
        errorMessage: undefined,
      },
      'package.json has others',
    );
    for (const severity of additionalProperties!.enum) assert.ok(isRight({ severities: { [RULES[0]!.id]: severity } }));
  });

  it('names every agent', () => {
    assert.deepEqual(schema('assumedAgents').items?.enum, agentNames());
  });

  it('takes for wrong what lint takes for wrong', () => {
    const entries = ['net/http: service mesh', 'undici', ': mesh', '', ' ', '@grpc/grpc-js: mesh', 'kafkajs:'];
    const helpers = [
      'addTraceHeaders',
      'http.addTraceHeaders',
      'addHeaders()',
      'a b',
      '',
      'a..b',
      '.a',
      '$read',
      'füge',
    ];
    const says = (name: string, value: string): boolean => new RegExp(schema(name).items!.pattern!, 'u').test(value);
    for (const entry of entries) assert.equal(says('coveredBy', entry), isRight({ coveredBy: [entry] }), entry);
    for (const name of ['injectHelpers', 'extractHelpers'] as const)
      for (const helper of helpers)
        assert.equal(says(name, helper), isRight({ [name]: [helper] }), `${name} ${helper}`);
  });
});

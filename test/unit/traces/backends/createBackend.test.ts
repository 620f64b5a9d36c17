import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Backend, BackendType } from '../../../../src/traces/backends/backend';
import { readBackendConfig } from '../../../../src/traces/backends/backendConfig';
import { BackendError } from '../../../../src/traces/backends/backendError';
import type { TestedSource } from '../../../../src/traces/backends/connectionTest';
import { BACKEND_TYPES, createBackend } from '../../../../src/traces/backends/createBackend';
import { projectRoot } from '../../../support/cacheFolder';
import { refusalOf } from '../../../support/refusal';
import { backendDeps, TestSecrets } from '../../../support/wire/backendBed';

const FEATURES = ['operations', 'search', 'serviceGraph', 'attributes'] as const;

interface Manifest {
  readonly contributes: { readonly configuration: readonly { readonly properties: Record<string, BackendsSchema> }[] };
}

interface BackendsSchema {
  readonly items?: { readonly properties: { readonly kind: { readonly enum: readonly string[] } } };
}

function text(...names: readonly string[]): string {
  return readFileSync(path.join(projectRoot, ...names), 'utf8');
}

/** What kinds need to get as far as asking for a secret, or to word what they lack. */
const SET_UP: Readonly<Record<string, { readonly url?: string; readonly options?: object }>> = {
  newrelic: { options: { account: 42 } },
  azuremonitor: { url: '0a1b2c3d-0000-4000-8000-000000000001' },
  googlecloud: { url: 'shop-prod' },
  lightstep: { options: { organization: 'Shop', project: 'prod' } },
};

/** Services that have a place to look at where there is nothing: a region, an account, an environment, a project. */
const PLACES: Readonly<Record<string, RegExp>> = {
  xray: /the region us-east-1\. .*write the region.*https:\/\/us-east-1\.console\.aws\.amazon\.com\/cloudwatch/,
  elastic: /data streams .*no spans of the last day.*"index".*Kibana, Observability, Services/,
  signoz: /SigNoz has no spans of the last day.*https:\/\/my-team\.us\.signoz\.cloud\/services/,
  newrelic: /account.*"account".*https:\/\/one\.newrelic\.com/,
  honeycomb: /environment of this key .*https:\/\/ui\.honeycomb\.io/,
  lightstep: /project prod .*"project".*https:\/\/app\.lightstep\.com/,
  googlecloud: /project.*https:\/\/console\.cloud\.google\.com/,
  azuremonitor: /workspace .*https:\/\/portal\.azure\.com/,
  datadog: /retention filter/,
};

function configOf({ kind, exampleUrl }: BackendType, auth?: string) {
  const entry = { kind, url: exampleUrl, ...SET_UP[kind], ...(auth === undefined ? {} : { auth }) };
  return readBackendConfig(entry, 'here', BACKEND_TYPES);
}

describe('kinds of backends', () => {
  it('are offered by the settings, and told of in the README', () => {
    const { configuration } = (JSON.parse(text('package.json')) as Manifest).contributes;
    const schema = configuration.map(({ properties }) => properties['spanlight.backends']).find((found) => found)!;
    const kinds = BACKEND_TYPES.map(({ kind }) => kind);
    assert.deepEqual([...schema.items!.properties.kind.enum].sort(), [...kinds].sort());
    const readme = text('README.md');
    for (const kind of kinds) assert.ok(new RegExp(`^\\| .*\\(\`${kind}\``, 'm').test(readme), kind);
  });

  for (const type of BACKEND_TYPES) {
    for (const auth of type.auth.filter(
      (one) => one === 'bearer' || (one === 'header' && type.authHeader !== undefined),
    )) {
      it(`say of ${type.label} what to give where there is no secret (${auth})`, async () => {
        const backend = createBackend(configOf(type, auth), backendDeps({ secrets: new TestSecrets('') }));
        try {
          const { fault, cure = '' } = await refusalOf(backend.services(new AbortController().signal), BackendError);
          assert.equal(fault, 'unauthorised');
          const mayBeNone = type.auth.includes('none');
          assert.ok(/"none"/.test(cure) === mayBeNone, cure);
          // A page, or a command that prints one.
          assert.ok(mayBeNone || /https:\/\/|gcloud|az account/.test(cure), cure);
        } finally {
          backend.dispose();
        }
      });
    }

    const place = PLACES[type.kind];
    if (place !== undefined) {
      it(`say of ${type.label} where to look where it has nothing`, () => {
        const backend: Backend & Partial<TestedSource> = createBackend(configOf(type), backendDeps());
        const { message = '', cure = '' } = backend.noServices ?? {};
        assert.match(`${message} ${cure}`, place);
        backend.dispose();
      });
    }

    it(`say of ${type.label} what is exact and why the rest is not`, () => {
      const config = readBackendConfig({ kind: type.kind, url: type.exampleUrl }, 'here', BACKEND_TYPES);
      const backend = createBackend(config, backendDeps());
      try {
        const { capabilities } = backend;
        for (const feature of FEATURES) {
          if ((capabilities[feature] ?? 'missing') === 'exact') continue;
          assert.match(capabilities.reasons?.[feature] ?? '', /^[A-Z].*\.$/, feature);
        }
        if (capabilities.serviceGraph !== 'missing') assert.ok('serviceGraph' in backend);
      } finally {
        backend.dispose();
      }
    });
  }
});

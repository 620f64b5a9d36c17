import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { readBackendConfig } from '../../../../src/traces/backends/backendConfig';
import { BACKEND_TYPES, createBackend } from '../../../../src/traces/backends/createBackend';
import { projectRoot } from '../../../support/cacheFolder';
import { backendDeps } from '../../../support/wire/backendBed';

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

import assert from 'node:assert/strict';
import { DEFAULT_SETTINGS, readSettings } from '../../../src/engine/settings';

describe('engine settings', () => {
  it('keep what is right', () => {
    const complaints: string[] = [];
    const sent = {
      ...DEFAULT_SETTINGS,
      receiver: { start: 'always', host: '127.0.0.1', httpPort: 0, grpcPort: 0 },
      hints: { ...DEFAULT_SETTINGS.hints, byKind: { CLIENT: { warningMs: 200, errorErrorPercent: 50 } } },
      source: { pathRules: [{ from: '/app', to: 'services/api' }], services: { api: 'services/api' } },
      trusted: true,
    };
    assert.deepEqual(
      readSettings(sent, (sentence) => complaints.push(sentence)),
      sent,
    );
    assert.deepEqual(complaints, []);
  });

  it('replace one bad value and say which', () => {
    const complaints: string[] = [];
    const settings = readSettings(
      {
        receiver: { httpPort: 'many' },
        hints: { percentiles: [50, 'x'], minimumCalls: 5, byKind: { SERVER: { errorMs: '2 s' } } },
        source: { services: [1] },
      },
      (sentence) => complaints.push(sentence),
    );
    assert.deepEqual(settings, DEFAULT_SETTINGS);
    assert.deepEqual(complaints, [
      'Setting spanlight.hints.minimumCalls must be an object; its default is used.',
      'Setting spanlight.receiver.httpPort must be a number from 0 to 65535; its default is used.',
      'Setting spanlight.hints.percentiles must be at most five numbers between 0 and 100; its default is used.',
      'Setting spanlight.hints.byKind.SERVER.errorMs must be a number from 0 to 1000000000000; its default is used.',
      'Setting spanlight.source.services must be an object from service to folder; its default is used.',
    ]);
  });

  it('are the defaults, untrusted, for anything that is no object', () => {
    for (const value of [undefined, null, 3, 'x', []]) {
      const settings = readSettings(value, () => undefined);
      assert.deepEqual(settings, DEFAULT_SETTINGS);
      assert.equal(settings.trusted, false);
    }
  });
});

import assert from 'node:assert/strict';
import { settingsFor } from '../../../src/lint/lintSettings';
import { readLintSettings, type WrittenLintSettings } from '../../../src/lint/readLintSettings';

const NONE: WrittenLintSettings = {
  severities: {},
  coveredBy: [],
  injectHelpers: [],
  extractHelpers: [],
  assumedAgents: [],
};

/** What is said of settings. */
function said(written: Partial<WrittenLintSettings>): string[] {
  const sentences: string[] = [];
  readLintSettings({ ...NONE, ...written }, (sentence) => sentences.push(sentence));
  return sentences;
}

describe('the settings of lint', () => {
  it('are taken as they are written, rules in any case', () => {
    const settings = readLintSettings({
      severities: { 'go-ctx-background': 'off' },
      coveredBy: ['net/http: mesh: Istio', 'kafkajs'],
      injectHelpers: ['http.addTraceHeaders'],
      extractHelpers: ['$read'],
      assumedAgents: ['otel-java-agent', 'beyla'],
    });
    assert.equal(settings.severities.get('GO-CTX-BACKGROUND'), 'off');
    assert.deepEqual(
      [...settings.coveredBy],
      [
        ['net/http', 'mesh: Istio'],
        ['kafkajs', 'a setting'],
      ],
    );
    assert.deepEqual([settings.injectHelpers.length, settings.extractHelpers.length], [1, 1]);
  });

  it('say where they are wrong and what would be right, and do without', () => {
    const [rule, severity] = said({ severities: { 'GO-CTX-BACKGROND': 'off', 'GO-PROP-UNSET': 'loud' } });
    assert.match(
      rule!,
      /^spanlight\.lint\.severities: There is no rule "GO-CTX-BACKGROND".*GO-CTX-BACKGROUND is one\.$/,
    );
    assert.match(
      severity!,
      /^spanlight\.lint\.severities: .*GO-PROP-UNSET must be one of error, .*, off, not "loud"\.$/,
    );
    assert.match(said({ severities: { NOTHING: 'off' } })[0]!, /The rules are GO-PROP-UNSET, /);
    assert.match(
      said({ assumedAgents: ['otel-java-agnet'] })[0]!,
      /^spanlight\.lint\.assumedAgents: .*otel-java-agent is/,
    );
    assert.match(said({ assumedAgents: ['ours'] })[0]!, /The agents are auto-instrumentations-node, /);
    assert.match(
      said({ injectHelpers: ['addHeaders()'] })[0]!,
      /^spanlight\.lint\.injectHelpers: "addHeaders\(\)" is no name/,
    );
    assert.match(said({ coveredBy: [': mesh'] })[0]!, /^spanlight\.lint\.coveredBy: ": mesh" names no library/);
  });

  it('assume an agent only in processes of its language', () => {
    const settings = readLintSettings({ ...NONE, assumedAgents: ['otel-java-agent', 'beyla'] });
    assert.deepEqual(settingsFor('java', settings).assumedAgents, ['otel-java-agent', 'beyla']);
    assert.deepEqual(settingsFor('node', settings).assumedAgents, ['beyla']);
  });
});

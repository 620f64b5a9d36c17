import assert from 'node:assert/strict';
import type { EngineStatus, ReceiverStatus } from '../../../../src/protocol/engine';
import { statusTooltip, statusWords } from '../../../../src/vscode/views/statusWords';

const LISTENING: ReceiverStatus = {
  state: 'listening',
  http: { url: 'http://127.0.0.1:4318', port: 4318, wanted: 4318 },
  rejectedRequests: 0,
  openToNetwork: false,
};

function status(more: Partial<EngineStatus> = {}): EngineStatus {
  return {
    pid: 1,
    receiver: LISTENING,
    source: {
      name: 'embedded',
      kind: 'embedded',
      state: 'ready',
      operations: 'exact',
      reasons: [],
      requests: 0,
      bytesReceived: 0,
    },
    spans: 0,
    traces: 0,
    operations: 0,
    droppedSpans: 0,
    retainedBytes: 0,
    mapping: { mapped: 0, ambiguous: 0, unmapped: 0, library: 0, reasons: [] },
    ...more,
  };
}

describe('status words', () => {
  it('says where it waits', () => {
    assert.equal(statusWords('running', status()).text, '$(pulse) waiting on :4318');
  });

  it('counts spans and mapped operations', () => {
    const mapping = { mapped: 41, ambiguous: 1, unmapped: 2, library: 7, reasons: [] };
    assert.equal(
      statusWords('running', status({ spans: 12_000, mapping })).text,
      '$(pulse) 12k spans · 41 of 44 mapped',
    );
    assert.equal(statusWords('running', status({ spans: 1 })).text, '$(pulse) 1 span');
  });

  it('names a port that is not the usual one', () => {
    const http = { url: 'http://127.0.0.1:4319', port: 4319, wanted: 4318, takenBy: 'otelcol (pid 812)' };
    const moved = status({ spans: 7, receiver: { ...LISTENING, http } });
    assert.equal(statusWords('running', moved).text, '$(pulse) 7 spans · :4319');
    assert.match(statusTooltip(moved), /`http:\/\/127\.0\.0\.1:4319` \(4318 is taken by otelcol \\\(pid 812\\\)\)/);
  });

  it('says plainly when other machines can reach it', () => {
    const open = { ...LISTENING, openToNetwork: true };
    assert.equal(
      statusWords('running', status({ receiver: open })).text,
      '$(pulse) waiting on :4318 · open to the network',
    );
    const counting = status({ spans: 7, receiver: open });
    assert.equal(statusWords('running', counting).text, '$(pulse) 7 spans · open to the network');
    const tooltip = statusTooltip(counting);
    assert.match(tooltip, /Other machines can reach this receiver/);
    const link = /\(command:spanlight\.openSettings\?([^)]+)\)/.exec(tooltip);
    assert.deepEqual(JSON.parse(decodeURIComponent(link?.[1] ?? '')), ['spanlight.receiver.host']);
    assert.doesNotMatch(statusTooltip(status()), /Other machines/);
  });

  it('tells every state of engine and receiver', () => {
    assert.equal(statusWords('failed').text, '$(error) Spanlight stopped');
    assert.equal(statusWords('stopped').text, '$(pulse) Spanlight');
    assert.equal(statusWords('starting').text, '$(pulse) starting');
    assert.equal(statusWords('running').text, '$(pulse) starting');
    const off = status({ receiver: { state: 'off', rejectedRequests: 0, openToNetwork: false } });
    assert.equal(statusWords('running', off).text, '$(pulse) not listening');
    const failed = status({
      receiver: { state: 'failed', reason: 'No port is free.', rejectedRequests: 0, openToNetwork: false },
    });
    assert.equal(statusWords('running', failed).severity, 'warning');
    assert.match(statusTooltip(failed), /No port is free\\\./);
  });

  it('lists what is not mapped, why, and the cure', () => {
    const reasons = [{ text: 'No handler', count: 3, examples: ['GET <x>', 'POST /y'], cure: 'Bind the service.' }];
    const text = statusTooltip(
      status({ spans: 9, mapping: { mapped: 1, ambiguous: 0, unmapped: 3, library: 2, reasons } }),
    );
    assert.match(text, /\* 3 × No handler\\: GET \\<x\\>\\, POST \\\/y\\, 1 more\\\. Bind the service\\\./);
    assert.match(text, /\*\*1\*\* mapped, 0 ambiguous, 3 unmapped; 2 made by libraries need none/);
  });

  it('tells what was dropped and refused', () => {
    const receiver = { ...LISTENING, rejectedRequests: 2, lastRejection: 'Origin https://evil' };
    const text = statusTooltip(status({ receiver, droppedSpans: 1200 }));
    assert.match(text, /1\.2k dropped as the oldest/);
    assert.match(text, /2 requests refused, last: Origin/);
  });
});

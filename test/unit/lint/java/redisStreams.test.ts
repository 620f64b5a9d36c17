import assert from 'node:assert/strict';
import { AGENT, SOURCES } from './projects';
import { foundIn } from './oneFile';

const HEAD = `package com.acme.orders;
import org.springframework.data.redis.core.*;
import org.springframework.data.redis.connection.stream.*;
`;

const PUBLISHER = `@Service
class Publisher {
  private final StringRedisTemplate redis;
  void placed(String id) {
    redis.opsForStream().add(StreamRecords.newRecord().ofObject(id).withStreamKey("orders"));
  }
}
`;

const LISTENER = `package com.acme.orders;
import org.springframework.data.redis.connection.stream.*;
import org.springframework.data.redis.stream.StreamListener;
import org.springframework.web.client.RestTemplate;
@Component
class Listener implements StreamListener<String, MapRecord<String, String, String>> {
  private final RestTemplate rest;
  public void onMessage(MapRecord<String, String, String> record) {
    rest.postForObject("http://stock:8080/reserve", record.getValue(), String.class);
  }
}
`;

async function found(
  code = PUBLISHER,
  listener = LISTENER,
  more: Record<string, string> = {},
): Promise<readonly string[]> {
  const findings = await foundIn({ head: HEAD, code, more: { [`${SOURCES}/Listener.java`]: listener, ...more } });
  return findings.filter(({ rule }) => rule === 'MSG-NO-INJECT').map(({ rule, line }) => `${rule} ${line}`);
}

describe('Java: streams of Redis', () => {
  it('carry no context to the listener that works them off', async () => {
    assert.deepEqual(await found(), ['MSG-NO-INJECT 5']);
    const kept = PUBLISHER.replace(
      'StringRedisTemplate redis',
      'StreamOperations<String, String, String> stream',
    ).replace('redis.opsForStream()', 'stream');
    assert.deepEqual(await found(kept), ['MSG-NO-INJECT 5']);
  });

  it('are silent where the entry has the context, nothing is done for it, or an agent is there', async () => {
    const carries = PUBLISHER.replace(
      'redis.ops',
      'propagator.inject(tracer.currentTraceContext().context(), fields, Map::put);\n    redis.ops',
    );
    assert.deepEqual(await found(carries), []);
    assert.deepEqual(await found(PUBLISHER, LISTENER.replace(/rest\.post.*/, 'log.info(record.getValue());')), []);
    assert.deepEqual(await found(PUBLISHER.replace('opsForStream', 'opsForSet')), []);
    assert.deepEqual(await found(PUBLISHER, LISTENER, { Dockerfile: AGENT }), []);
    assert.deepEqual(await found(PUBLISHER, ''), []);
  });
});

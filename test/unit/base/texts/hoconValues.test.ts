import assert from 'node:assert/strict';
import { hoconValues } from '../../../../src/base/texts/hoconValues';

function read(text: string): Record<string, string> {
  return Object.fromEntries(hoconValues(text));
}

describe('HOCON', () => {
  it('is read by whole keys, nested or dotted, with or without quotes', () => {
    const text = `# of the application
include "shared"
ktor {
    deployment { port = 8080, rootPath = "/shop" // behind the proxy
      watch = [ classes, { deep = [resources] } ]
    }
    application: { modules = [ shop.ApplicationKt.module ] }
}
kafka.topics."order.paid" = orders-paid
title = """two
lines"""`;
    assert.deepEqual(read(text), {
      'ktor.deployment.port': '8080',
      'ktor.deployment.rootPath': '/shop',
      'kafka.topics.order.paid': 'orders-paid',
      title: 'two\nlines',
    });
  });

  it('keeps what is set where a variable of the environment may overrule it', () => {
    const text =
      'ktor {\n  deployment {\n    port = 80\n    port = ${?PORT}\n    host = ${?HOST}\n  }\n  id = ${app.name}\n}\nnext = 1';
    assert.deepEqual(read(text), { 'ktor.deployment.port': '80', 'ktor.id': '${app.name}', next: '1' });
  });

  it('ends, and keeps what it understood, whatever is written', () => {
    for (const text of ['}}}', 'a {', 'a = [', 'a = "x', '= = =', 'a = "b"${c}\nd = 1', 'a = """', '\u0000{'])
      assert.ok(hoconValues(text).size <= 1, text);
    assert.deepEqual(read('a = "b"${c}\nd = 1'), { d: '1' });
  });
});

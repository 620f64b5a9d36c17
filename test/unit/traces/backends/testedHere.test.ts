import assert from 'node:assert/strict';
import { testedHere } from '../../../../src/traces/backends/testedHere';
import { prepareSearch } from '../../../../src/traces/traceql/plan/prepareSearch';

describe('what is tested here and not by a backend', () => {
  const words = (text: string, anySemconv = false) =>
    testedHere('jaeger', prepareSearch({ text, anySemconv }))?.replaceAll('\u202f', ' ');

  it('is nothing where the backend can be asked for all of it', () => {
    assert.equal(words(''), undefined);
    assert.equal(words('{ resource.service.name = "orders" && name = "pay" && duration >= 1s }'), undefined);
    assert.equal(words('{ resource.service.name = "orders" && status = error }'), undefined);
  });

  it('is named by what the backend is asked for', () => {
    assert.equal(
      words('{ resource.service.name = "orders" && duration > 1s && span.a != "b" }'),
      'jaeger is asked for service orders, durations from 1 s; Spanlight tests the rest on the traces that it returns.',
    );
    assert.match(words('{ name = "a" } >> { name = "b" }') ?? '', /^jaeger is asked for operation [ab];/);
    assert.match(
      words('{ span.http.status_code = 500 && name = "a" }', true) ?? '',
      /^jaeger is asked for operation a;/,
    );
    assert.match(
      words('{ span.a = 1 && span.b = 2 && span.c = 3 && span.d = 4 && span.e = 5 && span.f > 6 }') ?? '',
      /a = 1, b = 2, c = 3, d = 4 and 1 more;/,
    );
  });

  it('is all of it where the backend has no box for any of it', () => {
    assert.match(words('{ span.http.status_code >= 500 }') ?? '', /^jaeger cannot be asked for any of this/);
    assert.match(words('{ status = ok }') ?? '', /^jaeger cannot be asked/);
  });
});

import assert from 'node:assert/strict';
import { findingsIn } from './support';

const IMPORTS = ['context', 'net/http', 'go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp'];

/** A client that is made on several ways out of a function. */
const asks = (ways: string, name = 'clientFor'): string => `type Stock struct{ baseURL, ca string }
func (s *Stock) ${name}() *http.Client {
${ways}
}
func (s *Stock) Count(ctx context.Context) error {
	req, _ := http.NewRequestWithContext(ctx, "GET", s.baseURL+"/count", nil)
	_, err := s.${name}().Do(req)
	return err
}
func traced(base http.RoundTripper) http.RoundTripper { return otelhttp.NewTransport(base) }`;

const places = async (body: string): Promise<string[]> =>
  (await findingsIn(IMPORTS, body)).map(({ rule, line }) => `${rule}:${line}`);

describe('Clients made on several ways out of a function', () => {
  it('finds the bare one beside one that is instrumented', async () => {
    const ways = `	if s.ca == "" {
		return &http.Client{}
	}
	return &http.Client{Transport: traced(&http.Transport{})}`;
    assert.deepEqual(await places(asks(ways)), ['GO-HTTP-PLAIN-CLIENT:12']);
  });

  it('finds each of several bare ones', async () => {
    const ways = `	if s.ca == "" {
		return http.DefaultClient
	}
	return &http.Client{Transport: &http.Transport{}}`;
    assert.deepEqual(await places(asks(ways)), ['GO-HTTP-PLAIN-CLIENT:12', 'GO-HTTP-PLAIN-CLIENT:14']);
  });

  it('is silent where both go through one helper, and where the choice may be about tracing', async () => {
    const both = `	if s.ca == "" {
		return &http.Client{Transport: traced(http.DefaultTransport)}
	}
	return &http.Client{Transport: traced(&http.Transport{})}`;
    assert.deepEqual(await places(asks(both)), []);
    const chosen = `	if !tracingEnabled {
		return &http.Client{}
	}
	return &http.Client{Transport: traced(&http.Transport{})}`;
    assert.deepEqual(await places(asks(chosen)), []);
    const named = `	if s.ca == "" {
		return &http.Client{}
	}
	return &http.Client{Transport: traced(&http.Transport{})}`;
    assert.deepEqual(await places(asks(named, 'testClient')), []);
  });

  it('takes the address of what is called a service for one of the own system', async () => {
    const call = (url: string): string => `type Call struct{ Service *Target; Link *Target }
type Target struct{ URL string }
func run(ctx context.Context, call *Call) error {
	req, _ := http.NewRequestWithContext(ctx, "GET", ${url}, nil)
	_, err := http.DefaultClient.Do(req)
	return err
}
var _ = otelhttp.NewTransport`;
    assert.deepEqual(await places(call('call.Service.URL')), ['GO-HTTP-PLAIN-CLIENT:13']);
    assert.deepEqual(await places(call('call.Link.URL')), []);
  });
});
